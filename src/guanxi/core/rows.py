"""Writing a whole action in one statement.

Rows know their keys before they are written (`core.ids`), so nothing has to come back in between. On PostgreSQL all
the rows of an action travel in one data-modifying CTE: one round trip instead of one per table. SQLite has no such
statement and no network either: there each table gets its own INSERT.
"""

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import count, groupby, islice
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections, models, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models.base import ModelState

STATEMENT_ROWS_MAX = 100  # above this, chunks per table: PostgreSQL takes 65,535 parameters, SQLite 32,766

Groups = Sequence[tuple[type[models.Model], Sequence[models.Model]]]
Columns = Sequence[tuple[str, Callable[[Any], Any]]]  # attribute, and how its value becomes a parameter

M = TypeVar("M", bound=models.Model)


def new(model: type[M], **values: Any) -> M:
    """A row not yet written, by its columns' attributes (`record_id`, not `record`).

    What `model(...)` gives, in a fifth of the time, for rows made many times a second. Raises `TypeError` for a name
    that is no column.
    """
    constants, makers = _defaults(model)
    row = model.__new__(model)
    columns = row.__dict__
    columns["_state"] = ModelState()
    columns.update(constants)
    for name, make in makers:
        if name not in values:
            columns[name] = make()
    columns.update(values)
    if len(columns) != len(constants) + len(makers) + 1:
        raise TypeError(f"{model.__name__} has no {sorted(values.keys() - _names(model))}")
    return row


@lru_cache(maxsize=128)
def _defaults(model: type[models.Model]) -> tuple[dict[str, Any], list[tuple[str, Callable[[], Any]]]]:
    """Defaults that are one constant for all rows, and those that are made for each."""
    constants: dict[str, Any] = {}
    makers: list[tuple[str, Callable[[], Any]]] = []
    for field in _fields(model):
        if field.has_default() and callable(field.default):
            makers.append((field.attname, field.default))
        else:
            constants[field.attname] = field.get_default()
    return constants, makers


def constants(model: type[models.Model], *, besides: Collection[str]) -> dict[str, Any]:
    """The defaults of the columns not in `besides`. Raises `TypeError` when there is no such column, or no such default."""
    fixed, makers = _defaults(model)
    wrong = (set(besides) - _names(model)) | {name for name, _ in makers if name not in besides}
    if wrong:
        raise TypeError(f"{model.__name__}: {sorted(wrong)} must be columns that are given")
    return {name: value for name, value in fixed.items() if name not in besides}


def prepared(field: "models.Field[Any, Any]") -> Callable[[Any], Any]:
    """How a value of this column becomes a parameter."""
    plain = _PLAIN if connection.vendor == "postgresql" else _PLAIN_SQLITE
    return plain.get(_kind(field)) or _prepared_by(field)


@lru_cache(maxsize=128)
def _names(model: type[models.Model]) -> frozenset[str]:
    return frozenset(field.attname for field in _fields(model))


