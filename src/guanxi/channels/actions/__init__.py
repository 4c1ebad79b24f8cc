"""Every write of channels. Nothing leaves the house but through `send`: the one gate for every channel and purpose."""

import smtplib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from guanxi.channels import events as happened
from guanxi.channels import queries
from guanxi.channels.actions.composing import mail_of as mail_of
from guanxi.channels.models import Message
from guanxi.channels.rules import RULE, STOPPED, Intent, decide
from guanxi.core import events, jobs, rows
from guanxi.core.access import PUBLIC, Actor, Kind, system
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Throttled
from guanxi.core.events import Event
from guanxi.core.explain import Explanation, Fact
from guanxi.core.ids import new_id
from guanxi.core.models import Detail, StaffLetter, User
from guanxi.core.notices.mail import Letter
from guanxi.core.phrases import sentences
from guanxi.people import queries as people
from guanxi.people.actions import CODE_AGE, ask_confirmation, code_digest, make_code, note_bounce
from guanxi.people.models import Identifier, Record, SignInCode
from guanxi.people.queries import privacy

Veto = Callable[[int, str, str], Fact | None]
_vetoes: list[Veto] = []

CODES_PER_QUARTER_HOUR_MAX = 3
QUARTER_HOUR = timedelta(minutes=15)
BODY_CHARS_MAX = 20_000
DELIVER = "guanxi.channels.jobs.deliver"
DELIVER_TO_COLLEAGUE = "guanxi.channels.jobs.deliver_to_colleague"


def register_veto(veto: Veto) -> None:
    """Higher rooms add reasons not to send: `veto(record_id, purpose, channel)` gives a fact or None."""
    _vetoes.append(veto)


@dataclass(frozen=True, slots=True)
class Words:
    """A message to a customer: subject line and text, in the customer's language."""

    title: str
    body: str
    language: str


def received(
    *,
    now: datetime,
    record_id: int,
    channel: str,
    subject: tuple[str, int],
    text: str,
    language: str,
    title: str = "",
    address: str = "",
    automatic: bool = False,
) -> Message:
    """The row of a message that came in, as part of a greater action; of a mail with its subject and where it came from."""
    return rows.new(
        Message,
        record_id=record_id,
        direction=Message.Direction.IN,
        channel=channel,
        subject_kind=subject[0],
        subject_id=subject[1],
        title=title[:200],
        body=text,
        language=language,
        address=address,
        automatic=automatic,
        state=Message.State.RECEIVED,
        created=now,
    )


def reply(
    *, now: datetime, record_id: int, subject: tuple[str, int], text: str, language: str, author: str
) -> Message:
    """The row of an answer shown on the customer's own page; whether it is mailed as well is the gate's decision."""
    return Message(
        record_id=record_id,
        direction=Message.Direction.OUT,
        channel="web",
        subject_kind=subject[0],
        subject_id=subject[1],
        body=text,
        language=language,
        author=author,
        state=Message.State.SENT,
        created=now,
        sent=now,
    )


@action
def send(
    *,
    actor: Actor,
    now: datetime,
    record_id: int,
    words: Words,
    purpose: str = "service",
    subject: tuple[str, int] | None = None,
    once_id: int | None = None,
    automatic: bool = True,
    encloses: int | None = None,
    held_s: int = 0,
    against: Sequence[Fact] = (),
) -> Message:
    """Send a message to a customer by e-mail, or hold it and say why. The row and its job are written together.

    `once_id` is the message's own id chosen by the caller: a job run twice sends once. `automatic`: no human wrote it.
    `encloses`: the part of the subject whose files go along. `held_s`: seconds it waits, for whoever thinks again. `against`:
    what the caller knows to stand against it; it is then written down and not sent.
    """
    if once_id is not None and (sent := Message.objects.filter(id=once_id).first()):
        return sent
    customer = people.customer_of(record_id)
    records = people.records_of(customer.id) if customer else [record_id]
    address = people.address_for([record_id], "email") or people.address_for(_trusted(records), "email")
    why = _gate(records, purpose, "email", address, against)
    message = Message(
        id=once_id or new_id(),
        record_id=record_id,
        direction=Message.Direction.OUT,
        channel="email",
        purpose=purpose,
        subject_kind=subject[0] if subject else "",
        subject_id=subject[1] if subject else None,
        title=" ".join(words.title.split())[:200],
        body=words.body[:BODY_CHARS_MAX],
        language=words.language,
        address=address,
        state=Message.State.QUEUED if why.outcome == "send" else Message.State.HELD,
        explanation=why.as_json(),
        automatic=automatic,
        encloses=encloses,
        created=now,
    )
    happening = happened.QUEUED if why.outcome == "send" else happened.HELD
    detail = {"text": message.title} if purpose != "security" else None  # the body may hold a signed link
    data = {"message": message.public_id, "channel": "email", "purpose": purpose}
    if why.outcome != "send":
        data["why"] = why.as_json()  # type: ignore[assignment]  # plain values, see explain
    events.record(
        Event(
            happening.code, actor, now, ("message", message.id), record_id=record_id, data=data, detail=detail
        ),
        with_rows=[message],
    )
    if why.outcome == "send":
        jobs.enqueue_named(
            DELIVER, message.public_id, run_after=now + timedelta(seconds=held_s) if held_s else None
        )
    return message


