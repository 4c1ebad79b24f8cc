"""Saved replies over the API: read, written, removed, filled in for a case; and who is writing in a case."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from guanxi.cases import actions, queries
from guanxi.cases.models import SavedReply
from guanxi.cases.queries import writing as reads
from guanxi.cases.rules import TEXT_CHARS_MAX
from guanxi.core import clock
from guanxi.core.api import READ, WRITE, IdempotencyKey, Problem, actor_of, once

router = Router(tags=["replies"])
drafts = Router(tags=["replies"])
SHOWN_MAX = 300
Texts = dict[str, str]
CodesIn: Any = Field(default_factory=list, max_length=20)


class SavedReplyIn(Schema):
    """`title` and `body` by language (`zh-hans`, `en`); `team`: the code of the team whose it is.

    In the body {customer}, {case}, {promise}, {order}, {me} and {team} stand for values. `kinds` and `channels` narrow where it
    is offered. `steps`, in order: answer or resolve, next.
    """

    code: str = Field(max_length=40)
    title: Texts
    body: Texts
    team: str = Field("", max_length=40)
    kinds: list[str] = CodesIn
    channels: list[str] = CodesIn
    steps: list[str] = CodesIn
    version: int | None = Field(None, ge=1, le=2**31 - 1, description="The one you saw: 409 when it is old")


class SavedReplyOut(Schema):
    """`own`: somebody's alone; otherwise the team's."""

    id: str
    code: str
    title: Texts
    body: Texts
    own: bool
    team: str
    kinds: list[str]
    channels: list[str]
    steps: list[str]
    used: int
    last_used: datetime | None
    version: int


class SavedRepliesOut(Schema):
    items: list[SavedReplyOut]


class UseReplyIn(Schema):
    """The number of the case."""

    case: str = Field(max_length=20)


class FilledReplyOut(Schema):
    """The words for this case; each of `missing` is a gap ⟦…⟧ that has to be filled in before they can be sent."""

    text: str
    missing: list[str]


class DraftOut(Schema):
    """Somebody is writing an answer: since when, kept last, the words so far."""

    writer: str
    name: str
    began: datetime
    saved: datetime
    text: str


class DraftsOut(Schema):
    items: list[DraftOut]


def _out(one: SavedReply) -> dict[str, Any]:
    return {
        "id": one.public_id,
        "code": one.code,
        "title": one.title,
        "body": one.body,
        "own": one.owner_id is not None,
        "team": one.team.unit.code if one.team else "",
        "kinds": one.kinds,
        "channels": one.channels,
        "steps": one.steps,
        "used": one.used,
        "last_used": one.last_used.isoformat() if one.last_used else None,
        "version": one.version,
    }


def _save(request: HttpRequest, key: str, body: SavedReplyIn, public_id: str) -> Any:
    def act() -> tuple[int, dict[str, Any]]:
        actor = actor_of(request)
        if any(len(text) > TEXT_CHARS_MAX * 2 for text in body.body.values()):
            body.body = {
                lang: text[: TEXT_CHARS_MAX + 1] for lang, text in body.body.items()
            }  # refused below
        given = body.dict(exclude={"version"})
        row = actions.save_reply(
            actor=actor,
            now=clock.now(),
            reply=actions.Reply(**given),
            public_id=public_id,
            version=body.version,
        )
        return 200 if public_id else 201, _out(reads.get_reply(actor, row.public_id))

    return once(request, key, body.dict(), act)


@router.get("", response={200: SavedRepliesOut, READ: Problem}, summary="Saved replies")
def list_replies(request: HttpRequest) -> Any:
    """Of the token's teams, the most used first; at most 300."""
    return {"items": [_out(one) for one in reads.list_replies(actor_of(request))[:SHOWN_MAX]]}


@router.post("", response={201: SavedReplyOut, WRITE: Problem}, summary="Write a saved reply")
def add_reply(request: HttpRequest, body: SavedReplyIn, idempotency_key: IdempotencyKey = "") -> Any:
    return _save(request, idempotency_key, body, "")


@router.put("/{public_id}", response={200: SavedReplyOut, WRITE: Problem}, summary="Change a saved reply")
def change_reply(
    request: HttpRequest, public_id: str, body: SavedReplyIn, idempotency_key: IdempotencyKey = ""
) -> Any:
    return _save(request, idempotency_key, body, public_id)


@router.delete("/{public_id}", response={204: None, WRITE: Problem}, summary="Remove a saved reply")
def remove_reply(request: HttpRequest, public_id: str) -> Any:
    actions.remove_reply(actor=actor_of(request), now=clock.now(), public_id=public_id)
    return 204, None


@router.post(
    "/{public_id}/use", response={200: FilledReplyOut, WRITE: Problem}, summary="Fill a reply in for a case"
)
def use_reply(
    request: HttpRequest, public_id: str, body: UseReplyIn, idempotency_key: IdempotencyKey = ""
) -> Any:
    """In the customer's language, counted as used. Nothing is sent by it."""

    def act() -> tuple[int, dict[str, Any]]:
        filled = actions.use_reply(
            actor=actor_of(request), now=clock.now(), public_id=public_id, number=body.case
        )
        return 200, {"text": filled.text, "missing": list(filled.missing)}

    return once(request, idempotency_key, body.dict(), act)


@drafts.get("/{number}/drafts", response={200: DraftsOut, READ: Problem}, summary="Who is writing an answer")
def list_drafts(request: HttpRequest, number: str) -> Any:
    """What is being written in a case and not sent; the longest at it first."""
    actor = actor_of(request)
    actor.require(reads.USE)
    items = [
        {
            "writer": one.writer.public_id,
            "name": one.writer.name,
            "began": one.began,
            "saved": one.saved,
            "text": one.text,
        }
        for one in reads.drafts_of(queries.get_case(actor, number))
    ]
    return {"items": items}
