"""A steward's choice among what several sources say of one person: it outranks every rule until it is taken back."""

from collections.abc import Mapping
from datetime import datetime

from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.rows import new
from guanxi.people import events as happened
from guanxi.people.actions.frame import Held, conflict, decided, hold, readable, refused, told
from guanxi.people.models import Identifier, IdentityEvent, Pin, Record
from guanxi.people.rules import GOLDEN_FIELDS, RECORD_FIELDS, Refusal

RIGHT = "people.merge"


@action
def pin(
    *, actor: Actor, now: datetime, customer: str, field: str, record_id: int, reason: str = ""
) -> IdentityEvent:
    """What this record says of `field` (one of `rules.GOLDEN_FIELDS`) counts from now on.

    Needs `people.merge`. Raises `Invalid` ("not_a_field", "not_theirs", "not_stated") for what cannot be chosen.
    """
    reason = readable(reason)
    held = hold(actor, [customer], RIGHT)
    who = held.customers[customer]
    made = decided(
        IdentityEvent.Kind.PIN, actor=actor, now=now, customer=who, record_id=record_id, reason=reason
    )
    pins, lifted = pins_of({field: record_id}, held=held, actor=actor, now=now, made=made)
    made.inverse = {"pins": [str(one.id) for one in pins], "lifted": [str(key) for key in lifted]}
    data = {"customer": who.public_id, "field": field}
    event = told(
        happened.PINNED.code, actor=actor, now=now, made=made, record_id=record_id, unit_id=held.units[record_id], data=data
    )  # fmt: skip
    events.record(event, with_rows=[made, *pins])
    return made


@action
def unpin(*, actor: Actor, now: datetime, customer: str, field: str, reason: str = "") -> IdentityEvent:
    """The rules choose again. Raises `Conflict` ("not_pinned") when nothing is pinned there."""
    reason = readable(reason)
    held = hold(actor, [customer], RIGHT)
    who = held.customers[customer]
    pins = Pin.objects.filter(record__customer=who, field=field, lifted=None)
    ids = list(pins.values_list("id", flat=True))
    if not ids:
        raise conflict("not_pinned")
    made = decided(IdentityEvent.Kind.UNPIN, actor=actor, now=now, customer=who, reason=reason)
    made.inverse = {"lifted": [str(key) for key in ids]}
    Pin.objects.filter(id__in=ids).update(lifted=now)
    newest = held.newest(who)
    event = told(
        happened.UNPINNED.code, actor=actor, now=now, made=made, record_id=newest, unit_id=held.units[newest],
        data={"customer": who.public_id, "field": field},
    )  # fmt: skip
    events.record(event, with_rows=[made])
    return made


def pins_of(
    choices: Mapping[str, int], *, held: Held, actor: Actor, now: datetime, made: IdentityEvent
) -> tuple[list[Pin], list[int]]:
    """(pins not yet written, older ones these replace: lifted here) for {field: record}."""
    if not choices:
        return [], []
    _choosable(choices, held)
    stated = _stated(choices)
    pins = []
    for field, record in sorted(choices.items()):
        if field not in RECORD_FIELDS and (field, record) not in stated:
            raise refused(Refusal("not_stated", {"field": field}))
        pins.append(
            new(
                Pin,
                record_id=record,
                identifier_id=stated.get((field, record)),
                field=field,
                by=actor.id,
                reason=made.reason,
                created=now,
                event_id=made.id,
            )
        )
    older = Pin.objects.filter(record__in=choices.values(), field__in=choices, lifted=None)
    lifted = [
        key
        for key, field, record in older.values_list("id", "field", "record_id")
        if choices[field] == record
    ]
    Pin.objects.filter(id__in=lifted).update(lifted=now)
    return pins, lifted


def _choosable(choices: Mapping[str, int], held: Held) -> None:
    for field, record in choices.items():
        if field not in GOLDEN_FIELDS:
            raise refused(Refusal("not_a_field"))
        if record not in held.units:
            raise refused(Refusal("not_theirs"))
    said = Record.objects.filter(id__in=choices.values()).values_list("id", "name", "language")
    empty = {(key, column) for key, name, language in said
             for column, value in (("name", name), ("language", language)) if not value}  # fmt: skip
    for field, record in choices.items():
        if (record, field) in empty:
            raise refused(Refusal("not_stated", {"field": field}))


def _stated(choices: Mapping[str, int]) -> dict[tuple[str, int], int]:
    """The newest standing identifier of each kind on the chosen records."""
    found = Identifier.objects.filter(record__in=choices.values(), kind__in=choices, valid_to=None)
    return {
        (kind, record): key
        for key, kind, record in found.order_by("id").values_list("id", "kind", "record_id")
    }


def take_back(merge: IdentityEvent, now: datetime) -> None:
    """The pins of a merge that is being undone; those they had replaced hold again."""
    standing = Pin.objects.filter(event=merge, lifted=None)
    places = set(standing.values_list("record_id", "field"))
    standing.update(lifted=now)
    older = Pin.objects.filter(id__in=[int(key) for key in merge.inverse.get("lifted", ())])
    again = [
        key
        for key, record, field in older.values_list("id", "record_id", "field")
        if (record, field) in places
    ]
    Pin.objects.filter(id__in=again).update(lifted=None)
