"""Protection over the API: published schemes, who takes part in them, what was found of sold goods."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import uuid4

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from guanxi.core import clock, keyset
from guanxi.core.api import PAGE, READ, WRITE, Cursor, IdempotencyKey, Limit, Problem, actor_of, once
from guanxi.trade.actions import enrolling, verifying
from guanxi.trade.models import Enrolment, Verification
from guanxi.trade.queries import findings, protection, rulesets
from guanxi.trade.rules.ruleset import Scheme

schemes = Router(tags=["protection"])
enrolments = Router(tags=["protection"])
verifications = Router(tags=["protection"])
VIEW = "trade.view"
Code = Annotated[str, Field(max_length=20)]
Measured = Annotated[float, Field(allow_inf_nan=False, ge=-(10**12), le=10**12)]
Value = Annotated[str, Field(max_length=100)] | bool | Measured


class SchemeOut(Schema):
    """A claim pays `factor` times the price, or `share` of it between `least_minor` and `most_minor` (0: no bound)."""

    code: str
    name: dict[str, str]
    words: dict[str, str]
    proof: str
    days: int
    hours: int
    factor: float
    share: float
    least_minor: int
    most_minor: int
    deposit_minor: int
    automatic_most: int
    per_buyer: int
    categories: list[str]
    excluded: list[str]


class SchemesOut(Schema):
    """The schemes of the rules in force: their version and its digest."""

    items: list[SchemeOut]
    currency: str
    version: int
    digest: str


class EnrolmentOut(Schema):
    id: str
    shop: str
    scheme: str
    state: str
    deposit_minor: int
    currency: str
    since: datetime
    until: datetime | None


class EnrolmentsOut(Schema):
    items: list[EnrolmentOut]
    next: str


class EnrolmentIn(Schema):
    """A shop's id and the code of a published scheme."""

    shop: Code
    scheme: str = Field(max_length=30)


class VerificationOut(Schema):
    """About one sold line (`order` and `sku`), or about everything that `listing` sold."""

    id: str
    order: str | None
    sku: str | None
    listing: str | None
    kind: str
    by: str
    name: str
    bad: bool
    words: str
    values: dict[str, Any]
    made: datetime


class VerificationsOut(Schema):
    items: list[VerificationOut]
    next: str


class VerificationIn(Schema):
    """`bad`: below what was declared, or a fake. Either `order` (its id) with the line at `place`, or `listing`."""

    order: Code = ""
    place: int = Field(default=1, ge=1, le=9_999)
    listing: Code = ""
    kind: Literal["measured", "authenticity"]
    by: Literal["inspection", "panel", "brand", "laboratory"]
    name: str = Field(min_length=1, max_length=80)
    bad: bool
    words: str = Field(default="", max_length=300)
    values: dict[Annotated[str, Field(max_length=40)], Value] = Field(default_factory=dict, max_length=40)


@schemes.get("", response={200: SchemesOut, READ: Problem}, summary="Protection schemes")
def list_schemes(request: HttpRequest) -> Any:
    """As they are published for everybody; in a house without any the list is empty."""
    actor_of(request).require(VIEW)
    rules = rulesets.current()
    return {
        "items": [_scheme(one) for one in rules.schemes.values()],
        "currency": rules.currency,
        "version": rules.number,
        "digest": rules.digest,
    }


def _scheme(one: Scheme) -> dict[str, Any]:
    lists = {"categories": list(one.categories), "excluded": list(one.excluded)}
    return {name: getattr(one, name) for name in SchemeOut.model_fields} | lists


@enrolments.get("", response={200: EnrolmentsOut, READ: Problem}, summary="Who takes part in schemes")
def list_enrolments(
    request: HttpRequest,
    after: Cursor = "",
    limit: Limit = PAGE,
    shop: str = "",
    scheme: str = "",
    state: str = "",
) -> Any:
    """Visible enrolments, newest first; `shop` (its id), `scheme` and `state` narrow."""
    actor = actor_of(request)
    actor.require(VIEW)
    narrow = {"shop__public_id": shop[:20], "scheme": scheme[:30], "state": state[:20]}
    found = protection.list_enrolments(actor).filter(
        **{path: value for path, value in narrow.items() if value}
    )
    shown = keyset.cut(found, "since", after, size=limit)
    return {"items": [_enrolment(row) for row in shown.rows], "next": shown.next_cursor}


