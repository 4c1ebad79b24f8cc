"""Mail that comes in: taken (written down whole, once), then sorted (what it is, where it belongs).

Each is a transaction of its own. In between it waits as a row, so that a killed worker loses nothing; only after the first may
it leave the server.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.utils.translation import gettext as _

from guanxi.channels import events as happened
from guanxi.channels.models import Mail, Mailbox, Message
from guanxi.channels.queries import mail as reads
from guanxi.channels.rules import SORTING, Sight, Way, sort_mail
from guanxi.core import events, rows
from guanxi.core.access import Actor, system
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid
from guanxi.core.events import Event
from guanxi.core.explain import Explanation, Fact
from guanxi.core.files import Given, Stored, store
from guanxi.core.files import intake as files
from guanxi.core.files.kinds import Refused
from guanxi.core.files.names import extension
from guanxi.core.ids import new_id
from guanxi.core.models import File
from guanxi.engine import mail as post
from guanxi.engine.writing import clean_line, clean_text
from guanxi.people.actions import note_bounce

TEXT_CHARS_MAX = 9_000  # what a case takes at once, with room to say that more follows
FOLDED_CHARS_MAX = 100_000
RIGHT = "channels.mail"
RAW = "eml"
SENDER = system("mail")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A mail as the desk that takes it gets it. `record_id`: who speaks, where our own mail had gone to them."""

    now: datetime
    address: str
    name: str
    title: str
    text: str
    files: Given
    automatic: bool
    team_id: int | None = None
    record_id: int | None = None
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Landed:
    """What became of it there. `fate`: opened, added or reopened."""

    fate: str
    subject: tuple[str, int]
    record_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class Place:
    """A matter found by its number, with the records of whoever may write about it."""

    subject: tuple[str, int]
    record_ids: Sequence[int]


@dataclass(frozen=True, slots=True)
class Desk:
    """The room above that mail becomes work in. `number`: how its matters are numbered; `place` whose address that is."""

    number: "re.Pattern[str]"
    find: Callable[[str, str], Place | None]  # (number, sender's address): only where it is theirs
    open: Callable[[Arrival], Landed]
    add: Callable[[Arrival, tuple[str, int]], Landed]
    number_of: Callable[[int], str]


_desk: list[Desk] = []


def register_desk(desk: Desk) -> None:
    """Called once by `site/wiring.py`."""
    _desk[:] = [desk]


def number_of(mail: Mail) -> str:
    """The number of the matter a mail is part of; "" for none."""
    return _the_desk().number_of(mail.subject_id) if mail.subject_id is not None else ""


# -- taking ----------------------------------------------------------------------------------------------


@action
def take(
    *, now: datetime, mailbox: Mailbox, data: bytes, uid: int = 0, uid_validity: int = 0, size: int = 0
) -> Mail:
    """Write a mail down as it is. The same one again (by mailbox, Message-ID and words) changes nothing but its count."""
    one = post.read(data)
    given, digest = one.message_id[:255], _digest(data, one)
    known = Mail.objects.select_for_update(of=("self",)).filter(
        mailbox=mailbox, given_id=given, digest=digest
    ).first()  # fmt: skip
    if known is not None:
        if (known.uid_validity, known.uid) != (uid_validity, uid):
            known.copies += 1
            known.uid_validity, known.uid = uid_validity, uid
            known.save(update_fields=["copies", "uid_validity", "uid"])
        return known
    mail = Mail(
        mailbox=mailbox,
        uid=uid,
        uid_validity=uid_validity,
        given_id=given,
        digest=digest,
        sender=one.sender.address if one.sender else "",
        sender_name=clean_line(one.sender.name)[:100] if one.sender else "",
        title=clean_line(one.subject)[:400],
        size=size or len(data),
        arrived=now,
    )
    raw = _raw_file(mail, data, now)
    event = Event(
        happened.MAIL_TAKEN.code, SENDER, now, ("mail", mail.id), unit_id=mailbox.team_id,
        data={"mail": mail.public_id, "mailbox": mailbox.public_id},
    )  # fmt: skip
    events.record(event, with_rows=[mail, raw])
    return mail


