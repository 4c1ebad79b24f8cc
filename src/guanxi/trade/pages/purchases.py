"""Pages of purchases: one with what has come of it, and ordering from a supplier."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.core import clock, fields
from guanxi.core.access import Actor
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.http import Request, act_once, form_key, page, text_of
from guanxi.core.money import Money
from guanxi.core.phrases import pick
from guanxi.trade.actions import purchasing as actions
from guanxi.trade.models import Product, Purchase
from guanxi.trade.queries import purchases as queries
from guanxi.trade.queries import rulesets

RIGHT = queries.RIGHT
TONES = {"ordered": "tint", "arrived": "amber", "paid": "green", "cancelled": ""}
STATES = {
    "ordered": gettext_lazy("On order"),
    "arrived": gettext_lazy("Goods are here"),
    "paid": gettext_lazy("Supplier paid"),
    "cancelled": gettext_lazy("Called off"),
}
REFUSED = {
    "damaged": gettext_lazy("Damaged"),
    "wrong": gettext_lazy("Not what was ordered"),
    "quality": gettext_lazy("Below the quality agreed"),
    "expired": gettext_lazy("Too old"),
}
DONE = {
    "arrive": gettext_lazy("Taken in."),
    "close": gettext_lazy("Closed: nothing more is expected."),
    "invoice": gettext_lazy("The invoice is noted."),
    "pay": gettext_lazy("Noted: the supplier is paid."),
}


@require_safe
def purchase(request: Request, public_id: str) -> HttpResponse:
    """A purchase: what came of it, what was refused, the invoice, whether it is paid."""
    request.actor.require(RIGHT)
    return _show(request, queries.get_purchase(request.actor, public_id))


def _show(
    request: Request, row: Purchase, *, verb: str = "", errors: Mapping[str, Any] | None = None
) -> HttpResponse:
    cost = Money(row.cost_minor, row.currency)
    invoice = None if row.invoice_minor is None else Money(row.invoice_minor, row.currency)
    order = row.line.order if row.line else None
    context = {
        "purchase": row,
        "name": pick(row.product.name) or row.product.sku,
        "state": str(STATES[row.state]),
        "tone": TONES[row.state],
        "cost": cost,
        "invoice": invoice,
        "dearer": invoice is not None and invoice > cost,
        "order": order,
        "order_url": reverse("order", args=[order.public_id])
        if order and request.actor.may("trade.view")
        else "",
        "may": _may(request.actor, row),
        "reasons": [("", "–"), *((code, str(words)) for code, words in REFUSED.items())],
        "verb": verb,
        "errors": errors or {},
        "sent": request.POST if errors else {},
        "key": form_key(),
    }
    return page(request, "trade/purchase.html", context, status=422 if errors else 200)


def _may(actor: Actor, row: Purchase) -> set[str]:
    """What can be done with it now."""
    found = {"arrive", "close"} if row.state == Purchase.State.ORDERED else set()
    if row.state in (Purchase.State.ORDERED, Purchase.State.ARRIVED):
        found.add("invoice")
    if row.state == Purchase.State.ARRIVED and actor.may(actions.PAY_RIGHT):
        found.add("pay")
    return found


@require_POST
def purchase_do(request: Request, public_id: str, verb: str) -> HttpResponse:
    """Take goods in, close, note the invoice, pay."""
    request.actor.require(RIGHT)
    row = queries.get_purchase(request.actor, public_id)
    acts = _acts(request, row)
    if verb not in acts:
        raise NotFound

    def effect() -> str:
        acts[verb]()
        return reverse("purchase", args=[row.public_id])

    try:
        response = act_once(request, effect=effect)
    except (Invalid, Conflict) as error:
        return _show(request, row, verb=verb, errors=_faults(error))
    messages.success(request, str(DONE[verb]))
    return response


def _acts(request: Request, row: Purchase) -> dict[str, Callable[[], Any]]:
    asked: dict[str, Any] = {"actor": request.actor, "now": clock.now(), "public_id": row.public_id}
    return {
        "arrive": lambda: actions.take_delivery(
            **asked,
            good=_count(request, "good"),
            refused=_count(request, "refused"),
            why=text_of(request, "why", most=20),
            bin_=text_of(request, "bin", most=20).upper() or None,
        ),
        "close": lambda: actions.close_purchase(**asked),
        "invoice": lambda: actions.note_invoice(
            **asked, reference=text_of(request, "reference", most=40), amount=_amount(request, row.currency)
        ),
        "pay": lambda: actions.pay_supplier(**asked, dearer=request.POST.get("dearer") == "1"),
    }


def _faults(error: Invalid | Conflict) -> dict[str, Any]:
    return {**error.fields} or {"form": str(error.detail or error.title)}


def _count(request: Request, name: str) -> int:
    """How many pieces; none for an empty field. Raises `Invalid`."""
    found = fields.read_number(request.POST, name)
    if found is None:
        return 0
    if found != found.to_integral_value() or not 0 <= found <= actions.QUANTITY_MAX:
        raise Invalid(fields={name: _("Write a whole number of pieces.")})
    return int(found)


def _amount(request: Request, currency: str) -> Money:
    found = fields.read_money({**request.POST.dict(), "amount_currency": currency}, "amount")
    if found is None:
        raise Invalid(fields={"amount": _("Say how much.")})
    return found


# -- ordering ------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def purchase_new(request: Request) -> HttpResponse:
    """Order from a supplier for the shelf; what was bought last is filled in."""
    request.actor.require(RIGHT)
    if request.method != "POST":
        return _form(request, _known(request.actor, request.GET.get("sku", "")[:40]), {})
    try:
        response = act_once(request, effect=lambda: _order(request))
    except (Invalid, Conflict) as error:
        return _form(request, request.POST.dict(), _faults(error))
    messages.success(request, _("Ordered."))
    return response


def _known(actor: Actor, sku: str) -> dict[str, Any]:
    """What a purchase of a product will look like, as far as an earlier one tells."""
    product = queries.product_of(sku)
    if product is None:
        return {"sku": sku}
    last = queries.usual_supply([product.id]).get(product.id)
    if last is None:
        return {"sku": product.sku}
    return {
        "sku": product.sku,
        "supplier": last.supplier.code,
        "quantity": last.quantity,
        "cost": Money(last.cost_minor, last.currency).amount,
    }


def _order(request: Request) -> str:
    now = clock.now()
    supplier = text_of(request, "supplier", most=40)
    if name := text_of(request, "new_supplier", most=120):
        supplier = actions.add_supplier(actor=request.actor, now=now, code=name[:40], name=name).code
    currency = rulesets.current().currency
    cost = fields.read_money({**request.POST.dict(), "cost_currency": currency}, "cost")
    if cost is None:
        raise Invalid(fields={"cost": _("Say how much.")})
    made = actions.order_goods(
        actor=request.actor, now=now, supplier=supplier, sku=text_of(request, "sku", most=40),
        quantity=_count(request, "quantity"), cost=cost, expected=_expected(request),
    )  # fmt: skip
    return reverse("purchase", args=[made.public_id])


def _expected(request: Request) -> datetime | None:
    day = fields.read_day(request.POST, "expected")
    return datetime.combine(day, time(12), UTC) if day else None


def _form(request: Request, values: Mapping[str, Any], errors: Mapping[str, Any]) -> HttpResponse:
    product: Product | None = queries.product_of(str(values.get("sku", "")))
    context = {
        "values": values,
        "errors": errors,
        "product": pick(product.name) if product else "",
        "suppliers": [(one.code, one.name) for one in queries.list_suppliers(request.actor)],
        "currency": rulesets.current().currency,
        "key": form_key(),
    }
    return page(request, "trade/purchase_new.html", context, status=422 if errors else 200)
