"""The list of returns: goods on their way back, with whose turn it is and until when."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Actor
from guanxi.core.http import address
from guanxi.core.lists import Candidates, Choices, Column, Kind, Listing, View
from guanxi.core.money import Money, digits_of
from guanxi.core.phrases import language, pick
from guanxi.trade.models import Return
from guanxi.trade.pages.ledger import titled
from guanxi.trade.pages.returns import FINDINGS
from guanxi.trade.queries import returns as reads


def _find(actor: Actor, text: str, limit: int, found: Candidates) -> Sequence[int]:
    return reads.find_returns(actor, text, limit, found)


def _title(actor: Actor, row: Return) -> Mapping[str, Any]:
    name = pick(row.line.product.name) or row.line.product.sku
    return {"title": name, "sub": row.public_id, "icon": "arrow-back-up", "icon_label": ""}


def _states(actor: Actor) -> Choices:
    return list(Return.State.choices)


def _findings(actor: Actor) -> Choices:
    return [(code, name) for code, name in FINDINGS.items()]


def _amount(actor: Actor, row: Return) -> Decimal:
    return Decimal(row.amount_minor).scaleb(-digits_of(row.currency))


def _shown(actor: Actor, row: Return) -> Mapping[str, Any]:
    return {"value": Money(row.amount_minor, row.currency).format(language())}


LISTING = Listing(
    code="returns",
    title=_("Returns"),
    right="trade.view",
    query=reads.list_returns,
    order="-asked",
    key=lambda row: row.public_id,
    key_path="public_id",
    url=lambda row: address("return", row.public_id),
    url_name="returns",
    customer=lambda row: row.order.record.customer_id,
    find=_find,
    finds="customer",
    apart=True,
    icon="arrow-back-up",
    beside=((_("Orders"), "orders", "trade.view"),),
    empty=_("What customers send back appears here, from the wish to the money."),
    views=(
        View("open", _("Under way"), "state=asked,agreed,sent,arrived&sort=asked"),
        View("arrived", _("To be checked"), "state=arrived&sort=asked"),
        View("refused", _("Refused"), "state=refused"),
    ),
    columns=(
        Column(
            code="return",
            title=_("What comes back"),
            value=lambda actor, row: pick(row.line.product.name) or row.line.product.sku,
            shape="title",
            cell=_title,
        ),
        Column(
            code="customer",
            title=_("Customer"),
            value=lambda actor, row: row.order.record.called,
            path="order__record__name",
        ),
        Column(
            code="order",
            title=_("Order"),
            value=lambda actor, row: row.order.number,
            path="order__number",
        ),
        Column(
            code="amount",
            title=_("Amount"),
            value=_amount,
            kind=Kind.MONEY,
            path="amount_minor",
            cell=_shown,
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
            code="finding",
            title=_("What was found"),
            value=lambda actor, row: str(FINDINGS.get(row.finding, "")),
            kind=Kind.CHOICE,
            path="finding",
            choices=_findings,
        ),
        Column(
            code="asked",
            title=_("Asked on"),
            value=lambda actor, row: row.asked,
            kind=Kind.MOMENT,
            path="asked",
        ),
    ),
)
