"""Who gets which item now, and why. One round over everything that waits; pure, the same input gives the same answer."""

from collections.abc import Iterator, Sequence
from typing import Any

from guanxi.engine.routing.floor import Circle, Floor, Key
from guanxi.engine.routing.ranking import head_start, rank, urgency
from guanxi.engine.routing.shape import ANYBODY, PRIMARY, SECONDARY, Act, Agent, Decision, Fact, Item, Policy

DIFFERENCES = {
    "level": "lesser_skill",
    "interruptions": "interrupted_more",
    "scarcity": "kept_for_other_skills",
    "load": "more_in_hand",
    "idle_since": "idle_shorter",
    "agent": "equal",
}
"""Why somebody who was free too was not chosen: the first part of the order in which they differ."""


def decide(
    items: Sequence[Item], agents: Sequence[Agent], *, policy: Policy, now: float, reasons: bool = True
) -> list[Decision]:
    """One decision for each item, the most urgent first. Offers count at once, so that capacity holds for the whole list.

    Without `reasons` the decisions are the same and say nothing: for simulations.
    """
    floor = Floor(agents, policy, reasons=reasons)
    return [_decide_one(items[place], floor, now) for place in rank(items, policy, now)]


def stage_of(item: Item, policy: Policy) -> int:
    """How far its circle is widened: 0 primary skill, 1 secondary, 2 anybody, 3 the supervisor too."""
    share = item.waited / max(item.target, 1.0)
    return sum(share >= threshold for threshold in policy.widen)


def _decide_one(item: Item, floor: Floor, now: float) -> Decision:
    held = _for_whom_it_is_known(item, floor, now)
    if held is not None:
        return held
    stage = stage_of(item, floor.policy)
    level_max = min(PRIMARY + stage, ANYBODY)
    circle = floor.circle(item)
    special = item.declined or item.conflicts

    def skip(agent: int) -> bool:
        return bool(special and floor.barred(floor.places[agent].agent, item)) or _reserved(
            item, agent, floor
        )

    if found := floor.first(circle.free, item, level_max=level_max, skip=skip, parking=False):
        return _offer(item, found, floor, circle, now, "offer")
    if not item.live or not circle.parking or item.waited < _park_after(item, floor.policy):
        return _wait(item, floor, circle, now, stage)
    if found := floor.first(circle.parking, item, level_max=level_max, skip=skip, parking=True):
        return _offer(item, found, floor, circle, now, "park")
    return _wait(item, floor, circle, now, stage)


def _reserved(item: Item, agent: int, floor: Floor) -> bool:
    """Is this person kept free for a call, because the item can still wait?"""
    if item.live or not floor.is_last_reserve(agent):
        return False
    return item.waited < floor.policy.reserve_share * item.target


def _park_after(item: Item, policy: Policy) -> float:
    return policy.park_after_share * item.target


# -- manager, last handler --------------------------------------------------------------------------------


def _known(item: Item) -> Iterator[tuple[str, int]]:
    if item.manager is not None:
        yield "manager", item.manager
    if item.last_handler is not None and item.last_handler != item.manager:
        yield "last_handler", item.last_handler


def manager_wait(item: Item, policy: Policy) -> float:
    """Seconds an item waits for somebody who knows the customer while others are free."""
    return min(policy.manager_wait_s, policy.manager_wait_share * item.target)


def _for_whom_it_is_known(item: Item, floor: Floor, now: float) -> Decision | None:
    """To the manager or last handler when free; for them, for a while, when they are busy."""
    limit = manager_wait(item, floor.policy)
    waits: Decision | None = None
    for code, agent in _known(item):
        place = floor.places.get(agent)
        if place is None or floor.barred(place.agent, item):
            continue
        why = floor.busy(place, item)
        parks = why == "deferred" and floor.parks(place) and item.waited >= _park_after(item, floor.policy)
        if (not why and not _reserved(item, agent, floor)) or parks:
            fact = Fact(code, {"agent": agent, "waited": item.waited, "limit": limit})
            return _give(item, agent, floor, "park" if parks else "offer", fact, _others(item, floor, agent))
        if why and waits is None and item.waited < limit:
            fact = Fact(f"{code}_busy", {"agent": agent, "why": why, "waited": item.waited, "limit": limit})
            waits = Decision(
                item.id,
                agent,
                "wait",
                (fact, *_of_time(item, floor.policy)),
                urgency(item, floor.policy),
                now + limit - item.waited,
            )
    return waits


