"""Working calendars: which hours count for a team, and when a limit in worked time runs out.

Pure: no Django, no database, no clock. Every instant that goes in must be aware; every instant that comes
out is in UTC, since Python subtracts two datetimes of one DST zone by wall clock and would be wrong by an hour.

A minute is working time exactly when the local wall clock reads inside one of the day's periods; so an hour
that DST skips is never worked and one it repeats is worked twice.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

HORIZON_DAYS = 366 * 3
"""How many days `add` looks ahead before it gives up."""
SPAN_DAYS_MAX = 366 * 50
"""The longest stretch `between` measures."""
_DAYS_KEPT_MAX = 4096
_DAY = timedelta(days=1)
_NOTHING = timedelta(0)
_MIDNIGHT = time(0)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_YEARLY_DECREE = frozenset({"BY", "CN", "HU", "KZ", "LV", "RU", "UZ", "VN"})
"""Countries that publish swapped workdays year by year: past the last published year nothing is known."""


class CalendarError(ValueError):
    """A calendar that cannot be built, or a question it cannot answer."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Local wall-clock hours [start, end) of one day; an end of 00:00 means 24:00."""

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.start.tzinfo or self.end.tzinfo:
            raise CalendarError("A period is local wall-clock time: its times carry no zone.")
        if self.begins >= self.ends:
            raise CalendarError(
                f"Period {self} does not end after it starts; split hours that pass midnight into two days."
            )

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Read "09:00-12:30" or "18:00-24:00"; CalendarError if it is anything else."""
        match = re.fullmatch(r"\s*(\d\d:\d\d)\s*[-–]\s*(\d\d:\d\d)\s*", text)
        if match is None:
            raise CalendarError(f"Period {text!r} is not of the form HH:MM-HH:MM.")
        start, end = match.groups()
        try:
            return cls(time.fromisoformat(start), _MIDNIGHT if end == "24:00" else time.fromisoformat(end))
        except CalendarError:
            raise
        except ValueError as error:
            raise CalendarError(f"Period {text!r}: {error}.") from error

    @property
    def begins(self) -> timedelta:
        """Wall-clock time since 00:00."""
        return _since_midnight(self.start)

    @property
    def ends(self) -> timedelta:
        """Wall-clock time since 00:00, at most 24 hours."""
        return _DAY if self.end == _MIDNIGHT else _since_midnight(self.end)

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{'24:00' if self.end == _MIDNIGHT else format(self.end, '%H:%M')}"


@dataclass(frozen=True, slots=True)
class Interval:
    """Real time [start, end), both in UTC."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Counted(Interval):
    """Time that ran; why: weekday | make_up | extra (working calendars), calendar | night (party limits)."""

    why: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A local day without working time; why: weekend (nothing in the weekly pattern) | closed | holiday:NAME."""

    day: date
    why: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a limit ends (UTC) and everything needed to explain it.

    `provisional`: a day was judged by the weekly pattern alone, as its year's holidays are not published yet.
    """

    due: datetime
    intervals: tuple[Counted, ...]
    skipped: tuple[Skipped, ...]
    provisional: bool


@dataclass(frozen=True, slots=True)
class HolidayYear:
    """Public holidays of one country and year; `known` is False when they are not published yet."""

    names: Mapping[date, str]
    make_up: frozenset[date]
    known: bool


@dataclass(frozen=True, slots=True)
class _Day:
    intervals: tuple[Interval, ...]
    why: str
    known: bool


_NO_HOLIDAYS = HolidayYear(names={}, make_up=frozenset(), known=True)
_UNKNOWN_YEAR = HolidayYear(names={}, make_up=frozenset(), known=False)


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
            raise CalendarError(f"Calendar {self.code}: no such weekday: {sorted(wrong)}; use 0 (Monday) to 6.")
        if both := sorted(self.closed & set(self.opened)):
            raise CalendarError(f"Calendar {self.code}: {both[0]} is both closed and opened.")
        object.__setattr__(self, "_tz", _zone(self.zone))
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
        begin, left = _utc(start), worked
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
            day += _DAY
        if left:
            raise CalendarError(f"Calendar {self.code}: {worked} of work is not reached in {HORIZON_DAYS} days.")
        due = counted[-1].end if counted else begin
        return Deadline(due, tuple(counted), tuple(skipped), not known)

    def between(self, a: datetime, b: datetime) -> timedelta:
        """Working time in [a, b). Raises CalendarError if naive, if b < a, or beyond SPAN_DAYS_MAX."""
        first, last = _utc(a), _utc(b)
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
            day += _DAY
        return total

    def _day(self, day: date) -> _Day:
        found = self._days.get(day)
        if found is None:
            if len(self._days) >= _DAYS_KEPT_MAX:
                self._days.clear()
            periods, why, known = self._plan(day)
            found = self._days[day] = _Day(_intervals(self._tz, day, periods), why, known)
        return found

    def _plan(self, day: date) -> tuple[tuple[Period, ...], str, bool]:
        if day in self.opened:
            return self.opened[day], "extra", True
        if day in self.closed:
            return (), "closed", True
        usual = self.week.get(day.weekday(), ())
        if self.works_on_holidays or self.holidays_country is None:
            year = _NO_HOLIDAYS
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
    return WorkingCalendar("always", zone, {day: (Period(_MIDNIGHT, _MIDNIGHT),) for day in range(7)})


