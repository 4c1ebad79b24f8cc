"""A day's traffic: as many as the profile says, at the hours it says; customers and colleagues by public actions only."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.cases.models import Case
from guanxi.channels.actions import contacts, conversing
from guanxi.channels.models import Contact, Mail, Message
from guanxi.core import staff
from guanxi.core.access import system
from guanxi.core.models import User
from guanxi.packs.club import matters, traffic
from guanxi.packs.tests.conftest import Seed
from guanxi.packs.traffic import DAY_S, Profile, days
from guanxi.work import actions as work
from guanxi.work import queries as teams
from guanxi.work.models import Assignment, Member, WorkItem

PROFILE = {
    "day": {"spread": 0.0, "weekday": [1.0] * 6 + [0.5]},
    "channel": {"web": {"per_day": 480, "hours": [0] * 9 + [1, 2, 1] + [0] * 12}},
    "handling": {"web": {"median": 100, "sigma": 0.0}},
    "patience": {"web": {"median": 60, "sigma": 0.0}},
}


def test_a_day_has_its_hours_and_its_weekday() -> None:
    profile = Profile.read(PROFILE)
    week = [Counter(int(one.at // 3600) for one in profile.day(day, Random(day))) for day in range(7)]
    assert all(set(hours) == {9, 10, 11} for hours in week)
    assert 1.6 < sum(hours[10] for hours in week) / sum(hours[9] for hours in week) < 2.4
    assert 400 < sum(week[0].values()) < 560
    assert 190 < sum(week[6].values()) < 290
    assert profile.seconds("web", Random(1)) == 100
    assert profile.waits("web", Random(1)) == 60


@given(st.integers(0, 6), st.integers())
def test_days_on_end_are_in_order_and_the_same_for_the_same_seed(weekday: int, seed: int) -> None:
    profile = Profile.read(PROFILE)

    def first(count: int) -> list[float]:
        stream = days(profile, weekday, seed)
        return [number * DAY_S + one.at for number, one in (next(stream) for _ in range(count))]

    found = first(600)
    assert found == sorted(found) == first(600)
    assert found[-1] > DAY_S  # no day has so many


@pytest.mark.parametrize(
    ("hours", "weekday"),
    [([1] * 23, [1.0] * 7), ([0] * 24, [1.0] * 7), ([1] * 23 + [-1], [1.0] * 7), ([1] * 24, [1.0] * 6)],
)
def test_a_profile_that_is_none_is_refused(hours: list[int], weekday: list[float]) -> None:
    broken = {
        **PROFILE,
        "channel": {"web": {"per_day": 1, "hours": hours}},
        "day": {"spread": 0, "weekday": weekday},
    }
    with pytest.raises(ValueError, match=r"24 shares|seven"):
        Profile.read(broken)


class Clock:
    """Time that passes only while somebody sleeps; meanwhile work is given out, as the worker does every few seconds."""

    def __init__(self, begun: datetime) -> None:
        self.now, self._given = begun, begun

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        if self.now - self._given >= timedelta(seconds=5):
            self._given = self.now
            for team in teams.teams_waiting():
                work.dispatch(actor=system("dispatcher"), now=self.now, team_id=team)


@pytest.fixture
def day(seed: Seed, monkeypatch: pytest.MonkeyPatch) -> tuple[traffic.Day, Clock]:
    """Two hours of the day in four minutes, from when the doors open."""
    seed()
    monkeypatch.setattr(matters, "HERE", 120)
    clock = Clock(datetime(2026, 3, 2, 2, 0, tzinfo=UTC))
    return traffic.Day("zh-hans", 30, 7, clock, clock.now), clock


def test_customers_come_by_every_way_and_colleagues_answer(day: tuple[traffic.Day, Clock]) -> None:
    running, clock = day
    before = set(Case.objects.values_list("id", flat=True))
    count = running.run(seconds_max=240, sleep=clock.sleep)
    fresh = Case.objects.exclude(id__in=before)
    talks = Contact.objects.all()
    assert count["came"] == fresh.count() + talks.count() > 40
    said = Message.objects.filter(subject_kind="case", subject_id__in=fresh.values("id"), direction="in")
    assert set(said.values_list("channel", flat=True)) == {"web", "email"}
    assert set(talks.values_list("channel", flat=True)) == {"chat", "phone"}
    assert (
        Mail.objects.filter(subject_id__in=fresh.values("id")).count() == said.filter(channel="email").count()
    )
    assert all(fresh.values_list("record__sample", flat=True))
    assert all(talks.values_list("sample", flat=True))
    ended = talks.filter(state=Contact.State.ENDED).count()
    answered = Assignment.objects.filter(
        outcome="done", item__subject_id__in=[*fresh.values_list("id", flat=True)]
    )
    assert count["answered"] == ended + answered.values("item").distinct().count() > 10
    theirs = [*fresh.values_list("id", flat=True), *talks.values_list("id", flat=True)]
    by = Assignment.objects.filter(item__subject_id__in=theirs).values_list(
        "member__user__username", flat=True
    )
    assert set(by) == {"shenjiahe", "emma", "zhoumin"}
    texts = list(said.values_list("body", flat=True))
    assert len(set(texts)) == len(texts) == fresh.count()


def test_nobody_doubles_whoever_tries_it(day: tuple[traffic.Day, Clock]) -> None:
    running, clock = day
    mine = WorkItem.objects.filter(member__user__username="guyiming")
    before = sorted(mine.values_list("id", flat=True))
    running.run(seconds_max=60, sleep=clock.sleep)
    assert sorted(mine.values_list("id", flat=True)) == before
    assert Member.objects.get(user__username="guyiming").presence == Member.Presence.OFFLINE


def test_a_chat_with_somebody_real_goes_on_and_ends(day: tuple[traffic.Day, Clock]) -> None:
    running, clock = day
    me = staff.actor_of(User.objects.get(username="guyiming"))
    work.set_presence(actor=me, now=clock.now, presence="ready")
    running.talks.actors = {}  # everybody else is at lunch
    running.talks.begin(clock.now, 0.0, "chat", running.people.next())
    contact = Contact.objects.get()
    contacts.accept(actor=me, now=clock.now, public_id=contact.public_id)

    def look(seconds: float) -> None:
        running.talks.look(clock.now, seconds)

    look(1)
    conversing.say(actor=me, now=clock.now, public_id=contact.public_id, text="您好，我来看一下。")
    for moment in (2, 9, 16):
        look(moment)
    conversing.say(actor=me, now=clock.now, public_id=contact.public_id, text="已经补发，明天到。")
    for moment in (17, 24, 60):
        look(moment)
    contact.refresh_from_db()
    assert contact.state == Contact.State.ENDED
    said = Message.objects.filter(subject_kind="contact", subject_id=contact.id).order_by("created", "id")
    assert Counter(said.values_list("direction", flat=True)) == {"in": 3, "out": 2}


def test_what_should_have_come_while_nothing_ran_does_not_come(day: tuple[traffic.Day, Clock]) -> None:
    running, clock = day
    clock.now += timedelta(hours=1)
    assert running.run(seconds_max=3600, sleep=clock.sleep)["came"] == 0
