"""Working calendars against a minute-by-minute oracle and against the published Chinese year 2026."""

import timeit
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.core.calendar import (
    CalendarError,
    Counted,
    Interval,
    Period,
    Skipped,
    WorkingCalendar,
    always,
    calendar_hours_with_night,
    from_spec,
    holidays_of,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
MINUTE = timedelta(minutes=1)
OFFICE = (Period.parse("09:00-12:00"), Period.parse("13:30-18:00"))

# State Council notice for 2026: (first day off, last day off), and the weekend days worked in exchange.
OFF_2026 = [
    ((1, 1), (1, 3)), ((2, 15), (2, 23)), ((4, 4), (4, 6)), ((5, 1), (5, 5)),
    ((6, 19), (6, 21)), ((9, 25), (9, 27)), ((10, 1), (10, 7)),
]  # fmt: skip
MADE_UP_2026 = {
    date(2026, month, day) for month, day in [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)]
}


def china(**changes: object) -> WorkingCalendar:
    spec = {"code": "office", "zone": "Asia/Shanghai", "holidays": "CN"}
    return from_spec({**spec, "week": {"mon-fri": ["09:00-12:00", "13:30-18:00"]}, **changes})


def at(
    year: int, month: int, day: int, hour: int = 0, minute: int = 0, *, zone: ZoneInfo = SHANGHAI
) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=zone)


def is_off_2026(day: date) -> bool:
    return any(first <= (day.month, day.day) <= last for first, last in OFF_2026)


# -- the oracle: no intervals, no caches, one look at the wall clock per minute ---------------------------


def works(cal: WorkingCalendar, instant: datetime) -> bool:
    local = instant.astimezone(ZoneInfo(cal.zone))
    minute = local.hour * 60 + local.minute
    return any(
        p.start.hour * 60 + p.start.minute <= minute < ((p.end.hour * 60 + p.end.minute) or 24 * 60)
        for p in oracle_periods(cal, local.date())
    )


def oracle_periods(cal: WorkingCalendar, day: date) -> tuple[Period, ...]:
    if day in cal.opened or day in cal.closed:
        return cal.opened.get(day, ())
    if cal.holidays_country == "CN" and not cal.works_on_holidays and day.year == 2026:
        if day in MADE_UP_2026:
            return cal.week.get(0) or cal.week.get(day.weekday(), ())
        if is_off_2026(day):
            return ()
    return cal.week.get(day.weekday(), ())


def oracle_add(cal: WorkingCalendar, start: datetime, minutes: int) -> datetime:
    now = start
    while minutes:
        minutes -= works(cal, now)
        now += MINUTE
    return now


