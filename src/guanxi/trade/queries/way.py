"""Reading one order with its whole way: lines, stages, parcels with their reports, money, troubles, returns."""

from django.db.models import Prefetch, QuerySet

from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.trade.models import (
    CarrierEvent,
    Order,
    OrderLine,
    Payment,
    Return,
    Shipment,
    ShipmentLine,
    Stage,
    Trouble,
    Verification,
)


def get_way(actor: Actor, public_id: str) -> Order:
    """A visible order with everything its page shows, in a fixed number of statements. Raises `NotFound`."""
    found: QuerySet[Order] = Order.objects.visible_to(actor)
    order = (
        found.filter(public_id=public_id)
        .select_related("record__customer", "seller__customer", "seller__shop")
        .prefetch_related(
            Prefetch("lines", OrderLine.objects.select_related("product", "listing").order_by("id")),
            Prefetch("lines__verifications", Verification.objects.order_by("-made", "-id")),
            Prefetch("stages", Stage.objects.select_related("team__unit").order_by("number")),
            Prefetch("shipments", Shipment.objects.order_by("made", "id")),
            Prefetch("shipments__events", CarrierEvent.objects.order_by("-occurred", "-id")),
            Prefetch("shipments__lines", ShipmentLine.objects.select_related("line__product").order_by("id")),
            Prefetch("payments", Payment.objects.order_by("made", "id")),
            Prefetch("troubles", Trouble.objects.order_by("-opened", "-id")),
            Prefetch("returns", Return.objects.select_related("line__product").order_by("-asked", "-id")),
        )
        .first()
    )
    if order is None:
        raise NotFound
    return order


def of_order(order: Order, trouble: str) -> Trouble:
    """An open trouble of this order by its public id. Raises `NotFound`."""
    found = next((one for one in order.troubles.all() if one.public_id == trouble), None)
    if found is None:
        raise NotFound
    return found
