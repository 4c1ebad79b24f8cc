"""Who does what next, and why: an assignment engine that explains itself, usable without the rest of Guanxi.

    decisions = decide(items, agents, policy=Policy(), now=now)     # one `Decision` each, the most urgent first
    decision.act, decision.agent                                    # "offer", 7
    decision.reason                                                 # (Fact("manager", {...}), Fact("waited", {...}), ...)
    next_for(agent, items, policy=Policy(), now=now)                # what somebody who asks should do
    rank(items, Policy(), now)                                      # positions, the most urgent first

No clock, no database: times are seconds, people and items plain values. docs/adr/0024-assignment.md tells the rules.
"""

from guanxi.engine.routing.deciding import decide, manager_wait, next_for, stage_of
from guanxi.engine.routing.ranking import head_start, rank, urgencies, urgency
from guanxi.engine.routing.shape import (
    ANYBODY,
    PRIMARY,
    SECONDARY,
    Agent,
    Decision,
    Fact,
    Item,
    Policy,
    may_park,
)

__all__ = [
    "ANYBODY",
    "PRIMARY",
    "SECONDARY",
    "Agent",
    "Decision",
    "Fact",
    "Item",
    "Policy",
    "decide",
    "head_start",
    "manager_wait",
    "may_park",
    "next_for",
    "rank",
    "stage_of",
    "urgencies",
    "urgency",
]
