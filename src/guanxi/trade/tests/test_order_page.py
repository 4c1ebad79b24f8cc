"""The page of an order: its whole way, what is next for whoever reads it, and every step from there."""

from datetime import datetime

import pytest

from guanxi.core.models import Role
from guanxi.trade.models import Order
from tests.cast import Hire, Shopper, Staffer, nothing_happens, statements
from tests.orders import Trade, goods, listing_of, place, publish_trade

pytestmark = pytest.mark.django_db
ADDRESS = {"name": "王小明", "phone": "139 5801 6608", "address": "杭州市西湖路 1 号"}


@pytest.fixture
def clerk(hire: Hire) -> Staffer:
    """Works on orders and their stages."""
    rights = {"people.view": "all", "people.contacts": "all", "trade.view": "all", "trade.orders": "all",
              "trade.fulfil": "all", "work.view": "team", "work.take": "team"}  # fmt: skip
    Role.objects.create(code="clerk", name={"en": "clerk", "zh-hans": "clerk"}, rights=rights)
    return hire("clerk", "clerk", "front", seat="front")


def url(trade: Trade, verb: str = "") -> str:
    return f"/orders/{trade.order.public_id}/" + (f"{verb}/" if verb else "")


def send(who: Staffer, trade: Trade, verb: str, **form: str) -> int:
    return who.client.post(url(trade, verb), {"key": f"{verb}-{len(form)}-{form}", **form}).status_code


def test_a_clerk_takes_an_order_all_the_way(clerk: Staffer, buyer: Shopper, now: datetime) -> None:
    publish_trade(now)
    goods("BK-1", 5)
    trade = place(buyer, now, ("BK-1", 2), intake="phone", ship_to=ADDRESS)
    shown = clerk.client.get(url(trade)).content.decode()
    for words in ("Keying", "Procurement", "Your turn", "Keyed and checked", "杭州市西湖路 1 号", "¥100.00"):
        assert words in shown
    assert send(clerk, trade, "finish", stage="keying") == 303
    assert send(clerk, trade, "pay", amount="60", method="card") == 303
    shown = clerk.client.get(url(trade)).content.decode()
    assert "Paid too little" in shown
    assert "¥40.00 missing" in shown
    assert send(clerk, trade, "pay", amount="40", method="cash") == 303
    assert send(clerk, trade, "finish", stage="picking") == 303
    line = trade.line.id
    assert send(clerk, trade, "ship", carrier="post", tracking="P1", **{f"line-{line}": "1"}) == 303
    assert send(clerk, trade, "ship", carrier="post", tracking="P2", packed="1") == 303
    parcels = {one.tracking: one.public_id for one in trade.order.shipments.all()}
    assert send(clerk, trade, "hand-over", parcel=parcels["P2"]) == 303
    for number in ("P1", "P2"):
        assert send(clerk, trade, "hear", parcel=parcels[number], code="delivered", place="Hangzhou") == 303
    shown = clerk.client.get(url(trade)).content.decode()
    assert "Hangzhou" in shown
    assert "The customer&#39;s turn" in shown
    assert send(clerk, trade, "receive") == 303
    assert (trade.order.state, trade.order.stage) == ("received", "")
    assert "Nothing: the order is done." in clerk.client.get(url(trade)).content.decode()


def test_trouble_is_noted_and_settled_on_the_page(clerk: Staffer, buyer: Shopper, now: datetime) -> None:
    publish_trade(now)
    goods("BK-1", 5)
    trade = place(buyer, now, ("BK-1", 2)).pay()
    assert send(clerk, trade, "stop", kind="damaged", note="内页撕破") == 303
    shown = clerk.client.get(url(trade)).content.decode()
    assert "内页撕破" in shown
    assert "Replace and go on" in shown
    with nothing_happens():
        assert send(clerk, trade, "settle-trouble", trouble=trade.trouble.public_id, how="split") == 422
    line = trade.line.id
    form = {"trouble": trade.trouble.public_id, "how": "refunded", f"line-{line}": "1"}
    assert send(clerk, trade, "settle-trouble", **form) == 303
    assert (trade.line.cancelled, trade.order.total_minor, trade.order.stage) == (1, 5_000, "picking")
    assert send(clerk, trade, "refund", amount="10") == 303
    assert send(clerk, trade, "cancel", why="no_stock") == 303
    assert (trade.order.state, trade.order.why, trade.order.paid_minor) == ("cancelled", "no_stock", 0)


def test_a_form_sent_twice_acts_once_and_a_refused_one_comes_back(
    clerk: Staffer, buyer: Shopper, now: datetime
) -> None:
    publish_trade(now)
    goods("BK-1", 5)
    trade = place(buyer, now, ("BK-1", 1))
    for _ in range(2):
        assert send(clerk, trade, "pay", amount="20", method="cash") == 303
    assert trade.order.paid_minor == 2_000
    with nothing_happens():
        assert send(clerk, trade, "pay", amount="many", method="cash") == 422
        assert send(clerk, trade, "ship", carrier="post", tracking="P1") == 422
        assert send(clerk, trade, "finish", stage="packing") == 422
        assert send(clerk, trade, "dance") == 404


def test_readers_see_what_they_may(
    clerk: Staffer,
    agent: Staffer,
    trainee: Staffer,
    stranger: Staffer,
    buyer: Shopper,
    seller: Shopper,
    now: datetime,
) -> None:
    publish_trade(now)
    listing = listing_of(seller, now, declaration={"grade": "A"})
    trade = place(buyer, now, (listing.public_id, 1), ship_to=ADDRESS)
    shown = trainee.client.get(url(trade)).content.decode()
    assert "西湖路" not in shown
    assert "6608" not in shown
    assert "Li&#39;s books" in shown
    assert "Book a payment" not in shown
    assert "Book a payment" in clerk.client.get(url(trade)).content.decode()
    assert stranger.client.get(url(trade)).status_code == 404
    for who, status in ((agent, 403), (stranger, 404)):
        with nothing_happens():
            assert send(who, trade, "pay", amount="99", method="cash") == status


def test_an_imported_order_is_shown_and_left_alone(clerk: Staffer, buyer: Shopper, now: datetime) -> None:
    order = Order.objects.get(number="A-1002")
    page = f"/orders/{order.public_id}/"
    shown = clerk.client.get(page).content.decode()
    assert "its way is not kept here" in shown
    assert "Guqin × 2" in shown
    with nothing_happens():
        assert clerk.client.post(f"{page}cancel/", {"key": "k"}).status_code == 422


def test_the_page_costs_the_same_whatever_the_order_holds(
    clerk: Staffer, buyer: Shopper, now: datetime
) -> None:
    publish_trade(now)
    for number in range(1, 5):
        goods(f"BK-{number}", 9)
    small = place(buyer, now, ("BK-1", 1)).pay()
    large = (
        place(buyer, now, *((f"BK-{number}", 2) for number in range(1, 5)))
        .pay()
        .stop("address")
        .settle("went_on")
    )
    large.finish("picking")
    for line in large.lines[:3]:
        large.ship(f"P{line.id}", {line.id: 1}).hear("moving", "out", tracking=f"P{line.id}")
    few, many = (statements(lambda one=one: clerk.client.get(url(one))) for one in (small, large))  # type: ignore[misc]
    assert abs(many - few) <= 3  # what hangs on parcels is read once there are any
