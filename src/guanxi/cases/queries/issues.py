"""Reading issues: those of a case, who stands where, what somebody may do now."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

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
    Suggestion,
)
from guanxi.cases.queries import procedures
from guanxi.cases.queries.cases import get_case
from guanxi.cases.rules import machine
from guanxi.cases.rules.policy import BY_SYSTEM
from guanxi.core import cover
from guanxi.core.access import Actor, Kind
from guanxi.core.errors import Denied, NotFound
from guanxi.core.models import User
from guanxi.core.phrases import pick
from guanxi.core.procedure import Clock
from guanxi.core.words import say
from guanxi.people import queries as people
from guanxi.people.rules import read_claims
from guanxi.work.queries import Change, SubjectView, team_of

PENDING = (Decision.State.PROPOSED, Decision.State.CONFIRMED)
STAFF_RIGHTS = {
    machine.HANDLER: "cases.handle",
    machine.SUPERVISOR: "cases.approve",
    machine.FULFILMENT: "cases.fulfil",
}


def side_of(actor: Actor, case: Case) -> str:
    """On which side of a case somebody stands who is no member of staff: complainant, respondent, or "".

    A merge may put both records into one hand: the complaint stands then.
    """
    if actor.kind not in (Kind.LINK, Kind.CUSTOMER):
        return ""
    if actor.kind is Kind.LINK:
        return machine.RESPONDENT if actor.record_id == case.respondent_id else machine.COMPLAINANT
    mine = actor.records or frozenset({actor.record_id or 0})
    if case.record_id in mine or case.record.customer_id == actor.customer_id:
        return machine.COMPLAINANT
    return machine.RESPONDENT


def roles_of(actor: Actor, case: Case, issue: Issue) -> frozenset[str]:
    """As whom this actor may act on an issue: sides, and for staff what their rights at its team allow."""
    if actor.kind is Kind.SYSTEM:
        return frozenset({machine.SYSTEM})
    side = side_of(actor, case)
    if side:
        return frozenset({side})
    found = {role for role, right in STAFF_RIGHTS.items() if actor.may_at(right, issue.team_id)}
    if actor.user_id and any(
        one.expert_id == actor.user_id and one.found is None and one.round == issue.round
        for one in issue.consultations.all()
    ):
        found.add(machine.EXPERT)
    return frozenset(found)


def is_party(actor: Actor, case: Case) -> bool:
    """Whether a member of staff is one of the two sides: their own address belongs to one of the customers."""
    if actor.user_id is None:
        return False
    email = User.objects.filter(id=actor.user_id).values_list("email", flat=True).first()
    if not email:
        return False
    claims, _refused = read_claims({"email": email})
    return people.own_any([key for key in (case.record_id, case.respondent_id) if key], claims)


def refuse_party(actor: Actor, case: Case, *, known: bool | None = None) -> None:
    """Raises `Denied` for a member of staff who is one of the two sides: nobody handles their own case.

    `known`: the answer of `is_party`, where the caller has asked.
    """
    if is_party(actor, case) if known is None else known:
        raise Denied(_("You are one of the two sides here: somebody else handles this."), code="own_case")


def issue_key(public_id: str) -> int | None:
    """The key behind an issue's public id."""
    return Issue.objects.filter(public_id=public_id).values_list("id", flat=True).first()


def handlers_of(public_id: str) -> list[int]:
    """The user who handled an issue last; nobody before somebody has."""
    found = Issue.objects.filter(public_id=public_id).values_list("handler_id", flat=True).first()
    return [found] if found else []


def has_respondent(issue_id: int) -> bool:
    """Whether somebody stands on the other side of an issue's case."""
    return Issue.objects.filter(id=issue_id, case__respondent__isnull=False).exists()


def issues_of(case: Case) -> QuerySet[Issue]:
    """All issues of a case and of those merged into it, in the order they are named."""
    of_case = Q(case_id=case.id) | Q(case__merged_into_id=case.id)
    found = Issue.objects.filter(of_case).select_related(
        "team__unit", "handler", "order", "line__product", "case"
    )
    return found.order_by("case__opened", "place")


def get_issue(actor: Actor, number: str, place: int) -> Issue:
    """One issue of a visible case. Raises `NotFound`."""
    case = get_case(actor, number)
    issue = issues_of(case).filter(case_id=case.id, place=place).first()
    if issue is None:
        raise NotFound
    issue.case = case
    return issue