SILENT = Fact("")

# -- offers -----------------------------------------------------------------------------------------------


def _offer(item: Item, key: Key, floor: Floor, circle: Circle, now: float, act: Act) -> Decision:
    if not floor.reasons:
        return _give(item, key.agent, floor, act, SILENT, ())
    values: dict[str, Any] = {"skill": item.skill, "level": key.level, "agent": key.agent}
    fact = Fact("skill" if item.skill else "any_skill", values)
    heap = circle.parking if act == "park" else circle.free
    after = floor.first(
        heap,
        item,
        level_max=ANYBODY,
        skip=lambda agent: agent == key.agent or bool(floor.barred(floor.places[agent].agent, item)),
        parking=act == "park",
    )
    chosen = (Fact("chosen", {"by": difference(key, after), "before": after.agent}),) if after else ()
    return _give(
        item, key.agent, floor, act, fact, _others(item, floor, key.agent, circle, key, after), chosen
    )


def difference(chosen: Key, other: Key) -> str:
    """The first part of the order in which two people differ, as a code."""
    pairs = zip(Key._fields, chosen, other, strict=True)
    return DIFFERENCES[next(name for name, mine, theirs in pairs if mine != theirs)]


def _give(
    item: Item,
    agent: int,
    floor: Floor,
    act: Act,
    fact: Fact,
    others: tuple[Fact, ...],
    chosen: tuple[Fact, ...] = (),
) -> Decision:
    policy = floor.policy
    if not floor.reasons:
        floor.give(agent, item)
        return Decision(item.id, agent, act, (), urgency(item, policy))
    facts = [fact, *chosen, *_of_time(item, policy)]
    if stage := stage_of(item, policy):
        facts.append(_widened(item, stage))
    if act == "park":
        interrupted = floor.places[agent].agent.parked_last_hour
        facts.append(Fact("parks", {"last_hour": interrupted, "hour_max": policy.parked_hour_max}))
    floor.give(agent, item)
    return Decision(item.id, agent, act, (*facts, *others), urgency(item, policy))


def _of_time(item: Item, policy: Policy) -> list[Fact]:
    facts = [Fact("waited", {"seconds": item.waited, "target": item.target})]
    if head := head_start(item, policy):
        facts.append(Fact("tier", {"tier": item.tier, "seconds": head}))
    if item.waited >= item.target:
        facts.append(Fact("overdue", {"seconds": item.waited - item.target}))
    return facts


def _widened(item: Item, stage: int) -> Fact:
    return Fact("widened", {"stage": stage, "share": item.waited / max(item.target, 1.0)})


def _others(
    item: Item,
    floor: Floor,
    agent: int | None,
    circle: Circle | None = None,
    key: Key | None = None,
    after: Key | None = None,
) -> tuple[Fact, ...]:
    """Up to three people who might have been expected, and why it was not they."""
    if not floor.reasons:
        return ()
    told: dict[int, str] = {}
    for _, known in _known(item):
        place = floor.places.get(known)
        if known != agent:
            told[known] = (
                "absent" if place is None else floor.barred(place.agent, item) or floor.busy(place, item)
            )
    if key and after:
        told.setdefault(after.agent, difference(key, after))
    for _, _, other, why in (circle or floor.circle(item)).hindered:
        if len(told) >= floor.policy.others_max:
            break
        if other != agent:
            told.setdefault(other, floor.barred(floor.places[other].agent, item) or why)
    kept = [(other, why or "reserve") for other, why in told.items()][: floor.policy.others_max]
    return (Fact("others", {"others": kept}),) if kept else ()


def _others_of_waiting(item: Item, floor: Floor, circle: Circle) -> tuple[Fact, ...]:
    """The same for every item of a class, unless somebody is named in the item itself."""
    if item.declined or item.conflicts or item.manager is not None or item.last_handler is not None:
        return _others(item, floor, None, circle)
    if circle.others is None:
        circle.others = _others(item, floor, None, circle)
    return circle.others


# -- waiting ----------------------------------------------------------------------------------------------

