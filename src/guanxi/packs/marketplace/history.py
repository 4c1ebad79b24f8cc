"""A year of orders between the buyers and shops of the demo world, invented: more of them where people shop for a festival."""

from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import accumulate
from random import Random

from guanxi.core.money import Money
from guanxi.packs.names import person
from guanxi.trade.actions import BuyerRow, LineRow, OrderRow

SOURCE = "market-history"
BUYERS = 3_600
DAYS = 365
BATCH_ORDERS = 120  # well under 0.2 s of SQLite's one writer, on a busy machine too
ORDERS_MEAN, ORDERS_MOST = 6.0, 60
NEW_YEAR = {  # the first day of the Chinese year; outside of these about this time
    2025: (1, 29), 2026: (2, 17), 2027: (2, 6), 2028: (1, 26), 2029: (2, 13), 2030: (2, 3), 2031: (1, 23), 2032: (2, 11),
}  # fmt: skip
_BEFORE_NEW_YEAR, _AT_NEW_YEAR = range(8, 27), range(-6, 4)  # days ahead of it


@dataclass(frozen=True, slots=True)
class Good:
    """What can have been bought: its sku and the record that sells it; price in minor units."""

    sku: str
    seller: int
    price_minor: int


def weight(day: date) -> float:
    """How much is bought on a day, 1 being an ordinary one."""
    ahead = (date(day.year, *NEW_YEAR.get(day.year, (2, 5))) - day).days
    if ahead in _AT_NEW_YEAR:
        return 0.3
    found = 1.15 if day.weekday() >= 5 else 1.0
    if ahead in _BEFORE_NEW_YEAR:
        return found * 1.7
    return found * _FESTIVALS.get((day.month, day.day), 1.0)


_FESTIVALS: Mapping[tuple[int, int], float] = {
    **dict.fromkeys([(11, day) for day in (1, 2, 3)], 2.4),
    **dict.fromkeys([(11, day) for day in (8, 9)], 2.0),
    (11, 10): 4.5,
    (11, 11): 9.0,
    (11, 12): 2.0,
    **dict.fromkeys([(6, day) for day in (1, 2, 3)], 2.0),
    **dict.fromkeys([(6, day) for day in (15, 16, 17)], 2.6),
    (6, 18): 6.5,
    (12, 12): 3.0,
    (9, 9): 1.6,
    (3, 8): 1.8,
}


@cache
def _days(today: date) -> tuple[Sequence[date], Sequence[float]]:
    days = [today - timedelta(days=ago) for ago in range(DAYS, 0, -1)]
    return days, list(accumulate(weight(day) for day in days))


@dataclass(frozen=True, slots=True)
class Year:
    """The history up to a demo day."""

    today: date
    seed: int
    goods: Sequence[Good]

    def buyer(self, number: int) -> BuyerRow:
        """One buyer with all their orders, the oldest first."""
        chance = Random(f"{self.seed}:orders:{number}")  # noqa: S311  a demo's chance must be repeatable
        times = min(ORDERS_MOST, 1 + int(chance.expovariate(1 / ORDERS_MEAN)))
        moments = sorted(self._moment(chance) for _ in range(times))
        orders = [self._order(chance, number, place, placed) for place, placed in enumerate(moments, 1)]
        return BuyerRow(person(buyer_number(number), self.seed), moments[0], orders)

    def _moment(self, chance: Random) -> datetime:
        """Between 8:00 and 24:00 in Shanghai."""
        days, sums = _days(self.today)
        day = days[bisect(sums, chance.random() * sums[-1])]
        return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(
            seconds=chance.randrange(16 * 3600)
        )

    def _order(self, chance: Random, number: int, place: int, placed: datetime) -> OrderRow:
        good = chance.choice(self.goods)
        quantity = 1 if good.price_minor > 30_000 else chance.choice((1, 1, 1, 1, 2, 3))
        line = LineRow(good.sku, quantity, Money(good.price_minor * quantity, "CNY"))
        return OrderRow(order_number(number, place), placed, [line], seller=good.seller)


def buyer_number(number: int) -> int:
    """The number `names.person` knows a buyer by: odd, since the even ones are shop owners."""
    return 2 * number + 1


def order_number(number: int, place: int) -> str:
    return f"MK-{number:05d}-{place:03d}"
