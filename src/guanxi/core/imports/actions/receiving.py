"""Taking in a file, and finding out how it is built."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Invalid
from guanxi.core.imports import kinds, layout, limits, mapping, queries, stored
from guanxi.core.imports.actions.choosing import mine, sample_of, styles_of, visible
from guanxi.core.imports.faults import BadFile
from guanxi.core.imports.kinds import Kind
from guanxi.core.imports.layout import Layout
from guanxi.core.imports.words import RIGHT
from guanxi.core.models.imports import ImportChunk, ImportPart, ImportRun
from guanxi.core.words import say

State = ImportRun.State
NAME_CHARS_MAX = 120


def receive(
    *,
    actor: Actor,
    now: datetime,
    kind: str,
    name: str,
    chunks: Iterable[bytes],
    form_key: str = "",
    **said: Any,
) -> ImportRun:
    """Take in a file and find out how it is built; the run is then a draft with a proposed mapping. Needs `imports.use`.

    `said` may hold encoding, delimiter, sheet, header. Written piece by piece in short transactions; nothing stays of a
    file that is refused. Raises `Invalid` with words for what is wrong with the file.
    """
    sort = _require(actor, kind)
    run = ImportRun(
        kind=sort.code,
        name=_file_name(name),
        owner_id=actor.user_id,
        actor_kind=actor.kind.value,
        actor_id=actor.id,
        actor_name=actor.name[:80],
        form_key=form_key,
        created=now,
    )
    with transaction.atomic():
        run.save(force_insert=True)
    try:
        run.total = _keep(run, chunks)
        found = layout.inspect(stored.open_file(run), **said)
        _begin(actor=actor, run=run, found=found)
    except BadFile as error:
        run.delete()
        raise refused(error) from error
    except BaseException:
        run.delete()
        raise
    return run


def receive_once(
    *, actor: Actor, now: datetime, key: str, kind: str, name: str, chunks: Iterable[bytes], **said: Any
) -> ImportRun:
    """`receive`, once per form key: the same upload sent twice is one run."""
    mine = {"actor_kind": actor.kind.value, "actor_id": actor.id}
    if key and (found := ImportRun.objects.filter(form_key=key, **mine).first()):
        return found
    try:
        return receive(actor=actor, now=now, kind=kind, name=name, chunks=chunks, form_key=key, **said)
    except IntegrityError:
        return ImportRun.objects.get(form_key=key, **mine)  # sent twice at the same moment


def refused(error: BadFile) -> Invalid:
    """A file that cannot be read, in words, on the form's field."""
    return Invalid(
        fields={"file": say(f"import.file.{error.code}", error.values)}, code=f"import_{error.code}"
    )


def _require(actor: Actor, kind: str) -> Kind:
    actor.require(RIGHT)
    sort = kinds.get(kind)
    actor.require(sort.right)
    return sort


def _file_name(name: str) -> str:
    shown = "".join(char for char in name.replace("\\", "/").rpartition("/")[2] if char.isprintable())
    return shown.strip()[:NAME_CHARS_MAX] or "file"


def _keep(run: ImportRun, chunks: Iterable[bytes]) -> int:
    """Write the pieces; returns how many line ends there were. Raises `BadFile` beyond the limit."""
    digest, line_ends = hashlib.sha256(), 0
    for number, part in enumerate(stored.parts_of(chunks)):
        run.size_bytes += len(part)
        if run.size_bytes > limits.FILE_BYTES_MAX:
            raise BadFile("too_large", most=limits.FILE_BYTES_MAX // 2**20)
        digest.update(part)
        line_ends += part.count(b"\n")
        ImportPart(run=run, number=number, body=part).save(force_insert=True)
    run.digest = digest.hexdigest()
    return line_ends


@action
def _begin(*, actor: Actor, run: ImportRun, found: Layout) -> None:
    run.layout = found.as_json()
    run.settings = _proposal(actor, kinds.get(run.kind), run, found)
    run.total = max(0, run.total - found.header) if found.format == "csv" else 0
    run.state = State.DRAFT
    run.save()


def _proposal(actor: Actor, sort: Kind, run: ImportRun, found: Layout) -> dict[str, Any]:
    """Last time's reading of such a file, else a proposal; dates are guessed anew in either case."""
    sample = sample_of(run, found)
    known = queries.remembered(actor, sort.code, found.columns) or {}
    fields = known.get("mapping") or mapping.propose(sort, found.columns, sample)
    options = {one.code: one.default for one in sort.options} | known.get("options", {})
    return {
        "mapping": fields,
        "dates": styles_of(sort, fields, sample, known.get("dates", {})),
        "options": options,
        "remembered": bool(known),
    }


def look_again(*, actor: Actor, now: datetime, public_id: str, said: Mapping[str, Any]) -> ImportRun:
    """Read the file in another way (encoding, delimiter, sheet, header) and propose a mapping anew. Raises `Invalid`."""
    run = visible(actor, public_id)
    try:
        found = layout.inspect(stored.open_file(run), **said)
    except BadFile as error:
        raise refused(error) from error
    return _take_layout(actor=actor, public_id=public_id, found=found)


@action
def _take_layout(*, actor: Actor, public_id: str, found: Layout) -> ImportRun:
    run = mine(actor, public_id, State.DRAFT, State.CHECKED)
    run.layout = found.as_json()
    run.settings = _proposal(actor, kinds.get(run.kind), run, found)
    run.state, run.checked, run.row, run.offset = State.DRAFT, {}, 0, 0
    ImportChunk.objects.filter(run=run).delete()
    run.save()
    return run
