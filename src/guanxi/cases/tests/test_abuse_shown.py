"""Signs of abuse with their reasons: for whoever handles cases, on the customer's page and beside a shop; for neither side."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from guanxi.people.models import Record
from guanxi.trade.actions import verifying
from guanxi.trade.models import Return, Shop
from tests.cast import SYSTEM, Shopper, Staffer
from tests.protected import open_shop, publish_market, sell

DAY = timedelta(days=1)


@pytest.fixture
def shop(organisation: Any, seller: Shopper, buyer: Shopper, now: datetime) -> Shop:
    """Sold a fake; bought from by somebody who sent back other things, twice."""
    publish_market(now - 60 * DAY)
    found = open_shop(seller, now - 40 * DAY, schemes=["as_described"])
    order = sell(found, buyer.record_id, now - 5 * DAY, received=now - 3 * DAY)
    finding = verifying.Finding(kind="authenticity", by="brand", name="Jade", bad=True)
    verifying.verify(actor=SYSTEM, now=now, finding=finding, once="f", line_id=order.lines.get().id)
    for _ in range(2):
        Return.objects.create(
            order=order, line=order.lines.get(), quantity=1, state="refused", finding="wrong_item",
            currency="CNY", asked=now - DAY,
        )  # fmt: skip
    return found


def get(client: Client, address: str) -> str:
    return str(client.get(address).content.decode())


def panel(who: Staffer, record: int) -> tuple[int, str]:
    code = Record.objects.get(id=record).customer.public_id
    answer = who.client.get(f"/panels/cases.abuse/{code}/")
    return answer.status_code, answer.content.decode()


def test_a_handler_reads_the_score_and_its_reasons(
    shop: Shop, agent: Staffer, buyer: Shopper, seller: Shopper
) -> None:
    status, shown = panel(agent, buyer.record_id)
    assert (status, "50 of 100" in shown, "As a seller" in shown) == (200, True, False)
    assert "2 returns were not what had been sent" in shown
    status, shown = panel(agent, seller.record_id)
    assert (status, "As a seller" in shown, "42 of 100" in shown) == (200, True, True)
    assert "1 findings of fakes" in shown
    beside = get(agent.client, f"/shops/{shop.public_id}/")
    assert "Seen by colleagues only" in beside
    assert "1 findings of fakes" in beside
    owner = Record.objects.get(id=seller.record_id).customer.public_id
    assert "42 of 100" in get(agent.client, f"/customers/{owner}/")


def test_nobody_else_reads_it(shop: Shop, manager: Staffer, buyer: Shopper, seller: Shopper) -> None:
    assert panel(manager, buyer.record_id)[0] == 403
    for client in (manager.client, buyer.client, seller.client, Client()):
        shown = get(client, f"/shops/{shop.public_id}/")
        assert "As described" in shown or "如实描述" in shown
        assert not [one for one in ("Signs of abuse", "滥用迹象", "abuse@1") if one in shown]
    for address in ("/my/shop/", "/my/shop/schemes/", "/my/orders/"):
        for who in (buyer, seller):
            assert "abuse@1" not in get(who.client, address)


def test_the_schemes_are_one_step_from_every_badge(shop: Shop) -> None:
    for address in ("/market/", f"/shops/{shop.public_id}/", f"/market/{shop.listings.get().public_id}/"):
        assert 'href="/protection/schemes/"' in get(Client(), address)
