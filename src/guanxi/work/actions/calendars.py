"""Teams and their working days. An exception moves the open deadlines that were counted over its day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.core import events
from guanxi.core.access import Actor, Kind
from guanxi.core.action import action
from guanxi.core.calendar import CalendarError, from_spec
from guanxi.core.errors import Invalid, NotFound
from guanxi.core.events import Event
from guanxi.core.models import Unit
from guanxi.work import events as happened
from guanxi.work import queries
from guanxi.work.actions.queue import event_of
from guanxi.work.models import Team, WorkItem

WHY_CHARS_MAX = 200


@action
def add_team(*, actor: Actor, now: datetime, unit: Unit, like: Team) -> Team:
    """Let a unit work, by the hours of another team. Needs `site.settings`."""
    actor.require("site.settings")
    team = Team(unit=unit, calendar=dict(like.calendar), targets={})
    data = {"team": unit.code, "calendar": str(like.calendar.get("code", ""))}
    events.record(
        Event(happened.TEAM_ADDED.code, actor, now, ("unit", unit.id), unit_id=unit.id, data=data),
        with_rows=[team],
    )
    queries.forget_book()
    return team


@dataclass(frozen=True, slots=True)
class Replanned:
    """A team whose calendar says something else of a day than before, or (`changed` False) the same."""

    team: Team
    changed: bool


@action
def plan_day(
    *, actor: Actor, now: datetime, team: str, day: date, periods: Sequence[str] | None, why: str
) -> Replanned:
    """Make one day of a team's calendar an exception: `periods` such as ["09:00-12:00"], empty: closed, None: as usual.

    Needs `site.settings`. What comes in from now on counts with it; open deadlines are recounted by jobs that follow the event
    (`recount` here for plain work, cases' own for theirs). Raises `Invalid` naming the field.
    """
    actor.require("site.settings")
    if not why.strip() or len(why) > WHY_CHARS_MAX:
        raise Invalid(fields={"why": _("Say in a few words why.")})
    row = Team.objects.select_for_update(of=("self",)).filter(unit__code=team).select_related("unit").first()
    if row is None:
        raise NotFound
    calendar = with_day(row.calendar, day, periods)
    if calendar == row.calendar:
        return Replanned(row, False)
    data = {
        "team": team,
        "before": {day.isoformat(): exception_on(row.calendar, day)},
        "after": {day.isoformat(): exception_on(calendar, day)},
    }
    row.calendar = calendar
    row.save(update_fields=["calendar"])
    Unit.objects.filter(id=row.pk).update(own=True)
    code, subject = happened.CALENDAR_CHANGED.code, ("unit", row.pk)
    events.record(Event(code, actor, now, subject, None, row.pk, data, {"why": why.strip()}))
    queries.forget_book()
    return Replanned(row, True)


def exception_on(calendar: Mapping[str, Any], day: date) -> str:
    """What a calendar says of one day beside its week: "closed", its own hours, or "" for nothing."""
    text = day.isoformat()
    if text in calendar.get("closed", ()):
        return "closed"
    return ", ".join(calendar.get("opened", {}).get(text, ()))


def with_day(calendar: Mapping[str, Any], day: date, periods: Sequence[str] | None) -> dict[str, Any]:
    """The calendar with one day as `plan_day` has it. Raises `Invalid` for field `periods`."""
    text = day.isoformat()
    closed = [one for one in calendar.get("closed", ()) if one != text]
    opened = {key: value for key, value in calendar.get("opened", {}).items() if key != text}
    if periods is not None and not periods:
        closed = sorted([*closed, text])
    elif periods:
        opened = dict(sorted({**opened, text: list(periods)}.items()))
    changed = {key: value for key, value in calendar.items() if key not in ("closed", "opened")}
    changed |= ({"closed": closed} if closed else {}) | ({"opened": opened} if opened else {})
    try:
        from_spec(changed)
    except CalendarError as error:
        words = _("These hours cannot be read. Example: 09:00-12:00, 13:30-18:00.")
        raise Invalid(fields={"periods": words}) from error
    return changed


@action
def recount(*, actor: Actor, now: datetime, item_id: int, change: queries.Change) -> WorkItem | None:
    """Count the limit of one open item anew, if it was counted by its team's hours: by the calendar as it stood at any time
    since it came in. None when that moves nothing. Safe twice: the same calendar gives the same time.

    Items whose limit is another room's (a case's) are recounted by that room.
    """
    actor.require_kind(Kind.SYSTEM)
    item = WorkItem.objects.select_for_update(of=("self",)).filter(id=item_id).first()
    if item is None or item.state not in queries.OPEN:
        return None
    due = queries.recounted(item, queries.team_of(item.team_id), queries.calendars_since(change))
    if due is None or due == item.due:
        return None
    before, item.due = item.due, due
    item.save(update_fields=["due"])
    told = {"from": before.isoformat(), "to": due.isoformat(), **change.data()}
    events.record(event_of(happened.DUE_MOVED.code, actor, now, item, **told))
    return item


def move_due(*, actor: Actor, now: datetime, subject: tuple[str, int], kind: str, due: datetime) -> None:
    """The limit of the work about a subject, with the subject's own: part of a greater action, whose event tells it."""
    open_items = WorkItem.objects.filter(state__in=queries.OPEN, kind=kind)
    open_items.filter(subject_kind=subject[0], subject_id=subject[1]).update(due=due)
