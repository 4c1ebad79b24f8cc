"""Who gets which piece of work, and why, in the terms of this house: `engine.routing` decides, here its answer becomes words.

Pure. The engine names people by number; `names` gives what they are called.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from guanxi.core.explain import Explanation, Fact
from guanxi.engine import routing

RULE: Final = "work.assign@3"
HEARTBEAT_MAX: Final = timedelta(seconds=75)  # three missed beats: away
GRACE: Final = timedelta(minutes=10)  # then a leaver's work goes back
UNANSWERED_MAX: Final = 2  # offers in a row: then they are not there
PARKED_MAX: Final = 2  # on one shelf
DEFERRED: Final = "deferred"
LIVE: Final = ("phone", "chat")  # somebody is on the line or in the chat now
LANES: Final[Mapping[str, tuple[str, str]]] = {
    "phone": ("phone_capacity", "phone_open"),
    "chat": ("chat_capacity", "chat_open"),
    DEFERRED: ("capacity", "open"),
}
"""A member's columns of room by channel: how much, and how much of it is taken."""


def choose(
    agent: routing.Agent, items: Sequence[routing.Item], *, policy: routing.Policy, now: float
) -> tuple[routing.Decision, bool] | None:
    """What somebody who asks should do, and whether they speak its language: work nobody else can read comes last."""
    found = routing.next_for(agent, items, policy=policy, now=now)
    if found is not None:
        return found, True
    unread = [replace(one, language="") for one in items if one.language]
    found = routing.next_for(agent, unread, policy=policy, now=now)
    return None if found is None else (found, False)


def explain(
    decision: routing.Decision,
    *,
    arrived: datetime,
    due: datetime,
    live: bool,
    names: Mapping[int, str],
    now: datetime,
    missing: str = "",
    later: Sequence[float] = (),
) -> Explanation:
    """Why this piece of work is theirs: in order of weight, with who was not chosen.

    `missing` is the language they lack; `later` holds the urgency of what waits besides.
    """
    facts = [Fact("work.urgency", {"urgency": f"{decision.urgency:.2f}"}, decision.urgency)]
    for fact in decision.reason:
        facts += _facts(fact, arrived=arrived, due=due, live=live, names=names, now=now)
    if missing:
        facts.append(Fact("work.language_missing", {"language": missing}))
    if later:
        facts.append(Fact("work.others_later", {"count": len(later), "next": f"{max(later):.2f}"}))
    return Explanation("assigned", tuple(facts), RULE, objection="work.objection")


SKILLED = {1: "work.why.skill", 2: "work.why.second_skill", 3: "work.why.no_skill"}


def _facts(
    fact: routing.Fact,
    *,
    arrived: datetime,
    due: datetime,
    live: bool,
    names: Mapping[int, str],
    now: datetime,
) -> list[Fact]:
    if fact.code == "waited" and not live:
        return [Fact("work.waited", {"minutes": int((now - arrived).total_seconds() // 60)})]
    if fact.code == "overdue":
        return [Fact("work.overdue", {"minutes": max(0, int((now - due).total_seconds() // 60))})]
    if fact.code == "manager" and not live:
        return [Fact("work.why.manager_of", {}, MANAGER_WEIGHT)]
    if fact.code in ("chosen", "others"):
        return _of_others(fact, names)
    return [SAYS[fact.code](fact.values)] if fact.code in SAYS else []


MANAGER_WEIGHT = 0.5
HANDLED_BEFORE = 0.2
SAYS: Mapping[str, Callable[[Mapping[str, Any]], Fact]] = {
    "manager": lambda told: Fact(
        "work.why.manager", {"seconds": round(told["waited"]), "limit": round(told["limit"])}, MANAGER_WEIGHT
    ),
    "last_handler": lambda told: Fact("work.handled_before", {}, HANDLED_BEFORE),
    "skill": lambda told: Fact(SKILLED[told["level"]], {"skill": told["skill"]}),
    "waited": lambda told: Fact(
        "work.why.waited", {"seconds": round(told["seconds"]), "target": round(told["target"])}
    ),
    "tier": lambda told: Fact("work.why.tier", {"seconds": round(told["seconds"])}),
    "widened": lambda told: Fact("work.why.widened", {"percent": round(told["share"] * 100)}),
    "parks": lambda told: Fact("work.why.parks", {"count": told["last_hour"] + 1, "most": told["hour_max"]}),
}


def _of_others(fact: routing.Fact, names: Mapping[int, str]) -> list[Fact]:
    if fact.code == "chosen":
        before = names.get(fact.values["before"])
        return [Fact(f"work.why.{fact.values['by']}", {"name": before})] if before else []
    return [
        Fact(f"work.not.{why}", {"name": names[other]})
        for other, why in fact.values["others"]
        if other in names
    ]


def told(decision: routing.Decision) -> set[int]:
    """Whose names its reason needs."""
    found: set[int] = set()
    for fact in decision.reason:
        if fact.code == "others":
            found.update(other for other, _ in fact.values["others"])
        elif fact.code == "chosen":
            found.add(fact.values["before"])
    return found


def nameless(reason: Mapping[str, Any]) -> dict[str, Any]:
    """A stored reason without names: events carry none."""
    facts = [
        {**fact, "values": {key: value for key, value in fact["values"].items() if key != "name"}}
        for fact in reason["facts"]
    ]
    return {**reason, "facts": facts}


def said_by_hand(code: str) -> Explanation:
    """Why, where a person decided."""
    return Explanation("assigned", (Fact(code, {}),), RULE)