def calendar_hours_with_night(
    start: datetime,
    duration: timedelta,
    zone: str,
    night_start: time = time(22),
    night_end: time = time(9),
) -> Deadline:
    """A party's limit: plain hours, but an end in the night [night_start, night_end) moves to its morning.

    Raises CalendarError for a naive start, a negative duration or an unknown zone. Source: cases.md, "Party limits".
    """
    begin, tz = _utc(start), _zone(zone)
    if duration < _NOTHING:
        raise CalendarError("A limit cannot be negative.")
    plain = begin + duration
    local = plain.astimezone(tz)
    counted = [Counted(begin, plain, "calendar")] if duration else []
    if not _in_night(local.time(), night_start, night_end):
        return Deadline(plain, tuple(counted), (), False)
    passes_midnight = night_start > night_end and local.time() >= night_start
    morning = local.date() + _DAY if passes_midnight else local.date()
    due = datetime.combine(morning, night_end, tz).astimezone(UTC)
    return Deadline(due, (*counted, Counted(plain, due, "night")), (), False)


@lru_cache(maxsize=512)
def holidays_of(country: str, year: int, language: str = "en_US") -> HolidayYear:
    """Public holidays and make-up workdays; CalendarError if the country is unknown.

    `language` is one the `holidays` package has for the country ("zh_CN"); others fall back to the country's own.
    """
    # Imported here: the package costs 18 MiB and a quarter of a second, and most processes never ask.
    from holidays import country_holidays

    code, _, subdivision = country.partition("-")
    try:
        base = country_holidays(code, subdiv=subdivision or None, expand=False)
    except NotImplementedError as error:
        raise CalendarError(f"No public holidays are known for {country!r}.") from error
    last = base.end_year
    if code in _YEARLY_DECREE:
        last = max(getattr(base, "special_public_holidays", {}), default=last)
    if not base.start_year <= year <= last:
        return _UNKNOWN_YEAR
    # The neighbours may reach into this year: a New Year swap can be worked in the December before.
    years = [y for y in (year - 1, year, year + 1) if base.start_year <= y <= last]
    named = language if language in base.supported_languages else base.default_language
    table = country_holidays(code, subdiv=subdivision or None, years=years, expand=False, language=named)
    return HolidayYear(
        names={day: name for day, name in table.items() if day.year == year},
        make_up=frozenset(day for day in table.weekend_workdays if day.year == year),
        known=True,
    )


def from_spec(spec: Mapping[str, object]) -> WorkingCalendar:
    """Build a calendar from its declarative form in a pack; CalendarError names what is wrong.

    {"code": "office", "zone": "Asia/Shanghai", "week": {"mon-fri": ["09:00-12:00", "13:30-18:00"]},
    "holidays": "CN", "closed": ["2026-01-05"], "opened": {"2026-03-07": ["10:00-16:00"]},
    "works_on_holidays": false}; code, zone and week are needed.
    """
    if unknown := set(spec) - {"code", "zone", "week", "holidays", "closed", "opened", "works_on_holidays"}:
        raise CalendarError(f"Calendar: unknown keys {sorted(unknown)}.")
    works_on_holidays = spec.get("works_on_holidays", False)
    if not isinstance(works_on_holidays, bool):
        raise CalendarError("Calendar: works_on_holidays must be true or false.")
    country = None if spec.get("holidays") is None else _text(spec, "holidays")
    if country is not None:
        holidays_of(country, 2025)  # an unknown country must fail here, not at the first deadline
    return WorkingCalendar(
        code=_text(spec, "code"),
        zone=_text(spec, "zone"),
        week=_week(_mapping(spec.get("week"), "week")),
        holidays_country=country,
        closed=frozenset(_date(day) for day in _list(spec.get("closed", []), "closed")),
        opened={_date(day): _periods(row) for day, row in _mapping(spec.get("opened", {}), "opened").items()},
        works_on_holidays=works_on_holidays,
    )


