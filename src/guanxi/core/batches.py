"""Rows of one table as plain values, for thousands at once: no model instance for each, no statement for each.

An import writes seven rows for every line of its file. PostgreSQL takes a batch as one COPY, SQLite by `executemany`.
For a handful of rows `core.rows` is the door.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any, NamedTuple

from django.db import connection, models

from guanxi.core.rows import constants, prepared


class Document(NamedTuple):
    """A JSON object as the database keeps it, and in the canonical form that digests are made of."""

    stored: str
    canonical: str


def text_document(texts: Mapping[str, str]) -> Document:
    """`{name: text}` as a document, in a fifth of the time that asking the encoder twice would take."""
    parts = {name: _head(name) + encode_basestring(text) for name, text in texts.items()}
    stored = "{" + ",".join(parts.values()) + "}"
    return Document(stored, "{" + ",".join([parts[name] for name in sorted(parts)]) + "}")


@lru_cache(maxsize=256)
def _head(name: str) -> str:
    return encode_basestring(name) + ":"


document = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Moments(dict[datetime, Any]):
    """`moments[aware datetime]`: the moment as this database keeps it. Few moments stand in many rows."""

    def __init__(self) -> None:
        super().__init__()
        self._write: Callable[[Any], Any] = prepared(models.DateTimeField())

    def __missing__(self, moment: datetime) -> Any:
        kept = self[moment] = self._write(moment)
        return kept


class Batch:
    """Rows of `model`, each a tuple of the columns `names`; other columns take the model's constant defaults.

    Moments are written as `Moments` gives them, JSON columns take their text (`document`), everything else its plain value.
    Raises `TypeError` for a name that is no column and for a column left out whose default is made for each row.
    """

    def __init__(self, model: type[models.Model], *names: str) -> None:
        self.model, self.names = model, names
        self.rows: list[tuple[Any, ...]] = []
        self.add = self.rows.append
        fields = {field.attname: field for field in model._meta.concrete_fields}
        # What is NULL by default need not be said; the other defaults stand in the statement, or at the end of each row.
        rest = {name: value for name, value in constants(model, besides=names).items() if value is not None}
        self._rest = tuple([prepared(fields[name])(value) for name, value in rest.items()])
        self._columns = [str(fields[name].column) for name in (*names, *rest)]

    def write(self) -> None:
        """Insert everything added so far, in its order; references are checked at commit."""
        if not self.rows:
            return
        if connection.vendor == "postgresql":
            self._copy()
        else:
            self._insert()
        self.rows.clear()

    def _insert(self) -> None:
        marks = ", ".join([*["%s"] * len(self.names), *map(_literal, self._rest)])
        sql = f"INSERT INTO {self._table()} VALUES ({marks})"  # noqa: S608  names of our own tables  # nosec B608
        with connection.cursor() as cursor:
            cursor.executemany(sql, self.rows)

    def _copy(self) -> None:
        connection.ensure_connection()
        raw: Any = connection.connection
        rest = self._rest
        with (
            connection.wrap_database_errors,
            raw.cursor() as cursor,
            cursor.copy(f"COPY {self._table()} FROM STDIN") as copy,
        ):
            for row in self.rows:
                copy.write_row(row + rest)

    def _table(self) -> str:
        quote = connection.ops.quote_name
        return f"{quote(self.model._meta.db_table)} ({', '.join(map(quote, self._columns))})"


def _literal(value: Any) -> str:
    """A default out of our own models as SQLite's SQL: read once, which is cheaper than binding it for every row."""
    if isinstance(value, str):
        return "'" + value.replace("'", "''").replace("%", "%%") + "'"
    if isinstance(value, int):
        return str(int(value))
    raise TypeError(f"a default of {type(value).__name__} must be given with each row")


def write(*batches: Batch) -> None:
    """Write several batches, in the order of their references."""
    for batch in batches:
        batch.write()
