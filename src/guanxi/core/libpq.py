"""PostgreSQL as its own programs see it: libpq's parameters, and where the programs are. Imports no driver."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

_NAMES: Final = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
_DJANGO_OPTIONS: Final = frozenset(
    {"server_side_binding", "prepare_threshold", "isolation_level", "pool", "assume_role"}
)


class ProgramMissing(Exception):
    """A program is not installed; the message names its package."""


def parameters(database: Mapping[str, Any]) -> dict[str, Any]:
    """libpq's parameters for an entry of `settings.DATABASES`; what only Django understands stays behind."""
    options = {key: value for key, value in database["OPTIONS"].items() if key not in _DJANGO_OPTIONS}
    return {**options, **{theirs: database[ours] for ours, theirs in _NAMES.items() if database.get(ours)}}


def program(name: str) -> str:
    """The path of e.g. `pg_dump`. Raises `ProgramMissing`."""
    found = shutil.which(name)
    if found is None:
        newest_first = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
        found = next(map(str, newest_first), None)
    if found is None:
        raise ProgramMissing(f"{name} is not installed (Debian: apt-get install postgresql-client)")
    return found
