"""Taking back what should never have been written down: the undoing of an import. What was built upon since stays."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from guanxi.core import events, search
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.events import Event
from guanxi.core.models import Detail
from guanxi.core.models import Event as EventRow
from guanxi.people import events as happened
from guanxi.people.models import BlockKey, Consent, Customer, Identifier, Membership, Record, ReviewTask

# What belongs to a record from its first moment; any other row that points to it was built upon it.
_OWN = {Identifier, BlockKey, Membership, ReviewTask}


@action
def withdraw_records(*, actor: Actor, now: datetime, record_ids: Sequence[int]) -> dict[int, str]:
    """Remove records and the customers left without any; {record id: code} of those kept: `changed` or `gone`.

    A record is kept when anything points to it (an order, a case, a consent), when it changed hands, was verified or
    decided upon, or when anything else has happened to it. Details of its events are erased. Needs `people.record`.
    """
    actor.require("people.record")
    there = set(Record.objects.filter(id__in=record_ids).values_list("id", flat=True))
    kept = {ref: "gone" for ref in record_ids if ref not in there}
    changed = _pointed_at(there) | _decided(there) | _moved_on(there)
    kept |= dict.fromkeys(sorted(changed), "changed")
    going = sorted(there - changed)
    if going:
        _remove(actor, now, going)
    return kept


def _pointed_at(ids: set[int]) -> set[int]:
    found: set[int] = set()
    for relation in Record._meta.related_objects:
        if relation.related_model not in _OWN:
            rows = relation.related_model._default_manager.filter(**{f"{relation.field.name}__in": ids})
            found |= set(rows.values_list(relation.field.attname, flat=True))
    return found


def _decided(ids: set[int]) -> set[int]:
    """Verified, moved to another customer, reviewed, or a candidate in somebody else's doubt."""
    verified = Identifier.objects.filter(record_id__in=ids, verified__isnull=False)
    moved = Membership.objects.filter(record_id__in=ids).exclude(valid_to=None)
    reviewed = ReviewTask.objects.filter(record_id__in=ids).exclude(state=ReviewTask.State.OPEN)
    found = {ref for rows in (verified, moved, reviewed) for ref in rows.values_list("record_id", flat=True)}
    doubted = ReviewTask.objects.exclude(record_id__in=ids).filter(
        Q(candidate__in=_left_without(ids)) | Q(customer__in=_left_without(ids))
    )
    customers = {ref for pair in doubted.values_list("candidate_id", "customer_id") for ref in pair}
    return found | set(
        Record.objects.filter(id__in=ids, customer_id__in=customers).values_list("id", flat=True)
    )


def _moved_on(ids: set[int]) -> set[int]:
    """Something has happened to them that an import does not do."""
    # What stands as a row of its own (a consent, an order) is seen by its row while it stands.
    own = Q(type__in=[happened.RECORDED.code, happened.REVIEW_ADDED.code, happened.CONSENT_STATED.code])
    ours = own | Q(subject_kind="work")
    for ending in (".imported", ".corrected", ".withdrawn"):
        ours |= Q(type__endswith=ending)
    found = EventRow.objects.filter(record_id__in=ids).exclude(ours)
    return {ref for ref in found.values_list("record_id", flat=True) if ref is not None}


def _left_without(record_ids: Iterable[int]) -> list[int]:
    """Customers who would have no record once these are gone."""
    ids = list(record_ids)
    of_these = Membership.objects.filter(record_id__in=ids).values_list("customer_id", flat=True)
    others = Membership.objects.filter(customer=OuterRef("pk")).exclude(record_id__in=ids)
    return list(
        Customer.objects.filter(id__in=set(of_these)).exclude(Exists(others)).values_list("id", flat=True)
    )


def _remove(actor: Actor, now: datetime, ids: Sequence[int]) -> None:
    customers = _left_without(ids)
    reviews = list(ReviewTask.objects.filter(record_id__in=ids).values_list("id", "record_id"))
    events.record(
        *(
            Event(happened.REVIEW_WITHDRAWN.code, actor, now, ("review", review), record_id=record)
            for review, record in reviews
        ),
        *(Event(happened.WITHDRAWN.code, actor, now, ("record", ref), record_id=ref) for ref in ids),
    )
    Detail.objects.filter(event__record_id__in=ids).delete()
    search.drop_record(list(ids))
    Record.objects.filter(id__in=ids).delete()
    Customer.objects.filter(id__in=customers).delete()


@action
def withdraw_consents(*, actor: Actor, now: datetime, consent_ids: Sequence[int]) -> dict[int, str]:
    """Remove statements that were never made; {id: code} of those kept: a later statement stands upon them.

    Needs `people.record`.
    """
    actor.require("people.record")
    there = {one.id: one for one in Consent.objects.filter(id__in=consent_ids)}
    kept = {ref: "gone" for ref in consent_ids if ref not in there}
    for one in there.values():
        later = Consent.objects.filter(
            record_id=one.record_id, purpose=one.purpose, channel=one.channel, stated__gte=one.stated
        )
        if later.exclude(id__in=there).filter(id__gt=one.id).exists():
            kept[one.id] = "changed"
    going = [one for ref, one in there.items() if ref not in kept]
    if going:
        events.record(*(_consent_withdrawn(actor, now, one) for one in going))
        Consent.objects.filter(id__in=[one.id for one in going]).delete()
    return kept


def _consent_withdrawn(actor: Actor, now: datetime, one: Consent) -> Event:
    data = {"statements": [[one.purpose, one.channel, one.given]]}
    return Event(
        happened.CONSENT_WITHDRAWN.code,
        actor,
        now,
        ("record", one.record_id),
        record_id=one.record_id,
        data=data,
    )
