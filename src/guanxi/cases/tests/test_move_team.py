"""A case goes to another team and, while nobody has acted, back."""

from datetime import datetime

import pytest

from guanxi.cases import actions
from guanxi.core.errors import Conflict, Denied, Invalid, NotFound
from guanxi.core.models import Event
from guanxi.work import actions as work
from guanxi.work.models import Assignment, WorkItem
from tests.cast import Hire, Organisation, Staffer, case_of, complain, events_of, nothing_happens, work_about


def test_case_and_work_wait_in_the_other_team(
    agent: Staffer, organisation: Organisation, now: datetime
) -> None:
    case = complain(now).case
    item = work.take(actor=agent.actor, now=now, item=work_about(case)[0])
    before = (item.arrived, item.due)
    moved = actions.move_team(actor=agent.actor, now=now, number=case.number, team="west-front")
    assert (moved.team_id, moved.version, moved.due) == (organisation.id("west-front"), 2, case.due)
    waiting = work_about(case)[0]
    assert (waiting.state, waiting.member_id, waiting.team_id) == (
        "queued",
        None,
        organisation.id("west-front"),
    )
    assert (waiting.arrived, waiting.due) == before
    assert agent.seat.open == 0
    assert Assignment.objects.get(item=item).outcome == "moved"
    told = Event.objects.get(type="work.moved")
    assert (told.unit_id, told.data["team"]) == (organisation.id("front"), "west-front")
    said = Event.objects.get(type="case.moved")
    assert said.unit_id == organisation.id("west-front")
    assert {key: said.data[key] for key in ("from", "to")} == {"from": "front", "to": "west-front"}


def test_new_work_about_it_goes_to_its_team(
    agent: Staffer, stranger: Staffer, hire: Hire, organisation: Organisation, now: datetime
) -> None:
    """The customer's next word makes work for the team that has the case, not for the one that takes cases in."""
    case = complain(now).case
    actions.move_team(actor=agent.actor, now=now, number=case.number, team="west-front")
    actions.answer(actor=stranger.actor, now=now, number=case.number, text="好的")
    actions.append(actor=stranger.actor, now=now, number=case.number, text="还没好")
    assert [item.team_id for item in work_about(case)] == [organisation.id("west-front")] * 2


def test_taken_back_while_nobody_has_acted(agent: Staffer, now: datetime) -> None:
    case = complain(now).case
    moved = actions.move_team(actor=agent.actor, now=now, number=case.number, team="west-front")
    back = actions.take_back(
        actor=agent.actor, now=now, number=case.number, team="front", version=moved.version
    )
    assert (back.team.unit.code, back.version) == ("front", 3)
    assert work_about(case)[0].team.unit.code == "front"
    assert events_of(case) == ["case.opened", "case.moved", "case.moved"]


def test_not_taken_back_once_somebody_has(agent: Staffer, stranger: Staffer, now: datetime) -> None:
    case = complain(now).case
    moved = actions.move_team(actor=agent.actor, now=now, number=case.number, team="west-front")
    work.take(actor=stranger.actor, now=now, item=WorkItem.objects.get())
    with nothing_happens(), pytest.raises(Conflict):
        actions.take_back(actor=agent.actor, now=now, number=case.number, team="front", version=moved.version)
    actions.answer(actor=stranger.actor, now=now, number=case.number, text="好的")
    with nothing_happens(), pytest.raises(Conflict):
        actions.take_back(actor=agent.actor, now=now, number=case.number, team="front", version=moved.version)


def test_who_may_not_does_not(agent: Staffer, manager: Staffer, stranger: Staffer, now: datetime) -> None:
    case = complain(now).case
    with nothing_happens():
        with pytest.raises(Denied):
            actions.move_team(actor=manager.actor, now=now, number=case.number, team="west-front")
        with pytest.raises(NotFound):
            actions.move_team(actor=stranger.actor, now=now, number=case.number, team="west-front")
        with pytest.raises(Invalid):
            actions.move_team(actor=agent.actor, now=now, number=case.number, team="nobody")
        with pytest.raises(Conflict):
            actions.move_team(actor=agent.actor, now=now, number=case.number, team="front")
        with pytest.raises(Conflict):
            actions.move_team(actor=agent.actor, now=now, number=case.number, team="west-front", version=7)
    moved = actions.move_team(actor=agent.actor, now=now, number=case.number, team="west-front")
    with nothing_happens():
        with pytest.raises(Denied):  # it is another team's now
            actions.move_team(actor=agent.actor, now=now, number=case.number, team="front")
        with pytest.raises(Denied):  # the other team may move it, not take it back
            actions.take_back(
                actor=stranger.actor, now=now, number=case.number, team="front", version=moved.version
            )


def test_a_settled_case_stays_where_it_is(agent: Staffer, now: datetime) -> None:
    case = complain(now).case
    actions.resolve(actor=agent.actor, now=now, number=case.number, text="好的")
    with nothing_happens(), pytest.raises(Conflict):
        actions.move_team(actor=agent.actor, now=now, number=case.number, team="west-front")
    assert case_of(case.number).team.unit.code == "front"
