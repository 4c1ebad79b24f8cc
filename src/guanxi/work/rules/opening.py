"""Opening hours of branches. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from guanxi.core.calendar import WorkingCalendar

LOOK_AHEAD_DAYS = 14


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether a branch is open: `until` when, or None when it never closes; closed: it opens at `opens`, None: not soon."""

    is_open: bool
    until: datetime | None = None
    opens: datetime | None = None


def opening(calendar: WorkingCalendar, now: datetime) -> Opening:
    """Open at this moment, and until when or from when on. Periods that touch are one; looks `LOOK_AHEAD_DAYS` ahead."""
    first = now.astimezone(ZoneInfo(calendar.zone)).date() - timedelta(days=1)
    spans: list[list[datetime]] = []
    for day in range(LOOK_AHEAD_DAYS + 2):
        for one in calendar.periods_on(first + timedelta(days=day)):
            if spans and spans[-1][1] == one.start:
                spans[-1][1] = one.end
            else:
                spans.append([one.start, one.end])
    for start, end in spans:
        if start <= now < end:
            return Opening(True, until=None if end - now > timedelta(days=LOOK_AHEAD_DAYS - 1) else end)
    return Opening(False, opens=next((start for start, _ in spans if start > now), None))


def week_of(calendar: WorkingCalendar) -> list[tuple[int, int, tuple[str, ...]]]:
    """The week's hours, equal neighbours together: (first weekday, last weekday, periods as "09:00-17:00"); 0 is Monday."""
    rows: list[tuple[int, int, tuple[str, ...]]] = []
    for day in range(7):
        periods = tuple(str(one) for one in calendar.week.get(day, ()))
        if rows and rows[-1][2] == periods:
            rows[-1] = (rows[-1][0], day, periods)
        else:
            rows.append((day, day, periods))
    return rows
