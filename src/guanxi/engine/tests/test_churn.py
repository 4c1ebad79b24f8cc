"""Churn: on the CDNOW master, 39 weeks to learn from and 39 to judge by; and what it refuses."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.engine import churn, lifetime
from guanxi.engine.tests.shared import cdnow_master

END = np.datetime64("1997-09-30")


def test_cdnow_thirty_nine_weeks_to_thirty_nine() -> None:
    customer, day, amount = cdnow_master()
    seen = day <= END
    s = lifetime.summary(day[seen], customer[seen], amount[seen], END, unit_days=7)
    bought = np.isin(s.customers, customer[~seen])
    spend = np.bincount(np.searchsorted(s.customers, customer[seen]), weights=amount[seen])
    found = churn.backtest(churn.features(s.x, s.t_x, s.T, spend, s.t_x / np.maximum(s.x, 1)), bought)
    assert (found.n, found.folds, len(found.seeds)) == (23570, 5, 10)
    assert found.auc >= 0.765
    assert found.low < found.auc < found.high
    assert found.expected == pytest.approx(1, abs=0.01)
    model = lifetime.fit_bgnbd(s.x, s.t_x, s.T)
    columns = (s.x, s.t_x, s.T)
    from_day_one = churn.auc(~bought, -model.expected(*columns, 39))
    assert from_day_one == pytest.approx(0.763, abs=1e-3)
    assert found.auc >= max(from_day_one, churn.auc(~bought, model.silent(*columns, 39)))
    assert churn.auc(~bought, 1 - model.alive(*columns)) == pytest.approx(
        0.32, abs=0.01
    )  # P(alive) is no churn score
    came = len(np.unique(np.column_stack([customer[~seen], day[~seen].astype(np.int64)]), axis=0))
    assert model.forecast(*columns, 39).total == pytest.approx(came, rel=0.15)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=2, max_size=30))
def test_the_auc_is_the_share_of_pairs_in_order(rows: list[tuple[bool, int]]) -> None:
    happened, score = zip(*rows, strict=True)
    yes, no = [s for h, s in rows if h], [s for h, s in rows if not h]
    found = churn.auc(happened, score)
    if not yes or not no:
        assert np.isnan(found)
    else:
        assert found == pytest.approx(np.mean([(a > b) + 0.5 * (a == b) for a in yes for b in no]))


def test_risk_falls_with_what_speaks_for_buying() -> None:
    rng = np.random.default_rng(1)
    n = rng.integers(0, 9, 4000)
    rows = churn.features(n, np.where(n, 20.0, 0), np.full(4000, 40.0), n * 10.0 + 10, np.zeros(4000))
    model = churn.fit(rows, rng.random(4000) < n / 10)
    risk = model.risk(churn.features([0, 8], [0, 20], [40, 40], [10, 90], [0, 0]))
    assert risk[0] == pytest.approx(1, abs=0.06)
    assert risk[1] == pytest.approx(0.2, abs=0.06)
    assert float(model.risk(rows).mean()) == pytest.approx(1 - 0.4, abs=0.03)


def test_what_teaches_nothing_or_cannot_be_is_refused() -> None:
    rows = churn.features([1, 2], [1, 1], [2, 2], [5, 5], [1, 1])
    for same in ([True, True], [False, False]):
        with pytest.raises(churn.NothingToLearn):
            churn.fit(rows, same)
    with pytest.raises(churn.NothingToLearn, match="5 folds"):
        churn.backtest(rows, [True, False])
    with pytest.raises(ValueError, match="Yes or no"):
        churn.fit(rows, [2, 0])
    with pytest.raises(ValueError, match="cannot be"):
        churn.features([1], [3], [2], [5], [1])
    with pytest.raises(ValueError, match="one number per customer"):
        churn.features([1], [3, 4], [5], [5], [1])
    with pytest.raises(ValueError, match="differ in length"):
        churn.fit(rows, [True])
    refunded = churn.features([1], [1], [2], [-50], [float("nan")])
    assert np.all(np.isfinite(refunded))
