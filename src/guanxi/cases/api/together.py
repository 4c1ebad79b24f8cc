"""What is done to a whole case over the API: the other side named, cases split, linked, merged; suggestions turned down."""

from collections.abc import Callable
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from guanxi.cases import actions, queries
from guanxi.cases.models import Case, Suggestion
from guanxi.cases.queries import issues as reads
from guanxi.core import clock
from guanxi.core.access import Actor
from guanxi.core.api import READ, WRITE, IdempotencyKey, Problem, actor_of, once

router = Router(tags=["issues"])
NumberIn = Field(max_length=20, description="The number of the other case")


class CaseDoneOut(Schema):
    number: str
    state: str
    version: int
    merged_into: str


class RespondentIn(Schema):
    """`customer` is their public id."""

    customer: str = Field(max_length=20)
    role: Literal["", "buyer", "seller", "member", "client"] = ""


class SplitCaseIn(Schema):
    place: int = Field(ge=1, le=32767)


class OtherCaseIn(Schema):
    other: str = NumberIn


class MergeCaseIn(Schema):
    into: str = NumberIn


class SuggestionOut(Schema):
    """What the words were read as, how surely, and the sentence that caused it; `fate`: "", taken, dismissed."""

    id: str
    kind: str
    score: float
    sentence: str
    fate: str


class SuggestionsOut(Schema):
    items: list[SuggestionOut]


def _out(case: Case) -> dict[str, Any]:
    return {
        "number": case.number,
        "state": case.state,
        "version": case.version,
        "merged_into": case.merged_into.number if case.merged_into else "",
    }


def _done(request: HttpRequest, key: str, body: Any, act: Callable[[Actor], Case], status: int = 200) -> Any:
    def run() -> tuple[int, dict[str, Any]]:
        actor = actor_of(request)
        actor.require("cases.view")
        return status, _out(act(actor))

    return once(request, key, body, run)


@router.post(
    "/{number}/respondent", response={200: CaseDoneOut, WRITE: Problem}, summary="Name the other side"
)
def name_respondent(
    request: HttpRequest, number: str, body: RespondentIn, idempotency_key: IdempotencyKey = ""
) -> Any:
    """While nobody stands there and nothing is proposed or decided: nobody is made liable unheard."""
    return _done(
        request, idempotency_key, body.dict(),
        lambda actor: actions.issues.name_respondent(
            actor=actor, now=clock.now(), number=number, customer=body.customer, role=body.role
        ),
    )  # fmt: skip


@router.post(
    "/{number}/split",
    response={201: CaseDoneOut, WRITE: Problem},
    summary="One issue becomes a case of its own",
)
def split_case(
    request: HttpRequest, number: str, body: SplitCaseIn, idempotency_key: IdempotencyKey = ""
) -> Any:
    """Answers with the new case; clock, evidence and history go with the issue."""
    return _done(
        request, idempotency_key, body.dict(),
        lambda actor: actions.issues.split(actor=actor, now=clock.now(), number=number, place=body.place),
        201,
    )  # fmt: skip


@router.post(
    "/{number}/link", response={200: CaseDoneOut, WRITE: Problem}, summary="Two cases belong together"
)
def link_cases(
    request: HttpRequest, number: str, body: OtherCaseIn, idempotency_key: IdempotencyKey = ""
) -> Any:
    def act(actor: Actor) -> Case:
        actions.issues.link(actor=actor, now=clock.now(), number=number, other=body.other)
        return queries.get_case(actor, number)

    return _done(request, idempotency_key, body.dict(), act)


@router.post("/{number}/unlink", response={200: CaseDoneOut, WRITE: Problem}, summary="They do not after all")
def unlink_cases(
    request: HttpRequest, number: str, body: OtherCaseIn, idempotency_key: IdempotencyKey = ""
) -> Any:
    def act(actor: Actor) -> Case:
        actions.issues.unlink(actor=actor, now=clock.now(), number=number, other=body.other)
        return queries.get_case(actor, number)

    return _done(request, idempotency_key, body.dict(), act)


@router.post(
    "/{number}/merge", response={200: CaseDoneOut, WRITE: Problem}, summary="It goes on within another"
)
def merge_cases(
    request: HttpRequest, number: str, body: MergeCaseIn, idempotency_key: IdempotencyKey = ""
) -> Any:
    """Of the same complainant. Nothing is moved: `unmerge` takes it out exactly."""

    def act(actor: Actor) -> Case:
        actions.issues.merge(actor=actor, now=clock.now(), number=number, into=body.into)
        return queries.get_case(actor, number)

    return _done(request, idempotency_key, body.dict(), act)


@router.post(
    "/{number}/unmerge", response={200: CaseDoneOut, WRITE: Problem}, summary="It stands by itself again"
)
def unmerge_case(request: HttpRequest, number: str, idempotency_key: IdempotencyKey = "") -> Any:
    return _done(
        request, idempotency_key, {},
        lambda actor: actions.issues.unmerge(actor=actor, now=clock.now(), number=number),
    )  # fmt: skip


@router.get(
    "/{number}/suggestions",
    response={200: SuggestionsOut, READ: Problem},
    summary="What the words were read as",
)
def list_suggestions(request: HttpRequest, number: str) -> Any:
    actor = actor_of(request)
    actor.require("cases.view")
    found = reads.suggestions_of(queries.get_case(actor, number))
    return {"items": [_suggestion(one) for one in found]}


def _suggestion(one: Suggestion) -> dict[str, Any]:
    kept = ("kind", "score", "sentence", "fate")
    return {"id": str(one.id)} | {name: getattr(one, name) for name in kept}


@router.post(
    "/{number}/suggestions/{suggestion}/dismiss",
    response={200: SuggestionsOut, WRITE: Problem},
    summary="A suggestion was wrong",
)
def dismiss(request: HttpRequest, number: str, suggestion: str, idempotency_key: IdempotencyKey = "") -> Any:
    """The classifier learns from it. Answers with the suggestions of the case."""
    key = int(suggestion) if suggestion.isascii() and suggestion.isdigit() and len(suggestion) < 19 else 0

    def act() -> tuple[int, dict[str, Any]]:
        actor = actor_of(request)
        actor.require("cases.view")
        actions.issues.dismiss(actor=actor, now=clock.now(), number=number, suggestion=key)
        found = reads.suggestions_of(queries.get_case(actor, number))
        return 200, {"items": [_suggestion(one) for one in found]}

    return once(request, idempotency_key, {}, act)
