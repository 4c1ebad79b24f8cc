"""Tables as files: CSV and Excel, written row by row, in which no text of anybody can act as a formula.

Values stand in a form every machine reads alike: moments as ISO 8601 with their offset (Excel: as dates, in the house's
time zone), numbers without separators, `true` and `false`, nothing for nothing.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import IO, Any, Protocol

from django.utils import timezone

from guanxi.core.lists.columns import Plain

ENCODINGS = {"utf-8-sig": "utf-8-sig", "utf-8": "utf-8", "gb18030": "gb18030"}
SHEET_ROWS_MAX = 1_048_576  # with the heading: Excel shows no more
# What shows as nothing before a formula: Unicode's spaces, controls, formats (Zs Zl Zp Cc Cf), fillers and selectors.
_BLANK = (
    "["
    "\x00-\x20\x7f-\xa0\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u1680"
    "\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "]"
)
# = + - @ and everything that becomes one of them when widths and forms are folded, and the mathematical minus.
SIGNS = "=+\\-@＝＋－＠﹦﹢﹣﹫⁼⁺⁻₌₊₋﬩−⩵⩶"
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")  # a workbook with one of them does not open
_BEGINS = re.compile(f"[\t\r\n\x00]|{_BLANK}*[{SIGNS}]")
# A reader of another country may part cells at these, also inside quotes; a dash before a space begins a list of points.
_LATER = re.compile(f"(?<=[;\t\r\n])(?={_BLANK}*(?:[=＝+＋@＠]|[-－](?![\\s)])))")


def neutral(text: str) -> str:
    """`text` with an apostrophe before whatever a spreadsheet would run (formulas, DDE), else unchanged."""
    guarded = _LATER.sub("'", text) if ";" in text or "\n" in text or "\t" in text or "\r" in text else text
    return f"'{guarded}" if _BEGINS.match(text) else guarded


def machine(value: Plain) -> str:
    """A value as text: stable, and harmless when it came from somebody."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value) if isinstance(value, int) else neutral(str(value))


class Sheet(Protocol):
    """A file being written: rows in, bytes out; `close` writes what is held back."""

    def write(self, rows: Iterable[Sequence[Plain]]) -> None: ...

    def close(self) -> None: ...


class Csv:
    """Comma-separated, CRLF, quoted where needed (RFC 4180)."""

    def __init__(self, file: IO[bytes], titles: Sequence[str], encoding: str) -> None:
        self._text = io.TextIOWrapper(file, ENCODINGS[encoding], errors="replace", newline="")
        self._writer = csv.writer(self._text)
        self._writer.writerow([neutral(title) for title in titles])

    def write(self, rows: Iterable[Sequence[Plain]]) -> None:
        self._writer.writerows([machine(value) for value in row] for row in rows)

    def close(self) -> None:
        self._text.flush()
        self._text.detach()


class Xlsx:
    """An Excel workbook, streamed: a further sheet begins where one is full."""

    def __init__(self, file: IO[bytes], titles: Sequence[str]) -> None:
        from openpyxl import Workbook  # half of the start of every process, if it stood above

        self._file, self._titles = file, [_shown(neutral(title)) for title in titles]
        self._book = Workbook(write_only=True)
        self._begin()

    def _begin(self) -> None:
        self._sheet = self._book.create_sheet()
        self._sheet.append(self._titles)
        self._rows = 1

    def write(self, rows: Iterable[Sequence[Plain]]) -> None:
        for row in rows:
            if self._rows == SHEET_ROWS_MAX:
                self._begin()
            self._sheet.append([_cell(value) for value in row])
            self._rows += 1

    def close(self) -> None:
        self._book.save(self._file)


def _cell(value: Plain) -> Any:
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None, microsecond=0)
    return _shown(neutral(value)) if isinstance(value, str) else value


def _shown(text: str) -> str:
    return _NOT_IN_XML.sub("\ufffd", text)


def begin(form: str, file: IO[bytes], titles: Sequence[str], encoding: str) -> Sheet:
    """A sheet of this form ("csv" or "xlsx") over an open binary file, its heading written."""
    return Xlsx(file, titles) if form == "xlsx" else Csv(file, titles, encoding)
