"""Customers over the API: recognise and record, find, read."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from guanxi.core import clock, keyset
from guanxi.core.api import (
    PAGE,
    READ,
    WRITE,
    Cursor,
    IdempotencyKey,
    Limit,
    Problem,
    actor_of,
    once,
)
from guanxi.core.phrases import explained
from guanxi.people import actions, queries

router = Router(tags=["customers"])


class IdentifierOut(Schema):
    """`text` is masked unless the token has the right `people.contacts`."""

    kind: str
    text: str
    masked: bool
    verified: datetime | None


class ConsentOut(Schema):
    """The latest statement for a purpose on a channel; what nobody asked about is not listed."""

    purpose: str
    channel: str
    given: bool
    stated: datetime


class DoubtOut(Schema):
    """Another customer who may be the same person; a steward decides."""

    customer: str
    since: datetime


class CustomerOut(Schema):
    id: str
    name: str
    provisional: bool
    since: datetime
    language: str
    sources: list[str]
    sample: bool
    identifiers: list[IdentifierOut]
    consents: list[ConsentOut]
    doubts: list[DoubtOut]


class CustomerShort(Schema):
    id: str
    name: str
    source: str
    created: datetime


class CustomersOut(Schema):
    items: list[CustomerShort]
    next: str


class PersonIn(Schema):
    """What a source says about somebody; at least one of phone, email, member."""

    source: str = Field(max_length=20, pattern=r"^[a-z][a-z0-9_-]*$")
    name: str = Field("", max_length=100)
    phone: str = Field("", max_length=64)
    email: str = Field("", max_length=254)
    member: str = Field("", max_length=80)
    language: Literal["", "zh-hans", "en"] = ""


class RecognitionOut(Schema):
    customer: str
    outcome: Literal["recognised", "doubt", "new"]
    why: dict[str, Any]


@router.post("", response={201: RecognitionOut, WRITE: Problem}, summary="Record what a source says")
def add(request: HttpRequest, body: PersonIn, idempotency_key: IdempotencyKey = "") -> Any:
    """Recognises the person, or makes a new customer; on doubt a provisional one and a review task."""

    def effect() -> tuple[int, dict[str, Any]]:
        found = actions.add_record(
            actor=actor_of(request),
            now=clock.now(),
            contact=actions.Contact(body.name, body.phone, body.email, body.member, body.language),
            source=f"api:{body.source}",
        )
        why = explained(found.explanation) or {}
        return 201, {"customer": found.customer_public_id, "outcome": found.outcome, "why": why}

    return once(request, idempotency_key, body.dict(), effect)


@router.get("", response={200: CustomersOut, READ: Problem}, summary="Newest customers, or those found by q")
def find(request: HttpRequest, q: str = "", after: Cursor = "", limit: Limit = PAGE) -> Any:
    """One line per record, newest first; with `q` the best matches and no further page."""
    actor = actor_of(request)
    actor.require("people.view")
    if q.strip():
        records, following = queries.search_customers(actor, q[:100], limit=limit), ""
    else:
        shown = keyset.cut(queries.list_records(actor), "created", after, size=limit)
        records, following = list(shown.rows), shown.next_cursor
    items = [
        {"id": one.customer.public_id, "name": one.name, "source": one.source, "created": one.created}
        for one in records
    ]
    return {"items": items, "next": following}


@router.get("/{public_id}", response={200: CustomerOut, READ: Problem}, summary="One customer")
def get(request: HttpRequest, public_id: str) -> Any:
    actor = actor_of(request)
    actor.require("people.view")
    who = queries.get_customer(actor, public_id)
    consents = queries.latest_consents([record.id for record in who.records])
    return {
        "id": who.public_id,
        "name": who.name,
        "provisional": who.provisional,
        "since": who.since,
        "language": who.language,
        "sources": list(who.sources),
        "sample": who.sample,
        "identifiers": [
            {"kind": one.kind, "text": one.text, "masked": one.masked, "verified": one.verified}
            for one in who.identifiers
        ],
        "consents": [
            {"purpose": purpose, "channel": channel, "given": one.given, "stated": one.stated}
            for (purpose, channel), one in sorted(consents.items())
        ],
        "doubts": [
            {"customer": one.candidate.public_id, "since": one.created}
            for one in queries.list_reviews(who.id)
        ],
    }
