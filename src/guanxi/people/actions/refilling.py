"""Records made before there were block keys get theirs, and whatever else they say that can be read by now."""

from dataclasses import dataclass
from datetime import datetime

from django.db import models

from guanxi.core import rows
from guanxi.core.access import Actor, Kind
from guanxi.core.action import action
from guanxi.people import queries
from guanxi.people.actions.recognising import keys_of
from guanxi.people.models import Identifier, Record
from guanxi.people.rules import Statement, read_claims, read_name

RECORDS_MAX = 500  # of one transaction: SQLite's one writer is not held up


@dataclass(frozen=True, slots=True)
class Refilled:
    """How many records were looked at, how many keys written; where to go on from, None at the end."""

    records: int
    keys: int
    last: int | None


@action
def refill_keys(*, actor: Actor, now: datetime, after: int = 0) -> Refilled:
    """The next records after this key that have no block key: read again what they say, write what they are found by.

    What was read then stays as it is; nothing is looked up, nobody recognised anew: that is what a scan is for. Written is a
    projection, so there is no event. Safe twice. The system's own.
    """
    actor.require_kind(Kind.SYSTEM)
    records = queries.list_without_keys(after, limit=RECORDS_MAX)
    known = queries.identifiers_on([record.id for record in records])
    written: list[models.Model] = []
    for record in records:
        written += [row for row in _keys(record) if not _there(row, known)]
    written.sort(key=lambda row: type(row).__name__)
    rows.insert(written)
    return Refilled(len(records), len(written), records[-1].id if len(records) == RECORDS_MAX else None)


def _keys(record: Record) -> list[models.Model]:
    said = {kind: text for kind, text in record.said.items() if isinstance(text, str)}
    claims, _ = read_claims(said)
    name_key = record.name_key or read_name(said.get("name", ""))
    return keys_of(record, Statement(said, claims, name_key), record.created)


def _there(row: models.Model, known: set[tuple[int, str, str]]) -> bool:
    return isinstance(row, Identifier) and (row.record_id, row.kind, row.value) in known
