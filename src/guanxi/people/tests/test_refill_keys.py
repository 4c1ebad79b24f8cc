"""Records of an older version get the keys they are found by, a few at a time, and nothing else changes."""

from datetime import datetime
from unittest import mock

import pytest

from guanxi.core.errors import Denied
from guanxi.people import jobs
from guanxi.people.actions import Contact, add_record, refill_keys, refilling
from guanxi.people.models import BlockKey, Identifier, Record
from tests.cast import SYSTEM, Organisation, Staffer, nothing_happens, statements

pytestmark = pytest.mark.django_db

PEOPLE = [("王小明", "13958016608"), ("李娜", "13958016609"), ("Ann Keller", "13958016610")]


@pytest.fixture
def old(organisation: Organisation, now: datetime) -> set[tuple[int, int]]:
    """What there were if it had been written at the time: (hash, record)."""
    for name, phone in PEOPLE:
        contact = Contact(name, phone, birth="1984-03-05", email=f"{phone}@post.example")
        add_record(actor=SYSTEM, now=now, contact=contact, source="web")
    written = set(BlockKey.objects.values_list("hash", "record_id"))
    BlockKey.objects.all().delete()
    Identifier.objects.filter(kind="birth").delete()
    return written


def test_old_records_are_found_like_new_ones(old: set[tuple[int, int]], now: datetime) -> None:
    records = list(Record.objects.order_by("id").values())
    done = refill_keys(actor=SYSTEM, now=now)
    assert (done.records, done.keys, done.last) == (3, len(old) + 3, None)
    assert set(BlockKey.objects.values_list("hash", "record_id")) == old
    assert set(Identifier.objects.filter(kind="birth").values_list("value", flat=True)) == {"1984-03-05"}
    assert list(Record.objects.order_by("id").values()) == records
    with nothing_happens():
        assert refill_keys(actor=SYSTEM, now=now).keys == 0


def test_it_goes_on_where_it_ended(old: set[tuple[int, int]], now: datetime) -> None:
    with mock.patch.object(refilling, "RECORDS_MAX", 2):
        first = refill_keys(actor=SYSTEM, now=now)
        assert (first.records, first.last) == (2, sorted(Record.objects.values_list("id", flat=True))[1])
        assert jobs.refill_keys.func() == len(old) + 3 - first.keys
    assert set(BlockKey.objects.values_list("hash", "record_id")) == old


def test_what_ended_stays_ended_and_what_was_forgotten_stays_so(
    old: set[tuple[int, int]], now: datetime
) -> None:
    Identifier.objects.filter(kind="phone").update(valid_to=now)
    gone = Record.objects.order_by("id")[0]
    Record.objects.filter(id=gone.id).update(said={}, name="", name_key="")
    Identifier.objects.filter(record=gone).delete()
    refill_keys(actor=SYSTEM, now=now)
    assert not Identifier.objects.filter(kind="phone", valid_to=None).exists()
    assert not BlockKey.objects.filter(record=gone).exists()


def test_the_cost_does_not_grow(old: set[tuple[int, int]], now: datetime) -> None:
    assert statements(lambda: refill_keys(actor=SYSTEM, now=now)) <= 6


def test_only_the_system_may(old: set[tuple[int, int]], steward: Staffer, now: datetime) -> None:
    with nothing_happens(), pytest.raises(Denied):
        refill_keys(actor=steward.actor, now=now)
