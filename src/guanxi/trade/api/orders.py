"""Orders over the API: listed, read with their whole way, placed. What is done with one after that: `order_steps`."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from guanxi.core import clock, keyset
from guanxi.core.access import Actor
from guanxi.core.api import PAGE, READ, WRITE, Cursor, IdempotencyKey, Limit, Problem, actor_of, once
from guanxi.people import queries as people
from guanxi.trade import actions, queries
from guanxi.trade.actions import NewLine, NewOrder
from guanxi.trade.actions.placing import LINES_MAX, QUANTITY_MAX
from guanxi.trade.models import Order, OrderLine, Payment, Shipment, Stage, Trouble
from guanxi.trade.queries.books import deposit_record
from guanxi.trade.queries.way import get_way

router = Router(tags=["orders"])
VIEW, ORDERS = "trade.view", actions.ORDERS
Intake = Literal["remittance", "sms", "phone", "email", "web", "branch", "store"]
Method = Literal["remittance", "transfer", "card", "wallet", "cash"]


class LineOut(Schema):
    """`amount_minor` is of the whole `quantity`; the other numbers say where its pieces are."""

    sku: str
    quantity: int
    amount_minor: int
    cancelled: int
    reserved: int
    shipped: int
    received: int
    returned: int


class OrderOut(Schema):
    """Amounts are in minor units of `currency`. `stage` is the open one; "" when none is. `promised`: in the customer's
    hands; none before it is paid."""

    id: str
    number: str
    customer: str
    state: str
    stage: str
    intake: str
    currency: str
    total_minor: int
    placed: datetime
    promised: datetime | None
    lines: list[LineOut]


class OrdersOut(Schema):
    items: list[OrderOut]
    next: str


class OrderStageOut(Schema):
    """`state`: ahead, open, stopped, done, dropped. `team` works on it; none: the seller, the buyer or a carrier."""

    code: str
    state: str
    team: str | None
    opened: datetime | None
    due: datetime | None
    done: datetime | None


class ParcelLineOut(Schema):
    sku: str
    quantity: int


class CarrierEventOut(Schema):
    """`number` is the carrier's own for it."""

    number: str
    code: str
    place: str
    occurred: datetime
    told: datetime


class ParcelOut(Schema):
    """`void`: it did not arrive, its goods are sent anew or not at all. Events are the newest first."""

    id: str
    carrier: str
    tracking: str
    state: str
    void: bool
    made: datetime
    handed: datetime | None
    delivered: datetime | None
    lines: list[ParcelLineOut]
    events: list[CarrierEventOut]


class OrderPaymentOut(Schema):
    """Came in: more than nothing; went back or to the seller: less."""

    id: str
    kind: str
    method: str
    amount_minor: int
    reference: str
    made: datetime


class OrderTroubleOut(Schema):
    """`how` it was settled: a way out, or "" while it is open."""

    id: str
    kind: str
    stage: str
    note: str
    opened: datetime
    settled: datetime | None
    how: str


class OrderWithWay(OrderOut):
    """`ship_to` only for tokens that may see contacts. `seller` is a customer's id; none: we sell ourselves."""

    seller: str | None
    paid_minor: int
    ship_by: datetime | None
    paid: datetime | None
    shipped: datetime | None
    received: datetime | None
    cancelled: datetime | None
    why: str
    ship_to: dict[str, str] | None
    stages: list[OrderStageOut]
    parcels: list[ParcelOut]
    payments: list[OrderPaymentOut]
    troubles: list[OrderTroubleOut]


class OrderLineIn(Schema):
    """So many of a product of ours (its sku) or of a shop's listing (its id)."""

    product: str = Field(min_length=1, max_length=40)
    quantity: int = Field(default=1, ge=1, le=QUANTITY_MAX)


class ShipToIn(Schema):
    name: str = Field(default="", max_length=80)
    phone: str = Field(default="", max_length=40)
    address: str = Field(default="", max_length=300)


class NewOrderIn(Schema):
    """`number`: one it has already in another system; with it again it is the same order. `paid`: the money has come."""

    customer: str = Field(max_length=20)
    lines: Annotated[list[OrderLineIn], Field(min_length=1, max_length=LINES_MAX)]
    intake: Intake = "web"
    ship_to: ShipToIn = ShipToIn()
    paid: bool = False
    method: Method = "transfer"
    number: str = Field(default="", max_length=40)


def moment(at: datetime | None) -> str | None:
    """As answers hold it: they are kept for replays as JSON."""
    return at.isoformat() if at is not None else None


def _out(order: Order) -> dict[str, Any]:
    return {
        "id": order.public_id,
        "number": order.number,
        "customer": order.record.customer.public_id,
        "state": str(order.state),
        "stage": order.stage,
        "intake": order.intake,
        "currency": order.currency,
        "total_minor": order.total_minor,
        "placed": moment(order.placed),
        "promised": moment(order.promised),
        "lines": [_line(line) for line in order.lines.all()],
    }


