"""How many people must be there (forecast), and who is to be there (rota): for whoever gives out a team's work."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanxi.core import charts, clock, handles, options
from guanxi.core.access import Actor
from guanxi.core.charts import Cell, Chart, Series
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.http import Request, act_once, form_key, page, text_of
from guanxi.core.organisation import name_of
from guanxi.core.words import say
from guanxi.engine import staffing
from guanxi.work import actions, queries
from guanxi.work.models import Member, Team
from guanxi.work.queries import planning

HANDLE_S = 300.0  # where nothing was ever finished
REST = timedelta(hours=11)
BOUNDS = {
    "weeks": (1, 26),
    "share": (1, 99),
    "within": (0, 86_400),
    "shrinkage": (0, 80),
    "handle": (1, 86_400),
}


def teams_of(actor: Actor) -> dict[str, Team]:
    """The teams whose work this actor gives out, by code."""
    actor.require(planning.RIGHT)
    return {team.unit.code: team for team in queries.list_teams() if actor.may_at(planning.RIGHT, team.pk)}


def chosen(actor: Actor, code: str) -> Team:
    """The team asked for, else one's own, else the first. Raises `NotFound`."""
    teams, seat = teams_of(actor), queries.member_of(actor)
    if not teams or (code and code not in teams):
        raise NotFound
    return teams[
        code or (seat.team.unit.code if seat and seat.team.unit.code in teams else next(iter(teams)))
    ]


def team_choices(actor: Actor) -> list[tuple[str, str]]:
    return [(code, name_of(team.unit)) for code, team in teams_of(actor).items()]


def weekdays() -> list[str]:
    return [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")]


# -- forecast -----------------------------------------------------------------------------------------------


def _number(given: Mapping[str, str], name: str, usual: int) -> int:
    text, (least, most) = given.get(name, ""), BOUNDS[name]
    return (
        min(max(int(text), least), most) if text.isascii() and text.isdecimal() and len(text) < 7 else usual
    )


@require_safe
def forecast(request: Request) -> HttpResponse:
    """What to expect in each quarter hour of a weekday, and the seats for it."""
    actor, now, given = request.actor, clock.now(), request.GET
    team = chosen(actor, given.get("team", ""))
    weeks = _number(given, "weeks", options.number("work.plan_weeks"))
    channels = planning.channels_of(team.pk, weeks, now)
    channel = given.get("channel", "")
    channel = channel if channel in ("phone", "chat", "deferred") else next(iter(channels), "phone")
    share = _number(given, "share", options.number("work.plan_share"))
    within = _number(given, "within", options.number("work.plan_within_s"))
    shrinkage = _number(given, "shrinkage", options.number("work.plan_shrinkage"))
    measured = planning.handle_s(team.pk, channel, *planning.span_of(weeks, now))
    handle = float(_number(given, "handle", round(measured or HANDLE_S)))
    goal = staffing.Goal(
        share / 100, float(within), options.number("work.plan_occupancy") / 100, shrinkage=shrinkage / 100
    )
    weekday = _weekday(given.get("day", ""), now)
    found = planning.plan(planning.Wish(team.pk, channel, weeks, goal), weekday, now, handle)
    drawn = [_drawn(found, weekday, now)]
    if (answer := charts.as_csv(request, drawn)) is not None:
        return answer
    kept = {"team": team.unit.code, "channel": channel, "weeks": weeks, "share": share, "within": within,
            "shrinkage": shrinkage, "handle": round(handle)}  # fmt: skip
    context = {
        "kept": kept,
        "teams": team_choices(actor),
        "channels": [(one, say(f"work.channel.{one}")) for one in ("phone", "chat", "deferred")],
        "counts": [(say(f"work.channel.{code}"), count) for code, count in channels.items()],
        "days": [
            {"label": name, "url": f"?{urlencode({**kept, 'day': n})}", "current": n == weekday}
            for n, name in enumerate(weekdays())
        ],
        "day": f"{planning.next_day(weekday, now):%Y-%m-%d}",
        "measured": measured is not None,
        "deferred": channel == "deferred",
        "chart": drawn[0].view(request.path, **kept, day=weekday) if found else None,
        "total": _total(found),
        "places": places(),
    }  # fmt: skip
    return page(request, "work/forecast.html", context)


def _weekday(text: str, now: datetime) -> int:
    tomorrow = (timezone.localtime(now) + timedelta(days=1)).weekday()
    return int(text) if text in ("0", "1", "2", "3", "4", "5", "6") else tomorrow


def _total(found: list[planning.Quarter]) -> dict[str, str]:
    """Over the day: what is expected, hours of people needed and on the rota."""
    hours = sum(one.need.rostered for one in found) / 4
    return {
        "expected": f"{sum(one.expected for one in found):,.1f}",
        "needed": f"{hours:,.2f}",
        "rostered": f"{sum(one.rostered for one in found) / 4:,.2f}",
        "short": f"{sum(max(one.need.rostered - one.rostered, 0) for one in found) / 4:,.2f}",
    }


def _drawn(found: list[planning.Quarter], weekday: int, now: datetime) -> Chart:
    columns = [_("Time"), _("Expected arrivals"), _("Low"), _("High"), _("Seats"), _("Seats with absences"),
               _("Seats if it is high"), _("On the rota"), _("In time (%)"), _("Busy (%)")]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            f"{one.quarter // 4:02d}:{one.quarter % 4 * 15:02d}",
            round(one.expected, 2),
            round(one.low, 2),
            round(one.high, 2),
            one.need.expected.seats,
            one.need.rostered,
            one.need_high.rostered,
            one.rostered,
            round(100 * one.need.expected.service, 1),
            round(100 * one.need.expected.occupancy, 1),
        ]
        for one in found
    ]
    series = [
        Series(5, "bar", "accent"),
        Series(1, "line"),
        Series(3, "line", dashed=True),
        Series(7, "line", "amber"),
    ]
    title = _("Seats for %(day)s") % {
        "day": f"{weekdays()[weekday]} {planning.next_day(weekday, now):%Y-%m-%d}"
    }
    return Chart("forecast", title, _("by quarter hour; four fifths of such quarters lie between low and high"), "bar",
                 columns, rows, series)  # fmt: skip


