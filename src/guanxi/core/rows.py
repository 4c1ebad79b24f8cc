"""Writing a whole action in one statement.

Rows know their keys before they are written (`core.ids`), so nothing has to come back in between. On PostgreSQL all the
rows of an action travel in one data-modifying CTE: one round trip instead of one per table. SQLite has no such statement
and no network either: there each table gets its own INSERT.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models

STATEMENT_ROWS_MAX = 100  # above this, chunks per table: PostgreSQL takes 65,535 parameters, SQLite 32,766


def insert(rows: Iterable[models.Model]) -> None:
    """Insert rows in their order. Neighbours of one model share an INSERT; references among them are checked at commit."""
    groups = [(model, list(batch)) for model, batch in groupby(rows, key=type)]
    if connection.vendor == "postgresql" and sum(len(batch) for _, batch in groups) <= STATEMENT_ROWS_MAX:
        _insert_together(groups)
        return
    for model, batch in groups:
        size = max(1, 900 // len(model._meta.concrete_fields))
        for start in range(0, len(batch), size):
            _insert_together([(model, batch[start : start + size])])


def _insert_together(groups: Sequence[tuple[type[models.Model], Sequence[models.Model]]]) -> None:
    if not groups:
        return
    database = connections[DEFAULT_DB_ALIAS]  # not the proxy: it looks its thread up for every value
    sql = _statement(database.vendor, tuple((model, len(batch)) for model, batch in groups))
    values: list[Any] = []
    for model, batch in groups:
        columns = [(field.attname, field.get_db_prep_save) for field in model._meta.concrete_fields]
        for row in batch:
            values.extend([prepare(getattr(row, name), database) for name, prepare in columns])
            row._state.adding = False
            row._state.db = database.alias
    with database.cursor() as cursor:
        cursor.execute(sql, values)


@lru_cache(maxsize=512)
def _statement(vendor: str, shape: tuple[tuple[type[models.Model], int], ...]) -> str:
    inserts = [_insert_sql(model, count) for model, count in shape]
    heads = ", ".join(f"i{number} AS ({sql})" for number, sql in enumerate(inserts[:-1]))
    return f"WITH {heads} {inserts[-1]}" if heads else inserts[-1]


def _insert_sql(model: type[models.Model], count: int) -> str:
    quote = connection.ops.quote_name
    fields = model._meta.concrete_fields
    one = "(" + ", ".join(["%s"] * len(fields)) + ")"
    columns = ", ".join(quote(field.column) for field in fields)
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES {', '.join([one] * count)}"
