"""What customers see of a branch: city, address, telephone, hours, services; described and changed by the house."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guanxi.core import clock, organisation
from guanxi.core.calendar import CalendarError, Period, from_spec
from guanxi.core.errors import Invalid, NotFound
from guanxi.core.http import Request, form_key, page, text_of
from guanxi.core.models import Unit
from guanxi.core.phrases import pick
from guanxi.site.administration.forms import act
from guanxi.site.administration.trail import recent
from guanxi.work import actions as work
from guanxi.work.models import Branch
from guanxi.work.queries import branches as places

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
COUNTRY = "CN"
CHARS_MAX = {"city": 60, "address": 200, "phone": 30, "hours": 100, "services": 2_000}


@require_http_methods(["GET", "HEAD", "POST"])
def branch(request: Request, code: str) -> HttpResponse:
    """The form of one branch; a unit that customers cannot go to yet gets its place here."""
    request.actor.require(organisation.RIGHT)
    unit = organisation.get_unit(code)
    if unit.kind != Unit.Kind.BRANCH:
        raise NotFound
    row = places.branch_of(unit.id)
    if request.method != "POST":
        return _form(request, unit, row, _said(row), {})

    def effect() -> str:
        work.set_branch(actor=request.actor, now=clock.now(), unit=unit, text=_read(request, row))
        return reverse("settings_branch", args=[code])

    sent = {name: str(value) for name, value in request.POST.items()}
    return act(
        request, effect=effect, again=lambda errors: _form(request, unit, row, sent, errors), told=_("Saved.")
    )


def _form(
    request: Request, unit: Unit, row: Branch | None, said: Mapping[str, str], errors: Mapping[str, Any]
) -> HttpResponse:
    names = (
        _("Monday"),
        _("Tuesday"),
        _("Wednesday"),
        _("Thursday"),
        _("Friday"),
        _("Saturday"),
        _("Sunday"),
    )
    context = {
        "unit": unit,
        "name": pick(unit.name) or unit.code,
        "is_new": row is None,
        "filled": said,
        "days": list(zip(DAYS, names, strict=True)),
        "holidays": said.get("holidays") == "1",
        "most": CHARS_MAX,
        "history": recent(request.actor, ("unit", unit.id)),
        "errors": errors,
        "key": form_key(),
    }
    return page(request, "site/settings/branch.html", context, status=422 if errors else 200)


def _said(row: Branch | None) -> dict[str, str]:
    """What stands in the fields at first."""
    if row is None:
        usual = dict.fromkeys([f"hours_{day}" for day in DAYS[:5]], "09:00-17:00")
        return {**usual, "holidays": "1"}
    week = from_spec(row.calendar).week
    hours = {f"hours_{day}": ", ".join(map(str, week.get(place, ()))) for place, day in enumerate(DAYS)}
    closes = bool(row.calendar.get("holidays")) and not row.calendar.get("works_on_holidays")
    texts = {
        f"{what}_{short}": str(getattr(row, what).get(tongue, ""))
        for what in ("city", "address")
        for short, tongue in (("zh", "zh-hans"), ("en", "en"))
    }
    lines = [f"{one.get('zh-hans', '')} | {one.get('en', '')}" for one in row.services]
    return {
        **hours, **texts, "phone": row.phone, "services": "\n".join(lines), "holidays": "1" if closes else "",
    }  # fmt: skip


def _read(request: Request, row: Branch | None) -> work.BranchText:
    """What the form says. Raises `Invalid` naming the fields."""
    errors: dict[str, Any] = {}
    texts: dict[str, dict[str, str]] = {}
    for what in ("city", "address"):
        for short, tongue in (("zh", "zh-hans"), ("en", "en")):
            text = text_of(request, f"{what}_{short}", most=CHARS_MAX[what])
            texts.setdefault(what, {})[tongue] = text
            if not text:
                errors[f"{what}_{short}"] = _("Needed.")
    week = {}
    for day in DAYS:
        try:
            week[day] = _hours(text_of(request, f"hours_{day}", most=CHARS_MAX["hours"]))
        except CalendarError:
            errors[f"hours_{day}"] = _("These hours cannot be read. Example: 09:00-12:00, 13:30-18:00.")
    if not errors and not any(week.values()):
        errors[f"hours_{DAYS[0]}"] = _("A branch is open on one day at least.")
    if errors:
        raise Invalid(fields=errors)
    return work.BranchText(
        city=texts["city"],
        address=texts["address"],
        calendar=_calendar(request, row, week),
        phone=text_of(request, "phone", most=CHARS_MAX["phone"]),
        services=_services(request.POST.get("services", "")[: CHARS_MAX["services"]]),
    )


def _hours(text: str) -> list[str]:
    text = text.replace("，", ",").replace("：", ":").replace("–", "-")
    return [str(Period.parse(part.strip())) for part in text.split(",") if part.strip()]


def _calendar(request: Request, row: Branch | None, week: Mapping[str, list[str]]) -> dict[str, Any]:
    """The hours over what the calendar says besides: its zone, its exceptions."""
    spec: dict[str, Any] = dict(row.calendar) if row else {"code": "branch", "zone": settings.TIME_ZONE}
    spec["week"] = {day: hours for day, hours in week.items() if hours}
    if request.POST.get("holidays") == "1":
        spec["holidays"] = spec.get("holidays") or COUNTRY
        spec.pop("works_on_holidays", None)
    elif spec.get("holidays"):
        spec["works_on_holidays"] = True
    return spec


def _services(text: str) -> list[dict[str, str]]:
    """One a line, Chinese and English with a bar between; one alone stands for both."""
    found = []
    for line in text.replace("｜", "|").splitlines():
        zh, _bar, en = (part.strip()[:40] for part in line.partition("|"))
        if zh or en:
            found.append({"zh-hans": zh or en, "en": en or zh})
    return found[:20]
