"""Money: whole minor units of one currency, exact always.

Pure: no Django, no database, no clock, and no Babel (its number formats cost 6-12 MiB a process; the few
currencies people meet here are in the table below, any other shows its ISO code).
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Self

MINOR_MAX = 2**63 - 1
"""The largest amount a database column keeps; beyond it every operation raises."""

# ISO 4217, active national currencies, by how many digits their minor unit has.
_DIGITS_TWO = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC
CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR
JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD
NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN
SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
"""
_DIGITS_NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_DIGITS_THREE = "BHD IQD JOD KWD LYD OMR TND"
_DIGITS = {
    code: digits
    for digits, codes in ((0, _DIGITS_NONE), (2, _DIGITS_TWO), (3, _DIGITS_THREE))
    for code in codes.split()
}
# ¥ alone is the yuan in both languages: one sign must never mean two currencies on one page.
_SIGNS = {
    "AUD": "A$", "BRL": "R$", "CAD": "CA$", "CNY": "¥", "EUR": "€", "GBP": "£", "HKD": "HK$", "ILS": "₪",
    "INR": "₹", "JPY": "JP¥", "KRW": "₩", "MOP": "MOP$", "MXN": "MX$", "NZD": "NZ$", "PHP": "₱", "SGD": "S$",
    "TWD": "NT$", "USD": "US$", "VND": "₫",
}  # fmt: skip
_NUMBER = re.compile(r"(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<part>\d+))?", re.ASCII)
_MINUS = "\N{MINUS SIGN}"
_NO_BREAK = "\N{NO-BREAK SPACE}"
_TEXT_CHARS_MAX = 40
_POWER_MAX = 40


class MoneyError(ValueError):
    """An amount that is not exact, not in this currency, or not to be read."""


class CurrencyMismatch(MoneyError):
    """Two currencies in one sum."""


def digits_of(currency: str) -> int:
    """How many digits the minor unit of an ISO 4217 code has (CNY 2, JPY 0, KWD 3); MoneyError if unknown."""
    try:
        return _DIGITS[currency]
    except KeyError as error:
        raise MoneyError(f"{currency!r} is no ISO 4217 currency.") from error


