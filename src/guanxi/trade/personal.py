"""What trade holds of a person: what they bought. Orders stay for the books, on a record without a name."""

from django.utils.translation import gettext_lazy as _

from guanxi.core.personal import Fate, Holding, nothing
from guanxi.trade.models import Order, OrderLine, Product

ROOM = _("Orders")

HOLDINGS = (
    Holding(
        code="trade.lines",
        title=_("Lines of orders"),
        room=ROOM,
        model=OrderLine,
        find=lambda person: OrderLine.objects.filter(order__record__in=person.records),
        anonymise=Fate.KEEP,
        erase=Fate.KEEP,
        shows={
            "order__number": _("order"),
            "product__sku": _("product"),
            "quantity": _("quantity"),
            "amount_minor": _("amount in the smallest unit"),
        },
    ),
    Holding(
        code="trade.orders",
        title=_("Orders, for the books"),
        room=ROOM,
        model=Order,
        find=lambda person: Order.objects.filter(record__in=person.records),
        plain=("public_id", "number", "state", "currency"),
        anonymise=Fate.KEEP,
        erase=Fate.KEEP,
        keyed=True,
        codes=("public_id", "number"),
        shows={
            "number": _("number"),
            "state": _("state"),
            "placed": _("placed"),
            "currency": _("currency"),
            "total_minor": _("amount in the smallest unit"),
        },
    ),
)


def connect() -> None:
    nothing("the catalogue", Product)
