"""The stages of an order: done by hand, stopped by trouble, going on when it is settled; overdue ones are told of."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.events import Event
from guanxi.trade import events as happened
from guanxi.trade.actions import frame, stock
from guanxi.trade.actions.payments import give_back, set_paid
from guanxi.trade.actions.placing import cancel
from guanxi.trade.actions.troubles import close_troubles, kind_of, raise_trouble
from guanxi.trade.models import Order, Shipment, Stage, Trouble
from guanxi.trade.rules import stages as rules

GONE = (Shipment.State.FAILED, Shipment.State.BACK)


@action
def finish_stage(*, actor: Actor, now: datetime, order_id: int, stage: str) -> Order:
    """Say that a stage is done: keying, picking, and procurement once the goods are there. Done already: nothing changes.

    `stage` is its code. `trade.fulfil` for its team, or the seller. The other stages end by what happens (a payment, a
    parcel, a receipt). Raises `Conflict` (`not_its_turn`, `stopped`, `by_itself`, `no_stock`).
    """
    way = frame.lock_visible(actor, order_id)
    row = next((one for one in way.stages if one.code == stage), None)
    if row is None:
        raise NotFound(_("This order has no such stage."))
    frame.require_stage(actor, way, row)
    if row.state == Stage.State.DONE:
        return way.order
    if row.state != Stage.State.OPEN:
        raise frame.wrong_stage(way)
    does = way.kind(row).does
    if not rules.by_hand(does):
        raise Conflict(_("This stage ends by itself, when what it waits for has happened."), code="by_itself")
    if does == rules.PROCUREMENT:
        stock.reserve(way, all_of_it=True)
    else:
        frame.end(way, row, actor=actor, now=now)
    frame.onward(way, actor=actor, now=now)
    events.record(frame.event(happened.STAGE_DONE.code, way, actor=actor, now=now))
    return way.order


@action
def look_again(*, actor: Actor, now: datetime, order_id: int) -> Order:
    """Let an order go on if what it waits for has happened elsewhere: a supplier was paid, goods came. Safe twice.

    Needs `trade.fulfil` for its stage.
    """
    way = frame.lock_visible(actor, order_id)
    frame.require_stage(actor, way, way.stage)
    if way.does == rules.PROCUREMENT:
        stock.reserve(way, all_of_it=False)
    frame.onward(way, actor=actor, now=now)
    if way.done:
        events.record(frame.event(happened.STAGE_DONE.code, way, actor=actor, now=now))
    return way.order


@action
def tell_overdue(*, actor: Actor, now: datetime, stage_id: int) -> bool:
    """Say once that a stage has passed its limit. Safe twice. Needs `trade.fulfil` everywhere (the clock has it)."""
    actor.require(frame.FULFIL)
    row = Stage.objects.filter(id=stage_id).first()
    if row is None:
        raise NotFound
    way = frame.lock(row.order_id)
    stage = next(one for one in way.stages if one.id == stage_id)
    if stage.told is not None or stage.state not in frame.ON or stage.due is None or stage.due >= now:
        return False
    stage.told = now
    stage.save(update_fields=["told"])
    data = {"late": stage.code, "due": stage.due.isoformat()}
    events.record(frame.event(happened.STAGE_OVERDUE.code, way, actor=actor, now=now, data=data))
    return True


@action
def stop_stage(*, actor: Actor, now: datetime, order_id: int, kind: str, note: str = "") -> Trouble:
    """Something has stopped the open stage: it becomes work for the team of that kind of trouble. Safe twice.

    `kind` is a code of the rules, of those that can happen in this stage. Raises `Invalid`, `Conflict` where none is open.
    """
    way = frame.lock_visible(actor, order_id)
    frame.require_stage(actor, way, way.stage)
    if way.stage is None:
        raise frame.wrong_stage(way)
    known = way.rules.troubles.get(kind)
    if known is None or (known.does and way.does not in known.does):
        raise Invalid(fields={"kind": _("This cannot happen at this stage.")}, code="kind")
    raised = raise_trouble(way, actor=actor, now=now, kind=kind, note=note)
    if raised.rows:
        frame.onward(way, actor=actor, now=now)
        data = {"trouble": raised.trouble.public_id, "kind": kind}
        told = frame.event(happened.ORDER_STOPPED.code, way, actor=actor, now=now, data=data, words=note)
        events.record(told, *raised.events, with_rows=raised.rows)
    return raised.trouble


@action
def settle_trouble(
    *,
    actor: Actor,
    now: datetime,
    trouble_id: int,
    how: str,
    parts: Mapping[int, int] | None = None,
    until: datetime | None = None,
) -> Trouble:
    """Take one of the ways out of a trouble that its kind offers. Settled already in this way: nothing changes.

    `parts` says of which lines how many are concerned ({line id: quantity}; without it all that is not sent): `replaced`
    takes others from the shelf (the first ones are lost) or sends parcels that came back again; `refunded` takes them out
    of the order and gives their price back. `waited` puts the stage off `until` then. At payment `went_on` lets what is
    missing go. `trade.fulfil` for the stage's or the trouble's team, or the seller. Raises `Invalid` (`way`), `Conflict`.
    """
    trouble = Trouble.objects.filter(id=trouble_id).first()
    if trouble is None:
        raise NotFound
    way = frame.lock_visible(actor, trouble.order_id)
    trouble.refresh_from_db()
    stage = next((one for one in way.stages if one.id == trouble.stage_id), None)
    _require(actor, way, trouble, stage)
    if trouble.settled is not None:
        if trouble.how != how:
            raise Conflict(_("This is settled already."), code="settled")
        return trouble
    does = way.kind(stage).does if stage else way.does
    if how not in rules.ways_of(kind_of(way.rules, trouble.kind).ways, does):
        raise Invalid(fields={"how": _("This way out is not open here.")}, code="way")
    told = _take_way(way, trouble, stage, how, dict(parts or {}), until, actor=actor, now=now)
    if way.order.cancelled is None:
        told += close_troubles(way, actor=actor, now=now, how=how, kinds=[trouble.kind])
        frame.onward(way, actor=actor, now=now)
    data = {"trouble": trouble.public_id, "kind": trouble.kind, "how": how}
    events.record(frame.event(happened.TROUBLE_SETTLED.code, way, actor=actor, now=now, data=data), *told)
    trouble.refresh_from_db()
    return trouble


def _require(actor: Actor, way: frame.Way, trouble: Trouble, stage: Stage | None) -> None:
    team = frame.team_of(kind_of(way.rules, trouble.kind).team)
    if team is not None and actor.may_at(frame.FULFIL, team.id):
        return
    frame.require_stage(actor, way, stage)


def _take_way(
    way: frame.Way,
    trouble: Trouble,
    stage: Stage | None,
    how: str,
    parts: dict[int, int],
    until: datetime | None,
    *,
    actor: Actor,
    now: datetime,
) -> list[Event]:
    """Do what the way says; gives further events to be told."""
    does = way.kind(stage).does if stage else way.does
    if how == rules.WAY_CANCELLED:
        return cancel(way, actor=actor, now=now, why=trouble.kind)
    if how == rules.WENT_ON and does == rules.PAYMENT:
        set_paid(way, now)
    elif how == rules.WAITED and stage is not None:
        minutes = kind_of(way.rules, trouble.kind).minutes
        stage.due = until if until is not None and until > now else now + timedelta(minutes=minutes)
    elif how == rules.REPLACED:
        _replace(way, parts, does, now)
    elif how == rules.REFUNDED:
        return _refund(way, trouble, parts, does, actor=actor, now=now)
    return []


def _replace(way: frame.Way, parts: dict[int, int], does: str, now: datetime) -> None:
    if does == rules.LOGISTICS:
        _send_again(way, now)
        return
    lost = _checked(way, parts) or {line.id: line.reserved for line in way.lines if line.reserved}
    stock.take(way, lost, lost=True)
    stock.reserve(way, all_of_it=not way.has(rules.PROCUREMENT))
    if not way.facts().reserved:
        frame.back_to(way, rules.PROCUREMENT, now)


def _send_again(way: frame.Way, now: datetime) -> None:
    """What came back or was lost is packed once more; what came back is on the shelf first."""
    _unpack(way)
    stock.reserve(way, all_of_it=not way.has(rules.PROCUREMENT))
    frame.back_to(way, rules.PACKING if way.facts().reserved else rules.PROCUREMENT, now)


def _unpack(way: frame.Way) -> None:
    """Parcels that will not arrive stay for the record, but their goods are no longer in them; what came back is shelved."""
    for parcel in [one for one in way.parcels if one.state in GONE]:
        inside = {one.line_id: one.quantity for one in parcel.lines.all()}
        stock.put_back(way, inside, shelved=parcel.state == Shipment.State.BACK)
        parcel.void = True
        parcel.save(update_fields=["void"])
        way.parcels.remove(parcel)


def _refund(
    way: frame.Way, trouble: Trouble, parts: dict[int, int], does: str, *, actor: Actor, now: datetime
) -> list[Event]:
    """Lines, or part of them, are taken out of the order and their price goes back."""
    if does == rules.LOGISTICS:
        _unpack(way)
    out = _checked(way, parts) or {line.id: way.seen(line).open for line in way.lines if way.is_goods(line)}
    if all(way.seen(line).due == out.get(line.id, 0) for line in way.lines) and not way.parcels:
        return cancel(way, actor=actor, now=now, why=trouble.kind)
    back = take_out(way, out)
    give_back(way, now=now, minor=min(back, way.order.paid_minor), once=f"{trouble.public_id}:refunded")
    return []


def take_out(way: frame.Way, parts: Mapping[int, int]) -> int:
    """So many of these lines will not be delivered: stock is free again, the total is less by what is given back."""
    less = 0
    over = {line.id: max(0, line.reserved - (way.seen(line).open - parts[line.id]))
            for line in way.lines if parts.get(line.id)}  # fmt: skip
    stock.release(way, over)
    for line in way.lines:
        if part := parts.get(line.id, 0):
            before = rules.left_minor(line.amount_minor, line.quantity, line.cancelled)
            line.cancelled += part
            less += before - rules.left_minor(line.amount_minor, line.quantity, line.cancelled)
            line.save(update_fields=["cancelled"])
    way.order.total_minor -= less
    return less


def _checked(way: frame.Way, parts: Mapping[int, int]) -> dict[int, int]:
    """The parts, if they are of this order and not more than is still to be sent. Raises `Invalid`."""
    lines = {line.id: way.seen(line).open for line in way.lines}
    for key, quantity in parts.items():
        if not 0 < quantity <= lines.get(key, 0):
            raise Invalid(fields={"parts": _("So many of this are not open.")}, code="parts")
    return dict(parts)
