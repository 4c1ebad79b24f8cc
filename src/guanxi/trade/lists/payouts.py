"""The list of payouts: money on its way to customers' banks, and what colleagues pay by hand."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Actor
from guanxi.core.http import address
from guanxi.core.lists import Bulk, Candidates, Choices, Column, Input, Kind, Listing, View
from guanxi.core.money import Money, digits_of
from guanxi.core.phrases import language
from guanxi.trade.actions import ledger
from guanxi.trade.models import Payout
from guanxi.trade.pages.ledger import titled
from guanxi.trade.queries import books


def _find(actor: Actor, text: str, limit: int, found: Candidates) -> Sequence[int]:
    return books.find_payouts(actor, text, limit, found)


def _title(actor: Actor, row: Payout) -> Mapping[str, Any]:
    return {"title": row.record.called, "sub": row.public_id, "icon": "building-bank", "icon_label": ""}


def _states(actor: Actor) -> Choices:
    return list(Payout.State.choices)


def _amount(actor: Actor, row: Payout) -> Decimal:
    return Decimal(row.amount_minor).scaleb(-digits_of(row.currency))


def _shown(actor: Actor, row: Payout) -> Mapping[str, Any]:
    return {"value": Money(row.amount_minor, row.currency).format(language())}


def _confirm(*, actor: Actor, now: datetime, row: Payout, values: Mapping[str, str]) -> Any:
    ledger.confirm_payout(actor=actor, now=now, public_id=row.public_id, given=values.get("given", ""))


def _fail(*, actor: Actor, now: datetime, row: Payout, values: Mapping[str, str]) -> Any:
    ledger.fail_payout(actor=actor, now=now, public_id=row.public_id)


def _retry(*, actor: Actor, now: datetime, row: Payout, values: Mapping[str, str]) -> Any:
    ledger.retry_payout(actor=actor, now=now, public_id=row.public_id)


BULK = (
    Bulk(
        code="confirm",
        title=_("Has arrived"),
        right=ledger.MOVE,
        act=_confirm,
        icon="check",
        says=_("Each counts as paid from now on and leaves our books. This cannot be taken back."),
        inputs=(Input(code="given", title=_("Bank's number"), most=80, required=False),),
    ),
    Bulk(
        code="fail",
        title=_("Came back"),
        right=ledger.MOVE,
        act=_fail,
        icon="arrow-back-up",
        says=_("Each waits to be sent once more; the money is still owed to the customer."),
    ),
    Bulk(
        code="retry",
        title=_("Send again"),
        right=ledger.MOVE,
        act=_retry,
        icon="refresh",
        says=_("Those that came back are sent once more; the others are left alone."),
    ),
)
LISTING = Listing(
    code="payouts",
    title=_("Payouts"),
    right="trade.ledger.view",
    query=books.list_payouts,
    order="-made",
    key=lambda row: row.public_id,
    key_path="public_id",
    url=lambda row: address("ledger_entry", row.entry.public_id),
    url_name="payouts",
    customer=lambda row: row.record.customer_id,
    find=_find,
    finds="customer",
    apart=True,
    icon="building-bank",
    bulk=BULK,
    beside=((_("Deposits and money"), "ledger", "trade.ledger.view"),),
    empty=_("Money ordered to customers appears here until it has arrived, and afterwards."),
    views=(
        View("waiting", _("On the way"), "state=pending,sent&sort=made"),
        View("failed", _("Came back"), "state=failed&sort=made"),
        View("arrived", _("Has arrived"), "state=confirmed"),
    ),
    columns=(
        Column(
            code="payout",
            title=_("To whom"),
            value=lambda actor, row: row.record.called,
            shape="title",
            cell=_title,
        ),
        Column(
            code="customer",
            title=_("Customer"),
            value=lambda actor, row: row.record.called,
            path="record__name",
            shown=False,
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
            code="currency",
            title=_("Currency"),
            value=lambda actor, row: row.currency,
            path="currency",
            shown=False,
        ),
        Column(
            code="why",
            title=_("Movement"),
            value=lambda actor, row: titled(row.entry.get_kind_display()),
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
            code="given",
            title=_("Bank's number"),
            value=lambda actor, row: row.given,
            path="given",
        ),
        Column(
            code="made",
            title=_("Ordered"),
            value=lambda actor, row: row.made,
            kind=Kind.MOMENT,
            path="made",
        ),
    ),
)
