"""What our side does: check, ask, propose, consult, confirm, approve, return, and say in the end what it came from."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.cases.actions.frame import deadline_of
from guanxi.cases.actions.issues import parties
from guanxi.cases.actions.issues.facts import Values
from guanxi.cases.actions.issues.opening import advance_due
from guanxi.cases.actions.issues.parties import said
from guanxi.cases.actions.issues.turn import Turn
from guanxi.cases.models import Consultation, Decision, RootCause
from guanxi.cases.queries import issues as reads
from guanxi.cases.rules import clean_text, machine
from guanxi.cases.rules.policy import GOODS, RULINGS, approval_reasons
from guanxi.core.errors import Invalid
from guanxi.core.models import User
from guanxi.core.procedure import Clock
from guanxi.trade.queries.standards import cited_many
from guanxi.work import queries as teams


def ask_facts(turn: Turn) -> None:
    """What we need to know, in words the complainant reads."""
    turn.state(said(turn))


def reject(turn: Turn) -> None:
    """Not taken up: with a code, words, and what would change it. The complainant may appeal on the same number."""
    brought = turn.brought
    fields = {}
    if brought.code not in turn.policy.rejections:
        fields["code"] = _("Choose why it is not taken up.")
    change = clean_text(brought.would_change)
    if not change:
        fields["would_change"] = _("Say what would change it.")
    if fields:
        raise Invalid(fields=fields, code="invalid")
    text = said(turn)
    turn.state(text)
    turn.told["code"] = brought.code
    turn.decision = Decision(
        issue_id=turn.issue.id,
        round=turn.issue.round,
        basis=Decision.Basis.REJECTED,
        state=Decision.State.FINAL,
        outcome="rejected",
        code=brought.code,
        reasons=text,
        would_change=change[:2000],
        citations=_citations(turn),
        proposer_id=turn.actor.user_id,
        proposer_name=turn.actor.name,
        proposed=turn.now,
    )
    turn.rows.append(turn.decision)


def _citations(turn: Turn) -> list[str]:
    """Rules of the case's procedure by code, and published quality standards by version ("phone@3")."""
    codes = list(dict.fromkeys(turn.brought.citations))
    standards = cited_many(code for code in codes if code not in turn.policy.rules)
    if any(code not in turn.policy.rules and code not in standards for code in codes):
        raise Invalid(fields={"citations": _("There is no such rule in this procedure.")}, code="invalid")
    return [turn.policy.citation(code) if code in turn.policy.rules else code for code in codes]


def propose(turn: Turn) -> None:
    """Cause, outcome, remedy, reasons with the rules they rest on: both sides are heard on it before it is decided."""
    brought, issue = turn.brought, turn.issue
    if brought.outcome not in RULINGS:
        raise Invalid(fields={"outcome": _("Say whether the complaint is upheld.")}, code="invalid")
    remedy, amount, promised = _ordered(turn)
    penalty, fine = _penalty(turn)
    if brought.code and brought.code not in turn.policy.causes:
        raise Invalid(fields={"code": _("There is no such cause in this procedure.")}, code="invalid")
    if issue.evidence.filter(private=True, private_why="").exists():
        raise Invalid(fields={"text": _("Private evidence must be marked with why it is private.")})
    text = said(turn)
    kind = turn.policy.issues[issue.kind]
    needs = approval_reasons(
        kind,
        amount=amount,
        penalty=bool(penalty),
        publish=brought.publish,
        against_staff=brought.against_staff,
    )
    parties.drop_pending(turn)
    turn.decision = Decision(
        issue_id=issue.id,
        round=issue.round,
        basis=Decision.Basis.RULED,
        state=Decision.State.PROPOSED,
        outcome=brought.outcome,
        remedy=remedy,
        amount_minor=amount,
        promised=promised,
        penalty=penalty,
        penalty_minor=fine,
        publish=brought.publish,
        reasons=text,
        code=brought.code,
        citations=_citations(turn),
        needs_approval=needs,
        proposer_id=turn.actor.user_id,
        proposer_name=turn.actor.name,
        proposed=turn.now,
    )
    turn.rows.append(turn.decision)
    turn.words = text
    turn.told |= {
        "outcome": brought.outcome,
        "remedy": remedy,
        "amount_minor": amount,
        "currency": issue.currency,
        "approval": needs,
    }


def _ordered(turn: Turn) -> tuple[str, int, datetime | None]:
    brought = turn.brought
    if brought.outcome == "not_upheld":
        if brought.remedy or brought.amount_minor:
            raise Invalid(fields={"remedy": _("Nothing is ordered where the complaint is not upheld.")})
        return "", 0, None
    remedy, amount = parties.remedy_asked(turn, needed=True)
    goods = turn.policy.remedies[remedy].shape == GOODS
    if goods and brought.promised is not None and brought.promised <= turn.now:
        raise Invalid(fields={"promised": _("The promised day must lie ahead.")}, code="invalid")
    return remedy, amount, brought.promised if goods else None


def _penalty(turn: Turn) -> tuple[str, int]:
    code = turn.brought.penalty
    if not code:
        return "", 0
    if code not in turn.policy.penalties or turn.case.respondent_id is None:
        raise Invalid(fields={"penalty": _("There is no such penalty here.")}, code="invalid")
    return code, turn.policy.penalties[code].amount


