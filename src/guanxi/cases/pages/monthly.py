"""Public figures, month by month and kind by kind, and every limit that we missed, one by one. As a page and as CSV."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guanxi.cases.models import Case
from guanxi.cases.pages import table_words
from guanxi.cases.pages.differences import told
from guanxi.cases.queries import figures, procedures
from guanxi.cases.queries.figures import Breach
from guanxi.cases.rules.monthly import LEAST, OUTCOMES, Figures
from guanxi.cases.rules.policy import UPHELD, CaseKind, Policy
from guanxi.core import clock
from guanxi.core.http import Request, page
from guanxi.core.phrases import day_label, language, span_words

MONTHS = 12
MINUTE = timedelta(minutes=1)  # a limit that does by itself what is due is not late any longer
COLUMNS = (
    "month", "kind", "simulated", "opened", "decided", "median_h", "p90_h", "p95_h", "automatic_share",
    *OUTCOMES, "appeals", "appeals_changed", "breaches", "reopened", "satisfaction_answers", "satisfaction",
)  # fmt: skip


@require_safe
def show(request: Request) -> HttpResponse:
    """A month (`month`, the running one without) beside the ones before; `csv` gives all of them as a file."""
    now = clock.now()
    months = figures.list_months(now, MONTHS)
    rows = figures.monthly(months)
    if "csv" in request.GET:
        return _csv(rows)
    month = _chosen(request, months)
    policy = procedures.current()
    mine = [row for row in rows if row.month == month]
    context = {
        "months": [_tab(one, month) for one in months],
        "month": _month(month) if month else "",
        "kinds": [_kind(row, policy, rows) for row in mine],
        "issue_kinds": _issue_kinds(month, policy),
        "breaches": [_breach(one, policy, now) for one in figures.list_breaches(figures.span_of(month))]
        if month
        else [],
        "simulated": any(row.sample for row in rows),
        "least": LEAST,
        "csv_url": f"{request.path}?csv=1",
        "index_url": reverse("procedure"),
    }
    return page(request, "cases/procedure_figures.html", context)


def _chosen(request: Request, months: Sequence[date]) -> date | None:
    """The month asked for where there is one, else the running one."""
    given = request.GET.get("month", "")
    return next((one for one in months if f"{one:%Y-%m}" == given), months[0] if months else None)


def _month(month: date) -> str:
    if language() == "en":
        names = "January February March April May June July August September October November December"
        return f"{names.split()[month.month - 1]} {month.year}"
    return f"{month.year} 年 {month.month} 月"


def _tab(month: date, current: date | None) -> dict[str, Any]:
    return {"label": _month(month), "url": f"?month={month:%Y-%m}", "current": month == current}


def _kind_name(code: str, policy: Policy | None) -> str:
    known = policy.kinds.get(code) if policy else None
    return told(known.name) if known else str(dict(Case.Kind.choices).get(code, code))


def _issue_name(code: str, policy: Policy | None) -> str:
    known = policy.issues.get(code) if policy else None
    return told(known.name) if known else code


def _hours(hours: float | None) -> str:
    return "–" if hours is None else span_words(round(hours * 60))


def _kind(row: Figures, policy: Policy | None, rows: Sequence[Figures]) -> dict[str, Any]:
    kind = policy.kinds.get(row.kind) if policy else None
    return {
        "name": _kind_name(row.kind, policy),
        "few": row.few,
        "opened": f"{row.opened:,}",
        "decided": f"{row.decided:,}",
        "times": [] if row.few else _times(row, kind),
        "automatic": "" if row.automatic is None else f"{row.automatic * 100:.0f} %",
        "outcomes": [_outcome(row, code) for code in OUTCOMES if row.outcomes[code]],
        "appeals": f"{row.appeals:,}",
        "changed": f"{row.changed:,}",
        "breaches": f"{row.breaches:,}",
        "reopened": f"{row.reopened:,}",
        "satisfaction": "" if row.satisfaction is None else f"{row.satisfaction:.1f}",
        "satisfied": row.satisfied,
        "before": [
            {
                "month": _month(one.month),
                "opened": one.opened,
                "decided": one.decided,
                "median": _hours(one.median),
            }
            for one in rows
            if one.kind == row.kind and one.month < row.month
        ],
    }


def _times(row: Figures, kind: CaseKind | None) -> list[dict[str, Any]]:
    """Median and slow ends, beside what the pack aims for."""
    targets = kind.targets if kind else {}
    lines = (
        (_("half within"), row.median, targets.get("decision_median")),
        (_("9 of 10 within"), row.p90, None),
        (_("19 of 20 within"), row.p95, targets.get("decision_p95")),
    )
    return [
        {
            "label": label,
            "value": _hours(value),
            "target": span_words(round(target)) if target else "",
            "missed": bool(target and value is not None and value * 60 > target),
        }
        for label, value, target in lines
    ]


def _outcome(row: Figures, code: str) -> dict[str, Any]:
    share = row.outcomes[code] / row.decided * 100
    tone = {
        "upheld": "green",
        "protected": "green",
        "partly": "amber",
        "settled": "accent",
        "admitted": "accent",
    }
    return {
        "label": table_words.OUTCOMES[code],
        "count": row.outcomes[code],
        "share": share,
        "tone": tone.get(code, ""),
    }


def _issue_kinds(month: date | None, policy: Policy | None) -> list[dict[str, Any]]:
    """Kinds of issues with enough decided in the month to be told apart."""
    found = figures.by_issue_kind(month) if month else []
    return [
        {
            "name": _issue_name(row.kind, policy),
            "decided": row.decided,
            "median": _hours(row.median),
            "upheld": f"{sum(row.outcomes[code] for code in UPHELD) / row.decided * 100:.0f} %",
        }
        for row in found
        if not row.few
    ]


def _breach(one: Breach, policy: Policy | None, now: datetime) -> dict[str, Any]:
    """What was late and by how much; the case itself is not named."""
    late = (one.ended or now) - one.passed
    words = _("done %(late)s late") if one.ended else _("still open, %(late)s late")
    return {
        "day": day_label(timezone.localtime(one.passed).date(), this_year=0),
        "what": _issue_name(one.issue_kind, policy),
        "step": table_words.STATES.get(one.state, one.state),
        "late": words % {"late": span_words(round(late.total_seconds() / 60))} if late > MINUTE else "",
        "then": table_words.BREACHED.get(one.state, ""),
    }


def _csv(rows: Sequence[Figures]) -> HttpResponse:
    sheet = io.StringIO()
    sheet.write("\ufeff")  # spreadsheets then read it as UTF-8
    writer = csv.writer(sheet)
    writer.writerow(COLUMNS)
    writer.writerows([_cells(row) for row in rows])
    response = HttpResponse(sheet.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="figures.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _cells(row: Figures) -> list[Any]:
    """What is not broken down stays empty."""
    rounded: Callable[[float | None], float | str] = lambda value: "" if value is None else round(value, 3)  # noqa: E731
    outcomes = ["" if row.few else row.outcomes[code] for code in OUTCOMES]
    return [
        f"{row.month:%Y-%m}", row.kind, "yes" if row.sample else "no", row.opened, row.decided,
        rounded(row.median), rounded(row.p90), rounded(row.p95), rounded(row.automatic), *outcomes,
        row.appeals, row.changed, row.breaches, row.reopened, row.satisfied, rounded(row.satisfaction),
    ]  # fmt: skip
