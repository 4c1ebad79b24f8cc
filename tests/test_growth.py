"""Promise 3, the part a test can hold: no page and no operation sends more statements when everything behind it grows.

Time growth is measured by `guanxi bench pages`.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from guanxi.cases import actions as cases
from guanxi.core import clock, figures, staff
from guanxi.core.money import Money
from guanxi.core.timeline import reading as timeline
from guanxi.people.actions import Contact, note_down
from guanxi.trade.actions import BuyerRow, LineRow, OrderRow, import_buyers
from tests.cast import statements, work_off
from tests.security.calls import CALLS, send
from tests.security.conftest import built as _built
from tests.security.conftest import world as _world
from tests.security.test_permission_matrix import expected
from tests.security.world import SYSTEM, World

pytestmark = pytest.mark.django_db
built, world = _built, _world
READERS = ("administrator", "customer", "token")
# What grows by what is asked of it, not by what is there.
LEFT_OUT = {"metrics", "api/v1/openapi.json"}


def _grow(now: datetime, start: int, count: int) -> None:
    """More of everything: cases of one customer and of many, orders, people on the staff, whatever jobs make of it."""
    for number in range(start, start + count):
        text, moment = f"第{number}件：包裹没有到", now - timedelta(minutes=number)
        who = Contact("李明", "13912345678") if number % 2 else Contact("人", email=f"p{number}@post.example")
        cases.open_case(actor=SYSTEM, now=moment, contact=who, text=text, channel="web", sample=False)
        staff.add_user(
            actor=SYSTEM, now=now, username=f"more{number}", name=f"同事{number}", password_hash="!"
        )
    rows = [
        BuyerRow(
            Contact(f"客户{n}", member=f"M{n:06d}"), now,
            [OrderRow(f"B-{n}", now - timedelta(hours=n), [LineRow("CD-1", 1, Money(8_800, "CNY"))])],
        )
        for n in range(start, start + count)
    ]  # fmt: skip
    import_buyers(actor=SYSTEM, now=now, buyers=rows, source="import")
    work_off()
    figures.forget_lately()


def test_nothing_sends_more_statements_when_everything_grows(world: World) -> None:
    now = clock.now()
    _grow(now, 0, 8)
    for number in range(
        timeline.PAGE
    ):  # longer than its page from the beginning: a short one is counted from it
        moment = now - timedelta(days=1, minutes=number)
        note_down(actor=SYSTEM, now=moment, customer=world.buyer.customer.public_id, text="rings at noon")
    asked: dict[str, Callable[[], object]] = {}
    for key in CALLS:
        reader = next((one for one in READERS if _reads(key, one)), None)
        if reader and key not in LEFT_OUT:
            asked[key] = _question(world, reader, key)
    assert len(asked) > 30
    few = {key: _settled(ask) for key, ask in asked.items()}
    _grow(now, 8, 60)
    many = {key: _settled(ask) for key, ask in asked.items()}
    assert {key: (few[key], count) for key, count in many.items() if count > few[key]} == {}


def _question(world: World, reader: str, key: str) -> Callable[[], object]:
    client = world.client(reader)
    return lambda: send(client, "GET", key, world)


def _settled(ask: Callable[[], object]) -> int:
    """The least of three: what a process keeps is read in a first call, and now and then once more when it is old."""
    counts = []
    for _turn in range(3):
        figures.forget_lately()
        counts.append(statements(ask))
    return min(counts)


def _reads(key: str, actor: str) -> bool:
    try:
        return expected(key, "GET", actor) == 200
    except (KeyError, StopIteration):
        return False
