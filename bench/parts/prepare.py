"""Prepare the database of GUANXI_DATABASE_URL: tables, a minimal organisation, a crowd, an API token (printed).

Run as `python -m bench.parts.prepare PERSONS`.
"""

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import django

SECRET = "gx_bench_" + "0" * 32
RIGHTS = {"cases.intake": "all", "cases.view": "all", "people.view": "all", "work.view": "all"}
BATCH_ROWS = 5_000
Table = tuple[str, list[str], Iterator[Sequence[object]]]
Tables = Iterable[Table]


def organisation() -> None:
    """One team that answers cases round the clock, so that deadlines are worked out as everywhere."""
    from guanxi.core.clock import now
    from guanxi.core.models import ApiToken, Unit
    from guanxi.work.models import Team

    unit = Unit(code="bench", kind="team", name={"en": "Bench", "zh-hans": "测试组"})
    unit.path = f"/{unit.id}/"
    unit.save(force_insert=True)
    week = {"mon-fri": ["09:00-12:00", "13:30-18:00"]}
    calendar = {"code": "office", "zone": "Asia/Shanghai", "week": week, "holidays": "CN"}
    targets = {"case.answer": {"minutes": 120}, "people.review": {"minutes": 960}}
    Team.objects.create(unit=unit, calendar=calendar, targets=targets)
    digest = hashlib.sha256(SECRET.encode()).hexdigest()
    ApiToken.objects.create(public_id="T-BENCH", digest=digest, name="bench", rights=RIGHTS, created=now())


def load(persons: int) -> None:
    """Fill people's tables."""
    from bench.parts import crowd

    fill(crowd.rows(persons))


def fill(tables: Tables) -> None:
    """Write rows as fast as they go: COPY on PostgreSQL, executemany on SQLite. A column nobody names has its default."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SET LOCAL session_replication_role = replica"
            )  # the rows are right by construction
        for table, columns, rows in map(completed, tables):
            names = ", ".join(columns)
            if connection.vendor == "postgresql":
                _copy(cursor.cursor, f"COPY {table} ({names}) FROM STDIN", rows)
                continue
            marks = ", ".join(["%s"] * len(columns))
            while batch := [list[Any](row) for row in islice(rows, BATCH_ROWS)]:
                cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", batch)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def completed(table: Table) -> Table:
    """The rows with what their model gives to columns that are not named: rooms grow, and benches stay as they are."""
    from django.apps import apps

    name, columns, rows = table
    model = next((one for one in apps.get_models() if one._meta.db_table == name), None)
    if model is None:
        return table
    absent = [
        one
        for one in model._meta.concrete_fields
        if one.column not in columns and not one.null and not one.unique
    ]
    values = [_plain(one.get_default()) for one in absent]
    more = [one.column for one in absent]
    return name, [*columns, *more], ([*row, *values] for row in rows)


def _plain(value: object) -> object:
    return json.dumps(value) if isinstance(value, dict | list) else value


def _copy(cursor: Any, sql: str, rows: Iterable[Sequence[object]]) -> None:
    stream = iter(rows)
    with cursor.copy(sql) as copy:
        while batch := list(islice(stream, BATCH_ROWS)):
            copy.write("".join("\t".join(map(_field, row)) + "\n" for row in batch))


def _field(value: object) -> str:
    if value is None:
        return r"\N"
    return str(value).replace("\\", "\\\\") if isinstance(value, str) else str(value)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanxi.site.settings")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    organisation()
    load(int(sys.argv[1]))
