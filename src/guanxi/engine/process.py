"""A process map from an event log: what follows what, how long it takes, who hands over to whom, where cases wait.

Directly-follows graph (W. van der Aalst, "Process Mining", 2016, chapter 5). A log says when something happened, not when
it was begun: the hours of a step are those until the next event of its case, so the last event of a case has none. Events
of one moment keep the order in which they were given.
"""

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

EVENTS_MAX = 2_000_000
VARIANTS = 10
UNPACKED_MAX = 500_000_000
_HOUR = 3_600.0
_DAY = 86_400
_MONDAY = 3 * _DAY  # 1 January 1970 was a Thursday

Hours = Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Log:
    """Columns, one row per event. `times`: seconds since 1970 UTC; `resources`: empty for unknown; `skipped`: rows unread."""

    cases: Sequence[str]
    activities: Sequence[str]
    times: NDArray[np.int64]
    resources: Sequence[str]
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Edge:
    """`source` is followed directly by `target`: how often, in how many cases, with how many hours between."""

    source: str
    target: str
    count: int
    cases: int
    median_h: float
    p90_h: float
    total_h: float
    handovers: int  # both sides known and different


@dataclass(frozen=True, slots=True)
class Step:
    """One activity. `rework`: events of it beyond the first of their case. Hours None: it always was the last."""

    activity: str
    count: int
    cases: int
    starts: int
    ends: int
    rework: int
    median_h: float | None
    p90_h: float | None
    total_h: float


@dataclass(frozen=True, slots=True)
class Variant:
    """One way through, from first event to last."""

    steps: tuple[str, ...]
    cases: int
    share: float
    median_h: float


@dataclass(frozen=True, slots=True)
class ProcessMap:
    """Steps and edges by count, variants by cases; `bottleneck`: the edge that holds most hours in all."""

    cases: int
    events: int
    median_h: float
    p90_h: float
    total_h: float
    handovers: int
    reworked: int  # cases in which anything was done again
    steps: tuple[Step, ...]
    edges: tuple[Edge, ...]
    variants: tuple[Variant, ...]
    variant_count: int
    bottleneck: Edge | None

    @property
    def bottleneck_share(self) -> float:
        """Share of all hours between the two steps of the bottleneck, 0 to 1."""
        return self.bottleneck.total_h / self.total_h if self.bottleneck and self.total_h else 0.0


def elapsed(begin: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.float64]:
    """Hours by the clock on the wall."""
    return (end - begin) / _HOUR


def working(opens: float = 9, closes: float = 17, days: int = 5, zone: float = 0) -> Hours:
    """Hours of a working week from Monday on, `days` long; `zone`: hours ahead of UTC. Knows no public holidays."""
    if not (0 <= opens < closes <= 24 and 1 <= days <= 7):
        raise ValueError("a working day opens before it closes, a week has one to seven days")
    start, length = round(opens * _HOUR), round((closes - opens) * _HOUR)

    def since(moment: NDArray[np.int64]) -> NDArray[np.int64]:
        day, second = np.divmod(moment + _MONDAY + round(zone * _HOUR), _DAY)
        week, weekday = np.divmod(day, 7)
        today = np.where(weekday < days, np.clip(second - start, 0, length), 0)
        return np.asarray((week * days + np.minimum(weekday, days)) * length + today, dtype=np.int64)

    return lambda begin, end: (since(end) - since(begin)) / _HOUR


def log(
    cases: Sequence[str], activities: Sequence[str], times: Sequence[datetime], resources: Sequence[str] = ()
) -> Log:
    """A log of plain columns. Raises `ValueError` for columns of different length or times without a zone."""
    resources = resources or [""] * len(cases)
    if not len(cases) == len(activities) == len(times) == len(resources):
        raise ValueError("all columns have one length")
    if any(one.tzinfo is None for one in times):
        raise ValueError("times need a zone")
    seconds = np.array([int(one.timestamp()) for one in times], dtype=np.int64)
    return Log(cases, activities, seconds, resources)


def discover(events: Log, *, hours: Hours = elapsed, variants: int = VARIANTS) -> ProcessMap:
    """The map of a log; an empty one is an empty map. Time grows with n log n of the events."""
    if not len(events.cases):
        return ProcessMap(0, 0, 0.0, 0.0, 0.0, 0, 0, (), (), (), 0, None)
    names, activity = np.unique(np.asarray(events.activities, dtype=object).astype(str), return_inverse=True)
    _, case = np.unique(np.asarray(events.cases, dtype=object).astype(str), return_inverse=True)
    _, who = np.unique(np.asarray(events.resources, dtype=object).astype(str), return_inverse=True)
    known = np.array([bool(one) for one in events.resources])
    order = np.lexsort((np.arange(case.size), events.times, case))
    case, activity, who, known, times = (
        one[order] for one in (case, activity, who, known, np.asarray(events.times, dtype=np.int64))
    )
    first = np.r_[True, case[1:] != case[:-1]]
    last = np.r_[first[1:], True]
    begins, ends = np.flatnonzero(first), np.flatnonzero(last)
    whole = hours(times[begins], times[ends])
    follows = np.flatnonzero(~last)
    spent = np.maximum(hours(times[follows], times[follows + 1]), 0.0)
    handed = known[follows] & known[follows + 1] & (who[follows] != who[follows + 1])
    again = _again(case, activity)
    edges = _edges(names, activity[follows], activity[follows + 1], case[follows], spent, handed)
    paths = Counter[tuple[int, ...]]()
    lasted: dict[tuple[int, ...], list[float]] = {}
    for begin, end, took in zip(begins.tolist(), ends.tolist(), whole.tolist(), strict=True):
        path = tuple(activity[begin : end + 1].tolist())
        paths[path] += 1
        lasted.setdefault(path, []).append(took)
    ways = sorted(paths, key=lambda path: (-paths[path], path))
    return ProcessMap(
        cases=int(begins.size),
        events=int(case.size),
        median_h=float(np.median(whole)),
        p90_h=float(np.percentile(whole, 90)),
        total_h=float(spent.sum()),
        handovers=int(handed.sum()),
        reworked=int(np.unique(case[again]).size),
        steps=_steps(names, activity, case, first, last, again, follows, spent),
        edges=edges,
        variants=tuple(
            Variant(
                tuple(str(names[one]) for one in path),
                paths[path],
                paths[path] / begins.size,
                float(np.median(lasted[path])),
            )
            for path in ways[:variants]
        ),
        variant_count=len(ways),
        bottleneck=max(
            (one for one in edges if one.total_h > 0),
            key=lambda one: (one.total_h, one.count, one.source, one.target),
            default=None,
        ),
    )


