"""Then and now: the same seeded disputes through the procedure as it was and through ours, and what comes out. Pure.

Simulated throughout: nothing here was measured on people. The table, guards, limits and clocks of "now" are the real ones.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import quantiles

from guanxi.cases.rules.replay.before import lived_before
from guanxi.cases.rules.replay.fate import GIVEN_UP, Fate
from guanxi.cases.rules.replay.ours import TABLE_ALONE, Published, lived_now
from guanxi.cases.rules.replay.traits import ASSUMED, Dispute, draw

__all__ = [
    "ASSUMED",
    "BY_HOURS",
    "DISPUTES",
    "DISPUTES_MAX",
    "SEED",
    "Compared",
    "Dispute",
    "Fate",
    "Outcome",
    "Published",
    "Summary",
    "compare",
    "draw",
    "lived_before",
    "lived_now",
    "outcome",
    "percentile",
]

DISPUTES = 1_000
DISPUTES_MAX = 20_000
SEED = 43
BY_HOURS = (0.25, 1, 4, 12, 24, 48, 72, 144, 240, 336, 504, 720, 1080, 1440, 2160)
"""Where the curves are read: a quarter of an hour to three months."""


@dataclass(frozen=True, slots=True)
class Summary:
    """One world in figures. Hours; None where nobody got that far. Shares from 0 to 1."""

    disputes: int
    decided: int
    median: float | None
    p90: float | None
    p95: float | None
    longest: float | None
    owed: int  # people who are owed money
    money: int  # of them, who got all of it
    money_median: float | None
    money_p95: float | None
    handovers: float  # on average
    cancelled: int
    restarts: int  # begun again from the beginning
    given_up: int
    appealed: int
    breaches: int
    automatic: int


@dataclass(frozen=True, slots=True)
class Compared:
    """Both worlds, dispute by dispute in the same order."""

    seed: int
    disputes: tuple[Dispute, ...]
    before: tuple[Fate, ...]
    now: tuple[Fate, ...]

    def decided_by(self) -> list[tuple[float, float, float]]:
        """(hours, share decided then, share decided now)."""
        return _curve(self.before, self.now, lambda one: one.hours_to(one.decided))

    def money_by(self) -> list[tuple[float, float, float]]:
        """(hours, share of those owed money who have it: then, now)."""
        owed = [place for place, one in enumerate(self.disputes) if one.due_minor]
        pairs = [self.before[place] for place in owed], [self.now[place] for place in owed]
        return _curve(*pairs, lambda one: one.hours_to(one.money))

    def handovers(self) -> list[tuple[int, int, int]]:
        """(how often handed over, disputes then, disputes now)."""
        most = max(one.handovers for one in (*self.before, *self.now))
        counts = [
            [sum(one.handovers == n for one in world) for world in (self.before, self.now)]
            for n in range(most + 1)
        ]
        return [(n, then, now) for n, (then, now) in enumerate(counts)]

    def summaries(self) -> tuple[Summary, Summary]:
        return _summary(self.disputes, self.before), _summary(self.disputes, self.now)

    def slowest(self, most: int = 5) -> list[tuple[Dispute, Fate, Fate]]:
        """The disputes that took longest now."""
        together = zip(self.disputes, self.before, self.now, strict=True)
        return sorted(together, key=lambda one: -(one[2].hours_to(one[2].decided) or 0))[:most]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a page shows of a comparison, small enough to keep: figures, curves, hand-overs, the slowest."""

    disputes: int
    seed: int
    before: Summary
    now: Summary
    decided_by: tuple[tuple[float, float, float], ...]
    money_by: tuple[tuple[float, float, float], ...]
    handovers: tuple[tuple[int, int, int], ...]
    slowest: tuple[tuple[Dispute, Fate, Fate], ...]


@lru_cache(maxsize=32)
def outcome(*, disputes: int = DISPUTES, seed: int = SEED) -> Outcome:
    """The comparison in short, kept. Raises as `compare` does."""
    found = compare(disputes=disputes, seed=seed)
    before, now = found.summaries()
    curves = tuple(found.decided_by()), tuple(found.money_by())
    return Outcome(disputes, seed, before, now, *curves, tuple(found.handovers()), tuple(found.slowest()))


def compare(
    *,
    disputes: int = DISPUTES,
    seed: int = SEED,
    assumed: Mapping[str, float] = ASSUMED,
    published: Published = TABLE_ALONE,
) -> Compared:
    """Both worlds for so many disputes. Raises `ValueError` for none or more than `DISPUTES_MAX`."""
    if not 0 < disputes <= DISPUTES_MAX:
        raise ValueError(f"1 to {DISPUTES_MAX:,} disputes")
    drawn = tuple(draw(number, seed, assumed) for number in range(1, disputes + 1))
    return Compared(
        seed, drawn, tuple(map(lived_before, drawn)), tuple(lived_now(one, published) for one in drawn)
    )


def _curve(
    before: Sequence[Fate], now: Sequence[Fate], hours: Callable[[Fate], float | None]
) -> list[tuple[float, float, float]]:
    return [(by, _share(map(hours, before), by), _share(map(hours, now), by)) for by in BY_HOURS]


def _share(values: Iterable[float | None], by: float) -> float:
    found = list(values)
    return sum(1 for value in found if value is not None and value <= by) / max(len(found), 1)


def _summary(disputes: Sequence[Dispute], fates: Sequence[Fate]) -> Summary:
    took = [value for one in fates if (value := one.hours_to(one.decided)) is not None]
    owed = [fate for dispute, fate in zip(disputes, fates, strict=True) if dispute.due_minor]
    money = [value for one in owed if (value := one.hours_to(one.money)) is not None]
    return Summary(
        disputes=len(fates),
        decided=len(took),
        median=percentile(took, 50),
        p90=percentile(took, 90),
        p95=percentile(took, 95),
        longest=max(took, default=None),
        owed=len(owed),
        money=len(money),
        money_median=percentile(money, 50),
        money_p95=percentile(money, 95),
        handovers=sum(one.handovers for one in fates) / len(fates),
        cancelled=sum(one.cancelled for one in fates),
        restarts=sum(one.restarts for one in fates),
        given_up=sum(one.ended_as == GIVEN_UP for one in fates),
        appealed=sum(one.appealed for one in fates),
        breaches=sum(one.breaches for one in fates),
        automatic=sum(one.ended_as == "automatic" for one in fates),
    )


def percentile(values: Sequence[float], percent: int) -> float | None:
    """The value that `percent` of them do not exceed; None of nothing."""
    if not values:
        return None
    if len(values) == 1:
        return values[0]
    return quantiles(values, n=100, method="inclusive")[percent - 1]
