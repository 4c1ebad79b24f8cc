"""Staff see shops and listings as lists, at a glance, and on the page of whoever sells."""

from datetime import datetime
from html import unescape

import pytest
from django.test import Client

from guanxi.trade.actions import listings
from guanxi.trade.actions.questions import ask
from guanxi.trade.models import Listing
from tests.cast import Shopper, Staffer, statements
from tests.market import offer, open_stall, order_of, publish_market

pytestmark = pytest.mark.django_db


@pytest.fixture
def stall(seller: Shopper, buyer: Shopper, now: datetime) -> Listing:
    open_stall(seller, now)
    listing = offer(seller, now)
    order_of(buyer, listing, now)
    ask(actor=buyer.actor, now=now, listing=listing.public_id, text="屏幕换过吗？")
    return listing


def seen(client: Client, url: str) -> str:
    answer = client.get(url, headers={"HX-Request": "true"} if url.endswith("/quick/") else None)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def test_the_list_of_shops(stall: Listing, agent: Staffer) -> None:
    body = seen(agent.client, "/shops/")
    for words in ("拾光数码", "杭州", stall.shop.public_id, f"/shops/{stall.shop.public_id}/", "/listings/"):
        assert words in body, words
    assert "拾光数码" not in seen(agent.client, "/shops/?short=yes")
    assert "拾光数码" in seen(agent.client, "/shops/?on_sale=1..&under_way=1..1")
    assert "拾光数码" not in seen(agent.client, "/shops/?on_sale=2..")


def test_the_list_of_listings(stall: Listing, seller: Shopper, agent: Staffer, now: datetime) -> None:
    listings.move_listing(actor=seller.actor, now=now, listing=stall.public_id, verb="pause")
    assert "2,680.00" in seen(agent.client, "/listings/?state=paused")
    assert "二手手机" not in seen(agent.client, "/listings/?state=active")
    assert "Phones" in seen(agent.client, "/listings/?category=phones")


def test_strangers_see_none(stall: Listing, stranger: Staffer) -> None:
    assert "拾光数码" not in seen(stranger.client, "/shops/")
    assert "二手手机" not in seen(stranger.client, "/listings/")
    for url in (f"/lists/shops/{stall.shop.public_id}/quick/", f"/lists/listings/{stall.public_id}/quick/"):
        assert stranger.client.get(url).status_code == 404


def test_at_a_glance(stall: Listing, agent: Staffer) -> None:
    body = seen(agent.client, f"/lists/shops/{stall.shop.public_id}/quick/")
    assert "This shop takes part in no scheme." in body
    assert "拾光数码" in body
    body = seen(agent.client, f"/lists/listings/{stall.public_id}/quick/")
    assert "屏幕换过吗？" in body
    assert "No answer yet" in body


def test_the_panel_of_a_seller(stall: Listing, seller: Shopper, buyer: Shopper, agent: Staffer) -> None:
    body = seen(agent.client, f"/customers/{seller.public_id}/")
    for words in ("拾光数码", "Open orders", "1 without an answer", "Open cases against it"):
        assert words in body, words
    assert "Open cases against it" not in seen(agent.client, f"/customers/{buyer.public_id}/")


def test_a_house_without_sellers_offers_no_list_of_shops(agent: Staffer, now: datetime) -> None:
    assert 'href="/shops/"' not in seen(agent.client, "/orders/")
    publish_market(now)
    assert 'href="/shops/"' in seen(agent.client, "/orders/")


def test_many_cost_what_few_cost(stall: Listing, seller: Shopper, agent: Staffer, now: datetime) -> None:
    seen(agent.client, "/listings/")
    few = statements(lambda: seen(agent.client, "/listings/"))
    for n in range(3):
        offer(seller, now, title=f"二手手机 {n}")
    assert statements(lambda: seen(agent.client, "/listings/")) == few
