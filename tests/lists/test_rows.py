"""Rows at a glance and by the hundred: quick views, selection, what a page costs."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from guanxi.cases.actions import answer
from guanxi.people.actions import Contact
from guanxi.trade.models import Order
from tests.cast import Shopper, Staffer, complain, nothing_happens, statements

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


def test_a_case_at_a_glance(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    case = complain(now, "书坏了。<b>封面</b>掉了", buyer.contact).case
    answer(actor=agent.actor, now=now, number=case.number, text="今天补寄")
    with nothing_happens():
        body = agent.client.get(f"/lists/cases/{case.number}/quick/", headers=PART).content.decode()
    assert "<html" not in body
    for said in (
        "书坏了",
        "&lt;b&gt;封面&lt;/b&gt;",
        "王小明",
        "139 5801 6608",
        "今天补寄",
        f"/cases/{case.number}/",
    ):
        assert said in body, said


def test_a_customer_and_an_order_at_a_glance(agent: Staffer, buyer: Shopper) -> None:
    body = agent.client.get(f"/lists/customers/{buyer.public_id}/quick/", headers=PART).content.decode()
    for said in ("王小明", "139 5801 6608", "Purchases", "2 orders"):
        assert said in body, said
    order = Order.objects.get(number="A-1002")
    body = agent.client.get(f"/lists/orders/{order.public_id}/quick/", headers=PART).content.decode()
    for said in ("A-1002", "Dream of the Red Chamber", "Guqin × 2", "王小明"):
        assert said in body, said


def test_masks_hold_and_strangers_see_nothing(
    trainee: Staffer, stranger: Staffer, buyer: Shopper, now: datetime
) -> None:
    case = complain(now, "书坏了", buyer.contact).case
    for key, code in ((case.number, "cases"), (buyer.public_id, "customers")):
        url = f"/lists/{code}/{key}/quick/"
        body = trainee.client.get(url, headers=PART).content.decode()
        assert "139 5801 6608" not in body
        assert stranger.client.get(url, headers=PART).status_code == 404


def test_asked_for_by_itself_it_leads_to_the_page(agent: Staffer, buyer: Shopper) -> None:
    response = agent.client.get(f"/lists/customers/{buyer.public_id}/quick/")
    assert response.headers["Location"] == f"/customers/{buyer.public_id}/"


def test_rows_are_selected_for_what_one_may_do_with_them(
    agent: Staffer, manager: Staffer, now: datetime
) -> None:
    case = complain(now).case
    body = agent.client.get("/cases/?state=recorded&density=dense").content.decode()
    assert f'name="keys" value="{case.number}" form="gx-bulk"' in body
    assert 'name="query" value="state=recorded&amp;sort=-opened"' in body
    assert 'name="expected" value="1"' in body
    assert 'formaction="/lists/cases/bulk/resolve/"' in body
    body = manager.client.get("/cases/").content.decode()
    assert f'name="keys" value="{case.number}"' in body
    assert 'formaction="/lists/cases/export/"' in body
    assert "/bulk/" not in body


def test_nothing_yet_teaches_and_nothing_found_leads_back(agent: Staffer) -> None:
    assert "as soon as somebody complains" in agent.client.get("/cases/").content.decode()
    body = agent.client.get("/cases/?state=resolved").content.decode()
    assert "Nothing here matches." in body
    assert 'href="/cases/"' in body


def test_lists_cost_the_same_with_five_and_two_hundred(
    agent: Staffer, many: Callable[[int], None], now: datetime
) -> None:
    every = "columns=order,number,customer,state,amount,currency,placed"
    people = "columns=name,code,phone,email,member,source,unsure,created"
    urls = ["/orders/", f"/orders/?{every}&sort=customer", "/orders/?amount=5..&placed=30d&density=dense",
            f"/customers/?{people}&sort=name", "/customers/?created=7d"]  # fmt: skip
    many(5)
    for url in urls:
        agent.client.get(url)
    few = [statements(lambda url=url: agent.client.get(url)) for url in urls]  # type: ignore[misc]
    many(195)
    assert [statements(lambda url=url: agent.client.get(url)) for url in urls] == few  # type: ignore[misc]
    assert max(few) <= 15


def test_cases_cost_the_same_with_every_column(agent: Staffer, now: datetime) -> None:
    url = "/cases/?columns=case,number,customer,state,turn,due,team,language,channel,opened,resolved&sort=customer"
    complain(now)
    agent.client.get(url)
    few = statements(lambda: agent.client.get(url))
    for number in range(20):
        complain(now - timedelta(minutes=number), contact=Contact("人", email=f"p{number}@post.example"))
    assert statements(lambda: agent.client.get(url)) == few
