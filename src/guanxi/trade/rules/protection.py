"""What a protection scheme promises of a sold line: how long it runs, what proves by machine that it was broken, what it pays.

Pure: no Django, no clock, no database. The terms are frozen onto the line when it is sold, so that a later version of the
rules, or a shop that has left, takes nothing away. Amounts are whole minor units of the order's currency.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from guanxi.core.explain import Explanation, Fact
from guanxi.trade.rules.ruleset import Scheme

CLAIM_DAYS = 15
"""How long after a broken hour of dispatch one may still complain, where the scheme says nothing."""
CHECK_HOURS = 48
"""How long a shop may take to look at what came back; after that it counts as sent back in order."""
MISSING_AFTER = timedelta(days=3)
"""How long after its promised day a parcel counts as missing, when no carrier has delivered it."""
AS_SENT = "as_sent"
FROM_PAID = frozenset({"late_shipping", "not_genuine", "authenticity", "undecided", "below_standard"})
"""Proofs whose promise begins with the payment; the others begin when the goods are in the buyer's hands."""
MONEY_BACK = frozenset({"below_standard", "returned", "authenticity", "undecided", "repair"})
"""Proofs that give the price or part of it back: money returned on another way counts towards it."""
OBJECTION = "protection.objection"


@dataclass(frozen=True, slots=True)
class Promise:
    """The terms of one scheme as they stand frozen on a line. `rules` is the number of the version they come from."""

    scheme: str
    proof: str
    days: int = 0
    hours: int = 0
    factor: float = 1.0
    share: float = 0.0
    least_minor: int = 0
    most_minor: int = 0
    rules: int = 0


def terms_of(scheme: Scheme, rules: int) -> dict[str, Any]:
    """What of a scheme is frozen onto a line sold under it."""
    return {
        "proof": scheme.proof,
        "days": scheme.days,
        "hours": scheme.hours,
        "factor": scheme.factor,
        "share": scheme.share,
        "least_minor": scheme.least_minor,
        "most_minor": scheme.most_minor,
        "rules": rules,
    }


def promises(terms: Mapping[str, Mapping[str, Any]]) -> list[Promise]:
    """The inverse of `terms_of`, for every scheme of a line's terms, in their order."""
    known = Promise.__dataclass_fields__
    return [
        Promise(scheme=code, **{key: value for key, value in one.items() if key in known})
        for code, one in terms.items()
    ]


def offered(scheme: Scheme, category: str) -> bool:
    """Whether it can be promised for goods of a category."""
    return category not in scheme.excluded and (not scheme.categories or category in scheme.categories)


@dataclass(frozen=True, slots=True)
class Times:
    """When what happened to a line's order; None: not yet."""

    paid: datetime | None = None
    ship_by: datetime | None = None
    shipped: datetime | None = None  # the last piece handed to the carrier
    received: datetime | None = None
    cancelled: datetime | None = None
    promised: datetime | None = None  # in the buyer's hands
    delivered: datetime | None = None  # any piece of it, by a carrier's word


@dataclass(frozen=True, slots=True)
class Span:
    """When a promise runs; `end` None: it waits for what comes first, `start` None: it has not begun."""

    start: datetime | None
    end: datetime | None

    def state(self, now: datetime) -> str:
        """ "ahead", "running" or "over"."""
        if self.start is None or now < self.start:
            return "ahead"
        return "over" if self.end is not None and self.end < now else "running"


def span_of(promise: Promise, times: Times) -> Span:
    """How long a promise runs on one line. Lightning shipping ends at its hour; the others count days from receipt."""
    if promise.proof == "late_shipping":
        return Span(times.paid, dispatch_by(promise, times))
    start = times.paid if promise.proof in FROM_PAID else times.received
    end = times.received + timedelta(days=promise.days) if times.received is not None else None
    return Span(start, end if times.cancelled is None else times.cancelled)


def dispatch_by(promise: Promise, times: Times) -> datetime | None:
    """Until when goods must be with the carrier: the promised hours after payment, else what the order says."""
    if times.paid is not None and promise.hours:
        return times.paid + timedelta(hours=promise.hours)
    return times.ship_by if times.paid is not None else None


def claimable_until(promise: Promise, times: Times) -> datetime | None:
    """Until when one may complain of a broken promise; None: no end is in sight yet."""
    if promise.proof == "late_shipping":
        limit = dispatch_by(promise, times)
        return limit + timedelta(days=promise.days or CLAIM_DAYS) if limit is not None else None
    return span_of(promise, times).end


@dataclass(frozen=True, slots=True)
class Found:
    """What somebody who may say so found: `code` measured or authenticity; `bad` below its declaration, or a fake.

    `by` is who: inspection, panel, brand, laboratory, workshop. `words` names what: "scratches 14 > 10, phone@3".
    """

    code: str
    bad: bool
    by: str
    made: datetime
    words: str = ""