def _digest(data: bytes, one: post.Incoming) -> str:
    """Of its words; without a Message-ID also of who wrote it, when and under what title."""
    body = re.split(rb"\r?\n\r?\n", data, maxsplit=1)[-1].replace(b"\r\n", b"\n").strip()
    said = "" if one.message_id else f"{one.sender}|{one.sent}|{one.subject}|"
    return hashlib.sha256(said.encode("utf-8", "surrogateescape") + body).hexdigest()


def _raw_file(mail: Mail, data: bytes, now: datetime) -> File:
    return File(
        name=f"{mail.public_id}.{RAW}",
        kind=RAW,
        size=len(data),
        digest=store.put([data]),
        actor_kind=SENDER.kind.value,
        actor_id=SENDER.id,
        scan=File.Scan.NONE,
        created=now,
        subject_kind="mail",
        subject_id=mail.id,
    )


# -- sorting ---------------------------------------------------------------------------------------------


def sort(*, now: datetime, mail_id: int) -> str:
    """Find out what a mail is and do what follows; returns its fate. What goes wrong stands on the mail, for people to see."""
    try:
        return _sort(now=now, mail_id=mail_id)
    except Exception as error:  # noqa: BLE001  one mail that breaks us must not keep all others waiting
        _note_failure(now=now, mail_id=mail_id, error=error)
        return str(Mail.Fate.FAILED)


@action
def _sort(*, now: datetime, mail_id: int, wanted: bool = False, actor: Actor = SENDER) -> str:
    mail = _locked(mail_id)
    if mail.fate not in (Mail.Fate.WAITING, Mail.Fate.FAILED) and not wanted:
        return str(mail.fate)
    one = post.read(_bytes_of(mail), ours=reads.our_addresses(), charset=mail.chosen)
    _note_contents(mail, one)
    sight, thread, bounced = _looked_at(mail, one, wanted)
    way, facts = sort_mail(sight)
    if thread and thread.by != "number" and not _is_expected(thread, mail.sender):
        facts = (*facts, Fact("mail.other_sender", {}))
    facts = (*facts, *(Fact(f"mail.wrong_{code}", {}) for code in one.wrong))
    fate = _WAYS[way](now, mail, one, thread, bounced)
    mail.fate, mail.settled, mail.explanation = fate, now, Explanation(str(fate), facts, SORTING).as_json()
    mail.tries += 1
    mail.save()
    File.objects.filter(subject_kind="mail", subject_id=mail.id).update(record_id=mail.record_id)
    data = {"mail": mail.public_id, "fate": str(fate), "why": mail.explanation}
    unit_id = mail.mailbox.team_id if mail.mailbox else None
    events.record(
        Event(
            happened.MAIL_SORTED.code, actor, now, ("mail", mail.id), record_id=mail.record_id, unit_id=unit_id,
            data=data,
        )
    )  # fmt: skip
    return str(fate)


def _locked(mail_id: int) -> Mail:
    found: Mail = Mail.objects.select_for_update(of=("self",)).select_related("mailbox").get(id=mail_id)
    return found


def _bytes_of(mail: Mail) -> bytes:
    raw = reads.raw_of(mail.id)
    if raw is None:
        raise Conflict(_("The mail itself has been deleted for its age."), code="gone")
    return store.path_of(raw.digest).read_bytes()


def _note_contents(mail: Mail, one: post.Incoming) -> None:
    """What is shown beside its words. Read again with another charset, it all changes."""
    mail.sender = one.sender.address if one.sender else ""
    mail.sender_name = clean_line(one.sender.name)[:100] if one.sender else ""
    mail.title = clean_line(one.subject)[:400]
    mail.sent, mail.charset, mail.automatic = one.sent, one.charset[:20], one.automatic
    mail.quoted = clean_text("\n".join(filter(None, (_rest(one), one.text.quoted))))[:FOLDED_CHARS_MAX]
    mail.signature = clean_text(one.text.signature)[:2_000]


