"""What the API's edges share: token, problem, paging, and running an action once per idempotency key."""

from collections.abc import Callable
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Header, Schema, Status
from ninja.security import HttpBearer
from pydantic import Field

from guanxi.core import clock, idempotency
from guanxi.core.access import Actor, Kind
from guanxi.core.idempotency import Answer

PAGE_MAX = 100


class Token(HttpBearer):
    """`Authorization: Bearer gx_...`; the middleware has already looked it up."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        actor: Actor = request.actor  # type: ignore[attr-defined]  # set by middleware
        return actor if actor.kind is Kind.TOKEN else None


class Problem(Schema):
    """An error (RFC 9457) in the language of `Accept-Language`."""

    type: str
    title: str
    status: int
    code: str
    detail: str | None = None
    fields: dict[str, str] | None = None


READ = frozenset({400, 401, 403, 404, 422, 429, 503})
WRITE = READ | {409}
IdempotencyKey = Annotated[str, Header(alias="Idempotency-Key", max_length=idempotency.KEY_CHARS_MAX)]
Cursor = Annotated[str, Field(default="", max_length=64, description="The `next` of the page before")]


def actor_of(request: HttpRequest) -> Actor:
    """The token's actor."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by middleware
    return actor


def once(
    request: HttpRequest, key: str, body: Any, effect: Callable[[], tuple[int, dict[str, Any]]]
) -> Status[dict[str, Any]]:
    """Run `effect` once per (token, key); without a key, simply run it."""
    actor = actor_of(request)
    answer = idempotency.once(
        owner=f"{actor.kind}:{actor.id}",
        key=key,
        request=[request.path, body],
        now=clock.now(),
        effect=lambda: Answer(*effect()),
    )
    return Status(answer.status, answer.body)
