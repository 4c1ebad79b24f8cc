"""What a party may read of a case with two sides: its issues, its own words with us, the files either side may open."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count, Prefetch, Q, QuerySet

from guanxi.cases.models import Case, Coverage, Evidence, Issue, Satisfaction, Statement, Suggestion
from guanxi.cases.queries import issues
from guanxi.cases.rules import machine
from guanxi.channels import queries as channels
from guanxi.channels.models import Message
from guanxi.core.access import Actor, Kind
from guanxi.core.models import File

PARTIES = (Kind.LINK, Kind.CUSTOMER)
LISTED_MAX = 500
PARTY_VERBS = (
    "answer",
    "admit",
    "admit_fault",
    "contest",
    "escalate",
    "comment",
    "agree",
    "appeal",
    "withdraw",
)
SHOWN_OF_STAFF = ("ask_facts", "confirm")
"""Words of ours at a step that both sides read; what we say to each other stays ours."""


def issues_shown(case: Case) -> list[Issue]:
    """All issues of a case with everything a page of a side shows, in a fixed number of statements."""
    found = issues.with_proof(issues.issues_of(case)).prefetch_related(
        "measurements",
        Prefetch("evidence", Evidence.objects.select_related("file").order_by("filed", "id")),
        Prefetch("statements", Statement.objects.order_by("made", "id")),
        Prefetch("coverages", Coverage.objects.order_by("-made", "-id")),
    )
    return list(found)


def issues_of_party(actor: Actor) -> QuerySet[Issue]:
    """Issues of every case this customer stands on a side of, the most pressing first; at most `LISTED_MAX`."""
    found = issues.list_issues(actor).select_related("case__respondent", "case__procedure", "order")
    return found.prefetch_related("statements").order_by("due", "case__opened", "place")[:LISTED_MAX]


def issues_about(actor: Actor, order_ids: Sequence[int]) -> list[Issue]:
    """Issues about these orders of every case this customer stands on a side of, the newest first."""
    found = issues.list_issues(actor).filter(order__in=order_ids)
    found = found.select_related("case__respondent", "case__procedure", "order")
    return list(found.prefetch_related("statements").order_by("-opened", "place")[:LISTED_MAX])


def issues_against(actor: Actor) -> list[Issue]:
    """What is said against this customer and not over, the most pressing first."""
    own = Q(case__respondent__customer=actor.customer_id)
    if actor.records is not None:
        own &= Q(case__respondent__in=actor.records)
    found = issues.list_issues(actor).filter(own).exclude(state__in=[machine.CLOSED, machine.APPEALABLE])
    found = found.select_related("case__respondent", "case__procedure", "order")
    return list(found.prefetch_related("statements").order_by("due", "case__opened", "place")[:LISTED_MAX])


def disputed_orders(sellers: Sequence[int] | None, since: datetime) -> dict[int, int]:
    """{record of a seller: orders paid since then that were complained of}; of all sellers without a list.

    Complaints that were not upheld are left out: they are never shown against anyone.
    """
    found = Issue.objects.filter(order__paid__gt=since, case__kind=Case.Kind.DISPUTE, case__role="buyer")
    found = found.exclude(order__seller=None).exclude(outcome="not_upheld")
    if sellers is not None:
        found = found.filter(order__seller__in=sellers)
    rows = found.order_by().values_list("order__seller").annotate(n=Count("order", distinct=True))
    return dict(rows)


def has_open_case(record_id: int) -> bool:
    """Whether a case is open on either side of which this record stands."""
    sides_of = Q(record=record_id) | Q(respondent=record_id)
    return Case.objects.filter(sides_of).exclude(state=machine.CLOSED).exists()


def open_against(actor: Actor, record_id: int) -> int:
    """How many cases this actor sees are open against this record."""
    found = Case.objects.visible_to(actor).filter(respondent=record_id)
    return int(found.exclude(state=machine.CLOSED).count())


def messages_for(actor: Actor, case: Case) -> list[Message]:
    """What was said about a case: everything for staff, for a party only what went between them and us."""
    said = channels.list_about(("case", case.id))
    if actor.kind not in PARTIES:
        return said
    other_side = issues.side_of(actor, case) == machine.RESPONDENT
    return [one for one in said if (one.record_id == case.respondent_id) == other_side]


def first_words(case: Case) -> str:
    """What the case began with, whichever side wrote it."""
    return next((one.body for one in channels.list_about(("case", case.id)) if one.direction == "in"), "")


def claim_of(case: Case) -> str:
    """The words the complaint came in with."""
    said = channels.list_about(("case", case.id))
    first = next((one for one in said if one.direction == "in" and one.record_id == case.record_id), None)
    return first.body if first else ""


def may_see_file(actor: Actor, file: File) -> bool:
    """Whether a party may open a file on a case: their own messages', and evidence that is not the other side's secret."""
    found = Case.objects.visible_to(actor).filter(id=file.subject_id or 0)
    case = found.select_related("record").first()
    if case is None:
        return False
    if actor.kind not in PARTIES or case.kind == Case.Kind.REQUEST or case.respondent_id is None:
        return True
    side = issues.side_of(actor, case)
    pieces = Evidence.objects.filter(file=file)
    if pieces.filter(Q(private=False) | Q(side=side)).exists():
        return True
    said = {one.id for one in messages_for(actor, case)}
    return file.part_id in said


def suggestions_of(case: Case) -> list[Suggestion]:
    """What a case's words were read as, the surest first."""
    return list(case.suggestions.order_by("-score", "id"))


def rated(case: Case, side: str) -> Satisfaction | None:
    """What this side has said of how it was handled."""
    return Satisfaction.objects.filter(case=case, side=side).first()


def kinds_of(case_ids: Sequence[int]) -> dict[int, list[str]]:
    """The kinds of the issues of these cases, in the order they are named, in one statement."""
    found: dict[int, list[str]] = {}
    rows = Issue.objects.filter(case_id__in=case_ids).order_by("case_id", "place")
    for key, kind in rows.values_list("case_id", "kind"):
        found.setdefault(key, []).append(kind)
    return found


def is_running(issue: Issue, now: datetime) -> bool:
    """Whether a limit runs that is not over."""
    return issue.due is not None and now < issue.due
