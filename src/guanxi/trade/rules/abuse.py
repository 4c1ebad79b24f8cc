"""How likely somebody takes advantage of protection, 0 to 1, with reasons. Pure: no Django, no clock, no database.

Each sign alone may have an honest cause, so none reaches the limit by itself but a return that was another thing, twice.
Signs add up as independent doubts do: score = 1 - product of (1 - weight x strength). Nobody is judged by it: it only
sends a claim to a person instead of a machine, and the other side never sees it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from guanxi.core.explain import Explanation, Fact

RULE = "abuse@1"
PRIOR_ORDERS = 4
"""Orders everybody is taken to have had without a claim: one claim on a first order says little."""


@dataclass(frozen=True, slots=True)
class Buyer:
    """What is on record of a buyer in the last 365 days, whatever accounts they used. Money in minor units.

    `shared`: other customers reached at the same device, address or telephone who claim as well; `refused` claims that were
    found to be untrue (not upheld).
    """

    orders: int = 0
    claims: int = 0
    refused: int = 0
    wrong_returns: int = 0
    bought_minor: int = 0
    refunded_minor: int = 0
    shared: int = 0


@dataclass(frozen=True, slots=True)
class Seller:
    """What is on record of a seller in the last 365 days. `contested`: claims they refused; `overturned`: wrongly."""

    orders: int = 0
    late: int = 0
    claims: int = 0
    contested: int = 0
    overturned: int = 0
    fakes: int = 0


@dataclass(frozen=True, slots=True)
class Score:
    """0 (no sign) to 1, and why."""

    value: float
    why: Explanation


def buyer_score(known: Buyer) -> Score:
    """How likely a buyer's claim is no honest one."""
    rate = known.claims / (known.orders + PRIOR_ORDERS)
    share = known.refunded_minor / known.bought_minor if known.bought_minor and known.orders >= 3 else 0.0
    return _score(
        [
            _sign("abuse.claims", 0.45, _ramp(rate, 0.25, 0.75), claims=known.claims, orders=known.orders),
            _sign("abuse.refused", 0.6, 1 - 0.5**known.refused, count=known.refused),
            _sign("abuse.wrong_returns", 0.6, 1 - 0.4**known.wrong_returns, count=known.wrong_returns),
            _sign("abuse.refund_share", 0.35, _ramp(share, 0.4, 0.9), percent=round(100 * share)),
            _sign("abuse.shared", 0.45, 1 - 0.6**known.shared, count=known.shared),
        ]
    )


def seller_score(known: Seller) -> Score:
    """How likely a seller does not mean what they promise."""
    late = known.late / known.orders if known.orders >= 5 else 0.0
    claims = known.claims / (known.orders + PRIOR_ORDERS)
    overturned = known.overturned / known.contested if known.contested >= 3 else 0.0
    return _score(
        [
            _sign("abuse.late", 0.4, _ramp(late, 0.1, 0.5), percent=round(100 * late)),
            _sign("abuse.claims", 0.4, _ramp(claims, 0.05, 0.3), claims=known.claims, orders=known.orders),
            _sign("abuse.overturned", 0.5, _ramp(overturned, 0.3, 0.8), percent=round(100 * overturned)),
            _sign("abuse.fakes", 0.7, 1 - 0.4**known.fakes, count=known.fakes),
        ]
    )


def _ramp(value: float, low: float, high: float) -> float:
    """0 up to `low`, 1 from `high`, a straight line between."""
    return min(1.0, max(0.0, (value - low) / (high - low)))


def _sign(code: str, weight: float, strength: float, **values: int) -> Fact:
    return Fact(code, values, round(weight * strength, 4))


def _score(signs: Sequence[Fact]) -> Score:
    left = 1.0
    for one in signs:
        left *= 1 - one.weight
    value = round(1 - left, 4)
    told = tuple(one for one in signs if one.weight > 0)
    outcome = "abuse.likely" if value >= 0.5 else "abuse.signs" if told else "abuse.none"
    return Score(value, Explanation(outcome, told, RULE, "abuse.objection"))