def _trusted(record_ids: Sequence[int]) -> list[int]:
    """Records whose address may stand in for another record's: a stranger can write any address into the public form."""
    proven = Identifier.objects.filter(kind="email", verified__isnull=False, valid_to=None).values(
        "record_id"
    )
    own = Record.objects.filter(id__in=record_ids)
    return list(own.filter(~Q(source="web") | Q(id__in=proven)).values_list("id", flat=True))


def _gate(
    record_ids: Sequence[int], purpose: str, channel: str, address: str, against: Sequence[Fact] = ()
) -> Explanation:
    word = privacy.word_of(record_ids, purpose, channel)
    vetoes = [*against, *_vetoed(record_ids, purpose, channel)]
    return decide(Intent(purpose, channel, address, word.consent, vetoes, word.standing))


def phone_of(record_id: int) -> str:
    """The number to reach the customer of this record on; "" when none is known."""
    customer = people.customer_of(record_id)
    records = people.records_of(customer.id) if customer else [record_id]
    return people.address_for([record_id], "phone") or people.address_for(_trusted(records), "phone")


def ask_gate(
    *, record_id: int, purpose: str, channel: str, address: str, against: Sequence[Fact] = ()
) -> Explanation:
    """The gate's word on something that is no letter, such as a call: nothing is sent. Outcome "send" or "hold"."""
    customer = people.customer_of(record_id)
    records = list(people.records_of(customer.id)) if customer else [record_id]
    return _gate(records, purpose, channel, address, against)


def _vetoed(record_ids: Sequence[int], purpose: str, channel: str) -> list[Fact]:
    return [fact for veto in _vetoes for ref in record_ids if (fact := veto(ref, purpose, channel))]


def deliver(*, now: datetime, public_id: str) -> str:
    """Hand one queued message to the mail server and write down that it went. At least once, under a stable Message-ID.

    Raises what the mail server raised: the job is then tried again later. The message stays "on its way" meanwhile.
    """
    message = Message.objects.filter(public_id=public_id).first()
    if message is None or message.state != Message.State.QUEUED:
        return "nothing to do"
    mail_of(message).send(fail_silently=False)
    return _mark_sent(now=now, message_id=message.id)


@action
def _mark_sent(*, now: datetime, message_id: int) -> str:
    # One that was stopped while the mail server took it has gone out: what happened counts.
    there = Message.objects.filter(id=message_id, state__in=[Message.State.QUEUED, Message.State.HELD])
    changed = there.update(state=Message.State.SENT, sent=now)
    if not changed:
        return "already marked"
    message = Message.objects.get(id=message_id)
    _record_fate(happened.SENT.code, now, message)
    return "sent"


@action
def give_up(*, now: datetime, public_id: str, bounced: bool = False) -> None:
    """The last try failed: say so on the message and in the timeline, where a human sees it.

    `bounced`: nobody receives mail at its address; the address is marked, so that nothing else is sent there.
    """
    message = Message.objects.select_for_update().filter(public_id=public_id, state="queued").first()
    if message is None:
        return
    message.state = Message.State.FAILED
    message.save(update_fields=["state"])
    _record_fate(happened.FAILED.code, now, message)
    if bounced and message.address:
        note_bounce(actor=system("mail"), now=now, record_id=message.person.id, address=message.address)


