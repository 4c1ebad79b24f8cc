"""When a limit ends, in the hours of its clock. Pure."""

from datetime import datetime, timedelta

from guanxi.core.calendar import Counted, Deadline, WorkingCalendar, calendar_hours_with_night
from guanxi.core.procedure import Clock


def ends(duration: timedelta, clock: Clock, calendar: WorkingCalendar, start: datetime) -> Deadline:
    """`duration` from `start`: in the team's hours, in clock hours with the night rule, or simply."""
    if clock is Clock.WORKING:
        return calendar.add(start, duration)
    if clock is Clock.PARTY:
        return calendar_hours_with_night(start, duration, calendar.zone)
    end = start + duration
    return Deadline(end, (Counted(start, end, "calendar"),), (), provisional=False)
