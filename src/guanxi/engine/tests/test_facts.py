"""Facts from books: one contract, held by DuckDB and by Spark, beside a plain count in Python."""

import os
import random
import statistics
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from guanxi.engine.facts import COLUMNS, TABLES, Unreadable, checksum, facts, write_facts
from tests import harness

TODAY = date(2026, 3, 3)
KINDS = {"BIGINT": pa.int64(), "DATE": pa.date32(), "VARCHAR": pa.string(), "BOOLEAN": pa.bool_()}


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    try:
        harness.program("java", "default-jre-headless")
    except harness.Missing as missing:
        harness.skip(missing)
    sql = pytest.importorskip("pyspark.sql")
    home = tmp_path_factory.mktemp("spark")
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    built = sql.SparkSession.builder.master("local[2]").appName("guanxi-tests")
    for name, value in {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.warehouse.dir": str(home / "warehouse"),
        "spark.driver.extraJavaOptions": f"-Dderby.system.home={home}",
        "spark.log.level": "ERROR",
    }.items():
        built = built.config(name, value)
    session = built.getOrCreate()
    yield session
    session.stop()


@pytest.fixture(params=["duckdb", "spark"])
def compute(request: pytest.FixtureRequest) -> Any:
    """Facts by one of the two."""
    session = request.getfixturevalue("spark") if request.param == "spark" else None

    def run(books: Path, **more: Any) -> pa.Table:
        return facts(books, **{"today": TODAY, "engine": request.param, "spark": session, **more})

    return run


def write(books: Path, table: str, *rows: dict[str, Any]) -> None:
    books.mkdir(exist_ok=True)
    columns = TABLES[table]
    data = {name: pa.array([row.get(name) for row in rows], KINDS[kind]) for name, kind in columns.items()}
    pq.write_table(pa.table(data), books / f"{table}.parquet")


def buy(customer: int, day: date, amount: int, record: str, **more: Any) -> dict[str, Any]:
    return {"customer": customer, "day": day, "amount": amount, "cost": 0, "discount": 0, "currency": "CNY", "record": record,
            **more}  # fmt: skip


def one(found: pa.Table, customer: int) -> dict[str, Any]:
    return next(row for row in found.to_pylist() if row["customer"] == customer)


def test_a_customer_as_the_books_tell(compute: Any, tmp_path: Path) -> None:
    day = TODAY - timedelta(days=100)
    write(
        tmp_path, "purchases",
        buy(1, day, 10_000, "a", cost=6_000, discount=500), buy(1, day, 2_000, "b"),  # one visit
        buy(1, day + timedelta(days=10), 3_000, "c"), buy(1, day + timedelta(days=40), 5_000, "d"),
        buy(1, day + timedelta(days=41), -3_000, "e"),  # given back
        buy(1, day, 10_000, "a", cost=6_000, discount=500),  # heard twice
        buy(1, TODAY + timedelta(days=5), 99_999, "f"),  # not yet
    )  # fmt: skip
    write(
        tmp_path, "holdings",
        {"customer": 1, "line": "cards", "opened": day, "margin": 700, "guarantor": False, "own_90": 4},
        {"customer": 1, "line": "loans", "opened": day, "closed": TODAY, "margin": 100, "guarantor": False, "own_90": 9},
        {"customer": 2, "line": "loans", "opened": day, "margin": 0, "guarantor": True, "own_90": 0},
    )  # fmt: skip
    write(tmp_path, "contacts", {"customer": 1, "day": TODAY, "channel": "phone", "cost": 300},
          {"customer": 1, "day": TODAY - timedelta(days=365), "channel": "phone", "cost": 999})  # fmt: skip
    write(tmp_path, "feedback", {"customer": 1, "day": TODAY, "kind": "nps", "score": 9},
          {"customer": 1, "day": TODAY, "kind": "nps", "score": 4})  # fmt: skip
    write(tmp_path, "complaints", {"customer": 3, "day": TODAY, "upheld": True})
    write(tmp_path, "returns", {"customer": 1, "day": TODAY, "amount": 3_000})
    write(tmp_path, "customers", {"customer": 4, "since": TODAY})
    found = compute(tmp_path)
    assert found.column_names == list(COLUMNS)
    assert found.column("customer").to_pylist() == [1, 2, 3, 4]
    told = one(found, 1)
    assert {name: told[name] for name in ("first_day", "last_day", "x", "t_x", "age")} == {
        "first_day": day, "last_day": day + timedelta(days=40), "x": 2, "t_x": 40, "age": 100,
    }  # fmt: skip
    assert (told["spend"], told["mean_spend"], told["discount"]) == (17_000, 4_000.0, 500)
    assert (told["gap_mean"], told["gap_max"]) == (20.0, 30)
    assert told["gap_sd"] == pytest.approx(statistics.stdev([10, 30]))
    assert told["contribution_365"] == 17_000 - 6_000 + 800 - 300
    assert (told["lines_held"], told["open_accounts"], told["own_90"], told["held"]) == (1, 1, 4, True)
    assert (told["contacts_365"], told["cost_to_serve_365"], told["nps"], told["csat"]) == (1, 300, 6.5, None)
    assert (told["returns"], told["returned"], told["feedback"]) == (1, 3_000, 2)
    guarantor = one(found, 2)
    assert (guarantor["guarantees"], guarantor["held"], guarantor["open_accounts"]) == (True, False, 0)
    assert (one(found, 3)["complaints"], one(found, 3)["upheld"]) == (1, 1)
    nothing = one(found, 4)
    assert (nothing["x"], nothing["age"], nothing["gap_mean"], nothing["spend"], nothing["held"]) == (
        0,
        None,
        None,
        0,
        False,
    )


