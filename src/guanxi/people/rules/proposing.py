"""Which pairs that a scan has found are worth a steward's look. Pure."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from typing import NamedTuple

from guanxi.engine.matching import Weights
from guanxi.people.rules.recognition import Candidate, Likely, rank


class Pair(NamedTuple):
    """Two customers who may be one, and how likely the scan thinks so: 0 to 1."""

    one: int
    other: int
    score: float


class Chain:
    """Who hangs together by questions that are being asked: what would close a circle need not be asked as well."""

    def __init__(self, pairs: Iterable[tuple[int, int]]) -> None:
        self._above: dict[int, int] = {}
        for one, other in pairs:
            self.join(one, other)

    def join(self, one: int, other: int) -> bool:
        """Whether they did not hang together yet; they do now."""
        top, under = self._top(one), self._top(other)
        self._above[under] = top
        return top != under

    def _top(self, one: int) -> int:
        while (above := self._above.get(one, one)) != one:
            self._above[one] = self._above.get(above, above)
            one = above
        return one


def chosen(
    pairs: Iterable[Pair],
    people: Callable[[int], Candidate | None],
    *,
    asked: Iterable[tuple[int, int]],
    apart: Collection[frozenset[int]],
    weights: Weights,
) -> tuple[list[tuple[Candidate, Likely]], dict[str, int]]:
    """(whom to ask about and the likely one, surest first; {why not: how many}).

    `people`: what is known of a customer, None when they have been merged or erased since the scan began. `asked`: pairs that
    stewards have before them; `apart`: those that somebody has told apart. Left out are, by code: "self", "gone", "apart",
    "asked", "circle" (both hang together by other questions already), "vetoed", "unlikely" (as whole customers, under
    `review_min`).
    """
    before = list(asked)
    open_ = {frozenset(pair) for pair in before}
    chain = Chain(before)
    found: list[tuple[Candidate, Likely]] = []
    left: Counter[str] = Counter()
    for pair in sorted(pairs, key=lambda one: (-one.score, min(one[:2]), max(one[:2]))):
        whole = frozenset(pair[:2])
        one, other = people(pair.one), people(pair.other)
        if len(whole) == 1:
            left["self"] += 1
        elif one is None or other is None:
            left["gone"] += 1
        elif whole in apart or whole in open_:
            left["apart" if whole in apart else "asked"] += 1
        else:
            unsure, known = sorted((one, other), key=lambda each: (not each.provisional, -each.customer))
            likely = _likely(unsure, known, pair.score, weights)
            if likely.match.vetoes or likely.share < weights.review_min:
                left["vetoed" if likely.match.vetoes else "unlikely"] += 1
            elif chain.join(unsure.customer, known.customer):
                found.append((unsure, likely))
            else:
                left["circle"] += 1
    return found, dict(left)


def _likely(unsure: Candidate, known: Candidate, score: float, weights: Weights) -> Likely:
    """Both as a whole; never surer than the scan, which knows how many people share a telephone."""
    likely = rank(unsure.facts, [known], weights)[0]
    return replace(likely, share=min(score, likely.match.probability))
