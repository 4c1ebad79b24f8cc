"""Carrying a run on: rows become lines, lines are written in short transactions, each with the place it reached.

The place moves in the transaction of its rows, by compare-and-set: killed at any moment, the next worker finds either both
or neither, and two workers on one run cannot write a chunk twice.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction

from guanxi.core import clock, events
from guanxi.core.access import Actor, system
from guanxi.core.action import action
from guanxi.core.errors import Denied, SignInNeeded
from guanxi.core.events import Event
from guanxi.core.imports import events as happened
from guanxi.core.imports import kinds, layout, lines, owners, stored
from guanxi.core.imports.faults import BadFile, Fault
from guanxi.core.imports.kinds import Done, File, Kind
from guanxi.core.imports.layout import Layout
from guanxi.core.imports.lines import Read
from guanxi.core.imports.words import RIGHT
from guanxi.core.models.imports import ImportChunk, ImportRun

log = structlog.get_logger("guanxi.imports")
State = ImportRun.State
Progress = Callable[[int, int | None], None]
Unit = Sequence[Read]  # rows that belong together

FIRST_ROWS, ROWS_MIN, ROWS_MAX = 100, 10, 2_000
CHECK_ROWS = 1_000
# SQLite has one writer: whoever waits behind a chunk waits that long. PostgreSQL commits cost more, and nobody waits.
CHUNK_S = {"sqlite": 0.12, "postgresql": 0.4}
MEMORY_MAX = 400_000  # repeats within a file are looked for among so many values


class Memory(dict[Any, Any]):
    """What a dry run remembers of a file's earlier rows; takes nothing new when it is full."""

    @property
    def full(self) -> bool:
        return len(self) >= MEMORY_MAX

    def __setitem__(self, key: Any, value: Any) -> None:
        if not self.full or key in self:
            super().__setitem__(key, value)


class Ended(Exception):
    """Somebody cancelled the run, or another worker has it."""