def _again(case: NDArray[np.int64], activity: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which events repeat an activity of their case; rows stand in the order of their cases."""
    _, at = np.unique(np.stack((case, activity), axis=1), axis=0, return_index=True)
    again = np.ones(case.size, dtype=bool)
    again[at] = False
    return again


def _edges(
    names: NDArray[np.str_],
    source: NDArray[np.int64],
    target: NDArray[np.int64],
    case: NDArray[np.int64],
    spent: NDArray[np.float64],
    handed: NDArray[np.bool_],
) -> tuple[Edge, ...]:
    key = source * names.size + target
    found = [
        Edge(
            source=str(names[source[rows[0]]]),
            target=str(names[target[rows[0]]]),
            count=int(rows.size),
            cases=int(np.unique(case[rows]).size),
            median_h=float(np.median(spent[rows])),
            p90_h=float(np.percentile(spent[rows], 90)),
            total_h=float(spent[rows].sum()),
            handovers=int(handed[rows].sum()),
        )
        for rows in _groups(key)
    ]
    return tuple(sorted(found, key=lambda one: (-one.count, one.source, one.target)))


def _steps(
    names: NDArray[np.str_],
    activity: NDArray[np.int64],
    case: NDArray[np.int64],
    first: NDArray[np.bool_],
    last: NDArray[np.bool_],
    again: NDArray[np.bool_],
    follows: NDArray[np.int64],
    spent: NDArray[np.float64],
) -> tuple[Step, ...]:
    hours = np.full(activity.size, np.nan)
    hours[follows] = spent
    found = []
    for rows in _groups(activity):
        timed = hours[rows][~last[rows]]
        found.append(
            Step(
                activity=str(names[activity[rows[0]]]),
                count=int(rows.size),
                cases=int(np.unique(case[rows]).size),
                starts=int(first[rows].sum()),
                ends=int(last[rows].sum()),
                rework=int(again[rows].sum()),
                median_h=float(np.median(timed)) if timed.size else None,
                p90_h=float(np.percentile(timed, 90)) if timed.size else None,
                total_h=float(timed.sum()),
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.count, one.activity)))


def _groups(key: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """The rows of each value, in the order of the values."""
    if not key.size:
        return []
    order = np.argsort(key, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(key[order])) + 1)


def read_log(
    path: Path, *, case: str, activity: str, time: str, resource: str = "", zone: timedelta = timedelta()
) -> Log:
    """The log of a CSV file, or of the one CSV in a ZIP. Times in ISO 8601; `zone`: where times without one were written.

    Rows without case, activity or readable time are counted in `skipped`. Raises `ValueError` for a missing column, no CSV
    in the archive, or more than `EVENTS_MAX` rows.
    """
    if path.suffix.lower() != ".zip":
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            return _read(csv.DictReader(file), case, activity, time, resource, zone)
    with zipfile.ZipFile(path) as archive:
        inside = [
            one
            for one in archive.infolist()
            if one.filename.lower().endswith(".csv") and "__MACOSX" not in one.filename
        ]
        if len(inside) != 1 or inside[0].file_size > UNPACKED_MAX:
            raise ValueError(f"{path.name}: needs exactly one CSV of at most {UNPACKED_MAX} bytes")
        with archive.open(inside[0]) as raw:
            text = io.TextIOWrapper(raw, encoding="utf-8-sig", errors="replace", newline="")
            return _read(csv.DictReader(text), case, activity, time, resource, zone)


def _read(
    rows: "csv.DictReader[str]", case: str, activity: str, time: str, resource: str, zone: timedelta
) -> Log:
    missing = [one for one in (case, activity, time, resource) if one and one not in (rows.fieldnames or ())]
    if missing:
        raise ValueError(f"columns not found: {', '.join(missing)}")
    cases: list[str] = []
    activities: list[str] = []
    times: list[int] = []
    resources: list[str] = []
    skipped = 0
    for row in _bounded(rows):
        moment = _moment(row.get(time) or "", zone)
        if not row.get(case) or not row.get(activity) or moment is None:
            skipped += 1
            continue
        cases.append(row[case])
        activities.append(row[activity])
        times.append(moment)
        resources.append((row.get(resource) or "") if resource else "")
    return Log(cases, activities, np.array(times, dtype=np.int64), resources, skipped)


def _bounded(rows: "csv.DictReader[str]") -> Iterator[dict[str, str]]:
    for at, row in enumerate(rows):
        if at >= EVENTS_MAX:
            raise ValueError(f"more than {EVENTS_MAX} events")
        yield row


def _moment(text: str, zone: timedelta) -> int | None:
    try:
        moment = datetime.fromisoformat(text.strip())
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC) - zone).timestamp())
    except (ValueError, OverflowError):
        return None
