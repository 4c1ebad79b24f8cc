"""An order keyed by an operator for whoever is on the line: products found, stock promised, once however often it is sent."""

from datetime import datetime

import pytest

from guanxi.core.models import Role
from guanxi.trade.models import Order, Stock
from tests.cast import Hire, Shopper, Staffer, nothing_happens
from tests.orders import goods, publish_trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(hire: Hire, now: datetime) -> Staffer:
    rights = ("people.view", "people.contacts", "trade.view", "trade.orders")
    Role.objects.create(code="clerk", rights=dict.fromkeys(rights, "all"))
    publish_trade(now)
    goods("BK-9", 5)
    return hire("clerk", "clerk", "front")


def key(who: Staffer, buyer: Shopper, status: int = 303, **fields: str) -> str:
    sent = {"customer": buyer.public_id, "intake": "phone", "key": "k1", **fields}
    answer = who.client.post("/orders/new/", sent)
    assert answer.status_code == status, answer.content.decode()[-2000:]
    return str(answer["Location"]) if status == 303 else answer.content.decode()


def test_found_keyed_and_promised_once(clerk: Staffer, buyer: Shopper) -> None:
    found = clerk.client.get("/choose/product/?q=bk").json()["choices"]
    assert [one["value"] for one in found] == ["BK-9"]
    assert found[0]["note"].endswith("· 5")
    page = clerk.client.get(f"/orders/new/?customer={buyer.public_id}").content.decode()
    assert buyer.contact.name in page
    first = key(clerk, buyer, product1="BK-9", quantity1="2", address="长安街 1 号")
    assert key(clerk, buyer, product1="BK-9", quantity1="2", address="长安街 1 号") == first
    order = Order.objects.get(public_id=first.split("/")[-2])
    assert Order.objects.filter(lines__product__sku="BK-9").count() == 1
    assert (order.record_id, order.intake, order.ship_to["address"]) == (
        buyer.record_id,
        "phone",
        "长安街 1 号",
    )
    assert [(line.product.sku, line.quantity) for line in order.lines.all()] == [("BK-9", 2)]
    assert Stock.objects.get(product__sku="BK-9").free == 3


def test_the_same_product_twice_is_one_line(clerk: Staffer, buyer: Shopper) -> None:
    made = key(clerk, buyer, product1="BK-9", quantity1="2", product2_text="bk-9", quantity2="1")
    order = Order.objects.get(public_id=made.split("/")[-2])
    assert [line.quantity for line in order.lines.all()] == [3]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Say what is ordered."),
        ({"product1": "BK-9", "quantity1": "0"}, "Say how many, from 1 on."),
        ({"product1": "BK-9", "quantity1": "x"}, "Say how many, from 1 on."),
        ({"product1": "BK-9", "quantity1": "99999"}, "Say how many, from 1 on."),
        ({"product1": "NONE-1"}, "NONE-1"),
        ({"product1": "BK-9", "intake": "pigeon"}, "Please choose one of those."),
    ],
)
def test_what_cannot_be_ordered_is_said_so_and_stays_in_the_form(
    clerk: Staffer, buyer: Shopper, fields: dict[str, str], said: str
) -> None:
    with nothing_happens():
        page = key(clerk, buyer, 422, address="长安街 1 号", **fields)
    assert said in page
    assert "长安街 1 号" in page


def test_without_the_right_or_a_customer_nothing_is_ordered(
    clerk: Staffer, trainee: Staffer, buyer: Shopper
) -> None:
    with nothing_happens():
        assert trainee.client.get("/orders/new/").status_code == 403
        sent = {"customer": buyer.public_id, "product1": "BK-9", "key": "k2"}
        assert trainee.client.post("/orders/new/", sent).status_code == 403
        assert (
            "Say for whom."
            in clerk.client.post("/orders/new/", {"product1": "BK-9", "key": "k3"}).content.decode()
        )
