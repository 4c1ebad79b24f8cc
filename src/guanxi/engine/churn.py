"""Who will not buy in the horizon: a logistic curve over log recency, frequency and money, judged on customers not seen.

Before there are labels, the fewest purchases `lifetime` expects are the score from day one (AUC .763 on CDNOW; `silent` .747 by
BG/NBD, .763 by Pareto/NBD); once a horizon has passed, this one (.77; boosted trees added nothing). P(alive) is no churn
score: BG/NBD has it at 1 for everybody who bought once. The features are those of Buckinx & Van den Poel 2005, "Customer base
analysis: partial defection of behaviourally loyal clients", EJOR 164(1); the AUC is Mann and Whitney's, its interval that of
Hanley & McNeil 1982, Radiology 143(1).

Serving is plain numpy; scikit-learn and scipy are loaded by no one here.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

NAMES: Final = ("frequency", "recency", "age", "spend", "overdue", "once")
FOLDS: Final = 5
RIDGE: Final = 1.0  # weight of one customer's worth of doubt that a feature matters
STEPS: Final = 100


class NothingToLearn(ValueError):
    """Everybody bought, or nobody did, or there are too few of one kind for the folds."""


@dataclass(frozen=True, slots=True)
class Churn:
    """`weights` of the standardised features, `centre` and `scale` of these; `n` customers learnt from."""

    intercept: float
    weights: Array
    centre: Array
    scale: Array
    n: int

    def risk(self, features: Any) -> Array:
        """P(no purchase in the horizon) of each; features (n, 6) as `features` makes them, answer (n,)."""
        rows = _matrix(features, len(self.weights))
        score = self.intercept + ((rows - self.centre) / self.scale) @ self.weights
        return np.asarray(1 / (1 + np.exp(np.clip(score, -700, 700))))


@dataclass(frozen=True, slots=True)
class Backtest:
    """`auc`: mean over the `seeds` of customers each model had not seen; `low` to `high`: 95 % of chance; `folds` of each seed;
    `bought`: share of customers who bought; `expected`: how many the model said, over how many did."""

    auc: float
    low: float
    high: float
    folds: int
    seeds: tuple[float, ...]
    n: int
    bought: float
    expected: float


def features(x: Any, t_x: Any, T: Any, spend: Any, gap_mean: Any) -> Array:  # noqa: N803  the papers' letters
    """(n, 6): logarithms of purchases, time since the newest, age, money; how overdue by the own rhythm; bought once.

    `x`, `t_x`, `T` as in `lifetime` (any unit); `spend`: money so far; `gap_mean`: own mean gap in T's unit, 0 or NaN where
    unknown. Negative money counts as none. ValueError on columns that differ in length or history that cannot be.
    """
    columns = [np.asarray(c, dtype=np.float64) for c in (x, t_x, T, spend, gap_mean)]
    if len({c.shape for c in columns}) != 1 or columns[0].ndim != 1:
        raise ValueError("x, t_x, T, spend and gap_mean need one number per customer each.")
    n, newest, age, money, gap = columns
    if not (np.all(n >= 0) and np.all(newest >= 0) and np.all(age >= newest) and np.all(np.isfinite(money))):
        raise ValueError("A history that cannot be: negative, with gaps, or bought after the end.")
    since = age - newest
    known = np.where(np.isfinite(gap) & (gap > 0) & (n > 0), gap, np.maximum(age, 1e-9))
    overdue = np.log1p(since / known)
    logs = (np.log1p(n), np.log1p(since), np.log1p(age), np.log1p(np.maximum(money, 0.0)))
    return np.column_stack([*logs, overdue, n == 0])


def fit(features: Any, bought: Any) -> Churn:
    """Learn from `features` (n, 6) at some past day and whether each `bought` (n,) in the horizon after it.

    Newton's method on the ridged likelihood (it is concave: one top). NothingToLearn where all or none bought.
    """
    rows, y = _matrix(features, None), _labels(bought)
    if len(rows) != len(y):
        raise ValueError(f"features and bought differ in length: {len(rows)}, {len(y)}.")
    if not 0 < y.sum() < len(y):
        raise NothingToLearn("Everybody bought or nobody did: there is no difference to learn.")
    centre, scale = rows.mean(axis=0), rows.std(axis=0)
    scale = np.where(scale > 1e-12, scale, 1.0)
    wide = np.column_stack([np.ones(len(rows)), (rows - centre) / scale])
    penalty = np.diag([0.0, *[RIDGE] * rows.shape[1]])
    beta = np.zeros(wide.shape[1])
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-np.clip(wide @ beta, -700, 700)))
        gradient = wide.T @ (y - chance) - penalty @ beta
        if np.sqrt(gradient @ gradient) < 1e-9 * len(y):
            return Churn(float(beta[0]), beta[1:], centre, scale, len(y))
        hessian = (wide * (chance * (1 - chance))[:, None]).T @ wide + penalty + 1e-12 * np.eye(len(beta))
        step = np.linalg.solve(hessian, gradient)
        beta = beta + step * min(1.0, 5.0 / float(np.sqrt(step @ step)))
    raise ArithmeticError("The churn curve was not found.")


def backtest(features: Any, bought: Any, *, folds: int = FOLDS, seeds: int = 10) -> Backtest:
    """How well customers not learnt from are told apart: `folds`-fold, the mean of `seeds` ways to cut."""
    rows, y = _matrix(features, None), _labels(bought)
    if folds < 2 or seeds < 1:
        raise ValueError("At least two folds and one seed.")
    if min(y.sum(), len(y) - y.sum()) < folds:
        raise NothingToLearn(
            f"Fewer than {folds} customers who bought, or who did not: not enough for {folds} folds."
        )
    found, said = [], 0.0
    for seed in range(seeds):
        risk, cut = np.empty(len(y)), _cut(y, folds, np.random.default_rng(seed))
        for k in range(folds):
            risk[cut == k] = fit(rows[cut != k], y[cut != k]).risk(rows[cut == k])
        found.append(auc(1 - y, risk))
        said += float((1 - risk).sum()) / float(y.sum()) / seeds
    mean = float(np.mean(found))
    wide = 1.96 * _error(mean, float(y.sum()), float(len(y) - y.sum()))
    low, high = max(0.0, mean - wide), min(1.0, mean + wide)
    return Backtest(mean, low, high, folds, tuple(found), len(y), float(y.mean()), said)


def auc(happened: Any, score: Any) -> float:
    """The chance that one to whom it happened scores above one to whom it did not, ties half; NaN with one kind only."""
    y, s = _labels(happened), np.asarray(score, dtype=np.float64)
    _, place, count = np.unique(s, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    n = float(y.sum())
    if n in (0, len(y)):
        return float("nan")
    return float((rank[y > 0].sum() - n * (n + 1) / 2) / (n * (len(y) - n)))


def _cut(y: Array, folds: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """A fold for each, the same share of buyers in all."""
    made = np.empty(len(y), np.int64)
    for kind in (0.0, 1.0):
        these = rng.permutation(np.flatnonzero(y == kind))
        made[these] = np.arange(len(these)) % folds
    return made


def _error(a: float, one: float, other: float) -> float:
    first, second = a / (2 - a), 2 * a * a / (1 + a)
    spread = a * (1 - a) + (one - 1) * (first - a * a) + (other - 1) * (second - a * a)
    return float(np.sqrt(max(0.0, spread) / (one * other)))


def _matrix(features: Any, width: int | None) -> Array:
    made = np.asarray(features, dtype=np.float64)
    if made.ndim != 2 or (width is not None and made.shape[1] != width) or not np.all(np.isfinite(made)):
        raise ValueError("Features are a table without gaps, one row per customer.")
    return made


def _labels(values: Any) -> Array:
    made = np.asarray(values).astype(np.float64)
    if made.ndim != 1 or not np.all((made == 0) | (made == 1)):
        raise ValueError("Yes or no for each customer, nothing else.")
    return made
