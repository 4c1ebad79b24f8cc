"""Each impossible or poor input has its clear error or its right result."""

import numpy as np
import pytest

from guanxi.engine import lifetime
from guanxi.engine.lifetime.fitting import maximise
from guanxi.engine.lifetime.tests.cdnow import sample

FITS = [lifetime.fit_bgnbd, lifetime.fit_paretonbd]


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize("columns", [([], [], []), ([0, 0], [0, 0], [5, 9]), ([0], [0], [4])])
def test_without_a_repeat_purchase_there_is_nothing_to_learn(
    fit: type, columns: tuple[list[int], ...]
) -> None:
    with pytest.raises(lifetime.NoData, match="Nobody bought twice"):
        fit(*columns)


@pytest.mark.parametrize("fit", FITS)
def test_one_customer_determines_no_parameters(fit: type) -> None:
    with pytest.raises(lifetime.NotConverged):
        fit([3], [20], [40])


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (([1], [9], [5]), "after T"),
        (([0], [2], [5]), "must be 0"),
        (([-1], [0], [5]), "below zero"),
        (([1.5], [2], [5]), "whole numbers"),
        (([1], [float("nan")], [5]), "gaps"),
        (([1, 2], [1], [5]), "differ in length"),
        (([[1]], [1], [5]), "dimensions"),
    ],
)
def test_impossible_histories_are_refused(fit: type, columns: tuple[list[float], ...], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        fit(*columns)


def test_a_surface_without_a_top_is_said() -> None:
    with pytest.raises(lifetime.NotConverged, match="no top"):
        maximise(lambda theta: (float(-np.exp(-theta[0])), np.array([np.exp(-theta[0])])), np.zeros(1), 10)


def test_horizons_of_the_past_and_levels_are_refused() -> None:
    model = lifetime.fit_bgnbd(*sample())
    with pytest.raises(ValueError, match="horizon"):
        model.expected([1], [2], [3], -1)
    with pytest.raises(ValueError, match="level"):
        model.forecast([1], [2], [3], 5, 1.0)
    assert model.expected([], [], [], 5).shape == (0,)
    assert model.forecast([], [], [], 5) == lifetime.Forecast(0, 0, 0, 0.9)


def test_spending_needs_repeat_buyers_and_no_negative_money() -> None:
    with pytest.raises(lifetime.NoData):
        lifetime.fit_gammagamma([0, 0, 1], [5, 5, 0])
    with pytest.raises(ValueError, match="below zero"):
        lifetime.fit_gammagamma([1, 2], [-5, 5])
    with pytest.raises(lifetime.NotConverged):
        lifetime.fit_gammagamma([2, 3, 4, 5], [10, 10, 10, 10])


def test_transactions_become_one_row_per_customer() -> None:
    days = np.array(["2026-01-01", "2026-01-01", "2026-01-15", "2026-01-29", "2026-01-08"], dtype="M8[D]")
    found = lifetime.summary(days, [1, 1, 1, 1, 2], [5, 5, 20, 40, 9], "2026-02-05", unit_days=7)
    assert [c.tolist() for c in (found.customers, found.x, found.t_x, found.T, found.m)] == [
        [1, 2], [2, 0], [4, 0], [5, 4], [30, 0],
    ]  # fmt: skip


def test_refunds_duplicates_and_days_to_come() -> None:
    days, who = [0, 7, 7, 14, 20, 3], ["a", "a", "a", "a", "a", "b"]
    refunded = lifetime.summary(days, who, [10, 30, -30, 50, -20, -5], 30)
    assert (refunded.customers.tolist(), refunded.x.tolist()) == (
        ["a"],
        [1],
    )  # day 7 came back whole; b only returned
    assert (refunded.m.tolist(), refunded.t_x.tolist()) == ([30], [14])
    above = lifetime.summary([0, 5, 6], [1, 1, 1], [10, 10, -500], 30)
    assert (above.m.tolist(), above.x.tolist()) == (
        [0],
        [1],
    )  # refunds above purchases: no worth, not less than none
    twice = lifetime.summary([0, 5, 5], [1, 1, 1], [10, 10, 10], 30, records=["p", "q", "q"])
    assert twice.m.tolist() == [10]
    with pytest.raises(ValueError, match="1 transactions lie after the end"):
        lifetime.summary([0, 31], [1, 1], [1, 1], 30)
    none = lifetime.summary(np.empty(0, np.int64), [], [], 30)
    assert none.x.shape == (0,)


def test_worth_is_spend_times_purchases_times_margin_discounted() -> None:
    columns = x, t_x, age = sample()
    model, spend = (
        lifetime.fit_bgnbd(*columns),
        lifetime.GammaGamma(6.25, 3.74, 15.44, 0, 0, 1, 1, 1, np.eye(3)),
    )
    m = np.where(x > 0, 30.0, 0.0)
    plain = lifetime.lifetime_value(model, spend, x, t_x, age, m, 39, 0.3)
    assert plain == pytest.approx(0.3 * spend.spend(x, m) * model.expected(x, t_x, age, 39))
    less = lifetime.lifetime_value(model, spend, x, t_x, age, m, 39, 0.3, 0.002)
    assert np.all((less < plain) & (less > plain * 1.002**-39))
    assert np.all(lifetime.lifetime_value(model, spend, x, t_x, age, m, 39, -0.1) < 0)
    with pytest.raises(ValueError, match="margin"):
        lifetime.lifetime_value(model, spend, x, t_x, age, m, 39, 1.5)
