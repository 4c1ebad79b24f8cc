"""The list of remittance slips: what came in, and what waits for somebody to decide."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Actor
from guanxi.core.http import address
from guanxi.core.lists import Bulk, Candidates, Choices, Column, Kind, Listing, View
from guanxi.core.money import Money, digits_of
from guanxi.core.phrases import language
from guanxi.trade.actions import remittances as actions
from guanxi.trade.models import Remittance
from guanxi.trade.pages.ledger import titled
from guanxi.trade.queries import remittances as queries


def _find(actor: Actor, text: str, limit: int, found: Candidates) -> Sequence[int]:
    return queries.find_slips(actor, text, limit, found)


def _title(actor: Actor, row: Remittance) -> Mapping[str, Any]:
    return {"title": row.payer or row.slip, "sub": row.slip, "icon": "receipt", "icon_label": ""}


def _states(actor: Actor) -> Choices:
    return list(Remittance.State.choices)


def _amount(actor: Actor, row: Remittance) -> Decimal:
    return Decimal(row.amount_minor).scaleb(-digits_of(row.currency))


def _shown(actor: Actor, row: Remittance) -> Mapping[str, Any]:
    return {"value": Money(row.amount_minor, row.currency).format(language())}


def _send_back(*, actor: Actor, now: datetime, row: Remittance, values: Mapping[str, str]) -> Any:
    actions.send_back(actor=actor, now=now, public_id=row.public_id)


LISTING = Listing(
    code="remittances",
    title=_("Remittance slips"),
    right=queries.RIGHT,
    query=queries.list_slips,
    order="-made",
    key=lambda row: row.public_id,
    key_path="public_id",
    url=lambda row: address("remittance", row.public_id),
    url_name="remittances",
    customer=lambda row: row.record.customer_id if row.record else 0,
    find=_find,
    finds="customer",
    apart=True,
    icon="receipt",
    new_url=lambda actor: address("remittance_new") if actor.may(queries.RIGHT) else "",
    new_label=_("Write down a slip"),
    beside=(
        (_("Orders"), "orders", "trade.view"),
        (_("Stages"), "stages", "trade.fulfil"),
        (_("Supplier orders"), "purchases", "trade.fulfil"),
    ),
    empty=_("Slips appear here as they are written down or imported, with the order each is for."),
    bulk=(
        Bulk(
            code="back",
            title=_("Send the money back"),
            right=queries.RIGHT,
            act=_send_back,
            icon="arrow-back-up",
            says=_("What is left of each slip goes back to its payer. This cannot be taken back."),
        ),
    ),
    views=(
        View("open", _("To be matched"), "state=open&sort=made"),
        View("short", _("Too little"), "state=short&sort=made"),
        View("over", _("Too much"), "state=over&sort=made"),
        View("done", _("Settled"), "state=matched,returned,credited"),
    ),
    columns=(
        Column(
            code="slip",
            title=_("Slip"),
            value=lambda actor, row: row.payer or row.slip,
            shape="title",
            cell=_title,
        ),
        Column(code="number", title=_("Number"), value=lambda actor, row: row.slip, path="slip", shown=False),
        Column(
            code="customer",
            title=_("Customer"),
            value=lambda actor, row: row.record.called if row.record else "",
            path="record__name",
            nullable=True,
        ),
        Column(
            code="amount", title=_("Amount"), value=_amount, kind=Kind.MONEY, path="amount_minor", cell=_shown
        ),
        Column(
            code="currency",
            title=_("Currency"),
            value=lambda actor, row: row.currency,
            path="currency",
            shown=False,
        ),
        Column(
            code="order",
            title=_("Order"),
            value=lambda actor, row: row.order.number if row.order else "",
            path="order__number",
            nullable=True,
        ),
        Column(
            code="state",
            title=_("State"),
            value=lambda actor, row: titled(row.get_state_display()),
            kind=Kind.CHOICE,
            path="state",
            choices=_states,
        ),
        Column(
            code="paid",
            title=_("Paid on"),
            value=lambda actor, row: f"{row.paid_on:%Y-%m-%d}",
            path="paid_on",
            filters=False,
        ),
        Column(
            code="made",
            title=_("Written down"),
            value=lambda actor, row: row.made,
            kind=Kind.MOMENT,
            path="made",
        ),
    ),
)
