"""What a client may hold, kind by kind, and the terms each kind is held on; who may sign for a company. Pure.

Terms come in as people or files write them and are kept as JSON: percentages and units as exact decimal text ("3.25"),
amounts as whole minor units of the holding's currency, days as ISO dates.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from guanxi.core.money import Money, MoneyError, digits_of

TEXT_CHARS_MAX: Final = 80
YEAR_DAYS: Final = 365
UNITS_BELOW: Final = 10**9  # with six decimals as many digits as SQLite keeps exactly
_PLAIN = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,8})?", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Term:
    """One field of a kind's terms. `type`: percent, amount, date, count, units, rate, text, choice, flag, currency, country."""

    code: str
    type: str
    needed: bool = False
    options: Sequence[str] = ()
    least: int = 0
    most: int = 9_999


@dataclass(frozen=True, slots=True)
class Kind:
    """What can be held. `owes`: its balance is what the client owes; `matures`: the term that says when it ends.

    `ordered`: bought and sold by investment orders. `order`: pairs of terms of which the first may not exceed the second.
    """

    code: str
    terms: Sequence[Term]
    owes: bool = False
    matures: str = ""
    ordered: bool = False
    order: Sequence[tuple[str, str]] = ()

    def term(self, code: str) -> Term | None:
        return next((one for one in self.terms if one.code == code), None)


def _loan(code: str, *more: Term) -> Kind:
    return Kind(
        code,
        (
            Term("principal", "amount", needed=True),
            Term("rate", "percent", needed=True),
            Term("rate_kind", "choice", options=("fixed", "floating")),
            Term("matures", "date", needed=True),
            Term("instalment", "amount"),
            Term("due_day", "count", least=1, most=31),
            *more,
        ),
        owes=True,
        matures="matures",
        order=(("instalment", "principal"),),
    )


KINDS: Final[Mapping[str, Kind]] = {
    kind.code: kind
    for kind in (
        Kind("account", (Term("rate", "percent"), Term("overdraft", "amount"), Term("notice_days", "count"))),
        Kind(
            "deposit",
            (
                Term("rate", "percent", needed=True),
                Term("matures", "date", needed=True),
                Term("renewal", "choice", options=("none", "principal", "all")),
            ),
            matures="matures",
        ),
        Kind(
            "remittance",
            (
                Term("limit", "amount", needed=True),
                Term("country", "country"),
                Term("fee", "amount"),
                Term("until", "date"),
            ),
            matures="until",
        ),
        Kind(
            "cheque",
            (
                Term("denomination", "amount", needed=True),
                Term("pieces", "count", needed=True, least=1),
                Term("first", "text"),
                Term("last", "text"),
            ),
        ),
        Kind(
            "card",
            (
                Term("limit", "amount"),
                Term("rate", "percent"),
                Term("due_day", "count", least=1, most=31),
                Term("expires", "date", needed=True),
                Term("secured", "flag"),
            ),
            owes=True,
            matures="expires",
        ),
        Kind(
            "merchant",
            (
                Term("fee_rate", "percent", needed=True),
                Term("settles_days", "count", most=30),
                Term("terminals", "count"),
                Term("category", "text"),
                Term("reserve", "amount"),
            ),
        ),
        _loan("mortgage", Term("collateral", "text", needed=True), Term("valued", "amount")),
        _loan(
            "loan",
            Term("purpose", "choice", options=("consumer", "working", "project", "property", "trade")),
            Term("collateral", "text"),
        ),
        Kind(
            "insurance",
            (
                Term("insured", "amount", needed=True),
                Term("premium", "amount", needed=True),
                Term("every_months", "count", least=1, most=12),
                Term("ends", "date"),
            ),
            matures="ends",
            order=(("premium", "insured"),),
        ),
        Kind(
            "investment",
            (
                Term("units", "units"),
                Term("cost", "amount"),
                Term("risk", "count", least=1, most=5),
                Term("matures", "date"),
            ),
            matures="matures",
            ordered=True,
        ),
        Kind(
            "bill",
            (
                Term("direction", "choice", needed=True, options=("import", "export")),
                Term("instrument", "choice", needed=True, options=("credit", "collection", "guarantee")),
                Term("documents", "choice", options=("awaited", "presented", "discrepant", "accepted", "paid")),
                Term("bank", "text"),
                Term("margin_deposit", "percent"),
                Term("matures", "date", needed=True),
            ),
            owes=True,
            matures="matures",
        ),
        Kind(
            "custody",
            (
                Term("market", "choice", needed=True, options=("a", "b_shanghai", "b_shenzhen", "hong_kong", "other")),
                Term("units", "units"),
                Term("cost", "amount"),
                Term("fee_rate", "percent"),
            ),
            ordered=True,
        ),
        Kind(
            "exchange",
            (
                Term("buys", "currency", needed=True),
                Term("sells", "currency", needed=True),
                Term("rate", "rate", needed=True),
                Term("value_day", "date", needed=True),
            ),
            matures="value_day",
        ),
        Kind("box", (Term("size", "choice", options=("small", "medium", "large")), Term("until", "date")), matures="until"),
    )
}  # fmt: skip


