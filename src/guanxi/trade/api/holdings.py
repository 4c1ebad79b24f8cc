"""What clients hold, over the API: holdings, balances by the thousand, mandates. Amounts are in minor units."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from pydantic import Field

from guanxi.core import clock
from guanxi.core.api import PAGE, READ, WRITE, IdempotencyKey, Limit, Problem, actor_of, once
from guanxi.core.errors import Invalid, NotFound
from guanxi.core.money import Money, MoneyError
from guanxi.people import queries as people
from guanxi.trade.actions import held
from guanxi.trade.actions.held import BalanceRow, NewHolding, NewMandate
from guanxi.trade.models import Holding, Mandate
from guanxi.trade.queries import holdings as queries
from guanxi.trade.queries.books import deposit_record
from guanxi.trade.rules.holdings import masked

router = Router(tags=["holdings"])
balances = Router(tags=["holdings"])
mandates = Router(tags=["holdings"])
VIEW, KEEP = "trade.holdings.view", "trade.holdings.keep"
AMOUNT_MAX = 10**15


class HoldingOut(Schema):
    """`number` is masked without `people.contacts`; `terms` as their kind has them, amounts in minor units."""

    id: str
    customer: str
    sku: str
    kind: str
    number: str
    currency: str
    state: str
    terms: dict[str, Any]
    opened: date
    matures: date | None
    closed: date | None
    balance_minor: int | None
    balance_on: date | None
    version: int


class HoldingsOut(Schema):
    items: list[HoldingOut]
    next: str


class HoldingIn(Schema):
    """`terms` as typed: percentages and amounts as text, days as ISO dates."""

    customer: str = Field(max_length=20)
    sku: str = Field(max_length=40)
    number: str = Field(max_length=60)
    currency: str = Field(default="CNY", min_length=3, max_length=3)
    opened: date | None = None
    terms: dict[str, str | int | bool] = Field(default_factory=dict, max_length=40)


class TermsIn(Schema):
    """All terms, as they are to be; `version` is the one you saw."""

    terms: dict[str, str | int | bool] = Field(max_length=40)
    version: int | None = None


class DayBalanceOut(Schema):
    day: date
    amount_minor: int


class DayBalancesOut(Schema):
    items: list[DayBalanceOut]


class BalanceIn(Schema):
    """`holding` is its id; a day that has a balance is corrected."""

    holding: str = Field(max_length=20)
    day: date
    amount_minor: int = Field(ge=-AMOUNT_MAX, le=AMOUNT_MAX)
    currency: str = Field(default="CNY", min_length=3, max_length=3)


class BalancesIn(Schema):
    items: list[BalanceIn] = Field(min_length=1, max_length=1_000)


class BalancesDone(Schema):
    written: int
    unchanged: int


class MandateOut(Schema):
    """Limits in minor units: null without limit, 0 not at all."""

    id: str
    client: str
    person: str
    capacity: str
    alone_minor: int | None
    together_minor: int | None
    currency: str
    since: date
    until: date | None
    revoked: bool


class MandatesOut(Schema):
    items: list[MandateOut]


class MandateIn(Schema):
    client: str = Field(max_length=20)
    person: str = Field(max_length=20)
    capacity: str = Field(default="", max_length=60)
    alone_minor: int | None = Field(default=0, ge=0, lt=AMOUNT_MAX)
    together_minor: int | None = Field(default=0, ge=0, lt=AMOUNT_MAX)
    currency: str = Field(default="CNY", min_length=3, max_length=3)
    since: date | None = None
    until: date | None = None


def _out(row: Holding, *, whole: bool) -> dict[str, Any]:
    days = ("opened", "matures", "closed", "balance_on")
    return {
        "id": row.public_id,
        "customer": row.record.customer.public_id,
        "sku": row.product.sku,
        "kind": row.kind,
        "number": row.number if whole else masked(row.number),
        "currency": row.currency,
        "state": str(row.state),
        "terms": row.terms,
        "balance_minor": row.balance_minor,
        "version": row.version,
        **{name: value.isoformat() if (value := getattr(row, name)) else None for name in days},
    }


@router.get("", response={200: HoldingsOut, READ: Problem}, summary="Holdings")
def list_holdings(
    request: HttpRequest, after: str = "", limit: Limit = PAGE, customer: str = "", kind: str = ""
) -> Any:
    """Visible holdings, the last written first; `customer` (their id) and `kind` narrow, `after` is the `next` before."""
    actor = actor_of(request)
    actor.require(VIEW)
    found = queries.list_holdings(actor).order_by("-id")
    if customer:
        found = found.filter(record__customer__public_id=people.code_now(customer[:20]))
    if kind:
        found = found.filter(kind=kind[:20])
    if after:
        found = found.filter(id__lt=queries.get_holding(actor, after[:20]).id)
    rows = list(found[: limit + 1])
    more = len(rows) > limit
    whole = actor.may("people.contacts")
    shown = rows[:limit]
    return {"items": [_out(row, whole=whole) for row in shown], "next": shown[-1].public_id if more else ""}


@router.get("/{public_id}", response={200: HoldingOut, READ: Problem}, summary="One holding")
def get_holding(request: HttpRequest, public_id: str) -> Any:
    actor = actor_of(request)
    actor.require(VIEW)
    return _out(queries.get_holding(actor, public_id), whole=actor.may("people.contacts"))


@router.get(
    "/{public_id}/balances", response={200: DayBalancesOut, READ: Problem}, summary="Its balances by day"
)
def get_balances(request: HttpRequest, public_id: str) -> Any:
    """The newest 400 days for which one was written, oldest first, in the holding's own currency."""
    actor = actor_of(request)
    actor.require(VIEW)
    found = queries.history(queries.get_holding(actor, public_id))
    return {"items": [{"day": one.day, "amount_minor": one.amount_minor} for one in found]}


