"""Who gets which item, and the reason given: one small floor at a time."""

from typing import Any

from guanxi.engine.routing import Agent, Decision, Item, Policy, decide, next_for

PHONE = {"phone": 1, "email": 2}


def call(item: int = 1, **more: Any) -> Item:
    told = {"kind": "call", "channel": "phone", "arrived": 100.0, "target": 20.0, "waited": 0.0, "live": True}
    return Item(item, **{**told, **more})


def mail(item: int = 1, **more: Any) -> Item:
    told = {"kind": "mail", "channel": "email", "arrived": 100.0, "target": 14_400.0, "waited": 60.0}
    return Item(item, **{**told, **more})


def seat(agent: int = 1, **more: Any) -> Agent:
    return Agent(agent, **{"capacity": PHONE, **more})


def one(item: Item, *agents: Agent, **policy: Any) -> Decision:
    (decision,) = decide([item], agents, policy=Policy(**policy), now=1_000.0)
    return decision


def fact(decision: Decision, code: str) -> dict[str, Any]:
    return dict(next(values for name, values in decision.reason if name == code))


def codes(decision: Decision) -> list[str]:
    return [name for name, _ in decision.reason]


def test_the_manager_comes_first_and_the_reason_says_so() -> None:
    free = seat(1, skills={"hotline": 1})
    decision = one(call(skill="hotline", manager=2), free, seat(2))
    assert (decision.act, decision.agent) == ("offer", 2)
    assert fact(decision, "manager") == {"agent": 2, "waited": 0.0, "limit": 10.0}


def test_a_busy_manager_is_waited_for_half_the_target_then_whoever_has_the_skill() -> None:
    agents = (seat(1, skills={"hotline": 1}), seat(2, load={"phone": 1}))
    waits = one(call(skill="hotline", manager=2, waited=4.0), *agents)
    assert (waits.act, waits.agent, waits.wait_until) == ("wait", 2, 1_006.0)
    assert fact(waits, "manager_busy") == {"agent": 2, "why": "live_work", "waited": 4.0, "limit": 10.0}
    then = one(call(skill="hotline", manager=2, waited=10.0), *agents)
    assert (then.act, then.agent) == ("offer", 1)
    assert fact(then, "others") == {"others": [(2, "live_work")]}


def test_nobody_waits_for_a_manager_who_is_off_duty() -> None:
    decision = one(call(manager=2), seat(1), seat(2, ready=False))
    assert (decision.act, decision.agent) == ("offer", 1)
    assert fact(decision, "others") == {"others": [(2, "off_duty")]}


def test_the_circle_widens_from_primary_to_secondary_to_anybody_to_the_supervisor() -> None:
    second, other = seat(1, skills={"finance": 2}), seat(2)
    assert one(call(skill="finance", waited=9.9), second).act == "wait"
    assert one(call(skill="finance", waited=10.0), second).agent == 1
    assert one(call(skill="finance", waited=19.9), other).act == "widen"
    assert one(call(skill="finance", waited=20.0), other).agent == 2
    kept = one(call(skill="finance", waited=30.0), other, kept_skills=frozenset({"finance"}))
    assert (kept.act, kept.agent) == ("supervisor", None)
    assert "nobody_skilled" in codes(kept)


def test_among_equals_whoever_keeps_fewer_scarce_skills_then_the_lower_load_then_the_longest_idle() -> None:
    rare = seat(1, skills={"hotline": 1, "finance": 1})
    plain, newer = (
        seat(2, skills={"hotline": 1}, idle_since=50.0),
        seat(3, skills={"hotline": 1}, idle_since=60.0),
    )
    decision = one(call(skill="hotline"), rare, plain, newer)
    assert decision.agent == 2
    assert fact(decision, "chosen") == {"by": "idle_shorter", "before": 3}
    assert fact(one(call(skill="hotline"), rare, plain), "chosen") == {
        "by": "kept_for_other_skills",
        "before": 1,
    }
    fuller = seat(3, skills={"hotline": 1}, idle_since=1.0, load={"email": 1})
    assert fact(one(mail(skill="hotline"), plain, fuller, reserve=0), "chosen") == {
        "by": "more_in_hand",
        "before": 3,
    }


def test_the_last_free_person_is_kept_for_calls_until_the_item_has_used_most_of_its_time() -> None:
    decision = one(mail(), seat(1))
    assert (decision.act, decision.agent) == ("wait", None)
    assert fact(decision, "reserve") == {"keep": 1, "share": 0.8}
    assert decision.wait_until == 1_000.0 + 7_200.0 - 60.0  # it widens before the reserve is opened
    assert one(mail(waited=11_520.0), seat(1)).agent == 1
    assert one(mail(), seat(1), seat(2)).act == "offer"
    assert one(mail(), seat(1), reserve=0).agent == 1
    assert one(mail(), seat(1, capacity={"email": 2})).agent == 1


def test_a_call_parks_deferred_work_once_it_has_waited_a_moment() -> None:
    busy = seat(1, load={"email": 1}, parkable=1)
    assert one(call(waited=4.0), busy).wait_until == 1_001.0
    parked = one(call(waited=5.0), busy)
    assert (parked.act, parked.agent) == ("park", 1)
    assert fact(parked, "parks") == {"last_hour": 0, "hour_max": 6}
    assert one(call(waited=5.0), busy, parking=False).act == "wait"
    for more in ({"parkable": 0}, {"parked": 2}, {"parked_last_hour": 6}):
        assert one(call(waited=5.0), seat(1, load={"email": 1}, **{"parkable": 1, **more})).act == "wait"


def test_next_gives_what_is_known_a_head_start_but_never_before_what_is_due() -> None:
    known, older, due = mail(1, last_handler=7), mail(2, waited=2_000.0), mail(3, waited=14_400.0)
    me = seat(7)
    first = next_for(me, [older, known], policy=Policy(), now=0.0)
    assert first is not None
    assert (first.item, codes(first)[0]) == (1, "last_handler")
    then = next_for(me, [older, known, due], policy=Policy(), now=0.0)
    assert then is not None
    assert then.item == 3
    assert next_for(me, [mail(1, conflicts=frozenset({7}))], policy=Policy(), now=0.0) is None
