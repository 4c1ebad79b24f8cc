"""What is done with an order over the API: money, stages, troubles, parcels; and what carriers report.

Every step answers with the order as it is then, and takes an `Idempotency-Key`: the same one acts once.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from pydantic import Field

from guanxi.core import clock
from guanxi.core.api import WRITE, IdempotencyKey, Problem, actor_of, aware, money_key, once
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.money import Money, MoneyError
from guanxi.trade import actions
from guanxi.trade.actions import FULFIL, ORDERS, Heard
from guanxi.trade.actions.placing import LINES_MAX, QUANTITY_MAX
from guanxi.trade.api.orders import VIEW, Method, OrderWithWay, ParcelOut, parcel_out, whole
from guanxi.trade.models import Order
from guanxi.trade.queries.way import get_way, of_order

router = Router(tags=["orders"])
carriers = Router(tags=["carriers"])
AMOUNT_MAX = 10**15
EVENTS_MAX = 100
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=30)]
Step = Callable[[Order, dict[str, Any]], object]


class OrderPaymentIn(Schema):
    """In minor units of the order's currency. `reference` is the bank's or wallet's own number."""

    amount_minor: int = Field(gt=0, le=AMOUNT_MAX)
    currency: str = Field(min_length=3, max_length=3)
    method: Method = "transfer"
    reference: str = Field(default="", max_length=80)


class RefundIn(Schema):
    """`why` is a code of your own."""

    amount_minor: int = Field(gt=0, le=AMOUNT_MAX)
    currency: str = Field(min_length=3, max_length=3)
    why: Code = "by_hand"


class StopIn(Schema):
    """`kind` is one of the troubles that the rules of the order name for its open stage."""

    kind: Code
    note: str = Field(default="", max_length=500)


class PartIn(Schema):
    """So many of a line of the order, named by its sku."""

    sku: str = Field(min_length=1, max_length=40)
    quantity: int = Field(ge=1, le=QUANTITY_MAX)


class WayOutIn(Schema):
    """`lines` narrow what is replaced or refunded (none: all that is not sent), `until` is for `waited`."""

    how: Literal["went_on", "waited", "replaced", "split", "refunded", "cancelled"]
    lines: Annotated[list[PartIn], Field(max_length=LINES_MAX)] = []
    until: datetime | None = None


class ParcelIn(Schema):
    """`lines`: what is in it (none: all that is still to be sent). `handed`: the carrier has it already."""

    carrier: str = Field(max_length=40)
    tracking: str = Field(max_length=80)
    lines: Annotated[list[PartIn], Field(max_length=LINES_MAX)] = []
    handed: bool = True


class CancelIn(Schema):
    why: Literal["changed_mind", "unpaid", "no_stock", "by_seller"] = "changed_mind"


class CarrierEventIn(Schema):
    """`number` is the carrier's own for this event: it counts once, whenever and however often it comes."""

    number: str = Field(min_length=1, max_length=80)
    code: Literal["accepted", "moving", "out", "delivered", "failed", "back"]
    occurred: datetime
    place: str = Field(default="", max_length=80)


class CarrierReportIn(Schema):
    tracking: str = Field(min_length=1, max_length=80)
    events: Annotated[list[CarrierEventIn], Field(min_length=1, max_length=EVENTS_MAX)]


def _take(
    request: HttpRequest, public_id: str, key: str, body: Any, step: Step, *, right: str, status: int = 200
) -> Status[Any]:
    """One step on a visible order, once per key; the answer is the order after it."""
    actor = actor_of(request)
    actor.require(VIEW)
    actor.require(right)

    def effect() -> tuple[int, dict[str, Any]]:
        order = get_way(actor, public_id)
        step(order, {"actor": actor, "now": clock.now()})
        return status, whole(actor, order.public_id)

    return once(request, key, body.dict() if body is not None else None, effect)


def _money(minor: int, currency: str) -> Money:
    try:
        return Money(minor, currency)
    except MoneyError as error:
        raise Invalid(fields={"currency": _("This is no currency code such as CNY or USD.")}) from error


def _moment(given: datetime, field: str) -> datetime:
    """A moment that every clock can write down."""
    found = aware(given) if 1970 < given.year < 9999 else None
    if found is None:
        raise Invalid(fields={field: _("This is no date of ours.")})
    return found


