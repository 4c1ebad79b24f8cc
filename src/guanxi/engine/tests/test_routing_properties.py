"""What must hold for any queue and any floor, and a reference written the slow way beside it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any, TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.engine.routing import (
    Agent,
    Decision,
    Item,
    Policy,
    decide,
    manager_wait,
    may_park,
    next_for,
    rank,
    stage_of,
    urgency,
)

T = TypeVar("T")
SKILLS = ("hotline", "finance", "letters")
WAITS = (0.0, 4.0, 9.0, 15.0, 25.0, 40.0, 3_000.0, 9_000.0)
LOADS: tuple[dict[str, int], ...] = (
    {},
    {},
    {"phone": 1},
    {"chat": 1},
    {"email": 1},
    {"email": 1, "letter": 1},
)
CAPACITIES = ({"phone": 1, "chat": 3, "email": 3, "letter": 1}, {"email": 2, "letter": 1})


def some(dice: Random, of: Sequence[T], most: int) -> frozenset[T]:
    return frozenset(dice.sample(of, dice.randint(0, most)))


def an_item(number: int, dice: Random) -> Item:
    live = dice.random() < 0.5
    return Item(
        number,
        "any",
        dice.choice(["phone", "chat"] if live else ["email", "letter"]),
        arrived=dice.randint(0, 50),
        target=dice.choice([10.0, 20.0, 3_600.0]),
        waited=dice.choice(WAITS),
        skill=dice.choice(["", *SKILLS]),
        language=dice.choice(["", "zh", "en"]),
        tier=dice.randint(0, 2),
        manager=dice.choice([None, None, 1, 2, 3, 9]),
        last_handler=dice.choice([None, None, 1, 2, 4]),
        team=dice.randint(0, 1),
        live=live,
        outbound=not live and dice.random() < 0.3,
        declined=some(dice, range(1, 7), 2),
        conflicts=some(dice, range(1, 7), 2),
    )


def an_agent(number: int, dice: Random) -> Agent:
    load = dice.choice(LOADS)
    return Agent(
        number,
        dice.randint(0, 1),
        {skill: dice.randint(1, 2) for skill in some(dice, SKILLS, 3)},
        some(dice, ["zh", "en"], 2),
        dice.random() < 0.8,
        load,
        dice.choice(CAPACITIES),
        dice.randint(0, 50),
        dice.choice([0, 0, 1, 2]),
        dice.randint(0, 4),
        int("email" in load and dice.random() < 0.7),
        dice.random() < 0.1,
    )


def a_floor(seed: int, queue: int, people: int) -> tuple[list[Item], list[Agent], Policy]:
    """Drawn by dice of our own: hypothesis chooses sizes and seed, which is a hundred times as fast as each field."""
    dice = Random(seed)
    policy = Policy(
        pooled=dice.random() < 0.7,
        reserve=dice.randint(0, 2),
        parking=dice.random() < 0.7,
        parked_hour_max=dice.randint(0, 4),
        kept_skills=frozenset(dice.sample(["finance"], dice.randint(0, 1))),
    )
    floor = [an_agent(number, dice) for number in range(1, people + 1)]
    return [an_item(number, dice) for number in range(1, queue + 1)], floor, policy


FLOORS = st.builds(a_floor, st.integers(0, 2**31), st.integers(0, 12), st.integers(0, 6))


@settings(max_examples=150, deadline=None)
@given(FLOORS)
def test_one_decision_each_nobody_barred_no_capacity_passed(
    told: tuple[list[Item], list[Agent], Policy],
) -> None:
    queue, floor, policy = told
    by_item, by_agent = {one.id: one for one in queue}, {one.id: one for one in floor}
    decisions = decide(queue, floor, policy=policy, now=100.0)
    assert sorted(one.item for one in decisions) == sorted(by_item)
    hands = {one.id: Counter(one.load) for one in floor}
    parked: Counter[int] = Counter()
    for one in decisions:
        if one.act not in ("offer", "park"):
            continue
        assert one.agent is not None
        item, agent = by_item[one.item], by_agent[one.agent]
        hands[agent.id][item.channel] += 1
        assert agent.ready
        assert agent.id not in item.conflicts | item.declined
        assert not item.language or not agent.languages or item.language in agent.languages
        assert policy.pooled or agent.team == item.team
        assert item.skill not in policy.kept_skills or item.skill in agent.skills
        assert item.live or not agent.parked  # what is set aside comes before new deferred work
        if one.act == "park":
            parked[agent.id] += 1
            assert item.live
            assert policy.parking
            assert agent.parkable > 0
            assert agent.parked < policy.parked_max
            assert agent.parked_last_hour < policy.parked_hour_max
    for agent in floor:
        given = hands[agent.id] - Counter(agent.load)
        assert all(hands[agent.id][channel] <= agent.capacity[channel] for channel in given)
        assert parked[agent.id] <= 1
        live = {channel for channel in hands[agent.id] if channel in policy.live_channels}
        assert not given or len(live) <= 1
        assert (
            not given
            or not live
            or parked[agent.id]
            or not any(agent.load.get(one) for one in ("email", "letter"))
        )


@settings(max_examples=150, deadline=None)
@given(FLOORS, st.integers(0, 2**31))
def test_the_same_input_gives_the_same_answer_in_whatever_order_it_is_told(
    told: tuple[list[Item], list[Agent], Policy], seed: int
) -> None:
    dice = Random(seed)
    queue, floor, policy = told
    first = decide(queue, floor, policy=policy, now=100.0)
    assert decide(queue, floor, policy=policy, now=100.0) == first
    dice.shuffle(queue)
    dice.shuffle(floor)
    again = decide(queue, floor, policy=policy, now=100.0, reasons=False)
    assert [(one.item, one.agent, one.act, one.wait_until) for one in again] == [
        (one.item, one.agent, one.act, one.wait_until) for one in first
    ]


@settings(max_examples=150, deadline=None)
@given(FLOORS)
def test_the_reason_given_is_the_real_one(told: tuple[list[Item], list[Agent], Policy]) -> None:
    """Against the definitions, not against the code that decided."""
    queue, floor, policy = told
    by_item, by_agent = {one.id: one for one in queue}, {one.id: one for one in floor}
    for one in decide(queue, floor, policy=policy, now=100.0):
        item, told_of = by_item[one.item], dict[str, Any](one.reason)
        assert told_of["waited"] == {"seconds": item.waited, "target": item.target}
        assert ("overdue" in told_of) == (item.waited >= item.target)
        if one.act in ("offer", "park"):
            _real_offer(one, item, by_agent[one.agent or 0], told_of)
        elif one.agent is not None:
            assert one.agent in (item.manager, item.last_handler)
            assert item.waited < manager_wait(item, policy)
        else:
            _really_waits(item, floor, policy, told_of)
        for other, why in told_of.get("others", {"others": []})["others"]:
            assert other != one.agent
            _really_not(other, why, item, by_agent)


def _really_waits(item: Item, floor: list[Agent], policy: Policy, told_of: dict[str, Any]) -> None:
    if "reserve" in told_of:
        assert not item.live
        assert item.waited < policy.reserve_share * item.target
    elif "nobody_on_duty" in told_of:
        assert not any(agent.ready for agent in floor)
    elif "nobody_skilled" in told_of:
        assert not any(
            agent.ready and item.skill in agent.skills and _could(agent, item, policy) for agent in floor
        )
    else:
        assert "nobody_free" in told_of


def _really_not(other: int, why: str, item: Item, floor: dict[int, Agent]) -> None:
    """What can be seen without deciding again."""
    seen = {
        "conflict": other in item.conflicts,
        "declined": other in item.declined,
        "absent": other not in floor,
    }
    if why == "off_duty":
        assert not floor[other].ready
    assert seen.get(why, True)


def _real_offer(one: Decision, item: Item, agent: Agent, told_of: dict[str, Any]) -> None:
    code = one.reason[0].code
    values = one.reason[0].values
    if code in ("manager", "last_handler"):
        assert getattr(item, code) == agent.id
    elif code == "skill":
        assert values["level"] == agent.skills.get(item.skill, 3)
    else:
        assert (code, item.skill) == ("any_skill", "")
    assert ("parks" in told_of) == (one.act == "park")


def _could(agent: Agent, item: Item, policy: Policy) -> bool:
    speaks = not item.language or not agent.languages or item.language in agent.languages
    return speaks and bool(agent.capacity.get(item.channel)) and (policy.pooled or agent.team == item.team)


@given(st.integers(0, 2), st.integers(0, 2), st.floats(10, 1e5))
def test_nobody_starves_waiting_beats_any_tier(low: int, high: int, target: float) -> None:
    """However many of the highest tier keep arriving, an ordinary item comes first after a bounded time."""
    policy = Policy()
    new = Item(2, "any", "phone", 0.0, target, 0.0, tier=high)
    old = Item(1, "any", "phone", 0.0, target, (max(policy.head_shares) + 0.01) * target, tier=low)
    assert rank([new, old], policy)[0] == 1
    assert urgency(replace(old, waited=1e9), policy) > urgency(replace(old, waited=1e8), policy) > 1e3 * 0.9
    assert stage_of(replace(old, waited=2 * target), policy) == 3


@given(st.integers(0, 2**31))
def test_overdue_outbound_and_live_work_is_never_parked(seed: int) -> None:
    item = an_item(1, Random(seed))
    assert may_park(item) == (not item.live and not item.outbound and item.waited < item.target)


@settings(max_examples=150, deadline=None)
@given(FLOORS)
def test_next_gives_only_what_decide_could_have_given(told: tuple[list[Item], list[Agent], Policy]) -> None:
    queue, floor, policy = told
    for agent in floor:
        found = next_for(agent, queue, policy=policy, now=100.0, agents=floor)
        if found is None:
            continue
        item = next(one for one in queue if one.id == found.item)
        assert agent.ready
        assert agent.id not in item.conflicts | item.declined
        assert agent.load.get(item.channel, 0) < agent.capacity.get(item.channel, 0)
