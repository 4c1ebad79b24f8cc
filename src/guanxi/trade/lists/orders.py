"""The list of orders."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Actor
from guanxi.core.errors import Conflict
from guanxi.core.http import address
from guanxi.core.lists import Bulk, Candidates, Choices, Column, Edit, Input, Kind, Listing
from guanxi.core.money import Money, digits_of
from guanxi.core.phrases import language
from guanxi.engine.normalise import avatar
from guanxi.trade import actions, pages, queries
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
            "name": order.record.called,
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


def _find(actor: Actor, text: str, limit: int, found: Candidates) -> Sequence[int]:
    known = queries.search_orders(actor, text, limit=limit, customers=found)
    return [order.id for order in known]


def _states(actor: Actor) -> Choices:
    return list(Order.State.choices)


def _intakes(actor: Actor) -> Choices:
    return list(Order.Intake.choices)


def _mine(actor: Actor) -> Q:
    """Orders this actor may correct."""
    return actor.reach(actions.RIGHT).within("record__unit")


def _is_mine(actor: Actor, order: Order) -> bool:
    reach = actor.reach(actions.RIGHT)
    return reach.everything or order.record.unit_id in reach.units


def _write_state(*, actor: Actor, now: datetime, row: Order, value: str) -> None:
    actions.set_state(actor=actor, now=now, order_id=row.id, state=value)


def _set_state(*, actor: Actor, now: datetime, row: Order, values: Mapping[str, str]) -> Any:
    before = actions.set_state(actor=actor, now=now, order_id=row.id, state=values["state"])
    return {"before": before, "after": values["state"]} if before != values["state"] else None


def _state_back(*, actor: Actor, now: datetime, row: Order, kept: Mapping[str, Any]) -> None:
    if row.state != kept["after"]:
        raise Conflict(_("The order has changed since."), code="changed")
    actions.set_state(actor=actor, now=now, order_id=row.id, state=kept["before"])


EDIT_STATE = Edit(
    right=actions.RIGHT,
    original=lambda order: str(order.state),
    act=_write_state,
    input="choice",
    choices=_states,
    may=_is_mine,
    subject="order",
    events=("order.imported", "order.corrected"),
)
BULK = (
    Bulk(
        code="state",
        title=_("Set state"),
        right=actions.RIGHT,
        act=_set_state,
        undo=_state_back,
        icon="package",
        mine=_mine,
        says=_("Each order is corrected to this state, as an import would. The customer is not told."),
        inputs=(Input(code="state", title=_("Which state?"), kind="choice", choices=_states),),
    ),
)


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
    url=lambda order: address("order", order.public_id),
    url_name="orders",
    customer=lambda order: order.record.customer_id,
    find=_find,
    finds="customer",
    icon="package",
    bulk=BULK,
    quick="trade/quick.html",
    quick_context=_quick,
    new_url=_import_url,
    new_label=_("Import orders"),
    beside=(
        (_("Stages"), "stages", "trade.fulfil"),
        (_("Remittance slips"), "remittances", "trade.remit"),
        (_("Deposits and money"), "ledger", "trade.ledger.view"),
        (_("Shops"), "shops", "trade.view"),
        (_("Returns"), "returns", "trade.view"),
        (_("Protection"), "protection", "trade.protect"),
    ),
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
            value=lambda actor, order: order.record.called,
            path="record__name",
        ),
        Column(
            code="state",
            title=_("State"),
            value=lambda actor, order: order.get_state_display(),
            kind=Kind.CHOICE,
            path="state",
            choices=_states,
            edit=EDIT_STATE,
        ),
        Column(
            code="stage",
            title=_("Stage"),
            value=lambda actor, order: pages.stage_name(order),
            path="stage",
        ),
        Column(
            code="promised",
            title=_("In their hands by"),
            value=lambda actor, order: order.promised,
            kind=Kind.MOMENT,
            path="promised",
            nullable=True,
        ),
        Column(
            code="intake",
            title=_("Came in by"),
            value=lambda actor, order: order.get_intake_display(),
            kind=Kind.CHOICE,
            path="intake",
            choices=_intakes,
            shown=False,
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
