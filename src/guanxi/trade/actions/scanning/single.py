"""Stages done one order at a time with Enter: keying, procurement, receipt, supplier payment; and parcels handed over."""

from collections.abc import Callable

from guanxi.trade.actions import purchasing
from guanxi.trade.actions.scanning import hands
from guanxi.trade.actions.scanning.hands import Desk, Result
from guanxi.trade.actions.shipping import confirm_receipt, hand_over
from guanxi.trade.actions.stages import finish_stage, look_again
from guanxi.trade.models import Purchase, Stage
from guanxi.trade.queries import purchases, screens
from guanxi.trade.rules import stages as way_rules
from guanxi.trade.rules.scanning import Said


def enter(desk: Desk) -> Result:
    """Nothing in hand: the next order. What is in hand is done."""
    stage = screens.in_hand(desk.actor, desk.stage.code)
    if stage is None:
        taken = hands.take_next(desk)
        return Result("taken", {"number": taken.order.number}, taken.order_id) if taken else Result("nothing")
    stage = hands.lock(stage)
    done = _DOES[desk.stage.does](desk, stage)
    hands.release(stage)
    hands.take_next(desk)
    return done


def code(desk: Desk, said: Said) -> Result:
    """An order's number, or that of one of its parcels, takes it."""
    order = screens.find_order(desk.actor, said.code)
    if order is None:
        return Result("unknown", {"code": said.code})
    taken = hands.take(desk, order)
    return Result("taken", {"number": order.number}, taken.order_id)


def _key(desk: Desk, stage: Stage) -> Result:
    finish_stage(actor=desk.actor, now=desk.now, order_id=stage.order_id, stage=stage.code)
    return Result("done", {"number": stage.order.number}, stage.order_id, {"do": "stage", "stage": stage.id})


def _procure(desk: Desk, stage: Stage) -> Result:
    look_again(actor=desk.actor, now=desk.now, order_id=stage.order_id)
    made = purchasing.order_for(actor=desk.actor, now=desk.now, order=stage.order)
    values = {"number": stage.order.number, "n": sum(one.quantity for one in made)}
    undo = {"do": "purchases", "purchases": [one.public_id for one in made]} if made else {}
    return Result("ordered", values, stage.order_id, undo)


def _receive(desk: Desk, stage: Stage) -> Result:
    confirm_receipt(actor=desk.actor, now=desk.now, order_id=stage.order_id)
    return Result("received", {"number": stage.order.number}, stage.order_id)


def _settle(desk: Desk, stage: Stage) -> Result:
    owed = purchases.unpaid_for(stage.order)
    for one in owed:
        purchasing.pay_supplier(actor=desk.actor, now=desk.now, public_id=one.public_id)
    look_again(actor=desk.actor, now=desk.now, order_id=stage.order_id)
    return Result("paid", {"number": stage.order.number, "n": len(owed)}, stage.order_id)


_DOES: dict[str, Callable[[Desk, Stage], Result]] = {
    way_rules.KEYING: _key,
    way_rules.PROCUREMENT: _procure,
    way_rules.RECEIPT: _receive,
    way_rules.SETTLEMENT: _settle,
}


# -- parcels to the carrier ----------------------------------------------------------------------------------


def hand_enter(desk: Desk) -> Result:
    """A parcel leaves the house when it is scanned, never by Enter alone."""
    return (
        Result("scan_parcel")
        if screens.queue(desk.actor, desk.stage, desk.now).exists()
        else Result("nothing")
    )


def hand_code(desk: Desk, said: Said) -> Result:
    """The number of a packed parcel, or of an order all of whose parcels are meant."""
    order = screens.find_order(desk.actor, said.code)
    if order is None:
        return Result("unknown", {"code": said.code})
    waiting = screens.parcels_waiting([order.id]).get(order.id, [])
    if not waiting:
        return Result(
            "handed_before" if order.shipments.exists() else "elsewhere", {"number": order.number}, order.id
        )
    one = [parcel for parcel in waiting if parcel.tracking == said.code] or waiting
    for parcel in one:
        hand_over(actor=desk.actor, now=desk.now, parcel_id=parcel.id)
    undo = {"do": "handed", "parcels": [parcel.id for parcel in one], "order": order.id}
    values = {"number": order.number, "code": one[0].tracking, "n": len(one)}
    return Result("handed", values, order.id, undo)


# -- goods from suppliers ------------------------------------------------------------------------------------


def arrive_enter(desk: Desk, chosen: str) -> Result:
    """The purchase chosen has come, all that was missing of it."""
    purchase = _purchase(desk, chosen)
    if purchase is None:
        return Result("scan_purchase") if screens.arrivals(desk.actor).exists() else Result("nothing")
    return _arrived(desk, purchase, purchase.missing)


def arrive_code(desk: Desk, said: Said, chosen: str) -> Result:
    """A purchase's or product's number chooses it; "3*" counts three of the one chosen."""
    if not said.code:
        purchase = _purchase(desk, chosen)
        return _arrived(desk, purchase, said.count) if purchase else Result("scan_purchase")
    purchase = _purchase(desk, said.code)
    if purchase is None:
        return Result("unknown", {"code": said.code})
    if said.count:
        return _arrived(desk, purchase, said.count)
    return Result("chosen", {"code": purchase.public_id})


def refuse(desk: Desk, why: str, chosen: str) -> Result:
    """What came of the purchase chosen is not good: all that is missing is refused, and still owed."""
    purchase = _purchase(desk, chosen)
    if purchase is None:
        return Result("scan_purchase")
    purchasing.take_delivery(
        actor=desk.actor,
        now=desk.now,
        public_id=purchase.public_id,
        good=0,
        refused=purchase.missing,
        why=why,
    )
    return Result("refused_goods", {"code": purchase.public_id, "n": purchase.missing, "kind": why})


def _purchase(desk: Desk, code: str) -> Purchase | None:
    """The expected purchase of this number, or the first of this product."""
    waiting = screens.arrivals(desk.actor)
    found: Purchase | None = waiting.filter(public_id=code).first() if code else None
    if found is None and code:
        found = waiting.filter(product__sku=code).first()
    return found


def _arrived(desk: Desk, purchase: Purchase, good: int) -> Result:
    if good > purchase.missing:
        return Result("too_many", {"code": purchase.public_id, "left": purchase.missing})
    purchasing.take_delivery(actor=desk.actor, now=desk.now, public_id=purchase.public_id, good=good)
    return Result("arrived", {"code": purchase.public_id, "n": good})
