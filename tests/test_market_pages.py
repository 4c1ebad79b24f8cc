"""The market's pages: what a visitor sees, searching, asking, a house without sellers."""

from datetime import datetime

import pytest

from guanxi.trade.actions import listings, shops
from guanxi.trade.actions.questions import answer
from guanxi.trade.models import Listing, Question
from tests.cast import Shopper, Staffer, Visitor, nothing_happens, statements, work_off
from tests.market import offer, open_stall

pytestmark = pytest.mark.django_db


@pytest.fixture
def listing(seller: Shopper, now: datetime) -> Listing:
    open_stall(seller, now)
    return offer(seller, now, text="电池健康 95%")


def test_everybody_looks_and_nobody_sees_the_seller(
    listing: Listing, visitor: Visitor, buyer: Shopper, agent: Staffer
) -> None:
    for client in (visitor.client, buyer.client, agent.client):
        home = client.get("/market/").content.decode()
        page = client.get(f"/market/{listing.public_id}/").content.decode()
        shop = client.get(f"/shops/{listing.shop.public_id}/").content.decode()
        for shown in (home, page, shop):
            assert "二手手机 九成新" in shown
            assert "Li Hua" not in shown
            assert "li.hua@shop.example" not in shown
        assert "¥2,680.00" in page
        assert "电池健康 95%" in page


def test_a_house_without_sellers_has_no_market(visitor: Visitor, buyer: Shopper) -> None:
    for path in ("/market/", "/shops/S-1/", "/market/L-1/"):
        assert visitor.client.get(path).status_code == 404
    assert buyer.client.get("/my/shop/").status_code == 404
    assert 'href="/market/"' not in buyer.client.get("/my/").content.decode()


def test_search_and_price(listing: Listing, seller: Shopper, visitor: Visitor, now: datetime) -> None:
    offer(seller, now, title="红楼梦 庚辰本", minor=4_800, category="books")
    work_off()
    found = visitor.client.get("/market/", {"q": "红楼"}).content.decode()
    assert "红楼梦 庚辰本" in found
    assert "二手手机" not in found
    cheap = visitor.client.get("/market/", {"most": "100"}).content.decode()
    assert "红楼梦 庚辰本" in cheap
    assert "二手手机" not in cheap
    wrong = visitor.client.get("/market/", {"most": "dear"})
    assert wrong.status_code == 200
    assert "This is no number" in wrong.content.decode()
    assert "Nothing on sale fits this" in visitor.client.get("/market/", {"q": "nowhere"}).content.decode()
    assert visitor.client.get("/market/", {"after": "rubbish"}).status_code == 422


def test_the_grid_costs_the_same_however_full(
    listing: Listing, seller: Shopper, visitor: Visitor, now: datetime
) -> None:
    few = statements(lambda: visitor.client.get("/market/"))
    for n in range(6):
        offer(seller, now, title=f"Thing {n}")
    assert statements(lambda: visitor.client.get("/market/")) == few


def test_asking_from_the_page(
    listing: Listing, buyer: Shopper, seller: Shopper, visitor: Visitor, now: datetime
) -> None:
    url = f"/market/{listing.public_id}/"
    assert "Sign in to ask" in visitor.client.get(url).content.decode()
    sent = buyer.client.post(f"{url}ask/", {"key": "k1", "text": "屏幕换过吗？打 13958016608"})
    assert sent.status_code == 303
    question = Question.objects.get()
    answer(actor=seller.actor, now=now, question=question.public_id, text="没有换过")
    shown = visitor.client.get(url).content.decode()
    assert "屏幕换过吗" in shown
    assert "没有换过" in shown
    assert "13958016608" not in shown  # telephones in the words are covered
    assert "王小明" not in shown  # and so is who asked


def test_asking_what_is_refused_keeps_the_words(listing: Listing, buyer: Shopper, visitor: Visitor) -> None:
    url = f"/market/{listing.public_id}/ask/"
    with nothing_happens():
        long = buyer.client.post(url, {"key": "k2", "text": "x" * 1001})
        assert long.status_code == 422
        assert "x" * 1001 in long.content.decode()
    assert visitor.client.post(url, {"key": "k3", "text": "hello?"}).status_code in (302, 303, 401)
    assert not Question.objects.exists()


def test_what_is_off_sale(
    listing: Listing, seller: Shopper, visitor: Visitor, buyer: Shopper, now: datetime
) -> None:
    url = f"/market/{listing.public_id}/"
    listings.set_stock(actor=seller.actor, now=now, listing=listing.public_id, free=0)
    assert "Sold out" in visitor.client.get(url).content.decode()
    listings.move_listing(actor=seller.actor, now=now, listing=listing.public_id, verb="pause")
    assert visitor.client.get(url).status_code == 404
    assert seller.client.get(url).status_code == 200
    shops.leave(actor=seller.actor, now=now)
    assert "leaving" in visitor.client.get(f"/shops/{listing.shop.public_id}/").content.decode()


def test_own_listing_is_changed_not_bought(listing: Listing, seller: Shopper) -> None:
    page = seller.client.get(f"/market/{listing.public_id}/").content.decode()
    assert "/buy/" not in page
    assert f"/my/shop/listings/{listing.public_id}/" in page


def test_after_signing_in_one_is_back(listing: Listing, visitor: Visitor) -> None:
    page = visitor.client.get(f"/market/{listing.public_id}/buy/")
    assert page.status_code == 303
    assert page.headers["Location"] == f"/my/sign-in/?next=%2Fmarket%2F{listing.public_id}%2Fbuy%2F"
    visitor.client.get(page.headers["Location"])
    assert visitor.client.session["gx_after_sign_in"] == f"/market/{listing.public_id}/buy/"
    visitor.client.get("/my/sign-in/?next=//evil.example/")
    visitor.client.get("/my/sign-in/?next=https://evil.example/")
    assert visitor.client.session["gx_after_sign_in"] == f"/market/{listing.public_id}/buy/"
