"""Rows by the thousand: what a batch writes is what `rows.insert` would have written."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from guanxi.core import batches, rows
from guanxi.core.batches import Batch, Moments, document, text_document
from guanxi.core.events import detail_digest
from guanxi.core.ids import new_codes, new_id, new_ids
from guanxi.core.models import Event, SealHead

pytestmark = pytest.mark.django_db
NAMES = (
    "id",
    "type",
    "occurred",
    "recorded",
    "actor_kind",
    "record_id",
    "subject_kind",
    "subject_id",
    "data",
    "seq",
)
MOMENT = datetime(2026, 3, 3, 10, 0, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
HARD = "\\ \\N \t tab \n line \r 'quote' \"double\" 张伟 🌸 %s {} \\."


def values(key: int, **others: Any) -> dict[str, Any]:
    return {"id": key, "type": HARD[:60], "occurred": MOMENT, "recorded": MOMENT.astimezone(UTC), "actor_kind": "system",
            "record_id": None, "subject_kind": "x", "subject_id": 1 << 62, "data": {"a": HARD, "b": [None, 1]}, "seq": None,
            **others}  # fmt: skip


def test_a_batch_writes_what_insert_writes() -> None:
    one, other = new_ids(2)
    rows.insert([rows.new(Event, **values(one))])
    batch = Batch(Event, *NAMES)
    moments, said = Moments(), values(other)
    given_ = {**said, "data": document(said["data"])}
    given_ |= {name: moments[said[name]] for name in ("occurred", "recorded")}
    batch.add(tuple(given_[name] for name in NAMES))
    batches.write(batch)
    kept = Event.objects.order_by("id").values()
    assert {**kept[0], "id": 0} == {**kept[1], "id": 0}
    with connection.cursor() as cursor:
        cursor.execute("SELECT occurred, recorded, data FROM core_event ORDER BY id")
        found = cursor.fetchall()
    assert found[0] == found[1]


def test_a_written_batch_is_empty_and_an_empty_one_writes_nothing() -> None:
    batch = Batch(SealHead, "id", "seq")
    batch.write()
    batch.add((7, 3))
    batch.write()
    batch.write()
    assert list(SealHead.objects.filter(id=7).values_list("seq", "hash")) == [(3, "0" * 64)]


def test_columns_must_be_known_and_made_ones_given() -> None:
    with pytest.raises(TypeError):
        Batch(Event, *NAMES, "colour")
    with pytest.raises(TypeError):
        Batch(Event, "type")
    with pytest.raises(TypeError):
        rows.constants(Event, besides=("id",))


def test_a_key_taken_before_is_an_error_of_django() -> None:
    batch = Batch(SealHead, "id")
    batch.add((7,))
    batch.add((7,))
    with pytest.raises(IntegrityError), transaction.atomic():
        batch.write()
    assert not SealHead.objects.filter(id=7).exists()


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=20), max_size=4))
def test_texts_as_a_document(texts: dict[str, str]) -> None:
    written = text_document(texts)
    assert (json.loads(written.stored), list(json.loads(written.stored))) == (texts, list(texts))
    assert written.stored == document(texts)
    assert written.canonical == json.dumps(texts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    if not any("\ud800" <= char <= "\udfff" for char in written.canonical):
        assert len(detail_digest("salt", texts)) == 64


def test_keys_in_a_row_rise_with_single_ones() -> None:
    before = new_id()
    found = [*new_ids(3), new_id(), *new_ids(0), *new_ids(1)]
    assert [before, *found] == sorted({before, *found})
    assert len(found) == 5


def test_codes_are_like_single_ones() -> None:
    codes = new_codes("C", 500)
    assert len(set(codes)) == 500
    assert all(len(code) == 13 and code[:2] == "C-" and code[7] == "-" for code in codes)
    assert len(set("".join(codes))) == 33  # every sign of the alphabet, and the dash
