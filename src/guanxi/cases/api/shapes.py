"""What the API says of issues. Amounts are minor units of `currency`; moments ISO 8601."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from ninja import Schema

from guanxi.cases.actions import issues as steps
from guanxi.cases.models import (
    Case,
    ClockSegment,
    Consultation,
    Decision,
    Evidence,
    Issue,
    Offer,
    Remedy,
    Statement,
)
from guanxi.cases.queries import issues as reads
from guanxi.core import clock, cover
from guanxi.core.access import Actor
from guanxi.core.phrases import explained

CaseState = Literal[
    "recorded", "answered", "resolved", "validity", "facts", "response", "negotiation", "investigation",
    "hearing", "approval", "decided", "remedy", "appealable", "closed",
]  # fmt: skip
CaseTurn = Literal["staff", "customer", "respondent", "both", "nobody"]


class IssueOut(Schema):
    """`place` is how it is named within its case; `owner` 0 the handler, 1 the supervisor, 2 the head of service."""

    id: str
    case: str
    place: int
    kind: str
    kind_name: dict[str, str]
    state: CaseState
    turn: CaseTurn
    heard: bool
    due: datetime | None
    round: int
    version: int
    team: str
    handler: str
    owner: int
    breached: bool
    order: str
    quote: str
    wants: str
    wants_minor: int
    currency: str
    outcome: str
    amount_minor: int
    paid_minor: int
    advanced: datetime | None
    opened: datetime
    decided: datetime | None
    closed: datetime | None


class EvidenceOut(Schema):
    """`digest` was fixed when it was filed; `private` pieces are seen by staff and whoever filed them."""

    id: str
    round: int
    side: str
    author: str
    file: str | None
    digest: str
    item: str
    point: str
    words: str
    private: bool
    private_why: str
    filed: datetime


class SaidOut(Schema):
    round: int
    state: str
    side: str
    verb: str
    author: str
    text: str
    made: datetime


class OfferOut(Schema):
    id: str
    round: int
    side: str
    remedy: str
    amount_minor: int
    words: str
    fate: str
    made: datetime


class RulingOut(Schema):
    """`citations` are rules with the version of the procedure: "r1@3"."""

    id: str
    round: int
    basis: str
    state: str
    outcome: str
    remedy: str
    amount_minor: int
    promised: datetime | None
    penalty: str
    penalty_minor: int
    publish: bool
    reasons: str
    would_change: str
    code: str
    citations: list[str]
    needs_approval: list[str]
    proposer: str
    proposed: datetime
    approver: str
    approved: datetime | None
    returned_why: str
    served: datetime | None


class RemedyOut(Schema):
    """`paid_by`: which pots the money came from; `entry`: its movement in the ledger."""

    id: str
    round: int
    code: str
    shape: str
    amount_minor: int
    currency: str
    state: str
    due: datetime
    executed: datetime | None
    paid_by: dict[str, int]
    entry: str


class ConsultationOut(Schema):
    id: str
    case: str
    place: int
    round: int
    expert: str
    asked_by: str
    question: str
    asked: datetime
    due: datetime
    finding: str
    found: datetime | None


class SegmentOut(Schema):
    """A stretch of its life in which one side had to act; `reason` is the verb that began it."""

    round: int
    state: str
    turn: str
    started: datetime
    ended: datetime | None
    due: datetime | None
    reason: str
    breached: bool


class IssueWithAll(IssueOut):
    """`verbs` is what the token may do now, `why_due` explains the time left."""

    verbs: list[str]
    why_due: dict[str, Any] | None
    evidence: list[EvidenceOut]
    statements: list[SaidOut]
    offers: list[OfferOut]
    decisions: list[RulingOut]
    remedies: list[RemedyOut]
    consultations: list[ConsultationOut]
    segments: list[SegmentOut]


def iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def issue_out(actor: Actor, issue: Issue) -> dict[str, Any]:
    return {
        "id": issue.public_id,
        "case": issue.case.number,
        "place": issue.place,
        "kind": issue.kind,
        "kind_name": reads.kind_name(issue),
        "state": issue.state,
        "turn": issue.turn,
        "heard": issue.heard,
        "due": iso(issue.due),
        "round": issue.round,
        "version": issue.version,
        "team": issue.team.unit.code,
        "handler": issue.handler.public_id if issue.handler else "",
        "owner": issue.level,
        "breached": issue.breached,
        "order": issue.order.number if issue.order else "",
        "quote": cover.shown(actor, issue.quote),
        "wants": issue.wants,
        "wants_minor": issue.wants_minor,
        "currency": issue.currency,
        "outcome": issue.outcome,
        "amount_minor": issue.amount_minor,
        "paid_minor": issue.paid_minor,
        "advanced": iso(issue.advanced),
        "opened": iso(issue.opened),
        "decided": iso(issue.decided),
        "closed": iso(issue.closed),
    }


def whole(actor: Actor, issue: Issue) -> dict[str, Any]:
    """An issue with its proof, words, offers, decisions, money and clocks: one statement each."""
    return {
        **issue_out(actor, issue),
        "verbs": steps.open_verbs(actor, issue, clock.now()),
        "why_due": explained(issue.due_explanation) if issue.due else None,
        "evidence": [_evidence(actor, one) for one in reads.evidence_for(actor, issue)],
        "statements": [_statement(actor, one) for one in reads.statements_for(actor, issue)],
        "offers": [_offer(actor, one) for one in reads.offers_of(issue)],
        "decisions": [_decision(actor, one) for one in reads.decisions_of(issue)],
        "remedies": [_remedy(one) for one in reads.remedies_of(issue)],
        "consultations": consultations_out(actor, reads.consultations_of(issue), issue),
        "segments": [_segment(one) for one in reads.segments_of(issue)],
    }


def _evidence(actor: Actor, one: Evidence) -> dict[str, Any]:
    kept = ("round", "side", "author", "digest", "item", "point", "private", "private_why")
    return {
        **{name: getattr(one, name) for name in kept},
        "id": one.public_id,
        "file": one.file.public_id if one.file else None,
        "words": cover.shown(actor, one.words),
        "filed": iso(one.filed),
    }


def _statement(actor: Actor, one: Statement) -> dict[str, Any]:
    kept = ("round", "state", "side", "verb", "author")
    words = {"text": cover.shown(actor, one.text), "made": iso(one.made)}
    return {name: getattr(one, name) for name in kept} | words


def _offer(actor: Actor, one: Offer) -> dict[str, Any]:
    kept = ("round", "side", "remedy", "amount_minor", "fate")
    words = {"words": cover.shown(actor, one.words), "made": iso(one.made)}
    return {"id": one.public_id} | {name: getattr(one, name) for name in kept} | words


def _decision(actor: Actor, one: Decision) -> dict[str, Any]:
    kept = (
        "round", "basis", "state", "outcome", "remedy", "amount_minor", "penalty", "penalty_minor", "publish",
        "code", "citations", "needs_approval",
    )  # fmt: skip
    words = ("reasons", "would_change", "returned_why")
    return {
        "id": one.public_id,
        **{name: getattr(one, name) for name in kept},
        **{name: cover.shown(actor, getattr(one, name)) for name in words},
        **{name: iso(getattr(one, name)) for name in ("promised", "proposed", "approved", "served")},
        "proposer": one.proposer_name,
        "approver": one.approver_name,
    }


def _remedy(one: Remedy) -> dict[str, Any]:
    kept = ("round", "code", "shape", "amount_minor", "currency", "state", "paid_by", "entry")
    when = {"due": iso(one.due), "executed": iso(one.executed)}
    return {"id": one.public_id} | {name: getattr(one, name) for name in kept} | when


def consultations_out(
    actor: Actor, found: Sequence[Consultation], issue: Issue | None = None
) -> list[dict[str, Any]]:
    """`issue` where all are of one that is read already."""
    return [_consultation(actor, one, issue or one.issue) for one in found]


def _consultation(actor: Actor, one: Consultation, issue: Issue) -> dict[str, Any]:
    return {
        "id": one.public_id,
        "case": issue.case.number,
        "place": issue.place,
        "round": one.round,
        "expert": one.expert.public_id,
        "asked_by": one.asked_by,
        "question": cover.shown(actor, one.question),
        "asked": iso(one.asked),
        "due": iso(one.due),
        "finding": cover.shown(actor, one.finding),
        "found": iso(one.found),
    }


def _segment(one: ClockSegment) -> dict[str, Any]:
    kept = ("round", "state", "turn", "reason", "breached")
    when = {name: iso(getattr(one, name)) for name in ("started", "ended", "due")}
    return {name: getattr(one, name) for name in kept} | when


def case_link(case: Case) -> dict[str, Any]:
    return {"number": case.number, "version": case.version}
