"""An order keyed for whoever is on the line, at the counter, or has written: by keyboard, once however often it is sent."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guanxi.core import clock
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.http import Request, act_once, form_key, page, text_of
from guanxi.people import queries as people
from guanxi.trade.actions import frame, keying, placing
from guanxi.trade.actions.placing import NewLine, NewOrder
from guanxi.trade.models import Order
from guanxi.trade.queries import remittances as records
from guanxi.trade.queries import rulesets

LINES = range(1, 6)
WAYS = (
    Order.Intake.PHONE,
    Order.Intake.EMAIL,
    Order.Intake.SMS,
    Order.Intake.REMITTANCE,
    Order.Intake.BRANCH,
)


@require_http_methods(["GET", "HEAD", "POST"])
def order_new(request: Request) -> HttpResponse:
    """`?customer=C-...`: for whom, `intake`: by what it came, `call`: of which call of ours."""
    request.actor.require(frame.ORDERS)
    if request.method != "POST":
        return _form(request, request.GET, {})
    try:
        response = act_once(request, effect=lambda: _place(request))
    except (Invalid, Conflict) as error:
        told: dict[str, Any] = dict(error.fields) if isinstance(error, Invalid) else {}
        return _form(request, request.POST, told or {"form": str(error.detail or error.title)})
    messages.success(request, _("Ordered."))
    return response


def _place(request: Request) -> str:
    try:
        record_id = records.record_of(request.actor, text_of(request, "customer", most=20))
    except NotFound:
        raise Invalid(fields={"customer": _("Say for whom.")}) from None
    order = keying.key_order(
        actor=request.actor,
        now=clock.now(),
        record_id=record_id,
        order=NewOrder(lines=_lines(request), intake=_way(request), ship_to=_ship_to(request)),
        came_of={name: text_of(request, name, most=20) for name in keying.origins()},
    )
    return reverse("order", args=[order.public_id])


def _lines(request: Request) -> list[NewLine]:
    found: dict[str, int] = {}
    for place in LINES:
        sku = text_of(request, f"product{place}", most=40) or text_of(
            request, f"product{place}_text", most=40
        )
        if not sku:
            continue
        said = text_of(request, f"quantity{place}", most=6) or "1"
        if not said.isdecimal() or not 0 < int(said) <= placing.QUANTITY_MAX:
            raise Invalid(fields={f"quantity{place}": _("Say how many, from 1 on.")})
        sku = sku.split(" · ")[0].strip().upper()
        found[sku] = found.get(sku, 0) + int(said)
    if not found:
        raise Invalid(fields={"product1": _("Say what is ordered.")})
    return [NewLine(sku, quantity) for sku, quantity in found.items()]


def _way(request: Request) -> str:
    way = text_of(request, "intake", most=20) or Order.Intake.PHONE
    if way not in _ways():
        raise Invalid(fields={"intake": _("Please choose one of those.")})
    return str(way)


def _ways() -> dict[str, str]:
    """What this house has a way for, the telephone first."""
    rules = rulesets.current()
    flows = {str(one): [rules.flow_for(str(one), seller=seller) for seller in (False, True)] for one in WAYS}
    return {str(one): str(one.label) for one in WAYS if any(flows[str(one)])}


def _ship_to(request: Request) -> dict[str, str]:
    given = {name: text_of(request, name, most=most) for name, most in placing.SHIP_TO.items()}
    return {name: text for name, text in given.items() if text}


def _form(request: Request, values: QueryDict, errors: dict[str, Any]) -> HttpResponse:
    code = values.get("customer", "")[:20]
    who = people.get_customer(request.actor, code) if code else None
    ids = [one.id for one in who.records] if who else []
    ways = _ways()
    context = {
        "values": values,
        "customer": who,
        "customer_url": reverse("customer", args=[who.public_id]) if who else "",
        "phone": values.get("phone") or (people.address_for(ids, "phone") if ids else ""),
        "lines": [
            {
                "place": place,
                "product": values.get(f"product{place}", ""),
                "text": values.get(f"product{place}_text", ""),
                "quantity": values.get(f"quantity{place}", ""),
                "error": errors.get(f"product{place}") or errors.get(f"quantity{place}", ""),
            }
            for place in LINES
        ],
        "ways": list(ways.items()),
        "came_of": [(name, values[name][:20]) for name in keying.origins() if values.get(name)],
        "errors": errors,
        "key": form_key(),
    }
    return page(request, "trade/order_new.html", context, status=422 if errors else 200)