WAITING: tuple[Act, ...] = ("wait", "widen", "widen", "supervisor")


def _wait(item: Item, floor: Floor, circle: Circle, now: float, stage: int) -> Decision:
    policy = floor.policy
    why = _why_waiting(item, floor, circle, stage)
    reserve = why.code == "reserve"
    act, until = "wait" if reserve else WAITING[stage], _look_again(item, policy, now, reserve=reserve)
    if not floor.reasons:
        return Decision(item.id, None, act, (), urgency(item, policy), until)
    facts = [why, *_of_time(item, policy)]
    if stage:
        facts.append(_widened(item, stage))
    return Decision(
        item.id,
        None,
        act,
        (*facts, *_others_of_waiting(item, floor, circle)),
        urgency(item, policy),
        until,
    )


def _why_waiting(item: Item, floor: Floor, circle: Circle, stage: int) -> Fact:
    free = next((key for key in circle.free if key.level <= PRIMARY + stage), None)
    if free and _reserved(item, free.agent, floor):
        return Fact("reserve", {"keep": floor.policy.reserve, "share": floor.policy.reserve_share})
    if not circle.on_duty:
        return Fact("nobody_on_duty")
    if not circle.skilled:
        return Fact("nobody_skilled", {"skill": item.skill, "language": item.language})
    return Fact("nobody_free", {"skilled": circle.skilled, "on_duty": circle.on_duty})


def _look_again(item: Item, policy: Policy, now: float, *, reserve: bool) -> float | None:
    """When the clock alone may change the answer."""
    shares = [*policy.widen]
    if reserve:
        shares.append(policy.reserve_share)
    if item.live and policy.parking:
        shares.append(policy.park_after_share)
    later = [share * item.target for share in shares if share * item.target > item.waited]
    return now + min(later) - item.waited if later else None


# -- "Next" -----------------------------------------------------------------------------------------------


def next_for(
    agent: Agent, items: Sequence[Item], *, policy: Policy, now: float, agents: Sequence[Agent] = ()
) -> Decision | None:
    """What `agent`, who asks for work, should do next; None when nothing waits that they may take.

    As in `decide`, but nothing is kept in reserve (they ask), what they know already comes a little earlier while it is not
    due, and work not yet widened to their secondary skill comes after everything else. `agents`: the others on duty, whose
    customers wait for them a moment.
    """
    floor = Floor([agent, *(one for one in agents if one.id != agent.id)], policy)
    place = floor.places[agent.id]
    best: tuple[tuple[bool, float, float, int], Item] | None = None
    for item in items:
        if floor.barred(agent, item) or floor.busy(place, item) or _waits_for_another(item, agent.id, floor):
            continue
        level = floor.level(agent, item)
        early = level > PRIMARY + stage_of(item, policy)
        if early and level > SECONDARY:
            continue
        order = (early, -pressure(item, agent.id, policy), item.arrived, item.id)
        if best is None or order < best[0]:
            best = (order, item)
    return None if best is None else _next(best[1], agent.id, floor)


JUST_BEFORE_DUE = 0.999


def pressure(item: Item, agent: int, policy: Policy) -> float:
    """Urgency for somebody: what they know already gets a head start which never reaches what is due."""
    value = urgency(item, policy)
    if agent not in (item.manager, item.last_handler) or value >= 1:
        return value
    return min(value + policy.handled_before, JUST_BEFORE_DUE)


def _waits_for_another(item: Item, agent: int, floor: Floor) -> bool:
    if item.waited >= manager_wait(item, floor.policy):
        return False
    known = [floor.places[one].agent for _, one in _known(item) if one in floor.places]
    return agent not in {one.id for one in known} and any(not floor.barred(one, item) for one in known)


def _next(item: Item, agent: int, floor: Floor) -> Decision:
    code = next((code for code, known in _known(item) if known == agent), "")
    if code:
        fact = Fact(code, {"agent": agent, "waited": item.waited, "limit": manager_wait(item, floor.policy)})
    else:
        level = floor.level(floor.places[agent].agent, item)
        fact = Fact(
            "skill" if item.skill else "any_skill", {"skill": item.skill, "level": level, "agent": agent}
        )
    return _give(item, agent, floor, "offer", fact, _others(item, floor, agent))
