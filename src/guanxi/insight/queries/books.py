"""The snapshot: what every room knows of customers, written as the Parquet books `engine.facts` reads.

Rows flow from the database in pieces of `PIECE`, so memory does not grow with the base. Packs that sell goods have no accounts:
there a product line a customer bought in counts as one, open while the newest purchase in it is younger than `live_days`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.db.models import F
from django.utils import timezone

from guanxi.cases.models import Case, Issue, Satisfaction
from guanxi.channels.models import Contact, Opinion
from guanxi.core import options
from guanxi.core.errors import Invalid
from guanxi.people.models import Customer
from guanxi.trade.models import Balance, Holding, Margin, Order, OrderLine, Return

if TYPE_CHECKING:
    import pyarrow as pa

PIECE: Final = 50_000
YEAR: Final = timedelta(days=365)
QUARTER: Final = timedelta(days=90)
UPHELD: Final = (Issue.Outcome.UPHELD, Issue.Outcome.PARTLY)
KINDS: Final = {"BIGINT": "int64", "DATE": "date32", "VARCHAR": "string", "BOOLEAN": "bool"}


@dataclass(frozen=True, slots=True)
class Costs:
    """What the house's settings say: share of a price that goods cost, a contact by channel (minor units), money of others."""

    goods_share: float
    contact_minor: Mapping[str, int]
    rates: Mapping[str, float]
    live_days: int

    @classmethod
    def now(cls) -> "Costs":
        """As set at this moment. Raises `Invalid` for a setting nobody can read."""
        return cls(
            goods_share=options.number("insight.cost_share") / 100,
            contact_minor={
                name: round(100 * amount) for name, amount in pairs("insight.contact_cost").items()
            },
            rates=pairs("insight.rates"),
            live_days=options.number("insight.live_days"),
        )


def pairs(code: str) -> dict[str, float]:
    """A setting like "phone=12 chat=6" as {name: number}. Raises `Invalid` with its name."""
    found: dict[str, float] = {}
    for part in options.text(code).replace(",", " ").replace("，", " ").split():
        name, _sign, number = part.partition("=")
        try:
            found[name.strip()] = float(number)
        except ValueError:
            raise Invalid(fields={code: part}) from None
    return found


def write_books(books: Path, *, now: datetime, costs: Costs) -> dict[str, int]:
    """Every table as `books/TABLE/*.parquet`; {table: rows}. Only customers that are not merged away."""
    today = timezone.localdate(now)
    written = {
        "customers": _write(books, "customers", _customers()),
        "purchases": _write(books, "purchases", _purchases(costs)),
        "holdings": _write(books, "holdings", _holdings(today)),
        "contacts": _write(books, "contacts", _contacts(costs)),
        "complaints": _write(books, "complaints", _complaints()),
        "feedback": _write(books, "feedback", _feedback()),
        "returns": _write(books, "returns", _returns()),
    }
    if written["purchases"]:
        _lines_as_accounts(books, today, costs.live_days)
    return written


def _day(moment: datetime) -> date:
    return timezone.localdate(moment)


def _customers() -> Iterator[Sequence[Any]]:
    found = Customer.objects.filter(merged_into=None).order_by("id").values_list("id", "created")
    for customer, created in found.iterator(PIECE):
        yield customer, _day(created)


def _purchases(costs: Costs) -> Iterator[Sequence[Any]]:
    """What was bought and not cancelled, and what was refunded, as a negative amount on the day of the refund."""
    lines = OrderLine.objects.exclude(order__state=Order.State.CANCELLED).filter(quantity__gt=F("cancelled"))
    for line, customer, placed, amount, quantity, cancelled, currency, product in (
        lines.order_by("id")
        .values_list(
            "id", "order__record__customer_id", "order__placed", "amount_minor", "quantity", "cancelled",
            "order__currency", "product__line",
        )
        .iterator(PIECE)
    ):  # fmt: skip
        paid = amount * (quantity - cancelled) // quantity
        yield customer, _day(placed), paid, round(paid * costs.goods_share), 0, currency, f"l{line}", product
    gone = Return.objects.filter(state=Return.State.REFUNDED).order_by("id")
    for one, customer, asked, ended, amount, currency, product in gone.values_list(
        "id",
        "order__record__customer_id",
        "asked",
        "ended",
        "amount_minor",
        "currency",
        "line__product__line",
    ).iterator(PIECE):
        back = round(amount * costs.goods_share)
        yield customer, _day(ended or asked), -amount, -back, 0, currency, f"r{one}", product


