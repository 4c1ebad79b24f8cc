"""Presence: declared by people, its end observed; work of somebody who left goes back after a grace period."""

from datetime import datetime, timedelta

import pytest

from guanxi.core.access import system
from guanxi.core.errors import Denied, Invalid
from guanxi.core.models import Event
from guanxi.work import actions, jobs, rules
from guanxi.work.models import Assignment, Member, WorkItem
from tests.cast import SYSTEM, Shopper, Staffer, complain, nothing_happens

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def ready(staffer: Staffer, now: datetime) -> None:
    actions.set_presence(actor=staffer.actor, now=now, presence="ready")


def sweep(now: datetime) -> int:
    return actions.sweep_absent(actor=system("worker"), now=now)


def test_declaring_oneself_ready(agent: Staffer, now: datetime) -> None:
    ready(agent, now)
    assert (agent.seat.presence, agent.seat.heartbeat) == ("ready", now)
    event = Event.objects.get(type="work.presence_changed")
    assert event.data == {"from": "offline", "to": "ready"}
    ready(agent, now + SECOND)
    assert Event.objects.filter(type="work.presence_changed").count() == 1
    assert agent.seat.heartbeat == now + SECOND


def test_a_beat_is_one_statement_and_no_event(agent: Staffer, now: datetime) -> None:
    ready(agent, now)
    before = Event.objects.count()
    actions.beat(actor=agent.actor, now=now + SECOND)
    assert agent.seat.heartbeat == now + SECOND
    assert Event.objects.count() == before


@pytest.mark.parametrize("presence", ["", "gone", "READY"])
def test_an_unknown_presence(agent: Staffer, now: datetime, presence: str) -> None:
    with nothing_happens(), pytest.raises(Invalid):
        actions.set_presence(actor=agent.actor, now=now, presence=presence)


def test_without_a_seat(manager: Staffer, now: datetime) -> None:
    with nothing_happens(), pytest.raises(Denied) as refused:
        actions.set_presence(actor=manager.actor, now=now, presence="ready")
    assert refused.value.code == "no_seat"


@pytest.mark.parametrize(
    ("silence", "presence", "returned"),
    [
        (rules.HEARTBEAT_MAX, "ready", 0),
        (rules.HEARTBEAT_MAX + SECOND, "away", 0),
        (rules.GRACE, "away", 0),
        (rules.GRACE + SECOND, "offline", 2),
    ],
)
def test_silence(agent: Staffer, now: datetime, silence: timedelta, presence: str, returned: int) -> None:
    ready(agent, now)
    arrived = [complain(now).case.opened for _ in range(2)]
    for _ in range(2):
        actions.take_next(actor=agent.actor, now=now)
    assert sweep(now + silence) == returned
    assert agent.seat.presence == presence
    assert agent.seat.open == 2 - returned
    assert WorkItem.objects.filter(state="queued").count() == returned
    assert list(WorkItem.objects.values_list("arrived", flat=True)) == arrived
    assert Assignment.objects.filter(outcome="left").count() == returned


def test_presence_that_ends_is_an_event_once(agent: Staffer, now: datetime) -> None:
    """Every change is one event, also one that was observed, and the sweep of every 30 seconds writes no more."""
    ready(agent, now)
    silent = now + rules.HEARTBEAT_MAX + SECOND
    sweep(silent)
    with nothing_happens():
        sweep(silent + SECOND)
    changes = Event.objects.filter(type="work.presence_changed").order_by("id").values_list("data", flat=True)
    assert list(changes) == [{"from": "offline", "to": "ready"}, {"from": "ready", "to": "away"}]


def test_whoever_comes_back_in_time_keeps_their_work(agent: Staffer, now: datetime) -> None:
    ready(agent, now)
    complain(now)
    actions.take_next(actor=agent.actor, now=now)
    sweep(now + timedelta(minutes=5))
    actions.set_presence(actor=agent.actor, now=now + timedelta(minutes=6), presence="ready")
    assert sweep(now + timedelta(minutes=7)) == 0
    assert (agent.seat.presence, agent.seat.open) == ("ready", 1)


def test_going_offline_on_purpose_returns_the_work_after_the_grace_period(
    agent: Staffer, other_agent: Staffer, now: datetime
) -> None:
    """Nobody's case sleeps in the hands of somebody who went home."""
    ready(agent, now)
    complain(now)
    actions.take_next(actor=agent.actor, now=now)
    actions.set_presence(actor=agent.actor, now=now, presence="offline")
    sweep(now + rules.GRACE + SECOND)
    assert WorkItem.objects.get().state == "queued"
    assert actions.take_next(actor=other_agent.actor, now=now + rules.GRACE + SECOND) is not None


def test_the_sweep_twice_is_once(agent: Staffer, now: datetime) -> None:
    ready(agent, now)
    complain(now)
    actions.take_next(actor=agent.actor, now=now)
    late = now + rules.GRACE + SECOND
    assert sweep(late) == 1
    with nothing_happens():
        assert sweep(late) == 0


def test_the_job_runs_the_sweep(agent: Staffer, now: datetime) -> None:
    ready(agent, now - timedelta(hours=1))
    assert jobs.sweep_absent.call() == 0
    assert agent.seat.presence == "offline"


def test_a_leaver_gives_everything_back(agent: Staffer, now: datetime) -> None:
    complain(now)
    actions.take_next(actor=agent.actor, now=now)
    with nothing_happens(), pytest.raises(Denied):
        actions.put_back_all(actor=agent.actor, now=now, user=agent.user)
    assert actions.put_back_all(actor=SYSTEM, now=now, user=agent.user) == 1
    assert Member.objects.get(user=agent.user).open == 0


def test_the_pages(agent: Staffer, manager: Staffer, buyer: Shopper, now: datetime) -> None:
    assert agent.client.post("/presence/", {"presence": "ready"}).status_code == 303
    assert agent.seat.presence == "ready"
    assert agent.client.post("/presence/beat/").status_code == 204
    with nothing_happens():
        assert manager.client.post("/presence/", {"presence": "ready"}).status_code == 403
        assert manager.client.post("/presence/beat/").status_code == 403
        assert buyer.client.post("/presence/beat/").status_code == 403
        assert agent.client.post("/presence/", {"presence": "x" * 21}).status_code == 422
