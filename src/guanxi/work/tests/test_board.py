"""The board and the cards of Today: offers, wrap-up, shelf, advice; seats with calls, chats and skills."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.utils import translation

from guanxi.core.errors import Invalid
from guanxi.core.models import Role
from guanxi.work import actions
from guanxi.work.models import Assignment, Member, WorkItem
from guanxi.work.tests.test_dispatch import dispatch, letter, ready, ring
from tests.cast import SYSTEM, Hire, Organisation, Staffer, nothing_happens, statements

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def boss(supervisor: Staffer) -> Staffer:
    """A supervisor who gives out the work of their department."""
    role = Role.objects.get(code="supervisor")
    role.rights = {**role.rights, "work.assign": "department"}
    role.save()
    return supervisor


def test_the_board_shows_queues_people_and_their_work(
    boss: Staffer, agent: Staffer, other_agent: Staffer, organisation: Organisation, now: datetime
) -> None:
    ready(now, agent, other_agent)
    letter(organisation, now - timedelta(minutes=3), 1)
    actions.take_next(actor=agent.actor, now=now)
    letter(organisation, now - timedelta(minutes=2), 2)
    ring(organisation, now - timedelta(minutes=1), 3)
    page = boss.client.get("/board/").text
    assert "Most due" in page
    assert "Agent" in page
    assert "Other Agent" in page
    assert "1 / 1" in page  # taken in time today
    few = statements(lambda: boss.client.get("/board/"))
    for number in range(4, 12):
        letter(organisation, now, number)
    assert statements(lambda: boss.client.get("/board/")) == few


def test_giving_and_putting_back_from_the_board(
    boss: Staffer, agent: Staffer, organisation: Organisation, now: datetime
) -> None:
    ready(now, agent)
    item = letter(organisation, now, 1)
    form = {"member": agent.user.public_id, "word": "you know them"}
    assert boss.client.post(f"/work/{item.public_id}/do/give/", form).headers["Location"] == "/board/"
    assert WorkItem.objects.get(id=item.id).member_id == agent.seat.id
    assert boss.client.post(f"/work/{item.public_id}/do/back/").status_code == 303
    assert WorkItem.objects.get(id=item.id).state == "queued"


def test_who_may_not_look_or_give(
    agent: Staffer, stranger: Staffer, manager: Staffer, organisation: Organisation, now: datetime
) -> None:
    ready(now, agent)
    item = letter(organisation, now, 1)
    with nothing_happens():
        for who in (agent, stranger, manager):
            assert who.client.get("/board/").status_code == 403
            form = {"member": agent.user.public_id}
            given = who.client.post(f"/work/{item.public_id}/do/give/", form)
            assert given.status_code in (403, 404)
        assert agent.client.post(f"/work/{item.public_id}/do/sing/").status_code == 404


def test_an_offer_on_today(agent: Staffer, organisation: Organisation, now: datetime) -> None:
    ready(now, agent)
    call = ring(organisation, now)
    dispatch(now)
    page = agent.client.get("/today/").text
    assert "Offered to you" in page
    assert "waited 0 s of 20 s" in page
    accepted = agent.client.post(f"/work/{call.public_id}/do/accept/")
    assert accepted.status_code == 303
    assert "Offered to you" not in agent.client.get("/today/").text
    actions.finish(actor=SYSTEM, now=now, subject=("test", 1), kind="case.answer")
    assert "Solved in this one contact" in agent.client.get("/today/").text
    assert agent.client.post("/presence/wrap-up/", {"resolved": "1"}).status_code == 303
    assert (agent.seat.presence, Assignment.objects.get().resolved) == ("ready", True)


def test_declining_on_today(agent: Staffer, organisation: Organisation, now: datetime) -> None:
    ready(now, agent)
    call = ring(organisation, now)
    dispatch(now)
    assert agent.client.post(f"/work/{call.public_id}/do/decline/").status_code == 303
    assert WorkItem.objects.get(id=call.id).state == "queued"


def test_the_shelf_and_advice_on_today(
    agent: Staffer, other_agent: Staffer, organisation: Organisation, now: datetime
) -> None:
    ready(now, agent, other_agent)
    item = letter(organisation, now, 1)
    actions.take(actor=agent.actor, now=now, item=item)
    assert agent.client.post(f"/work/{item.public_id}/do/park/").status_code == 303
    assert "still yours" in agent.client.get("/today/").text
    assert agent.client.post(f"/work/{item.public_id}/do/resume/").status_code == 303
    assert "still yours" not in agent.client.get("/today/").text
    whom = other_agent.user.public_id
    actions.call_in(actor=agent.actor, now=now, public_id=item.public_id, whom=whom, word="insured?")
    assert "Your advice is asked" in other_agent.client.get("/today/").text
    advised = other_agent.client.post(f"/work/{item.public_id}/do/advise/", {"word": "yes"})
    assert advised.status_code == 303
    assert "Your advice is asked" not in other_agent.client.get("/today/").text


def test_a_seat_with_calls_chats_and_skills(hire: Hire, organisation: Organisation, now: datetime) -> None:
    one = hire("one", "agent", "front", seat="front")
    seat = {"user": one.user, "team": "front", "languages": ["en"], "capacity": 5}
    actions.change_seat(actor=SYSTEM, now=now, **seat, phone=1, chat=3, skills={"finance": 1, "tea": 2})  # type: ignore[arg-type]
    found = Member.objects.get(user=one.user)
    assert (found.phone_capacity, found.chat_capacity) == (1, 3)
    assert found.skills == {"finance": 1, "tea": 2}
    with nothing_happens():
        actions.change_seat(actor=SYSTEM, now=now, **seat)  # type: ignore[arg-type]
        for wrong in ({"phone": 2}, {"chat": 9}, {"skills": {"Finance!": 1}}, {"skills": {"tea": 3}}):
            with pytest.raises(Invalid):
                actions.change_seat(actor=SYSTEM, now=now, **seat, **wrong)  # type: ignore[arg-type]
