"""The seller's own pages: opening a shop, putting on sale, answering, sending many at once, what to do better."""

from datetime import datetime, timedelta

import pytest

from guanxi.core import clock
from guanxi.trade.actions import shops
from guanxi.trade.actions.questions import ask
from guanxi.trade.models import Enrolment, Listing, Order, Question, Shipment, Shop
from tests.cast import SYSTEM, Shopper, Staffer, Visitor, nothing_happens, statements
from tests.disputes import give_deposit
from tests.market import offer, open_stall, order_of, publish_market

pytestmark = pytest.mark.django_db


def test_a_customer_opens_a_shop_and_sells(seller: Shopper, now: datetime) -> None:
    publish_market(now)
    assert "Open a shop" in seller.client.get("/my/shop/").content.decode()
    with nothing_happens():
        assert seller.client.post("/my/shop/open/", {"key": "s0", "name": "x"}).status_code == 422
    assert (
        seller.client.post("/my/shop/open/", {"key": "s1", "name": "拾光数码", "city": "杭州"}).status_code
        == 303
    )
    page = seller.client.get("/my/shop/").content.decode()
    assert "拾光数码" in page
    sent = seller.client.post(
        "/my/shop/listings/new/",
        {"key": "l1", "title": "二手手机", "category": "phones", "price": "2,680", "price_currency": "CNY",
         "ship_hours": "48", "stock": "3", "text": "九成新"},
    )  # fmt: skip
    listing = Listing.objects.get()
    assert sent.headers["Location"] == f"/my/shop/listings/{listing.public_id}/?done=added"
    assert (listing.price_minor, listing.text) == (268_000, "九成新")
    assert "It is on sale." in seller.client.get(sent.headers["Location"]).content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("price", "dear"),
        ("price", ""),
        ("stock", "1.5"),
        ("category", "weapons"),
        ("ship_hours", "x"),
    ],
)
def test_what_cannot_be_sold(seller: Shopper, now: datetime, field: str, value: str) -> None:
    open_stall(seller, now)
    good = {"title": "二手手机", "category": "phones", "price": "10", "price_currency": "CNY", "ship_hours": "48",
            "stock": "3", "text": "kept words"}  # fmt: skip
    with nothing_happens():
        sent = seller.client.post("/my/shop/listings/new/", {"key": "l2", **good, field: value})
    assert sent.status_code == 422
    shown = sent.content.decode()
    assert f'id="f-{field}-error"' in shown
    assert "kept words" in shown


def test_changing_stock_and_state_from_the_page(seller: Shopper, buyer: Shopper, now: datetime) -> None:
    open_stall(seller, now)
    listing = offer(seller, now)
    url = f"/my/shop/listings/{listing.public_id}/"
    said = {"title": "二手手机 八成新", "category": "phones", "price": "2000.00", "price_currency": "CNY",
            "ship_hours": "48", "text": "", "version": "1"}  # fmt: skip
    assert seller.client.post(f"{url}change/", {"key": "c1", **said}).status_code == 303
    assert seller.client.post(f"{url}change/", {"key": "c2", **said, "title": "again"}).status_code == 409
    assert seller.client.post(f"{url}stock/", {"key": "c3", "stock": "7"}).status_code == 303
    assert seller.client.post(f"{url}pause/", {"key": "c4"}).status_code == 303
    listing.refresh_from_db()
    assert (listing.title, listing.version, listing.state) == ("二手手机 八成新", 2, "paused")
    with nothing_happens():
        assert seller.client.post(f"{url}nonsense/", {"key": "c5"}).status_code == 404
        assert buyer.client.post(f"{url}end/", {"key": "c6"}).status_code == 404
    assert buyer.client.get(url).status_code == 404


def test_sending_many_at_once(seller: Shopper, buyer: Shopper, now: datetime) -> None:
    open_stall(seller, now)
    listing = offer(seller, now, stock=9)
    first, second, third = (order_of(buyer, listing, now + timedelta(minutes=n)) for n in range(3))
    page = seller.client.get("/my/shop/").content.decode()
    assert page.index(first.number) < page.index(second.number) < page.index(third.number)
    sent = seller.client.post(
        "/my/shop/ship/",
        {
            f"carrier-{first.public_id}": "sf", f"tracking-{first.public_id}": "SF 1",
            f"carrier-{second.public_id}": "nobody", f"tracking-{second.public_id}": "X 2",
            f"carrier-{third.public_id}": "sf", f"tracking-{third.public_id}": "",
        },
    )  # fmt: skip
    assert sent.status_code == 422
    assert "We do not know this carrier." in sent.content.decode()
    assert [one.tracking for one in Shipment.objects.all()] == ["SF1"]
    assert dict(Order.objects.filter(seller=seller.record_id).values_list("number", "state")) == {
        first.number: "shipped", second.number: "paid", third.number: "paid"
    }  # fmt: skip


