"""The one timeline: every room's events of one customer, newest first, in three statements however long it is."""

from datetime import datetime, timedelta

import pytest

from guanxi.cases.actions import answer, append
from guanxi.channels import queries
from guanxi.core import timeline
from guanxi.core.models import Detail, Event
from guanxi.people.queries import records_of
from guanxi.work.actions import take_next
from tests.cast import Shopper, Staffer, complain, statements

pytestmark = pytest.mark.django_db


def entries(staffer: Staffer, shopper: Shopper, limit: int = 50) -> list[queries.Entry]:
    return queries.timeline_of(staffer.actor, records_of(shopper.customer_id), limit=limit)


def test_all_rooms_in_one_line_newest_first(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    case = complain(now, "书坏了", buyer.contact).case
    answer(actor=agent.actor, now=now + timedelta(minutes=5), number=case.number, text="补寄")
    found = entries(agent, buyer)
    moments = [one.occurred for one in found]
    assert moments == sorted(moments, reverse=True)
    assert [one.type.code for one in found[:2]] == ["case.answered", "case.opened"]
    assert [one.text for one in found[:2]] == ["补寄", "书坏了"]
    assert found[0].who == agent.actor.name
    assert [one.type.code for one in found].count("order.imported") == 2


def test_how_work_went_is_no_story_for_the_customers_page(
    agent: Staffer, buyer: Shopper, now: datetime
) -> None:
    complain(now, "书坏了", buyer.contact)
    take_next(actor=agent.actor, now=now)
    codes = {one.type.code for one in entries(agent, buyer)}
    assert Event.objects.filter(type="work.assigned").exists()
    assert not codes & set(timeline.hidden())
    assert {"work.added", "work.assigned"} <= set(timeline.hidden())


def test_erased_words_leave_the_line_standing(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    complain(now, "书坏了", buyer.contact)
    Detail.objects.all().delete()
    found = entries(agent, buyer)
    assert found[0].type.code == "case.opened"
    assert found[0].text == ""


def test_nothing_of_anybody_else(agent: Staffer, buyer: Shopper, seller: Shopper, now: datetime) -> None:
    complain(now, "别人的事", seller.contact)
    assert "别人的事" not in {one.text for one in entries(agent, buyer)}


def test_without_the_right_nothing(buyer: Shopper, steward: Staffer, now: datetime) -> None:
    role = steward.user.grants.get().role
    role.rights = {right: scope for right, scope in role.rights.items() if right != "channels.view"}
    role.save()
    complain(now, "书坏了", buyer.contact)
    assert entries(steward, buyer) == []
    assert queries.timeline_of(buyer.actor, [buyer.record_id]) == []


def test_three_statements_however_long(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    case = complain(now, actor=buyer.actor).case
    actor, records = agent.actor, records_of(buyer.customer_id)
    answer(actor=actor, now=now, number=case.number, text="好")
    assert statements(lambda: queries.timeline_of(actor, records)) == 3
    for number in range(120):
        append(actor=agent.actor, now=now, number=case.number, text=str(number))
    assert statements(lambda: queries.timeline_of(actor, records)) == 3
    assert len(queries.timeline_of(actor, records)) == 50


def test_paging_misses_and_repeats_nothing(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    case = complain(now, actor=buyer.actor).case
    for number in range(60):  # many at the same moment: the id decides
        append(actor=buyer.actor, now=now, number=case.number, text=str(number))
    records = records_of(buyer.customer_id)
    hidden = timeline.hidden()
    expected = Event.objects.filter(record_id__in=records).exclude(type__in=hidden).count()
    seen: list[str] = []
    before = None
    while page := queries.timeline_of(agent.actor, records, before=before, limit=7):
        seen += [one.key for one in page]
        before = (page[-1].occurred, int(page[-1].key.split("_")[1]))
    assert len(seen) == len(set(seen)) == expected
    assert [int(key.split("_")[1]) for key in seen[:61]] == sorted(
        (int(key.split("_")[1]) for key in seen[:61]), reverse=True
    )


def test_every_event_type_has_words() -> None:
    assert all(str(one.words) and str(one.words) != one.code for one in timeline.registered().values())
