"""Work is done when its matter is, whoever had it."""

from datetime import datetime, timedelta
from functools import partial

import pytest

from guanxi.cases import actions as cases
from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.models import Event
from guanxi.work import actions, queries
from guanxi.work.models import Assignment, WorkItem
from tests.cast import (
    SYSTEM,
    Machine,
    Shopper,
    Staffer,
    complain,
    in_threads,
    nothing_happens,
    statements,
    work_about,
)

pytestmark = pytest.mark.django_db


def test_an_answer_finishes_it_and_frees_hands(agent: Staffer, now: datetime) -> None:
    case = complain(now).case
    actions.take_next(actor=agent.actor, now=now)
    later = now + timedelta(minutes=3)
    cases.answer(actor=agent.actor, now=later, number=case.number, text="已补寄")
    (item,) = work_about(case)
    assert (item.state, item.finished) == ("done", later)
    assert agent.seat.open == 0
    assignment = Assignment.objects.get()
    assert (assignment.ended, assignment.outcome) == (later, "done")
    assert Event.objects.filter(type="work.done").count() == 1


def test_somebody_else_may_finish_what_i_hold(agent: Staffer, other_agent: Staffer, now: datetime) -> None:
    case = complain(now).case
    actions.take_next(actor=agent.actor, now=now)
    cases.answer(actor=other_agent.actor, now=now, number=case.number, text="已补寄")
    assert (agent.seat.open, other_agent.seat.open) == (0, 0)
    assert Assignment.objects.filter(ended=None).count() == 0


def test_waiting_work_is_finished_without_an_assignment(agent: Staffer, now: datetime) -> None:
    case = complain(now).case
    cases.resolve(actor=agent.actor, now=now, number=case.number, text="已退款")
    assert [item.state for item in work_about(case)] == ["done"]
    assert Assignment.objects.count() == 0


def test_nothing_to_finish(agent: Staffer, now: datetime) -> None:
    with nothing_happens():
        assert actions.finish(actor=SYSTEM, now=now, subject=("case", 1), kind="case.answer") is None


def test_a_second_round_is_new_work_and_the_old_one_stays(
    agent: Staffer, buyer: Shopper, now: datetime
) -> None:
    case = complain(now, contact=buyer.contact).case
    cases.resolve(actor=agent.actor, now=now, number=case.number, text="已退款")
    cases.reopen(actor=buyer.actor, now=now, number=case.number, text="没有收到退款")
    assert [item.state for item in work_about(case)] == ["done", "queued"]


def answer_or_put_back(actor: Actor, now: datetime, number: str, work: str, which: int) -> None:
    if which:
        cases.answer(actor=actor, now=now, number=number, text="好")
    else:
        actions.put_back(actor=actor, now=now, public_id=work, word="later")


@pytest.mark.django_db(transaction=True)
def test_answering_and_putting_back_at_once(agent: Staffer, now: datetime) -> None:
    """Whichever comes first, the hands are free and the answer stands."""
    for round_ in range(6):
        case = complain(now, str(round_) + "坏了").case
        item = actions.take_next(actor=agent.actor, now=now)
        assert item is not None
        in_threads(2, partial(answer_or_put_back, agent.actor, now, case.number, item.public_id))
        assert agent.seat.open == 0
        assert [one.state for one in work_about(case)] == ["done"]
        assert Assignment.objects.filter(ended=None).count() == 0


def test_today_shows_hand_queue_and_done(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    first = complain(now - timedelta(minutes=60), "书坏了", buyer.contact).case
    complain(now - timedelta(minutes=30), "琴弦断了", buyer.contact)
    complain(now, "唱片裂了", buyer.contact)
    cases.answer(actor=agent.actor, now=now, number=first.number, text="好")
    actions.take_next(actor=agent.actor, now=now)
    body = agent.client.get("/today/").content.decode()
    assert "琴弦断了" in body
    assert "唱片裂了" in body


def fill(now: datetime, count: int) -> None:
    for number in range(count):
        complain(now, f"第{number}个包裹坏了")


def test_today_costs_the_same_with_five_and_two_hundred(
    agent: Staffer, buyer: Shopper, now: datetime
) -> None:
    fill(now, 5)
    actions.take_next(actor=agent.actor, now=now)
    agent.client.get("/today/")
    few = statements(lambda: agent.client.get("/today/"))
    fill(now, 195)
    assert statements(lambda: agent.client.get("/today/")) == few
    assert few <= 30


def test_the_queue_over_the_api(agent: Staffer, now: datetime, token: Machine) -> None:
    headers = token.headers
    complain(now)
    body = agent.client.get("/api/v1/work", headers=headers).json()
    item = WorkItem.objects.get()
    assert [(one["id"], one["kind"], one["team"]) for one in body["items"]] == [
        (item.public_id, "case.answer", "front")
    ]
    fill(now, 4)
    few = statements(lambda: agent.client.get("/api/v1/work", headers=headers))
    fill(now, 100)
    assert statements(lambda: agent.client.get("/api/v1/work", headers=headers)) == few
    body = agent.client.get("/api/v1/work", headers=headers).json()
    assert (len(body["items"]), bool(body["next"])) == (50, True)
    assert len(agent.client.get("/api/v1/work?limit=100", headers=headers).json()["items"]) == 100


def test_events_of_finish_are_recorded_by_the_caller(agent: Staffer, now: datetime) -> None:
    case = complain(now).case
    event = actions.finish(actor=SYSTEM, now=now, subject=("case", case.id), kind="case.answer")
    assert event is not None
    assert Event.objects.filter(type="work.done").count() == 0
    events.record(event)
    assert queries.open_item(("case", case.id), "case.answer") is None
