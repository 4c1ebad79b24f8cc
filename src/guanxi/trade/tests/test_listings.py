"""Putting things on sale, changing them with every version kept, stock, pausing and ending; who sees what."""

from datetime import datetime, timedelta

import pytest

from guanxi.core.access import PUBLIC
from guanxi.core.errors import Conflict, Denied, Invalid, NotFound
from guanxi.core.money import Money
from guanxi.trade.actions import listings, shops
from guanxi.trade.actions.listings import NewListing
from guanxi.trade.models import Listing, Order, OrderLine, Product, Stock
from guanxi.trade.queries import market
from guanxi.trade.queries.market import Wanted
from tests.cast import Shopper, Staffer, nothing_happens, work_off
from tests.market import new, offer, open_stall

pytestmark = pytest.mark.django_db


def test_a_listing_has_its_own_product_and_stock(seller: Shopper, now: datetime) -> None:
    open_stall(seller, now)
    listing = offer(seller, now, stock=3)
    product = Product.objects.get(sku=listing.public_id)
    assert (product.line, product.price_minor, product.name["zh-hans"]) == (
        "phones",
        268_000,
        "二手手机 九成新",
    )
    assert market.free_of([listing]) == {listing.id: 3}
    assert [one.number for one in market.versions_of(listing)] == [1]


def test_hostile_words_are_kept_as_text(seller: Shopper, now: datetime) -> None:
    open_stall(seller, now)
    listing = offer(
        seller, now, title="<script>alert(1)</script>\u202e\n手机", text="a\x00b\r\n\r\n\r\n\r\nc"
    )
    assert listing.title == "<script>alert(1)</script> 手机"
    assert listing.text == "ab\n\nc"


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("title", {"title": " "}),
        ("title", {"title": "x" * 121}),
        ("text", {"text": "x" * 10_001}),
        ("price", {"minor": 0}),
        ("price", {"minor": 100_000_001}),
        ("ship_hours", {"ship_hours": 47}),
        ("category", {"category": "weapons"}),
        ("stock", {"stock": -1}),
        ("stock", {"stock": 100_001}),
    ],
)
def test_out_of_bounds(seller: Shopper, now: datetime, field: str, more: dict[str, object]) -> None:
    open_stall(seller, now)
    with nothing_happens(), pytest.raises(Invalid) as error:
        offer(seller, now, **more)  # type: ignore[arg-type]
    assert set(error.value.fields) == {field}


def test_another_currency_is_refused(seller: Shopper, now: datetime) -> None:
    open_stall(seller, now)
    listing = NewListing(title="A phone", price=Money(100, "EUR"), category="phones")
    with nothing_happens(), pytest.raises(Invalid):
        listings.add_listing(actor=seller.actor, now=now, listing=listing)


def test_who_has_bought_keeps_what_they_read(seller: Shopper, buyer: Shopper, now: datetime) -> None:
    open_stall(seller, now)
    listing = offer(seller, now, text="电池健康 95%")
    later = now + timedelta(hours=2)
    changed = listings.change_listing(
        actor=seller.actor, now=later, listing=listing.public_id, to=new(text="电池健康 80%"), version=1
    )
    assert (changed.version, changed.text) == (2, "电池健康 80%")
    assert market.said_then([listing.id], now + timedelta(hours=1))[listing.id].text == "电池健康 95%"
    assert market.said_then([listing.id], later)[listing.id].text == "电池健康 80%"
    with nothing_happens(), pytest.raises(Conflict):
        listings.change_listing(
            actor=seller.actor, now=later, listing=listing.public_id, to=new(text="x"), version=1
        )


def test_a_change_of_nothing_makes_no_version(seller: Shopper, now: datetime) -> None:
    open_stall(seller, now)
    listing = offer(seller, now)
    with nothing_happens():
        listings.change_listing(actor=seller.actor, now=now, listing=listing.public_id, to=new())


def test_stock_is_what_can_be_bought_besides_what_is_promised(seller: Shopper, now: datetime) -> None:
    open_stall(seller, now)
    listing = offer(seller, now, stock=5)
    Stock.objects.filter(product=listing.product_id).update(reserved=2)
    assert listings.set_stock(actor=seller.actor, now=now, listing=listing.public_id, free=1) == 3
    assert Stock.objects.values_list("on_hand", "reserved").get(product=listing.product_id) == (3, 2)
    with nothing_happens(), pytest.raises(Invalid):
        listings.set_stock(actor=seller.actor, now=now, listing=listing.public_id, free=-1)


