"""How the worker carries a bulk run out, and back: one row, one transaction of the room's own action.

What became of a row is written in that transaction, so a killed worker leaves it done and noted or neither. Who lost the
run (cancelled, or taken over after the lease ended) notices by the count it cannot raise, before the row is touched.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError
from django.db.models import F, Max, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from guanxi.core import events, jobs
from guanxi.core.access import Actor, Kind, system
from guanxi.core.action import action, again_when_met
from guanxi.core.clock import now
from guanxi.core.errors import Conflict, Denied, GuanxiError, Invalid
from guanxi.core.jobs import lease
from guanxi.core.lists import choosing, reading, runs
from guanxi.core.lists import events as happened
from guanxi.core.lists.listing import Bulk, Listing
from guanxi.core.lists.starter import actor_again
from guanxi.core.models import BulkRow, BulkRun

log = structlog.get_logger("guanxi.lists")
BATCH = 100  # rows between two looks at the starter's rights
REASON_CHARS_MAX = 300
State = BulkRun.State


class _Gone(Exception):
    """The run was cancelled or is somebody else's now."""


@dataclass(frozen=True, slots=True)
class _Work:
    """One try at one run, with the starter as they are now."""

    run: BulkRun
    listing: Listing
    bulk: Bulk
    actor: Actor
    scope: QuerySet[Any]


Row = tuple[int, str]  # the number that stands for its primary key, public id


def carry_out(run_id: int) -> None:
    """Do what is left of a run. Safe twice: rows that are done are not looked at again."""
    _all_rows(run_id, State.WAITING, State.RUNNING, _next_rows, _do, State.FINISHED)


def carry_back(run_id: int) -> None:
    """Undo what is left of a run, the last row first. Safe twice."""
    _all_rows(run_id, State.UNDOING, State.UNDOING, _done_rows, _undo, State.UNDONE)


def _all_rows(
    run_id: int,
    first: str,
    during: str,
    rows_of: Callable[[_Work], Sequence[Row]],
    each: Callable[[_Work, Row], None],
    after: str,
) -> None:
    run = _take(run_id, (first, during), during)
    if run is None:
        return
    with translation.override(run.language):
        try:
            actor = _to_the_end(run, rows_of, each)
        except _Gone:
            return
        except _Stop as stop:
            _end(run, stop.actor, State.STOPPED, stop.reason)
        else:
            _end(run, actor, after, "")


def _to_the_end(
    run: BulkRun, rows_of: Callable[[_Work], Sequence[Row]], each: Callable[[_Work, Row], None]
) -> Actor:
    """Every row that is left; gives the starter as they were at the last look."""
    undoing = run.state == State.UNDOING
    count = run.undone if undoing else run.done + run.failed
    total = run.done if undoing else run.expected
    while True:
        work = _prepared(run)
        rows = rows_of(work)
        if not rows:
            return work.actor
        for row in rows:
            _one(work, row, each)
            count += 1
            jobs.progress(count, max(count, total))


class _Stop(Exception):
    """The starter may no longer do this."""

    def __init__(self, actor: Actor, reason: str) -> None:
        super().__init__(reason)
        self.actor, self.reason = actor, reason


@action
def _take(run_id: int, states: Sequence[str], during: str) -> BulkRun | None:
    """Hold the run from now on; None when there is nothing to do."""
    run = BulkRun.objects.select_for_update().filter(id=run_id, state__in=states).first()
    if run is None:
        return None
    run.attempt += 1
    run.state = during
    run.save(update_fields=["attempt", "state"])
    return run


def _prepared(run: BulkRun) -> _Work:
    """The starter's rights and the rows they reach, read anew."""
    actor = actor_again(run, now=now())
    known = runs.bulk_of(run)
    if known is None:
        raise _Stop(actor, "unknown")
    if actor.kind is Kind.PUBLIC:
        raise _Stop(actor, "left")
    listing, bulk = known
    try:
        listing.get_bulk(actor, bulk.code)
        if run.chosen:
            return _Work(run, listing, bulk, actor, listing.query(actor).order_by())
        want = choosing.read_again(listing, actor, run.query, now=run.created)
    except (Denied, Invalid) as error:
        raise _Stop(actor, "denied") from error
    return _Work(run, listing, bulk, actor, reading.matching(listing, actor, want))


