"""The people of a whole base as tables of one DuckDB connection, with what comparing them needs worked out once.

`statements` is what is read: record, customer (whole numbers) and one column for each of `FIELDS`, normalised values or NULL. A
record with two telephones stands there twice. Made of it: `people` (one row a statement, `node` numbering the customers),
`forms` (each name once: how it is read, whose family, how common) and `places` (each address once).
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from guanxi.engine.divisions import MUNICIPALITIES
from guanxi.engine.matching.forms import NameForms, name_forms
from guanxi.engine.matching.frequencies import LEAST, Frequencies
from guanxi.engine.matching.person import FIELDS
from guanxi.engine.pinyin import read

CROWD_MIN: Final = 4  # names behind one telephone or address: no longer a family
CROWDED: Final = ("phone", "email", "address", "device")
_AT_ONCE: Final = 50_000

Progress = Callable[[str, float], None]


def no_progress(step: str, share: float) -> None:
    """Tell nobody."""


def open_base(
    *, spill: Path | None = None, threads: int = 2, memory_mb: int = 1200
) -> duckdb.DuckDBPyConnection:
    """A DuckDB in memory; what outgrows it goes to the folder `spill`, if there is one. Nothing is loaded from elsewhere."""
    settings: dict[str, str | bool | int | float | list[str]] = {
        "threads": threads,
        "memory_limit": f"{memory_mb}MB",
        "temp_directory": "" if spill is None else str(spill),
        "preserve_insertion_order": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    return duckdb.connect(config=settings)


def add_statements(base: duckdb.DuckDBPyConnection, rows: Sequence[Sequence[int | str | None]]) -> None:
    """Add rows (record, customer, one value for each of `FIELDS`, normalised or None) to `statements`, made when missing."""
    kinds = [pa.int64(), pa.int64(), *[pa.string()] * len(FIELDS)]
    names = ["record", "customer", *FIELDS]
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    some = {name: pa.array(values, kind) for name, values, kind in zip(names, columns, kinds, strict=True)}
    base.register("some_statements", pa.table(some))
    base.execute("CREATE TABLE IF NOT EXISTS statements AS FROM some_statements LIMIT 0")
    base.execute("INSERT INTO statements SELECT * FROM some_statements")
    base.unregister("some_statements")


def count(base: duckdb.DuckDBPyConnection, sql: str) -> int:
    """The one whole number that `sql` asks for."""
    return int(base.execute(sql).fetchall()[0][0] or 0)


def prepare(base: duckdb.DuckDBPyConnection, progress: Progress = no_progress) -> None:
    """Make `people`, `forms` and `places` of `statements`. How common names are, `set_shares` says."""
    _prepare_names(base, progress)
    _prepare_places(base)
    base.execute(
        "CREATE OR REPLACE TABLE nodes AS SELECT (row_number() OVER (ORDER BY customer) - 1)::INTEGER AS node, customer"
        " FROM (SELECT DISTINCT customer FROM statements)"
    )
    columns = ", ".join(f"s.{field}" for field in FIELDS)
    base.execute(
        f"""
        CREATE OR REPLACE TABLE people AS
        SELECT row_number() OVER ()::INTEGER AS row, n.node, s.record, f.name_id, p.place_id, {columns},
               s.email[:-(strpos(reverse(s.email), '@') + 1)] AS mailbox,
               s.email[-(strpos(reverse(s.email), '@') - 1):] AS host,
               regexp_replace(mailbox, '[^0-9]', '', 'g') AS digits,
               {", ".join(f"{field}_crowd.people AS {field}_crowd" for field in CROWDED)}
        FROM statements s
        JOIN nodes n USING (customer)
        LEFT JOIN forms f ON f.name = s.name
        LEFT JOIN places p ON p.address = s.address
        {" ".join(map(_crowd, CROWDED))}
        """  # nosec B608  own names only
    )


def set_shares(base: duckdb.DuckDBPyConnection, frequencies: Frequencies) -> None:
    """Make `name_shares` (name_id, share, family_share): `Frequencies.name` and `family` of every name."""
    _tell(base, "of_family", "SELECT DISTINCT family FROM forms WHERE east <> ''", frequencies.of_family)
    _tell(base, "of_given", "SELECT DISTINCT given FROM forms WHERE east <> ''", frequencies.of_given)
    _tell(base, "of_word", "SELECT DISTINCT unnest(words) FROM forms", frequencies.of_word)
    base.execute(
        f"""
        CREATE OR REPLACE TABLE name_shares AS
        WITH worded AS (
            SELECT name_id, product(share) AS share, max(share) AS most
            FROM (SELECT name_id, unnest(words) AS key FROM forms) JOIN of_word USING (key) GROUP BY name_id
        )
        SELECT name_id,
               greatest(coalesce(f.share * g.share, 1) * coalesce(w.share, 1), {LEAST})::FLOAT AS share,
               coalesce(f.share, w.most, {frequencies.family("")})::FLOAT AS family_share
        FROM forms LEFT JOIN worded w USING (name_id)
        LEFT JOIN of_family f ON east <> '' AND f.key = family LEFT JOIN of_given g ON east <> '' AND g.key = given
        """  # nosec B608  own names only
    )
    base.execute("DROP TABLE of_family; DROP TABLE of_given; DROP TABLE of_word")


def _tell(base: duckdb.DuckDBPyConnection, table: str, keys: str, share: Callable[[str], float]) -> None:
    found = [key for (key,) in base.execute(keys).fetchall()]
    shares = pa.table(
        {"key": pa.array(found, pa.string()), "share": pa.array(map(share, found), pa.float64())}
    )
    base.register("told", shares)
    base.execute(f"CREATE OR REPLACE TABLE {table} AS FROM told")
    base.unregister("told")


def _crowd(field: str) -> str:
    """How many people a value is shared by, where they are too many for a household; by their names, as far as known."""
    return f"""
        LEFT JOIN (
            SELECT {field} AS value, COUNT(DISTINCT name) AS people FROM statements
            WHERE {field} IS NOT NULL GROUP BY {field} HAVING COUNT(*) >= {CROWD_MIN} AND COUNT(DISTINCT name) >= {CROWD_MIN}
        ) AS {field}_crowd ON {field}_crowd.value = s.{field}
    """


def _prepare_names(base: duckdb.DuckDBPyConnection, progress: Progress) -> None:
    base.execute(
        """
        CREATE OR REPLACE TABLE forms (
            name_id INTEGER, name VARCHAR, "full" BOOLEAN, nickname BOOLEAN, east VARCHAR, family VARCHAR, given VARCHAR,
            words VARCHAR[], west BOOLEAN, spoken VARCHAR[], said VARCHAR[], family_keys VARCHAR[]
        )
        """
    )
    names = base.cursor().execute("SELECT DISTINCT name FROM statements WHERE name <> ''")
    done, total = 0, max(count(base, "SELECT COUNT(DISTINCT name) FROM statements"), 1)
    while rows := names.fetchmany(_AT_ONCE):
        forms = [name_forms(name) for (name,) in rows]
        columns = _columns(done, forms)
        base.register("some_forms", pa.table(columns))
        base.execute("INSERT INTO forms SELECT * FROM some_forms")
        base.unregister("some_forms")
        done += len(rows)
        progress("names", done / total)
    name_forms.cache_clear()


def _columns(before: int, forms: list[NameForms]) -> dict[str, pa.Array]:
    return {
        "name_id": pa.array(range(before, before + len(forms)), pa.int32()),
        "name": pa.array([one.key for one in forms]),
        "full": pa.array([one.full for one in forms]),
        "nickname": pa.array([one.nickname for one in forms]),
        "east": pa.array([one.east for one in forms]),
        "family": pa.array([one.family for one in forms]),
        "given": pa.array([one.given for one in forms]),
        "words": pa.array([one.west for one in forms], pa.list_(pa.string())),
        "west": pa.array([bool(one.west) for one in forms]),
        "spoken": pa.array([list(one.spoken) for one in forms], pa.list_(pa.string())),
        "said": pa.array([list(one.said) for one in forms], pa.list_(pa.string())),
        "family_keys": pa.array([list(one.family_keys) for one in forms], pa.list_(pa.string())),
    }


def _prepare_places(base: duckdb.DuckDBPyConnection) -> None:
    """Addresses in their four parts; of each road how it is read, since 文三路 is wensanlu."""
    municipalities = ", ".join(f"'{one}'" for one in sorted(MUNICIPALITIES))
    base.execute(
        f"""
        CREATE OR REPLACE TABLE places AS
        SELECT row_number() OVER ()::INTEGER AS place_id, address, parts[1] AS division,
               -- 330100 is 3301: what lies within begins with it
               regexp_replace(parts[1], '(00)+$', '') AS area,
               CASE WHEN parts[1][:2] IN ({municipalities}) THEN parts[1][:2] ELSE parts[1][:4] END AS city,
               coalesce(parts[2], '') AS road, coalesce(parts[3], '') AS number,
               coalesce(array_to_string(parts[4:], '|'), '') AS rest
        FROM (SELECT address, string_split(address, '|') AS parts FROM (SELECT DISTINCT address FROM statements WHERE
        address <> ''))
        """  # nosec B608  own names only
    )
    roads = base.cursor().execute("SELECT DISTINCT road FROM places")
    base.execute("CREATE OR REPLACE TABLE roads (road VARCHAR, latin BOOLEAN, said VARCHAR)")
    for some in _some(iter(roads.fetchone, None)):
        said = [
            (one, one.isascii(), one.replace(" ", "") if one.isascii() else _said(one)) for (one,) in some
        ]
        base.register(
            "some_roads",
            pa.table(dict(zip(("road", "latin", "said"), map(list, zip(*said, strict=True)), strict=True))),
        )
        base.execute("INSERT INTO roads SELECT * FROM some_roads")
        base.unregister("some_roads")
    base.execute(
        "CREATE OR REPLACE TABLE places AS SELECT p.*, r.latin, r.said FROM places p JOIN roads r USING (road)"
    )
    base.execute("DROP TABLE roads")


def _said(road: str) -> str:
    return "".join(read(road)).replace("v", "u")


def _some(rows: Iterator[tuple[str]]) -> Iterator[list[tuple[str]]]:
    while found := list(islice(rows, _AT_ONCE)):
        yield found
