"""Measuring goods in dispute over the API: what was measured against what was declared, and what comes of it."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from guanxi.cases import actions
from guanxi.cases.api.issues import Place
from guanxi.cases.api.shapes import iso
from guanxi.cases.models import Issue, Measurement
from guanxi.cases.queries import issues as reads
from guanxi.cases.queries import measuring
from guanxi.core import clock
from guanxi.core.access import Actor
from guanxi.core.api import READ, WRITE, IdempotencyKey, Problem, actor_of, once
from guanxi.core.phrases import explained
from guanxi.trade.rules import standards as rules

router = Router(tags=["issues"])


class DifferenceOut(Schema):
    """A value worse than it should be: it breaks the limit (`min`, `max`, `among`) of the declared grade, or differs from
    what was declared."""

    parameter: str
    declared: Any
    found: Any
    min: float | None
    max: float | None
    among: list[Any]
    critical: bool


class MeasurementOut(Schema):
    """`citation` ("phone@3") is the version of the time of the order; `worse` by so many grades; `remedy`, `share` of the price
    and `amount_minor` are what the standard says follows."""

    id: str
    round: int
    citation: str
    declared: str
    found: str
    worse: int
    critical: bool
    differences: list[DifferenceOut]
    stated: dict[str, Any]
    values: dict[str, Any]
    remedy: str
    share: float
    amount_minor: int
    currency: str
    why: dict[str, Any] | None
    author: str
    made: datetime


class MeasurementsOut(Schema):
    items: list[MeasurementOut]


class MeasureIn(Schema):
    """Measured values by parameter: numbers, true or false, the code of a choice. What is left out stands as declared."""

    values: dict[
        Annotated[str, Field(max_length=40)],
        bool
        | Annotated[int, Field(ge=-(10**9), le=10**9)]
        | Annotated[float, Field(ge=-(10**9), le=10**9, allow_inf_nan=False)]
        | Annotated[str, Field(max_length=200)],
    ] = Field(min_length=1, max_length=60)

    def typed(self) -> dict[str, str]:
        """As somebody would type them at the desk."""
        return {
            code: str(value).lower() if isinstance(value, bool) else str(value)
            for code, value in self.values.items()
        }


def _out(issue: Issue, one: Measurement) -> dict[str, Any]:
    kept = ("round", "citation", "declared", "found", "critical", "stated", "values")
    follows = ("remedy", "share", "amount_minor", "author")
    finding = measuring.finding_of(one)
    return {
        "id": one.public_id,
        **{name: getattr(one, name) for name in (*kept, *follows)},
        "worse": finding.worse if finding else 0,
        "differences": [_difference(row) for row in finding.differences] if finding else [],
        "currency": issue.currency,
        "why": explained(one.why),
        "made": iso(one.made),
    }


def _difference(one: rules.Difference) -> dict[str, Any]:
    limit = one.limit or rules.Limit()
    return {
        "parameter": one.code,
        "declared": one.declared,
        "found": one.found,
        "min": limit.min,
        "max": limit.max,
        "among": list(limit.among),
        "critical": one.critical,
    }


def _issue(actor: Actor, number: str, place: int) -> Issue:
    actor.require("cases.view")
    return reads.get_issue(actor, number, place)


@router.get(
    "/{number}/issues/{place}/measurements",
    response={200: MeasurementsOut, READ: Problem},
    summary="What was measured of the goods",
)
def list_measurements(request: HttpRequest, number: str, place: Place) -> Any:
    """Newest first; of a round, the newest counts."""
    issue = _issue(actor_of(request), number, place)
    return {"items": [_out(issue, one) for one in measuring.measurements_of(issue)]}


@router.post(
    "/{number}/issues/{place}/measurements",
    response={201: MeasurementOut, WRITE: Problem},
    summary="Measure the goods against their declaration",
)
def measure(
    request: HttpRequest, number: str, place: Place, body: MeasureIn, idempotency_key: IdempotencyKey = ""
) -> Any:
    """By whoever handles the issue or was asked as an expert. 404 where nothing was declared, 409 once it is decided."""

    def act() -> tuple[int, dict[str, Any]]:
        actor = actor_of(request)
        issue = _issue(actor, number, place)
        row = actions.issues.measure(
            actor=actor, now=clock.now(), number=number, place=place, given=body.typed()
        )
        return 201, _out(issue, row)

    return once(request, idempotency_key, body.dict(), act)
