"""Reading the audit trail: who did what and when, what was before and after, and whether the chain holds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from guanxi.core import events, seal
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.events import Event
from guanxi.core.models import Detail
from guanxi.core.models import Event as EventRow
from guanxi.core.timeline import EventType

VERIFIED = EventType("audit.verified", _("Audit chain walked"), icon="link", shown=False)
ALL = (VERIFIED,)
RIGHT = "site.audit"
CHARS_MAX: Final = 2_000  # of one value, shown; the rest stays in the database
MASKED: Final = "****"


def list_events(actor: Actor) -> QuerySet[EventRow]:
    """Sealed events as far as the right to read them goes: all, of some units, or one's own."""
    reach = actor.reach(RIGHT)
    found = EventRow.objects.exclude(seq=None)
    if reach.everything:
        return found
    mine = Q(pk__in=[])
    if reach.units:
        mine |= Q(unit_id__in=reach.units)
    if reach.own and actor.id:
        mine |= Q(actor_id=actor.id)
    return found.filter(mine)


@dataclass(frozen=True, slots=True)
class Line:
    """One value of an event. Only `after` with `plain`: something told, not a change."""

    name: str
    before: str
    after: str
    plain: bool = False

    @property
    def differs(self) -> bool:
        return not self.plain and self.before != self.after


@dataclass(frozen=True, slots=True)
class Account:
    """What an event says in full. `erased`: it had words, which are gone; `hidden`: the reader may not see them."""

    lines: Sequence[Line]
    erased: bool = False
    hidden: bool = False


# Whose words may be read: subject kind -> (actor, subject id) -> may they. Kinds nobody registers belong to the house.
Guard = Callable[[Actor, int], bool]
_guards: dict[str, Guard] = {}
_masks: dict[str, Callable[[Actor, str], str]] = {}


def guard(kind: str, may: Guard) -> None:
    """Called by `site/wiring.py`: an event's words about this kind of subject are shown to whoever `may` see it."""
    _guards[kind] = may


def mask(field: str, hide: Callable[[Actor, str], str]) -> None:
    """A field of details that is masked for some readers, such as a telephone number."""
    _masks[field] = hide


def account(actor: Actor, event: EventRow) -> Account:
    """Codes and numbers of the event, then its words when they are there and this actor may read them."""
    lines = lines_of(event.data)
    if not event.detail_digest:
        return Account(lines)
    detail = Detail.objects.filter(event_id=event.id).first()
    if detail is None:
        return Account(lines, erased=True)
    if not _may_read(actor, event):
        return Account(lines, hidden=True)
    return Account([*lines, *(_hide(actor, line) for line in lines_of(detail.body))])


def bodies_of(found: Sequence[EventRow]) -> dict[int, Mapping[str, Any]]:
    """event id -> its words, where they are still there, in one statement."""
    ids = [one.id for one in found if one.detail_digest]
    return dict(Detail.objects.filter(event_id__in=ids).values_list("event_id", "body"))


def _may_read(actor: Actor, event: EventRow) -> bool:
    if event.record_id is not None and not _guards.get("record", _nobody)(actor, event.record_id):
        return False
    may = _guards.get(event.subject_kind)
    return may is None or may(actor, event.subject_id)


def _nobody(actor: Actor, key: int) -> bool:
    return False


def _hide(actor: Actor, line: Line) -> Line:
    hide = _masks.get(line.name)
    if hide is None:
        return line
    before, after = (hide(actor, one) if one else one for one in (line.before, line.after))
    return Line(line.name, before, after, line.plain)


def lines_of(body: Mapping[str, Any]) -> list[Line]:
    """Values of an event, changes first. Pairs named before/after or from/to are compared value by value."""
    rest = dict(body)
    lines: list[Line] = []
    for first, last in (("before", "after"), ("from", "to")):
        if first in rest and last in rest:
            lines += compare(rest.pop(first), rest.pop(last))
    lines += [Line(name, "", shown(value), plain=True) for name, value in sorted(rest.items())]
    return lines


def compare(before: Any, after: Any) -> list[Line]:
    """Two values, or two tables key by key, in the order of their names."""
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return [Line("", shown(before), shown(after))]
    names = sorted({*before, *after})
    return [Line(name, shown(before.get(name, "")), shown(after.get(name, ""))) for name in names]


def shown(value: Any) -> str:
    """A value as text, in one line of at most `CHARS_MAX` characters."""
    if isinstance(value, Mapping):
        text = ", ".join(f"{name}: {shown(one)}" for name, one in sorted(value.items()))
    elif isinstance(value, list | tuple):
        text = ", ".join(shown(one) for one in value)
    else:
        text = "" if value is None else str(value)
    return text if len(text) <= CHARS_MAX else f"{text[:CHARS_MAX]}…"


@action
def note_verified(*, actor: Actor, now: datetime, report: seal.ChainReport) -> None:
    """Write down what a walk over the whole chain saw."""
    actor.require(RIGHT)
    data = {
        "sound": report.sound,
        "sealed": report.sealed,
        "erased": report.erased_details,
        "faults": len(report.faults),
    }
    detail = {"faults": report.faults[:20]} if report.faults else None
    events.record(Event(VERIFIED.code, actor, now, ("chain", 0), data=data, detail=detail))


def last_verified() -> EventRow | None:
    return EventRow.objects.filter(type=VERIFIED.code).order_by("-recorded", "-id").first()