def oracle_between(cal: WorkingCalendar, a: datetime, b: datetime) -> timedelta:
    return sum((MINUTE for n in range((b - a) // MINUTE) if works(cal, a + n * MINUTE)), timedelta(0))


@st.composite
def days(draw: st.DrawFn) -> tuple[Period, ...]:
    """One to three disjoint periods on quarter hours, the last perhaps until 24:00."""
    count = draw(st.integers(1, 3))
    marks = sorted(draw(st.sets(st.integers(0, 96), min_size=2 * count, max_size=2 * count)))
    clock = [time(mark % 96 // 4, mark % 4 * 15) for mark in marks]
    return tuple(Period(clock[n], clock[n + 1]) for n in range(0, len(clock), 2))


# Zone and a stretch of days around its changes of offset: an hour, half an hour, at midnight; and none.
PLACES = st.sampled_from(
    [
        ("Europe/Berlin", date(2026, 3, 26)),
        ("Europe/Berlin", date(2026, 10, 22)),
        ("America/New_York", date(2026, 3, 5)),
        ("Australia/Lord_Howe", date(2026, 4, 2)),
        ("Australia/Lord_Howe", date(2026, 10, 1)),
        ("America/Havana", date(2026, 10, 29)),
        ("Africa/Cairo", date(2026, 4, 21)),
        ("Pacific/Kiritimati", date(2026, 1, 1)),
        ("Asia/Shanghai", date(2026, 6, 1)),
    ]
)


@st.composite
def cases(draw: st.DrawFn) -> tuple[WorkingCalendar, datetime]:
    """A calendar and a start near a change of offset or, in China, anywhere in 2026."""
    zone, near = draw(PLACES)
    country = "CN" if zone == "Asia/Shanghai" else None
    first = date(2026, 1, 1) + timedelta(draw(st.integers(0, 330))) if country else near
    worked_days = draw(st.sets(st.integers(0, 4 if country else 6), min_size=2))
    week = {day: draw(days()) for day in sorted(worked_days)}
    special = draw(
        st.lists(st.integers(0, 9), max_size=2, unique=True).map(lambda ns: [timedelta(n) for n in ns])
    )
    closed = frozenset(first + n for n in special[:1])
    opened = {first + n: draw(days()) for n in special[1:]}
    cal = WorkingCalendar("drawn", zone, week, country, closed, opened, draw(st.booleans()))
    return cal, datetime.combine(first, time(0), UTC) + draw(st.integers(0, 6 * 24 * 60)) * MINUTE


@given(cases(), st.integers(0, 24 * 60))
@settings(max_examples=60, deadline=None)
def test_add_equals_oracle(case: tuple[WorkingCalendar, datetime], minutes: int) -> None:
    cal, start = case
    deadline = cal.add(start, minutes * MINUTE)
    assert deadline.due == oracle_add(cal, start, minutes)
    assert sum((part.length for part in deadline.intervals), timedelta(0)) == minutes * MINUTE
    assert all(left.end <= right.start for left, right in pairwise(deadline.intervals))
    assert all(not cal.periods_on(skipped.day) for skipped in deadline.skipped)
    assert not deadline.provisional


@given(cases(), st.integers(0, 9 * 24 * 60))
@settings(max_examples=50, deadline=None)
def test_between_equals_oracle(case: tuple[WorkingCalendar, datetime], minutes: int) -> None:
    cal, start = case
    assert cal.between(start, start + minutes * MINUTE) == oracle_between(
        cal, start, start + minutes * MINUTE
    )


@given(cases(), st.integers(0, 60 * 60 * 60))
@settings(deadline=None)
def test_add_then_between_comes_back(case: tuple[WorkingCalendar, datetime], seconds: int) -> None:
    cal, start = case
    worked = timedelta(seconds=seconds)
    assert cal.between(start, cal.add(start, worked).due) == worked


@given(cases(), st.integers(0, 10**5), st.integers(0, 10**5), st.integers(0, 10**5))
@settings(deadline=None)
def test_more_work_or_a_later_start_never_ends_earlier(
    case: tuple[WorkingCalendar, datetime], less: int, extra: int, later: int
) -> None:
    cal, start = case
    base = cal.add(start, timedelta(seconds=less)).due
    assert cal.add(start, timedelta(seconds=less + extra)).due >= base
    assert cal.add(start + timedelta(seconds=later), timedelta(seconds=less)).due >= base
    middle = start + timedelta(seconds=later)
    end = middle + timedelta(seconds=extra)
    assert cal.between(start, middle) + cal.between(middle, end) == cal.between(start, end)


@given(cases(), st.integers(1, 10**5), st.integers(1, 10**5))
@settings(deadline=None)
def test_work_done_in_two_goes_ends_at_the_same_time(
    case: tuple[WorkingCalendar, datetime], first: int, second: int
) -> None:
    cal, start = case
    paused = cal.add(start, timedelta(seconds=first)).due
    assert (
        cal.add(paused, timedelta(seconds=second)).due
        == cal.add(start, timedelta(seconds=first + second)).due
    )


# -- China 2026 -------------------------------------------------------------------------------------------


def test_every_day_of_china_2026_is_as_published() -> None:
    cal = china()
    for n in range(365):
        day = date(2026, 1, 1) + timedelta(n)
        open_day = day in MADE_UP_2026 or (day.weekday() < 5 and not is_off_2026(day))
        assert bool(cal.periods_on(day)) == open_day, day


def test_make_up_sunday_opens_with_mondays_periods() -> None:
    cal = china(week={"mon": ["08:00-10:00"], "tue-fri": ["09:00-18:00"]})
    assert cal.periods_on(date(2026, 1, 4)) == (Interval(at(2026, 1, 4, 8), at(2026, 1, 4, 10)),)


def test_make_up_saturday_replaces_the_usual_half_day() -> None:
    cal = china(week={"mon": ["08:00-18:00"], "sat": ["09:00-12:00"]})
    assert cal.periods_on(date(2026, 2, 14))[0].length == timedelta(hours=10)
    assert cal.periods_on(date(2026, 3, 14))[0].length == timedelta(hours=3)


def test_make_up_day_in_the_explanation() -> None:
    deadline = china().add(at(2026, 2, 13, 17), timedelta(hours=2))
    assert deadline.due == at(2026, 2, 14, 10)
    assert deadline.intervals == (
        Counted(at(2026, 2, 13, 17), at(2026, 2, 13, 18), "weekday"),
        Counted(at(2026, 2, 14, 9), at(2026, 2, 14, 10), "make_up"),
    )


def test_spring_festival_is_skipped_day_by_day() -> None:
    deadline = china().add(at(2026, 2, 14, 18), timedelta(hours=1))
    assert deadline.due == at(2026, 2, 24, 10)
    assert deadline.skipped[:3] == (
        Skipped(date(2026, 2, 15), "weekend"),
        Skipped(date(2026, 2, 16), "holiday:Chinese New Year's Eve"),
        Skipped(date(2026, 2, 17), "holiday:Chinese New Year (Spring Festival)"),
    )
    assert len(deadline.skipped) == 9
    assert not deadline.provisional


def test_team_that_works_on_holidays_ignores_the_decree() -> None:
    cal = china(week={"mon-sun": ["09:00-21:00"]}, works_on_holidays=True)
    assert cal.add(at(2026, 10, 1, 20), timedelta(hours=2)).due == at(2026, 10, 2, 10)
    assert not cal.add(at(2040, 10, 1, 9), timedelta(hours=1)).provisional


def test_unpublished_year_counts_ordinary_weekdays_and_says_so() -> None:
    future = max(year for year in range(2026, 2090) if holidays_of("CN", year).known) + 1
    new_year = date(future, 1, 1)
    eve = datetime.combine(new_year, time(0), SHANGHAI) - timedelta(hours=1)
    deadline = china(week={"mon-sun": ["09:00-18:00"]}).add(eve, timedelta(hours=1))
    assert deadline.due == datetime.combine(new_year, time(10), SHANGHAI)
    assert deadline.provisional
    assert not china().add(at(2026, 11, 2, 9), timedelta(hours=7)).provisional


def test_swap_decreed_with_the_next_year_reaches_back() -> None:
    assert date(2011, 12, 31) in holidays_of("CN", 2011).make_up


def test_holiday_names_in_chinese() -> None:
    assert holidays_of("CN", 2026, "zh_CN").names[date(2026, 10, 1)] == "国庆节"


def test_country_with_a_subdivision() -> None:
    assert date(2026, 1, 6) in holidays_of("DE-BY", 2026).names
    assert date(2026, 1, 6) not in holidays_of("DE-BE", 2026).names


# -- single facts -----------------------------------------------------------------------------------------


def test_closed_opened_and_weekend_reasons() -> None:
    cal = china(closed=["2026-03-05"], opened={"2026-03-07": ["10:00-16:00"]})
    deadline = cal.add(at(2026, 3, 4, 17), timedelta(hours=10))
    assert deadline.skipped == (Skipped(date(2026, 3, 5), "closed"),)
    assert [part.why for part in deadline.intervals] == ["weekday"] * 3 + ["extra"]
    assert deadline.due == at(2026, 3, 7, 11, 30)


def test_full_period_ends_with_it_and_no_work_ends_at_once() -> None:
    cal = china()
    assert cal.add(at(2026, 3, 4, 9), timedelta(hours=3)).due == at(2026, 3, 4, 12)
    assert cal.add(at(2026, 3, 4, 3), timedelta(0)).due == at(2026, 3, 4, 3)
    assert cal.add(at(2026, 3, 4, 9), timedelta(hours=3)).due.tzinfo is UTC


def test_day_until_midnight_and_dst() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    cal = always("Europe/Berlin")
    lengths = {cal.between(at(2026, 1, 1, zone=berlin), at(2026, 1, 2, zone=berlin))}
    spring = cal.periods_on(date(2026, 3, 29))
    autumn = cal.periods_on(date(2026, 10, 25))
    assert (lengths, len(spring), spring[0].length) == ({timedelta(hours=24)}, 1, timedelta(hours=23))
    assert (len(autumn), autumn[0].length) == (1, timedelta(hours=25))


def test_skipped_hour_is_never_worked_and_repeated_hour_twice() -> None:
    cal = WorkingCalendar("night", "Europe/Berlin", {6: (Period(time(2, 15), time(2, 45)),)})
    assert cal.periods_on(date(2026, 3, 29)) == ()
    assert [part.length for part in cal.periods_on(date(2026, 10, 25))] == [timedelta(minutes=30)] * 2


def test_day_that_a_zone_left_out_has_no_time() -> None:
    assert always("Pacific/Apia").periods_on(date(2011, 12, 30)) == ()


def test_always_adds_plain_time() -> None:
    start = at(2026, 10, 1, 3, 17)
    assert always("Asia/Shanghai").add(start, timedelta(days=15)).due == start + timedelta(days=15)


def test_no_end_in_sight_is_an_error() -> None:
    once = WorkingCalendar("once", "UTC", {}, opened={date(2026, 1, 1): OFFICE})
    with pytest.raises(CalendarError, match="not reached in 1098 days"):
        once.add(at(2026, 1, 3), timedelta(minutes=1))
    assert once.between(at(2026, 1, 1), at(2030, 1, 1)) == timedelta(hours=7.5)


def test_questions_refused() -> None:
    cal, now = china(), at(2026, 3, 4)
    with pytest.raises(CalendarError, match="naive"):
        cal.add(datetime(2026, 3, 4), MINUTE)
    with pytest.raises(CalendarError, match="negative"):
        cal.add(now, -MINUTE)
    with pytest.raises(CalendarError, match="forwards"):
        cal.between(now, now - MINUTE)
    with pytest.raises(CalendarError, match="at most"):
        cal.between(now, now + timedelta(days=366 * 51))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"zone": "Mars/Olympus"}, "no time zone"),
        ({"zone": "Europe"}, "no time zone"),
        ({"code": ""}, "code must be a text"),
        ({"week": {}}, "never opens"),
        ({"week": {"mon": ["09:00-12:00", "11:00-13:00"]}}, "overlap"),
        ({"week": {"mon": ["22:00-06:00"]}}, "two days"),
        ({"week": {"mon": ["9-12"]}}, "HH:MM-HH:MM"),
        ({"week": {"mon": ["09:00-25:00"]}}, "hour must be"),
        ({"week": {"mon": "09:00-12:00"}}, "must be a list"),
        ({"week": {"mon-wed": [], "tue": ["09:00-12:00"]}}, "tue is given twice"),
        ({"week": {"fri-mon": ["09:00-12:00"]}}, "backwards"),
        ({"week": {"funday": ["09:00-12:00"]}}, "no weekday"),
        ({"week": ["09:00-12:00"]}, "must be a table"),
        ({"holidays": "XX"}, "No public holidays are known"),
        ({"holidays": 7}, "holidays must be a text"),
        ({"closed": ["2026-02-30"]}, "no date"),
        ({"closed": ["2026-03-07"], "opened": {"2026-03-07": ["10:00-16:00"]}}, "both closed and opened"),
        ({"opened": {"2026-03-07": []}}, "no periods"),
        ({"works_on_holidays": "no"}, "true or false"),
        ({"weeks": {}}, "unknown keys"),
    ],
)
def test_wrong_spec_is_named(changes: Mapping[str, object], message: str) -> None:
    with pytest.raises(CalendarError, match=message):
        china(**changes)


def test_weekday_number_and_zoned_period_refused() -> None:
    with pytest.raises(CalendarError, match="no such weekday"):
        WorkingCalendar("x", "UTC", {7: OFFICE})
    with pytest.raises(CalendarError, match="no zone"):
        Period(time(9, tzinfo=UTC), time(10, tzinfo=UTC))


def test_periods_print_as_written() -> None:
    assert [str(Period.parse(text)) for text in ("09:00-12:00", "18:30-24:00")] == [
        "09:00-12:00",
        "18:30-24:00",
    ]


# -- party limits -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        (at(2026, 3, 4, 9), 12, at(2026, 3, 4, 21)),
        (at(2026, 3, 4, 9, 59), 12, at(2026, 3, 4, 21, 59)),
        (at(2026, 3, 4, 10), 12, at(2026, 3, 5, 9)),
        (at(2026, 3, 4, 14), 12, at(2026, 3, 5, 9)),
        (at(2026, 3, 4, 20, 59), 12, at(2026, 3, 5, 9)),
        (at(2026, 3, 4, 21), 12, at(2026, 3, 5, 9)),
        (at(2026, 3, 4, 23), 12, at(2026, 3, 5, 11)),
    ],
)
def test_party_limit(start: datetime, hours: int, due: datetime) -> None:
    deadline = calendar_hours_with_night(start, timedelta(hours=hours), "Asia/Shanghai")
    assert deadline.due == due
    moved = deadline.due - start != timedelta(hours=hours)
    assert [part.why for part in deadline.intervals] == ["calendar", "night"][: 1 + moved]


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),
    st.integers(0, 14 * 24 * 60),
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "Australia/Lord_Howe"]),
)
def test_party_limit_never_ends_at_night_and_never_early(start: datetime, minutes: int, zone: str) -> None:
    plain = start + minutes * MINUTE
    due = calendar_hours_with_night(start, minutes * MINUTE, zone).due
    assert 9 <= due.astimezone(ZoneInfo(zone)).hour < 22
    assert timedelta(0) <= due - plain <= timedelta(hours=12)
    assert due == plain or not 9 <= plain.astimezone(ZoneInfo(zone)).hour < 22


def test_party_limit_with_a_night_after_midnight() -> None:
    due = calendar_hours_with_night(at(2026, 3, 4, 1), 2 * 60 * MINUTE, "Asia/Shanghai", time(0), time(6)).due
    assert due == at(2026, 3, 4, 6)


def test_add_is_fast_enough_for_a_request() -> None:
    cal, start = china(), at(2026, 2, 14, 17)
    cal.add(start, timedelta(hours=4))
    best = min(timeit.repeat(lambda: cal.add(start, timedelta(hours=4)), number=200, repeat=5)) / 200
    assert best < 100e-6
