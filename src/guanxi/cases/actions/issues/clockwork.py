"""What the system does by itself: check, protect, serve, pay, climb, lapse, advance, warn. Never decides, never approves."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from guanxi.cases.actions.frame import deadline_of, event
from guanxi.cases.actions.issues import money, parties
from guanxi.cases.actions.issues.turn import Turn, finish, lock, prepared
from guanxi.cases.models import Case, ClockSegment, Coverage, Decision, Issue, Sample
from guanxi.cases.queries import issues as reads
from guanxi.cases.queries import procedures
from guanxi.cases.rules import machine
from guanxi.cases.rules.policy import MONEY, automatic
from guanxi.core import events
from guanxi.core.access import Actor, Kind
from guanxi.core.action import action
from guanxi.core.procedure import Clock

SAMPLE_EVERY = 20  # one decided issue in so many is drawn for a look at its quality


@dataclass(frozen=True, slots=True)
class Proof:
    """What a machine can say of an issue: whether the promise was broken for certain, what is owed, how likely abuse is.

    `scheme` where another promise than the issue kind's proves the same; `coverage` is kept with what comes of it.
    """

    proven: bool
    amount_minor: int
    fund_minor: int
    abuse: float = 0.0
    scheme: str = ""
    coverage: Coverage | None = None


Check = Callable[[Issue, datetime], Proof | None]
Prover = Callable[[str, Issue, datetime], Proof | None]
_schemes: dict[str, Check] = {}
_provers: list[Prover] = []


def register_scheme(code: str, check: Check) -> None:
    """A higher or lower room says how a protection scheme proves its cases. Only `site/wiring.py` does this."""
    _schemes[code] = check


def register_prover(prover: Prover) -> None:
    """`prover(scheme, issue, now)` proves every scheme that has no check of its own; None for one it does not know."""
    if prover not in _provers:
        _provers.append(prover)


def turn_for(actor: Actor, now: datetime, issue_id: int, verb: str) -> Turn | None:
    """The locked issue as a turn of the system's; None when it is gone or the table has no such step now."""
    actor.require_kind(Kind.SYSTEM)
    found = Issue.objects.filter(id=issue_id).values_list("case_id", "place").first()
    if found is None:
        return None
    case, issue = lock(*found)
    if (issue.state, verb) not in machine.TABLE:
        return None
    return prepared(Turn(actor, now, case, issue, verb, procedures.policy_of(case)))


@action
def progress(*, actor: Actor, now: datetime, issue_id: int) -> Issue | None:
    """What the system itself owes this issue now: check or protect it, serve its decision, pay what is due. Safe twice."""
    issue = Issue.objects.filter(id=issue_id).first()
    while issue is not None and (verb := _next_verb(issue)):
        done = _do(actor, now, issue.id, verb)
        if done is None or done.state == issue.state:
            return done
        issue = done
    return issue


def _next_verb(issue: Issue) -> str:
    if issue.state == machine.RECORDED:
        return "check"
    if issue.state == machine.DECIDED:
        return "serve"
    if issue.state == machine.REMEDY and money.due_now(issue).exists():
        return "execute"
    return ""


def _do(actor: Actor, now: datetime, issue_id: int, verb: str) -> Issue | None:
    turn = turn_for(actor, now, issue_id, verb)
    if turn is None:
        return None
    if verb == "check" and (proof := _proof(turn)):
        turn.verb = "protect"
        _protect(turn, proof)
    elif verb == "serve":
        serve(turn)
    elif verb == "execute":
        money.execute_due(turn)
    return finish(turn)


@action
def look_again(*, actor: Actor, now: datetime, issue_id: int) -> Issue | None:
    """Something was found of the goods since the first look: pay where it proves the promise now, else keep what it says.

    The issue when it is paid, else None. Safe twice; what people are deciding already is left to them (`machine`).
    """
    turn = turn_for(actor, now, issue_id, "protect")
    if turn is None or turn.issue.state == machine.RECORDED or turn.issue.round > 1:
        return None  # not looked at for the first time yet, or an appeal
    asked = turn.issue.consultations.filter(round=turn.issue.round)
    if asked.filter(Q(found__isnull=False) | Q(due__gt=now)).exists():
        return None  # an expert is at it or has said: decided now, by however late a job, it would be under a handler's hands
    proof = _proof(turn)
    _replace_look(turn)
    if proof is None:
        return None
    _protect(turn, proof)
    finish(turn)
    return progress(actor=actor, now=now, issue_id=issue_id)


