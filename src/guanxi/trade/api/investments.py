"""Orders to invest over the API: drafted, read back, confirmed, placed, executed. Amounts are in minor units."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from pydantic import Field

from guanxi.core import clock, keyset
from guanxi.core.access import Actor
from guanxi.core.api import PAGE, READ, WRITE, Cursor, IdempotencyKey, Limit, Problem, actor_of, once
from guanxi.core.errors import Invalid
from guanxi.core.money import Money, MoneyError
from guanxi.people import queries as people
from guanxi.trade.actions import investing
from guanxi.trade.actions.investing import Filled, NewInvestment, Yes
from guanxi.trade.models import InvestmentOrder
from guanxi.trade.queries import investments as queries
from guanxi.trade.queries.books import deposit_record
from guanxi.trade.rules.holdings import plain

router = Router(tags=["investments"])
VIEW, INVEST = "trade.holdings.view", "trade.invest"


class InvestmentOut(Schema):
    """`read_text` are the words read out at the last `reading`, for the trading day `trades` until `due`."""

    id: str
    customer: str
    sku: str
    side: str
    amount_minor: int
    currency: str
    units: str | None
    state: str
    reading: int
    read_text: str
    told_late: bool
    trades: date | None
    due: datetime | None
    settles: date | None
    holding: str | None
    drafted: datetime


class InvestmentsOut(Schema):
    items: list[InvestmentOut]
    next: str


class InvestmentIn(Schema):
    """Either `amount_minor`, or `units` with the latest `price_minor` of one."""

    customer: str = Field(max_length=20)
    sku: str = Field(max_length=40)
    side: Literal["buy", "sell"]
    currency: str = Field(default="CNY", min_length=3, max_length=3)
    amount_minor: int | None = Field(default=None, gt=0, lt=10**15)
    units: Decimal | None = Field(default=None, gt=0, max_digits=15, decimal_places=6)
    price_minor: int | None = Field(default=None, gt=0, lt=10**12)
    holding: str = Field(default="", max_length=20)
    channel: str = Field(default="phone", max_length=20)


class ReadingIn(Schema):
    """The language to read in; none: the client's own."""

    language: Literal["", "zh-hans", "en"] = ""


class YesIn(Schema):
    """Who said yes to which reading, in their own words."""

    person: str = Field(max_length=20)
    reading: int = Field(ge=1, le=9_999)
    words: str = Field(min_length=1, max_length=500)
    channel: str = Field(default="phone", max_length=20)


class FilledIn(Schema):
    """What the market made of it: units, their whole price and our fee."""

    units: Decimal = Field(gt=0, max_digits=15, decimal_places=6)
    amount_minor: int = Field(gt=0, lt=10**15)
    fee_minor: int = Field(default=0, ge=0, lt=10**15)
    number: str = Field(default="", max_length=40)


def _out(row: InvestmentOrder) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "customer": row.record.customer.public_id,
        "sku": row.product.sku,
        "side": str(row.side),
        "amount_minor": row.amount_minor,
        "currency": row.currency,
        "units": plain(row.units) if row.units is not None else None,
        "state": str(row.state),
        "reading": row.reading,
        "read_text": row.read_text,
        "told_late": row.told_late,
        "trades": row.trades.isoformat() if row.trades else None,
        "due": row.due.isoformat() if row.due else None,
        "settles": row.settles.isoformat() if row.settles else None,
        "holding": row.holding.public_id if row.holding else None,
        "drafted": row.drafted.isoformat(),
    }


def _shown(actor: Actor, row: InvestmentOrder) -> dict[str, Any]:
    return _out(queries.get_investment(actor, row.public_id))


@router.get("", response={200: InvestmentsOut, READ: Problem}, summary="Orders to invest")
def list_investments(
    request: HttpRequest, after: Cursor = "", limit: Limit = PAGE, customer: str = "", state: str = ""
) -> Any:
    """Visible orders, newest first; `customer` (their id) and `state` narrow."""
    actor = actor_of(request)
    actor.require(VIEW)
    found = queries.list_investments(actor)
    if customer:
        found = found.filter(record__customer__public_id=people.code_now(customer[:20]))
    if state:
        found = found.filter(state=state[:20])
    shown = keyset.cut(found, "drafted", after, size=limit)
    return {"items": [_out(row) for row in shown.rows], "next": shown.next_cursor}


