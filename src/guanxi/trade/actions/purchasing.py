"""Goods bought from suppliers: ordered for the shelf or for an order's line, taken in, refused, invoiced, paid for."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.core import events
from guanxi.core.access import Actor, system
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.events import Event
from guanxi.core.money import Money
from guanxi.trade import events as happened
from guanxi.trade.actions import frame, stages, stock
from guanxi.trade.models import Order, OrderLine, Product, Purchase, Supplier
from guanxi.trade.queries import purchases as queries

RIGHT = queries.RIGHT
PAY_RIGHT = "trade.remit"
QUANTITY_MAX = 100_000
REFUSALS = ("damaged", "wrong", "quality", "expired")
_HOUSE = system("purchasing")
State = Purchase.State


@action
def add_supplier(
    *, actor: Actor, now: datetime, code: str, name: str, days: int = 3, sample: bool = False
) -> Supplier:
    """Somebody we buy from; the one with this code where there is one. Needs `trade.fulfil`. Raises `Invalid`."""
    actor.require(RIGHT)
    code, name = code.strip()[:41], name.strip()[:121]
    if not (0 < len(code) <= 40 and 0 < len(name) <= 120):
        raise Invalid(fields={"supplier": _("Give a code and a name.")})
    known = Supplier.objects.filter(code=code).first()
    if known is not None:
        return known
    row = Supplier(code=code, name=name, days=days, sample=sample)
    told = Event(happened.SUPPLIER_ADDED.code, actor, now, ("supplier", row.id), data={"code": code})
    events.record(told, with_rows=[row])
    return row


@action
def order_goods(
    *,
    actor: Actor,
    now: datetime,
    supplier: str,
    sku: str,
    quantity: int,
    cost: Money,
    line_id: int | None = None,
    expected: datetime | None = None,
) -> Purchase:
    """Order so many of a product for `cost` in all, for the shelf or for one order's line. Needs `trade.fulfil`.

    Without `expected` the supplier's usual days count. Raises `Invalid`.
    """
    actor.require(RIGHT)
    from_whom = Supplier.objects.filter(code=supplier).first()
    product = queries.product_of(sku)
    faults: dict[str, Any] = {}
    if from_whom is None:
        faults["supplier"] = _("There is no such supplier.")
    if product is None:
        faults["sku"] = _("There is no such product.")
    if not 0 < quantity <= QUANTITY_MAX:
        faults["quantity"] = _("This quantity cannot be ordered.")
    if cost.minor < 0:
        faults["cost"] = _("It must not be less than nothing.")
    if faults or from_whom is None or product is None:
        raise Invalid(fields=faults)
    row = Purchase(
        supplier=from_whom,
        product=product,
        line_id=_line_id(line_id, product),
        quantity=quantity,
        cost_minor=cost.minor,
        currency=cost.currency,
        ordered=now,
        expected=expected or now + timedelta(days=from_whom.days),
    )
    events.record(_event(happened.PURCHASE_ORDERED.code, actor, now, row, sku=product.sku), with_rows=[row])
    return row


def _line_id(line_id: int | None, product: Product) -> int | None:
    if line_id is None:
        return None
    line = OrderLine.objects.filter(id=line_id, product=product, order__seller=None).first()
    if line is None:
        raise NotFound
    return line.id


@action
def order_for(*, actor: Actor, now: datetime, order: Order) -> list[Purchase]:
    """Order what an order waits for, from whom it was bought last and for as much a piece. Needs `trade.fulfil`.

    Safe twice: what is on its way is not ordered again. Raises `Conflict` (`no_supply`) for a product never bought before.
    """
    actor.require(RIGHT)
    frame.lock_visible(actor, order.id)
    lines = queries.lacking(order)
    usual = queries.usual_supply([line.product_id for line, _short in lines])
    made = []
    for line, short in lines:
        last = usual.get(line.product_id)
        if last is None:
            raise Conflict(
                _("%(sku)s was never bought before: order it by hand.") % {"sku": line.product.sku},
                code="no_supply",
            )
        made.append(
            order_goods(
                actor=actor, now=now, supplier=last.supplier.code, sku=line.product.sku, quantity=short,
                cost=queries.piece_cost(last) * short, line_id=line.id,
            )
        )  # fmt: skip
    return made


@action
def take_delivery(
    *,
    actor: Actor,
    now: datetime,
    public_id: str,
    good: int,
    refused: int = 0,
    why: str = "",
    bin_: str | None = None,
) -> Purchase:
    """Goods of a purchase have come: `good` pieces go on the shelf, `refused` ones back to the supplier, who still owes them.

    Orders waiting for them go on. Needs `trade.fulfil`. Raises `Invalid`, `Conflict` (`settled`) when nothing is expected.
    """
    row = _lock(actor, public_id)
    if row.state != State.ORDERED:
        raise Conflict(_("Nothing more is expected of this purchase."), code="settled")
    if good < 0 or refused < 0 or good + refused == 0 or good > row.missing:
        raise Invalid(fields={"good": _("Between 0 and %(most)s pieces can arrive.") % {"most": row.missing}})
    if refused > QUANTITY_MAX or (refused and why not in REFUSALS):
        raise Invalid(fields={"why": _("Say why they are refused.")})
    row.arrived_quantity += good
    row.rejected_quantity += refused
    if row.missing == 0:
        row.state, row.arrived = State.ARRIVED, now
    row.save()
    served: list[str] = []
    if good:
        put = stock.put(
            actor=actor,
            now=now,
            sku=row.product.sku,
            quantity=good,
            place=row.place,
            bin_=bin_,
            why="arrived",
        )
        served = list(put.served)
    data = {"good": good, "refused": refused, "why": why, "orders": served}
    events.record(_event(happened.PURCHASE_ARRIVED.code, actor, now, row, **data))
    return row


@action
def close_purchase(*, actor: Actor, now: datetime, public_id: str) -> Purchase:
    """What has not come will not come: called off whole, or closed with what is there. Needs `trade.fulfil`."""
    row = _lock(actor, public_id)
    if row.state != State.ORDERED:
        raise Conflict(_("Nothing more is expected of this purchase."), code="settled")
    missing = row.missing
    if row.arrived_quantity:
        row.cost_minor = row.cost_minor * row.arrived_quantity // row.quantity
        row.quantity, row.state, row.arrived = row.arrived_quantity, State.ARRIVED, now
    else:
        row.state = State.CANCELLED
    row.save()
    events.record(_event(happened.PURCHASE_CLOSED.code, actor, now, row, missing=missing))
    _onward(row, actor, now)
    return row


@action
def note_invoice(*, actor: Actor, now: datetime, public_id: str, reference: str, amount: Money) -> Purchase:
    """The supplier's invoice has come. Needs `trade.fulfil`. Raises `Invalid`, `Conflict` once it is paid or called off."""
    row = _lock(actor, public_id)
    if row.state in (State.PAID, State.CANCELLED):
        raise Conflict(_("This purchase is settled."), code="settled")
    if not 0 < len(reference.strip()) <= 40:
        raise Invalid(fields={"reference": _("Give the invoice's number.")})
    if amount.currency != row.currency or amount.minor < 0:
        raise Invalid(fields={"amount": _("The invoice is in %(currency)s.") % {"currency": row.currency}})
    row.reference, row.invoice_minor = reference.strip(), amount.minor
    row.save(update_fields=["reference", "invoice_minor"])
    data = {"reference": row.reference, "amount_minor": amount.minor}
    events.record(_event(happened.PURCHASE_INVOICED.code, actor, now, row, **data))
    return row


