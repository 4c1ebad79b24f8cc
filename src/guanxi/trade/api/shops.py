"""Shops over the API. A token acts for sellers with `trade.shops`; with `trade.view` it reads what its reach holds."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from guanxi.core import clock, keyset
from guanxi.core.access import Actor
from guanxi.core.api import PAGE, READ, WRITE, Cursor, IdempotencyKey, Limit, Problem, actor_of, once
from guanxi.people import queries as people
from guanxi.trade.actions import shops as actions
from guanxi.trade.api.orders import moment
from guanxi.trade.queries import market, protection
from guanxi.trade.queries.books import deposit_record
from guanxi.trade.queries.protection import Badge

router = Router(tags=["market"])
VIEW, RUN = "trade.view", actions.RIGHT
Act = Callable[[dict[str, Any]], object]


class ShopOut(Schema):
    """`badges`: the schemes in force; `open_orders`: on their way; `deposit_short`: a deposit must be filled up."""

    id: str
    customer: str
    name: str
    about: str
    city: str
    state: Literal["open", "leaving", "closed"]
    opened: datetime
    left: datetime | None
    on_sale: int
    open_orders: int
    deposit_short: bool
    badges: list[str]


class ShopsOut(Schema):
    items: list[ShopOut]
    next: str


class ShopChange(Schema):
    name: str = Field(max_length=200)
    about: str = Field(default="", max_length=5_000)
    city: str = Field(default="", max_length=200)


class ShopIn(ShopChange):
    """`customer`: whose shop it becomes."""

    customer: str = Field(max_length=20)


def _shop(row: Any, badges: Sequence[Badge]) -> dict[str, Any]:
    plain = ("name", "about", "city", "state", "on_sale")
    return {
        "id": row.public_id,
        "customer": row.record.customer.public_id,
        **{name: getattr(row, name) for name in plain},
        "opened": moment(row.opened),
        "left": moment(row.left),
        "open_orders": row.under_way,
        "deposit_short": row.short,
        "badges": [one.scheme for one in badges],
    }


def _shown(actor: Actor, public_id: str) -> dict[str, Any]:
    row = market.get_seen_shop(actor, public_id)
    return _shop(row, protection.badges_of(row))


def _take(request: HttpRequest, public_id: str, key: str, body: Any, act: Act) -> Status[Any]:
    """One step of a shop, once per key; the answer is the shop after it."""
    actor = actor_of(request)
    actor.require(RUN)

    def effect() -> tuple[int, dict[str, Any]]:
        act({"actor": actor, "now": clock.now(), "shop": public_id})
        return 200, _shown(actor, public_id)

    return once(request, key, body, effect)


@router.get("", response={200: ShopsOut, READ: Problem}, summary="Newest shops")
def list_shops(
    request: HttpRequest,
    after: Cursor = "",
    limit: Limit = PAGE,
    customer: str = "",
    state: Literal["", "open", "leaving", "closed"] = "",
) -> Any:
    """Visible shops, newest first; `customer` (their id) and `state` narrow."""
    actor = actor_of(request)
    actor.require(VIEW)
    found = market.list_shops(actor)
    if customer:
        found = found.filter(record__customer__public_id=people.code_now(customer[:20]))
    if state:
        found = found.filter(state=state)
    page = keyset.cut(found, "opened", after, size=limit)
    badges = protection.badges_of_shops([one.id for one in page.rows])
    items = [_shop(one, badges.get(one.id, ())) for one in page.rows]
    return {"items": items, "next": page.next_cursor}


@router.get("/{public_id}", response={200: ShopOut, READ: Problem}, summary="One shop")
def get_shop(request: HttpRequest, public_id: str) -> Any:
    """In any state."""
    actor = actor_of(request)
    actor.require(VIEW)
    return _shown(actor, public_id)


@router.post("", response={201: ShopOut, WRITE: Problem}, summary="Open a shop for a customer")
def open_shop(request: HttpRequest, body: ShopIn, idempotency_key: IdempotencyKey = "") -> Status[Any]:
    """409 for whoever has one already; 404 in a house without sellers."""
    actor = actor_of(request)
    actor.require(RUN)

    def effect() -> tuple[int, dict[str, Any]]:
        record, words = deposit_record(actor, body.customer), body.dict(exclude={"customer"})
        row = actions.open_shop(actor=actor, now=clock.now(), record_id=record, **words)
        return 201, _shown(actor, row.public_id)

    return once(request, idempotency_key, body.dict(), effect)


@router.put("/{public_id}", response={200: ShopOut, WRITE: Problem}, summary="Change what a shop shows")
def change_shop(
    request: HttpRequest, public_id: str, body: ShopChange, idempotency_key: IdempotencyKey = ""
) -> Status[Any]:
    """What is left out becomes empty; 409 for a closed one."""
    words = body.dict()
    return _take(request, public_id, idempotency_key, words, lambda who: actions.change_shop(**who, **words))


@router.post("/{public_id}/leave", response={200: ShopOut, WRITE: Problem}, summary="Give a shop's notice")
def leave_shop(request: HttpRequest, public_id: str, idempotency_key: IdempotencyKey = "") -> Status[Any]:
    """Nothing more is sold; orders, promises and cases go on, and deposits stay until these are over."""
    return _take(request, public_id, idempotency_key, None, lambda who: actions.leave(**who))


@router.post("/{public_id}/stay", response={200: ShopOut, WRITE: Problem}, summary="Take its notice back")
def stay_shop(request: HttpRequest, public_id: str, idempotency_key: IdempotencyKey = "") -> Status[Any]:
    """While it is not closed; what was on sale is on sale again."""
    return _take(request, public_id, idempotency_key, None, lambda who: actions.stay(**who))