@action
def send_again(*, actor: Actor, now: datetime, public_id: str) -> Message:
    """Put a letter that failed, or was not sent, on its way once more, if the gate lets it now.

    Needs `channels.outbox`. Raises `NotFound`; `Conflict` for a letter that is on its way or went out, for a sign-in code
    (it would be void), and when the gate holds it, saying why.
    """
    message = _locked(actor, public_id)
    if message.state not in (Message.State.FAILED, Message.State.HELD) or message.purpose == "security":
        raise Conflict(_("This letter cannot be sent again."), code="letter_moved_on")
    record_id = message.person.id
    customer = people.customer_of(record_id)
    records = people.records_of(customer.id) if customer else [record_id]
    address = message.address or people.address_for([record_id], "email")
    why = _gate(records, message.purpose, message.channel, address)
    if why.outcome != "send":
        raise Conflict("; ".join(sentences(why.as_json())), code="held")
    message.state, message.address, message.explanation = Message.State.QUEUED, address, why.as_json()
    message.save(update_fields=["state", "address", "explanation"])
    events.record(_told(happened.QUEUED.code, actor, now, message, again=True))
    jobs.enqueue_named(DELIVER, message.public_id)
    return message


@action
def stop(*, actor: Actor, now: datetime, public_id: str) -> Message:
    """Keep a letter that is still on its way from going out; one that the mail server has already is sent all the same.

    Needs `channels.outbox`. Raises `NotFound`, `Conflict` when it is no longer on its way.
    """
    message = _locked(actor, public_id)
    if message.state != Message.State.QUEUED:
        raise Conflict(_("This letter is no longer on its way."), code="letter_moved_on")
    why = Explanation("hold", (STOPPED,), RULE)
    message.state, message.explanation = Message.State.HELD, why.as_json()
    message.save(update_fields=["state", "explanation"])
    events.record(_told(happened.HELD.code, actor, now, message, why=why.as_json()))
    return message


@action
def hold_back(*, actor: Actor, now: datetime, message_id: int) -> bool:
    """Keep a mail that still waits from going out, as part of a greater action; False when it is no longer on its way."""
    message = Message.objects.select_for_update(of=("self",)).get(id=message_id)
    if message.state != Message.State.QUEUED:
        return False
    why = Explanation("hold", (STOPPED,), RULE)
    message.state, message.explanation = Message.State.HELD, why.as_json()
    message.save(update_fields=["state", "explanation"])
    events.record(_told(happened.HELD.code, actor, now, message, why=why.as_json()))
    return True


def _locked(actor: Actor, public_id: str) -> Message:
    seen = queries.get_outgoing(actor, public_id)
    return Message.objects.select_for_update(of=("self",)).get(id=seen.id)


def _told(code: str, actor: Actor, now: datetime, message: Message, **more: Any) -> Event:
    data = {"message": message.public_id, "channel": message.channel, **more}
    return Event(code, actor, now, ("message", message.id), record_id=message.record_id, data=data)


def _record_fate(code: str, now: datetime, message: Message) -> None:
    events.record(_told(code, system("mail"), now, message))