def test_no_books_at_all(compute: Any, tmp_path: Path) -> None:
    found = compute(tmp_path)
    assert (found.num_rows, found.column_names) == (0, list(COLUMNS))


def test_several_currencies_need_a_rate_each(compute: Any, tmp_path: Path) -> None:
    write(tmp_path, "purchases", buy(1, TODAY, 1_000, "a"), buy(1, TODAY, 100, "b", currency="EUR"))
    with pytest.raises(Unreadable, match="rate for CNY, EUR"):
        compute(tmp_path)
    with pytest.raises(Unreadable, match="rate for EUR"):
        compute(tmp_path, rates={"CNY": 1.0})
    assert one(compute(tmp_path, rates={"CNY": 1.0, "EUR": 7.5}), 1)["spend"] == 1_750


def test_a_table_without_its_columns_is_named(compute: Any, tmp_path: Path) -> None:
    pq.write_table(pa.table({"customer": [1]}), tmp_path / "contacts.parquet")
    with pytest.raises(Unreadable, match="contacts has no column day, channel, cost"):
        compute(tmp_path)


def test_a_file_that_is_no_parquet_is_named(tmp_path: Path) -> None:
    (tmp_path / "contacts.parquet").write_text("customer;day\n1;2", encoding="utf-8")
    with pytest.raises(Unreadable, match="cannot be read"):
        facts(tmp_path, today=TODAY)


def test_without_a_session_spark_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ImportError, match="guanxi\\[spark\\]"):
        facts(tmp_path, today=TODAY, engine="spark")


def drawn(books: Path, chance: random.Random, customers: int) -> list[dict[str, Any]]:
    """Random books; their purchases."""
    days = [TODAY - timedelta(days=chance.randrange(-20, 900)) for _ in range(customers * 6)]
    rows = [buy(chance.randrange(customers), day, chance.randrange(-2_000, 20_000), f"r{place}", cost=chance.randrange(9_000))
            for place, day in enumerate(days)]  # fmt: skip
    write(books, "purchases", *rows, *chance.sample(rows, customers))
    write(
        books,
        "contacts",
        *(
            {"customer": chance.randrange(customers), "day": day, "channel": "chat", "cost": 7}
            for day in days[::3]
        ),
    )
    return rows


def test_beside_a_plain_count(compute: Any, tmp_path: Path) -> None:
    rows = drawn(tmp_path, random.Random(5), 40)
    found = compute(tmp_path)
    for customer in range(40):
        mine = [row for row in rows if row["customer"] == customer and row["day"] <= TODAY]
        paid: dict[date, int] = {}
        for row in mine:
            paid[row["day"]] = paid.get(row["day"], 0) + max(row["amount"], 0)
        visits = sorted(day for day, amount in paid.items() if amount > 0)
        told = one(found, customer)
        assert told["x"] == max(len(visits) - 1, 0)
        assert told["first_day"] == (visits[0] if visits else None)
        assert told["spend"] == sum(row["amount"] for row in mine)
        if len(visits) > 1:
            assert told["mean_spend"] == pytest.approx(statistics.mean(paid[day] for day in visits[1:]))


def test_both_engines_say_the_same_in_memory_and_on_disk(spark: Any, tmp_path: Path) -> None:
    drawn(tmp_path / "books", random.Random(9), 300)
    by_duck = facts(tmp_path / "books", today=TODAY)
    by_spark = facts(tmp_path / "books", today=TODAY, engine="spark", spark=spark)
    assert by_duck.num_rows > 290
    assert checksum(by_duck) == checksum(by_spark)
    write_facts(tmp_path / "books", tmp_path / "duck.parquet", today=TODAY)
    write_facts(tmp_path / "books", tmp_path / "spark.parquet", today=TODAY, engine="spark", spark=spark)
    assert checksum(pq.read_table(tmp_path / "duck.parquet")) == checksum(by_duck)
    assert checksum(pq.read_table(tmp_path / "spark.parquet")) == checksum(by_duck)


def test_the_checksum_sees_one_cent(tmp_path: Path) -> None:
    drawn(tmp_path, random.Random(2), 20)
    found = facts(tmp_path, today=TODAY)
    rows = found.to_pylist()
    rows[3] |= {"spend": rows[3]["spend"] + 1}
    assert checksum(found) == checksum(found.take(list(reversed(range(20)))))
    assert checksum(pa.Table.from_pylist(rows, schema=found.schema)) != checksum(found)
