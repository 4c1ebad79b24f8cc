"""Key figures: one definition each, with numerator, denominator, exclusions, owner and target beside the number."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from guanxi.core.access import Actor


@dataclass(frozen=True, slots=True)
class Value:
    """What a figure came to in [since, until): `numerator / denominator`, or a plain count when there is no denominator."""

    numerator: float
    denominator: float | None = None

    @property
    def ratio(self) -> float | None:
        """None where nothing was counted: 0 of 0 is not 0 %."""
        if self.denominator is None:
            return self.numerator
        return self.numerator / self.denominator if self.denominator else None


@dataclass(frozen=True, slots=True)
class Figure:
    code: str
    title: Any
    numerator: Any
    denominator: Any
    exclusions: Any
    owner: str
    unit: str  # "%", "min", "1"
    target: float | None
    right: str
    compute: Callable[[Actor, datetime, datetime], Value]


_figures: dict[str, Figure] = {}


def register(figure: Figure) -> None:
    _figures[figure.code] = figure


def visible_to(actor: Actor) -> list[Figure]:
    return [figure for figure in _figures.values() if actor.may(figure.right)]


def get(code: str) -> Figure:
    return _figures[code]
