"""The process map of our own cases: what follows what, hours in between, where cases wait, and the ways they take."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from guanxi.core import charts, clock, timeline
from guanxi.core.charts import Cell, Chart, Series
from guanxi.core.http import Request, page
from guanxi.engine.process import ProcessMap, Step
from guanxi.insight import queries

SPANS = (28, 91, 365)
DRAWN = 12  # more lines than that nobody follows


@require_safe
def show(request: Request) -> HttpResponse:
    """`days` is one of `SPANS`; `csv` names a chart whose numbers are wanted as a file."""
    actor = request.actor
    actor.require("cases.view")
    given = request.GET.get("days", "")
    days = next((one for one in SPANS if str(one) == given), SPANS[1])
    now = clock.now()
    found = queries.map_cases(actor, now - timedelta(days=days), now)
    shown = [_flow(found), _steps(found), _ways(found)]
    if (answer := charts.as_csv(request, shown)) is not None:
        return answer
    context = {
        "charts": [chart.view(request.path, days=days) for chart in shown],
        "tabs": [{"label": _span(one), "url": f"?days={one}", "current": one == days} for one in SPANS],
        "facts": _facts(found),
    }
    return page(request, "insight/process.html", context)


def _span(days: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


def _words(code: str) -> str:
    return str(timeline.describe(code).words)


def _facts(found: ProcessMap) -> list[tuple[str, str]]:
    return [
        (_("Cases"), charts.shown(found.cases)),
        (_("Half are through within"), _("%(n)s h") % {"n": charts.shown(found.median_h)}),
        (_("Nine in ten within"), _("%(n)s h") % {"n": charts.shown(found.p90_h)}),
        (_("Hand-overs"), charts.shown(found.handovers)),
        (_("Cases in which something was done again"), charts.shown(found.reworked)),
    ]


def _flow(found: ProcessMap) -> Chart:
    """What follows what: from, to, how often; with the hours in the table."""
    worst = found.bottleneck
    title = (
        _("%(share)s %% of all waiting lies between “%(source)s” and “%(target)s”")
        % {
            "share": round(found.bottleneck_share * 100),
            "source": _words(worst.source),
            "target": _words(worst.target),
        }
        if worst
        else _("No case waits anywhere")
    )
    rows: list[list[Cell]] = [
        [
            f"{_words(one.source)} → {_words(one.target)}",
            round(one.total_h, 1),
            one.count,
            round(one.median_h, 1),
            round(one.p90_h, 1),
            one.handovers,
        ]
        for one in sorted(found.edges, key=lambda one: (-one.total_h, one.source, one.target))[:DRAWN]
    ]
    return Chart(
        code="waiting",
        title=title,
        subtitle=_("Hours between two steps that follow each other, all cases together; the twelve longest."),
        shape="rows",
        columns=[
            _("From → to"),
            _("Hours in all"),
            _("Times"),
            _("Half within, h"),
            _("Nine in ten within, h"),
            _("Hand-overs"),
        ],
        rows=rows,
        series=[Series(1, "bar", "amber")],
        size="tall",
    )


def _steps(found: ProcessMap) -> Chart:
    again = max(found.steps, key=lambda one: one.rework, default=None)
    title = (
        _("“%(step)s” is done again most: %(n)s times") % {"step": _words(again.activity), "n": again.rework}
        if again and again.rework
        else _("Nothing is done twice")
    )
    return Chart(
        code="steps",
        title=title,
        subtitle=_("How often each step happens; done again: beyond the first in its case."),
        shape="rows",
        columns=[_("Step"), _("Times"), _("Done again"), _("Cases"), _("Half go on within, h")],
        rows=[_step(one) for one in found.steps[:DRAWN]],
        series=[Series(1, "bar"), Series(2, "bar", "amber")],
        size="tall",
    )


def _step(one: Step) -> list[Cell]:
    hours = None if one.median_h is None else round(one.median_h, 1)
    return [_words(one.activity), one.count, one.rework, one.cases, hours]


def _ways(found: ProcessMap) -> Chart:
    first: Any = found.variants[0] if found.variants else None
    title = (
        _("%(share)s %% of cases take the same way; there are %(n)s ways")
        % {"share": round(first.share * 100), "n": found.variant_count}
        if first
        else _("No case has come in this span")
    )
    return Chart(
        code="ways",
        title=title,
        subtitle=_("The ten commonest ways from first to last step."),
        shape="bar",
        columns=[_("Way through"), _("Cases"), _("Half within, h"), _("Steps")],
        rows=[
            [
                _("Way %(n)s") % {"n": place},
                one.cases,
                round(one.median_h, 1),
                " → ".join(_words(step) for step in one.steps),
            ]
            for place, one in enumerate(found.variants, 1)
        ],
        series=[Series(1, "bar", "accent", marks=True)],
    )
