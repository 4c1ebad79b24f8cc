"""Reads of incoming mail: what became of each, what a mail hangs on, which mailboxes there are."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, QuerySet

from guanxi.channels.models import Mail, Mailbox, Message
from guanxi.core import options
from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.core.explain import Fact
from guanxi.core.files import store
from guanxi.core.models import File
from guanxi.engine.mail import read
from guanxi.engine.normalise import mask
from guanxi.engine.writing import clean_text
from guanxi.people import queries as people
from guanxi.people.models import Identifier
from guanxi.people.rules import read_claims

PREVIEW_CHARS_MAX = 20_000
HOUR = timedelta(hours=1)
MAILBOXES_RIGHT = "site.settings"


@dataclass(frozen=True, slots=True)
class Thread:
    """The matter a mail belongs to, and by what: token, answer, own. `record_id`: whom our mail had gone to."""

    by: str
    subject: tuple[str, int]
    record_id: int | None


def list_mails(actor: Actor) -> QuerySet[Mail]:
    """Every mail within reach of `channels.mail`, newest first."""
    found: QuerySet[Mail] = Mail.objects.visible_to(actor)
    return found.select_related("mailbox", "message").order_by("-arrived", "-id")


def get_mail(actor: Actor, public_id: str) -> Mail:
    """One mail. Raises `NotFound` also where the right does not reach."""
    found = list_mails(actor).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def raw_of(mail_id: int) -> File | None:
    """The mail as it was; None once it has been deleted for its age."""
    return File.objects.filter(subject_kind="mail", subject_id=mail_id, erased=None).order_by("id").first()


def may_see_raw(actor: Actor, mail_id: int) -> bool:
    """Whether this actor may open a mail as it was."""
    return bool(Mail.objects.visible_to(actor).filter(id=mail_id).exists())


def list_waiting(limit: int) -> list[int]:
    """Mails that have been taken and not sorted, oldest first."""
    return list(
        Mail.objects.filter(fate=Mail.Fate.WAITING).order_by("id").values_list("id", flat=True)[:limit]
    )


def boxes_of(actor: Actor) -> list[Mailbox]:
    """Mailboxes whose mail this actor may see: those of the teams that `channels.mail` reaches."""
    found = Mailbox.objects.filter(actor.reach("channels.mail").within("team"))
    return list(found.order_by("address"))


def list_mailboxes() -> list[Mailbox]:
    return list(Mailbox.objects.select_related("team__unit").order_by("address"))


def get_mailbox(actor: Actor, public_id: str) -> Mailbox:
    """One mailbox. Needs `site.settings`; raises `NotFound`."""
    actor.require(MAILBOXES_RIGHT)
    found = Mailbox.objects.select_related("team__unit").filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def to_read() -> list[str]:
    """Mailboxes to be read, by public id."""
    return list(Mailbox.objects.filter(active=True).order_by("address").values_list("public_id", flat=True))


def our_addresses() -> set[str]:
    """Every address mail of ours is written from, in small letters."""
    default = settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].rstrip(">").strip().lower()
    return {default, *Mailbox.objects.values_list("address", flat=True)}


def message_by_token(token: str) -> Message | None:
    """Our mail whose code stands after the plus of an address."""
    return _ours([token.upper()]).get(token.upper())


def thread_of(tokens: Sequence[str], ids: Sequence[str], sender: str) -> Thread | None:
    """The matter these clues lead to: tokens before ids, nearest first. The sender's own earlier mail counts as well."""
    codes = [token.upper() for token in tokens]
    local = {one: one.partition("@")[0].upper() for one in ids}
    ours = _ours([*codes, *local.values()])
    for by, wanted in (("token", codes), ("answer", [local[one] for one in ids])):
        for code in wanted:
            found = ours.get(code)
            if found is not None and found.subject_id is not None:
                return Thread(by, (found.subject_kind, found.subject_id), found.record_id)
    return _own_before(ids, sender)


def _ours(codes: Iterable[str]) -> Mapping[str, Message]:
    wanted = {code for code in codes if code.startswith("M-") and len(code) <= 20}
    found = Message.objects.filter(public_id__in=wanted, direction=Message.Direction.OUT) if wanted else ()
    return {one.public_id: one for one in found}


def _own_before(ids: Sequence[str], sender: str) -> Thread | None:
    if not ids:
        return None
    before = Mail.objects.filter(given_id__in=ids, sender=sender).exclude(subject_id=None)
    found = before.order_by("-id").first()
    if found is None or found.subject_id is None:
        return None
    return Thread("own", (found.subject_kind, found.subject_id), found.record_id)


def belongs(address: str, record_id: int) -> bool:
    """Whether an address is one of the customer of this record."""
    claims, _refused = read_claims({"email": address})
    return people.owns_any(record_id, claims)