def _next_rows(work: _Work) -> Sequence[Row]:
    """What comes next: ticked rows that wait, or of all that match those above the highest one looked at."""
    run, rows = work.run, BulkRow.objects.filter(run=work.run)
    if run.chosen:
        waiting = rows.filter(state=BulkRow.State.WAITING).order_by("row_id")
        return list(waiting.values_list("row_id", "key")[:BATCH])
    place = rows.aggregate(last=Max("row_id"))["last"] or 0
    rest = work.scope.filter(pk__gt=place, pk__lte=run.last or 0).order_by("pk")
    return list(choosing.names_of(work.listing, rest[:BATCH]).items())


def _done_rows(work: _Work) -> Sequence[Row]:
    done = BulkRow.objects.filter(run=work.run, state=BulkRow.State.DONE).order_by("-row_id")
    return list(done.values_list("row_id", "key")[:BATCH])


def _one(work: _Work, row: Row, each: Callable[[_Work, Row], None]) -> None:
    """One row in its own transaction; what cannot be done is noted with its reason."""
    try:
        again_when_met(lambda: each(work, row))
    except (OperationalError, InterfaceError, _Gone):
        raise
    except GuanxiError as error:
        words = _words(error)
    except Exception as error:  # noqa: BLE001 - one row's fault must not end the others
        log.error("bulk.row_failed", run=work.run.public_id, row=row[1], **lease.describe(error))
        words = _("Something went wrong on our side; the details are in the log.")
    else:
        return
    again_when_met(lambda: _not_done(work, row, words))


def _words(error: GuanxiError) -> str:
    said = str(error.detail) or next((str(words) for words in error.fields.values() if words), "")
    return (said or str(error.title))[:REASON_CHARS_MAX]


def _hold(run: BulkRun, **counted: Any) -> None:
    """Count the row, and thereby hold the run until this transaction ends. Raises `_Gone` when it is not ours."""
    held = BulkRun.objects.filter(id=run.id, attempt=run.attempt, state=run.state)
    if not held.update(**counted):
        raise _Gone


def _do(work: _Work, row: Row) -> None:
    _hold(work.run, done=F("done") + 1)
    found = work.scope.filter(**{work.listing.key_path: row[1]}).first()
    if found is None:
        raise Conflict(_("It is not there any more, or no longer matches."), code="no_match")
    kept = work.bulk.act(actor=work.actor, now=now(), row=found, values=work.run.values)
    _note(work.run, row, BulkRow.State.DONE, kept=kept)


def _undo(work: _Work, row: Row) -> None:
    _hold(work.run, undone=F("undone") + 1)
    noted = BulkRow.objects.get(run=work.run, row_id=row[0], state=BulkRow.State.DONE)
    if noted.kept is not None:
        _take_back(work, row, noted.kept)
    _note(work.run, row, BulkRow.State.UNDONE)


def _take_back(work: _Work, row: Row, kept: Any) -> None:
    found = work.listing.rows(work.actor, [row[1]]).first()
    if found is None or work.bulk.undo is None:
        raise Conflict(_("It is not there any more."), code="no_match")
    work.bulk.undo(actor=work.actor, now=now(), row=found, kept=kept)


def _not_done(work: _Work, row: Row, words: str) -> None:
    if work.run.state == State.UNDOING:
        _hold(work.run, undone=F("undone"))
        _note(work.run, row, BulkRow.State.KEPT, reason=words)
    else:
        _hold(work.run, failed=F("failed") + 1)
        _note(work.run, row, BulkRow.State.FAILED, reason=words)


def _note(run: BulkRun, row: Row, state: str, **more: Any) -> None:
    if run.chosen or run.state == State.UNDOING:
        if not BulkRow.objects.filter(run=run, row_id=row[0]).update(state=state, **more):
            raise _Gone
    else:
        BulkRow.objects.create(run=run, row_id=row[0], key=row[1], state=state, **more)


def _end(run: BulkRun, actor: Actor, state: str, reason: str) -> None:
    undoing = run.state == State.UNDOING
    code = happened.BULK_UNDONE.code if undoing else happened.BULK_FINISHED.code
    by = actor if actor.kind in (Kind.STAFF, Kind.TOKEN) else system("lists")
    again_when_met(lambda: _write_end(run, by, state, reason, code))


def _write_end(run: BulkRun, actor: Actor, state: str, reason: str, code: str) -> None:
    moment = now()
    held = BulkRun.objects.filter(id=run.id, attempt=run.attempt, state=run.state)
    if held.update(state=state, reason=reason, finished=moment):
        events.record(runs.ended_event(code, actor, moment, BulkRun.objects.get(id=run.id)))
