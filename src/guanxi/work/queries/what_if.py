"""What other ways to give out work would have done with what really came in: the same arrivals, the same people, SIMULATED."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from math import ceil, inf
from typing import Any, Final

from django.db.models import Subquery

from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.core.models import Event
from guanxi.engine.routing import Agent, Item, Policy
from guanxi.engine.routing.drawing import Times
from guanxi.engine.routing.simulating import Arrival, Behaviour, Lived, Result, Seat, Span, simulate
from guanxi.work import events as happened
from guanxi.work import rules
from guanxi.work.models import Assignment, Member, Shift, WhatIf, WorkItem
from guanxi.work.queries import floor
from guanxi.work.queries.figures import in_hand
from guanxi.work.queries.planning import RIGHT, span_of

ARRIVALS_MAX: Final = 20_000  # the latest
HANDLE_S: Final = 300.0  # where nothing was ever finished
SEED: Final = 1
SHOWN_MAX: Final = 20
CODES: Final = ("now", "closed", "idle", "no_parking", "no_reserve")


def policies() -> Mapping[str, Policy]:
    """The way of today, and others beside it."""
    now = floor.policy()
    return {
        "now": now,
        "closed": replace(now, order="fifo", pooled=False, reserve=0, parking=False, widen=(0, 0, inf)),
        "idle": replace(now, order="live_first", reserve=0, parking=False, widen=(0, inf, inf)),
        "no_parking": replace(now, parking=False),
        "no_reserve": replace(now, reserve=0),
    }


@dataclass(frozen=True, slots=True)
class World:
    """What came in and who was there; `real`: how it really went, by the same count."""

    arrivals: Sequence[Arrival]
    seats: Sequence[Seat]
    behaviour: Behaviour
    opened: Sequence[Span]
    real: "Outcome"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Counts, and seconds. Waits are those of calls and chats until somebody took them."""

    live: int
    in_time: int
    gave_up: int
    wait_p50: float
    wait_p90: float
    deferred: int
    deferred_in_time: int
    interruptions: float  # per person and hour on duty
    busy: float  # share of the time on duty


def world_of(team_id: int, weeks: int, now: datetime) -> World:
    """The last weeks of a team as the simulation takes them. Who was on duty: the rota; without one, who was ready."""
    since, until = span_of(weeks, now)
    found = WorkItem.objects.filter(team=team_id, arrived__gte=since, arrived__lt=until, outbound=False)
    with_hand: Any = found.annotate(hand=Subquery(in_hand().values("at_hand")[:1])).order_by(
        "-arrived", "-id"
    )[:ARRIVALS_MAX]
    items = sorted(with_hand, key=lambda one: (one.arrived, one.id))
    took = _handled([one.id for one in items])
    seats = _seats(team_id, since, until)
    opened = merged(span for seat in seats for span in seat.shifts)
    times = sorted(took.values())
    behaviour = Behaviour(handle={"": Times.observed(times or [HANDLE_S])})
    return World([_arrival(one, took.get(one.id)) for one in items], seats, behaviour, opened, _real(items))


def _arrival(one: Any, took: float | None) -> Arrival:
    """Whoever gave up is taken to give up as soon again; everybody else is taken to wait."""
    live = one.channel in rules.LIVE
    gone = live and one.hand is None and one.state == WorkItem.State.CANCELLED and one.finished is not None
    patience = max((one.finished - one.arrived).total_seconds(), 0.0) if gone else None
    item = Item(
        one.id, one.kind, one.channel, one.arrived.timestamp(), max((one.due - one.arrived).total_seconds(), 1.0), 0.0,
        one.skill, one.language, one.tier, one.manager_id, team=one.team_id, live=live,
        conflicts=frozenset(one.conflicts),
    )  # fmt: skip
    return Arrival(item, took, patience)


def _handled(item_ids: Sequence[int]) -> dict[int, float]:
    """item -> seconds from hand to the end of the notes, without the shelf."""
    found: dict[int, float] = {}
    for start in range(0, len(item_ids), 500):
        done = Assignment.objects.filter(
            item__in=item_ids[start : start + 500], outcome="done", consulting=False
        )
        for one in done.prefetch_related("shelved"):
            end = one.ended or one.started
            spent = (one.wrapped or end) - (one.accepted or one.started)
            off = sum(((shelf.resumed or end) - shelf.parked).total_seconds() for shelf in one.shelved.all())
            found[one.item_id] = max(spent.total_seconds() - off, 1.0)
    return found


