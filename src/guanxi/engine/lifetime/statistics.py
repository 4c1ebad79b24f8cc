"""Customers who look the same to a model, counted once: what is left of millions are thousands to some millions of rows."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from guanxi.engine.lifetime.fitting import Array, plain

Codes = npt.NDArray[Any]  # whole numbers that point into a table, in the smallest type that holds them

TABLE_MAX: Final = 1 << 20  # whole numbers below this are their own place in a table
BATCH: Final = 1 << 21  # customers a time when checking and coding


@dataclass(frozen=True, slots=True)
class Column:
    """One column as places in a table of its different values."""

    table: Array
    codes: Codes


@dataclass(frozen=True, slots=True)
class Statistics:
    """`xs`/`x_count`: marginal of x. `ages`/`age_count`/`age_x`: marginal of T with the sum of x. `x`, `t_x`, `age`, `weight`:
    the different repeat buyers, as places in `xs`, `times`, `times`, and how many look like each."""

    n: int
    xs: Array
    x_count: Array
    times: Array
    age_count: Array
    age_x: Array
    x: Codes
    t_x: Codes
    age: Codes
    weight: npt.NDArray[np.int32]

    @property
    def distinct(self) -> int:
        """Different rows: repeat buyers, and one-time buyers by their age."""
        return len(self.weight) + int(np.count_nonzero(self.age_count))


def checked(x: Any, t_x: Any, age: Any) -> tuple[Codes, Codes, Codes]:
    """The three columns, or ValueError: lengths that differ, gaps, numbers below zero, half purchases, t_x after T."""
    one, two, three = plain(x, "x"), plain(t_x, "t_x"), plain(age, "T")
    if not len(one) == len(two) == len(three):
        raise ValueError(f"x, t_x and T differ in length: {len(one)}, {len(two)}, {len(three)}.")
    if one.dtype.kind == "f":
        if len(one) and np.any(one != np.floor(one)):
            raise ValueError("x counts purchases: whole numbers only.")
        one = one.astype(np.int64)
    for start in range(0, len(one), BATCH):
        part = slice(start, start + BATCH)
        if np.any(two[part] > three[part]):
            raise ValueError("t_x lies after T: nobody buys after the end of the observation.")
        if np.any((one[part] == 0) & (two[part] > 0)):
            raise ValueError("t_x must be 0 where x is 0: there was no repeat purchase.")
    return one, two, three


def times(*columns: Codes) -> tuple[Array, list[Codes]]:
    """One table of all ages, and each column as places in it."""
    if all(c.dtype.kind in "iu" for c in columns):
        top = max((int(c.max()) for c in columns if len(c)), default=0)
        if top < TABLE_MAX:
            return np.arange(top + 1, dtype=np.float64), list(columns)
    table, codes = np.unique(np.concatenate(columns).astype(np.float64), return_inverse=True)
    small = codes.astype(np.min_scalar_type(max(len(table) - 1, 0)))
    return table, list(np.split(small, np.cumsum([len(c) for c in columns])[:-1]))


def counts(x: Codes) -> Column:
    """Purchases as places in a table: the numbers themselves where they are small enough."""
    top = int(x.max()) if len(x) else 0
    if top < TABLE_MAX:
        return Column(np.arange(top + 1, dtype=np.float64), x)
    table, codes = np.unique(x, return_inverse=True)
    return Column(table.astype(np.float64), codes)


def gather(x: Codes, t_x: Codes, age: Codes) -> Statistics:
    """Count the customers that look the same. Columns as `checked` gives them; memory: 4 or 8 bytes per repeat buyer."""
    xs = counts(x)
    table, (t_x, age) = times(t_x, age)
    x_count = np.zeros(len(xs.table))
    age_count, age_x = np.zeros(len(table)), np.zeros(len(table))
    width, deep = len(table), len(xs.table) * len(table) * len(table)
    kind: Any = np.uint32 if deep < 1 << 32 else np.uint64
    if deep >= 1 << 63:
        raise ValueError("The ages are too fine to be counted: round them to days.")
    keys: list[Codes] = []
    for start in range(0, len(x), BATCH):
        part = slice(start, start + BATCH)
        some, when, old = xs.codes[part], t_x[part], age[part]
        x_count += np.bincount(some, minlength=len(x_count))
        age_count += np.bincount(old, minlength=width)
        age_x += np.bincount(old, weights=xs.table[some], minlength=width)
        again = xs.table[some] > 0
        key = some[again].astype(kind)
        key *= kind(width)
        key += old[again].astype(kind)
        key *= kind(width)
        key += when[again].astype(kind)
        keys.append(key)
    key, weight = _runs(keys, kind)
    key, when = _split(key, width, width * len(xs.table))
    some, old = _split(key, width, len(xs.table))
    return Statistics(len(x), xs.table, x_count, table, age_count, age_x, some, when, old, weight)


def _runs(keys: list[Codes], kind: Any) -> tuple[Codes, npt.NDArray[np.int32]]:
    key = np.concatenate(keys) if keys else np.empty(0, kind)
    keys.clear()
    if not len(key):
        return key, np.empty(0, np.int32)
    key.sort()
    new = np.empty(len(key), bool)
    new[0] = True
    np.not_equal(key[1:], key[:-1], out=new[1:])
    starts = np.flatnonzero(new)
    weight = np.diff(np.append(starts, len(key))).astype(np.int32)
    return key[starts], weight


def _split(key: Codes, width: int, most: int) -> tuple[Codes, Codes]:
    """key // width (at most `most`) and key % width, in the smallest types; key itself is used up."""
    rest = (key % key.dtype.type(width)).astype(np.min_scalar_type(width))
    key //= key.dtype.type(width)
    return key.astype(np.min_scalar_type(most), copy=False), rest
