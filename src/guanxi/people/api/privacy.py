"""Requests about data over the API, and the question before anybody writes to a customer."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from guanxi.core import clock, keyset
from guanxi.core.api import PAGE, READ, WRITE, Cursor, IdempotencyKey, Limit, Problem, actor_of, aware, once
from guanxi.core.phrases import sentences
from guanxi.people import queries as people
from guanxi.people.actions import privacy
from guanxi.people.models import PrivacyRequest
from guanxi.people.queries import privacy as queries
from guanxi.people.rules.privacy import RULE

router = Router(tags=["privacy"])
Kind = Literal["access", "correction", "restriction", "objection", "anonymisation", "deletion"]


class RequestIn(Schema):
    """What somebody asks about their data. Without `law` the house's own; without `received` now."""

    customer: str = Field(max_length=20)
    kind: Kind
    law: Literal["", "pipl", "gdpr"] = ""
    channel: Literal["web", "email", "phone", "letter", "api"] = "api"
    note: str = Field("", max_length=privacy.NOTE_CHARS_MAX)
    received: datetime | None = None


class DeedIn(Schema):
    """`why` for extend, refuse and close; `typed`, the customer's number, for anonymise and erase."""

    deed: Literal["extend", "refuse", "close", "restrict", "object", "anonymise", "erase"]
    why: str = Field("", max_length=300)
    typed: str = Field("", max_length=40)


class RequestOut(Schema):
    id: str
    customer: str
    kind: str
    law: str
    channel: str
    state: str
    received: datetime
    due: datetime
    extended: datetime | None
    closed: datetime | None
    outcome: str


class RequestsOut(Schema):
    items: list[RequestOut]
    next: str


class ContactOut(Schema):
    """`may`: whether somebody may write; `reasons`: why not, in words."""

    may: bool
    reasons: list[str]


def _shown(row: PrivacyRequest) -> dict[str, Any]:
    """Plain values: an answer kept for a repeated request is JSON."""
    return {
        "id": row.public_id,
        "customer": row.customer.public_id,
        "kind": row.kind,
        "law": row.law,
        "channel": row.channel,
        "state": row.state,
        "received": row.received.isoformat(),
        "due": row.due.isoformat(),
        "extended": row.extended.isoformat() if row.extended else None,
        "closed": row.closed.isoformat() if row.closed else None,
        "outcome": row.outcome,
    }


@router.get(
    "/requests", response={200: RequestsOut, READ: Problem}, summary="Requests about data, newest first"
)
def list_requests(request: HttpRequest, after: Cursor = "", limit: Limit = PAGE) -> Any:
    shown = keyset.cut(queries.list_requests(actor_of(request)), "received", after, size=limit)
    return {"items": [_shown(row) for row in shown.rows], "next": shown.next_cursor}


@router.post("/requests", response={201: RequestOut, WRITE: Problem}, summary="Take in a request about data")
def open_request(request: HttpRequest, body: RequestIn, idempotency_key: IdempotencyKey = "") -> Any:
    """The legal limit runs from `received`. The same kind asked again while it is open is that request."""

    def effect() -> tuple[int, dict[str, Any]]:
        row = privacy.open_request(
            actor=actor_of(request),
            now=clock.now(),
            public_id=body.customer,
            kind=body.kind,
            law=body.law,
            channel=body.channel,
            note=body.note,
            received=aware(body.received),
        )
        return 201, _shown(row)

    return once(request, idempotency_key, body.dict(), effect)


@router.get(
    "/requests/{public_id}", response={200: RequestOut, READ: Problem}, summary="One request about data"
)
def get_request(request: HttpRequest, public_id: str) -> Any:
    return _shown(queries.get_request(actor_of(request), public_id))


@router.post(
    "/requests/{public_id}/do",
    response={200: RequestOut, WRITE: Problem},
    summary="Extend, refuse or carry out a request",
)
def do(request: HttpRequest, public_id: str, body: DeedIn, idempotency_key: IdempotencyKey = "") -> Any:
    """`anonymise` and `erase` cannot be undone and need the customer's number in `typed`."""
    by: dict[str, Any] = {"actor": actor_of(request), "now": clock.now(), "public_id": public_id}

    def effect() -> tuple[int, dict[str, Any]]:
        if body.deed == "extend":
            row = privacy.extend(**by, why=body.why)
        elif body.deed == "refuse":
            row = privacy.refuse(**by, why=body.why)
        elif body.deed == "close":
            row = privacy.close(**by, outcome=body.why)
        else:
            row = privacy.carry_out(**by, deed=body.deed, typed=body.typed)
        return 200, _shown(row)

    return once(request, idempotency_key, body.dict(), effect)


@router.get("/may-contact", response={200: ContactOut, READ: Problem}, summary="May we write to a customer?")
def may_contact(request: HttpRequest, customer: str, purpose: str, channel: str) -> Any:
    """The one gate: restriction, objection, consent and refusal for a purpose (service, marketing, survey) on a channel
    (email, phone, sms, letter)."""
    actor = actor_of(request)
    actor.require("people.view")
    who = people.get_customer(actor, customer[:20])
    facts = queries.may_contact(who.id, purpose[:20], channel[:12])
    said = {
        "facts": [{"code": one.code, "values": dict(one.values)} for one in facts],
        "outcome": "hold",
        "rule": RULE,
    }
    return {"may": not facts, "reasons": sentences(said) if facts else []}
