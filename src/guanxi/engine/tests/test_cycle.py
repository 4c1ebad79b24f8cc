"""The rhythm of using something up."""

import numpy as np
import pytest

from guanxi.engine.cycle import cycles
from guanxi.engine.tests.shared import cdnow_master


def test_a_known_rhythm_is_found_and_a_new_customer_takes_the_category_s() -> None:
    rng = np.random.default_rng(3)
    who, what, day = [], [], []
    for customer in range(200):
        at = 0
        for _ in range(8):
            who.append(customer)
            what.append("coffee")
            day.append(at)
            at += max(1, round(28 * float(np.exp(rng.normal(0, 0.15)))))
    found = cycles([*who, 999], [*what, "coffee"], [*day, 100])
    assert found.gap[found.customer < 200] == pytest.approx(28, rel=0.15)
    new = found.customer == 999
    assert found.gap[new] == pytest.approx([28], rel=0.05)
    assert (found.weight[new].tolist(), found.bought[new].tolist()) == ([0], [1])
    assert found.due[new].tolist() == [128]
    assert found.overdue(156)[new] == pytest.approx([1], abs=0.05)


def test_more_gaps_of_ones_own_weigh_more() -> None:
    steady = [(1, day) for day in range(0, 101, 10)]
    rare = [(2, 0), (2, 60), (3, 0), (3, 30), (3, 50)]
    found = cycles(*(np.array(c) for c in zip(*((c, 7, d) for c, d in steady + rare), strict=True)))
    weight = dict(zip(found.customer.tolist(), found.weight.tolist(), strict=True))
    assert 0 < weight[2] < weight[3] < weight[1] < 1
    gap = dict(zip(found.customer.tolist(), found.gap.tolist(), strict=True))
    assert gap[2] < 60  # drawn towards the others
    assert gap[1] == pytest.approx(10, rel=0.3)


def test_several_purchases_of_a_day_are_one_and_dates_are_days() -> None:
    day = np.array(["2026-01-01", "2026-01-01", "2026-01-11"], dtype="M8[D]")
    found = cycles(["a"] * 3, ["x"] * 3, day)
    assert (found.bought.tolist(), found.gap.tolist()) == ([2], [pytest.approx(10)])
    assert found.due.astype("M8[D]").astype(str).tolist() == ["2026-01-21"]


def test_the_next_gap_is_nearer_than_by_ones_own_mean_alone() -> None:
    customer, day, _ = cdnow_master()
    pairs = np.unique(np.column_stack([customer, day.astype(np.int64)]), axis=0)
    last = np.append(pairs[1:, 0] != pairs[:-1, 0], True)
    many = np.isin(pairs[:, 0], np.flatnonzero(np.bincount(pairs[:, 0]) >= 5))
    learn = cycles(pairs[~last, 0], np.zeros(np.count_nonzero(~last)), pairs[~last, 1])
    held = pairs[last & many]
    at = np.searchsorted(learn.customer, held[:, 0])
    real = np.log(held[:, 1] - learn.newest[at])
    first = np.flatnonzero(np.append(True, pairs[1:, 0] != pairs[:-1, 0]))
    start = dict(zip(pairs[first, 0].tolist(), pairs[first, 1].tolist(), strict=True))
    span = learn.newest[at] - np.array([start[one] for one in held[:, 0].tolist()])
    ours, alone = np.log(learn.gap[at]), np.log(span / (learn.bought[at] - 1))
    assert np.var(real - ours) < np.var(real - alone)


def test_without_a_second_purchase_there_is_no_rhythm() -> None:
    with pytest.raises(ValueError, match="no rhythm"):
        cycles([1, 2], ["a", "a"], [1, 2])
    with pytest.raises(ValueError, match="differ in length"):
        cycles([1], ["a", "b"], [1])
    with pytest.raises(ValueError, match="no rhythm"):
        cycles([], [], np.empty(0, np.int64))
