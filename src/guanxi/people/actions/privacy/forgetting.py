"""Forgetting a person: every value of theirs goes, by the registry of what is held, and the register remembers that it did."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from guanxi.core import events, holds, jobs, personal
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict
from guanxi.core.personal import Person, Way, erasures
from guanxi.core.personal.erasures import Entry
from guanxi.people import events as happened
from guanxi.people.actions.privacy.marking import about, locked_mark
from guanxi.people.models import Customer, Erasure, PrivacyMark
from guanxi.people.queries import privacy as queries

PURGE = "guanxi.people.jobs.purge_forgotten"
EVENTS = {Way.ANONYMISE: happened.ANONYMISED, Way.ERASE: happened.ERASED}


@action
def forget(*, actor: Actor, now: datetime, public_id: str, way: Way, request: str = "") -> Erasure:
    """Forget a customer for good. `request`: the public id of what they asked for.

    Needs `people.privacy`. Raises `NotFound`; `Conflict` under a legal hold, for somebody who was forgotten before, and
    while something of theirs must end first (an open case, a running import), saying what.
    """
    customer = queries.get_subject(actor, public_id)
    mark = locked_mark(customer)
    person = queries.person_of(customer)
    holds.forbid_any(person.records)
    if reasons := personal.holds_back(person):
        raise Conflict(" ".join(reasons), code="not_yet")
    erasure = clear(actor=actor, now=now, customer=customer, person=person, way=way, request=request)
    _set(mark, way, now)
    return erasure


def clear(
    *,
    actor: Actor,
    now: datetime,
    customer: Customer,
    person: Person,
    way: Way,
    request: str = "",
    public_id: str = "",
) -> Erasure:
    """Clear a person by the registry, write it down, and have the bytes taken out. Part of a greater action."""
    digests = sorted(map(erasures.digest_of, person.records))
    counts = personal.forget(person, way, now)
    erasure = Erasure(way=way, digests=digests, key_name=erasures.key_name(), counts=counts, forgotten=now)
    if public_id:
        erasure.public_id = public_id
    data: dict[str, Any] = {"counts": counts, "erasure": erasure.public_id}
    if request:
        data["request"] = request
    events.record(about(EVENTS[way], actor, now, customer, **data), with_rows=[erasure])
    jobs.enqueue_named(PURGE)
    transaction.on_commit(lambda: erasures.append([entry_of(erasure)]))
    return erasure


def _set(mark: PrivacyMark, way: Way, now: datetime) -> None:
    if way is Way.ERASE:
        mark.erased = now
    else:
        mark.anonymised = now
    mark.restricted = None
    mark.link_version += 1
    mark.save()


def entry_of(erasure: Erasure) -> Entry:
    """An erasure as a line of the register."""
    return Entry(
        erasure.public_id, erasure.way, erasure.forgotten.isoformat(), list(erasure.digests), erasure.key_name
    )


def catch_up_register() -> int:
    """Write into this machine's register what it does not have yet: a crash may have come between, or another host did it."""
    rows: Iterable[Erasure] = Erasure.objects.order_by("forgotten", "id")
    return erasures.append(map(entry_of, rows))
