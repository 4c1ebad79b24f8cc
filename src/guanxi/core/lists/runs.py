"""Bulk runs: started, cancelled, undone by people; carried out row by row by the worker (`carrying.py`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from guanxi.core import events, jobs
from guanxi.core.access import Actor, system
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.events import Event
from guanxi.core.lists import choosing, listing, reading, wanted
from guanxi.core.lists import events as happened
from guanxi.core.lists.choosing import Choice
from guanxi.core.lists.listing import Bulk, Listing
from guanxi.core.lists.starter import columns_of, own
from guanxi.core.models import BulkRow, BulkRun, Job

State = BulkRun.State
ACTIVE = (State.WAITING, State.RUNNING, State.UNDOING)
ENDED = (State.FINISHED, State.CANCELLED, State.STOPPED)
ACTIVE_MAX = 5  # runs of one person at a time
UNDO_DAYS = 30


def list_runs(actor: Actor) -> QuerySet[BulkRun]:
    """The actor's own runs, newest first."""
    return BulkRun.objects.filter(own(actor)).order_by("-created", "-id")


def get_run(actor: Actor, public_id: str) -> BulkRun:
    """The actor's own run. Raises `NotFound` also when it is somebody else's."""
    run = list_runs(actor).filter(public_id=public_id).first()
    if run is None:
        raise NotFound
    return run


def list_rows(run: BulkRun, *states: str) -> QuerySet[BulkRow]:
    """Rows of a run in these states, in the order they were done."""
    return BulkRow.objects.filter(run=run, state__in=states).order_by("row_id")


def bulk_of(run: BulkRun) -> tuple[Listing, Bulk] | None:
    """The list and action of a run; None when this version of the program no longer has them."""
    known = listing.registered().get(run.listing)
    found = next((one for one in known.bulk if one.code == run.action), None) if known else None
    return (known, found) if known and found else None


def can_undo(run: BulkRun, *, now: datetime) -> bool:
    """Whether there is something left to take back, and still time for it."""
    known = bulk_of(run)
    return (
        known is not None
        and known[1].undo is not None
        and run.state in ENDED
        and run.finished is not None
        and run.finished > now - timedelta(days=UNDO_DAYS)
        and list_rows(run, BulkRow.State.DONE).exists()
    )


@dataclass(frozen=True, slots=True)
class _Rows:
    """What a run begins with: how many, which of them by name, or up to which key."""

    expected: int
    query: str
    chosen: Mapping[int, str] | None
    last: int | None


@action
def start(
    *,
    actor: Actor,
    now: datetime,
    listing: Listing,
    bulk: Bulk,
    choice: Choice,
    values: Mapping[str, Any],
    expected: int | None = None,
) -> BulkRun:
    """Begin a bulk action in the background. `expected` is how many rows the starter was shown.

    Raises `Invalid` for wrong values or no rows, `Conflict` when more rows match than were shown or too many runs of
    this person are under way.
    """
    starter = columns_of(actor)
    listing.get_bulk(actor, bulk.code)
    given = choosing.read_values(bulk, actor, values)
    if list_runs(actor).filter(state__in=ACTIVE).count() >= ACTIVE_MAX:
        raise Conflict(_("Wait until one of your bulk actions has ended, then start this one."), code="busy")
    rows = _all(listing, actor, choice, now) if choice.everything else _ticked(listing, actor, choice)
    if not rows.expected:
        raise Invalid(_("No row is left to do this to."), code="nothing_chosen")
    if expected is not None and rows.expected > expected:
        words = _("More rows match now than you were shown: %(now)s, not %(shown)s. Look again, then decide.")
        raise Conflict(words % {"now": f"{rows.expected:,}", "shown": f"{expected:,}"}, code="more_match")
    run = BulkRun(
        **starter,
        listing=listing.code,
        action=bulk.code,
        query=rows.query,
        values=given,
        chosen=rows.chosen is not None,
        last=rows.last,
        expected=rows.expected,
        created=now,
    )
    job = _job("guanxi.core.lists.jobs.carry_out", run, now)
    data = {**_data(run), "expected": run.expected, "chosen": run.chosen}
    detail = {"query": run.query, "values": given}
    waiting = [
        BulkRow(run=run, row_id=key, key=code, state=BulkRow.State.WAITING)
        for key, code in (rows.chosen or {}).items()
    ]
    started = Event(happened.BULK_STARTED.code, actor, now, ("bulk", run.id), data=data, detail=detail)
    events.record(started, with_rows=[run, job, *waiting])
    return run