def list_issues(actor: Actor) -> QuerySet[Issue]:
    """Issues of visible cases, in no order."""
    visible = Case.objects.visible_to(actor)
    return Issue.objects.filter(case__in=visible).select_related(
        "case__record__customer", "team__unit", "handler"
    )


def numbers_of(actor: Actor, issue_ids: Collection[int]) -> dict[int, str]:
    """{issue: the number of its case} of those this actor may see."""
    found = Issue.objects.filter(case__in=Case.objects.visible_to(actor), id__in=issue_ids)
    return dict(found.values_list("id", "case__number"))


def holds_order(order_id: int) -> bool:
    """Whether something about an order is in dispute and not finally decided: its seller waits for the money."""
    return Issue.objects.filter(order=order_id).exclude(state=machine.CLOSED).exists()


def mars_order() -> Exists:
    """In a query of orders: somebody has complained about it, whatever came of it."""
    return Exists(Issue.objects.filter(order=OuterRef("pk")))


def open_issues(case_id: int) -> list[Issue]:
    return list(Issue.objects.filter(case_id=case_id).exclude(state=machine.CLOSED).order_by("place"))


def pending_decision(issue: Issue) -> Decision | None:
    """What is proposed or waits for approval."""
    return issue.decisions.filter(state__in=PENDING, round=issue.round).order_by("-proposed", "-id").first()


def decision_in_force(issue: Issue) -> Decision | None:
    """The last one that was decided, served or about to be."""
    final = (Decision.State.FINAL, Decision.State.SERVED)
    return issue.decisions.filter(state__in=final).order_by("-round", "-proposed", "-id").first()


def decision_to_serve(issue: Issue) -> Decision | None:
    """The one just made, that nobody has been told of."""
    return issue.decisions.filter(state=Decision.State.FINAL).order_by("-proposed", "-id").first()


def open_offer(issue: Issue) -> Offer | None:
    return issue.offers.filter(fate=Offer.Fate.OPEN).first()


def keep(issue: Issue, *names: str) -> None:
    """Read the rows of these relations into the issue, once, one statement each: whoever only looks asks no more."""
    joined: dict[str, QuerySet[Any]] = {
        "evidence": Evidence.objects.select_related("file"),
        "consultations": Consultation.objects.select_related("expert"),
    }
    prefetch_related_objects(
        [issue], *(Prefetch(name, joined[name]) if name in joined else name for name in names)
    )


def evidence_for(actor: Actor, issue: Issue) -> list[Evidence]:
    """What this reader may see of the proof: everything that is not private, and what their own side filed."""
    keep(issue, "evidence")
    side = side_of(actor, issue.case)
    seen = [one for one in issue.evidence.all() if not side or not one.private or one.side == side]
    return sorted(seen, key=lambda one: (one.filed, one.id))


def statements_for(actor: Actor, issue: Issue) -> list[Statement]:
    """What was said at the steps; both sides read everything here."""
    keep(issue, "statements")
    return sorted(issue.statements.all(), key=lambda one: (one.made, one.id))


def remedies_of(issue: Issue) -> list[Remedy]:
    return list(issue.remedies.order_by("made", "id"))


def decisions_of(issue: Issue) -> list[Decision]:
    return list(issue.decisions.order_by("proposed", "id"))


def offers_of(issue: Issue) -> list[Offer]:
    return list(issue.offers.order_by("made", "id"))


def consultations_of(issue: Issue) -> list[Consultation]:
    keep(issue, "consultations")
    return sorted(issue.consultations.all(), key=lambda one: (one.asked, one.id))


def segments_of(issue: Issue) -> list[ClockSegment]:
    keep(issue, "segments")
    return sorted(issue.segments.all(), key=lambda one: (one.started, one.id))


def suggestions_of(case: Case) -> list[Suggestion]:
    """What the words of a case were read as, the surest first."""
    return list(Suggestion.objects.filter(case=case).order_by("-score", "id"))


def done_in_round(issue: Issue, verb: str) -> int:
    """How often a verb was done in the running round."""
    return int(issue.counts.get(f"{issue.round}:{verb}", 0))


def acted_before(issue: Issue, user_id: int | None) -> bool:
    """Whether this member of staff has acted on the issue, in any round and part."""
    return any(one["user"] == str(user_id) for one in issue.acted)


def handled_now(issue: Issue, user_id: int | None) -> bool:
    """Whether this member of staff handled the issue in its running round: then somebody else approves."""
    return {"user": str(user_id), "round": issue.round, "as": machine.HANDLER} in issue.acted


