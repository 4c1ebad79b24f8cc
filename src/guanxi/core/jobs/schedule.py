"""Jobs by the clock. Every worker computes the same ticks; the unique row (name, tick) lets one of them fire."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils.timezone import get_default_timezone
from django_tasks.base import Task

from guanxi.core.jobs.backend import prepare
from guanxi.core.models import Job, Tick

LOOK_BACK_DAYS = 4 * 366
LOOK_AHEAD_DAYS = 366
KEPT = timedelta(days=7)
RETRIED_FROM_S = 300  # of a shorter interval the next tick is the next try
_BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))


@dataclass(frozen=True, slots=True)
class Interval:
    """Every so many seconds, counted from 1970: the same moments on every machine."""

    seconds: int

    def latest(self, now: datetime) -> datetime:
        return datetime.fromtimestamp(int(now.timestamp()) // self.seconds * self.seconds, UTC)


@dataclass(frozen=True, slots=True)
class Cron:
    """The five fields of cron in the site's time zone: minute, hour, day, month, weekday (0 or 7 is Sunday)."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either_day: bool

    @classmethod
    def parse(cls, text: str) -> "Cron":
        """Read e.g. `30 2 * * 1-5` or `*/10 8-18 * * *`. Raises `ValueError`."""
        words = text.split()
        if len(words) != 5:
            raise ValueError(f"a cron line has five fields: {text!r}")
        fields = [_field(word, *bounds) for word, bounds in zip(words, _BOUNDS, strict=True)]
        weekdays = frozenset(day % 7 for day in fields[4])
        # As cron has it: with both days given, either is enough.
        return cls(
            fields[0], fields[1], fields[2], fields[3], weekdays, "*" not in (words[2][:1], words[4][:1])
        )

    def latest(self, now: datetime) -> datetime | None:
        """The last tick at or before `now`, in UTC; None when there was none for four years."""
        zone = get_default_timezone()
        local = now.astimezone(zone)
        for back in range(LOOK_BACK_DAYS):
            day = local.date() - timedelta(days=back)
            if not self._on(day):
                continue
            for hour, minute in self._times(local.hour if back == 0 else 23):
                tick = datetime.combine(day, time_of_day(hour, minute), zone).astimezone(UTC)
                if tick <= now:
                    return tick
        return None

    def _times(self, hour_max: int) -> list[tuple[int, int]]:
        return [
            (hour, minute)
            for hour in sorted(self.hours, reverse=True)
            if hour <= hour_max
            for minute in sorted(self.minutes, reverse=True)
        ]

    def _on(self, day: date) -> bool:
        in_month, in_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        fits = (in_month or in_week) if self.either_day else (in_month and in_week)
        return fits and day.month in self.months


def _field(text: str, low: int, high: int) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        begin, end = (low, high) if span == "*" else (int(first), int(last or (high if step else first)))
        if not low <= begin <= end <= high:
            raise ValueError(f"{part!r} is outside {low}-{high}")
        found.update(range(begin, end + 1, int(step or 1)))
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Schedule:
    name: str
    when: Interval | Cron
    task: Task[[], Any]


_schedules: dict[str, Schedule] = {}


def every(name: str, when: int | str, task: Task[[], Any]) -> None:
    """Enqueue `task` (which takes nothing) every `when` seconds, or by a cron line such as `30 2 * * *`.

    After a pause only the last missed tick is made up for. A cron line seen for the first time waits for its next tick;
    an interval begins at once. While its last job still waits, a tick adds no second one; of an interval under five
    minutes the next tick is the next try.
    """
    _schedules[name] = Schedule(name, Interval(when) if isinstance(when, int) else Cron.parse(when), task)


def registered() -> Mapping[str, Schedule]:
    return dict(_schedules)


def next_tick(when: Interval | Cron, now: datetime) -> datetime | None:
    """The first tick after `now`; of a cron line at most a year ahead, else None."""
    last = when.latest(now)
    if isinstance(when, Interval):
        return when.latest(now) + timedelta(seconds=when.seconds)
    ahead = now
    for _ in range(LOOK_AHEAD_DAYS):
        ahead += timedelta(days=1)
        found = when.latest(ahead)
        if found is not None and found != last:
            return _first_between(when, now, found)
    return None


def _first_between(when: Cron, now: datetime, found: datetime) -> datetime:
    """The earliest tick after `now`: `latest` gives the last of a day, so it is asked again just before each."""
    while True:
        before = when.latest(found - timedelta(minutes=1))
        if before is None or before <= now:
            return found
        found = before


def fire_due(*, now: datetime, fired: dict[str, datetime]) -> int:
    """Fire what is due; returns how many jobs that made. `fired` is the worker's memory, to ask the database rarely."""
    count = 0
    for schedule in list(_schedules.values()):
        tick = schedule.when.latest(now)
        if tick is None or fired.get(schedule.name) == tick:
            continue
        count += _fire(schedule, tick, now)
        fired[schedule.name] = tick
    return count


def _fire(schedule: Schedule, tick: datetime, now: datetime) -> int:
    with transaction.atomic():
        known = isinstance(schedule.when, Interval) or Tick.objects.filter(name=schedule.name).exists()
        if not _insert(schedule.name, tick) or not known or _waits(schedule):
            return 0
        job = prepare(schedule.task, now=now)
        if isinstance(schedule.when, Interval) and schedule.when.seconds < RETRIED_FROM_S:
            job.attempts_max = 1
        job.save(force_insert=True)
    return 1


def _insert(name: str, tick: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_tick (name, tick) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            [name, connection.ops.adapt_datetimefield_value(tick)],
        )
        return bool(cursor.rowcount == 1)


def _waits(schedule: Schedule) -> bool:
    return Job.objects.filter(state=Job.State.READY, task=schedule.task.module_path, workers=[]).exists()


def prune(*, now: datetime) -> int:
    """Forget old ticks, never the newest of a name: it says that the schedule is known."""
    count = 0
    for name, newest in Tick.objects.values_list("name").annotate(newest=Max("tick")):
        count += Tick.objects.filter(name=name, tick__lt=min(newest, now - KEPT)).delete()[0]
    return count
