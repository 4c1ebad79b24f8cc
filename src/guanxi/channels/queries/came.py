"""What a list has come to: calls, sales, their value less what went back within 30 days, per hour of work."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, Sum

from guanxi.channels.models import CallEntry, CallList, CallOrder
from guanxi.core.money import Money
from guanxi.work.queries.spent import seconds_on

WITHIN = timedelta(days=30)
LOOKED_AT = 2_000  # sales of one list, newest first
KIND = "call"
OPEN = (CallEntry.State.WAITING, CallEntry.State.QUEUED, CallEntry.State.CALLING)

CountComplaints = Callable[[Sequence[tuple[int, datetime]], timedelta], int]
TakenBack = Callable[[Sequence[int], timedelta], Mapping[int, int]]
_complaints: list[CountComplaints] = []
_taken_back: list[TakenBack] = []


def register_complaints(count: CountComplaints) -> None:
    """The room of cases says how many of [(record, sold when)] complained within a time."""
    _complaints[:] = [count]


def register_taken_back(read: TakenBack) -> None:
    """The room of trade says {order: minor units cancelled or sent back within a time of being placed}."""
    _taken_back[:] = [read]


@dataclass(frozen=True, slots=True)
class Came:
    """What a list has come to. `dialled` counts tries, `called` customers who were dialled once at least.

    `value` is of the orders keyed from its calls, and where none was, what the caller noted as sold. `net`: without what
    was cancelled or sent back within 30 days. `seconds`: the time its calls were in somebody's hands, notes included.
    """

    listed: int
    refused: int
    open: int
    dialled: int
    called: int
    reached: int
    sales: int
    orders: int
    value: Sequence[Money]
    taken_back: Sequence[Money]
    net: Sequence[Money]
    seconds: int
    complaints: int

    def rate(self, part: int, whole: int) -> str:
        return f"{part / whole:.0%}" if whole else "–"

    @property
    def per_hour(self) -> Sequence[Money]:
        """`net` per hour of work, rounded half up; nothing before the first second of it."""
        if not self.seconds:
            return []
        return [
            Money((one.minor * 7_200 + self.seconds) // (2 * self.seconds), one.currency) for one in self.net
        ]


def figures_of(found: CallList) -> Came:
    """reached/called, sales/reached, value, value per hour, complaints within 30 days: over everybody on the list."""
    entries = CallEntry.objects.filter(list=found)
    sold = entries.filter(result="sale")
    counts = entries.aggregate(
        listed=Count("id"),
        refused=Count("id", filter=Q(state=CallEntry.State.REFUSED)),
        open=Count("id", filter=Q(state__in=OPEN)),
        dialled=Sum("attempts", default=0),
        called=Count("id", filter=Q(attempts__gt=0)),
        reached=Count("id", filter=Q(reached=True)),
        sales=Count("id", filter=Q(result="sale")),
    )
    keyed = CallOrder.objects.filter(entry__list=found)
    noted = sold.exclude(value_minor=None).filter(~Exists(CallOrder.objects.filter(entry=OuterRef("pk"))))
    value: Counter[str] = Counter()
    for currency, total in noted.values_list("currency").annotate(total=Sum("value_minor")):
        value[currency] += total
    currency_of: dict[int, str] = {}
    for order_id, currency, minor in keyed.values_list("order_id", "currency", "minor"):
        value[currency] += minor
        currency_of[order_id] = currency
    back: Counter[str] = Counter()
    for order_id, minor in _back(list(currency_of)).items():
        back[currency_of[order_id]] += minor
    buyers = sold.order_by("-ended").values_list("record_id", "ended")[:LOOKED_AT]
    pairs = [(record, ended) for record, ended in buyers if ended is not None]
    return Came(
        **counts,
        orders=len(currency_of),
        value=[Money(value[code], code) for code in sorted(value)],
        taken_back=[Money(back[code], code) for code in sorted(back) if back[code]],
        net=[Money(value[code] - back[code], code) for code in sorted(value)],
        seconds=seconds_on(KIND, entries.values("id")),
        complaints=_complaints[0](pairs, WITHIN) if _complaints and pairs else 0,
    )


def _back(orders: Sequence[int]) -> Mapping[int, int]:
    return _taken_back[0](orders, WITHIN) if _taken_back and orders else {}


def orders_of(entry: CallEntry) -> list[CallOrder]:
    """Orders that came of one call, the first first."""
    return list(CallOrder.objects.filter(entry=entry).order_by("placed", "id"))
