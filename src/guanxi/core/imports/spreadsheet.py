"""XLSX row by row. What the file would unpack to is bounded before anything is unpacked; formulas are never computed."""

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date, datetime, time
from typing import Any, BinaryIO

from guanxi.core.imports import limits
from guanxi.core.imports.faults import WARNED, BadFile, Fault
from guanxi.core.imports.text import Row

OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, and any Office file with a password
ZIP = b"PK\x03\x04"
_NUMBER_EXACT_MAX = 10**15  # a spreadsheet keeps 15 digits
_XML = (".xml", ".rels")


def check(file: BinaryIO) -> None:
    """Refuse what is no spreadsheet or would unpack to more than we take. Raises `BadFile`."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            _bounded(parts)
            if "xl/workbook.xml" not in {part.filename for part in parts}:
                raise BadFile("not_a_spreadsheet")
            for part in parts:
                if part.filename.endswith(_XML):
                    with archive.open(part) as body:
                        if b"<!DOCTYPE" in body.read(4_096).upper():
                            raise BadFile("not_a_spreadsheet")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        if isinstance(error, BadFile):
            raise
        raise BadFile("spreadsheet_broken") from error


def _bounded(parts: Sequence[zipfile.ZipInfo]) -> None:
    if len(parts) > limits.ZIP_PARTS_MAX or sum(part.file_size for part in parts) > limits.ZIP_BYTES_MAX:
        raise BadFile("zip_bomb")
    for part in parts:
        if part.flag_bits & 0x1:
            raise BadFile("password")
        most = limits.ZIP_PART_BYTES_MAX.get(part.filename.rpartition("/")[2], limits.ZIP_BYTES_MAX)
        ratio = part.file_size / max(1, part.compress_size)
        if part.file_size > most or (
            part.file_size > limits.ZIP_RATIO_FROM_BYTES and ratio > limits.ZIP_RATIO_MAX
        ):
            raise BadFile("zip_bomb")


def sheets(file: BinaryIO) -> list[str]:
    """Names of the sheets that hold cells, in order."""
    with closing(_open(file)) as book:
        return [sheet.title for sheet in book.worksheets]


def _open(file: BinaryIO, *, formulas: bool = False) -> Any:
    from openpyxl import load_workbook  # half of the start of every process, if it stood above

    file.seek(0)
    try:
        return load_workbook(file, read_only=True, data_only=not formulas, keep_links=False)
    except Exception as error:  # the library raises whatever a broken part makes it stumble over
        raise BadFile("spreadsheet_broken") from error


def rows(file: BinaryIO, sheet: str, *, number: int = 0) -> Iterator[Row]:
    """Rows after row `number`. A formula counts with the value it had when the file was saved."""
    with closing(_open(file)) as values:
        if not _has_formulas(values, sheet):
            yield from _plain(values[sheet], number)
            return
        with closing(_open(file, formulas=True)) as formulas:
            yield from _beside(values[sheet], formulas[sheet], number)


def _cells_of(sheet: Any) -> Iterator[Any]:
    sheet.reset_dimensions()
    return iter(sheet.iter_rows(values_only=True, max_col=limits.COLUMNS_MAX + 1))


def _plain(sheet: Any, number: int) -> Iterator[Row]:
    for place, found in _numbered(_cells_of(sheet)):
        if place > number and any(value is not None for value in found):
            yield Row(place, _trimmed([_text(value) for value in found]))


def _beside(sheet: Any, formulas: Any, number: int) -> Iterator[Row]:
    """Values and formulas in step: a formula without a value is kept as its text, and either is said."""
    both = zip(_cells_of(sheet), _cells_of(formulas), strict=False)
    for place, (found, written) in _numbered(both):
        if place <= number or not any(value is not None for value in written):
            continue
        cells, faults = [], []
        for column, (value, formula) in enumerate(zip(found, written, strict=False)):
            is_formula = isinstance(formula, str) and formula.startswith("=") and value != formula
            cells.append(_text(formula if value is None else value))
            if is_formula:
                code = "formula_without_value" if value is None else "formula"
                faults.append(Fault(code, column, level=WARNED))
        yield Row(place, _trimmed(cells), faults=tuple(faults))


def _numbered(found: Iterator[Any]) -> Iterator[tuple[int, Any]]:
    place = 0
    while True:
        try:
            row = next(found)
        except StopIteration:
            return
        except Exception as error:  # a part that breaks in the middle
            raise BadFile("spreadsheet_broken_at", row=place + 1) from error
        place += 1
        if place > limits.ROWS_MAX:
            raise BadFile("too_many_rows", most=limits.ROWS_MAX)
        yield place, row


def _has_formulas(book: Any, sheet: str) -> bool:
    """Whether the sheet's XML holds a formula: looked for in the bytes, since reading twice costs twice."""
    path = book[sheet]._worksheet_path.lstrip("/")
    with book._archive.open(path) as body:
        rest = b""
        while block := body.read(1 << 20):
            if b"<f>" in rest + block or b"<f " in rest + block:
                return True
            rest = block[-3:]
    return False


def _trimmed(cells: list[str]) -> tuple[str, ...]:
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


def _text(value: Any) -> str:
    """A cell as somebody would have typed it. A number beyond 15 digits shows that its digits are lost."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)[: limits.FIELD_CHARS_MAX]


def _number(value: float) -> str:
    if abs(value) >= _NUMBER_EXACT_MAX:
        return f"{value:.14E}"
    if isinstance(value, int) or value.is_integer():
        return str(int(value))
    return repr(value)
