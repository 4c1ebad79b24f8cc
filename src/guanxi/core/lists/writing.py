"""How the worker writes an export, batch by batch, and what is swept away afterwards. See `exports.py`."""

import errno
import os
import shutil
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db.models import F, QuerySet
from django.utils import translation

from guanxi.core import events, jobs
from guanxi.core.access import Actor, Kind
from guanxi.core.action import action, again_when_met
from guanxi.core.clock import now as wall_clock
from guanxi.core.errors import Denied, Invalid
from guanxi.core.lists import choosing, exports, listing, reading, sheets
from guanxi.core.lists.starter import actor_again
from guanxi.core.lists.wanted import Wanted
from guanxi.core.models import Export, Job

State = Export.State
FREE_BYTES_MIN = 200 * 2**20
LOOK_AGAIN = 10  # batches between two looks at rights and disk


class _Gone(Exception):
    """The export was cancelled or is somebody else's now."""


class _Stop(Exception):
    """It cannot be written to its end; the code says why."""


def write(export_id: int) -> None:
    """Write the file of an export. Safe twice: what an earlier try left is begun anew, what is finished stays."""
    export = _take(export_id)
    if export is None:
        return
    with translation.override(export.language):
        try:
            _write(export)
        except _Gone:
            return
        except _Stop as stop:
            _stopped(export, str(stop))
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            _stopped(export, "storage_full")


@action
def _take(export_id: int) -> Export | None:
    export = Export.objects.select_for_update().filter(id=export_id, state__in=exports.ACTIVE).first()
    if export is None:
        return None
    export.attempt += 1
    export.state, export.rows = State.RUNNING, 0
    export.save(update_fields=["attempt", "state", "rows"])
    return export


def _write(export: Export) -> None:
    actor, want = _starter(export)
    known = listing.get(export.listing)
    part = exports.path_of(export).with_suffix(f".{export.attempt}.part")
    for left in part.parent.glob(f"{export.public_id}.*.part"):
        left.unlink(missing_ok=True)
    try:
        with exports.private(part) as file:
            sheet = sheets.begin(export.form, file, exports.titles(want.columns), export.encoding)
            for rows in _looking_again(export, reading.in_order(known, actor, want)):
                leaving = reading.leaving(known, rows)
                sheet.write(exports.values(actor, want.columns, leaving))
                _count(export, len(leaving))
            sheet.close()
            file.flush()
            os.fsync(file.fileno())
            export.size_bytes = file.tell()
        again_when_met(lambda: _finish(export, actor, want, part))
    finally:
        part.unlink(missing_ok=True)


def _starter(export: Export) -> tuple[Actor, Wanted]:
    """Who asked, with the rights of now, and what they asked for. Raises `_Stop` when they may no longer have it."""
    actor = actor_again(export, now=wall_clock())
    if actor.kind is Kind.PUBLIC:
        raise _Stop("left")
    known = listing.registered().get(export.listing)
    if known is None:
        raise _Stop("unknown")
    try:
        actor.require(known.right)
        want = choosing.read_again(known, actor, export.query, now=export.created, look=True)
    except (Denied, Invalid) as error:
        raise _Stop("denied") from error
    # Written under the rights of this moment: they decide later whether it may still be handed out.
    export.rights = exports.rights_of(actor)
    return actor, want


def _looking_again(export: Export, batches: Iterator[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    """The same batches; between them whether the starter may still have them, and whether there is room."""
    for number, rows in enumerate(batches, 1):
        if number % LOOK_AGAIN == 0:
            actor = actor_again(export, now=wall_clock())
            if not exports.within(export.rights, actor):
                raise _Stop("left" if actor.kind is Kind.PUBLIC else "denied")
            if shutil.disk_usage(exports.folder()).free < FREE_BYTES_MIN:
                raise _Stop("storage_full")
        yield rows


def _count(export: Export, rows: int) -> None:
    export.rows += rows
    if not _held(export).update(rows=export.rows):
        raise _Gone
    jobs.progress(export.rows, max(export.rows, export.expected or 0))


def _held(export: Export) -> QuerySet[Export]:
    return Export.objects.filter(id=export.id, attempt=export.attempt, state=State.RUNNING)


def _finish(export: Export, actor: Actor, want: Wanted, part: Path) -> None:
    """The part becomes the file in the transaction that says so; before its commit nobody is given it."""
    moment = wall_clock()
    export.finished, export.expires = moment, moment + exports.KEPT
    ready = _held(export).update(
        state=State.READY,
        finished=export.finished,
        expires=export.expires,
        size_bytes=export.size_bytes,
        rights=export.rights,
    )
    if not ready:
        raise _Gone
    events.record(exports.exported(actor, moment, export, want))
    part.replace(exports.path_of(export))


@action
def _stopped(export: Export, reason: str) -> None:
    _held(export).update(state=State.STOPPED, reason=reason, finished=wall_clock())


def drop_files(keys: Sequence[int]) -> None:
    """Delete the files of these exports; they stay in the history as deleted."""
    for export in Export.objects.filter(id__in=keys):
        exports.path_of(export).unlink(missing_ok=True)
    Export.objects.filter(id__in=keys, state=State.READY).update(state=State.EXPIRED)


def sweep(*, now: datetime) -> int:
    """End what nobody works on any more, and clear what a crash left. Returns how many exports ended."""
    alive = Job.objects.filter(state__in=[Job.State.READY, Job.State.RUNNING]).values("id")
    lost = Export.objects.filter(state__in=exports.ACTIVE).exclude(job__in=alive)
    count = lost.update(state=State.STOPPED, reason="fault", finished=now, attempt=F("attempt") + 1)
    _sweep_folder()
    return count


def _sweep_folder() -> None:
    """Files no export has, left by a crash between two steps. What is finished goes by `core.retention`."""
    for path in exports.folder().iterdir():
        state = State.RUNNING if path.suffix == ".part" else State.READY
        if not Export.objects.filter(public_id=path.name.partition(".")[0], state=state).exists():
            path.unlink(missing_ok=True)
