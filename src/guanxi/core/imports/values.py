"""Types of columns: how a cell is read, how it looks, how it is shown again. Rooms add their own (a telephone number, say)."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from guanxi.core.http import is_text
from guanxi.core.imports.faults import Unreadable

STYLES: Final = ("ymd", "dmy", "mdy")
_SPOILED = re.compile(r"[+-]?\d(?:[.,]\d+)?[Ee]\+?\d{1,3}")
_ROUNDED = re.compile(r"\d{15}0+")
_THREE = re.compile(r"(\d{1,4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,4})\s*日?(?:[T\s]+(.+))?")
_EIGHT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[T\s]?(\d{2}:?\d{2}.*))?")
_NAMED = re.compile(
    r"(?:(\d{1,2})[\s-]+([A-Za-z]{3,9})\.?|([A-Za-z]{3,9})\.?\s+(\d{1,2}))[\s,-]+(\d{4})(?:[T\s]+(.+))?"
)
_CLOCK = re.compile(
    r"(上午|下午|AM|PM)?\s*(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,]\d+)?)?\s*(AM|PM)?\s*(Z|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_POINTED = re.compile(r"[+-]?(?:\d{1,3}(?:[,' ]\d{3})+|\d+)(?:\.\d+)?")
_COMMAED = re.compile(r"[+-]?(?:\d{1,3}(?:[. ]\d{3})+|\d+),\d{1,4}")
_AROUND = re.compile(r"^[\s¥￥$€£]+|[\s元¥￥$€£]+$|^[A-Z]{3}\s+|\s+[A-Z]{3}$")
_ERRORS = frozenset({"#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"})
YES = frozenset({"1", "y", "yes", "true", "t", "x", "on", "opt in", "opt-in", "subscribed"}) | set("是有对√✓")
YES |= {"同意", "愿意", "接受"}
NO = frozenset({"0", "n", "no", "false", "f", "off", "opt out", "opt-out", "unsubscribed"}) | set("否无不×✗")
NO |= {"没有", "不同意", "不愿意", "拒绝"}


@dataclass(frozen=True, slots=True)
class Style:
    """How one column writes what can be written in several ways. `zone`: of moments that name none."""

    dates: str = ""  # one of STYLES; "" when every date in it can be read one way only
    zone: tzinfo = UTC


def _shown(value: Any) -> str:
    return str(value)


@dataclass(frozen=True, slots=True)
class Type:
    """`read` gives the value of a cell or raises `Unreadable`; `looks` says whether a cell may well be one.

    `is_key`: every digit counts, so a number that a spreadsheet has shortened is refused. `dated`: has a date style.
    """

    code: str
    read: Callable[[str, Style], Any]
    looks: Callable[[str], bool] | None = None
    show: Callable[[Any], str] = _shown
    is_key: bool = False
    dated: bool = False


def clean(cell: str) -> str:
    """A cell without the blanks around it and without the apostrophe that marks text for a spreadsheet."""
    shown = cell.strip().strip("\ufeff")
    if len(shown) > 1 and shown[0] == "'" and shown[1] in "=+-@＝＋－＠\t\r":
        return shown[1:]
    return shown


def read(kind: Type, cell: str, style: Style) -> Any:
    """The value of a cell that is not empty. Raises `Unreadable`."""
    if not (cell.isprintable() or is_text(cell)):
        raise Unreadable("control_sign")
    if cell in _ERRORS:
        raise Unreadable("spreadsheet_error")
    if kind.is_key and is_spoiled(cell):
        raise Unreadable("spoiled")
    return kind.read(cell, style)


def is_spoiled(cell: str) -> bool:
    """Whether a spreadsheet has turned a long number into a short one: 1.23E+15."""
    return ("E" in cell or "e" in cell) and _SPOILED.fullmatch(cell) is not None


def is_rounded(cell: str) -> bool:
    """Whether a long number ends as one does that lost its last digits: 15 digits, then zeros only."""
    return len(cell) > 15 and _ROUNDED.fullmatch(re.sub(r"[\s-]", "", cell)) is not None


# -- text -------------------------------------------------------------------------------------------------


def text(*, most: int = 200, lines: bool = False) -> Type:
    """Words of at most `most` characters; several lines when `lines`."""

    def read_text(cell: str, style: Style) -> str:
        shown = cell if lines else " ".join(cell.split())
        if len(shown) > most:
            raise Unreadable("longer", most=most)
        return shown

    return Type("text", read_text)


def key(*, most: int = 40) -> Type:
    """A number or code by which something is found again, taken as written."""

    def read_key(cell: str, style: Style) -> str:
        shown = " ".join(unicodedata.normalize("NFKC", cell).split())
        if len(shown) > most:
            raise Unreadable("longer", most=most)
        return shown

    return Type("key", read_key, is_key=True)


def choice(options: Mapping[str, Iterable[str]], titles: Mapping[str, Any] | None = None) -> Type:
    """One of a few: {code: words for it}; the code itself counts too."""
    known = {_folded(word): code for code, words in options.items() for word in (code, *words)}
    names = titles or {}

    def read_choice(cell: str, style: Style) -> str:
        try:
            return known[_folded(cell)]
        except KeyError:
            raise Unreadable("choice", options=", ".join(options)) from None

    return Type(
        "choice", read_choice, lambda cell: _folded(cell) in known, lambda code: str(names.get(code, code))
    )


def _folded(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell).strip().casefold()


def _read_yes(cell: str, style: Style) -> bool:
    folded = _folded(cell)
    if folded in YES:
        return True
    if folded in NO:
        return False
    raise Unreadable("yes_no")


YES_NO = Type("yes_no", _read_yes, lambda cell: _folded(cell) in YES | NO, lambda yes: "✓" if yes else "✗")


# -- numbers ----------------------------------------------------------------------------------------------


def number_of(cell: str) -> Decimal:
    """A number with point or comma, grouped or not, with a currency beside it. Raises `Unreadable`."""
    bare = unicodedata.normalize("NFKC", cell).replace("−", "-").replace("\u00a0", " ")
    bare = _AROUND.sub("", _AROUND.sub("", bare)).strip()
    if bare.startswith("(") and bare.endswith(")"):  # how accounts write a minus
        bare = f"-{bare[1:-1]}"
    if _SPOILED.fullmatch(bare):
        bare = bare.replace(",", ".")
    elif _POINTED.fullmatch(bare):
        bare = re.sub("[,' ]", "", bare)
    elif _COMMAED.fullmatch(bare):
        bare = re.sub("[. ]", "", bare).replace(",", ".")
    else:
        raise Unreadable("number")
    try:
        value = Decimal(bare)
    except InvalidOperation:
        raise Unreadable("number") from None
    if abs(value) >= 10**15:
        raise Unreadable("number_size")
    return value


def _looks_number(cell: str) -> bool:
    try:
        number_of(cell)
    except Unreadable:
        return False
    return True


def _read_whole(cell: str, style: Style) -> int:
    value = number_of(cell)
    if value != value.to_integral_value():
        raise Unreadable("whole")
    return int(value)


NUMBER = Type("number", lambda cell, style: number_of(cell), _looks_number, lambda value: f"{value:,f}")
WHOLE = Type("whole", _read_whole, _looks_number, lambda value: f"{value:,}")


# -- dates ------------------------------------------------------------------------------------------------


def moment_of(cell: str, style: Style) -> datetime:
    """A date with or without a time of day, aware. Raises `Unreadable`: no date, or one that can be read two ways."""
    shown = unicodedata.normalize("NFKC", cell).strip()
    year, month, day, rest = _parts(shown, style.dates)
    try:
        midnight = datetime(year, month, day, tzinfo=style.zone)
    except ValueError:
        raise Unreadable("date") from None
    return _with_clock(midnight, rest) if rest else midnight


def _parts(shown: str, style: str) -> tuple[int, int, int, str]:
    if found := _EIGHT.fullmatch(shown):
        return int(found[1]), int(found[2]), int(found[3]), found[4] or ""
    if found := _NAMED.fullmatch(shown):
        name = (found[2] or found[3])[:3].lower()
        if name not in _MONTHS:
            raise Unreadable("date")
        return int(found[5]), _MONTHS.index(name) + 1, int(found[1] or found[4]), found[6] or ""
    found = _THREE.fullmatch(shown)
    if found is None:
        raise Unreadable("date")
    return (*_ordered(found[1], found[2], found[3], style), found[4] or "")


def _ordered(one: str, two: str, three: str, style: str) -> tuple[int, int, int]:
    if len(one) >= 3:
        return int(one), int(two), int(three)
    year = int(three) if len(three) > 2 else _century(int(three))
    if style == "ymd" and len(three) <= 2:
        return _century(int(one)), int(two), int(three)
    first, second = int(one), int(two)
    if style not in ("dmy", "mdy"):
        raise Unreadable("date_style" if first <= 12 or second <= 12 else "date")
    return (year, second, first) if style == "dmy" else (year, first, second)


def _century(year: int) -> int:
    return year + (2000 if year < 69 else 1900)  # as POSIX reads two digits


def _with_clock(midnight: datetime, rest: str) -> datetime:
    found = _CLOCK.fullmatch(rest.strip())
    if found is None:
        raise Unreadable("date")
    half = (found[1] or found[5] or "").upper()
    hour = int(found[2])
    if half in ("PM", "下午") and hour < 12:
        hour += 12
    elif half in ("AM", "上午") and hour == 12:
        hour = 0
    zone = _zone(found[6]) or midnight.tzinfo
    try:
        return midnight.replace(hour=hour, minute=int(found[3]), second=int(found[4] or 0), tzinfo=zone)
    except ValueError:
        raise Unreadable("date") from None


def _zone(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text.upper() == "Z":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def _read_date(cell: str, style: Style) -> date:
    return moment_of(cell, style).date()


def _looks_date(cell: str) -> bool:
    return any(_reads(cell, style) for style in STYLES)


def _reads(cell: str, style: str) -> bool:
    try:
        moment_of(cell, Style(style))
    except Unreadable:
        return False
    return True


def _show_moment(moment: datetime) -> str:
    has_clock = (moment.hour, moment.minute, moment.second) != (0, 0, 0)
    return f"{moment:%Y-%m-%d %H:%M}" if has_clock else f"{moment:%Y-%m-%d}"


DATE = Type("date", _read_date, _looks_date, lambda value: value.isoformat(), dated=True)
MOMENT = Type("moment", moment_of, _looks_date, _show_moment, dated=True)


@dataclass(frozen=True, slots=True)
class Guess:
    """The style of a column's dates. `certain` is False when somebody has to say it; `options` are those that fit."""

    style: str
    certain: bool
    options: tuple[str, ...] = ()


def guess_dates(cells: Iterable[str]) -> Guess:
    """From a sample: one style that reads them all, and whether another one would read them too, differently."""
    given = [shown for cell in cells if (shown := clean(cell))]
    if not given:
        return Guess("", True)
    open_ones = [cell for cell in given if not _reads(cell, "")]
    if not open_ones:
        return Guess("", True)
    fits = Counter({style: sum(_reads(cell, style) for cell in open_ones) for style in STYLES})
    most = max(fits.values())
    if not most:
        return Guess("", True)
    best = tuple(style for style in STYLES if fits[style] == most)
    if len(best) > 1 and "ymd" in best and not _short_years(open_ones):
        best = tuple(style for style in best if style != "ymd")
    return Guess(best[0], len(best) == 1 and most == len(open_ones), best if len(best) > 1 else STYLES[1:])


def _short_years(cells: Sequence[str]) -> bool:
    return all(re.fullmatch(r"\d{2}\D\d{1,2}\D\d{2}", cell) for cell in cells)
