"""Making the bytes leave: what was deleted stands in free space of the database's files until these are written anew."""

from django.db import connection

from guanxi.core import search
from guanxi.core.personal.holdings import declared

MERGES_MAX = 10_000


def tables() -> list[str]:
    """Every table in which something of a person may have stood, and the index of the search."""
    return sorted({one.model._meta.db_table for one in declared()})


def purge(*, full: bool = False) -> bool:
    """Write the database's files anew without what was deleted. Not inside a transaction: then it does nothing and says so.

    SQLite: the search index is merged, the file rebuilt and the log emptied. PostgreSQL: `VACUUM` makes the space free to be
    overwritten and takes it out of the index; `full` rewrites the tables, which locks each of them meanwhile.
    """
    if connection.in_atomic_block:
        return False
    for _ in range(MERGES_MAX):
        if search.scrub():
            break
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            names = ", ".join(map(connection.ops.quote_name, tables()))
            cursor.execute(f"VACUUM (FULL {'ON' if full else 'OFF'}) {names}")
        else:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.fetchone()
    return True