def _seats(team_id: int, since: datetime, until: datetime) -> list[Seat]:
    members = {one.id: one for one in Member.objects.filter(team=team_id).order_by("id")}
    shifts = Shift.objects.filter(member__in=members, starts__lt=until, ends__gt=since)
    spans: dict[int, list[Span]] = {}
    for member, starts, ends in shifts.values_list("member_id", "starts", "ends"):
        spans.setdefault(member, []).append((max(starts, since).timestamp(), min(ends, until).timestamp()))
    spans = spans or _present(members, since, until)
    return [Seat(_agent(members[key]), merged(some)) for key, some in sorted(spans.items())]


def _agent(member: Member) -> Agent:
    """Free at first: what they have in hand today is nothing to the past."""
    return replace(floor.as_agent(member, ready=True), load={}, idle_since=0.0)


def _present(members: Iterable[int], since: datetime, until: datetime) -> dict[int, list[Span]]:
    """member -> when they were ready, by what they declared."""
    told = Event.objects.filter(
        type=happened.PRESENCE_CHANGED.code, subject_kind="member", subject_id__in=list(members),
        occurred__gte=since, occurred__lt=until,
    )  # fmt: skip
    spans: dict[int, list[Span]] = {}
    open_: dict[int, float] = {}
    for member, at, data in told.order_by("occurred", "id").values_list("subject_id", "occurred", "data"):
        begun = open_.pop(member, None)
        if begun is not None and at.timestamp() > begun:
            spans.setdefault(member, []).append((begun, at.timestamp()))
        if data.get("to") == Member.Presence.READY:
            open_[member] = at.timestamp()
    for member, begun in open_.items():
        spans.setdefault(member, []).append((begun, until.timestamp()))
    return spans


def merged(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, those that touch as one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        elif end > start:
            found.append((start, end))
    return found


# -- how it went --------------------------------------------------------------------------------------------


def _real(items: Sequence[Any]) -> Outcome:
    live = [one for one in items if one.channel in rules.LIVE]
    rest = [one for one in items if one.channel not in rules.LIVE]
    waits = [(one.hand - one.arrived).total_seconds() for one in live if one.hand]
    return Outcome(
        len(live),
        sum(one.hand is not None and one.hand <= one.due for one in live),
        sum(one.hand is None and one.state == WorkItem.State.CANCELLED for one in live),
        ranked(waits, 0.5),
        ranked(waits, 0.9),
        len(rest),
        sum(one.hand is not None and one.hand <= one.due for one in rest),
        0.0,
        0.0,
    )


def outcome(result: Result) -> Outcome:
    """What a simulation comes to."""
    live = [one for one in result.lived if one.item.live]
    rest = [one for one in result.lived if not one.item.live]
    waits = [one.waited for one in live if one.started is not None]
    hours = result.duty_s / 3_600
    return Outcome(
        len(live),
        sum(map(_in_time, live)),
        sum(one.hung_up is not None for one in live),
        ranked(waits, 0.5),
        ranked(waits, 0.9),
        len(rest),
        sum(map(_in_time, rest)),
        round(len(result.parkings) / hours, 3) if hours else 0.0,
        round(result.busy_s / result.duty_s, 4) if result.duty_s else 0.0,
    )


def _in_time(one: Lived) -> bool:
    return one.started is not None and one.waited <= one.item.target


def ranked(values: Sequence[float], share: float) -> float:
    """The percentile by nearest rank; 0 where there is nothing."""
    ordered = sorted(values)
    return round(ordered[max(ceil(share * len(ordered)), 1) - 1], 1) if ordered else 0.0


def compare(world: World, progress: Any = None) -> dict[str, Any]:
    """Every policy lives through the same weeks."""
    found: dict[str, Any] = {
        "real": asdict(world.real),
        "people": len(world.seats),
        "arrivals": len(world.arrivals),
    }
    for done, (code, policy) in enumerate(policies().items(), 1):
        lived = simulate(
            world.arrivals, world.seats, policy, SEED, behaviour=world.behaviour, opened=world.opened
        )
        found[code] = asdict(outcome(lived))
        if progress:
            progress(done, len(CODES))
    return found


# -- what was asked -----------------------------------------------------------------------------------------


def list_asked(actor: Actor, team_id: int) -> list[WhatIf]:
    """What was asked of a team lately, the newest first. Raises `Denied` without the right there."""
    actor.require_at(RIGHT, team_id)
    return list(
        WhatIf.objects.filter(team=team_id).select_related("asker").order_by("-asked", "-id")[:SHOWN_MAX]
    )


def get_asked(actor: Actor, public_id: str) -> WhatIf:
    """Raises `NotFound` also for a team whose work the actor does not give out."""
    found = WhatIf.objects.select_related("team__unit", "asker").filter(public_id=public_id).first()
    if found is None or not actor.may_at(RIGHT, found.team_id):
        raise NotFound
    return found
