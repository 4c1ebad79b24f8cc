"""Who is who, and who decided so: merges and other decisions, reviews, what a merge would move."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.core.models import Event
from guanxi.people.models import (
    BlockKey,
    Customer,
    Identifier,
    IdentityEvent,
    Link,
    Membership,
    Pin,
    Record,
    ReviewTask,
)
from guanxi.people.queries.customers import records_seen
from guanxi.people.queries.privacy import set_apart
from guanxi.people.rules import Refusal, differing, refused_pair

COUNT_MAX = 1_000
_UNDECIDED = (ReviewTask.State.OPEN, ReviewTask.State.LATER)
# What makes up the record itself; every other row that points to it is something that moves along.
_OWN = {Identifier, Membership, ReviewTask, BlockKey, Link, Pin, IdentityEvent}


# -- what decisions ask --------------------------------------------------------------------------------------


def get_decision(public_id: str) -> IdentityEvent:
    """Any decision on who is who. Who may see it is asked of its customers. Raises `NotFound`."""
    found = (
        IdentityEvent.objects.select_related("customer", "superseded_by__customer")
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def get_merge(public_id: str) -> IdentityEvent:
    """A decision that is a merge. Raises `NotFound`."""
    found = get_decision(public_id)
    if found.kind != IdentityEvent.Kind.MERGE:
        raise NotFound
    return found


def standing_merges(survivors: Collection[int]) -> QuerySet[IdentityEvent]:
    """Merges into these customers that were neither undone nor overtaken."""
    found = IdentityEvent.objects.filter(kind=IdentityEvent.Kind.MERGE, customer__in=survivors)
    return found.filter(undone_by=None, superseded_by=None)


def brought_by_others(merge: IdentityEvent) -> set[int]:
    """Records that other merges, which still stand, brought to the survivor of this one."""
    found = standing_merges([merge.customer_id]).exclude(id=merge.id).values_list("inverse", flat=True)
    return {
        int(record)
        for inverse in found
        for customer, records in inverse["records"].items()
        if customer != inverse["survivor"]
        for record in records
    }


def codes_of(customers: Sequence[int]) -> list[str]:
    """Public ids, in the order asked for."""
    codes = dict(Customer.objects.filter(id__in=customers).values_list("id", "public_id"))
    return [codes[one] for one in customers]


def owner_of(customer: Customer) -> Customer:
    """The customer itself, or the one it was merged into."""
    return customer.merged_into or customer


def verified_of(customers: Collection[int]) -> dict[int, set[tuple[str, str]]]:
    """{customer: its verified identifiers that hold, by kind and value}."""
    found: dict[int, set[tuple[str, str]]] = {one: set() for one in customers}
    rows = (
        _verified().filter(record__customer__in=customers).values_list("record__customer_id", "kind", "value")
    )
    for customer, kind, value in rows:
        found[customer].add((kind, value))
    return found


def verified_on(records: Collection[int]) -> set[tuple[str, str]]:
    """The verified identifiers of some records that hold, by kind and value."""
    return set(_verified().filter(record__in=records).values_list("kind", "value"))


def _verified() -> QuerySet[Identifier]:
    return Identifier.objects.filter(verified__isnull=False, valid_to=None)


def likely_survivor(codes: Sequence[str]) -> str:
    """Which of several customers goes on: established before provisional, then more records, then the older one."""
    found = Customer.objects.filter(public_id__in=codes).annotate(count=Count("records"))
    ranked = sorted(found, key=lambda one: (one.provisional, -one.count, one.created, one.id))
    return ranked[0].public_id if ranked else ""


# -- history ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Decision:
    """One line of the history of who is who. `undoable`: a merge that still stands and may be undone by this actor."""

    public_id: str
    kind: str
    happened: datetime
    actor_kind: str
    actor_id: str
    reason: str
    customer: str
    other: str
    undone: bool
    superseded_by: str
    holds: bool  # a word for ever that nobody has lifted
    undoable: bool


def list_decisions(actor: Actor, customer_id: int, *, limit: int = 50) -> list[Decision]:
    """What was decided about a customer this actor sees, newest first: about themselves, their records, who became them."""
    if not records_seen(actor, customer_id):
        raise NotFound
    family = Q(customer=customer_id) | Q(other=customer_id) | Q(customer__merged_into=customer_id)
    moved = Membership.objects.filter(event=OuterRef("pk"), record__customer=customer_id)
    links = Link.objects.filter(event=OuterRef("pk"), lifted=None)
    found = (
        IdentityEvent.objects.filter(family | Q(Exists(moved)))
        .select_related("customer", "other", "superseded_by", "undone_by")
        .annotate(holds=Exists(links))
        .order_by("-id")[:limit]
    )
    return [_decision(actor, one) for one in found]


def _decision(actor: Actor, one: Any) -> Decision:
    undone = getattr(one, "undone_by", None) is not None
    return Decision(
        public_id=one.public_id,
        kind=one.kind,
        happened=one.happened,
        actor_kind=one.actor_kind,
        actor_id=one.actor_id,
        reason=one.reason,
        customer=one.customer.public_id,
        other=one.other.public_id if one.other else "",
        undone=undone,
        superseded_by=one.superseded_by.public_id if one.superseded_by else "",
        holds=one.holds,
        undoable=one.kind == IdentityEvent.Kind.MERGE
        and not undone
        and one.superseded_by is None
        and actor.may("people.merge"),
    )


# -- reviews ---------------------------------------------------------------------------------------------------


def list_undecided(actor: Actor, now: datetime) -> QuerySet[ReviewTask]:
    """Reviews that wait for a steward and whose record this actor sees, likeliest first; none before it was put off to."""
    actor.require("people.review")
    due = Q(state=ReviewTask.State.OPEN) | Q(state=ReviewTask.State.LATER, later_until__lte=now)
    found = ReviewTask.objects.filter(due, state__in=_UNDECIDED, record__in=Record.objects.visible_to(actor))
    # Whose data is restricted is compared with nobody until that is lifted.
    found = found.exclude(customer__in=set_apart()).exclude(candidate__in=set_apart())
    return found.select_related("record", "peer", "customer", "candidate").order_by(
        F("score").desc(nulls_last=True), "id"
    )


def list_woken(now: datetime, *, limit: int) -> list[ReviewTask]:
    """Reviews put off to a moment that has come."""
    due = ReviewTask.objects.filter(state=ReviewTask.State.LATER, later_until__lte=now)
    return list(due.order_by("later_until", "id")[:limit])


def get_review(actor: Actor, public_id: str) -> ReviewTask:
    """A review of two customers, decided or not, both of whom this actor sees. Raises `NotFound`."""
    found = (
        ReviewTask.objects.filter(public_id=public_id)
        .select_related("record", "peer", "customer__merged_into", "candidate__merged_into")
        .first()
    )
    if found is None:
        raise NotFound
    for customer in (found.customer, found.candidate):
        if not records_seen(actor, owner_of(customer).id):
            raise NotFound
    return found


# -- what a merge would do ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Preview:
    """What a merge would do, before it is done. `moves`: {what: how many go to the survivor, at most `COUNT_MAX` + 1}.

    `refusal`: why it may not be; `differing`: kinds of which both sides have values and none in common.
    """

    survivor: str
    others: Sequence[str]
    moves: Mapping[str, int]
    refusal: Refusal | None
    differing: Sequence[str]


def merge_preview(actor: Actor, survivor: str, others: Sequence[str]) -> Preview:
    """What merging `others` into `survivor` would move and whether it may be. Counts without reading: a constant cost.

    Raises `NotFound` for customers this actor does not see.
    """
    actor.require("people.merge")
    wrong = refused_pair(survivor, others, most=20)
    ids = _seen(actor, [survivor, *others])
    moves = count_moves([ids[code] for code in others if ids[code] != ids[survivor]])
    if wrong is None and len(set(ids.values())) < len(ids):
        wrong = Refusal("self_merge")
    return Preview(
        survivor, others, moves, wrong or _refusal(list(ids.values())), differing_kinds(list(ids.values()))
    )


def _seen(actor: Actor, codes: Sequence[str]) -> dict[str, int]:
    """{public id: customer, or who it was merged into}."""
    found = {
        one.public_id: one.merged_into_id or one.id for one in Customer.objects.filter(public_id__in=codes)
    }
    seen = Record.objects.visible_to(actor).filter(customer__in=found.values())
    visible = set(seen.values_list("customer_id", flat=True).distinct())
    if set(codes) - found.keys() or set(found.values()) - visible:
        raise NotFound
    return {code: found[code] for code in codes}


def _refusal(ids: Sequence[int]) -> Refusal | None:
    apart = Link.objects.filter(
        kind=Link.Kind.CANNOT, lifted=None, low__customer__in=ids, high__customer__in=ids
    )
    if apart.exclude(low__customer=F("high__customer")).exists():
        return Refusal("cannot_linked")
    kind = differing(list(verified_of(ids).values()))
    return Refusal("verified_ids_differ", {"kind": kind}) if kind else None


def differing_kinds(ids: Sequence[int]) -> list[str]:
    """Kinds of identifiers that several of these customers have, with no value in common: what to look at twice."""
    found: dict[str, dict[int, set[str]]] = {}
    rows = Identifier.objects.filter(record__customer__in=ids, valid_to=None)
    for customer, kind, value in rows.values_list("record__customer_id", "kind", "value")[:2_000]:
        found.setdefault(kind, {}).setdefault(customer, set()).add(value)
    return sorted(
        kind for kind, sides in found.items() if len(sides) > 1 and not set.intersection(*sides.values())
    )


def count_moves(customers: Sequence[int]) -> dict[str, int]:
    """{"records", "events" and the name of every model that hangs on records: rows}, none counted beyond `COUNT_MAX` + 1."""
    if not customers:
        return {}
    tables = [("records", "people_record", "id"), ("events", Event._meta.db_table, "record_id")]
    for relation in Record._meta.related_objects:
        if relation.related_model not in _OWN:
            meta = relation.related_model._meta
            tables.append((str(meta.model_name), meta.db_table, str(relation.field.column)))
    quote = connection.ops.quote_name
    marks = ", ".join(["%s"] * len(customers))
    parts = [
        f"SELECT %s, (SELECT COUNT(*) FROM (SELECT 1 FROM people_record r JOIN {quote(table)} t"  # noqa: S608  names of our own tables  # nosec B608
        f" ON t.{quote(column)} = r.id WHERE r.customer_id IN ({marks}) LIMIT {COUNT_MAX + 1}) AS n)"
        for _name, table, column in tables
    ]
    values: list[str | int] = []
    for name, _table, _column in tables:
        values += [name, *customers]
    found: Counter[str] = Counter()  # a row may hang on two records: an order on buyer and seller
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        for name, count in cursor.fetchall():
            found[name] += count
    return {name: count for name, count in found.items() if count}