def _job(path: str, run: BulkRun, now: datetime) -> Job:
    job = jobs.prepare(import_string(path), [run.id], now=now)
    run.job = job.id
    return job


def _data(run: BulkRun) -> dict[str, Any]:
    return {"run": run.public_id, "list": run.listing, "action": run.action}


def _ticked(listing: Listing, actor: Actor, choice: Choice) -> _Rows:
    return _named("", choosing.find(listing, actor, choice.keys))


def _named(query: str, found: Mapping[Any, str]) -> _Rows:
    return _Rows(len(found), query, {choosing.number_of(key): name for key, name in found.items()}, None)


def _all(listing: Listing, actor: Actor, choice: Choice, now: datetime) -> _Rows:
    """Whatever matches now. What words found is few, and random keys know no "up to here": taken down by name."""
    want = wanted.read_query(listing, actor, choice.query, now=now)
    matching = reading.matching(listing, actor, want)
    query = choosing.canonical(want)
    if want.q or not choosing.is_counted(matching):
        found = choosing.names_of(listing, matching[: choosing.KEYS_MAX + 1])
        if len(found) > choosing.KEYS_MAX:
            words = _("At most %(most)s rows of this list at once: narrow it by a filter first.")
            raise Invalid(words % {"most": f"{choosing.KEYS_MAX:,}"}, code="too_many")
        return _named(query, found)
    last = matching.order_by("-pk").values_list("pk", flat=True).first()
    count = matching.order_by()[: choosing.COUNT_MAX + 1].count()
    return _Rows(count if count <= choosing.COUNT_MAX else matching.order_by().count(), query, None, last)


@action
def cancel(*, actor: Actor, now: datetime, public_id: str) -> BulkRun:
    """End one's own run after the row in hand: what is done stays done. Raises `Conflict` when it had ended before."""
    run = _locked(actor, public_id)
    if run.state not in ACTIVE:
        raise Conflict(_("This has ended already."), code="ended")
    undoing = run.state == State.UNDOING
    run.state = State.FINISHED if undoing else State.CANCELLED
    run.finished = now
    run.save(update_fields=["state", "finished"])
    if run.job is not None:
        jobs.cancel(run.job, now=now)
    code = happened.BULK_UNDONE.code if undoing else happened.BULK_FINISHED.code
    events.record(ended_event(code, actor, now, run))
    return run


def ended_event(code: str, actor: Actor, now: datetime, run: BulkRun) -> Event:
    """What a run came to, in numbers."""
    counts = {"done": run.done, "failed": run.failed, "undone": run.undone}
    data = {**_data(run), "state": str(run.state), "reason": run.reason, **counts}
    return Event(code, actor, now, ("bulk", run.id), data=data)


def _locked(actor: Actor, public_id: str) -> BulkRun:
    run = list_runs(actor).select_for_update(of=("self",)).filter(public_id=public_id).first()
    if run is None:
        raise NotFound
    return run


@action
def start_undo(*, actor: Actor, now: datetime, public_id: str) -> BulkRun:
    """Take one's own run back, row by row in the background; rows changed since are left and listed.

    Raises `Conflict` when there is nothing to take back (any more).
    """
    run = _locked(actor, public_id)
    known = bulk_of(run)
    if known is None or not can_undo(run, now=now):
        raise Conflict(_("There is nothing here to undo."), code="nothing_to_undo")
    known[0].get_bulk(actor, run.action)
    run.state, run.reason = State.UNDOING, ""
    job = _job("guanxi.core.lists.jobs.carry_back", run, now)
    job.save(force_insert=True)
    run.save(update_fields=["state", "reason", "job"])
    return run


def stop_lost(*, now: datetime, limit: int = 100) -> int:
    """End runs whose job has failed for good: nobody works on them any more. Returns how many."""
    alive = Job.objects.filter(state__in=[Job.State.READY, Job.State.RUNNING]).values("id")
    lost = BulkRun.objects.filter(state__in=ACTIVE).exclude(job__in=alive).order_by("id")
    return sum(_stop_lost(run_id=run.id, attempt=run.attempt, now=now) for run in lost[:limit])


@action
def _stop_lost(*, run_id: int, attempt: int, now: datetime) -> bool:
    held = BulkRun.objects.select_for_update().filter(id=run_id, attempt=attempt, state__in=ACTIVE)
    run = held.first()
    if run is None:
        return False
    run.attempt, run.state, run.reason, run.finished = attempt + 1, State.STOPPED, "fault", now
    run.save(update_fields=["attempt", "state", "reason", "finished"])
    events.record(ended_event(happened.BULK_FINISHED.code, system("lists"), now, run))
    return True
