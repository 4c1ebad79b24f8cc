"""Key figures of how cases were handled: what the sides say of it, and what second looks found."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Case as Choice
from django.db.models import Q, QuerySet, When
from django.db.models import Value as Constant
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from guanxi.cases.models import Sample, Satisfaction
from guanxi.cases.queries.cases import list_cases
from guanxi.core.access import Actor
from guanxi.core.counting import Counting, Told
from guanxi.core.figures import Figure, Value, Whose

CRITICAL = ("heard", "rules")
"""Marks of a second look that must not be missing: a side that was not heard, a rule that does not say that."""

Rows = QuerySet[Any, Any]


def _counted(found: Rows, good: Q) -> Rows:
    num = Choice(When(good, then=Constant(1)), default=Constant(0))
    counted: Rows = found.annotate(num=num, den=Constant(1))
    return counted


def satisfied(actor: Actor, since: datetime, until: datetime, whose: Whose) -> Counting:
    """Answers of 4 and 5 to how a visible case was handled."""
    found = Satisfaction.objects.filter(given__gte=since, given__lt=until)
    found = found.filter(case__in=list_cases(actor).order_by().values("id")).select_related("case")
    return Counting(
        _counted(found, Q(score__gte=4)), "given", _tell_answers, {"team": "case__team__unit__code"}
    )


def _tell_answers(rows: Sequence[Any]) -> list[Told]:
    return [
        Told(one.case.number, f"{one.score} / 5", "", reverse("case", args=[one.case.number])) for one in rows
    ]


def without_error(actor: Actor, since: datetime, until: datetime, whose: Whose) -> Counting:
    """Second looks at visible cases that found nothing critical."""
    found = Sample.objects.filter(reviewed__gte=since, reviewed__lt=until)
    found = found.filter(issue__case__in=list_cases(actor).order_by().values("id"))
    good = Q(**{f"marks__{code}": True for code in CRITICAL})
    return Counting(
        _counted(found.select_related("issue__case", "issue__handler"), good), "reviewed", _tell_looks
    )


def _tell_looks(rows: Sequence[Any]) -> list[Told]:
    return [
        Told(
            f"{one.issue.case.number}-{one.issue.place}",
            f"{sum(map(bool, one.marks.values()))} / {len(one.marks)}",
            one.issue.handler.name if one.issue.handler else "",
            reverse("sample", args=[one.issue.public_id]),
        )
        for one in rows
    ]


def _compute(source: Callable[[Actor, datetime, datetime, Whose], Counting]) -> Any:
    def compute(actor: Actor, since: datetime, until: datetime) -> Value:
        return source(actor, since, until, Whose()).value()

    return compute


FIGURES = (
    Figure(
        code="cases.satisfied",
        title=_("Satisfied with how it was handled"),
        numerator=_("answers of 4 and 5"),
        denominator=_("answers, 1 to 5"),
        exclusions=_("sides who did not answer"),
        owner="supervisor",
        unit="%",
        target=80.0,
        right="cases.view",
        compute=_compute(satisfied),
        source=satisfied,
        tile=False,
    ),
    Figure(
        code="cases.quality",
        title=_("Decisions without a critical error"),
        numerator=_("second looks where both sides were heard and the rules were cited rightly"),
        denominator=_("decided issues looked at"),
        exclusions=_("those drawn and not looked at yet"),
        owner="supervisor",
        unit="%",
        target=95.0,
        right="cases.approve",
        compute=_compute(without_error),
        source=without_error,
        tile=False,
    ),
)
