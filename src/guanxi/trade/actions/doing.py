"""What somebody may do with an order now: asked by pages and the API, answered by the same checks the actions make."""

from collections.abc import Callable, Mapping

from guanxi.core.access import Actor
from guanxi.core.errors import Denied, SignInNeeded
from guanxi.trade.actions import frame
from guanxi.trade.actions.payments import outstanding
from guanxi.trade.models import Order, Shipment, Stage
from guanxi.trade.queries import rulesets
from guanxi.trade.rules import stages as rules

UNDER_WAY = (Shipment.State.HANDED, Shipment.State.MOVING, Shipment.State.FAILED, Shipment.State.BACK)


def seen(order: Order) -> frame.Way | None:
    """The way of an order that was read, without a lock: to look at, never to write. None for one brought in."""
    if order.rules_id is None:
        return None
    return frame.Way(
        order,
        rulesets.rules_of(order.rules_id),
        list(order.lines.all()),
        list(order.stages.all()),
        [one for one in order.shipments.all() if not one.void],
    )


def open_verbs(actor: Actor, way: frame.Way) -> list[str]:
    """The verbs that make sense now and that this actor may do, the next step first."""
    order, stage = way.order, way.stage
    on = stage is not None and stage.state == Stage.State.OPEN
    works = _may(lambda: frame.require_stage(actor, way, stage))
    sells = _may(lambda: frame.require_side(actor, order))
    sides = frame.sides_of(actor, order)
    can: Mapping[str, bool] = {
        "settle_trouble": works and any(one.settled is None for one in order.troubles.all()),
        "pay": sells and outstanding(way) > 0,
        "finish": works and on and bool(way.does) and rules.by_hand(way.does),
        "ship": works and on and way.does == rules.PACKING,
        "hand_over": works and any(one.state == Shipment.State.PACKED for one in way.parcels),
        "hear": frame.HOUSE in sides
        and actor.may(frame.FULFIL)
        and any(p.state in UNDER_WAY for p in way.parcels),
        "receive": _may_receive(actor, way),
        "settle": sells and order.seller_id is not None and way.does == rules.SETTLEMENT,
        "stop": works and bool(way.does),
        "refund": _may(lambda: frame.require_side(actor, order, frame.SELLER)) and order.paid_minor > 0,
        "cancel": _may_cancel(actor, way),
    }
    return [verb for verb, may in can.items() if may]


def _may_receive(actor: Actor, way: frame.Way) -> bool:
    order = way.order
    if order.received is not None or order.cancelled is not None:
        return False
    sent = way.does == rules.RECEIPT or any(one.state != Shipment.State.PACKED for one in way.parcels)
    return sent and _may(lambda: frame.require_side(actor, order, frame.BUYER, right=frame.FULFIL))


def _may_cancel(actor: Actor, way: frame.Way) -> bool:
    order = way.order
    done = order.cancelled is not None or order.received is not None or bool(way.parcels)
    return not done and _may(lambda: frame.require_side(actor, order, frame.BUYER, frame.SELLER))


def _may(check: Callable[[], object]) -> bool:
    try:
        check()
    except (Denied, SignInNeeded):
        return False
    return True
