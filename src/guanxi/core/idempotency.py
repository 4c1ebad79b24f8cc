"""Idempotency keys: the same request sent twice has one effect and one answer.

The answer is written in the transaction of the effect, so a crash leaves both or neither. A second request with the key
waits for the first to commit and then replays its body; if the first takes longer than `WAIT_MS`, the second is told
"in flight" (409) and may come again. Another body under the same key is refused (422).
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import OperationalError, connection
from django.utils.translation import gettext_lazy as _

from guanxi.core.action import again_when_met
from guanxi.core.errors import Conflict, Invalid
from guanxi.core.models import IdempotencyKey

WAIT_MS = 4_000
KEY_CHARS_MAX = 100


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Any
    replayed: bool = False


def once(*, owner: str, key: str, request: Any, now: datetime, effect: Callable[[], Answer]) -> Answer:
    """Run `effect` once per (owner, key) and give its answer to everybody who asks with the same request.

    `request` is any JSON-able form of what was asked. Raises `Invalid` for a re-used key, `Conflict` while in flight.
    """
    if not key:
        return again_when_met(effect)
    if len(key) > KEY_CHARS_MAX:
        raise Invalid(_("The idempotency key is too long."), code="idempotency_key")
    digest = hashlib.sha256(json.dumps(request, sort_keys=True, default=str).encode()).hexdigest()

    def first_or_again() -> Answer:
        _take_turn(owner, key)
        given = IdempotencyKey.objects.filter(owner=owner, key=key).first()
        if given is not None:
            return _replay(given, digest)
        answer = effect()
        IdempotencyKey.objects.create(
            owner=owner, key=key, request_digest=digest, status=answer.status, body=answer.body, created=now
        )
        return answer

    return again_when_met(first_or_again)


def _take_turn(owner: str, key: str) -> None:
    """One at a time per key. SQLite's IMMEDIATE transaction has already taken the only turn there is."""
    if connection.vendor != "postgresql":
        return
    number = int.from_bytes(hashlib.sha256(f"{owner}\0{key}".encode()).digest()[:8], signed=True)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{WAIT_MS}ms"])
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
            cursor.execute("SELECT set_config('lock_timeout', '0', true)")
    except OperationalError as error:
        if "lock timeout" not in str(error):
            raise
        raise Conflict(_("The same request is still being worked on."), code="in_flight") from error


def _replay(given: IdempotencyKey, digest: str) -> Answer:
    if given.request_digest != digest:
        raise Invalid(_("This idempotency key was used for another request."), code="idempotency_key_reused")
    return Answer(given.status, given.body, replayed=True)
