"""Orders placed and cancelled. Money for them: `actions.payments`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from guanxi.core import events, rows
from guanxi.core.access import Actor, Kind
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.events import Event
from guanxi.core.ids import new_digits, new_id
from guanxi.people.models import Record
from guanxi.trade import events as happened
from guanxi.trade.actions import frame, stock
from guanxi.trade.actions.payments import book_payment, dates_of, give_back, pay_order, refund_order
from guanxi.trade.actions.troubles import close_troubles
from guanxi.trade.models import Listing, Order, OrderLine, Product, Shop, Stage
from guanxi.trade.queries import rulesets
from guanxi.trade.queries.protection import promises_of
from guanxi.trade.rules import stages as rules
from guanxi.trade.rules.ruleset import Flow, Rules

__all__ = ["NewLine", "NewOrder", "cancel_order", "pay_order", "place_order", "refund_order"]

LINES_MAX = 50
QUANTITY_MAX = 9_999
SHIP_TO = {"name": 80, "phone": 40, "address": 300}


@dataclass(frozen=True, slots=True)
class NewLine:
    """So many of a product of ours (its sku) or of a shop's listing (its public id)."""

    product: str
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class NewOrder:
    """What somebody orders, of one seller. `number`: a number it has already (of a form or another system), which makes
    placing it repeatable. `paid`: the money has come with it, by `method`. `ship_to`: {"name", "phone", "address"}."""

    lines: Sequence[NewLine]
    intake: str = "web"
    ship_to: Mapping[str, str] = field(default_factory=dict)
    paid: bool = False
    method: str = "cash"
    number: str = ""
    sample: bool = False


@dataclass(frozen=True, slots=True)
class _Found:
    """What a line turns out to be."""

    product: Product
    listing: Listing | None
    quantity: int

    @property
    def price(self) -> tuple[int | None, str]:
        if self.listing is not None:
            return self.listing.price_minor, self.listing.currency
        return self.product.price_minor, self.product.currency


@action
def place_order(*, actor: Actor, now: datetime, record_id: int, order: NewOrder) -> Order:
    """Place an order of the record: stock is promised to it, and what was promised of the goods is kept with its lines.

    Customers order for themselves; staff and machines need `trade.orders` for the customer's unit. Raises `Invalid` for
    what cannot be ordered together or so, `Conflict` (`sold_out`, `not_on_sale`, `number`), `NotFound`, `Denied`.
    """
    record = _buyer(actor, record_id)
    if order.number and (known := _known(record, order.number)):
        return known
    found = _find(order.lines)
    shop = _shop(found, record)
    ruleset_id, content = rulesets.current_id(), rulesets.current()
    flow = content.flow_for(order.intake, seller=shop is not None)
    if flow is None or ruleset_id is None:
        raise Invalid(_("Nobody has published how orders taken in like this are handled."), code="no_flow")
    way = _way(record, shop, order, found, now=now, content=content, flow=flow, ruleset_id=ruleset_id)
    all_of_it = not any(content.stages[code].does == rules.PROCUREMENT for code in flow.stages)
    stock.reserve(way, all_of_it=all_of_it)
    if not any(way.kind(one).does == rules.PAYMENT for one in way.stages):
        dates_of(way, now)
    payment = book_payment(
        way, now=now, minor=way.order.total_minor, method=order.method,
        once=f"{way.order.public_id}:placed", reference="",
    ) if order.paid else None  # fmt: skip
    frame.move(way, actor=actor, now=now)
    data = {
        "total_minor": way.order.total_minor,
        "currency": way.order.currency,
        "intake": order.intake,
        "items": sum(line.quantity for line in way.lines),
        "sku": found[0].product.sku,
        "paid": order.paid,
    }
    told = frame.event(happened.ORDER_PLACED.code, way, actor=actor, now=now, data=data)
    events.record(
        told, with_rows=[way.order, *way.lines, *way.stages, *([payment] if payment is not None else [])]
    )
    return way.order


def _buyer(actor: Actor, record_id: int) -> Record:
    record = Record.objects.filter(id=record_id).select_related("customer").first()
    if record is None:
        raise NotFound
    if actor.kind is Kind.CUSTOMER:
        if not frame.is_own(actor, record):
            raise NotFound
        return record
    actor.require(frame.ORDERS)
    if not actor.reach(frame.ORDERS).everything:
        actor.require_at(frame.ORDERS, record.unit_id or 0)
    return record


def _known(record: Record, number: str) -> Order | None:
    """The order that has this number already. Raises `Conflict` where it is somebody else's."""
    known = Order.objects.filter(number=number).select_related("record").first()
    if known is None:
        return None
    if known.record.customer_id != record.customer_id:
        raise Conflict(_("Another order has this number."), code="number")
    return known


def _find(lines: Sequence[NewLine]) -> list[_Found]:
    """The products and listings meant, in the order given. One product stands on one line only."""
    if not 0 < len(lines) <= LINES_MAX:
        raise Invalid(fields={"lines": _("An order has between 1 and %(most)s lines.") % {"most": LINES_MAX}})
    for line in lines:
        if not 0 < line.quantity <= QUANTITY_MAX:
            raise Invalid(fields={"quantity": _("This quantity cannot be ordered.")})
    codes = [line.product for line in lines]
    if len(set(codes)) < len(codes):
        raise Invalid(fields={"lines": _("The same product stands there twice.")})
    listings = Listing.objects.filter(public_id__in=codes).select_related("product", "shop__record")
    offered = {one.public_id: one for one in listings}
    products = {one.sku: one for one in Product.objects.filter(sku__in=codes)}
    found = []
    for line in lines:
        listing = offered.get(line.product)
        product = listing.product if listing else products.get(line.product)
        if product is None:
            raise Invalid(
                fields={"lines": _("There is no product %(code)s.") % {"code": line.product[:40]}},
                code="no_product",
            )
        found.append(_Found(product, listing, line.quantity))
    return found


