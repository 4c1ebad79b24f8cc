"""What a calendar is made of and what it answers: hours, intervals, deadlines."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

DAY = timedelta(days=1)
MIDNIGHT = time(0)


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
        match = re.fullmatch(r"\s*(\d\d:\d\d)\s*-\s*(\d\d:\d\d)\s*", text)
        if match is None:
            raise CalendarError(f"Period {text!r} is not of the form HH:MM-HH:MM.")
        start, end = match.groups()
        try:
            return cls(time.fromisoformat(start), MIDNIGHT if end == "24:00" else time.fromisoformat(end))
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
        return DAY if self.end == MIDNIGHT else _since_midnight(self.end)

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{'24:00' if self.end == MIDNIGHT else format(self.end, '%H:%M')}"


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
    """A local day without working time; why: weekend (free in the weekly pattern) | closed | holiday:NAME."""

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


def _since_midnight(wall: time) -> timedelta:
    return timedelta(hours=wall.hour, minutes=wall.minute, seconds=wall.second, microseconds=wall.microsecond)
