"""Who is who over the API: possible duplicates, merging and undoing it, words for ever. Everything the steward's desk does.

Records have no public id: where one must be named (`record`), it is by the handle that the answer before gave it.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from guanxi.core import clock, handles
from guanxi.core.access import Actor
from guanxi.core.api import PAGE, READ, WRITE, IdempotencyKey, Limit, Problem, actor_of, aware, once
from guanxi.core.phrases import explained
from guanxi.people import actions, queries
from guanxi.people.actions.frame import refused
from guanxi.people.models import IdentityEvent, ReviewTask
from guanxi.people.queries import Decision
from guanxi.people.rules import REASON_CHARS_MAX, Refusal

reviews = Router(tags=["identity"])
decisions = Router(tags=["identity"])
joining = Router(tags=["identity"])

RECORD = "record"  # what handles of records are made of, here as on pages
Code = Annotated[str, Field(max_length=20)]
Reason = Annotated[str, Field(default="", max_length=REASON_CHARS_MAX)]


class ReviewOut(Schema):
    """Two customers who may be one. `score`: the model's probability. `why`: empty once it has been decided and erased."""

    id: str
    customer: str
    candidate: str
    state: str
    origin: str
    score: float | None
    created: datetime
    later_until: datetime | None
    why: dict[str, Any]


class ReviewsOut(Schema):
    items: list[ReviewOut]


class AcceptIn(Schema):
    """`survivor`: whose id goes on; by default the one that is established, better known, older. `choices`: {field: record}."""

    survivor: Code = ""
    choices: dict[str, str] = Field(default={}, max_length=20)
    reason: Reason


class ReasonIn(Schema):
    reason: Reason


class LaterIn(Schema):
    """At most a year ahead."""

    until: datetime
    reason: Reason


class MergeIn(Schema):
    """`others` become part of the customer that the address names. `choices`: {field: record} of `GET .../merge`."""

    others: list[Code] = Field(min_length=1, max_length=19)
    choices: dict[str, str] = Field(default={}, max_length=20)
    reason: Reason


class ApartIn(Schema):
    other: Code
    reason: Reason


class UnmergeIn(Schema):
    """`assign`: {record: customer} for each of `after` in `GET .../unmerge`. `apart`: they are two persons, for ever."""

    assign: dict[str, Code] = Field(default={}, max_length=200)
    apart: bool = True
    reason: Reason


class DecisionOut(Schema):
    """`holds`: a word for ever that nobody has lifted. `undoable`: a merge that stands and that you may undo."""

    id: str
    kind: str
    happened: datetime
    customer: str
    other: str
    reason: str
    undone: bool
    superseded_by: str
    holds: bool
    undoable: bool


class DecisionsOut(Schema):
    items: list[DecisionOut]


class DecidedOut(Schema):
    """What was decided; its id undoes it."""

    id: str
    kind: str
    customer: str
    other: str


class ComparedValueOut(Schema):
    """What counts for one of them in a field; `record` chooses it."""

    customer: str
    record: str
    text: str
    masked: bool
    source: str
    stated: datetime
    verified: datetime | None
    counts: bool


class ComparedFieldOut(Schema):
    field: str
    agreement: Literal["same", "near", "differs", "single"]
    values: list[ComparedValueOut]


class MergePreviewOut(Schema):
    """What a merge would do. `moves`: rows by kind, none counted beyond 1,001. `refused`: why it may not be, or empty."""

    survivor: str
    others: list[str]
    moves: dict[str, int]
    refused: str
    detail: str
    fields: list[ComparedFieldOut]


class CameAfterOut(Schema):
    """A record that came after a merge. `likely`: the side it fits best, or empty."""

    record: str
    name: str
    source: str
    created: datetime
    likely: str


class UnmergePreviewOut(Schema):
    """`back`: {customer: how many records they would have}. `refused`: why it cannot be undone, or empty."""

    back: dict[str, int]
    after: list[CameAfterOut]
    refused: str
    detail: str


# -- possible duplicates ---------------------------------------------------------------------------------------------


@reviews.get("", response={200: ReviewsOut, READ: Problem}, summary="Possible duplicates")
def list_reviews(
    request: HttpRequest,
    least: float = 0.0,
    origin: Literal["", "live", "import", "scan"] = "",
    limit: Limit = PAGE,
) -> Any:
    """What waits for a steward, likeliest first; what is decided leaves, so ask again for the next. `least`: of the score."""
    asked = queries.Asked(least=least or None, origin=origin)
    found = queries.list_doubts(actor_of(request), clock.now(), asked)
    return {"items": [_review(one) for one in found[:limit]]}


@reviews.get("/{public_id}", response={200: ReviewOut, READ: Problem}, summary="One possible duplicate")
def get_review(request: HttpRequest, public_id: str) -> Any:
    actor = actor_of(request)
    actor.require("people.review")
    return _review(queries.get_review(actor, public_id))


