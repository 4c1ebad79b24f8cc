"""Households, companies, guarantors: who belongs to a customer, today or at an earlier moment."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.people.models import Membership, Record, Relationship
from guanxi.people.queries.customers import list_records, nature_of
from guanxi.people.queries.moments import owners_at, records_seen_at
from guanxi.people.rules import RELATIONS_MAX, role_of, stands
from guanxi.people.rules.relationships import KINDS, Group


@dataclass(frozen=True, slots=True)
class Party:
    """The other side as this actor may see it: without `code` it is somebody they may not see."""

    code: str
    name: str
    nature: str


UNSEEN = Party("", "", "person")


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation seen from one customer: the party is `role` to them. `own`: since a merge both sides are one customer."""

    public_id: str
    kind: str
    group: Group
    role: str
    party: Party
    own: bool
    household: str
    valid_from: date | None
    valid_to: date | None
    source: str
    note: str
    by: str
    created: datetime
    ended_on: date | None
    ended_why: str
    current: bool


@dataclass(frozen=True, slots=True)
class Household:
    """Who lives together today, the customer asked about first; relations of them with each other are among `Relations`."""

    code: str
    members: Sequence[Party]


@dataclass(frozen=True, slots=True)
class Relations:
    """Everything a customer's page shows. More than one household: somebody must say which one they have left."""

    current: Sequence[Relation]
    earlier: Sequence[Relation]
    households: Sequence[Household]


NONE = Relations((), (), ())


def list_relations(actor: Actor, customer_id: int, *, now: datetime, at: datetime | None = None) -> Relations:
    """Relations of a customer's visible records; at most 200. With `at` those that were known at that moment.

    Four statements, two when there is none.
    """
    day = timezone.localtime(at or now).date()
    own = [record.id for record in records_seen_at(actor, [customer_id], at)]
    rows = _rows(own, at)
    if not rows:
        return NONE
    homes = {row.household for row in rows if row.household and _stands(row, day, at)}
    mates = [row for row in _at_home(homes, at) if _stands(row, day, at)] if homes else []
    book = _Book(
        actor, customer_id, {key for row in [*rows, *mates] for key in (row.record_id, row.other_id)}, at
    )
    seen = [book.relation(row, end, day, at) for row in rows for end in book.ends(row)]
    return Relations(
        current=[one for one in seen if one.current],
        earlier=[one for one in seen if not one.current],
        households=[Household(code, book.members(code, mates)) for code in sorted(homes)],
    )


def _rows(record_ids: Sequence[int], at: datetime | None) -> list[Relationship]:
    if not record_ids:
        return []
    found = _known(at).filter(Q(record__in=record_ids) | Q(other__in=record_ids))
    return list(found.order_by("-created", "-id")[:RELATIONS_MAX])


def _at_home(codes: Collection[str], at: datetime | None) -> list[Relationship]:
    return list(
        _known(at).filter(household__in=codes).exclude(household="").order_by("created", "id")[:RELATIONS_MAX]
    )


def _known(at: datetime | None) -> QuerySet[Relationship]:
    return Relationship.objects.filter(created__lte=at) if at else Relationship.objects.all()


def _stands(row: Relationship, day: date, at: datetime | None) -> bool:
    """Whether it holds on the day, as far as was known at the moment."""
    known_end = row.ended if at is None or (row.ended is not None and row.ended <= at) else None
    return stands(row.valid_from, row.valid_to, row.ended_on if known_end else None, day)