@dataclass(frozen=True, slots=True)
class Back:
    """Goods on their way back. `repair`: to be repaired rather than paid; `done`: refunded or sent back repaired."""

    asked: datetime
    price_minor: int
    state: str
    repair: bool = False
    arrived: datetime | None = None
    due: datetime | None = None  # of the check, or of the repair
    finding: str = ""
    done: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sold:
    """All a machine knows of one sold line. `given_back_minor`: money of its price that went back already."""

    price_minor: int
    times: Times
    found: Sequence[Found] = ()
    back: Sequence[Back] = ()
    given_back_minor: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one line's promise is broken for certain, on which part of its price, and why (`code`, facts)."""

    proven: bool
    base_minor: int
    facts: Sequence[Fact] = field(default_factory=tuple)


def judge(promise: Promise, sold: Sold, *, asked: datetime, now: datetime) -> Verdict:
    """Look at one line as a machine may: only what is on record counts. `asked`: when the buyer complained."""
    begins = span_of(promise, sold.times).start
    if begins is None:
        return _no("protection.not_begun")
    until = claimable_until(promise, sold.times)
    if until is not None and _first_asked(promise, sold, asked) > until:
        return _no("protection.over", end=until.isoformat())
    return _PROOFS[promise.proof](promise, sold, now)


def _first_asked(promise: Promise, sold: Sold, asked: datetime) -> datetime:
    """When they first asked for what was promised: goods sent back in time keep the promise, whenever they complain."""
    if promise.proof not in ("returned", "repair"):
        return asked
    wishes = [one.asked for one in sold.back if one.repair == (promise.proof == "repair")]
    return min([asked, *wishes])


def _no(code: str, **values: Any) -> Verdict:
    return Verdict(False, 0, (Fact(code, values),))


def _yes(base: int, code: str, **values: Any) -> Verdict:
    return Verdict(True, base, (Fact(code, values, 1.0),))


def _below_standard(promise: Promise, sold: Sold, now: datetime) -> Verdict:
    return _by_finding("measured", "protection.below", "protection.as_declared", sold)


def _not_genuine(promise: Promise, sold: Sold, now: datetime) -> Verdict:
    return _by_finding("authenticity", "protection.fake", "protection.genuine", sold)


def _by_finding(code: str, bad: str, good: str, sold: Sold) -> Verdict:
    """The newest word of somebody who may say so counts."""
    newest = max((one for one in sold.found if one.code == code), key=lambda one: one.made, default=None)
    if newest is None:
        return _no("protection.nobody_looked")
    values = {"by": newest.by, "start": newest.made.isoformat(), "what": newest.words}
    return _yes(sold.price_minor, bad, **values) if newest.bad else _no(good, **values)


def _undecided(promise: Promise, sold: Sold, now: datetime) -> Verdict:
    """At once where no carrier has delivered anything long after the promised day; else ahead of a decision that is late."""
    times = sold.times
    arrived = times.received or times.delivered or times.cancelled
    if arrived is None and times.promised is not None and now > times.promised + MISSING_AFTER:
        return _yes(sold.price_minor, "protection.not_delivered", end=times.promised.isoformat())
    return _no("protection.waits_for_decision")


def _returned(promise: Promise, sold: Sold, now: datetime) -> Verdict:
    open_ = [one for one in sold.back if not one.repair and one.done is None]
    if not open_:
        done = any(one.done is not None for one in sold.back if not one.repair)
        return _no("protection.refunded" if done else "protection.nothing_back")
    proven = [one for one in open_ if _counts_as_sent(one, now)]
    if proven:
        arrived = max(one.arrived for one in proven if one.arrived is not None)
        base = min(sold.price_minor, sum(one.price_minor for one in proven))
        return _yes(base, "protection.returned", start=arrived.isoformat())
    if any(one.finding not in ("", AS_SENT) for one in open_):
        return _no("protection.not_as_sent")
    return _no("protection.check_runs" if any(one.arrived for one in open_) else "protection.on_its_way")


def _counts_as_sent(back: Back, now: datetime) -> bool:
    """It is back, and was found as it was sent, or nobody looked in time."""
    if back.arrived is None or back.state in ("refused", "lapsed"):
        return False
    late = back.finding == "" and back.due is not None and back.due < now
    return back.finding == AS_SENT or late


def _repair(promise: Promise, sold: Sold, now: datetime) -> Verdict:
    asked = [one for one in sold.back if one.repair]
    if not asked:
        return _no("protection.no_repair_asked")
    newest = max(asked, key=lambda one: one.asked)
    if newest.arrived is None:
        return _no("protection.on_its_way")
    limit = newest.arrived + timedelta(hours=promise.hours)
    values = {"start": newest.arrived.isoformat(), "end": limit.isoformat()}
    broken = (newest.done or now) > limit
    return (
        _yes(newest.price_minor, "protection.not_repaired", **values)
        if broken
        else _no("protection.repaired" if newest.done else "protection.repair_runs", **values)
    )


