"""The one door to every step of the procedure that somebody takes: `act(verb=...)`."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from guanxi.cases.actions.issues import money, parties, ruling
from guanxi.cases.actions.issues.clockwork import EXPIRIES, turn_for
from guanxi.cases.actions.issues.facts import Values
from guanxi.cases.actions.issues.given import NOTHING, Brought
from guanxi.cases.actions.issues.turn import Turn, begin, finish, prepared
from guanxi.cases.models import Issue
from guanxi.cases.queries import issues as reads
from guanxi.cases.queries import procedures
from guanxi.cases.rules import machine
from guanxi.core.access import Actor, system
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Denied, NotFound
from guanxi.core.procedure import Facts

EFFECTS: dict[str, Callable[[Turn], Any]] = {
    "accept": parties.speak_if_any,
    "ask_facts": ruling.ask_facts,
    "reject": ruling.reject,
    "answer": parties.speak,
    "admit": parties.admit,
    "admit_fault": parties.speak_if_any,
    "offer": parties.offer,
    "contest": parties.speak,
    "accept_offer": parties.accept_offer,
    "counter": parties.offer,
    "escalate": parties.escalate,
    "propose": ruling.propose,
    "consult": ruling.consult,
    "find": ruling.find,
    "comment": parties.speak,
    "agree": parties.agree,
    "take_evidence": ruling.take_evidence,
    "confirm": ruling.confirm,
    "approve": ruling.approve,
    "return": ruling.send_back,
    "refer_up": ruling.refer_up,
    "propose_anew": ruling.propose_anew,
    "execute": money.fulfilled,
    "appeal": parties.appeal,
    "summarise": ruling.summarise,
    "reopen": ruling.reopen,
    "withdraw": parties.withdraw,
    "file_evidence": parties.file_evidence,
    "reclassify": ruling.reclassify,
}
"""What each verb writes beside the move itself. Verbs of the system's own stand in `clockwork`."""


@action
def act(
    *,
    actor: Actor,
    now: datetime,
    number: str,
    place: int,
    verb: str,
    brought: Brought = NOTHING,
    version: int | None = None,
) -> Issue:
    """Do `verb` to issue `place` of the case with this number, if the table lets this actor now; returns the issue.

    `version` is the issue's as the actor saw it: refused when it is old, unless a party's step is still open. Raises
    `NotFound`, `Denied` (no right, own case, four eyes), `Conflict` (not now, stale, too late, too often), `Invalid`.
    """
    turn = begin(actor, now, number, place, verb, brought, version)
    effect = EFFECTS.get(verb)
    if effect is None:
        raise Denied(code="denied")  # the system's own
    effect(turn)
    issue = finish(turn)
    if turn.verb in ("comment", "agree") and issue.state == machine.HEARING and _both_spoke(turn):
        return _heard(now, issue)
    return issue


def _both_spoke(turn: Turn) -> bool:
    values = Values(turn)
    sides = {machine.COMPLAINANT} | ({machine.RESPONDENT} if turn.case.respondent_id else set())
    return sides <= (values._said("comment") | values._said("agree"))


def _heard(now: datetime, issue: Issue) -> Issue:
    """Both have spoken: the handler's two hours begin."""
    turn = turn_for(system("hearing"), now, issue.id, "hear")
    if turn is None:
        return issue
    EXPIRIES["hear"](turn)
    return finish(turn)


def open_verbs(actor: Actor, issue: Issue, now: datetime) -> list[str]:
    """What this actor may do with the issue now, in the order of the table: for buttons and the API."""
    case = issue.case
    if actor.user_id:
        reads.keep(issue, "consultations")
    roles = reads.roles_of(actor, case, issue)
    if not roles:
        return []
    own_case = reads.is_party(actor, case)
    return [
        verb
        for (state, verb), step in machine.TABLE.items()
        if state == issue.state
        and roles & step.who
        and verb in EFFECTS
        and may(actor, issue, verb, now, own_case)
    ]


def may(actor: Actor, issue: Issue, verb: str, now: datetime, own_case: bool | None = None) -> bool:
    """Whether a verb the table knows here would be let through, as far as that shows without doing it.

    `own_case`: whether the actor is one of the two sides, where the caller knows. What is read of the issue stays with it.
    """
    policy = procedures.policy_of(issue.case)
    turn = Turn(actor, now, issue.case, issue, verb, policy, own_case=own_case, looking=True)
    try:
        prepared(turn)
    except (Conflict, Denied, NotFound):
        return False
    if verb == "confirm" and not issue.heard:
        return False
    if verb == "agree" and turn.role in Values(turn)._said("agree"):
        return False
    return machine.next_state(issue.state, verb, Facts(verb, turn.role, Values(turn))) is not None
