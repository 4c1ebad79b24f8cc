"""A run: snapshot, facts, models, classes, write-back. What it finds is shown all at once, when everything is written.

Until then its rows belong to a run that is not live, so a run that fails, or whose process dies, changes nothing; what it left
is swept away by the next one.
"""

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import repeat
from pathlib import Path
from typing import Any, Final

import numpy as np
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guanxi.core import clock, events, options, rows
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, GuanxiError
from guanxi.core.events import Event
from guanxi.core.ids import new_ids
from guanxi.core.models import Event as EventRow
from guanxi.engine.classes import STANDINGS, TIERS, Classes, Cuts, Policy
from guanxi.insight import events as happened
from guanxi.insight import rules
from guanxi.insight.models import Run, Worth
from guanxi.insight.queries import books

RIGHT: Final = "insight.run"
DEAD_AFTER: Final = timedelta(hours=6)  # a run that says nothing for so long has lost its process
RUNS_KEPT: Final = 14
Progress = Callable[[int, int | None], None]
STEPS: Final = ("snapshot", "facts", "models", "write")


@action
def begin_run(*, actor: Actor, now: datetime, engine: str = "duckdb") -> Run:
    """Write down that a run begins. Needs `insight.run`. Raises `Conflict` `running` while another one is under way."""
    actor.require(RIGHT)
    Run.objects.filter(state=Run.State.RUNNING, began__lt=now - DEAD_AFTER).update(
        state=Run.State.FAILED, ended=now, error=str(_("Its process is gone."))
    )
    newest = EventRow.objects.order_by("-id").values_list("id", flat=True).first()
    run = Run(
        engine=engine,
        today=timezone.localdate(now),
        began=now,
        by=actor.name or actor.id,
        policy=Policy().as_dict(),
        data_version=newest or 0,
    )
    try:
        with transaction.atomic():
            run.save(force_insert=True)
    except IntegrityError:
        raise Conflict(_("Values are being worked out already."), code="running") from None
    _tell(happened.RUN_BEGUN.code, actor, now, run, engine=engine)
    return run


@action
def finish_run(*, actor: Actor, now: datetime, run: Run, told: Mapping[str, Any]) -> Run:
    """Show what a run found instead of the one before; rows of the oldest runs go."""
    actor.require(RIGHT)
    Run.objects.filter(live=True).update(live=False)
    run.state, run.live, run.ended, run.told = Run.State.DONE, True, now, dict(told)
    run.save()
    kept = Run.objects.filter(state=Run.State.DONE).order_by("-id").values_list("id", flat=True)[:RUNS_KEPT]
    Worth.objects.exclude(run__in=list(kept)).delete()
    _tell(happened.RUN_DONE.code, actor, now, run, customers=run.customers, changed=run.changed)
    return run


@action
def fail_run(*, actor: Actor, now: datetime, run: Run, why: str) -> Run:
    """Write down why a run failed; its rows go, the last good run stays live."""
    actor.require(RIGHT)
    Worth.objects.filter(run=run).delete()
    run.state, run.ended, run.error = Run.State.FAILED, now, why[:400]
    run.save(update_fields=["state", "ended", "error"])
    _tell(happened.RUN_FAILED.code, actor, now, run, why=why[:200])
    return run


