"""The board of clocks: issues on their way, by step, the least time left first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from guanxi.cases.models import Case, Issue
from guanxi.cases.rules import machine
from guanxi.core.access import Actor

COLUMN_MAX = 50
RUNNING = machine.STATES[machine.STATES.index(machine.VALIDITY) : machine.STATES.index(machine.REMEDY) + 1]
"""Steps whose clock somebody watches."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many issues: in all, of ours warned at 50, at 80 and at 100 %, and whose running step missed a limit."""

    all: int = 0
    half: int = 0
    most: int = 0
    over: int = 0
    breached: int = 0


@dataclass(frozen=True, slots=True)
class Lane:
    """One step: the first `COLUMN_MAX` of its issues, and how many there are."""

    state: str
    issues: Sequence[Issue]
    counts: Counts


def lanes(actor: Actor) -> list[Lane]:
    """Every running step in the order of the procedure, in three statements however many issues there are."""
    visible = Case.objects.visible_to(actor)
    running = Issue.objects.filter(case__in=visible, state__in=RUNNING)
    counted = {str(row.pop("state")): Counts(**row) for row in _counts(running)}
    place = Window(RowNumber(), partition_by=F("state"), order_by=(F("due").asc(), F("id").asc()))
    first = running.annotate(in_lane=place).filter(in_lane__lte=COLUMN_MAX)
    rows = (
        Issue.objects.filter(id__in=list(first.values_list("id", flat=True)))
        .select_related("case__record__customer", "case__respondent", "handler")
        .defer("due_explanation", "case__due_explanation", "case__record__said", "case__respondent__said")
        .order_by("due", "id")
    )
    held: dict[str, list[Issue]] = {state: [] for state in RUNNING}
    for issue in rows:
        held[issue.state].append(issue)
    return [Lane(state, held[state], counted.get(state, Counts())) for state in RUNNING]


def _counts(running: QuerySet[Issue]) -> list[dict[str, Any]]:
    ours = Q(turn=Case.Turn.STAFF)
    rows = (
        running.order_by()
        .values("state")
        .annotate(
            all=Count("id"),
            half=Count("id", filter=ours & Q(warned=50)),
            most=Count("id", filter=ours & Q(warned=80)),
            over=Count("id", filter=ours & Q(warned=100)),
            breached=Count("id", filter=Q(breached=True)),
        )
    )
    return [dict(row) for row in rows]