def consult(turn: Turn) -> None:
    """A named expert is asked; the limit grows by what a consultation may take."""
    text = said(turn)
    expert = User.objects.filter(public_id=turn.brought.expert, is_active=True).first()
    if expert is None or expert.id == turn.actor.user_id:
        raise Invalid(fields={"expert": _("Choose whom to ask.")}, code="invalid")
    longer = _extended(turn, machine.CONSULTATION)
    turn.rows.append(
        Consultation(
            issue_id=turn.issue.id,
            round=turn.issue.round,
            expert=expert,
            asked_by=turn.actor.name,
            question=text,
            asked=turn.now,
            due=longer,
        )
    )
    turn.told["expert"] = expert.public_id
    turn.words = text
    turn.due = longer


def _extended(turn: Turn, longer: timedelta) -> datetime:
    """The running limit moved on by so much; no end in the night."""
    due = max(turn.issue.due or turn.now, turn.now)
    return deadline_of(due + longer - turn.now, Clock.PARTY, turn.team, turn.now)[0].due


def find(turn: Turn) -> None:
    """The expert's finding joins the evidence; both sides see it. The limit falls back by what was not used."""
    waiting = turn.issue.consultations.filter(expert_id=turn.actor.user_id, found=None)
    asked = waiting.filter(round=turn.issue.round).first()
    text = said(turn)
    turn.state(text)
    parties.file_evidence(turn)
    if asked is None:
        return
    turn.change(asked, finding=text, found=turn.now)
    unused = machine.CONSULTATION - (turn.now - asked.asked)
    if turn.issue.due is not None and unused > timedelta(0) and asked.asked >= turn.issue.since:
        left = max(timedelta(0), turn.issue.due - unused - turn.now)
        turn.due = deadline_of(left, Clock.PARTY, turn.team, turn.now)[0].due


def confirm(turn: Turn) -> None:
    """After the hearing: what was proposed stands, with an answer to what was said."""
    found = reads.pending_decision(turn.issue)
    if found is None:
        return
    spoke = Values(turn)._said("comment")
    text = said(turn, needed=bool(spoke))
    turn.state(text)
    turn.change(found, state=parties.final(found))
    turn.decision = found


def take_evidence(turn: Turn) -> None:
    """New evidence came in the hearing: look into it once more. What was proposed is dropped."""
    if Values(turn)["new_evidence"]:
        turn.told["evidence"] = True
    else:
        return
    parties.speak_if_any(turn)


def approve(turn: Turn) -> None:
    """A second person agrees."""
    found = reads.pending_decision(turn.issue)
    if found is None or not Values(turn)["four_eyes"]:
        return
    by = {"approver_id": turn.actor.user_id, "approver_name": turn.actor.name, "approved": turn.now}
    turn.change(found, state=Decision.State.FINAL, **by)
    turn.decision = found
    parties.speak_if_any(turn)


def send_back(turn: Turn) -> None:
    """Returned once, with the reason."""
    text = said(turn)
    found = reads.pending_decision(turn.issue)
    if found is None or not Values(turn)["four_eyes"]:
        return
    turn.change(found, state=Decision.State.RETURNED, returned_why=text)
    turn.words = text
    turn.state(text)


def refer_up(turn: Turn) -> None:
    """To the next supervisor, who has not acted on it."""
    turn.state(said(turn))


def propose_anew(turn: Turn) -> None:
    """The next supervisor proposes something else: both sides are heard on it, somebody else approves."""
    if Values(turn)["referred"] and Values(turn)["four_eyes"]:
        propose(turn)
        if turn.decision is not None and "again" not in turn.decision.needs_approval:
            turn.decision.needs_approval = [*turn.decision.needs_approval, "again"]


def summarise(turn: Turn) -> None:
    """What it came from: a node of the tree, and what is done about it."""
    brought = turn.brought
    if brought.code not in turn.policy.causes:
        raise Invalid(fields={"code": _("Choose what it came from.")}, code="invalid")
    text = said(turn, needed=False)
    owner = User.objects.filter(public_id=brought.owner, is_active=True).first() if brought.owner else None
    values: dict[str, Any] = {
        "code": brought.code,
        "words": text,
        "fix": clean_text(brought.fix)[:2000],
        "owner": owner,
        "due": brought.due.date() if brought.due else None,
        "recorded": turn.now,
        "author": turn.actor.name,
    }
    before = RootCause.objects.filter(issue=turn.issue).first()
    if before is not None:  # opened again and closed again: what was found last stands
        turn.change(before, **values)
    else:
        turn.rows.append(RootCause(issue_id=turn.issue.id, **values))
    turn.told["code"] = brought.code
    turn.words = text


def reclassify(turn: Turn) -> None:
    """Another kind of issue: old and new are kept, state, clock and evidence untouched; the department may change."""
    issue, code = turn.issue, turn.brought.code
    if code not in turn.policy.issues:
        raise Invalid(fields={"code": _("There is no such kind of issue.")}, code="invalid")
    turn.told |= {"before": issue.kind, "after": code}
    issue.kind = code
    issue.advance_due = advance_due(turn.policy.issues[code], issue.order, issue.opened)
    wanted = turn.brought.team or turn.policy.issues[code].team
    if wanted and wanted != turn.team.code:
        team = teams.team_named(wanted)
        issue.team_id = team.id
        turn.told["team"] = team.code


def reopen(turn: Turn) -> None:
    """New facts, once within a year: a new round, the earlier decision stands until it is replaced."""
    issue = turn.issue
    if issue.closed is not None and turn.now > issue.closed + machine.REOPEN_WITHIN:
        raise Invalid(fields={"text": _("This was closed more than a year ago.")}, code="too_late")
    turn.state(said(turn))
    issue.round += 1
    issue.opened_round = machine.COMPLAINANT
    issue.closed = None
