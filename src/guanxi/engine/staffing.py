"""How many people must sit there: arrivals expected per half hour, and seats for a service level by Erlang C or Erlang A.

Sources: A. K. Erlang (1917), by the recursion for Erlang B; Erlang A (callers hang up) by O. Garnett, A. Mandelbaum and
M. Reiman, "Designing a Call Center with Impatient Customers" (2002), the density of the offered wait integrated. The tests
hold both to published examples. Written here because the kept packages need Python 3.12 and OR-tools (pyworkforce) or send
the figures to somebody's server (erlangccmath): docs/adr/0024-assignment.md.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist, fmean

import numpy as np

HALF_HOUR_S = 1_800.0
SEATS_MAX = 5_000
NODES = 64
NEVER = 1e-200


@dataclass(frozen=True, slots=True)
class Demand:
    """What comes in within `span_s` seconds. `patience_s`: how long people wait on average; None: for ever (Erlang C)."""

    contacts: float
    handle_s: float  # talk, hold and wrap-up, on average
    span_s: float = HALF_HOUR_S
    patience_s: float | None = None

    @property
    def load(self) -> float:
        """Erlangs: people busy all the time if nobody ever waited."""
        return self.contacts * self.handle_s / self.span_s


@dataclass(frozen=True, slots=True)
class Expected:
    """What `seats` people bring. Shares 0 to 1, seconds. A queue that only grows: service 0, waiting 1, wait infinite."""

    seats: int
    service: float  # answered within the time asked for, of all
    waiting: float  # share that waits at all
    wait_s: float  # average of all
    abandoned: float
    occupancy: float


@dataclass(frozen=True, slots=True)
class Goal:
    """What is wanted: `share` of contacts answered within `within_s`, nobody busier than `occupancy_max`."""

    share: float = 0.8
    within_s: float = 20.0
    occupancy_max: float = 0.9
    abandoned_max: float = 1.0
    shrinkage: float = 0.3  # of paid time in breaks, training, illness


@dataclass(frozen=True, slots=True)
class Need:
    expected: Expected
    rostered: int  # seats with shrinkage


def expect(demand: Demand, seats: int, *, within_s: float) -> Expected:
    """What `seats` people bring about. Raises `ValueError` for negative or no numbers."""
    if seats < 0 or demand.contacts < 0 or demand.handle_s <= 0 or demand.span_s <= 0 or within_s < 0:
        raise ValueError("a demand is not negative, and takes time")
    if not demand.contacts:
        return Expected(seats, 1.0, 0.0, 0.0, 0.0, 0.0)
    if demand.patience_s is None:
        return _erlang_c(demand, seats, within_s)
    return _erlang_a(demand, demand.patience_s, seats, within_s)


def blocked(load: float, seats: int) -> float:
    """Erlang B: the share of contacts that meet `seats` busy people, if whoever does goes away."""
    share = 1.0
    for one in range(1, seats + 1):
        share = load * share / (one + load * share)
    return share


def _erlang_c(demand: Demand, seats: int, within_s: float) -> Expected:
    load = demand.load
    if seats <= load:
        return Expected(seats, 0.0, 1.0, math.inf, 0.0, 1.0)
    busy = load / seats
    share = blocked(load, seats)
    waiting = share / (1 - busy * (1 - share))
    service = 1 - waiting * math.exp(-(seats - load) * within_s / demand.handle_s)
    return Expected(seats, service, waiting, waiting * demand.handle_s / (seats - load), 0.0, busy)


def _erlang_a(demand: Demand, patience_s: float, seats: int, within_s: float) -> Expected:
    """The offered wait has the density rate x exp(rate x H(x) - seats x (x / handle)); H(x): time a caller stays by x."""
    if patience_s <= 0:
        raise ValueError("patience takes time")
    if not seats:
        return Expected(0, 0.0, 1.0, patience_s, 1.0, 0.0)
    rate = demand.contacts / demand.span_s

    def log_density(wait: np.ndarray) -> np.ndarray:
        return np.asarray(-rate * patience_s * np.expm1(-wait / patience_s) - seats / demand.handle_s * wait)

    turning = patience_s * max(math.log(demand.load / seats), 0.0)  # where it is highest
    highest = float(log_density(np.array(turning)))
    last = _far_enough(
        lambda wait: float(log_density(np.array(wait))) - highest, max(2 * turning, demand.handle_s / seats)
    )
    edges = sorted({0.0, *(edge for edge in (within_s, turning) if edge < last), last})
    free = blocked(demand.load, seats - 1)
    if free < NEVER:  # nobody ever waits
        return Expected(seats, 1.0, 0.0, 0.0, 0.0, demand.load / seats)
    nobody = math.exp(-highest) / free
    offered, served, in_time = 0.0, 0.0, 0.0
    for start, end in _split(edges):
        wait, weight = _nodes(start, end)
        density = rate * np.exp(log_density(wait) - highest) * weight
        stays = density * np.exp(-wait / patience_s)
        offered, served = offered + float(density.sum()), served + float(stays.sum())
        in_time += float(stays.sum()) if end <= within_s else 0.0
    whole = nobody + offered
    abandoned = max((offered - served) / whole, 0.0)
    return Expected(
        seats,
        (nobody + in_time) / whole,
        offered / whole,
        abandoned * patience_s,
        abandoned,
        min(demand.load * (1 - abandoned) / seats, 1.0),
    )


def _far_enough(height: Callable[[float], float], start: float) -> float:
    """Where the density is below e^-40 of its highest."""
    while height(start) > -40:
        start *= 2
    return start


def _split(edges: Sequence[float]) -> Iterable[tuple[float, float]]:
    for start, end in pairwise(edges):
        step = (end - start) / 8
        yield from ((start + n * step, end if n == 7 else start + (n + 1) * step) for n in range(8))


_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(NODES)


def _nodes(start: float, end: float) -> tuple[np.ndarray, np.ndarray]:
    """Gauss-Legendre points and weights of an interval."""
    half = (end - start) / 2
    return start + half * (_POINTS + 1), half * _WEIGHTS


def seats_needed(demand: Demand, goal: Goal) -> Need:
    """The fewest seats that meet `goal`. Raises `ValueError` where no `SEATS_MAX` people would."""
    if not 0 <= goal.shrinkage < 1 or not 0 < goal.occupancy_max <= 1 or not 0 <= goal.share < 1:
        raise ValueError("shares lie between 0 and 1")
    seats = 0 if not demand.contacts else max(1, math.floor(demand.load) if demand.patience_s is None else 1)
    while seats <= SEATS_MAX:
        found = expect(demand, seats, within_s=goal.within_s)
        if _meets(found, goal):
            return Need(found, math.ceil(round(seats / (1 - goal.shrinkage), 9)))
        seats += 1
    raise ValueError(f"more than {SEATS_MAX} seats")


def _meets(found: Expected, goal: Goal) -> bool:
    return (
        found.service >= goal.share
        and found.occupancy <= goal.occupancy_max
        and found.abandoned <= goal.abandoned_max
    )


# -- forecast ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Counted:
    """Contacts that came in one half hour of one day of the past. `week`: any number that tells weeks apart."""

    week: int
    weekday: int  # 0 Monday
    half_hour: int  # 0 to 47
    contacts: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """What to expect in a half hour: the mean of the same one in the weeks before, and where it will lie (`sure`)."""

    weekday: int
    half_hour: int
    contacts: float
    low: float
    high: float
    weeks: int


@dataclass(frozen=True, slots=True)
class Planned:
    forecast: Forecast
    need: Need
    low: Need
    high: Need


def forecast(history: Iterable[Counted], *, sure: float = 0.8) -> list[Forecast]:
    """One per weekday and half hour that was counted at least once; a week counted on that weekday but not there counts 0.

    The interval is that of one new half hour: Poisson, widened by how much more the days of that weekday scatter than
    Poisson (one factor a weekday, from all its half hours), and by the mean being of few weeks.
    """
    told: dict[int, dict[int, dict[int, int]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    weeks: dict[int, set[int]] = defaultdict(set)
    for one in history:
        told[one.weekday][one.half_hour][one.week] += one.contacts
        weeks[one.weekday].add(one.week)
    made = []
    for weekday, halves in sorted(told.items()):
        rows = {half: [counts[week] for week in weeks[weekday]] for half, counts in sorted(halves.items())}
        wider = _scatter(list(rows.values()))
        made += [_forecast(weekday, half, row, wider, sure) for half, row in rows.items()]
    return made


def _scatter(rows: Sequence[Sequence[int]]) -> float:
    """Variance over mean, pooled; at least that of Poisson, 1."""
    pairs = [(fmean(row), row) for row in rows if len(row) > 1 and any(row)]
    if not pairs:
        return 1.0
    freedom = sum(len(row) - 1 for _, row in pairs)
    return max(1.0, sum(sum((count - mean) ** 2 for count in row) / mean for mean, row in pairs) / freedom)


def _forecast(weekday: int, half_hour: int, row: Sequence[int], wider: float, sure: float) -> Forecast:
    mean = fmean(row)
    reach = NormalDist().inv_cdf((1 + sure) / 2) * math.sqrt(
        wider * max(mean, 1 / len(row)) * (1 + 1 / len(row))
    )
    return Forecast(weekday, half_hour, mean, max(0.0, mean - reach), mean + reach, len(row))


def plan(
    forecasts: Iterable[Forecast], goal: Goal, *, handle_s: float, patience_s: float | None = None
) -> list[Planned]:
    """Seats for each half hour: for the mean and for both ends of its interval."""

    def needs(contacts: float) -> Need:
        return seats_needed(Demand(contacts, handle_s, patience_s=patience_s), goal)

    return [Planned(one, needs(one.contacts), needs(one.low), needs(one.high)) for one in forecasts]
