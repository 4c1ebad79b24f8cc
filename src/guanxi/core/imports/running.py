"""Carrying a run on: rows become lines, lines are written in short transactions, each with the place it reached.

The place moves in the transaction of its rows, by compare-and-set: killed at any moment, the next worker finds either both
or neither, and two workers on one run cannot write a chunk twice.
"""

import gc
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction

from guanxi.core import clock, events
from guanxi.core.access import Actor, system
from guanxi.core.action import action
from guanxi.core.errors import Denied, SignInNeeded
from guanxi.core.events import Event
from guanxi.core.imports import events as happened
from guanxi.core.imports import kinds, owners
from guanxi.core.imports.chunks import Pace, Unit, chunks_of, file_of, tally
from guanxi.core.imports.faults import BadFile, Fault
from guanxi.core.imports.lines import Read
from guanxi.core.imports.words import RIGHT
from guanxi.core.models.imports import ImportChunk, ImportRun

log = structlog.get_logger("guanxi.imports")
State = ImportRun.State
Progress = Callable[[int, int | None], None]
# SQLite has one writer: whoever waits behind a chunk waits that long, and is promised 0.2 s. PostgreSQL commits cost more,
# and nobody waits.
CHUNK_S = {"sqlite": 0.14, "postgresql": 0.4}
# PostgreSQL plans the checks of references once a connection, by the tables as they then are: after a first chunk of 100 rows
# into an empty base every later one walks them whole (630 rows a second instead of 2,050).
FIRST_ROWS = {"sqlite": 100, "postgresql": 1_000}


class Ended(Exception):
    """Somebody cancelled the run, or another worker has it."""


def carry_on(run_id: int, *, progress: Progress) -> str:
    """Bring the rest of the file in; returns the state the run is then in."""
    run = ImportRun.objects.filter(id=run_id).first()
    if run is None or run.state != State.RUNNING:
        return run.state if run else ""
    pace = Pace(CHUNK_S[connection.vendor], FIRST_ROWS[connection.vendor])
    try:
        with _rarely_collected():
            for units in chunks_of(run, pace):
                begun, size = time.monotonic(), sum(map(len, units))
                run = _write(run, units)
                pace.took(size, time.monotonic() - begun)
                progress(run.row, max(run.total, run.row))
        return _finish(run_id=run.id, now=clock.now())
    except Ended:
        return str(ImportRun.objects.get(id=run_id).state)
    except (Denied, SignInNeeded):
        return stop(run_id=run.id, now=clock.now(), reason=why_not(run))
    except BadFile as error:
        log.warning("import.file", run=run.public_id, code=error.code)
        return stop(run_id=run.id, now=clock.now(), reason="file")


@contextmanager
def _rarely_collected() -> Iterator[None]:
    """What a chunk makes is gone with it and holds no cycles: looking for some among it took a twelfth of the time."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def acting(run: ImportRun, now: datetime) -> Actor:
    """The owner, while they may still do this. Raises `Denied` or `SignInNeeded`."""
    actor = owners.actor_of(run.actor_kind, run.actor_id, now=now)
    actor.require(RIGHT)
    actor.require(kinds.get(run.kind).right)
    return actor


def why_not(run: ImportRun) -> str:
    """The code of why the owner may not go on."""
    gone = owners.actor_of(run.actor_kind, run.actor_id, now=clock.now())
    return "right" if gone.id else "left"


def _write(run: ImportRun, units: Sequence[Unit]) -> ImportRun:
    """Write units; where that fails, halves of them, so that in the end only the rows at fault are refused."""
    now = clock.now()
    actor = acting(run, now)
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


@action
def _finish(*, run_id: int, now: datetime) -> str:
    run = ImportRun.objects.select_for_update(of=("self",)).get(id=run_id)
    if run.state == State.RUNNING:
        run.state, run.finished = State.DONE, now
        run.total = sum(run.counts.get(outcome, 0) for outcome in kinds.OUTCOMES)
        run.save(update_fields=["state", "finished", "total"])
        record_step(happened.FINISHED.code, owners.actor_of(run.actor_kind, run.actor_id, now=now), now, run)
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
        record_step(happened.STOPPED.code, system("import"), now, run)
    return str(run.state)


def record_step(code: str, actor: Actor, now: datetime, run: ImportRun) -> None:
    """The event of a run that has come to an end, one way or another."""
    data = {"import": run.public_id, "kind": run.kind, "counts": run.counts, "reason": run.reason}
    events.record(Event(code, actor, now, ("import", run.id), data=data))
