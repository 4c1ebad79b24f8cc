"""Orders keyed from a call of a list: remembered with it, worth per hour of work, less what goes back within 30 days."""

from datetime import datetime, timedelta

import pytest
from django.db.models import QuerySet

from guanxi.channels.models import CallEntry, CallOrder
from guanxi.channels.queries import calling as reads
from guanxi.channels.tests.test_calling import NOON, a_list, agrees, at_desk, feed, note, put, ring
from guanxi.core.models import Event, Role
from guanxi.core.money import Money
from guanxi.trade.actions.placing import cancel_order
from guanxi.trade.models import Order, Return
from guanxi.work.models import Assignment
from tests.cast import SYSTEM, Shopper, Staffer, nothing_happens
from tests.orders import goods, publish_trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return NOON


@pytest.fixture
def lead(supervisor: Staffer) -> Staffer:
    """A supervisor who runs call lists."""
    role = Role.objects.get(code="supervisor")
    role.rights = {**role.rights, "channels.campaigns": "department"}
    role.save()
    return supervisor


@pytest.fixture
def caller(agent: Staffer, now: datetime) -> Staffer:
    """Somebody at the desk who may key orders of books at 50.00."""
    role = Role.objects.get(code="agent")
    role.rights = {**role.rights, "trade.orders": "all", "trade.view": "all", "people.view": "all"}
    role.save()
    publish_trade(now)
    goods("BK-9", 50)
    at_desk(now, agent)
    return agent


@pytest.fixture
def rung(lead: Staffer, caller: Staffer, buyer: Shopper, now: datetime) -> CallEntry:
    """A call under way, three minutes after it was due."""
    agrees(now, buyer)
    entry = put(now, lead, a_list(now, lead), buyer)
    feed(now)
    return ring(now, caller, entry)


def key(who: Staffer, customer: str, entry: CallEntry, count: int = 2, once: str = "k1") -> tuple[int, str]:
    sent = {"customer": customer, "intake": "phone", "key": once, "call": entry.public_id,
            "product1": "BK-9", "quantity1": str(count)}  # fmt: skip
    answer = who.client.post("/orders/new/", sent)
    return answer.status_code, answer.headers.get("Location", answer.content.decode())


def keyed() -> QuerySet[Order]:
    return Order.objects.filter(lines__product__sku="BK-9")


def cny(minor: int) -> list[Money]:
    return [Money(minor, "CNY")]


def done_after(entry: CallEntry, caller: Staffer, now: datetime, minutes: int) -> None:
    """The call ends as a sale, and `minutes` of work were spent on it."""
    note(now + timedelta(minutes=5), caller, entry, "sale", value=Money(99_900, "CNY"))
    Assignment.objects.update(started=now, accepted=None, ended=now, wrapped=now + timedelta(minutes=minutes))


def test_keyed_from_the_call_and_remembered_once(
    lead: Staffer, caller: Staffer, buyer: Shopper, rung: CallEntry, now: datetime
) -> None:
    page = caller.client.get(f"/outbound/call/{rung.public_id}/").content.decode()
    link = f"/orders/new/?customer={buyer.public_id}&amp;intake=phone&amp;call={rung.public_id}"
    assert link in page
    form = caller.client.get(link.replace("&amp;", "&")).content.decode()
    assert f'<input type="hidden" name="call" value="{rung.public_id}">' in form
    first = key(caller, buyer.public_id, rung)
    assert (first[0], key(caller, buyer.public_id, rung)) == (303, first)
    order = keyed().get()
    kept = CallOrder.objects.get()
    assert (kept.entry_id, kept.order_id, kept.number, kept.minor, kept.currency) == (
        rung.id, order.id, order.number, order.total_minor, "CNY",
    )  # fmt: skip
    assert Event.objects.get(type="call.ordered").data["order"] == order.number
    assert order.number in caller.client.get(f"/outbound/call/{rung.public_id}/").content.decode()


