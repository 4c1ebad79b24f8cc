"""What a complaint is about, read as it comes in: its issues, from whoever named them or from the words; the other side."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from guanxi.cases.actions.issues.opening import NewIssue, check, new_issue, order_named
from guanxi.cases.models import Case, Evidence, Issue, Suggestion
from guanxi.cases.queries import procedures, suggesting
from guanxi.cases.rules import machine
from guanxi.cases.rules.policy import Policy
from guanxi.core.access import Actor, Kind
from guanxi.core.errors import Invalid
from guanxi.core.models import File
from guanxi.people.actions import Recognised
from guanxi.people.models import Record
from guanxi.trade.models import Order

SUGGESTED_MAX = 3
SHOWN_MIN = 0.2  # what is less likely helps nobody decide


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is known of a complaint beside its words; all of it may be missing.

    `issues` named by somebody take the place of those read from the text. `order`: the number of the order it is about; its
    other side becomes the respondent. `respondent`: the record of the other side, where staff know it. `role` of the
    complainant: buyer, seller, member, client, reporter. `request`: somebody says it is a question that an answer settles.
    """

    issues: Sequence[NewIssue] = ()
    order: str = ""
    respondent: int | None = None
    role: str = ""
    respondent_role: str = ""
    request: bool = False


NOTHING_KNOWN = About()


@dataclass(slots=True)
class Read:
    """What a text was taken to be about, and the rows that say so."""

    issues: list[Issue] = field(default_factory=list)
    rows: list[models.Model] = field(default_factory=list)


def read_issues(actor: Actor, now: datetime, case: Case, person: Recognised, text: str, about: About) -> Read:
    """Fill in what the case is about: kind, sides, procedure, issues; nothing where no procedure is published.

    Raises `Invalid` on "issues", "order", "respondent".
    """
    policy, found = procedures.current(), Read()
    if policy is None or about.request:
        return found
    asked = list(about.issues)
    check(policy, asked)
    order = _order(actor, about, asked, person)
    if not asked:
        suggested = _suggested(policy, case, text, now)
        found.rows.extend(suggested)
        asked = [NewIssue(kind=one.kind) for one in suggested if one.fate == Suggestion.Fate.TAKEN]
    if not asked:
        return found
    case.kind = policy.issues[asked[0].kind].kind
    case.procedure_id = procedures.current_id()
    _sides(case, policy.roles_of(asked[0].kind), person, order, about)
    for place, one in enumerate(asked, 1):
        issue, segment = new_issue(case, policy, one, place, now, order)
        found.issues.append(issue)
        found.rows += [issue, segment]
    first = found.issues[0]
    case.team_id = first.team_id  # whoever answers for the first issue speaks with both sides
    case.state, case.turn, case.turn_since = machine.RECORDED, first.turn, now
    case.due, case.due_explanation = first.due, first.due_explanation
    return found


def _suggested(policy: Policy, case: Case, text: str, now: datetime) -> list[Suggestion]:
    """What the words are read as, surest first, of the kinds this procedure knows."""
    known = suggesting.suggest(text, most=SUGGESTED_MAX, among=policy.issues)
    return [
        Suggestion(
            case_id=case.id,
            kind=one.label,
            score=one.score,
            sentence=one.sentence,
            fate=Suggestion.Fate.TAKEN if one.chosen else Suggestion.Fate.OPEN,
            made=now,
        )
        for one in known
        if one.score >= SHOWN_MIN
    ]


def _order(actor: Actor, about: About, asked: Sequence[NewIssue], person: Recognised) -> Order | None:
    """The order named, here or with the first issue that names one."""
    number = about.order or next((one.order for one in asked if one.order), "")
    staff = actor.kind in (Kind.STAFF, Kind.TOKEN, Kind.SYSTEM)
    return order_named(number, by=None if staff else person.customer_id)


def _customer_of(record_id: int) -> int | None:
    return Record.objects.filter(id=record_id).values_list("customer_id", flat=True).first()


def _sides(case: Case, roles: tuple[str, str], person: Recognised, order: Order | None, about: About) -> None:
    """Who complains as what, and of whom: the other side of the order, or whoever staff name."""
    case.role, case.respondent_role = about.role or roles[0], about.respondent_role or roles[1]
    other = about.respondent
    if order is not None and other is None:
        if _customer_of(order.record_id) == person.customer_id:
            case.role, case.respondent_role, other = about.role or "buyer", "seller", order.seller_id
        elif order.seller_id is not None:
            case.role, case.respondent_role, other = about.role or "seller", "buyer", order.record_id
    if other is None:
        case.respondent_role = ""
        return
    customer = _customer_of(other)
    if customer is None or customer == person.customer_id:
        raise Invalid(fields={"respondent": _("Nobody can be on both sides.")}, code="same_person")
    case.respondent_id = other


def first_evidence(issues: Sequence[Issue], files: Sequence[File], now: datetime) -> list[Evidence]:
    """Files that came with the complaint are the complainant's first evidence, on its first issue."""
    return [
        Evidence(
            issue_id=issues[0].id,
            round=1,
            side=machine.COMPLAINANT,
            file_id=file.id,
            digest=file.digest,
            state=machine.RECORDED,
            filed=now,
        )
        for file in files
        if issues
    ]
