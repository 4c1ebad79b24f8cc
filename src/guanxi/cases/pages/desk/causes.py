"""What issues came from: the tree of causes with counts, money and repeats, month by month, and what is done about it."""

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

from guanxi.cases.models import RootCause
from guanxi.cases.queries import causes, procedures
from guanxi.cases.rules.policy import Policy
from guanxi.core import charts, clock, cover
from guanxi.core.access import Actor
from guanxi.core.charts import Chart, Series
from guanxi.core.errors import NotFound
from guanxi.core.http import Request, page
from guanxi.core.money import Money
from guanxi.core.phrases import pick

SPANS = (90, 180, 365)


@require_safe
def show(request: Request) -> HttpResponse:
    """`kind` of issue, `days` 90, 180 or 365, `node` of the tree; `csv` gives the tree or the months as a file."""
    actor, now = request.actor, clock.now()
    actor.require("cases.approve")
    policy = procedures.current()
    if policy is None:
        raise NotFound
    kind = request.GET.get("kind", "") if request.GET.get("kind", "") in policy.issues else ""
    days = _days(request)
    node = request.GET.get("node", "") if request.GET.get("node", "") in policy.causes else ""
    since = now - timedelta(days=days)
    told = causes.list_told(actor, since, now, kind)
    parents = {code: one.parent for code, one in policy.causes.items()}
    nodes = [one for one in causes.count(parents, told) if one.issues]
    drawn = [_tree(policy, nodes), _months(_inside(parents, told, node), since, now)]
    if (answer := charts.as_csv(request, drawn)) is not None:
        return answer
    kept = {"kind": kind, "days": days, "node": node}
    covered = causes.coverage(actor, since, now, kind)
    context = {
        "covered": covered,
        "missing": covered.upheld - covered.recorded,
        "nodes": [_node(policy, one, kept, len(told)) for one in nodes],
        "tree_csv": f"{request.path}?{urlencode({**kept, 'csv': 'causes'})}",
        "chart": drawn[1].view(request.path, **kept),
        "fixes": _fixes(actor, policy, _inside(parents, told, node), now),
        "node_name": _name(policy, node) if node else "",
        "all_url": f"?{urlencode({**kept, 'node': ''})}",
        "kinds": [("", _("all kinds")), *((code, pick(one.name)) for code, one in policy.issues.items())],
        "spans": [(str(span), _span(span)) for span in SPANS],
        "kept": {key: str(value) for key, value in kept.items()},
        "procedure": policy.number,
    }
    return page(request, "cases/causes.html", context)


def _days(request: Request) -> int:
    given = request.GET.get("days", "")
    return int(given) if given in map(str, SPANS) else SPANS[0]


def _span(days: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


def _inside(parents: Mapping[str, str], told: Sequence[causes.Told], node: str) -> list[causes.Told]:
    """Those of a node and what is below it; all without one."""
    codes = causes.within(parents, node) if node else None
    return [one for one in told if codes is None or one.code in codes]


def _name(policy: Policy, code: str) -> str:
    return pick(policy.causes[code].name) if code in policy.causes else _("a cause of an earlier procedure")


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "–"


def _money(paid: Mapping[str, int]) -> list[Money]:
    return [Money(minor, currency) for currency, minor in sorted(paid.items()) if minor]


def _node(policy: Policy, one: causes.Node, kept: Mapping[str, Any], whole: int) -> dict[str, Any]:
    return {
        "name": _name(policy, one.code),
        "depth": one.depth,
        "url": f"?{urlencode({**kept, 'node': one.code})}" if one.code else "",
        "current": bool(one.code) and one.code == kept["node"],
        "issues": one.issues,
        "share": _share(one.issues, whole),
        "paid": _money(one.paid),
        "repeats": _share(one.repeats, one.issues),
    }


def _tree(policy: Policy, nodes: Sequence[causes.Node]) -> Chart:
    """The tree as rows: the file says what the screen says."""
    whole = sum(one.issues for one in nodes if one.depth == 0)
    return Chart(
        code="causes",
        title=_("What it came from"),
        subtitle="",
        shape="bar",
        columns=[_("Cause"), _("Level"), _("Issues"), _("Share of all"), _("Paid"), _("Repeats")],
        rows=[
            [
                _name(policy, one.code),
                one.depth + 1,
                one.issues,
                _share(one.issues, whole),
                " ".join(str(money) for money in _money(one.paid)),
                _share(one.repeats, one.issues),
            ]
            for one in nodes
        ],
    )


def _months(told: Sequence[causes.Told], since: datetime, now: datetime) -> Chart:
    rows = causes.by_month(told, _month_starts(since, now))
    repeats = sum(row[2] for row in rows)
    words = _("%(repeats)s of %(issues)s were repeats")
    return Chart(
        code="months",
        title=words % {"repeats": repeats, "issues": sum(row[1] for row in rows)}
        if told
        else _("No cause recorded"),
        subtitle=_(
            "Issues with a recorded cause, by the month of the decision. A repeat follows within 90 days on another against "
            "the same respondent, or of the same kind where our own service was meant."
        ),
        shape="bar",
        columns=[_("Month"), _("Issues"), _("Repeats")],
        rows=[[f"{month:%Y-%m}", issues, again] for month, issues, again in rows] if told else [],
        series=[Series(1, "bar", marks=True), Series(2, "line", "amber")],
    )


def _month_starts(since: datetime, until: datetime) -> list[date]:
    month, last = timezone.localtime(since).date().replace(day=1), timezone.localtime(until).date()
    found = []
    while month <= last:
        found.append(month)
        month = (month + timedelta(days=32)).replace(day=1)
    return found


def _fixes(actor: Actor, policy: Policy, told: Sequence[causes.Told], now: datetime) -> list[dict[str, Any]]:
    """Issues of the node with what is done about them; those overdue first."""
    repeats = {one.issue_id for one in told if one.repeat}
    rows = causes.list_causes(actor, [one.issue_id for one in told])
    today = timezone.localtime(now).date()
    found = [_fix(actor, policy, one, repeats, today) for one in rows]
    return sorted(found, key=lambda row: not row["overdue"])


def _fix(actor: Actor, policy: Policy, one: RootCause, repeats: set[int], today: date) -> dict[str, Any]:
    issue, case = one.issue, one.issue.case
    return {
        "url": f"{reverse('case', args=[case.number])}?issue={issue.place}",
        "number": case.number,
        "title": cover.shown(actor, case.title),
        "kind": pick(policy.issues[issue.kind].name) if issue.kind in policy.issues else issue.kind,
        "cause": _name(policy, one.code),
        "words": cover.shown(actor, one.words),
        "fix": cover.shown(actor, one.fix),
        "owner": one.owner.name if one.owner else "",
        "due": one.due.isoformat() if one.due else "",
        "overdue": bool(one.fix and one.due and one.due < today),
        "repeat": issue.id in repeats,
        "paid": Money(issue.paid_minor, issue.currency) if issue.paid_minor else None,
    }
