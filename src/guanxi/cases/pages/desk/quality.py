"""Second looks at decided issues: what waits, the five questions beside what is needed to judge, how they came out."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.cases import actions
from guanxi.cases.models import ClockSegment, Sample
from guanxi.cases.pages import show
from guanxi.cases.pages.desk import ruling, words
from guanxi.cases.queries import issues as reads
from guanxi.cases.queries import procedures, sampling, sides
from guanxi.cases.words import STEPS
from guanxi.core import clock, cover
from guanxi.core.access import Actor
from guanxi.core.errors import Conflict, Denied, Invalid
from guanxi.core.http import Request, act_once, form_key, page
from guanxi.core.money import Money
from guanxi.core.phrases import pick

REVIEWED_SHOWN = 12
YES, NO = "yes", "no"


@require_safe
def samples(request: Request) -> HttpResponse:
    """What waits for a second look, what one may not judge oneself, and the results of 90 days."""
    request.actor.require("cases.approve")
    return _list(request)


def _list(request: Request, conflict: str = "", status: int = 200) -> HttpResponse:
    actor, now = request.actor, clock.now()
    waiting = [_row(actor, one) for one in sampling.list_waiting(actor)]
    reviewed = sampling.list_reviewed(actor, now)
    context = {
        "rows": [row for row in waiting if not row["own"]],
        "own": [row for row in waiting if row["own"]],
        "results": [_result(one) for one in sampling.results(reviewed)],
        "questions": [str(words.MARKS[code][0]) for code in actions.issues.MARKS],
        "reviewed": [_row(actor, one) for one in reviewed[:REVIEWED_SHOWN]],
        "marks_most": len(actions.issues.MARKS),
        "conflict": conflict,
        "key": form_key(),
    }
    return page(request, "cases/samples.html", context, status=status)


def _row(actor: Actor, one: Sample) -> dict[str, Any]:
    issue, case = one.issue, one.issue.case
    return {
        "own": sampling.is_own(actor, one),
        "url": reverse("sample", args=[issue.public_id]),
        "number": case.number,
        "place": issue.place,
        "title": cover.shown(actor, case.title),
        "kind": pick(reads.kind_name(issue)),
        "outcome": ruling.outcome_words(issue.outcome),
        "money": Money(issue.amount_minor, issue.currency) if issue.amount_minor else None,
        "handler": issue.handler.name if issue.handler else "",
        "team": pick(issue.team.unit.name),
        "drawn": one.drawn,
        "reviewed": one.reviewed,
        "good": sum(map(bool, one.marks.values())),
    }


def _result(one: sampling.Result) -> dict[str, Any]:
    shares = [one.marks.get(code, 0) / one.looks for code in actions.issues.MARKS]
    return {
        "team": pick(one.team),
        "handler": one.handler or _("nobody in particular"),
        "looks": one.looks,
        "shares": [{"words": f"{share:.0%}", "low": share < words.MARK_LEAST} for share in shares],
    }


@require_POST
def draw(request: Request) -> HttpResponse:
    """Draw one more decided issue and open it."""

    def effect() -> str:
        row = actions.issues.draw_sample(actor=request.actor, now=clock.now())
        return reverse("sample", args=[row.issue.public_id])

    try:
        return act_once(request, effect=effect)
    except Conflict as error:
        return _list(request, str(error.detail), int(error.status))


@require_http_methods(["GET", "HEAD", "POST"])
def sample(request: Request, public_id: str) -> HttpResponse:
    """One sample: what was said, brought and decided, how long it took, and the five questions."""
    actor = request.actor
    actor.require("cases.approve")
    found = sampling.get_sample(actor, public_id)
    if request.method != "POST":
        return _sample(request, found)

    def effect() -> str:
        marks = {
            code: request.POST[code] == YES
            for code in actions.issues.MARKS
            if request.POST.get(code) in (YES, NO)
        }
        said = request.POST.get("text", "")
        actions.issues.review_sample(
            actor=actor, now=clock.now(), sample_id=found.id, marks=marks, words=said
        )
        messages.success(request, _("Thank you. It is in the results now."))
        return reverse("samples")

    try:
        return act_once(request, effect=effect)
    except (Invalid, Conflict, Denied) as error:
        if isinstance(error, Denied) and error.code != "own_work":
            raise
        return _sample(request, sampling.get_sample(actor, public_id), request.POST, error)


def _sample(
    request: Request,
    found: Sample,
    given: Mapping[str, str] | None = None,
    error: Invalid | Conflict | Denied | None = None,
) -> HttpResponse:
    given = given or {}
    fields = error.fields if isinstance(error, Invalid) else {}
    context = {
        **_judged(request.actor, found, clock.now()),
        "questions": [
            {
                "code": code,
                "name": str(words.MARKS[code][0]),
                "hint": str(words.MARKS[code][1]),
                "value": given.get(code, ""),
                "missing": bool(fields) and not given.get(code),
                "answer": found.marks.get(code),
            }
            for code in actions.issues.MARKS
        ],
        "text": given.get("text", "")[:10_000],
        "error": str(fields.get("marks", "")),
        "conflict": "" if error is None or fields else str(error.detail),
        "key": form_key(),
        "most": actions.issues.WORDS_CHARS_MAX,
    }
    status = int(error.status) if error else 200
    return page(request, "cases/sample.html", context, here=("case", found.issue.case_id), status=status)


def _judged(actor: Actor, found: Sample, now: datetime) -> dict[str, Any]:
    """What somebody needs to judge: nothing of it is asked for from elsewhere."""
    issue, case = found.issue, found.issue.case
    policy = procedures.policy_of(case)
    decision = sampling.decision_of(issue)
    pieces = reads.evidence_for(actor, issue)
    return {
        "row": {
            **_row(actor, found),
            "case_url": f"{reverse('case', args=[case.number])}?issue={issue.place}",
            "complainant": case.record.called,
            "respondent": case.respondent.called if case.respondent else "",
            "reviewer": found.reviewer.name if found.reviewer else "",
            "words": cover.shown(actor, found.words),
        },
        "claim": cover.shown(actor, sides.claim_of(case)),
        "pieces": [(label, sum(one.side == side for one in pieces)) for side, label in words.SIDES.items()],
        "statements": [
            (str(words.SIDES.get(one.side, "")), cover.shown(actor, one.text))
            for one in reads.statements_for(actor, issue)
            if one.text and one.side in words.SIDES
        ],
        "decision": ruling.decision(actor, decision, issue, policy) if decision else None,
        "segments": [_segment(one, now) for one in reads.segments_of(issue)],
        "took": show.span_words((issue.decided or now) - issue.opened),
    }


def _segment(one: ClockSegment, now: datetime) -> dict[str, Any]:
    return {
        "step": STEPS[one.state],
        "round": one.round,
        "whose": one.get_turn_display(),
        "took": show.span_words((one.ended or now) - one.started),
        "allowed": show.span_words(one.due - one.started) if one.due else "",
        "late": one.breached or bool(one.due and (one.ended or now) > one.due and one.turn == "staff"),
    }
