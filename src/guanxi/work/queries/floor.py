"""What the assignment engine is told: who is here, what waits, by which policy; and what *Next* would give."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Count, QuerySet

from guanxi.core import options
from guanxi.core.access import Actor
from guanxi.core.calendar import WorkingCalendar
from guanxi.core.explain import Explanation
from guanxi.engine import routing
from guanxi.work import queries, rules
from guanxi.work.models import Assignment, Member, Shelf, WorkItem

HOUR = timedelta(hours=1)
COUNTED_DAYS_MAX = 300  # beyond, waiting is counted by the clock on the wall


def policy() -> routing.Policy:
    """How this house assigns, by its settings."""
    shares = (
        0.0,
        options.number("work.head_start_1") / 100,
        options.number("work.head_start_2") / 100,
    )
    return routing.Policy(
        head_shares=shares,
        manager_wait_s=float(options.number("work.manager_wait_s")),
        reserve=options.number("work.reserve"),
        parking=options.number("work.parked_hour_max") > 0,
        parked_max=rules.PARKED_MAX,
        parked_hour_max=options.number("work.parked_hour_max"),
    )


# -- items --------------------------------------------------------------------------------------------------


def _worked_s(calendar: WorkingCalendar, start: datetime, end: datetime) -> float:
    if end <= start:
        return 0.0
    if end - start > timedelta(days=COUNTED_DAYS_MAX):
        return (end - start).total_seconds()
    return calendar.between(start, end).total_seconds()


def as_item(
    item: WorkItem,
    calendar: WorkingCalendar,
    now: datetime,
    *,
    last_handler: int | None = None,
    declined: frozenset[int] = frozenset(),
) -> routing.Item:
    """A row of the queue as the engine sees it. Deferred work waits in working time; who is on the line waits always."""
    live = item.channel in rules.LIVE
    waited = max(0.0, (now - item.arrived).total_seconds())
    target = (item.due - item.arrived).total_seconds()
    if not live:
        counted = _worked_s(calendar, item.arrived, item.due)
        if counted > 0:
            waited, target = _worked_s(calendar, item.arrived, now), counted
    return routing.Item(
        id=item.id,
        kind=item.kind,
        channel=item.channel,
        arrived=item.arrived.timestamp(),
        target=max(target, 1.0) if target > 0 else 1.0,
        waited=waited,
        skill=item.skill,
        language=item.language,
        tier=item.tier,
        manager=item.manager_id,
        last_handler=last_handler,
        team=item.team_id,
        live=live,
        outbound=item.outbound,
        declined=declined,
        conflicts=frozenset(item.conflicts),
    )


def as_items(
    items: Sequence[WorkItem], calendar: WorkingCalendar, now: datetime, *, declines: bool = False
) -> list[routing.Item]:
    """Rows of one team's queue, with who handled their subjects before and, for offers, who said no of late."""
    handlers = queries.last_handlers([item.subject_id for item in items]) if items else {}
    refused = _declined([item.id for item in items], now) if declines and items else {}
    return [
        as_item(
            item,
            calendar,
            now,
            last_handler=handlers.get(item.subject_id),
            declined=frozenset(refused.get(item.id, ())),
        )
        for item in items
    ]


def _declined(item_ids: Sequence[int], now: datetime) -> dict[int, set[int]]:
    """item -> members who declined it, or let it ring, within the time that counts."""
    since = now - timedelta(minutes=options.number("work.decline_minutes"))
    found: dict[int, set[int]] = {}
    lately = Assignment.objects.filter(item__in=item_ids, outcome__in=queries.REFUSED, ended__gt=since)
    for item, member in lately.values_list("item_id", "member_id"):
        found.setdefault(item, set()).add(member)
    return found


def look(queue: QuerySet[WorkItem], *, deferred: bool) -> list[WorkItem]:
    """The head of a queue: whoever is on the line first, then the most due; a bounded number of each."""
    live = list(queue.exclude(channel=rules.DEFERRED).order_by("due", "id")[: queries.QUEUE_LOOK_MAX])
    if not deferred:
        return live
    rest = queue.filter(channel=rules.DEFERRED).order_by("due", "id")[: queries.QUEUE_LOOK_MAX]
    return [*live, *rest]


# -- people -------------------------------------------------------------------------------------------------


