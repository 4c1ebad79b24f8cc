"""BG/NBD: people buy at a rate of their own (gamma r, alpha) and after any purchase may leave for good (beta a, b).

Fader, Hardie & Lee 2005, "Counting your customers the easy way: an alternative to the Pareto/NBD model", Marketing Science
24(2), 275-284. Every term of the likelihood but log(1 + D) depends on the marginals of x and T alone, with
D = a / (b + x - 1) * ((alpha + T) / (alpha + t_x))^(r + x): so the different repeat buyers are counted once and logarithms of
alpha + age are a table over ages.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from guanxi.engine.lifetime.batches import each, pieces
from guanxi.engine.lifetime.fitting import Array, Found, NoData, maximise
from guanxi.engine.lifetime.forecasting import Forecast, forecast
from guanxi.engine.lifetime.statistics import Codes, Statistics, checked, counts, gather, times

THIN: Final = 200_000  # customers of the sample that is climbed first
BESIDE: Final = 1e-6  # how near a may come to 1, where the formula of the mean has a hole


@dataclass(frozen=True, slots=True)
class BGNBD:
    """A fitted BG/NBD. `loglik`: sum over the `n` customers; `distinct`: different rows of them; `gradient_norm`: of the mean
    log-likelihood by the log parameters; `covariance`: of the log parameters."""

    r: float
    alpha: float
    a: float
    b: float
    loglik: float
    gradient_norm: float
    n: int
    distinct: int
    iterations: int
    covariance: Array = field(repr=False, compare=False)

    def parameters(self) -> dict[str, float]:
        """By their names in the paper; alpha in the unit of the ages."""
        return {"r": self.r, "alpha": self.alpha, "a": self.a, "b": self.b}

    def expected(self, x: Any, t_x: Any, T: Any, horizon: float) -> Array:  # noqa: N803  the paper's letter
        """Purchases expected of each in the next `horizon` units. Equation 10, its 2F1 turned by Euler so that it stays small.

        Shapes (n,) in, (n,) out. ValueError on impossible input.
        """
        from scipy.special import hyp2f1

        r, alpha, b = self.r, self.alpha, self.b
        a = self.a if abs(self.a - 1) > BESIDE else 1 + BESIDE

        def when_alive(xs: Array, ages: Array) -> Array:
            left = (alpha + ages) / (alpha + ages + horizon)
            power = hyp2f1(a + b - 1 - r, a - 1, a + b + xs - 1, 1 - left)
            found: Array = (a + b + xs - 1) / (a - 1) * (1 - left ** (a - 1) * power)
            return np.maximum(found, 0.0)

        return self._each(x, t_x, T, horizon, when_alive)

    def alive(self, x: Any, t_x: Any, T: Any) -> Array:  # noqa: N803
        """P(still a customer). 1 for everybody with x = 0: the model lets people go at a purchase only; see `silent`."""
        return self._each(x, t_x, T, 0.0, None)

    def silent(self, x: Any, t_x: Any, T: Any, horizon: float) -> Array:  # noqa: N803
        """P(no purchase in the next `horizon` units): the same history's likelihood if seen until T + horizon, over today's."""
        r, alpha = self.r, self.alpha

        def no_purchase(xs: Array, ages: Array) -> Array:
            found: Array = ((alpha + ages) / (alpha + ages + horizon)) ** (r + xs)
            return found

        still = self._each(x, t_x, T, horizon, no_purchase)  # alive and silent
        still += 1.0
        still -= self.alive(x, t_x, T)
        return np.clip(still, 0.0, 1.0, out=still)

    def forecast(self, x: Any, t_x: Any, T: Any, horizon: float, level: float = 0.9) -> Forecast:  # noqa: N803
        """Purchases of all together in the next `horizon` units, with the interval of `level`: chance and parameters both."""

        def draw(x: Array, t_x: Array, age: Array, rng: np.random.Generator) -> Array:
            left = rng.gamma(self.r + x) / (self.alpha + age)
            leaving = np.clip(rng.beta(self.a, self.b + x), 1e-12, 1.0)
            bought = np.minimum(rng.poisson(left * horizon), rng.geometric(leaving))
            made: Array = bought * (rng.random(len(x)) < self.alive(x.astype(np.int64), t_x, age))
            return made

        return forecast(self, self._with, (x, t_x, T), horizon, level, draw)

    def _with(self, theta: Array) -> "BGNBD":
        return _model(theta, 0.0, 0.0, self.n, self.distinct, 0, self.covariance)

    def _each(
        self, x: Any, t_x: Any, age: Any, horizon: float, per_pair: Callable[[Array, Array], Array] | None
    ) -> Array:
        """P(alive) of each, times what `per_pair` makes of (x, T): made once for each different pair."""
        if not (np.isfinite(horizon) and horizon >= 0):
            raise ValueError("The horizon must not lie in the past.")
        x, t_x, age = checked(x, t_x, age)
        some = counts(x)
        table, (t_x, age) = times(t_x, age)
        logs = np.log(self.alpha + table)
        power, first = _power(self.r, self.a, self.b, some.table)
        pair = None if per_pair is None else _pairs(some.codes, some.table, age, table, per_pair)
        made = np.empty(len(x))

        def work(piece: slice) -> None:
            c, old = some.codes[piece], age[piece]
            e = first[c] + power[c] * (logs[old] - logs[t_x[piece]])
            np.exp(np.minimum(e, 700.0, out=e), out=e)
            e += 1.0
            if pair is None:
                np.divide(1.0, e, out=made[piece])
            else:
                np.divide(pair(piece), e, out=made[piece])

        each(work, len(x))
        return made


def fit_bgnbd(x: Any, t_x: Any, T: Any) -> BGNBD:  # noqa: N803
    """The likeliest r, alpha, a, b of n customers; arrays of shape (n,): purchases after the first, age at the newest, age.

    NoData without a repeat purchase; NotConverged; ValueError on impossible input. Gradient norm below 1e-7.
    """
    x, t_x, T = checked(x, t_x, T)  # noqa: N806
    stats = gather(x, t_x, T)
    if not len(stats.weight):
        raise NoData("Nobody bought twice: there is no rhythm to learn from.")
    step = stats.n // THIN
    thin = _objective(gather(x[::step], t_x[::step], T[::step])) if step > 1 else None
    scale = float(stats.times @ stats.age_count / stats.n)
    start = np.array([0.0, np.log(scale), 0.0, np.log(2.0)])
    found = maximise(_objective(stats), start, stats.n, thin)
    return _of(found, stats)


def _of(found: Found, stats: Statistics) -> BGNBD:
    loglik = found.mean_loglik * stats.n
    made = (loglik, found.gradient_norm, stats.n, stats.distinct, found.iterations, found.covariance)
    return _model(found.theta, *made)


def _model(
    theta: Array, loglik: float, norm: float, n: int, distinct: int, steps: int, covariance: Array
) -> BGNBD:
    r, alpha, a, b = (float(v) for v in np.exp(theta))
    return BGNBD(r, alpha, a, b, loglik, norm, n, distinct, steps, covariance)


def _power(r: float, a: float, b: float, xs: Array) -> tuple[Array, Array]:
    """Of log D = first + power * log((alpha + T) / (alpha + t_x)), by x. For x = 0 there is no D: minus infinity."""
    with np.errstate(divide="ignore", invalid="ignore"):
        first = np.where(xs > 0, np.log(a) - np.log(np.where(xs > 0, b + xs - 1, 1.0)), -np.inf)
    return r + xs, first


def _pairs(
    codes: Codes, xs: Array, ages: Codes, table: Array, per_pair: Callable[[Array, Array], Array]
) -> Callable[[slice], Array]:
    """What `per_pair` says of each customer's (x, T), looked up: worked out for the pairs that occur only."""
    width = len(table)
    if len(xs) * width <= 1 << 26:
        there = np.zeros(len(xs) * width, bool)
        for piece in pieces(len(codes)):
            there[codes[piece].astype(np.int64) * width + ages[piece]] = True
        cells = np.flatnonzero(there)
        value = np.zeros(len(there))
        value[cells] = per_pair(xs[cells // width], table[cells % width])
        return lambda piece: value[codes[piece].astype(np.int64) * width + ages[piece]]
    cells, place = np.unique(codes.astype(np.int64) * width + ages, return_inverse=True)
    few = per_pair(xs[cells // width], table[cells % width])
    return lambda piece: few[place[piece]]


def _objective(stats: Statistics) -> Callable[[Array], tuple[float, Array]]:
    """Mean log-likelihood and its gradient by log(r, alpha, a, b)."""
    from scipy.special import gammaln, psi

    xs, count, n = stats.xs, stats.x_count, float(stats.n)
    there = count > 0
    xs_in, count_in = xs[there], count[there]
    ages = stats.age_count > 0
    old, old_count, old_x = stats.times[ages], stats.age_count[ages], stats.age_x[ages]

    def objective(theta: Array) -> tuple[float, Array]:
        r, alpha, a, b = (float(v) for v in np.exp(theta))
        height = count_in @ (gammaln(r + xs_in) + gammaln(b + xs_in) - gammaln(a + b + xs_in))
        height += n * (gammaln(a + b) - gammaln(b) - gammaln(r) + r * np.log(alpha))
        ends = np.log(alpha + old)
        height -= old_count @ ends * r + old_x @ ends
        shared = count_in @ psi(a + b + xs_in)
        by = np.array([
            count_in @ psi(r + xs_in) - n * psi(r) + n * np.log(alpha) - old_count @ ends,
            n * r / alpha - (r * old_count + old_x) @ (1 / (alpha + old)),
            n * psi(a + b) - shared,
            n * (psi(a + b) - psi(b)) + count_in @ psi(b + xs_in) - shared,
        ])  # fmt: skip
        more, gradient = _left(stats, r, alpha, a, b)
        return float(height + more) / n, (by + gradient) * np.exp(theta) / n

    return objective


def _left(stats: Statistics, r: float, alpha: float, a: float, b: float) -> tuple[float, Array]:
    """Sum of log(1 + D) over the repeat buyers and its gradient."""
    logs, inverse = np.log(alpha + stats.times), 1 / (alpha + stats.times)
    power, first = _power(r, a, b, stats.xs)
    by_b = np.where(stats.xs > 0, -1 / np.where(stats.xs > 0, b + stats.xs - 1, 1.0), 0.0)

    def work(piece: slice) -> Array:
        c, newest, age = stats.x[piece], stats.t_x[piece], stats.age[piece]
        weight = stats.weight[piece].astype(np.float64)
        span = logs[age] - logs[newest]
        steep = power[c]
        e = first[c] + steep * span
        small = np.exp(-np.abs(e))
        gone = np.where(e > 0, 1.0, small) / (1 + small)  # P(left at the newest purchase)
        height = weight @ (np.maximum(e, 0.0) + np.log1p(small))
        gone *= weight
        total = gone.sum()
        return np.array(
            [
                height,
                gone @ span,
                (gone * steep) @ (inverse[age] - inverse[newest]),
                total / a,
                gone @ by_b[c],
            ]
        )

    parts = np.array(each(work, len(stats.weight))).reshape(-1, 5).sum(axis=0)
    return float(parts[0]), parts[1:]
