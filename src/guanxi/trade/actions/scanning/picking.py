"""Picking: a batch of orders in one walk through the bins."""

from django.db.models import F

from guanxi.core import events
from guanxi.core.errors import Conflict, NotFound
from guanxi.core.events import Event
from guanxi.trade import events as happened
from guanxi.trade.actions.scanning import hands
from guanxi.trade.actions.scanning.hands import Desk, Result
from guanxi.trade.actions.stages import finish_stage, stop_stage
from guanxi.trade.models import Batch, Order, Stage
from guanxi.trade.queries import screens
from guanxi.trade.rules import scanning as rules
from guanxi.trade.rules.scanning import Said, Stop

TRIES = 5


def enter(desk: Desk) -> Result:
    """Nothing in hand: a batch. Everything in hand: the batch is done."""
    batch = screens.batch_in_hand(desk.actor, desk.stage.code)
    if batch is None:
        return make_batch(desk)
    stages = _locked(batch, desk)
    wants = screens.wants(stages)
    left = sum(want.left for want in wants)
    if left:
        return Result("not_all", {"left": left})
    for stage in stages:
        finish_stage(actor=desk.actor, now=desk.now, order_id=stage.order_id, stage=stage.code)
    Stage.objects.filter(id__in=[stage.id for stage in stages]).update(holder="", held=None)
    batch.ended = desk.now
    batch.save(update_fields=["ended"])
    undo = {"do": "batch_done", "batch": batch.id, "stages": [stage.id for stage in stages]}
    return Result("done", {"n": len(stages), "batch": batch.public_id}, undo=undo)


def make_batch(desk: Desk) -> Result:
    """The most urgent orders that nobody has, together into these hands."""
    size = min(rules.BATCH_MOST, max(1, desk.size))
    stages = next(filter(None, (_free(desk, size) for _ in range(TRIES))), [])
    return _together(desk, stages) if stages else Result("nothing")


def _together(desk: Desk, stages: list[Stage]) -> Result:
    """A new batch of these, in these hands. Their orders are locked."""
    batch = Batch(made=desk.now, by=desk.actor.id)
    data = {"batch": batch.public_id, "orders": len(stages), "stage": desk.stage.code}
    told = Event(happened.BATCH_MADE.code, desk.actor, desk.now, ("batch", batch.id), data=data)
    events.record(told, with_rows=[batch])
    for stage in stages:
        stage.batch = batch
        stage.save(update_fields=["batch"])
        hands.hold(desk, stage)
    return Result(
        "batch", {"n": len(stages), "batch": batch.public_id}, undo={"do": "batch", "batch": batch.id}
    )


def _free(desk: Desk, size: int) -> list[Stage]:
    """The most urgent stages nobody has, their orders locked; [] where colleagues were faster with all that was seen."""
    waiting = screens.queue(desk.actor, desk.stage, desk.now).filter(batch=None)
    seen = [(stage.id, stage.order_id) for stage in waiting[: size * 2]]
    orders = [order for _stage, order in seen]
    list(Order.objects.select_for_update(of=("self",)).filter(id__in=orders).order_by("id"))
    ids = [stage for stage, _order in seen]
    return list(waiting.filter(id__in=ids).select_related("order")[:size])


def _locked(batch: Batch, desk: Desk) -> list[Stage]:
    """The open stages of the batch in these hands, under their orders' locks."""
    ids = list(Stage.objects.filter(batch=batch, holder=desk.actor.id).values_list("order_id", flat=True))
    list(Order.objects.select_for_update(of=("self",)).filter(id__in=ids).order_by("id"))
    return screens.batch_stages(batch, holder=desk.actor.id)


def code(desk: Desk, said: Said) -> Result:
    """A batch's code takes it into these hands; a product's number puts its pieces into the trolley.

    With nothing in hand an order's number makes a batch of that order alone: somebody is waiting for it.
    """
    if taken := _batch_code(desk, said.code):
        return taken
    batch = screens.batch_in_hand(desk.actor, desk.stage.code)
    if batch is None:
        order = screens.find_order(desk.actor, said.code, by_parcel=False)
        return _alone(desk, order) if order else Result("no_batch", {"code": said.code})
    stages = _locked(batch, desk)
    wants = screens.wants(stages)
    stop = _stop(rules.walk(wants), said.code)
    if stop is None:
        return Result("wrong", {"code": said.code})
    if not stop.left or said.count > stop.left:
        return Result("too_many", {"code": said.code, "left": stop.left})
    return _pick(desk, stages, stop, said)


