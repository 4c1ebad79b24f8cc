"""The dry run: the whole file read, and nothing written but what would become of it."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from guanxi.core import clock
from guanxi.core.action import action
from guanxi.core.errors import Denied, SignInNeeded
from guanxi.core.imports import kinds
from guanxi.core.imports.chunks import Pace, Told, chunks_of, file_of, tally
from guanxi.core.imports.faults import BadFile
from guanxi.core.imports.lines import Read
from guanxi.core.imports.running import Ended, Progress, State, acting, stop, why_not
from guanxi.core.models.imports import ImportChunk, ImportRun

CHECK_ROWS = 1_000
MEMORY_MAX = 400_000  # repeats within a file are looked for among so many values


class Memory(dict[Any, Any]):
    """What a dry run remembers of a file's earlier rows; takes nothing new when it is full."""

    @property
    def full(self) -> bool:
        return len(self) >= MEMORY_MAX

    def __setitem__(self, key: Any, value: Any) -> None:
        if not self.full or key in self:
            super().__setitem__(key, value)


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
        for units in chunks_of(run, Pace(0, CHECK_ROWS)):
            reads = [read for unit in units for read in unit]
            told = plan(run, reads, memory, now=clock.now())
            counts += told.counts
            _note(run, reads, told)
            progress(reads[-1].row.number, max(run.total, reads[-1].row.number))
    except Ended:
        return str(ImportRun.objects.get(id=run_id).state)
    except (Denied, SignInNeeded):
        return stop(run_id=run.id, now=clock.now(), reason=why_not(run))
    except BadFile:
        return stop(run_id=run.id, now=clock.now(), reason="file")
    return _checked(run_id=run.id, counts=counts, repeats=not memory.full)


def plan(run: ImportRun, reads: Sequence[Read], memory: dict[Any, Any], *, now: datetime) -> Told:
    """What would become of these rows. `memory` holds what earlier rows of the file would have made."""
    kind = kinds.get(run.kind)
    good = [read.line for read in reads if not read.refused]
    actor = acting(run, now)
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