def _replace_look(turn: Turn) -> None:
    """There is one look per round and promise: the newest takes the place of the one before."""
    for look in [one for one in turn.rows if isinstance(one, Coverage)]:
        before = Coverage.objects.filter(issue=turn.issue, round=look.round, scheme=look.scheme).first()
        if before is not None:
            turn.rows.remove(look)
            look.id = before.id
            look.save(force_update=True)
        elif not look.paid:  # nothing follows that would write it
            turn.rows.remove(look)
            look.save(force_insert=True)


def _proof(turn: Turn) -> Proof | None:
    kind = turn.policy.issues[turn.issue.kind]
    proof = _ask(kind.scheme, turn) if kind.scheme else None
    if proof is None:
        return None
    pays = automatic(
        kind, amount=proof.amount_minor, proven=proof.proven, fund=proof.fund_minor, abuse=proof.abuse
    )
    if proof.coverage is not None:
        proof.coverage.paid = pays
        turn.rows.append(proof.coverage)
    return proof if pays else None


def _ask(scheme: str, turn: Turn) -> Proof | None:
    """What the scheme's own check says, else whoever proves all schemes that rules of trade publish."""
    check = _schemes.get(scheme)
    if check is not None:
        return check(turn.issue, turn.now)
    found = (prover(scheme, turn.issue, turn.now) for prover in _provers)
    return next((one for one in found if one is not None), None)


def _protect(turn: Turn, proof: Proof) -> None:
    kind = turn.policy.issues[turn.issue.kind]
    money_kinds = [code for code in kind.remedies if turn.policy.remedies[code].shape == MONEY]
    turn.told["scheme"] = proof.scheme or kind.scheme
    turn.decision = Decision(
        issue_id=turn.issue.id,
        round=turn.issue.round,
        basis=Decision.Basis.AUTOMATIC,
        state=Decision.State.FINAL,
        outcome="protected",
        remedy=money_kinds[0] if money_kinds else "",
        amount_minor=proof.amount_minor,
        citations=[turn.policy.citation(code) for code in kind.rules],
        proposed=turn.now,
    )
    turn.rows.append(turn.decision)


def serve(turn: Turn) -> None:
    """The decision reaches both sides, takes the place of an earlier one, and its remedies fall due."""
    issue, found = turn.issue, reads.decision_to_serve(turn.issue)
    if found is None:
        raise ValueError(f"issue {issue.id} is decided without a decision")
    earlier = issue.decisions.filter(state=Decision.State.SERVED).exclude(id=found.id)
    found.served = turn.now
    if found.basis == Decision.Basis.REJECTED and earlier.exists():
        found.state = (
            Decision.State.REPLACED
        )  # not opened again: the earlier decision stands, with all it ordered
    else:
        found.state = Decision.State.SERVED
        earlier.update(state=Decision.State.REPLACED)
        issue.outcome, issue.amount_minor = found.outcome, found.amount_minor
        issue.decided = issue.decided or turn.now
        money.fall_due(turn, found)
    found.save(update_fields=["state", "served"])
    if found.basis == Decision.Basis.ADMITTED:
        money.settle_recourse(turn)
    turn.told |= {
        "outcome": found.outcome,
        "basis": found.basis,
        "amount_minor": found.amount_minor,
        "currency": issue.currency,
        "decision": found.public_id,
    }
    if issue.id % _sample_every(issue, found) == 0 and not Sample.objects.filter(issue=issue).exists():
        turn.rows.append(Sample(issue_id=issue.id, drawn=turn.now))


def _sample_every(issue: Issue, decision: Decision) -> int:
    """One in so many is looked at again; what a machine paid, as often as its scheme says."""
    if decision.basis != Decision.Basis.AUTOMATIC:
        return SAMPLE_EVERY
    paid = Coverage.objects.filter(issue=issue, paid=True).order_by("-made").first()
    every = int(paid.limits.get("sample_every", 0)) if paid is not None else 0
    return every or issue.id + 1  # never, where no scheme says how often