def places() -> list[dict[str, str]]:
    """The pages of the board."""
    found = {"floor": _("Board"), "forecast": _("Forecast"), "rota": _("Rota"), "what_if": _("What if")}
    return [{"label": label, "url": reverse(name)} for name, label in found.items()]


# -- rota ---------------------------------------------------------------------------------------------------


def _monday(text: str, now: datetime) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = timezone.localtime(now).date()
    if not date(2000, 1, 3) <= day <= date(2100, 1, 1):
        day = timezone.localtime(now).date()
    return day - timedelta(days=day.weekday())


@require_safe
def rota(request: Request) -> HttpResponse:
    """Who of a team is to be on duty when, for a week."""
    return _rota(request, request.GET)


def _rota(
    request: Request, given: Mapping[str, str], error: Invalid | Conflict | None = None
) -> HttpResponse:
    actor, now = request.actor, clock.now()
    team, monday = chosen(actor, given.get("team", "")), _monday(given.get("week", ""), now)
    shifts = planning.list_shifts(actor, team.pk, monday)
    days = [monday + timedelta(days=n) for n in range(7)]
    members = queries.list_members([team.pk])
    fields = error.fields if isinstance(error, Invalid) else {}
    context = {
        "team": team.unit.code,
        "teams": team_choices(actor),
        "week": f"{monday:%Y-%m-%d}",
        "days": [f"{name} {day:%m-%d}" for name, day in zip(weekdays(), days, strict=True)],
        "rows": [_row(one, shifts.get(one.id, ()), days, now) for one in members],
        "members": [(one.user.public_id, str(one.user)) for one in members],
        "earlier_url": f"?{urlencode({'team': team.unit.code, 'week': monday - timedelta(days=7)})}",
        "later_url": f"?{urlencode({'team': team.unit.code, 'week': monday + timedelta(days=7)})}",
        "draft": {name: given.get(name, usual)[:10] for name, usual in
                  (("member", ""), ("day", f"{monday:%Y-%m-%d}"), ("from", "09:00"), ("to", "17:00"))},
        "fields": fields,
        "conflict": str(error.detail) if error and not fields else "",
        "key": form_key(),
        "verbs": {verb: reverse("rota_do", args=[verb]) for verb in VERBS},
        "places": places(),
    }  # fmt: skip
    return page(request, "work/rota.html", context, status=int(error.status) if error else 200)


