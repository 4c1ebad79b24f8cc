"""The rows of a run's file, as many at a time as one transaction holds, and what became of them."""

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from guanxi.core.imports import kinds, layout, lines, stored
from guanxi.core.imports.faults import Fault
from guanxi.core.imports.kinds import Done, File
from guanxi.core.imports.layout import Layout
from guanxi.core.imports.lines import Read
from guanxi.core.models.imports import ImportRun

Unit = Sequence[Read]  # rows that belong together
ROWS_MIN, ROWS_MAX = 10, 2_000


@dataclass
class Pace:
    """How many rows go into one transaction: no more than fit into `seconds` at the slowest rate of the latest ones."""

    seconds: float
    rows: int
    latest: deque[float] = field(default_factory=lambda: deque(maxlen=8))  # seconds a row

    def took(self, rows: int, seconds: float) -> None:
        """Learn from a transaction of so many rows; the number at most doubles from one to the next."""
        self.latest.append(seconds / rows)
        fit = int(self.seconds / max(*self.latest, 1e-6))
        self.rows = max(ROWS_MIN, min(ROWS_MAX, 2 * self.rows, fit))


def file_of(run: ImportRun) -> File:
    """What a kind may ask about the run's file."""
    chosen = run.settings
    return File(chosen["options"], run.digest, frozenset(chosen["mapping"]), run.public_id)


def chunks_of(run: ImportRun, pace: Pace) -> Iterator[list[Unit]]:
    """Units of rows after the run's place, as many at a time as the pace says."""
    batch: list[Unit] = []
    size = 0
    for unit in _units_of(run):
        batch.append(unit)
        size += len(unit)
        if size >= pace.rows:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _units_of(run: ImportRun) -> Iterator[Unit]:
    kind, found = kinds.get(run.kind), Layout.of(run.layout)
    reader = lines.reader(kind, found, run.settings, file_of(run))
    with stored.open_file(run) as file:
        unit: list[Read] = []
        key = ""
        for row in layout.data_rows(file, found, row=run.row, offset=run.offset):
            read = reader.read(row)
            own = kind.group(read.line) if kind.group and not read.refused else ""
            if unit and (not own or own != key or len(unit) >= ROWS_MAX):
                yield unit
                unit = []
            unit.append(read)
            key = own
        if unit:
            yield unit


@dataclass(frozen=True, slots=True)
class Told:
    """What became of some rows: counts by outcome, faults and undo data in the form they are stored in."""

    counts: Counter[str]
    faults: list[list[Any]]
    written: list[list[Any]]


def tally(reads: Sequence[Read], done: Sequence[Done], mapping: Mapping[str, int]) -> Told:
    """Put rows and what became of their lines together; lines stand in the order of the rows that were not refused."""
    counts: Counter[str] = Counter()
    faults: list[list[Any]] = []
    written: list[list[Any]] = []
    answers = iter(done)
    for read in reads:
        outcome = Done("refused") if read.refused else next(answers)
        said = [*read.faults, *([outcome.fault] if outcome.fault else [])]
        counts[outcome.outcome] += 1
        if said and outcome.outcome != "refused":
            counts["warned"] += 1
        faults += [[read.row.number, *_stored(fault, mapping)] for fault in said]
        if outcome.written is not None:
            written.append([read.row.number, outcome.written])
    return Told(counts, faults, written)


def _stored(fault: Fault, mapping: Mapping[str, int]) -> list[Any]:
    column = mapping.get(fault.field, -1) if fault.column < 0 else fault.column
    return [column, fault.code, dict(fault.values), fault.level]
