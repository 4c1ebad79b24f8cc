"""Products, and orders brought in from elsewhere, one event per row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Denied, Invalid, NotFound
from guanxi.core.events import Event
from guanxi.core.models import Event as EventRow
from guanxi.core.money import Money
from guanxi.people.actions import Contact, import_contacts
from guanxi.trade import events as happened
from guanxi.trade.models import Order, OrderLine, Product

RIGHT = "trade.import"


@dataclass(frozen=True, slots=True)
class ProductRow:
    """One product of a catalogue. Without a price it can be imported with orders, but not ordered here.

    `holding`: the kind clients hold of it (rules.holdings.KINDS), `conditions`: how it is traded by orders to invest.
    """

    sku: str
    line: str
    name: Mapping[str, str]
    price_minor: int | None = None
    currency: str = ""
    category: str = ""
    holding: str = ""
    conditions: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LineRow:
    sku: str
    quantity: int
    amount: Money


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order of a source file. `number` is the source's own and makes the import repeatable; `seller` a record's key."""

    number: str
    placed: datetime
    lines: Sequence[LineRow]
    seller: int | None = None  # nobody: we sell ourselves


@dataclass(frozen=True, slots=True)
class BuyerRow:
    """One customer of a source file, when first heard of, with all their orders."""

    contact: Contact
    first_heard: datetime
    orders: Sequence[OrderRow]


@action
def add_products(*, actor: Actor, now: datetime, products: Sequence[ProductRow], sample: bool = False) -> int:
    """Add products that are not there yet; returns how many were new."""
    actor.require("trade.import")
    known = set(Product.objects.filter(sku__in=[p.sku for p in products]).values_list("sku", flat=True))
    fresh = [
        Product(
            sku=p.sku,
            line=p.line,
            name=dict(p.name),
            sample=sample,
            category=p.category,
            price_minor=p.price_minor,
            currency=p.currency,
            holding=p.holding,
            conditions=dict(p.conditions),
        )
        for p in products
        if p.sku not in known
    ]
    Product.objects.bulk_create(fresh)
    return len(fresh)


@action
def import_buyers(
    *, actor: Actor, now: datetime, buyers: Sequence[BuyerRow], source: str, sample: bool = False
) -> int:
    """Bring in customers with their orders, in one transaction: keep batches small. Returns how many orders were new.

    Run again with the same rows it changes nothing: contacts are found by what they state, orders by their number.
    """
    actor.require("trade.import")
    contacts = [(buyer.contact, buyer.first_heard) for buyer in buyers]
    found = import_contacts(actor=actor, now=now, contacts=contacts, source=source, sample=sample)
    products = _products({line.sku for buyer in buyers for order in buyer.orders for line in order.lines})
    numbers = [order.number for buyer in buyers for order in buyer.orders]
    known = set(Order.objects.filter(number__in=numbers).values_list("number", flat=True))
    orders: list[models.Model] = []
    lines: list[models.Model] = []
    happenings: list[Event] = []
    for buyer, person in zip(buyers, found, strict=True):
        for row in buyer.orders:
            if row.number not in known:
                order = _order(row, person.record_id)
                orders.append(order)
                lines.extend(_line(order, line, products) for line in row.lines)
                happenings.append(_imported(actor, order, row))
    if orders:
        events.record(*happenings, with_rows=[*orders, *lines])
    return len(orders)


_Known = Mapping[str, tuple[int, int | None]]


def _products(skus: set[str]) -> _Known:
    """{sku: (product, the listing it is of)}"""
    found = Product.objects.filter(sku__in=skus).values_list("sku", "id", "listings__id")
    return {sku: (product, listing) for sku, product, listing in found}


def _order(row: OrderRow, record_id: int) -> Order:
    total = Money.total([line.amount for line in row.lines], row.lines[0].amount.currency)
    return Order(
        number=row.number,
        record_id=record_id,
        seller_id=row.seller,
        state=Order.State.RECEIVED,
        currency=total.currency,
        total_minor=total.minor,
        placed=row.placed,
    )


def _line(order: Order, row: LineRow, products: _Known) -> OrderLine:
    product_id, listing_id = products[row.sku]
    return OrderLine(
        order_id=order.id,
        product_id=product_id,
        listing_id=listing_id,
        quantity=row.quantity,
        amount_minor=row.amount.minor,
    )


def _imported(actor: Actor, order: Order, row: OrderRow) -> Event:
    data = {
        "order": order.public_id,
        "number": order.number,
        "total_minor": order.total_minor,
        "currency": order.currency,
        "items": sum(line.quantity for line in row.lines),
        "sku": row.lines[0].sku,
    }
    return Event(
        happened.ORDER_IMPORTED.code,
        actor,
        row.placed,
        ("order", order.id),
        record_id=order.record_id,
        data=data,
    )