def _parts(order: Order, lines: Sequence[PartIn]) -> dict[int, int] | None:
    """{line id: quantity}; None where nothing was said. Raises `Invalid` for what the order does not hold."""
    known = {line.product.sku: line.id for line in order.lines.all()}
    found: dict[int, int] = {}
    for one in lines:
        if one.sku not in known:
            raise Invalid(fields={"lines": _("The order does not hold %(sku)s.") % {"sku": one.sku}})
        found[known[one.sku]] = found.get(known[one.sku], 0) + one.quantity
    return found or None


@router.post(
    "/{public_id}/payments", response={201: OrderWithWay, WRITE: Problem}, summary="Money came in for it"
)
def pay_order(
    request: HttpRequest, public_id: str, body: OrderPaymentIn, idempotency_key: IdempotencyKey = ""
) -> Status[Any]:
    """Too little: the order stays at payment. Too much: it goes back or into the customer's deposit, as the rules say."""

    def step(order: Order, who: dict[str, Any]) -> object:
        key = money_key(who["actor"], idempotency_key)
        return actions.pay_order(
            **who, order_id=order.id, amount=_money(body.amount_minor, body.currency), method=body.method, once=key,
            reference=body.reference,
        )  # fmt: skip

    return _take(request, public_id, idempotency_key, body, step, right=ORDERS, status=201)


@router.post("/{public_id}/refunds", response={201: OrderWithWay, WRITE: Problem}, summary="Give money back")
def refund_order(
    request: HttpRequest, public_id: str, body: RefundIn, idempotency_key: IdempotencyKey = ""
) -> Status[Any]:
    """The way it came; 409 for more than was paid and not given back yet."""

    def step(order: Order, who: dict[str, Any]) -> object:
        key, amount = money_key(who["actor"], idempotency_key), _money(body.amount_minor, body.currency)
        return actions.refund_order(**who, order_id=order.id, amount=amount, once=key, why=body.why)

    return _take(request, public_id, idempotency_key, body, step, right=ORDERS, status=201)


@router.post(
    "/{public_id}/stages/{stage}/finish", response={200: OrderWithWay, WRITE: Problem}, summary="A stage is done"
)  # fmt: skip
def finish_stage(
    request: HttpRequest, public_id: str, stage: str, idempotency_key: IdempotencyKey = ""
) -> Status[Any]:
    """Keying, procurement, picking; the other stages end by what happens. Twice is once; 409 when another is open."""

    def step(order: Order, who: dict[str, Any]) -> object:
        return actions.finish_stage(**who, order_id=order.id, stage=stage)

    return _take(request, public_id, idempotency_key, None, step, right=FULFIL)


@router.post(
    "/{public_id}/troubles", response={201: OrderWithWay, WRITE: Problem}, summary="Something stops it"
)
def stop_order(
    request: HttpRequest, public_id: str, body: StopIn, idempotency_key: IdempotencyKey = ""
) -> Status[Any]:
    """It becomes work for the team of that kind of trouble; one of this kind that is open already stays the only one."""

    def step(order: Order, who: dict[str, Any]) -> object:
        return actions.stop_stage(**who, order_id=order.id, kind=body.kind, note=body.note)

    return _take(request, public_id, idempotency_key, body, step, right=FULFIL, status=201)


@router.post(
    "/{public_id}/troubles/{trouble}/settle",
    response={200: OrderWithWay, WRITE: Problem},
    summary="Settle a trouble",
)
def settle_trouble(
    request: HttpRequest, public_id: str, trouble: str, body: WayOutIn, idempotency_key: IdempotencyKey = ""
) -> Status[Any]:
    """Take one of the ways out that its kind offers at this stage."""

    def step(order: Order, who: dict[str, Any]) -> object:
        found = of_order(order, trouble)
        until = _moment(body.until, "until") if body.until else None
        parts = _parts(order, body.lines)
        return actions.settle_trouble(**who, trouble_id=found.id, how=body.how, parts=parts, until=until)

    return _take(request, public_id, idempotency_key, body, step, right=FULFIL)


