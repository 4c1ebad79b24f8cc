"""From transactions to what the models read: one row per customer."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from guanxi.engine.lifetime.fitting import Array


@dataclass(frozen=True, slots=True)
class Summary:
    """One row per customer, by `customers` ascending: repeat purchase days `x`, age at the newest `t_x`, age `T` (units),
    and `m`, the mean amount of a repeat purchase day (0 where there is none)."""

    customers: npt.NDArray[Any]
    x: npt.NDArray[np.int64]
    t_x: Array
    T: Array
    m: Array


def summary(
    days: Any, customers: Any, amounts: Any, end: Any, unit_days: float = 1, records: Any = None
) -> Summary:
    """Summarise transactions seen until `end`, each array of shape (n,).

    `days`: numpy dates or whole day numbers; `end` the same; `unit_days`: 7 for weeks. Purchases of one day are one. A negative
    amount is a refund: it lowers the day's amount; a day with nothing left is no purchase; more than the day's lowers
    the customer's mean, never below 0. `records`: ids, of which each counts once. A customer with refunds only is left out.

    ValueError: lengths that differ, a day after `end`, gaps, a unit of nothing.
    """
    day, last = _days(days, end)
    who, money = np.asarray(customers), np.asarray(amounts, dtype=np.float64)
    if not len(day) == len(who) == len(money):
        raise ValueError(
            f"days, customers and amounts differ in length: {len(day)}, {len(who)}, {len(money)}."
        )
    if not unit_days > 0:
        raise ValueError("A unit lasts more than no days.")
    if not np.all(np.isfinite(money)):
        raise ValueError("Amounts hold gaps.")
    late = int(np.count_nonzero(day > last))
    if late:
        raise ValueError(
            f"{late} transactions lie after the end of the observation: leave them out, or move the end."
        )
    if records is not None:
        if len(np.asarray(records)) != len(day):
            raise ValueError("records differ in length from the transactions.")
        once = np.sort(np.unique(np.asarray(records), return_index=True)[1])
        day, who, money = day[once], who[once], money[once]
    return _summarised(day, who, money, last, float(unit_days))


def _summarised(
    day: npt.NDArray[np.int64], who: npt.NDArray[Any], money: Array, last: int, unit: float
) -> Summary:
    """Sorted by customer and day, days summed, then customers summed."""
    ids, place = np.unique(who, return_inverse=True)
    order = np.lexsort((day, place))
    place, day, money = place[order], day[order], money[order]
    new = np.ones(len(day), bool)
    new[1:] = (place[1:] != place[:-1]) | (day[1:] != day[:-1])
    starts = np.flatnonzero(new)
    refunded = np.add.reduceat(money < 0, starts) > 0 if len(starts) else new
    money = np.add.reduceat(money, starts) if len(starts) else money
    place, day = place[starts], day[starts]
    bought = (money > 0) | ~refunded  # a gift at no price is a purchase
    beyond = np.bincount(place[~bought], weights=money[~bought], minlength=len(ids))
    place, day, money = place[bought], day[bought], money[bought]
    held, first = np.unique(place, return_index=True)
    n = np.diff(np.append(first, len(place)))
    total = np.bincount(place, weights=money, minlength=len(ids))[held] - money[first] + beyond[held]
    newest = day[first + n - 1] if len(held) else day[:0]
    x = (n - 1).astype(np.int64)
    m = np.where(x > 0, np.maximum(total, 0.0) / np.maximum(x, 1), 0.0)
    start = day[first]
    return Summary(ids[held], x, (newest - start) / unit, (last - start) / unit, m)


def _days(days: Any, end: Any) -> tuple[npt.NDArray[np.int64], int]:
    day = np.asarray(days)
    if day.dtype.kind == "M":
        if np.any(np.isnat(day)):
            raise ValueError("Some transactions have no day.")
        return day.astype("M8[D]").astype(np.int64), int(np.datetime64(end, "D").astype(np.int64))
    if len(day) and day.dtype.kind not in "iu":
        raise ValueError("Days are numpy dates or whole numbers.")
    return day.astype(np.int64), int(end)
