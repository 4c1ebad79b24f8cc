"""The planner hears of tables that grew: on SQLite from us, on PostgreSQL from its own autovacuum."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guanxi.core import planner
from guanxi.core.models import Unit

pytestmark = pytest.mark.django_db


def test_it_learns_how_large_tables_are() -> None:
    Unit.objects.bulk_create(Unit(code=f"unit-{n}", name={"en": str(n)}, kind="team") for n in range(50))
    with CaptureQueriesContext(connection) as asked:
        planner.learn()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT stat FROM sqlite_stat1 WHERE tbl = 'core_unit'")
            assert {row[0].split()[0] for row in cursor.fetchall()} == {"50"}
    else:
        assert not asked.captured_queries