class TermsError(ValueError):
    """Terms that cannot be kept. `faults`: {term: code}; codes: unknown, missing, number, decimals, range, date, before,
    choice, amount, more_than:TERM, long, currency, same, country, flag."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(", ".join(f"{term}: {code}" for term, code in faults.items()))
        self.faults = dict(faults)


class _Fault(Exception):
    pass


def check_terms(kind: Kind, given: Mapping[str, Any], *, currency: str, opened: date) -> dict[str, Any]:
    """The terms as they are kept; what is left out or blank is no term. Raises `TermsError` with every fault.

    `opened`: a holding cannot end before the day it began.
    """
    faults = {code: "unknown" for code in given if kind.term(code) is None}
    kept: dict[str, Any] = {}
    for term in kind.terms:
        value = given.get(term.code)
        if value is None or (isinstance(value, str) and not value.strip()):
            if term.needed:
                faults[term.code] = "missing"
            continue
        try:
            kept[term.code] = _READERS[term.type](value, term, currency)
        except _Fault as fault:
            faults[term.code] = str(fault)
    faults |= _together(kind, kept, opened, faults)
    if faults:
        raise TermsError(faults)
    return kept


def _together(kind: Kind, kept: Mapping[str, Any], opened: date, faults: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    ends = matures_on(kind, kept)
    if ends is not None and ends < opened:
        found[kind.matures] = "before"
    for less, more in kind.order:
        if less in kept and more in kept and kept[less] > kept[more]:
            found[less] = f"more_than:{more}"
    if kind.code == "exchange" and "buys" in kept and kept.get("buys") == kept.get("sells"):
        found["sells"] = "same"
    return {term: code for term, code in found.items() if term not in faults}


def matures_on(kind: Kind, terms: Mapping[str, Any]) -> date | None:
    """The day these terms end; None where they do not say."""
    value = terms.get(kind.matures) if kind.matures else None
    return date.fromisoformat(value) if value else None


def _decimal(value: object, decimals: int) -> Decimal:
    text = str(value).strip().removesuffix("%").strip().replace(",", "")
    if isinstance(value, bool) or not _PLAIN.fullmatch(text):
        raise _Fault("number")
    try:
        number = Decimal(text)
    except InvalidOperation as error:  # pragma: no cover  the pattern lets only numbers through
        raise _Fault("number") from error
    if -int(number.normalize().as_tuple().exponent) > decimals:
        raise _Fault("decimals")
    return number


def plain(number: Decimal) -> str:
    """An exact decimal as text, without needless noughts: "3.25", "100"."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _percent(value: object, term: Term, currency: str) -> str:
    number = _decimal(value, 4)
    if number > 100:
        raise _Fault("range")
    return plain(number)


