"""Reading a timeline: one page of entries with what can be filtered, in a fixed number of statements however long it is."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.db.models.fields.json import KT

from guanxi.core import cover, keyset, timeline
from guanxi.core.access import Actor, Kind
from guanxi.core.models import Detail, Event, User
from guanxi.core.timeline import EventType
from guanxi.core.timeline.bases import Base

PAGE = 50
COUNT_MAX = keyset.COUNT_MAX
FIND_CHARS_MAX = 100
WAYS = ("in", "out", "none")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the reader asked for; each part "" for all. `kind` is a prefix of types, `who` "customer", "system" or a
    member of staff's public id. As an address: `kind=case&way=in&q=refund`."""

    kind: str = ""
    way: str = ""
    channel: str = ""
    who: str = ""
    q: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Wanted":
        """From an address; what is not known simply finds nothing, what is too long is cut."""
        names = ("kind", "way", "channel", "who")
        kept = {name: query.get(name, "")[:40] for name in names}
        return cls(**kept, q=query.get("q", "").strip()[:FIND_CHARS_MAX])

    def __bool__(self) -> bool:
        return bool(self.address())

    def address(self, **changed: str) -> str:
        """The same wishes as a query string, `changed` where given."""
        wished = replace(self, **changed)
        return urlencode([(name, value) for name in self.__slots__ if (value := getattr(wished, name))])


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: what happened, when, who did it, in whose words (covered for whoever may not read contacts)."""

    id: int
    occurred: datetime
    type: EventType
    who: str
    text: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Facets:
    """How many entries there are by kind, channel, way and author, whatever is wanted now.

    Counted are the newest `COUNT_MAX`; `more` says that there are others, of any kind.
    """

    total: int
    more: bool
    kinds: Mapping[str, int]
    channels: Mapping[str, int]
    ways: Mapping[str, int]
    people: Mapping[str, int]
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Page:
    entries: Sequence[Entry]
    older: str  # cursor of the next page, "" at the end


def prefix(code: str) -> str:
    """The kind of an event type: `case` of `case.opened`."""
    return code.partition(".")[0]


def _all(base: Base) -> QuerySet[Event]:
    found = Event.objects.filter(base.events())
    return found if base.hidden else found.exclude(type__in=timeline.hidden())


def facets(base: Base) -> Facets:
    """Counts for the filters, in two statements that cost the same however long the timeline is."""
    newest = _all(base).order_by("-occurred", "-id").values("id")[: COUNT_MAX + 1]
    rows = Event.objects.filter(id__in=newest).order_by().annotate(channel=KT("data__channel"))
    return _summed(rows.values_list("type", "channel", "actor_kind", "actor_id").annotate(n=Count("id")))


def _summed(groups: Iterable[tuple[str, str | None, str, str, int]]) -> Facets:
    kinds, channels, ways, people = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for code, channel, actor_kind, actor_id, n in groups:
        kinds[prefix(code)] += n
        ways[timeline.describe(code).direction or "none"] += n
        people[_who_code(actor_kind, actor_id)] += n
        if channel:
            channels[channel] += n
    names = _names(who for who in people if who.startswith("U-"))
    total = kinds.total()
    return Facets(min(total, COUNT_MAX), total > COUNT_MAX, kinds, channels, ways, people, names)


def _who_code(actor_kind: str, actor_id: str) -> str:
    if actor_kind == Kind.STAFF:
        return actor_id
    return "system" if actor_kind in (Kind.SYSTEM, Kind.TOKEN) else "customer"


def page(actor: Actor, base: Base, wanted: Wanted, *, before: str = "", size: int = PAGE) -> Page:
    """The newest `size` entries before a cursor, in three statements. Raises `Invalid` for a cursor that is not ours."""
    cut = _cut(base, wanted, before, size)
    return Page(entries(actor, cut.rows), cut.next_cursor)


def newest(actor: Actor, base: Base, wanted: Wanted, *, before: str = "") -> tuple[Facets, Page]:
    """A page, and what can be filtered. A timeline that fits on its page is counted from it, without another statement."""
    cut = _cut(base, wanted, before, PAGE)
    whole = not (wanted or before or cut.next_cursor)
    counts = _summed(map(_group_of, cut.rows)) if whole else facets(base)
    return counts, Page(entries(actor, cut.rows), cut.next_cursor)


def _group_of(event: Event) -> tuple[str, str | None, str, str, int]:
    return event.type, event.data.get("channel"), event.actor_kind, event.actor_id, 1


def _cut(base: Base, wanted: Wanted, before: str, size: int) -> keyset.Page[Event]:
    found = _narrow(_all(base), wanted).order_by("-occurred", "-id")
    return keyset.cut(found, "occurred", before, size=size)


def _narrow(found: QuerySet[Event], wanted: Wanted) -> QuerySet[Event]:
    if wanted.kind:
        found = found.filter(type__startswith=wanted.kind + ".")
    if wanted.way:
        way = "" if wanted.way == "none" else wanted.way
        known = timeline.registered().values()
        found = found.filter(type__in=[one.code for one in known if one.direction == way])
    if wanted.channel:
        found = found.filter(data__channel=wanted.channel)
    if wanted.who:
        found = found.filter(_by(wanted.who))
    return found.filter(_saying(wanted.q)) if wanted.q else found


def _by(who: str) -> Q:
    machines = [Kind.SYSTEM, Kind.TOKEN]
    if who == "system":
        return Q(actor_kind__in=machines)
    if who == "customer":
        return ~Q(actor_kind__in=[*machines, Kind.STAFF])
    return Q(actor_kind=Kind.STAFF, actor_id=who)


def _saying(text: str) -> Q:
    """Words of the people, numbers, or what the entry is called in the reader's language."""
    low = text.lower()
    called = [one.code for one in timeline.registered().values() if low in str(one.words).lower()]
    said = Q(detail__body__text__icontains=text) | Q(detail__body__word__icontains=text)
    return said | Q(data__number__icontains=text) | Q(type__in=called)


def entries(actor: Actor, events: Sequence[Event]) -> list[Entry]:
    """Events as entries, with their words and the names of colleagues: two statements."""
    details = {
        one.event_id: one.body for one in Detail.objects.filter(event_id__in=[one.id for one in events])
    }
    names = _names(one.actor_id for one in events if one.actor_kind == Kind.STAFF)
    return [
        Entry(
            id=event.id,
            occurred=event.occurred,
            type=timeline.describe(event.type),
            who=names.get(event.actor_id, ""),
            text=cover.shown(actor, _words_of(details.get(event.id, {}))),
            data=event.data,
        )
        for event in events
    ]


def _words_of(detail: Mapping[str, Any]) -> str:
    return str(detail.get("text") or detail.get("word") or "")


def _names(public_ids: Iterable[str]) -> dict[str, str]:
    wanted = set(public_ids)
    return dict(User.objects.filter(public_id__in=wanted).values_list("public_id", "name")) if wanted else {}


__all__ = ["PAGE", "Entry", "Facets", "Page", "Wanted", "entries", "facets", "page", "prefix"]
