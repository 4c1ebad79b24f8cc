"""Reading files: who may see one is decided by the subject it hangs on. Rooms say how, by `register`."""

from collections.abc import Callable, Iterable, Sequence

from guanxi.core.access import Actor, Kind
from guanxi.core.errors import Conflict, NotFound
from guanxi.core.models.files import File

MaySee = Callable[[Actor, int], bool]
MayOpen = Callable[[Actor, File], bool]
_subjects: dict[str, MaySee] = {}
_narrower: dict[str, MayOpen] = {}


def register(kind: str, may_see: MaySee, may_open: MayOpen | None = None) -> None:
    """`may_see(actor, subject_id)`: whether this actor may see the subject, and so the files on it.

    `may_open(actor, file)` is asked besides, where not everybody who sees the subject may open every file on it.
    """
    _subjects[kind] = may_see
    if may_open is not None:
        _narrower[kind] = may_open


def get(actor: Actor, public_id: str) -> File:
    """A file this actor may see. Raises `NotFound`, also for what is erased or somebody else's."""
    file = File.objects.filter(public_id=public_id, erased=None).first()
    if file is None or not _may_see(actor, file):
        raise NotFound
    return file


def _may_see(actor: Actor, file: File) -> bool:
    if actor.kind is Kind.SYSTEM:
        return True
    if file.subject_id is None:
        return is_uploader(actor, file)
    may_see = _subjects.get(file.subject_kind)
    if may_see is None or not may_see(actor, file.subject_id):
        return False
    may_open = _narrower.get(file.subject_kind)
    return may_open is None or may_open(actor, file)


def is_uploader(actor: Actor, file: File) -> bool:
    """Whether this actor sent the file. A visitor is nobody in particular and never counts."""
    return actor.kind is not Kind.PUBLIC and (actor.kind.value, actor.id) == (file.actor_kind, file.actor_id)


def require_servable(file: File) -> None:
    """Raise `Conflict` for what must not leave the house: infected, or not checked yet where there is a scanner."""
    if file.scan in (File.Scan.INFECTED, File.Scan.WAITING):
        raise Conflict(file.get_scan_display(), code=f"file_{file.scan}")


def list_on(subject: tuple[str, int]) -> list[File]:
    """Files on a subject the caller has already been allowed to see, oldest first, in one statement."""
    found = File.objects.filter(subject_kind=subject[0], subject_id=subject[1], erased=None)
    return list(found.order_by("created", "id")[:1000])


def by_part(files: Iterable[File]) -> dict[int, list[File]]:
    """The same files by the part of the subject they belong to."""
    parts: dict[int, list[File]] = {}
    for file in files:
        parts.setdefault(file.part_id or 0, []).append(file)
    return parts


def loose(actor: Actor, public_ids: Sequence[str]) -> list[File]:
    """This actor's own uploads that hang on nothing yet, locked for the action that takes them."""
    mine = File.objects.select_for_update().filter(
        public_id__in=list(public_ids),
        subject_id=None,
        erased=None,
        actor_kind=actor.kind.value,
        actor_id=actor.id,
    )
    return list(mine) if actor.kind is not Kind.PUBLIC else []
