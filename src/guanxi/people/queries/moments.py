"""Whose records were whose at a moment, and what these said then."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, Q

from guanxi.core.access import Actor
from guanxi.core.models import Event
from guanxi.core.recall import remembered
from guanxi.people import events as happened
from guanxi.people.models import Identifier, Membership, Record
from guanxi.people.queries.customers import list_records, records_seen
from guanxi.people.rules.rewinding import value_at

_SET = {happened.LANGUAGE_SET.code: "language", happened.NATURE_SET.code: "nature"}


def members_at(customer_ids: Collection[int], at: datetime) -> dict[int, int]:
    """{record: customer} of those that belonged to these customers at a moment."""
    held = Membership.objects.filter(customer_id__in=customer_ids, valid_from__lte=at)
    held = held.filter(Q(valid_to=None) | Q(valid_to__gt=at))
    return dict(held.values_list("record_id", "customer_id"))


def owners_at(record_ids: Collection[int], at: datetime | None) -> dict[int, int]:
    """{record: the customer it belongs to, or belonged to at the moment}."""
    if at is None:
        return dict(Record.objects.filter(id__in=record_ids).values_list("id", "customer_id"))
    held = Membership.objects.filter(record_id__in=record_ids, valid_from__lte=at)
    return dict(held.filter(Q(valid_to=None) | Q(valid_to__gt=at)).values_list("record_id", "customer_id"))


def records_seen_at(actor: Actor, customer_ids: Collection[int], at: datetime | None) -> list[Record]:
    """Records this actor sees today that are, or at the moment were, these customers'; newest first.

    With a moment their `customer_id` in memory is who they belonged to then.
    """
    if at is None and len(customer_ids) == 1:
        return list(records_seen(actor, next(iter(customer_ids))))
    if at is None:
        return list(list_records(actor).filter(customer_id__in=customer_ids))
    then = members_at(customer_ids, at)
    found = list(list_records(actor).filter(id__in=then)) if then else []
    for record in found:
        record.customer_id = then[record.id]
    _put_back(found, at)
    return found


@remembered
def records_then(actor: Actor, customer_id: int, at: datetime) -> list[Record]:
    """A customer's records at a moment, newest first, as they were then; those this actor sees today."""
    ids = members_at([customer_id], at)
    if not ids:
        return []
    held = Identifier.objects.filter(Q(valid_to=None) | Q(valid_to__gt=at), valid_from__lte=at)
    found = list(list_records(actor).filter(id__in=ids).prefetch_related(Prefetch("identifiers", held)))
    _put_back(found, at)
    for record in found:
        for one in record.identifiers.all():
            _as_then(one, at)
    return found


def _as_then(one: Identifier, at: datetime) -> None:
    """In memory: it still held, what was verified or went wrong later had not happened."""
    one.valid_to = None
    if one.verified is not None and one.verified > at:
        one.verified, one.verified_how = None, ""
    if one.troubled is not None and one.troubled > at:
        one.troubled, one.trouble = None, ""


def _put_back(records: Sequence[Record], at: datetime) -> None:
    """In memory: what is changed in place has the value of the moment again."""
    changes = _changes([record.id for record in records])
    for record in records:
        for name in _SET.values():
            setattr(record, name, value_at(at, getattr(record, name), changes.get((record.id, name), ())))


def _changes(record_ids: Collection[int]) -> Mapping[tuple[int, str], list[tuple[datetime, Any]]]:
    """{(record, column): [(when, value before)]} of what is kept in place, with its changes in events."""
    found: dict[tuple[int, str], list[tuple[datetime, Any]]] = {}
    told = Event.objects.filter(record_id__in=record_ids, type__in=_SET).order_by("occurred", "id")
    for type_, key, when, data in told.values_list("type", "subject_id", "occurred", "data"):
        name = _SET[type_]
        found.setdefault((key, name), []).append((when, data["before"][name]))
    return found
