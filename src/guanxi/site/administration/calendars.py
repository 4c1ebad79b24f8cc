"""Working days: a year of each team as a picture, and exceptions to it."""

from calendar import Calendar
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from guanxi.core import clock, staff
from guanxi.core.calendar import WorkingCalendar, from_spec, holidays_of
from guanxi.core.errors import Invalid, NotFound
from guanxi.core.http import Request, form_key, page, text_of
from guanxi.core.phrases import day_label, language, pick
from guanxi.site import planning
from guanxi.site.administration.forms import act
from guanxi.site.administration.trail import recent
from guanxi.work import actions as work
from guanxi.work.models import Team
from guanxi.work.queries import Moves

YEARS = (2000, 2100)
MONTHS_ZH = [f"{month} 月" for month in range(1, 13)]
MONTHS_EN = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
             "November", "December"]  # fmt: skip
WEEKDAYS = {"zh-hans": "一二三四五六日", "en": "MTWTFSS"}


def _team(code: str) -> Team:
    found = Team.objects.select_related("unit").filter(unit__code=code).first()
    if found is None:
        raise NotFound
    return found


@require_safe
def calendars(request: Request) -> HttpResponse:
    """Every team with its hours and what is out of the ordinary next."""
    request.actor.require(staff.RIGHT)
    today = timezone.localtime(clock.now()).date()
    rows = []
    for team in Team.objects.select_related("unit").order_by("unit__path"):
        spec = team.calendar
        coming = [day for day in _exceptions(spec) if day["day"] >= today]
        rows.append(
            {
                "name": pick(team.unit.name) or team.unit.code,
                "url": reverse("settings_calendar", args=[team.unit.code]),
                "hours": _week_words(spec),
                "zone": spec.get("zone", ""),
                "holidays": _holiday_words(spec),
                "coming": coming[:3],
            }
        )
    return page(request, "site/settings/calendars.html", {"rows": rows})


def _holiday_words(spec: dict[str, Any]) -> str:
    if spec.get("works_on_holidays"):
        return _("works on public holidays")
    country = spec.get("holidays")
    return _("public holidays of %(country)s") % {"country": country} if country else _("no public holidays")


def _week_words(spec: dict[str, Any]) -> list[str]:
    names = {
        "zh-hans": dict(zip(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "一二三四五六日", strict=True))
    }
    told = []
    for days, periods in spec.get("week", {}).items():
        parts = str(days).split("-")
        if language() == "en":
            label = "–".join(part.capitalize() for part in parts)
        else:
            label = "周" + "至周".join(names["zh-hans"].get(part, part) for part in parts)
        told.append(f"{label} {', '.join(periods)}")
    return told


def _exceptions(spec: dict[str, Any]) -> list[dict[str, Any]]:
    closed: list[dict[str, Any]] = [
        {"day": date.fromisoformat(str(day)), "hours": ""} for day in spec.get("closed", ())
    ]
    opened: list[dict[str, Any]] = [
        {"day": date.fromisoformat(str(day)), "hours": ", ".join(periods)}
        for day, periods in spec.get("opened", {}).items()
    ]
    found = sorted([*closed, *opened], key=lambda one: one["day"])
    return [{**one, "label": day_label(one["day"], this_year=0)} for one in found]


@require_safe
def team(request: Request, code: str) -> HttpResponse:
    """One team's year."""
    request.actor.require(staff.RIGHT)
    return _show(request, _team(code), {})


def _year(request: Request) -> int:
    given = request.GET.get("year", "") or request.POST.get("day", "")[:4]
    wanted = int(given) if given.isascii() and given.isdecimal() and len(given) == 4 else 0
    return wanted if YEARS[0] <= wanted <= YEARS[1] else timezone.localtime(clock.now()).year


def _show(
    request: Request, found: Team, errors: dict[str, Any], *, moves: Moves | None = None
) -> HttpResponse:
    year = _year(request)
    plan = from_spec(found.calendar)
    base = reverse("settings_calendar", args=[found.unit.code])
    context = {
        "team": pick(found.unit.name) or found.unit.code,
        "code": found.unit.code,
        "year": year,
        "previous_url": f"{base}?year={year - 1}" if year > YEARS[0] else "",
        "next_url": f"{base}?year={year + 1}" if year < YEARS[1] else "",
        "months": [_month(plan, year, month) for month in range(1, 13)],
        "weekdays": list(WEEKDAYS[language()]),
        "hours": _week_words(found.calendar),
        "zone": found.calendar.get("zone", ""),
        "holidays": _holiday_words(found.calendar),
        "published": _published(plan, year),
        "exceptions": [one for one in _exceptions(found.calendar) if one["day"].year == year],
        "history": recent(request.actor, ("unit", found.pk)),
        "today": timezone.localtime(clock.now()).date(),
        "errors": errors,
        "moves": _moves_words(moves) if moves else [],
        "sent": request.POST if errors or moves else {},
        "key": request.POST.get("key") if moves else form_key(),
    }
    return page(request, "site/settings/calendar.html", context, status=422 if errors else 200)


