"""Money: exact, one currency at a time, nothing lost in a split."""

import operator
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.core.money import MINOR_MAX, CurrencyMismatch, Money, MoneyError, digits_of

CURRENCIES = st.sampled_from(["CNY", "USD", "JPY", "KWD", "EUR", "CHF"])
AMOUNTS = st.builds(Money, st.integers(-(10**15), 10**15), CURRENCIES)


def cny(text: str) -> Money:
    return Money.parse(text, "CNY")


@pytest.mark.parametrize(("currency", "digits"), [("CNY", 2), ("JPY", 0), ("KWD", 3), ("TND", 3), ("KRW", 0)])
def test_minor_digits(currency: str, digits: int) -> None:
    assert digits_of(currency) == digits


@pytest.mark.parametrize(
    ("minor", "currency", "locale", "shown"),
    [
        (268000, "CNY", "zh-hans", "¥2,680.00"),
        (268000, "CNY", "en", "¥2,680.00"),
        (1177, "USD", "zh-hans", "US$11.77"),
        (1177, "USD", "en", "$11.77"),
        (-1177, "USD", "en", "\N{MINUS SIGN}$11.77"),
        (-5, "CNY", "zh-hans", "\N{MINUS SIGN}¥0.05"),
        (1234567, "JPY", "en", "JP¥1,234,567"),
        (1500, "KWD", "en", "KWD\N{NO-BREAK SPACE}1.500"),
        (0, "EUR", "zh-hans", "€0.00"),
        (100, "HKD", "zh-hans", "HK$1.00"),
    ],
)
def test_format(minor: int, currency: str, locale: str, shown: str) -> None:
    assert Money(minor, currency).format(locale) == shown


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("2680", "CNY", 268000),
        ("2,680.00", "CNY", 268000),
        (" ¥ 2,680.5 ", "CNY", 268050),
        ("￥１２．５", "CNY", 1250),
        ("88元", "CNY", 8800),
        ("-¥0.05", "CNY", -5),
        ("¥-0.05", "CNY", -5),
        ("\N{MINUS SIGN}1.20", "CNY", -120),
        ("CNY 3", "CNY", 300),
        ("3.00 CNY", "CNY", 300),
        ("$11.77", "USD", 1177),
        ("US$11.77", "USD", 1177),
        ("¥500", "JPY", 500),
        ("1.5", "KWD", 1500),
        ("1,234,567", "JPY", 1234567),
    ],
)
def test_parse(text: str, currency: str, minor: int) -> None:
    assert Money.parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("", "CNY"), ("abc", "CNY"), ("1.234", "CNY"), ("1.5", "JPY"), ("12,34", "CNY"), ("1,2345", "CNY"),
        ("1.", "CNY"), (".5", "CNY"), ("--5", "CNY"), ("-¥-5", "CNY"), ("1e5", "CNY"), ("$5", "CNY"),
        ("¥5", "USD"), ("88元", "USD"), ("5 USD", "CNY"), ("NaN", "CNY"), ("9" * 30, "CNY"),
        ("1" * 41, "CNY"), ("5", "RMB"),
        ("1 2", "CNY"), ("٣", "CNY"),
    ],
)  # fmt: skip
def test_parse_refuses(text: str, currency: str) -> None:
    with pytest.raises(MoneyError):
        Money.parse(text, currency)


@given(AMOUNTS, st.sampled_from(["zh-hans", "en"]))
def test_what_is_shown_can_be_read_back(money: Money, locale: str) -> None:
    assert Money.parse(money.format(locale), money.currency) == money
    assert Money.parse(str(money), money.currency) == money
    assert Money.from_decimal(money.amount, money.currency) == money


def test_from_decimal_is_exact_unless_told_how_to_round() -> None:
    assert Money.from_decimal(Decimal("26.8"), "CNY") == Money(2680, "CNY")
    assert Money.from_decimal(7, "JPY") == Money(7, "JPY")
    assert Money.from_decimal(Decimal("0.125"), "CNY", rounding=ROUND_HALF_EVEN) == Money(12, "CNY")
    for wrong in (Decimal("0.125"), Decimal("NaN"), Decimal("Infinity"), Decimal("1e70"), Decimal("1e30")):
        with pytest.raises(MoneyError):
            Money.from_decimal(wrong, "CNY")