def is_refused_for_good(error: Exception) -> bool:
    """Whether the mail server will never take it: replies of 500 and above. One of 400 (greylisting, full) asks to wait."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _reply in error.recipients.values())
    if isinstance(error, smtplib.SMTPSenderRefused | smtplib.SMTPDataError):
        return error.smtp_code >= 500
    return isinstance(error, UnicodeError)


def is_bounce(error: Exception) -> bool:
    """Whether the mail server says that there is no such mail box (RFC 5321); a full one or a refused text is no bounce."""
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return False
    return all(code in (550, 551, 553) for code, _reply in error.recipients.values())


@action
def ask_to_confirm(*, actor: Actor, now: datetime, customer: str) -> Message:
    """Write to a customer with a signed link to their details, to confirm or correct. `customer`: public id.

    Needs `people.record`. Raises `Conflict` ("asked_already", "no_address", or "held" with the gate's reason): then nothing
    was written down.
    """
    record = ask_confirmation(actor=actor, now=now, customer=customer)
    email = people.address_for([record.id], "email")
    tongue = record.language or "zh-hans"
    link = settings.BASE_URL + reverse("confirm_details", args=[people.confirm_token(record, email)])
    with translation.override(tongue):
        words = Words(_("Are your details still right?"), _confirm_text(record.name, link), tongue)
    message = send(
        actor=actor, now=now, record_id=record.id, words=words, subject=("customer", record.customer_id)
    )
    if message.state == Message.State.HELD:
        raise Conflict("; ".join(sentences(message.explanation)), code="held")
    return message


def _confirm_text(name: str, link: str) -> str:
    return _(
        "Dear %(name)s,\n\nonce a year we ask whether we still reach you as you wish. It takes half a minute, "
        "without a password:\n%(link)s\n\nWhatever is wrong you can put right there. The link is meant for you alone."
    ) % {"name": name or _("customer"), "link": link}


@action
def send_sign_in_code(*, now: datetime, email: str, language: str) -> str:
    """Mail a one-time code to a known address; gives the public id of the attempt, also for an unknown address.

    Whether the address is known is not told: the answer looks the same either way. Raises `Throttled`.
    """
    identifier = (
        Identifier.objects.filter(kind="email", value=email, valid_to=None)
        .order_by(F("verified").desc(nulls_last=True), "-valid_from")
        .first()
    )
    record_id = identifier.record_id if identifier else None
    decoy = code_digest("decoy", email)
    theirs = Q(record=record_id) if record_id else Q(record=None, digest=decoy)
    recent = SignInCode.objects.filter(theirs, expires__gt=now - QUARTER_HOUR + CODE_AGE)
    if recent.count() >= CODES_PER_QUARTER_HOUR_MAX:
        raise Throttled(
            _("We have sent three codes already. Please use the latest, or try again in 15 minutes.")
        )
    row, code = make_code(now=now, record_id=record_id)
    if record_id is None:
        row.digest = decoy  # no code fits; unknown addresses are counted by it, so that they are refused like known ones
    row.save(force_insert=True)
    if record_id is not None:
        with translation.override(language):
            words = Words(_("Your code: %(code)s") % {"code": code}, _code_text(code), language)
        send(actor=PUBLIC, now=now, record_id=record_id, words=words, purpose="security")
    return row.public_id


def _code_text(code: str) -> str:
    minutes = int(CODE_AGE.total_seconds() // 60)
    return _(
        "Your sign-in code is %(code)s. It is valid for %(minutes)s minutes and works once.\n\n"
        "If you did not ask for it, you need not do anything: nobody can sign in without it."
    ) % {"code": code, "minutes": minutes}


@dataclass(frozen=True, slots=True)
class SaidBefore:
    """A message of another system's history: who with, when, which way, on which channel, in which words."""

    id: int  # made from what it says, so that the same message comes in once
    record_id: int
    direction: str  # in | out
    channel: str
    moment: datetime
    body: str
    title: str = ""
    language: str = ""
    author: str = ""


@action
def import_messages(*, actor: Actor, now: datetime, messages: Sequence[SaidBefore]) -> list[Message]:
    """Write down what was said elsewhere; nothing is sent. One event per message. Needs `channels.import`."""
    actor.require("channels.import")
    made = [
        Message(
            id=one.id,
            record_id=one.record_id,
            direction=one.direction,
            channel=one.channel,
            title=one.title[:200],
            body=one.body[:BODY_CHARS_MAX],
            language=one.language,
            author=one.author[:80],
            state=Message.State.RECEIVED if one.direction == Message.Direction.IN else Message.State.SENT,
            created=one.moment,
            sent=one.moment if one.direction == Message.Direction.OUT else None,
        )
        for one in messages
    ]
    if made:
        events.record(*(_said_before(actor, one) for one in made), with_rows=made)
    return made


def _said_before(actor: Actor, message: Message) -> Event:
    kind = happened.IMPORTED_IN if message.direction == Message.Direction.IN else happened.IMPORTED_OUT
    data = {"message": message.public_id, "channel": message.channel}
    detail = {"text": message.title or message.body[:500]}
    return Event(
        kind.code,
        actor,
        message.created,
        ("message", message.id),
        message.record_id,
        data=data,
        detail=detail,
    )


@action
def withdraw_messages(*, actor: Actor, now: datetime, message_ids: Sequence[int]) -> None:
    """Remove imported messages, and what their events tell. Needs `channels.import`."""
    actor.require("channels.import")
    there = list(Message.objects.filter(id__in=message_ids))
    ids = [message.id for message in there]
    if there:
        events.record(
            *(
                Event(
                    happened.WITHDRAWN.code, actor, now, ("message", one.id), one.record_id,
                    data={"message": one.public_id},
                )
                for one in there
            )
        )  # fmt: skip
    Detail.objects.filter(event__subject_kind="message", event__subject_id__in=ids).delete()
    Message.objects.filter(id__in=ids).delete()


@action
def write_to_colleague(*, actor: Actor, now: datetime, user: User, letter: Letter) -> StaffLetter:
    """Mail a member of staff about their notices, or hold it and say why: the same gate. Row, event and job together."""
    actor.require_kind(Kind.SYSTEM)
    why = decide(Intent("notice", "email", user.email, None))
    goes = why.outcome == "send"
    row = StaffLetter(
        user=user,
        title=" ".join(letter.title.split())[:200],
        body=letter.body[:BODY_CHARS_MAX],
        language=letter.language,
        address=user.email,
        state=StaffLetter.State.QUEUED if goes else StaffLetter.State.HELD,
        explanation=why.as_json(),
        created=now,
    )
    happening = happened.STAFF_QUEUED if goes else happened.STAFF_HELD
    events.record(_to_colleague(happening.code, actor, now, row), with_rows=[row])
    if goes:
        jobs.enqueue_named(DELIVER_TO_COLLEAGUE, row.public_id)
    return row


def _to_colleague(code: str, actor: Actor, now: datetime, letter: StaffLetter, **data: bool) -> Event:
    return Event(code, actor, now, ("user", letter.user_id), data={"letter": letter.public_id, **data})


def deliver_to_colleague(*, now: datetime, public_id: str) -> str:
    """Hand one queued letter to the mail server; one to somebody who has left meanwhile stays here. As `deliver`."""
    letter = StaffLetter.objects.select_related("user").filter(public_id=public_id).first()
    if letter is None or letter.state != StaffLetter.State.QUEUED:
        return "nothing to do"
    if not letter.user.is_active:
        left = Explanation("hold", (Fact("gate.left", {}),), RULE)
        return _settle_letter(now=now, public_id=public_id, state=StaffLetter.State.HELD, why=left)
    mail_of(letter).send(fail_silently=False)
    return _settle_letter(now=now, public_id=public_id, state=StaffLetter.State.SENT)


_LETTER_FATES = {
    StaffLetter.State.SENT: happened.STAFF_SENT,
    StaffLetter.State.HELD: happened.STAFF_HELD,
    StaffLetter.State.FAILED: happened.STAFF_FAILED,
}


@action
def _settle_letter(*, now: datetime, public_id: str, state: str, why: Explanation | None = None) -> str:
    letter = StaffLetter.objects.select_for_update().filter(public_id=public_id, state="queued").first()
    if letter is None:
        return "already settled"
    letter.state = state
    letter.sent = now if state == StaffLetter.State.SENT else None
    letter.explanation = why.as_json() if why else letter.explanation
    letter.save(update_fields=["state", "sent", "explanation"])
    code = _LETTER_FATES[StaffLetter.State(state)].code
    events.record(_to_colleague(code, system("mail"), now, letter))
    return str(state)


def give_letter_up(*, now: datetime, public_id: str, bounced: bool = False) -> None:
    """The last try failed: say so on the letter, where an administrator sees it; `bounced` changes nothing here."""
    _settle_letter(now=now, public_id=public_id, state=StaffLetter.State.FAILED)


@action
def send_letter_again(*, actor: Actor, now: datetime, public_id: str) -> bool:
    """Put a failed letter to a colleague on its way once more. Needs `site.settings`; False when it did not fail."""
    actor.require("site.settings")
    letter = StaffLetter.objects.select_for_update().filter(public_id=public_id, state="failed").first()
    if letter is None:
        return False
    letter.state = StaffLetter.State.QUEUED
    letter.save(update_fields=["state"])
    events.record(_to_colleague(happened.STAFF_QUEUED.code, actor, now, letter, again=True))
    jobs.enqueue_named(DELIVER_TO_COLLEAGUE, letter.public_id)
    return True
