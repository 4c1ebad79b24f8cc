"""Every write of files: uploading, hanging on a subject with somebody else's action, checking, erasing, sweeping."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanxi.core import events, holds, jobs, rows
from guanxi.core.access import Actor, Kind, system
from guanxi.core.action import action
from guanxi.core.errors import Invalid, NotFound
from guanxi.core.events import Event
from guanxi.core.files import kinds, reach, scan, store
from guanxi.core.files.events import ERASED, INFECTED, UPLOADED
from guanxi.core.files.intake import FILES_MAX, Given, Stored
from guanxi.core.models.files import File

CONTENTS_TITLE: Final[Any] = gettext_lazy("Contents nobody refers to")
CONTENTS_HINT: Final[Any] = gettext_lazy("Of files that were erased, replaced or never attached.")
INSPECT = "guanxi.core.files.jobs.inspect"
SWEEP_BATCH = 500


def attach(
    given: Given,
    *,
    actor: Actor,
    now: datetime,
    subject: tuple[str, int],
    part_id: int | None = None,
    record_id: int | None = None,
) -> list[File]:
    """Rows of the files that come with an action, to be written with it; those uploaded before are taken here and now.

    Part of a greater transaction. Raises `Invalid` for a claimed file that is not this actor's or hangs elsewhere already.
    """
    place = {"subject_kind": subject[0], "subject_id": subject[1], "part_id": part_id, "record_id": record_id}
    if given.claimed:
        _claim(given.claimed, actor, place)
    written = [_row(one, actor=actor, now=now, place=place) for one in given.stored]
    for file, one in zip(written, given.stored, strict=True):
        if not one.drawn:
            jobs.enqueue_named(INSPECT, file.public_id)
    return written


def _claim(public_ids: Sequence[str], actor: Actor, place: dict[str, object]) -> None:
    wanted = set(public_ids)
    found = reach.loose(actor, public_ids)
    if len(found) != len(wanted) or len(wanted) > FILES_MAX:
        raise Invalid(
            fields={"files": _("One of these files is not yours, is gone, or was sent already.")},
            code="files",
        )
    File.objects.filter(id__in=[file.id for file in found]).update(**place)


def _row(stored: Stored, *, actor: Actor, now: datetime, place: dict[str, object]) -> File:
    return rows.new(
        File,
        name=stored.name,
        kind=stored.kind.code,
        size=stored.size,
        digest=stored.digest,
        actor_kind=actor.kind.value,
        actor_id=actor.id,
        scan=File.Scan.WAITING if scan.is_there() and not stored.drawn else File.Scan.NONE,
        preview=_preview_of(stored),
        preview_digest=stored.drawn,
        width=stored.width or None,
        height=stored.height or None,
        created=now,
        **place,
    )


def _preview_of(stored: Stored) -> str:
    if stored.drawn:
        return File.Preview.READY
    return File.Preview.WAITING if stored.kind.code in kinds.DRAWN else File.Preview.NONE


@action
def upload(*, actor: Actor, now: datetime, stored: Stored) -> File:
    """Write down an upload that hangs on nothing yet; it is its uploader's alone and goes after a day."""
    actor.require_kind(Kind.STAFF, Kind.TOKEN, Kind.CUSTOMER)
    file = _row(stored, actor=actor, now=now, place={"subject_kind": ""})
    data = {"file": file.public_id, "kind": file.kind, "size": file.size}
    events.record(
        Event(UPLOADED.code, actor, now, ("file", file.id), unit_id=actor.unit_id, data=data),
        with_rows=[file],
    )
    jobs.enqueue_named(INSPECT, file.public_id)
    return file


@action
def mark_scanned(*, now: datetime, public_id: str, clean: bool, note: str = "") -> None:
    """Write down what the scanner said. An infection is an event: somebody must be told."""
    state = File.Scan.CLEAN if clean else File.Scan.INFECTED
    changed = File.objects.filter(public_id=public_id, scan=File.Scan.WAITING).update(scan=state)
    if changed and not clean:
        file = File.objects.get(public_id=public_id)
        events.record(_about(INFECTED.code, system("scanner"), now, file, {"virus": note[:80]}))


@action
def mark_previewed(*, public_id: str, digest: str) -> None:
    """A preview is ready, or ("") none can be made: damaged, locked, or beyond what drawing it may cost."""
    state = File.Preview.READY if digest else File.Preview.REFUSED
    File.objects.filter(public_id=public_id).update(preview=state, preview_digest=digest)


@action
def erase(*, actor: Actor, now: datetime, public_id: str) -> None:
    """Erase a file for good: name and content go, the place where it stood says so. Raises `NotFound`, `Denied`."""
    actor.require("files.erase")
    reach.get(actor, public_id)
    file = File.objects.select_for_update().filter(public_id=public_id, erased=None).first()
    if file is None:
        raise NotFound
    holds.forbid(file.record_id)
    _erase([file], actor, now)


@action
def erase_of(*, actor: Actor, now: datetime, record_ids: Sequence[int]) -> int:
    """Erase every file of these records (a person who is to be forgotten); returns how many."""
    actor.require_kind(Kind.SYSTEM)
    found = list(File.objects.select_for_update().filter(record_id__in=list(record_ids), erased=None))
    _erase(found, actor, now)
    return len(found)


def _erase(found: Sequence[File], actor: Actor, now: datetime) -> None:
    contents = {digest for file in found for digest in (file.digest, file.preview_digest) if digest}
    events.record(*[_about(ERASED.code, actor, now, file, {}) for file in found])
    File.objects.filter(id__in=[file.id for file in found]).update(
        erased=now, name="", digest="", preview_digest="", preview=File.Preview.NONE, width=None, height=None
    )
    # Once it is certain: what is gone from the disk no rollback brings back.
    transaction.on_commit(lambda: _drop_free(contents))


def _drop_free(contents: set[str]) -> None:
    for digest in contents - _referred(contents):
        store.drop(digest)


def _about(code: str, actor: Actor, now: datetime, file: File, data: dict[str, str]) -> Event:
    return Event(
        code, actor, now, ("file", file.id), record_id=file.record_id, data={"file": file.public_id, **data}
    )


def _referred(digests: set[str]) -> set[str]:
    """Which of these contents some file still needs."""
    rows_of = File.objects.filter(Q(digest__in=digests) | Q(preview_digest__in=digests))
    return {digest for pair in rows_of.values_list("digest", "preview_digest") for digest in pair} & digests


def count_unreferred(before: datetime) -> int:
    """How many contents lie in the store since before then and no row refers to."""
    return sum(len(batch - _referred(batch)) for batch in _old_contents(before))


def drop_unreferred(before: datetime, limit: int) -> int:
    """Drop at most so many of them; returns how many went."""
    gone = 0
    for batch in _old_contents(before):
        for digest in sorted(batch - _referred(batch)):
            gone += store.drop(digest, younger_than=before.timestamp())
            if gone >= limit:
                return gone
    return gone


def _old_contents(before: datetime) -> Iterator[set[str]]:
    batch: set[str] = set()
    for path in store.walk():
        if path.stat().st_mtime < before.timestamp():
            batch.add(path.name)
        if len(batch) >= SWEEP_BATCH:
            yield batch
            batch = set()
    yield batch
