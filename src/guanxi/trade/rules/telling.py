"""Whom the other side's step is told: questions before buying, goods on their way back. Pure: a table over events."""

from collections.abc import Mapping
from typing import Any

BUYER, SELLER = "buyer", "seller"
QUESTION_ASKED, QUESTION_ANSWERED, RETURN_CHANGED = (
    "question.asked",
    "question.answered",
    "trade.return_changed",
)
TYPES = frozenset({QUESTION_ASKED, QUESTION_ANSWERED, RETURN_CHANGED})

_OF_RETURNS = {
    "asked": SELLER,
    "sent": SELLER,
    "arrived": SELLER,
    "agreed": BUYER,
    "refused": BUYER,
    "checked": BUYER,
    "refunded": BUYER,
    "repaired": BUYER,
}


def told(type_: str, data: Mapping[str, Any], *, by_customer: bool) -> tuple[str, str]:
    """(side, letter) an event calls for; ("", "") where nobody is told anything they do not know."""
    if type_ == QUESTION_ASKED:
        return SELLER, "question"
    if type_ == QUESTION_ANSWERED:
        return BUYER, "answer"
    kind = str(data.get("kind", "")) if type_ == RETURN_CHANGED else ""
    side = _OF_RETURNS.get(kind, "")
    if kind == "arrived" and by_customer:  # the shop itself said so
        return "", ""
    if kind == "checked" and data.get("state") != "refused":  # looked at and in order: what follows is told
        return "", ""
    return side, f"return_{kind}" if side else ""
