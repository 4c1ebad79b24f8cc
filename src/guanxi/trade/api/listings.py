"""What shops offer, over the API. Amounts are in minor units of `currency`.

A token acts for sellers with `trade.shops`; reading needs `trade.view`, and sees what its reach holds.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
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
    IfMatch,
    Limit,
    Problem,
    actor_of,
    matching,
    once,
    tag,
)
from guanxi.core.errors import Invalid
from guanxi.core.money import Money, MoneyError
from guanxi.trade.actions import listings as actions
from guanxi.trade.actions.shops import RIGHT
from guanxi.trade.api.orders import moment
from guanxi.trade.api.standard_shapes import Measured
from guanxi.trade.models import Listing
from guanxi.trade.queries import market

router = Router(tags=["market"])
VIEW, RUN = "trade.view", RIGHT
AMOUNT_MAX = 10**15
COUNT_MAX = 2**31 - 1
PARAMETERS_MAX = 100
Act = Callable[[dict[str, Any]], object]
Verb = Literal["pause", "resume", "end"]


class DeclarationIn(Schema):
    """What the thing is by a quality standard in force for its category; without `standard`: nothing."""

    standard: str = Field(default="", max_length=40)
    version: int | None = Field(default=None, ge=1, le=9_999, description="Without it, the one in force")
    grade: str = Field(default="", max_length=40)
    values: Annotated[dict[str, Measured], Field(max_length=PARAMETERS_MAX)] = {}


class ListingOut(Schema):
    """`left` can be bought now; `declaration`: what it is by a quality standard, empty without one."""

    id: str
    shop: str
    title: str
    text: str
    category: str
    price_minor: int
    currency: str
    ship_hours: int
    state: Literal["active", "paused", "ended"]
    left: int
    declaration: dict[str, Any]
    version: int
    opened: datetime
    changed: datetime


class ListingsOut(Schema):
    items: list[ListingOut]
    next: str


class ListingVersionOut(Schema):
    """What it said from `made` on."""

    version: int
    title: str
    text: str
    category: str
    price_minor: int
    currency: str
    ship_hours: int
    declaration: dict[str, Any]
    made: datetime


class ListingWhole(ListingOut):
    """`versions`: all it has said, the newest first."""

    versions: list[ListingVersionOut]


class ListingSaid(Schema):
    """`ship_hours` is one of 24, 48, 72, 120, 168, 360."""

    title: str = Field(max_length=500)
    text: str = Field(default="", max_length=20_000)
    category: str = Field(default="", max_length=40)
    price_minor: int = Field(gt=0, le=AMOUNT_MAX)
    currency: str = Field(default="CNY", min_length=3, max_length=3)
    ship_hours: int = Field(default=48, ge=1, le=COUNT_MAX)
    declaration: DeclarationIn | None = None


class ListingIn(ListingSaid):
    shop: str = Field(max_length=20)
    stock: int = Field(default=1, ge=0, le=COUNT_MAX)


class ListingChange(ListingSaid):
    """`version` is the one you saw. Without `declaration`, what was declared stays while the category does."""

    version: int | None = Field(default=None, ge=0, le=COUNT_MAX)


class ListingStockIn(Schema):
    """So many can be bought from now on, besides those promised to orders."""

    left: int = Field(ge=0, le=COUNT_MAX)


def listing_out(row: Listing, left: int) -> dict[str, Any]:
    """A listing of which so many are left."""
    plain = (
        "title",
        "text",
        "category",
        "price_minor",
        "currency",
        "ship_hours",
        "state",
        "declaration",
        "version",
    )
    return {
        "id": row.public_id,
        "shop": row.shop.public_id,
        **{name: getattr(row, name) for name in plain},
        "left": left,
        "opened": moment(row.opened),
        "changed": moment(row.changed),
    }  # fmt: skip


def _shown(actor: Actor, public_id: str) -> dict[str, Any]:
    row = market.get_listing(actor, public_id)
    return listing_out(row, market.free_of([row]).get(row.id, 0))


def _take(request: HttpRequest, public_id: str, key: str, body: Any, act: Act) -> Status[Any]:
    """One step of a listing, once per key; the answer is the listing after it."""
    actor = actor_of(request)
    actor.require(VIEW)
    actor.require(RUN)

    def effect() -> tuple[int, dict[str, Any]]:
        act({"actor": actor, "now": clock.now(), "listing": public_id})
        return 200, _shown(actor, public_id)

    return once(request, key, body, effect)


@router.get("", response={200: ListingsOut, READ: Problem}, summary="Newest listings")
def list_listings(
    request: HttpRequest,
    after: Cursor = "",
    limit: Limit = PAGE,
    shop: str = "",
    category: str = "",
    state: Literal["", "active", "paused", "ended"] = "",
) -> Any:
    """Visible listings of all states, newest first; `shop` (its id), `category` and `state` narrow."""
    actor = actor_of(request)
    actor.require(VIEW)
    narrow = {"shop__public_id": shop[:20], "category": category[:40], "state": state}
    found = market.list_listings(actor).filter(**{path: value for path, value in narrow.items() if value})
    page = keyset.cut(found, "opened", after, size=limit)
    left = market.free_of(page.rows)
    items = [listing_out(one, left.get(one.id, 0)) for one in page.rows]
    return {"items": items, "next": page.next_cursor}


@router.get("/{public_id}", response={200: ListingWhole, READ: Problem}, summary="One listing")
def get_listing(request: HttpRequest, response: HttpResponse, public_id: str) -> Any:
    """One on sale, or one in reach in any state, with all it has said. Its `ETag` is for `If-Match`."""
    actor = actor_of(request)
    actor.require(VIEW)
    row = market.get_listing(actor, public_id)
    tag(response, row.version)
    plain = ("title", "text", "category", "price_minor", "currency", "ship_hours", "declaration", "made")
    versions = [
        {"version": one.number, **{name: getattr(one, name) for name in plain}}
        for one in market.versions_of(row)
    ]
    return {**listing_out(row, market.free_of([row]).get(row.id, 0)), "versions": versions}


def _said(body: ListingSaid, kept: Listing | None = None) -> actions.NewListing:
    try:
        price = Money(body.price_minor, body.currency)
    except MoneyError as error:
        raise Invalid(fields={"currency": _("This is no currency code such as CNY or USD.")}) from error
    words = body.dict(include={"title", "text", "category", "ship_hours"})
    return actions.NewListing(price=price, declaration=_declared(body, kept), **words)


def _declared(body: ListingSaid, kept: Listing | None) -> dict[str, Any]:
    given = body.declaration
    if given is None:
        return dict(kept.declaration) if kept is not None and kept.category == body.category else {}
    if not given.standard:
        return {}
    return {**given.dict(exclude={"version"}), "version": "" if given.version is None else given.version}


@router.post("", response={201: ListingOut, WRITE: Problem}, summary="Put something on sale")
def add_listing(request: HttpRequest, body: ListingIn, idempotency_key: IdempotencyKey = "") -> Status[Any]:
    """In a shop within reach. 409 where the shop sells nothing more or holds too much already."""
    actor = actor_of(request)
    actor.require(VIEW)
    actor.require(RUN)

    def effect() -> tuple[int, dict[str, Any]]:
        row = actions.add_listing(
            actor=actor, now=clock.now(), listing=_said(body), stock=body.stock, shop=body.shop
        )
        return 201, _shown(actor, row.public_id)

    return once(request, idempotency_key, body.dict(), effect)


@router.put("/{public_id}", response={200: ListingOut, WRITE: Problem}, summary="Change what a listing says")
def change_listing(
    request: HttpRequest,
    response: HttpResponse,
    public_id: str,
    body: ListingChange,
    if_match: IfMatch = "",
) -> Any:
    """The next version, in whole; 412 (`If-Match`) or 409 (`version`) when it was changed in between.

    Who has bought it keeps what they read.
    """
    actor = actor_of(request)
    actor.require(VIEW)
    actor.require(RUN)

    def act(version: int | None) -> Listing:
        to = _said(body, market.get_listing(actor, public_id))
        return actions.change_listing(actor=actor, now=clock.now(), listing=public_id, to=to, version=version)

    row = matching(if_match, act, version=body.version)
    tag(response, row.version)
    return _shown(actor, public_id)


@router.put("/{public_id}/stock", response={200: ListingOut, WRITE: Problem}, summary="Set a listing's stock")
def set_stock(
    request: HttpRequest, public_id: str, body: ListingStockIn, idempotency_key: IdempotencyKey = ""
) -> Status[Any]:
    """409 when it has ended."""
    return _take(
        request, public_id, idempotency_key, body.dict(), lambda who: actions.set_stock(**who, free=body.left)
    )


@router.post(
    "/{public_id}/{verb}", response={200: ListingOut, WRITE: Problem}, summary="Pause, resume or end it"
)
def move_listing(
    request: HttpRequest, public_id: str, verb: Verb, idempotency_key: IdempotencyKey = ""
) -> Status[Any]:
    """409 where this cannot be done now: what has ended stays ended."""
    return _take(
        request, public_id, idempotency_key, None, lambda who: actions.move_listing(**who, verb=verb)
    )
