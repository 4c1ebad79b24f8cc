"""Suppliers and what is bought from them, over the API. Amounts are in minor units of `currency`.

Needs `trade.fulfil`, and `trade.remit` to pay. Every step takes an `Idempotency-Key`: the same one acts once.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from pydantic import Field

from guanxi.core import clock, keyset
from guanxi.core.access import Actor
from guanxi.core.api import PAGE, READ, WRITE, Cursor, IdempotencyKey, Limit, Problem, actor_of, aware, once
from guanxi.core.errors import Invalid
from guanxi.core.money import Money, MoneyError
from guanxi.trade.actions import purchasing as actions
from guanxi.trade.api.orders import VIEW, moment
from guanxi.trade.models import Purchase, Supplier
from guanxi.trade.queries import purchases as queries
from guanxi.trade.queries.way import get_way

router = Router(tags=["purchases"])
suppliers = Router(tags=["purchases"])
RIGHT, PAY = queries.RIGHT, actions.PAY_RIGHT
AMOUNT_MAX = 10**15
DAYS_MAX = 365
State = Literal["ordered", "arrived", "paid", "cancelled"]
Refusal = Literal["", "damaged", "wrong", "quality", "expired"]
Act = Callable[[dict[str, Any]], object]


class SupplierOut(Schema):
    """`days`: how long goods usually take."""

    code: str
    name: str
    days: int


class SuppliersOut(Schema):
    items: list[SupplierOut]


class SupplierIn(Schema):
    code: str = Field(min_length=1, max_length=40)
    name: str = Field(min_length=1, max_length=120)
    days: int = Field(default=3, ge=0, le=DAYS_MAX)


class PurchaseOut(Schema):
    """Of `quantity`, `arrived_quantity` were taken in; `rejected_quantity` were refused and are still owed. `cost_minor` is
    of the whole, `invoice_minor` what the supplier asks for. `order`: the one it is for, "" for the shelf."""

    id: str
    supplier: str
    sku: str
    order: str
    place: str
    quantity: int
    arrived_quantity: int
    rejected_quantity: int
    missing: int
    cost_minor: int
    currency: str
    state: State
    reference: str
    invoice_minor: int | None
    ordered: datetime
    expected: datetime
    arrived: datetime | None
    paid: datetime | None


class PurchasesOut(Schema):
    items: list[PurchaseOut]
    next: str


class PurchaseIn(Schema):
    """`cost_minor` in all. `order`: the id of an order that waits for it (none: for the shelf). Without `expected` the
    supplier's usual days count."""

    supplier: str = Field(max_length=40)
    sku: str = Field(min_length=1, max_length=40)
    quantity: int = Field(ge=1, le=actions.QUANTITY_MAX)
    cost_minor: int = Field(ge=0, le=AMOUNT_MAX)
    currency: str = Field(min_length=3, max_length=3)
    order: str = Field(default="", max_length=20)
    expected: datetime | None = None


class DeliveryIn(Schema):
    """`good` pieces go on the shelf (into `bin`), `refused` ones back to the supplier, who still owes them."""

    good: int = Field(ge=0, le=actions.QUANTITY_MAX)
    refused: int = Field(default=0, ge=0, le=actions.QUANTITY_MAX)
    why: Refusal = ""
    bin: str = Field(default="", max_length=20)


class SupplierInvoiceIn(Schema):
    """`reference`: the invoice's number."""

    reference: str = Field(min_length=1, max_length=40)
    amount_minor: int = Field(ge=0, le=AMOUNT_MAX)
    currency: str = Field(min_length=3, max_length=3)


class SupplierPaidIn(Schema):
    """`dearer`: somebody has said that an invoice above what was agreed is right."""

    dearer: bool = False


def _purchase(row: Purchase) -> dict[str, Any]:
    plain = (
        "place", "quantity", "arrived_quantity", "rejected_quantity", "missing", "cost_minor", "currency", "state",
        "reference", "invoice_minor",
    )  # fmt: skip
    return {
        "id": row.public_id,
        "supplier": row.supplier.code,
        "sku": row.product.sku,
        "order": row.line.order.public_id if row.line else "",
        **{name: getattr(row, name) for name in plain},
        **{name: moment(getattr(row, name)) for name in ("ordered", "expected", "arrived", "paid")},
    }


def _take(
    request: HttpRequest, public_id: str, key: str, body: Any, act: Act, *, right: str = RIGHT
) -> Status[Any]:
    """One step of a purchase, once per key; the answer is the purchase after it."""
    actor = actor_of(request)
    actor.require(RIGHT)
    actor.require(right)

    def effect() -> tuple[int, dict[str, Any]]:
        act({"actor": actor, "now": clock.now(), "public_id": public_id})
        return 200, _purchase(queries.get_purchase(actor, public_id))

    return once(request, key, body, effect)


def _money(minor: int, currency: str) -> Money:
    try:
        return Money(minor, currency)
    except MoneyError as error:
        raise Invalid(fields={"currency": _("This is no currency code such as CNY or USD.")}) from error


# -- suppliers -----------------------------------------------------------------------------------------------


def _supplier(row: Supplier) -> dict[str, Any]:
    return {"code": row.code, "name": row.name, "days": row.days}


@suppliers.get("", response={200: SuppliersOut, READ: Problem}, summary="Everybody we buy from")
def list_suppliers(request: HttpRequest) -> Any:
    """By name."""
    return {"items": [_supplier(one) for one in queries.list_suppliers(actor_of(request))]}


