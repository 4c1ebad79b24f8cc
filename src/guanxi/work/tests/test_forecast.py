"""The forecast: what came by quarter hour, mean and interval, seats by Erlang C, the rota beside, file as screen."""

import csv
import io
from datetime import datetime, timedelta
from itertools import count

import pytest
from django.utils import timezone

from guanxi.core.models import Role
from guanxi.engine import staffing
from guanxi.work import actions
from guanxi.work.models import Assignment, WorkItem
from guanxi.work.queries import planning
from tests.cast import SYSTEM, Hire, Organisation, Staffer

pytestmark = pytest.mark.django_db
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
NUMBERS = count(1)
GOAL = staffing.Goal(0.8, 20.0, 0.9, shrinkage=0.3)


@pytest.fixture
def planner(organisation: Organisation, hire: Hire) -> Staffer:
    Role.objects.create(
        code="planner",
        name={"en": "planner"},
        rights={"work.view": "department", "work.assign": "department"},
    )
    return hire("planner", "planner", "contact")


def come(team: int, at: datetime, contacts: int, channel: str = "phone") -> None:
    for n in range(contacts):
        WorkItem.objects.create(
            kind="contact.phone", subject_kind="test", subject_id=next(NUMBERS), team_id=team, channel=channel,
            arrived=at + n * timedelta(seconds=20), due=at + MINUTE, state="done",
        )  # fmt: skip


def at(now: datetime, days: int, hour: int, minute: int = 0) -> datetime:
    """A time of day so many days before today."""
    return timezone.localtime(now).replace(hour=hour, minute=minute, second=0, microsecond=0) - days * DAY


def test_quarters_weekdays_and_empty_weeks(organisation: Organisation, now: datetime) -> None:
    """10 and 20 calls at 9:15 a week and two weeks ago, nothing three weeks ago: the mean of three is 10."""
    team = organisation.id("front")
    come(team, at(now, 7, 9, 15), 10)
    come(team, at(now, 14, 9, 15), 20)
    come(team, at(now, 7, 9, 15), 3, channel="chat")  # another channel
    come(team, at(now, 0, 9, 15), 3)  # today is not over
    come(organisation.id("west-front"), at(now, 7, 9, 15), 3)  # another team
    since, until = planning.span_of(3, now)
    history = planning.counted(team, "phone", since, until)
    assert sorted((one.half_hour, one.contacts) for one in history) == [(37, 0), (37, 10), (37, 20)]
    [one] = staffing.forecast(history, sure=0.8)
    assert (one.weekday, one.contacts, one.weeks) == (at(now, 7, 9).weekday(), 10.0, 3)
    assert one.low < 10 < one.high
    assert planning.channels_of(team, 3, now) == {"phone": 30, "chat": 3}


def test_seats_are_erlang_c(organisation: Organisation, agent: Staffer, now: datetime) -> None:
    """8 calls of 180 s in a quarter hour are 1.6 Erlang: the fewest seats that do, and 30 % absences on top."""
    team = organisation.id("front")
    for week in (1, 2):
        come(team, at(now, 7 * week, 10), 8)
        come(team, at(now, 7 * week, 10, 30), 2)
    starts = at(now, 0, 10) + planning_days(now)
    actions.plan_shift(
        actor=SYSTEM, now=now, member_id=agent.seat.id, starts=starts, ends=starts + 15 * MINUTE
    )
    weekday = at(now, 7, 10).weekday()
    found = planning.plan(planning.Wish(team, "phone", 2, GOAL), weekday, now, 180.0)
    assert [(one.quarter, one.expected) for one in found] == [(40, 8.0), (41, 0.0), (42, 2.0)]
    busy = found[0]
    demand = staffing.Demand(8.0, 180.0, 900.0)
    assert demand.load == pytest.approx(1.6)
    fewest = next(n for n in range(1, 20) if staffing.expect(demand, n, within_s=20.0).service >= 0.8)
    assert (busy.need.expected.seats, busy.need.rostered) == (fewest, -(-fewest * 10 // 7))
    assert staffing.expect(demand, fewest - 1, within_s=20.0).service < 0.8 <= busy.need.expected.service
    assert found[1].need.expected.seats == 0
    assert [one.rostered for one in found] == [1, 0, 0]


def planning_days(now: datetime) -> timedelta:
    """Today's weekday comes next today."""
    assert planning.next_day(timezone.localtime(now).weekday(), now) == timezone.localtime(now).date()
    return timedelta(0)


def test_time_for_each_is_measured(organisation: Organisation, agent: Staffer, now: datetime) -> None:
    """100 s of talk and 20 s of notes; 180 s without: 150 s each."""
    team, begun = organisation.id("front"), at(now, 2, 10)
    come(team, begun, 2)
    for item, talk, notes in zip(WorkItem.objects.order_by("id"), (100, 180), (20, 0), strict=True):
        end = begun + timedelta(seconds=talk)
        Assignment.objects.create(
            item=item, member=agent.seat, started=begun, accepted=begun, ended=end, outcome="done",
            wrapped=end + timedelta(seconds=notes) if notes else None,
        )  # fmt: skip
    assert planning.handle_s(team, "phone", *planning.span_of(1, now)) == 150.0
    assert planning.handle_s(team, "chat", *planning.span_of(1, now)) is None


def test_the_page_the_table_and_the_file_agree(
    organisation: Organisation, planner: Staffer, now: datetime
) -> None:
    come(organisation.id("front"), at(now, 7, 10), 8)
    day = at(now, 7, 10).weekday()
    path = f"/board/forecast/?team=front&channel=phone&weeks=1&share=80&within=20&shrinkage=30&handle=180&day={day}"
    told = planner.client.get(f"{path}&csv=forecast").content.decode("utf-8-sig")
    [head, row] = list(csv.reader(io.StringIO(told)))
    seats = staffing.seats_needed(staffing.Demand(8.0, 180.0, 900.0), GOAL)
    assert (row[0], float(row[1]), int(row[4]), int(row[5])) == (
        "10:00",
        8.0,
        seats.expected.seats,
        seats.rostered,
    )
    shown = planner.client.get(path).text
    for name in head:
        assert f'<th scope="col">{name}</th>' in shown
    assert f"<td>{row[5]}</td>" in shown
    assert "nothing is foreseen" in planner.client.get(f"/board/forecast/?day={(day + 1) % 7}").text


def test_only_whoever_gives_out_the_work(
    organisation: Organisation, planner: Staffer, agent: Staffer
) -> None:
    for path in ("/board/forecast/", "/board/rota/", "/board/what-if/"):
        assert agent.client.get(path).status_code == 403
        assert planner.client.get(path).status_code == 200
        assert planner.client.get(f"{path}?team=west-front").status_code == 404
