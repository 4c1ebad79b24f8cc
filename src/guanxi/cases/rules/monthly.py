"""The public figures of a month, from what became of its issues. Small groups are counted, not broken down. Pure."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

LEAST = 5
"""A group smaller than this is not broken down: its people could be known again."""
OUTCOMES = ("upheld", "partly", "not_upheld", "settled", "admitted", "protected", "rejected", "withdrawn")
AUTOMATIC = "protected"


@dataclass(frozen=True, slots=True)
class Seen:
    """One issue as the figures see it: when it came, when and how it was first decided."""

    kind: str
    opened: datetime
    decided: datetime | None
    outcome: str
    sample: bool = False


@dataclass(slots=True)
class Figures:
    """One month of one kind of case. Hours of real time from the complaint to the first decision; None: too few to say."""

    month: date
    kind: str
    opened: int = 0
    decided: int = 0
    median: float | None = None
    p90: float | None = None
    p95: float | None = None
    automatic: float | None = None
    outcomes: Counter[str] = field(default_factory=Counter)
    appeals: int = 0
    changed: int = 0
    reopened: int = 0
    breaches: int = 0
    satisfied: int = 0
    satisfaction: float | None = None
    sample: int = 0

    @property
    def few(self) -> bool:
        """Whether so little was decided that nothing more is said of it."""
        return self.decided < LEAST


def month_of(day: date) -> date:
    return day.replace(day=1)


def months_back(last: date, count: int) -> list[date]:
    """The first days of `count` months up to `last`, the newest first."""
    found = [month_of(last)]
    while len(found) < count:
        found.append(month_of(found[-1] - timedelta(days=1)))
    return found


def next_month(month: date) -> date:
    return month_of(month + timedelta(days=31))


def counted(month: date, kind: str, issues: Iterable[Seen], *, inside: "Span") -> Figures:
    """What came and what was decided within a month, of one kind's issues."""
    found = Figures(month, kind)
    took: list[float] = []
    for one in issues:
        found.opened += inside.holds(one.opened)
        if one.decided is not None and inside.holds(one.decided):
            found.decided += 1
            found.sample += one.sample
            found.outcomes[one.outcome] += 1
            took.append((one.decided - one.opened) / timedelta(hours=1))
    if found.few:
        found.outcomes = Counter()
        return found
    found.median, found.p90, found.p95 = (percentile(took, share) for share in (50, 90, 95))
    found.automatic = found.outcomes[AUTOMATIC] / found.decided
    return found


@dataclass(frozen=True, slots=True)
class Span:
    """[start, end) in real time."""

    start: datetime
    end: datetime

    def holds(self, moment: datetime) -> bool:
        return self.start <= moment < self.end


def percentile(values: Sequence[float], percent: int) -> float | None:
    """The smallest value that `percent` of all do not exceed (nearest rank): always one that occurred. None of nothing."""
    if not values:
        return None
    return sorted(values)[max(math.ceil(len(values) * percent / 100), 1) - 1]
