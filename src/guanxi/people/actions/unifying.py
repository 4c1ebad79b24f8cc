"""Scans of all customers for duplicates: asked for, written down, and whose weights are used. They propose; people decide."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from guanxi.core import events, jobs, options
from guanxi.core.access import Actor, Kind
from guanxi.core.action import action
from guanxi.core.events import Event
from guanxi.core.rows import new
from guanxi.people import events as happened
from guanxi.people import queries
from guanxi.people.actions.frame import conflict
from guanxi.people.models import UnifyRun
from guanxi.people.queries import WEIGHTS_OPTION

RIGHT = "people.review"
SCAN = "guanxi.people.jobs.unify"
STALE = timedelta(hours=12)  # a scan that has not ended by then never will
State = UnifyRun.State


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a scan ended: its state, and columns of `UnifyRun` by name."""

    state: UnifyRun.State
    figures: dict[str, Any] = field(default_factory=dict)


@action
def ask_scan(
    *, actor: Actor, now: datetime, learns: bool = False, night: date | None = None, later: bool = True
) -> UnifyRun:
    """Scan all customers as soon as a worker is free. Needs `people.review`. `learns`: weights from this base first.

    `later`: False if whoever asks carries it out. `night`: of a nightly scan; its second asking gives the first one's.
    Raises `Conflict` ("scanning") while one is under way.
    """
    actor.require(RIGHT)
    known = UnifyRun.objects.filter(night=night).first() if night else None
    if known:
        return known
    stale = UnifyRun.objects.filter(active=True, created__lt=now - STALE)
    stale.update(active=None, state=State.FAILED, ended=now)
    if UnifyRun.objects.filter(active=True).exists():
        raise conflict("scanning")
    run = new(UnifyRun, by=actor.id, learns=learns, night=night, created=now)
    data = {"scan": run.public_id, "learns": learns}
    events.record(Event(happened.SCAN_ASKED.code, actor, now, ("scan", run.id), data=data), with_rows=[run])
    if later:
        jobs.enqueue_named(SCAN, run.public_id)
    return run


@action
def end_scan(*, actor: Actor, now: datetime, public_id: str, found: Outcome) -> UnifyRun:
    """Write down what a scan has found. The system's own. Safe twice: what has ended stays as it is."""
    actor.require_kind(Kind.SYSTEM)
    run = UnifyRun.objects.select_for_update().get(public_id=public_id)
    if run.active is None:
        return run
    run.accepted, run.decided = queries.decisions_on_scans()
    run.state, run.active, run.ended, run.percent = found.state, None, now, 100
    for name, value in found.figures.items():
        setattr(run, name, value)
    run.save()
    data = {"scan": run.public_id, "state": run.state, "new": run.proposals_new, "model": run.model}
    events.record(Event(happened.SCAN_ENDED.code, actor, now, ("scan", run.id), data=data))
    return run


@action
def use_weights(*, actor: Actor, now: datetime, scan_id: str, why: str) -> None:
    """Compare contacts from now on by what this scan has learnt, "" by the package's table. Needs `site.settings`.

    The setting keeps its history. Raises `Invalid` ("why") and `Conflict` ("nothing_learnt").
    """
    actor.require(options.RIGHT)
    if scan_id and queries.learnt_weights(scan_id) is None:
        raise conflict("nothing_learnt")
    options.change(actor=actor, now=now, code=WEIGHTS_OPTION, text=scan_id, why=why)
