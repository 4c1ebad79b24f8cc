"""Parcels: made, handed to the carrier, heard of, received; and the seller paid when nothing is open any more."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from guanxi.core import events, rows
from guanxi.core.access import Actor, system
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.ids import new_id
from guanxi.trade import events as happened
from guanxi.trade.actions import frame, ledger, stock
from guanxi.trade.actions.troubles import close_troubles, raise_trouble
from guanxi.trade.models import CarrierEvent, Order, Payment, Return, Shipment, ShipmentLine
from guanxi.trade.rules import stages as rules

OPEN_RETURNS = ("asked", "agreed", "sent", "arrived")


@action
def ship(
    *,
    actor: Actor,
    now: datetime,
    order_id: int,
    carrier: str,
    tracking: str,
    lines: Mapping[int, int] | None = None,
    handed: bool = True,
) -> Shipment:
    """Put goods of an order into a parcel: {line id: quantity}, or without it all that is still to be sent.

    `handed`: the carrier has it already; else it waits, packed (`hand_over`). With the same carrier and number again it is
    the same parcel. `trade.fulfil` for the packing team, or the seller. Raises `Conflict` (`not_its_turn`, `stopped`,
    `no_stock`, `tracking` for a number that another order has), `Invalid`.
    """
    way = frame.lock_visible(actor, order_id)
    frame.require_stage(actor, way, way.stage)
    tracking = _tracking(way, carrier, tracking)
    if known := Shipment.objects.filter(carrier=carrier, tracking=tracking).first():
        if known.order_id != order_id:
            raise Conflict(_("Another order has this parcel number."), code="tracking")
        return known
    stage = way.stage
    if way.does != rules.PACKING or stage is None or stage.state != "open":
        raise frame.wrong_stage(way)
    parts = _parts(way, lines)
    stock.take(way, parts)
    parcel = rows.new(
        Shipment,
        id=new_id(),
        order_id=order_id,
        carrier=carrier,
        tracking=tracking,
        state=Shipment.State.HANDED if handed else Shipment.State.PACKED,
        made=now,
        handed=now if handed else None,
    )
    inside: list[ShipmentLine] = [
        rows.new(ShipmentLine, id=new_id(), shipment_id=parcel.id, line_id=key, quantity=quantity)
        for key, quantity in parts.items()
    ]
    way.parcels.append(parcel)
    _all_gone(way, now)
    frame.onward(way, actor=actor, now=now)
    told = frame.event(
        happened.PARCEL_MADE.code, way, actor=actor, now=now, data=_said(parcel, sum(parts.values()))
    )
    events.record(told, with_rows=[parcel, *inside])
    return parcel


def _tracking(way: frame.Way, carrier: str, tracking: str) -> str:
    if carrier not in way.rules.carriers:
        raise Invalid(fields={"carrier": _("We do not know this carrier.")}, code="carrier")
    tracking = "".join(tracking.split()).upper()
    if not 0 < len(tracking) <= 60:
        raise Invalid(fields={"tracking": _("Please enter the parcel number.")}, code="tracking_missing")
    return tracking


def _parts(way: frame.Way, lines: Mapping[int, int] | None) -> dict[int, int]:
    """What goes into the parcel. Raises `Invalid` for more than is still to be sent."""
    still = {line.id: way.seen(line).open for line in way.lines if way.is_goods(line)}
    parts = dict(lines) if lines is not None else {key: count for key, count in still.items() if count}
    for key, quantity in parts.items():
        if not 0 < quantity <= still.get(key, 0):
            raise Invalid(fields={"lines": _("No more can be sent than was bought.")}, code="too_many")
    if not parts:
        raise Invalid(fields={"lines": _("A parcel holds something.")}, code="empty")
    return parts


def _all_gone(way: frame.Way, now: datetime) -> None:
    if way.facts().handed and way.order.shipped is None:
        way.order.shipped = now


def _said(parcel: Shipment, items: int) -> dict[str, str | int]:
    return {
        "parcel": parcel.public_id,
        "carrier": parcel.carrier,
        "parcel_state": str(parcel.state),
        "items": items,
    }


@action
def hand_over(*, actor: Actor, now: datetime, parcel_id: int) -> Shipment:
    """The carrier has taken a packed parcel. Safe twice. `trade.fulfil` for the stage's team, or the seller."""
    parcel = Shipment.objects.visible_to(actor).filter(id=parcel_id).first()
    if parcel is None:
        raise NotFound
    way = frame.lock_visible(actor, parcel.order_id)
    frame.require_stage(actor, way, way.stage)
    mine = next((one for one in way.parcels if one.id == parcel_id), None)
    if mine is None or mine.state != Shipment.State.PACKED:
        parcel.refresh_from_db()
        return parcel
    mine.state, mine.handed = Shipment.State.HANDED, now
    mine.save(update_fields=["state", "handed"])
    _all_gone(way, now)
    frame.onward(way, actor=actor, now=now)
    events.record(frame.event(happened.PARCEL_MADE.code, way, actor=actor, now=now, data=_said(mine, 0)))
    return mine


