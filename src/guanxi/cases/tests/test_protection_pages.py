"""Pages of protection: the schemes in public, a shop's promises, a return by both sides, cost and effect, what if."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from guanxi.core import clock
from guanxi.core.models import Role
from guanxi.trade.models import Enrolment, Return, Ruleset, Shop
from tests.cast import Shopper, Staffer
from tests.protected import SCHEMES, complain_of, fill_fund, open_shop, publish_market, sell

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def shop(organisation: Any, seller: Shopper, now: datetime) -> Shop:
    publish_market(now - 60 * DAY)
    fill_fund(1_000_000, now - 60 * DAY)
    return open_shop(seller, now - 40 * DAY, schemes=list(SCHEMES))


def _page(client: Any, url: str, now: datetime, language: str = "en") -> str:
    with clock.at(now):
        answer = client.get(url, headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


@pytest.fixture
def steward_of_schemes(agent: Staffer) -> Staffer:
    """An agent who also looks after protection and may publish rules."""
    for role in Role.objects.filter(code="agent"):
        role.rights = {**role.rights, "trade.protect": "all", "site.settings": "all"}
        role.save()
    return agent


@pytest.mark.parametrize(("language", "said"), [("en", "5 % of the price"), ("zh-hans", "货款的 5%")])
def test_schemes_in_public(shop: Shop, visitor: Any, now: datetime, language: str, said: str) -> None:
    assert said in _page(visitor.client, "/protection/schemes/", now, language)


def test_a_shop_s_promises(shop: Shop, seller: Shopper, now: datetime) -> None:
    assert "in force" in _page(seller.client, "/my/shop/schemes/", now)
    with clock.at(now):
        seller.client.post("/my/shop/schemes/lightning/leave/", {"key": "a"})
    assert Enrolment.objects.get(scheme="lightning").state == "leaving"


def test_a_return_from_the_wish_to_the_money(
    shop: Shop, buyer: Shopper, seller: Shopper, now: datetime
) -> None:
    order = sell(shop, buyer.record_id, now - 5 * DAY, received=now - DAY)
    asking = f"/my/orders/{order.public_id}/return/"
    assert "I changed my mind" in _page(buyer.client, asking, now)
    with clock.at(now):
        buyer.client.post(asking, {"line": "1", "quantity": "1", "reason": "no_reason", "key": "k"})
    row = Return.objects.get()
    url = f"/my/returns/{row.public_id}/"
    assert "I have sent it" in _page(buyer.client, url, now)
    with clock.at(now):
        buyer.client.post(f"{url}send/", {"carrier": "SF", "tracking": "SF1234", "key": "k2"})
        seller.client.post(f"{url}arrive/", {"key": "k3"})
    assert "pay the money back" in _page(seller.client, url, now)
    with clock.at(now):
        seller.client.post(f"{url}accept/", {"key": "k4"})
    row.refresh_from_db()
    assert row.state == "refunded"


def test_cost_what_if_and_a_new_version(
    shop: Shop, buyer: Shopper, steward_of_schemes: Staffer, now: datetime
) -> None:
    paid = complain_of(sell(shop, buyer.record_id, now - 30 * HOUR), "late", now, buyer)
    complain_of(sell(shop, buyer.record_id, now), "not_as_described", now, buyer)
    client, later = steward_of_schemes.client, now + HOUR
    report = _page(client, "/protection/", later)
    assert "¥10.00" in report
    assert paid.number in _page(client, "/protection/report.csv", later)
    tried = "/protection/what-if/?scheme=lightning&automatic_most=9&per_buyer=3&abuse_below=50"
    assert "would go to a person" in _page(client, tried, later)
    asked = {"scheme": "lightning", "automatic_most": "9", "per_buyer": "3", "abuse_below": "50", "key": "p"}
    with clock.at(later):
        assert client.post("/protection/what-if/publish/", asked).status_code == 422
        assert client.post("/protection/what-if/publish/", {**asked, "reason": "less"}).status_code == 303
    newest = Ruleset.objects.order_by("-number").first()
    assert newest is not None
    assert (newest.number, newest.content["schemes"]["lightning"]["automatic_most"]) == (2, 900)


def test_the_desk_says_why(shop: Shop, buyer: Shopper, agent: Staffer, now: datetime) -> None:
    dispute = complain_of(sell(shop, buyer.record_id, now - 30 * HOUR), "late", now, buyer)
    assert "paid by itself" in _page(agent.client, f"/cases/{dispute.number}/", now)
