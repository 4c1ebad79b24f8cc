"""Panels: folded ones cost nothing until they are opened, live ones have an address, rights and subjects are asked again."""

from datetime import datetime

import pytest

from guanxi.cases.pages.show import timeline_panel
from guanxi.core import panels
from guanxi.core.access import Right
from guanxi.core.errors import NotFound
from tests.cast import Shopper, Staffer, complain, statements

pytestmark = pytest.mark.django_db


def test_a_folded_panel_is_not_read_before_it_is_opened(
    agent: Staffer, buyer: Shopper, now: datetime
) -> None:
    case = complain(now, actor=buyer.actor).case
    actor = agent.actor
    assert statements(lambda: panels.compose("case.below", actor, case.id, key=case.number)) == 0
    *_others, shown = panels.compose("case.below", actor, case.id, key=case.number)
    assert (shown.folded, shown.url, shown.data) == (True, f"/panels/cases.timeline/{case.number}/", {})
    page = agent.client.get(f"/cases/{case.number}/").content.decode()
    assert f'data-lazy="{shown.url}"' in page
    assert "gx-skeleton" in page
    assert "gx-timeline-title" not in page
    assert "gx-timeline-title" in agent.client.get(shown.url).content.decode()


def test_a_live_panel_is_fetched_by_its_own_address(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    complain(now, "书坏了", buyer.contact)
    page = agent.client.get(f"/customers/{buyer.public_id}/").content.decode()
    url = f"/panels/cases.customer/{buyer.public_id}/"
    assert f'hx-get="{url}"' in page
    fragment = agent.client.get(url).content.decode()
    assert "书坏了" in fragment
    assert "<html" not in fragment


def test_order_and_right_decide_what_is_there(agent: Staffer, steward: Staffer, buyer: Shopper) -> None:
    codes = [one.code for one in panels.for_slot("customer.right", agent.actor)]
    assert codes.index("cases.customer") < codes.index("trade.orders")
    role = steward.user.grants.get().role
    role.rights = {right: scope for right, scope in role.rights.items() if right != "trade.view"}
    role.save()
    assert "trade.orders" not in [one.code for one in panels.for_slot("customer.right", steward.actor)]
    assert steward.client.get(f"/panels/trade.orders/{buyer.public_id}/").status_code == 403
    assert Right("trade.view", "x").name == "trade.view"


def test_what_is_not_there_or_not_mine(
    agent: Staffer, stranger: Staffer, buyer: Shopper, now: datetime
) -> None:
    case = complain(now, actor=buyer.actor).case
    for client, url in (
        (agent.client, f"/panels/nothing/{case.number}/"),
        (agent.client, "/panels/cases.timeline/GX-0000-0000-0000/"),
        (stranger.client, f"/panels/cases.timeline/{case.number}/"),
        (stranger.client, f"/panels/cases.customer/{buyer.public_id}/"),
    ):
        assert client.get(url).status_code == 404
    with pytest.raises(NotFound):
        timeline_panel(stranger.actor, case.id)
