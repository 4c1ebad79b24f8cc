"""Keyset paging: every row once, in order, whatever is added meanwhile."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.core import keyset
from guanxi.core.errors import Invalid
from guanxi.people.models import Customer, Record
from tests.cast import statements


@given(
    st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(9000, 1, 1), timezones=st.just(UTC)),
    st.integers(0, 2**63 - 1),
)
def test_a_cursor_reads_back(moment: datetime, key: int) -> None:
    assert keyset.read(keyset.write(moment, key)) == (moment, key)


@given(st.text(max_size=80))
def test_any_text_is_a_cursor_or_refused(text: str) -> None:
    try:
        moment, key = keyset.read(text)
    except Invalid as error:
        assert error.code == "cursor"  # noqa: PT017  most texts come here
    else:
        assert moment.tzinfo is not None
        assert key >= 0


def fill(now: datetime, count: int) -> None:
    customer = Customer.objects.create(created=now)
    Record.objects.bulk_create(
        Record(customer=customer, source="x", fingerprint=f"{n}", created=now - timedelta(seconds=n // 7))
        for n in range(count)
    )


def everything(size: int) -> list[int]:
    seen: list[int] = []
    cursor = ""
    while True:
        page = keyset.cut(Record.objects.order_by("-created", "-id"), "created", cursor, size=size)
        seen += [row.id for row in page.rows]
        cursor = page.next_cursor
        if not cursor:
            return seen


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 6, 7, 8, 50, 100])
def test_every_row_once_in_order(now: datetime, size: int) -> None:
    fill(now, 50)
    assert everything(size) == list(Record.objects.order_by("-created", "-id").values_list("id", flat=True))


@pytest.mark.django_db
def test_nothing_and_exactly_one_page(now: datetime) -> None:
    assert keyset.cut(Record.objects.order_by("-created", "-id"), "created", "", size=5).next_cursor == ""
    fill(now, 5)
    assert keyset.cut(Record.objects.order_by("-created", "-id"), "created", "", size=5).next_cursor == ""


@pytest.mark.django_db
def test_rows_added_on_top_shift_nothing(now: datetime) -> None:
    fill(now, 20)
    found = Record.objects.order_by("-created", "-id")
    first = keyset.cut(found, "created", "", size=10)
    expected = list(found.values_list("id", flat=True)[10:20])
    Record.objects.create(
        customer=Customer.objects.get(), source="x", fingerprint="new", created=now + timedelta(hours=1)
    )
    assert [row.id for row in keyset.cut(found, "created", first.next_cursor, size=10).rows] == expected


@pytest.mark.django_db
def test_counting_stops(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(now, 12)
    monkeypatch.setattr(keyset, "COUNT_MAX", 10)
    assert keyset.capped_count(Record.objects.all()) == (10, True)
    assert keyset.capped_count(Record.objects.filter(fingerprint__in=["1", "2"])) == (2, False)
    assert statements(lambda: keyset.capped_count(Record.objects.all())) == 1
