"""Answered in time: a figure with numerator and denominator, computed from events, within one's reach."""

from datetime import datetime, timedelta

from guanxi.cases import actions, queries
from guanxi.core import figures
from guanxi.core.access import system
from guanxi.core.figures import Value
from tests.cast import Organisation, Staffer, case_of, complain

WEEK = timedelta(days=7)


def _overdue(number: str, now: datetime) -> None:
    late = now + timedelta(days=3)
    assert (
        actions.expire(actor=system("clock"), now=late, case_id=case_of(number).id, verb="overdue")
        is not None
    )


def test_cases_that_went_overdue_are_not_in_time(agent: Staffer, now: datetime) -> None:
    numbers = [complain(now).case.number for _ in range(4)]
    _overdue(numbers[0], now)
    value = queries.answered_in_time(agent.actor, now - WEEK, now + timedelta(seconds=1))
    assert value == Value(3, 4)
    assert value.ratio == 0.75


def test_nothing_counted_is_no_zero(agent: Staffer, now: datetime) -> None:
    assert queries.answered_in_time(agent.actor, now - WEEK, now).ratio is None


def test_a_stranger_counts_nothing(organisation: Organisation, stranger: Staffer, now: datetime) -> None:
    complain(now)
    value = queries.answered_in_time(stranger.actor, now - WEEK, now + timedelta(seconds=1))
    assert value == Value(0, 0)


def test_it_is_registered_with_its_definition() -> None:
    figure = figures.get("cases.answered_in_time")
    assert (figure.unit, figure.target, figure.owner) == ("%", 90.0, "supervisor")
    assert str(figure.numerator)
    assert str(figure.denominator)