def _line(line: OrderLine) -> dict[str, Any]:
    numbers = ("quantity", "amount_minor", "cancelled", "reserved", "shipped", "received", "returned")
    return {"sku": line.product.sku, **{name: getattr(line, name) for name in numbers}}


def _stage(stage: Stage) -> dict[str, Any]:
    return {
        "code": stage.code,
        "state": str(stage.state),
        "team": stage.team.unit.code if stage.team else None,
        **{name: moment(getattr(stage, name)) for name in ("opened", "due", "done")},
    }


def parcel_out(parcel: Shipment) -> dict[str, Any]:
    """A parcel with what is in it and what its carrier says."""
    return {
        "id": parcel.public_id,
        "carrier": parcel.carrier,
        "tracking": parcel.tracking,
        "state": str(parcel.state),
        "void": parcel.void,
        **{name: moment(getattr(parcel, name)) for name in ("made", "handed", "delivered")},
        "lines": [{"sku": one.line.product.sku, "quantity": one.quantity} for one in parcel.lines.all()],
        "events": [
            {
                "number": one.given,
                "code": one.code,
                "place": one.place,
                "occurred": moment(one.occurred),
                "told": moment(one.told),
            }
            for one in parcel.events.all()
        ],
    }


def _payment(row: Payment) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "kind": str(row.kind),
        "method": row.method,
        "amount_minor": row.amount_minor,
        "reference": row.reference,
        "made": moment(row.made),
    }


def _trouble(row: Trouble, stages: dict[int, str]) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "kind": row.kind,
        "stage": stages.get(row.stage_id or 0, ""),
        "note": row.note,
        "opened": moment(row.opened),
        "settled": moment(row.settled),
        "how": row.how,
    }


def whole(actor: Actor, public_id: str) -> dict[str, Any]:
    """A visible order with its whole way, read anew. Raises `NotFound`."""
    order = get_way(actor, public_id)
    stages = {one.id: one.code for one in order.stages.all()}
    dates = ("ship_by", "paid", "shipped", "received", "cancelled")
    return {
        **_out(order),
        **{name: moment(getattr(order, name)) for name in dates},
        "seller": order.seller.customer.public_id if order.seller else None,
        "paid_minor": order.paid_minor,
        "why": order.why,
        "ship_to": dict(order.ship_to) if actor.may("people.contacts") else None,
        "stages": [_stage(one) for one in order.stages.all()],
        "parcels": [parcel_out(one) for one in order.shipments.all()],
        "payments": [_payment(one) for one in order.payments.all()],
        "troubles": [_trouble(one, stages) for one in order.troubles.all()],
    }


@router.get("", response={200: OrdersOut, READ: Problem}, summary="Newest orders")
def list_orders(
    request: HttpRequest,
    after: Cursor = "",
    limit: Limit = PAGE,
    customer: str = "",
    state: Literal["", "placed", "paid", "shipped", "received", "cancelled"] = "",
    stage: str = "",
    number: str = "",
) -> Any:
    """Visible orders, newest first; `customer` (their id), `state`, `stage` (the open one's code) and `number` narrow."""
    actor = actor_of(request)
    actor.require(VIEW)
    found = queries.list_orders(actor)
    narrow = {
        "record__customer__public_id": customer and people.code_now(customer),
        "state": state,
        "stage": stage[:30],
        "number": number,
    }
    found = found.filter(**{path: value for path, value in narrow.items() if value})
    shown = keyset.cut(found, "placed", after, size=limit)
    return {"items": [_out(order) for order in shown.rows], "next": shown.next_cursor}


@router.get("/{public_id}", response={200: OrderWithWay, READ: Problem}, summary="One order")
def get_order(request: HttpRequest, public_id: str) -> Any:
    """With its whole way: stages, parcels and what carriers say of them, payments, troubles."""
    actor = actor_of(request)
    actor.require(VIEW)
    return whole(actor, public_id)


@router.post("", response={201: OrderWithWay, WRITE: Problem}, summary="Place an order")
def place_order(request: HttpRequest, body: NewOrderIn, idempotency_key: IdempotencyKey = "") -> Status[Any]:
    """Of one seller; its goods are promised to it from now on. 409 for what is sold out or not on sale any more."""
    actor = actor_of(request)
    actor.require(VIEW)
    actor.require(ORDERS)

    def effect() -> tuple[int, dict[str, Any]]:
        new = NewOrder(
            lines=[NewLine(one.product, one.quantity) for one in body.lines],
            intake=body.intake,
            ship_to=body.ship_to.dict(),
            paid=body.paid,
            method=body.method,
            number=body.number.strip(),
        )
        record = deposit_record(actor, body.customer)
        order = actions.place_order(actor=actor, now=clock.now(), record_id=record, order=new)
        return 201, whole(actor, order.public_id)

    return once(request, idempotency_key, body.dict(), effect)
