"""Packing: every product scanned against the order, then the number of its parcel."""

from guanxi.core.errors import NotFound
from guanxi.trade.actions.scanning import hands
from guanxi.trade.actions.scanning.hands import Desk, Result
from guanxi.trade.actions.shipping import ship
from guanxi.trade.models import Order, Stage
from guanxi.trade.queries import purchases, rulesets, screens
from guanxi.trade.rules import scanning as rules
from guanxi.trade.rules.scanning import Said

PARCEL_CHARS_MIN = 6


def enter(desk: Desk) -> Result:
    """Nothing in hand: the next order. Something: what is still to be scanned."""
    stage = screens.in_hand(desk.actor, desk.stage.code)
    if stage is None:
        taken = hands.take_next(desk)
        return Result("taken", {"number": taken.order.number}, taken.order_id) if taken else Result("nothing")
    wants = screens.wants([stage])
    left = sum(want.left for want in wants)
    return (
        Result("not_all", {"left": left}, stage.order_id)
        if left
        else Result("parcel_wanted", {}, stage.order_id)
    )


def code(desk: Desk, said: Said) -> Result:
    """A product of the order is counted; its parcel's number, once it is full, ends it; another order's number takes that."""
    stage = screens.in_hand(desk.actor, desk.stage.code)
    if stage is not None:
        stage = hands.lock(stage)
        wants = screens.wants([stage])
        wanted = _one_left(wants) if not said.code else said.code
        counted = rules.check(wants, wanted, said.count)
        if counted.outcome in ("counted", "full"):
            return _count(desk, stage, wanted, dict(counted.given), counted.outcome)
        if counted.outcome == "too_many":
            return Result("too_many", {"code": wanted}, stage.order_id)
    order = screens.find_order(desk.actor, said.code, by_parcel=False)
    if order is not None:
        taken = hands.take(desk, order)
        return Result("taken", {"number": order.number}, taken.order_id)
    if stage is None:
        return Result("unknown", {"code": said.code})
    return _parcel(desk, stage, said.code)


def _one_left(wants: list[rules.Want]) -> str:
    """The product meant by "3*" alone: the first that is not all there."""
    return next((want.sku for want in wants if want.left), "")


def _count(desk: Desk, stage: Stage, sku: str, given: dict[int, int], outcome: str) -> Result:
    hands.count(desk, stage, given)
    undo = {"do": "count", "stages": {str(stage.id): {str(line): n for line, n in given.items()}}}
    return Result(outcome, {"code": sku, "n": sum(given.values())}, stage.order_id, undo)


def _parcel(desk: Desk, stage: Stage, text: str) -> Result:
    """The number of the parcel: only of one that is full, and never what is a product of ours."""
    wants = screens.wants([stage])
    if purchases.product_of(text) is not None or not rules.is_full(wants):
        return Result("wrong", {"code": text}, stage.order_id)
    if len(text) < PARCEL_CHARS_MIN:
        return Result("unknown", {"code": text}, stage.order_id)
    carrier = carrier_for(stage.order, desk.carrier)
    parcel = ship(
        actor=desk.actor, now=desk.now, order_id=stage.order_id, carrier=carrier, tracking=text, handed=False
    )
    hands.release(stage)
    undo = {"do": "parcel", "parcel": parcel.id, "stage": stage.id}
    done = Result("shipped", {"number": stage.order.number, "code": text}, stage.order_id, undo)
    hands.take_next(desk)
    return done


def carrier_for(order: Order, wanted: str) -> str:
    """The carrier chosen at the screen, where the order's rules know it; else the first by its code. Raises `NotFound`."""
    known = (
        sorted(rulesets.rules_of(order.rules_id).carriers) if order.rules_id else []
    )  # jsonb keeps no order
    if not known:
        raise NotFound
    return wanted if wanted in known else known[0]
