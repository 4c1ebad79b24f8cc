"""Many rows of many tables in one statement, all or none."""

from datetime import datetime

import pytest
from django.db import IntegrityError, connection, transaction

from guanxi.core import rows
from guanxi.core.models import Unit
from guanxi.people.models import Customer, Identifier, Record
from tests.cast import nothing_happens, statements

pytestmark = pytest.mark.django_db


def person(now: datetime, number: int) -> list[Customer | Record | Identifier]:
    customer = Customer(created=now)
    record = Record(
        customer_id=customer.id, source="web", name=f"人{number}", said={"name": "人"}, fingerprint=f"f{number}",
        created=now,
    )  # fmt: skip
    identifier = Identifier(
        record_id=record.id, kind="member", value=f"M{number}", verbatim="m", valid_from=now
    )
    return [customer, record, identifier]


def test_one_statement_on_postgresql_one_a_table_on_sqlite(now: datetime) -> None:
    expected = 1 if connection.vendor == "postgresql" else 3
    assert statements(lambda: rows.insert(person(now, 1))) == expected
    stored = Record.objects.get()
    assert (stored.name, stored.said, stored.created) == ("人1", {"name": "人"}, now)
    assert stored.identifiers.get().value == "M1"


def test_written_rows_may_be_saved_again(now: datetime) -> None:
    customer, *_rest = written = person(now, 1)
    rows.insert(written)
    assert isinstance(customer, Customer)
    customer.provisional = True
    customer.save()
    assert Customer.objects.get().provisional


@pytest.mark.parametrize("count", [0, 1, 33, 34, 400])
def test_any_number(now: datetime, count: int) -> None:
    people = [person(now, number) for number in range(count)]
    rows.insert([one for kind in range(3) for one in (row[kind] for row in people)])
    assert (Customer.objects.count(), Record.objects.count(), Identifier.objects.count()) == (count,) * 3


@pytest.mark.django_db(transaction=True)
def test_one_bad_row_and_none_stands(now: datetime) -> None:
    good, bad = person(now, 1), person(now, 1)  # the same fingerprint
    with nothing_happens(), pytest.raises(IntegrityError), transaction.atomic():
        rows.insert([*good, *bad])


def test_odd_values_arrive_as_they_are(now: datetime) -> None:
    name = {"en": 'quote " and \\ and %s and 𠮷', "zh-hans": "'; --"}
    rows.insert([Unit(code="odd", kind="team", name=name, parent=None, path="/1/")])
    assert Unit.objects.get().name == name
