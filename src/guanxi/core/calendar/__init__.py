"""Working calendars: which hours count for a team, and when a limit in worked time runs out.

Pure: no Django, no database, no clock. Every instant that goes in must be aware; every instant that comes
out is in UTC, since Python subtracts two datetimes of one zone by wall clock, wrong by an hour across DST.

A minute is working time exactly when the local wall clock reads inside one of the day's periods; so an hour
that DST skips is never worked and one it repeats is worked twice.
"""

from guanxi.core.calendar.parts import CalendarError, Counted, Deadline, Interval, Period, Skipped
from guanxi.core.calendar.party_limit import calendar_hours_with_night
from guanxi.core.calendar.public_holidays import HolidayYear, holidays_of
from guanxi.core.calendar.spec import from_spec
from guanxi.core.calendar.working import HORIZON_DAYS, SPAN_DAYS_MAX, WorkingCalendar, always

__all__ = [
    "HORIZON_DAYS",
    "SPAN_DAYS_MAX",
    "CalendarError",
    "Counted",
    "Deadline",
    "HolidayYear",
    "Interval",
    "Period",
    "Skipped",
    "WorkingCalendar",
    "always",
    "calendar_hours_with_night",
    "from_spec",
    "holidays_of",
]
