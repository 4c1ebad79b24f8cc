"""Key figures: mine, my team's, all I may see; each with its definition, its days and the rows behind it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guanxi.core import charts, clock, figures
from guanxi.core.access import Actor
from guanxi.core.charts import Chart, Series
from guanxi.core.errors import NotFound
from guanxi.core.figures import Figure, Row, Value, Whose
from guanxi.core.http import Request, page
from guanxi.work import queries

PAGE = 50
DAYS = (1, 7, 28)


@dataclass(frozen=True, slots=True)
class Asked:
    """The view and the days chosen."""

    view: str
    days: int
    whose: Whose
    since: datetime
    until: datetime

    def query(self, **changed: Any) -> str:
        return urlencode({"view": self.view, "days": self.days, **changed})


def _asked(request: Request) -> Asked:
    member = queries.member_of(request.actor)
    views = {"all": Whose()}
    if member:
        views |= {"mine": Whose(member=member.id), "team": Whose(team=member.team_id)}
    view = request.GET.get("view", "")
    view = view if view in views else ("mine" if member else "all")
    given = request.GET.get("days", "")
    days = next((one for one in DAYS if str(one) == given), 7)
    until = clock.now()
    midnight = timezone.localtime(until).replace(hour=0, minute=0, second=0, microsecond=0)
    return Asked(view, days, views[view], midnight - timedelta(days=days - 1), until)


def _value(actor: Actor, figure: Figure, asked: Asked) -> Value | None:
    """None where the figure cannot be told apart by people and that was asked."""
    if figure.rows is not None:
        return figures.sum_of(figure.rows(actor, asked.since, asked.until, asked.whose))
    return figure.compute(actor, asked.since, asked.until) if asked.view == "all" else None


def _tile(figure: Figure, value: Value, asked: Asked) -> dict[str, Any]:
    return {
        "label": figure.title,
        "value": figure.text(value) or _("nothing counted"),
        "target": figure.target_text,
        "missed": figure.missed(value),
        "definition": f"{figure.numerator} / {figure.denominator}",
        "url": f"{reverse('figure', args=[figure.code])}?{asked.query()}",
    }


def _tabs(request: Request, asked: Asked) -> list[list[dict[str, Any]]]:
    views = {"mine": _("Mine"), "team": _("My team"), "all": _("All I may see")}
    if not queries.member_of(request.actor):
        views = {"all": views["all"]}
    spans = {1: _("Today"), 7: _("7 days"), 28: _("28 days")}
    return [
        [{"label": views[one], "url": f"?{asked.query(view=one)}", "current": one == asked.view} for one in views],
        [{"label": spans[one], "url": f"?{asked.query(days=one)}", "current": one == asked.days} for one in spans],
    ]  # fmt: skip


@require_safe
def index(request: Request) -> HttpResponse:
    """Every figure the actor may see."""
    actor = request.actor
    actor.require("work.view")
    asked = _asked(request)
    tiles = []
    for figure in figures.list_all(actor):
        value = _value(actor, figure, asked)
        if value is not None:
            tiles.append(_tile(figure, value, asked))
    return page(request, "site/figures.html", {"tiles": tiles, "tabs": _tabs(request, asked)})


@require_safe
def show(request: Request, code: str) -> HttpResponse:
    """One figure with its definition, days and rows; `csv` names which of the two is wanted as a file."""
    actor = request.actor
    actor.require("work.view")
    figure = next((one for one in figures.list_all(actor) if one.code == code), None)
    if figure is None:
        raise NotFound
    asked = _asked(request)
    rows = figure.rows(actor, asked.since, asked.until, asked.whose) if figure.rows else []
    found = [_series(figure, rows), _table(figure, rows)] if figure.rows else []
    if (answer := charts.as_csv(request, found)) is not None:
        return answer
    value = _value(actor, figure, asked) or Value(0, 0)
    paged = Paginator(found[1].rows if found else [], PAGE).get_page(request.GET.get("page"))
    context = {
        "figure": figure,
        "tile": _tile(figure, value, asked),
        "parts": value,
        "tabs": _tabs(request, asked),
        "chart": found[0].view(request.path, view=asked.view, days=asked.days) if found else None,
        "rows": list(paged),
        "csv_url": f"{request.path}?{asked.query(csv='rows')}",
        "next_url": f"?{asked.query(page=paged.next_page_number())}" if paged.has_next() else "",
    }
    return page(request, "site/figure.html", context)


def _series(figure: Figure, rows: list[Row]) -> Chart:
    days: dict[str, list[Row]] = {}
    for row in rows:
        days.setdefault(f"{timezone.localtime(row.at):%Y-%m-%d}", []).append(row)
    scale = 100 if figure.unit == "%" else 1
    cells = []
    for day, some in sorted(days.items()):
        ratio = figures.sum_of(some).ratio
        cells.append([day, None if ratio is None else round(ratio * scale, 1)])
    title = str(figure.title)
    return Chart("days", title, _("day by day"), "bar", [_("Day"), title], cells, [Series(1, tone="accent")])


def _table(figure: Figure, rows: list[Row]) -> Chart:
    columns = [_("When"), _("Work"), str(figure.numerator), str(figure.denominator)]
    cells = [
        [
            f"{timezone.localtime(row.at):%Y-%m-%d %H:%M}",
            row.name,
            f"{row.numerator:g}",
            f"{row.denominator:g}",
        ]
        for row in rows
    ]
    return Chart("rows", str(figure.title), "", "bar", columns, cells)
