"""Taking a run back, newest rows first, in transactions as short as those that wrote them."""

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction

from guanxi.core import clock
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Denied, SignInNeeded
from guanxi.core.imports import events as happened
from guanxi.core.imports import kinds, owners
from guanxi.core.imports.chunks import Pace, file_of
from guanxi.core.imports.kinds import File, Kind
from guanxi.core.imports.running import CHUNK_S, FIRST_ROWS, Ended, Progress, State, record_step, stop
from guanxi.core.imports.words import RIGHT
from guanxi.core.models.imports import ImportChunk, ImportRun

log = structlog.get_logger("guanxi.imports")


def take_back(run_id: int, *, progress: Progress) -> str:
    """Take back chunk by chunk, newest first; a row is taken back once."""
    run = ImportRun.objects.filter(id=run_id, state=State.UNDOING).first()
    if run is None:
        return ""
    chunks = ImportChunk.objects.filter(run=run, phase=ImportChunk.Phase.RUN, undone=None)
    ids = list(chunks.order_by("-first_row").values_list("id", flat=True))
    pace = Pace(CHUNK_S[connection.vendor], FIRST_ROWS[connection.vendor])
    try:
        for done, chunk_id in enumerate(ids, 1):
            while _undo_some_of(run.id, chunk_id, pace):
                progress(done - 1, len(ids))
            progress(done, len(ids))
        return _undone(run_id=run.id, now=clock.now())
    except Ended:
        return str(ImportRun.objects.get(id=run_id).state)
    except (Denied, SignInNeeded):
        return stop(run_id=run.id, now=clock.now(), reason="right")


def _undo_some_of(run_id: int, chunk_id: int, pace: Pace) -> int:
    begun, most = time.monotonic(), pace.rows
    left = _undo_some(run_id=run_id, chunk_id=chunk_id, most=most, now=clock.now())
    if left:  # a whole transaction's worth, which says something of how long they take
        pace.took(most, time.monotonic() - begun)
    return left


def _undoer(run: ImportRun, now: datetime) -> Actor:
    actor = owners.actor_of(*run.settings["undo_by"], now=now)
    actor.require(RIGHT)
    actor.require(kinds.get(run.kind).right)
    return actor


@action
def _undo_some(*, run_id: int, chunk_id: int, most: int, now: datetime) -> int:
    """Take back the newest `most` rows of a chunk that are still there; returns how many it has left."""
    run = ImportRun.objects.select_for_update(of=("self",)).get(id=run_id)
    chunk = ImportChunk.objects.filter(id=chunk_id, undone=None).first()
    if run.state != State.UNDOING or chunk is None:
        raise Ended
    kept_before = {row for row, _ in chunk.kept}
    waiting = [(row, what) for row, what in reversed(chunk.written) if row not in kept_before]
    written = waiting[:most]
    kept = _take_back(kinds.get(run.kind), _undoer(run, now), now, written, file_of(run))
    gone = {row for row, _ in written} - {row for row, _ in kept}
    chunk.kept = sorted([*chunk.kept, *([row, code] for row, code in kept)])
    chunk.written = [one for one in chunk.written if one[0] not in gone]
    chunk.undone = None if len(waiting) > most else now
    chunk.save(update_fields=["undone", "kept", "written"])
    run.counts = {
        **run.counts,
        "taken_back": run.counts.get("taken_back", 0) + len(gone),
        "kept": run.counts.get("kept", 0) + len(written) - len(gone),
    }
    run.save(update_fields=["counts"])
    return len(waiting) - len(written)


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
        record_step(happened.UNDONE.code, owners.actor_of(*run.settings["undo_by"], now=now), now, run)
    return str(run.state)
