"""Numbers on documents: resident identity cards of 18 and 15 digits, permits of Hong Kong, Macao and Taiwan, passports.

Reason codes: checksum, no_such_day, not_an_id, not_a_passport, not_a_permit beside those of `normalise`.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Final, NamedTuple

from guanxi.engine.cleaning import compatible
from guanxi.engine.divisions import division, division_name
from guanxi.engine.entries import Normalised, NotNormalisable, entry

_CHARS_MAX: Final = 60
_CLEAN_ID = re.compile(r"[1-9][0-9]{16}[0-9Xx]")
_LABEL = re.compile(
    r"^(?:(?:居民)?身份证(?:件)?|证件|护照|通行证|回乡证|台胞证|PASSPORT|ID(?: CARD)?)(?:号码|号|NO\.?|NUMBER)?[:. ]*"
)
_SEPARATORS = re.compile(r"[\s\-._·/‐‑–—―−]+")
_ID_18 = re.compile(r"[1-9][0-9]{16}[0-9X]")
_ID_15 = re.compile(r"[1-9][0-9]{14}")
_WEIGHTS: Final = tuple(2 ** (17 - place) % 11 for place in range(17))  # GB 11643, ISO 7064 MOD 11-2
_CHECK: Final = "10X98765432"
_HUNDREDS: Final = frozenset(
    ("996", "997", "998", "999")
)  # 15 digits: kept for who was a hundred years old in 1999
_REGIONS: Final = {"81": "hong_kong", "82": "macao", "83": "taiwan"}


class IdFacts(NamedTuple):
    """What an identity number says. `division` is the code of the first registration, `place` its name, or ""."""

    birth: date
    sex: str  # "f" or "m"
    division: str
    place: str


def national_id(text: str) -> Normalised:
    """18 characters; 15 digits become 18. Flags: from_15, unknown_division, foreign, hong_kong, macao, taiwan."""
    if _CLEAN_ID.fullmatch(text):
        return _national_id(text.upper(), text, ())
    verbatim = entry("national_id", text, _CHARS_MAX)
    plain = _plain(verbatim)
    if _ID_15.fullmatch(plain):
        century = "18" if plain[12:] in _HUNDREDS else "19"
        body = plain[:6] + century + plain[6:]
        return _national_id(body + check_digit(body), verbatim, ("from_15",))
    if not _ID_18.fullmatch(plain):
        digits = sum(map(str.isdigit, plain))
        reason = (
            "too_short" if plain.isdigit() and digits < 15 else "too_long" if digits > 18 else "not_an_id"
        )
        raise NotNormalisable("national_id", reason)
    return _national_id(plain, verbatim, ())


def _national_id(value: str, verbatim: str, flags: tuple[str, ...]) -> Normalised:
    if check_digit(value[:17]) != value[17]:
        raise NotNormalisable("national_id", "checksum")
    if _birth(value) is None:
        raise NotNormalisable("national_id", "no_such_day")
    return Normalised("national_id", value, verbatim, flags + _whose(value))


def check_digit(body: str) -> str:
    """The eighteenth character of seventeen digits."""
    return _CHECK[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, body, strict=True)) % 11]


def read_national_id(value: str) -> IdFacts:
    """Birth date, sex and division of a normalised number."""
    birth = _birth(value)
    if birth is None:
        raise NotNormalisable("national_id", "no_such_day")
    code = value[:6] if value[0] != "9" else ""
    return IdFacts(birth, "m" if int(value[16]) % 2 else "f", code, division_name(code) if code else "")


def _birth(value: str) -> date | None:
    try:
        return date(int(value[6:10]), int(value[10:12]), int(value[12:14]))
    except ValueError:
        return None


def _whose(value: str) -> tuple[str, ...]:
    if value[0] == "9":
        return ("foreign",)
    if value[:2] in _REGIONS:
        return (_REGIONS[value[:2]],)
    return () if division(value[:6]) else ("unknown_division",)


def _plain(text: str) -> str:
    upper = compatible(text).upper()
    return _SEPARATORS.sub("", _LABEL.sub("", upper)).replace("（", "(").replace("）", ")")


def _document(kind: str, pattern: re.Pattern[str], reason: str) -> Callable[[str], Normalised]:
    def normaliser(text: str) -> Normalised:
        verbatim = entry(kind, text, _CHARS_MAX)
        found = pattern.fullmatch(_plain(verbatim))
        if found is None:
            raise NotNormalisable(kind, reason)
        return Normalised(kind, found[1], verbatim)

    normaliser.__doc__ = f"A document number of the kind {kind}."
    return normaliser


# 回乡证: the last two digits count the cards, not the person. 台胞证 of 8 digits, the old one of 10 and a letter.
hkmo_permit = _document("hkmo_permit", re.compile(r"([HM][0-9]{8})(?:[0-9]{2})?"), "not_a_permit")
tw_permit = _document("tw_permit", re.compile(r"([0-9]{8}|[0-9]{10})(?:\(?[A-Z0-9]\)?)?"), "not_a_permit")
passport = _document("passport", re.compile(r"((?=[A-Z]*[0-9])[A-Z0-9]{6,12})"), "not_a_passport")
_HK_ID = re.compile(r"([A-Z]{1,2}[0-9]{6})\(?([0-9A])\)?")
_TW_ID = re.compile(r"[A-Z][1289A-D][0-9]{8}")
_TW_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVXYWZIO"  # A is 10


def hk_id(text: str) -> Normalised:
    """A Hong Kong identity card: letter, six digits, check digit (checked)."""
    verbatim = entry("hk_id", text, _CHARS_MAX)
    found = _HK_ID.fullmatch(_plain(verbatim))
    if found is None:
        raise NotNormalisable("hk_id", "not_an_id")
    letters = [36, *(ord(char) - 55 for char in found[1][:-6])][-2:]
    numbers = [*letters, *map(int, found[1][-6:]), 10 if found[2] == "A" else int(found[2])]
    if sum(weight * number for weight, number in zip(range(9, 0, -1), numbers, strict=True)) % 11:
        raise NotNormalisable("hk_id", "checksum")
    return Normalised("hk_id", found[1] + found[2], verbatim)


def tw_id(text: str) -> Normalised:
    """A Taiwan identity card or residence permit: letter, sex, seven digits and a check digit (checked)."""
    verbatim = entry("tw_id", text, _CHARS_MAX)
    value = _plain(verbatim)
    if not _TW_ID.fullmatch(value):
        raise NotNormalisable("tw_id", "not_an_id")
    first = _TW_LETTERS.index(value[0]) + 10
    second = _TW_LETTERS.index(value[1]) % 10 if value[1].isalpha() else int(value[1])
    numbers = [first // 10, first % 10, second, *map(int, value[2:])]
    if (
        sum(
            weight * number for weight, number in zip((1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1), numbers, strict=True)
        )
        % 10
    ):
        raise NotNormalisable("tw_id", "checksum")
    return Normalised("tw_id", value, verbatim)
