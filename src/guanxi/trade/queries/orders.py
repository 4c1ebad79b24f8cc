"""Every read of orders."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, OuterRef, QuerySet, Subquery, Sum

from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.core.models import Event
from guanxi.core.money import Money
from guanxi.core.prepared import prepared_at
from guanxi.core.recall import remembered
from guanxi.people import queries as people
from guanxi.trade.events import ORDER_CORRECTED
from guanxi.trade.models import Order, Product

CUSTOMER_ORDERS = 20  # that one customer's page reads
FOUND_CUSTOMERS = 20  # whose orders a search by name looks at


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


def search_orders(
    actor: Actor, text: str, *, limit: int, customers: Sequence[int] | None = None
) -> list[Order]:
    """Visible orders with exactly this number, else the newest of customers found by their names.

    `customers`: the search's candidates, where the caller has asked for those of several kinds at once.
    """
    text = text.strip()
    if not text or limit < 1:
        return []
    exact = list(list_orders(actor).filter(number__in={text, text.upper()})[:limit])
    if exact:
        return exact
    found = people.search_customers(actor, text, limit=FOUND_CUSTOMERS, found=customers)
    whose = [record.customer_id for record in found]
    return list(list_orders(actor).filter(record__customer_id__in=whose)[:limit]) if whose else []


@prepared_at(Order)
def customer_orders(actor: Actor, customer_id: int) -> QuerySet[Order]:
    """A customer's newest visible orders, at most 20."""
    return list_orders(actor).filter(record__customer_id=customer_id)[:CUSTOMER_ORDERS]


@dataclass(frozen=True, slots=True)
class Bought:
    """What somebody has bought so far. `gap_days` is the mean between orders; None below two days or two orders."""

    count: int
    sums: Sequence[Money]
    first: datetime | None
    last: datetime | None

    @property
    def gap_days(self) -> int | None:
        if self.count < 2 or self.first is None or self.last is None:
            return None
        days = (self.last - self.first).total_seconds() / 86_400 / (self.count - 1)
        return round(days) if days >= 2 else None


@remembered
def bought(actor: Actor, customer_id: int) -> Bought:
    """A customer's visible orders in one statement: how many, what they come to per currency, first and last."""
    return _bought(_sums(actor, customer_id))


def _bought(rows: Sequence[Any]) -> Bought:
    return Bought(
        count=sum(row["orders"] for row in rows),
        sums=[Money(row["total"], row["currency"]) for row in rows],
        first=min((row["first"] for row in rows), default=None),
        last=max((row["last"] for row in rows), default=None),
    )


@prepared_at(Order)
def _sums(actor: Actor, customer_id: int) -> QuerySet[Any, Any]:
    found: QuerySet[Order] = Order.objects.visible_to(actor)
    return _summed(found.filter(record__customer_id=customer_id))


def _summed(found: QuerySet[Order]) -> QuerySet[Any, Any]:
    return (
        found.values("currency")
        .annotate(total=Sum("total_minor"), orders=Count("id"), first=Min("placed"), last=Max("placed"))
        .order_by("currency")
    )


def orders_then(actor: Actor, record_ids: Sequence[int], at: datetime) -> list[Order]:
    """Visible orders of these records placed until a moment, newest first, at most 20, each in the state it was in then."""
    orders = list(list_orders(actor).filter(record_id__in=record_ids, placed__lte=at)[:CUSTOMER_ORDERS])
    later = Event.objects.filter(
        subject_kind="order", subject_id__in=[order.id for order in orders], type=ORDER_CORRECTED.code,
        occurred__gt=at,
    )  # fmt: skip
    first = {}
    for key, data in later.order_by("-occurred", "-id").values_list("subject_id", "data"):
        first[key] = data["before"]
    for order in orders:
        order.state = first.get(order.id, order.state)
    return orders


@remembered
def bought_then(actor: Actor, record_ids: tuple[int, ...], at: datetime) -> Bought:
    """What these records had bought until a moment, in one statement."""
    found: QuerySet[Order] = Order.objects.visible_to(actor).filter(record_id__in=record_ids, placed__lte=at)
    return _bought(list(_summed(found)))


def rank_by_spend(customer: OuterRef) -> Subquery:
    """What a customer's orders come to in the currency of which it is most, in minor units: an order, not an amount."""
    own = Order.objects.filter(record__customer_id=customer).order_by().values("currency")
    return Subquery(own.annotate(total=Sum("total_minor")).order_by("-total").values("total")[:1])


def spent_by(actor: Actor, customers: Collection[int]) -> dict[int, list[Money]]:
    """{customer: what their visible orders come to, per currency}, in one statement."""
    own = Order.objects.visible_to(actor).filter(record__customer__in=customers).order_by()
    rows = own.values_list("record__customer_id", "currency").annotate(total=Sum("total_minor"))
    found: dict[int, list[Money]] = {}
    for customer, currency, total in sorted(rows):
        found.setdefault(customer, []).append(Money(total, currency))
    return found


def known_numbers(numbers: Sequence[str]) -> set[str]:
    """Which of these order numbers are there already: imports are repeatable by them."""
    return set(Order.objects.filter(number__in=numbers).values_list("number", flat=True))


def known_orders(numbers: Sequence[str]) -> dict[str, tuple[int, str, list[tuple[str, int, int]]]]:
    """{number: (order id, state, its lines as (sku, quantity, amount in minor units))} of those that are there."""
    found = Order.objects.filter(number__in=numbers).prefetch_related("lines__product")
    return {
        order.number: (
            order.id,
            order.state,
            sorted((line.product.sku, line.quantity, line.amount_minor) for line in order.lines.all()),
        )
        for order in found
    }


def product_ids(skus: Sequence[str]) -> dict[str, int]:
    """{sku: product id} of those that are there."""
    return dict(Product.objects.filter(sku__in=skus).values_list("sku", "id"))