def test_value_per_hour_less_what_went_back(
    lead: Staffer, caller: Staffer, buyer: Shopper, rung: CallEntry, now: datetime
) -> None:
    """Orders count instead of what was noted as sold; 30 days after, a cancellation changes nothing any more."""
    for once, count in (("k1", 2), ("k2", 4), ("k3", 1)):
        assert key(caller, buyer.public_id, rung, count, once)[0] == 303
    done_after(rung, caller, now, 15)
    came = reads.figures_of(rung.list)
    assert (came.orders, came.value, came.taken_back, came.net) == (3, cny(35_000), [], cny(35_000))
    assert (came.seconds, came.per_hour) == (900, cny(140_000))
    first, second, third = keyed().order_by("total_minor")  # 50, 100, 200
    cancel_order(actor=SYSTEM, now=first.placed + timedelta(days=30), order_id=first.id)
    cancel_order(actor=SYSTEM, now=second.placed + timedelta(days=30, seconds=1), order_id=second.id)
    line = third.lines.get()
    for state, amount, days in (("asked", 5_000, 29), ("refused", 10_000, 3), ("asked", 5_000, 31)):
        Return.objects.create(
            order=third, line=line, quantity=1, state=state, amount_minor=amount, currency="CNY",
            asked=third.placed + timedelta(days=days),
        )  # fmt: skip
    came = reads.figures_of(rung.list)
    assert (came.value, came.taken_back, came.net) == (cny(35_000), cny(10_000), cny(25_000))
    assert came.per_hour == cny(100_000)
    page = lead.client.get(f"/outbound/{rung.list.public_id}/").content.decode()
    for text in ("Value per hour", "1,000.00", "250.00", "gone back", "hours of work 0.2"):
        assert text in page, text
    figures = lead.client.get(f"/api/v1/call-lists/{rung.list.public_id}")
    assert figures.status_code in (200, 401)  # staff sessions may be asked for a token


def test_what_was_noted_counts_where_nothing_was_keyed(
    caller: Staffer, rung: CallEntry, now: datetime
) -> None:
    done_after(rung, caller, now, 30)
    came = reads.figures_of(rung.list)
    assert (came.orders, came.net, came.per_hour) == (0, cny(99_900), cny(199_800))


def test_before_any_work_there_is_no_value_per_hour(lead: Staffer, now: datetime) -> None:
    came = reads.figures_of(a_list(now, lead))
    assert (came.seconds, came.per_hour, came.net) == (0, [], [])


def test_an_order_of_somebody_else_is_not_from_this_call(
    caller: Staffer, seller: Shopper, rung: CallEntry
) -> None:
    """Neither the order nor the memory of it."""
    with nothing_happens():
        status, text = key(caller, seller.public_id, rung)
    assert (status, "The call was to somebody else." in text) == (422, True)
    assert not keyed().exists()
    assert not CallOrder.objects.exists()


def test_a_call_nobody_dialled(lead: Staffer, caller: Staffer, buyer: Shopper, now: datetime) -> None:
    agrees(now, buyer)
    entry = put(now, lead, a_list(now, lead), buyer)
    assert "/orders/new/" not in caller.client.get(f"/outbound/call/{entry.public_id}/").content.decode()
    with nothing_happens():
        assert key(caller, buyer.public_id, entry)[0] == 422
    assert not keyed().exists()


def test_a_call_of_another_team_or_none(
    caller: Staffer, stranger: Staffer, buyer: Shopper, rung: CallEntry
) -> None:
    role = stranger.user.grants.get().role
    role.rights = {**role.rights, "trade.orders": "all", "trade.view": "all", "people.view": "all"}
    role.save()
    with nothing_happens():
        assert key(stranger, buyer.public_id, rung)[0] in (403, 422)
        rung.public_id = "K-NOBODY"
        status, text = key(caller, buyer.public_id, rung)
    assert (status, "There is no such call." in text) == (422, True)
    assert not keyed().exists()
