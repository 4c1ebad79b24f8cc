"""What a shop should do better, computed from how it has sold: each piece of advice with the figures it rests on. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median as middle
from typing import Any

LATE_SHARE_MAX = 0.02  # of orders sent later than promised
ORDERS_MIN = 5  # below that a share says nothing
MARKET_ORDERS_MIN = 5
MARKET_SHOPS_MIN = 5
DISPUTES_OVER = 1.25  # times the market's median is worth a word


@dataclass(frozen=True, slots=True)
class Standing:
    """Of a span of time: `orders` paid, `due` sent or should have been, `late` of these, `disputed` orders in dispute."""

    orders: int = 0
    due: int = 0
    late: int = 0
    disputed: int = 0
    unanswered: int = 0
    late_answers: int = 0  # of the unanswered, asked more than a day ago
    overdue: int = 0  # orders that should have been sent by now

    @property
    def late_share(self) -> float | None:
        return self.late / self.due if self.due >= ORDERS_MIN else None

    @property
    def disputed_share(self) -> float | None:
        return self.disputed / self.orders if self.orders >= ORDERS_MIN else None


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to do: a code for its words, the values in them, where to do it (a code too), how pressing (3 most)."""

    code: str
    where: str
    weight: int
    values: dict[str, Any] = field(default_factory=dict)


def advice(standing: Standing, market: float | None, *, badges: int, schemes: int) -> list[Advice]:
    """What to do first: most pressing first, nothing where all is well. `market`: the median share of disputed orders."""
    found = []
    if standing.overdue:
        found.append(Advice("overdue", "ship", 3, {"n": standing.overdue}))
    if standing.unanswered:
        weight = 3 if standing.late_answers else 2
        found.append(Advice("unanswered", "questions", weight, {"n": standing.unanswered}))
    late = standing.late_share
    if late is not None and late > LATE_SHARE_MAX:
        values = {
            "share": percent(late),
            "target": percent(LATE_SHARE_MAX),
            "late": standing.late,
            "due": standing.due,
        }
        found.append(Advice("late", "ship", 2, values))
    disputed = standing.disputed_share
    if disputed is not None and market is not None and disputed > max(market * DISPUTES_OVER, 0.01):
        values = {"share": percent(disputed), "median": percent(market), "n": standing.disputed}
        found.append(Advice("disputes", "cases", 2, values))
    if schemes and not badges:
        found.append(Advice("schemes", "schemes", 1, {"n": schemes}))
    return sorted(found, key=lambda one: -one.weight)


def percent(share: float) -> str:
    """ "2.4 %", "0 %"."""
    text = f"{share * 100:.1f}".removesuffix(".0")
    return f"{text} %"


def median(shares: Sequence[float]) -> float | None:
    """The middle one; None where there are too few to mean anything."""
    return middle(shares) if len(shares) >= MARKET_SHOPS_MIN else None
