"""Orders in clerks' hands: two never have the same one, and what somebody left lying comes free again.

An order is taken under its row's lock, which every action on it takes first.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from guanxi.core import staff
from guanxi.core.access import Actor
from guanxi.core.errors import Conflict, NotFound
from guanxi.trade.models import Order, Stage
from guanxi.trade.queries import screens
from guanxi.trade.rules import scanning as rules
from guanxi.trade.rules.ruleset import StageKind

LOOK_MAX = 20


@dataclass(frozen=True, slots=True)
class Desk:
    """Who scans what kind of stage, and how their screen is set: orders in a batch, the carrier of parcels."""

    actor: Actor
    now: datetime
    screen: str
    kind: StageKind | None = None
    size: int = rules.BATCH_USUAL
    carrier: str = ""

    @property
    def stage(self) -> StageKind:
        if self.kind is None:
            raise NotFound
        return self.kind


@dataclass(frozen=True, slots=True)
class Result:
    """What a scan did: an outcome (see rules.scanning), values for its words, and what taking it back needs."""

    outcome: str
    values: dict[str, Any] = field(default_factory=dict)
    order_id: int | None = None
    undo: dict[str, Any] = field(default_factory=dict)


def take_next(desk: Desk) -> Stage | None:
    """The most urgent order that nobody has, now in these hands; the one already there first."""
    mine = screens.in_hand(desk.actor, desk.stage.code)
    if mine is not None:
        return mine
    for stage in screens.queue(desk.actor, desk.stage, desk.now)[:LOOK_MAX]:
        if taken := _take(desk, stage, skip=True):
            return taken
    return None


def take(desk: Desk, order: Order) -> Stage:
    """This order, into these hands; what was there before goes back, with what was counted. Raises `Conflict`."""
    stage = Stage.objects.visible_to(desk.actor).filter(order=order, code=desk.stage.code).first()
    if stage is None:
        raise NotFound
    before = screens.in_hand(desk.actor, desk.stage.code)
    if before is not None and before.id == stage.id:
        return before
    taken = _take(desk, stage, skip=False)
    if taken is None:
        raise refusal(desk, stage.id)
    if before is not None:
        release(before)
    return taken


def refusal(desk: Desk, stage_id: int) -> Conflict:
    """Why an order cannot be taken at this stage."""
    stage = Stage.objects.select_related("order").get(id=stage_id)
    if stage.state == Stage.State.DONE:
        return Conflict(code="done_before")
    if stage.state == Stage.State.STOPPED:
        return Conflict(code="is_stopped")
    if stage.state != Stage.State.OPEN:
        return Conflict(code="elsewhere")
    return Conflict(code="held")


def _take(desk: Desk, stage: Stage, *, skip: bool) -> Stage | None:
    skipping = skip and connection.vendor == "postgresql"
    rows = Order.objects.select_for_update(skip_locked=skipping, of=("self",))
    if rows.filter(id=stage.order_id).first() is None:
        return None
    fresh = Stage.objects.select_related("order__record__customer").get(id=stage.id)
    if fresh.state != Stage.State.OPEN or rules.is_held(
        fresh.holder, _minutes(fresh, desk.now), desk.actor.id
    ):
        return None
    hold(desk, fresh)
    return fresh


def _minutes(stage: Stage, now: datetime) -> float | None:
    return (now - stage.held).total_seconds() / 60 if stage.held else None


def hold(desk: Desk, stage: Stage) -> None:
    """Into these hands, or a sign of life from them. The order's row is locked."""
    stage.holder, stage.held = desk.actor.id, desk.now
    stage.save(update_fields=["holder", "held"])


def release(stage: Stage) -> None:
    """Out of anybody's hands; what was counted stays counted."""
    Stage.objects.filter(id=stage.id).update(holder="", held=None)


def lock(stage: Stage) -> Stage:
    """The stage under its order's lock, as it is now."""
    Order.objects.select_for_update(of=("self",)).get(id=stage.order_id)
    return Stage.objects.select_related("order__record__customer").get(id=stage.id)


def count(desk: Desk, stage: Stage, given: dict[int, int]) -> None:
    """Add pieces to what was counted of an order's lines (negative: taken back). The order's row is locked."""
    progress = {key: int(value) for key, value in stage.progress.items()}
    for line, pieces in given.items():
        progress[str(line)] = max(0, progress.get(str(line), 0) + pieces)
    stage.progress = {key: value for key, value in progress.items() if value}
    stage.holder, stage.held = desk.actor.id, desk.now
    stage.save(update_fields=["progress", "holder", "held"])


def name_of(public_id: str) -> str:
    """Who that is."""
    return staff.names_of([public_id]).get(public_id, "") if public_id else ""
