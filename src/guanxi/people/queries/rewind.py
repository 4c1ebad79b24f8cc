"""A customer as they were at an earlier moment: membership, identifiers and everything else that keeps its history.

What may be seen is decided as of today: records this actor sees now, masked as they are masked now.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Max, Min, Q, QuerySet

from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.core.recall import remembered
from guanxi.people.models import Customer, IdentityEvent, Membership, Record, ReviewTask
from guanxi.people.queries.customers import CustomerView, list_records, view_of
from guanxi.people.queries.moments import owners_at, records_then
from guanxi.people.rules.rewinding import value_at

_DECIDED = (
    IdentityEvent.Kind.MERGE, IdentityEvent.Kind.UNMERGE, IdentityEvent.Kind.CONFIRM, IdentityEvent.Kind.CANNOT_LINK,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Then:
    """A customer at a moment. Without a record then: `into` whom they had become part of, or not known yet before `first`.

    `records` are as they were: identifiers that held, verified and in trouble as far as then; `view` is None without any.
    """

    id: int
    public_id: str
    at: datetime
    records: Sequence[Record]
    view: CustomerView | None
    into: str
    first: datetime | None


@dataclass(frozen=True, slots=True)
class Steps:
    """The changes of who this customer is that lie next to a moment."""

    before: datetime | None
    after: datetime | None


@remembered
def as_of(actor: Actor, public_id: str, at: datetime) -> Then:
    """The customer with this id at a moment, also one merged into somebody since.

    Raises `NotFound` when this actor sees nothing of them today.
    """
    known = Customer.objects.filter(public_id=public_id).first()
    if known is None:
        raise NotFound
    records = records_then(actor, known.id, at)
    if records:
        return Then(known.id, public_id, at, records, _view(actor, known, records, at), "", None)
    ever = Membership.objects.filter(customer=known.id).values("record_id")
    if not list_records(actor).filter(Q(id__in=ever) | Q(customer=known.merged_into_id or known.id)).exists():
        raise NotFound
    first = Membership.objects.filter(customer=known.id).aggregate(first=Min("valid_from"))["first"]
    return Then(known.id, public_id, at, (), None, _become(actor, known.id, at), first)


def _view(actor: Actor, customer: Customer, records: Sequence[Record], at: datetime) -> CustomerView:
    view = view_of(actor, records)
    return replace(view, id=customer.id, public_id=customer.public_id, provisional=_provisional(customer, at))


def _become(actor: Actor, customer_id: int, at: datetime) -> str:
    """Who had their records at that moment, "" for nobody this actor sees."""
    own = Membership.objects.filter(customer=customer_id, valid_from__lte=at).values_list(
        "record_id", flat=True
    )
    seen = set(list_records(actor).filter(id__in=own).values_list("id", flat=True))
    owners = sorted(set(owners_at(seen, at).values()))
    return (
        Customer.objects.filter(id__in=owners).values_list("public_id", flat=True).first() or ""
        if owners
        else ""
    )


def _provisional(customer: Customer, at: datetime) -> bool:
    """Whether it was in doubt then: decisions say what they changed."""
    decided = IdentityEvent.objects.filter(
        Q(customer=customer.id) | Q(other=customer.id), kind__in=_DECIDED, happened__gt=at
    )
    found = decided.order_by("happened", "id").values_list("kind", "customer_id", "happened", "inverse")
    return value_at(at, customer.provisional, _doubts(customer.id, found))


def _doubts(
    customer_id: int, decided: Iterable[tuple[str, int, datetime, Any]]
) -> Iterable[tuple[datetime, bool]]:
    for kind, about, when, inverse in decided:
        before = inverse.get("provisional", [])
        if kind == IdentityEvent.Kind.CANNOT_LINK:  # lists who became certain by it
            if str(customer_id) in before:
                yield when, True
        elif about == customer_id and before:
            yield when, bool(before[0])


def membership_then(customer_id: int, at: datetime) -> Membership | None:
    """The newest membership of that moment: why these records were one person."""
    held = Membership.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=at), customer=customer_id, valid_from__lte=at
    )
    return held.order_by("-valid_from", "-id").first()


def reviews_then(records: Sequence[Record], at: datetime) -> list[tuple[str, datetime]]:
    """(public id, since when) of the customers who were perhaps the same then, the likeliest first; at most 5."""
    own = [record.id for record in records]
    undecided = Q(decided=None) | Q(decided__gt=at)
    found: QuerySet[ReviewTask] = ReviewTask.objects.filter(undecided, created__lte=at)
    rows = found.filter(Q(record__in=own) | Q(peer__in=own)).order_by("-score", "id")[:5]
    others = [(row.peer_id if row.record_id in own else row.record_id, row.created) for row in rows]
    owners = owners_at([key for key, _since in others if key], at)
    codes = dict(Customer.objects.filter(id__in=owners.values()).values_list("id", "public_id"))
    return [(codes[owners[key]], since) for key, since in others if key in owners]


def steps_around(customer_id: int, at: datetime) -> Steps:
    """The moments before and after at which it changed which records are this customer, or somebody decided about them."""
    own = Membership.objects.filter(customer=customer_id)
    moments = list(own.aggregate(**_nearest("valid_from", at), **_nearest("valid_to", at)).values())
    about = IdentityEvent.objects.filter(Q(customer=customer_id) | Q(other=customer_id))
    moments += list(about.aggregate(**_nearest("happened", at)).values())
    return Steps(
        before=max((one for one in moments if one is not None and one < at), default=None),
        after=min((one for one in moments if one is not None and one > at), default=None),
    )


def _nearest(column: str, at: datetime) -> dict[str, Any]:
    return {
        f"{column}_before": Max(column, filter=Q(**{f"{column}__lt": at})),
        f"{column}_after": Min(column, filter=Q(**{f"{column}__gt": at})),
    }
