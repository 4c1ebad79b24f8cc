"""Webhooks over the API, and the same events for whoever would rather ask than be told."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field

from guanxi.core import clock, keyset
from guanxi.core.api import (
    PAGE,
    READ,
    WRITE,
    Cursor,
    IdempotencyKey,
    IfMatch,
    Limit,
    Problem,
    actor_of,
    matching,
    once,
    tag,
)
from guanxi.core.errors import Invalid
from guanxi.core.models import WebhookDelivery, WebhookEndpoint
from guanxi.core.webhooks import actions, queries, reading

router = Router(tags=["webhooks"])
events = Router(tags=["events"])
Types = list[str]


class WebhookIn(Schema):
    """`types`: `case.opened`, `case.*`; none is all you may see. `from_seq`: begin after this event, else with the next."""

    name: str = Field(max_length=80)
    url: str = Field(max_length=500)
    types: Types = Field(default_factory=list, max_length=50)
    from_seq: int | None = Field(None, ge=0, le=2**62)


class WebhookChange(Schema):
    """What is left out stays as it is."""

    name: str | None = Field(None, max_length=80)
    url: str | None = Field(None, max_length=500)
    types: Types | None = Field(None, max_length=50)


class WebhookOut(Schema):
    """`seq`: the last event dealt with. `next_try` and `failing_since` while it does not take the one after."""

    id: str
    name: str
    url: str
    types: Types
    owner: str | None
    state: Literal["active", "paused"]
    paused_why: str
    seq: int
    tries: int
    failing_since: datetime | None
    next_try: datetime | None
    version: int
    created: datetime


class SecretOut(WebhookOut):
    """`secret` (`whsec_...`) is shown in this answer only; a replay by idempotency key has null there."""

    secret: str | None = None


class WebhooksOut(Schema):
    items: list[WebhookOut]
    next: str


class DeliveryOut(Schema):
    """The last try of one event, heads and body cut to size. `error`: "", status, redirect, timeout, connect, tls, ..."""

    id: str
    kind: Literal["event", "replay", "ping"]
    seq: int
    type: str
    state: Literal["waiting", "delivered", "failed"]
    tries: int
    status: int | None
    error: str
    duration_ms: int
    request_head: str
    response_head: str
    response_body: str
    created: datetime
    last_try: datetime | None


class DeliveriesOut(Schema):
    items: list[DeliveryOut]
    next: str


class ReplayIn(Schema):
    """`only`: this one event, once, out of order. Else everything from `seq` on, in order."""

    seq: int = Field(ge=1, le=2**62)
    only: bool = False


class EventOut(Schema):
    """An event as webhooks send it."""

    id: str
    type: str
    seq: int
    occurred: datetime
    actor: dict[str, str]
    subject: str
    customer: str | None
    data: dict[str, Any]


class EventsOut(Schema):
    """`next`: the last event looked at; ask again with it as `after`, also when there is nothing yet."""

    items: list[EventOut]
    next: str


def _out(endpoint: WebhookEndpoint) -> dict[str, Any]:
    return {
        "id": endpoint.public_id,
        "name": endpoint.name,
        "url": endpoint.url,
        "types": list(endpoint.types),
        "owner": endpoint.owner.public_id if endpoint.owner else None,
        "state": str(endpoint.state),
        "paused_why": endpoint.paused_why,
        "seq": endpoint.seq,
        "tries": endpoint.tries,
        "failing_since": _iso(endpoint.failing_since),
        "next_try": _iso(endpoint.next_try),
        "version": endpoint.version,
        "created": endpoint.created.isoformat(),
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _delivery(row: WebhookDelivery) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "kind": str(row.kind),
        "seq": row.seq,
        "type": row.type,
        "state": str(row.state),
        "tries": row.tries,
        "status": row.status,
        "error": row.error,
        "duration_ms": row.duration_ms,
        "request_head": row.request_head,
        "response_head": row.response_head,
        "response_body": row.response_body,
        "created": row.created.isoformat(),
        "last_try": _iso(row.last_try),
    }


@router.get("", response={200: WebhooksOut, READ: Problem}, summary="Webhooks, newest first")
def list_webhooks(request: HttpRequest, after: Cursor = "", limit: Limit = PAGE) -> Any:
    """Those this token made, or all (`site.settings`)."""
    shown = keyset.cut(queries.list_endpoints(actor_of(request)), "created", after, size=limit)
    return {"items": [_out(one) for one in shown.rows], "next": shown.next_cursor}


@router.post("", response={201: SecretOut, WRITE: Problem}, summary="Subscribe to events")
def add(request: HttpRequest, body: WebhookIn, idempotency_key: IdempotencyKey = "") -> Any:
    """Needs `api.webhooks.own`. It hears what this token may see, for as long as the token may."""
    secret: dict[str, Any] = {}

    def effect() -> tuple[int, dict[str, Any]]:
        endpoint, secret["secret"] = actions.add_endpoint(
            actor=actor_of(request),
            now=clock.now(),
            name=body.name,
            url=body.url,
            types=body.types,
            from_seq=body.from_seq,
        )
        return 201, _out(endpoint)

    return once(request, idempotency_key, body.dict(), effect, shown_once=secret)


@router.get("/{public_id}", response={200: WebhookOut, READ: Problem}, summary="One webhook")
def get(request: HttpRequest, response: HttpResponse, public_id: str) -> Any:
    endpoint = queries.get_endpoint(actor_of(request), public_id)
    tag(response, endpoint.version)
    return _out(endpoint)


@router.patch("/{public_id}", response={200: WebhookOut, WRITE: Problem}, summary="Change a webhook")
def change(
    request: HttpRequest, response: HttpResponse, public_id: str, body: WebhookChange, if_match: IfMatch = ""
) -> Any:
    """Name, address, types. With `If-Match` only the version you saw."""

    def act(version: int | None) -> WebhookEndpoint:
        return actions.change_endpoint(
            actor=actor_of(request),
            now=clock.now(),
            public_id=public_id,
            name=body.name,
            url=body.url,
            types=body.types,
            version=version,
        )

    endpoint = matching(if_match, act)
    tag(response, endpoint.version)
    return _out(endpoint)


@router.delete("/{public_id}", response={204: None, WRITE: Problem}, summary="Remove a webhook")
def remove(request: HttpRequest, public_id: str, if_match: IfMatch = "") -> Any:
    """With its log."""
    matching(
        if_match,
        lambda version: actions.remove_endpoint(
            actor=actor_of(request), now=clock.now(), public_id=public_id, version=version
        ),
    )
    return Status(204, None)


def _verb(
    request: HttpRequest,
    key: str,
    if_match: str,
    act: Callable[[int | None], tuple[WebhookEndpoint, dict[str, Any]]],
    body: Any = None,
) -> Any:
    """One verb once per key; what it shows once stands in the first answer only."""
    secret: dict[str, Any] = {}

    def effect() -> tuple[int, dict[str, Any]]:
        endpoint, shown = matching(if_match, act)
        secret.update(shown)
        return 200, _out(endpoint)

    return once(request, key, body, effect, shown_once=secret)


@router.post("/{public_id}/pause", response={200: WebhookOut, WRITE: Problem}, summary="Send nothing for now")
def pause(
    request: HttpRequest, public_id: str, idempotency_key: IdempotencyKey = "", if_match: IfMatch = ""
) -> Any:
    """Its place in the stream stays."""

    def act(version: int | None) -> tuple[WebhookEndpoint, dict[str, Any]]:
        done = actions.pause(actor=actor_of(request), now=clock.now(), public_id=public_id, version=version)
        return done, {}

    return _verb(request, idempotency_key, if_match, act)


@router.post("/{public_id}/resume", response={200: WebhookOut, WRITE: Problem}, summary="Go on")
def resume(
    request: HttpRequest, public_id: str, idempotency_key: IdempotencyKey = "", if_match: IfMatch = ""
) -> Any:
    """At once, where it stopped; also to try again before its time."""

    def act(version: int | None) -> tuple[WebhookEndpoint, dict[str, Any]]:
        done = actions.resume(actor=actor_of(request), now=clock.now(), public_id=public_id, version=version)
        return done, {}

    return _verb(request, idempotency_key, if_match, act)


@router.post("/{public_id}/rotate", response={200: SecretOut, WRITE: Problem}, summary="Change the secret")
def rotate(
    request: HttpRequest, public_id: str, idempotency_key: IdempotencyKey = "", if_match: IfMatch = ""
) -> Any:
    """A new secret, shown once; for 24 hours the old one signs as well."""

    def act(version: int | None) -> tuple[WebhookEndpoint, dict[str, Any]]:
        endpoint, secret = actions.rotate(
            actor=actor_of(request), now=clock.now(), public_id=public_id, version=version
        )
        return endpoint, {"secret": secret}

    return _verb(request, idempotency_key, if_match, act)


@router.post("/{public_id}/replay", response={200: WebhookOut, WRITE: Problem}, summary="Send events again")
def replay(
    request: HttpRequest,
    public_id: str,
    body: ReplayIn,
    idempotency_key: IdempotencyKey = "",
    if_match: IfMatch = "",
) -> Any:
    """Under the same ids, so that receivers can tell."""

    def act(version: int | None) -> tuple[WebhookEndpoint, dict[str, Any]]:
        actor, now = actor_of(request), clock.now()
        if not body.only:
            return actions.replay_from(
                actor=actor, now=now, public_id=public_id, seq=body.seq, version=version
            ), {}
        row = actions.replay_one(actor=actor, now=now, public_id=public_id, seq=body.seq)
        return row.endpoint, {}

    return _verb(request, idempotency_key, if_match, act, body.dict())


@router.post("/{public_id}/ping", response={202: DeliveryOut, WRITE: Problem}, summary="Send a test")
def ping(request: HttpRequest, public_id: str, idempotency_key: IdempotencyKey = "") -> Any:
    """Type `webhook.ping`, sent once by a worker; the log tells what came of it."""

    def effect() -> tuple[int, dict[str, Any]]:
        row = actions.ping(actor=actor_of(request), now=clock.now(), public_id=public_id)
        return 202, _delivery(row)

    return once(request, idempotency_key, None, effect)


@router.get("/{public_id}/deliveries", response={200: DeliveriesOut, READ: Problem}, summary="The log")
def list_deliveries(
    request: HttpRequest,
    public_id: str,
    after: Cursor = "",
    limit: Limit = PAGE,
    state: Literal["", "waiting", "delivered", "failed"] = "",
) -> Any:
    """Newest first, kept for 30 days."""
    found = queries.list_deliveries(queries.get_endpoint(actor_of(request), public_id))
    shown = keyset.cut(found.filter(state=state) if state else found, "created", after, size=limit)
    return {"items": [_delivery(one) for one in shown.rows], "next": shown.next_cursor}


@events.get("", response={200: EventsOut, READ: Problem}, summary="Sealed events in order")
def list_events(request: HttpRequest, after: str = "", limit: Limit = PAGE, types: str = "") -> Any:
    """What webhooks of this token would hear, for asking instead: after event number `after`, `types` comma-separated.

    Needs `api.webhooks.own`. A page may be empty although more follows: go on from `next` until it does not move.
    """
    if after and not (after.isdecimal() and len(after) < 19):
        raise Invalid(code="cursor")
    actor = actor_of(request)
    found, reached = reading.read_visible(
        actor, int(after or 0), limit=limit, types=[one for one in types.split(",") if one]
    )
    return {"items": found, "next": str(reached)}