@enrolments.post("", response={201: EnrolmentOut, WRITE: Problem}, summary="Take part in a scheme")
def enrol(request: HttpRequest, body: EnrolmentIn, idempotency_key: IdempotencyKey = "") -> Status[Any]:
    """The shop's deposit is held and what it sells from now on carries the promise; 409 when too little is free."""
    actor = actor_of(request)
    actor.require(enrolling.RIGHT)

    def effect() -> tuple[int, dict[str, Any]]:
        row = enrolling.enrol(actor=actor, now=clock.now(), shop=body.shop, scheme=body.scheme)
        return 201, _enrolment(row)

    return once(request, idempotency_key, body.dict(), effect)


@enrolments.post("/{public_id}/notice", response={200: EnrolmentOut, WRITE: Problem}, summary="Give notice")
def give_notice(request: HttpRequest, public_id: str) -> Any:
    """Nothing more is sold under the promise; the deposit is free when the last one sold has ended. Twice is once."""
    actor = actor_of(request)
    actor.require(enrolling.RIGHT)
    return _enrolment(enrolling.give_notice(actor=actor, now=clock.now(), enrolment=public_id))


def _enrolment(row: Enrolment) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "shop": row.shop.public_id,
        "scheme": row.scheme,
        "state": str(row.state),
        "deposit_minor": row.deposit_minor,
        "currency": row.currency,
        "since": row.since.isoformat(),
        "until": row.until.isoformat() if row.until else None,
    }


@verifications.get("", response={200: VerificationsOut, READ: Problem}, summary="Findings about goods")
def list_verifications(
    request: HttpRequest, after: Cursor = "", limit: Limit = PAGE, order: str = "", kind: str = ""
) -> Any:
    """Visible findings, newest first; `order` (its id) and `kind` narrow. Of one line the newest counts."""
    actor = actor_of(request)
    actor.require(VIEW)
    narrow = {"line__order__public_id": order[:20], "kind": kind[:20]}
    found = findings.list_findings(actor).filter(**{path: value for path, value in narrow.items() if value})
    shown = keyset.cut(found, "made", after, size=limit)
    return {"items": [_verification(row) for row in shown.rows], "next": shown.next_cursor}


@verifications.post("", response={201: VerificationOut, WRITE: Problem}, summary="Keep a finding")
def add_verification(
    request: HttpRequest, body: VerificationIn, idempotency_key: IdempotencyKey = ""
) -> Status[Any]:
    """What an inspection, a panel, the brand or a laboratory found. A machine may pay on it: send an `Idempotency-Key`."""
    actor = actor_of(request)
    actor.require(verifying.RIGHT)
    key = idempotency_key
    own = f"api:{actor.id[:30]}:{key[:60]}-{len(key)}" if key else f"api:{uuid4()}"

    def effect() -> tuple[int, dict[str, Any]]:
        line = findings.sold_line(actor, body.order, body.place) if body.order else None
        listing = findings.listing_id(actor, body.listing) if body.listing else None
        given = body.dict(include={"kind", "by", "name", "bad", "words", "values"})
        row = verifying.verify(
            actor=actor,
            now=clock.now(),
            finding=verifying.Finding(**given),
            once=own,
            line_id=line,
            listing_id=listing,
        )
        return 201, _verification(row)

    return once(request, key, body.dict(), effect)


def _verification(row: Verification) -> dict[str, Any]:
    line = row.line
    return {
        "id": row.public_id,
        "order": line.order.public_id if line else None,
        "sku": line.product.sku if line else None,
        "listing": row.listing.public_id if row.listing else None,
        "kind": str(row.kind),
        "by": str(row.by),
        "name": row.name,
        "bad": row.bad,
        "words": row.words,
        "values": row.values,
        "made": row.made.isoformat(),
    }
