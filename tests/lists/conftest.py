"""A house full of awkward rows: ties in every column, empty names, missing limits, quotes and wildcards."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from guanxi.cases import actions as cases
from guanxi.core.models import Role
from guanxi.core.money import Money
from guanxi.people.actions import Contact
from guanxi.trade.actions import BuyerRow, LineRow, OrderRow, ProductRow, add_products, import_buyers
from tests.cast import SYSTEM, Organisation, Staffer, complain

NAMES = ("", "王小明", "100% sure", "o'Neil_", "王小明", "Zoe", "ada", "ADA")


@pytest.fixture
def full_house(organisation: Organisation, agent: Staffer, now: datetime) -> None:
    """24 customers with an order each, 12 cases in every state; moments, amounts and names repeat."""
    add_products(actor=SYSTEM, now=now, products=[ProductRow("BK-1", "books", {"en": "Book"})])
    buyers = []
    for number in range(24):
        placed = now - timedelta(days=number // 5)
        line = LineRow("BK-1", 1, Money(1_000 + number % 4 * 550, "CNY" if number % 3 else "USD"))
        contact = Contact(NAMES[number % len(NAMES)], email=f"c{number}@post.example")
        buyers.append(BuyerRow(contact, placed, [OrderRow(f"O-{number % 7}{number:03}", placed, [line])]))
    import_buyers(actor=SYSTEM, now=now, buyers=buyers, source="import")
    for number in range(12):
        opened = now - timedelta(hours=number // 4)
        text = ("包裹破了", "Late again", "100% broken_", "=odd")[number % 4]
        contact = Contact(NAMES[number % len(NAMES)], email=f"c{number}@post.example")
        case = complain(opened, text, contact, channel="phone" if number % 3 else "web", actor=SYSTEM).case
        if number % 3 == 1:
            cases.answer(actor=agent.actor, now=opened, number=case.number, text="好")
        if number % 3 == 2:
            cases.resolve(actor=agent.actor, now=opened, number=case.number, text="好")


@pytest.fixture
def many(organisation: Organisation, now: datetime) -> Callable[[int], None]:
    """`many(n)` brings n more customers with an order each."""
    add_products(actor=SYSTEM, now=now, products=[ProductRow("BK-2", "books", {"en": "Book"})])
    made = iter(range(10_000))

    def bring(count: int) -> None:
        line = LineRow("BK-2", 1, Money(1_000, "CNY"))
        buyers = [
            BuyerRow(Contact(f"人{n}", email=f"many{n}@post.example"), now, [OrderRow(f"M-{n}", now, [line])])
            for n in (next(made) for _ in range(count))
        ]
        import_buyers(actor=SYSTEM, now=now, buyers=buyers, source="import")

    return bring


@pytest.fixture
def allow_sharing(organisation: Organisation) -> None:
    """Supervisors share with their department, managers with everybody; agents keep their views to themselves."""
    for code, scope in (("supervisor", "department"), ("manager", "all")):
        role = Role.objects.get(code=code)
        role.rights = {**role.rights, "lists.share": scope}
        role.save()