class _Book:
    """Who is behind the records of some relations, as one actor may see it."""

    def __init__(
        self, actor: Actor, customer_id: int, record_ids: Collection[int], at: datetime | None
    ) -> None:
        self.customer_id = customer_id
        self.owners = owners_at(record_ids, at)
        self.parties = parties_of(records_seen_at(actor, set(self.owners.values()), at))

    def ends(self, row: Relationship) -> list[bool]:
        """Which sides of it the customer is on: True as its record. One who is on both sees it once."""
        return [self.owners.get(row.record_id) == self.customer_id]

    def relation(self, row: Relationship, is_record: bool, day: date, at: datetime | None) -> Relation:
        here, there = (row.record_id, row.other_id) if is_record else (row.other_id, row.record_id)
        ended = row.ended is not None and (at is None or row.ended <= at)
        return Relation(
            public_id=row.public_id,
            kind=row.kind,
            group=KINDS[row.kind].group,
            role=role_of(row.kind, not is_record),
            party=self.party(there),
            own=self.owners.get(here) == self.owners.get(there),
            household=row.household,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            source=row.source,
            note=row.note,
            by=row.by,
            created=row.created,
            ended_on=row.ended_on if ended else None,
            ended_why=row.ended_why if ended else "",
            current=_stands(row, day, at),
        )

    def party(self, record_id: int) -> Party:
        return self.parties.get(self.owners.get(record_id, 0), UNSEEN)

    def members(self, household: str, mates: Iterable[Relationship]) -> list[Party]:
        """Each once, whose household is asked about first; somebody unseen counts, but has no name."""
        ids: dict[int, None] = {self.customer_id: None}
        for row in mates:
            if row.household == household:
                ids.update(dict.fromkeys(self.owners.get(key, 0) for key in (row.record_id, row.other_id)))
        return [self.parties.get(key, UNSEEN) for key in ids if key]


def parties_of(records: Iterable[Record]) -> dict[int, Party]:
    """{customer: code, newest name and nature}; records newest first."""
    by_customer: dict[int, list[Record]] = {}
    for record in records:
        by_customer.setdefault(record.customer_id, []).append(record)
    codes = _codes(by_customer)
    return {
        key: Party(codes.get(key, ""), next((one.name for one in own if one.name), ""), nature_of(own))
        for key, own in by_customer.items()
    }


def _codes(by_customer: Mapping[int, Sequence[Record]]) -> dict[int, str]:
    """Public ids, read only of customers whose records belong to somebody else today."""
    known = {one.customer.id: one.customer.public_id for own in by_customer.values() for one in own}
    lost = by_customer.keys() - known.keys()
    if lost:
        from_history = Membership.objects.filter(customer_id__in=lost)
        known |= dict(from_history.values_list("customer_id", "customer__public_id"))
    return known


# -- what actions ask ----------------------------------------------------------------------------------------------


def ties_between(one: int, other: int, *, day: date) -> list[tuple[Relationship, bool]]:
    """Current relations between two customers, each with whether `one` is its record."""
    found = Relationship.objects.filter(
        Q(record__customer=one, other__customer=other) | Q(record__customer=other, other__customer=one),
        ended=None,
    ).select_related("record")
    return [(row, row.record.customer_id == one) for row in found if _stands(row, day, None)]


def households_of(customer_id: int, *, day: date) -> set[str]:
    """Codes of the households a customer lives in today."""
    mine = Q(record__customer=customer_id) | Q(other__customer=customer_id)
    found = Relationship.objects.filter(mine, ended=None).exclude(household="")
    return {row.household for row in found if _stands(row, day, None)}


def groups_of(customer_id: int, *, day: date) -> set[Group]:
    """Which groups of relations a customer is part of today."""
    mine = Q(record__customer=customer_id) | Q(other__customer=customer_id)
    return {
        KINDS[row.kind].group
        for row in Relationship.objects.filter(mine, ended=None)
        if _stands(row, day, None)
    }


def get_relationship(actor: Actor, public_id: str) -> Relationship:
    """A relation of which this actor sees a side. Raises `NotFound`."""
    found = Relationship.objects.select_related("record", "other").filter(public_id=public_id).first()
    if found is None or not list_records(actor).filter(id__in=[found.record_id, found.other_id]).exists():
        raise NotFound
    return found