@dataclass
class Pace:
    """How many rows go into one transaction, so that it takes about `seconds`."""

    seconds: float
    rows: int = FIRST_ROWS

    def took(self, rows: int, seconds: float) -> None:
        wanted = int(rows * self.seconds / max(seconds, 0.001))
        self.rows = max(ROWS_MIN, min(ROWS_MAX, (self.rows + wanted) // 2 + 1))


def carry_on(run_id: int, *, progress: Progress) -> str:
    """Bring the rest of the file in; returns the state the run is then in."""
    run = ImportRun.objects.filter(id=run_id).first()
    if run is None or run.state != State.RUNNING:
        return run.state if run else ""
    pace = Pace(CHUNK_S[connection.vendor])
    try:
        for units in _batches(run, pace):
            begun, size = time.monotonic(), sum(map(len, units))
            run = _write(run, units)
            pace.took(size, time.monotonic() - begun)
            progress(run.row, max(run.total, run.row))
        return _finish(run_id=run.id, now=clock.now())
    except Ended:
        return str(ImportRun.objects.get(id=run_id).state)
    except (Denied, SignInNeeded):
        return stop(run_id=run.id, now=clock.now(), reason=_why_not(run))
    except BadFile as error:
        log.warning("import.file", run=run.public_id, code=error.code)
        return stop(run_id=run.id, now=clock.now(), reason="file")


def _batches(run: ImportRun, pace: Pace) -> Iterator[list[Unit]]:
    """Units of rows after the run's place, as many at a time as the pace says."""
    batch: list[Unit] = []
    size = 0
    for unit in _units(run):
        batch.append(unit)
        size += len(unit)
        if size >= pace.rows:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _units(run: ImportRun) -> Iterator[Unit]:
    kind, found = kinds.get(run.kind), Layout.of(run.layout)
    reader = lines.reader(kind, found, run.settings)
    about = file_of(run)
    with stored.open_file(run) as file:
        unit: list[Read] = []
        key = ""
        for row in layout.data_rows(file, found, row=run.row, offset=run.offset):
            read = reader.read(row)
            if kind.prepare and not read.refused:
                read = read._replace(line=read.line._replace(ready=kind.prepare(read.line, about)))
            own = kind.group(read.line) if kind.group and not read.refused else ""
            if unit and (not own or own != key or len(unit) >= ROWS_MAX):
                yield unit
                unit = []
            unit.append(read)
            key = own
        if unit:
            yield unit


def file_of(run: ImportRun) -> File:
    """What a kind may ask about the run's file."""
    chosen = run.settings
    return File(chosen["options"], run.digest, frozenset(chosen["mapping"]), run.public_id)


def _actor(run: ImportRun, now: datetime) -> Actor:
    """The owner, while they may still do this. Raises `Denied` or `SignInNeeded`."""
    actor = owners.actor_of(run.actor_kind, run.actor_id, now=now)
    actor.require(RIGHT)
    actor.require(kinds.get(run.kind).right)
    return actor


def _why_not(run: ImportRun) -> str:
    gone = owners.actor_of(run.actor_kind, run.actor_id, now=clock.now())
    return "right" if gone.id else "left"


def _write(run: ImportRun, units: Sequence[Unit]) -> ImportRun:
    """Write units; where that fails, halves of them, so that in the end only the rows at fault are refused."""
    now = clock.now()
    actor = _actor(run, now)
    try:
        return _write_chunk(actor=actor, now=now, run_id=run.id, after=run.row, units=units)
    except (Ended, Denied, SignInNeeded, OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001  one bad row must not hold up the others; which one it is comes out below
        log.warning("import.again", run=run.public_id, rows=sum(map(len, units)), error=type(error).__name__)
        if len(units) == 1:
            return _write_chunk(
                actor=actor, now=now, run_id=run.id, after=run.row, units=[_refused(units[0])]
            )
    half = len(units) // 2
    return _write(_write(run, units[:half]), units[half:])


def _refused(unit: Unit) -> Unit:
    return [Read(read.row, read.line, (*read.faults, Fault("not_saved"))) for read in unit]


@action
def _write_chunk(*, actor: Actor, now: datetime, run_id: int, after: int, units: Sequence[Unit]) -> ImportRun:
    run: ImportRun = ImportRun.objects.select_for_update(of=("self",)).get(id=run_id)
    if run.state != State.RUNNING or run.row != after:
        raise Ended
    reads = [read for unit in units for read in unit]
    good = [read.line for read in reads if not read.refused]
    kind = kinds.get(run.kind)
    with transaction.atomic():
        done = kind.apply(actor=actor, now=now, lines=good, file=file_of(run)) if good else []
    told = tally(reads, done, run.settings["mapping"])
    ImportChunk(
        run=run,
        phase=ImportChunk.Phase.RUN,
        first_row=reads[0].row.number,
        last_row=reads[-1].row.number,
        faults=told.faults,
        written=told.written,
    ).save(force_insert=True)
    run.counts = dict(Counter(run.counts) + told.counts)
    run.row, run.offset = reads[-1].row.number, reads[-1].row.end
    run.save(update_fields=["counts", "row", "offset"])
    return run


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


@action
def _finish(*, run_id: int, now: datetime) -> str:
    run = ImportRun.objects.select_for_update(of=("self",)).get(id=run_id)
    if run.state == State.RUNNING:
        run.state, run.finished = State.DONE, now
        run.total = sum(run.counts.get(outcome, 0) for outcome in kinds.OUTCOMES)
        run.save(update_fields=["state", "finished", "total"])
        _record(happened.FINISHED.code, owners.actor_of(run.actor_kind, run.actor_id, now=now), now, run)
    return str(run.state)


@action
def stop(*, run_id: int, now: datetime, reason: str) -> str:
    """End a run that cannot go on; what was written stays, and somebody else may carry it on or undo it."""
    run = ImportRun.objects.select_for_update(of=("self",)).get(id=run_id)
    if run.state in (State.RUNNING, State.CHECKING, State.UNDOING):
        begun = run.started is not None
        run.state, run.reason = (State.STOPPED if begun else State.DRAFT), reason
        run.finished = now if begun else None
        run.save(update_fields=["state", "reason", "finished"])
        _record(happened.STOPPED.code, system("import"), now, run)
    return str(run.state)


def _record(code: str, actor: Actor, now: datetime, run: ImportRun) -> None:
    data = {"import": run.public_id, "kind": run.kind, "counts": run.counts, "reason": run.reason}
    events.record(Event(code, actor, now, ("import", run.id), data=data))


# -- the dry run ------------------------------------------------------------------------------------------


def check_all(run_id: int, *, progress: Progress) -> str:
    """Read the whole file and say what would become of every row; begun again from the top when it was interrupted."""
    run = ImportRun.objects.filter(id=run_id, state=State.CHECKING).first()
    if run is None:
        return ""
    ImportChunk.objects.filter(run=run, phase=ImportChunk.Phase.CHECK).delete()
    run.row, run.offset = 0, 0
    counts: Counter[str] = Counter()
    memory = Memory()
    try:
        for units in _batches(run, Pace(0, CHECK_ROWS)):
            reads = [read for unit in units for read in unit]
            told = plan(run, reads, memory, now=clock.now())
            counts += told.counts
            _note(run, reads, told)
            progress(reads[-1].row.number, max(run.total, reads[-1].row.number))
    except Ended:
        return str(ImportRun.objects.get(id=run_id).state)
    except (Denied, SignInNeeded):
        return stop(run_id=run.id, now=clock.now(), reason=_why_not(run))
    except BadFile:
        return stop(run_id=run.id, now=clock.now(), reason="file")
    return _checked(run_id=run.id, counts=counts, repeats=not memory.full)


def plan(run: ImportRun, reads: Sequence[Read], memory: dict[Any, Any], *, now: datetime) -> Told:
    """What would become of these rows. `memory` holds what earlier rows of the file would have made."""
    kind = kinds.get(run.kind)
    good = [read.line for read in reads if not read.refused]
    actor = _actor(run, now)
    done = kind.plan(actor=actor, now=now, lines=good, file=file_of(run), memory=memory) if good else []
    return tally(reads, done, run.settings["mapping"])


@action
def _note(run: ImportRun, reads: Sequence[Read], told: Told) -> None:
    if not ImportRun.objects.filter(id=run.id, state=State.CHECKING).update(row=reads[-1].row.number):
        raise Ended
    ImportChunk(
        run=run,
        phase=ImportChunk.Phase.CHECK,
        first_row=reads[0].row.number,
        last_row=reads[-1].row.number,
        faults=told.faults,
    ).save(force_insert=True)


@action
def _checked(*, run_id: int, counts: Counter[str], repeats: bool) -> str:
    run = ImportRun.objects.select_for_update(of=("self",)).get(id=run_id)
    if run.state == State.CHECKING:
        run.state, run.checked = State.CHECKED, {**counts, "all_repeats_seen": repeats}
        run.total = sum(counts.get(outcome, 0) for outcome in kinds.OUTCOMES)
        run.row, run.offset = 0, 0
        run.save(update_fields=["state", "checked", "total", "row", "offset"])
    return str(run.state)


# -- undoing ----------------------------------------------------------------------------------------------


def take_back(run_id: int, *, progress: Progress) -> str:
    """Take back chunk by chunk, newest first; a chunk is taken back once."""
    run = ImportRun.objects.filter(id=run_id, state=State.UNDOING).first()
    if run is None:
        return ""
    chunks = ImportChunk.objects.filter(run=run, phase=ImportChunk.Phase.RUN, undone=None)
    ids = list(chunks.order_by("-first_row").values_list("id", flat=True))
    try:
        for done, chunk_id in enumerate(ids, 1):
            _undo_chunk(run_id=run.id, chunk_id=chunk_id, now=clock.now())
            progress(done, len(ids))
        return _undone(run_id=run.id, now=clock.now())
    except Ended:
        return str(ImportRun.objects.get(id=run_id).state)
    except (Denied, SignInNeeded):
        return stop(run_id=run.id, now=clock.now(), reason="right")


def _undoer(run: ImportRun, now: datetime) -> Actor:
    actor = owners.actor_of(*run.settings["undo_by"], now=now)
    actor.require(RIGHT)
    actor.require(kinds.get(run.kind).right)
    return actor


@action
def _undo_chunk(*, run_id: int, chunk_id: int, now: datetime) -> None:
    run = ImportRun.objects.select_for_update(of=("self",)).get(id=run_id)
    chunk = ImportChunk.objects.filter(id=chunk_id, undone=None).first()
    if run.state != State.UNDOING or chunk is None:
        raise Ended
    written = [(row, what) for row, what in reversed(chunk.written)]
    kept = _take_back(kinds.get(run.kind), _undoer(run, now), now, written, file_of(run))
    rows = {row for row, _ in kept}
    chunk.undone, chunk.kept = now, [list(one) for one in sorted(kept)]
    chunk.written = [one for one in chunk.written if one[0] in rows]
    chunk.save(update_fields=["undone", "kept", "written"])
    taken = len(written) - len(rows)
    run.counts = {
        **run.counts,
        "taken_back": run.counts.get("taken_back", 0) + taken,
        "kept": run.counts.get("kept", 0) + len(rows),
    }
    run.save(update_fields=["counts"])


def _take_back(
    kind: Kind, actor: Actor, now: datetime, written: Sequence[tuple[int, Any]], file: File
) -> list[tuple[int, str]]:
    """Together; where that fails, row by row, so that only the rows at fault are kept."""
    if not written:
        return []
    try:
        with transaction.atomic():
            return kind.undo(actor=actor, now=now, written=written, file=file)
    except (Denied, SignInNeeded, OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001  said of the row at fault below
        log.warning("import.undo_again", kind=kind.code, rows=len(written), error=type(error).__name__)
        if len(written) == 1:
            return [(written[0][0], "not_undone")]
    half = len(written) // 2
    return [
        *_take_back(kind, actor, now, written[:half], file),
        *_take_back(kind, actor, now, written[half:], file),
    ]


@action
def _undone(*, run_id: int, now: datetime) -> str:
    run = ImportRun.objects.select_for_update(of=("self",)).get(id=run_id)
    if run.state == State.UNDOING:
        run.state, run.finished = State.UNDONE, now
        run.save(update_fields=["state", "finished"])
        _record(happened.UNDONE.code, owners.actor_of(*run.settings["undo_by"], now=now), now, run)
    return str(run.state)