def insert(rows: Iterable[models.Model]) -> None:
    """Insert rows in their order. Neighbours of one model share an INSERT; references are checked at commit."""
    groups: Groups = [(model, list(batch)) for model, batch in groupby(rows, key=_model)]
    if connection.vendor == "postgresql" and sum(len(batch) for _, batch in groups) <= STATEMENT_ROWS_MAX:
        _insert_together(groups)
        return
    for model, batch in groups:
        size = max(1, 900 // len(model._meta.concrete_fields))
        for start in range(0, len(batch), size):
            _insert_together([(model, batch[start : start + size])])


def _model(row: models.Model) -> type[models.Model]:
    return type(row)


def _insert_together(groups: Groups) -> None:
    if not groups:
        return
    database = connections[DEFAULT_DB_ALIAS]  # asked for once, not for every row
    vendor = database.vendor
    # psycopg reads a long statement with %s anew each time, which takes longer than sending it; $1 goes as it stands.
    # Whoever logs queries (assertNumQueries, DEBUG) gets Django's own cursor, which can spell them out.
    raw = vendor == "postgresql" and not database.queries_logged
    sql = _statement(vendor, raw, tuple((model, len(batch)) for model, batch in groups))
    values: list[Any] = []
    for model, batch in groups:
        columns = _columns(vendor, model)
        for row in batch:
            given = row.__dict__
            values.extend([prepare(given[name]) for name, prepare in columns])
            row._state.adding = False
            row._state.db = DEFAULT_DB_ALIAS
    with _raw_cursor() if raw else database.cursor() as cursor:
        cursor.execute(sql, values)


def _raw_cursor() -> CursorWrapper:
    import psycopg  # SQLite has no use for it, and it takes longer to import than a room

    connection.ensure_connection()
    raw: Any = psycopg.RawCursor(connection.connection)
    return connection.make_cursor(raw)


@lru_cache(maxsize=512)
def _statement(vendor: str, numbered: bool, shape: tuple[tuple[type[models.Model], int], ...]) -> str:
    numbers = count(1)
    inserts = [_insert_sql(model, rows, numbers if numbered else None) for model, rows in shape]
    heads = ", ".join(f"i{number} AS ({sql})" for number, sql in enumerate(inserts[:-1]))
    return f"WITH {heads} {inserts[-1]}" if heads else inserts[-1]


def _insert_sql(model: type[models.Model], rows: int, numbers: "count[int] | None") -> str:
    quote = connection.ops.quote_name
    fields = _fields(model)
    columns = ", ".join(quote(str(field.column)) for field in fields)
    each = [", ".join(f"${next(numbers)}" if numbers else "%s" for _ in fields) for _ in range(rows)]
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({'), ('.join(each)})"  # noqa: S608  names of our own tables  # nosec B608


@lru_cache(maxsize=128)
def _columns(vendor: str, model: type[models.Model]) -> Columns:
    """Looked up once: asking Django's fields for every value took a third of the time of an intake."""
    plain = _PLAIN if vendor == "postgresql" else _PLAIN_SQLITE
    return [(field.attname, plain.get(_kind(field)) or _prepared_by(field)) for field in _fields(model)]


def _fields(model: type[models.Model]) -> "Sequence[models.Field[Any, Any]]":
    return model._meta.concrete_fields


def _kind(field: "models.Field[Any, Any]") -> str:
    while isinstance(field, models.ForeignKey):  # a key may itself be a reference: a team is a unit
        field = field.target_field
    if isinstance(field, models.JSONField) and field.encoder is not None:
        return ""
    return field.get_internal_type()


def _prepared_by(field: "models.Field[Any, Any]") -> Callable[[Any], Any]:
    return lambda value: field.get_db_prep_save(value, connection)


def _text(value: Any) -> str | None:
    return value if value is None or type(value) is str else str(value)


def _number(value: Any) -> str | None:
    return None if value is None else str(int(value))


def _truth(value: Any) -> str | None:
    return None if value is None else str(bool(value))


def _moment(value: datetime | None) -> str | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return value.isoformat()


def _whole(value: Any) -> int | None:
    return value if value is None or type(value) is int else int(value)


def _moment_sqlite(value: datetime | None) -> str | None:
    """As Django keeps it there: in UTC, without a zone."""
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return str(value.astimezone(UTC).replace(tzinfo=None))


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _document(value: Any) -> str | None:
    return None if value is None else _json(value)


_NUMBERS = (
    "BigIntegerField",
    "IntegerField",
    "SmallIntegerField",
    "PositiveIntegerField",
    "PositiveSmallIntegerField",
)
# Everything as text: PostgreSQL reads it by the column's type, and one statement is prepared whatever the values are.
_PLAIN: dict[str, Callable[[Any], Any]] = {
    "CharField": _text,
    "TextField": _text,
    "SlugField": _text,
    "BooleanField": _truth,
    "DateTimeField": _moment,
    "JSONField": _document,
    **dict.fromkeys(_NUMBERS, _number),
}
# SQLite keeps the type that it is given.
_PLAIN_SQLITE: dict[str, Callable[[Any], Any]] = {
    "CharField": _text,
    "TextField": _text,
    "SlugField": _text,
    "DateTimeField": _moment_sqlite,
    "JSONField": _document,
    **dict.fromkeys(_NUMBERS, _whole),
}


POURED_AT_ONCE = 20_000


def pour(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Add very many rows of plain values, in the order of `names` (attributes; every column without a default of the database).

    COPY on PostgreSQL, one prepared INSERT on SQLite; a piece of `POURED_AT_ONCE` is one transaction, so readers and writers
    get in between. Nothing is converted on the way: JSON columns take text. Returns how many.
    """
    known = {one.attname: one.column for one in model._meta.concrete_fields}
    columns = ", ".join(f'"{known[name]}"' for name in names)
    poured, flow = 0, iter(rows)
    while piece := list(islice(flow, POURED_AT_ONCE)):
        poured += len(piece)
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN') as copy:
                    for row in piece:
                        copy.write_row(row)
            else:
                marks = ", ".join(["%s"] * len(names))
                into = f'INTO "{model._meta.db_table}" ({columns}) VALUES ({marks})'
                cursor.executemany("INSERT " + into, piece)
    return poured
