"""An order's way as a table over what a stage does: what ends it, what the order is then, the ways out of trouble. Pure.

Everything is derived from facts: a stage is over when what it needs is true, whoever made it true and in whatever order
they did. So events may come twice or late, and a published flow may put the stages in any sensible order.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from guanxi.core.calendar import WorkingCalendar

PLACED, PAID, SHIPPED, RECEIVED, CANCELLED = "placed", "paid", "shipped", "received", "cancelled"

KEYING, PAYMENT, PROCUREMENT, PICKING = "keying", "payment", "procurement", "picking"
PACKING, LOGISTICS, RECEIPT, SETTLEMENT = "packing", "logistics", "receipt", "settlement"


@dataclass(frozen=True, slots=True)
class Doing:
    """What a stage does. `needs` is the fact that ends it; "" somebody says so. `goods`: only of orders with goods.

    `verb` is the step a person takes for it: the code of an action, shown on pages as what to do next.
    """

    needs: str
    verb: str
    goods: bool = False


TABLE: Mapping[str, Doing] = {
    KEYING: Doing("", "finish"),
    PAYMENT: Doing("paid", "pay"),
    PROCUREMENT: Doing("reserved", "finish", goods=True),
    PICKING: Doing("", "finish", goods=True),
    PACKING: Doing("packed", "ship", goods=True),
    LOGISTICS: Doing("delivered", "hear", goods=True),
    RECEIPT: Doing("received", "receive"),
    SETTLEMENT: Doing("settled", "settle"),
}

WENT_ON, REPLACED, SPLIT, WAITED = "went_on", "replaced", "split", "waited"
WAY_CANCELLED, REFUNDED = "cancelled", "refunded"
WAYS: Mapping[str, frozenset[str]] = {
    WENT_ON: frozenset(TABLE),
    WAITED: frozenset(TABLE),
    REPLACED: frozenset({PICKING, PACKING, LOGISTICS}),
    SPLIT: frozenset({PROCUREMENT, PICKING, PACKING}),
    REFUNDED: frozenset({PROCUREMENT, PICKING, PACKING, LOGISTICS}),
    WAY_CANCELLED: frozenset({KEYING, PAYMENT, PROCUREMENT, PICKING, PACKING}),
}
"""In which stages each way out of trouble makes sense: after a parcel has left, an order is not cancelled any more."""

UNDERPAID, UNDELIVERED, NO_STOCK = "underpaid", "undelivered", "no_stock"
"""Troubles the house itself notices; a pack may name them, say whose work they are, and which ways lead out."""

ACCEPTED, MOVING, OUT, DELIVERED, FAILED, BACK = "accepted", "moving", "out", "delivered", "failed", "back"
CARRIER_CODES = (ACCEPTED, MOVING, OUT, DELIVERED, FAILED, BACK)
_PARCEL = {
    ACCEPTED: "handed",
    MOVING: "moving",
    OUT: "moving",
    DELIVERED: "delivered",
    FAILED: "failed",
    BACK: "back",
}


@dataclass(frozen=True, slots=True)
class Line:
    """What is known of a line: how many were bought, are still wanted, lie reserved, are in parcels, have arrived."""

    quantity: int
    cancelled: int = 0
    reserved: int = 0
    shipped: int = 0
    received: int = 0
    goods: bool = True

    @property
    def due(self) -> int:
        return self.quantity - self.cancelled

    @property
    def open(self) -> int:
        """Still to be put into a parcel."""
        return max(0, self.due - self.shipped)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is true of an order at a moment. `lines` and `parcels` (their states) say most of it."""

    lines: Sequence[Line]
    parcels: Sequence[str] = ()
    paid: bool = False
    received: bool = False
    settled: bool = False
    cancelled: bool = False

    @property
    def goods(self) -> Sequence[Line]:
        return [line for line in self.lines if line.goods and line.due]

    @property
    def reserved(self) -> bool:
        return all(line.reserved >= line.open for line in self.goods)

    @property
    def packed(self) -> bool:
        return all(line.open == 0 for line in self.goods)

    @property
    def handed(self) -> bool:
        """Everything has left the house."""
        return bool(self.parcels) and self.packed and "packed" not in self.parcels

    @property
    def delivered(self) -> bool:
        return self.handed and all(state == "delivered" for state in self.parcels)


def is_over(does: str, facts: Facts) -> bool:
    """Whether what the stage needs is true. A stage that somebody must declare done is never over by itself."""
    needs = TABLE[does].needs
    return bool(needs) and bool(getattr(facts, needs))


def is_left_out(does: str, facts: Facts) -> bool:
    """Whether an order like this has nothing to do in the stage: services have no parcels."""
    return TABLE[does].goods and not any(line.goods for line in facts.lines)


def by_hand(does: str) -> bool:
    """Whether a person ends the stage by saying so (procurement: once the goods are there)."""
    return TABLE[does].verb == "finish"


def state_of(facts: Facts) -> str:
    """What everybody is told of an order."""
    if facts.cancelled:
        return CANCELLED
    if facts.received:
        return RECEIVED
    if facts.handed:
        return SHIPPED
    return PAID if facts.paid else PLACED


def left_minor(amount_minor: int, quantity: int, cancelled: int) -> int:
    """What a line costs after part of it was taken out: in proportion, rounded in the customer's favour."""
    return amount_minor * (quantity - cancelled) // quantity


def ways_of(offered: Iterable[str], does: str) -> list[str]:
    """The ways out of trouble in this stage, of those the pack offers for its kind, in the pack's order."""
    return [way for way in offered if does in WAYS.get(way, ())]


def parcel_state(events: Iterable[tuple[datetime, str]], before: str) -> tuple[str, datetime | None]:
    """(state of a parcel, when it was delivered) from all that its carrier has said, whatever came first.

    What happened last counts; of two at one moment the further one. Delivered stays so, unless it then comes back.
    """
    told = sorted(events, key=lambda one: (one[0], CARRIER_CODES.index(one[1])))
    if not told:
        return before, None
    delivered = next((moment for moment, code in told if code == DELIVERED), None)
    last = told[-1][1]
    if delivered is not None and last != BACK:
        return "delivered", delivered
    return _PARCEL[last], None


@dataclass(frozen=True, slots=True)
class Span:
    """How long a stage may take, in whose hours; no calendar: plain hours."""

    does: str
    minutes: int
    calendar: WorkingCalendar | None = None

    def ends(self, start: datetime) -> datetime:
        worked = timedelta(minutes=self.minutes)
        return self.calendar.add(start, worked).due if self.calendar else start + worked


def ship_by(start: datetime, spans: Sequence[Span], *, hours: int = 0) -> datetime:
    """When the goods must be on their way: all limits from the first stage after payment until packing, one after another.

    `hours`: what the seller has promised instead, in plain hours from `start`.
    """
    if hours:
        return start + timedelta(hours=hours)
    end = start
    for span in spans:
        if span.does in (PROCUREMENT, PICKING, PACKING):
            end = span.ends(end)
    return end


def promised(start: datetime, leaves: datetime, *, promise_days: int, carrier_days: int) -> datetime:
    """When the order is in the customer's hands: never promised earlier than its own limits can keep."""
    return max(start + timedelta(days=promise_days), leaves + timedelta(days=carrier_days))
