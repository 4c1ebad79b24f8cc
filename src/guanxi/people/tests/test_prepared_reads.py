"""Prepared reads give what the plain ones give, for every argument and every actor, in the same statements."""

import pytest
from django.db.models import QuerySet

from guanxi.core.access import EVERYTHING, PUBLIC, Actor, Kind, Reach, system
from guanxi.core.models import Unit, User
from guanxi.core.prepared import prepared, prepared_at
from guanxi.people.models import Record
from tests.cast import Organisation, Shopper

pytestmark = pytest.mark.django_db


@prepared
def unit_named(code: str, kind: str) -> QuerySet[Unit]:
    return Unit.objects.filter(code=code, kind=kind)


@prepared
def numbers_of(unit_id: int) -> QuerySet[User, int]:
    return User.objects.filter(unit_id=unit_id).order_by("id").values_list("id", flat=True)


def records_plain(actor: Actor, customer_id: int) -> QuerySet[Record]:
    found: QuerySet[Record] = Record.objects.visible_to(actor).filter(customer_id=customer_id)
    return found.select_related("customer").prefetch_related("identifiers").order_by("id")


records = prepared_at(Record)(records_plain)


def test_other_arguments_give_other_rows(organisation: Organisation) -> None:
    for unit in Unit.objects.all():
        assert [one.id for one in unit_named(unit.code, unit.kind)] == [unit.id]
        assert numbers_of(unit.id) == list(
            User.objects.filter(unit_id=unit.id).order_by("id").values_list("id", flat=True)
        )
    assert unit_named("' OR 1=1 --", "team") == []
    assert unit_named("\0"[:0], "team") == []


def test_rows_are_read_anew_each_time(organisation: Organisation) -> None:
    unit = organisation.units["front"]
    before = unit_named(unit.code, unit.kind)
    Unit.objects.filter(id=unit.id).update(name={"en": "Other"})
    assert unit_named(unit.code, unit.kind)[0].name == {"en": "Other"}
    assert before[0].name != {"en": "Other"}


def test_what_an_actor_may_see_stays_theirs(buyer: Shopper, organisation: Organisation) -> None:
    customer = buyer.customer_id
    unit = organisation.id("front")
    actors = [
        system("test"),
        Actor(kind=Kind.STAFF, id="U-1", user_id=1, rights={"people.view": EVERYTHING}),
        Actor(kind=Kind.STAFF, id="U-2", user_id=1, rights={"people.view": Reach(units=frozenset({unit}))}),
        Actor(kind=Kind.STAFF, id="U-3", user_id=1, rights={"people.view": Reach(own=True)}),
        Actor(kind=Kind.STAFF, id="U-4", user_id=1, rights={}),
        Actor(kind=Kind.CUSTOMER, id="C-1", customer_id=customer, records=frozenset()),
        Actor(kind=Kind.CUSTOMER, id="C-2", customer_id=customer),
        PUBLIC,
    ]
    seen = [[one.id for one in records(actor, customer)] for actor in actors]
    assert seen == [[one.id for one in records_plain(actor, customer)] for actor in actors]
    assert seen[0] == seen[1] != []
    assert seen[4] == seen[5] == seen[7] == []


def test_relations_come_in_the_same_statements(buyer: Shopper, django_assert_num_queries: object) -> None:
    customer = buyer.customer_id
    records(system("test"), customer)
    with django_assert_num_queries(2):  # type: ignore[operator]
        for record in records(system("test"), customer):
            assert record.customer.id == customer
            assert list(record.identifiers.all()) is not None


def test_what_cannot_be_prepared_says_so(organisation: Organisation) -> None:
    @prepared
    def changed(code: str) -> QuerySet[Unit]:
        return Unit.objects.filter(code__icontains=code)

    with pytest.raises(TypeError, match="changed on its way"):
        changed("a")
    with pytest.raises(TypeError, match="whole numbers and texts"):
        unit_named(1.5, "team")  # type: ignore[arg-type]
