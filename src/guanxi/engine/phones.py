"""Telephone numbers to E.164: what people in China write, then the phonenumbers library for all others."""

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

_DIGITS_MIN = 5
_DIGITS_MAX = 18
_LABEL = re.compile(
    r"(?:联系|聯繫|聯絡)?(?:电话|電話|手机|手機|tel|telephone|mobile|phone)(?:号码|號碼|号|號)?\s*[:.]?\s*",
    re.IGNORECASE,
)
_EXTENSION = re.compile(
    r"[\s,;(-]*(?:转|轉|分机|分機|内线|內線|ext(?:ension)?\.?|x|#)\s*[:.]?\s*[0-9]{1,6}\)?$", re.IGNORECASE
)
_DASHED_EXTENSION = re.compile(r"((?:\+?86-?|0086-?)?\(?0?[0-9]{2,3}\)?-?[0-9]{3,4}-?[0-9]{4})-[0-9]{1,6}")
_BETWEEN_NUMBERS = re.compile(r"[/、,;|或和]")
_SEPARATORS = re.compile(r"[\s\-.()\[\]·_‐‑‒–—―−]+")
_PLAIN = re.compile(r"\+?[0-9]+")
# Also ranges not yet in service: a number newer than our tables must not be turned away.
_MOBILE = re.compile(r"(?:\+86|0086|86)?0?(1[3-9][0-9]{9})")
_MOBILE_ABROAD = re.compile(r"(?:\+86|0086)0?(1[3-9][0-9]{9})")
_IN_SERVICE = re.compile(r"1(?:3[0-9]|4[5-9]|5[0-35-9]|6[2567]|7[0-8]|8[0-9]|9[0-35-9])")
_VIRTUAL = frozenset(("162", "165", "167", "170", "171"))
# Written without "+" by people who think of these as a prefix: Hong Kong, Macao, Taiwan.
_NEIGHBOURS = ("852", "853", "886")


class Refused(ValueError):
    """args[0] is the reason code."""


def e164(text: str, region: str) -> tuple[str, tuple[str, ...]]:
    """(E.164, flags) of one visible, NFKC-folded entry; raises Refused."""
    body, has_extension = _without_extension(_LABEL.sub("", _ascii_digits(text), count=1))
    digits = _only_digits(body)
    value, flags = _china_mobile(digits, region) or _by_library(digits, region)
    return value, (("ext",) if has_extension else ()) + flags


def formatted(value: str) -> str:
    """E.164 with the spaces its country uses; mainland ones in national form; unreadable input unchanged."""
    import phonenumbers

    number = _parsed(value, "ZZ")
    if number is None:
        return value
    national = number.country_code == 86
    style = (
        phonenumbers.PhoneNumberFormat.NATIONAL if national else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return phonenumbers.format_number(number, style)


def country_and_rest(value: str) -> tuple[str, str]:
    """("852", "91234567"); ("", "") when unreadable."""
    number = _parsed(value, "ZZ")
    if number is None:
        return "", ""
    country = str(number.country_code)
    return country, value.removeprefix("+").removeprefix(country)


def _ascii_digits(text: str) -> str:
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)


def _without_extension(text: str) -> tuple[str, bool]:
    named = _EXTENSION.search(text)
    if named:
        return text[: named.start()], True
    dashed = _DASHED_EXTENSION.fullmatch(text.replace(" ", ""))
    return (dashed[1], True) if dashed else (text, False)


def _only_digits(body: str) -> str:
    numbers = [part for part in _BETWEEN_NUMBERS.split(body) if sum(map(str.isdigit, part)) >= 7]
    if len(numbers) > 1:
        raise Refused("several")
    digits = _SEPARATORS.sub("", body)
    if not _PLAIN.fullmatch(digits):
        raise Refused("not_a_phone")
    if len(digits) < _DIGITS_MIN:
        raise Refused("too_short")
    if len(digits) > _DIGITS_MAX:
        raise Refused("too_long")
    return digits


def _china_mobile(digits: str, region: str) -> tuple[str, tuple[str, ...]] | None:
    found = (_MOBILE if region == "CN" else _MOBILE_ABROAD).fullmatch(digits)
    if not found:
        return None
    return "+86" + found[1], mobile_flags(found[1]) if _IN_SERVICE.match(found[1]) else ("unassigned",)


def mobile_flags(national: str) -> tuple[str, ...]:
    """Of a mainland mobile number: whether its range is let to resellers, whose customers come and go."""
    return ("virtual",) if national[:3] in _VIRTUAL else ()


def _by_library(digits: str, region: str) -> tuple[str, tuple[str, ...]]:
    # Imported on first use: 5 MiB and 60 ms that a process meeting only mainland mobiles never pays.
    import phonenumbers

    number = _parsed(digits, region)
    flags: tuple[str, ...] = ()
    if (number is None or not phonenumbers.is_valid_number(number)) and digits.startswith(_NEIGHBOURS):
        number, flags = _parsed("+" + digits, "ZZ"), ("assumed_country",)
    if number is None:
        raise Refused("not_a_phone")
    if not phonenumbers.is_valid_number(number):
        raise Refused(_why_invalid(number))
    if phonenumbers.number_type(number) in _shared_types():
        flags += ("shared_line",)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), flags


def _parsed(digits: str, region: str) -> "PhoneNumber | None":
    import phonenumbers

    try:
        return phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None


def _why_invalid(number: "PhoneNumber") -> str:
    import phonenumbers

    if number.country_code == 86:
        return _why_invalid_in_china(str(number.national_number))
    possible = phonenumbers.is_possible_number_with_reason(number)
    reasons = {
        phonenumbers.ValidationResult.TOO_SHORT: "too_short",
        phonenumbers.ValidationResult.TOO_LONG: "too_long",
        phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "no_area_code",
    }
    return reasons.get(possible, "not_a_phone")


def _why_invalid_in_china(national: str) -> str:
    if len(national) < 7:
        return "too_short"
    if national[0] == "1" and len(national) in (10, 12):
        return "too_short" if len(national) == 10 else "too_long"
    return "no_area_code" if len(national) <= 8 else "not_a_phone"


def _shared_types() -> tuple[int, ...]:
    import phonenumbers

    kinds = phonenumbers.PhoneNumberType
    return kinds.TOLL_FREE, kinds.SHARED_COST, kinds.PREMIUM_RATE, kinds.UAN


def zones_and_country(value: str) -> tuple[tuple[str, ...], str]:
    """The time zones a number may be in, and its country ("CN"); empty when unreadable, or when its number tells neither."""
    import phonenumbers
    from phonenumbers import timezone

    number = _parsed(value, "ZZ")
    if number is None:
        return (), ""
    zones = tuple(one for one in timezone.time_zones_for_number(number) if one != timezone.UNKNOWN_TIMEZONE)
    return zones, phonenumbers.region_code_for_number(number) or ""
