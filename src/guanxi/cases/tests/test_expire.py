"""Limits that pass: a breach is told once, silence settles and never loses."""

from datetime import datetime, timedelta

import pytest

from guanxi.cases import actions, jobs, queries
from guanxi.cases.models import Case
from guanxi.core import clock
from guanxi.core.access import system
from guanxi.core.errors import Denied, SignInNeeded
from guanxi.core.models import Event
from tests.cast import (
    Machine,
    Shopper,
    Staffer,
    Visitor,
    case_of,
    complain,
    events_of,
    in_threads,
    nothing_happens,
    work_about,
)

pytestmark = pytest.mark.django_db
CLOCK = system("clock")
SECOND = timedelta(seconds=1)


def tick(moment: datetime) -> int:
    with clock.at(moment):
        return int(jobs.expire.call())


def test_not_before_the_limit(buyer: Shopper, now: datetime) -> None:
    case = complain(now).case
    assert case.due is not None
    with nothing_happens():
        assert tick(case.due) == 0


def test_overdue_is_told_once_and_the_case_stays_open(agent: Staffer, now: datetime) -> None:
    case = complain(now).case
    assert case.due is not None
    assert tick(case.due + SECOND) == 1
    stored = case_of(case.number)
    assert (stored.state, stored.turn, stored.due, stored.overdue_told) == (
        "recorded",
        "staff",
        case.due,
        True,
    )
    assert [item.state for item in work_about(case)] == ["queued"]
    with nothing_happens():
        assert tick(case.due + timedelta(days=3)) == 0
    assert events_of(case) == ["case.opened", "case.overdue"]
    assert Event.objects.get(type="case.overdue").actor_kind == "system"


def test_a_later_breach_is_told_again(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    case = complain(now, actor=buyer.actor).case
    tick(now + timedelta(hours=3))
    actions.answer(actor=agent.actor, now=now + timedelta(hours=4), number=case.number, text="好")
    actions.append(actor=buyer.actor, now=now + timedelta(hours=5), number=case.number, text="不好")
    assert tick(now + timedelta(hours=8)) == 1
    assert events_of(case).count("case.overdue") == 2


def test_silence_settles_after_the_stated_time(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    case = complain(now, actor=buyer.actor).case
    actions.answer(actor=agent.actor, now=now, number=case.number, text="好")
    lapses = now + timedelta(hours=72)
    with nothing_happens():
        assert tick(lapses) == 0
    assert tick(lapses + SECOND) == 1
    stored = case_of(case.number)
    assert (stored.state, stored.turn, stored.due) == ("resolved", "nobody", None)
    assert stored.resolved == lapses + SECOND
    assert events_of(case)[-1] == "case.lapsed"
    with nothing_happens():
        assert tick(lapses + timedelta(days=9)) == 0
    actions.reopen(actor=buyer.actor, now=lapses + timedelta(days=9), number=case.number, text="没有好")
    assert case_of(case.number).state == "recorded"


def test_only_the_clock_expires(
    agent: Staffer, supervisor: Staffer, buyer: Shopper, visitor: Visitor, token: Machine, now: datetime
) -> None:
    case = complain(now).case
    late = now + timedelta(days=1)
    for who in (agent, supervisor, buyer, token):
        with nothing_happens(), pytest.raises(Denied):
            actions.expire(actor=who.actor, now=late, case_id=case.id, verb="overdue")
    with nothing_happens(), pytest.raises(SignInNeeded):
        actions.expire(actor=visitor.actor, now=late, case_id=case.id, verb="overdue")


@pytest.mark.parametrize("verb", ["answer", "append", "resolve", "reopen", "lapse", "nonsense"])
def test_the_clock_does_only_what_the_table_says(agent: Staffer, now: datetime, verb: str) -> None:
    """Our own lateness never settles a case, whatever verb the clock is handed."""
    case = complain(now).case
    with nothing_happens():
        assert actions.expire(actor=CLOCK, now=now + timedelta(days=1), case_id=case.id, verb=verb) is None


@pytest.mark.django_db(transaction=True)
def test_silence_and_a_word_at_once(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    """Whichever wins, the customer's word is not lost: added, or refused so that it opens the case again."""
    outcomes = set()
    for _ in range(6):
        case = complain(now, actor=buyer.actor).case
        actions.answer(actor=agent.actor, now=now, number=case.number, text="好")
        late = now + timedelta(hours=73)
        customer = buyer.actor

        def both(which: int, case: Case = case, late: datetime = late, customer: object = customer) -> object:
            if which:
                return actions.expire(actor=CLOCK, now=late, case_id=case.id, verb="lapse")
            return actions.append(actor=customer, now=late, number=case.number, text="不好")  # type: ignore[arg-type]

        said, _lapsed = in_threads(2, both)
        stored = case_of(case.number)
        outcomes.add(stored.state)
        if stored.state == "resolved":
            assert getattr(said, "code", "") == "not_now"
            assert [item.state for item in work_about(stored)] == ["done"]
        else:
            assert stored.state == "recorded"
            assert sorted(item.state for item in work_about(stored)) == ["done", "queued"]
        assert len(events_of(stored)) == 3
    assert outcomes <= {"resolved", "recorded"}


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_one_breach_once(agent: Staffer, now: datetime) -> None:
    cases = [complain(now).case for _ in range(5)]
    late = now + timedelta(hours=3)
    in_threads(4, lambda _: tick(late))
    for case in cases:
        assert sorted(events_of(case)) == ["case.opened", "case.overdue"]


def test_many_late_cases_do_not_starve_each_other(agent: Staffer, now: datetime) -> None:
    for _ in range(5):
        complain(now)
    late = now + timedelta(hours=3)
    assert len(queries.list_expired(late, limit=3)) == 3
    assert tick(late) == 5
    assert queries.list_expired(late) == []