def _row(member: Member, shifts: Any, days: list[date], now: datetime) -> dict[str, Any]:
    cells: list[list[dict[str, Any]]] = [[] for _day in days]
    before: datetime | None = None
    for one in shifts:
        starts = timezone.localtime(one.starts)
        cells[(starts.date() - days[0]).days].append(
            {
                "id": handles.handle("shift", one.id),
                "words": f"{starts:%H:%M}–{timezone.localtime(one.ends):%H:%M}",
                "open": one.ends > now,
                "tight": before is not None and one.starts - before < REST,
            }
        )
        before = one.ends
    hours = sum((one.ends - one.starts).total_seconds() for one in shifts) / 3_600
    return {"name": str(member.user), "cells": cells, "hours": f"{hours:g}"}


@require_POST
def rota_do(request: Request, verb: str) -> HttpResponse:
    """Add a shift, drop one, or copy a week to the next."""
    actor = request.actor
    team = chosen(actor, text_of(request, "team", most=100))
    monday = _monday(request.POST.get("week", ""), clock.now())
    if verb not in VERBS:
        raise NotFound

    def effect() -> str:
        shown = VERBS[verb](request, team, monday)
        return f"{reverse('rota')}?{urlencode({'team': team.unit.code, 'week': shown})}"

    try:
        return act_once(request, effect=effect)
    except (Invalid, Conflict) as error:
        return _rota(request, request.POST, error)


def _add(request: Request, team: Team, monday: date) -> date:
    told = {one.user.public_id: one for one in queries.list_members([team.pk])}
    member = told.get(text_of(request, "member", most=40))
    if member is None:
        raise Invalid(fields={"member": _("This colleague is not in the team.")})
    try:
        day = date.fromisoformat(text_of(request, "day", most=10))
        begins, finishes = (time.fromisoformat(text_of(request, name, most=5)) for name in ("from", "to"))
    except ValueError as error:
        raise Invalid(fields={"day": _("A day, and two times like 09:00, please.")}) from error
    after = day + timedelta(days=1) if finishes <= begins else day  # over midnight
    starts, ends = (
        timezone.make_aware(datetime.combine(one, at)) for one, at in ((day, begins), (after, finishes))
    )
    actions.plan_shift(actor=request.actor, now=clock.now(), member_id=member.id, starts=starts, ends=ends)
    return day - timedelta(days=day.weekday())


def _drop(request: Request, team: Team, monday: date) -> date:
    shifts = planning.list_shifts(request.actor, team.pk, monday)
    keys = [one.id for some in shifts.values() for one in some]
    key = handles.find("shift", text_of(request, "shift", most=handles.CHARS), keys)
    if key is None:
        raise NotFound
    actions.drop_shift(actor=request.actor, now=clock.now(), shift_id=key)
    return monday


def _copy(request: Request, team: Team, monday: date) -> date:
    done = actions.copy_week(actor=request.actor, now=clock.now(), team_id=team.pk, monday=monday)
    if not done.copied:
        raise Conflict(
            _("Nothing was copied: the week is empty, or the next has these shifts."), code="nothing"
        )
    return monday + timedelta(days=7)


VERBS = {"add": _add, "drop": _drop, "copy": _copy}
