"""What the desk of a case shows besides the issue itself: similar decisions, repeats, experts, the stretches of its clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median_low

from django.db.models import Q

from guanxi.cases.models import Case, CaseLink, Decision, Issue, RootCause
from guanxi.cases.queries.cases import list_cases
from guanxi.cases.rules.policy import UPHELD
from guanxi.core.access import Actor
from guanxi.core.models import RoleGrant, User
from guanxi.engine.intake import similarity

SIMILAR_READ = 60  # decided issues of the kind that are compared with this one
SIMILAR_SHOWN = 6
REPEAT_WITHIN = timedelta(days=90)
AGAINST = (*UPHELD, "settled")
"""Outcomes that speak against the respondent."""
EXPERTS_MAX = 40
TEMPLATES_MAX = 5
TEMPLATE_CHARS_MIN = 8


@dataclass(frozen=True, slots=True)
class Similar:
    """Decided issues of the same kind, the likest first, and what they came to in all."""

    issues: Sequence[Issue]
    count: int
    by_outcome: dict[str, int]
    median_minor: int | None  # of those that ordered money


def similar(actor: Actor, issue: Issue) -> Similar:
    """Decided issues of the kind of `issue`, in cases the actor may see; likeness is that of their titles."""
    found = (
        Issue.objects.filter(case__in=list_cases(actor).order_by().values("id"), kind=issue.kind)
        .filter(decided__isnull=False, currency=issue.currency)
        .exclude(id=issue.id)
        .exclude(outcome__in=("", "withdrawn"))
        .select_related("case")
        .order_by("-decided")[:SIMILAR_READ]
    )
    rows = list(found)
    likeness = similarity(issue.case.title, [one.case.title for one in rows]) if rows else []
    ranked = sorted(zip(likeness, rows, strict=True), key=lambda pair: -pair[0])
    amounts = [one.amount_minor for one in rows if one.amount_minor > 0]
    by_outcome: dict[str, int] = {}
    for one in rows:
        by_outcome[one.outcome] = by_outcome.get(one.outcome, 0) + 1
    return Similar(
        [one for _score, one in ranked[:SIMILAR_SHOWN]],
        len(rows),
        by_outcome,
        median_low(amounts) if amounts else None,
    )


def repeats(issue: Issue, now: datetime) -> list[Issue]:
    """Other issues of this kind that went against the same respondent within 90 days, the newest first."""
    case = issue.case
    if case.respondent is None:
        return []
    found = Issue.objects.filter(
        kind=issue.kind,
        outcome__in=AGAINST,
        decided__gte=now - REPEAT_WITHIN,
        case__respondent__customer_id=case.respondent.customer_id,
    )
    return list(found.exclude(id=issue.id).select_related("case").order_by("-decided")[:20])


def cause_of(issue: Issue) -> RootCause | None:
    return RootCause.objects.filter(issue=issue).select_related("owner").first()


def list_experts(without: int | None = None) -> list[User]:
    """Members of staff who may be asked, by name."""
    grants = RoleGrant.objects.filter(user__is_active=True).select_related("role", "user")
    found = {grant.user_id: grant.user for grant in grants if "cases.consult" in grant.role.rights}
    people = [user for key, user in found.items() if key != without]
    return sorted(people, key=lambda user: user.name)[:EXPERTS_MAX]


def reasons_before(actor: Actor, issue: Issue) -> list[Decision]:
    """Reasons that were served for this kind of issue, one's own first: what to begin from."""
    found = (
        Decision.objects.filter(issue__kind=issue.kind, state=Decision.State.SERVED, basis="ruled")
        .filter(issue__case__in=list_cases(actor).order_by().values("id"))
        .exclude(Q(issue_id=issue.id) | Q(reasons=""))
        .select_related("issue__case")
        .order_by("-served")[: TEMPLATES_MAX * 4]
    )
    long_enough = [one for one in found if len(one.reasons) >= TEMPLATE_CHARS_MIN]
    return sorted(long_enough, key=lambda one: one.proposer_id != actor.user_id)[:TEMPLATES_MAX]


def links_of(actor: Actor, case: Case) -> list[tuple[str, Case]]:
    """Cases joined to this one and how: related, split, merged_in; those the actor may see."""
    found = CaseLink.objects.filter(Q(case_id=case.id) | Q(other_id=case.id)).order_by("other_id", "id")
    pairs = [(link.kind, link.other_id if link.case_id == case.id else link.case_id) for link in found]
    pairs += [("merged_in", key) for key in case.merged.values_list("id", flat=True)]
    seen = {one.id: one for one in list_cases(actor).filter(id__in=[key for _kind, key in pairs])}
    return [(kind, seen[key]) for kind, key in pairs if key in seen]