def _published(plan: WorkingCalendar, year: int) -> bool:
    """Whether the year's holidays are known; until then its weekdays are only a guess."""
    if plan.holidays_country is None or plan.works_on_holidays:
        return True
    return holidays_of(plan.holidays_country, year).known


def _month(plan: WorkingCalendar, year: int, month: int) -> dict[str, Any]:
    names = MONTHS_EN if language() == "en" else MONTHS_ZH
    weeks = Calendar().monthdatescalendar(year, month)
    return {
        "name": names[month - 1],
        "weeks": [[_day(plan, day) if day.month == month else None for day in week] for week in weeks],
    }


def _day(plan: WorkingCalendar, day: date) -> dict[str, Any]:
    kind, words = _kind(plan, day)
    return {
        "number": day.day,
        "kind": kind,
        "words": f"{day_label(day, this_year=0)}: {words}",
        "iso": day.isoformat(),
    }


def _kind(plan: WorkingCalendar, day: date) -> tuple[str, str]:
    """What a day is in the picture, and in words. The same order as `WorkingCalendar`: what says more wins."""
    hours = ", ".join(str(one) for one in plan.opened.get(day, ()))
    if hours:
        return "extra", _("open by exception, %(hours)s") % {"hours": hours}
    if day in plan.closed:
        return "closed", _("closed by exception")
    usual = plan.week.get(day.weekday(), ())
    country = None if plan.works_on_holidays else plan.holidays_country
    year = holidays_of(country, day.year, "zh_CN" if language() != "en" else "en_US") if country else None
    if year and day in year.make_up and (plan.week.get(0) or usual):
        return "makeup", _("make-up workday")
    if year and day in year.names:
        return "holiday", year.names[day]
    if not usual:
        return "free", _("free")
    return "work", ", ".join(str(one) for one in usual)


@require_POST
def plan_day(request: Request, code: str) -> HttpResponse:
    """Close a day, open it with hours of its own, or take an exception back. Where that moves deadlines, what it moves is
    shown first."""
    request.actor.require(staff.RIGHT)
    found = _team(code)
    try:
        day, periods = _date(text_of(request, "day", most=10)), _periods(request)
        moves = planning.moves(actor=request.actor, team=code, day=day, periods=periods)
        why = text_of(request, "why", most=200)
    except Invalid as error:
        return _show(request, found, error.fields or {"": error.detail})
    if moves.count and why and request.POST.get("sure") != "1":
        return _show(request, found, {}, moves=moves)

    def effect() -> str:
        work.plan_day(actor=request.actor, now=clock.now(), team=code, day=day, periods=periods, why=why)
        return f"{reverse('settings_calendar', args=[code])}?year={day.year}"

    return act(
        request, effect=effect, again=lambda errors: _show(request, found, errors), told=_told(moves.count)
    )


def _told(count: int) -> str:
    if not count:
        return _("Saved. No open deadline moves; what comes in from now on counts with it.")
    return ngettext(
        "Saved. %(n)s open deadline is being recounted; what comes in from now on counts with it.",
        "Saved. %(n)s open deadlines are being recounted; what comes in from now on counts with it.",
        count,
    ) % {"n": f"{count:,}"}


def _moves_words(moves: Moves) -> list[str]:
    """What the exception would do to open deadlines, a line each."""
    told = [
        (
            moves.later,
            ngettext("%(n)s open deadline comes later.", "%(n)s open deadlines come later.", moves.later),
        ),
        (
            moves.sooner,
            ngettext("%(n)s open deadline comes sooner.", "%(n)s open deadlines come sooner.", moves.sooner),
        ),
        (
            moves.looked - moves.count,
            ngettext(
                "%(n)s more runs across this day and stays.",
                "%(n)s more run across this day and stay.",
                moves.looked - moves.count,
            ),
        ),
    ]
    return [words % {"n": f"{count:,}"} for count, words in told if count]


def _date(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(fields={"day": _("Which day? For example 2026-05-04.")}) from error
    if not YEARS[0] <= day.year <= YEARS[1]:
        raise Invalid(
            fields={
                "day": _("A year from %(first)s to %(last)s, please.") % {"first": YEARS[0], "last": YEARS[1]}
            }
        )
    return day


def _periods(request: Request) -> list[str] | None:
    way = request.POST.get("way", "closed")
    if way == "usual":
        return None
    if way == "closed":
        return []
    text = text_of(request, "periods", most=200).replace("，", ",").replace("：", ":").replace("–", "-")
    found = [part.strip() for part in text.split(",") if part.strip()]
    if not found:
        raise Invalid(fields={"periods": _("These hours cannot be read. Example: 09:00-12:00, 13:30-18:00.")})
    return found
