"""One verb being done to one issue: access, lock, the table's permission, the move, the clock, the work, the event."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from guanxi.cases import queries
from guanxi.cases.actions.frame import deadline_of, event
from guanxi.cases.actions.issues import money
from guanxi.cases.actions.issues.facts import Values
from guanxi.cases.actions.issues.given import Brought
from guanxi.cases.models import Case, ClockSegment, Decision, Evidence, Issue, Statement
from guanxi.cases.queries import issues as reads
from guanxi.cases.queries import procedures
from guanxi.cases.rules import machine
from guanxi.cases.rules.policy import Policy
from guanxi.core import events
from guanxi.core.access import Actor, Kind
from guanxi.core.errors import Conflict, Denied, NotFound
from guanxi.core.events import Event
from guanxi.core.procedure import Facts
from guanxi.work import actions as work
from guanxi.work import queries as teams

WORK_KINDS = {
    machine.VALIDITY: "case.validity",
    machine.INVESTIGATION: "case.investigate",
    machine.HEARD: "case.hearing",
    machine.GOODS: "case.fulfil",
}
"""Steps at which somebody of the responsible team has work, by the limit that runs."""
SUMMARISE = "case.summarise"


@dataclass(slots=True)
class Turn:
    """One verb being done: the locked case and issue, who does it as whom, what they brought, what will be written."""

    actor: Actor
    now: datetime
    case: Case
    issue: Issue
    verb: str
    policy: Policy
    role: str = machine.SYSTEM
    brought: Brought = field(default_factory=Brought)
    decision: Decision | None = None  # the one this verb makes or ends
    rows: list[models.Model] = field(default_factory=list)
    happenings: list[Event] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)  # what the event says besides
    words: str = ""  # what the event's detail keeps
    afterwards: list[Callable[[], Any]] = field(default_factory=list)  # once the table has let it through
    restart: bool = False  # the running state begins anew
    due: datetime | None = None  # where the verb itself sets the limit
    own_case: bool | None = None  # whether the actor is one of the two sides, where that was asked before
    whose: str = field(init=False)  # turn it was before
    looking: bool = False  # only asked whether it may be done: rows once read serve every verb

    def __post_init__(self) -> None:
        self.whose = self.issue.turn  # before any effect: the running segment says the same

    def change(self, row: models.Model, **values: Any) -> None:
        """Give a row that is there these values, once the table has let the verb through."""

        def put() -> None:
            for name, value in values.items():
                setattr(row, name, value)
            row.save(update_fields=list(values))

        self.afterwards.append(put)

    @property
    def team(self) -> teams.TeamFacts:
        return teams.team_of(self.issue.team_id)

    @property
    def side(self) -> str:
        """Whose words these are: complainant, respondent, expert, or staff."""
        return (
            self.role if self.role in (machine.COMPLAINANT, machine.RESPONDENT, machine.EXPERT) else "staff"
        )

    @property
    def author(self) -> str:
        return self.actor.name if self.actor.kind in (Kind.STAFF, Kind.TOKEN) else ""

    def state(self, text: str) -> Statement:
        """Words said at this step, to be written with it."""
        row = Statement(
            issue_id=self.issue.id,
            round=self.issue.round,
            state=self.issue.state,
            side=self.side,
            verb=self.verb,
            author=self.author,
            text=text,
            made=self.now,
        )
        self.rows.append(row)
        self.words = text
        return row


def lock(case_id: int, place: int) -> tuple[Case, Issue]:
    """The case and one of its issues, locked in this order. Raises `NotFound`."""
    case = Case.objects.select_for_update(of=("self",)).filter(id=case_id).first()
    issue = Issue.objects.select_for_update(of=("self",)).filter(case_id=case_id, place=place).first()
    if case is None or issue is None:
        raise NotFound
    issue.case = case
    return case, issue


def begin(
    actor: Actor, now: datetime, number: str, place: int, verb: str, brought: Brought, version: int | None
) -> Turn:
    """Access, lock, that nobody was faster, and who the table lets do this."""
    visible = queries.get_case(actor, number)
    if actor.kind in (Kind.STAFF, Kind.TOKEN):
        actor.require("cases.view")
    case, issue = lock(visible.id, place)
    return prepared(Turn(actor, now, case, issue, verb, procedures.policy_of(case), brought=brought), version)


def prepared(turn: Turn, version: int | None = None) -> Turn:
    """The turn with its role in it. Raises `NotFound` for no verb, `Denied`, `Conflict`."""
    verb, issue = turn.verb, turn.issue
    if not any(one == verb for _state, one in machine.TABLE):
        raise NotFound
    roles = reads.roles_of(turn.actor, turn.case, issue)
    step = machine.TABLE.get((issue.state, verb))
    party = bool(roles & {machine.COMPLAINANT, machine.RESPONDENT})
    if version is not None and version != issue.version and (step is None or not party):
        raise Conflict(
            _("Somebody acted on this issue in the meantime. Look at it again, then decide."), code="stale"
        )
    if not roles:
        raise Denied(code="denied")
    if step is None:
        raise not_now(issue)
    may = roles & step.who
    if not may:
        raise not_now(issue) if party else Denied(code="denied")
    turn.role = min(may, key=_ROLES.index)
    _check_person(turn, party=party)
    if step.at_most is not None and reads.done_in_round(issue, verb) >= step.at_most and verb != "agree":
        raise Conflict(_("This was done as often as the procedure allows."), code="at_most")
    return turn


def _check_person(turn: Turn, *, party: bool) -> None:
    """Nobody handles their own case; a party's minute late is late."""
    if turn.role in _STAFF_ROLES:
        reads.refuse_party(turn.actor, turn.case, known=turn.own_case)
    if party and turn.issue.due is not None and _too_late(turn):
        when = {"when": f"{turn.issue.due:%Y-%m-%d %H:%M} UTC"}
        raise Conflict(_("The time for this ended at %(when)s.") % when, code="too_late")


