"""Inboxes: decisions that wait for approval, questions that wait for an expert."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from guanxi.cases.pages.desk import ruling, stages, view, words
from guanxi.cases.queries import procedures, waiting
from guanxi.cases.rules.policy import Policy
from guanxi.core import clock, cover
from guanxi.core.access import Actor
from guanxi.core.http import Request, form_key, page
from guanxi.core.money import Money
from guanxi.core.phrases import pick


@require_safe
def approvals(request: Request) -> HttpResponse:
    """Decisions that wait for this supervisor: evidence, money, the difference, why approval is needed."""
    actor = request.actor
    actor.require("cases.approve")
    rows = [_approval(actor, one) for one in waiting.list_approvals(actor)]
    context = {
        "rows": [row for row in rows if not row["own"]],
        "own": [row for row in rows if row["own"]],
        "do": words.DO,
    }
    return page(request, "cases/approvals.html", context)


def _approval(actor: Actor, one: waiting.Waiting) -> dict[str, Any]:
    issue, case = one.issue, one.issue.case
    policy = procedures.policy_of(case)
    return {
        "own": one.own,
        "number": case.number,
        "place": issue.place,
        "version": issue.version,
        "title": cover.shown(actor, case.title),
        "kind": _kind(policy, issue.kind),
        "url": f"{reverse('case', args=[case.number])}?issue={issue.place}",
        "complainant": case.record.called,
        "respondent": case.respondent.called if case.respondent else "",
        "pieces": one.pieces,
        "round": issue.round,
        "decision": ruling.decision(actor, one.decision, issue, policy),
        "difference": view.difference(issue, one.decision),
        "level": str(words.OWNERS[max(issue.level, 1)]),
        "key": form_key(),
        "return_key": form_key(),
        "approve_url": reverse("issue_do", args=[case.number, issue.place, "approve"]),
        "return_url": reverse("issue_do", args=[case.number, issue.place, "return"]),
        "may_return": not issue.counts.get(f"{issue.round}:return"),
        **stages.clock_of(issue),
    }


def _kind(policy: Policy, code: str) -> str:
    return pick(policy.issues[code].name) if code in policy.issues else code


@require_safe
def consultations(request: Request) -> HttpResponse:
    """What this expert was asked, open questions first."""
    actor = request.actor
    actor.require("cases.consult")
    rows = []
    for one in waiting.list_consultations(actor):
        issue, case = one.issue, one.issue.case
        policy = procedures.policy_of(case)
        rows.append(
            {
                "url": f"{reverse('case', args=[case.number])}?issue={issue.place}",
                "number": case.number,
                "title": cover.shown(actor, case.title),
                "kind": _kind(policy, issue.kind),
                "question": cover.shown(actor, one.question),
                "asked_by": one.asked_by,
                "asked": one.asked,
                "finding": cover.shown(actor, one.finding),
                "found": one.found,
                "start": one.asked,
                "due": one.due,
                "late": one.found is None and one.due < clock.now(),
                "wants": Money(issue.wants_minor, issue.currency) if issue.wants_minor else None,
            }
        )
    return page(request, "cases/consultations.html", {"rows": rows})