@suppliers.post("", response={201: SupplierOut, WRITE: Problem}, summary="Add a supplier")
def add_supplier(request: HttpRequest, body: SupplierIn, idempotency_key: IdempotencyKey = "") -> Status[Any]:
    """The one with this code where there is one."""
    actor = actor_of(request)
    actor.require(RIGHT)

    def effect() -> tuple[int, dict[str, Any]]:
        return 201, _supplier(actions.add_supplier(actor=actor, now=clock.now(), **body.dict()))

    return once(request, idempotency_key, body.dict(), effect)


# -- purchases -----------------------------------------------------------------------------------------------


@router.get("", response={200: PurchasesOut, READ: Problem}, summary="Newest purchases")
def list_purchases(
    request: HttpRequest,
    after: Cursor = "",
    limit: Limit = PAGE,
    state: Literal["", "ordered", "arrived", "paid", "cancelled"] = "",
    supplier: str = "",
    sku: str = "",
) -> Any:
    """Newest first; `state` ("ordered": still expected), `supplier` (its code) and `sku` narrow."""
    actor = actor_of(request)
    actor.require(RIGHT)
    narrow = {"state": state, "supplier__code": supplier[:40], "product__sku": sku[:40]}
    found = queries.list_purchases(actor).filter(**{path: value for path, value in narrow.items() if value})
    page = keyset.cut(found.order_by("-ordered", "-id"), "ordered", after, size=limit)
    return {"items": [_purchase(one) for one in page.rows], "next": page.next_cursor}


@router.get("/{public_id}", response={200: PurchaseOut, READ: Problem}, summary="One purchase")
def get_purchase(request: HttpRequest, public_id: str) -> Any:
    """What came of it, the invoice, whether it is paid."""
    actor = actor_of(request)
    actor.require(RIGHT)
    return _purchase(queries.get_purchase(actor, public_id))


@router.post("", response={201: PurchaseOut, WRITE: Problem}, summary="Order from a supplier")
def order_goods(request: HttpRequest, body: PurchaseIn, idempotency_key: IdempotencyKey = "") -> Status[Any]:
    """For the shelf, or for an order's line (then it needs `trade.view`, too)."""
    actor = actor_of(request)
    actor.require(RIGHT)

    def effect() -> tuple[int, dict[str, Any]]:
        row = actions.order_goods(
            actor=actor, now=clock.now(), supplier=body.supplier, sku=body.sku, quantity=body.quantity,
            cost=_money(body.cost_minor, body.currency), line_id=_line(actor, body), expected=_expected(body),
        )  # fmt: skip
        return 201, _purchase(queries.get_purchase(actor, row.public_id))

    return once(request, idempotency_key, body.dict(), effect)


def _line(actor: Actor, body: PurchaseIn) -> int | None:
    """The order's line that waits for this product; None for the shelf. Raises `NotFound`, `Invalid`."""
    if not body.order:
        return None
    actor.require(VIEW)
    lines = get_way(actor, body.order).lines.all()
    found = next((one.id for one in lines if one.product.sku == body.sku.strip().upper()), None)
    if found is None:
        raise Invalid(fields={"sku": _("The order does not hold %(sku)s.") % {"sku": body.sku}})
    return found


def _expected(body: PurchaseIn) -> datetime | None:
    if body.expected is None:
        return None
    if not 1970 < body.expected.year < 9999:
        raise Invalid(fields={"expected": _("This is no date of ours.")})
    return aware(body.expected)


@router.post(
    "/{public_id}/deliveries", response={200: PurchaseOut, WRITE: Problem}, summary="Goods of a purchase came"
)
def take_delivery(
    request: HttpRequest, public_id: str, body: DeliveryIn, idempotency_key: IdempotencyKey = ""
) -> Status[Any]:
    """Orders that wait for them go on. 422 for more than is missing, 409 when nothing is expected."""

    def act(who: dict[str, Any]) -> object:
        given = body.dict(include={"good", "refused", "why"})
        return actions.take_delivery(**who, **given, bin_=body.bin.strip().upper() or None)

    return _take(request, public_id, idempotency_key, body.dict(), act)


@router.post(
    "/{public_id}/close", response={200: PurchaseOut, WRITE: Problem}, summary="The rest will not come"
)
def close_purchase(request: HttpRequest, public_id: str, idempotency_key: IdempotencyKey = "") -> Status[Any]:
    """Called off whole, or closed with what is there: what has not come is not paid for."""
    return _take(request, public_id, idempotency_key, None, lambda who: actions.close_purchase(**who))


@router.put(
    "/{public_id}/invoice", response={200: PurchaseOut, WRITE: Problem}, summary="Its invoice has come"
)
def note_invoice(
    request: HttpRequest, public_id: str, body: SupplierInvoiceIn, idempotency_key: IdempotencyKey = ""
) -> Status[Any]:
    """In the purchase's currency; 409 once it is paid or called off."""

    def act(who: dict[str, Any]) -> object:
        amount = _money(body.amount_minor, body.currency)
        return actions.note_invoice(**who, reference=body.reference, amount=amount)

    return _take(request, public_id, idempotency_key, body.dict(), act)


@router.post("/{public_id}/pay", response={200: PurchaseOut, WRITE: Problem}, summary="Its supplier is paid")
def pay_supplier(
    request: HttpRequest, public_id: str, body: SupplierPaidIn, idempotency_key: IdempotencyKey = ""
) -> Status[Any]:
    """Twice is once. 409 `not_here` before all has come, `dearer` for an invoice above what was agreed."""
    said = body.dict()
    return _take(
        request, public_id, idempotency_key, said, lambda who: actions.pay_supplier(**who, **said), right=PAY
    )
