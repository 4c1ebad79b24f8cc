"""The list of what clients hold."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Actor
from guanxi.core.http import address
from guanxi.core.lists import Candidates, Choices, Column, Kind, Listing, View
from guanxi.core.money import digits_of
from guanxi.core.organisation import choices as unit_choices
from guanxi.core.organisation import name_of
from guanxi.core.phrases import language
from guanxi.trade.models import Holding
from guanxi.trade.pages import holdings as pages
from guanxi.trade.queries import holdings as queries
from guanxi.trade.rules.holdings import KINDS, masked


def _find(actor: Actor, text: str, limit: int, found: Candidates) -> Sequence[int]:
    return queries.find_holdings(actor, text, limit, found)


def _title(actor: Actor, row: Holding) -> Mapping[str, Any]:
    return {
        "title": pages.product_name(row.product),
        "sub": masked(row.number),
        "icon": pages.ICONS.get(row.kind, "building-bank"),
        "icon_label": pages.kind_words(row.kind),
    }


def _kinds(actor: Actor) -> Choices:
    return [(code, pages.kind_words(code)) for code in KINDS]


def _states(actor: Actor) -> Choices:
    return list(Holding.State.choices)


def _units(actor: Actor) -> Choices:
    return unit_choices()


def _balance(actor: Actor, row: Holding) -> Decimal | None:
    if row.balance_minor is None:
        return None
    return Decimal(row.balance_minor).scaleb(-digits_of(row.currency))


def _balance_shown(actor: Actor, row: Holding) -> Mapping[str, Any]:
    balance = pages.balance_of(row)
    return {"value": balance.format(language()) if balance is not None else "–"}


LISTING = Listing(
    code="holdings",
    title=_("Holdings"),
    right="trade.holdings.view",
    query=queries.list_holdings,
    order="-opened",
    key=lambda row: row.public_id,
    key_path="public_id",
    url=lambda row: address("holding", row.public_id),
    url_name="holdings",
    customer=lambda row: row.record.customer_id,
    find=_find,
    finds="customer",
    apart=True,
    icon="building-bank",
    new_url=lambda actor: address("holding_new") if actor.may("trade.holdings.keep") else "",
    new_label=_("Open a holding"),
    beside=(
        (_("Orders to invest"), "investments", "trade.holdings.view"),
        (_("Product lines"), "lines", "trade.view"),
    ),
    empty=_("What clients hold appears here: accounts, deposits, cards, loans, policies, securities."),
    views=(
        View("open", _("Held now"), "state=open"),
        View("maturing", _("Next to mature"), "state=open&sort=matures"),
        View("loans", _("Loans and mortgages"), "kind=loan,mortgage&state=open"),
        View("invested", _("Investments"), "kind=investment,custody&state=open"),
    ),
    columns=(
        Column(
            code="holding",
            title=_("Holding"),
            value=lambda actor, row: f"{pages.product_name(row.product)} {masked(row.number)}",
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
            code="kind",
            title=_("Kind"),
            value=lambda actor, row: pages.kind_words(row.kind),
            kind=Kind.CHOICE,
            path="kind",
            choices=_kinds,
        ),
        Column(
            code="balance",
            title=_("Balance"),
            value=_balance,
            kind=Kind.MONEY,
            path="balance_minor",
            cell=_balance_shown,
            nullable=True,
        ),
        Column(
            code="currency",
            title=_("Currency"),
            value=lambda actor, row: row.currency,
            path="currency",
            shown=False,
        ),
        Column(
            code="matures",
            title=_("Matures"),
            value=lambda actor, row: row.matures.isoformat() if row.matures else None,
            path="matures",
            filters=False,
            nullable=True,
        ),
        Column(
            code="branch",
            title=_("Branch"),
            value=lambda actor, row: name_of(row.unit) if row.unit else None,
            kind=Kind.CHOICE,
            path="unit__code",
            sorts=False,
            choices=_units,
        ),
        Column(
            code="state",
            title=_("State"),
            value=lambda actor, row: row.get_state_display(),
            kind=Kind.CHOICE,
            path="state",
            choices=_states,
        ),
        Column(
            code="opened",
            title=_("Opened on"),
            value=lambda actor, row: row.opened.isoformat(),
            path="opened",
            filters=False,
        ),
    ),
)
