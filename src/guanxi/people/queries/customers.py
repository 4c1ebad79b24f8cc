"""Every read of people. Starts at `visible_to(actor)`."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from guanxi.core import search
from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.core.prepared import prepared, prepared_at
from guanxi.core.recall import remembered
from guanxi.engine.normalise import Normalised, mask, pretty
from guanxi.people.models import Consent, Customer, Identifier, Membership, Record, ReviewTask
from guanxi.people.rules import Nature, read_claims


@dataclass(frozen=True, slots=True)
class IdentifierView:
    """An identifier as this actor may see it: `text` is masked without the right `people.contacts`."""

    kind: str
    text: str
    masked: bool
    verified: datetime | None
    source: str


@dataclass(frozen=True, slots=True)
class CustomerView:
    """A customer as one actor may see them."""

    id: int
    public_id: str
    name: str
    provisional: bool
    since: datetime
    language: str
    records: Sequence[Record]
    identifiers: Sequence[IdentifierView]
    sources: Sequence[str]
    sample: bool
    nature: str = "person"


def list_records(actor: Actor) -> QuerySet[Record]:
    """Visible records, newest first."""
    found: QuerySet[Record] = Record.objects.visible_to(actor)
    return found.select_related("customer").order_by("-created", "-id")


@remembered
@prepared_at(Record)
def records_seen(actor: Actor, customer_id: int) -> QuerySet[Record]:
    """A customer's visible records with their identifiers, newest first."""
    return list_records(actor).filter(customer_id=customer_id).prefetch_related("identifiers")


def list_customers(actor: Actor) -> QuerySet[Record]:
    """One row per visible customer: their newest visible record."""
    found = list_records(actor)
    peers: QuerySet[Record] = Record.objects.visible_to(actor)
    newer = Q(created__gt=OuterRef("created")) | Q(created=OuterRef("created"), id__gt=OuterRef("id"))
    return found.filter(~Exists(peers.filter(newer, customer_id=OuterRef("customer_id"))))


def tongue_of(actor: Actor) -> Subquery:
    """The language of a record's customer: the newest one that any of their visible records names. For use in a query."""
    peers: QuerySet[Record] = Record.objects.visible_to(actor)
    said = peers.filter(customer_id=OuterRef("customer_id")).exclude(language="")
    return Subquery(said.order_by("-created", "-id").values("language")[:1])


def languages_of(actor: Actor, customer_ids: Collection[int]) -> dict[int, str]:
    """customer id -> the newest language their visible records name; without any they are left out. One statement."""
    visible: QuerySet[Record] = Record.objects.visible_to(actor)
    said = visible.filter(customer_id__in=customer_ids).exclude(language="").order_by("created", "id")
    return dict(said.values_list("customer_id", "language"))


def get_customer(actor: Actor, public_id: str) -> CustomerView:
    """The customer with this public id, or whoever they were merged into: compare the answer's own.

    Raises `NotFound` also when they are somebody else's to see.
    """
    known = next(iter(_ids_by_code(public_id)), None)
    records = records_seen(actor, known[1] or known[0]) if known else ()
    if not records:
        raise NotFound
    return view_of(actor, records)


@prepared
def _ids_by_code(public_id: str) -> QuerySet[Customer, tuple[int, int | None]]:
    return Customer.objects.filter(public_id=public_id).values_list("id", "merged_into_id")


def code_now(public_id: str) -> str:
    """The public id that this one leads to: another one when they were merged, itself when nobody knows it."""
    found = Customer.objects.filter(public_id=public_id).values_list("merged_into__public_id", flat=True)
    return found.first() or public_id


def view_of(actor: Actor, records: Sequence[Record]) -> CustomerView:
    """One customer's visible records as a view. The newest non-empty name and language count (survivorship comes later)."""
    customer = records[0].customer
    return CustomerView(
        id=customer.id,
        public_id=customer.public_id,
        name=next((record.name for record in records if record.name), "") or _forgotten(records[0]),
        provisional=customer.provisional,
        since=min(record.created for record in records),
        language=next((record.language for record in records if record.language), ""),
        records=records,
        identifiers=_identifier_views(actor, records),
        sources=sorted({record.source for record in records}),
        sample=any(record.sample for record in records),
        nature=nature_of(records),
    )


