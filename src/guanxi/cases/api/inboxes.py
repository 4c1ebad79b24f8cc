"""What waits for one person over the API: decisions to approve, questions to an expert, samples to look at."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router, Schema
from pydantic import Field

from guanxi.cases import actions
from guanxi.cases.api.shapes import ConsultationOut, IssueOut, consultations_out, iso, issue_out
from guanxi.cases.models import Sample
from guanxi.cases.queries import inboxes
from guanxi.core import clock, keyset
from guanxi.core.api import PAGE, READ, WRITE, Cursor, IdempotencyKey, Limit, Problem, actor_of, once

approvals = Router(tags=["issues"])
consultations = Router(tags=["issues"])
samples = Router(tags=["issues"])


class ApprovalsOut(Schema):
    items: list[IssueOut]
    next: str


class ConsultationsOut(Schema):
    items: list[ConsultationOut]
    next: str


class SampleOut(Schema):
    """A decided issue drawn for a second look; `marks` once somebody has looked."""

    id: str
    case: str
    place: int
    drawn: datetime
    marks: dict[str, bool]
    words: str
    reviewed: datetime | None


class SamplesOut(Schema):
    items: list[SampleOut]
    next: str


class SampleReviewIn(Schema):
    """Every question answered: were both heard, reasons clear, rules cited rightly, in time, in a good tone."""

    heard: bool
    reasons: bool
    rules: bool
    in_time: bool
    tone: bool
    words: str = Field("", max_length=2_000)


@approvals.get(
    "", response={200: ApprovalsOut, READ: Problem}, summary="Decisions that wait for a second person"
)
def list_approvals(request: HttpRequest, after: Cursor = "", limit: Limit = PAGE) -> Any:
    """Of the teams where the token may approve, the most due first."""
    actor = actor_of(request)
    actor.require("cases.approve")
    shown = keyset.cut(inboxes.list_approvals(actor), "due", after, size=limit, rising=True)
    return {"items": [issue_out(actor, one) for one in shown.rows], "next": shown.next_cursor}


@consultations.get(
    "", response={200: ConsultationsOut, READ: Problem}, summary="Questions to the owner, the expert"
)
def list_consultations(request: HttpRequest, after: Cursor = "", limit: Limit = PAGE) -> Any:
    """Not answered yet, the most due first; answered by the step `find` of the issue."""
    actor = actor_of(request)
    actor.require("cases.view")
    shown = keyset.cut(inboxes.list_consultations(actor), "due", after, size=limit, rising=True)
    return {"items": consultations_out(actor, shown.rows), "next": shown.next_cursor}


@samples.get("", response={200: SamplesOut, READ: Problem}, summary="Decided issues drawn for a second look")
def list_samples(
    request: HttpRequest, open_only: bool = True, after: Cursor = "", limit: Limit = PAGE
) -> Any:
    """Newest first, of the teams where the token may approve."""
    actor = actor_of(request)
    actor.require("cases.approve")
    found = inboxes.list_samples(actor)
    shown = keyset.cut(found.filter(reviewed=None) if open_only else found, "drawn", after, size=limit)
    return {"items": [_sample(one) for one in shown.rows], "next": shown.next_cursor}


def _sample(one: Sample) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "case": one.issue.case.number,
        "place": one.issue.place,
        "drawn": iso(one.drawn),
        "marks": one.marks,
        "words": one.words,
        "reviewed": iso(one.reviewed),
    }


@samples.post("/{sample}/review", response={200: SampleOut, WRITE: Problem}, summary="Take the second look")
def review_sample(
    request: HttpRequest,
    sample: Annotated[int, Path(ge=1, le=2**63 - 1)],
    body: SampleReviewIn,
    idempotency_key: IdempotencyKey = "",
) -> Any:
    """By somebody who did not act on it, once."""

    def act() -> tuple[int, dict[str, Any]]:
        marks = body.dict(exclude={"words"})
        row = actions.issues.review_sample(
            actor=actor_of(request), now=clock.now(), sample_id=sample, marks=marks, words=body.words
        )
        return 200, _sample(row)

    return once(request, idempotency_key, body.dict(), act)
