"""Reads about what people may ask of us: who is set apart, who is who for the registry, may we write to them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.core import signing
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from guanxi.core import personal
from guanxi.core.access import Actor, Kind
from guanxi.core.errors import NotFound
from guanxi.core.explain import Fact
from guanxi.core.personal import Person
from guanxi.people.models import (
    Consent,
    Customer,
    Identifier,
    PersonExport,
    PrivacyMark,
    PrivacyRequest,
    Record,
)
from guanxi.people.queries.customers import code_of, latest_consents, records_of
from guanxi.people.rules.privacy import Standing, against

RIGHT = "people.privacy"
LINK_SALT = "guanxi.preferences"
CONSENTS_MAX = 200
_NO_NEEDLES = ("gender", "birth")  # shared by too many to be anybody's


def get_subject(actor: Actor, public_id: str) -> Customer:
    """The customer a privacy officer deals with, by the number of today or of one merged into them. Needs
    `people.privacy`; raises `NotFound` also where the right does not reach all of their records."""
    actor.require(RIGHT)
    customer = Customer.objects.select_related("merged_into").filter(public_id=public_id).first()
    if customer is None:
        raise NotFound
    customer = customer.merged_into or customer
    reach = actor.reach(RIGHT)
    theirs = Record.objects.filter(customer=customer)
    if not reach.everything and theirs.exclude(unit__in=reach.units).exists():
        raise NotFound
    return customer


def list_requests(actor: Actor) -> QuerySet[PrivacyRequest]:
    """Requests about data as far as the right goes."""
    actor.require(RIGHT)
    found = PrivacyRequest.objects.select_related("customer")
    reach = actor.reach(RIGHT)
    if reach.everything:
        return found
    elsewhere = Record.objects.exclude(unit__in=reach.units).values("customer")
    return found.exclude(customer__in=elsewhere)


def get_request(actor: Actor, public_id: str) -> PrivacyRequest:
    """One of them. Raises `NotFound`."""
    row = list_requests(actor).filter(public_id=public_id).first()
    if row is None:
        raise NotFound
    return row


def name_of(customer: Customer) -> str:
    """The newest name they stated, for whoever answers their requests."""
    named = Record.objects.filter(customer=customer).exclude(name="").order_by("-created", "-id")
    return named.values_list("name", flat=True).first() or ""


def requests_of(customer_id: int) -> list[PrivacyRequest]:
    """What a customer has asked for, the open ones first."""
    found = PrivacyRequest.objects.filter(customer=customer_id).order_by(
        F("closed").desc(nulls_first=True), "-received"
    )
    return list(found[:5])


def link_token(customer_id: int) -> str:
    """The signed link of a customer to what they allow. Raising the mark's `link_version` voids those given out before."""
    return signing.dumps([code_of(customer_id), _link_version(customer_id)], salt=LINK_SALT, compress=True)


def _link_version(customer_id: int) -> int:
    found = PrivacyMark.objects.filter(customer=customer_id).values_list("link_version", flat=True).first()
    return found or 1


