"""The published procedure: kinds, one kind's steps, the rules that decisions cite. Drawn from the table the machine runs on."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from guanxi.cases import rules
from guanxi.cases.models import Procedure
from guanxi.cases.pages import differences, show, table_words
from guanxi.cases.pages.drawing import drawing
from guanxi.cases.queries import procedures
from guanxi.cases.rules import longest, machine, published
from guanxi.cases.rules.longest import Path, Visit
from guanxi.cases.rules.policy import CaseKind, IssueKind, Node, Policy
from guanxi.cases.rules.published import Limited, Move, Stage
from guanxi.cases.words import IF_NOBODY_ACTS, STEPS, VERBS
from guanxi.core.errors import NotFound
from guanxi.core.http import Request, address, page
from guanxi.core.money import Money
from guanxi.core.phrases import day_label, language, span_words

VERSION_DIGITS = 6
Version = dict[str, Any]
told = differences.told


@require_safe
def index(request: Request) -> HttpResponse:
    """All kinds of the newest published version, and what else is public about it."""
    rows = procedures.list_procedures()
    policy = _policy(rows[0]) if rows else None
    context = {
        "kinds": [_kind_card(one, policy) for one in policy.kinds.values()] if policy else [],
        "request_url": reverse("procedure_request"),
        "links": _links(policy),
        "versions": [_version(row, "procedure_rules", rows) for row in rows],
    }
    return page(request, "cases/procedure_index.html", context)


def _kind_card(kind: CaseKind, policy: Policy) -> dict[str, Any]:
    issues = [told(one.name) for one in policy.issues.values() if one.kind == kind.code]
    return {
        "name": told(kind.name),
        "url": address("procedure_kind", kind.code),
        "issues": issues,
        "most": _days(longest.longest(kind).elapsed),
    }


def _links(policy: Policy | None) -> list[dict[str, str]]:
    found = (
        [{"label": _("Rules that decisions cite"), "url": reverse("procedure_rules"), "icon": "book"}]
        if policy
        else []
    )
    found.append(
        {
            "label": _("How we kept to it, month by month"),
            "url": reverse("procedure_figures"),
            "icon": "trending-up",
        }
    )
    if settings.DEMO:
        found.append({"label": _("Then and now"), "url": reverse("then_and_now"), "icon": "history"})
    return found


@require_safe
def kind(request: Request, code: str) -> HttpResponse:
    """One kind in one version (`version`, the newest without): steps, limits, the longest path, what differs from before."""
    rows = procedures.list_procedures()
    row = _chosen(request, rows)
    policy = _policy(row)
    found = policy.kinds.get(code)
    if found is None:
        raise NotFound
    issues = [one for one in policy.issues.values() if one.kind == code]
    context = {
        "name": told(found.name),
        "version": _version(row, "procedure_kind", rows, code),
        "versions": [_version(one, "procedure_kind", rows, code) for one in rows],
        "paths": _paths(found),
        "drawing": drawing(found, {one: _box(found, one) for one in _states(found)}),
        "stages": [_stage(found, stage, n) for n, stage in enumerate(published.stages_of(found), 1)],
        "anywhere": [_anywhere(move) for move in published.anywhere()],
        "longest": _visits(longest.longest(found)),
        "bounds": {"most": _days(longest.MOST), "asked": _days(longest.MOST_WITH_CONSULTATION)},
        "issues": [_issue(one, policy) for one in issues],
        "rejections": [
            {"name": told(one.name), "words": told(one.words)} for one in policy.rejections.values()
        ],
        "penalties": [_penalty(one, policy) for one in policy.penalties.values()],
        "targets": _targets(found),
        "changes": _changes(row, rows, policy, code),
        "rules_url": _at(reverse("procedure_rules"), row, rows),
        "index_url": reverse("procedure"),
    }
    return page(request, "cases/procedure_kind.html", context)


@require_safe
def rule_book(request: Request) -> HttpResponse:
    """The rules of one version, each at the anchor by which decisions cite it: `#CODE@VERSION`."""
    rows = procedures.list_procedures()
    row = _chosen(request, rows)
    policy = _policy(row)
    context = {
        "version": _version(row, "procedure_rules", rows),
        "versions": [_version(one, "procedure_rules", rows) for one in rows],
        "rules": [_rule(one, policy) for one in policy.rules.values()],
        "index_url": reverse("procedure"),
    }
    return page(request, "cases/procedure_rules.html", context)


@require_safe
def request_kind(request: Request) -> HttpResponse:
    """The smaller procedure of letters and questions, from its own table."""
    context = {
        "steps": [_request_step(state) for state in show.ORDER],
        "version": rules.version_hash(),
        "index_url": reverse("procedure"),
    }
    return page(request, "cases/procedure_request.html", context)


# -- which version
def _chosen(request: Request, rows: list[Procedure]) -> Procedure:
    """The version asked for, the newest without one. Raises `NotFound`."""
    given = request.GET.get("version", "")
    if given and not (given.isdecimal() and len(given) <= VERSION_DIGITS):
        raise NotFound
    found = [row for row in rows if not given or row.number == int(given)]
    if not found:
        raise NotFound
    return found[0]


def _policy(row: Procedure) -> Policy:
    return Policy.from_json(row.content, number=row.number, digest=row.digest)


def _version(row: Procedure, name: str, rows: list[Procedure], *args: str) -> Version:
    return {
        "number": row.number,
        "digest": row.digest,
        "day": day_label(timezone.localtime(row.published).date(), this_year=0),
        "current": row is rows[0],
        "url": _at(address(name, *args), row, rows),
    }


def _at(url: str, row: Procedure, rows: list[Procedure]) -> str:
    return url if row is rows[0] else f"{url}?version={row.number}"


def _changes(
    row: Procedure, rows: list[Procedure], policy: Policy, code: str
) -> list[differences.Line] | None:
    """What differs from the version before; None for the first."""
    older = next((one for one in rows if one.number < row.number), None)
    return differences.lines(_policy(older), policy, code) if older else None


# -- steps
def _states(kind: CaseKind) -> list[str]:
    return [stage.state for stage in published.stages_of(kind)]


def _box(kind: CaseKind, state: str) -> dict[str, Any]:
    stage = next(one for one in published.stages_of(kind) if one.state == state)
    return {
        "state": state,
        "name": table_words.STATES[state],
        "limit": _span(stage.limits[0].duration) if stage.limits else "",
        "turn": stage.turn,
    }


def _span(duration: timedelta) -> str:
    return span_words(duration // timedelta(minutes=1))


def _days(duration: timedelta) -> str:
    return _("%(days)s d") % {"days": f"{duration / timedelta(days=1):.1f}".removesuffix(".0")}


def _stage(kind: CaseKind, stage: Stage, number: int) -> dict[str, Any]:
    target = kind.targets.get(stage.state)
    return {
        "number": number,
        "state": stage.state,
        "name": table_words.STATES[stage.state],
        "turn": table_words.TURNS[stage.turn],
        "mine": stage.turn == "staff",
        "text": told(kind.texts.get(stage.state, {})),
        "limits": [_limit(stage.state, one) for one in stage.limits],
        "moves": [_move(kind, one) for one in stage.moves],
        "expiry": table_words.EXPIRY[stage.state],
        "target": span_words(round(target)) if target else "",
    }


def _limit(state: str, limited: Limited) -> dict[str, Any]:
    return {
        "span": _span(limited.duration),
        "clock": table_words.CLOCKS[limited.clock],
        "note": "" if limited.key == state else table_words.LIMITS.get(limited.key, ""),
    }


def _move(kind: CaseKind, move: Move) -> dict[str, Any]:
    return {
        "verb": table_words.VERBS[move.verb],
        "text": told(kind.texts.get(move.verb, {})),
        "who": differences.listed(str(table_words.WHO[one]) for one in move.who),
        "ways": [
            {"to": table_words.STATES[to], "state": to, "when": table_words.GUARDS[guard]}
            for guard, to in move.branches
        ],
        "at_most": _per_round(move.at_most),
    }


def _per_round(at_most: int | None) -> str:
    if at_most is None:
        return ""
    return _("once per round") if at_most == 1 else _("at most %(n)s times per round") % {"n": at_most}


def _anywhere(move: Move) -> dict[str, Any]:
    return {
        "verb": table_words.VERBS[move.verb],
        "who": differences.listed(str(table_words.WHO[one]) for one in move.who),
        "when": table_words.ANYWHERE[move.verb],
    }


# -- the longest path
def _paths(kind: CaseKind) -> list[dict[str, Any]]:
    """How long it can take at most: by hours of the roster and by the clock on the wall, without and with an expert."""
    labels = {
        "open": _("from the complaint to the decision"),
        longest.APPEAL: _("from an appeal to its decision"),
    }
    found = longest.all_paths(kind)
    return [
        {
            "label": label,
            "elapsed": _days(found[begun, False].elapsed),
            "asked": _days(found[begun, True].elapsed),
            "worst": _days(found[begun, False].worst),
            "worst_asked": _days(found[begun, True].worst),
        }
        for begun, label in labels.items()
    ]


def _visits(path: Path) -> list[dict[str, Any]]:
    """The path line by line, with the time gone."""
    total, found = timedelta(0), []
    for number, visit in enumerate(path.visits, 1):
        total += visit.elapsed
        found.append(_visit(number, visit, total))
    return found


def _visit(number: int, visit: Visit, total: timedelta) -> dict[str, Any]:
    return {
        "number": number,
        "name": table_words.STATES[visit.state],
        "note": table_words.LIMITS.get(visit.key, ""),
        "verb": table_words.VERBS[visit.verb],
        "limit": _span(visit.duration),
        "clock": table_words.CLOCKS[machine.LIMITS[visit.key].clock],
        "counted": visit.counted,
        "elapsed": _span(visit.elapsed),
        "total": _days(total) if total >= timedelta(days=1) else _span(total),
    }


# -- what the pack says
def _issue(one: IssueKind, policy: Policy) -> dict[str, Any]:
    return {
        "code": one.code,
        "name": told(one.name),
        "remedies": [_remedy(code, policy) for code in one.remedies],
        "rules": [
            {"name": told(policy.rules[code].name), "code": code, "citation": policy.citation(code)}
            for code in one.rules
        ],
        "evidence": [told(row["name"]) for row in one.evidence],
        "approval": _approval(one, policy),
        "automatic": Money(one.automatic_most, policy.currency) if one.automatic_most else None,
        "advance": one.advance,
    }


def _remedy(code: str, policy: Policy) -> str:
    remedy = policy.remedies[code]
    if remedy.shape != "goods":
        return told(remedy.name)
    words = ngettext("%(name)s, within %(n)s day", "%(name)s, within %(n)s days", remedy.promise_days)
    return words % {"name": told(remedy.name), "n": remedy.promise_days}


def _approval(one: IssueKind, policy: Policy) -> str:
    if one.always_approve:
        return _("always")
    if one.approval_over is None:
        return ""
    return _("above %(amount)s") % {"amount": Money(one.approval_over, policy.currency).format(language())}


def _penalty(one: Node, policy: Policy) -> dict[str, Any]:
    return {
        "name": told(one.name),
        "words": told(one.words),
        "amount": Money(one.amount, policy.currency) if one.amount else None,
    }


def _rule(one: Node, policy: Policy) -> dict[str, Any]:
    used = [issue for issue in policy.issues.values() if one.code in issue.rules]
    return {
        "code": one.code,
        "citation": policy.citation(one.code),
        "name": told(one.name),
        "words": told(one.words),
        "issues": [told(issue.name) for issue in used],
    }


def _targets(kind: CaseKind) -> list[dict[str, str]]:
    found = [(table_words.MEASURES[code], code) for code in table_words.MEASURES if code in kind.targets]
    return [{"name": str(name), "value": _target(code, kind.targets[code])} for name, code in found]


def _target(code: str, value: float) -> str:
    if code in table_words.SHARES:
        return f"{value * 100:g} %"
    return span_words(round(value))


# -- requests
def _request_step(state: str) -> dict[str, Any]:
    limit = rules.LIMITS.get(state)
    return {
        "label": STEPS[state],
        "limit": show.span_words(limit.duration) if limit else "",
        "clock": _("our working hours")
        if limit and limit.clock == "working"
        else _("clock hours; a limit never ends at night"),
        "expiry": IF_NOBODY_ACTS[state],
        "verbs": [
            {"who": _sides(step.who), "what": VERBS[verb], "leads": STEPS[step.branches[0][1]]}
            for (at, verb), step in rules.TABLE.items()
            if at == state and rules.SYSTEM not in step.who
        ],
    }


def _sides(who: frozenset[str]) -> str:
    words = {rules.CUSTOMER: _("you"), rules.STAFF: _("we")}
    return _(" or ").join(words[side] for side in (rules.CUSTOMER, rules.STAFF) if side in who)


def citation_url(citation: str) -> str:
    """Where a rule that a decision cites ("return-7@3") is published, in the very version cited."""
    code, _sep, number = citation.rpartition("@")
    return f"{reverse('procedure_rules')}?version={number}#{code}@{number}"
