"""One statement over the books, read by DuckDB and by Spark; what differs between the two stands in `DIALECTS`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from guanxi.engine.facts.books import TABLES, Unreadable, files_of

if TYPE_CHECKING:
    import pyarrow as pa

Engine = Literal["duckdb", "spark"]
COLUMNS: Final = (
    "customer", "first_day", "last_day", "x", "t_x", "age", "spend", "mean_spend", "discount", "contribution_365",
    "cost_to_serve_365", "gap_mean", "gap_sd", "gap_max", "lines_held", "open_accounts", "held", "guarantees", "own_90",
    "contacts_365", "csat", "nps", "ces", "feedback", "complaints", "upheld", "returns", "returned",
)  # fmt: skip
MEMORY: Final = "4GB"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one of the two says what they say differently."""

    days: str  # from {a} to {b}
    as_text: str
    as_float: str
    as_int: str


DIALECTS: Final[Mapping[str, Dialect]] = {
    "duckdb": Dialect("date_diff('day', {a}, {b})", "VARCHAR", "DOUBLE", "BIGINT"),
    "spark": Dialect("datediff({b}, {a})", "STRING", "DOUBLE", "BIGINT"),
}


def facts(
    books: Path,
    *,
    today: date,
    engine: Engine = "duckdb",
    spark: Any = None,
    rates: Mapping[str, float] | None = None,
) -> "pa.Table":
    """One row per customer known to any table, sorted by `customer`; `COLUMNS` says what they hold.

    Days of one's own, both ends counted from the first: `x` days bought on after the first, `t_x` and `age` in days since it
    (0 and null for whoever bought nothing), `mean_spend` per repeat day. Money in minor units of the house's currency: `rates`
    {currency: factor}, none needed while there is one. What lies after `today` is left out. Unknown is null, never 0.
    Raises `Unreadable` for a table without its columns or money nobody has a rate for; ImportError without the engine.
    """
    if engine == "spark":
        return _on_spark(spark, books, today, rates or {}).toArrow()
    with _duck(books, rates or {}) as base:
        return base.sql(statement(today, "duckdb")).to_arrow_table()


def write_facts(
    books: Path,
    out: Path,
    *,
    today: date,
    engine: Engine = "duckdb",
    spark: Any = None,
    rates: Mapping[str, float] | None = None,
) -> None:
    """The same into Parquet: DuckDB writes the file `out`, Spark a folder of that name."""
    if engine == "spark":
        _on_spark(spark, books, today, rates or {}).write.mode("overwrite").parquet(str(out))
        return
    with _duck(books, rates or {}) as base:
        base.sql(statement(today, "duckdb")).write_parquet(str(out))


def checksum(table: "pa.Table") -> str:
    """The same for the same rows in any order, floats compared to nine digits."""
    rows = (
        "|".join(f"{value:.9g}" if isinstance(value, float) else str(value) for value in row.values())
        for row in table.select(list(COLUMNS)).to_pylist()
    )
    return sha256("\n".join(sorted(rows)).encode()).hexdigest()