@dataclass(frozen=True, slots=True)
class Late:
    """An issue whose limit has passed, and what the table says the system does."""

    id: int
    verb: str


def verb_at_expiry(issue: Issue) -> str:
    """What the system does when this issue's limit passes."""
    key = machine.limit_key(issue.state, heard=issue.heard)
    return machine.LIMITS[key].on_expiry


def list_late(now: datetime, *, limit: int = 200) -> list[Late]:
    """Issues whose limit has passed, the longest over first."""
    found = Issue.objects.exclude(state=machine.CLOSED).filter(due__lte=now).order_by("due", "id")[:limit]
    return [Late(issue.id, verb_at_expiry(issue)) for issue in found]


def list_waiting_for_system(now: datetime, *, limit: int = 200) -> list[int]:
    """Issues the system itself must take on: received, decided, money due."""
    mine = Q(state__in=(machine.RECORDED, machine.DECIDED)) | Q(
        state=machine.REMEDY,
        remedies__state=Remedy.State.DUE,
        remedies__shape__in=BY_SYSTEM,
    )
    found = Issue.objects.filter(mine).order_by("since", "id").distinct()
    return list(found.values_list("id", flat=True)[:limit])


def list_to_advance(now: datetime, *, limit: int = 200) -> list[int]:
    """Undecided issues that wait so long that the fund pays ahead; what else must hold is looked at under the lock."""
    found = Issue.objects.filter(
        state__in=machine.UNDECIDED,
        advance_due__lte=now,
        decided=None,
        advanced=None,
        wants_minor__gt=0,
    )
    return list(
        found.exclude(paid_minor__gt=0).order_by("advance_due", "id").values_list("id", flat=True)[:limit]
    )


WARNINGS = (50, 80, 100)


def percent_gone(since: datetime, due: datetime | None, now: datetime) -> int:
    """The highest of WARNINGS that a running limit has reached; 0 before the first."""
    if due is None or due <= since:
        return 0
    gone = (now - since) / (due - since) * 100
    return max((percent for percent in WARNINGS if gone >= percent), default=0)


def list_to_warn(now: datetime, *, limit: int = 200) -> list[int]:
    """Issues of ours whose limit is half over, and that were not warned of it: looked at again one by one."""
    found = Issue.objects.filter(turn="staff", warned__lt=100, due__isnull=False)
    ours = found.exclude(state__in=(machine.RECORDED, machine.DECIDED, machine.CLOSED))
    rows = ours.values_list("id", "since", "due", "warned").order_by("due", "id")[: limit * 10]
    return [key for key, since, due, warned in rows if percent_gone(since, due, now) > warned][:limit]


def issues_across(change: Change) -> list[int]:
    """Issues of the team whose step counts its working hours and was running on this day."""
    begins, ends = change.span(team_of(change.team_id).calendar.zone)
    working = {key.partition(".")[0] for key, limit in machine.LIMITS.items() if limit.clock is Clock.WORKING}
    found = Issue.objects.filter(team=change.team_id, state__in=working, since__lt=ends, due__gte=begins)
    return list(found.order_by("id").values_list("id", flat=True))


def with_proof(found: QuerySet[Issue]) -> QuerySet[Issue]:
    """With decisions, offers and remedies in one statement each."""
    return found.prefetch_related(
        Prefetch("decisions", Decision.objects.order_by("proposed")),
        Prefetch("offers", Offer.objects.order_by("made")),
        Prefetch("remedies", Remedy.objects.order_by("made")),
    )


def kind_name(issue: Issue) -> dict[str, str]:
    """The words of an issue's kind, by language."""
    policy = procedures.policy_of(issue.case)
    known = policy.issues.get(issue.kind)
    return dict(known.name) if known else {"en": issue.kind}


def describe(actor: Actor, ids: Sequence[int]) -> dict[int, SubjectView]:
    """Issues as subjects of work, for queues: the case they are of, and what they are about."""
    found = list_issues(actor).filter(id__in=list(ids))
    return {
        issue.id: SubjectView(
            title=f"{pick(kind_name(issue))}: {cover.shown(actor, issue.case.title)}",
            who=issue.case.record.called,
            url=f"{reverse('case', args=[issue.case.number])}?issue={issue.place}",
            icon="scale",
            channel=say(f"channel.{issue.case.channel}"),
            words="",
        )
        for issue in found
    }
