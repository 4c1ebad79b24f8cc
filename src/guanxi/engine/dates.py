"""Birth dates in the styles people write them, Chinese and others; what cannot be told apart is kept apart.

    birth("一九八四年三月五日").value      "1984-03-05"
    birth("05/03/1984").value             "1984-03-05/1984-05-03", flagged ambiguous
    birth("1984年3月").value               "1984-03", flagged partial

Reason codes: empty, too_long, not_a_date, no_such_day, in_future, placeholder (1900-01-01 and its like mean "not known").
Flags: ambiguous, partial, two_digit_year, roc (year of the Republic), lunar (a day of the lunar calendar, as written).
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from guanxi.engine.cleaning import compatible
from guanxi.engine.entries import Normalised, NotNormalisable, entry
from guanxi.engine.names import simplified

_CHARS_MAX: Final = 60
_YEAR_MIN, _YEAR_MAX = 1850, 2100
_PIVOT: Final = 30  # years of two digits below this are of this century
_OWN = re.compile(r"(?:\d{4}(?:-\d\d){2}(?:/\d{4}(?:-\d\d){2})*|--\d\d-\d\d)")
_PLACEHOLDERS: Final = frozenset(
    ("0000-00-00", "1900-01-01", "1901-01-01", "1970-01-01", "1899-12-30", "1899-12-31")
)
_ISO = re.compile(r"(?:18[5-9]|19[0-9]|20[0-9])[0-9]-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])")
_TIME = re.compile(r"(?<=\d)(?:T|\s+)\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:Z|[AP]M|[+-]\d{2}:?\d{2})?$")
_LABEL = re.compile(r"^(?:出生日期|出生年月日?|出生于?|生日|生于|DATE OF BIRTH|DOB|BORN(?: ON)?)[:. ]*")
_LUNAR = re.compile("农历|阴历|旧历|夏历")
_LUNAR_MONTHS: Final = {"正月": "一月", "冬月": "十一月", "腊月": "十二月"}
_FIRST_DAYS = re.compile("初(?=[一二三四五六七八九十\\d])")
_HAN_NUMBER = re.compile("[〇零○一二三四五六七八九十廿卅]+")
_DIGITS: Final = {char: str(value) for value, char in enumerate("零一二三四五六七八九")} | {
    "〇": "0",
    "○": "0",
}
_TENS: Final = {"十": 1, "廿": 2, "卅": 3}
_ROC = re.compile(r"^(?:中华)?民国(\d{1,3})年")
_MONTHS: Final = {
    name[:size]: number
    for number, name in enumerate(
        [
            "JANUARY",
            "FEBRUARY",
            "MARCH",
            "APRIL",
            "MAY",
            "JUNE",
            "JULY",
            "AUGUST",
            "SEPTEMBER",
            "OCTOBER",
            "NOVEMBER",
            "DECEMBER",
        ],
        1,
    )
    for size in (3, 4, len(name))
}
_IN_CHINESE = re.compile(r"(\d{4}|\d{2})年(?:(\d{1,2})月(?:份|(\d{1,2})[日号]?)?)?")
_IN_ORDER = re.compile(r"(\d{4})[-/. ]+(\d{1,2})(?:[-/. ]+(\d{1,2}))?")
_IN_WORDS = re.compile(r"(\d{1,2})(?:ST|ND|RD|TH)?(?: OF)?[-/., ]*([A-Z]{3,9})[-/., ]*(\d{4}|\d{2})")
_MONTH_FIRST = re.compile(r"([A-Z]{3,9})[-/. ]*(\d{1,2})(?:ST|ND|RD|TH)?[-/., ]+(\d{4}|\d{2})")
_MONTH_AND_DAY = re.compile(r"(\d{1,2})月(\d{1,2})[日号]?")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/. ])+(\d{1,2})[-/. ]+(\d{4})")
_SHORT = re.compile(r"(\d{1,2})[-/. ]+(\d{1,2})[-/. ]+(\d{1,2})")
_Found = Iterable[tuple[str, str, str]]  # year, month, day; "" for what is not said


def birth(text: str, *, latest: date | None = None) -> Normalised:
    """ISO date, "1984-03", "1984", "--03-05", or dates with strokes between. `latest`: today, where the caller knows it."""
    if latest is None and _ISO.fullmatch(text) and text not in _PLACEHOLDERS:
        return Normalised("birth", text, text)
    verbatim = entry("birth", text, _CHARS_MAX)
    folded = simplified(compatible(verbatim)).upper()
    plain = _TIME.sub("", _LABEL.sub("", folded)).strip(" .,;。")
    plain, flags = _in_our_calendar(plain)
    if plain in _PLACEHOLDERS:
        raise NotNormalisable("birth", "placeholder")
    found = list(_readings(plain))
    if not found:
        raise NotNormalisable("birth", "not_a_date")
    values = _checked(found, latest)
    if any(len(year) == 2 for year, _, _ in found):
        flags.append("two_digit_year")
    if len(values) > 1:
        flags.append("ambiguous")
    elif len(values[0]) < 10:
        flags.append("partial")
    return Normalised("birth", "/".join(values), verbatim, tuple(flags))


def _in_our_calendar(text: str) -> tuple[str, list[str]]:
    """(digits for Chinese numbers, no lunar words, years AD; flags). A lunar day stays the day that was written."""
    months = text
    for name, number in _LUNAR_MONTHS.items():
        months = months.replace(name, number)
    flags = ["lunar"] if months != text or _LUNAR.search(text) or _FIRST_DAYS.search(text) else []
    plain = _HAN_NUMBER.sub(_in_digits, _FIRST_DAYS.sub("", _LUNAR.sub("", months)))
    republic = _ROC.search(plain)
    if republic:
        flags.append("roc")
        plain = f"{1911 + int(republic[1])}年{plain[republic.end() :]}"
    return plain, flags


def _readings(text: str) -> _Found:
    """Every way to read it, one of them for most."""
    if _OWN.fullmatch(text):
        return [(one[:4].strip("-"), one[-5:-3], one[-2:]) for one in text.split("/")]
    if found := _IN_CHINESE.fullmatch(text) or _IN_ORDER.fullmatch(text):
        return [(found[1], found[2] or "", found[3] or "")]
    if found := _IN_WORDS.fullmatch(text):
        return [(found[3], str(_MONTHS[found[2]]), found[1])] if found[2] in _MONTHS else []
    if found := _MONTH_FIRST.fullmatch(text):
        return [(found[3], str(_MONTHS[found[1]]), found[2])] if found[1] in _MONTHS else []
    if found := _MONTH_AND_DAY.fullmatch(text):
        return [("", found[1], found[2])]
    if found := _YEAR_LAST.fullmatch(text):
        day_first = (found[4], found[3], found[1])
        return [day_first] if found[2] == "." else [day_first, (found[4], found[1], found[3])]
    if found := _SHORT.fullmatch(text):
        return list(_short(found[1], found[2], found[3]))
    return list(_packed(text)) if text.isdecimal() else []


def _short(one: str, two: str, three: str) -> Iterator[tuple[str, str, str]]:
    """84/3/5, 5/3/84 and, when nothing tells, both with either order of day and month."""
    if len(one) == 2 and int(three) <= 31:
        yield one, two, three
    if len(three) == 2 and int(one) <= 31:
        yield three, two, one
        yield three, one, two


def _packed(text: str) -> Iterator[tuple[str, str, str]]:
    if len(text) == 8 and _YEAR_MIN <= int(text[:4]) <= _YEAR_MAX:
        yield text[:4], text[4:6], text[6:]
    elif len(text) == 8:
        yield text[4:], text[2:4], text[:2]
        yield text[4:], text[:2], text[2:4]
    elif len(text) == 6:
        month_only = _YEAR_MIN <= int(text[:4]) <= _YEAR_MAX and 1 <= int(text[4:]) <= 12
        if not 1 <= int(text[2:4]) <= 12 and month_only:
            yield text[:4], text[4:], ""
        else:
            yield text[:2], text[2:4], text[4:]
    elif len(text) == 4:
        yield text, "", ""


def _checked(found: _Found, latest: date | None) -> list[str]:
    """Those there are in a calendar, each once, in order."""
    values = sorted({value for one in found if (value := _value(*one))})
    if not values:
        raise NotNormalisable("birth", "no_such_day")
    if latest is not None:
        today = latest.isoformat()
        values = [value for value in values if value.startswith("--") or value <= today[: len(value)]]
        if not values:
            raise NotNormalisable("birth", "in_future")
    values = [value for value in values if value not in _PLACEHOLDERS]
    if not values:
        raise NotNormalisable("birth", "placeholder")
    return values


def _value(year: str, month: str, day: str) -> str:
    """ISO, as far as it is said; "" for a day there is not."""
    whole = int(year or 2000)  # a leap year
    if len(year) == 2:
        whole += 2000 if whole < _PIVOT else 1900
    try:
        found = date(whole, int(month or 1), int(day or 1))
    except ValueError:
        return ""
    if not year:
        return f"--{found.isoformat()[5:]}"
    if not _YEAR_MIN <= whole <= _YEAR_MAX:
        return ""
    return found.isoformat()[: 10 if day else 7 if month else 4]


def _in_digits(found: re.Match[str]) -> str:
    """一九八四 is 1984, 十二 is 12, 廿五 is 25."""
    text = found[0]
    tens = next((char for char in text if char in _TENS), "")
    if not tens:
        return "".join(_DIGITS[char] for char in text)
    before, _, after = text.partition(tens)
    if len(before) > 1 or len(after) > 1 or not set(before + after) <= set(_DIGITS):
        return text
    count = int(_DIGITS[before]) if before else _TENS[tens]
    return str(10 * count + (int(_DIGITS[after]) if after else 0))