def link_actor(token: str) -> Actor:
    """Who holds a preference link. Raises `NotFound` when it is forged or void. It opens what they allow and no value of
    theirs: an address in a form proves nothing."""
    try:
        code, version = signing.loads(token, salt=LINK_SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise NotFound from error
    customer = Customer.objects.filter(public_id=code).first() if isinstance(code, str) else None
    if customer is None or version != _link_version(customer.id):
        raise NotFound
    owner = customer.merged_into_id or customer.id
    return Actor(kind=Kind.LINK, id=code_of(owner), subject=("customer", owner))


def latest_of(customer_id: int) -> dict[tuple[str, str], Consent]:
    """(purpose, channel) -> a customer's latest statement."""
    return latest_consents(records_of(customer_id))


def consents_of(customer_id: int) -> list[Consent]:
    """Every statement of a customer, newest first: the history and the proof."""
    found = Consent.objects.filter(record__in=records_of(customer_id)).order_by("-stated", "-id")
    return list(found[:CONSENTS_MAX])


def list_copies(actor: Actor, customer: Customer) -> list[PersonExport]:
    """The last copies made of a customer's data, newest first."""
    actor.require(RIGHT)
    return list(PersonExport.objects.filter(customer=customer).order_by("-created", "-id")[:5])


def person_of(customer: Customer) -> Person:
    """Everything by which the traces of this customer are found, with those merged into them."""
    together = list(
        Customer.objects.filter(Q(id=customer.id) | Q(merged_into=customer)).values_list("id", "public_id")
    )
    ids = [key for key, _code in together]
    records = list(Record.objects.filter(customer__in=ids).values_list("id", flat=True))
    return personal.gather(
        customers=ids, records=records, codes=[code for _key, code in together], needles=own_values(records)
    )


def person_of_records(record_ids: Collection[int]) -> Person:
    """The same for some records alone, whoever they belong to: a restored backup may know them in another company."""
    return personal.gather(customers=(), records=record_ids, codes=(), needles=own_values(record_ids))


def own_values(record_ids: Collection[int]) -> set[str]:
    """Values that these records state and nobody else's does: families share numbers, strangers a name."""
    ids = list(record_ids)
    found = {value for text in _own_identifiers(ids) for value in text}
    elsewhere = Record.objects.exclude(id__in=ids).filter(name_key=OuterRef("name_key"))
    names = Record.objects.filter(id__in=ids).exclude(name="").exclude(Exists(elsewhere))
    found.update(names.values_list("name", flat=True))
    return {text for text in found if personal.holdings.is_needle(text)}


def _own_identifiers(ids: Sequence[int]) -> Iterable[tuple[str, str]]:
    elsewhere = Identifier.objects.exclude(record__in=ids).filter(
        value=OuterRef("value"), kind=OuterRef("kind")
    )
    own = Identifier.objects.filter(record__in=ids).exclude(kind__in=_NO_NEEDLES).exclude(Exists(elsewhere))
    return own.values_list("value", "verbatim")


def marks_of(customer_ids: Collection[int]) -> dict[int, PrivacyMark]:
    """customer id -> what their rights have made of them; most have none. A mark of one merged into them counts as theirs."""
    found = PrivacyMark.objects.select_related("customer").filter(
        Q(customer__in=customer_ids) | Q(customer__merged_into__in=customer_ids)
    )
    marks: dict[int, PrivacyMark] = {}
    for one in found:
        key = one.customer.merged_into_id or one.customer_id
        known = marks.get(key)
        marks[key] = _stricter(known, one) if known else one
    return marks


def _stricter(one: PrivacyMark, other: PrivacyMark) -> PrivacyMark:
    for name in ("restricted", "objected", "anonymised", "erased"):
        setattr(one, name, getattr(one, name) or getattr(other, name))
    one.impersonal = one.impersonal or other.impersonal
    return one


@dataclass(frozen=True, slots=True)
class Word:
    """A customer's latest word for a purpose on a channel (None: never asked), and what their rights made of them."""

    consent: bool | None
    standing: Standing


def word_of(record_ids: Sequence[int], purpose: str, channel: str) -> Word:
    """What the gate asks about whoever these records belong to; two statements."""
    latest = Consent.objects.filter(record_id__in=record_ids, purpose=purpose, channel=channel)
    given = latest.order_by("-stated", "-id").values_list("given", flat=True).first()
    return Word(given, standing_of(record_ids))


def standing_of(record_ids: Sequence[int]) -> Standing:
    """The strictest of what stands about whoever these records belong to."""
    theirs = Record.objects.filter(id__in=record_ids).values("customer")
    marks = PrivacyMark.objects.filter(Q(customer__in=theirs) | Q(customer__merged_into__in=theirs))
    found = list(marks.values_list("restricted", "objected", "anonymised", "erased"))
    return Standing(
        restricted=any(one[0] for one in found),
        objected=any(one[1] for one in found),
        forgotten=any(one[2] or one[3] for one in found),
    )


def may_contact(customer_id: int, purpose: str, channel: str) -> list[Fact]:
    """THE question before anybody writes to a customer or takes them into a campaign: why not; empty when they may."""
    word = word_of(records_of(customer_id), purpose, channel)
    return against(purpose, channel, word.consent, word.standing)


def apart(customer_ids: Collection[int]) -> set[int]:
    """Which of these are in no campaign, no export and no proposal."""
    return set(set_apart().filter(customer__in=list(customer_ids)))


def set_apart() -> QuerySet[PrivacyMark, int]:
    """Customers who are in no campaign, no export and no proposal: restricted or forgotten. For use in a query."""
    found = PrivacyMark.objects.filter(
        Q(restricted__isnull=False) | Q(anonymised__isnull=False) | Q(erased__isnull=False)
    )
    return found.values_list("customer_id", flat=True)
