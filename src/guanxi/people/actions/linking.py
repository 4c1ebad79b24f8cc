"""A person's word that two are one, or never are: it outranks every score, for ever, until somebody lifts it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import product

from django.db.models import F, Q

from guanxi.core.access import Actor
from guanxi.core.rows import new
from guanxi.people.models import Customer, IdentityEvent, Link, Membership

PARTS_MAX = 20  # of one customer that a link is written for, the newest first


def parts_of(records: Sequence[int]) -> list[int]:
    """One record for each customer that these once came from, the newest of each: where they may come apart again.

    Links between the parts of two customers hold whichever of their merges is undone later.
    """
    first: dict[int, int] = {}
    found = Membership.objects.filter(record__in=records).order_by("valid_from", "id")
    for record, customer in found.values_list("record_id", "customer_id"):
        first.setdefault(record, customer)
    newest: dict[int, int] = {}
    for record, customer in first.items():
        newest[customer] = max(record, newest.get(customer, 0))
    return sorted(newest.values(), reverse=True)[:PARTS_MAX]


def linked(
    kind: Link.Kind,
    one: Sequence[int],
    other: Sequence[int],
    *,
    made: IdentityEvent,
    actor: Actor,
    now: datetime,
) -> list[Link]:
    """Links, not yet written, between the parts of two sets of records, but for pairs that somebody has decided upon."""
    wanted = {(min(pair), max(pair)) for pair in product(parts_of(one), parts_of(other))}
    keys = {key for pair in wanted for key in pair}
    there = Link.objects.filter(lifted=None, low__in=keys, high__in=keys)
    wanted -= set(there.values_list("low_id", "high_id"))
    return [
        new(
            Link,
            kind=kind.value,
            low_id=low,
            high_id=high,
            by=actor.id,
            reason=made.reason,
            created=now,
            event_id=made.id,
        )
        for low, high in sorted(wanted)
    ]


def is_told_apart(customers: Iterable[Customer]) -> bool:
    """Whether somebody has said of any two of these customers that they are not one."""
    ids = [one.id for one in customers]
    found = Link.objects.filter(
        kind=Link.Kind.CANNOT, lifted=None, low__customer__in=ids, high__customer__in=ids
    )
    return found.exclude(low__customer=F("high__customer")).exists()


def is_held_together(moving: Iterable[int], staying: Iterable[int]) -> bool:
    """Whether a must-link holds together what would part."""
    gone, left = set(moving), set(staying)
    found = Link.objects.filter(Q(low__in=gone) | Q(high__in=gone), kind=Link.Kind.MUST, lifted=None)
    return any(
        (low in gone and high in left) or (low in left and high in gone)
        for low, high in found.values_list("low_id", "high_id")
    )


def is_forbidden(record: int, records: Iterable[int]) -> bool:
    """Whether somebody has said that this record is none of the person's of `records`."""
    there = set(records)
    found = Link.objects.filter(Q(low=record) | Q(high=record), kind=Link.Kind.CANNOT, lifted=None)
    return any(
        (high if low == record else low) in there for low, high in found.values_list("low_id", "high_id")
    )
