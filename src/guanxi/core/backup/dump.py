"""Dumping and loading the two databases. Both dumps are one consistent moment while others write."""

import os
import sqlite3
import subprocess
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from django.db import connection
from psycopg import conninfo

from guanxi.core import libpq
from guanxi.core.backup.archive import Refused

# A session's key is a sign-in: it belongs in no archive.
LEFT_OUT: Final = ("django_session",)
NOT_ROWS_OF_OURS: Final = frozenset(
    {
        "django_migrations",
        "django_content_type",
        "auth_permission",
        "core_sealhead",
        "core_tick",
        "core_consumer",
    }
)
WAIT_S: Final = 20.0
_CREATES_FTS: Final = "CREATE VIRTUAL TABLE"


class _Executes(Protocol):
    def execute(self, sql: str, /) -> Any: ...


@dataclass(frozen=True, slots=True)
class Contents:
    """What stands in a database at one moment."""

    head_seq: int
    head_hash: str
    counts: dict[str, int]
    migrations: list[str]

    @property
    def has_rows(self) -> bool:
        return any(count for table, count in self.counts.items() if table not in NOT_ROWS_OF_OURS)


def dump(target: Path) -> Contents:
    """Write a dump of Django's database to `target` and say what it holds. Raises `DatabaseError`, `Refused`."""
    with connection.wrap_database_errors:
        return _dump_postgresql(target) if connection.vendor == "postgresql" else _dump_sqlite(target)


def load(source: Path) -> None:
    """Replace everything in Django's database by the dump, in one transaction: all or nothing."""
    connection.close()
    with connection.wrap_database_errors:
        if connection.vendor == "postgresql":
            _load_postgresql(source)
        else:
            _load_sqlite(source)


def contents() -> Contents:
    """What stands in Django's database now."""
    with connection.wrap_database_errors:
        if connection.vendor == "postgresql":
            import psycopg

            with psycopg.connect(**_parameters()) as opened:
                return _contents(opened, _postgresql_tables(opened))
        with closing(_plain(Path(_sqlite_path()))) as file:
            return _contents(file, _sqlite_tables(file))


def _contents(database: _Executes, tables: Sequence[str]) -> Contents:
    counts = {table: _one(database, f'SELECT count(*) FROM "{table}"')[0] for table in tables}  # noqa: S608 - its own names  # nosec B608
    head = (0, "")
    if counts.get("core_sealhead"):
        head = _one(database, "SELECT seq, hash FROM core_sealhead WHERE id = 1")
    applied: Iterable[Any] = ()
    if "django_migrations" in counts:
        applied = database.execute("SELECT app, name FROM django_migrations ORDER BY app, name").fetchall()
    return Contents(head[0], head[1], counts, [f"{app}.{name}" for app, name in applied])


def _one(database: _Executes, sql: str) -> tuple[Any, ...]:
    return tuple(database.execute(sql).fetchone())


# SQLite


def _sqlite_path() -> str:
    return str(connection.settings_dict["NAME"])


def _sqlite_tables(file: sqlite3.Connection) -> list[str]:
    """Ordinary tables, without those that belong to SQLite or to the full-text index."""
    rows = file.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
    indexes = [name for name, sql in rows if sql and sql.startswith(_CREATES_FTS)]
    shadows = {
        f"{name}_{part}" for name in indexes for part in ("data", "idx", "docsize", "config", "content")
    }
    hidden = {*indexes, *shadows}
    return [name for name, _ in rows if name not in hidden and not name.startswith("sqlite_")]


def _dump_sqlite(target: Path) -> Contents:
    with closing(sqlite3.connect(_sqlite_path(), timeout=WAIT_S)) as source, closing(_plain(target)) as copy:
        source.backup(copy)  # in one step: a copy in several would begin again whenever somebody writes
        copy.execute("PRAGMA journal_mode = DELETE").fetchone()
        tables = _sqlite_tables(copy)
        for table in set(LEFT_OUT).intersection(tables):
            copy.execute(f'DELETE FROM "{table}"')  # noqa: S608 - our own constants  # nosec B608
        copy.commit()
        copy.execute("VACUUM")  # free pages still hold what was deleted or erased
        return _contents(copy, tables)


def _plain(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=WAIT_S)


def _load_sqlite(source: Path) -> None:
    """Into the existing file, page by page: open connections of other processes stay valid and see the change."""
    path = Path(_sqlite_path())
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(_plain(source)) as dump_file, closing(_plain(path)) as target:
        if dump_file.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise Refused("the database in the archive is damaged")
        target.execute("PRAGMA journal_mode = WAL").fetchone()
        target.execute("PRAGMA synchronous = FULL")
        dump_file.backup(target)
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


# PostgreSQL


def _parameters() -> dict[str, Any]:
    return libpq.parameters(connection.settings_dict)


def _connection_arguments() -> tuple[str, dict[str, str]]:
    """A connection string without the password, and the environment that holds it: command lines are public."""
    known = _parameters()
    environment = dict(os.environ)
    if password := known.pop("password", None):
        environment["PGPASSWORD"] = str(password)
    return conninfo.make_conninfo("", **known), environment


def _postgresql_tables(opened: Any) -> list[str]:
    rows = opened.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
    ).fetchall()
    return [name for (name,) in rows]


def _dump_postgresql(target: Path) -> Contents:
    import psycopg

    program = libpq.program("pg_dump")
    where, environment = _connection_arguments()
    with psycopg.connect(**_parameters()) as opened:
        opened.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        snapshot = _one(opened, "SELECT pg_export_snapshot()")[0]
        command = [program, "--format=custom", "--no-owner", "--no-privileges", "--no-password"]
        command += [f"--exclude-table-data={table}" for table in LEFT_OUT]
        command += [f"--snapshot={snapshot}", f"--file={target}", f"--dbname={where}"]
        _run(command, environment)
        found = _contents(opened, _postgresql_tables(opened))
    left_out = dict.fromkeys(set(LEFT_OUT).intersection(found.counts), 0)
    return Contents(found.head_seq, found.head_hash, {**found.counts, **left_out}, found.migrations)


_DROP_ALL: Final = (
    "DO $$ DECLARE name text; BEGIN FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
    " LOOP EXECUTE format('DROP TABLE %I CASCADE', name); END LOOP; END $$"
)


def _load_postgresql(source: Path) -> None:
    """Old tables away, new ones in, in one transaction of psql."""
    restore, psql = libpq.program("pg_restore"), libpq.program("psql")
    where, environment = _connection_arguments()
    script = source.with_suffix(".sql")
    try:
        _run([restore, "--no-owner", "--no-privileges", f"--file={script}", str(source)], environment)
        command = [
            psql,
            "--no-psqlrc",
            "--quiet",
            "--no-password",
            "--single-transaction",
            "-v",
            "ON_ERROR_STOP=1",
        ]
        _run([*command, f"--dbname={where}", "-c", _DROP_ALL, "-f", str(script)], environment)
    finally:
        script.unlink(missing_ok=True)


def _run(command: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own program, arguments made here
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if done.returncode:
        raise Refused(f"{Path(command[0]).name}: {done.stderr.strip()[-1000:]}")