def _words(one: post.Incoming) -> str:
    """What its writer says; the subject where they say nothing else. Long ones are cut: the rest is folded below."""
    text = clean_text(one.text.fresh) or clean_line(one.subject) or _("(a mail without words)")
    return text if len(text) <= TEXT_CHARS_MAX else text[:TEXT_CHARS_MAX] + " …"


def _rest(one: post.Incoming) -> str:
    return clean_text(one.text.fresh)[TEXT_CHARS_MAX:]


def _looked_at(
    mail: Mail, one: post.Incoming, wanted: bool
) -> tuple[Sight, reads.Thread | None, Message | None]:
    thread = _thread(mail, one)
    bounced = _bounced(one)
    automatic = "" if wanted and one.automatic == "own" else one.automatic
    return (
        Sight(
            automatic=automatic,
            thread=thread.by if thread else "",
            report=one.report.action if one.report and bounced else "",
            sender=bool(mail.sender),
            known=bool(mail.sender) and reads.is_known(mail.sender),
            copy=reads.copy_of(mail) is not None,
            wanted=wanted,
        ),
        thread,
        bounced,
    )


def _thread(mail: Mail, one: post.Incoming) -> reads.Thread | None:
    desk = _the_desk()
    clues = post.clues(
        recipients=one.recipients,
        answers=one.answers,
        words=(one.subject, one.text.fresh),
        ours=reads.our_addresses(),
        number=desk.number,
    )
    found = reads.thread_of(clues.tokens, clues.ids, mail.sender)
    if found is not None or not mail.sender:
        return found
    for number in clues.numbers:
        place = desk.find(number, mail.sender)
        if place is not None:
            return reads.Thread("number", place.subject, place.record_ids[0])
    return None


def _is_expected(thread: reads.Thread, sender: str) -> bool:
    """Whether the matter's own person writes. Others may: a mail is passed on; the page then says so."""
    return thread.record_id is None or reads.belongs(sender, thread.record_id)


def _bounced(one: post.Incoming) -> Message | None:
    if one.report is None or one.report.action not in ("failed", "delayed"):
        return None
    return reads.message_by_token(one.report.original_id.partition("@")[0])


def _the_desk() -> Desk:
    if not _desk:
        raise LookupError("no desk takes mail")
    return _desk[0]


# -- the ways --------------------------------------------------------------------------------------------

Doing = Callable[[datetime, Mail, post.Incoming, reads.Thread | None, Message | None], Mail.Fate]


def _arrival(now: datetime, mail: Mail, one: post.Incoming, thread: reads.Thread | None) -> Arrival:
    person = one.sender
    if one.reply_to and person and one.reply_to.address != person.address and _is_form(one):
        person = one.reply_to
    given, mail.left_out = _files(one)
    return Arrival(
        now=now,
        address=person.address if person else "",
        name=clean_line(person.name)[:100] if person else "",
        title=mail.title,
        text=_words(one),
        files=given,
        automatic=bool(one.automatic),
        team_id=mail.mailbox.team_id if mail.mailbox else None,
        record_id=thread.record_id if thread else None,
        sample=bool(mail.mailbox and mail.mailbox.sample),
    )


def _is_form(one: post.Incoming) -> bool:
    """Forms of web sites write for somebody and name them in Reply-To."""
    return one.automatic in ("auto_submitted", "suppressed")


def _files(one: post.Incoming) -> tuple[Given, list[dict[str, str]]]:
    kept: list[Stored] = []
    left: list[dict[str, str]] = []
    for each in one.enclosures:
        try:
            kept.append(files.take(_named(each), each.media_type, partial(_chunks, each.content)))
        except Refused as refused:
            left.append({"name": clean_line(each.name)[:120], "code": refused.code})
    return Given(tuple(kept)), left


