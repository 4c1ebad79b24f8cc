"""Key figures over the API: what they came to, and the rows behind one, as on the page."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from guanxi.core import clock
from guanxi.core.api import PAGE, READ, Cursor, Limit, Problem, actor_of
from guanxi.site import key_figures

router = Router(tags=["figures"])


class FigureOut(Schema):
    """`numerator` and `denominator` are counts, or seconds; `value` is null where nothing was counted."""

    code: str
    title: str
    unit: str
    value: float | None
    numerator: float
    denominator: float
    target: float | None
    target_is_limit: bool
    missed: bool
    counts: str
    of: str
    excludes: str
    owner: str


class FiguresOut(Schema):
    """Figures of the days from `first` to before `after`."""

    first: date
    after: date
    items: list[FigureOut]


class FigureRowOut(Schema):
    at: datetime
    what: str
    kind: str
    who: str
    numerator: float
    denominator: float


class FigureRowsOut(Schema):
    items: list[FigureRowOut]
    next: str


class Scope(Schema):
    whose: str = Field(
        "", max_length=60, description="`me`, `all`, `team:CODE` or `member:ID`; the owner's own, else all"
    )
    span: str = Field("week", pattern="^(day|week|month)$", description="The calendar span around `at`")
    at: str = Field("", max_length=10, description="A day of the span, today without")


def _asked(request: HttpRequest, given: Scope) -> key_figures.Asked:
    actor = actor_of(request)
    actor.require("work.view")
    return key_figures.asked(actor, given.dict(), clock.now())


@router.get(
    "",
    response={200: FiguresOut, READ: Problem},
    summary="Key figures of oneself, a team, a colleague or all",
)
def list_figures(request: HttpRequest, given: Annotated[Scope, Query()]) -> Any:
    """Those the token may see of whom it asks about; 404 for people and teams whose figures it may not."""
    asks, actor = _asked(request, given), actor_of(request)
    found = [key_figures.find(actor, one, asks) for one in key_figures.list_figures(actor, asks)]
    return {
        "first": timezone.localtime(asks.since).date(),
        "after": timezone.localtime(asks.end).date(),
        "items": [_out(one) for one in found],
    }


def _out(found: key_figures.Found) -> dict[str, Any]:
    figure, value = found.figure, found.value
    return {
        "code": figure.code,
        "title": str(figure.title),
        "unit": figure.unit,
        "value": figure.scaled(value),
        "numerator": value.numerator,
        "denominator": value.denominator or 0,
        "target": figure.target,
        "target_is_limit": figure.at_most,
        "missed": figure.missed(value),
        "counts": str(figure.numerator),
        "of": str(figure.denominator),
        "excludes": str(figure.exclusions),
        "owner": figure.owner,
    }


@router.get(
    "/{code}/rows", response={200: FigureRowsOut, READ: Problem}, summary="The rows behind a key figure"
)
def list_figure_rows(
    request: HttpRequest, code: str, given: Annotated[Scope, Query()], after: Cursor = "", limit: Limit = PAGE
) -> Any:
    """The latest first; their numerators and denominators add up to the figure's. Empty for a figure without rows."""
    asks, actor = _asked(request, given), actor_of(request)
    figure = key_figures.get_figure(actor, asks, code)
    if figure.source is None:
        return {"items": [], "next": ""}
    rows, cursor = figure.source(actor, asks.since, asks.until, asks.whose).page(after, size=limit)
    items = [
        {"at": one.at.isoformat(), "what": one.told.name, "kind": one.told.sub, "who": one.told.who,
         "numerator": one.numerator, "denominator": one.denominator}
        for one in rows
    ]  # fmt: skip
    return {"items": items, "next": cursor}
