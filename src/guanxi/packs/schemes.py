"""`[[scheme]]` of `trade.toml`: what shops may promise, what proves it broken, what it pays, up to where a machine pays.

No database. What proves a promise stands in the program (`trade.rules.protection`).
"""

from collections.abc import Sequence
from typing import Any

from guanxi.packs.files import Spot
from guanxi.packs.issues import Content
from guanxi.trade.rules import ruleset

KEYS = frozenset(
    {
        "code",
        "name",
        "words",
        "proof",
        "deposit",
        "runs",
        "within",
        "factor",
        "share",
        "least",
        "most",
        "automatic_most",
        "per_buyer",
        "abuse_below",
        "sample_every",
        "categories",
        "excluded",
        "icon",
    }
)
DAYS_MAX, HOURS_MAX, FACTOR_MAX = 730, 30 * 24, 10.0
NEEDS_HOURS = ("late_shipping", "repair")
NEEDS_DAYS = ("below_standard", "returned", "not_genuine", "authenticity", "repair")


def read_schemes(spot: Spot, languages: Sequence[str], currency: str) -> Content:
    """{code: one scheme in the form of `trade.rules.ruleset.Scheme`}; faults are noted in the file."""
    found: Content = {}
    seen: set[str] = set()
    for row in spot.rows("scheme", KEYS, needed=False):
        code = row.code()
        one = _scheme(row, languages, currency)
        if row.once(seen, code):
            found[code] = one
    return found


def _scheme(row: Spot, languages: Sequence[str], currency: str) -> Content:
    proof = row.choice("proof", ruleset.PROOFS)
    days, hours = _span(row, "runs", 1440, DAYS_MAX, "days"), _span(row, "within", 60, HOURS_MAX, "hours")
    if proof in NEEDS_HOURS and not hours:
        row.wrong("within", f"{proof!r} needs the hours within which it is done")
    if proof in NEEDS_DAYS and not days:
        row.wrong("runs", f"{proof!r} needs the days it runs from receipt")
    return {
        "name": row.names("name", languages),
        "words": row.names("words", languages, "what is promised"),
        "proof": proof,
        "deposit_minor": row.amount("deposit", currency),
        "days": days,
        "hours": hours,
        **_pays(row, currency),
        **_limits(row, currency),
        "categories": row.texts("categories") if "categories" in row.table else [],
        "excluded": row.texts("excluded") if "excluded" in row.table else [],
        "icon": row.text("icon", "shield-check"),
    }


def _span(row: Spot, key: str, unit: int, most: int, what: str) -> int:
    if key not in row.table:
        return 0
    minutes = row.minutes(key)
    if minutes % unit or minutes > most * unit:
        row.wrong(key, f"must be whole {what}, {most} at most")
    return minutes // unit


def _pays(row: Spot, currency: str) -> Content:
    """So many times the price, or a share of it; within least and most."""
    if "factor" in row.table and "share" in row.table:
        row.wrong("share", "a scheme pays so many times the price (factor) or a share of it, not both")
    factor = row.table.get("factor", 1)
    if isinstance(factor, bool) or not isinstance(factor, (int, float)) or not 0 < factor <= FACTOR_MAX:
        row.wrong("factor", f"must be a number above 0, {FACTOR_MAX:g} at most")
        factor = 1
    least, most = (_amount(row, key, currency) for key in ("least", "most"))
    if most and least > most:
        row.wrong("most", "is less than the least it pays")
    share = row.share("share") if "share" in row.table else 0.0
    return {"factor": float(factor), "share": share, "least_minor": least, "most_minor": most}


def _limits(row: Spot, currency: str) -> Content:
    below = row.share("abuse_below") if "abuse_below" in row.table else 0.5
    if not 0 < below <= 0.5:
        row.wrong("abuse_below", "must be above 0 and 50 % at most")
    return {
        "automatic_most": _amount(row, "automatic_most", currency),
        "per_buyer": _count(row, "per_buyer", 3, 100),
        "abuse_below": below,
        "sample_every": _count(row, "sample_every", 20, 1_000),
    }


def _amount(row: Spot, key: str, currency: str) -> int:
    return row.amount(key, currency) if key in row.table else 0


def _count(row: Spot, key: str, usual: int, most: int) -> int:
    value: Any = row.table.get(key, usual)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        row.wrong(key, f"must be a whole number from 1 to {most}")
        return usual
    return value
