"""A shop, what it offers and what is asked about it, by the generated client; the market as any token reads it."""

from datetime import datetime
from typing import Any

import pytest
from guanxi_client import Guanxi, Problem

from guanxi.core.models import Role
from guanxi.trade.models import Listing, Question, Shop
from tests.api.conftest import RIGHTS, Connect
from tests.cast import SEES, Shopper, Staffer, nothing_happens, statements
from tests.market import offer, open_stall, order_of, publish_market
from tests.measured import GOOD, phone

pytestmark = pytest.mark.django_db
SELLS = {**RIGHTS, "trade.shops": "all"}


def said(**more: Any) -> Any:
    """What a listing says."""
    return {"title": "二手手机", "category": "phones", "price_minor": 268_000, **more}


@pytest.fixture
def agency(owner: Staffer, connect: Connect, now: datetime) -> Guanxi:
    """A token of somebody who runs shops for sellers, in a house with a market."""
    publish_market(now)
    Role.objects.filter(code="integrator").update(rights=SELLS)
    return connect(SELLS)


@pytest.fixture
def stall(agency: Guanxi, seller: Shopper) -> Any:
    return agency.open_shop(body={"customer": seller.public_id, "name": "拾光数码", "city": "杭州"})


@pytest.fixture
def listing(agency: Guanxi, stall: Any) -> Any:
    return agency.add_listing(body=said(shop=stall["id"], stock=3))


def refused(act: Any, status: int, code: str = "") -> None:
    with nothing_happens(), pytest.raises(Problem) as problem:
        act()
    assert (problem.value.status, problem.value.code) == (status, code or problem.value.code)


def test_a_shop_is_opened_changed_left_and_stays(agency: Guanxi, stall: Any, seller: Shopper) -> None:
    assert (stall["customer"], stall["state"], stall["on_sale"], stall["badges"]) == (
        seller.public_id, "open", 0, [],
    )  # fmt: skip
    code = stall["id"]
    assert agency.get_shop(code) == stall
    again: Any = {"customer": seller.public_id, "name": "拾光二店"}
    refused(lambda: agency.open_shop(body=again), 409, "there_already")
    changed = agency.change_shop(code, body={"name": "拾光", "about": "旧手机"})
    assert (changed["name"], changed["about"], changed["city"]) == ("拾光", "旧手机", "")
    for _ in range(2):  # twice with one key is once
        left = agency.leave_shop(code, idempotency_key="bye")
    assert (left["state"], left["left"] is None) == ("leaving", False)
    refused(lambda: agency.leave_shop(code), 409, "not_now")
    assert agency.stay_shop(code)["state"] == "open"
    assert [one["id"] for one in agency.list_shops(customer=seller.public_id)["items"]] == [code]
    assert agency.list_shops(state="closed")["items"] == []


def test_one_key_opens_one_shop_and_adds_one_listing(agency: Guanxi, seller: Shopper) -> None:
    new: Any = {"customer": seller.public_id, "name": "拾光数码"}
    shops = [agency.open_shop(body=new, idempotency_key="s")["id"] for _ in range(2)]
    thing: Any = said(shop=shops[0])
    added = [agency.add_listing(body=thing, idempotency_key="l")["id"] for _ in range(2)]
    assert (shops[0], added[0]) == (shops[1], added[1])
    assert (Shop.objects.count(), Listing.objects.count()) == (1, 1)


def test_a_listing_keeps_all_it_said(agency: Guanxi, listing: Any) -> None:
    code = listing["id"]
    assert (listing["left"], listing["version"], listing["state"], listing["ship_hours"]) == (
        3,
        1,
        "active",
        48,
    )
    changed = agency.change_listing(code, body=said(price_minor=250_000, version=1))
    assert (changed["version"], changed["price_minor"]) == (2, 250_000)
    refused(lambda: agency.change_listing(code, body=said(version=1)), 409, "stale")
    refused(lambda: agency.change_listing(code, body=said(), if_match='"1"'), 412, "precondition_failed")
    assert agency.change_listing(code, body=said(title="手机"), if_match='"2"')["version"] == 3
    versions = agency.get_listing(code)["versions"]
    assert [(one["version"], one["title"], one["price_minor"]) for one in versions] == [
        (3, "手机", 268_000), (2, "二手手机", 250_000), (1, "二手手机", 268_000),
    ]  # fmt: skip
    assert agency.set_stock(code, body={"left": 7})["left"] == 7
    assert [agency.move_listing(code, verb)["state"] for verb in ("pause", "resume", "end")] == [
        "paused", "active", "ended",
    ]  # fmt: skip
    refused(lambda: agency.move_listing(code, "resume"), 409, "not_now")
    refused(lambda: agency.set_stock(code, body={"left": 1}), 409, "not_now")
    refused(lambda: agency.change_listing(code, body=said(currency="...")), 422)


def test_what_it_declares_by_a_standard(agency: Guanxi, listing: Any, now: datetime) -> None:
    phone(now)
    says: Any = said(declaration={"standard": "phone", "grade": "B", "values": GOOD})
    told = agency.change_listing(listing["id"], body=says)["declaration"]
    assert (told["standard"], told["version"], told["grade"]) == ("phone", 1, "B")
    kept = agency.change_listing(listing["id"], body=said(text="九成新"))
    assert (kept["version"], kept["declaration"]) == (3, told)
    none: Any = said(declaration={})
    assert agency.change_listing(listing["id"], body=none)["declaration"] == {}
    hat: Any = said(declaration={"standard": "hat"})
    refused(lambda: agency.change_listing(listing["id"], body=hat), 422)