def statement(today: date, engine: str) -> str:
    """The whole of it, as one statement over the views named like the books' tables, and `rates`."""
    says = DIALECTS[engine]

    def days(first: str, last: str) -> str:
        return says.days.format(a=first, b=last)

    end, year = f"DATE '{today:%Y-%m-%d}'", f"DATE '{_year_before(today):%Y-%m-%d}'"
    number, whole = says.as_float, says.as_int
    return f"""
WITH bought AS (
  SELECT p.customer, p.day, p.amount * r.factor AS amount, p.cost * r.factor AS cost, p.discount * r.factor AS discount
  FROM (SELECT DISTINCT customer, day, amount, cost, discount, currency, record FROM purchases WHERE day <= {end}) p
  JOIN rates r ON r.currency = coalesce(p.currency, '')
), daily AS (
  SELECT customer, day, sum(amount) AS amount, sum(cost) AS cost, sum(discount) AS discount,
    sum(CASE WHEN amount > 0 THEN amount ELSE 0 END) AS paid
  FROM bought GROUP BY customer, day
), visits AS (
  SELECT customer, day, paid, lag(day) OVER (PARTITION BY customer ORDER BY day) AS before
  FROM daily WHERE paid > 0
), rhythm AS (
  SELECT customer, min(day) AS first_day, max(day) AS last_day, count(*) - 1 AS x,
    avg(CASE WHEN before IS NOT NULL THEN CAST(paid AS {number}) END) AS mean_spend,
    avg(CAST({days("before", "day")} AS {number})) AS gap_mean,
    stddev_samp(CAST({days("before", "day")} AS {number})) AS gap_sd,
    max({days("before", "day")}) AS gap_max
  FROM visits GROUP BY customer
), money AS (
  SELECT customer, sum(amount) AS spend, sum(discount) AS discount,
    sum(CASE WHEN day > {year} THEN amount - cost ELSE 0 END) AS earned_365
  FROM daily GROUP BY customer
), held AS (
  SELECT customer, sum(CASE WHEN NOT guarantor THEN 1 ELSE 0 END) AS ever,
    count(DISTINCT CASE WHEN NOT guarantor AND (closed IS NULL OR closed > {end}) THEN line END) AS lines_held,
    sum(CASE WHEN NOT guarantor AND (closed IS NULL OR closed > {end}) THEN 1 ELSE 0 END) AS open_accounts,
    sum(CASE WHEN guarantor AND (closed IS NULL OR closed > {end}) THEN 1 ELSE 0 END) AS guaranteed,
    sum(CASE WHEN NOT guarantor AND (closed IS NULL OR closed > {end}) THEN own_90 ELSE 0 END) AS own_90,
    sum(CASE WHEN NOT guarantor THEN margin ELSE 0 END) AS margin
  FROM holdings WHERE opened <= {end} GROUP BY customer
), reached AS (
  SELECT customer, sum(CASE WHEN day > {year} THEN 1 ELSE 0 END) AS contacts_365,
    sum(CASE WHEN day > {year} THEN cost ELSE 0 END) AS cost_365
  FROM contacts WHERE day <= {end} GROUP BY customer
), said AS (
  SELECT customer, count(*) AS feedback, avg(CASE WHEN kind = 'csat' THEN CAST(score AS {number}) END) AS csat,
    avg(CASE WHEN kind = 'nps' THEN CAST(score AS {number}) END) AS nps,
    avg(CASE WHEN kind = 'ces' THEN CAST(score AS {number}) END) AS ces
  FROM feedback WHERE day <= {end} GROUP BY customer
), wrong AS (
  SELECT customer, count(*) AS complaints, sum(CASE WHEN upheld THEN 1 ELSE 0 END) AS upheld
  FROM complaints WHERE day <= {end} GROUP BY customer
), back AS (
  SELECT customer, count(*) AS returns, sum(amount) AS returned FROM returns WHERE day <= {end} GROUP BY customer
), everybody AS (
  SELECT customer FROM customers UNION SELECT customer FROM purchases UNION SELECT customer FROM holdings
  UNION SELECT customer FROM contacts UNION SELECT customer FROM complaints UNION SELECT customer FROM feedback
  UNION SELECT customer FROM returns
)
SELECT e.customer, r.first_day, r.last_day, CAST(coalesce(r.x, 0) AS {whole}) AS x,
  CAST(coalesce({days("r.first_day", "r.last_day")}, 0) AS {whole}) AS t_x, CAST({days("r.first_day", end)} AS {whole}) AS age,
  CAST(round(coalesce(m.spend, 0)) AS {whole}) AS spend, r.mean_spend,
  CAST(round(coalesce(m.discount, 0)) AS {whole}) AS discount,
  CAST(round(coalesce(m.earned_365, 0) + coalesce(h.margin, 0) - coalesce(c.cost_365, 0)) AS {whole}) AS contribution_365,
  CAST(coalesce(c.cost_365, 0) AS {whole}) AS cost_to_serve_365, r.gap_mean, r.gap_sd, CAST(r.gap_max AS {whole}) AS gap_max,
  CAST(coalesce(h.lines_held, 0) AS {whole}) AS lines_held, CAST(coalesce(h.open_accounts, 0) AS {whole}) AS open_accounts,
  coalesce(h.ever, 0) > 0 AS held, coalesce(h.guaranteed, 0) > 0 AS guarantees,
  CAST(coalesce(h.own_90, 0) AS {whole}) AS own_90,
  CAST(coalesce(c.contacts_365, 0) AS {whole}) AS contacts_365, s.csat, s.nps, s.ces,
  CAST(coalesce(s.feedback, 0) AS {whole}) AS feedback, CAST(coalesce(w.complaints, 0) AS {whole}) AS complaints,
  CAST(coalesce(w.upheld, 0) AS {whole}) AS upheld, CAST(coalesce(b.returns, 0) AS {whole}) AS returns,
  CAST(coalesce(b.returned, 0) AS {whole}) AS returned
FROM everybody e LEFT JOIN rhythm r ON r.customer = e.customer LEFT JOIN money m ON m.customer = e.customer
  LEFT JOIN held h ON h.customer = e.customer LEFT JOIN reached c ON c.customer = e.customer
  LEFT JOIN said s ON s.customer = e.customer LEFT JOIN wrong w ON w.customer = e.customer
  LEFT JOIN back b ON b.customer = e.customer
WHERE e.customer IS NOT NULL ORDER BY e.customer
"""


