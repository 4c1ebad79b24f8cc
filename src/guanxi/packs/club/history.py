"""Eighteen months of purchases of 23,570 real customers (CDNOW, see data/SOURCE.md) as orders of the club.

Dates move forward as one block by whole weeks, so that weekdays and gaps stay; the last purchase then lies in the week
before the demo day. An original date is `placed` less the shift, which the event `sample.seeded` keeps (`shift_weeks`).
"""

import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

from guanxi.core.money import Money
from guanxi.packs import playing
from guanxi.packs.names import person
from guanxi.trade.actions import BuyerRow, LineRow, OrderRow

SOURCE = "club-history"
ZONE = ZoneInfo("Asia/Shanghai")
CUSTOMERS = 23_570
PURCHASES = 69_659
LAST = date(1998, 6, 30)  # of the original
BATCH_ORDERS = 120  # well under 0.2 s of SQLite's one writer, on a busy machine too
_FILE = Path(__file__).parent / "data" / "cdnow_master.txt.gz"


@dataclass(frozen=True, slots=True)
class Purchase:
    """One line of the file; `day` as in the original, `number` counts a customer's purchases from 1."""

    customer: int
    number: int
    day: date
    items: int
    cents: int

    @property
    def order_number(self) -> str:
        return f"BC-{self.customer:05d}-{self.number:03d}"


@cache
def purchases() -> Sequence[Sequence[Purchase]]:
    """All purchases, customer by customer, each customer's in the order of the file (by date)."""
    with gzip.open(_FILE, "rt", encoding="ascii") as file:
        rows = [line.split() for line in file][1:]
    return [
        [_purchase(row, place) for place, row in enumerate(own, 1)]
        for _, own in groupby(rows, key=lambda r: r[0])
    ]


def _purchase(row: Sequence[str], place: int) -> Purchase:
    day = date(int(row[1][:4]), int(row[1][4:6]), int(row[1][6:]))
    return Purchase(int(row[0]), place, day, int(row[2]), round(float(row[3]) * 100))


def shift_weeks(today: date) -> int:
    """By how many weeks the block moves, so that its last purchase lies one to seven days before `today`."""
    return ((today - LAST).days - 1) // 7


@dataclass(frozen=True, slots=True)
class Block:
    """The history as moved to a demo day."""

    weeks: int
    seed: int
    skus: Sequence[str]

    def buyer(self, own: Sequence[Purchase]) -> BuyerRow:
        """One customer with all their orders."""
        orders = [self._order(purchase) for purchase in own]
        return BuyerRow(person(own[0].customer, self.seed), orders[0].placed, orders)

    def _order(self, purchase: Purchase) -> OrderRow:
        return OrderRow(purchase.order_number, self._placed(purchase), self._lines(purchase))

    def _placed(self, purchase: Purchase) -> datetime:
        """Somewhere between 9:00 and 21:00 in Shanghai, later for later purchases of one day."""
        minutes = 60 + (purchase.customer * 37 + purchase.day.toordinal() * 101) % 600 + purchase.number % 120
        day = purchase.day + timedelta(weeks=self.weeks)
        return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minutes)

    def _lines(self, purchase: Purchase) -> list[LineRow]:
        """Purchased items over one to three titles, the price in proportion; cents add up exactly."""
        count = min(3, purchase.items)
        first = (purchase.customer * 31 + purchase.number * 17 + purchase.items) % len(self.skus)
        titles = [self.skus[(first + place * 7) % len(self.skus)] for place in range(count)]
        share, more = divmod(purchase.items, count)
        quantities = [share + (place < more) for place in range(count)]
        ends = [purchase.cents * sum(quantities[: place + 1]) // purchase.items for place in range(count)]
        cents = [end - begin for begin, end in zip([0, *ends], ends, strict=False)]
        return [
            LineRow(sku, quantity, Money(minor, "USD"))
            for sku, quantity, minor in zip(titles, quantities, cents, strict=True)
        ]


def batches(
    customers: Sequence[Sequence[Purchase]], *, orders: int = BATCH_ORDERS
) -> Iterator[list[Sequence[Purchase]]]:
    """Whole customers in groups of about `orders` purchases, so that one transaction stays short."""
    return playing.batches(customers, len, most=orders)


def latest_buyers(count: int) -> list[Sequence[Purchase]]:
    """The customers who bought last, of those with 2 to 12 orders: the ones an operator meets today."""
    liked = [own for own in purchases() if 2 <= len(own) <= 12]
    liked.sort(key=lambda own: (own[-1].day, own[0].customer), reverse=True)
    return liked[:count]
