"""From the local wall clock to real time, through every change of offset."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from guanxi.core.calendar.parts import DAY, MIDNIGHT, CalendarError, Interval, Period


@lru_cache(maxsize=256)
def zone_of(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise CalendarError(f"{name!r} is no time zone.") from error


def utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise CalendarError("A naive datetime has no place on a calendar.")
    return instant.astimezone(UTC)


def intervals(tz: ZoneInfo, day: date, periods: tuple[Period, ...]) -> tuple[Interval, ...]:
    """The real time at which the local clock reads inside the periods; touching pieces become one."""
    merged: list[Interval] = []
    for piece in sorted(_pieces(tz, day, periods), key=lambda interval: interval.start):
        if merged and merged[-1].end == piece.start:
            merged[-1] = Interval(merged[-1].start, piece.end)
        else:
            merged.append(piece)
    return tuple(merged)


def _pieces(tz: ZoneInfo, day: date, periods: tuple[Period, ...]) -> Iterable[Interval]:
    midnight = datetime.combine(day, MIDNIGHT, UTC)
    for since, until, offset in _offsets(tz, midnight - DAY, midnight + 2 * DAY):
        for period in periods:
            start = max(midnight + period.begins - offset, since)
            end = min(midnight + period.ends - offset, until)
            if start < end:
                yield Interval(start, end)


def _offsets(
    tz: ZoneInfo, since: datetime, until: datetime
) -> Iterable[tuple[datetime, datetime, timedelta]]:
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
    return instant.astimezone(tz).utcoffset() or timedelta(0)
