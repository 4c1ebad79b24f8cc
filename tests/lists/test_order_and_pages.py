"""Every list in every order, page by page in both directions, against plain Python: no row twice, none missing."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guanxi.core import lists
from guanxi.core.errors import Invalid
from guanxi.core.lists import Kind, Listing, reading, wanted
from guanxi.core.lists.columns import Column
from tests.cast import Staffer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("full_house")]
ORDERS = [
    (code, f"{sign}{column.code}")
    for code in ("cases", "customers", "orders")
    for column in lists.get(code).columns
    if column.is_sortable
    for sign in ("", "-")
]


def value_of(row: Any, path: str) -> Any:
    for part in path.split("__"):
        row = getattr(row, part)
    return row


def oracle(listing: Listing, staffer: Staffer, column: Column, falling: bool) -> list[int]:
    """The order a person would put the rows in: by value, then by key; empty ones last when rising."""
    rows = list(listing.query(staffer.actor).order_by())
    if column.kind is Kind.TEXT and connection.vendor == "postgresql":  # its alphabet is the database's own
        order = f"{'-' if falling else ''}{column.path}", "-pk" if falling else "pk"
        return [row.pk for row in listing.query(staffer.actor).order_by(*order)]

    def place(row: Any) -> tuple[bool, Any, int]:
        value = value_of(row, column.path)
        return (True, 0, row.pk) if value is None else (False, value, row.pk)

    return [row.pk for row in sorted(rows, key=place, reverse=falling)]


def ask(listing: Listing, staffer: Staffer, now: datetime, **params: str) -> wanted.Wanted:
    return wanted.read(listing, staffer.actor, params, now=now)


def walk(listing: Listing, staffer: Staffer, now: datetime, order: str, size: int) -> Iterator[reading.Shown]:
    after = ""
    for _ in range(100):
        want = ask(listing, staffer, now, sort=order, after=after)
        shown = reading.page(listing, staffer.actor, want, size=size)
        yield shown
        after = shown.after
        if not after:
            return
    raise AssertionError("the pages never end")


@pytest.mark.parametrize(("code", "order"), ORDERS)
def test_pages_forth_and_back_are_the_list(code: str, order: str, agent: Staffer, now: datetime) -> None:
    listing = lists.get(code)
    column = listing.by_code[order.removeprefix("-")]
    expected = oracle(listing, agent, column, order.startswith("-"))
    assert len(expected) >= 12
    pages = list(walk(listing, agent, now, order, 5))
    assert [row.pk for shown in pages for row in shown.rows] == expected
    before = pages[-1].before
    for shown in reversed(pages[:-1]):
        back = reading.page(listing, agent.actor, ask(listing, agent, now, sort=order, before=before), size=5)
        assert [row.pk for row in back.rows] == [row.pk for row in shown.rows]
        before = back.before
    assert before == ""


@given(size=st.integers(1, 30), choice=st.integers(0, len(ORDERS) - 1))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_size_of_page(size: int, choice: int, agent: Staffer, now: datetime) -> None:
    code, order = ORDERS[choice]
    listing = lists.get(code)
    pages = list(walk(listing, agent, now, order, size))
    found = [row.pk for shown in pages for row in shown.rows]
    assert len(found) == len(set(found)) == listing.query(agent.actor).count()


def test_a_row_that_comes_in_between_moves_no_page(
    agent: Staffer, many: Callable[[int], None], now: datetime
) -> None:
    listing = lists.get("orders")
    first = reading.page(listing, agent.actor, ask(listing, agent, now, sort="-placed"), size=5)
    second_before = reading.page(
        listing, agent.actor, ask(listing, agent, now, sort="-placed", after=first.after), size=5
    )
    many(3)
    second = reading.page(
        listing, agent.actor, ask(listing, agent, now, sort="-placed", after=first.after), size=5
    )
    assert [row.pk for row in second.rows] == [row.pk for row in second_before.rows]


def test_the_page_leads_on_and_back(agent: Staffer, many: Callable[[int], None], now: datetime) -> None:
    many(60)
    first = agent.client.get("/orders/?sort=-number").content.decode()
    following = re.search(r'href="([^"]+)" data-key="]"', first)
    assert following
    second = agent.client.get(following[1].replace("&amp;", "&")).content.decode()
    back = re.search(r'href="([^"]+)" data-key="\["', second)
    assert back
    keys = re.compile(r'data-key-of="([^"]+)"')
    again = agent.client.get(back[1].replace("&amp;", "&")).content.decode()
    assert keys.findall(again) == keys.findall(first)
    assert len(keys.findall(first)) == 50
    assert set(keys.findall(first)) & set(keys.findall(second)) == set()
    assert len(keys.findall(second)) == 34


@pytest.mark.parametrize("cursor", ["x", "W10", "WyJwbGFjZWQiLG51bGwsMV0", "ü", "W" * 3000])
def test_a_cursor_that_is_not_ours(cursor: str, agent: Staffer) -> None:
    assert agent.client.get("/orders/", {"sort": "-placed", "after": cursor}).status_code == 422


def test_the_header_says_how_it_is_ordered(agent: Staffer) -> None:
    body = agent.client.get("/orders/?sort=amount").content.decode()
    assert body.count("aria-sort") == 1
    assert 'aria-sort="ascending"' in body
    assert "/orders/?sort=-amount" in body  # pressed again it is turned round


@pytest.mark.parametrize("order", ["phone", "nonsense", "--placed", "state'"])
def test_an_order_that_does_not_exist_is_refused(order: str, agent: Staffer) -> None:
    response = agent.client.get("/customers/", {"sort": order})
    assert response.status_code == 422
    assert "cannot be ordered by" in response.content.decode()
    assert "data-key-of" not in response.content.decode()


def test_read_query_refuses_it_too(agent: Staffer, now: datetime) -> None:
    with pytest.raises(Invalid):
        wanted.read_query(lists.get("orders"), agent.actor, "sort=nonsense", now=now)