def get_shown(actor: Actor, public_id: str) -> Mail:
    """A mail this actor reads in a conversation, or by `channels.mail`. Raises `NotFound`."""
    found = Mail.objects.select_related("mailbox", "message").filter(public_id=public_id).first()
    said = found.message_id if found is not None else None
    if found is not None and said and Message.objects.visible_to(actor).filter(id=said).exists():
        return found
    return get_mail(actor, public_id)


def is_known(address: str) -> bool:
    """Whether a customer of ours has this address."""
    claims, _refused = read_claims({"email": address})
    values = [claim.value for claim in claims if claim.kind == "email"]
    return Identifier.objects.filter(kind="email", value__in=values, valid_to=None).exists()


def copy_of(mail: Mail) -> Mail | None:
    """The same mail as it reached another mailbox of ours before."""
    if not mail.given_id:
        return None
    same = Mail.objects.filter(given_id=mail.given_id, digest=mail.digest, id__lt=mail.id)
    elsewhere = same.exclude(mailbox=mail.mailbox) if mail.mailbox else same
    return elsewhere.order_by("id").first()


def mails_of(message_ids: Collection[int]) -> dict[int, Mail]:
    """Message id -> the mail it came by, in one statement."""
    found = Mail.objects.filter(message__in=list(message_ids)) if message_ids else ()
    return {one.message_id: one for one in found if one.message_id is not None}


def sent_about(subject: tuple[str, int]) -> dict[int, Message]:
    """Answer id -> the mail it went out by, of everything about a subject, in one statement."""
    found = Message.objects.filter(
        subject_kind=subject[0], subject_id=subject[1], encloses__isnull=False
    ).order_by("id")
    return {one.encloses: one for one in found if one.encloses is not None}


def last_mail(subject: tuple[str, int], record_id: int) -> Mail | None:
    """The newest mail of this person about a subject that somebody wrote: what an answer of ours answers."""
    found = Mail.objects.filter(subject_kind=subject[0], subject_id=subject[1], record_id=record_id)
    written = found.exclude(fate__in=[Mail.Fate.ATTACHED, Mail.Fate.COPY, Mail.Fate.BOUNCE])
    return written.select_related("mailbox").order_by("-arrived", "-id").first()


def ids_before(subject: tuple[str, int], record_id: int, most: int) -> list[str]:
    """Message-IDs of this person's mails about a subject, oldest first, at most `most` of the newest."""
    found = Mail.objects.filter(subject_kind=subject[0], subject_id=subject[1], record_id=record_id)
    ids = found.exclude(given_id="").order_by("-id").values_list("given_id", flat=True)[:most]
    return list(ids)[::-1]


def reply_box() -> Mailbox | None:
    """Where answers to mail of ours come back that answers nobody's mail: the oldest mailbox that is read."""
    return Mailbox.objects.filter(active=True).order_by("created", "id").first()


def against_acknowledging(subject: tuple[str, int], record_id: int, now: datetime) -> list[Fact]:
    """Why nothing is acknowledged by itself: a machine wrote, or this sender has had enough for an hour. For mail only."""
    came = Mail.objects.filter(subject_kind=subject[0], subject_id=subject[1], fate=Mail.Fate.OPENED).first()
    if came is None:
        return []
    if came.automatic:
        return [Fact("gate.automatic", {})]
    lately = Message.objects.filter(
        record__customer__records=record_id, direction=Message.Direction.OUT, channel="email", automatic=True
    ).exclude(state=Message.State.HELD)
    often = lately.filter(created__gt=now - HOUR).count() >= options.number("mail.acknowledged_per_hour")
    return [Fact("gate.often", {})] if often else []


def preview_of(mail: Mail) -> str:
    """The words of a mail that stands in no conversation, read from the mail itself; "" once that is gone."""
    raw = raw_of(mail.id)
    if raw is None:
        return ""
    try:
        data = store.path_of(raw.digest).read_bytes()
    except FileNotFoundError:
        return ""
    return clean_text(read(data, charset=mail.chosen).text.fresh)[:PREVIEW_CHARS_MAX]


def sender_shown(actor: Actor, mail: Mail) -> str:
    """Who wrote, masked for whoever may not read addresses."""
    return mail.sender if not mail.sender or actor.may("people.contacts") else mask("email", mail.sender)


def count_by_fate(mailbox: Mailbox) -> list[tuple[str, int]]:
    """(fate, how many) of one mailbox, in one statement."""
    found = Mail.objects.filter(mailbox=mailbox).order_by().values_list("fate").annotate(n=Count("id"))
    counts = dict(found)
    return [(str(fate.label), counts[fate.value]) for fate in Mail.Fate if fate.value in counts]