def test_questions_are_asked_answered_and_hidden(
    agency: Guanxi, listing: Any, buyer: Shopper, seller: Shopper
) -> None:
    code = listing["id"]
    asks: Any = {"customer": buyer.public_id, "text": "屏幕换过吗？电话 13958016608"}
    for _ in range(2):
        asked = agency.ask(code, body=asks, idempotency_key="q")
    assert (asked["customer"], asked["about_version"], asked["answer"]) == (buyer.public_id, 1, "")
    own: Any = {"customer": seller.public_id, "text": "屏幕换过吗？"}
    refused(lambda: agency.ask(code, body=own), 409, "own")
    told = agency.answer_question(asked["id"], body={"text": "没有。"})
    assert told["answered"] is not None
    refused(lambda: agency.answer_question(asked["id"], body={"text": "换过。"}), 409, "there_already")
    [public] = agency.look_at_listing(code)["questions"]
    assert (public["answer"], "13958016608" in public["text"]) == ("没有。", False)
    for _ in range(2):  # twice is once
        assert agency.hide_question(asked["id"], body={"why": "rude"})["hidden"] is True
    assert agency.look_at_listing(code)["questions"] == []
    assert agency.list_questions(code)["items"] == [{**told, "hidden": True}]
    assert agency.hide_question(asked["id"], body={"hidden": False})["hidden"] is False
    assert Question.objects.count() == 1


def test_any_token_reads_the_market_as_everybody(
    owner: Staffer, connect: Connect, seller: Shopper, now: datetime
) -> None:
    reader = connect({"api.tokens.own": "own"})
    reader.get_itself()
    refused(reader.search_market, 404)
    stall = open_stall(seller, now)
    cheap, dear = offer(seller, now, minor=9_900), offer(seller, now, title="新手机", minor=99_000)
    few = statements(lambda: reader.search_market())
    found = reader.search_market(order="cheap")["items"]
    assert [(one["id"], one["left"], one["shop_name"]) for one in found] == [
        (cheap.public_id, 3, "拾光数码"), (dear.public_id, 3, "拾光数码"),
    ]  # fmt: skip
    assert [one["id"] for one in reader.search_market(least=10_000, shop=stall.public_id)["items"]] == [
        dear.public_id
    ]
    first = reader.search_market(limit=1)
    assert reader.search_market(limit=1, after=first["next"])["items"] != first["items"]
    offer(seller, now)
    assert statements(lambda: reader.search_market()) == few
    assert reader.look_at_shop(stall.public_id)["name"] == "拾光数码"
    assert reader.look_at_listing(cheap.public_id)["on_sale"] is True
    Listing.objects.filter(id=cheap.id).update(state="ended")
    refused(lambda: reader.look_at_listing(cheap.public_id), 404)


def test_the_lists_cost_the_same_however_long(
    agency: Guanxi, stall: Any, buyer: Shopper, now: datetime
) -> None:
    agency.add_listing(body=said(shop=stall["id"]))
    few = statements(lambda: agency.list_shops()), statements(lambda: agency.list_listings())
    agency.open_shop(body={"customer": buyer.public_id, "name": "书店"})
    agency.add_listing(body=said(shop=stall["id"]))
    assert (statements(lambda: agency.list_shops()), statements(lambda: agency.list_listings())) == few
    assert len(agency.list_listings(shop=stall["id"], category="phones", state="active")["items"]) == 2
    order_of(buyer, Listing.objects.order_by("-opened", "-id")[0], now)
    assert agency.get_shop(stall["id"])["open_orders"] == 1


def test_who_may_not_changes_nothing(
    agency: Guanxi, connect: Connect, stall: Any, listing: Any, buyer: Shopper
) -> None:
    reader, code = connect(SEES), listing["id"]
    asks: Any = {"customer": buyer.public_id, "text": "屏幕换过吗？"}
    asked = agency.ask(code, body=asks)["id"]
    assert reader.get_listing(code)["left"] == 3
    for act in (
        lambda: reader.open_shop(body={"customer": buyer.public_id, "name": "书店"}),
        lambda: reader.change_shop(stall["id"], body={"name": "书店"}),
        lambda: reader.leave_shop(stall["id"]),
        lambda: reader.stay_shop(stall["id"]),
        lambda: reader.add_listing(body=said(shop=stall["id"])),
        lambda: reader.change_listing(code, body=said()),
        lambda: reader.set_stock(code, body={"left": 0}),
        lambda: reader.move_listing(code, "end"),
        lambda: reader.ask(code, body=asks),
        lambda: reader.answer_question(asked, body={"text": "没有。"}),
        lambda: reader.hide_question(asked, body={}),
    ):
        refused(act, 403)
    nobody: Any = {"customer": "C-NOBODY", "name": "书店"}
    refused(lambda: agency.open_shop(body=nobody), 404)
    refused(lambda: agency.add_listing(body=said(shop="S-NONE")), 404)
    refused(lambda: agency.add_listing(body=said(shop=stall["id"], category="hats")), 422)
    blind = connect({name: reach for name, reach in SELLS.items() if name != "people.contacts"})
    assert blind.list_questions(code)["items"][0]["id"] == asked
