"""Expectation maximisation with three kinds of pairs: the same person, two of one household, strangers.

Splink knows two. In a block of one telephone or address most pairs that are not the same person live together, and
two classes take them for the same person with another name and birth date. So what Splink has learnt is where this
begins: u stays, m and h are learnt anew, from counted patterns of levels. Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

ROUNDS_MAX: Final = 60
CHANGE_MIN: Final = 1e-5
Shares = dict[str, list[float]]  # field -> share of each level
Pattern = tuple[int | None, ...]  # the level of each field, None where one side has no value


@dataclass(slots=True)
class Model:
    """Shares of the levels among pairs of the same person, of one household, of strangers."""

    m: Shares
    h: Shares
    u: Shares


@dataclass(slots=True)
class Counts:
    """How many pairs of each level are expected to be of each kind, over several blocks; `pairs` of them by block."""

    m: Shares = field(default_factory=dict)
    h: Shares = field(default_factory=dict)
    pairs: dict[str, tuple[float, float, float]] = field(default_factory=dict)


def maximise(
    fields: Sequence[str], patterns: Mapping[Pattern, int], start: Model, *, prior_pairs: float
) -> tuple[Model, Counts]:
    """The model these patterns fit best, beginning at `start`, and the expected counts of its last round.

    `prior_pairs`: how many pairs of each kind the start counts for, so that a level met twice is not thought impossible.
    """
    model, kinds = start, (0.6, 0.25, 0.15)
    counts = Counts()
    for _round in range(ROUNDS_MAX):
        counts, kinds_now = _expect(fields, patterns, model, kinds)
        model = Model(
            m=_shares(counts.m, start.m, prior_pairs), h=_shares(counts.h, start.h, prior_pairs), u=start.u
        )
        change = max(abs(one - other) for one, other in zip(kinds, kinds_now, strict=True))
        kinds = kinds_now
        if change < CHANGE_MIN:
            break
    return model, counts


def _expect(
    fields: Sequence[str], patterns: Mapping[Pattern, int], model: Model, kinds: tuple[float, float, float]
) -> tuple[Counts, tuple[float, float, float]]:
    counts = Counts(
        {one: [0.0] * len(model.m[one]) for one in fields}, {one: [0.0] * len(model.h[one]) for one in fields}
    )
    sums = [0.0, 0.0, 0.0]
    for pattern, number in patterns.items():
        same, household, stranger = kinds
        for one, level in zip(fields, pattern, strict=True):
            if level is not None:
                same *= model.m[one][level]
                household *= model.h[one][level]
                stranger *= model.u[one][level]
        total = same + household + stranger
        same, household, stranger = (number * one / total for one in (same, household, stranger))
        for place, found in enumerate((same, household, stranger)):
            sums[place] += found
        for one, level in zip(fields, pattern, strict=True):
            if level is not None:
                counts.m[one][level] += same
                counts.h[one][level] += household
    pairs = sum(sums) or 1.0
    return counts, (sums[0] / pairs, sums[1] / pairs, sums[2] / pairs)


def _shares(counts: Shares, start: Shares, prior_pairs: float) -> Shares:
    return {one: blend(found, start[one], prior_pairs) for one, found in counts.items()} | {
        one: shares for one, shares in start.items() if one not in counts
    }


def blend(counts: Sequence[float], start: Sequence[float], prior_pairs: float) -> list[float]:
    """Counted shares, drawn towards those of the start by as much as `prior_pairs` pairs would."""
    total = sum(counts) + prior_pairs * sum(start)
    return [(count + prior_pairs * share) / total for count, share in zip(counts, start, strict=True)]