def test_one_order_of_my_shop(seller: Shopper, buyer: Shopper, now: datetime) -> None:
    open_stall(seller, now)
    order = order_of(buyer, offer(seller, now), now)
    url = f"/my/shop/orders/{order.public_id}/"
    page = seller.client.get(url).content.decode()
    assert "文三路 1 号" in page
    assert seller.client.post(f"{url}ship/", {"key": "1", "carrier": "sf", "tracking": ""}).status_code == 422
    assert (
        seller.client.post(f"{url}ship/", {"key": "2", "carrier": "sf", "tracking": "SF9"}).status_code == 303
    )
    with nothing_happens():
        assert seller.client.post(f"{url}cancel/", {"key": "3"}).status_code == 409  # it has gone
    assert order.number in seller.client.get("/my/shop/orders/").content.decode()


def test_answering_from_the_page(seller: Shopper, buyer: Shopper, now: datetime) -> None:
    open_stall(seller, now)
    row = ask(actor=buyer.actor, now=now, listing=offer(seller, now).public_id, text="屏幕换过吗？")
    assert "屏幕换过吗？" in seller.client.get("/my/shop/").content.decode()
    url = f"/my/shop/questions/{row.public_id}/"
    with nothing_happens():
        seller.client.post(url, {"key": "a0", "text": ""})
        assert buyer.client.post(url, {"key": "a1", "text": "nonsense"}).status_code == 404
    seller.client.post(url, {"key": "a2", "text": "没有"})
    assert Question.objects.get().answer == "没有"


def test_what_to_do_better_and_the_money(seller: Shopper, buyer: Shopper, now: datetime) -> None:
    open_stall(seller, now)
    give_deposit(seller.record_id, 100_000, now)
    listing = offer(seller, now, stock=9)
    ask(actor=buyer.actor, now=now, listing=listing.public_id, text="屏幕换过吗？")
    order_of(buyer, listing, now)
    with clock.at(now + timedelta(days=9)):
        page = seller.client.get("/my/shop/").content.decode()
    assert "1 order should be on its way already" in page
    assert "1 question waits for your answer" in page
    assert "¥1,000.00" in page  # the deposit
    assert "¥2,680.00" in page  # to come


def test_leaving_and_staying(seller: Shopper, now: datetime) -> None:
    open_stall(seller, now)
    assert seller.client.post("/my/shop/leave/", {"key": "g1"}).status_code == 303
    assert Shop.objects.get().state == "leaving"
    assert "You have given notice" in seller.client.get("/my/shop/").content.decode()
    assert seller.client.post("/my/shop/stay/", {"key": "g2"}).status_code == 303
    assert Shop.objects.get().state == "open"
    assert seller.client.post("/my/shop/nonsense/", {"key": "g3"}).status_code == 404


def test_who_has_no_shop(buyer: Shopper, agent: Staffer, visitor: Visitor, now: datetime) -> None:
    publish_market(now)
    assert buyer.client.get("/my/shop/listings/").status_code == 404
    assert buyer.client.get("/my/shop/orders/").status_code == 404
    assert buyer.client.post("/my/shop/ship/").status_code == 404
    assert agent.client.get("/my/shop/").status_code == 403
    assert visitor.client.get("/my/shop/").status_code == 303


def test_the_page_costs_the_same_however_busy(seller: Shopper, buyer: Shopper, now: datetime) -> None:
    open_stall(seller, now)
    listing = offer(seller, now, stock=9)
    order_of(buyer, listing, now)
    ask(actor=buyer.actor, now=now, listing=listing.public_id, text="屏幕换过吗？")
    few = statements(lambda: seller.client.get("/my/shop/"))
    for n in range(4):
        order_of(buyer, listing, now + timedelta(minutes=n))
    ask(actor=buyer.actor, now=now, listing=listing.public_id, text="电池换过吗？")
    assert statements(lambda: seller.client.get("/my/shop/")) == few


def test_a_leaving_shop_leaves_its_schemes(seller: Shopper, now: datetime) -> None:
    shop = open_stall(seller, now)
    rules = publish_market(now)
    enrolled = Enrolment.objects.create(shop=shop, scheme="return7", rules=rules, currency="CNY", since=now)
    seller.client.post("/my/shop/leave/", {"key": "g9"})
    enrolled.refresh_from_db()
    assert enrolled.state == "leaving"
    assert shops.close_shops(actor=SYSTEM, now=now) == 0  # its promise still runs
    Enrolment.objects.filter(id=enrolled.id).update(state="ended")
    assert shops.close_shops(actor=SYSTEM, now=now) == 1
