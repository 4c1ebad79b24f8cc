"""Goods on shelves: promised to orders, put there, taken away. Every change is made under the row's lock.

Shelves are locked in one order (product, place) and always after the orders concerned, so that two actions never wait for
each other in a circle.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.events import Event
from guanxi.trade import events as happened
from guanxi.trade.actions import frame
from guanxi.trade.models import OrderLine, Product, Stock

WAITING_MAX = 200  # orders that one arrival of goods can serve


@dataclass(frozen=True, slots=True)
class Arrived:
    """What putting goods in stock did: the shelf as it is now, and the orders that go on because of it."""

    stock: Stock
    served: Sequence[str]


def shelves(products: Iterable[int], place: str) -> dict[int, Stock]:
    """{product id: its shelf, locked}; those that have none are missing."""
    found = Stock.objects.select_for_update(of=("self",)).filter(product__in=set(products), place=place)
    return {one.product_id: one for one in found.order_by("product_id", "place")}


def reserve(way: frame.Way, *, all_of_it: bool) -> None:
    """Promise stock to the lines that still need some, as far as it goes. `all_of_it`: or raise `Conflict` (`sold_out`)."""
    wanting = [line for line in way.lines if way.is_goods(line) and _missing(way, line)]
    found = shelves([line.product_id for line in wanting], way.place)
    for line in wanting:
        shelf = found.get(line.product_id)
        part = min(_missing(way, line), shelf.free if shelf else 0)
        if all_of_it and part < _missing(way, line):
            raise Conflict(
                _("Only %(free)s of this are left.") % {"free": shelf.free} if shelf and shelf.free
                else _("This is sold out."), code="sold_out",
            )  # fmt: skip
        if shelf and part:
            shelf.reserved += part
            line.reserved += part
    _save(found, wanting)


def _missing(way: frame.Way, line: OrderLine) -> int:
    return int(way.seen(line).open - line.reserved)


def release(way: frame.Way, parts: Mapping[int, int] | None = None) -> None:
    """Set promised stock free: `parts` is {line id: how many}, all of it without."""
    lines = [line for line in way.lines if line.reserved and (parts is None or line.id in parts)]
    found = shelves([line.product_id for line in lines], way.place)
    for line in lines:
        part = line.reserved if parts is None else min(line.reserved, parts[line.id])
        found[line.product_id].reserved -= part
        line.reserved -= part
    _save(found, lines)


def take(way: frame.Way, parts: Mapping[int, int], *, lost: bool = False) -> None:
    """Goods promised to lines leave the shelf: into a parcel, or (`lost`) because they are damaged or cannot be found.

    Raises `Conflict` (`no_stock`) when less is reserved for a line.
    """
    lines = [line for line in way.lines if parts.get(line.id) and way.is_goods(line)]
    found = shelves([line.product_id for line in lines], way.place)
    for line in lines:
        part = parts[line.id]
        shelf = found.get(line.product_id)
        if shelf is None or line.reserved < part:
            raise Conflict(_("The goods are not there: not all of it is reserved."), code="no_stock")
        shelf.reserved -= part
        shelf.on_hand -= part
        line.reserved -= part
        if not lost:
            line.shipped += part
    _save(found, lines)


def put_back(way: frame.Way, parts: Mapping[int, int], *, shelved: bool) -> None:
    """What was in a parcel is not with the customer after all; `shelved`: it can be sold again."""
    lines = [line for line in way.lines if parts.get(line.id)]
    found = shelves([line.product_id for line in lines], way.place) if shelved else {}
    for line in lines:
        line.shipped -= parts[line.id]
        if shelf := found.get(line.product_id):
            shelf.on_hand += parts[line.id]
    _save(found, lines)


def _save(found: Mapping[int, Stock], lines: Sequence[OrderLine]) -> None:
    for shelf in found.values():
        shelf.save(update_fields=["on_hand", "reserved"])
    for line in lines:
        if not line._state.adding:
            line.save(update_fields=["reserved", "shipped"])


@action
def put(
    *,
    actor: Actor,
    now: datetime,
    sku: str,
    quantity: int,
    place: str = "main",
    bin_: str | None = None,
    why: str = "arrived",
) -> Arrived:
    """Goods come to a shelf (`quantity` < 0: are gone from it); orders waiting for them are served, the oldest first.

    Needs `trade.fulfil`. `why` is a code. Raises `NotFound`, `Invalid`, `Conflict` where more would be gone than is free.
    """
    actor.require(frame.FULFIL)
    product = Product.objects.filter(sku=sku).first()
    if product is None:
        raise NotFound(_("There is no such product."))
    if quantity == 0:
        raise Invalid(fields={"quantity": _("The quantity must not be nothing.")})
    waiting = _waiting(product, place) if quantity > 0 else []
    Stock.objects.get_or_create(product=product, place=place)
    shelf = shelves([product.id], place)[product.id]
    if shelf.free + quantity < 0:
        raise Conflict(
            _("Only %(free)s of this are free; the rest is promised to orders.") % {"free": shelf.free},
            code="not_free",
        )
    shelf.on_hand += quantity
    shelf.bin = shelf.bin if bin_ is None else bin_
    shelf.save(update_fields=["on_hand", "bin"])
    served = [way for way in waiting if _serve(way, actor=actor, now=now)]
    numbers = [way.order.public_id for way in served]
    data = {"sku": sku, "place": place, "quantity": quantity, "why": why, "orders": numbers}
    events.record(
        Event(happened.STOCK_PUT.code, actor, now, ("product", product.id), data=data),
        *(frame.event(happened.STAGE_DONE.code, way, actor=actor, now=now) for way in served if way.done),
    )
    shelf.refresh_from_db()
    return Arrived(shelf, numbers)


def _waiting(product: Product, place: str) -> list[frame.Way]:
    """Orders that wait for this product, locked, the oldest first."""
    lines = OrderLine.objects.filter(product=product, order__stage__gt="", order__cancelled=None)
    lines = lines.filter(order__seller=None) if place == "main" else lines.exclude(order__seller=None)
    ids = (
        lines.filter(quantity__gt=F("cancelled") + F("reserved") + F("shipped"))
        .order_by("order__placed", "order_id")
        .values_list("order_id", flat=True)[:WAITING_MAX]
    )
    locked = {order_id: frame.lock(order_id) for order_id in sorted(set(ids))}
    return [locked[order_id] for order_id in dict.fromkeys(ids)]


def _serve(way: frame.Way, *, actor: Actor, now: datetime) -> bool:
    before = [line.reserved for line in way.lines]
    reserve(way, all_of_it=False)
    if before == [line.reserved for line in way.lines]:
        return False
    frame.onward(way, actor=actor, now=now)
    return True
