"""What the API's edges share: token, problem, paging, versions, and running an action once per idempotency key."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Header, Schema, Status
from ninja.security import HttpBearer
from pydantic import Field

from guanxi.core import clock, idempotency
from guanxi.core.access import Actor, Kind
from guanxi.core.errors import Conflict, Stale
from guanxi.core.idempotency import Answer

PAGE, PAGE_MAX = 50, 100
NO_VERSION = -1
_TAG = re.compile(r'"(\d{1,9})(?:-[0-9a-f]+)?"')


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
WRITE = READ | {409, 412}
IdempotencyKey = Annotated[str, Header(alias="Idempotency-Key", max_length=idempotency.KEY_CHARS_MAX)]
IfMatch = Annotated[
    str, Header(alias="If-Match", max_length=200, description="The `ETag` you saw: 412 when it is old")
]
Cursor = Annotated[str, Field(default="", max_length=64, description="The `next` of the page before")]
Limit = Annotated[int, Field(default=PAGE, ge=1, le=PAGE_MAX, description="At most so many")]


def actor_of(request: HttpRequest) -> Actor:
    """The token's actor."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by middleware
    return actor


def aware(moment: datetime | None) -> datetime | None:
    """A moment from outside; without an offset it is meant in UTC."""
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


def once(
    request: HttpRequest,
    key: str,
    body: Any,
    effect: Callable[[], tuple[int, dict[str, Any] | None]],
    *,
    shown_once: Mapping[str, Any] | None = None,
) -> Status[Any]:
    """Run `effect` once per (token, key); without a key, simply run it.

    `shown_once`, filled by the effect, is added to the first answer and kept nowhere: a secret is not in the replay.
    """
    actor = actor_of(request)
    answer = idempotency.once(
        owner=f"{actor.kind}:{actor.id}",
        key=key,
        request=[request.path, body],
        now=clock.now(),
        effect=lambda: Answer(*effect()),
    )
    if shown_once and not answer.replayed:
        return Status(answer.status, {**answer.body, **shown_once})
    return Status(answer.status, answer.body)


def money_key(actor: Actor, key: str) -> str:
    """The key under which an action that moves money knows a request: made of the caller's own, else a fresh one."""
    return f"api:{actor.id[:30]}:{key[:60]}-{len(key)}" if key else f"api:{uuid4()}"


def tag(response: HttpResponse, version: int) -> None:
    """Let the answer carry its version as a strong `ETag` (`site.api_frame` adds a digest of what is shown)."""
    response.headers["ETag"] = f'"{version}"'


def version_from(if_match: str) -> int | None:
    """The version an `If-Match` names; None without one or for `*`; one that never was for what is not our tag."""
    if not if_match or if_match.strip() == "*":
        return None
    found = _TAG.fullmatch(if_match.strip())
    return int(found[1]) if found else NO_VERSION


def matching(if_match: str, act: Callable[[int | None], Any], *, version: int | None = None) -> Any:
    """`act(version)` with the version that `If-Match` or the body names. Raises `Stale` (412) where `If-Match` is old;
    an old version in the body stays what the action says (409 `stale`)."""
    wanted = version_from(if_match)
    try:
        return act(version if wanted is None else wanted)
    except Conflict as error:
        if wanted is None or error.code != "stale":
            raise
        raise Stale(_("Read it again, then decide: nothing was changed.")) from error