def _year_before(today: date) -> date:
    return date.fromordinal(today.toordinal() - 365)


def _duck(books: Path, rates: Mapping[str, float]) -> Any:
    import duckdb

    base = duckdb.connect(":memory:", config={"memory_limit": MEMORY, "preserve_insertion_order": False})
    try:
        for table, columns in TABLES.items():
            base.execute(f"CREATE VIEW {table} AS {_read(base, books, table, columns)}")
        found = base.execute("SELECT DISTINCT coalesce(currency, '') FROM purchases").fetchall()
        base.execute("CREATE TABLE rates (currency VARCHAR, factor DOUBLE)")
        pairs = _rates([name for (name,) in found], rates)
        if pairs:
            base.executemany("INSERT INTO rates VALUES (?, ?)", pairs)
    except duckdb.Error as error:
        base.close()
        raise Unreadable(f"The books cannot be read: {error}") from error
    except Unreadable:
        base.close()
        raise
    return base


def _read(base: Any, books: Path, table: str, columns: Mapping[str, str]) -> str:
    files = files_of(books, table)
    if not files:
        return (
            "SELECT "
            + ", ".join(f"NULL::{kind} AS {name}" for name, kind in columns.items())
            + " WHERE false"
        )
    quoted = files.replace("'", "''")
    source = f"read_parquet('{quoted}')"
    there = {row[0] for row in base.sql(f"FROM {source}").description}
    if missing := [name for name in columns if name not in there]:
        raise Unreadable(f"{table} has no column {', '.join(missing)}.")
    chosen = ", ".join(f"{name}::{kind} AS {name}" for name, kind in columns.items())
    return f"FROM {source} SELECT {chosen}"


def _rates(found: list[str], rates: Mapping[str, float]) -> list[tuple[str, float]]:
    """[(currency, factor)] of what was found. Raises `Unreadable` for several currencies without a rate for each."""
    if not rates and len(found) <= 1:
        return [(name, 1.0) for name in found]
    if missing := sorted(name or "(none)" for name in found if name not in rates):
        raise Unreadable(
            f"There is no rate for {', '.join(missing)}: money of several currencies is not added up as it is."
        )
    return [(name, float(rates[name])) for name in found]


def _on_spark(spark: Any, books: Path, today: date, rates: Mapping[str, float]) -> Any:
    """The same on a session of the caller's (time zone UTC). Raises ImportError where none is given."""
    if spark is None:
        raise ImportError(
            "Spark is asked for and none is running: install guanxi[spark] and Java 17, and give a session."
        )
    for table, columns in TABLES.items():
        kinds = {name: "STRING" if kind == "VARCHAR" else kind for name, kind in columns.items()}
        schema = ", ".join(f"{name} {kind}" for name, kind in kinds.items())
        files = files_of(books, table)
        frame = spark.read.parquet(files) if files else spark.createDataFrame([], schema)
        if missing := [name for name in columns if name not in frame.columns]:
            raise Unreadable(f"{table} has no column {', '.join(missing)}.")
        frame.selectExpr(
            *(f"CAST({name} AS {kind}) AS {name}" for name, kind in kinds.items())
        ).createOrReplaceTempView(table)
    found = [row[0] for row in spark.sql("SELECT DISTINCT coalesce(currency, '') FROM purchases").collect()]
    pairs = _rates(found, rates)
    spark.createDataFrame(pairs, "currency STRING, factor DOUBLE").createOrReplaceTempView("rates")
    return spark.sql(statement(today, "spark"))
