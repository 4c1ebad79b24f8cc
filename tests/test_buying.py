"""Buying as a signed-in customer, and the page of one's order from payment to receipt, with one-tap complaint."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from guanxi.cases.actions import NewIssue
from guanxi.cases.actions import issues as actions_of_cases
from guanxi.cases.models import Case, Issue
from guanxi.core import clock
from guanxi.trade import actions
from guanxi.trade.actions import listings
from guanxi.trade.actions.questions import answer, ask
from guanxi.trade.models import Listing, Order, Payment, Stock
from tests.cast import Shopper, Staffer, Visitor, nothing_happens, statements
from tests.disputes import POLICY, publish
from tests.market import HOME, new, offer, open_stall, order_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def till(settings: Any) -> None:
    settings.TILL = "book"


@pytest.fixture
def listing(seller: Shopper, now: datetime) -> Listing:
    open_stall(seller, now)
    return offer(seller, now, text="电池健康 95%", stock=2)


def test_order_and_pay_in_one_step(listing: Listing, buyer: Shopper) -> None:
    url = f"/market/{listing.public_id}/buy/"
    form = buyer.client.get(url).content.decode()
    assert "Sample payment: no real money moves." in form
    sent = buyer.client.post(url, {"key": "b1", "quantity": "2", **HOME})
    order = Order.objects.get(seller=listing.shop.record)
    assert sent.headers["Location"] == f"/my/orders/{order.public_id}/?done=pay"
    assert (order.state, order.total_minor, order.paid_minor) == ("paid", 536_000, 536_000)
    assert order.ship_to["address"] == HOME["address"]
    assert Payment.objects.get(order=order).reference == f"SAMPLE-{order.public_id}"
    assert Stock.objects.get(product=listing.product_id).free == 0
    again = buyer.client.post(url, {"key": "b1", "quantity": "2", **HOME})
    assert again.headers["Location"] == sent.headers["Location"]
    assert Order.objects.filter(seller=listing.shop.record).count() == 1


def test_a_refused_payment_leaves_an_order_to_pay(listing: Listing, buyer: Shopper, now: datetime) -> None:
    sent = buyer.client.post(
        f"/market/{listing.public_id}/buy/", {"key": "b2", "quantity": "1", "wish": "refuse", **HOME}
    )
    order = Order.objects.get(seller=listing.shop.record)
    assert sent.headers["Location"].endswith("?done=refused")
    assert (order.state, order.paid_minor) == ("placed", 0)
    page = buyer.client.get(f"/my/orders/{order.public_id}/").content.decode()
    assert "Pay ¥2,680.00" in page
    paid = buyer.client.post(f"/my/orders/{order.public_id}/pay/", {"key": "p1"})
    assert paid.status_code == 303
    order.refresh_from_db()
    assert order.state == "paid"
    with nothing_happens():
        assert buyer.client.post(f"/my/orders/{order.public_id}/pay/", {"key": "p2"}).status_code == 409


def test_without_a_till_one_pays_outside(listing: Listing, buyer: Shopper, settings: Any) -> None:
    settings.TILL = ""
    buyer.client.post(f"/market/{listing.public_id}/buy/", {"key": "b3", "quantity": "1", **HOME})
    order = Order.objects.get(seller=listing.shop.record)
    page = buyer.client.get(f"/my/orders/{order.public_id}/").content.decode()
    assert order.state == "placed"
    assert f"name the order number {order.number}" in page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("quantity", "0"),
        ("quantity", "1.5"),
        ("quantity", "²"),
        ("name", ""),
        ("phone", "1" * 41),
        ("address", ""),
    ],
)
def test_a_form_that_cannot_be_ordered(listing: Listing, buyer: Shopper, field: str, value: str) -> None:
    with nothing_happens():
        sent = buyer.client.post(
            f"/market/{listing.public_id}/buy/", {"key": "b4", "quantity": "1", **HOME, field: value}
        )
    assert sent.status_code == 422
    assert f'id="f-{field}-error"' in sent.content.decode()


def test_more_than_there_is(listing: Listing, buyer: Shopper) -> None:
    with nothing_happens():
        sent = buyer.client.post(f"/market/{listing.public_id}/buy/", {"key": "b5", "quantity": "3", **HOME})
    assert sent.status_code == 409


def test_own_things_are_not_bought(
    listing: Listing, seller: Shopper, agent: Staffer, visitor: Visitor
) -> None:
    url = f"/market/{listing.public_id}/buy/"
    with nothing_happens():
        assert seller.client.post(url, {"key": "b6", "quantity": "1", **HOME}).status_code in (409, 422)
        assert agent.client.post(url, {"key": "b7", "quantity": "1", **HOME}).status_code == 403
        assert visitor.client.post(url, {"key": "b8", "quantity": "1", **HOME}).status_code == 303


def test_the_page_of_an_order_from_payment_to_receipt(
    listing: Listing, buyer: Shopper, seller: Shopper, now: datetime
) -> None:
    asked = ask(actor=buyer.actor, now=now, listing=listing.public_id, text="屏幕换过吗？")
    answer(actor=seller.actor, now=now, question=asked.public_id, text="原装屏")
    order = order_of(buyer, listing, now + timedelta(minutes=5))
    listings.change_listing(
        actor=seller.actor,
        now=now + timedelta(hours=1),
        listing=listing.public_id,
        to=new(text="电池健康 80%"),
    )
    url = f"/my/orders/{order.public_id}/"
    with clock.at(now + timedelta(hours=2)):
        page = buyer.client.get(url).content.decode()
        assert "the shop gets it ready" in page
        assert "电池健康 95%" in page  # as it was when bought
        assert "电池健康 80%" not in page
        assert "原装屏" in page
        assert "Li Hua" not in page
        with nothing_happens():
            assert buyer.client.post(f"{url}receive/", {"key": "r0"}).status_code == 409
        actions.ship(
            actor=seller.actor, now=clock.now(), order_id=order.id, carrier="sf", tracking="SF 1234 5678"
        )
        page = buyer.client.get(url).content.decode()
        assert "I have it, all of it" in page
        assert "SF12345678" in page
        assert buyer.client.post(f"{url}receive/", {"key": "r1"}).status_code == 303
    order.refresh_from_db()
    assert order.state == "received"


def test_an_order_is_taken_back_before_it_is_sent(listing: Listing, buyer: Shopper, now: datetime) -> None:
    order = order_of(buyer, listing, now)
    assert buyer.client.post(f"/my/orders/{order.public_id}/cancel/", {"key": "c1"}).status_code == 303
    order.refresh_from_db()
    assert (order.state, order.paid_minor) == ("cancelled", 0)


def test_others_see_nothing_of_it(
    listing: Listing, buyer: Shopper, seller: Shopper, agent: Staffer, visitor: Visitor, now: datetime
) -> None:
    order = order_of(buyer, listing, now)
    url = f"/my/orders/{order.public_id}/"
    assert seller.client.get(url).status_code == 404  # it is in their shop, not among their purchases
    assert seller.client.get(f"/my/shop/orders/{order.public_id}/").status_code == 200
    assert buyer.client.get(f"/my/shop/orders/{order.public_id}/").status_code == 404
    assert agent.client.get(url).status_code == 403
    assert visitor.client.get(url).status_code == 303
    with nothing_happens():
        assert seller.client.post(f"{url}cancel/", {"key": "x"}).status_code == 404
        assert buyer.client.post(f"{url}nonsense/", {"key": "x"}).status_code == 404


def test_one_tap_then_own_words(listing: Listing, buyer: Shopper, seller: Shopper, now: datetime) -> None:
    kinds = {**POLICY["issues"]}
    kinds["late"] = {**kinds["late"], "when": ["paid"]}
    kinds["not_as_described"] = {**kinds["not_as_described"], "when": ["shipped", "received"]}
    publish(now, {**POLICY, "issues": kinds})
    order = order_of(buyer, listing, now)
    page = buyer.client.get(f"/my/orders/{order.public_id}/").content.decode()
    link = f"/complain/?as=order&amp;order={order.number}&amp;kind=late"
    assert link in page
    assert "kind=not_as_described" not in page
    form = buyer.client.get(link.replace("&amp;", "&")).content.decode()
    assert '<option value="late" selected>' in form
    assert f'<option value="{order.number}" selected>' in form
    sent = buyer.client.post(
        "/complain/?as=order",
        {"key": "w1", "text": "三天了还没发货。", "kind": "late", "order": order.number},
    )
    assert sent.status_code == 303
    issue = Issue.objects.get()
    assert (issue.kind, issue.order_id, issue.case.respondent_id) == ("late", order.id, seller.record_id)
    shown = buyer.client.get(f"/my/orders/{order.public_id}/").content.decode()
    assert issue.case.number in shown


def test_somebody_elses_order_is_not_complained_of(listing: Listing, buyer: Shopper, now: datetime) -> None:
    publish(
        now,
        {**POLICY, "issues": {**POLICY["issues"], "late": {**POLICY["issues"]["late"], "when": ["paid"]}}},
    )
    with nothing_happens():
        sent = buyer.client.post(
            "/complain/?as=order", {"key": "w2", "text": "没发货", "kind": "late", "order": "D-GUESSED"}
        )
    assert sent.status_code == 422
    assert not Case.objects.exists()


def test_the_list_costs_the_same_however_long(
    listing: Listing, buyer: Shopper, seller: Shopper, now: datetime
) -> None:
    listings.set_stock(actor=seller.actor, now=now, listing=listing.public_id, free=9)
    order_of(buyer, listing, now)
    few = statements(lambda: buyer.client.get("/my/orders/"))
    for n in range(4):
        order_of(buyer, listing, now + timedelta(minutes=n))
    assert statements(lambda: buyer.client.get("/my/orders/")) == few


def test_what_the_shop_said_stands_beside_the_case(
    listing: Listing, buyer: Shopper, seller: Shopper, agent: Staffer, now: datetime
) -> None:
    publish(now)
    asked = ask(actor=buyer.actor, now=now, listing=listing.public_id, text="屏幕换过吗？")
    answer(actor=seller.actor, now=now, question=asked.public_id, text="原装屏")
    order = order_of(buyer, listing, now + timedelta(hours=1))
    later = now + timedelta(hours=2)
    second = ask(actor=buyer.actor, now=later, listing=listing.public_id, text="电池呢？")
    answer(actor=seller.actor, now=later, question=second.public_id, text="以后说的话")
    with clock.at(later):
        sent = buyer.client.post("/complain/", {"key": "s1", "text": "手机成色不符", "order": order.number})
        assert sent.status_code == 303
        case = Case.objects.get()
        if not Issue.objects.filter(case=case).exists():
            actions_of_cases.add_issue(actor=agent.actor, now=later, number=case.number,
                                       issue=NewIssue(kind="not_as_described", order=order.number))  # fmt: skip
        for page in (
            agent.client.get(f"/cases/{case.number}/"),
            buyer.client.get(f"/my/cases/{case.number}/"),
            seller.client.get(f"/my/cases/{case.number}/"),
        ):
            shown = page.content.decode()
            assert page.status_code == 200
            assert "电池健康 95%" in shown
            assert "原装屏" in shown
            assert "以后说的话" not in shown  # said after the purchase
