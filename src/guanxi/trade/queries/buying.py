"""What a signed-in customer has bought and what a shop has sold: reads of the two own pages."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Prefetch, Q, QuerySet, Sum

from guanxi.core.access import Actor, Kind
from guanxi.core.errors import NotFound
from guanxi.core.money import Money
from guanxi.trade.models import CarrierEvent, Order, OrderLine, Payment, Return, Shipment, Shop
from guanxi.trade.rules.improving import MARKET_ORDERS_MIN, Standing, median

WINDOW = timedelta(days=90)  # what a shop is measured over
SHIP_MAX = 100  # orders to send that one page shows


def _mine(actor: Actor) -> Collection[int]:
    if actor.kind is not Kind.CUSTOMER or actor.customer_id is None:
        return ()
    if actor.records is None:
        return {actor.record_id} if actor.record_id else ()
    return actor.records


def bought_by(actor: Actor) -> QuerySet[Order]:
    """What a signed-in customer has bought, the newest first, with all that a list shows."""
    found: QuerySet[Order] = Order.objects.visible_to(actor).filter(record__in=_mine(actor))
    return found.prefetch_related(_lines()).select_related("seller__shop").order_by("-placed", "-id")


def sold_by(actor: Actor) -> QuerySet[Order]:
    """What a signed-in customer has sold, the newest first."""
    found: QuerySet[Order] = Order.objects.visible_to(actor).filter(seller__in=_mine(actor))
    return found.prefetch_related(_lines()).select_related("record").order_by("-placed", "-id")


def _lines() -> Prefetch:  # type: ignore[type-arg]  # of OrderLine, under its own name
    return Prefetch("lines", OrderLine.objects.select_related("product", "listing").order_by("id"))


def get_bought(actor: Actor, public_id: str) -> Order:
    """One of my purchases. Raises `NotFound`."""
    return _one(bought_by(actor), public_id)


def get_sold(actor: Actor, public_id: str) -> Order:
    """One of my sales. Raises `NotFound`."""
    return _one(sold_by(actor), public_id)


def _one(found: QuerySet[Order], public_id: str) -> Order:
    row = found.filter(public_id=public_id).first()
    if row is None:
        raise NotFound
    return row


@dataclass(frozen=True, slots=True)
class Around:
    """What belongs to one order: its parcels with what carriers said, payments, returns."""

    parcels: Sequence[Shipment]
    payments: Sequence[Payment]
    returns: Sequence[Return]


def around(order: Order) -> Around:
    said = Prefetch("events", CarrierEvent.objects.order_by("-occurred", "-id"))
    return Around(
        list(order.shipments.prefetch_related(said, "lines").order_by("made", "id")),
        list(order.payments.order_by("made", "id")),
        list(order.returns.select_related("line__product").order_by("-asked", "-id")),
    )


def to_send(actor: Actor) -> list[Order]:
    """Paid orders of my shop that are not sent yet, the most pressing first; at most 100."""
    found = sold_by(actor).filter(state=Order.State.PAID)
    return list(found.order_by(F("ship_by").asc(nulls_last=True), "id")[:SHIP_MAX])


def returns_due(actor: Actor) -> list[Return]:
    """Returns to my shop that wait for it: to be agreed to, or arrived and to be checked; the oldest first."""
    waiting = (Return.State.ASKED, Return.State.ARRIVED)
    found = Return.objects.filter(order__seller__in=_mine(actor), state__in=waiting)
    return list(found.select_related("order", "line__product").order_by("asked", "id")[:SHIP_MAX])


def expected(actor: Actor) -> list[Money]:
    """Money to come for what I sold: paid by the buyer, not yet paid on to me; per currency."""
    found = Order.objects.visible_to(actor).filter(seller__in=_mine(actor), paid_minor__gt=0)
    paid_on = Q(payments__kind=Payment.Kind.SUPPLIER)
    rows = (
        found.exclude(Q(state=Order.State.CANCELLED))
        .exclude(id__in=Order.objects.filter(paid_on).values("id"))
        .order_by()
        .values_list("currency")
        .annotate(total=Sum("paid_minor"))
    )
    return [Money(total, currency) for currency, total in sorted(rows)]


def open_orders(shops: Collection[int]) -> dict[int, int]:
    """{record id of the seller: orders on their way}."""
    running = [Order.State.PLACED, Order.State.PAID, Order.State.SHIPPED]
    rows = Order.objects.filter(seller__shop__in=shops, state__in=running).order_by().values_list("seller")
    return dict(rows.annotate(n=Count("id")))


def standing_of(shop: Shop, now: datetime) -> Standing:
    """How a shop has sold in the last 90 days: orders, those sent late (or late already and not sent)."""
    found = Order.objects.filter(seller=shop.record_id, paid__gt=now - WINDOW)
    late = Q(shipped__gt=F("ship_by")) | Q(shipped=None, cancelled=None, ship_by__lt=now)
    counted = found.aggregate(
        orders=Count("id"),
        due=Count("id", filter=Q(ship_by__lt=now) | Q(shipped__isnull=False)),
        late=Count("id", filter=late),
    )
    return Standing(orders=counted["orders"], due=counted["due"], late=counted["late"])


def dispute_shares(disputed: Mapping[int, int], now: datetime) -> float | None:
    """The median over all shops with enough orders of the share of their orders disputed; None with too few shops.

    `disputed`: {record id of a seller: orders of the last 90 days that are in dispute}.
    """
    found = Order.objects.filter(paid__gt=now - WINDOW).exclude(seller=None).order_by()
    rows = found.values_list("seller").annotate(n=Count("id"))
    shares = [disputed.get(seller or 0, 0) / n for seller, n in rows if n >= MARKET_ORDERS_MIN]
    return median(shares)
