"""Every read of purchases, suppliers and stock."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.core.money import Money
from guanxi.trade.models import Order, OrderLine, Product, Purchase, Stock, Supplier

RIGHT = "trade.fulfil"
ON_ORDER = (Purchase.State.ORDERED,)


def list_purchases(actor: Actor) -> QuerySet[Purchase]:
    """Visible purchases with supplier, product and the order they are for."""
    found: QuerySet[Purchase] = Purchase.objects.visible_to(actor)
    return found.select_related("supplier", "product", "line__order")


def get_purchase(actor: Actor, public_id: str) -> Purchase:
    """Raises `NotFound`."""
    found = list_purchases(actor).filter(public_id=public_id.upper()).first()
    if found is None:
        raise NotFound
    return found


def find_purchases(actor: Actor, text: str, limit: int) -> list[int]:
    """Purchases with exactly this number, invoice, product or order; else of suppliers whose name begins so."""
    text = text.strip()
    if not text or limit < 1:
        return []
    rows = list_purchases(actor).order_by("-ordered", "-id")
    exact = Q(public_id=text.upper()) | Q(reference=text) | Q(product__sku=text.upper())
    found = list(
        rows.filter(exact | Q(line__order__number=text.upper())).values_list("id", flat=True)[:limit]
    )
    return found or list(rows.filter(supplier__name__istartswith=text).values_list("id", flat=True)[:limit])


def list_suppliers(actor: Actor) -> list[Supplier]:
    """Everybody we buy from, by name."""
    actor.require(RIGHT)
    return list(Supplier.objects.order_by("name", "id"))


def list_stock(actor: Actor) -> QuerySet[Stock]:
    """The house's shelves, with `coming` (ordered from suppliers, not here yet) and `low`: free and coming are none.

    Needs `trade.fulfil`.
    """
    actor.require(RIGHT)
    ordered = Purchase.objects.filter(
        product=OuterRef("product"), place=OuterRef("place"), state__in=ON_ORDER
    )
    left = ordered.order_by().values("product").annotate(n=Sum(F("quantity") - F("arrived_quantity")))
    wanted = _wanted(OuterRef("product"))
    return (
        Stock.objects.filter(place="main")
        .select_related("product")
        .annotate(
            coming=Coalesce(Subquery(left.values("n")[:1]), 0, output_field=IntegerField()),
            wanted=Coalesce(Subquery(wanted), 0, output_field=IntegerField()),
            left=F("on_hand") - F("reserved"),
        )
    )


def _wanted(product: OuterRef) -> QuerySet[OrderLine, Any]:
    """What open orders of the house still lack of a product."""
    lines = OrderLine.objects.filter(product=product, order__stage__gt="", order__seller=None)
    lacking = (
        lines.order_by()
        .values("product")
        .annotate(n=Sum(F("quantity") - F("cancelled") - F("reserved") - F("shipped")))
    )
    return lacking.values("n")[:1]


def find_stock(actor: Actor, text: str, limit: int) -> list[int]:
    """Shelves of exactly this product or bin, else of products whose number begins so."""
    text = text.strip()
    if not text or limit < 1:
        return []
    rows = list_stock(actor).order_by("product__sku")
    exact = rows.filter(Q(product__sku=text.upper()) | Q(bin=text.upper()))
    found = list(exact.values_list("id", flat=True)[:limit])
    return found or list(rows.filter(product__sku__istartswith=text).values_list("id", flat=True)[:limit])


def usual_supply(product_ids: Sequence[int]) -> dict[int, Purchase]:
    """{product: the newest purchase of it}: from whom it is bought, and for how much a piece."""
    newest = Purchase.objects.filter(product=OuterRef("pk")).exclude(state=Purchase.State.CANCELLED)
    found = Product.objects.filter(id__in=product_ids).annotate(
        last=Subquery(newest.order_by("-ordered", "-id").values("id")[:1])
    )
    ids = {row.last: row.id for row in found if row.last}
    bought = Purchase.objects.filter(id__in=ids).select_related("supplier")
    return {one.product_id: one for one in bought}


def product_of(sku: str) -> Product | None:
    """The product with this number, however it is written in capitals; None where there is none."""
    return Product.objects.filter(sku__in={sku, sku.strip().upper()}).first() if sku.strip() else None


def piece_cost(purchase: Purchase) -> Money:
    """What one piece cost."""
    return Money(purchase.cost_minor // purchase.quantity, purchase.currency)


def lacking(order: Order) -> list[tuple[OrderLine, int]]:
    """(line, how many) that an order waits for and that nobody has ordered for it yet."""
    found = []
    for line in order.lines.select_related("product").order_by("id"):
        coming = sum(one.missing for one in line.purchases.filter(state__in=ON_ORDER))
        short = line.quantity - line.cancelled - line.reserved - line.shipped - coming
        if short > 0:
            found.append((line, short))
    return found


def unpaid_for(order: Order) -> list[Purchase]:
    """Purchases for an order whose supplier has not been paid."""
    found = Purchase.objects.filter(line__order=order).exclude(
        state__in=[Purchase.State.PAID, Purchase.State.CANCELLED]
    )
    return list(found.select_related("supplier", "product").order_by("ordered", "id"))


def has_unpaid(order: OuterRef) -> Exists:
    """Whether something bought for an order is still to be paid for."""
    owed = Purchase.objects.filter(line__order=order)
    return Exists(owed.exclude(state__in=[Purchase.State.PAID, Purchase.State.CANCELLED]))
