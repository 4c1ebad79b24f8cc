"""Limits of the parties: plain hours that never end in the night."""

from datetime import UTC, datetime, time, timedelta

from guanxi.core.calendar.local_time import utc, zone_of
from guanxi.core.calendar.parts import DAY, CalendarError, Counted, Deadline


def calendar_hours_with_night(
    start: datetime,
    duration: timedelta,
    zone: str,
    night_start: time = time(22),
    night_end: time = time(9),
) -> Deadline:
    """A party's limit: plain hours, but an end in the night [night_start, night_end) moves to its morning.

    Raises CalendarError for a naive start, a negative duration or an unknown zone.
    Source: cases.md, "Party limits".
    """
    begin, tz = utc(start), zone_of(zone)
    if duration < timedelta(0):
        raise CalendarError("A limit cannot be negative.")
    plain = begin + duration
    local = plain.astimezone(tz)
    counted = [Counted(begin, plain, "calendar")] if duration else []
    if not _in_night(local.time(), night_start, night_end):
        return Deadline(plain, tuple(counted), (), False)
    passes_midnight = night_start > night_end and local.time() >= night_start
    morning = local.date() + DAY if passes_midnight else local.date()
    due = datetime.combine(morning, night_end, tz).astimezone(UTC)
    return Deadline(due, (*counted, Counted(plain, due, "night")), (), False)


def _in_night(wall: time, start: time, end: time) -> bool:
    return (wall >= start or wall < end) if start > end else start <= wall < end
