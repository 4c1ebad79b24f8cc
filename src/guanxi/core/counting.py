"""What lies behind a key figure: rows that each add to its numerator and denominator.

The number, its days, its groups, the rows on the screen and those in the file all come from one query set, so that they agree.
Its rows carry `num` and `den` (counts, or time), and `less` where something is taken off the numerator.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from django.db.models import Count, F, QuerySet, Sum
from django.db.models.functions import TruncDate

from guanxi.core import keyset
from guanxi.core.figures import Value

PAGE = 50
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Told:
    """What a row is called, whose it is, where it stands."""

    name: str
    sub: str = ""
    who: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was counted, and what it adds."""

    at: datetime
    told: Told
    numerator: float
    denominator: float


def plain(number: Any) -> float:
    """A count as it is, time in seconds."""
    return number.total_seconds() if isinstance(number, timedelta) else float(number or 0)


@dataclass(frozen=True, slots=True)
class Counting:
    """`at`: the column of the moment. `tell` names rows, a page at a time. `by`: columns to group by; `label` names a group."""

    found: QuerySet[Any]
    at: str
    tell: Callable[[Sequence[Any]], Sequence[Told]]
    by: Mapping[str, str] = field(default_factory=dict)
    label: Callable[[str, Sequence[Any]], Mapping[Any, str]] = lambda _by, keys: {
        key: str(key) for key in keys
    }
    less: bool = False
    simple: bool = True  # every row adds 1 to the denominator: percentiles make sense
    standing: bool = False  # how things are, not what happened: it has no days

    def value(self) -> Value:
        found = self.found.order_by().aggregate(**self._sums())
        return _value(found)

    def days(self) -> list[tuple[date, Value]]:
        """Each day on which something was counted, in the house's time zone."""
        if self.standing:
            return []
        return [(key, value) for key, value in self._grouped(TruncDate(self.at)) if key is not None]

    def groups(self, dimension: str) -> list[tuple[str, Value]]:
        """(name, what it came to) of every team, member, kind or channel; the largest first."""
        rows = self._grouped(F(self.by[dimension]))
        names = self.label(dimension, [key for key, _ in rows])
        rows.sort(key=lambda one: (-(one[1].denominator or 0), str(one[0])))
        return [(names.get(key, str(key)), value) for key, value in rows]

    def _grouped(self, key: Any) -> list[tuple[Any, Value]]:
        rows = self.found.order_by().annotate(group_key=key).values("group_key").annotate(**self._sums())
        return [(row["group_key"], _value(row)) for row in rows.order_by("group_key")]

    def _sums(self) -> dict[str, Any]:
        sums = {"num_sum": Sum("num"), "den_sum": Sum("den")}
        return {**sums, "less_sum": Sum("less")} if self.less else sums

    def spread(self, *shares: float) -> list[float]:
        """Percentiles of the numerator by nearest rank; nothing where nothing was counted."""
        count = self.found.order_by().aggregate(n=Count("pk"))["n"]
        if not count:
            return []
        ranked = self.found.order_by("num", "pk").values_list("num", flat=True)
        return [plain(ranked[max(math.ceil(share * count), 1) - 1]) for share in shares]

    def page(self, cursor: str, size: int = PAGE) -> tuple[list[Row], str]:
        """The latest first, and the cursor of what follows."""
        cut = keyset.cut(self.found.order_by(f"-{self.at}", "-id"), self.at, cursor, size=size)
        return self._rows(cut.rows), cut.next_cursor

    def every(self) -> Iterator[Row]:
        rows = self.found.order_by(f"-{self.at}", "-id").iterator(chunk_size=AT_ONCE)
        while some := list(islice(rows, AT_ONCE)):
            yield from self._rows(some)

    def _rows(self, some: Sequence[Any]) -> list[Row]:
        return [
            Row(getattr(one, self.at), told, plain(one.num) - plain(getattr(one, "less", 0)), plain(one.den))
            for one, told in zip(some, self.tell(some), strict=True)
        ]


def _value(row: Mapping[str, Any]) -> Value:
    return Value(plain(row["num_sum"]) - plain(row.get("less_sum")), plain(row["den_sum"]))


def added(values: Sequence[Value]) -> Value:
    """What parts come to together."""
    return Value(sum(one.numerator for one in values), sum(one.denominator or 0 for one in values))