@router.post("", response={201: HoldingOut, WRITE: Problem}, summary="Open a holding")
def open_holding(request: HttpRequest, body: HoldingIn, idempotency_key: IdempotencyKey = "") -> Status[Any]:
    """The same number again for the same client and product is the same holding."""
    actor = actor_of(request)
    actor.require(KEEP)

    def effect() -> tuple[int, dict[str, Any]]:
        new = NewHolding(body.sku, body.number, body.currency, body.opened, body.terms)
        record = deposit_record(actor, body.customer)
        row = held.open_holding(actor=actor, now=clock.now(), record_id=record, holding=new)
        return 201, _shown(actor, row.public_id)

    return once(request, idempotency_key, body.dict(), effect)


def _shown(actor: Any, public_id: str) -> dict[str, Any]:
    return _out(queries.get_holding(actor, public_id), whole=actor.may("people.contacts"))


@router.put("/{public_id}/terms", response={200: HoldingOut, WRITE: Problem}, summary="Change its terms")
def change_terms(request: HttpRequest, public_id: str, body: TermsIn) -> Any:
    """All terms are replaced; 409 when somebody has changed them since `version`."""
    actor = actor_of(request)
    actor.require(KEEP)
    held.change_terms(
        actor=actor, now=clock.now(), public_id=public_id, terms=body.terms, version=body.version
    )
    return _shown(actor, public_id)


@router.post("/{public_id}/close", response={200: HoldingOut, WRITE: Problem}, summary="Close it")
def close_holding(request: HttpRequest, public_id: str) -> Any:
    """At the client's wish; 409 while there is a balance or an open order on it."""
    actor = actor_of(request)
    actor.require(KEEP)
    held.close_holding(actor=actor, now=clock.now(), public_id=public_id)
    return _shown(actor, public_id)


@balances.post("", response={200: BalancesDone, WRITE: Problem}, summary="Balances, up to 1,000 at once")
def record_balances(
    request: HttpRequest, body: BalancesIn, idempotency_key: IdempotencyKey = ""
) -> Status[Any]:
    """All or none: one holding that is not seen, or a day on which it was not open, refuses the whole."""
    actor = actor_of(request)
    actor.require(KEEP)

    def effect() -> tuple[int, dict[str, Any]]:
        known = queries.ids_of(actor, {one.holding for one in body.items})
        if len(known) != len({one.holding for one in body.items}):
            raise NotFound
        rows = [BalanceRow(known[one.holding], one.day, _amount(one)) for one in body.items]
        done = held.record_balances(actor=actor, now=clock.now(), rows=rows)
        written = sum(one.changed for one in done)
        return 200, {"written": written, "unchanged": len(done) - written}

    return once(request, idempotency_key, body.dict(), effect)


def _amount(one: BalanceIn) -> Money:
    try:
        return Money(one.amount_minor, one.currency)
    except MoneyError as error:
        raise Invalid(fields={"currency": _("This is no currency code such as CNY or USD.")}) from error


def _mandate(row: Mandate) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "client": row.record.customer.public_id,
        "person": row.person.customer.public_id,
        "capacity": row.capacity,
        "alone_minor": row.alone_minor,
        "together_minor": row.together_minor,
        "currency": row.currency,
        "since": row.since.isoformat(),
        "until": row.until.isoformat() if row.until else None,
        "revoked": row.revoked is not None,
    }


@mandates.get("", response={200: MandatesOut, READ: Problem}, summary="Mandates a client has given")
def list_mandates(request: HttpRequest, client: str) -> Any:
    """All of them, revoked ones at the end."""
    actor = actor_of(request)
    actor.require(VIEW)
    found = people.get_customer(actor, client[:20])
    return {"items": [_mandate(one) for one in queries.list_mandates(actor, found.id)]}


@mandates.post("", response={201: MandateOut, WRITE: Problem}, summary="Give a mandate")
def grant_mandate(request: HttpRequest, body: MandateIn, idempotency_key: IdempotencyKey = "") -> Status[Any]:
    """The same mandate that still stands is not given twice."""
    actor = actor_of(request)
    actor.require(KEEP)

    def effect() -> tuple[int, dict[str, Any]]:
        limits = body.dict(exclude={"client", "person"})
        row = held.grant_mandate(
            actor=actor,
            now=clock.now(),
            record_id=deposit_record(actor, body.client),
            person_id=deposit_record(actor, body.person),
            mandate=NewMandate(**limits),
        )
        return 201, _mandate(queries.get_mandate(actor, row.public_id))

    return once(request, idempotency_key, body.dict(), effect)


@mandates.post("/{public_id}/revoke", response={200: MandateOut, WRITE: Problem}, summary="Revoke a mandate")
def revoke_mandate(request: HttpRequest, public_id: str) -> Any:
    """At once; twice is once."""
    actor = actor_of(request)
    actor.require(KEEP)
    held.revoke_mandate(actor=actor, now=clock.now(), public_id=public_id)
    return _mandate(queries.get_mandate(actor, public_id))