def _named(each: post.Enclosure) -> str:
    name = clean_line(each.name)
    kinds = {
        "image/jpeg": "jpg",
        "image/png": "png",
        "image/gif": "gif",
        "application/pdf": "pdf",
        "text/plain": "txt",
    }
    return name if extension(name) else f"{name}.{kinds.get(each.media_type, 'bin')}"


def _chunks(content: bytes, size: int) -> Sequence[bytes]:
    return [content[start : start + size] for start in range(0, len(content), size)]


def _open(
    now: datetime, mail: Mail, one: post.Incoming, thread: reads.Thread | None, _b: Message | None
) -> Mail.Fate:
    return _landed(mail, _the_desk().open(_arrival(now, mail, one, thread)))


def _add(
    now: datetime, mail: Mail, one: post.Incoming, thread: reads.Thread | None, _b: Message | None
) -> Mail.Fate:
    if thread is None:
        raise LookupError("a mail is added to a matter")
    return _landed(mail, _the_desk().add(_arrival(now, mail, one, thread), thread.subject))


def _landed(mail: Mail, landed: Landed) -> Mail.Fate:
    mail.message_id, mail.record_id = landed.message_id, landed.record_id
    mail.subject_kind, mail.subject_id = landed.subject
    return Mail.Fate(landed.fate)


def _attach(
    now: datetime, mail: Mail, one: post.Incoming, thread: reads.Thread | None, _b: Message | None
) -> Mail.Fate:
    """An automatic reply stands in the conversation and moves nothing."""
    if thread is None or thread.record_id is None:
        return Mail.Fate.ASIDE
    message = rows.new(
        Message,
        id=new_id(),
        record_id=thread.record_id,
        direction=Message.Direction.IN,
        channel="email",
        subject_kind=thread.subject[0],
        subject_id=thread.subject[1],
        title=mail.title[:200],
        body=_words(one),
        address=mail.sender,
        automatic=True,
        state=Message.State.RECEIVED,
        created=now,
    )
    data = {"message": message.public_id, "channel": "email", "mail": mail.public_id}
    events.record(
        Event(
            happened.MAIL_ATTACHED.code, SENDER, now, ("message", message.id), record_id=thread.record_id,
            data=data, detail={"text": message.title},
        ),
        with_rows=[message],
    )  # fmt: skip
    mail.message, mail.record_id = message, thread.record_id
    mail.subject_kind, mail.subject_id = thread.subject
    return Mail.Fate.ATTACHED


def _aside(
    now: datetime, mail: Mail, one: post.Incoming, thread: reads.Thread | None, _b: Message | None
) -> Mail.Fate:
    return Mail.Fate.ASIDE


def _copy(
    now: datetime, mail: Mail, one: post.Incoming, thread: reads.Thread | None, _b: Message | None
) -> Mail.Fate:
    first = reads.copy_of(mail)
    if first is not None:
        mail.record_id, mail.subject_kind, mail.subject_id = (
            first.record_id,
            first.subject_kind,
            first.subject_id,
        )
    return Mail.Fate.COPY


def _bounce(
    now: datetime, mail: Mail, one: post.Incoming, thread: reads.Thread | None, bounced: Message | None
) -> Mail.Fate:
    """A mail of ours did not arrive: it says so where it stands, and its address is no longer written to."""
    if bounced is None or one.report is None:
        return Mail.Fate.ASIDE
    mail.record_id = bounced.record_id
    mail.subject_kind, mail.subject_id = bounced.subject_kind, bounced.subject_id
    if one.report.failed:
        _mark_bounced(now, bounced, one.report)
    return Mail.Fate.BOUNCE


