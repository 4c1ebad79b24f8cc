"""Erlang C and A against published examples; the forecast against numbers worked out by hand."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.engine.staffing import Counted, Demand, Goal, expect, forecast, plan, seats_needed

TEN_ERLANGS = Demand(100, 180)  # per half hour


@pytest.mark.parametrize(("seats", "service"), [(11, 0.390), (12, 0.640), (13, 0.796), (14, 0.888)])
def test_the_worked_example_of_ten_erlangs(seats: int, service: float) -> None:
    """200 calls an hour of three minutes within 20 s (Call Centre Helper; pyworkforce's documentation has the last)."""
    assert round(expect(TEN_ERLANGS, seats, within_s=20).service, 3) == service


def test_fourteen_seats_and_twenty_on_the_roster() -> None:
    need = seats_needed(TEN_ERLANGS, Goal(share=0.8, within_s=20, occupancy_max=0.85, shrinkage=0.3))
    found = need.expected
    assert (found.seats, need.rostered) == (14, 20)
    assert found.waiting == pytest.approx(0.1741319335950498)
    assert found.service == pytest.approx(0.8883500191794669)
    assert found.occupancy == pytest.approx(0.7142857142857143)
    assert round(found.wait_s, 1) == 7.8


def test_patience_as_published_by_garnett_mandelbaum_and_reiman() -> None:
    """Their table 1: 50 people, 48 calls a minute of one minute each, patience two minutes."""
    for_ever = expect(Demand(48, 60, 60), 50, within_s=20)
    assert round(for_ever.wait_s, 1) == 20.8
    assert round(for_ever.occupancy, 2) == 0.96
    two_minutes = expect(Demand(48, 60, 60, patience_s=120), 50, within_s=20)
    assert round(two_minutes.abandoned, 3) == 0.031
    assert round(two_minutes.wait_s, 1) == 3.7
    assert round(two_minutes.occupancy, 2) == 0.93


def test_endless_patience_is_erlang_c_and_none_is_erlang_b() -> None:
    patient = expect(Demand(100, 180, patience_s=1e7), 14, within_s=20)
    assert patient.service == pytest.approx(0.88835, abs=1e-4)
    hasty = expect(Demand(100, 180, patience_s=1e-3), 14, within_s=20)
    assert hasty.abandoned == pytest.approx(0.0568, abs=1e-4)  # Erlang B: 10 erlangs, 14 lines


@settings(max_examples=20, deadline=None)
@given(st.floats(0.5, 400), st.floats(20, 900), st.floats(10, 2_000), st.integers(1, 120))
def test_of_every_call_is_answered_or_hangs_up_and_more_seats_never_hurt(
    contacts: float, handle_s: float, patience_s: float, seats: int
) -> None:
    demand = Demand(contacts, handle_s, patience_s=patience_s)
    few, more = expect(demand, seats, within_s=20), expect(demand, seats + 1, within_s=20)
    for found in (few, more):
        assert 0 <= found.abandoned <= found.waiting <= 1
        assert found.service <= 1 - found.abandoned + 1e-9
        assert found.occupancy == pytest.approx(min(demand.load * (1 - found.abandoned) / found.seats, 1))
    assert more.service >= few.service - 1e-9
    assert more.abandoned <= few.abandoned + 1e-9


def test_too_few_seats_never_catch_up_unless_people_hang_up() -> None:
    growing = expect(TEN_ERLANGS, 10, within_s=20)
    assert (growing.service, growing.wait_s) == (0.0, math.inf)
    assert expect(Demand(100, 180, patience_s=120), 10, within_s=20).service > 0.4
    assert seats_needed(Demand(0, 180), Goal()).rostered == 0
    with pytest.raises(ValueError, match="negative"):
        expect(Demand(-1, 180), 3, within_s=20)
    with pytest.raises(ValueError, match="seats"):
        seats_needed(Demand(1e6, 180), Goal())


def test_the_forecast_is_the_mean_of_the_same_half_hour_with_an_interval() -> None:
    history = [Counted(week, 0, 18, count) for week, count in enumerate((90, 100, 110, 100))]
    (monday,) = forecast(history)
    assert (monday.contacts, monday.weeks) == (100, 4)
    assert monday.high - 100 == pytest.approx(
        1.2816 * math.sqrt(100 * 1.25), abs=0.01
    )  # no wider than Poisson
    wild = forecast([Counted(week, 0, 18, count) for week, count in enumerate((40, 160, 40, 160))])[0]
    assert wild.high - 100 == pytest.approx(1.2816 * math.sqrt(48 * 100 * 1.25), abs=0.01)
    half = forecast([*history, Counted(0, 0, 40, 4)])[-1]
    assert (half.half_hour, half.contacts, half.weeks) == (40, 1.0, 4)


def test_the_plan_gives_seats_for_the_mean_and_both_ends() -> None:
    history = [Counted(week, 0, 18, 100) for week in range(4)]
    (planned,) = plan(forecast(history), Goal(occupancy_max=1.0), handle_s=180)
    assert (planned.low.expected.seats, planned.need.expected.seats, planned.high.expected.seats) == (
        12,
        14,
        15,
    )
    (patient,) = plan(forecast(history), Goal(occupancy_max=1.0), handle_s=180, patience_s=240)
    assert patient.need.expected.seats == 13