_ROLES = (
    machine.SYSTEM,
    machine.COMPLAINANT,
    machine.RESPONDENT,
    machine.EXPERT,
    machine.SUPERVISOR,
    machine.HANDLER,
    machine.FULFILMENT,
)
_FRESH = ("propose", "consult", "confirm", "take_evidence")
_STAFF_ROLES = (machine.HANDLER, machine.SUPERVISOR, machine.FULFILMENT, machine.EXPERT)
_PARTY_STATES = (machine.FACTS, machine.RESPONSE, machine.NEGOTIATION, machine.APPEALABLE)


def _too_late(turn: Turn) -> bool:
    """Whether a party's own limit is over though no clock has come by yet: a minute late is late."""
    issue = turn.issue
    if issue.due is None or turn.now < issue.due or turn.verb in ("file_evidence", "withdraw"):
        return False
    return issue.state in _PARTY_STATES or (issue.state == machine.HEARING and not issue.heard)


def not_now(issue: Issue) -> Conflict:
    return Conflict(
        _("This cannot be done now: the issue is at “%(state)s”.") % {"state": issue.get_state_display()},
        code="not_now",
    )


def finish(turn: Turn) -> Issue:
    """Where the table leads under what is now the case; clock, work and case follow; one event. Raises `Conflict`."""
    issue = turn.issue
    before = issue.state
    to = machine.next_state(before, turn.verb, Facts(turn.verb, turn.role, Values(turn)))
    if to is None:
        raise _refused(turn)
    _before_moving(turn, before, to)
    issue.counts = {**issue.counts, f"{issue.round}:{turn.verb}": reads.done_in_round(issue, turn.verb) + 1}
    if turn.actor.user_id and turn.role in (machine.HANDLER, machine.SUPERVISOR):
        acted = {"user": str(turn.actor.user_id), "round": issue.round, "as": turn.role}
        if acted not in issue.acted:
            issue.acted = [*issue.acted, acted]
        if turn.role == machine.HANDLER:
            issue.handler_id = turn.actor.user_id
    issue.version += 1
    if to != before or turn.restart:
        _enter(turn, to)
    elif turn.due is not None:
        _new_limit(turn, turn.due)
    if to == before != machine.CLOSED and not turn.restart and issue.turn != turn.whose:
        _new_segment(turn, to)
    issue.save()
    _work(turn)
    sync_case(turn)
    _record(turn, before)
    return issue


