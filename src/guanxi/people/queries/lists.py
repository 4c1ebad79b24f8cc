"""Asking about thousands of values in one statement."""

import json
from collections.abc import Collection
from typing import Any

from django.db import connection


def ask_list(sql: str, wanted: Collection[Any], *values: Any) -> list[tuple[Any, ...]]:
    """Ask about a list of `texts` or `numbers`, seen as the column `value` of `k`; `values` come after it."""
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            named = {"texts": "json_each(%s) AS k", "numbers": "json_each(%s) AS k"}
            cursor.execute(sql.format(**named), [json.dumps(list(wanted)), *values])
            return list(cursor.fetchall())
        named = {"texts": "unnest(%s::text[]) AS k(value)", "numbers": "unnest(%s::bigint[]) AS k(value)"}
        raw: Any = cursor.cursor
        # Planned anew each time, and each key by the index: an import makes tables grow of which nothing is known yet, and
        # a plan that reads them from end to end was seen in a trial.
        raw.execute(_PLAN, ["off"] * 3, prepare=True)
        raw.execute(sql.format(**named), [list(wanted), *values], prepare=False)
        found = list(raw.fetchall())
        raw.execute(_PLAN, ["on"] * 3, prepare=True)
        return found


_PLAN = (
    "SELECT set_config('enable_seqscan', %s, true), set_config('enable_hashjoin', %s, true),"
    " set_config('enable_mergejoin', %s, true)"
)
