"""Key figures: one definition each, with numerator, denominator, exclusions, owner and target beside the number."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from guanxi.core.access import Actor, Reach


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
class Whose:
    """Of whom a figure is asked: one member, one team, or (both None) all that the actor may see."""

    member: int | None = None
    team: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was counted, and what it adds to numerator and denominator."""

    at: datetime
    name: str
    member: int | None
    numerator: float
    denominator: float


def sum_of(rows: Sequence[Row]) -> Value:
    return Value(sum(row.numerator for row in rows), sum(row.denominator for row in rows))


PER_MILLE = "\N{PER MILLE SIGN}"


@dataclass(frozen=True, slots=True)
class Figure:
    code: str
    title: Any
    numerator: Any
    denominator: Any
    exclusions: Any
    owner: str
    unit: str  # "%", PER_MILLE, "min", "1"
    target: float | None
    right: str
    compute: Callable[[Actor, datetime, datetime], Value]
    at_most: bool = False  # the target is a limit: more is worse
    rows: Callable[[Actor, datetime, datetime, Whose], list[Row]] | None = None  # what lies behind it
    tile: bool = True  # on everybody's first page

    def text(self, value: Value) -> str:
        """The number as people read it, "" where nothing was counted."""
        if value.ratio is None:
            return ""
        if self.unit == PER_MILLE:
            return f"{value.ratio * 1000:.1f}"
        return f"{value.ratio * 100:.1f} %" if self.unit == "%" else f"{value.ratio:,.0f}"

    @property
    def target_text(self) -> str:
        if self.target is None:
            return ""
        return f"{self.target:g} %" if self.unit == "%" else f"{self.target:g}"

    def missed(self, value: Value) -> bool:
        """Whether the target is not reached, or the limit passed."""
        if value.ratio is None or self.target is None:
            return False
        reached = value.ratio * {"%": 100, PER_MILLE: 1000}.get(self.unit, 1)
        return reached > self.target if self.at_most else reached < self.target


_figures: dict[str, Figure] = {}


def register(figure: Figure) -> None:
    _figures[figure.code] = figure


def visible_to(actor: Actor) -> list[Figure]:
    """Those of the first page."""
    return [figure for figure in list_all(actor) if figure.tile]


def list_all(actor: Actor) -> list[Figure]:
    return [figure for figure in _figures.values() if actor.may(figure.right)]


def get(code: str) -> Figure:
    return _figures[code]


LATELY_S = 60
_LATELY_MAX = 200
_lately: dict[tuple[str, Reach, timedelta], tuple[float, Value]] = {}


def lately(actor: Actor, figure: Figure, now: datetime, span: timedelta) -> Value:
    """The figure over the last `span`, at most a minute old: it counts rows, and everybody's first page asks for it."""
    key = (figure.code, actor.reach(figure.right), span)
    known = _lately.get(key)
    if known is None or not 0 <= monotonic() - known[0] < LATELY_S:
        if len(_lately) >= _LATELY_MAX:
            _lately.clear()
        known = _lately[key] = (monotonic(), figure.compute(actor, now - span, now))
    return known[1]


def forget_lately() -> None:
    """Count anew (between tests)."""
    _lately.clear()
