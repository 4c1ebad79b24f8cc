"""The list of listings: everything shops offer and have offered."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Actor
from guanxi.core.http import address
from guanxi.core.lists import Candidates, Choices, Column, Kind, Listing, View
from guanxi.core.money import digits_of
from guanxi.core.phrases import pick
from guanxi.trade import models
from guanxi.trade.pages.ledger import titled
from guanxi.trade.pages.market import price_words, ships_words
from guanxi.trade.queries import market, questions


def _find(actor: Actor, text: str, limit: int, found: Candidates) -> Sequence[int]:
    return market.search_listings(actor, text, limit=limit, found=found)


def _title(actor: Actor, row: models.Listing) -> Mapping[str, Any]:
    return {"title": row.title, "sub": row.public_id, "icon": "tag", "icon_label": ""}


def _states(actor: Actor) -> Choices:
    return list(models.Listing.State.choices)


def _categories(actor: Actor) -> Choices:
    return [(code, pick(names)) for code, names in market.categories().items()]


def _category(actor: Actor, row: models.Listing) -> str:
    return pick(market.categories().get(row.category, {})) or row.category


def _price(actor: Actor, row: models.Listing) -> Decimal:
    return Decimal(row.price_minor).scaleb(-digits_of(row.currency))


def _quick(actor: Actor, row: models.Listing) -> Mapping[str, Any]:
    """What trade/market/quick_listing.html draws."""
    return {
        "code": row.public_id,
        "title": row.title,
        "text": row.text,
        "price": price_words(row.price_minor, row.currency),
        "state": titled(row.get_state_display()),
        "ships": ships_words(row.ship_hours),
        "left": market.free_of([row]).get(row.id, 0),
        "opened": row.opened,
        "shop": {"name": row.shop.name, "url": reverse("shop", args=[row.shop.public_id])},
        "questions": [
            {"text": one.text, "answer": one.answer, "asked": one.asked}
            for one in questions.list_questions(actor).filter(listing=row)[:3]
        ],
    }


LISTING = Listing(
    code="listings",
    title=_("Listings"),
    right="trade.view",
    query=market.list_listings,
    order="-opened",
    key=lambda row: row.public_id,
    key_path="public_id",
    url=lambda row: address("listing", row.public_id),
    url_name="listings",
    offered=market.has_market,
    customer=lambda row: row.shop.record.customer_id,
    find=_find,
    finds="listing",
    apart=True,
    icon="tag",
    quick="trade/market/quick_listing.html",
    quick_context=_quick,
    beside=((_("Shops"), "shops", "trade.view"), (_("Orders"), "orders", "trade.view")),
    empty=_("What shops put on sale appears here."),
    views=(
        View("active", _("On sale"), "state=active"),
        View("paused", _("Paused"), "state=paused"),
    ),
    columns=(
        Column(
            code="listing",
            title=_("Listing"),
            value=lambda actor, row: row.title,
            shape="title",
            cell=_title,
        ),
        Column(
            code="shop",
            title=_("Shop"),
            value=lambda actor, row: row.shop.name,
            path="shop__name",
        ),
        Column(
            code="customer",
            title=_("Seller"),
            value=lambda actor, row: row.shop.record.called,
            path="shop__record__name",
            shown=False,
        ),
        Column(
            code="category",
            title=_("Category"),
            value=_category,
            kind=Kind.CHOICE,
            path="category",
            choices=_categories,
        ),
        Column(
            code="price",
            title=_("Price"),
            value=_price,
            kind=Kind.MONEY,
            path="price_minor",
            cell=lambda actor, row: {"value": price_words(row.price_minor, row.currency)},
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
            code="opened",
            title=_("On sale since"),
            value=lambda actor, row: row.opened,
            kind=Kind.MOMENT,
            path="opened",
        ),
    ),
)
