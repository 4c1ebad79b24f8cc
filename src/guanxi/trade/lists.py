"""The list of orders."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Actor
from guanxi.core.http import address
from guanxi.core.lists import Choices, Column, Kind, Listing
from guanxi.core.money import Money, digits_of
from guanxi.core.phrases import language
from guanxi.engine.normalise import avatar
from guanxi.trade import pages, queries
from guanxi.trade.models import Order


def _title(actor: Actor, order: Order) -> Mapping[str, Any]:
    return {"title": pages.title_of(order), "sub": order.number, "icon": "package", "icon_label": ""}


def _quick(actor: Actor, order: Order) -> Mapping[str, Any]:
    """What trade/quick.html draws."""
    customer = order.record.customer.public_id
    return {
        "number": order.number,
        "state": order.get_state_display(),
        "placed": order.placed,
        "total": pages.amount(order),
        "customer": {
            "name": order.record.name or customer,
            "url": reverse("customer", args=[customer]),
            "initials": avatar(order.record.name),
        },
        "lines": [
            {
                "name": pages.product_name(line),
                "sku": line.product.sku,
                "amount": Money(line.amount_minor, order.currency).format(language()),
            }
            for line in order.lines.all()
        ],
    }


def _find(actor: Actor, text: str, limit: int) -> Sequence[int]:
    return [order.id for order in queries.search_orders(actor, text, limit=limit)]


def _states(actor: Actor) -> Choices:
    return list(Order.State.choices)


def _amount(actor: Actor, order: Order) -> Decimal:
    return Decimal(order.total_minor).scaleb(-digits_of(order.currency))


def _import_url(actor: Actor) -> str:
    may = actor.may("imports.use") and actor.may("trade.import")
    return f"{address('import_new')}?kind=orders" if may else ""


LISTING = Listing(
    code="orders",
    title=_("Orders"),
    right="trade.view",
    query=queries.list_orders,
    order="-placed",
    key=lambda order: order.public_id,
    key_path="public_id",
    url=lambda order: address("customer", order.record.customer.public_id),
    url_name="orders",
    find=_find,
    icon="package",
    quick="trade/quick.html",
    quick_context=_quick,
    new_url=_import_url,
    new_label=_("Import orders"),
    empty=_("Orders appear here as soon as one is placed or imported."),
    columns=(
        Column(
            code="order",
            title=_("Order"),
            value=lambda actor, order: pages.title_of(order),
            shape="title",
            cell=_title,
        ),
        Column(
            code="number",
            title=_("Number"),
            value=lambda actor, order: order.number,
            path="number",
            shown=False,
        ),
        Column(
            code="customer",
            title=_("Customer"),
            value=lambda actor, order: order.record.name or order.record.customer.public_id,
            path="record__name",
        ),
        Column(
            code="state",
            title=_("State"),
            value=lambda actor, order: order.get_state_display(),
            kind=Kind.CHOICE,
            path="state",
            choices=_states,
        ),
        Column(
            code="amount",
            title=_("Amount"),
            value=_amount,
            kind=Kind.MONEY,
            path="total_minor",
            cell=lambda actor, order: {"value": pages.amount(order)},
        ),
        Column(
            code="currency",
            title=_("Currency"),
            value=lambda actor, order: order.currency,
            path="currency",
            shown=False,
        ),
        Column(
            code="placed",
            title=_("Placed"),
            value=lambda actor, order: order.placed,
            kind=Kind.MOMENT,
            path="placed",
        ),
    ),
)