def _shop(found: Sequence[_Found], record: Record) -> Shop | None:
    """The one shop that sells all of it; None: we do."""
    shops = {one.listing.shop_id if one.listing else None for one in found}
    if len(shops) > 1:
        raise Invalid(
            fields={"lines": _("One order is of one seller: please place several.")}, code="sellers"
        )
    listing = found[0].listing
    if listing is None:
        return None
    ready = all(one.listing is not None and one.listing.state == Listing.State.ACTIVE for one in found)
    if not ready or listing.shop.state != Shop.State.OPEN:
        raise Conflict(_("This is not on sale any more."), code="not_on_sale")
    if listing.shop.record.customer_id == record.customer_id:
        raise Invalid(_("Nobody buys from their own shop."), code="own_shop")
    return listing.shop


def _way(
    record: Record, shop: Shop | None, new: NewOrder, found: Sequence[_Found], *,
    now: datetime, content: Rules, flow: Flow, ruleset_id: int,
) -> frame.Way:  # fmt: skip
    """The order with its lines and stages, not yet written."""
    currency = _currency(found)
    order = rows.new(
        Order,
        id=new_id(),
        number=new.number or number_for(now),
        record_id=record.id,
        seller_id=shop.record_id if shop else None,
        state=Order.State.PLACED,
        intake=new.intake,
        rules_id=ruleset_id,
        flow=flow.code,
        currency=currency,
        total_minor=sum((one.price[0] or 0) * one.quantity for one in found),
        ship_to=_ship_to(new.ship_to),
        placed=now,
        sample=new.sample,
    )
    lines = [_line(order, one, shop, now) for one in found]
    goods = [rules.Line(one.quantity, goods=frame.is_goods(content, one.product.line)) for one in found]
    kinds = [content.stages[code] for code in flow.stages]
    left = [kind for kind in kinds if not rules.is_left_out(kind.does, rules.Facts(goods))]
    stages = [
        rows.new(
            Stage, id=new_id(), order_id=order.id, number=number, code=kind.code, team_id=_team(kind.team)
        )
        for number, kind in enumerate(left, 1)
    ]
    return frame.Way(order, content, lines, stages, [])


def _currency(found: Sequence[_Found]) -> str:
    for one in found:
        if one.price[0] is None:
            raise Invalid(
                fields={"lines": _("%(code)s has no price.") % {"code": one.product.sku}}, code="no_price"
            )
    currencies = {one.price[1] for one in found}
    if len(currencies) > 1:
        raise Invalid(fields={"lines": _("One order is in one currency.")}, code="currencies")
    return currencies.pop()


def _line(order: Order, one: _Found, shop: Shop | None, now: datetime) -> OrderLine:
    price = one.price[0] or 0
    line = rows.new(
        OrderLine,
        id=new_id(),
        order_id=order.id,
        product_id=one.product.id,
        listing_id=one.listing.id if one.listing else None,
        quantity=one.quantity,
        amount_minor=price * one.quantity,
        declaration=dict(one.listing.declaration) if one.listing else {},
        terms=dict(promises_of(shop.id, one.listing.category, now)) if shop and one.listing else {},
    )
    line.product = one.product
    line.listing = one.listing
    return line


def _team(code: str) -> int | None:
    team = frame.team_of(code)
    return team.id if team else None


def _ship_to(given: Mapping[str, str]) -> dict[str, str]:
    kept = {key: " ".join(str(given.get(key, "")).split())[:most] for key, most in SHIP_TO.items()}
    return {key: value for key, value in kept.items() if value}


def number_for(now: datetime) -> str:
    """D, year and month, eight random digits: easy to read out, impossible to count on."""
    digits = new_digits(8)
    return f"D{now:%y%m}-{digits[:4]}-{digits[4:]}"


@action
def cancel_order(*, actor: Actor, now: datetime, order_id: int, why: str = "changed_mind") -> Order:
    """Take an order back of which nothing has been sent: stock is free again, what was paid goes back. Safe twice.

    The buyer, the seller, or `trade.orders`. `why` is a code. Raises `Conflict` (`shipped`) once a parcel is made.
    """
    way = frame.lock_visible(actor, order_id)
    frame.require_side(actor, way.order, frame.BUYER, frame.SELLER)
    if way.order.cancelled is None:
        events.record(*cancel(way, actor=actor, now=now, why=why))
    return way.order


def cancel(way: frame.Way, *, actor: Actor, now: datetime, why: str) -> list[Event]:
    """The same on a locked order, as part of a greater action, which records the events."""
    if way.parcels or way.order.received is not None:
        raise Conflict(
            _("A parcel is on its way already: it can be sent back once it has arrived."), code="shipped"
        )
    stock.release(way)
    way.order.cancelled, way.order.why = now, why
    back = give_back(way, now=now, minor=way.order.paid_minor, once=f"{way.order.public_id}:cancelled")
    closed = close_troubles(way, actor=actor, now=now, how=rules.WAY_CANCELLED)
    frame.onward(way, actor=actor, now=now)
    data = {"why": why, "refunded_minor": -back.amount_minor if back else 0, "currency": way.order.currency}
    return [frame.event(happened.ORDER_CANCELLED.code, way, actor=actor, now=now, data=data), *closed]
