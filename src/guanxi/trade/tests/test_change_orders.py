"""Orders corrected in their list: one cell in place, many at once, and taken back."""

from datetime import datetime
from typing import Any

import pytest

from guanxi.core import staff
from guanxi.core.errors import Denied, NotFound
from guanxi.core.lists import carrying, choosing, runs
from guanxi.core.lists.choosing import Choice
from guanxi.core.models import BulkRow, BulkRun, Event, Role
from guanxi.people.models import Record
from guanxi.trade import actions
from guanxi.trade.lists import LISTING
from guanxi.trade.models import Order
from tests.cast import SYSTEM, Hire, Organisation, Shopper, Staffer, nothing_happens

pytestmark = pytest.mark.django_db
PLACE = {"HX-Request": "true"}


@pytest.fixture
def clerk(hire: Hire) -> Staffer:
    """Corrects all orders."""
    Role.objects.create(code="clerk", rights={"trade.view": "all", "trade.import": "all"})
    return hire("clerk", "clerk")


def states() -> list[str]:
    return list(Order.objects.order_by("number").values_list("state", flat=True))


def order(number: str) -> Order:
    return Order.objects.get(number=number)


def test_states_of_many_and_back(clerk: Staffer, buyer: Shopper, now: datetime) -> None:
    choice = Choice(query="customer=王", everything=True)
    bulk = LISTING.get_bulk(clerk.actor, "state")
    actions.set_state(actor=clerk.actor, now=now, order_id=order("A-1001").id, state="shipped")
    begun = runs.start(
        actor=clerk.actor, now=now, listing=LISTING, bulk=bulk, choice=choice, values={"state": "shipped"}
    )
    carrying.carry_out(begun.id)
    assert states() == ["shipped", "shipped"]
    assert Event.objects.filter(type="order.corrected").count() == 2  # one was so already
    begun.refresh_from_db()
    assert (begun.done, begun.failed) == (2, 0)
    runs.start_undo(actor=clerk.actor, now=now, public_id=begun.public_id)
    carrying.carry_back(begun.id)
    assert states() == ["shipped", "received"]


def test_what_changed_since_stays(clerk: Staffer, buyer: Shopper, now: datetime) -> None:
    bulk, key = LISTING.get_bulk(clerk.actor, "state"), order("A-1001").public_id
    begun = runs.start(
        actor=clerk.actor, now=now, listing=LISTING, bulk=bulk, choice=Choice(keys=[key]), values={"state": "placed"}
    )  # fmt: skip
    carrying.carry_out(begun.id)
    actions.set_state(actor=clerk.actor, now=now, order_id=order("A-1001").id, state="shipped")
    runs.start_undo(actor=clerk.actor, now=now, public_id=begun.public_id)
    carrying.carry_back(begun.id)
    assert BulkRow.objects.get(run=begun).state == "kept"
    assert states() == ["shipped", "received"]


def test_in_place_and_two_who_meet(clerk: Staffer, agent: Staffer, buyer: Shopper, now: datetime) -> None:
    url = f"/lists/orders/{order('A-1001').public_id}/state/"
    assert url in clerk.client.get("/orders/").text
    assert url not in agent.client.get("/orders/").text
    assert (
        clerk.client.post(url, {"value": "shipped", "original": "received"}, headers=PLACE).status_code == 200
    )
    with nothing_happens():
        answer = clerk.client.post(url, {"value": "placed", "original": "received"}, headers=PLACE)
        assert clerk.client.post(url, {"value": "lost", "original": "shipped"}).status_code == 422
        assert agent.client.post(url, {"value": "placed", "original": "shipped"}).status_code == 403
    assert answer.status_code == 409
    assert "Clerk changed this while you were writing." in answer.text
    assert states() == ["shipped", "received"]


def test_those_who_may_not(
    agent: Staffer, manager: Staffer, stranger: Staffer, buyer: Shopper, now: datetime
) -> None:
    form = {"keys": order("A-1001").public_id, "confirm": "1", "key": "k", "state": "placed"}
    with nothing_happens():
        for who in (agent, manager, stranger, buyer):
            assert who.client.post("/lists/orders/bulk/state/", form).status_code == 403
        for actor, error in ((agent.actor, Denied), (stranger.actor, NotFound)):
            with pytest.raises(error):
                actions.set_state(actor=actor, now=now, order_id=order("A-1001").id, state="placed")
    assert not BulkRun.objects.exists()


def test_a_right_for_one_branch_stops_there(
    hire: Hire, buyer: Shopper, organisation: Organisation, now: datetime
) -> None:
    Role.objects.create(code="west-clerk", rights={"trade.import": "branch"})
    clerk = hire("west clerk", "west-clerk", "west-front")
    Role.objects.create(code="sees", rights={"trade.view": "all"})
    staff.grant_role(actor=SYSTEM, now=now, user=clerk.user, role="sees")
    bulk, key = LISTING.get_bulk(clerk.actor, "state"), order("A-1001").public_id
    assert choosing.preview(LISTING, bulk, clerk.actor, Choice(keys=[key]), now=now).foreign == 1
    ask: dict[str, Any] = {"actor": clerk.actor, "now": now, "order_id": order("A-1001").id}
    with nothing_happens(), pytest.raises(Denied):
        actions.set_state(**ask, state="placed")
    Record.objects.update(unit=organisation.units["west-front"])
    assert actions.set_state(**ask, state="placed") == "received"
