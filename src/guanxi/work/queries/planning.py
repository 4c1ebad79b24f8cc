"""How many people must be there: what came by quarter hour, what to expect, seats by Erlang C, and the rota beside."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, F, QuerySet, Sum
from django.db.models.functions import Coalesce, ExtractHour, ExtractMinute, TruncDate
from django.utils import timezone

from guanxi.core.access import Actor
from guanxi.core.counting import plain
from guanxi.engine import staffing
from guanxi.work.models import Assignment, Shelf, Shift, WorkItem

RIGHT = "work.assign"
QUARTER = timedelta(minutes=15)
QUARTERS = 96
SURE = 0.8


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked: of which team and channel, from how many weeks, to which goal."""

    team_id: int
    channel: str
    weeks: int
    goal: staffing.Goal


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter hour of a weekday: what came on average and where a new one will lie, and who is needed."""

    quarter: int  # 0 to 95
    expected: float
    low: float
    high: float
    need: staffing.Need
    need_high: staffing.Need
    rostered: int  # on the rota on the day that comes next


def span_of(weeks: int, now: datetime) -> tuple[datetime, datetime]:
    """The last whole days, `weeks` of each weekday."""
    until = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    first = until.date() - timedelta(days=7 * weeks)
    return timezone.make_aware(datetime.combine(first, time(0))), until


def _arrived(team_id: int, since: datetime, until: datetime) -> QuerySet[WorkItem]:
    return WorkItem.objects.filter(
        team=team_id, outbound=False, arrived__gte=since, arrived__lt=until
    ).order_by()


def channels_of(team_id: int, weeks: int, now: datetime) -> dict[str, int]:
    """How much came in by each channel, the most first."""
    rows = _arrived(team_id, *span_of(weeks, now)).values("channel").annotate(n=Count("id"))
    return {row["channel"]: row["n"] for row in sorted(rows, key=lambda one: (-one["n"], one["channel"]))}


def counted(team_id: int, channel: str, since: datetime, until: datetime) -> list[staffing.Counted]:
    """Arrivals by day and quarter hour; days on which nothing came count nothing, not nowhere."""
    rows = (
        _arrived(team_id, since, until)
        .filter(channel=channel)
        .annotate(day=TruncDate("arrived"), hour=ExtractHour("arrived"), minute=ExtractMinute("arrived"))
        .values("day", "hour", "minute")
        .annotate(n=Count("id"))
    )
    told: Counter[tuple[date, int]] = Counter()
    for row in rows:
        told[row["day"], row["hour"] * 4 + row["minute"] // 15] += row["n"]
    first = timezone.localtime(since).date()
    days = [first + timedelta(days=n) for n in range((timezone.localtime(until).date() - first).days)]
    some = {day.weekday(): quarter for day, quarter in told}
    empty = [
        (day, some[day.weekday()])
        for day in days
        if day.weekday() in some and not any(one == day for one, _ in told)
    ]
    found = [_counted(day, quarter, first, n) for (day, quarter), n in sorted(told.items())]
    return [*found, *(_counted(day, quarter, first, 0) for day, quarter in empty)]


def _counted(day: date, quarter: int, first: date, contacts: int) -> staffing.Counted:
    return staffing.Counted((day - first).days // 7, day.weekday(), quarter, contacts)


def handle_s(team_id: int, channel: str, since: datetime, until: datetime) -> float | None:
    """Mean seconds from hand to the end of the notes, without the shelf; None where nothing was finished."""
    done = Assignment.objects.filter(
        item__team=team_id,
        item__channel=channel,
        outcome="done",
        consulting=False,
        ended__gte=since,
        ended__lt=until,
    )
    held = done.aggregate(
        n=Count("id"), spent=Sum(Coalesce("wrapped", "ended") - Coalesce("accepted", "started"))
    )
    if not held["n"]:
        return None
    off = Shelf.objects.filter(assignment__in=done.values("id")).aggregate(
        spent=Sum(Coalesce("resumed", F("assignment__ended")) - F("parked"))
    )
    mean: float = (plain(held["spent"]) - plain(off["spent"])) / held["n"]
    return max(mean, 1.0)


def rostered(team_id: int, day: date) -> list[int]:
    """How many are on the rota in each quarter hour of a day, in whole quarters."""
    begins = timezone.make_aware(datetime.combine(day, time(0)))
    shifts = Shift.objects.filter(
        member__team=team_id, starts__lt=begins + timedelta(days=1), ends__gt=begins
    )
    spans = list(shifts.values_list("starts", "ends"))
    moments = [begins + n * QUARTER for n in range(QUARTERS)]
    return [sum(starts <= at and ends >= at + QUARTER for starts, ends in spans) for at in moments]


def plan(wish: Wish, weekday: int, now: datetime, handle: float) -> list[Quarter]:
    """The quarters of the next such weekday, from the first to the last in which anything ever came."""
    history = counted(wish.team_id, wish.channel, *span_of(wish.weeks, now))
    known = {one.half_hour: one for one in staffing.forecast(history, sure=SURE) if one.weekday == weekday}
    if not known:
        return []
    there = rostered(wish.team_id, next_day(weekday, now))
    return [_quarter(n, known.get(n), wish.goal, handle, there[n]) for n in range(min(known), max(known) + 1)]


def _quarter(
    quarter: int, one: staffing.Forecast | None, goal: staffing.Goal, handle: float, there: int
) -> Quarter:
    mean, low, high = (one.contacts, one.low, one.high) if one else (0.0, 0.0, 0.0)
    needs = [
        staffing.seats_needed(staffing.Demand(some, handle, QUARTER.total_seconds()), goal)
        for some in (mean, high)
    ]
    return Quarter(quarter, mean, low, high, needs[0], needs[1], there)


def next_day(weekday: int, now: datetime) -> date:
    """The next day with this weekday; today counts."""
    today = timezone.localtime(now).date()
    return today + timedelta(days=(weekday - today.weekday()) % 7)


# -- the rota -----------------------------------------------------------------------------------------------


def list_shifts(actor: Actor, team_id: int, monday: date) -> Mapping[int, Sequence[Shift]]:
    """member -> their shifts of a week, in order; a shift belongs to the week in which it starts."""
    begins = timezone.make_aware(datetime.combine(monday, time(0)))
    after = timezone.make_aware(datetime.combine(monday + timedelta(days=7), time(0)))
    actor.require_at(RIGHT, team_id)
    found: dict[int, list[Shift]] = defaultdict(list)
    shifts = Shift.objects.filter(member__team=team_id, starts__gte=begins, starts__lt=after)
    for one in shifts.order_by("starts", "id"):
        found[one.member_id].append(one)
    return found
