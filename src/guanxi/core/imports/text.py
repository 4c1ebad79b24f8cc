"""Delimited text as records, in flat memory: any delimiter, any line end, any single bad row without harm to the next.

Python's own reader takes a file's stray quote for the beginning of a field that never ends, and a field of 100 MB for
something to keep. Here records are cut first, in bytes, with a limit on each, and parsed one by one.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import BinaryIO, NamedTuple

from guanxi.core.imports.faults import Fault
from guanxi.core.imports.limits import FIELD_CHARS_MAX, RECORD_BYTES_MAX, RECORD_LINES_MAX

ENCODINGS = ("utf-8", "gb18030", "big5", "cp1252", "utf-16-le", "utf-16-be")
DELIMITERS = (",", ";", "\t", "|", " ")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHUNK = 1 << 20
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_HAN = re.compile("[\u4e00-\u9fff]")


@dataclass(slots=True)
class Row:
    """One record. `number` counts from 1 as a spreadsheet does, header included; `end` is where the next one begins."""

    number: int
    cells: tuple[str, ...]
    end: int = 0
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Encoding:
    """What a text is written in. `bom` bytes are skipped; `strange` lines are in something else."""

    name: str
    bom: int = 0
    strange: int = 0


def detect_encoding(file: BinaryIO) -> Encoding:
    """By its mark, else UTF-8 where most lines beyond ASCII are that, else GB18030 or Windows-1252. Reads all of it."""
    file.seek(0)
    head = file.read(4)
    for mark, name in _BOMS:
        if head.startswith(mark):
            return Encoding(name, len(mark), 0 if name != "utf-8" else _tally(file, len(mark))[1])
    good, bad, together, alone = _tally(file, 0)[:4]
    if good >= bad:
        return Encoding("utf-8", 0, bad)
    return Encoding("gb18030" if together >= alone else "cp1252", 0, good)


def _tally(file: BinaryIO, start: int) -> tuple[int, int, int, int]:
    """Lines with more than ASCII that are UTF-8, that are not; of the latter, bytes in pairs and bytes alone."""
    good = bad = together = alone = 0
    file.seek(start)
    rest = b""
    while block := file.read(_CHUNK):
        block = rest + block
        cut = block.rfind(b"\n") + 1 or len(block)
        rest, block = block[cut:], block[:cut]
        more = _tally_block(block)
        good, bad, together, alone = good + more[0], bad + more[1], together + more[2], alone + more[3]
    more = _tally_block(rest)
    return good + more[0], bad + more[1], together + more[2], alone + more[3]


def _tally_block(block: bytes) -> tuple[int, int, int, int]:
    if block.isascii():
        return 0, 0, 0, 0
    good = bad = together = alone = 0
    for line in block.splitlines():
        if line.isascii():
            continue
        if _decodes(line, "utf-8"):
            good += 1
            continue
        bad += 1
        for run in _HIGH_RUN.findall(line):
            if len(run) > 1:
                together += len(run)
            else:
                alone += 1
    return good, bad, together, alone


def _decodes(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


class _AsUtf8(io.RawIOBase):
    """A UTF-16 file as UTF-8 bytes: a line end is then one byte, as everywhere else."""

    def __init__(self, file: BinaryIO, encoding: str, bom: int) -> None:
        super().__init__()
        self._file, self._encoding, self._bom = file, encoding, bom
        self._rewind()

    def _rewind(self) -> None:
        self._file.seek(self._bom)
        self._decoder = codecs.getincrementaldecoder(self._encoding)(errors="replace")
        self._buffer, self._at = b"", 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, target: "bytearray | memoryview") -> int:  # type: ignore[override]  # what io asks for
        while not self._buffer:
            raw = self._file.read(_CHUNK)
            self._buffer = self._decoder.decode(raw, final=not raw).encode("utf-8", "replace")
            if not raw:
                break
        size = min(len(target), len(self._buffer))
        target[:size] = self._buffer[:size]
        self._buffer = self._buffer[size:]
        self._at += size
        return size

    def seek(self, offset: int, whence: int = 0) -> int:
        """Forward by reading, backward by starting again: rarely needed."""
        target = offset if whence == 0 else self._at + offset
        if target < self._at:
            self._rewind()
        while self._at < target and self.read(min(_CHUNK, target - self._at)):
            pass
        return self._at

    def tell(self) -> int:
        return self._at


class _Raw(NamedTuple):
    body: bytes
    code: str = ""


class Records:
    """Raw records from a file, cut at line ends outside quotes."""

    def __init__(self, file: BinaryIO, delimiter: str, *, offset: int) -> None:
        self._file, self.at = file, offset
        self._delimiter = delimiter
        file.seek(offset)

    def __iter__(self) -> Iterator[_Raw]:
        while line := self._line():
            yield _Raw(line) if b'"' not in line and len(line) <= RECORD_BYTES_MAX else self._whole(line)

    def _whole(self, line: bytes) -> _Raw:
        start = self.at - len(line)
        if len(line) > RECORD_BYTES_MAX:
            return self._skip(start, line)
        if self._delimiter == " " or line.count(b'"') % 2 == 0 or _closed(self._delimiter).fullmatch(line):
            return _Raw(line)
        return self._open(start, line)

    def _open(self, start: int, first: bytes) -> _Raw:
        """A quote goes on after the line's end."""
        parts, size, quotes = [first], len(first), first.count(b'"')
        while len(parts) < RECORD_LINES_MAX and (line := self._line()):
            parts.append(line)
            size, quotes = size + len(line), quotes + line.count(b'"')
            if size > RECORD_BYTES_MAX:
                return self._skip(start, b"".join(parts))
            if quotes % 2 == 0:
                return _Raw(b"".join(parts))
        return self._unclosed(start, first)

    def _unclosed(self, start: int, first: bytes) -> _Raw:
        """The quote never ends: only its own line is bad, the next ones are read for themselves."""
        self.at = start + len(first)
        self._file.seek(self.at)
        return _Raw(first, "quote")

    def _skip(self, start: int, kept: bytes) -> _Raw:
        """A record beyond the limit: pass over the rest of it without keeping it."""
        quotes, line = kept.count(b'"'), kept
        first_end = kept.find(b"\n") + 1
        while not (line.endswith(b"\n") and quotes % 2 == 0):
            line = self._line()
            if not line:
                break
            quotes += line.count(b'"')
        if (
            not line and quotes % 2 and first_end
        ):  # to the very end of the file: it was no field but a stray quote
            return self._unclosed(start, kept[:first_end])
        return _Raw(kept[:2_000], "too_long")

    def _line(self) -> bytes:
        line = self._file.readline(RECORD_BYTES_MAX + 1)
        self.at += len(line)
        return line


