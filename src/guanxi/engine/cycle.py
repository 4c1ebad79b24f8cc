"""The rhythm in which a customer uses something up: the day the next purchase is due.

The mean of the logarithms of a customer's gaps in a category, drawn towards the category's mean by as much as few gaps vary
(empirical Bayes: Efron & Morris 1975, "Data analysis using Stein's estimator and its generalizations", JASA 70(350)); with one
gap the category counts most, with ten the customer.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

FLOOR: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Cycles:
    """One row per customer and category, sorted by both: days `bought` on, `gap` in days (the shrunken median), `newest` and
    `due` as day numbers, and `weight`: the share of the customer's own gaps in it (0: the category's rhythm alone)."""

    customer: npt.NDArray[Any]
    category: npt.NDArray[Any]
    bought: npt.NDArray[np.int64]
    gap: Array
    newest: npt.NDArray[np.int64]
    due: npt.NDArray[np.int64]
    weight: Array

    def overdue(self, today: int) -> Array:
        """Days past due in gaps of one's own: 0 on the day, 1 a whole gap later, below 0 before it."""
        return (today - self.due) / self.gap


def cycles(customer: Any, category: Any, day: Any) -> Cycles:
    """From purchases, arrays of shape (n,): `day` as numpy dates or whole day numbers (dates: days since 1970 in the answer).

    Several purchases of a day are one. A category in which nobody bought twice takes the mean of all; where nobody ever bought
    twice there is no rhythm: ValueError, as for columns that differ in length.
    """
    who, what, when = np.asarray(customer), np.asarray(category), np.asarray(day)
    if not len(who) == len(what) == len(when):
        raise ValueError("customer, category and day differ in length.")
    if when.dtype.kind == "M":
        when = when.astype("M8[D]").astype(np.int64)
    if when.dtype.kind not in "iu":
        raise ValueError("Days are numpy dates or whole numbers.")
    names, who = np.unique(who, return_inverse=True)
    kinds, what = np.unique(what, return_inverse=True)
    rows = np.unique(np.column_stack([who, what, when.astype(np.int64)]), axis=0)
    same = np.all(rows[1:, :2] == rows[:-1, :2], axis=1)
    if not same.any():
        raise ValueError("Nobody bought the same kind on two days: there is no rhythm to learn.")
    pair = np.concatenate([[0], np.cumsum(~same)])
    logs, of = np.log(np.diff(rows[:, 2])[same]), pair[1:][same]
    first = np.flatnonzero(np.concatenate([[True], ~same]))
    kind = rows[first, 1]
    n = np.bincount(of, minlength=len(first)).astype(np.float64)
    own = np.bincount(of, weights=logs, minlength=len(first)) / np.maximum(n, 1)
    inside = _inside(logs, of, own, n)
    centre, between = _prior(own, n, kind, len(kinds), inside)
    weight = np.where(n > 0, between[kind] / (between[kind] + inside / np.maximum(n, 1)), 0.0)
    gap = np.maximum(np.exp(weight * own + (1 - weight) * centre[kind]), 1.0)
    newest = rows[np.append(first[1:], len(rows)) - 1, 2]
    due = newest + np.rint(gap).astype(np.int64)
    return Cycles(names[rows[first, 0]], kinds[kind], n.astype(np.int64) + 1, gap, newest, due, weight)


def _inside(logs: Array, of: npt.NDArray[np.int64], own: Array, n: Array) -> float:
    """Variance of a customer's gaps about their own mean, pooled; with single gaps only, that of all."""
    degrees = float(np.maximum(n - 1, 0).sum())
    if degrees < 1:
        return max(float(np.var(logs)), FLOOR)
    return max(float(((logs - own[of]) ** 2).sum()) / degrees, FLOOR)


def _prior(
    own: Array, n: Array, kind: npt.NDArray[np.int64], kinds: int, inside: float
) -> tuple[Array, Array]:
    """Mean and variance between customers of each category, by moments; categories without gaps take those of all."""
    some = n > 0
    whole = float(own[some].mean())
    count = np.bincount(kind[some], minlength=kinds).astype(np.float64)
    total = np.bincount(kind[some], weights=own[some], minlength=kinds)
    centre = (total + whole) / (count + 1)
    spread = np.bincount(kind[some], weights=(own[some] - centre[kind[some]]) ** 2, minlength=kinds)
    noise = np.bincount(kind[some], weights=inside / n[some], minlength=kinds)
    everywhere = max(float(((own[some] - whole) ** 2 - inside / n[some]).mean()), FLOOR)
    between = np.where(count > 1, np.maximum((spread - noise) / np.maximum(count, 1), FLOOR), everywhere)
    return centre, between
