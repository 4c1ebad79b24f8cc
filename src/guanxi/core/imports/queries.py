"""Reading runs: one's own, or all with the right reaching that far."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from guanxi.core.access import Actor, Kind
from guanxi.core.errors import NotFound
from guanxi.core.imports import kinds, mapping, owners
from guanxi.core.imports.words import RIGHT
from guanxi.core.models import Job
from guanxi.core.models.imports import ImportChunk, ImportMapping, ImportRun

ENDED = (
    ImportRun.State.DONE,
    ImportRun.State.CANCELLED,
    ImportRun.State.STOPPED,
    ImportRun.State.UNDONE,
)
BUSY = (ImportRun.State.CHECKING, ImportRun.State.RUNNING, ImportRun.State.UNDOING)


def list_runs(actor: Actor) -> QuerySet[ImportRun]:
    """Visible runs, newest first."""
    if not actor.may(RIGHT):
        return ImportRun.objects.none()
    seen: QuerySet[ImportRun] = ImportRun.objects.visible_to(actor)
    if actor.kind in (Kind.TOKEN, Kind.STAFF) and not actor.reach(RIGHT).everything:
        own = Q(actor_kind=actor.kind.value, actor_id=actor.id)
        seen = ImportRun.objects.filter(Q(id__in=seen.values("id")) | own)
    return seen.select_related("owner").order_by("-created", "-id")


def get_run(actor: Actor, public_id: str) -> ImportRun:
    """Raises `NotFound` also when it is somebody else's to see."""
    found = list_runs(actor).filter(public_id=public_id).first()
    if found is None or found.kind not in kinds.registered():
        raise NotFound
    return found


def wrote_any(run: ImportRun, keys: Collection[int]) -> bool:
    """Whether this import made or changed one of the rows with these keys; a million rows are read a chunk at a time."""
    chunks = ImportChunk.objects.filter(run=run, phase=ImportChunk.Phase.RUN).values_list(
        "written", flat=True
    )
    return any(_names(written, keys) for written in chunks.iterator(chunk_size=20))


def _names(value: Any, keys: Collection[int]) -> bool:
    """Whether one of these random keys stands anywhere in what undoing needs."""
    if isinstance(value, int):
        return value in keys
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_names(one, keys) for one in inner)


def may_read_cells(actor: Actor, run: ImportRun) -> bool:
    """Whether this actor may see what stands in the file: whoever brought it, and who may see such things anyway."""
    own = (run.actor_kind, run.actor_id) == (actor.kind.value, actor.id)
    right = kinds.get(run.kind).shown_right
    return own or actor.kind is Kind.SYSTEM or not right or actor.may(right)


def same_file(run: ImportRun) -> ImportRun | None:
    """An earlier run of exactly this file that was not undone."""
    others = ImportRun.objects.filter(digest=run.digest, kind=run.kind, started__isnull=False)
    found: ImportRun | None = (
        others.exclude(id=run.id).exclude(state=ImportRun.State.UNDONE).order_by("-created").first()
    )
    return found


def remembered(actor: Actor, kind: str, columns: Sequence[str]) -> dict[str, Any] | None:
    """How this actor read a file with these headers last time."""
    found = ImportMapping.objects.filter(
        owner=owners.key_of(actor), kind=kind, fingerprint=mapping.fingerprint(columns)
    ).first()
    return dict(found.settings) if found else None


@dataclass(frozen=True, slots=True)
class Said:
    """A fault as stored."""

    row: int
    column: int
    code: str
    values: dict[str, Any]
    level: str


def phase_of(run: ImportRun) -> str:
    """Whose faults count now: the import's once it has begun."""
    return ImportChunk.Phase.RUN if run.started else ImportChunk.Phase.CHECK


def faults(run: ImportRun) -> Iterator[Said]:
    """All faults in the order of rows, a chunk at a time."""
    chunks = ImportChunk.objects.filter(run=run, phase=phase_of(run)).exclude(faults=[])
    for stored in chunks.order_by("first_row").values_list("faults", flat=True).iterator(chunk_size=50):
        for row, column, code, values, level in stored:
            yield Said(row, column, code, values, level)


def kept_rows(run: ImportRun) -> Iterator[tuple[int, str]]:
    """Rows that undoing had to keep, with the code of the reason."""
    chunks = ImportChunk.objects.filter(run=run, phase=ImportChunk.Phase.RUN).exclude(kept=[])
    for stored in chunks.order_by("first_row").values_list("kept", flat=True).iterator(chunk_size=50):
        yield from ((row, code) for row, code in stored)


def has_file(run: ImportRun) -> bool:
    return run.parts.exists()


def is_alone(run: ImportRun) -> bool:
    """Whether nobody works on it though it is not finished: its job is gone."""
    if run.state not in BUSY:
        return False
    if run.job is None:
        return True
    return not Job.objects.filter(id=run.job, state__in=[Job.State.READY, Job.State.RUNNING]).exists()


def undone_rows(run: ImportRun) -> tuple[int, int]:
    """(chunks taken back, all chunks) while it is being undone."""
    chunks = ImportChunk.objects.filter(run=run, phase=ImportChunk.Phase.RUN)
    return chunks.exclude(undone=None).count(), chunks.count()