@dataclass(frozen=True, slots=True)
class Heard:
    """What a carrier says of a parcel. `code` is one of rules.stages.CARRIER_CODES, `given` the carrier's number for it."""

    code: str
    given: str
    occurred: datetime
    place: str = ""


@action
def hear_carrier(
    *, actor: Actor, now: datetime, carrier: str, tracking: str, heard: Sequence[Heard]
) -> Shipment:
    """What a carrier tells of a parcel, in any order and any number of times: each number counts once, and what happened
    last says where the parcel is. A parcel that cannot be delivered or comes back is trouble for the order.

    Needs `trade.fulfil`. Raises `NotFound` (`tracking`) for an unknown parcel, `Invalid` for a word we do not know.
    """
    actor.require(frame.FULFIL)
    number = "".join(tracking.split()).upper()
    known: Shipment | None = (
        Shipment.objects.visible_to(actor).filter(carrier=carrier, tracking=number).first()
    )
    if known is None:
        raise NotFound(_("We have no parcel with this number at this carrier."), code="tracking")
    _check(heard)
    way = frame.lock_visible(actor, known.order_id)
    parcel = next((one for one in way.parcels if one.id == known.id), known)
    fresh = _fresh(parcel, heard, now)
    if not fresh:
        return parcel
    before = str(parcel.state)
    told, written = _moved(way, parcel, fresh, before, actor=actor, now=now)
    frame.onward(way, actor=actor, now=now)
    last = max(fresh, key=lambda one: one.occurred)
    data = {**_said(parcel, 0), "said": [one.code for one in fresh], "before": before}
    happening = frame.event(
        happened.PARCEL_HEARD.code, way, actor=actor, now=now, data=data, words=last.place
    )
    events.record(happening, *told, with_rows=[*fresh, *written])
    return parcel


def _check(heard: Sequence[Heard]) -> None:
    for one in heard:
        if one.code not in rules.CARRIER_CODES:
            raise Invalid(fields={"code": _("We do not know this word of a carrier.")}, code="carrier_code")
        if not 0 < len(one.given) <= 80:
            raise Invalid(fields={"given": _("Every report needs the carrier's own number.")}, code="given")


def _fresh(parcel: Shipment, heard: Sequence[Heard], now: datetime) -> list[CarrierEvent]:
    known = set(CarrierEvent.objects.filter(shipment=parcel).values_list("given", flat=True))
    fresh: list[CarrierEvent] = []
    for one in heard:
        if one.given not in known:
            known.add(one.given)
            fresh.append(
                rows.new(
                    CarrierEvent,
                    id=new_id(),
                    shipment_id=parcel.id,
                    code=one.code,
                    place=one.place[:80],
                    given=one.given,
                    occurred=min(one.occurred, now),
                    told=now,
                )
            )
    return fresh


def _moved(
    way: frame.Way,
    parcel: Shipment,
    fresh: Sequence[CarrierEvent],
    before: str,
    *,
    actor: Actor,
    now: datetime,
) -> tuple[list[events.Event], list[models.Model]]:
    """Put the parcel where all reports together say it is; trouble comes and goes with it."""
    kept = CarrierEvent.objects.filter(shipment=parcel).values_list("occurred", "code")
    said = [*kept, *((one.occurred, one.code) for one in fresh)]
    parcel.state, parcel.delivered = rules.parcel_state(said, before)
    parcel.handed = parcel.handed or min(moment for moment, _code in said)
    parcel.save(update_fields=["state", "delivered", "handed"])
    if parcel.void or way.stage is None:
        return [], []
    _all_gone(way, now)
    if parcel.state in (Shipment.State.FAILED, Shipment.State.BACK):
        frame.move(way, actor=actor, now=now)
        raised = raise_trouble(way, actor=actor, now=now, kind=rules.UNDELIVERED)
        return list(raised.events), list(raised.rows)
    if all(one.state not in ("failed", "back") for one in way.parcels):
        return close_troubles(way, actor=actor, now=now, how=rules.WENT_ON, kinds=[rules.UNDELIVERED]), []
    return [], []


