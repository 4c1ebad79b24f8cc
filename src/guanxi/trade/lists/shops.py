"""The list of shops: who sells here, what they have on sale, what is on its way, whose deposit is too low."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Actor
from guanxi.core.http import address
from guanxi.core.lists import Candidates, Choices, Column, Kind, Listing, View
from guanxi.engine.normalise import avatar
from guanxi.trade.models import Shop
from guanxi.trade.pages.ledger import titled
from guanxi.trade.pages.shops import schemes_of
from guanxi.trade.queries import market, questions


def _find(actor: Actor, text: str, limit: int, found: Candidates) -> Sequence[int]:
    return market.search_shops(actor, text, limit=limit, found=found)


def _title(actor: Actor, row: Shop) -> Mapping[str, Any]:
    return {"title": row.name, "sub": row.public_id, "icon": "building-store", "icon_label": ""}


def _states(actor: Actor) -> Choices:
    return list(Shop.State.choices)


def _annotated(name: str) -> Any:
    return lambda actor, row: getattr(row, name)


def _quick(actor: Actor, row: Any) -> Mapping[str, Any]:
    """What trade/market/quick_shop.html draws."""
    return {
        "code": row.public_id,
        "name": row.name,
        "about": row.about,
        "city": row.city,
        "state": titled(row.get_state_display()),
        "opened": row.opened,
        "customer": {
            "name": row.record.called,
            "url": reverse("customer", args=[row.record.customer.public_id]),
            "initials": avatar(row.record.name),
        },
        "on_sale": row.on_sale,
        "under_way": row.under_way,
        "unanswered": questions.count_open([row.id]).get(row.id, 0),
        "schemes": schemes_of(row),
    }


LISTING = Listing(
    code="shops",
    title=_("Shops"),
    right="trade.view",
    query=market.list_shops,
    order="-opened",
    key=lambda row: row.public_id,
    key_path="public_id",
    url=lambda row: address("shop", row.public_id),
    url_name="shops",
    offered=market.has_market,
    customer=lambda row: row.record.customer_id,
    find=_find,
    finds="shop",
    apart=True,
    icon="building-store",
    quick="trade/market/quick_shop.html",
    quick_context=_quick,
    beside=((_("Listings"), "listings", "trade.view"), (_("Orders"), "orders", "trade.view")),
    empty=_("Shops appear here as soon as a customer opens one."),
    views=(
        View("open", _("Open now"), "state=open"),
        View("short", _("Deposit too low"), "short=yes"),
        View("leaving", _("Leaving"), "state=leaving"),
    ),
    columns=(
        Column(
            code="shop",
            title=_("Shop"),
            value=lambda actor, row: row.name,
            path="name",
            shape="title",
            cell=_title,
        ),
        Column(
            code="customer",
            title=_("Seller"),
            value=lambda actor, row: row.record.called,
            path="record__name",
        ),
        Column(code="city", title=_("City"), value=lambda actor, row: row.city, path="city"),
        Column(
            code="state",
            title=_("State"),
            value=lambda actor, row: titled(row.get_state_display()),
            kind=Kind.CHOICE,
            path="state",
            choices=_states,
        ),
        Column(
            code="on_sale",
            title=_("On sale"),
            value=_annotated("on_sale"),
            kind=Kind.NUMBER,
            path="on_sale",
        ),
        Column(
            code="under_way",
            title=_("Open orders"),
            value=_annotated("under_way"),
            kind=Kind.NUMBER,
            path="under_way",
        ),
        Column(
            code="short",
            title=_("Deposit too low"),
            value=_annotated("short"),
            kind=Kind.FLAG,
            path="short",
        ),
        Column(
            code="opened",
            title=_("Open since"),
            value=lambda actor, row: row.opened,
            kind=Kind.MOMENT,
            path="opened",
        ),
    ),
)
