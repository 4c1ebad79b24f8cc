"""Quality standards over the API: versions, the way of a draft, comments. Any token reads what was ever public."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Router, Schema
from pydantic import Field

from guanxi.core import clock
from guanxi.core.access import Actor
from guanxi.core.api import (
    READ,
    WRITE,
    IdempotencyKey,
    IfMatch,
    Problem,
    actor_of,
    aware,
    matching,
    once,
    tag,
)
from guanxi.core.errors import Invalid
from guanxi.trade.actions import standards as actions
from guanxi.trade.api.standard_shapes import iso
from guanxi.trade.models import Category, Standard, StandardComment, StandardVersion
from guanxi.trade.queries import standards as reads

router = Router(tags=["standards"])
categories = Router(tags=["standards"])
Number = Annotated[int, Path(ge=1, le=9_999, description="1, 2, 3: the version")]
Names = Annotated[
    dict[Annotated[str, Field(max_length=10)], Annotated[str, Field(max_length=80)]], Field(max_length=2)
]
Content = Annotated[
    dict[str, Any], Field(description="Scope, parameters, grades, remedies, as a version answers them")
]


class StandardVersionOut(Schema):
    """`citation` ("phone@3") names it for good; in force from `effective` to `ends`. `version` counts changes of a draft."""

    standard: str
    number: int
    citation: str
    state: Literal["draft", "consultation", "published", "superseded"]
    digest: str
    version: int
    drafted: datetime
    consulted_until: datetime | None
    published: datetime | None
    effective: datetime | None
    ends: datetime | None


class StandardVersionWhole(StandardVersionOut):
    """`digest`: SHA-256 of `content` once it is published."""

    content: dict[str, Any]


class StandardOut(Schema):
    """With every version the token may read, newest first."""

    code: str
    category: str
    name: dict[str, str]
    sample: bool
    versions: list[StandardVersionOut]


class StandardsOut(Schema):
    items: list[StandardOut]


class StandardCommentOut(Schema):
    """Comments are public; a customer's carries no name. `about`: a parameter's code."""

    id: str
    author: str
    about: str
    text: str
    made: datetime
    answer: str
    answered: datetime | None


class StandardCommentsOut(Schema):
    items: list[StandardCommentOut]


class StandardCategoryIn(Schema):
    """`code`: small letters, digits, dashes; `name` in "zh-hans" and "en"."""

    code: str = Field(max_length=40)
    name: Names


class StandardCategoryOut(Schema):
    code: str
    name: dict[str, str]


class StandardCategoriesOut(Schema):
    items: list[StandardCategoryOut]


class StandardIn(Schema):
    """`category` is the code of one; `code` names the standard in citations ("phone@3") and never changes."""

    category: str = Field(max_length=40)
    code: str = Field(max_length=40)
    name: Names


class StandardDraftIn(Schema):
    """Without `content` the newest version is copied."""

    content: Content | None = None


class StandardChangeIn(Schema):
    content: Content
    version: int | None = Field(None, ge=0, le=2**31 - 1, description="The draft's, as you saw it")


class StandardStepIn(Schema):
    """`until`: the end of a consultation; `effective`: from when what is published holds, now without it."""

    until: datetime | None = None
    effective: datetime | None = None


class StandardCommentIn(Schema):
    text: str = Field(max_length=2_000)
    about: str = Field("", max_length=40)


class StandardAnswerIn(Schema):
    text: str = Field(max_length=2_000)


def _version(row: StandardVersion) -> dict[str, Any]:
    kept = ("number", "state", "digest", "version")
    moments = ("drafted", "consulted_until", "published", "effective", "ends")
    return {
        "standard": row.standard.code,
        "citation": reads.citation(row),
        **{name: getattr(row, name) for name in kept},
        **{name: iso(getattr(row, name)) for name in moments},
    }


def _whole(actor: Actor, reference: str) -> dict[str, Any]:
    row = reads.get_version(actor, reference)
    return {**_version(row), "content": row.content}


def _standard(row: Standard) -> dict[str, Any]:
    versions: list[StandardVersion] = row.read_versions  # type: ignore[attr-defined]  # the query's prefetch
    for one in versions:
        one.standard = row
    kept = {"code": row.code, "name": row.name, "sample": row.sample, "category": row.category.code}
    return kept | {"versions": [_version(one) for one in versions]}


def _category(row: Category) -> dict[str, Any]:
    return {"code": row.code, "name": row.name}


def _comment(one: StandardComment) -> dict[str, Any]:
    kept = {name: getattr(one, name) for name in ("about", "text", "answer")}
    moments = {"made": iso(one.made), "answered": iso(one.answered)}
    return {"id": one.public_id, "author": one.user.name if one.user else "", **kept, **moments}


@router.get("", response={200: StandardsOut, READ: Problem}, summary="Quality standards")
def list_standards(request: HttpRequest) -> Any:
    """By category; drafts as well for `trade.standards`."""
    return {"items": [_standard(one) for one in reads.list_standards(actor_of(request))]}


@router.post("", response={201: StandardOut, WRITE: Problem}, summary="Add a standard")
def add_standard(request: HttpRequest, body: StandardIn, idempotency_key: IdempotencyKey = "") -> Any:
    """Without a version yet (`trade.standards`): begin a draft next. 422 for a code that is taken, or no such category."""

    def add() -> tuple[int, dict[str, Any]]:
        actor = actor_of(request)
        row = actions.add_standard(actor=actor, now=clock.now(), **body.dict())
        return 201, _standard(reads.get_standard(actor, row.code))

    return once(request, idempotency_key, body.dict(), add)


@categories.get("", response={200: StandardCategoriesOut, READ: Problem}, summary="Categories of standards")
def list_categories(request: HttpRequest) -> Any:
    """In the order of their codes; any token reads them."""
    return {"items": [_category(one) for one in reads.list_categories()]}


@categories.post("", response={201: StandardCategoryOut, WRITE: Problem}, summary="Add a category")
def add_category(request: HttpRequest, body: StandardCategoryIn, idempotency_key: IdempotencyKey = "") -> Any:
    """Needs `trade.standards`. Under a code that is there already, it answers what is there."""

    def add() -> tuple[int, dict[str, Any]]:
        return 201, _category(actions.add_category(actor=actor_of(request), now=clock.now(), **body.dict()))

    return once(request, idempotency_key, body.dict(), add)


@router.get("/{code}", response={200: StandardOut, READ: Problem}, summary="One standard")
def get_standard(request: HttpRequest, code: str) -> Any:
    return _standard(reads.get_standard(actor_of(request), code))


@router.post(
    "/{code}/versions", response={201: StandardVersionWhole, WRITE: Problem}, summary="Begin a draft"
)
def draft_version(
    request: HttpRequest, code: str, body: StandardDraftIn, idempotency_key: IdempotencyKey = ""
) -> Any:
    """The next version (`trade.standards`); 409 while another is in the making, 422 saying where the content is wrong."""

    def draft() -> tuple[int, dict[str, Any]]:
        actor = actor_of(request)
        row = actions.draft_version(actor=actor, now=clock.now(), standard=code, content=body.content)
        return 201, _whole(actor, reads.citation(row))

    return once(request, idempotency_key, body.dict(), draft)


@router.get(
    "/{code}/versions/{number}",
    response={200: StandardVersionWhole, READ: Problem},
    summary="One version with its content",
)
def get_version(request: HttpRequest, response: HttpResponse, code: str, number: Number) -> Any:
    """The `ETag` names the state of a draft: send it back as `If-Match` with a change."""
    found = _whole(actor_of(request), f"{code}@{number}")
    tag(response, found["version"])
    return found


@router.put(
    "/{code}/versions/{number}",
    response={200: StandardVersionWhole, WRITE: Problem},
    summary="Write a draft anew",
)
def change_draft(
    request: HttpRequest,
    response: HttpResponse,
    code: str,
    number: Number,
    body: StandardChangeIn,
    if_match: IfMatch = "",
) -> Any:
    """Needs `trade.standards`. What is laid open or published never changes: 409."""
    actor, reference = actor_of(request), f"{code}@{number}"

    def change(version: int | None) -> dict[str, Any]:
        actions.change_draft(
            actor=actor, now=clock.now(), reference=reference, content=body.content, version=version
        )
        return _whole(actor, reference)

    done = matching(if_match, change, version=body.version)
    tag(response, done["version"])
    return done


@router.get(
    "/{code}/versions/{number}/comments",
    response={200: StandardCommentsOut, READ: Problem},
    summary="What was said of a version",
)
def list_comments(request: HttpRequest, code: str, number: Number) -> Any:
    """Oldest first, with our answers."""
    version = reads.get_version(actor_of(request), f"{code}@{number}")
    return {"items": [_comment(one) for one in reads.comments_on(version)]}


@router.post(
    "/{code}/versions/{number}/comments",
    response={201: StandardCommentOut, WRITE: Problem},
    summary="Comment on a proposal",
)
def add_comment(
    request: HttpRequest,
    code: str,
    number: Number,
    body: StandardCommentIn,
    idempotency_key: IdempotencyKey = "",
) -> Any:
    """Publicly, in the name of whoever answers for the token: 403 for one of nobody's. 409 once the consultation is over."""

    def add() -> tuple[int, dict[str, Any]]:
        row = actions.comment_on(
            actor=actor_of(request), now=clock.now(), reference=f"{code}@{number}", **body.dict()
        )
        return 201, _comment(row)

    return once(request, idempotency_key, body.dict(), add)


