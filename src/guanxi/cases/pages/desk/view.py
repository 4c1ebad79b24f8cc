"""The page of a case with issues: everything the desk shows of it, for one reader at one moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from guanxi.cases import actions, queries
from guanxi.cases.actions.issues.measuring import may_measure
from guanxi.cases.models import Case, Decision, Evidence, Issue, Measurement, Statement
from guanxi.cases.pages import measured, show
from guanxi.cases.pages.desk import proof, ruling, stages, words
from guanxi.cases.pages.desk.forms import NOTHING, Form, Tried, form_of
from guanxi.cases.pages.promised import promised
from guanxi.cases.pages.sold import sold_as
from guanxi.cases.queries import desk, measuring, procedures, sides, suggesting
from guanxi.cases.queries import issues as reads
from guanxi.cases.queries import protection as reads_protection
from guanxi.cases.rules import machine
from guanxi.cases.rules.policy import RULINGS, IssueKind, Policy
from guanxi.cases.words import STEPS
from guanxi.core import cover, files, live
from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.core.money import Money
from guanxi.core.phrases import kept as _
from guanxi.core.phrases import pick
from guanxi.core.words import say
from guanxi.trade.pages.standards.words import citation_url
from guanxi.trade.queries import standards
from guanxi.trade.rules.standards import Content
from guanxi.work import queries as teams

CASE_VERBS = ("answer", "append", "add", "respondent", "link", "merge", "unmerge")
UNKNOWN = IssueKind(code="", name={}, kind="complaint")
WAITING = (machine.RECORDED, machine.FACTS, machine.RESPONSE, machine.NEGOTIATION, machine.DECIDED)


@dataclass(slots=True)
class Desk:
    """What is read once for the page."""

    actor: Actor
    case: Case
    now: datetime
    policy: Policy
    issues: list[Issue]
    issue: Issue
    verbs: list[str]
    decisions: list[Decision]
    evidence: list[Evidence]
    statements: list[Statement]
    tried: Tried
    declared: measuring.Declared | None = None

    @property
    def measured(self) -> tuple[Measurement, Content] | None:
        """What was measured in this round, with what the version says."""
        row = measuring.newest_of(self.issue) if self.declared else None
        return (row, self.declared.content) if row and self.declared else None

    @property
    def kind(self) -> IssueKind:
        return self.policy.issues.get(self.issue.kind, UNKNOWN)

    @property
    def pending(self) -> Decision | None:
        found = [
            one for one in self.decisions if one.round == self.issue.round and one.state in reads.PENDING
        ]
        return found[-1] if found else None

    @property
    def names(self) -> dict[str, str]:
        """Who the two sides are."""
        other = self.case.respondent.called if self.case.respondent else ""
        return {machine.COMPLAINANT: self.case.record.called, machine.RESPONDENT: other}

    def url(self, verb: str) -> str:
        return reverse("issue_do", args=[self.issue.case.number, self.issue.place, verb])


def read(actor: Actor, case: Case, now: datetime, place: str, tried: Tried = NOTHING) -> Desk:
    """Everything of the case for its page; the selected issue is `place`, else the one that presses most."""
    issues = list(reads.with_proof(reads.issues_of(case)))
    if not issues:
        raise NotFound
    chosen = _chosen(issues, case, place)
    if chosen.case_id == case.id:
        chosen.case = case
    return Desk(
        actor=actor,
        case=case,
        now=now,
        policy=procedures.policy_of(case),
        issues=issues,
        issue=chosen,
        verbs=actions.issues.open_verbs(actor, chosen, now),
        decisions=list(chosen.decisions.all()),
        evidence=reads.evidence_for(actor, chosen),
        statements=reads.statements_for(actor, chosen),
        tried=tried,
        declared=measuring.declared_of(chosen),
    )


def _chosen(issues: Sequence[Issue], case: Case, place: str) -> Issue:
    named = next((one for one in issues if place_of(one, case) == place), None)
    if named is not None:
        return named
    running = [one for one in issues if one.due is not None]
    ours = [one for one in running if one.turn == Case.Turn.STAFF and one.state != machine.APPEALABLE]
    return min(ours or running or issues, key=lambda one: (one.due is None, one.due or one.opened))


def place_of(issue: Issue, case: Case) -> str:
    """How the page names an issue: its place, with the number of its own case where that was merged in."""
    return str(issue.place) if issue.case_id == case.id else f"{issue.case.number}.{issue.place}"


def context(found: Desk) -> dict[str, Any]:
    """Everything `cases/dispute.html` shows but for what other rooms lend."""
    case, issue = found.case, found.issue
    kind = found.policy.kinds[case.kind]
    return {
        "case": _head(found),
        "parties": _parties(found),
        "issue": _issue(found),
        "cards": [_card(found, one) for one in found.issues],
        "steps": stages.steps(issue, kind, reads.segments_of(issue), found.pending, found.verbs, found.now),
        "points": proof.points(found.actor, found.kind, found.evidence),
        "sold": sold_as(issue),
        "offers": proof.offers(found.actor, issue, list(issue.offers.all()), found.policy, found.names),
        "statements": proof.statements(found.actor, found.statements, found.names),
        "findings": proof.findings(found.actor, reads.consultations_of(issue)),
        "decisions": [
            ruling.decision(found.actor, one, issue, found.policy) for one in reversed(found.decisions)
        ],
        "remedies": [ruling.remedy(one, found.policy) for one in issue.remedies.all()],
        "panel": panel(found),
        "promised": _promised(issue),
        "measure": _measure(found),
        "forms": forms(found),
        "tried": found.tried,
        "kept": _kept(found),
        "conversation": show.conversation(found.actor, case),
        "files": files.form(),
        "suggestions": _suggestions(found),
        "links": _links(found),
        **_warnings(found),
        "weigh_url": found.url("weigh") if _may_weigh(found) else "",
    }


def _promised(issue: Issue) -> dict[str, Any] | None:
    """Only what is about an order can have been promised anything."""
    looked = reads_protection.coverage_of([issue]).get(issue.id) if issue.order_id else None
    return promised(looked, issue, staff=True)


def _head(found: Desk) -> dict[str, Any]:
    case = found.case
    return {
        "number": case.number,
        "title": cover.shown(found.actor, case.title),
        "kind": pick(found.policy.kinds[case.kind].name),
        "procedure": _("Procedure v%(number)s") % {"number": found.policy.number},
        "icon": queries.CHANNEL_ICONS.get(case.channel, "message"),
        "channel": say(f"channel.{case.channel}"),
        "opened_at": case.opened,
        "elapsed": _("running for %(span)s")
        % {"span": show.span_words((case.resolved or found.now) - case.opened)},
        "topics": live.topic("case", case.id),
        "version": case.version,
        "round": case.round,
        "merged_into": case.merged_into.number if case.merged_into else "",
        "is_closed": case.state == Case.State.CLOSED,
    }


def _parties(found: Desk) -> list[dict[str, Any]]:
    case = found.case
    shown = [_party(found, machine.COMPLAINANT, case.record, case.role)]
    if case.respondent is not None:
        shown.append(_party(found, machine.RESPONDENT, case.respondent, case.respondent_role))
    return shown


def _party(found: Desk, side: str, record: Any, role: str) -> dict[str, Any]:
    may = found.actor.may("people.view")
    return {
        "side": side,
        "name": record.called,
        "role": str(dict(Case.Role.choices).get(role, "")),
        "url": reverse("customer", args=[record.customer.public_id]) if may else "",
    }


def _issue(found: Desk) -> dict[str, Any]:
    issue = found.issue
    order = issue.order
    return {
        "place": issue.place,
        "name": place_of(issue, found.case),
        "kind": pick(found.kind.name) or issue.kind,
        "state": issue.state,
        "step": STEPS[issue.state],
        "round": issue.round,
        "version": issue.version,
        "turn": stages.turn_of(issue, found.verbs),
        "level": issue.level,
        "owner": str(words.OWNERS[issue.level]),
        "breached": issue.breached,
        "handler": issue.handler.name if issue.handler else "",
        "team": pick(issue.team.unit.name),
        "quote": cover.shown(found.actor, issue.quote),
        "order": {
            "number": order.number,
            "money": Money(order.total_minor, order.currency),
            "product": pick(issue.line.product.name) if issue.line else "",
        }
        if order
        else None,
        "paid": Money(issue.paid_minor, issue.currency) if issue.paid_minor else None,
        "advanced": issue.advanced,
        "currency": issue.currency,
        "expiry": stages.expiry_of(issue, found.case.kind),
        "heard": issue.heard,
        "due": issue.due,
    }


def _card(found: Desk, one: Issue) -> dict[str, Any]:
    kind = found.policy.issues.get(one.kind, UNKNOWN)
    wants = ruling.name_of(found.policy.remedies, one.wants) if one.wants else ""
    corrected = sum(count for verb, count in one.counts.items() if verb.endswith(":reclassify"))
    return {
        "name": place_of(one, found.case),
        "url": f"{reverse('case', args=[found.case.number])}?issue={place_of(one, found.case)}",
        "current": one.id == found.issue.id,
        "kind": pick(kind.name) or one.kind,
        "wants": wants,
        "money": Money(one.wants_minor, one.currency) if one.wants_minor else None,
        "step": STEPS[one.state],
        "round": one.round,
        "team": pick(one.team.unit.name),
        "outcome": ruling.outcome_words(one.outcome) if one.outcome else "",
        "amount": Money(one.amount_minor, one.currency) if one.outcome and one.amount_minor else None,
        "turn": stages.turn_of(one, found.verbs if one.id == found.issue.id else ()),
        "corrected": corrected,
        "breached": one.breached,
        **stages.clock_of(one),
    }


def panel(found: Desk) -> dict[str, Any]:
    """What stands at the right: which face, and what it needs."""
    issue, kind = found.issue, found.kind
    mode = _mode(found)
    shown: dict[str, Any] = {"mode": mode, "main": _main(found)}
    if {"propose", "propose_anew"} & set(found.verbs):
        alike = desk.similar(found.actor, issue)
        shown |= {
            "remedies": ruling.remedies(issue, found.policy, kind),
            "amounts": ruling.amounts(issue, list(issue.offers.all()), alike),
            "alike": ruling.alike(alike, issue),
            "start": ruling.start(issue, kind, found.decisions, alike.median_minor, found.measured),
            "approval": ruling.approval_rule(issue, kind),
            "templates": ruling.templates(
                found.actor, kind, found.policy, desk.reasons_before(found.actor, issue)
            ),
            "repeats": ruling.repeated(desk.repeats(issue, found.now)),
            "outcomes": [(code, ruling.outcome_words(code), ruling.OUTCOME_KEYS[code]) for code in RULINGS],
        }
    if mode in ("ruling", "validity", "closed") or "propose_anew" in found.verbs:
        shown |= _choices(found)
    if mode == "closed":
        shown |= _cause(found)
    if found.pending is not None:
        shown["pending"] = ruling.decision(found.actor, found.pending, issue, found.policy)
    if found.pending is not None and mode == "approval":
        shown["why_not"] = _why_not(found)
        shown["difference"] = difference(issue, found.pending)
    return shown


def _cause(found: Desk) -> dict[str, Any]:
    """The cause as it was recorded, and the one the ruling found."""
    row = desk.cause_of(found.issue)
    ruled = [one.code for one in found.decisions if one.code in found.policy.causes]
    shown: dict[str, Any] = {"found_cause": ruled[-1] if ruled else "", "cause": None}
    if row is not None:
        shown["cause"] = {
            "name": ruling.name_of(found.policy.causes, row.code),
            "words": cover.shown(found.actor, row.words),
            "fix": cover.shown(found.actor, row.fix),
            "owner": row.owner.name if row.owner else "",
            "due": row.due.isoformat() if row.due else "",
        }
    return shown


def _choices(found: Desk) -> dict[str, Any]:
    policy = found.policy
    return {
        "rules": ruling.rules(policy, found.kind, found.declared.citation if found.declared else ""),
        "causes": ruling.tree(policy.causes),
        "penalties": ruling.tree(policy.penalties) if found.case.respondent_id else [],
        "rejections": [(code, pick(node.name)) for code, node in policy.rejections.items()],
        "experts": _experts(found) if "consult" in found.verbs else [],
        "owners": [(one.user.public_id, one.user.name) for one in teams.list_members()]
        if "summarise" in found.verbs
        else [],
    }


def _experts(found: Desk) -> list[tuple[str, str]]:
    """Whom to ask: those who sat on panels of the standard first."""
    code = found.declared.version.standard.code if found.declared else ""
    panel = standards.experts_of(code) if code else []
    sat = _("sat on the panel of %(standard)s") % {"standard": code}
    people = desk.list_experts(found.actor.user_id)
    people.sort(key=lambda one: panel.index(one.id) if one.id in panel else len(panel))
    return [(one.public_id, f"{one.name} · {sat}" if one.id in panel else one.name) for one in people]


def _measure(found: Desk) -> dict[str, Any] | None:
    """The declaration by which it was sold, what was measured against it, and the form to measure."""
    declared = found.declared
    if declared is None:
        return None
    rows = measuring.measurements_of(found.issue)
    may = found.issue.state in machine.UNDECIDED and may_measure(found.actor, found.issue)
    grade = next(one for one in declared.content.grades if one.code == declared.grade)
    currency = found.issue.currency
    return {
        "citation": declared.citation,
        "url": citation_url(declared.citation),
        "grade": declared.grade,
        "grade_name": pick(grade.name),
        "newest": measured.measurement_view(rows[0], declared.content, currency) if rows else None,
        "older": max(0, len(rows) - 1),
        "form": form_of("measure", found.url("measure"), found.tried, found.issue.place) if may else None,
        "fields": measured.fields_of(declared) if may else [],
        "leads": measured.leads_to(found.issue, declared, found.now) if may else "",
    }


def _mode(found: Desk) -> str:
    """Which face the panel has."""
    issue, verbs = found.issue, found.verbs
    if "propose" in verbs:
        return "ruling"
    if issue.state == machine.APPROVAL:
        return "approval"
    faces = {
        machine.VALIDITY: "validity" if "accept" in verbs else "waiting",
        machine.INVESTIGATION: "waiting",
        machine.HEARING: "heard" if "confirm" in verbs or "take_evidence" in verbs else "hearing",
        machine.CLOSED: "closed",
    }
    return faces.get(issue.state, "waiting" if issue.state in WAITING else "served")


MAIN = ("accept", "propose", "take_evidence", "confirm", "approve", "execute", "summarise", "find")


def _main(found: Desk) -> str:
    """The verb of the one solid button."""
    return next((verb for verb in MAIN if verb in found.verbs), "")


def difference(issue: Issue, pending: Decision) -> list[dict[str, Any]]:
    """What is decided beside what was asked for and what was last offered, for whoever approves."""
    last = {one.side: one for one in issue.offers.all() if one.amount_minor}
    rows = (
        [(_("Asked for"), issue.wants_minor)] if issue.wants_minor else []
    )  # who named no sum asked for none
    if machine.COMPLAINANT in last:
        rows.append((_("Last asked for"), last[machine.COMPLAINANT].amount_minor))
    if machine.RESPONDENT in last:
        rows.append((_("Last offered"), last[machine.RESPONDENT].amount_minor))
    if issue.paid_minor:
        rows.append((_("Paid so far"), issue.paid_minor))
    rows.append((_("To be decided"), pending.amount_minor))
    return [
        {
            "label": label,
            "money": Money(minor, issue.currency),
            "delta": Money(pending.amount_minor - minor, issue.currency)
            if minor != pending.amount_minor
            else None,
        }
        for label, minor in rows
    ]


def _why_not(found: Desk) -> str:
    """Why this reader cannot approve, where they might have."""
    pending = found.pending
    if "approve" in found.verbs or pending is None:
        return ""
    if found.actor.user_id is not None and pending.proposer_id == found.actor.user_id:
        return _("You proposed this: somebody else approves it.")
    if not found.actor.may_at("cases.approve", found.issue.team_id):
        return _("Whoever approves for this team has the turn.")
    return _("You handled this issue: somebody who has not acted on it approves.")


def forms(found: Desk) -> dict[str, Form]:
    """A form for every verb the reader may do now, to the issue and to the case."""
    made = {verb: form_of(verb, found.url(verb), found.tried, found.issue.place) for verb in found.verbs}
    for verb in _case_verbs(found):
        made[verb] = form_of(verb, reverse("case_do", args=[found.case.number, verb]), found.tried)
    return made


def _case_verbs(found: Desk) -> list[str]:
    actor, case = found.actor, found.case
    if not actor.may_at("cases.handle", case.team_id):
        return []
    if case.merged_into_id:
        return ["unmerge"]
    talk = queries.talk_verbs(actor, case)
    shown = [verb for verb in CASE_VERBS if verb not in ("answer", "append", "unmerge") or verb in talk]
    hidden = set()
    if case.respondent_id:
        hidden.add("respondent")
    if case.state == Case.State.CLOSED:
        hidden |= {"add", "respondent", "merge"}
    own = [one for one in found.issues if one.case_id == case.id]
    more = ["split"] if len(own) > 1 and found.issue.case_id == case.id else []
    return [verb for verb in (*shown, *more) if verb not in hidden]


def _may_weigh(found: Desk) -> bool:
    undecided = found.issue.state in machine.UNDECIDED
    return undecided and found.actor.may_at("cases.handle", found.issue.team_id)


def _kept(found: Desk) -> str:
    """Words whose form is no longer open."""
    tried = found.tried
    if not tried.words:
        return ""
    open_here = (tried.verb in found.verbs and tried.place == found.issue.place) or (
        tried.place == 0 and tried.verb in _case_verbs(found)
    )
    return "" if open_here else tried.words


def _warnings(found: Desk) -> dict[str, Any]:
    """What cannot wait in the first words, and open cases of the same customer that began alike."""
    said = "" if found.case.state == Case.State.CLOSED else sides.first_words(found.case)
    if not said:
        return {"alarms": [], "twins": []}
    customer = found.case.record.customer_id
    twins = suggesting.likely_duplicate(found.actor, customer, said, without=found.case.id)
    return {
        "alarms": [
            {"text": str(words.ALARMS[one.kind]), "sentence": cover.shown(found.actor, one.sentence)}
            for one in suggesting.alarms(said)
        ],
        "twins": [
            {
                "number": one.case.number,
                "url": reverse("case", args=[one.case.number]),
                "title": cover.shown(found.actor, one.case.title),
                "share": round(one.likeness * 100),
            }
            for one in twins
        ],
    }


def _suggestions(found: Desk) -> list[dict[str, Any]]:
    if not found.actor.may_at("cases.handle", found.case.team_id):
        return []
    return [
        {
            "id": one.id,
            "kind": pick(found.policy.issues[one.kind].name) if one.kind in found.policy.issues else one.kind,
            "share": round(one.score * 100),
            "sentence": cover.shown(found.actor, one.sentence),
            "take": form_of("take", reverse("case_do", args=[found.case.number, "take"]), NOTHING),
            "dismiss": form_of("dismiss", reverse("case_do", args=[found.case.number, "dismiss"]), NOTHING),
        }
        for one in found.case.suggestions.filter(fate="").order_by("-score")[:6]
        if one.kind in found.policy.issues
    ]


def _links(found: Desk) -> list[dict[str, Any]]:
    return [
        {
            "kind": str(words.LINKS.get(kind, kind)),
            "number": other.number,
            "title": cover.shown(found.actor, other.title),
            "url": reverse("case", args=[other.number]),
            "state": STEPS[other.state],
            "unlink": form_of("unlink", reverse("case_do", args=[found.case.number, "unlink"]), NOTHING)
            if kind == "related" and found.actor.may_at("cases.handle", found.case.team_id)
            else None,
        }
        for kind, other in desk.links_of(found.actor, found.case)
    ]


def kind_choices(policy: Policy) -> list[tuple[str, list[tuple[str, str]]]]:
    """Kinds of issues by kind of case, for a select."""
    grouped: dict[str, list[tuple[str, str]]] = {}
    for code, one in policy.issues.items():
        grouped.setdefault(one.kind, []).append((code, pick(one.name)))
    return [
        (pick(policy.kinds[kind].name), choices) for kind, choices in grouped.items() if kind in policy.kinds
    ]


def more(found: Desk) -> dict[str, Any]:
    """What the other actions choose from."""
    policy = found.policy
    return {
        "kinds": kind_choices(policy),
        "remedies": [
            ("", _("nothing in particular")),
            *((code, pick(one.name)) for code, one in policy.remedies.items()),
        ],
        "roles": [("", _("none")), *((code, str(label)) for code, label in Case.Role.choices)],
        "teams": [
            ("", _("as the kind says")),
            *((team.unit.code, pick(team.unit.name)) for team in teams.list_teams()),
        ],
        "items": [("", _("none")), *((str(one["code"]), pick(one["name"])) for one in found.kind.evidence)],
        "points": sorted({one.point for one in found.evidence if one.point}),
        "currency": found.issue.currency,
        "may_choose": found.actor.may("people.view"),
    }