@router.get("/{public_id}", response={200: InvestmentOut, READ: Problem}, summary="One order to invest")
def get_investment(request: HttpRequest, public_id: str) -> Any:
    actor = actor_of(request)
    actor.require(VIEW)
    return _out(queries.get_investment(actor, public_id))


@router.post("", response={201: InvestmentOut, WRITE: Problem}, summary="Draft an order")
def draft_investment(
    request: HttpRequest, body: InvestmentIn, idempotency_key: IdempotencyKey = ""
) -> Status[Any]:
    """Nothing is promised before it was read back and confirmed."""
    actor = actor_of(request)
    actor.require(INVEST)

    def effect() -> tuple[int, dict[str, Any]]:
        order = NewInvestment(
            sku=body.sku,
            side=body.side,
            amount=_money(body.amount_minor, body.currency),
            units=body.units,
            price=_money(body.price_minor, body.currency),
            holding=body.holding,
            channel=body.channel,
        )
        record = deposit_record(actor, body.customer)
        row = investing.draft_investment(actor=actor, now=clock.now(), record_id=record, order=order)
        return 201, _shown(actor, row)

    return once(request, idempotency_key, body.dict(), effect)


def _money(minor: int | None, currency: str) -> Money | None:
    try:
        return None if minor is None else Money(minor, currency)
    except MoneyError as error:
        raise Invalid(fields={"currency": _("This is no currency code such as CNY or USD.")}) from error


@router.post("/{public_id}/read", response={200: InvestmentOut, WRITE: Problem}, summary="Read it back")
def read_investment(request: HttpRequest, public_id: str, body: ReadingIn) -> Any:
    """Gives the words to read out, for the next cut-off; every earlier yes is void."""
    actor = actor_of(request)
    actor.require(INVEST)
    row = investing.read_investment(actor=actor, now=clock.now(), public_id=public_id, language=body.language)
    return _shown(actor, row)


@router.post(
    "/{public_id}/confirm", response={200: InvestmentOut, WRITE: Problem}, summary="Somebody said yes"
)
def confirm_investment(request: HttpRequest, public_id: str, body: YesIn) -> Any:
    """Look at `state`: `confirmed`, `read_back` while a second signature is missing, `too_late` past the cut-off."""
    actor = actor_of(request)
    actor.require(INVEST)
    person = deposit_record(actor, body.person)
    yes = Yes(person, body.reading, body.words, body.channel)
    row = investing.confirm_investment(actor=actor, now=clock.now(), public_id=public_id, yes=yes)
    return _shown(actor, row)


@router.post("/{public_id}/place", response={200: InvestmentOut, WRITE: Problem}, summary="Place it")
def place_investment(request: HttpRequest, public_id: str) -> Any:
    """Look at `state`: `placed`, or `too_late` past the cut-off."""
    actor = actor_of(request)
    actor.require(INVEST)
    return _shown(actor, investing.place_investment(actor=actor, now=clock.now(), public_id=public_id))


@router.post("/{public_id}/execute", response={200: InvestmentOut, WRITE: Problem}, summary="It was executed")
def execute_investment(request: HttpRequest, public_id: str, body: FilledIn) -> Any:
    """The same report twice changes nothing; another one is a conflict."""
    actor = actor_of(request)
    actor.require(INVEST)
    order = queries.get_investment(actor, public_id)
    filled = Filled(body.units, Money(body.amount_minor, order.currency), body.fee_minor, body.number)
    row = investing.execute_investment(actor=actor, now=clock.now(), public_id=public_id, filled=filled)
    return _shown(actor, row)


@router.post("/{public_id}/cancel", response={200: InvestmentOut, WRITE: Problem}, summary="Cancel it")
def cancel_investment(request: HttpRequest, public_id: str) -> Any:
    """At the client's wish; a placed one only until its cut-off."""
    actor = actor_of(request)
    actor.require(INVEST)
    return _shown(actor, investing.cancel_investment(actor=actor, now=clock.now(), public_id=public_id))