def _before_moving(turn: Turn, before: str, to: str) -> None:
    """What a move itself changes, once the table has let it through."""
    issue = turn.issue
    for change in turn.afterwards:
        change()
    if turn.verb == "hear":
        issue.heard = True
    if turn.told.pop("first", False):
        issue.round += 1
        issue.handler_id = None  # somebody else's from here
        for row in turn.rows:
            if isinstance(row, (Statement, Evidence)):
                row.round = issue.round
    if turn.verb == "withdraw" and to == machine.REMEDY:
        money.take_up(turn)
    if to == machine.CLOSED and before != machine.CLOSED:
        money.at_the_end(turn)


def _refused(turn: Turn) -> Conflict | Denied:
    """Why no branch held, in words."""
    if turn.verb in ("approve", "return", "refer_up", "propose_anew") and not Values(turn)["four_eyes"]:
        return Denied(
            _("Whoever proposed or handled it cannot approve it: a second person must."), code="four_eyes"
        )
    if turn.verb in _FRESH and not Values(turn)["fresh"]:
        return Denied(_("You decided this before: an appeal is handled by somebody else."), code="not_fresh")
    if turn.verb in ("accept_offer", "counter") and not Values(turn)["others_offer"]:
        return Conflict(_("This is your own offer: it is the other side's turn."), code="own_offer")
    if turn.verb == "admit":
        return Conflict(
            _("Nothing certain was asked for: admit the fault, and we decide what follows."), code="not_asked"
        )
    if turn.verb == "appeal":
        return Conflict(_("Each side appeals once."), code="at_most")
    if turn.verb == "withdraw":
        return Conflict(_("Only whoever opened this round can withdraw it."), code="not_yours")
    if turn.verb == "counter":
        return Conflict(_("There have been five offers: accept, or ask us to decide."), code="at_most")
    return not_now(turn.issue)


def _enter(turn: Turn, to: str) -> None:
    """A new state, or the same one anew: the old clock segment ends, the next begins."""
    issue = turn.issue
    if to != issue.state:
        issue.heard = False
    turn.issue.state = to
    issue.since, issue.warned, issue.level, issue.breached = turn.now, 0, 0, False
    short = to == machine.INVESTIGATION and turn.verb in ("take_evidence", "return")
    _clock(turn, to, short=short)


def _clock(turn: Turn, to: str, *, short: bool) -> None:
    issue = turn.issue
    issue.turn = _turn_of(turn, to)
    if to == machine.CLOSED:
        issue.due, issue.due_explanation = None, {}
        issue.closed = turn.now
    else:
        duration, clock = duration_of(turn, to, short=short)
        deadline, why = deadline_of(duration, clock, turn.team, turn.now)
        issue.due, issue.due_explanation = deadline.due, why.as_json()
        if turn.due is not None:
            issue.due = turn.due
    _new_segment(turn, to)


def _new_segment(turn: Turn, to: str) -> None:
    """Whoever must act now: their stretch begins where the one before ends."""
    issue = turn.issue
    close_segment(turn)
    if to != machine.CLOSED:
        turn.rows.append(
            ClockSegment(
                issue_id=issue.id,
                round=issue.round,
                state=to,
                turn=issue.turn,
                started=turn.now,
                due=issue.due,
                reason=turn.verb,
            )
        )


def duration_of(turn: Turn, to: str, *, short: bool = False) -> tuple[timedelta, Any]:
    """How long the state entered may last in this case, and in whose hours."""
    issue = turn.issue
    slow = turn.case.kind == Case.Kind.INVESTIGATION
    key = machine.limit_key(to, heard=issue.heard, round_=issue.round, short=short, slow=slow)
    if to == machine.REMEDY and turn.told.get("goods"):
        key = machine.GOODS
    if to == machine.APPEALABLE and _penalised(turn):
        key = machine.PENALTY_APPEAL
    return turn.policy.kinds[turn.case.kind].limit(key), machine.LIMITS[key].clock


def _penalised(turn: Turn) -> bool:
    decision = reads.decision_in_force(turn.issue)
    return bool(decision and decision.penalty)


def close_segment(turn: Turn) -> None:
    """The running stretch ends here."""
    ClockSegment.objects.filter(issue=turn.issue, ended=None).update(ended=turn.now)


def _new_limit(turn: Turn, due: datetime) -> None:
    turn.issue.due = due
    ClockSegment.objects.filter(issue=turn.issue, ended=None).update(due=due)