def nature_of(records: Iterable[Record]) -> Nature:
    """Person or company, as the newest record says that says it; a person without a word. Newest first."""
    said = next((record.nature for record in records if record.nature), "")
    return "company" if said == Record.Nature.COMPANY else "person"


def _forgotten(record: Record) -> str:
    """What became of somebody who has no name any more; "" for whoever never gave one."""
    called = record.called
    return "" if called == record.customer.public_id else called


def _identifier_views(actor: Actor, records: Sequence[Record]) -> list[IdentifierView]:
    masked = not actor.may("people.contacts")
    seen: dict[tuple[str, str], IdentifierView] = {}
    for record in records:
        for one in record.identifiers.all():
            if one.valid_to is not None:
                continue
            text = mask(one.kind, one.value) if masked else pretty(one.kind, one.value)
            view = IdentifierView(one.kind, text, masked, one.verified, record.source)
            if (one.kind, one.value) not in seen or one.verified:
                seen[one.kind, one.value] = view
    rank = {"phone": 0, "email": 1, "member": 2}
    return sorted(seen.values(), key=lambda view: (rank.get(view.kind, 9), view.text))


@remembered
@prepared
def records_of(customer_id: int) -> QuerySet[Record, int]:
    """The ids of a customer's records: what orders, cases, messages and events hang on."""
    found: QuerySet[Record] = Record.objects.filter(customer_id=customer_id)
    return found.values_list("id", flat=True)


def whose(record_ids: Iterable[int]) -> dict[int, tuple[str, int | None]]:
    """record id -> (the customer's public id, the record's unit), in one statement."""
    found = Record.objects.filter(id__in=list(record_ids)).values_list("id", "customer__public_id", "unit_id")
    return {key: (code, unit_id) for key, code, unit_id in found}


@remembered
def code_of(customer_id: int) -> str:
    """The public id of a customer, "" when there is none."""
    return next(iter(_codes(customer_id)), "")


@prepared
def _codes(customer_id: int) -> QuerySet[Customer, str]:
    return Customer.objects.filter(id=customer_id).values_list("public_id", flat=True)


def customer_of(record_id: int) -> Customer | None:
    return Customer.objects.filter(records__id=record_id).first()


@remembered
@prepared
def list_reviews(customer_id: int) -> QuerySet[ReviewTask]:
    """Open doubts about this customer, newest first."""
    found = ReviewTask.objects.filter(customer_id=customer_id, state=ReviewTask.State.OPEN)
    return found.select_related("candidate").order_by("-created")[:5]


def latest_consents(
    record_ids: Sequence[int], *, at: datetime | None = None
) -> dict[tuple[str, str], Consent]:
    """(purpose, channel) -> the latest statement over all records of a customer; with `at` the latest until then."""
    latest: dict[tuple[str, str], Consent] = {}
    said = Consent.objects.filter(record_id__in=record_ids)
    for consent in (said if at is None else said.filter(stated__lte=at)).order_by("stated"):
        latest[consent.purpose, consent.channel] = consent
    return latest


def address_for(record_ids: Sequence[int], kind: str) -> str:
    """The address to reach a customer on: verified before unverified, newest first; "" when none is known to reach them."""
    found = Identifier.objects.filter(record_id__in=record_ids, kind=kind, valid_to=None, trouble="")
    best = max(found, key=lambda one: (one.verified is not None, one.valid_from), default=None)
    return best.value if best else ""


def owns_any(record_id: int, claims: Sequence[Normalised]) -> bool:
    """Whether any of these identifiers belongs to the customer of this record."""
    return own_any([record_id], claims)


def own_any(record_ids: Sequence[int], claims: Sequence[Normalised]) -> bool:
    """Whether any of these identifiers belongs to a customer of one of these records, in one statement."""
    customers = Record.objects.filter(id__in=record_ids).values("customer_id")
    held = Identifier.objects.filter(record__customer__in=customers, valid_to=None)
    known = set(held.values_list("kind", "value"))
    return any((claim.kind, claim.value) in known for claim in claims)


SHARED_KINDS = ("device", "address", "phone")
SHARED_READ_MAX = 500  # at a dormitory or behind a shop's till it says nothing


