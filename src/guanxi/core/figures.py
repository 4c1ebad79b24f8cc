"""Key figures: one definition each, with numerator, denominator, exclusions, owner and target beside the number."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from guanxi.core.access import Actor, Reach

if TYPE_CHECKING:
    from guanxi.core.counting import Counting


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


PER_MILLE = "\N{PER MILLE SIGN}"
SPANS = {"s": 1, "min": 60, "h": 3_600}


def _spans() -> dict[str, str]:
    return {"s": _("%(n)s s"), "min": _("%(n)s min"), "h": _("%(n)s h")}


@dataclass(frozen=True, slots=True)
class Figure:
    code: str
    title: Any
    numerator: Any
    denominator: Any
    exclusions: Any
    owner: str
    unit: str  # "%", PER_MILLE, "s", "min", "h" (values are seconds then), "1"
    target: float | None
    right: str
    compute: Callable[[Actor, datetime, datetime], Value]
    at_most: bool = False  # the target is a limit: more is worse
    source: Callable[[Actor, datetime, datetime, Whose], "Counting"] | None = None  # what lies behind it
    tile: bool = True  # on everybody's first page
    personal: bool = False  # can be asked of one member
    others: str = ""  # the right to see it of others; "": it is not about people
    spread: bool = False  # the median and the 90th percentile are told beside it
    digits: int = 0  # of a plain number
    where: str = ""  # the page that lists what it counts, where that is not rows of it

    def text(self, value: Value) -> str:
        """The number as people read it, "" where nothing was counted."""
        if value.ratio is None:
            return ""
        if self.unit in SPANS:
            return self.span_text(value.ratio)
        if self.unit == PER_MILLE:
            return f"{value.ratio * 1000:.1f}"
        return f"{value.ratio * 100:.1f} %" if self.unit == "%" else f"{value.ratio:,.{self.digits}f}"

    def span_text(self, seconds: float) -> str:
        """Seconds in the unit of this figure."""
        digits = 0 if self.unit == "s" else 1
        return _spans()[self.unit] % {"n": f"{seconds / SPANS[self.unit]:,.{digits}f}"}

    def part(self, number: float) -> str:
        """A denominator as people read it."""
        return f"{number:,.0f}" if number == int(number) else f"{number:,.2f}"

    def cell(self, number: float) -> str:
        """A numerator: time in the unit of this figure."""
        if self.unit in SPANS:
            return f"{number / SPANS[self.unit]:.2f}"
        return f"{number:.0f}" if number == int(number) else f"{number:.2f}"

    def scaled(self, value: Value) -> float | None:
        """The number a chart draws."""
        if value.ratio is None:
            return None
        scale = {"%": 100, PER_MILLE: 1000}.get(self.unit, 1 / SPANS.get(self.unit, 1))
        return round(value.ratio * scale, 2)

    @property
    def target_text(self) -> str:
        if self.target is None:
            return ""
        if self.unit in SPANS:
            return _spans()[self.unit] % {"n": f"{self.target:g}"}
        return f"{self.target:g} %" if self.unit == "%" else f"{self.target:g}"

    def missed(self, value: Value) -> bool:
        """Whether the target is not reached, or the limit passed."""
        if value.ratio is None or self.target is None:
            return False
        reached = value.ratio * {"%": 100, PER_MILLE: 1000}.get(self.unit, 1 / SPANS.get(self.unit, 1))
        return reached > self.target if self.at_most else reached < self.target


_figures: dict[str, Figure] = {}


def register(figure: Figure) -> None:
    _figures[figure.code] = figure


def visible_to(actor: Actor) -> list[Figure]:
    """Those of the first page."""
    return [figure for figure in list_all(actor) if figure.tile]


def list_all(actor: Actor) -> list[Figure]:
    return [figure for figure in _figures.values() if actor.may(figure.right)]


def list_of(actor: Actor, whose: Whose, *, own: bool) -> list[Figure]:
    """What this actor may see of one member, of one team, of all; `own`: it is themselves they ask about."""
    found = list_all(actor)
    if whose.member is not None:
        return [one for one in found if one.personal and (own or actor.may(one.others))]
    if whose.team is not None:
        return [one for one in found if one.others and actor.may(one.others)]
    return [one for one in found if not one.others or actor.may(one.others)]


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
