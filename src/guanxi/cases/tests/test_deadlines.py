"""Every limit of the procedure against an oracle that looks at each minute of three Chinese years, make-up days included."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.cases.rules import machine
from guanxi.core.calendar import WorkingCalendar, calendar_hours_with_night, from_spec, holidays_of
from guanxi.core.procedure import Clock

SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST, YEARS = date(2024, 1, 1), (2024, 2025, 2026)
MINUTE = timedelta(minutes=1)
START = datetime.combine(FIRST, time(0), SHANGHAI).astimezone(UTC)  # Shanghai keeps one offset all year
DAYS = (date(2027, 1, 1) - FIRST).days

# The State Council's notices, typed from them: (month, first day, last day) off, and the weekend days worked in exchange.
OFF = {
    2024: ["1/1-1", "2/10-17", "4/4-6", "5/1-5", "6/8-10", "9/15-17", "10/1-7"],
    2025: ["1/1-1", "1/28-31", "2/1-4", "4/4-6", "5/1-5", "5/31-31", "6/1-2", "10/1-8"],
    2026: ["1/1-3", "2/15-23", "4/4-6", "5/1-5", "6/19-21", "9/25-27", "10/1-7"],
}
WORKED = {
    2024: ["2/4", "2/18", "4/7", "4/28", "5/11", "9/14", "9/29", "10/12"],
    2025: ["1/26", "2/8", "4/27", "9/28", "10/11"],
    2026: ["1/4", "2/14", "2/28", "5/9", "9/20", "10/10"],
}

CALENDARS: dict[str, dict[str, object]] = {
    "disputes": {"week": {"mon-sun": ["09:00-21:00"]}, "works_on_holidays": True},
    "office": {"week": {"mon-fri": ["09:00-12:00", "13:30-18:00"]}, "holidays": "CN"},
}
HOURS = {"disputes": [(540, 1260)], "office": [(540, 720), (810, 1080)]}


@lru_cache
def calendar(code: str) -> WorkingCalendar:
    return from_spec({"code": code, "zone": "Asia/Shanghai", **CALENDARS[code]})


def is_off(day: date) -> bool:
    for span in OFF[day.year]:
        month, days = span.split("/")
        first, last = days.split("-")
        if day.month == int(month) and int(first) <= day.day <= int(last):
            return True
    return False


def is_open(code: str, day: date) -> bool:
    if code == "disputes":
        return True
    if f"{day.month}/{day.day}" in WORKED[day.year]:
        return True
    return day.weekday() < 5 and not is_off(day)


@lru_cache
def minutes_of(code: str) -> bytes:
    """One byte for each minute of three years: 1 where the team works."""
    worked = bytes(any(since <= minute < until for since, until in HOURS[code]) for minute in range(1440))
    return b"".join(worked if is_open(code, FIRST + timedelta(n)) else bytes(1440) for n in range(DAYS))


def oracle_working(code: str, start: int, minutes: int) -> int:
    works, now = minutes_of(code), start
    while minutes:
        minutes -= works[now]
        now += 1
    return now


def oracle_party(start: int, minutes: int) -> int:
    now = start
    while minutes or not 540 <= now % 1440 < 1320:
        minutes = max(0, minutes - 1)
        now += 1
    return now


# No limit reaches further than three weeks: an office at Spring Festival, a penalty's appeal.
STARTS = st.integers(0, (DAYS - 30) * 1440)
# Where faults live: the last minutes before a day off, and around openings, closings and nights.
EDGES = st.builds(
    lambda day, edge, off: max(0, min(day * 1440 + edge + off, (DAYS - 30) * 1440)),
    st.sampled_from([n for n in range(DAYS) if is_off(FIRST + timedelta(n))]).map(lambda n: max(0, n - 1)),
    st.sampled_from([0, 540, 720, 810, 1080, 1260, 1320]),
    st.integers(-3, 3),
)
ALL = [
    *(
        ((key, code))
        for key, one in machine.LIMITS.items()
        if one.clock is Clock.WORKING
        for code in CALENDARS
    ),
    *(((key, "")) for key, one in machine.LIMITS.items() if one.clock is not Clock.WORKING),
]


@pytest.mark.parametrize(("key", "code"), ALL)
def test_every_limit_ends_when_the_oracle_says(key: str, code: str, long: bool) -> None:
    limit = machine.LIMITS[key]
    minutes = limit.duration // MINUTE

    @settings(max_examples=3000 if long else 30)
    @given(STARTS | EDGES)
    def same(start: int) -> None:
        due = _due(limit.clock, code, START + start * MINUTE, limit.duration)
        assert (due - START) // MINUTE == ORACLES[limit.clock](code, start, minutes)

    same()


ORACLES: dict[Clock, Callable[[str, int, int], int]] = {
    Clock.WORKING: oracle_working,
    Clock.PARTY: lambda _code, start, minutes: oracle_party(start, minutes),
    Clock.PLAIN: lambda _code, start, minutes: start + minutes,
}


def _due(clock: Clock, code: str, start: datetime, duration: timedelta) -> datetime:
    if clock is Clock.WORKING:
        return calendar(code).add(start, duration).due
    if clock is Clock.PARTY:
        return calendar_hours_with_night(start, duration, "Asia/Shanghai").due
    return start + duration


@pytest.mark.parametrize("year", YEARS)
def test_the_package_knows_the_notices(year: int) -> None:
    """Day by day: what is off and what is worked in exchange is what the State Council published."""
    for n in range(DAYS):
        day = FIRST + timedelta(n)
        if day.year == year:
            assert bool(calendar("office").periods_on(day)) == is_open("office", day), day
    assert len(holidays_of("CN", year).make_up) == len(WORKED[year])


def test_time_between_is_the_sum_of_the_minutes(long: bool) -> None:
    """How long somebody worked on something, over any stretch of the three years."""

    @settings(max_examples=2000 if long else 60)
    @given(st.sampled_from(sorted(CALENDARS)), STARTS | EDGES, st.integers(0, 40 * 1440))
    def same(code: str, start: int, minutes: int) -> None:
        end = min(start + minutes, DAYS * 1440)
        worked = calendar(code).between(START + start * MINUTE, START + end * MINUTE)
        assert worked // MINUTE == sum(minutes_of(code)[start:end])

    same()
