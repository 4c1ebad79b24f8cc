"""Working calendars: the hours a team works, and how long work takes by them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from guanxi.core.calendar.local_time import intervals, utc, zone_of
from guanxi.core.calendar.parts import (
    DAY,
    MIDNIGHT,
    CalendarError,
    Counted,
    Deadline,
    Interval,
    Period,
    Skipped,
)
from guanxi.core.calendar.public_holidays import NO_HOLIDAYS, holidays_of

HORIZON_DAYS = 366 * 3
"""How many days `add` looks ahead before it gives up."""
SPAN_DAYS_MAX = 366 * 50
"""The longest stretch `between` measures."""
_DAYS_KEPT_MAX = 4096
_NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True)
class _Day:
    intervals: tuple[Interval, ...]
    why: str
    known: bool


@dataclass(frozen=True)
class WorkingCalendar:
    """The hours a team works. What says more wins: opened > closed > make-up workday > holiday > week.

    `week` maps weekday (0 = Monday) to its periods; a weekday left out is free. `holidays_country` is an
    ISO 3166 code ("CN", or with a subdivision "DE-BY"). `opened` are extra days with their own periods; a
    make-up workday opens with Monday's. `works_on_holidays`: the weekly pattern holds whatever the country
    decrees, holidays and make-up days alike. Raises CalendarError when the parts contradict each other.
    """

    code: str
    zone: str
    week: Mapping[int, tuple[Period, ...]]
    holidays_country: str | None = None
    closed: frozenset[date] = frozenset()
    opened: Mapping[date, tuple[Period, ...]] = field(default_factory=dict)
    works_on_holidays: bool = False
    _tz: ZoneInfo = field(init=False, repr=False, compare=False)
    _days: dict[date, _Day] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        if not self.code:
            raise CalendarError("A calendar needs a code.")
        if wrong := set(self.week) - set(range(7)):
            raise CalendarError(
                f"Calendar {self.code}: no such weekday: {sorted(wrong)}; use 0 (Monday) to 6."
            )
        if both := sorted(self.closed & set(self.opened)):
            raise CalendarError(f"Calendar {self.code}: {both[0]} is both closed and opened.")
        object.__setattr__(self, "_tz", zone_of(self.zone))
        object.__setattr__(self, "week", {day: _ordered(day, row) for day, row in self.week.items()})
        object.__setattr__(self, "opened", {day: _ordered(day, row) for day, row in self.opened.items()})
        if empty := [day for day, periods in self.opened.items() if not periods]:
            raise CalendarError(f"Calendar {self.code}: opened day {empty[0]} has no periods.")
        if not any(self.week.values()) and not self.opened:
            raise CalendarError(f"Calendar {self.code} never opens.")

    def __hash__(self) -> int:
        return hash((self.code, self.zone))

    def periods_on(self, day: date) -> tuple[Interval, ...]:
        """The working intervals (UTC, ascending, disjoint) of one local day."""
        return self._day(day).intervals

    def add(self, start: datetime, worked: timedelta) -> Deadline:
        """When `worked` working time after `start` has passed, and how it was counted.

        The end is the earliest possible: time that fills a period ends with it, not at the next opening.
        Raises CalendarError for a naive start, a negative time, or when it takes more than HORIZON_DAYS.
        """
        begin, left = utc(start), worked
        if left < _NOTHING:
            raise CalendarError("Worked time cannot be negative.")
        counted: list[Counted] = []
        skipped: list[Skipped] = []
        known, day = True, begin.astimezone(self._tz).date()
        for _ in range(HORIZON_DAYS if left else 0):
            found = self._day(day)
            known = known and found.known
            if not found.intervals:
                skipped.append(Skipped(day, found.why))
            left = _count(found, begin, left, counted)
            if not left:
                break
            day += DAY
        if left:
            raise CalendarError(
                f"Calendar {self.code}: {worked} of work is not reached in {HORIZON_DAYS} days."
            )
        due = counted[-1].end if counted else begin
        return Deadline(due, tuple(counted), tuple(skipped), not known)

    def between(self, a: datetime, b: datetime) -> timedelta:
        """Working time in [a, b). Raises CalendarError if naive, if b < a, or beyond SPAN_DAYS_MAX."""
        first, last = utc(a), utc(b)
        if last < first:
            raise CalendarError("Working time is measured forwards: b must not be before a.")
        day, end = first.astimezone(self._tz).date(), last.astimezone(self._tz).date()
        if (end - day).days > SPAN_DAYS_MAX:
            raise CalendarError(f"Working time is measured over at most {SPAN_DAYS_MAX} days.")
        total = _NOTHING
        while day <= end:
            for interval in self._day(day).intervals:
                if interval.end > first and interval.start < last:
                    total += min(interval.end, last) - max(interval.start, first)
            day += DAY
        return total

    def _day(self, day: date) -> _Day:
        found = self._days.get(day)
        if found is None:
            if len(self._days) >= _DAYS_KEPT_MAX:
                self._days.clear()
            periods, why, known = self._plan(day)
            found = self._days[day] = _Day(intervals(self._tz, day, periods), why, known)
        return found

    def _plan(self, day: date) -> tuple[tuple[Period, ...], str, bool]:
        if day in self.opened:
            return self.opened[day], "extra", True
        if day in self.closed:
            return (), "closed", True
        usual = self.week.get(day.weekday(), ())
        if self.works_on_holidays or self.holidays_country is None:
            year = NO_HOLIDAYS
        else:
            year = holidays_of(self.holidays_country, day.year)
        if day in year.make_up and (made_up := self.week.get(0) or usual):
            return made_up, "make_up", year.known
        if day in year.names:
            return (), f"holiday:{year.names[day]}", year.known
        return usual, "weekday" if usual else "weekend", year.known


@lru_cache(maxsize=64)
def always(zone: str) -> WorkingCalendar:
    """Every hour of every day; CalendarError if the zone is unknown."""
    return WorkingCalendar("always", zone, {day: (Period(MIDNIGHT, MIDNIGHT),) for day in range(7)})


def _ordered(day: int | date, periods: Iterable[Period]) -> tuple[Period, ...]:
    row = tuple(sorted(periods, key=lambda period: period.begins))
    for left, right in pairwise(row):
        if left.ends > right.begins:
            raise CalendarError(f"Periods {left} and {right} of {day} overlap.")
    return row


def _count(day: _Day, begin: datetime, left: timedelta, counted: list[Counted]) -> timedelta:
    """Count up to `left` of the day's time after `begin`; what is still left."""
    for interval in day.intervals:
        if not left:
            break
        if interval.end <= begin:
            continue
        start = max(interval.start, begin)
        taken = min(left, interval.end - start)
        counted.append(Counted(start, start + taken, day.why))
        left -= taken
    return left
