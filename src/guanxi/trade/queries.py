"""Every read of trade."""

from collections.abc import Sequence

from django.db.models import QuerySet, Sum

from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.core.money import Money
from guanxi.trade.models import Order


def list_orders(actor: Actor) -> QuerySet[Order]:
    """Visible orders, newest first."""
    found: QuerySet[Order] = Order.objects.visible_to(actor)
    return (
        found.select_related("record__customer").prefetch_related("lines__product").order_by("-placed", "-id")
    )


def get_order(actor: Actor, public_id: str) -> Order:
    found = list_orders(actor).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def customer_orders(actor: Actor, customer_id: int, *, limit: int = 5) -> list[Order]:
    """A customer's newest visible orders."""
    return list(list_orders(actor).filter(record__customer_id=customer_id)[:limit])


def spent(actor: Actor, record_ids: Sequence[int]) -> tuple[int, list[Money]]:
    """How many visible orders these records have, and their sums per currency."""
    found: QuerySet[Order] = Order.objects.visible_to(actor)
    totals = found.filter(record_id__in=record_ids).values_list("currency").annotate(total=Sum("total_minor"))
    count = found.filter(record_id__in=record_ids).count()
    return count, [Money(total, currency) for currency, total in totals.order_by("currency")]


def known_numbers(numbers: Sequence[str]) -> set[str]:
    """Which of these order numbers are there already: imports are repeatable by them."""
    return set(Order.objects.filter(number__in=numbers).values_list("number", flat=True))
