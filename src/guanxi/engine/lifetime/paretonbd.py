"""Pareto/NBD: people buy at a rate of their own (gamma r, alpha) and leave at one (gamma s, beta), at any time.

Schmittlein, Morrison & Colombo 1987, Management Science 33(1); Fader & Hardie 2005, "A note on deriving the Pareto/NBD
model". The likelihood of having left between t_x and T is an integral over the moment of leaving; it and its derivatives are
taken by Gauss and Legendre over the logarithm of that moment, which holds where the closed form in 2F1 loses digits.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import numpy as np

from guanxi.engine.lifetime.batches import each
from guanxi.engine.lifetime.fitting import Array, NoData, maximise
from guanxi.engine.lifetime.forecasting import Forecast, forecast
from guanxi.engine.lifetime.statistics import Statistics, checked, gather

NODES: Final = 40
STEEPEST: Final = 40.0  # e-folds of the integrand: what lies beyond adds e^-40
THIN: Final = 20_000


@dataclass(frozen=True, slots=True)
class ParetoNBD:
    """A fitted Pareto/NBD; the fields as in `BGNBD`."""

    r: float
    alpha: float
    s: float
    beta: float
    loglik: float
    gradient_norm: float
    n: int
    distinct: int
    iterations: int
    covariance: Array = field(repr=False, compare=False)

    def parameters(self) -> dict[str, float]:
        """By their names in the paper; alpha and beta in the unit of the ages."""
        return {"r": self.r, "alpha": self.alpha, "s": self.s, "beta": self.beta}

    def expected(self, x: Any, t_x: Any, T: Any, horizon: float) -> Array:  # noqa: N803  the paper's letter
        """Purchases expected of each in the next `horizon` units; shapes (n,). Schmittlein and others 1987, equation 22."""
        x, _, age = columns = _floats(x, t_x, T)
        _horizon(horizon)
        less = self.s - 1
        log = np.log1p(horizon / (self.beta + age))
        span = log if abs(less) < 1e-9 else -np.expm1(-less * log) / less
        made: Array = (self.r + x) * (self.beta + age) / (self.alpha + age) * span * self._alive(*columns)
        return made

    def alive(self, x: Any, t_x: Any, T: Any) -> Array:  # noqa: N803
        """P(still a customer)."""
        return self._alive(*_floats(x, t_x, T))

    def silent(self, x: Any, t_x: Any, T: Any, horizon: float) -> Array:  # noqa: N803
        """P(no purchase in the next `horizon` units): the same history's likelihood if seen until T + horizon, over today's."""
        x, t_x, age = _floats(x, t_x, T)
        _horizon(horizon)
        later = age + horizon
        log = (self.r + x) * np.log((self.alpha + age) / (self.alpha + later))
        log += self.s * np.log((self.beta + age) / (self.beta + later))
        log += self._left(x, t_x, later) - self._left(x, t_x, age)
        return np.asarray(np.exp(np.minimum(log, 0.0)))

    def forecast(self, x: Any, t_x: Any, T: Any, horizon: float, level: float = 0.9) -> Forecast:  # noqa: N803
        """Purchases of all together in the next `horizon` units, with the interval of `level`: chance and parameters both."""

        def draw(x: Array, t_x: Array, age: Array, rng: np.random.Generator) -> Array:
            rate = rng.gamma(self.r + x) / (self.alpha + age)
            leaving = np.maximum(rng.gamma(self.s, size=len(x)) / (self.beta + age), 1e-300)
            stays = np.minimum(horizon, rng.exponential(size=len(x)) / leaving)
            bought = rng.poisson(rate * stays).astype(np.float64)
            made: Array = bought * (rng.random(len(x)) < self._alive(x, t_x, age))
            return made

        return forecast(self, self._with, (x, t_x, T), horizon, level, draw)

    def _with(self, theta: Array) -> "ParetoNBD":
        return _model(theta, 0.0, 0.0, self.n, self.distinct, 0, self.covariance)

    def _alive(self, x: Array, t_x: Array, age: Array) -> Array:
        return np.asarray(np.exp(-self._left(x, t_x, age)))

    def _left(self, x: Array, t_x: Array, age: Array) -> Array:
        """log(1 + D) of each."""
        theta = (self.r, self.alpha, self.s, self.beta)
        parts = each(lambda piece: _gone(x[piece], t_x[piece], age[piece], *theta)[0], len(x))
        return np.concatenate(parts) if parts else np.empty(0)


def fit_paretonbd(x: Any, t_x: Any, T: Any) -> ParetoNBD:  # noqa: N803
    """The likeliest r, alpha, s, beta of n customers; arrays of shape (n,): purchases after the first, age at the newest, age.

    NoData without a repeat purchase; NotConverged; ValueError on impossible input. Gradient norm below 1e-7.
    """
    x, t_x, T = checked(x, t_x, T)  # noqa: N806
    stats = gather(x, t_x, T)
    if not len(stats.weight):
        raise NoData("Nobody bought twice: there is no rhythm to learn from.")
    step = stats.n // THIN
    thin = _objective(gather(x[::step], t_x[::step], T[::step])) if step > 1 else None
    scale = float(stats.times @ stats.age_count / stats.n)
    start = np.array([0.0, np.log(scale), 0.0, np.log(scale)])
    found = maximise(_objective(stats), start, stats.n, thin)
    loglik = found.mean_loglik * stats.n
    made = (loglik, found.gradient_norm, stats.n, stats.distinct, found.iterations, found.covariance)
    return _model(found.theta, *made)


def _model(
    theta: Array, loglik: float, norm: float, n: int, distinct: int, steps: int, covariance: Array
) -> ParetoNBD:
    r, alpha, s, beta = (float(v) for v in np.exp(theta))
    return ParetoNBD(r, alpha, s, beta, loglik, norm, n, distinct, steps, covariance)


def _floats(x: Any, t_x: Any, age: Any) -> tuple[Array, Array, Array]:
    one, two, three = (column.astype(np.float64) for column in checked(x, t_x, age))
    return one, two, three


def _horizon(horizon: float) -> None:
    if not (np.isfinite(horizon) and horizon >= 0):
        raise ValueError("The horizon must not lie in the past.")


def _objective(stats: Statistics) -> Callable[[Array], tuple[float, Array]]:
    """Mean log-likelihood and its gradient by log(r, alpha, s, beta)."""
    from scipy.special import gammaln, psi

    n, there, ages = float(stats.n), stats.x_count > 0, stats.age_count > 0
    xs, count = stats.xs[there], stats.x_count[there]
    old, old_count, old_x = stats.times[ages], stats.age_count[ages], stats.age_x[ages]
    lone = _lone(stats)
    x = np.concatenate([stats.xs[stats.x], np.zeros(len(lone[0]))])
    t_x = np.concatenate([stats.times[stats.t_x], np.zeros(len(lone[0]))])
    age = np.concatenate([stats.times[stats.age], lone[0]])
    weight = np.concatenate([stats.weight, lone[1]])

    def objective(theta: Array) -> tuple[float, Array]:
        r, alpha, s, beta = (float(v) for v in np.exp(theta))
        ends, fades = np.log(alpha + old), np.log(beta + old)
        height = count @ gammaln(r + xs) + n * (r * np.log(alpha) + s * np.log(beta) - gammaln(r))
        height -= old_count @ ends * r + old_x @ ends + old_count @ fades * s
        by = np.array([
            count @ psi(r + xs) + n * (np.log(alpha) - psi(r)) - old_count @ ends,
            n * r / alpha - (r * old_count + old_x) @ (1 / (alpha + old)),
            n * np.log(beta) - old_count @ fades,
            n * s / beta - s * (old_count @ (1 / (beta + old))),
        ])  # fmt: skip

        def work(piece: slice) -> Array:
            more, slopes = _gone(x[piece], t_x[piece], age[piece], r, alpha, s, beta, slopes=True)
            return np.append(slopes @ weight[piece], more @ weight[piece])

        parts = np.array(each(work, len(x))).sum(axis=0)
        return float(height + parts[-1]) / n, (by + parts[:-1]) * np.exp(theta) / n

    return objective


def _lone(stats: Statistics) -> tuple[Array, Array]:
    """Ages and numbers of the one-time buyers: all, less the repeat buyers of each age."""
    again = np.bincount(stats.age, weights=stats.weight, minlength=len(stats.times))
    rest = stats.age_count - again
    ages = rest > 0.5
    return stats.times[ages], rest[ages]


@lru_cache(maxsize=1)
def _nodes() -> tuple[Array, Array]:
    from scipy.special import roots_legendre

    places, weights = roots_legendre(NODES)
    return (places + 1) / 2, weights / 2


def _gone(
    x: Array, t_x: Array, age: Array, r: float, alpha: float, s: float, beta: float, *, slopes: bool = False
) -> tuple[Array, Array]:
    """log(1 + D), D = s * integral over u from t_x to T of (alpha+u)^-(r+x) (beta+u)^-(s+1), over (alpha+T)^-(r+x) (beta+T)^-s.

    With `slopes` its derivatives by r, alpha, s, beta, shape (4, n).
    """
    places, weights = _nodes()
    low = min(alpha, beta)
    steep = r + x + s
    whole = np.log((low + age) / (low + t_x))
    reach = np.minimum(whole, _reach(alpha, beta, t_x, steep, low))
    top_a = (r + x) * np.log((alpha + age) / (alpha + t_x))
    top_b = s * np.log(beta + age) - (s + 1) * np.log(beta + t_x)
    top = top_a + top_b  # log of the integrand at t_x over the bracket's other term
    total = np.zeros(len(x))
    by = np.zeros((4, len(x)))
    for place, share in zip(places, weights, strict=True):
        u = (low + t_x) * np.exp(reach * place) - low
        in_a, in_b = np.log((alpha + u) / (alpha + t_x)), np.log((beta + u) / (beta + t_x))
        f = share * reach * (low + u) * np.exp(-(r + x) * in_a - (s + 1) * in_b)
        total += f
        if slopes:
            by[0] -= f * in_a
            by[1] -= f / (alpha + u)
            by[2] -= f * in_b
            by[3] -= f / (beta + u)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_d = np.log(s) + top + np.log(total)
        more = np.logaddexp(0.0, log_d)
        if not slopes:
            return more, by
        gone = np.exp(log_d - more)
        by = np.where(total > 0, by / total, 0.0)
    by[0] += np.log((alpha + age) / (alpha + t_x))
    by[1] = (r + x) * (by[1] + 1 / (alpha + age))
    by[2] += 1 / s + np.log((beta + age) / (beta + t_x))
    by[3] = (s + 1) * by[3] + s / (beta + age)
    return more, by * gone


def _reach(alpha: float, beta: float, t_x: Array, steep: Array, low: float) -> Array:
    """How far, in logarithms of low + u, the integrand stays above e^-STEEPEST of its start: the slower of the two falls."""
    high = max(alpha, beta)
    far = (high + t_x) * np.expm1(
        np.minimum(STEEPEST / steep, 50.0)
    )  # u - t_x at which (high+u)^-steep has fallen so far
    made: Array = np.log1p(far / (low + t_x))
    return made
