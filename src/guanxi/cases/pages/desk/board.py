"""The board of clocks: a column for each running step, a card for each issue, what presses counted above."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from guanxi.cases.models import Issue
from guanxi.cases.pages.desk import stages, words
from guanxi.cases.queries import board as reads
from guanxi.cases.queries import issues
from guanxi.cases.rules import machine
from guanxi.cases.words import STEPS
from guanxi.core import cover, live
from guanxi.core.access import Actor
from guanxi.core.http import Request, page
from guanxi.core.phrases import pick

SHARES = (("half", "50", "50 %", "accent"), ("most", "80", "80 %", "amber"), ("over", "100", "100 %", "red"))
SELDOM = machine.DECIDED  # the system's own five minutes: a column only while it holds something


@require_safe
def board(request: Request) -> HttpResponse:
    """What runs now, by step; at most 50 cards a column, the rest by a link to the list."""
    actor = request.actor
    actor.require("cases.view")
    lanes = reads.lanes(actor)
    teams = {issue.team_id for lane in lanes for issue in lane.issues} or {actor.unit_id or 0}
    topics = [live.topic("unit", unit) for unit in sorted(teams)]
    shown = [_column(actor, lane) for lane in lanes if lane.issues or lane.state != SELDOM]
    context = {
        "columns": shown,
        "running": sum(lane.counts.all for lane in lanes),
        "topics": " ".join(topics),
        "list_url": _list(),
    }
    return page(request, "cases/board.html", context, topics=topics)


def _list(**filters: str) -> str:
    """The queue of issues, narrowed."""
    return f"{reverse('issues')}?{urlencode({**filters, 'sort': 'due'})}"


def _column(actor: Actor, lane: reads.Lane) -> dict[str, Any]:
    counts = lane.counts
    marks = [
        {
            "label": f"{getattr(counts, name)} · {label}",
            "tone": tone,
            "url": _list(state=lane.state, gone=share),
        }
        for name, share, label, tone in SHARES
        if getattr(counts, name)
    ]
    return {
        "state": lane.state,
        "title": STEPS[lane.state],
        "count": counts.all,
        "url": _list(state=lane.state),
        "marks": marks,
        "breached": counts.breached,
        "breached_url": _list(state=lane.state, breached="yes"),
        "cards": [_card(actor, issue) for issue in lane.issues],
        "more": max(counts.all - len(lane.issues), 0),
    }


def _card(actor: Actor, issue: Issue) -> dict[str, Any]:
    case = issue.case
    return {
        "url": f"{reverse('case', args=[case.number])}?issue={issue.place}",
        "kind": pick(issues.kind_name(issue)),
        "title": cover.shown(actor, case.title),
        "number": case.number,
        "place": issue.place,
        "complainant": case.record.called,
        "respondent": case.respondent.called if case.respondent else "",
        "turn": stages.turn_of(issue),
        "level": str(words.OWNERS[issue.level]) if issue.level else "",
        "level_tone": "red" if issue.level == len(machine.LEVELS) - 1 else "amber",
        "breached": issue.breached,
        "appeal": issue.round > 1,
        **stages.clock_of(issue),
    }
