"""What SQLite's planner knows of how large tables are and how few rows a key finds. PostgreSQL looks after that itself.

Without it SQLite takes every index for equally good and every table for a small one: a list of orders was sorted as a
whole, and a customer's cases were looked for among all cases of the team.
"""

from django.db import connection

ROWS_LOOKED_AT = 400  # of each index: an estimate is enough, and a hundred tables cost some milliseconds


def learn() -> None:
    """Estimate anew, under one short write."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA analysis_limit = {ROWS_LOOKED_AT}")
        cursor.execute("ANALYZE")
