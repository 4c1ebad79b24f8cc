"""What if: real arrivals under every policy, beside how it really went; asked once, worked out once by a job."""

from datetime import datetime, timedelta
from itertools import count

import pytest

from guanxi.core.errors import Conflict, Denied, Invalid
from guanxi.core.models import Event
from guanxi.work import actions, jobs
from guanxi.work.models import Assignment, Member, WhatIf, WorkItem
from guanxi.work.queries import what_if
from guanxi.work.tests.test_forecast import at, planner
from tests.cast import SYSTEM, Organisation, Staffer, nothing_happens

__all__ = ["planner"]
pytestmark = pytest.mark.django_db
S, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
NUMBERS = count(1)


def call(who: Member, arrived: datetime, waited: int | None, took: int, channel: str = "phone") -> None:
    """One that was answered after `waited`, or given up after `took` (None)."""
    done = waited is not None
    item = WorkItem.objects.create(
        kind="contact.phone", subject_kind="test", subject_id=next(NUMBERS), team_id=who.team_id, channel=channel,
        arrived=arrived, due=arrived + 20 * S, state="done" if done else "cancelled", finished=arrived + took * S,
    )  # fmt: skip
    if waited is not None:
        hand = arrived + waited * S
        Assignment.objects.create(
            item=item, member=who, started=hand, accepted=hand, ended=hand + took * S, outcome="done"
        )


@pytest.fixture
def past(agent: Staffer, now: datetime) -> Member:
    """One on duty 9-17 a week ago; three calls at once of 60 s (the third gave up after 70 s), one later."""
    Member.objects.filter(user=agent.user).update(phone_capacity=1)
    begun = at(now, 7, 9)
    actions.plan_shift(actor=SYSTEM, now=now, member_id=agent.seat.id, starts=begun, ends=begun + 8 * HOUR)
    call(agent.seat, begun + HOUR, 0, 60)
    call(agent.seat, begun + HOUR + S, 30, 60)
    call(agent.seat, begun + HOUR + 2 * S, None, 70)
    call(agent.seat, begun + 2 * HOUR, 5, 60)
    return agent.seat


def test_the_weeks_are_lived_through_exactly(past: Member, now: datetime) -> None:
    """One person: the first at once, the second after 59 s, the third gone after 70 s of 118, the fourth at once."""
    world = what_if.world_of(past.team_id, 1, now)
    assert [one.patience_s for one in world.arrivals] == [None, None, 70.0, None]
    assert [one.handle_s for one in world.arrivals] == [60.0, 60.0, None, 60.0]
    assert (world.real.live, world.real.in_time, world.real.gave_up) == (4, 2, 1)
    assert (world.real.wait_p50, world.real.wait_p90) == (5.0, 30.0)
    found = what_if.compare(world)
    assert set(found) == {*what_if.CODES, "real", "people", "arrivals"}
    today = found["now"]
    assert (today["live"], today["in_time"], today["gave_up"]) == (4, 2, 1)
    assert (today["wait_p50"], today["wait_p90"], today["interruptions"]) == (0.0, 59.0, 0.0)
    assert today["busy"] == round(180 / (8 * 3_600), 4)
    assert what_if.compare(what_if.world_of(past.team_id, 1, now)) == found


def test_without_a_rota_whoever_was_ready(past: Member, agent: Staffer, now: datetime) -> None:
    past.shifts.all().delete()
    day = at(now, 7, 9)
    for hour, presence in ((0, "ready"), (3, "away"), (4, "ready"), (8, "offline")):
        actions.set_presence(actor=agent.actor, now=day + hour * HOUR, presence=presence)
    [seat] = what_if.world_of(past.team_id, 1, now).seats
    spans = [(day + start * HOUR, day + end * HOUR) for start, end in ((0, 3), (4, 8))]
    assert seat.shifts == [(start.timestamp(), end.timestamp()) for start, end in spans]


def test_asked_worked_out_and_shown(past: Member, planner: Staffer, now: datetime) -> None:
    sent = planner.client.post("/board/what-if/", {"key": "k", "team": "front", "weeks": "2"})
    assert sent.status_code == 303
    row = WhatIf.objects.get()
    assert "being worked out" in planner.client.get(sent.headers["Location"]).text
    with pytest.raises(Conflict):
        actions.ask_what_if(actor=planner.actor, now=now, team_id=past.team_id, weeks=1)
    assert jobs.simulate.call(row.public_id)
    with nothing_happens():
        assert not jobs.simulate.call(row.public_id)
    shown = planner.client.get(sent.headers["Location"]).text
    for words in ("SIMULATED", "As it really was (measured)", "50.0", "59.0", "4 arrivals, 1 people"):
        assert words in shown
    told = (
        planner.client.get(f"{sent.headers['Location']}&csv=what_if").content.decode("utf-8-sig").splitlines()
    )
    assert told[2].startswith("As today's settings give it out,50.0,25.0,0.0,59.0,")
    assert Event.objects.filter(type="work.what_if_done").count() == 1


def test_nothing_to_work_with_says_so(agent: Staffer, planner: Staffer, now: datetime) -> None:
    for words in ("Nothing came in during these weeks.", "Nobody was on the rota"):
        row = actions.ask_what_if(actor=planner.actor, now=now, team_id=agent.seat.team_id, weeks=1)
        assert jobs.simulate.call(row.public_id)
        assert words in planner.client.get(f"/board/what-if/?team=front&run={row.public_id}").text
        call(agent.seat, at(now, 3, 9), 5, 60)


def test_not_without_the_right(
    organisation: Organisation, agent: Staffer, planner: Staffer, now: datetime
) -> None:
    with nothing_happens():
        with pytest.raises(Denied):
            actions.ask_what_if(actor=agent.actor, now=now, team_id=agent.seat.team_id, weeks=1)
        with pytest.raises(Denied):
            actions.ask_what_if(actor=planner.actor, now=now, team_id=organisation.id("west-front"), weeks=1)
        with pytest.raises(Invalid):
            actions.ask_what_if(actor=planner.actor, now=now, team_id=agent.seat.team_id, weeks=9)
        assert (
            planner.client.post("/board/what-if/", {"key": "k", "team": "front", "weeks": "no"}).status_code
            == 422
        )