def run_all(
    *, actor: Actor, run: Run, folder: Path | None = None, progress: Progress = lambda done, total: None
) -> Run:
    """Do a run that has begun, to its end; how it ended stands in its state. Never raises for what the books hold.

    `folder`: where the snapshot is written, else a temporary one.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="gx-insight-") as made:
            told = _work(run, folder or Path(made), progress)
    except (GuanxiError, ValueError, ArithmeticError, ImportError, OSError) as error:
        said = getattr(error, "detail", "") or str(error) or type(error).__name__
        return fail_run(actor=actor, now=clock.now(), run=run, why=str(said))
    return finish_run(actor=actor, now=clock.now(), run=run, told=told)


def _work(run: Run, folder: Path, progress: Progress) -> dict[str, Any]:
    from guanxi.engine.facts import (
        facts,  # DuckDB and Arrow are loaded where a run is done, not in every process
    )

    seconds: dict[str, float] = {}
    clocked = time.monotonic()

    def done(step: str) -> None:
        nonlocal clocked
        seconds[step] = round(time.monotonic() - clocked, 3)
        clocked = time.monotonic()
        progress(STEPS.index(step) + 1, len(STEPS))

    costs = books.Costs.now()
    written = books.write_books(folder, now=run.began, costs=costs)
    done("snapshot")
    table = facts(folder, today=run.today, rates=costs.rates)
    done("facts")
    policy, last = Policy.from_dict(run.policy), last_run()
    previous = classes_of(last) if last else None
    cuts = Cuts(**last.cuts) if last and last.policy == run.policy else None
    found = rules.reckon(table, policy, 1 - costs.goods_share, cuts=cuts, previous=previous)
    done("models")
    run.cuts, run.customers = asdict(found.cuts), len(found.facts.customer)
    run.changed = _changed(found.classes, previous)
    run.save(update_fields=["cuts", "customers", "changed"])
    _write(run, found)
    done("write")
    return {"rows": written, "seconds": seconds, "models": found.ahead.models, "why": found.ahead.why}


def last_run() -> Run | None:
    """The run whose findings are shown."""
    return Run.objects.filter(live=True).first()


def classes_of(run: Run) -> Classes:
    """What a run found, as the next one needs it to keep classes calm."""
    names = ("customer_id", "standing", "tier", "pending_standing", "pending_tier", "loyalty", "coverage")
    rows = list(Worth.objects.filter(run=run).order_by("customer_id").values_list(*names).iterator())
    columns = list(zip(*rows, strict=True)) or [() for _name in names]
    standing = {name: code for code, name in enumerate(STANDINGS)} | {"": -1}
    tier = {name: code for code, name in enumerate(TIERS)}

    def codes(column: tuple[str, ...], known: Mapping[str, int]) -> Any:
        return np.array([known[one] for one in column], dtype=np.int8)

    pending = codes(columns[3], standing)
    empty = np.zeros(len(rows), dtype=np.int64)
    return Classes(
        customer=np.array(columns[0], dtype=np.int64),
        standing=codes(columns[1], standing),
        tier=codes(columns[2], tier),
        loyalty=np.array(columns[5], dtype=np.float64),
        coverage=np.array(columns[6], dtype=np.float64),
        loyal_at=empty.astype(np.float64),
        core_at=empty,
        key_at=empty,
        pending_standing=pending,
        pending_tier=np.where(pending >= 0, codes(columns[4], tier), -1).astype(np.int8),
    )


def _changed(found: Classes, previous: Classes | None) -> int:
    if previous is None:
        return 0
    before = dict(zip(previous.customer.tolist(), previous.standing.tolist(), strict=True))
    now = zip(found.customer.tolist(), found.standing.tolist(), strict=True)
    return sum(before.get(customer, standing) != standing for customer, standing in now)


def _write(run: Run, found: rules.Reckoned) -> None:
    Worth.objects.filter(run=run).delete()
    rows.pour(Worth, COLUMNS, _rows(run, found))


COLUMNS: Final = (
    "id", "run_id", "customer_id", "standing", "tier", "pending_standing", "pending_tier", "value_minor", "loyalty", "coverage",
    "expected", "silent", "ahead_minor", "facts",
)  # fmt: skip


def _rows(run: Run, found: rules.Reckoned) -> Iterator[tuple[Any, ...]]:
    """Plain values in the order of COLUMNS: columns are made at once, row by row would take ten times as long."""
    facts, made, ahead = found.facts, found.classes, found.ahead
    n = len(facts.customer)
    standings, tiers = [*STANDINGS, ""], [*TIERS, ""]  # -1, nothing pending, is the last

    return zip(
        new_ids(n),
        repeat(run.id),
        facts.customer.tolist(),
        map(standings.__getitem__, made.standing.tolist()),
        map(tiers.__getitem__, made.tier.tolist()),
        map(standings.__getitem__, made.pending_standing.tolist()),
        map(tiers.__getitem__, made.pending_tier.tolist()),
        facts.value.tolist(),
        made.loyalty.tolist(),
        made.coverage.tolist(),
        _known(ahead.expected),
        _known(ahead.silent),
        _known(np.round(ahead.contribution), int),
        _facts(found),
        strict=False,  # the run's key repeats
    )


def _facts(found: rules.Reckoned) -> Iterator[str]:
    """What a class is recomputed from, as JSON."""
    facts, made = found.facts, found.classes
    names = list(facts.components)
    parts = ", ".join(f'"{name}": %s' for name in names)
    template = (
        '{"held": %s, "open_accounts": %d, "guarantees": %s, "own_90": %d, "loyal_at": %r, "core_at": %d, "key_at": %d, '
        '"components": {' + parts + "}}"
    )
    bools = ("false", "true")
    return map(
        template.__mod__,
        zip(
            [bools[one] for one in facts.held.tolist()],
            facts.open_accounts.tolist(),
            [bools[one] for one in facts.guarantees.tolist()],
            facts.own_90.tolist(),
            made.loyal_at.tolist(),
            made.core_at.tolist(),
            made.key_at.tolist(),
            *(_texts(facts.components[name]) for name in names),
            strict=True,
        ),
    )


def _known(numbers: Any, kind: Callable[[float], Any] = float) -> list[Any]:
    return [None if one != one else kind(one) for one in np.round(numbers, 6).tolist()]


def _texts(numbers: Any) -> list[str]:
    """As JSON writes them: whole numbers short, unknown ones null."""
    return ["null" if one != one else f"{one:.9g}" for one in numbers.tolist()]


def _tell(code: str, actor: Actor, now: datetime, run: Run, **data: Any) -> None:
    events.record(Event(code, actor, now, ("insight_run", run.id), data={"run": run.public_id, **data}))


def is_wanted() -> bool:
    """Whether the house has runs made by night."""
    return options.flag("insight.nightly")
