"""Putting work back: original arrival, a word why, free hands."""

from datetime import datetime, timedelta

import pytest

from guanxi.core.errors import Conflict, Denied, Invalid, NotFound
from guanxi.core.models import Detail, Event
from guanxi.work import actions
from guanxi.work.models import Assignment, WorkItem
from tests.cast import Shopper, Staffer, complain, nothing_happens, work_about

pytestmark = pytest.mark.django_db


def in_hand(staffer: Staffer, now: datetime) -> WorkItem:
    complain(now)
    item = actions.take_next(actor=staffer.actor, now=now)
    assert item is not None
    return item


def test_it_waits_again_with_its_original_arrival(agent: Staffer, now: datetime) -> None:
    item = in_hand(agent, now)
    later = now + timedelta(minutes=5)
    actions.put_back(actor=agent.actor, now=later, public_id=item.public_id, word="  needs a lawyer ")
    stored = WorkItem.objects.get(id=item.id)
    assert (stored.state, stored.member, stored.reason) == ("queued", None, {})
    assert (stored.arrived, stored.due) == (item.arrived, item.due)
    assert agent.seat.open == 0
    assignment = Assignment.objects.get()
    assert (assignment.ended, assignment.outcome) == (later, "returned")
    event = Event.objects.get(type="work.returned")
    assert "word" not in event.data
    assert Detail.objects.get(event=event).body == {"word": "needs a lawyer"}


@pytest.mark.parametrize("word", ["", "   "])
def test_a_word_is_needed(agent: Staffer, now: datetime, word: str) -> None:
    item = in_hand(agent, now)
    with nothing_happens(), pytest.raises(Invalid) as refused:
        actions.put_back(actor=agent.actor, now=now, public_id=item.public_id, word=word)
    assert set(refused.value.fields) == {"word"}


def test_only_whoever_has_it(
    agent: Staffer,
    other_agent: Staffer,
    supervisor: Staffer,
    stranger: Staffer,
    manager: Staffer,
    now: datetime,
) -> None:
    item = in_hand(agent, now)
    for staffer in (other_agent, supervisor, stranger):
        with nothing_happens(), pytest.raises(NotFound):
            actions.put_back(actor=staffer.actor, now=now, public_id=item.public_id, word="mine")
    with nothing_happens(), pytest.raises(Denied):
        actions.put_back(actor=manager.actor, now=now, public_id=item.public_id, word="mine")


def test_twice_is_once(agent: Staffer, now: datetime) -> None:
    item = in_hand(agent, now)
    actions.put_back(actor=agent.actor, now=now, public_id=item.public_id, word="later")
    with nothing_happens(), pytest.raises((NotFound, Conflict)):
        actions.put_back(actor=agent.actor, now=now, public_id=item.public_id, word="later")


def test_the_page(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    item = in_hand(agent, now)
    url = f"/work/{item.public_id}/put-back/"
    with nothing_happens():
        assert agent.client.post(url, {"word": "x" * 201}).status_code == 422
        assert agent.client.post(url, {"word": ""}).status_code == 422
        assert agent.client.get(url).status_code == 405
        assert buyer.client.post(url, {"word": "mine"}).status_code == 403
    assert agent.client.post(url, {"word": "法务"}).status_code == 303
    assert WorkItem.objects.get(id=item.id).state == "queued"


def test_a_hostile_word_is_only_a_word(agent: Staffer, now: datetime) -> None:
    item = in_hand(agent, now)
    response = agent.client.post(f"/work/{item.public_id}/put-back/", {"word": "a\x00<b>"})
    assert response.status_code in (303, 400, 422)
    assert work_about_states() == ["queued" if response.status_code == 303 else "assigned"]


def work_about_states() -> list[str]:
    return list(WorkItem.objects.values_list("state", flat=True))


def test_a_case_once_answered_is_no_longer_in_hand(agent: Staffer, now: datetime) -> None:
    from guanxi.cases.actions import answer

    opened = complain(now)
    item = actions.take_next(actor=agent.actor, now=now)
    assert item is not None
    answer(actor=agent.actor, now=now, number=opened.case.number, text="已寄出")
    assert [one.state for one in work_about(opened.case)] == ["done"]
    with nothing_happens(), pytest.raises(Conflict) as refused:
        actions.put_back(actor=agent.actor, now=now, public_id=item.public_id, word="late")
    assert refused.value.code == "not_in_hand"
