"""The one append-only stream: recording, sealing, reading by `seq`, verifying.

`record(event, ...)` is the last line of every action. Receivers that must write in the same transaction are called here;
everybody else reads sealed events by `seq`, where none can be missed (ids are no cursor: a transaction with a lower id may
commit later).
"""

import hashlib
import json
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import models

from guanxi.core import batches, rows
from guanxi.core.access import Actor
from guanxi.core.batches import Document, Moments
from guanxi.core.clock import now as wall_clock
from guanxi.core.ids import new_id
from guanxi.core.models import Detail
from guanxi.core.models import Event as EventRow

Plain = str | int | bool | None
Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """What happened: `type` in the past tense, `data` without personal text, `detail` with it."""

    type: str
    actor: Actor
    occurred: datetime
    subject: tuple[str, int]
    record_id: int | None = None
    unit_id: int | None = None
    data: Data = field(default_factory=dict)
    detail: Data | None = None


Receiver = Callable[[EventRow], None]
_receivers: dict[str, list[Receiver]] = defaultdict(list)


def receive_inside(event_type: str, receiver: Receiver) -> None:
    """Call `receiver` inside the transaction that records `event_type`. Only `site/wiring.py` does this."""
    _receivers[event_type].append(receiver)


def record(*events: Event, with_rows: Sequence[models.Model] = ()) -> list[EventRow]:
    """Write the business rows of an action and its events in one statement, then call the receivers inside."""
    recorded = wall_clock()
    written = [_row(event, recorded) for event in events]
    details = [detail for event, row in zip(events, written, strict=True) if (detail := _detail(event, row))]
    rows.insert([*with_rows, *written, *details])
    for row in written:
        for receiver in _receivers.get(row.type, ()):
            receiver(row)
    return written


class Batch:
    """Events by the thousand, each as `record` would write it; `write` them after the rows they tell of."""

    def __init__(self, actor: Actor, *, unit_id: int | None = None) -> None:
        self._actor = actor.kind.value, actor.id
        self._unit_id = unit_id
        self._moments = Moments()
        self._recorded = wall_clock()
        self._recorded_kept = self._moments[self._recorded]
        self._salts: list[str] = []
        self._heard: list[tuple[Any, ...]] = []
        self._events = batches.Batch(EventRow, *_COLUMNS)
        self._details = batches.Batch(Detail, "event_id", "salt", "body")

    def add(
        self,
        key: int,
        type_: str,
        occurred: datetime,
        subject: tuple[str, int],
        record_id: int | None,
        data: str,
        detail: Document | None = None,
    ) -> None:
        """One event with the fresh key `key` and its data as JSON text; `detail` holds the personal part."""
        digest = ""
        if detail is not None:
            salt = self._salt()
            digest = hashlib.sha256((salt + detail.canonical).encode()).hexdigest()
            self._details.add((key, salt, detail.stored))
        rest = (*self._actor, record_id, self._unit_id, *subject)
        self._events.add((key, type_, self._moments[occurred], self._recorded_kept, *rest, data, digest))
        if type_ in _receivers:
            self._heard.append((key, type_, occurred, self._recorded, *rest, json.loads(data), digest))

    def write(self) -> None:
        """Write the events and their details, then call the receivers inside."""
        batches.write(self._events, self._details)
        heard, self._heard = self._heard, []
        for values in heard:
            event = rows.new(EventRow, **dict(zip(_COLUMNS, values, strict=True)))
            for receiver in _receivers[event.type]:
                receiver(event)

    def _salt(self) -> str:
        if not self._salts:
            drawn = secrets.token_hex(16 * 256)
            self._salts = [drawn[place : place + 32] for place in range(0, len(drawn), 32)]
        return self._salts.pop()


_COLUMNS = (
    "id",
    "type",
    "occurred",
    "recorded",
    "actor_kind",
    "actor_id",
    "record_id",
    "unit_id",
    "subject_kind",
    "subject_id",
    "data",
    "detail_digest",
)


def _row(event: Event, recorded: datetime) -> EventRow:
    return rows.new(
        EventRow,
        id=new_id(),
        type=event.type,
        occurred=event.occurred,
        recorded=recorded,
        actor_kind=event.actor.kind.value,
        actor_id=event.actor.id,
        record_id=event.record_id,
        unit_id=event.unit_id,
        subject_kind=event.subject[0],
        subject_id=event.subject[1],
        data=dict(event.data),
    )


def _detail(event: Event, row: EventRow) -> Detail | None:
    if not event.detail:
        return None
    detail = rows.new(Detail, event_id=row.id, salt=secrets.token_hex(16), body=dict(event.detail))
    row.detail_digest = detail_digest(detail.salt, detail.body)
    return detail


def detail_digest(salt: str, body: Data) -> str:
    """SHA-256 over salt and canonical JSON: says nothing about the words once the salt is gone."""
    return hashlib.sha256((salt + _canonical(body)).encode()).hexdigest()


def chain_hash(previous: str, seq: int, row: EventRow) -> str:
    """The hash of `row` as number `seq` of the chain: every immutable column takes part."""
    return hashlib.sha256((previous + _canonical(_sealed_columns(seq, row))).encode()).hexdigest()


def _sealed_columns(seq: int, row: EventRow) -> list[Any]:
    return [
        seq,
        row.id,
        row.type,
        _instant(row.occurred),
        _instant(row.recorded),
        row.actor_kind,
        row.actor_id,
        row.record_id,
        row.unit_id,
        row.subject_kind,
        row.subject_id,
        row.data,
        row.detail_digest,
    ]


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def read_from(seq: int, *, limit: int = 500, types: Iterable[str] | None = None) -> list[EventRow]:
    """Sealed events after `seq`, in order, at most `limit`."""
    found = EventRow.objects.filter(seq__gt=seq).order_by("seq")
    if types is not None:
        found = found.filter(type__in=list(types))
    return list(found[:limit])
