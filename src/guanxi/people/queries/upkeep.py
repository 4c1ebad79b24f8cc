"""What customer data needs looking after, and how well it is looked after: the lists of upkeep and their figures."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Actor
from guanxi.core.figures import PER_MILLE, Figure, Value
from guanxi.core.models import Event
from guanxi.people import events as happened
from guanxi.people.models import Customer, Identifier, Record, ReviewTask

YEAR = timedelta(days=365)
ASKED_AGAIN = timedelta(days=30)  # nobody is asked to confirm more often
REACHED_BY = ("phone", "email")
LATEST_NUMBERS = 5_000  # among which recycled telephones are looked for: each costs a look-up or two
APART = timedelta(days=90)  # a number seen with two people within this time is shared rather than recycled


def list_unverified(actor: Actor, now: datetime) -> QuerySet[Identifier]:
    """Telephones and addresses that nobody has verified for a year, oldest first."""
    old = now - YEAR
    never = Q(verified=None, valid_from__lt=old)
    found = _standing(actor).filter(never | Q(verified__lt=old), kind__in=REACHED_BY, trouble="")
    return found.filter(~_said_again()).order_by("id")


def list_troubled(actor: Actor, now: datetime) -> QuerySet[Identifier]:
    """Identifiers that did not reach their person the last time, latest first."""
    return _standing(actor).filter(~_said_again(), troubled__isnull=False).order_by("-troubled", "-id")


def _standing(actor: Actor) -> QuerySet[Identifier]:
    found = Identifier.objects.filter(valid_to=None).select_related("record__customer")
    if actor.reach("people.view").everything:
        return found
    return found.filter(record__in=Record.objects.visible_to(actor))


def _said_again() -> Exists:
    """Whether a later record of the same customer says the same: it is looked after once."""
    same = Identifier.objects.filter(
        record__customer=OuterRef("record__customer"), kind=OuterRef("kind"), value=OuterRef("value"),
        valid_to=None, id__gt=OuterRef("pk"),
    )  # fmt: skip
    return Exists(same)


def _doubted() -> Exists:
    """Whether stewards are asked already if the two are one person."""
    undecided = ReviewTask.objects.filter(state__in=[ReviewTask.State.OPEN, ReviewTask.State.LATER])
    newer, older = OuterRef("record__customer"), OuterRef(OuterRef("record__customer"))
    return Exists(undecided.filter(Q(customer=newer, candidate=older) | Q(customer=older, candidate=newer)))


def list_recycled(actor: Actor, now: datetime) -> QuerySet[Identifier]:
    """Telephones with a newer holder of another name (`newer`: their record): the number may have been given out again.

    Among the latest `LATEST_NUMBERS`; not when stewards are asked whether the two are one person. What was verified after
    the newer one came is still theirs and is left out.
    """
    latest = (
        Identifier.objects.filter(kind="phone", valid_to=None).order_by("-id").values("id")[:LATEST_NUMBERS]
    )
    newer = (
        Identifier.objects.filter(
            id__in=latest,
            kind="phone",
            value=OuterRef("value"),
            valid_to=None,
            valid_from__gt=OuterRef("valid_from") + APART,
        )
        .exclude(record__customer=OuterRef("record__customer"))
        .filter(~_doubted())
        .exclude(Q(record__name_key="") | Q(record__name_key=OuterRef("record__name_key")))
        .order_by("-valid_from")
    )
    numbers = Identifier.objects.filter(id__in=latest).values("value")
    found = _standing(actor).filter(kind="phone", trouble="", value__in=numbers).exclude(record__name_key="")
    found = found.annotate(
        newer=Subquery(newer.values("record_id")[:1]), taken=Subquery(newer.values("valid_from")[:1])
    )
    still = Q(verified=None) | Q(verified__lt=F("taken"))
    return found.filter(still, ~_said_again(), newer__isnull=False).order_by("-taken", "-id")


def list_due(actor: Actor, now: datetime) -> QuerySet[Customer]:
    """Customers of more than a year of whom nothing was verified within the last: they are asked to look at their details.

    `confirmed`: when anything of theirs was verified last.
    """
    old = now - YEAR
    held = Identifier.objects.filter(record__customer=OuterRef("pk"), valid_to=None)
    found = Customer.objects.filter(
        ~Exists(held.filter(verified__gte=old)),
        Exists(held.filter(kind__in=REACHED_BY)),
        merged_into=None,
        created__lt=old,
    )
    if not actor.reach("people.view").everything:
        found = found.filter(Exists(Record.objects.visible_to(actor).filter(customer=OuterRef("pk"))))
    latest = held.order_by().values("record__customer").annotate(last=Max("verified")).values("last")
    return found.annotate(confirmed=Subquery(latest)).order_by("created", "id")


def customers_of(records: Collection[int]) -> dict[int, Customer]:
    """{record: its customer}, in one statement."""
    return {one.id: one.customer for one in Record.objects.filter(id__in=records).select_related("customer")}


def asked_lately(records: Collection[int], now: datetime) -> dict[int, datetime]:
    """{record: when its customer was last asked to confirm}, of those asked within `ASKED_AGAIN`."""
    found = Event.objects.filter(
        type=happened.CONFIRMATION_ASKED.code, record_id__in=records, occurred__gt=now - ASKED_AGAIN
    )
    rows = found.order_by("occurred").values_list("record_id", "occurred")
    return {record: moment for record, moment in rows if record is not None}


@dataclass(frozen=True, slots=True)
class Reach:
    """How a customer can be asked: the record whose address it is, and its address; "" when there is none."""

    record_id: int
    email: str


def reaches(customers: Collection[int]) -> dict[int, Reach]:
    """{customer: the e-mail address to ask them at}: verified before unverified, newest first, none that bounced."""
    found = Identifier.objects.filter(
        record__customer__in=customers, kind="email", valid_to=None, trouble=""
    ).order_by(F("verified").asc(nulls_first=True), "valid_from")
    rows = found.values_list("record__customer_id", "record_id", "value")
    return {customer: Reach(record, value) for customer, record, value in rows}


# -- figures -----------------------------------------------------------------------------------------------------


def duplicates(actor: Actor, since: datetime, until: datetime) -> Value:
    """Pairs that wait for a decision, over all customers."""
    waiting = ReviewTask.objects.filter(state__in=[ReviewTask.State.OPEN, ReviewTask.State.LATER])
    if not actor.reach("people.view").everything:
        waiting = waiting.filter(record__in=Record.objects.visible_to(actor))
    return Value(waiting.count(), _customers(actor))


def verified(actor: Actor, since: datetime, until: datetime) -> Value:
    """Customers of whom a telephone, an address or a document was verified since, over all customers."""
    found = Identifier.objects.filter(verified__gte=since, valid_to=None)
    if not actor.reach("people.view").everything:
        found = found.filter(record__in=Record.objects.visible_to(actor))
    return Value(found.values("record__customer").distinct().count(), _customers(actor))


def reachable(actor: Actor, since: datetime, until: datetime) -> Value:
    """Telephones and addresses that hold and of which no trouble is known, over all that hold."""
    held = _standing(actor).filter(kind__in=REACHED_BY).order_by()
    return Value(held.filter(trouble="").count(), held.count())


def _customers(actor: Actor) -> int:
    if actor.reach("people.view").everything:
        return Customer.objects.filter(merged_into=None).count()
    return Record.objects.visible_to(actor).values("customer").distinct().count()


def identifiers_of(actor: Actor, customer: int) -> Sequence[Identifier]:
    """Everything that holds or held of a customer this actor sees, newest first."""
    seen = Record.objects.visible_to(actor).filter(customer=customer)
    return list(
        Identifier.objects.filter(record__in=seen)
        .select_related("record")
        .order_by("kind", "-valid_from", "-id")
    )


# -- key figures --------------------------------------------------------------------------------------------

_EVERYBODY = _("all customers")
FIGURES = (
    Figure(
        code="people.duplicates",
        title=_("Duplicates per 1,000"),
        numerator=_("pairs that wait for a decision"),
        denominator=_EVERYBODY,
        exclusions=_("pairs less likely than even"),
        owner="steward",
        unit=PER_MILLE,
        target=4.0,
        right="people.review",
        where="upkeep",
        compute=duplicates,
        at_most=True,
    ),
    Figure(
        code="people.verified",
        title=_("Verified within 12 months"),
        numerator=_("customers of whom something was verified within 12 months"),
        denominator=_EVERYBODY,
        exclusions=_("none"),
        owner="steward",
        unit="%",
        target=85.0,
        right="people.review",
        where="upkeep",
        compute=verified,
    ),
    Figure(
        code="people.reachable",
        title=_("Reaches its person"),
        numerator=_("telephones and addresses of which no trouble is known"),
        denominator=_("all that hold"),
        exclusions=_("what was ended"),
        owner="steward",
        unit="%",
        target=97.0,
        right="people.review",
        where="upkeep",
        compute=reachable,
    ),
)
