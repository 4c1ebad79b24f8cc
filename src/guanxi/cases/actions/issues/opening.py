"""Issues as they come into being: with the complaint, and later when there turns out to be more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from guanxi.cases import queries
from guanxi.cases.actions.frame import deadline_of, event
from guanxi.cases.actions.issues.turn import Turn, sync_case
from guanxi.cases.models import Case, ClockSegment, Issue, Suggestion
from guanxi.cases.queries import issues as reads
from guanxi.cases.queries import procedures
from guanxi.cases.rules import machine
from guanxi.cases.rules.policy import AMOUNT_MAX, IssueKind, Policy
from guanxi.core import events, rows
from guanxi.core.access import Actor, Kind
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.events import Event
from guanxi.people import queries as people
from guanxi.trade.models import Order
from guanxi.trade.rules.ruleset import UNDECIDED
from guanxi.work import actions as work
from guanxi.work import queries as teams

ISSUES_MAX = 12
QUOTE_CHARS_MAX = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewIssue:
    """One thing to put right: its kind, what is asked for (amount in minor units), the order it is about, what is quoted."""

    kind: str
    wants: str = ""
    wants_minor: int = 0
    order: str = ""  # number
    quote: str = ""


def check(policy: Policy, asked: Sequence[NewIssue]) -> None:
    """Raises `Invalid` on "issues", "wants", "amount"."""
    for one in asked:
        kind = policy.issues.get(one.kind)
        if kind is None:
            raise Invalid(fields={"issues": _("There is no such kind of issue.")}, code="invalid")
        if one.wants and one.wants not in kind.remedies:
            raise Invalid(fields={"wants": _("Choose what should be done.")}, code="invalid")
        if not 0 <= one.wants_minor <= AMOUNT_MAX:
            raise Invalid(fields={"amount": _("This amount cannot be right.")}, code="invalid")
    if len(asked) > ISSUES_MAX:
        raise Invalid(fields={"issues": _("At most %(most)s issues in one case.") % {"most": ISSUES_MAX}})


def order_named(number: str, *, by: int | None) -> Order | None:
    """The order somebody names; "" names none. Raises `Invalid` on "order".

    `by`: the customer who names it, who must be a side of it: nobody is made a respondent by a guessed number, nor told
    whether a stranger has such an order. None: staff, who may name any.
    """
    if not number.strip():
        return None
    order = Order.objects.filter(number=number.strip()).select_related("record", "seller").first()
    if by is None:
        if order is None:
            raise Invalid(fields={"order": _("We find no order with this number.")}, code="unknown")
        return order
    sides = [side.customer_id for side in (order.record, order.seller) if side is not None] if order else []
    if by not in sides:
        raise Invalid(fields={"order": _("We find no order of yours with this number.")}, code="unknown")
    return order


def new_issue(
    case: Case, policy: Policy, one: NewIssue, place: int, now: datetime, order: Order | None
) -> tuple[Issue, ClockSegment]:
    """The row of an issue just received, and its first clock: in five minutes the system has looked at it."""
    team = _team(policy, one.kind, case.team_id)
    limit = policy.kinds[case.kind].limit(machine.RECORDED)
    deadline, why = deadline_of(limit, machine.LIMITS[machine.RECORDED].clock, team, now)
    issue = rows.new(
        Issue,
        case_id=case.id,
        place=place,
        kind=one.kind,
        team_id=team.id,
        order_id=order.id if order else None,
        line_id=None,
        quote=one.quote.strip()[:QUOTE_CHARS_MAX],
        wants=one.wants,
        wants_minor=one.wants_minor,
        currency=order.currency if order else policy.currency,
        state=machine.RECORDED,
        turn="staff",
        since=now,
        due=deadline.due,
        due_explanation=why.as_json(),
        advance_due=advance_due(policy.issues[one.kind], order, now),
        opened=now,
    )
    segment = ClockSegment(
        issue_id=issue.id,
        round=1,
        state=machine.RECORDED,
        turn="staff",
        started=now,
        due=deadline.due,
        reason="open",
    )
    return issue, segment


def advance_due(kind: IssueKind, order: Order | None, opened: datetime) -> datetime | None:
    """From when the fund pays ahead of a decision: after six days, earlier where what was sold promises so."""
    if not kind.advance:
        return None
    terms = order.lines.values_list("terms", flat=True) if order else ()
    promised = [
        timedelta(hours=one["hours"])
        for line in terms
        for one in line.values()
        if one.get("proof") == UNDECIDED and one.get("hours")
    ]
    return opened + min([machine.ADVANCE_AFTER, *promised])


def _team(policy: Policy, kind: str, fallback: int) -> teams.TeamFacts:
    code = policy.issues[kind].team
    try:
        return teams.team_named(code) if code else teams.team_of(fallback)
    except NotFound:
        return teams.team_of(fallback)


def opened_event(actor: Actor, now: datetime, case: Case, issue: Issue) -> Event:
    data = {
        "issue": issue.public_id,
        "place": issue.place,
        "kind": issue.kind,
        "to": issue.state,
        "issue_round": 1,
    }
    return event("issue_opened", actor, now, case, data)


@action
def add_issue(
    *,
    actor: Actor,
    now: datetime,
    number: str,
    issue: NewIssue,
    version: int | None = None,
    suggestion: int | None = None,
) -> Issue:
    """One more thing to put right on an open case, by staff or by whoever complained; a request becomes a case of its kind.

    What was promised for the request's answer stays promised until the issue's own clock runs. Raises `Conflict` on a closed
    case, `Invalid` naming the field.
    """
    case = _open_case(actor, number, version)
    policy = procedures.policy_of(case) if case.procedure_id else procedures.current()
    if policy is None:
        raise Conflict(_("No procedure has been published yet."), code="no_procedure")
    check(policy, [issue])
    named_by = None if queries.who(actor) == "staff" else case.record.customer_id
    order = order_named(issue.order, by=named_by)
    happenings = _become(actor, now, case, policy, issue.kind)
    place = 1 + (Issue.objects.filter(case=case).aggregate(most=models.Max("place"))["most"] or 0)
    if place > ISSUES_MAX:
        raise Conflict(_("At most %(most)s issues in one case.") % {"most": ISSUES_MAX}, code="at_most")
    was_request = place == 1
    row, segment = new_issue(case, policy, issue, place, now, order)
    row.case = case
    if was_request:
        case.team_id = row.team_id
    if suggestion is not None:
        Suggestion.objects.filter(id=suggestion, case=case).update(fate=Suggestion.Fate.TAKEN)
    sync_case(Turn(actor, now, case, row, "open", policy))
    events.record(opened_event(actor, now, case, row), *happenings, with_rows=[row, segment])
    return row


def _open_case(actor: Actor, number: str, version: int | None) -> Case:
    """The case, locked, when this actor may add to it and it is still open."""
    visible = queries.get_case(actor, number)
    by_staff = queries.who(actor) == "staff"
    if by_staff:
        actor.require_at("cases.handle", visible.team_id)
    elif reads.side_of(actor, visible) != machine.COMPLAINANT:
        raise NotFound
    case = Case.objects.select_for_update(of=("self",)).get(id=visible.id)
    if by_staff and version is not None and version != case.version:
        raise Conflict(
            _("Somebody acted on this case in the meantime. Look at it again, then decide."), code="stale"
        )
    if case.state in (Case.State.CLOSED, Case.State.RESOLVED) or case.merged_into_id:
        raise Conflict(_("This case is closed: open it again first."), code="not_now")
    return case


def _become(actor: Actor, now: datetime, case: Case, policy: Policy, issue_kind: str) -> list[Event]:
    """A request turns into the kind of case its first issue makes; its plain work is done with."""
    if case.kind != Case.Kind.REQUEST:
        return []
    case.kind = policy.issues[issue_kind].kind
    case.procedure_id = procedures.current_id()
    done = work.finish(actor=actor, now=now, subject=("case", case.id), kind="case.answer")
    return [done] if done else []


_NAMES_RESPONDENT = (
    machine.RECORDED,
    machine.VALIDITY,
    machine.FACTS,
    machine.INVESTIGATION,
)


@action
def name_respondent(*, actor: Actor, now: datetime, number: str, customer: str, role: str = "") -> Case:
    """Say who stands on the other side of a case, while nobody does and nothing is proposed yet: who was not heard owes
    nothing. Raises `NotFound`, `Denied`, `Conflict`, `Invalid`.
    """
    visible = queries.get_case(actor, number)
    actor.require_at("cases.handle", visible.team_id)
    case = Case.objects.select_for_update(of=("self",)).select_related("record").get(id=visible.id)
    if case.respondent_id is not None:
        raise Conflict(_("The other side is named already."), code="there_already")
    reads.refuse_party(actor, case)
    if any(one.state not in _NAMES_RESPONDENT for one in Issue.objects.filter(case=case)):
        raise Conflict(
            _(
                "Something is proposed or decided here already: split off what the other side has not been heard on."
            ),
            code="not_now",
        )
    person = people.get_customer(actor, customer)
    if person.id == case.record.customer_id:
        raise Invalid(fields={"respondent": _("Nobody can be on both sides.")}, code="same_person")
    record = next(iter(people.records_seen(actor, person.id)), None)
    if record is None:
        raise Invalid(fields={"respondent": _("We cannot write to this customer.")}, code="invalid")
    case.respondent_id = record.id
    case.respondent_role = role if role in Case.Role.values else ""
    case.version += 1
    case.save(update_fields=["respondent", "respondent_role", "version"])
    events.record(event("respondent_named", actor, now, case, {"role": case.respondent_role}))
    return case


@action
def dismiss(*, actor: Actor, now: datetime, number: str, suggestion: int) -> None:
    """A suggestion was wrong: it disappears, and the classifier learns."""
    actor.require_kind(Kind.STAFF, Kind.TOKEN)
    visible = queries.get_case(actor, number)
    actor.require_at("cases.handle", visible.team_id)
    row = Suggestion.objects.filter(id=suggestion, case_id=visible.id).first()
    if row is None:
        raise NotFound
    if row.fate == Suggestion.Fate.OPEN:
        Suggestion.objects.filter(id=row.id).update(fate=Suggestion.Fate.DISMISSED)
        events.record(event("suggestion_dismissed", actor, now, visible, {"kind": row.kind}))
