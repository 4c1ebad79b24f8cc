"""The last scan taken back, within seconds: what it counted, ended or made is as it was before."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from guanxi.core import events
from guanxi.core.errors import Conflict
from guanxi.core.events import Event
from guanxi.trade import events as happened
from guanxi.trade.actions import frame, purchasing, stock
from guanxi.trade.actions.scanning import hands, picking
from guanxi.trade.actions.scanning.hands import Desk, Result
from guanxi.trade.models import Batch, CarrierEvent, Shipment, Stage
from guanxi.trade.queries import screens
from guanxi.trade.rules import scanning as rules


def undo(desk: Desk) -> Result:
    """Take the last scan of this clerk at this screen back. Raises `Conflict` where the order has gone on since."""
    last = screens.last_scan(desk.actor, desk.screen)
    if last is None or desk.now - last.made > timedelta(seconds=rules.UNDO_S):
        return Result("too_late")
    if not last.undo:
        return Result("cannot_undo")
    _DOES[last.undo["do"]](desk, last.undo)
    last.undone = desk.now
    last.save(update_fields=["undone"])
    data = {"screen": desk.screen, "outcome": last.outcome, "did": last.undo["do"]}
    events.record(Event(happened.SCAN_UNDONE.code, desk.actor, desk.now, ("scan", last.id), data=data))
    return Result("undone", {"code": last.code}, last.order_id)


def _count(desk: Desk, kept: dict[str, Any]) -> None:
    for key, given in kept["stages"].items():
        stage = hands.lock(Stage.objects.get(id=int(key)))
        if stage.state != Stage.State.OPEN or rules.is_held(stage.holder, 0.0, desk.actor.id):
            raise gone_on()
        hands.count(desk, stage, {int(line): -pieces for line, pieces in given.items()})


def _stage(desk: Desk, kept: dict[str, Any]) -> None:
    _reopen(desk, kept["stage"])


def _batch(desk: Desk, kept: dict[str, Any]) -> None:
    picking.dissolve(Batch.objects.get(id=kept["batch"]), desk)


def _batch_done(desk: Desk, kept: dict[str, Any]) -> None:
    for stage_id in kept["stages"]:
        _reopen(desk, stage_id)
    Batch.objects.filter(id=kept["batch"]).update(ended=None)


def _reopen(desk: Desk, stage_id: int) -> None:
    """A stage that was ended by hand is open again; the one after it must not have been touched."""
    way = frame.lock(Stage.objects.get(id=stage_id).order_id)
    place = next(n for n, one in enumerate(way.stages) if one.id == stage_id)
    stage, after = way.stages[place], way.stages[place + 1 : place + 2]
    if stage.state != Stage.State.DONE or stage.by != desk.actor.id:
        raise gone_on()
    for one in after:
        if one.state != Stage.State.OPEN or one.progress or rules.is_held(one.holder, 0.0, desk.actor.id):
            raise gone_on()
        _ahead(one)
    _open(desk, way, stage)
    way.order.save(update_fields=["stage"])


def _ahead(stage: Stage) -> None:
    stage.state, stage.opened, stage.due, stage.holder, stage.held = Stage.State.AHEAD, None, None, "", None
    stage.save()


def _open(desk: Desk, way: frame.Way, stage: Stage) -> None:
    stage.state, stage.done, stage.by = Stage.State.OPEN, None, ""
    stage.holder, stage.held = desk.actor.id, desk.now
    stage.save()
    way.order.stage = stage.code


def _parcel(desk: Desk, kept: dict[str, Any]) -> None:
    """A parcel that no carrier has is unpacked: its goods are reserved on the shelf again, the order is in hand."""
    parcel = Shipment.objects.get(id=kept["parcel"])
    way = frame.lock(parcel.order_id)
    mine = next((one for one in way.parcels if one.id == parcel.id), None)
    stage = next(one for one in way.stages if one.id == kept["stage"])
    if mine is None or mine.state != Shipment.State.PACKED or way.order.received is not None:
        raise gone_on()
    inside = {line.line_id: line.quantity for line in mine.lines.all()}
    stock.put_back(way, inside, shelved=True)
    way.parcels.remove(mine)
    mine.delete()
    stock.reserve(way, all_of_it=True)
    for one in way.stages:
        if one.number > stage.number and one.state == Stage.State.OPEN:
            _ahead(one)
    if stage.state == Stage.State.DONE:
        _put_down(desk)
        _open(desk, way, stage)
    way.order.shipped = None
    way.order.save(update_fields=["stage", "shipped"])


def _put_down(desk: Desk) -> None:
    """The next order had been taken already: it goes back."""
    mine = screens.in_hand(desk.actor, desk.screen)
    if mine is not None:
        hands.release(mine)


def _handed(desk: Desk, kept: dict[str, Any]) -> None:
    way = frame.lock(kept["order"])
    for parcel in way.parcels:
        if parcel.id in kept["parcels"]:
            if parcel.state != Shipment.State.HANDED or CarrierEvent.objects.filter(shipment=parcel).exists():
                raise gone_on()
            parcel.state, parcel.handed = Shipment.State.PACKED, None
            parcel.save(update_fields=["state", "handed"])
    way.order.shipped = None
    frame.onward(way, actor=desk.actor, now=desk.now)


def _purchases(desk: Desk, kept: dict[str, Any]) -> None:
    for public_id in kept["purchases"]:
        purchasing.close_purchase(actor=desk.actor, now=desk.now, public_id=public_id)


def gone_on() -> Conflict:
    """It has gone further since."""
    return Conflict(code="gone_on")


_DOES: dict[str, Callable[[Desk, dict[str, Any]], None]] = {
    "count": _count,
    "stage": _stage,
    "batch": _batch,
    "batch_done": _batch_done,
    "parcel": _parcel,
    "handed": _handed,
    "purchases": _purchases,
}
