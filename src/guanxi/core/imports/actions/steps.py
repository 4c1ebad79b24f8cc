"""What may be done with a run that is prepared: try, start, cancel, resume, undo, drop; and forgetting its file."""

from datetime import datetime

from django.utils.module_loading import import_string

from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.events import Event
from guanxi.core.imports import events as happened
from guanxi.core.imports import mapping, owners, queries
from guanxi.core.imports.actions.choosing import mine, problems, visible
from guanxi.core.jobs import prepare
from guanxi.core.models import Job
from guanxi.core.models.imports import ImportChunk, ImportMapping, ImportPart, ImportRun
from guanxi.core.words import say

State = ImportRun.State


@action
def start_check(*, actor: Actor, now: datetime, public_id: str, background: bool = True) -> ImportRun:
    """Try the whole file without writing anything; said twice it is tried once. Raises `Invalid` while something is unsaid."""
    run = visible(actor, public_id)
    if run.state == State.CHECKING:
        return run
    run = mine(actor, public_id, State.DRAFT, State.CHECKED)
    _ready(run)
    ImportChunk.objects.filter(run=run).delete()
    run.state, run.row, run.offset, run.checked = State.CHECKING, 0, 0, {}
    _remember(actor, now, run)
    return _send(run, "check", now, background)


@action
def start(*, actor: Actor, now: datetime, public_id: str, background: bool = True) -> ImportRun:
    """Bring the file in. A second call finds it running and changes nothing. Raises `Invalid` while something is unsaid."""
    run = visible(actor, public_id)
    if run.state in (State.RUNNING, State.DONE):
        return run
    run = mine(actor, public_id, State.DRAFT, State.CHECKED)
    _ready(run)
    ImportChunk.objects.filter(run=run).delete()
    run.state, run.row, run.offset, run.counts, run.started = State.RUNNING, 0, 0, {}, now
    _remember(actor, now, run)
    _happened(happened.STARTED.code, actor, now, run)
    return _send(run, "run", now, background)


@action
def resume(*, actor: Actor, now: datetime, public_id: str, background: bool = True) -> ImportRun:
    """Carry on with one that was cancelled, stopped or left alone. From here on the one who says so answers for it."""
    run = mine(actor, public_id, State.CANCELLED, State.STOPPED, *queries.BUSY)
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
    if (found := visible(actor, public_id)).state == State.CANCELLED:
        return found
    run = mine(actor, public_id, State.CHECKING, State.RUNNING)
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
    if (found := visible(actor, public_id)).state == State.UNDOING:
        return found
    again = [State.UNDONE] if queries.get_run(actor, public_id).counts.get("kept") else []
    run = mine(actor, public_id, State.DONE, State.CANCELLED, State.STOPPED, *again)
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
    run = mine(actor, public_id, State.DRAFT, State.CHECKED, *queries.ENDED)
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