def sharing(customer_id: int) -> list[int]:
    """Keys of other customers reached at the same device, address or telephone; at most 500. For rules, not for edges."""
    mine = Identifier.objects.filter(record__customer=customer_id, kind__in=SHARED_KINDS, valid_to=None)
    same = [Q(kind=kind, value=value) for kind, value in mine.values_list("kind", "value").distinct()[:50]]
    if not same:
        return []
    found = Identifier.objects.filter(reduce(or_, same), valid_to=None).exclude(record__customer=customer_id)
    return list(found.order_by().values_list("record__customer", flat=True).distinct()[:SHARED_READ_MAX])


def _newest_of(actor: Actor) -> Subquery:
    """The id of the row that stands for a record's customer in `list_customers`."""
    peers: QuerySet[Record] = Record.objects.visible_to(actor)
    return Subquery(
        peers.filter(customer_id=OuterRef("customer_id")).order_by("-created", "-id").values("id")[:1]
    )


def search_rows(actor: Actor, text: str, *, limit: int, found: Sequence[int] | None = None) -> list[int]:
    """Keys of `list_customers` in rank order: the newest record of each customer, whichever of theirs was found."""
    known = search_customers(actor, text, limit=limit, found=found)
    return [int(record.newest) for record in known]  # type: ignore[attr-defined]


def search_customers(
    actor: Actor, text: str, *, limit: int, found: Sequence[int] | None = None
) -> list[Record]:
    """Visible customers whose name or identifiers hold all the words of `text`, best first, one record per customer.

    `found`: the search's candidates, where the caller has asked for those of several kinds at once.
    """
    ids = search.candidates(text, "customer", limit=limit * 4) if found is None else list(found)
    visible: dict[int, Record] = {
        record.id: record
        for record in list_records(actor)
        .filter(id__in=ids)
        .annotate(newest=_newest_of(actor))
        .prefetch_related("identifiers")
    }
    if not actor.may("people.contacts"):
        visible = _found_openly(text, visible)
    best: dict[int, Record] = {}
    for ref in ids:
        if ref in visible:
            best.setdefault(visible[ref].customer_id, visible[ref])
    return list(best.values())[:limit]


def _found_openly(text: str, found: Mapping[int, Record]) -> dict[int, Record]:
    """Who may not read a number or an address may look up a whole one, but not guess it digit by digit or word by word."""
    whole = {claim.value for claim in read_claims({"phone": text, "email": text, "member": text})[0]}
    known = Identifier.objects.filter(record_id__in=found, value__in=whole, valid_to=None)
    exact = set(known.values_list("record_id", flat=True))
    return {
        key: record
        for key, record in found.items()
        if key in exact
        or search.holds(
            text, f"{record.name}\n{record.name_key}\n{record.customer.public_id}", names=record.name
        )
    }


def latest_membership(customer_id: int) -> Membership | None:
    """The newest membership of a customer: it carries the explanation of why these records are one person."""
    return next(iter(_newest_memberships(customer_id)), None)


@prepared
def _newest_memberships(customer_id: int) -> QuerySet[Membership]:
    return Membership.objects.filter(customer_id=customer_id, valid_to=None).order_by("-valid_from", "-id")[
        :1
    ]


def search_words(record: Record) -> search.Words:
    """What a customer is found by: name and identifiers, as keys and as typed."""
    known = [part for one in record.identifiers.all() for part in (one.value, one.verbatim)]
    said = (record.id, record.unit_id, record.name, record.name_key, record.customer.public_id)
    return _words(said, known)


def list_search_words(record_ids: Collection[int]) -> list[search.Words]:
    """`search_words` of many records, in two statements and without their models."""
    columns = ("id", "unit_id", "name", "name_key", "customer__public_id")
    records = Record.objects.filter(id__in=record_ids).order_by("id").values_list(*columns)
    known: dict[int, list[str]] = {}
    identifiers = Identifier.objects.filter(record_id__in=record_ids).values_list(
        "record_id", "value", "verbatim"
    )
    for record_id, value, verbatim in identifiers:
        known.setdefault(record_id, []).extend((value, verbatim))
    return [_words(record, known.get(record[0], [])) for record in records]


def _words(record: tuple[int, int | None, str, str, str], known: Sequence[str]) -> search.Words:
    key, unit_id, name, name_key, code = record
    boost = dict.fromkeys([name, name_key, code, *known])
    return search.Words(
        "customer", key, "", record_id=key, unit_id=unit_id, boost="\n".join(boost), names=name
    )