@router.post(
    "/{code}/versions/{number}/comments/{comment}/answer",
    response={200: StandardCommentOut, WRITE: Problem},
    summary="Answer a comment",
)
def answer_comment(
    request: HttpRequest,
    code: str,
    number: Number,
    comment: str,
    body: StandardAnswerIn,
    idempotency_key: IdempotencyKey = "",
) -> Any:
    """Publicly (`trade.standards`); nothing is published while a comment has no answer."""

    def answer() -> tuple[int, dict[str, Any]]:
        actor = actor_of(request)
        actor.require(reads.RIGHT)
        reads.get_comment(actor, f"{code}@{number}", comment)
        row = actions.answer_comment(actor=actor, now=clock.now(), public_id=comment, text=body.text)
        return 200, _comment(row)

    return once(request, idempotency_key, body.dict(), answer)


@router.post(
    "/{code}/versions/{number}/{verb}",
    response={200: StandardVersionOut, WRITE: Problem},
    summary="A step of a version's way",
)
def step_version(
    request: HttpRequest,
    code: str,
    number: Number,
    verb: Literal["consult", "recall", "publish", "end"],
    body: StandardStepIn,
    idempotency_key: IdempotencyKey = "",
) -> Any:
    """Laid open `until`, taken back to a draft, published, ended (`trade.standards`); else 409 saying why."""

    def act() -> tuple[int, dict[str, Any]]:
        return 200, _version(_step(actor_of(request), f"{code}@{number}", verb, body))

    return once(request, idempotency_key, body.dict(), act)


def _step(actor: Actor, reference: str, verb: str, body: StandardStepIn) -> StandardVersion:
    now = clock.now()
    if verb == "recall":
        return actions.recall_to_draft(actor=actor, now=now, reference=reference)
    if verb == "end":
        return actions.end_version(actor=actor, now=now, reference=reference)
    if verb == "publish":
        effective = aware(body.effective)
        return actions.publish_version(actor=actor, now=now, reference=reference, effective=effective)
    actor.require(reads.RIGHT)
    until = aware(body.until)
    if until is None:
        raise Invalid(fields={"until": _("Say until when.")})
    return actions.open_consultation(actor=actor, now=now, reference=reference, until=until)
