"""Whom a step of the procedure is told, and by which letter. Pure: a table over events and what they say."""

from collections.abc import Mapping
from typing import Any

from guanxi.cases.rules import machine

C, R = machine.COMPLAINANT, machine.RESPONDENT
BOTH = (C, R)

ASKED_FACTS = "asked_facts"
ASKED_TO_RESPOND = "asked_to_respond"
OFFER = "offer"
PROPOSAL = "proposal"
DECISION = "decision"
PAID = "paid"
ADVANCED = "advanced"
APPEALED = "appealed"
WITHDRAWN = "withdrawn"
CLOSED = "closed"

TOLD = frozenset(
    {
        "accepted",
        "facts_asked",
        "offered",
        "countered",
        "proposed",
        "proposed_anew",
        "served",
        "executed",
        "substituted",
        "appealed",
        "advanced",
        "withdrawn",
        "limit_passed",
        "issue_reopened",
    }
)
"""Events, without `case.`, that anybody may be told of."""

_ALWAYS = {
    "facts_asked": ((C,), ASKED_FACTS),
    "proposed": (BOTH, PROPOSAL),
    "proposed_anew": (BOTH, PROPOSAL),
    "served": (BOTH, DECISION),
    "advanced": (BOTH, ADVANCED),
}
_TO_THE_OTHER = {"offered": OFFER, "countered": OFFER, "appealed": APPEALED, "withdrawn": WITHDRAWN}


def letters_for(happened: str, data: Mapping[str, Any], *, two_sides: bool) -> list[tuple[str, str]]:
    """(side, letter) that an event without its `case.` calls for, at most one for each side."""
    found: dict[str, str] = {}
    if happened in _ALWAYS:
        sides, letter = _ALWAYS[happened]
        found = dict.fromkeys(sides, letter)
    elif happened in _TO_THE_OTHER and data.get("by") in BOTH:
        found = {R if data["by"] == C else C: _TO_THE_OTHER[happened]}
    elif happened in ("executed", "substituted") and _money(data):
        found = {C: PAID}
    elif happened == "limit_passed" and data.get("to") == machine.CLOSED:
        found = dict.fromkeys(BOTH, CLOSED)
    if data.get("to") == machine.RESPONSE and data.get("from") != machine.RESPONSE:
        found[R] = ASKED_TO_RESPOND
    return [(side, letter) for side, letter in found.items() if two_sides or side == C]


def _money(data: Mapping[str, Any]) -> bool:
    return any(one.get("shape") in ("money", "claim") for one in data.get("executed", ()))