@router.post("/{public_id}/parcels", response={201: OrderWithWay, WRITE: Problem}, summary="Send a parcel")
def ship_order(
    request: HttpRequest, public_id: str, body: ParcelIn, idempotency_key: IdempotencyKey = ""
) -> Status[Any]:
    """All that is left, or some lines; an order may need several. The same carrier and number is the same parcel."""

    def step(order: Order, who: dict[str, Any]) -> object:
        return actions.ship(
            **who, order_id=order.id, carrier=body.carrier, tracking=body.tracking, lines=_parts(order, body.lines),
            handed=body.handed,
        )  # fmt: skip

    return _take(request, public_id, idempotency_key, body, step, right=FULFIL, status=201)


@router.post(
    "/{public_id}/parcels/{parcel}/hand-over",
    response={200: OrderWithWay, WRITE: Problem},
    summary="The carrier has a parcel",
)
def hand_over_parcel(
    request: HttpRequest, public_id: str, parcel: str, idempotency_key: IdempotencyKey = ""
) -> Status[Any]:
    """One that waited, packed. Twice is once."""

    def step(order: Order, who: dict[str, Any]) -> object:
        found = next((one for one in order.shipments.all() if one.public_id == parcel), None)
        if found is None:
            raise NotFound
        return actions.hand_over(**who, parcel_id=found.id)

    return _take(request, public_id, idempotency_key, None, step, right=FULFIL)


@router.post("/{public_id}/receive", response={200: OrderWithWay, WRITE: Problem}, summary="It has arrived")
def receive_order(request: HttpRequest, public_id: str, idempotency_key: IdempotencyKey = "") -> Status[Any]:
    """All that was sent is with the customer. Twice is once; 409 when nothing was sent yet."""

    def step(order: Order, who: dict[str, Any]) -> object:
        return actions.confirm_receipt(**who, order_id=order.id)

    return _take(request, public_id, idempotency_key, None, step, right=FULFIL)


@router.post(
    "/{public_id}/pay-seller", response={200: OrderWithWay, WRITE: Problem}, summary="Pay its seller"
)
def pay_seller(request: HttpRequest, public_id: str, idempotency_key: IdempotencyKey = "") -> Status[Any]:
    """Of a shop's order, once it was received. Twice is once; 409 while something about it is open."""

    def step(order: Order, who: dict[str, Any]) -> object:
        paid = actions.settle_order(**who, order_id=order.id)
        if paid is None:
            raise Conflict(_("Something about this order is still open: the seller waits."), code="held")
        return paid

    return _take(request, public_id, idempotency_key, None, step, right=ORDERS)


@router.post("/{public_id}/cancel", response={200: OrderWithWay, WRITE: Problem}, summary="Cancel it")
def cancel_order(
    request: HttpRequest, public_id: str, body: CancelIn, idempotency_key: IdempotencyKey = ""
) -> Status[Any]:
    """What was paid goes back. Twice is once; 409 once a parcel is made."""

    def step(order: Order, who: dict[str, Any]) -> object:
        return actions.cancel_order(**who, order_id=order.id, why=body.why)

    return _take(request, public_id, idempotency_key, body, step, right=ORDERS)


@carriers.post(
    "/{carrier}/events", response={200: ParcelOut, WRITE: Problem}, summary="What a carrier says of a parcel"
)
def hear_carrier(
    request: HttpRequest, carrier: str, body: CarrierReportIn, idempotency_key: IdempotencyKey = ""
) -> Status[Any]:
    """In any order and any number of times: what happened last says where the parcel is. 404 for a number of no parcel."""
    actor = actor_of(request)
    actor.require(VIEW)
    actor.require(FULFIL)

    def effect() -> tuple[int, dict[str, Any]]:
        heard = [
            Heard(one.code, one.number, _moment(one.occurred, "occurred"), one.place) for one in body.events
        ]
        parcel = actions.hear_carrier(
            actor=actor, now=clock.now(), carrier=carrier, tracking=body.tracking, heard=heard
        )
        order = get_way(actor, parcel.order.public_id)
        return 200, parcel_out(next(one for one in order.shipments.all() if one.id == parcel.id))

    return once(request, idempotency_key, body.dict(), effect)
