"""Every write of trade. In its first form: products, and orders brought in from elsewhere, one event per row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import models

from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.events import Event
from guanxi.core.money import Money
from guanxi.people.actions import Contact, import_contacts
from guanxi.trade import events as happened
from guanxi.trade.models import Order, OrderLine, Product


@dataclass(frozen=True, slots=True)
class ProductRow:
    sku: str
    line: str
    name: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LineRow:
    sku: str
    quantity: int
    amount: Money


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order of a source file. `number` is the source's own and makes the import repeatable."""

    number: str
    placed: datetime
    lines: Sequence[LineRow]


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
        Product(sku=p.sku, line=p.line, name=dict(p.name), sample=sample)
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


def _products(skus: set[str]) -> dict[str, int]:
    return dict(Product.objects.filter(sku__in=skus).values_list("sku", "id"))


def _order(row: OrderRow, record_id: int) -> Order:
    total = Money.total([line.amount for line in row.lines], row.lines[0].amount.currency)
    return Order(
        number=row.number,
        record_id=record_id,
        state=Order.State.RECEIVED,
        currency=total.currency,
        total_minor=total.minor,
        placed=row.placed,
    )


def _line(order: Order, row: LineRow, products: Mapping[str, int]) -> OrderLine:
    return OrderLine(
        order_id=order.id, product_id=products[row.sku], quantity=row.quantity, amount_minor=row.amount.minor
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
