"""Bringing in customers with their orders: one event per row, twice is once, known people are known."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError

from guanxi.core.errors import Denied, Invalid
from guanxi.core.models import Event
from guanxi.core.money import Money
from guanxi.people.actions import Contact
from guanxi.people.models import Customer, Record
from guanxi.trade.actions import BuyerRow, LineRow, OrderRow, ProductRow, add_products, import_buyers
from guanxi.trade.models import Order, OrderLine, Product
from tests.cast import SYSTEM, Organisation, Shopper, Staffer, everything, nothing_happens, statements

pytestmark = pytest.mark.django_db


def rows(now: datetime, count: int, start: int = 0) -> list[BuyerRow]:
    return [
        BuyerRow(
            Contact(f"客户{n}", member=f"M{n:06d}"),
            now - timedelta(days=300),
            [
                OrderRow(f"B-{n}-1", now - timedelta(days=200), [LineRow("BK-1", 1, Money(8_800, "CNY"))]),
                OrderRow(
                    f"B-{n}-2",
                    now - timedelta(days=100),
                    [LineRow("BK-1", 2, Money(17_600, "CNY")), LineRow("CD-2", 1, Money(2_800, "CNY"))],
                ),
            ],
        )
        for n in range(start, start + count)
    ]


def bring(now: datetime, buyers: list[BuyerRow]) -> int:
    return import_buyers(actor=SYSTEM, now=now, buyers=buyers, source="import")


def test_one_event_per_row(buyer: Shopper, now: datetime) -> None:
    before = Event.objects.count(), Order.objects.count(), OrderLine.objects.count()
    assert bring(now, rows(now, 10)) == 20
    assert Event.objects.filter(type="order.imported").count() == 2 + 20
    assert Event.objects.count() - before[0] == 10 + 20
    assert Order.objects.count() - before[1] == 20
    assert OrderLine.objects.count() - before[2] == 30
    order = Order.objects.get(number="B-3-2")
    assert (order.total_minor, order.currency, order.placed) == (20_400, "CNY", now - timedelta(days=100))
    event = Event.objects.get(type="order.imported", subject_id=order.id)
    assert (event.occurred, event.record_id) == (order.placed, order.record_id)
    assert event.data == {
        "order": order.public_id,
        "number": "B-3-2",
        "total_minor": 20_400,
        "currency": "CNY",
        "items": 3,
        "sku": "BK-1",
    }
    assert Record.objects.get(id=order.record_id).created == now - timedelta(days=300)


def test_twice_is_once(buyer: Shopper, now: datetime) -> None:
    bring(now, rows(now, 5))
    before = everything()
    assert bring(now + timedelta(days=1), rows(now, 5)) == 0
    assert everything() == before


def test_only_the_new_orders_of_a_known_customer(buyer: Shopper, now: datetime) -> None:
    bring(now, rows(now, 1))
    (row,) = rows(now, 1)
    more = OrderRow("B-0-3", now, [LineRow("CD-2", 1, Money(2_800, "CNY"))])
    assert bring(now, [BuyerRow(row.contact, row.first_heard, [*row.orders, more])]) == 1
    assert len(set(Order.objects.filter(number__startswith="B-0").values_list("record_id", flat=True))) == 1


def test_a_known_customer_is_recognised(buyer: Shopper, now: datetime) -> None:
    order = OrderRow("X-1", now, [LineRow("BK-1", 1, Money(8_800, "CNY"))])
    bring(now, [BuyerRow(Contact("王小明", "139-5801-6608", member="M777777"), now, [order])])
    assert Order.objects.get(number="X-1").record.customer_id == buyer.customer_id
    assert Customer.objects.count() == 1


def test_two_rows_of_one_person_in_one_batch(buyer: Shopper, now: datetime) -> None:
    one = BuyerRow(
        Contact("甲", member="M000001"), now, [OrderRow("Y-1", now, [LineRow("BK-1", 1, Money(1, "CNY"))])]
    )
    two = BuyerRow(
        Contact("甲", member="m-000001"), now, [OrderRow("Y-2", now, [LineRow("BK-1", 1, Money(1, "CNY"))])]
    )
    assert bring(now, [one, two]) == 2
    records = Order.objects.filter(number__startswith="Y-").values_list("record_id", flat=True)
    assert len(set(records)) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "broken", ["unknown product", "two currencies", "same number twice", "unreadable contact"]
)
def test_one_bad_row_brings_nothing(buyer: Shopper, now: datetime, broken: str) -> None:
    good = rows(now, 3)
    line = LineRow("BK-1", 1, Money(1, "CNY"))
    dollars, unknown = LineRow("BK-1", 1, Money(1, "USD")), LineRow("NO", 1, Money(1, "CNY"))
    contact = Contact("丁", member="?" if broken == "unreadable contact" else "M999999")
    orders = {
        "unknown product": [OrderRow("Z-1", now, [unknown])],
        "two currencies": [OrderRow("Z-1", now, [line, dollars])],
        "same number twice": [OrderRow("Z-1", now, [line]), OrderRow("Z-1", now, [line])],
        "unreadable contact": [OrderRow("Z-1", now, [line])],
    }[broken]
    bad = BuyerRow(contact, now, orders)
    with nothing_happens(), pytest.raises((Invalid, IntegrityError, ValueError, KeyError)):
        bring(now, [*good, bad])


def test_products_once(organisation: Organisation, now: datetime) -> None:
    some = [ProductRow("P-1", "books", {"en": "One"}), ProductRow("P-2", "books", {"en": "Two"})]
    assert add_products(actor=SYSTEM, now=now, products=some) == 2
    assert (
        add_products(actor=SYSTEM, now=now, products=[*some, ProductRow("P-3", "books", {"en": "Three"})])
        == 1
    )
    assert Product.objects.count() == 3


def test_who_may_not(agent: Staffer, manager: Staffer, buyer: Shopper, now: datetime) -> None:
    for who in (agent, manager, buyer):
        with nothing_happens(), pytest.raises(Denied):
            import_buyers(actor=who.actor, now=now, buyers=rows(now, 1), source="import")
        with nothing_happens(), pytest.raises(Denied):
            add_products(actor=who.actor, now=now, products=[])


def test_a_hundred_cost_little_more_than_ten(buyer: Shopper, now: datetime) -> None:
    few = statements(lambda: bring(now, rows(now, 10)))
    many = statements(lambda: bring(now, rows(now, 100, start=10)))
    assert many <= few * 4
