"""The way of goods back: who may ask for what, how long each step may take, what a check may find. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from guanxi.trade.rules import protection
from guanxi.trade.rules.protection import AS_SENT, Times

NO_REASON, RULING, FAULT = "no_reason", "ruling", "faulty"
REASONS = (NO_REASON, "not_as_described", "damaged", "wrong_item", FAULT)
"""Why somebody sends something back; a ruling is only named by staff."""
FINDINGS = (AS_SENT, "wrong_item", "used", "damaged", "incomplete")
ANSWER_WITHIN = timedelta(hours=48)
SEND_WITHIN = timedelta(days=7)
CHECK_WITHIN = timedelta(hours=protection.CHECK_HOURS)
SILENT_ON_THE_WAY = timedelta(days=30)
"""A parcel on its way back of which nothing was heard for so long is looked for by a person."""
ASKED, AGREED, SENT, ARRIVED = "asked", "agreed", "sent", "arrived"
OPEN = (ASKED, AGREED, SENT, ARRIVED)
STEPS: Mapping[tuple[str, str], str] = {
    (ASKED, "agree"): AGREED,
    (ASKED, "refuse"): "refused",
    (AGREED, "send"): SENT,
    (AGREED, "arrive"): ARRIVED,
    (SENT, "arrive"): ARRIVED,
    (ARRIVED, "accept"): "refunded",
    (ARRIVED, "object"): "refused",
    (ARRIVED, "repair"): "repaired",
    (AGREED, "lapse"): "lapsed",
    (ASKED, "withdraw"): "lapsed",
    (AGREED, "withdraw"): "lapsed",
}
"""{(state, verb): next state}; an ended return stays as it is."""


def due_in(state: str, now: datetime, *, repair_hours: int = 0) -> datetime | None:
    """Until when the step of a state may take. What comes in for repair has the promised hours."""
    if state == ARRIVED and repair_hours:
        return now + timedelta(hours=repair_hours)
    spans = {ASKED: ANSWER_WITHIN, AGREED: SEND_WITHIN, SENT: SILENT_ON_THE_WAY, ARRIVED: CHECK_WITHIN}
    return now + spans[state] if state in spans else None


def scheme_for(
    terms: Mapping[str, Mapping[str, Any]], reason: str, times: Times, now: datetime
) -> protection.Promise | None:
    """The promise under which goods may come back for this reason now: without a reason, or to be repaired."""
    wanted = {NO_REASON: "returned", FAULT: "repair"}.get(reason)
    fitting = [one for one in protection.promises(terms) if one.proof == wanted]
    running = [one for one in fitting if protection.span_of(one, times).state(now) == "running"]
    return running[0] if running else None


def price_of(amount_minor: int, quantity: int, *, before: int, count: int) -> int:
    """What `count` pieces of a line cost when `before` have gone back: all pieces together are the line, to the cent."""
    return amount_minor * (before + count) // quantity - amount_minor * before // quantity


def left_of(quantity: int, counts: Sequence[int]) -> int:
    """How many pieces of a line may still be sent back."""
    return max(0, quantity - sum(counts))