@action
def import_orders(
    *, actor: Actor, now: datetime, orders: Sequence[tuple[int, OrderRow, str]]
) -> list[tuple[int, str]]:
    """Bring in orders nobody has yet, of known records: (record id, order, state); their products exist.

    Gives (order id, number) of each. One event per order. Needs `trade.import`.
    """
    actor.require("trade.import")
    products = _products({line.sku for _, row, _ in orders for line in row.lines})
    made = [(_order(row, record_id), row, state) for record_id, row, state in orders]
    for order, _row, state in made:
        order.state = state
    lines = [_line(order, line, products) for order, row, _ in made for line in row.lines]
    if made:
        events.record(
            *(_imported(actor, order, row) for order, row, _ in made),
            with_rows=[*(order for order, _, _ in made), *lines],
        )
    return [(order.id, order.number) for order, _, _ in made]


@action
def correct_states(*, actor: Actor, now: datetime, changes: Sequence[tuple[int, str, str]]) -> set[int]:
    """Set orders to another state: (order id, state it must have, state it gets). Gives the ids that had changed meanwhile.

    Needs `trade.import`.
    """
    actor.require("trade.import")
    missed: set[int] = set()
    happenings: list[Event] = []
    for order_id, before, after in changes:
        order = Order.objects.select_for_update(of=("self",)).filter(id=order_id, state=before).first()
        if order is None:
            missed.add(order_id)
            continue
        Order.objects.filter(id=order_id).update(state=after)
        data = {"order": order.public_id, "before": before, "after": after}
        happenings.append(
            Event(happened.ORDER_CORRECTED.code, actor, now, ("order", order.id), order.record_id, data=data)
        )
    if happenings:
        events.record(*happenings)
    return missed


@action
def set_state(*, actor: Actor, now: datetime, order_id: int, state: str) -> str:
    """Correct the state of one order by hand; gives the one it had.

    Needs `trade.import` for the customer's unit. Raises `NotFound`, `Denied`, `Invalid` for a state that is none.
    """
    visible = Order.objects.visible_to(actor).filter(id=order_id).select_related("record").first()
    if visible is None:
        raise NotFound
    actor.require(RIGHT)
    unit_id = visible.record.unit_id
    if not actor.reach(RIGHT).everything and (unit_id is None or not actor.may_at(RIGHT, unit_id)):
        raise Denied(code="denied")
    if state not in Order.State.values:
        raise Invalid(fields={"state": _("There is no such state.")})
    order = Order.objects.select_for_update(of=("self",)).get(id=order_id)
    before = str(order.state)
    if before != state:
        correct_states(actor=actor, now=now, changes=[(order_id, before, state)])
    return before


@action
def withdraw_orders(*, actor: Actor, now: datetime, order_ids: Sequence[int]) -> set[int]:
    """Remove imported orders with their lines; gives the ids of those to which something has happened since.

    Needs `trade.import`.
    """
    actor.require("trade.import")
    there = {order.id: order for order in Order.objects.filter(id__in=order_ids)}
    kept = _built_upon(set(there))
    going = [order for ref, order in there.items() if ref not in kept]
    if going:
        data = [{"order": order.public_id, "number": order.number} for order in going]
        events.record(
            *(
                Event(
                    happened.ORDER_WITHDRAWN.code, actor, now, ("order", order.id), order.record_id, data=one
                )
                for order, one in zip(going, data, strict=True)
            )
        )
        Order.objects.filter(id__in=[order.id for order in going]).delete()
    return kept


def _built_upon(ids: set[int]) -> set[int]:
    """Orders that something else points to, or that were more than imported and corrected by imports."""
    found: set[int] = set()
    for relation in Order._meta.related_objects:
        if relation.related_model is not OrderLine:
            rows = relation.related_model._default_manager.filter(**{f"{relation.field.name}__in": ids})
            found |= set(rows.values_list(relation.field.attname, flat=True))
    more = EventRow.objects.filter(subject_kind="order", subject_id__in=ids)
    corrected: dict[int, list[str]] = {}
    for event in more.exclude(type=happened.ORDER_IMPORTED.code).order_by("id"):
        if event.type == happened.ORDER_CORRECTED.code:
            corrected.setdefault(event.subject_id, []).extend([event.data["before"], event.data["after"]])
        else:
            found.add(event.subject_id)
    return found | {ref for ref, states in corrected.items() if states[0] != states[-1]}


@action
def withdraw_products(*, actor: Actor, now: datetime, product_ids: Sequence[int]) -> None:
    """Remove products that came with an import and that no order names any more. Needs `trade.import`."""
    actor.require("trade.import")
    named = OrderLine.objects.filter(product=OuterRef("pk"))
    Product.objects.filter(id__in=product_ids).exclude(Exists(named)).delete()
