"""Has this been said before? How alike two texts are, by the features the classifier sees."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from guanxi.engine.intake.features import tokens
from guanxi.engine.intake.model import Model

OTHERS_MAX: Final = 50
SAME: Final = 0.5  # from here on two texts of one person are likely one matter


def similarity(text: str, others: Sequence[str], *, model: Model | None = None) -> list[float]:
    """0..1 for each of the first `OTHERS_MAX` others: the cosine of their features, rare ones counting more by `model`."""
    rarity = model.rarity if model else {}
    rarest = max(rarity.values(), default=1.0)
    mine = _vector(text, rarity, rarest)
    return [_cosine(mine, _vector(other, rarity, rarest)) for other in others[:OTHERS_MAX]]


def _vector(text: str, rarity: Mapping[str, float], rarest: float) -> dict[str, float]:
    return {
        word: (1 + math.log(count)) * rarity.get(word, rarest)
        for word, count in Counter(tokens(text)).items()
    }


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    shared = sum(value * other[word] for word, value in one.items() if word in other)
    lengths = math.hypot(*one.values()) * math.hypot(*other.values())
    return round(min(1.0, shared / lengths), 4) if lengths else 0.0
