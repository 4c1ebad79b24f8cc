"""Why the records of a customer are one person, and who else they may be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from guanxi.core.prepared import prepared
from guanxi.core.recall import remembered
from guanxi.people.models import Membership, ReviewTask

LINKS_MAX = 200


@dataclass(frozen=True, slots=True)
class Doubt:
    """Another customer who may be the same, by public id; `review` is what a steward decides."""

    review: str
    customer: str
    score: float | None
    since: datetime


@remembered
@prepared
def list_links(customer_id: int) -> QuerySet[Membership]:
    """The memberships that hold, newest first; at most 200."""
    return Membership.objects.filter(customer_id=customer_id, valid_to=None).order_by("-valid_from", "-id")[
        :LINKS_MAX
    ]


def links_then(customer_id: int, at: datetime) -> Sequence[Membership]:
    """The memberships that held at a moment, newest first."""
    held = Membership.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=at), customer=customer_id, valid_from__lte=at
    )
    return list(held.order_by("-valid_from", "-id")[:LINKS_MAX])


def list_doubts_about(customer_id: int) -> list[Doubt]:
    """Undecided doubts about a customer, whichever side of them they are on; the likeliest first, at most 20."""
    return [
        Doubt(
            row.public_id,
            (row.candidate if row.customer_id == customer_id else row.customer).public_id,
            row.score,
            row.created,
        )
        for row in _undecided(customer_id)
    ]


@remembered
@prepared
def _undecided(customer_id: int) -> QuerySet[ReviewTask]:
    about = Q(customer_id=customer_id) | Q(candidate_id=customer_id)
    found = ReviewTask.objects.filter(about, state__in=[ReviewTask.State.OPEN, ReviewTask.State.LATER])
    return found.select_related("customer", "candidate").order_by("-score", "id")[:20]
