"""Everything that may be done with a run, except the carrying on itself (`running.py`)."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from guanxi.core import clock, events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.events import Event
from guanxi.core.imports import events as happened
from guanxi.core.imports import kinds, layout, limits, mapping, owners, queries, stored, values
from guanxi.core.imports.faults import BadFile
from guanxi.core.imports.kinds import Kind
from guanxi.core.imports.layout import Layout
from guanxi.core.imports.words import RIGHT
from guanxi.core.jobs import prepare
from guanxi.core.models import Job
from guanxi.core.models.imports import ImportChunk, ImportMapping, ImportPart, ImportRun
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
        "dates": _dates(sort, fields, sample, known.get("dates", {})),
        "options": options,
        "remembered": bool(known),
    }


def sample_of(run: ImportRun, found: Layout, count: int = limits.SAMPLE_ROWS) -> list[tuple[str, ...]]:
    """Cells of the first rows."""
    rows = []
    with stored.open_file(run) as file:
        for row in layout.data_rows(file, found):
            rows.append(row.cells)
            if len(rows) >= count:
                break
    return rows


def _dates(
    sort: Kind, fields: Mapping[str, int], sample: list[tuple[str, ...]], known: Mapping[str, str]
) -> dict[str, str]:
    """{column: style} of the columns with dates; "?" where somebody has to say it."""
    styles = {}
    for code, place in fields.items():
        if sort.field(code).type.dated:
            guess = values.guess_dates(row[place] for row in sample if place < len(row))
            said = known.get(str(place), "")
            styles[str(place)] = guess.style if guess.certain else said if said in values.STYLES else "?"
    return styles


@action
def choose(*, actor: Actor, now: datetime, public_id: str, chosen: Mapping[str, Any]) -> ImportRun:
    """Say what the columns mean: {"mapping": {field: column}, "dates": {column: style}, "options": {code: value}}.

    What is not said stays. A dry run made before is void. What is missing is told by `problems`, not refused here.
    """
    run = _mine(actor, public_id, State.DRAFT, State.CHECKED)
    sort = kinds.get(run.kind)
    settings = dict(run.settings)
    if "mapping" in chosen:
        settings["mapping"] = _valid_mapping(sort, chosen["mapping"], len(run.layout["columns"]))
        dates = {**settings["dates"], **chosen.get("dates", {})}
        sample = sample_of(run, Layout.of(run.layout))
        settings["dates"] = _dates(sort, settings["mapping"], sample, dates)
    for place, style in chosen.get("dates", {}).items():
        if style in values.STYLES and place in settings["dates"]:
            settings["dates"][place] = style
    settings["options"] = _valid_options(sort, {**settings["options"], **chosen.get("options", {})})
    settings["remembered"] = False
    run.settings = settings
    run.state, run.checked, run.row, run.offset = State.DRAFT, {}, 0, 0
    ImportChunk.objects.filter(run=run).delete()
    run.save()
    return run


def mapping_by_name(run: ImportRun, said: Mapping[str, Any]) -> dict[str, int]:
    """{field: column} from {field: column's number or its header's name}. Raises `Invalid` for what is not there."""
    names = {mapping.folded(name): place for place, name in reversed(list(enumerate(run.layout["columns"])))}
    found = {}
    for code, column in said.items():
        place = column if type(column) is int else names.get(mapping.folded(str(column)), -1)
        if place < 0:
            raise Invalid(
                fields={str(code): _("There is no column “%(column)s”.") % {"column": str(column)[:80]}}
            )
        found[str(code)] = place
    return _valid_mapping(kinds.get(run.kind), found, len(run.layout["columns"]))


def _valid_mapping(sort: Kind, chosen: Mapping[str, Any], columns: int) -> dict[str, int]:
    known = {one.code for one in sort.fields}
    wrong = [code for code in chosen if code not in known]
    places = [place for place in chosen.values() if type(place) is not int or not 0 <= place < columns]
    if wrong or places:
        raise Invalid(fields={"mapping": _("There is no such field or column.")})
    return dict(chosen)


def _valid_options(sort: Kind, chosen: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    for one in sort.options:
        value = str(chosen.get(one.code, one.default)).strip()
        if one.choices is not None and value not in one.choices:
            raise Invalid(fields={one.code: _("This is none of the choices.")})
        if len(value) > one.most:
            raise Invalid(fields={one.code: _("At most %(most)s characters fit here.") % {"most": one.most}})
        found[one.code] = value or one.default
    return found


def look_again(*, actor: Actor, now: datetime, public_id: str, said: Mapping[str, Any]) -> ImportRun:
    """Read the file in another way (encoding, delimiter, sheet, header) and propose a mapping anew. Raises `Invalid`."""
    run = _visible(actor, public_id)
    try:
        found = layout.inspect(stored.open_file(run), **said)
    except BadFile as error:
        raise refused(error) from error
    return _take_layout(actor=actor, public_id=public_id, found=found)


@action
def _take_layout(*, actor: Actor, public_id: str, found: Layout) -> ImportRun:
    run = _mine(actor, public_id, State.DRAFT, State.CHECKED)
    run.layout = found.as_json()
    run.settings = _proposal(actor, kinds.get(run.kind), run, found)
    run.state, run.checked, run.row, run.offset = State.DRAFT, {}, 0, 0
    ImportChunk.objects.filter(run=run).delete()
    run.save()
    return run


def problems(run: ImportRun) -> dict[str, str]:
    """What still has to be said before it can start, in words by field; empty when all is said."""
    sort, found = kinds.get(run.kind), {}
    fields = run.settings["mapping"]
    for group in sort.needs:
        if not any(code in fields for code in group):
            names = " / ".join(str(sort.field(code).title) for code in group)
            found[group[0]] = _("No column is chosen for: %(names)s.") % {"names": names}
    taken: dict[int, str] = {}
    for code, place in fields.items():
        if place in taken:
            found[code] = _("Two fields cannot be read from one column.")
        taken[place] = code
    for place, style in run.settings["dates"].items():
        if style == "?" and int(place) in fields.values():
            found[f"date-{place}"] = _("These dates can be read in two ways. Which one is right?")
    return found


def _visible(actor: Actor, public_id: str) -> ImportRun:
    run = queries.get_run(actor, public_id)
    actor.require(kinds.get(run.kind).right)
    return run


def _mine(actor: Actor, public_id: str, *states: str) -> ImportRun:
    """A run this actor may work on, locked, in one of these states. Raises `NotFound`, `Denied`, `Conflict`."""
    actor.require(RIGHT)
    seen = _visible(actor, public_id)
    run: ImportRun = ImportRun.objects.select_for_update(of=("self",)).get(id=seen.id)
    if run.state not in states:
        raise Conflict(
            _("This import is %(state)s; that cannot be done with it now.")
            % {"state": run.get_state_display()},
            code="import_state",
        )
    return run


@action
def start_check(*, actor: Actor, now: datetime, public_id: str, background: bool = True) -> ImportRun:
    """Try the whole file without writing anything; said twice it is tried once. Raises `Invalid` while something is unsaid."""
    run = _visible(actor, public_id)
    if run.state == State.CHECKING:
        return run
    run = _mine(actor, public_id, State.DRAFT, State.CHECKED)
    _ready(run)
    ImportChunk.objects.filter(run=run).delete()
    run.state, run.row, run.offset, run.checked = State.CHECKING, 0, 0, {}
    _remember(actor, now, run)
    return _send(run, "check", now, background)


@action
def start(*, actor: Actor, now: datetime, public_id: str, background: bool = True) -> ImportRun:
    """Bring the file in. A second call finds it running and changes nothing. Raises `Invalid` while something is unsaid."""
    run = _visible(actor, public_id)
    if run.state in (State.RUNNING, State.DONE):
        return run
    run = _mine(actor, public_id, State.DRAFT, State.CHECKED)
    _ready(run)
    ImportChunk.objects.filter(run=run).delete()
    run.state, run.row, run.offset, run.counts, run.started = State.RUNNING, 0, 0, {}, now
    _remember(actor, now, run)
    _happened(happened.STARTED.code, actor, now, run)
    return _send(run, "run", now, background)


@action
def resume(*, actor: Actor, now: datetime, public_id: str, background: bool = True) -> ImportRun:
    """Carry on with one that was cancelled, stopped or left alone. From here on the one who says so answers for it."""
    run = _mine(actor, public_id, State.CANCELLED, State.STOPPED, *queries.BUSY)
    if run.state in queries.BUSY and not queries.is_alone(run):
        return run
    if not queries.has_file(run):
        raise Conflict(say("import.reason.forgotten"), code="import_forgotten")
    if run.state not in queries.BUSY:
        run.state = State.RUNNING
        _happened(happened.STARTED.code, actor, now, run)
    run.reason, run.finished = "", None
    run.owner_id, run.actor_kind, run.actor_id = actor.user_id, actor.kind.value, actor.id
    run.actor_name = actor.name[:80]
    name = {State.CHECKING: "check", State.UNDOING: "undo"}.get(State(run.state), "run")
    return _send(run, name, now, background)


@action
def cancel(*, actor: Actor, now: datetime, public_id: str) -> ImportRun:
    """No further row is written from here on; what was written stays and can be undone. A dry run simply ends."""
    if (found := _visible(actor, public_id)).state == State.CANCELLED:
        return found
    run = _mine(actor, public_id, State.CHECKING, State.RUNNING)
    if run.state == State.CHECKING:
        run.state, run.row, run.offset = State.DRAFT, 0, 0
    else:
        run.state, run.finished = State.CANCELLED, now
        _happened(happened.CANCELLED.code, actor, now, run)
    run.save()
    return run


@action
def start_undo(*, actor: Actor, now: datetime, public_id: str, background: bool = True) -> ImportRun:
    """Take back everything this import made or changed. Rows that were changed since are kept and listed."""
    if (found := _visible(actor, public_id)).state == State.UNDOING:
        return found
    again = [State.UNDONE] if queries.get_run(actor, public_id).counts.get("kept") else []
    run = _mine(actor, public_id, State.DONE, State.CANCELLED, State.STOPPED, *again)
    ImportChunk.objects.filter(run=run, phase=ImportChunk.Phase.RUN).exclude(kept=[]).update(
        undone=None, kept=[]
    )
    run.state, run.reason = State.UNDOING, ""
    run.settings = {**run.settings, "undo_by": [actor.kind.value, actor.id]}
    run.counts = {**run.counts, "kept": 0}
    return _send(run, "undo", now, background)


@action
def drop(*, actor: Actor, now: datetime, public_id: str) -> None:
    """Throw away a draft, or the file of one that has ended (its history stays)."""
    run = _mine(actor, public_id, State.DRAFT, State.CHECKED, *queries.ENDED)
    if run.started is None:
        run.delete()
    else:
        ImportPart.objects.filter(run=run).delete()


def _ready(run: ImportRun) -> None:
    unsaid = problems(run)
    if unsaid:
        raise Invalid(fields=unsaid, code="import_unsaid")
    if not queries.has_file(run):
        raise NotFound


def _send(run: ImportRun, name: str, now: datetime, background: bool) -> ImportRun:
    """Write the run and its job together; without a worker (the command) whoever called carries it on."""
    if background:
        job: Job = prepare(import_string(f"guanxi.core.imports.jobs.{name}"), (run.id,), now=now)
        job.save(force_insert=True)
        run.job = job.id
    run.save()
    return run


def _remember(actor: Actor, now: datetime, run: ImportRun) -> None:
    kept = {name: run.settings[name] for name in ("mapping", "dates", "options")}
    ImportMapping.objects.update_or_create(
        owner=owners.key_of(actor),
        kind=run.kind,
        fingerprint=mapping.fingerprint(run.layout["columns"]),
        defaults={"settings": kept, "used": now},
    )


def _happened(code: str, actor: Actor, now: datetime, run: ImportRun) -> None:
    data = {"import": run.public_id, "kind": run.kind, "digest": run.digest[:16], "counts": run.counts}
    events.record(Event(code, actor, now, ("import", run.id), data=data, detail={"file": run.name}))


def forget_files(*, now: datetime, limit: timedelta) -> int:
    """Delete files `KEPT_DAYS` after their import ended, drafts as old, and uploads that broke off a day ago."""
    old = now - timedelta(days=limits.KEPT_DAYS)
    begun, count = clock.now(), 0
    for run in ImportRun.objects.filter(state=State.RECEIVING, created__lt=now - timedelta(days=1))[:20]:
        run.delete()
    for run in ImportRun.objects.filter(state__in=[State.DRAFT, State.CHECKED], created__lt=old)[:50]:
        run.delete()
        count += 1
    ended = ImportPart.objects.filter(run__state__in=queries.ENDED, run__finished__lt=old)
    while ids := list(ended.values_list("id", flat=True)[:20]):
        count += ImportPart.objects.filter(id__in=ids).delete()[0]
        if clock.now() - begun > limit:
            break
    return count