@action
def expire(*, actor: Actor, now: datetime, issue_id: int) -> Issue | None:
    """A limit has passed: do what the table says, once. None when somebody acted in between. Decides and approves nothing."""
    issue = Issue.objects.filter(id=issue_id).first()
    if issue is None or issue.state == machine.CLOSED or issue.due is None or issue.due > now:
        return None
    verb = reads.verb_at_expiry(issue)
    if verb in ("check", "serve"):
        return progress(actor=actor, now=now, issue_id=issue_id)
    turn = turn_for(actor, now, issue_id, verb)
    if turn is None or turn.issue.due is None or turn.issue.due > now or turn.issue.state != issue.state:
        return None
    EXPIRIES[verb](turn)
    return finish(turn)


def _accept(turn: Turn) -> None:
    """As if accepted; the supervisor is told by the event."""
    turn.told["expired"] = True
    breach(turn)


def _lapse(turn: Turn) -> None:
    turn.told["expired"] = True
    if turn.issue.state == machine.NEGOTIATION:
        parties.lapse_offers(turn)


def _climb(turn: Turn) -> None:
    """The owner becomes the supervisor, 4 working hours later the head of service, who keeps it: a breach, listed publicly."""
    issue = turn.issue
    breach(turn)
    issue.level = min(issue.level + 1, len(machine.LEVELS) - 1)
    turn.told["owner"] = machine.LEVELS[issue.level]
    deadline, why = deadline_of(machine.CLIMB, Clock.WORKING, turn.team, turn.now)
    turn.due, issue.due_explanation = deadline.due, why.as_json()
    issue.warned = reads.percent_gone(
        issue.since, turn.due, turn.now
    )  # what is over already warns nobody anew


def breach(turn: Turn) -> None:
    """Staff missed a limit: kept on the running segment, for the public list."""
    turn.issue.breached = True
    ClockSegment.objects.filter(issue=turn.issue, ended=None).update(breached=True)
    turn.told["breach"] = True


def _hear(turn: Turn) -> None:
    turn.restart = True


def _substitute(turn: Turn) -> None:
    """Money: paid at last, by whoever can. Goods not delivered as promised: money in lieu. A penalty: the supervisor's."""
    money.in_lieu(turn)


EXPIRIES: dict[str, Callable[[Turn], Any]] = {
    "accept": _accept,
    "lapse": _lapse,
    "climb": _climb,
    "hear": _hear,
    "substitute": _substitute,
}


@action
def advance(*, actor: Actor, now: datetime, issue_id: int) -> Issue | None:
    """The fund pays ahead of a decision that takes too long: with recourse, not a decision. None where that is not due."""
    turn = turn_for(actor, now, issue_id, "advance")
    if turn is None:
        return None
    issue = turn.issue
    kind = turn.policy.issues[issue.kind]
    wanted = turn.policy.remedies.get(issue.wants)
    undecided = issue.decided is None and issue.advance_due is not None and issue.advance_due <= now
    refund = kind.advance and wanted is not None and wanted.shape == MONEY and issue.wants_minor > 0
    if not (undecided and refund and issue.paid_minor == 0 and issue.advanced is None):
        return None
    money.pay_ahead(turn)
    return finish(turn)


@action
def warn(*, actor: Actor, now: datetime, issue_id: int) -> int:
    """At 50, 80 and 100 % of a limit of ours its owner is warned, each once; returns the percent, 0 for none."""
    actor.require_kind(Kind.SYSTEM)
    issue = Issue.objects.select_for_update(of=("self",)).filter(id=issue_id).select_related("case").first()
    if issue is None or issue.due is None or issue.turn != Case.Turn.STAFF:
        return 0
    reached = reads.percent_gone(issue.since, issue.due, now)
    if reached <= issue.warned:
        return 0
    Issue.objects.filter(id=issue.id).update(warned=reached)
    data = {"issue": issue.public_id, "place": issue.place, "percent": reached, "kind": issue.kind}
    events.record(event("warned", actor, now, issue.case, data))
    return reached
