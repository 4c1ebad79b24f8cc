"""What clients can hold, as a pack says it."""

from collections.abc import Sequence
from datetime import datetime

from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.trade.actions.orders import ProductRow
from guanxi.trade.models import Product


@action
def set_held_products(*, actor: Actor, now: datetime, products: Sequence[ProductRow]) -> list[str]:
    """Add products of financial lines or bring them up to date; gives the numbers of those that are new or different.

    Needs `site.settings`.
    """
    actor.require("site.settings")
    wanted = {one.sku: one for one in products}
    known = {one.sku: one for one in Product.objects.filter(sku__in=wanted)}
    changed = []
    for sku, row in wanted.items():
        product = known.get(sku) or Product(sku=sku)
        values = {
            "line": row.line,
            "name": dict(row.name),
            "holding": row.holding,
            "conditions": dict(row.conditions),
        }
        if sku in known and all(getattr(product, name) == value for name, value in values.items()):
            continue
        for name, value in values.items():
            setattr(product, name, value)
        product.save()
        changed.append(sku)
    return changed