@lru_cache(maxsize=8)
def _closed(delimiter: str) -> re.Pattern[bytes]:
    """A line whose quoted fields all end in it; a quote in the middle of a plain field is only a sign (5" disk)."""
    sign = re.escape(delimiter.encode())
    cell = rb'(?:"(?:[^"]++|"")*+"[^' + sign + rb"]*+|[^\"" + sign + rb"][^" + sign + rb"]*+|)"
    return re.compile(cell + rb"(?:" + sign + cell + rb")*+", re.DOTALL)


def rows(
    file: BinaryIO, encoding: Encoding, delimiter: str, *, number: int = 0, offset: int = 0
) -> Iterator[Row]:
    """Records after row `number`, which ends at `offset`. Blank lines are counted and skipped."""
    source: BinaryIO = file
    name, begin = encoding.name, offset or encoding.bom
    if name.startswith("utf-16"):
        source = io.BufferedReader(_AsUtf8(file, name, encoding.bom))
        name, begin = "utf-8", offset
    records = Records(source, delimiter, offset=begin)
    for raw in records:
        number += 1
        body = raw.body.rstrip(b"\r\n")
        if body.strip() or raw.code:
            yield _row(number, body, name, delimiter, records.at, raw.code)


def _row(number: int, body: bytes, encoding: str, delimiter: str, end: int, code: str) -> Row:
    text, strange = _decode(body, encoding)
    cells, fault = _cells(text, delimiter)
    if not (strange or code or fault):
        return Row(number, cells, end)
    faults = [Fault("encoding", values={"encoding": encoding.upper()})] if strange else []
    if code:
        faults.append(Fault(code, len(cells) - 1 if code == "too_long" else -1))
    elif fault:
        faults.append(fault)
    return Row(number, cells, end, tuple(faults))


def _decode(body: bytes, encoding: str) -> tuple[str, bool]:
    """(text, whether it is in another encoding than the file)."""
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError:
        other = "gb18030" if encoding == "utf-8" else "utf-8"
        return body.decode(other if _decodes(body, other) else encoding, "replace"), True
    if encoding == "gb18030" and not body.isascii() and _decodes(body, "utf-8"):
        as_utf8 = body.decode("utf-8")
        if _HAN.search(as_utf8):  # no sentence in GB18030 happens to be Chinese in UTF-8 as well
            return as_utf8, True
    return text, False


def _cells(text: str, delimiter: str) -> tuple[tuple[str, ...], Fault | None]:
    if delimiter == " ":
        return tuple(text.split()), None
    if '"' not in text and "\r" not in text and len(text) <= FIELD_CHARS_MAX:
        return tuple(text.split(delimiter)), None  # what the reader below would give, in a third of its time
    try:
        cells = tuple(next(csv.reader([text.replace("\r\n", "\n").replace("\r", "\n")], delimiter=delimiter)))
    except (csv.Error, StopIteration):
        return (text[:2_000],), Fault("row_unreadable")
    for place, cell in enumerate(cells):
        if len(cell) > FIELD_CHARS_MAX:
            return tuple(one[:2_000] for one in cells), Fault("too_long", place)
    return cells, None


csv.field_size_limit(RECORD_BYTES_MAX)  # records are bounded before they come here


def detect_delimiter(file: BinaryIO, encoding: Encoding) -> str:
    """The sign that cuts the first rows into the same number of columns, the more the better; blanks as a last resort."""
    best, choice = (0.0, 0), ","
    for delimiter in DELIMITERS:
        widths = []
        for row in rows(file, encoding, delimiter):
            widths.append(len(row.cells))
            if len(widths) == 60:
                break
        score = _consistency(widths)
        if delimiter == " " and best[0] >= 0.6:
            break
        if score > best:
            best, choice = score, delimiter
    return choice


def _consistency(widths: list[int]) -> tuple[float, int]:
    wide = [width for width in widths if width > 1]
    if not wide:
        return 0.0, 0
    usual = max(set(wide), key=wide.count)
    return round(wide.count(usual) / len(widths), 1), usual
