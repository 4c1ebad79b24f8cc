"""Key figures: mine, a team's, a colleague's, all I may see; each with its definition, its days and the rows behind it."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guanxi.core import charts, clock, figures
from guanxi.core.access import Actor
from guanxi.core.charts import Chart, Series
from guanxi.core.counting import Counting, Row, added
from guanxi.core.errors import Conflict, NotFound
from guanxi.core.figures import Figure, Value, Whose
from guanxi.core.http import Request, page
from guanxi.core.organisation import name_of
from guanxi.work import queries
from guanxi.work.models import Team
from guanxi.work.queries.figures import OTHERS

FILE_MAX = 50_000
SPANS = ("day", "week", "month")
DIMENSIONS = ("team", "member", "kind", "channel")
MINE, ALL = "me", "all"


@dataclass(frozen=True, slots=True)
class Asked:
    """Of whom, and over which days."""

    code: str
    whose: Whose
    own: bool
    span: str
    since: datetime
    end: datetime
    until: datetime  # not later than now

    def query(self, **changed: Any) -> str:
        told = {"whose": self.code, "span": self.span, "at": f"{timezone.localtime(self.since):%Y-%m-%d}"}
        return urlencode({**told, **changed})


def asked(actor: Actor, given: Mapping[str, str], now: datetime) -> Asked:
    """What an address asks for. Raises `NotFound` for people and teams whose figures the actor may not see."""
    member = queries.member_of(actor)
    code = given.get("whose", "") or (MINE if member else ALL)
    whose, own = _whose(actor, code)
    span = given.get("span", "")
    span = span if span in SPANS else "week"
    first, after = _days(span, _day(given.get("at", ""), now))
    since, end = (timezone.make_aware(datetime.combine(day, time(0))) for day in (first, after))
    return Asked(code, whose, own, span, since, end, min(end, max(now, since)))


def _whose(actor: Actor, code: str) -> tuple[Whose, bool]:
    member = queries.member_of(actor)
    if code == MINE and member:
        return Whose(member=member.id), True
    if code == ALL:
        return Whose(), False
    kind, _colon, key = code.partition(":")
    if kind == "team" and key in (teams := _teams(actor)):
        return Whose(team=teams[key].pk), False
    people = {one.user.public_id: one.id for one in _colleagues(actor)} if kind == "member" else {}
    if key not in people:
        raise NotFound
    return Whose(member=people[key]), member is not None and people[key] == member.id


def _teams(actor: Actor) -> dict[str, Team]:
    return {team.unit.code: team for team in queries.list_teams() if actor.may_at(OTHERS, team.pk)}


def _colleagues(actor: Actor) -> Sequence[Any]:
    reach = actor.reach(OTHERS)
    return queries.list_members(None if reach.everything else reach.units) if reach else []


def _day(text: str, now: datetime) -> date:
    today = timezone.localtime(now).date()
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return today
    return found if date(2000, 1, 1) <= found <= today else today


def _days(span: str, day: date) -> tuple[date, date]:
    """The first day of the span around a day, and the first after it."""
    if span == "day":
        return day, day + timedelta(days=1)
    if span == "week":
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=7)
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1)


# -- what they came to --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """A figure and what it came to; `counting` is None where nothing can be listed."""

    figure: Figure
    value: Value
    counting: Counting | None
    days: list[tuple[date, Value]]


def find(actor: Actor, figure: Figure, asks: Asked) -> Found:
    if figure.source is None:
        return Found(figure, figure.compute(actor, asks.since, asks.until), None, [])
    counting = figure.source(actor, asks.since, asks.until, asks.whose)
    days = counting.days()
    value = counting.value() if counting.standing else added([value for _day, value in days])
    return Found(figure, value, counting, days)


def list_figures(actor: Actor, asks: Asked) -> list[Figure]:
    """Those this actor may see of whom they ask about."""
    found = figures.list_of(actor, asks.whose, own=asks.own)
    return [one for one in found if one.source is not None or asks.whose == Whose()]


def get_figure(actor: Actor, asks: Asked, code: str) -> Figure:
    """Raises `NotFound` for a figure there is not, or not for this actor."""
    found = next((one for one in list_figures(actor, asks) if one.code == code), None)
    if found is None:
        raise NotFound
    return found


def _card(found: Found, asks: Asked) -> dict[str, Any]:
    figure, value = found.figure, found.value
    return {
        "title": figure.title,
        "value": figure.text(value) or "–",
        "target": _target(figure),
        "missed": figure.missed(value),
        "reached": figure.target is not None and value.ratio is not None and not figure.missed(value),
        "numerator": (figure.numerator, figure.cell(value.numerator)),
        "denominator": (figure.denominator, figure.part(value.denominator or 0)),
        "exclusions": figure.exclusions,
        "owner": _owners().get(figure.owner, figure.owner),
        "beside": _beside(found),
        "trend": _trend(figure, found.days),
        "url": f"{reverse('figure', args=[figure.code])}?{asks.query()}",
        "where": reverse(figure.where) if figure.where else "",
    }


def _owners() -> dict[str, str]:
    return {"supervisor": _("supervisor"), "steward": _("data steward"), "logistics": _("logistics"),
            "campaigns": _("whoever runs call lists")}  # fmt: skip


def _target(figure: Figure) -> str:
    if figure.target is None:
        return ""
    words = _("at most %(value)s") if figure.at_most else _("at least %(value)s")
    return words % {"value": figure.target_text}


def _beside(found: Found) -> list[tuple[str, str]]:
    """The median and the ninth tenth of what took time."""
    if not found.figure.spread or found.counting is None:
        return []
    told = found.counting.spread(0.5, 0.9)
    return [(name, found.figure.span_text(one)) for name, one in zip(("p50", "p90"), told, strict=False)]


def _trend(figure: Figure, days: Sequence[tuple[date, Value]]) -> str:
    """The days as points of a line in a box of 100 x 24; "" for fewer than two."""
    told = [(day, figure.scaled(value)) for day, value in days]
    known = [(day, number) for day, number in told if number is not None]
    if len(known) < 2:
        return ""
    first, last = known[0][0], known[-1][0]
    most = max(number for _day, number in known) or 1
    return " ".join(
        f"{100 * (day - first).days / (last - first).days:.1f},{23 - 22 * number / most:.1f}"
        for day, number in known
    )


# -- pages --------------------------------------------------------------------------------------------------


@require_safe
def index(request: Request) -> HttpResponse:
    """Every figure the actor may see of whom they ask about."""
    actor, now = request.actor, clock.now()
    actor.require("work.view")
    asks = asked(actor, request.GET, now)
    cards = [_card(find(actor, one, asks), asks) for one in list_figures(actor, asks)]
    return page(request, "site/figures.html", {"cards": cards, **_frame(actor, asks, now)})


@require_safe
def show(request: Request, code: str) -> HttpResponse:
    """One figure with its definition, days, parts and rows; `csv` names which of these is wanted as a file."""
    actor, now = request.actor, clock.now()
    actor.require("work.view")
    asks = asked(actor, request.GET, now)
    found = find(actor, get_figure(actor, asks, code), asks)
    wanted = request.GET.get("csv", "")
    if wanted == "rows" and found.counting is not None:
        return _file(found, found.counting)
    series = [_series(found)] if found.counting and not found.counting.standing else []
    drawn = [*series, *_parts(found)]
    if (answer := charts.as_csv(request, drawn)) is not None:
        return answer
    rows, cursor = found.counting.page(request.GET.get("after", "")) if found.counting else ([], "")
    context = {
        "card": _card(found, asks),
        "charts": [one.view(request.path, **_kept(asks)) for one in series],
        "parts": [one.view(request.path, **_kept(asks)) for one in drawn[len(series) :]],
        "listed": found.counting is not None,
        "columns": columns(found.figure),
        "rows": [(one.told, cells(found.figure, one)) for one in rows],
        "csv_url": f"?{asks.query(csv='rows')}",
        "next_url": f"?{asks.query(after=cursor)}" if cursor else "",
        "back_url": f"{reverse('figures')}?{asks.query()}",
        **_frame(actor, asks, now),
    }
    return page(request, "site/figure.html", context)


def _kept(asks: Asked) -> dict[str, str]:
    return {"whose": asks.code, "span": asks.span, "at": f"{timezone.localtime(asks.since):%Y-%m-%d}"}


def _frame(actor: Actor, asks: Asked, now: datetime) -> dict[str, Any]:
    """Whose, which span, and the ones before and after."""
    spans = {"day": _("By day"), "week": _("By week"), "month": _("By month")}
    first, last = (
        timezone.localtime(asks.since).date(),
        timezone.localtime(asks.end).date() - timedelta(days=1),
    )
    return {
        "whose": asks.code,
        "choices": choices(actor),
        "kept": [("span", asks.span), ("at", f"{first:%Y-%m-%d}")],
        "spans": [
            {"label": label, "url": f"?{asks.query(span=one)}", "current": one == asks.span} for one, label in spans.items()
        ],
        "days": f"{first:%Y-%m-%d}" if first == last else f"{first:%Y-%m-%d} – {last:%Y-%m-%d}",
        "earlier_url": f"?{asks.query(at=first - timedelta(days=1))}",
        "later_url": f"?{asks.query(at=last + timedelta(days=1))}" if asks.end <= now else "",
    }  # fmt: skip


def choices(actor: Actor) -> list[tuple[str, str]]:
    """Whose figures this actor may see."""
    found = [(MINE, _("Mine"))] if queries.member_of(actor) else []
    found.append((ALL, _("All I may see")))
    found += [(f"team:{code}", name_of(team.unit)) for code, team in _teams(actor).items()]
    return [*found, *((f"member:{one.user.public_id}", str(one.user)) for one in _colleagues(actor))]


def _series(found: Found) -> Chart:
    figure = found.figure
    rows = [[f"{day:%Y-%m-%d}", figure.scaled(value)] for day, value in found.days]
    unit = figure.unit if figure.unit != "1" else ""
    name = f"{figure.title} ({unit})" if unit else str(figure.title)
    return Chart("days", name, _("day by day"), "bar", [_("Day"), name], rows, [Series(1, tone="accent")],
                 unit=unit, target=figure.target)  # fmt: skip


def _parts(found: Found) -> list[Chart]:
    """Told apart by team, member, kind and channel, where there is more than one."""
    names = {
        "team": _("By team"),
        "member": _("By colleague"),
        "kind": _("By kind"),
        "channel": _("By channel"),
    }
    figure, made = found.figure, []
    for code in DIMENSIONS:
        if found.counting is None or code not in found.counting.by:
            continue
        groups = found.counting.groups(code)[: charts.ROWS_MAX]
        if len(groups) > 1:
            rows = [
                [
                    name,
                    figure.scaled(value),
                    figure.cell(value.numerator),
                    figure.part(value.denominator or 0),
                ]
                for name, value in groups
            ]
            heads = [names[code], str(figure.title), str(figure.numerator), str(figure.denominator)]
            made.append(Chart(code, names[code], str(figure.title), "bar", heads, rows, [Series(1)]))
    return made


def columns(figure: Figure) -> list[str]:
    return [_("When"), _("What"), _("Kind"), _("Who"), str(figure.numerator), str(figure.denominator)]


def cells(figure: Figure, row: Row) -> list[str]:
    """A row as the screen and the file show it."""
    return [
        f"{timezone.localtime(row.at):%Y-%m-%d %H:%M:%S}",
        row.told.name,
        row.told.sub,
        row.told.who,
        figure.cell(row.numerator),
        f"{row.denominator:g}",
    ]


def _file(found: Found, counting: Counting) -> HttpResponse:
    """Every row, as on the screen. Raises `Conflict` for more than a sheet should hold."""
    rows = [cells(found.figure, one) for one in islice(counting.every(), FILE_MAX + 1)]
    if len(rows) > FILE_MAX:
        raise Conflict(
            _("More than %(most)s rows: choose fewer days.") % {"most": f"{FILE_MAX:,}"}, code="too_many"
        )
    sheet = io.StringIO()
    sheet.write("\ufeff")  # spreadsheets then read it as UTF-8
    writer = csv.writer(sheet)
    writer.writerows([[charts.harmless(cell) for cell in row] for row in [columns(found.figure), *rows]])
    response = HttpResponse(sheet.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.figure.code}.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response
