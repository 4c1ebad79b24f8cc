"""Gamma-Gamma: what a purchase of a customer is worth, between their own mean and everybody's.

Fader, Hardie & Lee 2005, "RFM and CLV: using iso-value curves for customer base analysis", JMR 42(4); Fader & Hardie 2013, "The
gamma-gamma model of monetary value". Spending is taken not to depend on how often one buys.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from guanxi.engine.lifetime.fitting import Array, NoData, maximise, plain


@dataclass(frozen=True, slots=True)
class GammaGamma:
    """A fitted Gamma-Gamma; v in the unit of money; `n` repeat buyers with spending; the other fields as in `BGNBD`."""

    p: float
    q: float
    v: float
    loglik: float
    gradient_norm: float
    n: int
    distinct: int
    iterations: int
    covariance: Array = field(repr=False, compare=False)

    def parameters(self) -> dict[str, float]:
        return {"p": self.p, "q": self.q, "v": self.v}

    def spend(self, x: Any, m: Any) -> Array:
        """Money a future purchase of each is expected to bring; shapes (n,). With x = 0 it is everybody's mean.

        ValueError where the mean of all is infinite (q <= 1) and somebody has no purchases to go by.
        """
        x, m = _columns(x, m)
        below = self.p * x + self.q - 1
        if np.any(below <= 0):
            raise ValueError("Spending varies so much that its mean is not finite (q is not above 1).")
        made: Array = self.p * (self.v + x * m) / below
        return made


def fit_gammagamma(x: Any, m: Any) -> GammaGamma:
    """The likeliest p, q, v. `x`: repeat purchases, `m`: their mean amount, shape (n,). Only x > 0 with m > 0 teaches.

    NoData where nobody bought twice; NotConverged where all spend the same; ValueError on negative amounts.
    """
    x, m = _columns(x, m)
    teach = (x > 0) & (m > 0)
    if np.count_nonzero(teach) < 2:
        raise NoData("Fewer than two customers with repeat purchases and spending: nothing to learn from.")
    pairs, weight = np.unique(np.column_stack([x[teach], m[teach]]), axis=0, return_counts=True)
    middle = float(np.average(pairs[:, 1], weights=weight))
    start = np.array([np.log(4.0), np.log(3.0), np.log(middle / 2)])
    n = int(weight.sum())
    found = maximise(_objective(pairs[:, 0], pairs[:, 1], weight.astype(np.float64)), start, n)
    p, q, v = (float(value) for value in np.exp(found.theta))
    made = (found.mean_loglik * n, found.gradient_norm, n, len(weight), found.iterations, found.covariance)
    return GammaGamma(p, q, v, *made)


def _columns(x: Any, m: Any) -> tuple[Array, Array]:
    one, two = plain(x, "x").astype(np.float64), plain(m, "m").astype(np.float64)
    if len(one) != len(two):
        raise ValueError(f"x and m differ in length: {len(one)}, {len(two)}.")
    return one, two


def _objective(x: Array, m: Array, weight: Array) -> Callable[[Array], tuple[float, Array]]:
    from scipy.special import gammaln, psi

    n = float(weight.sum())
    total, log_m, log_total = x * m, np.log(m), np.log(x * m)

    def objective(theta: Array) -> tuple[float, Array]:
        p, q, v = (float(value) for value in np.exp(theta))
        px, sums = p * x, np.log(v + total)
        each = (
            gammaln(px + q)
            - gammaln(px)
            - gammaln(q)
            + q * np.log(v)
            - log_m
            + px * log_total
            - (px + q) * sums
        )
        shared = psi(px + q)
        by_p = x * (shared - psi(px) + log_total - sums)
        by_q = shared - psi(q) + np.log(v) - sums
        by_v = q / v - (px + q) / (v + total)
        gradient = np.array([weight @ by_p, weight @ by_q, weight @ by_v])
        return float(weight @ each) / n, gradient * np.exp(theta) / n

    return objective
