"""The market as everybody sees it, over the API: any token reads what is on sale, as `/market/` shows it without an account."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from guanxi.core import cover
from guanxi.core.api import READ, Cursor, Problem, actor_of
from guanxi.engine.cover import cover_name
from guanxi.trade.api.orders import moment
from guanxi.trade.models import Listing, Question, Shop
from guanxi.trade.queries import market, protection, questions
from guanxi.trade.queries.market import PAGE, Wanted
from guanxi.trade.rules.market import PRICE_MINOR_MAX

router = Router(tags=["market"])


class MarketShopOut(Schema):
    """`leaving`: it has given notice. `badges`: the schemes it promises by now."""

    id: str
    name: str
    about: str
    city: str
    state: Literal["open", "leaving", "closed"]
    opened: datetime
    badges: list[str]


class MarketListingOut(Schema):
    """`left` can be bought now, at `price_minor` (minor units of `currency`); it is sent within `ship_hours`."""

    id: str
    shop: str
    shop_name: str
    title: str
    category: str
    price_minor: int
    currency: str
    ship_hours: int
    left: int
    declaration: dict[str, Any]
    badges: list[str]


class MarketOut(Schema):
    items: list[MarketListingOut]
    next: str


class MarketQuestionOut(Schema):
    """As everybody reads it: who asked is covered, and so are telephones and addresses in the words."""

    who: str
    text: str
    asked: datetime
    answer: str
    answered: datetime | None


class MarketListingWhole(MarketListingOut):
    """`questions`: answered ones first; at most 50."""

    text: str
    version: int
    changed: datetime
    on_sale: bool
    questions: list[MarketQuestionOut]


class WantedIn(Schema):
    """`q`: words in it; `least` and `most`: a span of prices in minor units."""

    q: str = Field(default="", max_length=100)
    category: str = Field(default="", max_length=40)
    least: int | None = Field(default=None, ge=0, le=PRICE_MINOR_MAX)
    most: int | None = Field(default=None, ge=0, le=PRICE_MINOR_MAX)
    shop: str = Field(default="", max_length=20)
    order: Literal["new", "cheap"] = "new"
    limit: int = Field(default=PAGE, ge=1, le=100)


def _listing(row: Listing, left: int, badges: list[str]) -> dict[str, Any]:
    plain = ("title", "category", "price_minor", "currency", "ship_hours", "declaration")
    return {
        "id": row.public_id,
        "shop": row.shop.public_id,
        "shop_name": row.shop.name,
        **{name: getattr(row, name) for name in plain},
        "left": left,
        "badges": badges,
    }


def _question(row: Question) -> dict[str, Any]:
    return {
        "who": cover_name(row.record.name) if row.record.name else _("Somebody"),
        "text": cover.covered(row.text),
        "asked": moment(row.asked),
        "answer": cover.covered(row.answer),
        "answered": moment(row.answered),
    }


@router.get("", response={200: MarketOut, READ: Problem}, summary="What is on sale")
def search_market(request: HttpRequest, wanted: Query[WantedIn], after: Cursor = "") -> Any:
    """The newest first, or the cheapest; of a search the 500 best are looked at. 404 in a house without sellers."""
    market.require_market()
    shop = market.get_shop(actor_of(request), wanted.shop).id if wanted.shop else None
    narrow = wanted.dict(include={"category", "least", "most", "order"})
    page = market.list_market(Wanted(text=wanted.q, shop=shop, **narrow), after, size=wanted.limit)
    left = market.free_of(page.rows)
    badges = protection.badges_of_shops({one.shop_id for one in page.rows})
    items = [
        _listing(one, left.get(one.id, 0), [each.scheme for each in badges.get(one.shop_id, ())])
        for one in page.rows
    ]
    return {"items": items, "next": page.next_cursor}


@router.get("/shops/{public_id}", response={200: MarketShopOut, READ: Problem}, summary="A shop in public")
def look_at_shop(request: HttpRequest, public_id: str) -> Any:
    """What it has on sale is the market narrowed by `shop`. 404 for a closed one out of reach."""
    market.require_market()
    row = market.get_shop(actor_of(request), public_id)
    plain = ("name", "about", "city", "state", "opened")
    badges = [one.scheme for one in protection.badges_of(row)]
    return {"id": row.public_id, **{name: getattr(row, name) for name in plain}, "badges": badges}


@router.get("/{public_id}", response={200: MarketListingWhole, READ: Problem}, summary="A listing in public")
def look_at_listing(request: HttpRequest, public_id: str) -> Any:
    """With what was asked about it and what the shop said. 404 for one not on sale and out of reach."""
    market.require_market()
    row = market.get_listing(actor_of(request), public_id)
    badges = [one.scheme for one in protection.badges_of(row.shop)]
    return {
        **_listing(row, market.free_of([row]).get(row.id, 0), badges),
        "text": row.text,
        "version": row.version,
        "changed": moment(row.changed),
        "on_sale": row.state == Listing.State.ACTIVE and row.shop.state == Shop.State.OPEN,
        "questions": [_question(one) for one in questions.public_questions(row)],
    }
