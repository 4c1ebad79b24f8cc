"""Reading protection on the side of cases: who stands where, what was paid before, what the machine found of an issue."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Q, Sum

from guanxi.cases.models import Case, Coverage, Issue
from guanxi.cases.queries import procedures
from guanxi.cases.queries.cases import list_cases
from guanxi.cases.rules import machine
from guanxi.core.access import Actor
from guanxi.trade.models import Order, Verification
from guanxi.trade.queries import protection

REFUSED = ("rejected", "withdrawn", "not_upheld")
"""Outcomes after which the same may be asked for again."""


def is_buyers(case: Case, order: Order) -> bool:
    """Whether whoever complains is the person who bought it: nobody is paid for somebody else's order."""
    return case.record.customer_id == order.record.customer_id


def is_sellers(case: Case, order: Order) -> bool:
    """Whether the side that would have to pay is the order's seller; both nobody: our own goods."""
    if order.seller is None or case.respondent is None:
        return order.seller is None and case.respondent is None
    return case.respondent.customer_id == order.seller.customer_id


def kind_most(issue: Issue) -> int:
    """The most the procedure lets be paid by itself for such an issue."""
    return procedures.policy_of(issue.case).issues[issue.kind].automatic_most


def paid_back(order: Order, but: int) -> int:
    """Minor units of the order's price that cases gave back already; what was paid on top of it does not count."""
    extra = protection.on_top()
    others = Issue.objects.filter(order=order, paid_minor__gt=0).exclude(id=but)
    others = others.exclude(coverages__paid=True, coverages__scheme__in=extra)
    return others.aggregate(total=Sum("paid_minor"))["total"] or 0


def claimed_before(issue: Issue, order: Order, scheme: str) -> bool:
    """Whether another issue asks, or asked with success, for the same of this order: then a person looks at both.

    Of two that wait for their first look, the one received first is looked at as if it were alone.
    """
    others = Issue.objects.filter(order=order).exclude(id=issue.id).exclude(outcome__in=REFUSED)
    same = others.filter(Q(kind=issue.kind) | Q(coverages__scheme=scheme, coverages__covered=True))
    if issue.line_id is not None:
        same = same.filter(Q(line=issue.line_id) | Q(line=None))
    return any(
        one.paid_minor > 0 or (one.opened, one.id) < (issue.opened, issue.id)
        for one in same.only("id", "opened", "paid_minor")
    )


def paid_by_machine(customer_id: int, since: datetime, now: datetime) -> int:
    """How many claims of one person a machine has paid in a span of time."""
    found = Coverage.objects.filter(issue__case__record__customer=customer_id, paid=True)
    return found.filter(made__gt=since, made__lte=now).count()


def coverage_of(issues: Iterable[Issue]) -> dict[int, Coverage]:
    """{issue: what the machine found of it, the latest look}, for pages that may show these issues."""
    rows = Coverage.objects.filter(issue__in=[one.id for one in issues]).order_by("made", "id")
    return {one.issue_id: one for one in rows}


def waiting_for(verification_id: int) -> list[int]:
    """Issues, oldest first, that a finding about their goods may still prove by machine."""
    found = Verification.objects.filter(id=verification_id).values_list("line", "listing").first()
    if found is None:
        return []
    line, listing = found
    of_line = Q(order__lines=line) & (Q(line=line) | Q(line=None))
    of_listing = Q(line__listing=listing) | Q(line=None, order__lines__listing=listing)
    about = (of_line if line else Q(pk=None)) | (of_listing if listing else Q(pk=None))
    open_ = Issue.objects.filter(about, state__in=machine.LOOKED_AT_AGAIN, round=1, order__isnull=False)
    return list(open_.order_by("opened", "id").values_list("id", flat=True).distinct())


def open_against(records: Sequence[int]) -> bool:
    """Whether something is still open against these records that may cost them money."""
    against = Issue.objects.filter(case__respondent__in=records)
    return against.exclude(state=Case.State.CLOSED).exists()


def number_of(actor: Actor, case_id: int) -> str:
    """The number of a case this actor may see; "" of any other."""
    return list_cases(actor).filter(id=case_id).values_list("number", flat=True).first() or ""
