"""A run as people read it: the preview of its first rows, faults as sentences, the file of errors."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from guanxi.core.access import Actor
from guanxi.core.imports import kinds, layout, limits, lines, queries, stored, values
from guanxi.core.imports.chunks import file_of
from guanxi.core.imports.faults import REFUSED, WARNED, BadFile, Fault
from guanxi.core.imports.kinds import Kind
from guanxi.core.imports.layout import Layout
from guanxi.core.imports.lines import Read, Reader
from guanxi.core.imports.trying import Memory
from guanxi.core.models.imports import ImportRun
from guanxi.core.words import say

SAMPLES = 3
_TRIGGERS = tuple("=+-@\t\r＝＋－＠")
_PLAIN_NUMBER = re.compile(r"-?\d+([.,]\d+)*")


def sentence(kind: Kind, fault: Fault) -> str:
    """What is wrong, in the reader's language."""
    known = dict(fault.values)
    if "fields" in known:
        known["fields"] = " / ".join(str(kind.field(code).title) for code in known["fields"])
    return say(f"import.fault.{fault.code}", known)


def column_name(columns: Sequence[str], place: int) -> str:
    """How a column is called in sentences: by its header, else by its number."""
    if place < 0:
        return ""
    name = columns[place] if place < len(columns) else ""
    return name or _("column %(n)s") % {"n": place + 1}


@dataclass(frozen=True, slots=True)
class Cell:
    """One value in the preview: as it stands in the file, as it was read, and what is wrong with it."""

    raw: str
    read: str = ""
    faults: Sequence[str] = ()
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    number: int
    cells: Sequence[Cell]
    outcome: str = ""
    words: str = ""
    faults: Sequence[str] = field(default_factory=tuple)


def preview(actor: Actor, run: ImportRun, *, now: datetime) -> list[Shown]:
    """The first rows with their values as they were read, and what would become of them."""
    kind, found = kinds.get(run.kind), Layout.of(run.layout)
    reader = lines.reader(kind, found, run.settings)
    try:
        with stored.open_file(run) as file:
            reads = [reader.read(row) for row in islice(layout.data_rows(file, found), limits.PREVIEW_ROWS)]
    except BadFile:
        return []
    outcomes = _outcomes(actor, run, reads, now)
    return [_shown(kind, reader, read, outcome) for read, outcome in zip(reads, outcomes, strict=True)]


def _outcomes(actor: Actor, run: ImportRun, reads: Sequence[Read], now: datetime) -> list[kinds.Done]:
    good = [read.line for read in reads if not read.refused]
    kind = kinds.get(run.kind)
    done = iter(kind.plan(actor=actor, now=now, lines=good, file=file_of(run), memory=Memory()))
    return [kinds.Done("refused") if read.refused else next(done) for read in reads]


def _shown(kind: Kind, reader: Reader, read: Read, done: kinds.Done) -> Shown:
    faults = [*read.faults, *([_placed(done.fault, reader)] if done.fault else [])]
    cells = [_cell(kind, code, place, read, faults) for code, place in reader.mapping.items()]
    whole = [sentence(kind, one) for one in faults if one.column not in reader.mapping.values()]
    return Shown(read.row.number, cells, done.outcome, say(f"import.outcome.{done.outcome}"), whole)


def _placed(fault: Fault, reader: Reader) -> Fault:
    return replace(fault, column=reader.mapping.get(fault.field, -1)) if fault.column < 0 else fault


def _cell(kind: Kind, code: str, place: int, read: Read, faults: Sequence[Fault]) -> Cell:
    raw = values.clean(read.row.cells[place]) if place < len(read.row.cells) else ""
    mine = [one for one in faults if one.column == place]
    value = read.line.values.get(code)
    return Cell(
        raw[:200],
        "" if value is None else kind.field(code).type.show(value)[:200],
        [sentence(kind, one) for one in mine],
        any(one.level == REFUSED for one in mine),
    )


def samples(run: ImportRun) -> list[list[str]]:
    """A few values of each column, for choosing what it means."""
    found = Layout.of(run.layout)
    columns: list[list[str]] = [[] for _column in found.columns]
    try:
        with stored.open_file(run) as file:
            for row in islice(layout.data_rows(file, found), 40):
                for place, cell in enumerate(row.cells[: len(columns)]):
                    shown = values.clean(cell)[:60]
                    if shown and shown not in columns[place] and len(columns[place]) < SAMPLES:
                        columns[place].append(shown)
    except BadFile:
        pass
    return columns


@dataclass(frozen=True, slots=True)
class Told:
    row: int
    column: str
    words: str
    level: str


def told(run: ImportRun, *, limit: int, level: str = "") -> list[Told]:
    """The first faults, as sentences."""
    kind, columns = kinds.get(run.kind), run.layout["columns"]
    found = (one for one in queries.faults(run) if not level or one.level == level)
    return [
        Told(
            one.row,
            column_name(columns, one.column),
            sentence(kind, Fault(one.code, one.column, one.values)),
            one.level,
        )
        for one in islice(found, limit)
    ]


def error_file(run: ImportRun) -> Iterator[bytes]:
    """Every row that was refused or warned of, as it was, with the reason: CSV that a spreadsheet opens, row by row."""
    found = Layout.of(run.layout)
    kind = kinds.get(run.kind)
    names = [column_name(found.columns, place) for place in range(len(found.columns))]
    yield "\ufeff".encode()
    yield _csv_row([*names, _("Row in the file"), _("What is wrong"), _("Refused or warned")])
    pending = _by_row(run)
    row_wanted, sentences = next(pending, (0, []))
    with stored.open_file(run) as file:
        for row in layout.data_rows(file, found):
            if not row_wanted:
                return
            if row.number == row_wanted:
                yield _csv_row(_error_cells(kind, found, row, sentences))
                row_wanted, sentences = next(pending, (0, []))


def _by_row(run: ImportRun) -> Iterator[tuple[int, list[queries.Said]]]:
    row = 0
    said: list[queries.Said] = []
    for one in queries.faults(run):
        if said and one.row != row:
            yield row, said
            said = []
        row = one.row
        said.append(one)
    if said:
        yield row, said


def _error_cells(kind: Kind, found: Layout, row: Any, said: Sequence[queries.Said]) -> list[str]:
    words = []
    for one in said:
        place = column_name(found.columns, one.column)
        text = sentence(kind, Fault(one.code, one.column, one.values))
        words.append(f"{place}: {text}" if place else text)
    refused = any(one.level == REFUSED for one in said)
    cells = list(row.cells) + [""] * (len(found.columns) - len(row.cells))
    return [*cells, str(row.number), " ".join(words), _("refused") if refused else _("warned")]


def _csv_row(cells: Sequence[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow([harmless(cell) for cell in cells])
    return out.getvalue().encode("utf-8", "replace")


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; reading it again gives the same value."""
    shown = cell.replace("\0", "")
    if shown.lstrip().startswith(_TRIGGERS) and not _PLAIN_NUMBER.fullmatch(shown):
        return f"'{shown}"
    return shown


def outcome_counts(counts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What became (or would become) of rows: only what there is, in a steady order."""
    return [
        {"code": code, "words": say(f"import.outcome.{code}"), "count": counts[code]}
        for code in (*kinds.OUTCOMES, WARNED)
        if counts.get(code)
    ]
