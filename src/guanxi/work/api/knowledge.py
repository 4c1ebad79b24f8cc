"""Knowledge over the API: articles and call scripts, one with its text, publishing, saying whether it helped."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from guanxi.core import clock
from guanxi.core.api import READ, WRITE, IdempotencyKey, Problem, actor_of, once
from guanxi.work import actions
from guanxi.work.models import Article, Version
from guanxi.work.queries import knowledge as reads

router = Router(tags=["knowledge"])
ROWS_MAX = 100
Titles = Annotated[
    dict[Annotated[str, Field(max_length=10)], Annotated[str, Field(max_length=120)]], Field(max_length=2)
]
Bodies = Annotated[
    dict[Annotated[str, Field(max_length=10)], Annotated[str, Field(max_length=10_000)]], Field(max_length=2)
]
Codes = Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=20)]


class ArticleOut(Schema):
    """`number` is the newest version, 0 before the first; `version` counts changes, to send back when publishing."""

    code: str
    kind: Literal["article", "script"]
    state: Literal["draft", "published", "retired"]
    title: dict[str, str]
    number: int
    version: int
    review: date | None
    changed: datetime


class ArticlesOut(Schema):
    items: list[ArticleOut]


class ArticleWhole(ArticleOut):
    """What the newest version says, by language; before the first the draft. `helped` of `votes` say it helped."""

    body: dict[str, str]
    codes: list[str]
    lines: list[str]
    note: str
    published: datetime | None
    helped: int
    votes: int


class PublishArticleIn(Schema):
    """The next version whole. `version`: the one that was read, 409 `stale` when somebody was faster."""

    title: Titles
    body: Bodies
    codes: Codes = []
    lines: Codes = []
    note: str = Field("", max_length=200, description="What is different")
    review: date | None = None
    version: int | None = Field(None, ge=1, le=1_000_000)


class HelpedIn(Schema):
    helped: bool


def _row(one: Article) -> dict[str, Any]:
    return {
        "code": one.code,
        "kind": one.kind,
        "state": one.state,
        "title": one.title,
        "number": one.number,
        "version": one.version,
        "review": one.review.isoformat() if one.review else None,
        "changed": one.changed.isoformat(),
    }


def _whole(one: Article, newest: Version | None) -> dict[str, Any]:
    content: Mapping[str, Any] = newest.content if newest else one.draft
    return {
        **_row(one),
        "body": content.get("body", {}),
        "codes": content.get("codes", []),
        "lines": content.get("lines", []),
        "note": newest.note if newest else "",
        "published": newest.published.isoformat() if newest else None,
        "helped": newest.helped if newest else 0,
        "votes": newest.votes if newest else 0,
    }


@router.get("", response={200: ArticlesOut, READ: Problem}, summary="Articles and call scripts")
def list_articles(
    request: HttpRequest,
    q: Annotated[str, Field(max_length=100)] = "",
    kind: Annotated[str, Field(max_length=10)] = "",
    code: Annotated[str, Field(max_length=40)] = "",
    line: Annotated[str, Field(max_length=40)] = "",
) -> Any:
    """The newest changed first, at most 100; `q` finds words of title and text, `code` a kind of case or issue."""
    found = reads.list_articles(actor_of(request), words=q, kind=kind, code=code, line=line)
    return {"items": [_row(one) for one in found[:ROWS_MAX]]}


@router.get("/{code}", response={200: ArticleWhole, READ: Problem}, summary="One article")
def get_article(request: HttpRequest, code: str) -> Any:
    """What its newest version says."""
    one = reads.get_article(actor_of(request), code)
    return _whole(one, reads.newest_of([one]).get(one.id))


@router.post("/{code}/publish", response={200: ArticleWhole, WRITE: Problem}, summary="Publish a version")
def publish(
    request: HttpRequest, code: str, body: PublishArticleIn, idempotency_key: IdempotencyKey = ""
) -> Any:
    """The next numbered version of an article that is there; what stood stays as it was said."""

    def effect() -> tuple[int, dict[str, Any]]:
        actor = actor_of(request)
        text = actions.ArticleText(body.title, body.body, body.codes, body.lines)
        changed = actions.change_article(
            actor=actor, now=clock.now(), code=code, text=text, version=body.version
        )
        made = actions.publish_article(
            actor=actor,
            now=clock.now(),
            code=code,
            review=body.review,
            note=body.note,
            version=changed.version,
        )
        return 200, _whole(reads.get_article(actor, code), made)

    return once(request, idempotency_key, body.dict(), effect)


@router.post("/{code}/vote", response={200: ArticleWhole, WRITE: Problem}, summary="Say whether it helped")
def vote(request: HttpRequest, code: str, body: HelpedIn, idempotency_key: IdempotencyKey = "") -> Any:
    """For the token's owner: one vote per person and version, the last word counts."""

    def effect() -> tuple[int, dict[str, Any]]:
        actor = actor_of(request)
        made = actions.vote(actor=actor, now=clock.now(), code=code, helped=body.helped)
        return 200, _whole(reads.get_article(actor, code), made)

    return once(request, idempotency_key, body.dict(), effect)
