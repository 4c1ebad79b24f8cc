"""How a file is built: format, encoding, delimiter, header, dates; found out once, kept with the run, open to correction."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from typing import Any, BinaryIO, Self

from guanxi.core.imports import limits, spreadsheet, text, values
from guanxi.core.imports.faults import BadFile
from guanxi.core.imports.text import Encoding, Row

_TEXT_BYTES = b"\t\n\r\x0b\x0c"


@dataclass(frozen=True, slots=True)
class Layout:
    """`header`: number of the row with the column names, 0 when there is none; rows before it are skipped."""

    format: str = "csv"
    encoding: str = "utf-8"
    bom: int = 0
    strange: int = 0  # lines in another encoding
    delimiter: str = ","
    sheet: str = ""
    sheets: Sequence[str] = ()
    header: int = 1
    columns: Sequence[str] = field(default_factory=tuple)

    @classmethod
    def of(cls, stored: dict[str, Any]) -> Self:
        return cls(**stored)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def inspect(
    file: BinaryIO, *, encoding: str = "", delimiter: str = "", sheet: str = "", header: int = -1
) -> Layout:
    """Find out how the file is built; what is given is taken as said. Raises `BadFile`."""
    layout = _container(file, encoding, delimiter, sheet)
    try:
        sample = list(islice(_all(file, layout), 60))
    except StopIteration:  # pragma: no cover - islice swallows it
        sample = []
    if not sample:
        raise BadFile("empty")
    if header < 0:
        header = _header(sample)
    columns = _columns(sample, header)
    if len(columns) > limits.COLUMNS_MAX:
        raise BadFile("too_many_columns", most=limits.COLUMNS_MAX)
    return replace(layout, header=header, columns=columns)


def _container(file: BinaryIO, encoding: str, delimiter: str, sheet: str) -> Layout:
    file.seek(0)
    head = file.read(8_192)
    if head.startswith(spreadsheet.OLD_EXCEL):
        raise BadFile("old_excel")
    if head.startswith(spreadsheet.ZIP):
        spreadsheet.check(file)
        names = spreadsheet.sheets(file)
        if not names:
            raise BadFile("empty")
        return Layout(format="xlsx", sheet=sheet if sheet in names else names[0], sheets=names)
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        raise BadFile("empty")
    found = text.detect_encoding(file)
    if encoding in text.ENCODINGS and encoding != found.name:
        found = Encoding(encoding, found.bom if found.name.startswith("utf-16") else 0)
    if not found.name.startswith("utf-16") and _is_binary(head):
        raise BadFile("binary")
    chosen = delimiter if delimiter in text.DELIMITERS else text.detect_delimiter(file, found)
    return Layout(encoding=found.name, bom=found.bom, strange=found.strange, delimiter=chosen)


def _is_binary(head: bytes) -> bool:
    """More than a stray control character: no text."""
    control = sum(byte < 32 and byte not in _TEXT_BYTES for byte in head)
    return control * 50 > len(head)


def _all(file: BinaryIO, layout: Layout, *, row: int = 0, offset: int = 0) -> Iterator[Row]:
    if layout.format == "xlsx":
        return spreadsheet.rows(file, layout.sheet, number=row)
    encoding = Encoding(layout.encoding, layout.bom)
    return text.rows(file, encoding, layout.delimiter, number=row, offset=offset)


def data_rows(file: BinaryIO, layout: Layout, *, row: int = 0, offset: int = 0) -> Iterator[Row]:
    """Rows below the header, after row `row` which ends at `offset`. Raises `BadFile` beyond the limit of rows."""
    for one in _all(file, layout, row=row, offset=offset):
        if one.number > limits.ROWS_MAX:
            raise BadFile("too_many_rows", most=limits.ROWS_MAX)
        if one.number > layout.header:
            yield one


def _header(sample: Sequence[Row]) -> int:
    """The first row as wide as the table, when its cells are names and not values; 0 when there is no header."""
    widths = [len(row.cells) for row in sample]
    usual = max(set(widths), key=lambda width: (widths.count(width), width))
    first = next((row for row in sample if len(row.cells) >= max(1, usual * 0.6)), sample[0])
    if any(map(_is_value, first.cells)):
        return 0
    return first.number


def _is_value(cell: str) -> bool:
    shown = values.clean(cell)
    return bool(shown) and (
        shown.replace(" ", "").isdigit()
        or "@" in shown
        or (any(map(str.isdigit, shown)) and bool(values.MOMENT.looks and values.MOMENT.looks(shown)))
        or values.is_spoiled(shown)
    )


def _columns(sample: Sequence[Row], header: int) -> list[str]:
    """Names of the columns, cleaned; "" where the header says nothing. Only most rows together make another column."""
    widths = [len(row.cells) for row in sample if row.number > header] or [0]
    if not header:
        return [""] * max(widths)
    usual = max(set(widths), key=widths.count)
    width = usual if widths.count(usual) * 2 > len(widths) else 0
    names = next((row.cells for row in sample if row.number == header), ())
    return [_name(cell) for cell in names] + [""] * (min(width, limits.COLUMNS_MAX + 1) - len(names))


def _name(cell: str) -> str:
    shown = "".join(char for char in values.clean(cell) if char.isprintable() or char == " ")
    return " ".join(shown.split())[:80]
