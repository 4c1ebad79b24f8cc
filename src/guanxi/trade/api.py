"""Orders over the API."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema

from guanxi.core import keyset
from guanxi.core.api import PAGE, READ, Cursor, Limit, Problem, actor_of
from guanxi.people import queries as people
from guanxi.trade import queries
from guanxi.trade.models import Order

router = Router(tags=["orders"])


class LineOut(Schema):
    sku: str
    quantity: int
    amount_minor: int


class OrderOut(Schema):
    """Amounts are in minor units of `currency`."""

    id: str
    number: str
    customer: str
    state: str
    currency: str
    total_minor: int
    placed: datetime
    lines: list[LineOut]


class OrdersOut(Schema):
    items: list[OrderOut]
    next: str


def _out(order: Order) -> dict[str, Any]:
    return {
        "id": order.public_id,
        "number": order.number,
        "customer": order.record.customer.public_id,
        "state": order.state,
        "currency": order.currency,
        "total_minor": order.total_minor,
        "placed": order.placed,
        "lines": [
            {"sku": line.product.sku, "quantity": line.quantity, "amount_minor": line.amount_minor}
            for line in order.lines.all()
        ],
    }


@router.get("", response={200: OrdersOut, READ: Problem}, summary="Newest orders")
def list_orders(
    request: HttpRequest,
    after: Cursor = "",
    limit: Limit = PAGE,
    customer: str = "",
    state: Literal["", "placed", "shipped", "received"] = "",
    number: str = "",
) -> Any:
    """Visible orders, newest first; `customer` (their id), `state` and `number` narrow."""
    actor = actor_of(request)
    actor.require("trade.view")
    found = queries.list_orders(actor)
    narrow = {
        "record__customer__public_id": customer and people.code_now(customer),
        "state": state,
        "number": number,
    }
    found = found.filter(**{path: value for path, value in narrow.items() if value})
    shown = keyset.cut(found, "placed", after, size=limit)
    return {"items": [_out(order) for order in shown.rows], "next": shown.next_cursor}


@router.get("/{public_id}", response={200: OrderOut, READ: Problem}, summary="One order")
def get_order(request: HttpRequest, public_id: str) -> Any:
    actor = actor_of(request)
    actor.require("trade.view")
    return _out(queries.get_order(actor, public_id))