def as_agent(member: Member, *, ready: bool) -> routing.Agent:
    """A seat as the engine sees it, as far as its own row tells."""
    lanes = rules.LANES.items()
    return routing.Agent(
        id=member.id,
        team=member.team_id,
        skills={str(code): int(level) for code, level in member.skills.items()},
        languages=frozenset(member.languages),
        ready=ready,
        load={channel: getattr(member, taken) for channel, (_, taken) in lanes if getattr(member, taken)},
        capacity={channel: getattr(member, room) for channel, (room, _) in lanes},
        idle_since=member.since.timestamp() if member.since else 0.0,
    )


@dataclass(frozen=True, slots=True)
class Hands:
    """What members hold that a call may interrupt, the newest first: member -> [item]; and who was interrupted of late."""

    parkable: Mapping[int, Sequence[WorkItem]]
    lately: Mapping[int, int]


def hands_of(members: Iterable[Member], now: datetime) -> Hands:
    """Two statements, however many members."""
    ids = [one.id for one in members if one.open > one.parked]
    held: dict[int, list[WorkItem]] = {}
    if ids:
        shelved = Shelf.objects.filter(member__in=ids, resumed=None).values("assignment__item")
        mine = WorkItem.objects.filter(
            member__in=ids,
            state=WorkItem.State.ASSIGNED,
            channel=rules.DEFERRED,
            outbound=False,
            due__gt=now,
        )
        for item in mine.exclude(id__in=shelved).order_by("-id"):
            held.setdefault(item.member_id or 0, []).append(item)
    for_calls = Shelf.objects.filter(member__in=ids, for_call=True, parked__gt=now - HOUR)
    lately = (
        dict(for_calls.values("member").annotate(n=Count("id")).values_list("member", "n")) if ids else {}
    )
    return Hands(held, lately)


def as_agents(members: Sequence[Member], hands: Hands, *, deferred_room: int) -> list[routing.Agent]:
    """The people of one round; `deferred_room` is how much deferred work each may be given in it, in all.

    What is parked keeps its room.
    """
    agents = []
    for one in members:
        agent = as_agent(one, ready=one.presence == Member.Presence.READY)
        load = {**agent.load, rules.DEFERRED: one.open - one.parked}
        agents.append(
            replace(
                agent,
                load={channel: count for channel, count in load.items() if count},
                capacity={**agent.capacity, rules.DEFERRED: min(one.capacity - one.parked, deferred_room)},
                parked=one.parked,
                parkable=len(hands.parkable.get(one.id, ())),
                parked_last_hour=hands.lately.get(one.id, 0),
            )
        )
    return agents


def names_of(member_ids: Iterable[int]) -> dict[int, str]:
    """What members are called."""
    ids = sorted(set(member_ids))
    if not ids:
        return {}
    found = Member.objects.filter(id__in=ids).select_related("user").order_by("id")
    return {one.id: str(one.user) for one in found}


# -- "Next" -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pick:
    """What *Next* gives, and why."""

    item: WorkItem
    why: Explanation


class Offering:
    """What waits for one member who asks, the best first; each `pick` gives the next best."""

    def __init__(self, actor: Actor, member: Member, now: datetime) -> None:
        self.member, self.now, self.policy = member, now, policy()
        queue = queries.list_queue(actor).filter(team_id=member.team_id)
        rows = list(queue[: queries.QUEUE_LOOK_MAX])
        self.rows = {item.id: item for item in rows}
        calendar = queries.team_of(member.team_id).calendar if rows else None
        self.items = as_items(rows, calendar, now) if calendar else []

    def pick(self) -> Pick | None:
        """The best of what is left, which is then no longer there; None when nothing is."""
        agent = as_agent(self.member, ready=True)
        chosen = rules.choose(agent, self.items, policy=self.policy, now=self.now.timestamp())
        if chosen is None:
            return None
        decision, speaks = chosen
        item = self.rows[decision.item]
        self.items = [one for one in self.items if one.id != item.id]
        why = rules.explain(
            decision,
            arrived=item.arrived,
            due=item.due,
            live=item.channel in rules.LIVE,
            names=names_of(rules.told(decision)),
            now=self.now,
            missing="" if speaks else item.language,
            later=[routing.urgency(one, self.policy) for one in self.items],
        )
        return Pick(item, why)


def peek_next(actor: Actor, member: Member, now: datetime) -> tuple[WorkItem, Explanation] | None:
    """What *Next* would give now, and why, without taking it."""
    found = Offering(actor, member, now).pick()
    return (found.item, found.why) if found else None
