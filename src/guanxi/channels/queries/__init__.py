"""Every read of channels: messages about a subject, the one timeline, outgoing mail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from guanxi.channels.models import Message
from guanxi.core import timeline
from guanxi.core.access import Actor, Kind
from guanxi.core.errors import NotFound
from guanxi.core.models import Detail, Event, User
from guanxi.core.prepared import prepared_at
from guanxi.core.recall import remembered
from guanxi.engine.normalise import mask

PAGE = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline: what happened, who did it, in whose words."""

    key: str
    occurred: datetime
    type: timeline.EventType
    who: str
    text: str
    data: Mapping[str, Any]


@remembered
def list_about(subject: tuple[str, int]) -> list[Message]:
    """Messages about a subject the caller has already been allowed to see, oldest first.

    Mail that only repeats what stands here (an answer sent on, an acknowledgement) is left out, and what was taken back.
    """
    found = Message.objects.filter(subject_kind=subject[0], subject_id=subject[1])
    found = found.exclude(direction=Message.Direction.OUT, channel="email")
    taken_back = {"direction": Message.Direction.OUT, "state": Message.State.HELD}
    return list(found.exclude(**taken_back).order_by("created", "id")[:500])


def timeline_of(
    actor: Actor, record_ids: Sequence[int], *, before: tuple[datetime, int] | None = None, limit: int = PAGE
) -> list[Entry]:
    """The newest `limit` events of a customer's records before a (moment, id) cursor. Three statements, however long it is."""
    if not actor.may("channels.view"):
        return []
    found = Event.objects.filter(record_id__in=record_ids).exclude(type__in=timeline.hidden())
    if before is not None:
        found = found.filter(Q(occurred__lt=before[0]) | Q(occurred=before[0], id__lt=before[1]))
    events = list(found.order_by("-occurred", "-id")[:limit])
    details = {d.event_id: d.body for d in Detail.objects.filter(event_id__in=[e.id for e in events])}
    names = staff_names(e.actor_id for e in events if e.actor_kind == Kind.STAFF)
    return [
        Entry(
            key=f"{event.occurred.timestamp():.6f}_{event.id}",
            occurred=event.occurred,
            type=timeline.describe(event.type),
            who=names.get(event.actor_id, ""),
            text=_words_of(details.get(event.id, {})),
            data=event.data,
        )
        for event in events
    ]


def place_of(entry: Entry) -> tuple[datetime, int]:
    """The (moment, id) after which the next page of a timeline begins."""
    return entry.occurred, int(entry.key.rpartition("_")[2])


def last_said(actor: Actor, customer_id: int) -> Message | None:
    """The newest thing said with a customer, in either direction; mail that only repeats it does not count."""
    return next(iter(_newest_said(actor, customer_id)), None)


@prepared_at(Message)
def _newest_said(actor: Actor, customer_id: int) -> QuerySet[Message]:
    found: QuerySet[Message] = Message.objects.visible_to(actor).filter(record__customer_id=customer_id)
    return found.exclude(direction=Message.Direction.OUT, channel="email").order_by("-created", "-id")[:1]


def last_said_then(actor: Actor, record_ids: Sequence[int], at: datetime) -> Message | None:
    """The newest thing said until a moment with the customer these records belonged to."""
    found: QuerySet[Message] = Message.objects.visible_to(actor).filter(
        record_id__in=record_ids, created__lte=at
    )
    return found.exclude(direction=Message.Direction.OUT, channel="email").order_by("-created", "-id").first()


def _words_of(detail: Mapping[str, Any]) -> str:
    return str(detail.get("text") or detail.get("word") or "")


def staff_names(public_ids: Any) -> dict[str, str]:
    """Public id -> name, for showing who did something."""
    wanted = set(public_ids)
    return dict(User.objects.filter(public_id__in=wanted).values_list("public_id", "name")) if wanted else {}


def list_outgoing(actor: Actor, *, to: str = "") -> QuerySet[Message]:
    """Outgoing mail as far as the right goes, newest first (the demo's mail page, the administrator's view); `to`: to this
    address only."""
    actor.require("channels.outbox")
    reach = actor.reach("channels.outbox")
    found = Message.objects.filter(direction=Message.Direction.OUT, channel="email")
    if not reach.everything:
        found = found.filter(record__unit__in=reach.units)
    if to:
        found = found.filter(address__iexact=to)
    return found.order_by("-created", "-id")


def get_outgoing(actor: Actor, public_id: str) -> Message:
    """One outgoing message. Raises `NotFound` also where the right does not reach."""
    found = list_outgoing(actor).select_related("record__customer").filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def address_shown(actor: Actor, message: Message) -> str:
    """Where a message went, masked for whoever may not read addresses."""
    if not message.address or actor.may("people.contacts"):
        return message.address
    return mask("email", message.address)


def sent_lately(subject: tuple[str, int], since: datetime) -> int:
    """How many mails about this subject were written after `since`."""
    mails = Message.objects.filter(
        subject_kind=subject[0], subject_id=subject[1], channel="email", direction="out"
    )
    return mails.filter(created__gt=since).count()


def record_of(public_id: str) -> int | None:
    """Whose conversation a message is part of; None without one."""
    if not public_id:
        return None
    return Message.objects.filter(public_id=public_id).values_list("record_id", flat=True).first()


def key_of(public_id: str) -> int | None:
    """The key of a message; None without one."""
    return (
        Message.objects.filter(public_id=public_id).values_list("id", flat=True).first()
        if public_id
        else None
    )


def is_taken_back(public_id: str) -> bool:
    """Whether an answer was taken back before it was mailed."""
    return Message.objects.filter(public_id=public_id, channel="web", state=Message.State.HELD).exists()


def known_messages(ids: Sequence[int]) -> set[int]:
    """Which of these are there already: an imported message's id comes from what it says, so that it comes in once."""
    return set(Message.objects.filter(id__in=ids).values_list("id", flat=True))
