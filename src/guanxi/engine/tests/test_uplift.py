"""Whom an offer moves."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.engine import uplift
from guanxi.engine.tests.shared import hillstrom


def made(n: int = 20_000) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Half are moved by .2, half by nothing."""
    rng = np.random.default_rng(7)
    moved, treated = rng.random(n) < 0.5, rng.random(n) < 0.5
    bought = rng.random(n) < 0.1 + 0.2 * (moved & treated)
    return bought.astype(float), treated, moved


def test_a_perfect_score_has_the_area_geometry_says() -> None:
    bought, treated, moved = made()
    whole = uplift.effect(bought, treated)
    assert whole == pytest.approx(0.1, abs=0.01)
    assert uplift.qini(bought, treated, moved) == pytest.approx(
        0.1 * 0.25, abs=0.004
    )  # a triangle over half of all
    assert uplift.auuc(bought, treated, moved) == pytest.approx(
        uplift.qini(bought, treated, moved) + whole / 2
    )
    assert uplift.qini(bought, treated, ~moved) == pytest.approx(-0.025, abs=0.004)
    assert uplift.qini(bought, treated, np.zeros(len(bought))) == pytest.approx(
        0
    )  # no score is random targeting


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_order_of_customers_and_the_scale_of_scores_do_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    y, t, s = rng.random(50), rng.permutation(np.arange(50) % 2), rng.integers(0, 6, 50)
    turn = rng.permutation(50)
    assert uplift.qini(y[turn], t[turn], s[turn]) == pytest.approx(uplift.qini(y, t, s))
    assert uplift.qini(y, t, np.exp(s)) == pytest.approx(uplift.qini(y, t, s))


def test_the_rule_names_the_column_and_the_effects() -> None:
    bought, treated, moved = made()
    noise = np.arange(len(moved)) % 2
    found = uplift.rule(bought, treated, {"noise": noise, "stayed": ~moved})
    assert (found.name, found.yes) == ("stayed", False)
    assert [found.inside, found.outside] == pytest.approx([0.2, 0], abs=0.02)
    assert np.array_equal(found.score({"stayed": ~moved}), moved)


def test_a_model_learns_who_is_moved() -> None:
    bought, treated, moved = made()
    rows = np.column_stack([moved, np.ones(len(moved))])
    model = uplift.s_learner(rows, treated, bought)
    assert model.uplift([[1, 1], [0, 1]]) == pytest.approx([0.2, 0], abs=0.02)


def test_hillstrom_the_simple_rule_is_above_chance_and_above_spending() -> None:
    h = hillstrom()
    area = uplift.bootstrap(h["visit"], h["treated"], h["womens"], rounds=200)
    assert area.value == pytest.approx(0.0075, abs=3e-4)
    assert 0 < area.low < area.value < area.high
    assert uplift.qini(h["visit"], h["treated"], h["history"]) < 0.001
    better = uplift.bootstrap(h["visit"], h["treated"], h["womens"], rounds=200, against=h["history"])
    assert better.low > 0
    assert area.low > uplift.qini(h["visit"], h["treated"], h["history"])
    rule = uplift.rule(h["visit"], h["treated"], {name: h[name] for name in ("mens", "womens", "newbie")})
    assert (rule.name, rule.yes) == ("womens", True)


def test_without_a_rest_left_out_there_is_nothing_to_measure() -> None:
    for all_alike in ([1, 1, 1], [0, 0, 0]):
        with pytest.raises(uplift.NoHoldout):
            uplift.qini([1, 0, 1], all_alike, [1, 2, 3])
    with pytest.raises(ValueError, match="one value per customer"):
        uplift.qini([1, 0], [1, 0, 1], [1, 2, 3])
    with pytest.raises(ValueError, match="without gaps"):
        uplift.qini([1, float("nan"), 0], [1, 0, 1], [1, 2, 3])
    with pytest.raises(ValueError, match="columns"):
        uplift.rule([1, 0], [1, 0], {})
    with pytest.raises(ValueError, match="two rounds"):
        uplift.bootstrap([1, 0], [1, 0], [1, 2], rounds=1)