def _amount(value: object, term: Term, currency: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return _positive(value)  # minor units, as they are kept
    try:
        return _positive(Money.parse(str(value), currency).minor)
    except MoneyError as error:
        raise _Fault("amount") from error


def _positive(minor: int) -> int:
    if not 0 <= minor < 10**15:
        raise _Fault("range")
    return minor


def _date(value: object, term: Term, currency: str) -> str:
    try:
        found = value if isinstance(value, date) else date.fromisoformat(str(value).strip())
    except ValueError as error:
        raise _Fault("date") from error
    if not 1900 <= found.year <= 2200:
        raise _Fault("range")
    return found.isoformat()


def _count(value: object, term: Term, currency: str) -> int:
    number = int(_decimal(value, 0))
    if not term.least <= number <= term.most:
        raise _Fault("range")
    return number


def _units(value: object, term: Term, currency: str) -> str:
    number = _decimal(value, 6)
    if number >= UNITS_BELOW:
        raise _Fault("range")
    return plain(number)


def _rate(value: object, term: Term, currency: str) -> str:
    number = _decimal(value, 8)
    if not number:
        raise _Fault("range")
    return plain(number)


def _text(value: object, term: Term, currency: str) -> str:
    text = " ".join(str(value).split())
    if len(text) > TEXT_CHARS_MAX or not text.isprintable():
        raise _Fault("long")
    return text


def _choice(value: object, term: Term, currency: str) -> str:
    if value not in term.options:
        raise _Fault("choice")
    return str(value)


def _flag(value: object, term: Term, currency: str) -> bool:
    known = {"1": True, "true": True, "on": True, "yes": True, "0": False, "false": False, "no": False}
    if isinstance(value, bool):
        return value
    if str(value).lower() not in known:
        raise _Fault("flag")
    return known[str(value).lower()]


def _currency(value: object, term: Term, currency: str) -> str:
    code = str(value).strip().upper()
    try:
        digits_of(code)
    except MoneyError as error:
        raise _Fault("currency") from error
    return code


def _country(value: object, term: Term, currency: str) -> str:
    code = str(value).strip().upper()
    if not _COUNTRY.fullmatch(code):
        raise _Fault("country")
    return code


_READERS: Final = {
    "percent": _percent,
    "amount": _amount,
    "date": _date,
    "count": _count,
    "units": _units,
    "rate": _rate,
    "text": _text,
    "choice": _choice,
    "flag": _flag,
    "currency": _currency,
    "country": _country,
}


def tail(number: str) -> str:
    """The last four characters of a number, of a short one fewer."""
    return number[len(number) - min(4, len(number) // 2) :]


def masked(number: str) -> str:
    """A number as everybody sees it: "**** 2233"."""
    return f"**** {tail(number)}".strip()


# -- what a holding is worth to the house -----------------------------------------------------------------


def income(balance: Money, *, percent: Decimal, days: int, cost: Money) -> Money:
    """What a balance earned in so many days at a margin of `percent` a year, less the `cost` of keeping it (a month).

    The day count is actual/365, a month 365/12 days; rounded once. Raises `CurrencyMismatch`.
    """
    span = Fraction(days, YEAR_DAYS)
    earned = abs(balance).times(Fraction(percent) / 100 * span)
    return earned - cost.times(span * 12)


# -- who may sign -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Power:
    """What a mandate lets a person do: see, and sign orders up to `alone`, or with a second signatory up to `together`.

    Amounts are whole minor units of `currency`; None: without limit, 0: not at all. In force from `since` to the day before
    `until`.
    """

    person: int
    alone: int | None = 0
    together: int | None = 0
    currency: str = "CNY"
    since: date = date.min
    until: date | None = None

    def holds(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)

    def covers(self, limit: int | None, amount: Money) -> bool:
        return limit is None or (amount.currency == self.currency and 0 < amount.minor <= limit)


class Signing(StrEnum):
    """What is said of those who have signed so far."""

    ENOUGH = "enough"
    SECOND = "second"  # one more who may sign together is needed
    NOBODY = "nobody"  # none of them may sign this


@dataclass(frozen=True, slots=True)
class Signatures:
    verdict: Signing
    may: frozenset[int] = field(default=frozenset())  # whose signature would count, of all mandates


def signing(powers: Iterable[Power], signed: Iterable[int], amount: Money, day: date) -> Signatures:
    """Whether those who have `signed` bind the company for `amount` on `day`.

    One who may alone is enough; else two different persons, both of whom may together. A person with several mandates may do
    what any of them allows.
    """
    alone: set[int] = set()
    together: set[int] = set()
    for power in powers:
        if power.holds(day):
            if power.covers(power.alone, amount):
                alone.add(power.person)
            if power.covers(power.together, amount):
                together.add(power.person)
    there = set(signed)
    may = frozenset(alone | (together if len(together | alone) > 1 else set()))
    if there & alone or len(there & together) > 1:
        return Signatures(Signing.ENOUGH, may)
    return Signatures(Signing.SECOND if there & together else Signing.NOBODY, may)
