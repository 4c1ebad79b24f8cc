"""Whom an offer moves: the difference between those who got it and those who by chance did not.

Radcliffe 2007, "Using control groups to target on predicted lift", Direct Marketing Analytics Journal (the Qini curve);
Gutierrez & Gerardy 2017, "Causal inference and uplift modelling", PMLR 67; Künzel et al. 2019, "Metalearners", PNAS 116(10).
Whatever the score, a random part of the customers must get nothing: without it there is nothing to measure. Offer the simple
rule first: on Hillstrom's mail test "bought women's goods" ranks as well as a model.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

ROUNDS: Final = 500


class NoHoldout(ValueError):
    """Nobody was left out, or everybody: the effect cannot be known."""


@dataclass(frozen=True, slots=True)
class Interval:
    """`value` on the data, `low` to `high`: `level` of the bootstrap."""

    value: float
    low: float
    high: float
    level: float


@dataclass(frozen=True, slots=True)
class Rule:
    """A yes-or-no rule: which `name`, whether its `yes` or its no is to get the offer, and the effect per head in and out."""

    name: str
    yes: bool
    inside: float
    outside: float
    share: float

    def score(self, columns: Mapping[str, Any]) -> Array:
        """1 for who is to get the offer, 0 for the others; (n,)."""
        flag = np.asarray(columns[self.name]).astype(bool)
        return np.asarray(flag if self.yes else ~flag).astype(np.float64)


@dataclass(frozen=True, slots=True)
class SLearner:
    """One ridge regression of the outcome on features, treatment, and their products; `effects` by standardised features."""

    effect: float
    effects: Array
    centre: Array
    scale: Array

    def uplift(self, features: Any) -> Array:
        """Expected effect of treating each, in the outcome's unit; features (n, k), answer (n,)."""
        rows = np.asarray(features, dtype=np.float64)
        return np.asarray(self.effect + ((rows - self.centre) / self.scale) @ self.effects)


def curve(outcome: Any, treated: Any, score: Any, weight: Any = None) -> tuple[Array, Array]:
    """Shares of the customers treated, best score first, and what it brings per head of all: from (0, 0) to (1, effect of all).

    Customers of one score are treated together. `weight`: how often each counts (for the bootstrap).
    """
    y, t, s = _columns(outcome, treated, score)
    w = np.ones(len(y)) if weight is None else np.asarray(weight, dtype=np.float64)
    order = np.argsort(-s, kind="stable")
    return _curve(y[order], t[order], w[order], _ends(s[order]))


def qini(outcome: Any, treated: Any, score: Any) -> float:
    """Area between the curve and the straight line of random targeting, per head; 0 is random, below it is worse."""
    shares, gains = curve(outcome, treated, score)
    return _area(shares, gains) - float(gains[-1]) / 2


def auuc(outcome: Any, treated: Any, score: Any) -> float:
    """Area under the curve, per head: `qini` plus half the effect of treating all."""
    return _area(*curve(outcome, treated, score))


def bootstrap(
    outcome: Any,
    treated: Any,
    score: Any,
    *,
    rounds: int = ROUNDS,
    level: float = 0.95,
    seed: int = 0,
    against: Any = None,
) -> Interval:
    """`qini` with its interval, customers drawn again `rounds` times; with `against` (another score) the difference of both."""
    if rounds < 2 or not 0 < level < 1:
        raise ValueError("At least two rounds, and a level between 0 and 1.")
    y, t, s = _columns(outcome, treated, score)
    sides = [_sorted(y, t, s)]
    if against is not None:
        sides.append(_sorted(*_columns(outcome, treated, against)))
    rng, found = np.random.default_rng(seed), np.empty(rounds)
    for k in range(rounds):
        w = np.bincount(rng.integers(0, len(y), len(y)), minlength=len(y)).astype(np.float64)
        found[k] = _difference([_qini(side, w) for side in sides])
    value = _difference([_qini(side, np.ones(len(y))) for side in sides])
    low, high = np.nanquantile(found, [(1 - level) / 2, (1 + level) / 2])
    return Interval(value, float(low), float(high), level)


def rule(outcome: Any, treated: Any, columns: Mapping[str, Any]) -> Rule:
    """The yes-or-no column that parts who is moved from who is not best (by qini). ValueError without columns."""
    best: tuple[float, Rule] | None = None
    for name, values in columns.items():
        flag = np.asarray(values).astype(bool)
        for yes in (True, False):
            area = qini(outcome, treated, flag == yes)
            if best is None or area > best[0]:
                best = area, _rule(outcome, treated, name, flag, yes)
    if best is None:
        raise ValueError("A rule needs columns to choose from.")
    return best[1]


