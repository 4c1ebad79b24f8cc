"""What next, in two lists that are never mixed: "new for you" (because you have X) and "buy again" (with the day it is due).

New: items like those one has, by the cosine of who bought both, shrunken where few did (Sarwar and others 2001, "Item-based
collaborative filtering recommendation algorithms", WWW 10; Deshpande & Karypis 2004, ACM TOIS 22(1)). Again: own purchases that
fade with time, and the rhythm of `cycle`. Popularity is what has to be beaten: `hits` counts both on purchases not learnt from.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from guanxi.engine.cycle import Cycles, cycles

Array = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

NEIGHBOURS: Final = 50
SHRINK: Final = 10.0  # buyers of both at which likeness counts half
FADE: Final = 90.0  # days in which a purchase comes to count half
STRIPE: Final = 512  # items a time


@dataclass(frozen=True, slots=True)
class New:
    """An item the customer does not have; `because`: the one they have that speaks most for it (None: it is only popular)."""

    item: Any
    score: float
    because: Any


@dataclass(frozen=True, slots=True)
class Again:
    """An item the customer has bought; `due`: day number; `bought`: days they bought it on; `gap`: days between."""

    item: Any
    score: float
    due: int
    bought: int
    gap: float


@dataclass(frozen=True, slots=True)
class Hits:
    """Share of `customers` of whose later items that were new to them at least one stood in the list of `most`."""

    new: float
    popular: float
    customers: int
    most: int


@dataclass(frozen=True, slots=True)
class Recommender:
    """What `fit` has learnt. Likeness as rows of `neighbours` and `likeness`, shape (items, up to 50)."""

    customers: npt.NDArray[Any]
    items: npt.NDArray[Any]
    buyers: Places
    neighbours: Places
    likeness: Array
    rhythm: Cycles | None
    _owned: Places = field(repr=False)  # items of each customer, one after the other
    _starts: Places = field(repr=False)
    _days: Mapping[tuple[int, int], Places] = field(repr=False)

    def new_for_you(self, customer: Any, most: int = 10) -> list[New]:
        """At most `most` items the customer never bought, best first; the popular ones where nothing is like what they have."""
        _most(most)
        owned = self._of(customer)
        score, best, why = np.zeros(len(self.items)), np.zeros(len(self.items)), np.full(len(self.items), -1)
        for have in owned:
            near, much = self.neighbours[have], self.likeness[have]
            score[near] += much
            better = much > best[near]
            best[near[better]], why[near[better]] = much[better], have
        score[owned] = -1.0
        order = np.lexsort((-self.buyers, -score))[:most]
        return [
            New(self.items[k].item(), float(score[k]), self.items[why[k]].item() if why[k] >= 0 else None)
            for k in order
            if score[k] >= 0
        ]

    def popular(self, customer: Any, most: int = 10) -> list[New]:
        """The baseline: what most people bought, without what the customer has."""
        _most(most)
        owned = set(self._of(customer).tolist())
        order = [k for k in np.argsort(-self.buyers, kind="stable").tolist() if k not in owned]
        return [New(self.items[k].item(), float(self.buyers[k]), None) for k in order[:most]]

    def buy_again(self, customer: Any, today: int, most: int = 10) -> list[Again]:
        """At most `most` items the customer has bought before `today` (a day number), by faded frequency and due day.

        A purchase counts half after 90 days; an item just bought counts little until its gap has passed.
        """
        _most(most)
        place = int(np.searchsorted(self.customers, customer))
        found = []
        for item in self._of(customer).tolist():
            days = self._days[place, item]
            days = days[days <= today]
            if not len(days):
                continue
            gap = self._gap(customer, self.items[item])
            ripe = min(1.0, float(today - days[-1]) / gap)
            score = float(np.sum(0.5 ** ((today - days) / FADE))) * ripe
            found.append(Again(self.items[item].item(), score, int(days[-1] + round(gap)), len(days), gap))
        return sorted(found, key=lambda one: (-one.score, one.due))[:most]

    def _gap(self, customer: Any, item: Any) -> float:
        if self.rhythm is None:
            return FADE
        left = np.searchsorted(self.rhythm.customer, customer)
        right = np.searchsorted(self.rhythm.customer, customer, side="right")
        at = left + np.searchsorted(self.rhythm.category[left:right], item)
        return float(self.rhythm.gap[at])

    def _of(self, customer: Any) -> Places:
        place = int(np.searchsorted(self.customers, customer))
        if place == len(self.customers) or self.customers[place] != customer:
            return np.empty(0, np.int64)
        return self._owned[self._starts[place] : self._starts[place + 1]]


def fit(customer: Any, item: Any, day: Any) -> Recommender:
    """Learn from purchases, arrays of shape (n,), `day` as numpy dates or whole numbers. ValueError: none, or lengths differ.

    Memory: purchases, and 50 neighbours an item; likeness is worked out in stripes of 512 items.
    """
    who, what, when = np.asarray(customer), np.asarray(item), np.asarray(day)
    if not len(who) == len(what) == len(when):
        raise ValueError("customer, item and day differ in length.")
    if not len(who):
        raise ValueError("No purchases: there is nothing to recommend from.")
    when = when.astype("M8[D]").astype(np.int64) if when.dtype.kind == "M" else when.astype(np.int64)
    names, who = np.unique(who, return_inverse=True)
    items, what = np.unique(what, return_inverse=True)
    rows = np.unique(np.column_stack([who, what, when]), axis=0)
    new = np.concatenate([[True], np.any(rows[1:, :2] != rows[:-1, :2], axis=1)])
    first = np.flatnonzero(new)
    pairs = rows[first, :2]
    days = dict(zip(map(tuple, pairs.tolist()), np.split(rows[:, 2], first[1:]), strict=True))
    starts = np.searchsorted(pairs[:, 0], np.arange(len(names) + 1))
    neighbours, likeness = _likeness(pairs, len(names), len(items))
    try:
        rhythm = cycles(names[rows[:, 0]], items[rows[:, 1]], rows[:, 2])
    except ValueError:
        rhythm = None  # nobody bought anything twice
    buyers = np.bincount(pairs[:, 1], minlength=len(items))
    return Recommender(names, items, buyers, neighbours, likeness, rhythm, pairs[:, 1], starts, days)


def hits(customer: Any, item: Any, day: Any, since: Any, *, most: int = 10) -> Hits:
    """Learn from before `since`, count on what the same customers bought first from then on: ours beside popularity."""
    who, what, when = np.asarray(customer), np.asarray(item), np.asarray(day)
    before = when < since
    known = fit(who[before], what[before], when[before])
    later: dict[Any, set[Any]] = {}
    for name, bought in zip(who[~before].tolist(), what[~before].tolist(), strict=True):
        later.setdefault(name, set()).add(bought)
    ours = theirs = n = 0
    for name, bought in later.items():
        had = {known.items[k].item() for k in known._of(name)}
        if not had or not (bought - had):
            continue
        n += 1
        ours += bool({one.item for one in known.new_for_you(name, most)} & bought)
        theirs += bool({one.item for one in known.popular(name, most)} & bought)
    if not n:
        raise ValueError("Nobody known bought anything new afterwards: nothing to judge by.")
    return Hits(ours / n, theirs / n, n, most)


def _likeness(pairs: Places, customers: int, items: int) -> tuple[Places, Array]:
    from scipy.sparse import csr_matrix

    bought = csr_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(customers, items))
    by_item = bought.T.tocsr()
    root = np.sqrt(np.asarray(bought.sum(axis=0)).ravel())
    width = min(NEIGHBOURS, items)
    near, much = np.empty((items, width), np.int64), np.empty((items, width))
    for start in range(0, items, STRIPE):
        part = slice(start, min(start + STRIPE, items))
        both = (by_item[part] @ bought).toarray()
        like = both / (root[part, None] * root) * (both / (both + SHRINK))
        like[np.arange(part.stop - start), np.arange(start, part.stop)] = 0.0
        best = np.argsort(-like, axis=1, kind="stable")[:, :width]
        near[part], much[part] = best, np.take_along_axis(like, best, axis=1)
    return near, much


def _most(most: int) -> None:
    if most < 1:
        raise ValueError("A list holds at least one.")
