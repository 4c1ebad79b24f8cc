"""Then and now: the same thousand disputes through the old procedure and ours: drawings, tables, CSV. All simulated."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from guanxi.cases.pages.assumptions import ASSUMED, DAYS, HOURS, SHARE
from guanxi.cases.pages.table_words import VERBS
from guanxi.cases.rules import replay
from guanxi.cases.rules.replay import Outcome, Summary
from guanxi.core import charts
from guanxi.core.charts import Chart, Series
from guanxi.core.http import Request, page
from guanxi.core.phrases import span_words

SEEDS = 30  # so many different thousands may be looked at: nobody makes us compute for ever
DAY = 24.0


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the comparison. `target` as words, `missed` whether ours does not reach it."""

    label: str
    before: str
    now: str
    target: str = ""
    missed: bool = False


@require_safe
def show(request: Request) -> HttpResponse:
    """For everybody in the demo, else for staff who see cases. `seed`: another thousand; `csv`: one chart's numbers."""
    if not settings.DEMO:
        request.actor.require("cases.view")
    given = request.GET.get("seed", "")
    seed = int(given) % SEEDS if given.isdecimal() and len(given) < 6 else replay.SEED % SEEDS
    found = replay.outcome(seed=seed)
    drawn = _charts(found)
    if (answer := charts.as_csv(request, drawn)) is not None:
        return answer
    context = {
        "title": _title(found),
        "charts": [chart.view(request.path, seed=seed) for chart in drawn],
        "measures": _measures(found),
        "slowest": [_slow(*one) for one in found.slowest],
        "assumed": _assumed(),
        "another_url": f"{request.path}?seed={(seed + 1) % SEEDS}",
        "procedure_url": reverse("procedure"),
        "disputes": f"{found.disputes:,}",
        "seed": seed,
    }
    return page(request, "cases/then_and_now.html", context)


def took(hours: float | None) -> str:
    """Hours as people say them: "3 min", "14 h 5 min", "8 d 3 h"; a dash for never."""
    return "–" if hours is None else span_words(round(hours * 60))


def _title(found: Outcome) -> str:
    words = _("Half of the disputes took %(then)s; now they take %(now)s")
    return words % {"then": took(found.before.median), "now": took(found.now.median)}


def _share(part: int, whole: int) -> str:
    return f"{part / whole * 100:.1f} %" if whole else "–"


def _measures(found: Outcome) -> list[Measure]:
    """What is promised, what came out, then and now."""
    then, now = found.before, found.now
    return [
        _timed(_("half are decided within"), then.median, now.median, DAY),
        _timed(_("19 of 20 are decided within"), then.p95, now.p95, 3 * DAY),
        _timed(_("the longest took"), then.longest, now.longest, None),
        _timed(_("half of those owed money had it within"), then.money_median, now.money_median, None),
        _timed(_("19 of 20 of those who got money had it within"), then.money_p95, now.money_p95, 2 * DAY),
        Measure(_("owed money and got all of it"), _share(then.money, then.owed), _share(now.money, now.owed)),
        Measure(_("paid by itself within minutes"), f"{then.automatic}", f"{now.automatic}"),
        Measure(_("cancelled for a wrong category"), f"{then.cancelled}", f"{now.cancelled}"),
        Measure(_("begun anew"), f"{then.restarts}", f"{now.restarts}"),
        Measure(_("gave up"), f"{then.given_up}", f"{now.given_up}"),
        Measure(
            _("handed over, on average"), _times(then), _times(now)
        ),
        Measure(_("objected to the decision"), f"{then.appealed}", f"{now.appealed}"),
        Measure(_("limits missed by staff"), f"{then.breaches}", f"{now.breaches}"),
    ]  # fmt: skip


def _times(summary: Summary) -> str:
    return _("%(n)s times") % {"n": f"{summary.handovers:.2f}"}


def _timed(label: str, then: float | None, now: float | None, target: float | None) -> Measure:
    words = _("target %(value)s") % {"value": took(target)} if target else ""
    return Measure(label, took(then), took(now), words, bool(target and now and now > target))


def _charts(found: Outcome) -> list[Chart]:
    lines = [Series(1, "line"), Series(2, "line", "accent")]
    columns = [_("within"), _("back then"), _("now")]
    return [
        Chart(
            code="decided",
            title=_title(found),
            subtitle=_("Share of all disputes decided within this time of the first complaint, in percent."),
            shape="line",
            columns=columns,
            rows=_percent(found.decided_by),
            series=lines,
            unit="%",
        ),
        Chart(
            code="money",
            title=_money_title(found),
            subtitle=_("Share of those rightly owed money who have all of it within this time, in percent."),
            shape="line",
            columns=columns,
            rows=_percent(found.money_by),
            series=lines,
            unit="%",
        ),
        Chart(
            code="handovers",
            title=_restart_title(found),
            subtitle=_(
                "Disputes by how often they passed into other hands: another desk, a supervisor, a handler of the appeal."
            ),
            shape="bar",
            columns=[_("handed over"), _("back then"), _("now")],
            rows=[[ngettext("%(n)s time", "%(n)s times", n) % {"n": n}, a, b] for n, a, b in found.handovers],
            series=[Series(1, "bar", marks=True), Series(2, "bar", "accent", marks=True)],
            size="low",
        ),
    ]


def _restart_title(found: Outcome) -> str:
    words = _("Complaints had to begin anew %(then)s times then, %(now)s times now")
    return words % {"then": f"{found.before.restarts:,}", "now": f"{found.now.restarts:,}"}


def _money_title(found: Outcome) -> str:
    words = _("Half of those owed money had it after %(then)s; now after %(now)s")
    return words % {"then": took(found.before.money_median), "now": took(found.now.money_median)}


def _percent(curve: Sequence[tuple[float, float, float]]) -> list[list[Any]]:
    return [[took(by), round(then * 100, 1), round(now * 100, 1)] for by, then, now in curve]


def _slow(dispute: replay.Dispute, before: replay.Fate, now: replay.Fate) -> dict[str, Any]:
    """One of the slowest, with its way through the table in words."""
    return {
        "number": dispute.number,
        "before": took(before.hours_to(before.decided)) if before.decided else _("gave up"),
        "now": took(now.hours_to(now.decided)),
        "way": [str(VERBS[verb]) for verb in now.steps[: _decided_at(now.steps)]],
        "breach": now.breaches > 0,
    }


def _decided_at(steps: Sequence[str]) -> int:
    """How many steps until the first decision was served."""
    return steps.index("serve") if "serve" in steps else len(steps)


def _assumed() -> list[dict[str, str]]:
    return [
        {"label": str(label), "value": _valued(shape, replay.ASSUMED[code]), "why": str(why)}
        for code, (shape, label, why) in ASSUMED.items()
    ]


def _valued(shape: str, value: float) -> str:
    if shape == SHARE:
        return f"{value * 100:g} %"
    if shape == HOURS:
        return span_words(round(value * 60))
    return span_words(round(value * 1440)) if shape == DAYS else f"¥{value:,.2f}"
