"""The investment desk's list: orders by cut-off, with whose yes is missing."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Actor
from guanxi.core.http import address
from guanxi.core.lists import Candidates, Choices, Column, Kind, Listing, View
from guanxi.core.money import Money, digits_of
from guanxi.core.phrases import language
from guanxi.trade.models import InvestmentOrder
from guanxi.trade.pages import investing as pages
from guanxi.trade.queries import investments as queries


def _find(actor: Actor, text: str, limit: int, found: Candidates) -> Sequence[int]:
    return queries.find_investments(actor, text, limit, found)


def _title(actor: Actor, row: InvestmentOrder) -> Mapping[str, Any]:
    icon = "trending-up" if row.side == "buy" else "arrow-up-right"
    return {"title": pages.summary(row), "sub": row.public_id, "icon": icon, "icon_label": ""}


def _states(actor: Actor) -> Choices:
    return [(code, pages.titled(str(label))) for code, label in InvestmentOrder.State.choices]


def _amount(actor: Actor, row: InvestmentOrder) -> Decimal:
    return Decimal(row.amount_minor).scaleb(-digits_of(row.currency))


def _amount_shown(actor: Actor, row: InvestmentOrder) -> Mapping[str, Any]:
    return {"value": Money(row.amount_minor, row.currency).format(language())}


LISTING = Listing(
    code="investments",
    title=_("Orders to invest"),
    right="trade.holdings.view",
    query=queries.list_investments,
    order="-drafted",
    key=lambda row: row.public_id,
    key_path="public_id",
    url=lambda row: address("investment", row.public_id),
    url_name="investments",
    customer=lambda row: row.record.customer_id,
    find=_find,
    finds="customer",
    apart=True,
    icon="trending-up",
    new_url=lambda actor: address("investment_new") if actor.may("trade.invest") else "",
    new_label=_("Take an order"),
    beside=(
        (_("Holdings"), "holdings", "trade.holdings.view"),
        (_("Product lines"), "lines", "trade.view"),
    ),
    empty=_("Orders to buy or sell appear here, each with the time left until its cut-off."),
    views=(
        View("open", _("To be done"), "state=drafted,read_back,confirmed,too_late&sort=due"),
        View("placed", _("Placed with the market"), "state=placed"),
        View("late", _("Too late"), "state=too_late"),
    ),
    columns=(
        Column(
            code="order",
            title=_("Order"),
            value=lambda actor, row: pages.summary(row),
            shape="title",
            cell=_title,
        ),
        Column(
            code="customer",
            title=_("Customer"),
            value=lambda actor, row: row.record.called,
            path="record__name",
        ),
        Column(
            code="amount",
            title=_("Amount"),
            value=_amount,
            kind=Kind.MONEY,
            path="amount_minor",
            cell=_amount_shown,
        ),
        Column(
            code="state",
            title=_("State"),
            value=lambda actor, row: pages.titled(row.get_state_display()),
            kind=Kind.CHOICE,
            path="state",
            choices=_states,
        ),
        Column(
            code="due",
            title=_("Cut-off"),
            value=lambda actor, row: row.due,
            kind=Kind.MOMENT,
            path="due",
            nullable=True,
            ahead=True,
        ),
        Column(
            code="drafted",
            title=_("Taken"),
            value=lambda actor, row: row.drafted,
            kind=Kind.MOMENT,
            path="drafted",
        ),
    ),
)
