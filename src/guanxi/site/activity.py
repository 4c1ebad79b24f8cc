"""How the weeks went: cases in drawings, each with its table, CSV and the rows behind it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from guanxi.cases import queries as cases
from guanxi.cases.words import STEPS
from guanxi.core import charts, clock, figures
from guanxi.core.access import Actor
from guanxi.core.charts import Cell, Chart, Series
from guanxi.core.figures import Figure
from guanxi.core.http import Request, page
from guanxi.core.phrases import day_label
from guanxi.core.words import say

SPANS = (7, 28, 91)
IN_TIME = "cases.answered_in_time"


@require_safe
def show(request: Request) -> HttpResponse:
    """`days` is 7, 28 or 91; `csv` names a chart whose numbers are wanted as a file."""
    actor = request.actor
    actor.require("cases.view")
    given = request.GET.get("days", "")
    days = int(given) if given.isdecimal() and int(given[:4]) in SPANS else SPANS[1]
    found = _charts(actor, days, clock.now())
    if (answer := charts.as_csv(request, found)) is not None:
        return answer
    views = [chart.view(request.path, days=days) for chart in found]
    context = {"charts": views, "tabs": _tabs(days), "span": _span_words(days)}
    return page(request, "site/activity.html", context)


def _tabs(days: int) -> list[dict[str, Any]]:
    return [{"label": _span_words(span), "url": f"?days={span}", "current": span == days} for span in SPANS]


def _span_words(days: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


def _charts(actor: Actor, days: int, now: datetime) -> list[Chart]:
    """Everything on the page: a fixed number of statements, whatever was counted."""
    last = timezone.localtime(now).date()
    span = [last - timedelta(days=days - 1 - place) for place in range(days)]
    since, until = _midnight(span[0]), now
    shown = [
        _flow(actor, span, since, until),
        _fates(actor, days, since, until),
        _hours(actor, days, since, until),
    ]
    in_time = next((one for one in figures.visible_to(actor) if one.code == IN_TIME), None)
    if in_time is not None:
        shown.insert(1, _in_time(actor, in_time, now))
    return shown


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


def _listed(**filters: str) -> str:
    return f"{reverse('cases')}?{urlencode(filters, safe='.:')}"


def _flow(actor: Actor, span: Sequence[date], since: datetime, until: datetime) -> Chart:
    """Cases received and answered, day by day."""
    counted = cases.count_by_day(actor, since, until, ["case.opened", "case.answered"])
    span = _from_first(span, {day for _code, day in counted})
    opened = [counted.get(("case.opened", day), 0) for day in span]
    answered = [counted.get(("case.answered", day), 0) for day in span]
    return Chart(
        code="flow",
        title=_flow_title(span, opened, answered),
        subtitle=_(
            "Cases received and answers given, by day of the house; a case may be answered more than once."
        ),
        shape="bar",
        columns=[_("Day"), _("Received"), _("Answers")],
        rows=[[f"{day:%m-%d}", *pair] for day, *pair in zip(span, opened, answered, strict=True)]
        if any(opened)
        else [],
        series=[Series(1, "bar"), Series(2, "line", "accent")],
        urls=[_listed(opened=f"{day}") for day in span],
        rows_url=_listed(opened=f"{span[0]}..{span[-1]}"),
    )


def _from_first(span: Sequence[date], known: set[date]) -> Sequence[date]:
    """Without the empty days before anything was counted (a house that has just begun), but never less than a week."""
    first = min(known, default=span[0])
    return [day for day in span if day >= first or day in span[-7:]]


def _flow_title(span: Sequence[date], opened: Sequence[int], answered: Sequence[int]) -> str:
    if not any(opened):
        return _("No case has come in this span")
    most = max(opened)
    words = _("%(opened)s cases came, %(answers)s answers went out; most came on %(day)s: %(most)s")
    return words % {
        "opened": f"{sum(opened):,}",
        "answers": f"{sum(answered):,}",
        "day": day_label(span[opened.index(most)]),
        "most": most,
    }


def _in_time(actor: Actor, figure: Figure, now: datetime) -> Chart:
    """The registered key figure, week by week over eight weeks."""
    weeks = [(now - timedelta(weeks=back + 1), now - timedelta(weeks=back)) for back in range(7, -1, -1)]
    values = [figure.compute(actor, since, until) for since, until in weeks]
    shares = [None if value.ratio is None else round(value.ratio * 100, 1) for value in values]
    rows = [
        [f"{timezone.localtime(until):%m-%d}", share, int(value.numerator), int(value.denominator or 0)]
        for (_since, until), share, value in zip(weeks, shares, values, strict=True)
    ]
    first = next((place for place, share in enumerate(shares) if share is not None), len(rows))
    return Chart(
        code="in-time",
        title=_in_time_title(shares, figure.target),
        subtitle=str(figure.numerator) + " / " + _("cases opened in the week that ends on the day"),
        shape="line",
        columns=[_("Week until"), str(figure.title), _("in time"), _("of")],
        rows=rows[first:],
        series=[Series(1, "line", "accent", marks=True)],
        unit="%",
        target=figure.target,
        urls=[_listed(opened=_range(since, until)) for since, until in weeks[first:]],
    )


def _range(since: datetime, until: datetime) -> str:
    return f"{timezone.localtime(since):%Y-%m-%d}..{timezone.localtime(until):%Y-%m-%d}"


def _in_time_title(shares: Sequence[float | None], target: float | None) -> str:
    known = [share for share in shares if share is not None]
    if not known:
        return _("Nothing had to be answered yet")
    words = {"share": f"{known[-1]:g}", "target": f"{target or 0:g}"}
    if target is None or known[-1] >= target:
        return _("%(share)s %% answered in time last week, the target of %(target)s %% is met") % words
    return _("%(share)s %% answered in time last week, below the target of %(target)s %%") % words


def _weekdays() -> list[str]:
    return [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")]


def _hours(actor: Actor, days: int, since: datetime, until: datetime) -> Chart:
    """At which hours of which weekdays cases come."""
    counted = cases.count_by_hour(actor, since, until)
    names = _weekdays()
    rows: list[list[Cell]] = [
        [f"{hour:02}", names[weekday - 1], counted.get((weekday, hour), 0)]
        for weekday in range(1, 8)
        for hour in range(24)
    ]
    return Chart(
        code="hours",
        title=_peak_title(counted, names),
        subtitle=_("Cases received in %(span)s, by weekday and hour of the house's time.")
        % {"span": _span_words(days)},
        shape="heatmap",
        columns=[_("Hour"), _("Weekday"), _("Cases")],
        rows=rows if counted else [],
        labels=names,
    )


def _peak_title(counted: Mapping[tuple[int, int], int], names: Sequence[str]) -> str:
    if not counted:
        return _("No case has come in this span")
    weekday, hour = max(counted, key=lambda at: (counted[at], at))
    return _("Most cases come on %(day)s between %(from)s and %(until)s") % {
        "day": names[weekday - 1],
        "from": f"{hour:02}:00",
        "until": f"{hour + 1:02}:00",
    }


def _fates(actor: Actor, days: int, since: datetime, until: datetime) -> Chart:
    """From which channel cases came and how they stand."""
    counted = cases.count_by_fate(actor, since, until)
    pairs = sorted(counted, key=lambda pair: -counted[pair])
    since_day, until_day = timezone.localtime(since).date(), timezone.localtime(until).date()
    return Chart(
        code="fates",
        title=_fate_title(counted),
        subtitle=_("Cases opened in %(span)s: the channel they came by, and how they stand now.")
        % {"span": _span_words(days)},
        shape="sankey",
        columns=[_("Channel"), _("Stands at"), _("Cases")],
        rows=[
            [say(f"channel.{channel}"), str(STEPS[state]), counted[channel, state]]
            for channel, state in pairs
        ],
        urls=[
            _listed(channel=channel, state=state, opened=f"{since_day}..{until_day}")
            for channel, state in pairs
        ],
    )


def _fate_title(counted: Mapping[tuple[str, str], int]) -> str:
    total = sum(counted.values())
    if not total:
        return _("No case has come in this span")
    settled = sum(count for (_channel, state), count in counted.items() if state == "resolved")
    share = f"{settled / total * 100:.0f}"
    return _("%(settled)s of %(total)s cases are settled (%(share)s %%)") % {
        "settled": f"{settled:,}",
        "total": f"{total:,}",
        "share": share,
    }