@dataclass(frozen=True, slots=True)
class Money:
    """`minor` whole units (fen, cents) of `currency`, an ISO 4217 code in capitals; |minor| <= MINOR_MAX."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise MoneyError(f"Money is kept in whole minor units, not {type(self.minor).__name__}.")
        if abs(self.minor) > MINOR_MAX:
            raise MoneyError("The amount is too large.")
        digits_of(self.currency)

    @classmethod
    def zero(cls, currency: str) -> Self:
        return cls(0, currency)

    @classmethod
    def from_decimal(cls, amount: Decimal | int, currency: str, *, rounding: str | None = None) -> Self:
        """Major units (26.80 yuan) to money. Without `rounding` (a decimal.ROUND_ name) it must be exact."""
        exact = _exact(amount) * 10 ** digits_of(currency)
        if rounding is None and exact.denominator != 1:
            raise MoneyError(f"{amount} is not a whole number of {currency} minor units.")
        return cls(_rounded(exact, rounding or ROUND_HALF_UP), currency)

    @classmethod
    def parse(cls, text: str, currency: str) -> Self:
        """Read what a person typed: "2,680", "¥2,680.00", full-width forms, "-12.5", "CNY 3", "88元".

        The point is the decimal mark, commas may only group thousands; a sign, code or name of another
        currency, more decimals than the currency has, or anything else raises MoneyError.
        """
        shown = text[:_TEXT_CHARS_MAX]
        if len(text) > _TEXT_CHARS_MAX:
            raise MoneyError(f"{shown!r}... is too long for an amount.")
        negative, bare = _strip(unicodedata.normalize("NFKC", text), currency)
        match = _NUMBER.fullmatch(bare)
        if match is None:
            raise MoneyError(f"{shown!r} is not an amount in {currency}.")
        part = match["part"] or ""
        if len(part) > digits_of(currency):
            raise MoneyError(f"{shown!r}: {currency} has {digits_of(currency)} decimals.")
        minor = int(match["whole"].replace(",", "") + part.ljust(digits_of(currency), "0"))
        return cls(-minor if negative else minor, currency)

    @classmethod
    def total(cls, amounts: Iterable[Self], currency: str) -> Self:
        """The sum of any number of amounts, zero of `currency` if there are none."""
        return sum(amounts, start=cls.zero(currency))

    @property
    def amount(self) -> Decimal:
        """In major units, exact, with all the currency's decimals."""
        sign, digits = int(self.minor < 0), tuple(int(digit) for digit in str(abs(self.minor)))
        return Decimal((sign, digits, -digits_of(self.currency)))

    def allocate(self, weights: Sequence[int | Decimal | Fraction]) -> tuple[Self, ...]:
        """Split by weights; the parts add up exactly (largest remainder, ties to the earlier part).

        Raises MoneyError for floats, negative weights, or weights that are all zero.
        """
        shares = [_exact(weight) for weight in weights]
        if any(share < 0 for share in shares) or not sum(shares):
            raise MoneyError("Weights must not be negative nor all zero.")
        quotas = [abs(self.minor) * share / sum(shares) for share in shares]
        parts = [int(quota) for quota in quotas]
        by_remainder = sorted(range(len(quotas)), key=lambda index: parts[index] - quotas[index])
        for index in by_remainder[: abs(self.minor) - sum(parts)]:
            parts[index] += 1
        return tuple(self._of(-part if self.minor < 0 else part) for part in parts)

    def times(self, factor: int | Decimal | Fraction, *, rounding: str = ROUND_HALF_UP) -> Self:
        """A share or multiple (a 30 % penalty, interest), rounded once to the minor unit."""
        return self._of(_rounded(self.minor * _exact(factor), rounding))

    def format(self, locale: str) -> str:
        """For people: "¥2,680.00", "US$11.77" (en: "$11.77"), "KWD 1.500", a true minus in front.

        `locale` is "zh-hans" or "en"; any other language is shown as en.
        """
        digits = digits_of(self.currency)
        whole, part = divmod(abs(self.minor), 10**digits)
        number = f"{whole:,}" + (f".{part:0{digits}}" if digits else "")
        return f"{_MINUS if self.minor < 0 else ''}{_sign(self.currency, locale)}{number}"

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def __add__(self, other: Self) -> Self:
        return self._of(self.minor + self._same(other))

    def __sub__(self, other: Self) -> Self:
        return self._of(self.minor - self._same(other))

    def __mul__(self, count: int) -> Self:
        if type(count) is not int:
            raise MoneyError("Money is multiplied by whole numbers; use times() for shares.")
        return self._of(self.minor * count)

    __rmul__ = __mul__

    def __neg__(self) -> Self:
        return self._of(-self.minor)

    def __abs__(self) -> Self:
        return self._of(abs(self.minor))

    def __bool__(self) -> bool:
        return self.minor != 0

    def __lt__(self, other: Self) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Self) -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: Self) -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: Self) -> bool:
        return self.minor >= self._same(other)

    def _of(self, minor: int) -> Self:
        return type(self)(minor, self.currency)

    def _same(self, other: object) -> int:
        if not isinstance(other, Money):
            raise MoneyError(f"Money does not mix with {type(other).__name__}.")
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} do not add up.")
        return other.minor


def _exact(number: int | Decimal | Fraction) -> Fraction:
    if isinstance(number, bool) or not isinstance(number, int | Decimal | Fraction):
        raise MoneyError(f"Money does not mix with {type(number).__name__}.")
    if isinstance(number, Decimal) and not (number.is_finite() and abs(number.adjusted()) <= _POWER_MAX):
        raise MoneyError(f"{number} is no number to split or multiply money by.")
    return Fraction(number)


def _rounded(exact: Fraction, rounding: str) -> int:
    whole, rest = divmod(abs(exact.numerator), exact.denominator)
    if whole > MINOR_MAX:
        raise MoneyError("The amount is too large.")
    # A fraction may have no finite decimal; rounding only asks if it is below, at or above one half.
    half = 2 * rest - exact.denominator
    tail = 5 + (half > 0) - (half < 0) if rest else 0
    signed = Decimal(f"{'-' if exact < 0 else ''}{whole}.{tail}")
    return int(signed.to_integral_value(rounding))


def _sign(currency: str, locale: str) -> str:
    if currency == "USD" and not locale.lower().startswith("zh"):
        return "$"
    return _SIGNS.get(currency) or f"{currency}{_NO_BREAK}"


def _strip(text: str, currency: str) -> tuple[bool, str]:
    """Whether the text is negative, and its number without minus, currency sign, code or name."""
    bare = text.strip().replace(_MINUS, "-").removesuffix(currency)
    bare = bare.removesuffix("元" if currency == "CNY" else "").strip()
    negative = bare.startswith("-")
    bare = bare.removeprefix("-").strip()
    signs = (_SIGNS.get(currency, ""), currency, {"USD": "$", "JPY": "¥"}.get(currency, ""))
    for sign in sorted(filter(None, signs), key=len, reverse=True):
        if bare.startswith(sign):
            bare = bare.removeprefix(sign).strip()
            break
    if not negative and bare.startswith("-"):
        return True, bare.removeprefix("-").strip()
    return negative, bare
