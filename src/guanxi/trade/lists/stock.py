"""The list of stock: what lies in which bin, how much of it is free, what runs low."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Actor
from guanxi.core.http import address
from guanxi.core.lists import Candidates, Column, Kind, Listing, View
from guanxi.core.phrases import pick
from guanxi.trade.models import Stock
from guanxi.trade.queries import purchases as queries


def _find(actor: Actor, text: str, limit: int, found: Candidates) -> Sequence[int]:
    return queries.find_stock(actor, text, limit)


def _title(actor: Actor, row: Stock) -> Mapping[str, Any]:
    name = pick(row.product.name) or row.product.sku
    return {"title": name, "sub": row.product.sku, "icon": "package", "icon_label": ""}


def _annotated(name: str) -> Any:
    return lambda actor, row: getattr(row, name)


LISTING = Listing(
    code="stock",
    title=_("Stock"),
    right=queries.RIGHT,
    query=queries.list_stock,
    order="bin",
    key=lambda row: row.product.sku,
    key_path="product__sku",
    url=lambda row: f"{address('purchase_new')}?sku={row.product.sku}",
    url_name="stock",
    find=_find,
    apart=True,
    icon="package",
    new_url=lambda actor: address("purchase_new") if actor.may(queries.RIGHT) else "",
    new_label=_("Order from a supplier"),
    beside=((_("Supplier orders"), "purchases", queries.RIGHT), (_("Stages"), "stages", queries.RIGHT)),
    empty=_("Goods appear here once they lie on a shelf."),
    views=(
        View("low", _("Runs low"), "free=..2&sort=free"),
        View("wanted", _("Orders wait for it"), "wanted=1..&sort=-wanted"),
        View("coming", _("On the way"), "coming=1..&sort=-coming"),
    ),
    columns=(
        Column(
            code="product",
            title=_("Product"),
            value=lambda actor, row: row.product.sku,
            shape="title",
            cell=_title,
        ),
        Column(
            code="sku",
            title=_("Number"),
            value=lambda actor, row: row.product.sku,
            path="product__sku",
            shown=False,
        ),
        Column(code="bin", title=_("Bin"), value=lambda actor, row: row.bin, path="bin"),
        Column(
            code="here",
            title=_("Here"),
            value=lambda actor, row: row.on_hand,
            kind=Kind.NUMBER,
            path="on_hand",
        ),
        Column(
            code="reserved",
            title=_("Promised"),
            value=lambda actor, row: row.reserved,
            kind=Kind.NUMBER,
            path="reserved",
        ),
        Column(
            code="free", title=_("Free"), value=lambda actor, row: row.free, kind=Kind.NUMBER, path="left"
        ),
        Column(
            code="coming", title=_("On the way"), value=_annotated("coming"), kind=Kind.NUMBER, path="coming"
        ),
        Column(
            code="wanted", title=_("Orders lack"), value=_annotated("wanted"), kind=Kind.NUMBER, path="wanted"
        ),
    ),
)
