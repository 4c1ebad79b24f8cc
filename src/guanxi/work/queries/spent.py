"""How long work took."""

from typing import Any

from django.db.models import Q, QuerySet

from guanxi.work.models import Assignment
from guanxi.work.queries import REFUSED


def seconds_on(subject_kind: str, subjects: QuerySet[Any]) -> int:
    """How long work about these subjects was in somebody's hands, notes included; an offer nobody took is none."""
    ours = Assignment.objects.filter(
        item__subject_kind=subject_kind, item__subject_id__in=subjects, consulting=False, ended__isnull=False
    )
    took = ours.filter(Q(offered_until=None) | Q(accepted__isnull=False)).exclude(outcome__in=REFUSED)
    spans = took.values_list("started", "accepted", "ended", "wrapped")
    return int(
        sum(
            ((wrapped or ended) - (accepted or started)).total_seconds()
            for started, accepted, ended, wrapped in spans
        )
    )