def _turn_of(turn: Turn, to: str) -> str:
    """Whose turn it is there."""
    issue = turn.issue
    if to == machine.APPEALABLE:
        return Case.Turn.NOBODY
    if to == machine.HEARING and issue.heard:
        return Case.Turn.STAFF
    if to == machine.HEARING and turn.case.respondent_id is None:
        return Case.Turn.CUSTOMER
    if to == machine.NEGOTIATION:
        return Case.Turn.CUSTOMER if turn.role == machine.RESPONDENT else Case.Turn.RESPONDENT
    return Case.Turn(machine.TURN[to])


def _work(turn: Turn) -> None:
    """Work that this step makes, and work that it ends."""
    issue = turn.issue
    subject = ("issue", issue.id)
    key = machine.limit_key(issue.state, heard=issue.heard)
    if issue.state == machine.REMEDY and turn.told.get(
        "goods", issue.remedies.filter(state="due", shape="goods").exists()
    ):
        key = machine.GOODS
    wanted = WORK_KINDS.get(key, "")
    over = teams.open_kinds(subject) - {wanted, SUMMARISE}
    if turn.verb in ("summarise", "reopen"):
        over.add(SUMMARISE)
    for kind in sorted(over):
        if done := work.finish(actor=turn.actor, now=turn.now, subject=subject, kind=kind):
            turn.happenings.append(done)
    if wanted and issue.due is not None:
        _add_work(turn, wanted, issue.due)
    if issue.state == machine.CLOSED and turn.verb != "summarise":
        due = turn.now + machine.SUMMARY_WITHIN
        _add_work(turn, SUMMARISE, due)


def _add_work(turn: Turn, kind: str, due: datetime) -> None:
    subject = ("issue", turn.issue.id)
    item = teams.open_item(subject, kind)
    if item is not None:
        moved = work.move(actor=turn.actor, now=turn.now, subject=subject, kind=kind, team=turn.team)
        if moved is not None:
            turn.happenings.append(moved)
        if item.due != due:
            work.move_due(actor=turn.actor, now=turn.now, subject=subject, kind=kind, due=due)
        return
    added = work.add(
        actor=turn.actor,
        now=turn.now,
        kind=kind,
        subject=subject,
        record_id=turn.case.record_id,
        team=turn.team,
        due=due,
        language=turn.case.language,
    )
    turn.rows.append(added.item)
    turn.happenings.append(added.event)


_URGENT = {
    Case.Turn.STAFF: 0,
    Case.Turn.RESPONDENT: 1,
    Case.Turn.CUSTOMER: 1,
    Case.Turn.BOTH: 1,
    Case.Turn.NOBODY: 2,
}


def sync_case(turn: Turn, case: Case | None = None) -> None:
    """The case shows the stage of its least advanced open issue, and the turn and limit that press most."""
    case = case or turn.case
    stored = [one for one in reads.open_issues(case.id) if one.id != turn.issue.id]
    if turn.issue.case_id == case.id and turn.issue.state != machine.CLOSED:
        stored.append(turn.issue)
    case.state = machine.least_advanced(one.state for one in stored)
    case.version += 1
    if not stored:
        case.turn, case.due, case.due_explanation = Case.Turn.NOBODY, None, {}
        if case.resolved is None:  # what is said of it afterwards does not move the day it ended
            case.turn_since, case.resolved = turn.now, turn.now
    else:
        first = min(stored, key=lambda one: (_URGENT[Case.Turn(one.turn)], one.due or turn.now, one.place))
        case.turn, case.turn_since, case.due = first.turn, first.since, first.due
        case.due_explanation, case.resolved = first.due_explanation, None
    case.round = max([one.round for one in stored], default=case.round)
    case.save()


def _record(turn: Turn, before: str) -> None:
    issue = turn.issue
    told = {key: value for key, value in turn.told.items() if key not in ("done_ids", "remedies")}
    data = {
        "issue": issue.public_id,
        "place": issue.place,
        "kind": issue.kind,
        "from": before,
        "to": issue.state,
        "by": turn.role,
        "issue_round": issue.round,
        **told,
    }
    own = event(machine.PAST[turn.verb], turn.actor, turn.now, turn.case, data, turn.words)
    events.record(own, *turn.happenings, with_rows=turn.rows)
