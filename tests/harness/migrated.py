"""The databases of a run: migrated once for all its processes, copied for each, emptied after tests that commit."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from psycopg.conninfo import make_conninfo

# What migrating itself writes; no test of ours changes it.
KEPT = frozenset({"django_migrations", "django_content_type", "auth_permission"})


def use_copy(shared: Path, name: str) -> None:
    """Django works from now on on a copy of the migrated database, called after `name`. `shared`: the run's folder."""
    if connection.vendor == "sqlite":
        copy = str(Path(os.environ["GUANXI_HOME"]) / f"{name}.sqlite3")
        shutil.copy(file(shared), copy)
    else:
        mould = template(shared)
        copy = f"{mould}_{name}"
        _server(f'DROP DATABASE IF EXISTS "{copy}"', f'CREATE DATABASE "{copy}" TEMPLATE "{mould}"')
    _turn_to(copy)


def file(shared: Path) -> Path:
    """An SQLite file with every table and no row of ours."""
    made = shared / "migrated.sqlite3"
    with alone(shared):
        if not made.exists():
            half, kept = shared / "half.sqlite3", _kept()
            if kept and kept.exists():
                shutil.copy(kept, half)
            else:
                _migrate(str(half))
                if kept:
                    shutil.copy(half, part := kept.with_suffix(f".{os.getpid()}"))
                    part.rename(kept)
            half.rename(made)
    return made


def _kept() -> Path | None:
    """Where a developer keeps migrated files between runs (GUANXI_TEST_KEEP): one for each state of the migrations."""
    if not (folder := os.environ.get("GUANXI_TEST_KEEP")):
        return None
    root = Path(__file__).resolve().parents[2] / "src/guanxi"
    written = sorted(root.glob("*/migrations/*.py"))
    state = sha256(b"".join(each.name.encode() + each.read_bytes() for each in written)).hexdigest()[:16]
    return Path(folder) / f"{state}.sqlite3"


def template(shared: Path) -> str:
    """The name of such a database on the suite's server."""
    name, made = _name(shared), shared / "migrated"
    with alone(shared):
        if not made.exists():
            _server(f'CREATE DATABASE "{name}"')
            _migrate(name)
            made.touch()
    return name


def _name(shared: Path) -> str:
    """Of the run's databases on PostgreSQL: two runs may use one server."""
    return f"test_{shared.name}"


@contextmanager
def alone(shared: Path, what: str = "migrating") -> Iterator[None]:
    """One process of the run at a time does this."""
    with (shared / f"{what}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _migrate(name: str) -> None:
    before = str(connection.settings_dict["NAME"])
    _turn_to(name)
    call_command("migrate", verbosity=0, interactive=False)
    _turn_to(before)


def _turn_to(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = (
        name  # the same dictionary as the settings', from which threads connect
    )


def _server(*statements: str) -> list[Any]:
    """The rows of the last statement, asked outside any database of ours."""
    address = make_conninfo(os.environ["GUANXI_DATABASE_URL"], dbname="postgres")
    with psycopg.connect(address, autocommit=True) as server:
        for statement in statements:
            cursor = server.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def drop_all(shared: Path) -> None:
    """Leave nothing on a server that is not ours."""
    like = _name(shared).replace("_", "\\_")
    for (name,) in _server(f"SELECT datname FROM pg_database WHERE datname LIKE '{like}%'"):
        _server(f'DROP DATABASE "{name}" WITH (FORCE)')


def empty() -> None:
    """Delete what stands in any table: few hold something, and to truncate a hundred takes longer than most tests."""
    tables = sorted({model._meta.db_table for model in apps.get_models(include_auto_created=True)} - KEPT)
    asked = (f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM \"{table}\")" for table in tables)
    with transaction.atomic(), connection.cursor() as cursor:  # foreign keys are looked at when it ends
        cursor.execute(" UNION ALL ".join(asked))
        for (table,) in cursor.fetchall():
            cursor.execute(f'DELETE FROM "{table}"')