def s_learner(features: Any, treated: Any, outcome: Any, *, ridge: float = 10.0) -> SLearner:
    """Learn from features (n, k), who was treated (n,), what came of it (n,). Judge it on customers it has not seen."""
    y, t, _ = _columns(outcome, treated, np.zeros(len(np.asarray(outcome))))
    rows = np.asarray(features, dtype=np.float64)
    if rows.ndim != 2 or len(rows) != len(y) or not np.all(np.isfinite(rows)):
        raise ValueError("Features are a table without gaps, one row per customer.")
    centre, scale = rows.mean(axis=0), rows.std(axis=0)
    scale = np.where(scale > 1e-12, scale, 1.0)
    z, k = (rows - centre) / scale, rows.shape[1]
    wide = np.column_stack([np.ones(len(y)), z, t, z * t[:, None]])
    penalty = np.diag([0.0, *[ridge] * k, 0.0, *[ridge] * k]) + 1e-9 * np.eye(2 * k + 2)
    beta = np.linalg.solve(wide.T @ wide + penalty, wide.T @ y)
    return SLearner(float(beta[k + 1]), np.asarray(beta[k + 2 :]), centre, scale)


def effect(outcome: Any, treated: Any) -> float:
    """What treating brings per head: mean of the treated less mean of the others."""
    y, t, _ = _columns(outcome, treated, np.zeros(len(np.asarray(outcome))))
    return float(y[t > 0].mean() - y[t == 0].mean())


def _rule(outcome: Any, treated: Any, name: str, flag: npt.NDArray[np.bool_], yes: bool) -> Rule:
    y, t = np.asarray(outcome, dtype=np.float64), np.asarray(treated).astype(bool)
    chosen = flag == yes
    sides = []
    for part in (chosen, ~chosen):
        both = part & t, part & ~t
        sides.append(
            float(y[both[0]].mean() - y[both[1]].mean()) if all(b.any() for b in both) else float("nan")
        )
    return Rule(name, yes, sides[0], sides[1], float(chosen.mean()))


def _columns(outcome: Any, treated: Any, score: Any) -> tuple[Array, Array, Array]:
    y, t, s = (np.asarray(c).astype(np.float64) for c in (outcome, treated, score))
    if not (y.shape == t.shape == s.shape and y.ndim == 1):
        raise ValueError("outcome, treated and score need one value per customer each.")
    if not (np.all(np.isfinite(y)) and np.all(np.isfinite(s)) and np.all((t == 0) | (t == 1))):
        raise ValueError("Outcomes and scores without gaps, treated yes or no.")
    if not 0 < t.sum() < len(t):
        raise NoHoldout("Nobody was left out, or everybody: without a random rest no effect is known.")
    return y, t, s


Side = tuple[Array, Array, npt.NDArray[np.int64], npt.NDArray[np.int64]]


def _sorted(y: Array, t: Array, s: Array) -> Side:
    order = np.argsort(-s, kind="stable")
    return y[order], t[order], order, _ends(s[order])


def _ends(s: Array) -> npt.NDArray[np.int64]:
    """The last place of each run of equal scores."""
    return np.append(np.flatnonzero(np.diff(s)), len(s) - 1)


def _curve(y: Array, t: Array, w: Array, ends: npt.NDArray[np.int64]) -> tuple[Array, Array]:
    n_t, n_c = np.cumsum(w * t)[ends], np.cumsum(w * (1 - t))[ends]
    y_t, y_c = np.cumsum(w * t * y)[ends], np.cumsum(w * (1 - t) * y)[ends]
    shares = (n_t + n_c) / (n_t[-1] + n_c[-1])
    lift = y_t / np.maximum(n_t, 1e-12) - y_c / np.maximum(n_c, 1e-12)
    gains = np.where((n_t > 0) & (n_c > 0), lift * shares, 0.0)
    return np.concatenate([[0.0], shares]), np.concatenate([[0.0], gains])


def _qini(side: Side, w: Array) -> float:
    y, t, order, ends = side
    shares, gains = _curve(y, t, w[order], ends)
    return _area(shares, gains) - float(gains[-1]) / 2


def _difference(values: list[float]) -> float:
    return values[0] - (values[1] if len(values) > 1 else 0.0)


def _area(shares: Array, gains: Array) -> float:
    return float(np.sum((gains[1:] + gains[:-1]) / 2 * np.diff(shares)))
