"""A customer becomes a seller, changes the shop, gives notice; the shop closes when nothing is open."""

from datetime import datetime, timedelta

import pytest

from guanxi.core.access import PUBLIC
from guanxi.core.errors import Conflict, Denied, Invalid, NotFound, SignInNeeded
from guanxi.trade.actions import shops
from guanxi.trade.models import Listing, Order, Shop
from guanxi.trade.queries import market
from tests.cast import SYSTEM, Shopper, Staffer, nothing_happens
from tests.market import offer, open_stall, publish_market

pytestmark = pytest.mark.django_db


def test_a_customer_becomes_a_seller(seller: Shopper, now: datetime) -> None:
    shop = open_stall(seller, now, name="  拾光\u202e数码 ")
    assert (shop.name, shop.city, shop.state) == ("拾光数码", "杭州", "open")
    assert market.my_shop(seller.actor) == shop


def test_one_person_has_one_shop_and_one_name_one_shop(
    seller: Shopper, buyer: Shopper, now: datetime
) -> None:
    open_stall(seller, now, name="Corner Books")
    with nothing_happens():
        with pytest.raises(Conflict):
            shops.open_shop(actor=seller.actor, now=now, name="Another")
        with pytest.raises(Invalid) as error:
            shops.open_shop(actor=buyer.actor, now=now, name="corner books")
    assert "name" in error.value.fields


@pytest.mark.parametrize(
    ("field", "value"), [("name", ""), ("name", "x"), ("name", "x" * 41), ("about", "x" * 2001)]
)
def test_words_out_of_bounds(seller: Shopper, now: datetime, field: str, value: str) -> None:
    publish_market(now)
    words = {"name": "Good name", "about": "", "city": "", field: value}
    with nothing_happens(), pytest.raises(Invalid) as error:
        shops.open_shop(
            actor=seller.actor, now=now, name=words["name"], about=words["about"], city=words["city"]
        )
    assert set(error.value.fields) == {field}


def test_nobody_opens_a_shop_for_another(
    seller: Shopper, buyer: Shopper, agent: Staffer, now: datetime
) -> None:
    publish_market(now)
    with nothing_happens():
        with pytest.raises(Denied):
            shops.open_shop(actor=seller.actor, now=now, name="Theirs", record_id=buyer.record_id)
        with pytest.raises(Denied):
            shops.open_shop(actor=agent.actor, now=now, name="Theirs", record_id=buyer.record_id)
        with pytest.raises(SignInNeeded):
            shops.open_shop(actor=PUBLIC, now=now, name="Theirs", record_id=buyer.record_id)
    assert shops.open_shop(actor=SYSTEM, now=now, name="Theirs", record_id=buyer.record_id).name == "Theirs"


def test_a_house_without_sellers_has_no_shops(seller: Shopper, now: datetime) -> None:
    with nothing_happens(), pytest.raises(NotFound):
        shops.open_shop(actor=seller.actor, now=now, name="Anything")


def test_changing_what_a_shop_shows(seller: Shopper, buyer: Shopper, now: datetime) -> None:
    shop = open_stall(seller, now)
    shops.change_shop(actor=seller.actor, now=now, name="拾光", about="只卖实测过的手机", city="杭州")
    shop.refresh_from_db()
    assert (shop.name, shop.about) == ("拾光", "只卖实测过的手机")
    with nothing_happens(), pytest.raises(NotFound):
        shops.change_shop(actor=buyer.actor, now=now, name="Mine", about="", city="", shop=shop.public_id)


def test_a_leaving_shop_sells_nothing_and_closes_when_nothing_is_open(
    seller: Shopper, buyer: Shopper, now: datetime
) -> None:
    shop = open_stall(seller, now)
    listing = offer(seller, now)
    order = Order.objects.create(
        number="A-77", record_id=buyer.record_id, seller_id=seller.record_id, state="shipped",
        currency="CNY", total_minor=100, placed=now,
    )  # fmt: skip
    shops.leave(actor=seller.actor, now=now)
    assert not market.on_sale().exists()
    assert shops.close_shops(actor=SYSTEM, now=now + timedelta(days=1)) == 0  # its order is on the way
    Order.objects.filter(id=order.id).update(state="received")
    assert shops.close_shops(actor=SYSTEM, now=now + timedelta(days=9)) == 1
    assert shops.close_shops(actor=SYSTEM, now=now + timedelta(days=9)) == 0
    shop.refresh_from_db()
    assert shop.state == "closed"
    assert Listing.objects.get(id=listing.id).state == "ended"


def test_what_higher_rooms_know_keeps_a_shop_open(
    seller: Shopper, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_stall(seller, now)
    shops.leave(actor=seller.actor, now=now)
    monkeypatch.setattr(shops, "_keeps_open", {"cases": lambda shop, moment: True})
    assert shops.close_shops(actor=SYSTEM, now=now) == 0
    assert Shop.objects.get().state == "leaving"


def test_notice_can_be_taken_back(seller: Shopper, now: datetime) -> None:
    open_stall(seller, now)
    offer(seller, now)
    shops.leave(actor=seller.actor, now=now)
    with nothing_happens(), pytest.raises(Conflict):
        shops.leave(actor=seller.actor, now=now)
    shops.stay(actor=seller.actor, now=now)
    assert market.on_sale().count() == 1
    with nothing_happens(), pytest.raises(Conflict):
        shops.stay(actor=seller.actor, now=now)
