"""Recognising many contacts at once: what a file or another system knows about people."""

from collections.abc import Sequence
from datetime import datetime

from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.people import queries
from guanxi.people.actions.recognising import Contact, Recognised, claims_of, recognise_contact
from guanxi.people.models import Customer, Identifier, Membership, Record, ReviewTask


def import_contacts(
    *,
    actor: Actor,
    now: datetime,
    contacts: Sequence[tuple[Contact, datetime]],
    source: str,
    sample: bool = False,
) -> list[Recognised]:
    """Recognise many contacts at once, each with the moment it was made; one event per new record, one answer per row.

    Contacts whose identifiers nobody has are written together; the others go through `recognise_contact` one by one, so
    that the answer is the same as if each had come alone. Part of a greater action; writes its rows itself.
    """
    actor.require("people.record")
    read = [claims_of(contact) for contact, _ in contacts]
    taken = queries.values_taken([claim.value for claims in read for claim in claims])
    found: list[Recognised] = []
    fresh: list[Recognised] = []
    for (contact, made), claims in zip(contacts, read, strict=True):
        values = {claim.value for claim in claims}
        unknown = not values & taken
        if not unknown:
            _write_all(fresh)
            fresh = []
        one = recognise_contact(
            actor=actor,
            now=made,
            contact=contact,
            source=source,
            sample=sample,
            unknown=unknown,
            claims=claims,
        )
        taken |= values
        found.append(one)
        fresh.append(one)
    _write_all(fresh)
    return found


def _write_all(found: Sequence[Recognised]) -> None:
    """Tables in the order of their references, so that each gets few and large statements."""
    rows = [row for one in found for row in one.rows]
    order = [Customer, Record, Identifier, Membership, ReviewTask]
    rows.sort(key=lambda row: order.index(type(row)))
    happenings = [event for one in found for event in one.events]
    if rows:
        events.record(*happenings, with_rows=rows)
