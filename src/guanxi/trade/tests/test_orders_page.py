"""Orders: the list, the API, masked from strangers, at a bounded cost."""

from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape

import pytest

from guanxi.core.money import Money
from guanxi.people.actions import Contact
from guanxi.trade.actions import BuyerRow, LineRow, OrderRow, import_buyers
from guanxi.trade.models import Order
from tests.cast import SYSTEM, Machine, Shopper, Staffer, Visitor, statements

pytestmark = pytest.mark.django_db


def fill(now: datetime, count: int, start: int = 0) -> None:
    rows = [
        BuyerRow(
            Contact(f"客户{n}", member=f"M{n:06d}"),
            now,
            [OrderRow(f"B-{n}", now - timedelta(hours=n // 2), [LineRow("BK-1", 1, Money(8_800, "CNY"))])],
        )
        for n in range(start, start + count)
    ]
    import_buyers(actor=SYSTEM, now=now, buyers=rows, source="import")


def test_the_list(agent: Staffer, buyer: Shopper) -> None:
    body = unescape(agent.client.get("/orders/").content.decode())
    for expected in (
        "A-1001",
        "A-1002",
        "王小明",
        "Dream of the Red Chamber",
        "and 1 more",
        "88.00",
        "144.00",
    ):
        assert expected in body, expected
    assert body.index("A-1002") < body.index("A-1001")


def test_in_chinese(agent: Staffer, buyer: Shopper) -> None:
    body = agent.client.get("/orders/", headers={"Accept-Language": "zh-hans"}).content.decode()
    assert "红楼梦" in body


def test_strangers_see_none(
    stranger: Staffer, visitor: Visitor, seller: Shopper, buyer: Shopper, west_token: Machine, token: Machine
) -> None:
    assert "A-1001" not in stranger.client.get("/orders/").content.decode()
    assert seller.client.get("/orders/").status_code == 403
    assert visitor.client.get("/orders/").status_code == 302
    order = Order.objects.get(number="A-1001")
    url = f"/api/v1/orders/{order.public_id}"
    assert visitor.client.get(url, headers=west_token.headers).status_code == 404
    assert visitor.client.get("/api/v1/orders", headers=west_token.headers).json() == {
        "items": [],
        "next": "",
    }
    assert "A-1001" not in seller.client.get("/my/").content.decode()
    assert "Dream of the Red Chamber" in buyer.client.get("/my/").content.decode()


def test_over_the_api(visitor: Visitor, buyer: Shopper, token: Machine) -> None:
    order = Order.objects.get(number="A-1002")
    body = visitor.client.get(f"/api/v1/orders/{order.public_id}", headers=token.headers).json()
    assert (body["number"], body["customer"], body["total_minor"]) == ("A-1002", buyer.public_id, 14_400)
    assert [(one["sku"], one["quantity"], one["amount_minor"]) for one in body["lines"]] == [
        ("BK-1", 1, 8_800),
        ("CD-2", 2, 5_600),
    ]
    narrowed = visitor.client.get(
        "/api/v1/orders", {"customer": buyer.public_id}, headers=token.headers
    ).json()
    assert [one["number"] for one in narrowed["items"]] == ["A-1002", "A-1001"]
    assert (
        visitor.client.get("/api/v1/orders", {"customer": "C-NONE"}, headers=token.headers).json()["items"]
        == []
    )


def test_paging_reaches_every_order_once(
    visitor: Visitor, buyer: Shopper, token: Machine, now: datetime
) -> None:
    fill(now, 130)
    seen: list[str] = []
    after = ""
    for _ in range(5):
        body = visitor.client.get("/api/v1/orders", {"after": after}, headers=token.headers).json()
        seen += [one["number"] for one in body["items"]]
        after = body["next"]
        if not after:
            break
    assert len(seen) == len(set(seen)) == 132


def test_the_same_cost_with_five_and_two_hundred(
    agent: Staffer, visitor: Visitor, buyer: Shopper, token: Machine, now: datetime
) -> None:
    fill(now, 5)
    pages: list[Callable[[], object]] = [
        lambda: agent.client.get("/orders/"),
        lambda: visitor.client.get("/api/v1/orders", headers=token.headers),
        lambda: buyer.client.get("/my/"),
        lambda: agent.client.get(f"/customers/{buyer.public_id}/"),
    ]
    for page in pages:
        page()
    few = [statements(page) for page in pages]
    fill(now, 195, start=5)
    assert [statements(page) for page in pages] == few
    assert few[0] <= 12
