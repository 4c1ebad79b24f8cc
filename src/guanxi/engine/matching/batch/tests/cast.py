"""Statements for the batch's tests: a table of people as the scan reads it."""

from collections.abc import Iterable, Mapping

import duckdb

from guanxi.engine.matching.batch.people import open_base, prepare, set_shares
from guanxi.engine.matching.person import FIELDS
from guanxi.engine.matching.weights import Weights, default_weights
from guanxi.engine.normalise import normalise

Said = Mapping[str, str]


def base_of(
    said: Iterable[Said], weights: Weights | None = None, *, raw: bool = True
) -> duckdb.DuckDBPyConnection:
    """A base of one customer for each of `said`, or of the number in its "customer"; the values are normalised if `raw`."""
    base = open_base(threads=1, memory_mb=300)
    columns = ", ".join(f"{field} VARCHAR" for field in FIELDS)
    base.execute(f"CREATE TABLE statements (record BIGINT, customer BIGINT, {columns})")
    for record, one in enumerate(said):
        values = [_value(field, one.get(field), raw=raw) for field in FIELDS]
        marks = ", ".join("?" * len(FIELDS))
        base.execute(
            f"INSERT INTO statements VALUES ({record}, {one.get('customer', record)}, {marks})", values
        )
    prepare(base)
    set_shares(base, (weights or default_weights()).frequencies)
    return base


def _value(field: str, text: str | None, *, raw: bool) -> str | None:
    if not text:
        return None
    return normalise(field, text).value if raw and field not in ("document", "open_id") else text
