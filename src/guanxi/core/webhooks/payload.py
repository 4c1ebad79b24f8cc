"""What a webhook says: the event as it stands in the stream. Codes, numbers, public ids; no personal text."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from guanxi.core.models import Event

PING = "webhook.ping"


def message_id(event: Event) -> str:
    """The same at every try and replay; another one for another history (after a restore)."""
    return f"evt_{event.seq}_{event.hash[:12]}"


def body_of(event: Event, records: Mapping[int, tuple[str, int | None]]) -> bytes:
    customer = records.get(event.record_id or 0, ("", None))[0]
    return _json(
        {
            "id": message_id(event),
            "type": event.type,
            "seq": event.seq,
            "occurred": _instant(event.occurred),
            "actor": {"kind": event.actor_kind, "id": event.actor_id},
            "subject": event.subject_kind,
            "customer": customer or None,
            "data": event.data,
        }
    )


def ping(public_id: str, now: datetime) -> bytes:
    """A test: looks like an event, has no place in the stream."""
    return _json(
        {
            "id": f"ping_{public_id}",
            "type": PING,
            "seq": None,
            "occurred": _instant(now),
            "actor": {"kind": "system", "id": "webhooks"},
            "subject": "webhook",
            "customer": None,
            "data": {},
        }
    )


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