@reviews.post(
    "/{public_id}/accept", response={201: DecidedOut, WRITE: Problem}, summary="They are one person"
)
def accept_review(
    request: HttpRequest, public_id: str, body: AcceptIn, idempotency_key: IdempotencyKey = ""
) -> Any:
    """Merges them. 409 when it has been decided, 422 with the reason for what may not become one."""
    actor = actor_of(request)

    def effect() -> tuple[int, dict[str, Any]]:
        actor.require("people.review")
        found = queries.get_review(actor, public_id)
        sides = [found.customer_id, found.candidate_id]
        made = actions.accept_review(
            actor=actor,
            now=clock.now(),
            review=public_id,
            survivor=body.survivor,
            choices=_chosen(body.choices, sides),
            reason=body.reason,
        )
        return 201, _decided(made)

    return once(request, idempotency_key, body.dict(), effect)


@reviews.post(
    "/{public_id}/reject", response={201: DecidedOut, WRITE: Problem}, summary="They are two persons"
)
def reject_review(
    request: HttpRequest, public_id: str, body: ReasonIn, idempotency_key: IdempotencyKey = ""
) -> Any:
    """For ever: nobody is asked about them again until somebody lifts it."""

    def effect() -> tuple[int, dict[str, Any]]:
        made = actions.reject_review(
            actor=actor_of(request), now=clock.now(), review=public_id, reason=body.reason
        )
        return 201, _decided(made)

    return once(request, idempotency_key, body.dict(), effect)


@reviews.post("/{public_id}/later", response={200: ReviewOut, WRITE: Problem}, summary="Ask again later")
def put_off_review(
    request: HttpRequest, public_id: str, body: LaterIn, idempotency_key: IdempotencyKey = ""
) -> Any:
    def effect() -> tuple[int, dict[str, Any]]:
        found = actions.put_off_review(
            actor=actor_of(request),
            now=clock.now(),
            review=public_id,
            until=aware(body.until) or clock.now(),
            reason=body.reason,
        )
        return 200, _review(found)

    return once(request, idempotency_key, body.dict(), effect)


# -- merging and undoing it ------------------------------------------------------------------------------------------


@joining.get(
    "/{public_id}/merge", response={200: MergePreviewOut, READ: Problem}, summary="What a merge would do"
)
def preview_merge(
    request: HttpRequest, public_id: str, other: Annotated[list[str], Query(max_length=19)]
) -> Any:
    """`other`, as often as there are any: who would become part of this customer. Nothing is written."""
    actor = actor_of(request)
    shown = queries.merge_preview(actor, public_id, other)
    fields: list[dict[str, Any]] = []
    if len({public_id, *other}) > 1:
        compared = queries.compare_customers(actor, [public_id, *other])
        fields = [
            {
                "field": row.field,
                "agreement": row.agreement,
                "values": [
                    _value(compared.sides[place].code, cell, counts=place == row.best)
                    for place, cell in enumerate(row.cells)
                    if cell
                ],
            }
            for row in compared.rows
        ]
    return {
        "survivor": public_id,
        "others": list(other),
        "moves": dict(shown.moves),
        "fields": fields,
        **_why_not(shown.refusal),
    }


@joining.post("/{public_id}/merge", response={201: DecidedOut, WRITE: Problem}, summary="Merge customers")
def merge(request: HttpRequest, public_id: str, body: MergeIn, idempotency_key: IdempotencyKey = "") -> Any:
    """All records of `others` are this customer's from now on; their ids lead here. `POST /decisions/ID/unmerge` undoes it."""
    actor = actor_of(request)

    def effect() -> tuple[int, dict[str, Any]]:
        actor.require("people.merge")
        made = actions.merge(
            actor=actor,
            now=clock.now(),
            survivor=public_id,
            others=body.others,
            choices=_chosen(body.choices, _keys(actor, [public_id, *body.others])) if body.choices else {},
            reason=body.reason,
        )
        return 201, _decided(made)

    return once(request, idempotency_key, body.dict(), effect)


@joining.post(
    "/{public_id}/apart", response={201: DecidedOut, WRITE: Problem}, summary="Never one person (cannot-link)"
)
def tell_apart(
    request: HttpRequest, public_id: str, body: ApartIn, idempotency_key: IdempotencyKey = ""
) -> Any:
    """No score and no scan says otherwise until `POST /decisions/ID/lift`."""

    def effect() -> tuple[int, dict[str, Any]]:
        made = actions.tell_apart(
            actor=actor_of(request),
            now=clock.now(),
            customers=(public_id, body.other),
            reason=body.reason,
        )
        return 201, _decided(made)

    return once(request, idempotency_key, body.dict(), effect)


@joining.get(
    "/{public_id}/decisions",
    response={200: DecisionsOut, READ: Problem},
    summary="Who decided that this is one",
)
def list_decisions(request: HttpRequest, public_id: str) -> Any:
    """The newest 50. Reasons only for who may read contacts."""
    actor = actor_of(request)
    actor.require("people.view")
    who = queries.get_customer(actor, public_id)
    return {"items": [_decision(actor, one) for one in queries.list_decisions(actor, who.id)]}