def _late_shipping(promise: Promise, sold: Sold, now: datetime) -> Verdict:
    limit = dispatch_by(promise, sold.times)
    if limit is None:
        return _no("protection.not_begun")
    stopped = sold.times.cancelled is not None and sold.times.cancelled <= limit
    if stopped:
        return _no("protection.cancelled_before")
    handed = sold.times.shipped
    values = {"end": limit.isoformat()}
    if handed is not None:
        values["start"] = handed.isoformat()
        return (
            _yes(sold.price_minor, "protection.sent_late", **values)
            if handed > limit
            else _no("protection.sent_in_time", **values)
        )
    return (
        _yes(sold.price_minor, "protection.not_sent", **values)
        if now > limit
        else _no("protection.hour_runs", **values)
    )


_PROOFS = {
    "below_standard": _below_standard,
    "undecided": _undecided,
    "returned": _returned,
    "not_genuine": _not_genuine,
    "authenticity": _not_genuine,
    "repair": _repair,
    "late_shipping": _late_shipping,
}


def pays(promise: Promise, base_minor: int, given_back_minor: int = 0) -> int:
    """What a broken promise pays on so much of the price: its share, or so many times of it, within least and most.

    What gives the price back never gives it twice: money that went back already is taken off.
    """
    if base_minor <= 0:
        return 0
    rate = Decimal(str(promise.share or promise.factor))
    amount = int((base_minor * rate).quantize(Decimal(1), ROUND_HALF_UP))
    amount = max(amount, promise.least_minor)
    if promise.most_minor:
        amount = min(amount, promise.most_minor)
    if promise.proof in MONEY_BACK:
        amount = min(amount, max(0, base_minor - given_back_minor))
    return amount


@dataclass(frozen=True, slots=True)
class Claim:
    """What a promise comes to on the lines of an order that carry it."""

    covered: bool
    proven: bool
    amount_minor: int
    why: Explanation


def claim(
    scheme: str,
    lines: Sequence[tuple[Mapping[str, Mapping[str, Any]], Sold]],
    *,
    asked: datetime,
    now: datetime,
) -> Claim:
    """Judge every line that carries the scheme; least and most hold for the claim, not for each line.

    `lines` are (frozen terms, what is known). The terms of the first proven line say what is paid.
    """
    carried = [
        (promise, sold) for terms, sold in lines for promise in promises(terms) if promise.scheme == scheme
    ]
    if not carried:
        return Claim(False, False, 0, _why("not_covered", scheme, 0, [Fact("protection.no_promise", {})]))
    judged = [(promise, sold, judge(promise, sold, asked=asked, now=now)) for promise, sold in carried]
    proven = [one for one in judged if one[2].proven]
    number = (proven or judged)[0][0].rules
    if not proven:
        facts = [fact for one in judged for fact in one[2].facts]
        return Claim(True, False, 0, _why("not_proven", scheme, number, facts))
    base = sum(verdict.base_minor for _promise, _sold, verdict in proven)
    back = sum(sold.given_back_minor for _promise, sold, _verdict in proven)
    amount = pays(proven[0][0], base, back)
    facts = [fact for one in proven for fact in one[2].facts]
    facts += _sum_facts(proven[0][0], base, back, amount)
    return Claim(True, amount > 0, amount, _why("proven" if amount else "not_proven", scheme, number, facts))


def _sum_facts(promise: Promise, base: int, back: int, amount: int) -> list[Fact]:
    """How the amount came about; words add the currency."""
    rate = {
        "base_minor": base,
        "percent": round(100 * (promise.share or promise.factor)),
        "amount_minor": amount,
    }
    facts = [Fact("protection.sum", rate, 0.5)]
    if back and promise.proof in MONEY_BACK:
        facts.append(Fact("protection.given_back", {"back_minor": back}))
    return facts


def _why(outcome: str, scheme: str, number: int, facts: Sequence[Fact]) -> Explanation:
    return Explanation(f"protection.{outcome}", tuple(facts), f"{scheme}@{number}", OBJECTION)


@dataclass(frozen=True, slots=True)
class Limits:
    """What bounds payment by machine, of the version in force when it is asked for."""

    automatic_most: int
    per_buyer: int
    abuse_below: float = 0.5


@dataclass(frozen=True, slots=True)
class Asked:
    """What the limits look at: the amount, what the fund holds, the buyer's machine-paid claims in 30 days, abuse (0..1)."""

    amount_minor: int
    fund_minor: int
    paid_before: int
    abuse: float


def hindrances(asked: Asked, limits: Limits) -> list[str]:
    """Why a proven claim still goes to a person: "amount", "fund", "often", "abuse"; none: a machine may pay."""
    found = []
    if asked.amount_minor > limits.automatic_most:
        found.append("amount")
    if asked.amount_minor > asked.fund_minor:
        found.append("fund")
    if asked.paid_before >= limits.per_buyer:
        found.append("often")
    if asked.abuse >= limits.abuse_below:
        found.append("abuse")
    return found
