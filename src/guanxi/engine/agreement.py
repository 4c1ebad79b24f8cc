"""How far several judges agree: Krippendorff's alpha, for any number of judges, missing judgements and levels of measurement.

Source: K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011); the tests hold it to that paper's examples.
Written here because the packages for it are under the GPL (krippendorff) or bring all of statsmodels for thirty lines.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import permutations

Delta = Callable[[float, float], float]


def krippendorff_alpha(
    judgements: Sequence[Sequence[float | None]], *, level: str = "ordinal"
) -> float | None:
    """Alpha of `judgements` (a row per judge, a column per thing; None: not judged). 1 full agreement, 0 as by chance.

    `level`: nominal, ordinal, interval or ratio. None where nothing was judged twice; 1.0 where every judgement is the same
    (alpha is then 0/0: nobody disagrees, but nothing shows that they could).
    Raises `KeyError` for an unknown level, `ValueError` for rows of unequal length.
    """
    units = [[value for value in column if value is not None] for column in zip(*judgements, strict=True)]
    pairs: Counter[tuple[float, float]] = Counter()
    for unit in (one for one in units if len(one) > 1):
        weight = 1 / (len(unit) - 1)
        for pair in permutations(unit, 2):
            pairs[pair] += weight  # type: ignore[assignment]  # a coincidence is a fraction
    if not pairs:
        return None
    totals: Counter[float] = Counter()
    for (value, _other), weight in pairs.items():
        totals[value] += weight
    delta = _LEVELS[level](totals)
    observed = sum(weight * delta(*pair) for pair, weight in pairs.items())
    expected = sum(totals[a] * totals[b] * delta(a, b) for a, b in permutations(totals, 2))
    return 1.0 if not expected else 1 - (sum(totals.values()) - 1) * observed / expected


def _nominal(_totals: Counter[float]) -> Delta:
    return lambda a, b: float(a != b)


def _ordinal(totals: Counter[float]) -> Delta:
    """By how many judgements lie between two ranks, not by the distance of their numbers."""
    ranks = sorted(totals)

    def delta(a: float, b: float) -> float:
        low, high = sorted((a, b))
        between = sum(totals[rank] for rank in ranks if low <= rank <= high)
        return float((between - (totals[low] + totals[high]) / 2) ** 2)

    return delta


def _interval(_totals: Counter[float]) -> Delta:
    return lambda a, b: (a - b) ** 2


def _ratio(_totals: Counter[float]) -> Delta:
    return lambda a, b: ((a - b) / (a + b)) ** 2 if a + b else 0.0


_LEVELS: dict[str, Callable[[Counter[float]], Delta]] = {
    "nominal": _nominal,
    "ordinal": _ordinal,
    "interval": _interval,
    "ratio": _ratio,
}