def _week(rows: Mapping[object, object]) -> dict[int, tuple[Period, ...]]:
    week: dict[int, tuple[Period, ...]] = {}
    for key, row in rows.items():
        for day in _weekdays(key):
            if day in week:
                raise CalendarError(f"Calendar: {_WEEKDAYS[day]} is given twice.")
            week[day] = _periods(row)
    return week


def _weekdays(key: object) -> range:
    first, _, last = str(key).lower().partition("-")
    try:
        days = range(_WEEKDAYS.index(first), _WEEKDAYS.index(last or first) + 1)
    except ValueError as error:
        raise CalendarError(f'Calendar: {key!r} is no weekday; write "mon" or "mon-fri".') from error
    if not days:
        raise CalendarError(f"Calendar: {key!r} runs backwards; a week starts on Monday.")
    return days


def _periods(row: object) -> tuple[Period, ...]:
    return tuple(Period.parse(str(text)) for text in _list(row, "periods"))


def _date(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise CalendarError(f"Calendar: {value!r} is no date; write YYYY-MM-DD.") from error


def _text(spec: Mapping[str, object], key: str) -> str:
    value = spec.get(key)
    if not isinstance(value, str) or not value:
        raise CalendarError(f"Calendar: {key} must be a text.")
    return value


def _list(value: object, key: str) -> Iterable[object]:
    if not isinstance(value, list | tuple):
        raise CalendarError(f"Calendar: {key} must be a list.")
    return value


def _mapping(value: object, key: str) -> Mapping[object, object]:
    if not isinstance(value, Mapping):
        raise CalendarError(f"Calendar: {key} must be a table.")
    return value


def _ordered(day: int | date, periods: Iterable[Period]) -> tuple[Period, ...]:
    row = tuple(sorted(periods, key=lambda period: period.begins))
    for left, right in zip(row, row[1:], strict=False):
        if left.ends > right.begins:
            raise CalendarError(f"Periods {left} and {right} of {day} overlap.")
    return row


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise CalendarError(f"{name!r} is no time zone.") from error


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise CalendarError("A naive datetime has no place on a calendar.")
    return instant.astimezone(UTC)


def _since_midnight(wall: time) -> timedelta:
    return timedelta(hours=wall.hour, minutes=wall.minute, seconds=wall.second, microseconds=wall.microsecond)


def _in_night(wall: time, start: time, end: time) -> bool:
    return (wall >= start or wall < end) if start > end else start <= wall < end


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


def _intervals(tz: ZoneInfo, day: date, periods: tuple[Period, ...]) -> tuple[Interval, ...]:
    """The real time at which the local clock reads inside the periods; touching pieces become one."""
    merged: list[Interval] = []
    for piece in sorted(_pieces(tz, day, periods), key=lambda interval: interval.start):
        if merged and merged[-1].end == piece.start:
            merged[-1] = Interval(merged[-1].start, piece.end)
        else:
            merged.append(piece)
    return tuple(merged)


def _pieces(tz: ZoneInfo, day: date, periods: tuple[Period, ...]) -> Iterable[Interval]:
    midnight = datetime.combine(day, _MIDNIGHT, UTC)
    for since, until, offset in _offsets(tz, midnight - _DAY, midnight + 2 * _DAY):
        for period in periods:
            start = max(midnight + period.begins - offset, since)
            end = min(midnight + period.ends - offset, until)
            if start < end:
                yield Interval(start, end)


def _offsets(tz: ZoneInfo, since: datetime, until: datetime) -> Iterable[tuple[datetime, datetime, timedelta]]:
    """Stretches of one UTC offset in [since, until), which holds at most one transition."""
    first, last = _offset(tz, since), _offset(tz, until)
    if first == last:
        return ((since, until, first),)
    before, after = 0, int((until - since).total_seconds())
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(tz, since + timedelta(seconds=middle)) == first:
            before = middle
        else:
            after = middle
    change = since + timedelta(seconds=after)
    return (since, change, first), (change, until, last)


def _offset(tz: ZoneInfo, instant: datetime) -> timedelta:
    return instant.astimezone(tz).utcoffset() or _NOTHING