def test_pause_resume_end(seller: Shopper, now: datetime) -> None:
    open_stall(seller, now)
    code = offer(seller, now).public_id
    for verb, state in (("pause", "paused"), ("resume", "active"), ("end", "ended")):
        assert listings.move_listing(actor=seller.actor, now=now, listing=code, verb=verb).state == state
    with nothing_happens():
        for verb in ("resume", "end", "nonsense"):
            with pytest.raises(Conflict):
                listings.move_listing(actor=seller.actor, now=now, listing=code, verb=verb)
        with pytest.raises(Conflict):
            listings.change_listing(actor=seller.actor, now=now, listing=code, to=new(text="more"))


def test_others_change_nothing(seller: Shopper, buyer: Shopper, agent: Staffer, now: datetime) -> None:
    open_stall(seller, now)
    code = offer(seller, now).public_id
    with nothing_happens():
        with pytest.raises(NotFound):
            listings.move_listing(actor=buyer.actor, now=now, listing=code, verb="end")
        with pytest.raises(NotFound):
            listings.set_stock(actor=PUBLIC, now=now, listing=code, free=0)
        with pytest.raises(Denied):
            listings.change_listing(actor=agent.actor, now=now, listing=code, to=new(text="x"))
        with pytest.raises(NotFound):
            listings.add_listing(actor=buyer.actor, now=now, listing=new())


def test_everybody_sees_what_is_on_sale_and_only_the_sides_see_the_rest(
    seller: Shopper, buyer: Shopper, agent: Staffer, stranger: Staffer, now: datetime
) -> None:
    open_stall(seller, now)
    code = offer(seller, now).public_id
    for actor in (PUBLIC, buyer.actor, seller.actor, agent.actor, stranger.actor):
        assert market.get_listing(actor, code).public_id == code
    listings.move_listing(actor=seller.actor, now=now, listing=code, verb="end")
    for actor in (seller.actor, agent.actor):
        assert market.get_listing(actor, code).state == "ended"
    for actor in (PUBLIC, buyer.actor, stranger.actor):
        with pytest.raises(NotFound):
            market.get_listing(actor, code)
    listing = Listing.objects.get(public_id=code)
    order = Order.objects.create(
        number="A-78", record_id=buyer.record_id, seller_id=seller.record_id, state="paid",
        currency="CNY", total_minor=1, placed=now,
    )  # fmt: skip
    OrderLine.objects.create(
        order=order, product=listing.product, listing=listing, quantity=1, amount_minor=1
    )
    assert market.get_listing(buyer.actor, code).public_id == code  # who has bought it


def test_found_by_two_characters_category_and_price(seller: Shopper, now: datetime) -> None:
    open_stall(seller, now)
    phone = offer(seller, now)
    book = offer(seller, now + timedelta(minutes=1), title="红楼梦 庚辰本", minor=4_800, category="books")
    dear = offer(seller, now + timedelta(minutes=2), title="手机 全新", minor=500_000)
    work_off()

    def found(**wanted: object) -> list[int]:
        return [one.id for one in market.list_market(Wanted(**wanted)).rows]  # type: ignore[arg-type]

    assert found() == [dear.id, book.id, phone.id]
    assert found(order="cheap") == [book.id, phone.id, dear.id]
    assert found(text="手机") == [dear.id, phone.id]
    assert found(text="红楼") == [book.id]
    assert found(text="拾光") == [dear.id, book.id, phone.id]  # by the shop's name
    assert found(category="books") == [book.id]
    assert found(least=10_000, most=300_000) == [phone.id]
    shops.change_shop(actor=seller.actor, now=now, name="新店名", about="", city="")
    work_off()
    assert found(text="新店") == [dear.id, book.id, phone.id]


@pytest.mark.parametrize("order", ["new", "cheap"])
def test_pages_follow_each_other_without_gaps(seller: Shopper, now: datetime, order: str) -> None:
    open_stall(seller, now)
    made = [offer(seller, now, title=f"Thing {n}", minor=100 * (1 + n % 2)).id for n in range(5)]
    seen: list[int] = []
    after = ""
    for _page in range(3):
        page = market.list_market(Wanted(order=order), after, size=2)
        seen += [one.id for one in page.rows]
        after = page.next_cursor
    assert sorted(seen) == sorted(made)
    assert after == ""


@pytest.mark.parametrize("cursor", ["x", "1.", "²", "-1.L-1", "9" * 40])
def test_a_cursor_that_is_none(seller: Shopper, now: datetime, cursor: str) -> None:
    open_stall(seller, now)
    for order in ("new", "cheap"):
        with pytest.raises(Invalid):
            market.list_market(Wanted(order=order), cursor)