def _holdings(today: date) -> Iterator[Sequence[Any]]:
    """Each holding with what its newest balance earns in a year, by the margin in force for its line and currency."""
    margins: dict[tuple[str, str], tuple[float, int]] = {}
    for row in Margin.objects.filter(since__lte=today).order_by("since", "id"):
        margins[row.line, row.currency] = (float(row.percent), row.cost_minor)
    moved = Balance.objects.filter(day__gt=today - QUARTER, day__lte=today).values_list(
        "holding_id", flat=True
    )
    moves: dict[int, int] = {}
    for holding in moved.iterator(PIECE):
        moves[holding] = moves.get(holding, 0) + 1
    found = Holding.objects.order_by("id").values_list(
        "id", "record__customer_id", "product__line", "opened", "closed", "currency", "balance_minor"
    )
    for key, customer, line, opened, closed, currency, balance in found.iterator(PIECE):
        percent, cost = margins.get((line, currency), (0.0, 0))
        earned = round((balance or 0) * percent / 100) - 12 * cost
        yield customer, line, opened, closed, earned, False, moves.get(key, 0)


def _contacts(costs: Costs) -> Iterator[Sequence[Any]]:
    found = Contact.objects.filter(record__isnull=False).order_by("id")
    for customer, arrived, channel in found.values_list("record__customer_id", "arrived", "channel").iterator(
        PIECE
    ):
        yield customer, _day(arrived), channel, costs.contact_minor.get(channel, 0)


def _complaints() -> Iterator[Sequence[Any]]:
    found = Case.objects.exclude(procedure=None).filter(merged_into=None).order_by("id")
    right = set(
        Issue.objects.filter(outcome__in=UPHELD).order_by().values_list("case_id", flat=True).distinct()
    )
    for key, customer, opened in found.values_list("id", "record__customer_id", "opened").iterator(PIECE):
        yield customer, _day(opened), key in right


def _feedback() -> Iterator[Sequence[Any]]:
    said = Satisfaction.objects.filter(side="complainant").order_by("id")
    for customer, given, score in said.values_list("case__record__customer_id", "given", "score").iterator(
        PIECE
    ):
        yield customer, _day(given), "csat", score
    opinions = Opinion.objects.filter(contact__record__isnull=False).order_by("id")
    for customer, given, satisfied, easy, recommends in opinions.values_list(
        "contact__record__customer_id", "given", "satisfied", "easy", "recommends"
    ).iterator(PIECE):
        for kind, answer in (("csat", satisfied), ("ces", easy), ("nps", recommends)):
            if answer is not None:
                yield customer, _day(given), kind, answer


def _returns() -> Iterator[Sequence[Any]]:
    found = Return.objects.order_by("id").values_list("order__record__customer_id", "asked", "amount_minor")
    for customer, asked, amount in found.iterator(PIECE):
        yield customer, _day(asked), amount


def _write(books: Path, table: str, rows: Iterable[Sequence[Any]]) -> int:
    """The rows as `books/table/0.parquet`, a piece at a time; how many."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = _schema(table)
    folder = books / table
    folder.mkdir(parents=True, exist_ok=True)
    count, flow = 0, iter(rows)
    with pq.ParquetWriter(folder / "0.parquet", schema) as writer:
        while piece := list(islice(flow, PIECE)):
            count += len(piece)
            columns = [
                pa.array(column, type=kind.type)
                for column, kind in zip(zip(*piece, strict=True), schema, strict=True)
            ]
            writer.write_table(pa.table(columns, schema=schema))
    return count


def _schema(table: str) -> "pa.Schema":
    import pyarrow as pa

    from guanxi.engine.facts import TABLES

    columns = dict(TABLES[table])
    if table == "purchases":
        columns["line"] = "VARCHAR"  # for lines as accounts; facts do not read it
    return pa.schema([(name, pa.type_for_alias(KINDS[kind])) for name, kind in columns.items()])


def _lines_as_accounts(books: Path, today: date, live_days: int) -> None:
    """Add to the holdings what customers bought in: one account a product line."""
    import duckdb

    out = str(books / "holdings" / "1.parquet").replace("'", "''")
    given = str(books / "purchases" / "*.parquet").replace("'", "''")
    end = f"DATE '{today:%Y-%m-%d}'"
    with duckdb.connect(":memory:") as base:
        base.sql(
            f"FROM read_parquet('{given}') SELECT customer, line, min(day) AS opened, "
            f"CASE WHEN max(day) + {live_days} <= {end} THEN max(day) + {live_days} END AS closed, "
            "0::BIGINT AS margin, false AS guarantor, "
            f"count(DISTINCT day) FILTER (day > {end} - 90) AS own_90 "
            f"WHERE amount > 0 AND day <= {end} GROUP BY customer, line"
        ).write_parquet(out)
