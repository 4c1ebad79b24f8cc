"""Cases over the API: intake, lists, one case, its verbs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from ninja import Router, Schema
from pydantic import Field

from guanxi.cases import actions, queries, rules
from guanxi.cases.models import Case
from guanxi.channels import queries as channels
from guanxi.core import clock, keyset
from guanxi.core.api import READ, WRITE, Cursor, IdempotencyKey, Problem, actor_of, once
from guanxi.people.actions import Contact

router = Router(tags=["cases"])
PAGE = 50


class ContactIn(Schema):
    """At least one of phone, email, member."""

    name: str = Field("", max_length=100)
    phone: str = Field("", max_length=64)
    email: str = Field("", max_length=254)
    member: str = Field("", max_length=80)


class CaseIn(Schema):
    """A complaint in the customer's own words; no category is asked for."""

    text: str = Field(max_length=rules.TEXT_CHARS_MAX)
    contact: ContactIn
    language: Literal["zh-hans", "en"] = "zh-hans"


class OpenedOut(Schema):
    number: str
    promised_at: datetime
    follow_url: str
    customer: str
    recognition: Literal["recognised", "doubt", "new"]


class CaseOut(Schema):
    number: str
    title: str
    state: Literal["recorded", "answered", "resolved"]
    turn: Literal["staff", "customer", "nobody"]
    due: datetime | None
    channel: str
    language: str
    round: int
    version: int
    opened: datetime
    resolved: datetime | None
    customer: str


class MessageOut(Schema):
    direction: Literal["in", "out"]
    channel: str
    author: str
    text: str
    created: datetime


class CaseWithMessages(CaseOut):
    messages: list[MessageOut]


class CasesOut(Schema):
    items: list[CaseOut]
    next: str


class WordsIn(Schema):
    text: str = Field("", max_length=rules.TEXT_CHARS_MAX)
    version: int | None = Field(
        None, ge=0, le=2**31 - 1, description="The version you saw: refused when it is old"
    )


def _out(case: Case) -> dict[str, Any]:
    return {
        "number": case.number,
        "title": case.title,
        "state": case.state,
        "turn": case.turn,
        "due": case.due.isoformat() if case.due else None,
        "channel": case.channel,
        "language": case.language,
        "round": case.round,
        "version": case.version,
        "opened": case.opened.isoformat(),
        "resolved": case.resolved.isoformat() if case.resolved else None,
        "customer": case.record.customer.public_id,
    }


@router.post("", response={201: OpenedOut, WRITE: Problem}, summary="Take in a complaint")
def open_case(request: HttpRequest, body: CaseIn, idempotency_key: IdempotencyKey = "") -> Any:
    """Recognises the customer, opens the case, starts its clock and puts the work into the queue, all or nothing."""
    return once(request, idempotency_key, body.dict(), lambda: (201, _open(request, body)))


def _open(request: HttpRequest, body: CaseIn) -> dict[str, Any]:
    given = body.contact
    opened = actions.open_case(
        actor=actor_of(request),
        now=clock.now(),
        contact=Contact(given.name, given.phone, given.email, given.member, body.language),
        text=body.text,
        channel="api",
        fallback_language=body.language,
    )
    case = opened.case
    return {
        "number": case.number,
        "promised_at": case.due.isoformat() if case.due else None,
        "follow_url": settings.BASE_URL + reverse("follow", args=[queries.link_token(case)]),
        "customer": opened.recognised.customer_public_id,
        "recognition": opened.recognised.outcome,
    }


@router.get("", response={200: CasesOut, READ: Problem}, summary="Newest cases")
def list_cases(
    request: HttpRequest, after: Cursor = "", state: Literal["", "recorded", "answered", "resolved"] = ""
) -> Any:
    """Visible cases, newest first, 50 a page; `next` is the cursor of the next page, empty at the end."""
    actor = actor_of(request)
    actor.require("cases.view")
    found = queries.list_cases(actor)
    shown = keyset.cut(found.filter(state=state) if state else found, "opened", after, size=PAGE)
    return {"items": [_out(case) for case in shown.rows], "next": shown.next_cursor}


@router.get(
    "/{number}", response={200: CaseWithMessages, READ: Problem}, summary="One case with what was said"
)
def get_case(request: HttpRequest, number: str) -> Any:
    actor = actor_of(request)
    actor.require("cases.view")
    case = queries.get_case(actor, number)
    messages = [
        {
            "direction": one.direction,
            "channel": one.channel,
            "author": one.author,
            "text": one.body,
            "created": one.created.isoformat(),
        }
        for one in channels.list_about(("case", case.id))
    ]
    return {**_out(case), "messages": messages}


ACTS: Mapping[str, Any] = {
    "answer": actions.answer,
    "resolve": actions.resolve,
    "append": actions.append,
    "reopen": actions.reopen,
}


@router.post("/{number}/{verb}", response={200: CaseOut, WRITE: Problem}, summary="Do something with a case")
def do(
    request: HttpRequest,
    number: str,
    verb: Literal["answer", "resolve", "append", "reopen"],
    body: WordsIn,
    idempotency_key: IdempotencyKey = "",
) -> Any:
    """`answer`, `resolve`, `append` (the customer's words), `reopen`: what the procedure allows now, else 409."""

    def effect() -> tuple[int, dict[str, Any]]:
        done = ACTS[verb](
            actor=actor_of(request), now=clock.now(), number=number, text=body.text, version=body.version
        )
        return 200, _out(done)

    return once(request, idempotency_key, body.dict(), effect)
