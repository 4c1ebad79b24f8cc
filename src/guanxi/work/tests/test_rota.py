"""The rota: add, drop, copy a week; never two shifts at once; only where one gives out the work."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.utils import timezone

from guanxi.core import handles
from guanxi.core.errors import Denied
from guanxi.core.models import Event
from guanxi.work import actions
from guanxi.work.models import Shift
from guanxi.work.tests.test_forecast import planner
from tests.cast import SYSTEM, Organisation, Staffer, nothing_happens

__all__ = ["planner"]
pytestmark = pytest.mark.django_db
KEYS = count()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def send(who: Staffer, verb: str, status: int = 303, /, **fields: Any) -> str:
    response = who.client.post(f"/board/rota/{verb}/", {"key": f"k{next(KEYS)}", "team": "front", **fields})
    assert response.status_code == status, response.text[-1500:]
    return response.text if status != 303 else response.headers["Location"]


def monday_of(now: datetime) -> datetime:
    """The next Monday, midnight."""
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + (7 - today.weekday()) * DAY


def test_a_shift_is_added_shown_and_dropped(planner: Staffer, agent: Staffer, now: datetime) -> None:
    monday = monday_of(now)
    day_time: dict[str, Any] = {"from": "09:00", "to": "17:00"}
    late: dict[str, Any] = {"from": "16:00", "to": "20:00"}
    night: dict[str, Any] = {"from": "22:00", "to": "06:00"}
    week, who = f"{monday:%Y-%m-%d}", agent.user.public_id
    assert send(planner, "add", member=who, day=week, week=week, **day_time).endswith(week)
    shift = Shift.objects.get()
    assert (shift.starts, shift.ends) == (monday + 9 * HOUR, monday + 17 * HOUR)
    shown = planner.client.get(f"/board/rota/?team=front&week={week}").text
    assert "09:00–17:00" in shown
    assert "on the rota then already" in send(planner, "add", 409, member=who, day=week, week=week, **late)
    send(planner, "add", member=who, day=week, week=week, **night)  # over midnight
    assert Shift.objects.get(starts=monday + 22 * HOUR).ends == monday + 30 * HOUR
    assert "short rest" in planner.client.get(f"/board/rota/?team=front&week={week}").text
    send(planner, "drop", week=week, shift=handles.handle("shift", shift.id))
    assert Shift.objects.count() == 1
    send(planner, "drop", 404, week=week, shift=handles.handle("shift", shift.id))
    assert list(Event.objects.filter(type__startswith="work.shift").order_by("id").values_list("type", flat=True)) == [
        "work.shift_planned", "work.shift_planned", "work.shift_dropped",
    ]  # fmt: skip


def test_a_week_is_copied_once_at_the_same_times(
    planner: Staffer, agent: Staffer, other_agent: Staffer, now: datetime
) -> None:
    monday = monday_of(now)
    for who, day in ((agent, 0), (agent, 1), (other_agent, 6)):
        starts = monday + day * DAY + 9 * HOUR
        actions.plan_shift(
            actor=SYSTEM, now=now, member_id=who.seat.id, starts=starts, ends=starts + 8 * HOUR
        )
    taken = monday + 7 * DAY + 12 * HOUR  # on the first of these days they are on the rota the week after
    actions.plan_shift(actor=SYSTEM, now=now, member_id=agent.seat.id, starts=taken, ends=taken + HOUR)
    done = actions.copy_week(actor=planner.actor, now=now, team_id=agent.seat.team_id, monday=monday.date())
    assert (done.copied, done.left_out) == (2, 1)
    after = Shift.objects.filter(starts__gte=monday + 7 * DAY).exclude(starts=taken).order_by("starts")
    assert [(one.member_id, one.starts, one.ends - one.starts) for one in after] == [
        (agent.seat.id, monday + 8 * DAY + 9 * HOUR, 8 * HOUR),
        (other_agent.seat.id, monday + 13 * DAY + 9 * HOUR, 8 * HOUR),
    ]
    with nothing_happens():
        again = actions.copy_week(
            actor=planner.actor, now=now, team_id=agent.seat.team_id, monday=monday.date()
        )
        assert again.copied == 0
        send(planner, "copy", 409, week=f"{monday:%Y-%m-%d}")


def test_not_without_the_right_nor_for_another_team(
    organisation: Organisation, planner: Staffer, agent: Staffer, stranger: Staffer, now: datetime
) -> None:
    week = f"{monday_of(now):%Y-%m-%d}"
    times: dict[str, Any] = {"from": "09:00", "to": "17:00"}
    with nothing_happens():
        send(agent, "add", 403, member=agent.user.public_id, day=week, week=week, **times)
        send(planner, "add", 422, member=stranger.user.public_id, day=week, week=week, **times)
        send(planner, "add", 422, member=agent.user.public_id, day="soon", week=week, **times)
        send(
            planner,
            "add",
            404,
            team="west-front",
            member=stranger.user.public_id,
            day=week,
            week=week,
            **times,
        )
        send(planner, "swap", 404, week=week)
        with pytest.raises(Denied):
            actions.copy_week(
                actor=agent.actor, now=now, team_id=agent.seat.team_id, monday=monday_of(now).date()
            )
