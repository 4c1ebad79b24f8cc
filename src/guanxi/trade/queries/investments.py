"""Every read of orders to invest."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import QuerySet

from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.core.money import Money
from guanxi.core.prepared import prepared_at
from guanxi.people import queries as people
from guanxi.people.models import Record
from guanxi.trade.models import InvestmentOrder, InvestmentYes, Product
from guanxi.trade.queries.holdings import is_company, powers_for, today
from guanxi.trade.rules.holdings import Power, Signatures, signing
from guanxi.trade.rules.investments import WAITING

LAPSES_MAX = 500  # orders one run of the clock looks at


def list_investments(actor: Actor) -> QuerySet[InvestmentOrder]:
    """Visible orders, newest first."""
    found: QuerySet[InvestmentOrder] = InvestmentOrder.objects.visible_to(actor)
    return found.select_related("record__customer", "product", "holding", "unit").order_by("-drafted", "-id")


@prepared_at(InvestmentOrder)
def newest_of(actor: Actor, customer_id: int) -> QuerySet[InvestmentOrder]:
    """A client's newest visible orders, at most 3."""
    return list_investments(actor).filter(record__customer_id=customer_id)[:3]


def get_investment(actor: Actor, public_id: str) -> InvestmentOrder:
    """Raises `NotFound`."""
    found = list_investments(actor).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def signatures_of(order: InvestmentOrder) -> list[InvestmentYes]:
    """The yes of each signatory to the last reading, in their order."""
    found = InvestmentYes.objects.filter(order=order, reading=order.reading)
    return list(found.select_related("person__customer").order_by("given", "id"))


def signed_by(order: InvestmentOrder) -> list[int]:
    """Customers who have said yes to the last reading."""
    found = InvestmentYes.objects.filter(order=order, reading=order.reading).order_by("id")
    return list(found.values_list("person__customer_id", flat=True))


def signing_of(order: InvestmentOrder, signed: Iterable[int], now: datetime) -> Signatures:
    """Whether these customers' yes is enough, and whose would count. A person signs for themselves without a mandate."""
    customer_id = order.record.customer_id
    powers = powers_for(customer_id)
    if not is_company(customer_id):
        powers.append(Power(customer_id, alone=None, together=None))
    return signing(powers, signed, Money(order.amount_minor, order.currency), today(now))


def signatories(actor: Actor, order: InvestmentOrder, now: datetime) -> list[Record]:
    """Visible people whose yes to this order would count and is not there yet: one record of each."""
    may = signing_of(order, [], now).may - set(signed_by(order))
    found = Record.objects.visible_to(actor).filter(customer_id__in=may).select_related("customer")
    newest: dict[int, Record] = {}
    for record in found.order_by("created", "id"):
        newest[record.customer_id] = record
    return list(newest.values())


def list_lapsing(now: datetime) -> list[str]:
    """Public ids of orders whose cut-off passed before they were placed."""
    found = InvestmentOrder.objects.filter(state__in=WAITING, due__lte=now)
    return list(found.order_by("due", "id").values_list("public_id", flat=True)[:LAPSES_MAX])


def traded_products() -> list[Product]:
    """Products that are bought and sold by orders, by number."""
    return [one for one in Product.objects.exclude(holding="").order_by("sku") if "cutoff" in one.conditions]


def find_investments(actor: Actor, text: str, limit: int, customers: Sequence[int] | None) -> list[int]:
    """Orders with exactly this public id, else those of customers found by their names."""
    text = text.strip()
    if not text or limit < 1:
        return []
    mine = InvestmentOrder.objects.visible_to(actor)
    exact = list(mine.filter(public_id=text.upper()).values_list("id", flat=True))
    if exact:
        return exact
    whose = {record.customer_id for record in people.search_customers(actor, text, limit=20, found=customers)}
    found = mine.filter(record__customer_id__in=whose).order_by("-drafted", "-id")
    return list(found.values_list("id", flat=True)[:limit]) if whose else []
