"""Customers over the API: recognise and record, find, read."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field, model_validator

from guanxi.core import clock, fields, keyset
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
from guanxi.core.errors import NotFound
from guanxi.core.phrases import explained
from guanxi.engine.normalise import mask, pretty
from guanxi.people import actions, queries
from guanxi.people.queries import Party, Relation
from guanxi.people.rules import Contact, read_claims, waterfall

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
    """`merged_into`: the id that was asked for has been merged into this customer; empty otherwise."""

    id: str
    merged_into: str
    name: str
    nature: str = Field(description="`person` or `company`")
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


class LikelyIn(Schema):
    """What is known so far of somebody; parts that cannot be read say nothing."""

    name: str = Field("", max_length=100)
    phone: str = Field("", max_length=64)
    email: str = Field("", max_length=254)
    member: str = Field("", max_length=80)
    birth: str = Field("", max_length=40)
    address: str = Field("", max_length=300)

    @model_validator(mode="after")
    def says_something(self) -> Self:
        """Refuse what names nobody: an empty question has no answer."""
        if not any(self.model_dump().values()):
            raise ValueError("say at least one of name, phone, email, member, birth, address")
        return self


class StepOut(Schema):
    """One step of the sum, in bits for (+) or against (-)."""

    code: str
    kind: str
    bits: float


class LikelyOut(Schema):
    """`share`: of all that this may be; `probability`: of this one alone. Without `people.contacts` there are no steps."""

    customer: str
    name: str
    provisional: bool
    share: float
    probability: float
    steps: list[StepOut]


class LikelyListOut(Schema):
    items: list[LikelyOut]


@router.post("/candidates", response={200: LikelyListOut, READ: Problem}, summary="Who this is likely to be")
def candidates(request: HttpRequest, body: LikelyIn) -> Any:
    """The likeliest customers, best first, each with its waterfall. Nothing is written; posted for the sake of logs."""
    found = queries.likely_customers(actor_of(request), Contact(**body.dict()))
    return {
        "items": [
            {
                "customer": one.who.public_id,
                "name": one.who.name,
                "provisional": one.who.provisional,
                "share": round(one.share, 6),
                "probability": round(one.probability, 6),
                "steps": [
                    {"code": fact.code, "kind": str(fact.values.get("kind", "")), "bits": fact.weight}
                    for fact in (waterfall(one.likely) if one.likely else ())
                    if fact.weight
                ],
            }
            for one in found
        ]
    }


class TroubleIn(Schema):
    """An identifier of the customer, in any formatting, and what is wrong with it."""

    kind: Literal["phone", "email", "address", "member"]
    value: str = Field(max_length=254)
    trouble: Literal["bounced", "returned", "silent", "recycled"]


class TroubleOut(Schema):
    kind: str
    text: str
    trouble: str


@router.post(
    "/{public_id}/troubles",
    response={200: TroubleOut, WRITE: Problem},
    summary="It does not reach them any more",
)
def note_trouble(
    request: HttpRequest, public_id: str, body: TroubleIn, idempotency_key: IdempotencyKey = ""
) -> Any:
    """For mail that bounced, letters that came back, numbers out of service: nothing is sent there from now on."""
    actor = actor_of(request)

    def effect() -> tuple[int, dict[str, Any]]:
        actor.require("people.record")
        who = queries.get_customer(actor, public_id)
        claims, _refused = read_claims({body.kind: body.value})
        wanted = {(one.kind, one.value) for one in claims}
        found = next(
            (
                one
                for one in queries.identifiers_of(actor, who.id)
                if (one.kind, one.value) in wanted and one.valid_to is None
            ),
            None,
        )
        if found is None:
            raise NotFound
        actions.note_trouble(actor=actor, now=clock.now(), identifier_id=found.id, trouble=body.trouble)
        shown = (
            pretty(found.kind, found.value) if actor.may("people.contacts") else mask(found.kind, found.value)
        )
        return 200, {"kind": found.kind, "text": shown, "trouble": body.trouble}

    return once(request, idempotency_key, {"customer": public_id, **body.dict()}, effect)


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


At = Annotated[
    str, Query("", max_length=40, description="As it was then: `2026-03-01` (its end) or a moment")
]


@router.get(
    "/{public_id}", response={200: CustomerOut, READ: Problem}, summary="One customer, today or at a moment"
)
def get(request: HttpRequest, public_id: str, at: At = "") -> Any:
    """With `at` as it was at that moment, 404 when nobody was known then; what may be seen is decided as of today."""
    actor = actor_of(request)
    actor.require("people.view")
    moment = _moment(at)
    if moment is None:
        who = queries.get_customer(actor, public_id)
        doubts = [(one.candidate.public_id, one.created) for one in queries.list_reviews(who.id)]
    else:
        then = queries.as_of(actor, public_id, moment)
        if then.view is None:
            raise NotFound
        who, doubts = then.view, queries.reviews_then(then.records, moment)
    consents = queries.latest_consents([record.id for record in who.records], at=moment)
    return {
        "id": who.public_id,
        "merged_into": who.public_id if who.public_id != public_id else "",
        "name": who.name,
        "nature": who.nature,
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
        "doubts": [{"customer": code, "since": since} for code, since in doubts],
    }


def _moment(at: str) -> datetime | None:
    """What to look back to; a moment to come is today."""
    moment = fields.read_instant({"at": at}, "at")
    return moment if moment is not None and moment < clock.now() else None


# -- households, companies, guarantors -------------------------------------------------------------------------------

Role = Literal[
    "spouse", "parent", "child", "member", "representative", "signatory", "contact", "employee", "guarantor", "guaranteed",
    "agent", "principal",
]  # fmt: skip


class PartyOut(Schema):
    """The other side. Empty for a customer the token may not see."""

    id: str
    name: str
    nature: str


class RelationOut(Schema):
    """What the other side is to the customer asked about. `own`: since a merge both sides are that one customer."""

    id: str
    role: Role
    party: PartyOut
    own: bool
    household: str
    valid_from: date | None
    valid_to: date | None
    ended_on: date | None
    source: str
    note: str
    created: datetime
    current: bool


class HouseholdOut(Schema):
    """Who lives together today, the customer asked about first."""

    id: str
    members: list[PartyOut]


class RelationsOut(Schema):
    items: list[RelationOut]
    households: list[HouseholdOut]


class RelationIn(Schema):
    """`other` is `role` to the customer. `together`: a family shares one household from now on."""

    other: str = Field(max_length=20)
    role: Role
    together: bool = True
    valid_from: date | None = None
    valid_to: date | None = None
    source: Literal["word", "document", "register", "import"] = "word"
    note: str = Field("", max_length=300)


class EndIn(Schema):
    """`on`: the day it was over, today without one."""

    on: date | None = None
    why: str = Field(max_length=300, description="May be empty, but is asked for")


class NatureIn(Schema):
    nature: Literal["person", "company"]


class NatureOut(Schema):
    nature: Literal["person", "company"]


class RelationRef(Schema):
    id: str


@router.get(
    "/{public_id}/relationships",
    response={200: RelationsOut, READ: Problem},
    summary="Households, companies, guarantors",
)
def relationships(request: HttpRequest, public_id: str, at: At = "") -> Any:
    """Current ones first, then those that are over; at most 200. With `at` as they were known at that moment."""
    actor = actor_of(request)
    actor.require("people.view")
    moment = _moment(at)
    who = queries.as_of(actor, public_id, moment) if moment else queries.get_customer(actor, public_id)
    found = queries.list_relations(actor, who.id, now=moment or clock.now(), at=moment)
    return {
        "items": [_relation(one) for one in [*found.current, *found.earlier]],
        "households": [
            {"id": home.code, "members": [_party(one) for one in home.members]} for home in found.households
        ],
    }


@router.post(
    "/{public_id}/relationships", response={201: RelationRef, WRITE: Problem}, summary="Enter a relation"
)
def relate(
    request: HttpRequest, public_id: str, body: RelationIn, idempotency_key: IdempotencyKey = ""
) -> Any:
    """Both sides show it from now on. 409 when it is written down already; 422 with the reason where it cannot be."""

    def effect() -> tuple[int, dict[str, Any]]:
        row = actions.relate(actor=actor_of(request), now=clock.now(), customer=public_id, **body.dict())
        return 201, {"id": row.public_id}

    return once(request, idempotency_key, body.dict(), effect)


@router.post(
    "/{public_id}/relationships/{relation}/end",
    response={200: RelationRef, WRITE: Problem},
    summary="End a relation",
)
def end_relationship(
    request: HttpRequest, public_id: str, relation: str, body: EndIn, idempotency_key: IdempotencyKey = ""
) -> Any:
    """It stays in the history of both sides. 409 when it is over already."""
    actor = actor_of(request)
    actor.require("people.view")
    queries.get_customer(actor, public_id)

    def effect() -> tuple[int, dict[str, Any]]:
        row = actions.end_relation(
            actor=actor, now=clock.now(), relation=relation, on=body.on, why=body.why, customer=public_id
        )
        return 200, {"id": row.public_id}

    return once(request, idempotency_key, body.dict(), effect)


@router.put("/{public_id}/nature", response={200: NatureOut, WRITE: Problem}, summary="Person or company")
def put_nature(request: HttpRequest, public_id: str, body: NatureIn) -> Any:
    actions.set_nature(actor=actor_of(request), now=clock.now(), customer=public_id, nature=body.nature)
    return {"nature": body.nature}


def _party(party: Party) -> dict[str, str]:
    return {"id": party.code, "name": party.name, "nature": party.nature}


def _relation(one: Relation) -> dict[str, Any]:
    return {
        "id": one.public_id,
        "role": one.role,
        "party": _party(one.party),
        "own": one.own,
        "household": one.household,
        "valid_from": one.valid_from,
        "valid_to": one.valid_to,
        "ended_on": one.ended_on,
        "source": one.source,
        "note": one.note,
        "created": one.created,
        "current": one.current,
    }