@action
def confirm_receipt(*, actor: Actor, now: datetime, order_id: int) -> Order:
    """All that was sent has arrived: said by the buyer, by staff, or by the clock some days after the carrier's word.

    Safe twice. Over a counter (no parcels on its way) the goods leave the shelf now. Raises `Conflict` (`not_sent`) when
    nothing has been sent yet, and (`stopped`) while trouble is open.
    """
    way = frame.lock_visible(actor, order_id)
    side = frame.require_side(actor, way.order, frame.BUYER, right=frame.FULFIL)
    if way.order.received is not None or way.order.cancelled is not None:
        return way.order
    if not way.has(rules.PACKING):
        if side == frame.BUYER or way.does != rules.RECEIPT:
            raise frame.wrong_stage(way)
        stock.take(way, {line.id: way.seen(line).open for line in way.lines if way.is_goods(line)})
    got = _arrived(way, now)
    told = (
        close_troubles(way, actor=actor, now=now, how=rules.WENT_ON, kinds=[rules.UNDELIVERED]) if got else []
    )
    frame.onward(way, actor=actor, now=now)
    if got:
        data = {"items": got, "complete": way.order.received is not None}
        happening = frame.event(happened.ORDER_RECEIVED.code, way, actor=actor, now=now, data=data)
        events.record(happening, *told)
    return way.order


def _arrived(way: frame.Way, now: datetime) -> int:
    """All parcels that were handed over are with the customer; gives how many pieces that newly are."""
    here = {Shipment.State.HANDED, Shipment.State.MOVING, Shipment.State.DELIVERED, Shipment.State.FAILED}
    goods = [line for line in way.lines if way.is_goods(line)]
    if goods and way.has(rules.PACKING):
        if not any(one.state in here for one in way.parcels):
            raise Conflict(_("Nothing has been sent yet."), code="not_sent")
        for parcel in way.parcels:
            if parcel.state in here - {Shipment.State.DELIVERED}:
                parcel.state, parcel.delivered = Shipment.State.DELIVERED, now
                parcel.save(update_fields=["state", "delivered"])
    got = 0
    for line in way.lines:
        has = line.shipped if way.is_goods(line) else way.seen(line).due
        got += has - line.received
        line.received = has
        line.save(update_fields=["received"])
    if all(line.received >= way.seen(line).due for line in way.lines):
        way.order.received = now
        way.order.shipped = way.order.shipped or now
    return got


# -- the seller's money --------------------------------------------------------------------------------------

Veto = Callable[[int], bool]
_vetoes: dict[str, Veto] = {}


def register_veto(code: str, holds: Veto) -> None:
    """A higher room says of an order (by its key) whether its seller must wait: a dispute is open. Called in site/wiring."""
    _vetoes[code] = holds


def held_by(order_id: int) -> str:
    """Why the seller of an order is not paid yet: "return", or the code of a veto; "" when nothing is open."""
    if Return.objects.filter(order_id=order_id, state__in=OPEN_RETURNS).exists():
        return "return"
    return next((code for code, holds in sorted(_vetoes.items()) if holds(order_id)), "")


@action
def settle_order(*, actor: Actor, now: datetime, order_id: int) -> Payment | None:
    """Pay the seller of a shop's order what is left of the buyer's money, once it was received and nothing is open.

    The money moves through the ledger and leaves by its payout. Safe twice. None while something is open. Needs
    `trade.orders`.
    """
    way = frame.lock_visible(actor, order_id)
    if frame.require_side(actor, way.order) != frame.HOUSE or way.order.seller_id is None:
        raise Invalid(_("Only the seller of a shop's order is paid so."), code="no_seller")
    known: Payment | None = way.order.payments.filter(kind=Payment.Kind.SUPPLIER).first()
    if known is not None:
        return known
    if way.does != rules.SETTLEMENT:
        raise frame.wrong_stage(way)
    if held_by(order_id):
        return None
    payment = _to_seller(way, way.order.seller_id, now)
    payment.save(force_insert=True)
    frame.onward(way, actor=actor, now=now)
    data = {
        "payment": payment.public_id,
        "amount_minor": -payment.amount_minor,
        "currency": payment.currency,
    }
    events.record(frame.event(happened.SELLER_PAID.code, way, actor=actor, now=now, data=data))
    return payment


def _to_seller(way: frame.Way, seller: int, now: datetime) -> Payment:
    """What is left of the buyer's money, through the ledger to the seller's bank; not yet written to the order."""
    minor, once = max(0, way.order.paid_minor), f"{way.order.public_id}:seller"
    entry = None
    if minor:
        entry = ledger.pay_proceeds(
            actor=system("orders"), now=now, record=seller, amount=way.money(minor),
            reference=("order", way.order.id), once=once, sample=way.order.sample,
        )  # fmt: skip
    return rows.new(
        Payment,
        id=new_id(),
        order_id=way.order.id,
        kind=Payment.Kind.SUPPLIER,
        method="transfer",
        amount_minor=-minor,
        currency=way.order.currency,
        once=once,
        reference=entry.public_id if entry else "",
        made=now,
    )
