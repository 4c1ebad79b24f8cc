"""The list of purchases: what is on its way from suppliers, what has come, what is still to be paid for."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Actor
from guanxi.core.http import address
from guanxi.core.lists import Candidates, Choices, Column, Kind, Listing, View
from guanxi.core.money import Money, digits_of
from guanxi.core.phrases import language, pick
from guanxi.trade.models import Purchase
from guanxi.trade.pages.purchases import STATES
from guanxi.trade.queries import purchases as queries


def _find(actor: Actor, text: str, limit: int, found: Candidates) -> Sequence[int]:
    return queries.find_purchases(actor, text, limit)


def _title(actor: Actor, row: Purchase) -> Mapping[str, Any]:
    name = pick(row.product.name) or row.product.sku
    return {"title": name, "sub": f"{row.public_id} · {row.product.sku}", "icon": "package", "icon_label": ""}


def _states(actor: Actor) -> Choices:
    return [(code, str(words)) for code, words in STATES.items()]


def _cost(actor: Actor, row: Purchase) -> Decimal:
    return Decimal(row.cost_minor).scaleb(-digits_of(row.currency))


def _shown(actor: Actor, row: Purchase) -> Mapping[str, Any]:
    return {"value": Money(row.cost_minor, row.currency).format(language())}


def _came(actor: Actor, row: Purchase) -> str:
    return f"{row.arrived_quantity} / {row.quantity}"


LISTING = Listing(
    code="purchases",
    title=_("Supplier orders"),
    right=queries.RIGHT,
    query=queries.list_purchases,
    order="-ordered",
    key=lambda row: row.public_id,
    key_path="public_id",
    url=lambda row: address("purchase", row.public_id),
    url_name="purchases",
    find=_find,
    apart=True,
    icon="package",
    new_url=lambda actor: address("purchase_new") if actor.may(queries.RIGHT) else "",
    new_label=_("Order from a supplier"),
    beside=((_("Stock"), "stock", queries.RIGHT), (_("Stages"), "stages", queries.RIGHT)),
    empty=_("What is ordered from suppliers appears here until it has come and is paid for, and afterwards."),
    views=(
        View("coming", _("On the way"), "state=ordered&sort=expected"),
        View("unpaid", _("To be paid"), "state=arrived&sort=arrived"),
    ),
    columns=(
        Column(
            code="purchase",
            title=_("What"),
            value=lambda actor, row: row.product.sku,
            shape="title",
            cell=_title,
        ),
        Column(
            code="number",
            title=_("Number"),
            value=lambda actor, row: row.public_id,
            path="public_id",
            shown=False,
        ),
        Column(
            code="supplier",
            title=_("Supplier"),
            value=lambda actor, row: row.supplier.name,
            path="supplier__name",
        ),
        Column(code="came", title=_("Has come"), value=_came),
        Column(code="cost", title=_("Cost"), value=_cost, kind=Kind.MONEY, path="cost_minor", cell=_shown),
        Column(
            code="order",
            title=_("For order"),
            value=lambda actor, row: row.line.order.number if row.line else "",
            path="line__order__number",
            nullable=True,
        ),
        Column(
            code="state",
            title=_("State"),
            value=lambda actor, row: str(STATES[row.state]),
            kind=Kind.CHOICE,
            path="state",
            choices=_states,
        ),
        Column(
            code="expected",
            title=_("Expected"),
            value=lambda actor, row: row.expected,
            kind=Kind.MOMENT,
            path="expected",
            ahead=True,
        ),
        Column(
            code="arrived",
            title=_("Arrived on"),
            value=lambda actor, row: row.arrived,
            kind=Kind.MOMENT,
            path="arrived",
            nullable=True,
            shown=False,
        ),
        Column(
            code="ordered",
            title=_("Ordered"),
            value=lambda actor, row: row.ordered,
            kind=Kind.MOMENT,
            path="ordered",
            shown=False,
        ),
    ),
)
