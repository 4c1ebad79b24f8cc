"""What somebody who keys an order looks up: products of the house by number or name, with price and what is free."""

from collections.abc import Sequence

from django.db.models import F, Q, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from guanxi.core.access import Actor
from guanxi.core.choices import Choice
from guanxi.core.money import Money
from guanxi.core.phrases import pick
from guanxi.trade.models import Product


def choices(actor: Actor, text: str, limit: int) -> Sequence[Choice]:
    """Products on sale whose number begins so, or whose name in either language has it in it; what is free comes with it."""
    mine = Q(sku__istartswith=text) | Q(zh__icontains=text) | Q(en__icontains=text)
    named = Product.objects.annotate(zh=KT("name__zh-hans"), en=KT("name__en"))
    found = named.filter(mine, price_minor__isnull=False, listings=None, holding="")
    rows = found.annotate(free=Coalesce(Sum(F("stock__on_hand") - F("stock__reserved")), 0)).order_by("sku")
    return [
        Choice(
            one.sku,
            f"{one.sku} · {pick(one.name)}",
            f"{Money(one.price_minor or 0, one.currency)} · {one.free}",
        )
        for one in rows[:limit]
    ]