@action
def pay_supplier(*, actor: Actor, now: datetime, public_id: str, dearer: bool = False) -> Purchase:
    """The supplier has been paid what the invoice asks for, or what was agreed. Safe twice. Needs `trade.remit`.

    Raises `Conflict`: `not_here` before all of it has come, `dearer` where the invoice asks for more than was agreed and
    nobody has said that this is right.
    """
    actor.require(PAY_RIGHT)
    row = _lock(actor, public_id)
    if row.state == State.PAID:
        return row
    if row.state != State.ARRIVED:
        raise Conflict(_("The goods are not here yet: what has not come is not paid for."), code="not_here")
    if (row.invoice_minor or 0) > row.cost_minor and not dearer:
        raise Conflict(_("The invoice asks for more than was agreed. Look at it first."), code="dearer")
    row.state, row.paid = State.PAID, now
    row.save(update_fields=["state", "paid"])
    amount = row.cost_minor if row.invoice_minor is None else row.invoice_minor
    data = {"amount_minor": amount, "currency": row.currency}
    events.record(_event(happened.PURCHASE_PAID.code, actor, now, row, **data))
    _onward(row, actor, now)
    return row


def _onward(row: Purchase, actor: Actor, now: datetime) -> None:
    """The order it was bought for may have waited for this only."""
    if row.line is not None:
        stages.look_again(actor=_HOUSE, now=now, order_id=row.line.order_id)


def _lock(actor: Actor, public_id: str) -> Purchase:
    """A visible purchase, locked. The order it is for first: that is the order everybody locks in."""
    actor.require(RIGHT)
    seen = queries.get_purchase(actor, public_id)
    if seen.line is not None:
        Order.objects.select_for_update(of=("self",)).get(id=seen.line.order_id)
    locked = Purchase.objects.select_for_update(of=("self",)).select_related("product", "line")
    return locked.get(id=seen.id)


def _event(code: str, actor: Actor, now: datetime, row: Purchase, **data: Any) -> Event:
    told = {"purchase": row.public_id, "quantity": row.quantity, "state": str(row.state), **data}
    return Event(code, actor, now, ("purchase", row.id), data=told)
