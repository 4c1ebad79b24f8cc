"""Rows made and written without Django's detours are the rows that Django would have made and written."""

from datetime import datetime
from typing import Any

import psycopg
import pytest
from django.db import connection, models

from guanxi.core import rows
from guanxi.core.models import Detail, Event


def _values(now: datetime) -> dict[str, Any]:
    return {
        "type": "test.happened",
        "occurred": now,
        "recorded": now,
        "actor_kind": "system",
        "record_id": 2**60,
        "subject_kind": "case",
        "subject_id": 7,
        "data": {"字": "“百分之100%” $1 %s", "none": None, "yes": True},
    }


def _columns(row: models.Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_new_gives_what_the_model_gives(now: datetime) -> None:
    fast, slow = rows.new(Event, id=1, **_values(now)), Event(id=1, **_values(now))
    assert _columns(fast) == _columns(slow)
    assert fast._state.adding
    assert rows.new(Event, **_values(now)).id != rows.new(Event, **_values(now)).id


def test_new_shares_no_default(now: datetime) -> None:
    first, second = rows.new(Detail, event_id=1), rows.new(Detail, event_id=2)
    first.body["word"] = "x"
    assert second.body == {}


def test_new_refuses_what_is_no_column() -> None:
    with pytest.raises(TypeError, match="event"):
        rows.new(Detail, event=3)


@pytest.mark.django_db
@pytest.mark.parametrize("logged", [False, True])
def test_written_rows_are_read_back_the_same(now: datetime, logged: bool) -> None:
    connection.force_debug_cursor = logged
    try:
        made = [rows.new(Event, **_values(now)) for _ in range(3)]
        rows.insert([*made, rows.new(Detail, event_id=made[0].id, salt="s", body={"text": "你好 %s"})])
    finally:
        connection.force_debug_cursor = False
    for row in made:
        assert _columns(Event.objects.get(id=row.id)) == _columns(row)
        assert not row._state.adding
    assert Detail.objects.get(event_id=made[0].id).body == {"text": "你好 %s"}


@pytest.mark.django_db
def test_a_moment_without_a_zone_is_refused(now: datetime) -> None:
    with pytest.raises(ValueError, match="zone"):
        rows.insert([rows.new(Event, **{**_values(now), "occurred": now.replace(tzinfo=None)})])


@pytest.mark.django_db(transaction=True)
def test_a_connection_the_server_closed_is_not_usable() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no connection to lose")
    connection.ensure_connection()
    assert connection.is_usable()
    lost = connection.connection.info.backend_pid
    parts = connection.get_connection_params()
    with psycopg.connect(host=parts.get("host"), user=parts["user"], dbname=parts["dbname"]) as other:
        other.execute("SELECT pg_terminate_backend(%s, 2000)", [lost])
    assert not connection.is_usable()
    connection.close()
