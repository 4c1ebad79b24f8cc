"""How long work took."""

from datetime import timedelta
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
    total = timedelta()
    for started, accepted, ended, wrapped in spans:
        total += (wrapped or ended or started) - (accepted or started)
    return int(total.total_seconds())
