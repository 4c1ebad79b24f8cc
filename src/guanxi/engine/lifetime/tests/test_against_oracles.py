"""Gradients against finite differences, probabilities against other ways to work them out."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import hyp2f1

from guanxi.engine import lifetime
from guanxi.engine.lifetime import bgnbd, gammagamma, paretonbd
from guanxi.engine.lifetime.fitting import Array, Objective
from guanxi.engine.lifetime.statistics import gather
from guanxi.engine.lifetime.tests.cdnow import sample

LOGS = st.lists(st.floats(-1.5, 2.5), min_size=4, max_size=4).map(np.array)
HISTORIES = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 300), st.integers(0, 300)), min_size=1, max_size=20
).map(
    lambda rows: tuple(
        np.array(column)
        for column in zip(*((x, min(a, b) if x else 0, max(a, b)) for x, a, b in rows), strict=True)
    )
)


def slopes(objective: Objective, theta: Array, width: float = 1e-5) -> Array:
    made = []
    for k in range(len(theta)):
        aside = np.zeros_like(theta)
        aside[k] = width
        made.append((objective(theta + aside)[0] - objective(theta - aside)[0]) / (2 * width))
    return np.array(made)


@pytest.mark.parametrize("kind", [bgnbd._objective, paretonbd._objective])
@settings(max_examples=60, deadline=None)
@given(columns=HISTORIES, theta=LOGS)
def test_gradients_agree_with_finite_differences(
    kind: Callable[..., Objective], columns: tuple[Array, Array, Array], theta: Array
) -> None:
    objective = kind(gather(*columns))
    assert objective(theta)[1] == pytest.approx(slopes(objective, theta), rel=1e-5, abs=1e-5)


@settings(max_examples=60, deadline=None)
@given(theta=LOGS, seed=st.integers(0, 99))
def test_gradients_of_spending_agree_with_finite_differences(theta: Array, seed: int) -> None:
    rng = np.random.default_rng(seed)
    objective = gammagamma._objective(
        rng.integers(1, 9, 12).astype(float), rng.gamma(2.0, 20.0, 12), rng.integers(1, 4, 12).astype(float)
    )
    assert objective(theta[:3])[1] == pytest.approx(slopes(objective, theta[:3]), rel=1e-5, abs=1e-5)


@settings(max_examples=60, deadline=None)
@given(columns=HISTORIES, theta=LOGS)
def test_the_integral_of_leaving_is_the_closed_form(
    columns: tuple[Array, Array, Array], theta: Array
) -> None:
    r, alpha, s, beta = np.exp(theta)
    x, t_x, age = (column.astype(float)[:3] for column in columns)
    more, _ = paretonbd._gone(x, t_x, age, r, alpha, s, beta)
    for k in range(len(x)):
        n, a, b = x[k], t_x[k], age[k]

        def integrand(u: float, n: float = n, b: float = b) -> float:
            log = (r + n) * math.log((alpha + b) / (alpha + u)) + s * math.log(beta + b)
            return math.exp(log - (s + 1) * math.log(beta + u))

        if integrand(a) > 1e60:
            continue  # the oracle itself has no digits left
        whole, error = quad(integrand, a, b, epsabs=0, epsrel=1e-10, limit=400)
        assert math.exp(more[k]) == pytest.approx(1 + s * whole, rel=1e-8, abs=10 * s * error)


def test_the_mean_is_equation_ten_of_the_paper() -> None:
    columns = sample()
    model = lifetime.fit_bgnbd(*columns)
    x, t_x, age = columns
    r, alpha, a, b = model.parameters().values()
    power = hyp2f1(r + x, b + x, a + b + x - 1, 39 / (alpha + age + 39))
    above = (a + b + x - 1) / (a - 1) * (1 - ((alpha + age) / (alpha + age + 39)) ** (r + x) * power)
    below = 1 + (x > 0) * a / (b + x - 1 + (x == 0)) * ((alpha + age) / (alpha + t_x)) ** (r + x)
    assert model.expected(*columns, 39) == pytest.approx(above / below, rel=1e-9)


@pytest.mark.parametrize("fit", [lifetime.fit_bgnbd, lifetime.fit_paretonbd])
def test_drawn_futures_agree_with_the_formulas(
    fit: Callable[..., lifetime.BGNBD], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = fit(*sample())
    drawn: list[Array] = []

    def see(
        one: object, moved: object, columns: object, horizon: float, level: float, draw: Callable[..., Array]
    ) -> None:
        many = (np.full(200_000, value) for value in (3.0, 25.0, 38.0))
        drawn.append(draw(*many, np.random.default_rng(1)))

    monkeypatch.setattr(bgnbd, "forecast", see)
    monkeypatch.setattr(paretonbd, "forecast", see)
    model.forecast([3], [25.0], [38.0], 39)
    assert drawn[0].mean() == pytest.approx(model.expected([3], [25.0], [38.0], 39)[0], rel=0.02)
    assert (drawn[0] == 0).mean() == pytest.approx(model.silent([3], [25.0], [38.0], 39)[0], abs=0.01)


@pytest.mark.parametrize("fit", [lifetime.fit_bgnbd, lifetime.fit_paretonbd])
def test_silence_is_certain_nowhere_and_grows_with_less_horizon(fit: Callable[..., lifetime.BGNBD]) -> None:
    columns = sample()
    model = fit(*columns)
    assert model.silent(*columns, 0) == pytest.approx(np.ones(2357))
    near, far = model.silent(*columns, 10), model.silent(*columns, 40)
    assert np.all((far > 0) & (far < near) & (near < 1))
    assert np.all(1 - far <= model.alive(*columns) + 1e-12)  # who buys is still there
    assert np.all(1 - far <= model.expected(*columns, 40) + 1e-12)


def test_counting_alike_customers_once_changes_nothing() -> None:
    x, t_x, age = sample()
    once, thrice = (lifetime.fit_bgnbd(*(np.tile(c, k) for c in (x, t_x, age))) for k in (1, 3))
    assert thrice.parameters() == pytest.approx(once.parameters(), rel=1e-6)
    assert (thrice.n, thrice.distinct) == (3 * once.n, once.distinct)
    assert thrice.loglik == pytest.approx(3 * once.loglik)


def test_a_thin_sample_first_leads_to_the_same_top(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = lifetime.fit_bgnbd(*sample())
    monkeypatch.setattr(bgnbd, "THIN", 500)
    thin = lifetime.fit_bgnbd(*sample())
    assert thin.parameters() == pytest.approx(whole.parameters(), rel=1e-5)
    assert thin.gradient_norm < 1e-7