@pytest.mark.parametrize("minor", [1.0, True, "1", Decimal(1), MINOR_MAX + 1])
def test_only_whole_minor_units_in_range(minor: int) -> None:
    with pytest.raises(MoneyError):
        Money(minor, "CNY")


def test_arithmetic() -> None:
    assert cny("1.10") + cny("2.20") == cny("3.30")
    assert cny("1") - cny("2.5") == cny("-1.50")
    assert 3 * cny("0.10") == cny("0.10") * 3 == cny("0.30")
    assert abs(-cny("4")) == cny("4")
    assert Money.total([cny("1"), cny("2")], "CNY") == cny("3")
    assert Money.total([], "CNY") == Money.zero("CNY")
    assert not Money.zero("CNY")
    assert cny("0.01")


@pytest.mark.parametrize(
    "operation", [operator.add, operator.sub, operator.lt, operator.le, operator.gt, operator.ge]
)
def test_currencies_never_mix(operation: Callable[[object, object], object]) -> None:
    with pytest.raises(CurrencyMismatch):
        operation(Money(1, "CNY"), Money(1, "USD"))
    with pytest.raises(MoneyError):
        operation(Money(1, "CNY"), 1)
    assert Money(1, "CNY") != Money(1, "USD")


@given(st.lists(st.integers(-(10**9), 10**9)))
def test_order_is_the_order_of_amounts(minors: list[int]) -> None:
    assert [money.minor for money in sorted(Money(minor, "CNY") for minor in minors)] == sorted(minors)


def test_floats_are_refused() -> None:
    half: Any = 0.5  # what the type checker would already refuse
    with pytest.raises(MoneyError, match="whole numbers"):
        cny("1") * half
    with pytest.raises(MoneyError, match="float"):
        cny("1").times(half)
    with pytest.raises(MoneyError, match="float"):
        cny("1").allocate([half, half])
    with pytest.raises(MoneyError, match="float"):
        Money.from_decimal(half, "CNY")


WEIGHTS = st.lists(
    st.one_of(st.integers(0, 10**6), st.fractions(0, 100), st.decimals(0, 100, allow_nan=False, places=3)),
    min_size=1,
).filter(any)


@given(AMOUNTS, WEIGHTS)
def test_allocation_loses_nothing_and_is_off_by_less_than_one(
    money: Money, weights: list[int | Fraction | Decimal]
) -> None:
    parts = money.allocate(weights)
    assert Money.total(parts, money.currency) == money
    whole = sum(Fraction(weight) for weight in weights)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.minor - money.minor * Fraction(weight) / whole) < 1


def test_allocation_examples() -> None:
    assert [part.minor for part in Money(100, "CNY").allocate([1, 1, 1])] == [34, 33, 33]
    assert [part.minor for part in Money(-100, "CNY").allocate([1, 1, 1])] == [-34, -33, -33]
    assert [part.minor for part in Money(5, "CNY").allocate([0, 3, 7])] == [0, 2, 3]
    for weights in ([], [0, 0], [1, -1], [Decimal("NaN")], [Decimal("1e999999")]):
        with pytest.raises(MoneyError):
            Money(100, "CNY").allocate(weights)


def test_times_rounds_once() -> None:
    assert cny("100").times(Decimal("0.3")) == cny("30")
    assert cny("0.05").times(Fraction(1, 2)) == cny("0.03")
    assert cny("-0.05").times(Fraction(1, 2)) == cny("-0.03")
    assert cny("0.05").times(Fraction(1, 2), rounding=ROUND_HALF_EVEN) == cny("0.02")
    assert cny("1").times(Fraction(1, 3)) == cny("0.33")
    with pytest.raises(MoneyError):
        Money(MINOR_MAX, "CNY").times(10**90)


@given(AMOUNTS, st.fractions(0, 10))
def test_times_is_within_half_a_unit(money: Money, factor: Fraction) -> None:
    assert abs(money.times(factor).minor - money.minor * factor) <= Fraction(1, 2)