@decisions.get(
    "/{public_id}/unmerge",
    response={200: UnmergePreviewOut, READ: Problem},
    summary="What undoing a merge would do",
)
def preview_unmerge(request: HttpRequest, public_id: str) -> Any:
    """Nothing is written."""
    found = queries.unmerge_preview(actor_of(request), public_id)
    codes = {half.id: half.code for half in found.halves}
    said = _why_not(found.refusal)
    if found.later or found.undone:
        said["refused"] = "superseded" if found.later else "undone_already"
    return {
        "back": {half.code: len(half.records) for half in found.halves},
        "after": [
            {
                "record": handles.handle(RECORD, one.record.id),
                "name": one.record.name,
                "source": one.record.source,
                "created": one.record.created,
                "likely": codes.get(one.likely or 0, ""),
            }
            for one in found.after
        ],
        **said,
    }


@decisions.post("/{public_id}/unmerge", response={201: DecidedOut, WRITE: Problem}, summary="Undo a merge")
def unmerge(
    request: HttpRequest, public_id: str, body: UnmergeIn, idempotency_key: IdempotencyKey = ""
) -> Any:
    """Everybody has the records again that they brought. 409 when a later merge stands upon this one."""
    actor = actor_of(request)

    def effect() -> tuple[int, dict[str, Any]]:
        came = (
            [one.record.id for one in queries.unmerge_preview(actor, public_id).after] if body.assign else []
        )
        named = {handles.handle(RECORD, key): key for key in came}
        if set(body.assign) - named.keys():
            raise refused(Refusal("not_after"))
        made = actions.unmerge(
            actor=actor,
            now=clock.now(),
            decision=public_id,
            assign={named[name]: code for name, code in body.assign.items()},
            apart=body.apart,
            reason=body.reason,
        )
        return 201, _decided(made)

    return once(request, idempotency_key, body.dict(), effect)


@decisions.post(
    "/{public_id}/tie", response={201: DecidedOut, WRITE: Problem}, summary="One person for ever (must-link)"
)
def tie(request: HttpRequest, public_id: str, body: ReasonIn, idempotency_key: IdempotencyKey = "") -> Any:
    """What this merge has joined cannot be parted until somebody lifts it."""

    def effect() -> tuple[int, dict[str, Any]]:
        made = actions.tie(actor=actor_of(request), now=clock.now(), decision=public_id, reason=body.reason)
        return 201, _decided(made)

    return once(request, idempotency_key, body.dict(), effect)


@decisions.post(
    "/{public_id}/lift", response={201: DecidedOut, WRITE: Problem}, summary="Lift a word for ever"
)
def lift(request: HttpRequest, public_id: str, body: ReasonIn, idempotency_key: IdempotencyKey = "") -> Any:
    """Of a cannot-link or must-link."""

    def effect() -> tuple[int, dict[str, Any]]:
        made = actions.lift(actor=actor_of(request), now=clock.now(), decision=public_id, reason=body.reason)
        return 201, _decided(made)

    return once(request, idempotency_key, body.dict(), effect)


# -- as JSON ---------------------------------------------------------------------------------------------------------


def _review(one: ReviewTask) -> dict[str, Any]:
    return {
        "id": one.public_id,
        "customer": one.customer.public_id,
        "candidate": one.candidate.public_id,
        "state": one.state,
        "origin": one.origin,
        "score": one.score,
        "created": one.created.isoformat(),
        "later_until": one.later_until.isoformat() if one.later_until else None,
        "why": (explained(one.explanation) or {}) if one.explanation else {},
    }


def _decided(made: IdentityEvent) -> dict[str, Any]:
    return {
        "id": made.public_id,
        "kind": made.kind,
        "customer": made.customer.public_id,
        "other": made.other.public_id if made.other else "",
    }


def _decision(actor: Actor, one: Decision) -> dict[str, Any]:
    return {
        "id": one.public_id,
        "kind": one.kind,
        "happened": one.happened,
        "customer": one.customer,
        "other": one.other,
        "reason": one.reason if actor.may("people.contacts") else "",
        "undone": one.undone,
        "superseded_by": one.superseded_by,
        "holds": one.holds,
        "undoable": one.undoable,
    }


def _value(code: str, cell: Any, *, counts: bool) -> dict[str, Any]:
    return {
        "customer": code,
        "record": handles.handle(RECORD, cell.record),
        "text": cell.text,
        "masked": cell.masked,
        "source": cell.source,
        "stated": cell.stated,
        "verified": cell.verified,
        "counts": counts,
    }


def _why_not(refusal: Refusal | None) -> dict[str, str]:
    return (
        {"refused": refusal.code, "detail": str(refused(refusal).detail)}
        if refusal
        else {"refused": "", "detail": ""}
    )


def _keys(actor: Actor, codes: Iterable[str]) -> list[int]:
    return [queries.get_customer(actor, code).id for code in codes]


def _chosen(choices: Mapping[str, str], customers: Iterable[int]) -> dict[str, int]:
    """{field: record}; handles become keys again. Raises `Invalid` ("not_theirs") for one of nobody's records."""
    if not choices:
        return {}
    records = [key for customer in customers for key in queries.records_of(customer)]
    found = {field: handles.find(RECORD, name, records) for field, name in choices.items()}
    if None in found.values():
        raise refused(Refusal("not_theirs"))
    return {field: key for field, key in found.items() if key is not None}
