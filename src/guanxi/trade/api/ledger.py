"""The ledger of deposits over the API. Amounts are in minor units of their currency; what moves money needs a key."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from guanxi.core import clock, keyset
from guanxi.core.access import Actor
from guanxi.core.api import (
    PAGE,
    READ,
    WRITE,
    Cursor,
    IdempotencyKey,
    Limit,
    Problem,
    actor_of,
    money_key,
    once,
)
from guanxi.core.errors import Invalid
from guanxi.core.money import Money, MoneyError
from guanxi.people import queries as people
from guanxi.trade.actions import ledger
from guanxi.trade.models import Account, Entry, Posting
from guanxi.trade.queries import books

router = Router(tags=["ledger"])
AMOUNT_MAX = 10**15


class AccountOut(Schema):
    """`free_minor` is in it, `held_minor` reserved besides, `balance_minor` both; `owed_minor` is what they owe us."""

    id: str
    kind: str
    customer: str | None
    currency: str
    balance_minor: int
    held_minor: int
    free_minor: int
    owed_minor: int
    opened: datetime


class AccountsOut(Schema):
    items: list[AccountOut]
    next: str


class PostingOut(Schema):
    """`running_minor` is the balance of the account after it."""

    entry: str
    kind: str
    amount_minor: int
    running_minor: int
    made: datetime
    reference_kind: str
    reference: str


class StatementOut(Schema):
    items: list[PostingOut]
    next: str


class LedgerEntryOut(Schema):
    id: str
    kind: str
    currency: str
    amount_minor: int
    made: datetime


class MoveIn(Schema):
    """An amount of a customer's deposit (their id, `C-...`)."""

    customer: str = Field(max_length=20)
    amount_minor: int = Field(gt=0, le=AMOUNT_MAX)
    currency: str = Field(default="CNY", min_length=3, max_length=3)


class DepositHoldIn(MoveIn):
    """`reference` is the number of what it is for, `reference_kind` says what that is: "order" or "case"."""

    reference_kind: str = Field(max_length=20)
    reference: str = Field(max_length=60)


def _account(row: Any) -> dict[str, Any]:
    numbers = ("balance_minor", "held_minor", "free_minor", "owed_minor")
    return {
        "id": row.public_id,
        "kind": row.kind,
        "customer": row.owner.customer.public_id if row.owner else None,
        "currency": row.currency,
        "opened": row.opened,
        **{name: getattr(row, name) for name in numbers},
    }


def _entry(row: Entry) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "kind": row.kind,
        "currency": row.currency,
        "amount_minor": row.amount_minor,
        "made": row.made.isoformat(),
    }


@router.get("/accounts", response={200: AccountsOut, READ: Problem}, summary="Deposits and money")
def list_accounts(
    request: HttpRequest, after: Cursor = "", limit: Limit = PAGE, customer: str = "", kind: str = ""
) -> Any:
    """Visible accounts, newest first, one for each owner and currency; `customer` (their id) and `kind` narrow."""
    actor = actor_of(request)
    actor.require("trade.ledger.view")
    found = books.list_accounts(actor).order_by("-opened", "-id")
    if customer:
        found = found.filter(owner__customer__public_id=people.code_now(customer))
    if kind:
        found = found.filter(kind=kind)
    shown = keyset.cut(found, "opened", after, size=limit)
    return {"items": [_account(row) for row in shown.rows], "next": shown.next_cursor}


@router.get("/accounts/{public_id}", response={200: StatementOut, READ: Problem}, summary="A statement")
def get_statement(request: HttpRequest, public_id: str, after: Cursor = "", limit: Limit = PAGE) -> Any:
    """What has moved on an account, newest first, with the balance after each."""
    actor = actor_of(request)
    actor.require("trade.ledger.view")
    account: Account = books.get_account(actor, public_id)
    shown = books.statement(actor, account, after=after, size=limit)
    why = books.reasons(actor, [row.entry for row in shown.rows])
    return {"items": [_posting(row, why) for row in shown.rows], "next": shown.next_cursor}


def _posting(row: Posting, why: dict[tuple[str, int], books.Reason]) -> dict[str, Any]:
    entry = row.entry
    reason = why.get((entry.reference_kind, entry.reference_id or 0))
    return {
        "entry": entry.public_id,
        "kind": entry.kind,
        "amount_minor": row.amount_minor,
        "running_minor": row.running,  # type: ignore[attr-defined]  # the window's column
        "made": row.made.isoformat(),
        "reference_kind": entry.reference_kind,
        "reference": reason.name if reason else "",
    }


@router.get("/entries/{public_id}", response={200: LedgerEntryOut, READ: Problem}, summary="One movement")
def get_entry(request: HttpRequest, public_id: str) -> Any:
    actor = actor_of(request)
    actor.require("trade.ledger.view")
    return _entry(books.get_entry(actor, public_id))


@router.post(
    "/top-ups", response={201: LedgerEntryOut, WRITE: Problem}, summary="Money came in for a deposit"
)
def top_up(request: HttpRequest, body: MoveIn, idempotency_key: IdempotencyKey = "") -> Status[Any]:
    """Book what came in from a customer's bank. Send an `Idempotency-Key`: the same one books it once."""
    return _moved(request, body, idempotency_key, ledger.top_up)


@router.post("/withdrawals", response={201: LedgerEntryOut, WRITE: Problem}, summary="Give back of a deposit")
def withdraw(request: HttpRequest, body: MoveIn, idempotency_key: IdempotencyKey = "") -> Status[Any]:
    """Pay out what is free of a deposit; 409 when it asks for more."""
    return _moved(request, body, idempotency_key, ledger.withdraw_deposit)


@router.post("/holds", response={201: LedgerEntryOut, WRITE: Problem}, summary="Reserve part of a deposit")
def hold(request: HttpRequest, body: DepositHoldIn, idempotency_key: IdempotencyKey = "") -> Status[Any]:
    """For one order or case; 409 when less is free."""
    return _moved(request, body, idempotency_key, ledger.hold)


@router.post("/releases", response={201: LedgerEntryOut, WRITE: Problem}, summary="Set free what is held")
def release(request: HttpRequest, body: DepositHoldIn, idempotency_key: IdempotencyKey = "") -> Status[Any]:
    """What is held for one order or case, or part of it; 409 when less is held."""
    return _moved(request, body, idempotency_key, ledger.release)


def _moved(request: HttpRequest, body: MoveIn, key: str, act: Any) -> Status[Any]:
    actor = actor_of(request)
    actor.require(ledger.MOVE)
    own = money_key(actor, key)

    def effect() -> tuple[int, dict[str, Any]]:
        asked = {"record": books.deposit_record(actor, body.customer), "amount": _amount(body)}
        if isinstance(body, DepositHoldIn):
            asked["reference"] = _reference(actor, body)
        return 201, _entry(act(actor=actor, now=clock.now(), once=own, **asked))

    return once(request, key, body.dict(), effect)


def _amount(body: MoveIn) -> Money:
    try:
        return Money(body.amount_minor, body.currency)
    except MoneyError as error:
        raise Invalid(str(error), fields={"currency": str(error)}) from error


def _reference(actor: Actor, body: DepositHoldIn) -> tuple[str, int]:
    return books.find_reference(actor, body.reference_kind, body.reference)
