"""What staff do on the page of an order: each form is one action, and acts once."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guanxi.core import clock, fields
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.http import Request, act_once, form_key
from guanxi.core.money import Money
from guanxi.trade import actions
from guanxi.trade.actions import Heard
from guanxi.trade.actions.verifying import verify
from guanxi.trade.models import Order
from guanxi.trade.pages import findings, way
from guanxi.trade.pages.way_words import DONE, METHODS, WHY
from guanxi.trade.queries.way import get_way, of_order

Act = Callable[[Request, Order, dict[str, Any]], object]


@require_POST
def order_do(request: Request, public_id: str, verb: str) -> HttpResponse:
    """Take a step of an order; refused, the page comes back with what was sent and why."""
    request.actor.require("trade.view")
    row = get_way(request.actor, public_id)
    act = ACTS.get(verb)
    if act is None:
        raise NotFound

    def effect() -> str:
        act(request, row, {"actor": request.actor, "now": clock.now()})
        return reverse("order", args=[row.public_id])

    try:
        response = act_once(request, effect=effect)
    except (Invalid, Conflict) as error:
        faults = {**error.fields} or {"": str(error.detail or error.title)}
        return way.show(request, get_way(request.actor, public_id), verb=verb, errors=faults)
    messages.success(request, str(DONE[verb]))
    return response


def _once(request: Request) -> str:
    """The form's own key, so that what `act_once` lets through twice still moves money once."""
    return f"form:{request.actor.id}:{request.POST.get('key', '')[:60] or form_key()}"


def _amount(request: Request, row: Order) -> Money:
    given = {**request.POST.dict(), "amount_currency": row.currency}
    amount = fields.read_money(given, "amount")
    if amount is None:
        raise Invalid(fields={"amount": _("Say how much.")})
    return amount


def _pay(request: Request, row: Order, who: dict[str, Any]) -> object:
    method = request.POST.get("method", "")
    return actions.pay_order(
        **who, order_id=row.id, amount=_amount(request, row), once=_once(request),
        method=method if method in METHODS else "transfer", reference=request.POST.get("reference", "")[:80],
    )  # fmt: skip


def _refund(request: Request, row: Order, who: dict[str, Any]) -> object:
    amount = _amount(request, row)
    return actions.refund_order(**who, order_id=row.id, amount=amount, once=_once(request), why="by_hand")


def _finish(request: Request, row: Order, who: dict[str, Any]) -> object:
    return actions.finish_stage(**who, order_id=row.id, stage=request.POST.get("stage", "")[:40])


def _ship(request: Request, row: Order, who: dict[str, Any]) -> object:
    return actions.ship(
        **who,
        order_id=row.id,
        carrier=request.POST.get("carrier", "")[:40],
        tracking=request.POST.get("tracking", "")[:80],
        lines=_parts(request),
        handed=request.POST.get("packed") != "1",
    )


def _parts(request: Request) -> dict[int, int] | None:
    """How many of which line, from fields `line-ID`; None where none was filled in."""
    found: dict[int, int] = {}
    for name in request.POST:
        line = name.removeprefix("line-")
        if line == name or not line.isdecimal():
            continue
        number = fields.read_number(request.POST, name)
        if number:
            found[int(line)] = int(number)
    return found or None


def _hand_over(request: Request, row: Order, who: dict[str, Any]) -> object:
    code = request.POST.get("parcel", "")
    parcel = next((one for one in row.shipments.all() if one.public_id == code), None)
    if parcel is None:
        raise NotFound
    return actions.hand_over(**who, parcel_id=parcel.id)


def _hear(request: Request, row: Order, who: dict[str, Any]) -> object:
    code = request.POST.get("parcel", "")
    parcel = next((one for one in row.shipments.all() if one.public_id == code), None)
    if parcel is None:
        raise Invalid(fields={"parcel": _("Choose a parcel.")})
    occurred: datetime = fields.read_moment(request.POST, "occurred") or who["now"]
    heard = Heard(
        request.POST.get("code", "")[:20], _once(request)[-80:], occurred, request.POST.get("place", "")[:80]
    )
    return actions.hear_carrier(**who, carrier=parcel.carrier, tracking=parcel.tracking, heard=[heard])


def _receive(request: Request, row: Order, who: dict[str, Any]) -> object:
    return actions.confirm_receipt(**who, order_id=row.id)


def _settle(request: Request, row: Order, who: dict[str, Any]) -> object:
    paid = actions.settle_order(**who, order_id=row.id)
    if paid is None:
        raise Conflict(_("Something about this order is still open: the seller waits."), code="held")
    return paid


def _stop(request: Request, row: Order, who: dict[str, Any]) -> object:
    kind, note = request.POST.get("kind", "")[:30], request.POST.get("note", "")[:500]
    return actions.stop_stage(**who, order_id=row.id, kind=kind, note=note)


def _settle_trouble(request: Request, row: Order, who: dict[str, Any]) -> object:
    trouble = of_order(row, request.POST.get("trouble", ""))
    how = request.POST.get("how", "")[:30]
    until = fields.read_moment(request.POST, "until")
    return actions.settle_trouble(**who, trouble_id=trouble.id, how=how, parts=_parts(request), until=until)


def _verify(request: Request, row: Order, who: dict[str, Any]) -> object:
    line, finding = findings.read(request, row)
    return verify(**who, finding=finding, once=_once(request), line_id=line)


def _cancel(request: Request, row: Order, who: dict[str, Any]) -> object:
    why = request.POST.get("why", "")
    return actions.cancel_order(**who, order_id=row.id, why=why if why in WHY else "changed_mind")


ACTS: Mapping[str, Act] = {
    "pay": _pay,
    "refund": _refund,
    "finish": _finish,
    "ship": _ship,
    "hand-over": _hand_over,
    "hear": _hear,
    "receive": _receive,
    "settle": _settle,
    "stop": _stop,
    "settle-trouble": _settle_trouble,
    "cancel": _cancel,
    "verify": _verify,
}