def _mark_bounced(now: datetime, message: Message, report: post.Report) -> None:
    sent = Message.objects.filter(id=message.id, state__in=[Message.State.SENT, Message.State.QUEUED])
    facts = (Fact("mail.bounced", {"status": report.status or "5"}),)
    why = Explanation("failed", facts, SORTING)
    if not sent.update(state=Message.State.FAILED, explanation=why.as_json()):
        return
    data = {"message": message.public_id, "channel": "email", "why": why.as_json()}
    events.record(
        Event(
            happened.MAIL_BOUNCED.code, SENDER, now, ("message", message.id), record_id=message.record_id,
            data=data,
        )
    )  # fmt: skip
    if message.address and report.status.startswith("5.1"):
        note_bounce(actor=SENDER, now=now, record_id=message.person.id, address=message.address)


_WAYS: dict[Way, Doing] = {
    Way.OPEN: _open,
    Way.ADD: _add,
    Way.ATTACH: _attach,
    Way.ASIDE: _aside,
    Way.COPY: _copy,
    Way.BOUNCE: _bounce,
}


@action
def _note_failure(*, now: datetime, mail_id: int, error: Exception) -> None:
    mail = _locked(mail_id)
    if mail.fate not in (Mail.Fate.WAITING, Mail.Fate.FAILED):
        return
    fact = Fact("mail.failed", {"error": type(error).__name__})
    mail.fate, mail.settled = Mail.Fate.FAILED, now
    mail.explanation = Explanation("failed", (fact,), SORTING).as_json()
    mail.tries += 1
    mail.save(update_fields=["fate", "settled", "explanation", "tries"])
    data = {"mail": mail.public_id, "fate": "failed", "why": mail.explanation}
    events.record(Event(happened.MAIL_SORTED.code, SENDER, now, ("mail", mail.id), data=data))


# -- by people -------------------------------------------------------------------------------------------


@action
def sort_again(*, actor: Actor, now: datetime, public_id: str) -> str:
    """Sort a mail again that could not be sorted, after whatever was wrong has been mended. Needs `channels.mail`."""
    actor.require(RIGHT)
    mail = reads.get_mail(actor, public_id)
    if mail.fate not in (Mail.Fate.FAILED, Mail.Fate.WAITING, Mail.Fate.ASIDE):
        raise Conflict(_("This mail has been sorted already."), code="sorted")
    Mail.objects.filter(id=mail.id).update(fate=Mail.Fate.WAITING)
    return _sort(now=now, mail_id=mail.id, actor=actor)


@action
def open_from(*, actor: Actor, now: datetime, public_id: str) -> str:
    """Make a case of a mail that was put aside. Needs `channels.mail`; raises `Conflict` for any other."""
    actor.require(RIGHT)
    mail = reads.get_mail(actor, public_id)
    if mail.fate not in (Mail.Fate.ASIDE, Mail.Fate.FAILED):
        raise Conflict(_("Only a mail that was put aside becomes a case."), code="sorted")
    return _sort(now=now, mail_id=mail.id, wanted=True, actor=actor)


@action
def choose_charset(*, actor: Actor, now: datetime, public_id: str, charset: str) -> Mail:
    """Read a mail again in the charset a person has chosen ("": as it says itself), and change its words where they stand.

    Needs `channels.view` and sight of the mail's record. Raises `Invalid` for a charset we do not offer.
    """
    if charset and charset not in post.CHARSETS:
        raise Invalid(fields={"charset": _("Choose one of the list.")}, code="invalid")
    mail = _locked(reads.get_shown(actor, public_id).id)
    before = mail.chosen
    if charset == before:
        return mail
    mail.chosen = charset
    one = post.read(_bytes_of(mail), ours=reads.our_addresses(), charset=charset)
    _note_contents(mail, one)
    mail.save()
    if mail.message_id:
        Message.objects.filter(id=mail.message_id).update(body=_words(one), title=mail.title[:200])
    data = {"mail": mail.public_id, "from": before, "to": charset}
    events.record(
        Event(
            happened.MAIL_READ_AGAIN.code, actor, now, ("mail", mail.id), record_id=mail.record_id, data=data
        )
    )
    return mail