def _alone(desk: Desk, order: Order) -> Result:
    """A batch of one order. Raises `Conflict` when it is not free, `NotFound` when it never comes here."""
    taken = hands.take(desk, order)
    if taken.batch_id is not None:
        raise Conflict(code="held")
    return _together(desk, [taken])


def _stop(stops: list[Stop], text: str) -> Stop | None:
    """The stop meant: of this product (nothing said: the next one), the first of several bins that is not empty."""
    if not text:
        return next((stop for stop in stops if stop.left), None)
    mine = [stop for stop in stops if stop.sku == text]
    return next((stop for stop in mine if stop.left), mine[0] if mine else None)


def _pick(desk: Desk, stages: list[Stage], stop: Stop, said: Said) -> Result:
    given = rules.share(stop.wants, said.count)
    whose = {want.line: want.order for want in stop.wants}
    undo = {}
    for stage in stages:
        part = {line: pieces for line, pieces in given.items() if whose[line] == stage.order_id}
        if part:
            hands.count(desk, stage, part)
            undo[str(stage.id)] = {str(line): pieces for line, pieces in part.items()}
        else:
            hands.hold(desk, stage)
    pieces = sum(given.values())
    full = not any(want.left for want in screens.wants(stages))
    values = {"code": stop.sku, "n": pieces, "bin": stop.bin}
    return Result("full" if full else "counted", values, undo={"do": "count", "stages": undo})


def _batch_code(desk: Desk, text: str) -> Result | None:
    try:
        batch = screens.get_batch(desk.actor, text)
    except NotFound:
        return None
    if batch.ended is not None:
        raise Conflict(code="done_before")
    ids = list(Stage.objects.filter(batch=batch, code=desk.stage.code).values_list("order_id", flat=True))
    list(Order.objects.select_for_update(of=("self",)).filter(id__in=ids).order_by("id"))
    stages = screens.batch_stages(batch)
    free = {one.id for one in screens.queue(desk.actor, desk.stage, desk.now).filter(batch=batch)}
    if any(stage.id not in free for stage in stages):
        raise Conflict(code="held")
    for stage in stages:
        hands.hold(desk, stage)
    return Result("batch", {"n": len(stages), "batch": batch.public_id})


def trouble(desk: Desk, kind: str) -> Result:
    """What the next bin should hold is not there, or not good: the orders that still want it stop and leave the batch."""
    batch = screens.batch_in_hand(desk.actor, desk.stage.code)
    if batch is None:
        return Result("no_batch")
    stages = _locked(batch, desk)
    stop = _stop(rules.walk(screens.wants(stages)), "")
    if stop is None:
        return Result("nothing_left")
    short = {want.order for want in stop.wants if want.left}
    stopped = [stage for stage in stages if stage.order_id in short]
    for stage in stopped:
        stop_stage(actor=desk.actor, now=desk.now, order_id=stage.order_id, kind=kind, note=stop.sku)
    Stage.objects.filter(id__in=[stage.id for stage in stopped]).update(
        holder="", held=None, batch=None, progress={}
    )
    if len(stopped) == len(stages):
        batch.ended = desk.now
        batch.save(update_fields=["ended"])
    return Result(
        "stopped", {"n": len(stopped), "kind": kind, "code": stop.sku}, order_id=stopped[0].order_id
    )


def release(desk: Desk) -> Result:
    """Put the batch back: its orders can be picked by anybody, from the beginning."""
    batch = screens.batch_in_hand(desk.actor, desk.stage.code)
    if batch is None:
        return Result("no_batch")
    count = dissolve(batch, desk)
    return Result("released", {"n": count})


def dissolve(batch: Batch, desk: Desk) -> int:
    """A batch that is not to be; gives how many orders are free again."""
    stages = _locked(batch, desk)
    ids = [stage.id for stage in stages]
    Stage.objects.filter(id__in=ids).update(holder="", held=None, batch=None, progress={})
    Batch.objects.filter(id=batch.id, ended=None).update(ended=F("made"))
    return len(ids)
