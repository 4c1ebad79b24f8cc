"""The golden record of a customer: one value a field, chosen from what all of their records say, each with its reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.core.explain import Explanation
from guanxi.core.recall import remembered
from guanxi.engine.normalise import mask, pretty
from guanxi.people.models import Identifier, Pin, Record
from guanxi.people.queries.customers import records_seen
from guanxi.people.rules import RECORD_FIELDS, Chosen, Said, choose

OPEN_FIELDS = ("name", "language", "gender")  # seen without the right to see contacts in full


@dataclass(frozen=True, slots=True)
class GoldenValue:
    """A value as this actor may see it. `record` is who says so; `same` whether it is the value that counts."""

    text: str
    masked: bool
    record: int
    source: str
    stated: datetime
    verified: datetime | None
    pinned: bool
    same: bool
    identifier: int | None = None


@dataclass(frozen=True, slots=True)
class GoldenField:
    """One field: the value that counts first, then all the others, best first; and why."""

    field: str
    values: Sequence[GoldenValue]
    why: Explanation

    @property
    def text(self) -> str:
        return self.values[0].text


@remembered
def golden(actor: Actor, customer_id: int) -> dict[str, GoldenField]:
    """{field: what counts and what else is said}, from the records this actor sees. Raises `NotFound`."""
    records = records_seen(actor, customer_id)
    if not records:
        raise NotFound
    return golden_of(actor, records)


def golden_of(
    actor: Actor, records: Sequence[Record], *, at: datetime | None = None
) -> dict[str, GoldenField]:
    """The same of records that were read already; with `at`, records as they were then and what was pinned then."""
    hidden = not actor.may("people.contacts")
    return {field: _field(one, hidden) for field, one in choose(statements_of(records, at=at)).items()}


def statements_of(records: Sequence[Record], *, at: datetime | None = None) -> list[Said]:
    """Everything these records say, with what is (or at a moment was) pinned."""
    standing = Q(lifted=None) if at is None else Q(created__lte=at) & (Q(lifted=None) | Q(lifted__gt=at))
    pinned = Pin.objects.filter(standing, record__in=[record.id for record in records]).order_by("created")
    pins = {
        (record, field): (made, identifier)
        for record, field, made, identifier in pinned.values_list(
            "record_id", "field", "created", "identifier_id"
        )
    }
    found = []
    for record in records:
        found += [_of_record(record, field, pins) for field in RECORD_FIELDS if getattr(record, field)]
        found += _of_identifiers(record, pins)
    return found


Pins = Mapping[tuple[int, str], tuple[datetime, int | None]]


def _of_record(record: Record, field: str, pins: Pins) -> Said:
    text = str(getattr(record, field))
    key = record.name_key or text if field == "name" else text
    pinned = pins.get((record.id, field))
    return Said(
        field, key, text, record.id, record.source, record.created, pinned=pinned[0] if pinned else None
    )


def _of_identifiers(record: Record, pins: Pins) -> list[Said]:
    found = []
    for one in record.identifiers.all():
        if one.valid_to is not None:
            continue
        pinned = pins.get((record.id, one.kind))
        found.append(
            Said(
                one.kind,
                one.value,
                _written(one),
                record.id,
                record.source,
                one.valid_from,
                identifier=one.id,
                verified=one.verified,
                pinned=pinned[0] if pinned and pinned[1] == one.id else None,
                troubled=bool(one.trouble),
            )
        )
    return found


def _written(one: Identifier) -> str:
    """As people read it: an address is compared without its street's commas and capitals, and shown with them."""
    return one.verbatim if one.kind == "address" else pretty(one.kind, one.value)


def _field(chosen: Chosen, hidden: bool) -> GoldenField:
    best = chosen.statement
    values = [_value(one, best, hidden) for one in (best, *chosen.others)]
    return GoldenField(best.field, values, chosen.why)


def _value(one: Said, best: Said, hidden: bool) -> GoldenValue:
    masked = hidden and one.field not in OPEN_FIELDS
    return GoldenValue(
        text=mask(one.field, one.value) if masked else one.text,
        masked=masked,
        record=one.record,
        source=one.source,
        stated=one.stated,
        verified=one.verified,
        pinned=one.pinned is not None,
        same=one.value == best.value,
        identifier=one.identifier,
    )
