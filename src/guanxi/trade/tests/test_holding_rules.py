"""Terms kind by kind, who may sign, what a balance brings: pure rules."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.core.money import CurrencyMismatch, Money
from guanxi.trade.rules.holdings import (
    KINDS,
    Power,
    Signing,
    TermsError,
    check_terms,
    income,
    masked,
    matures_on,
    signing,
    tail,
)

OPENED = date(2026, 1, 5)
DAY = date(2026, 3, 3)


def kept(kind: str, **terms: Any) -> dict[str, Any]:
    return check_terms(KINDS[kind], terms, currency="CNY", opened=OPENED)


def faults(kind: str, **terms: Any) -> dict[str, str]:
    with pytest.raises(TermsError) as caught:
        kept(kind, **terms)
    return caught.value.faults


def test_terms_are_read_as_people_write_them_and_kept_exactly() -> None:
    terms = kept("deposit", rate="2.650 %", matures=date(2027, 1, 5), renewal="principal")
    assert terms == {"rate": "2.65", "matures": "2027-01-05", "renewal": "principal"}
    assert matures_on(KINDS["deposit"], terms) == date(2027, 1, 5)
    loan = kept("mortgage", principal="¥1,200,000", rate="3.1", matures="2046-01-05", collateral=" 文三路 478 号 ",
                instalment="6,715.33", due_day="20")  # fmt: skip
    assert (loan["principal"], loan["instalment"], loan["due_day"]) == (120_000_000, 671_533, 20)
    assert kept("mortgage", **loan) == loan
    assert kept("exchange", buys="usd", sells="CNY", rate="7.1432", value_day="2026-04-01")["buys"] == "USD"
    assert kept("account", rate="", overdraft=None) == {}


@pytest.mark.parametrize(
    ("kind", "terms", "expected"),
    [
        ("deposit", {}, {"rate": "missing", "matures": "missing"}),
        ("deposit", {"rate": "101", "matures": "2026-01-04"}, {"rate": "range", "matures": "before"}),
        ("deposit", {"rate": "2.65001", "matures": "soon"}, {"rate": "decimals", "matures": "date"}),
        ("deposit", {"rate": True, "matures": "1066-10-14"}, {"rate": "number", "matures": "range"}),
        ("account", {"limit": "5"}, {"limit": "unknown"}),
        ("account", {"overdraft": "-5"}, {"overdraft": "range"}),
        ("account", {"overdraft": "$5"}, {"overdraft": "amount"}),
        ("card", {"expires": "2030-01-31", "due_day": "32"}, {"due_day": "range"}),
        ("card", {"expires": "2030-01-31", "secured": "perhaps"}, {"secured": "flag"}),
        ("insurance", {"insured": "100", "premium": "101"}, {"premium": "more_than:insured"}),
        ("exchange", {"buys": "CNY", "sells": "CNY", "rate": "0", "value_day": "2026-04-01"},
         {"rate": "range", "sells": "same"}),
        ("exchange", {"buys": "XXX", "sells": "CNY", "rate": "7", "value_day": "2026-04-01"}, {"buys": "currency"}),
        ("bill", {"direction": "sideways", "instrument": "credit", "matures": "2026-04-01"}, {"direction": "choice"}),
        ("bill", {"direction": "import", "instrument": "credit", "matures": "2026-04-01", "bank": "x" * 81},
         {"bank": "long"}),
        ("remittance", {"limit": "500", "country": "China"}, {"country": "country"}),
        ("investment", {"units": "1.0000001"}, {"units": "decimals"}),
        ("investment", {"units": "1000000000"}, {"units": "range"}),
    ],
)  # fmt: skip
def test_every_wrong_term_is_named(kind: str, terms: dict[str, Any], expected: dict[str, str]) -> None:
    assert faults(kind, **terms) == expected


@given(st.text(max_size=60))
def test_a_number_shows_at_most_half_of_itself(number: str) -> None:
    assert len(tail(number)) <= min(4, len(number) // 2)
    assert number.endswith(tail(number))
    assert masked("6222020200112233") == "**** 2233"


def test_income_of_a_balance() -> None:
    year = income(Money(1_000_000_00, "CNY"), percent=Decimal("1.5"), days=365, cost=Money(10_00, "CNY"))
    assert year == Money(14_880_00, "CNY")
    owed = income(Money(-1_000_000_00, "CNY"), percent=Decimal(2), days=73, cost=Money.zero("CNY"))
    assert owed == Money(4_000_00, "CNY")
    with pytest.raises(CurrencyMismatch):
        income(Money(1, "USD"), percent=Decimal(1), days=1, cost=Money.zero("CNY"))


LIMITS = st.one_of(st.none(), st.integers(0, 1_000))
POWERS = st.lists(
    st.builds(
        Power,
        person=st.integers(1, 4),
        alone=LIMITS,
        together=LIMITS,
        currency=st.sampled_from(["CNY", "USD"]),
        since=st.dates(date(2026, 2, 27), date(2026, 3, 5)),
        until=st.one_of(st.none(), st.dates(date(2026, 3, 1), date(2026, 3, 9))),
    ),
    max_size=6,
)
AMOUNTS = st.integers(1, 1_200).map(lambda minor: Money(minor, "CNY"))


@given(POWERS, st.sets(st.integers(1, 5)), AMOUNTS)
def test_nobody_binds_beyond_their_mandate(powers: list[Power], signed: set[int], amount: Money) -> None:
    found = signing(powers, signed, amount, DAY)
    good = [one for one in powers if one.since <= DAY and (one.until is None or one.until > DAY)]

    def reaches(limit: int | None, one: Power) -> bool:
        return limit is None or (one.currency == "CNY" and limit >= amount.minor)

    alone = {one.person for one in good if reaches(one.alone, one)}
    together = {one.person for one in good if reaches(one.together, one)}
    enough = bool(signed & alone) or len(signed & together) >= 2
    assert (found.verdict is Signing.ENOUGH) == enough
    if not enough:
        assert (found.verdict is Signing.SECOND) == bool(signed & together)
    assert found.may <= alone | together


@given(POWERS, st.sets(st.integers(1, 5)), st.integers(1, 5), AMOUNTS)
def test_one_more_signature_never_takes_anything_away(
    powers: list[Power], signed: set[int], other: int, amount: Money
) -> None:
    order = [Signing.NOBODY, Signing.SECOND, Signing.ENOUGH]
    before = signing(powers, signed, amount, DAY).verdict
    after = signing(powers, signed | {other}, amount, DAY).verdict
    assert order.index(after) >= order.index(before)
    smaller = signing(powers, signed, Money(1, "CNY"), DAY).verdict
    assert order.index(smaller) >= order.index(before)


@given(POWERS, AMOUNTS)
def test_whoever_is_named_as_able_can_finish_it(powers: list[Power], amount: Money) -> None:
    may = signing(powers, [], amount, DAY).may
    assert not may or signing(powers, may, amount, DAY).verdict is Signing.ENOUGH
