"""Promised times after a change of working days: counted anew where the team's hours were what counted."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from guanxi.cases import queries, rules
from guanxi.cases.actions.frame import WORK_KIND, deadline_of, event, limit_of
from guanxi.cases.actions.issues import turn as turns
from guanxi.cases.models import Case, ClockSegment, Issue
from guanxi.cases.queries import issues, procedures
from guanxi.cases.rules import machine
from guanxi.core import events
from guanxi.core.access import Actor, Kind
from guanxi.core.action import action
from guanxi.core.calendar import from_spec
from guanxi.core.explain import Explanation, Fact, from_json
from guanxi.core.procedure import Clock
from guanxi.work import actions as work
from guanxi.work import queries as teams

EXCEPTIONS_TOLD_MAX = 5


def recounted(case: Case, team: teams.TeamFacts) -> tuple[datetime, Explanation] | None:
    """When the case is due by this team's hours, and why; None where something else decided: another team that had it when
    the time was promised, a clock that never stops, another system."""
    limit = rules.LIMITS.get(case.state) if case.kind == Case.Kind.REQUEST else None
    if limit is None or limit.clock is not Clock.WORKING or not case.due_explanation:
        return None
    said = {fact.code: fact.values for fact in from_json(case.due_explanation).facts}
    if said.get("cases.working", {}).get("team") != team.code or "cases.limit" not in said:
        return None
    minutes = round(float(said["cases.limit"]["hours"]) * 60)
    deadline, why = limit_of(case.state, team, case.turn_since, promised=timedelta(minutes=minutes))
    return deadline.due, why


def recounted_issue(issue: Issue, team: teams.TeamFacts) -> tuple[datetime, Explanation] | None:
    """When an issue's step is due by this team's hours, and why; None where other hours count or its limit was extended."""
    key = machine.limit_key(issue.state, heard=issue.heard)
    if issue.state == machine.CLOSED or machine.LIMITS[key].clock is not Clock.WORKING or issue.level:
        return None
    said = {fact.code: fact.values for fact in from_json(issue.due_explanation).facts}
    if said.get("cases.working", {}).get("team") != team.code or "cases.limit" not in said:
        return None
    minutes = round(float(said["cases.limit"]["hours"]) * 60)
    deadline, why = deadline_of(timedelta(minutes=minutes), Clock.WORKING, team, issue.since)
    return deadline.due, why


def preview(change: teams.Change, calendar: Mapping[str, Any]) -> teams.Moves:
    """What the team's cases would do under this calendar; nothing is written."""
    team = replace(teams.team_of(change.team_id), calendar=from_spec(dict(calendar)))
    cases = Case.objects.filter(id__in=queries.cases_across(change)).iterator(chunk_size=500)
    ends = [(case.due, recounted(case, team)) for case in cases]
    steps = Issue.objects.filter(id__in=issues.issues_across(change)).iterator(chunk_size=500)
    ends += [(issue.due, recounted_issue(issue, team)) for issue in steps]
    return teams.moves_of((due, found[0] if found else None) for due, found in ends if due)


@action
def recount(*, actor: Actor, now: datetime, case_id: int, change: teams.Change) -> Case | None:
    """Count the promised time of one case anew; the explanation names the exception. None when that moves nothing.

    Safe twice: the same calendar gives the same time. What was overdue and no longer is may become so again.
    """
    actor.require_kind(Kind.SYSTEM)
    case = Case.objects.select_for_update(of=("self",)).filter(id=case_id, team=change.team_id).first()
    found = recounted(case, teams.team_of(case.team_id)) if case else None
    if case is None or found is None or case.due is None or found[0] == case.due:
        return None
    before, (case.due, why) = case.due, found
    case.due_explanation = _told(case, why, change, before).as_json()
    case.overdue_told = case.overdue_told and case.due <= now
    case.save(update_fields=["due", "due_explanation", "overdue_told"])
    work.move_due(actor=actor, now=now, subject=("case", case.id), kind=WORK_KIND, due=case.due)
    told = {"from": before.isoformat(), "to": case.due.isoformat(), **change.data()}
    events.record(event("due_moved", actor, now, case, told))
    return case


@action
def recount_issue(*, actor: Actor, now: datetime, issue_id: int, change: teams.Change) -> Issue | None:
    """The same for one step of an issue: its limit, its running clock, its work and its case. Safe twice."""
    actor.require_kind(Kind.SYSTEM)
    place = Issue.objects.filter(id=issue_id, team=change.team_id).values_list("case_id", "place").first()
    if place is None:
        return None
    case, issue = turns.lock(*place)
    found = recounted_issue(issue, teams.team_of(issue.team_id))
    if found is None or issue.due is None or found[0] == issue.due:
        return None
    before, (issue.due, why) = issue.due, found
    issue.due_explanation = _told(issue, why, change, before).as_json()
    issue.warned = 0
    issue.save(update_fields=["due", "due_explanation", "warned"])
    ClockSegment.objects.filter(issue=issue, ended=None).update(due=issue.due)
    for kind in turns.WORK_KINDS.values():
        work.move_due(actor=actor, now=now, subject=("issue", issue.id), kind=kind, due=issue.due)
    turns.sync_case(turns.Turn(actor, now, case, issue, "recount", procedures.policy_of(case)))
    told = {"from": before.isoformat(), "to": issue.due.isoformat(), "issue": issue.public_id}
    events.record(event("due_moved", actor, now, case, {**told, "place": issue.place, **change.data()}))
    return issue


def _told(case: Case | Issue, why: Explanation, change: teams.Change, before: datetime) -> Explanation:
    """The new count, with the exceptions that moved it and the time that held before."""
    what = change.after if change.after in ("", "closed") else f"opened:{change.after}"
    earlier = [fact for fact in from_json(case.due_explanation).facts if fact.code == "cases.exception"]
    facts = [
        *earlier[-EXCEPTIONS_TOLD_MAX + 1 :],
        Fact("cases.exception", {"day": change.day.isoformat(), "why": what or "usual"}),
        Fact("cases.before", {"end": before.isoformat()}),
    ]
    return Explanation(why.outcome, (*facts, *why.facts), why.rule, why.objection)
