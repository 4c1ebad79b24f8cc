"""The list of orders, and the orders panel other pages borrow."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanxi.core.access import Actor
from guanxi.core.money import Money
from guanxi.core.phrases import language
from guanxi.people import queries as people
from guanxi.trade import queries
from guanxi.trade.actions.frame import ORDERS
from guanxi.trade.models import Order, OrderLine
from guanxi.trade.queries import rulesets


def title_of(order: Order) -> str:
    """The first title, and how many more."""
    lines = list(order.lines.all())
    if not lines:
        return order.number
    first = product_name(lines[0])
    return first if len(lines) == 1 else _("%(title)s and %(n)s more") % {"title": first, "n": len(lines) - 1}


def product_name(line: OrderLine) -> str:
    name = line.product.name
    text = str(name.get(language()) or next(iter(name.values()), line.product.sku))
    return text if line.quantity == 1 else f"{text} × {line.quantity}"


def stage_name(order: Order) -> str:
    """What the stage it stands in is called by its rules; "" when its way is over, or of an imported order."""
    if not order.stage or order.rules_id is None:
        return ""
    kind = rulesets.rules_of(order.rules_id).stages[order.stage]
    return kind.name.get(language()) or next(iter(kind.name.values()), order.stage)


PANEL_ORDERS = 5


def role(actor: Actor, customer_id: int) -> dict[str, Any]:
    """What this customer is to trade: a buyer, once they have bought."""
    return {"label": _("Buyer")} if queries.bought(actor, customer_id).count else {}


def amount(order: Order) -> str:
    return Money(order.total_minor, order.currency).format(language())


def sum_words(bought: queries.Bought) -> str:
    return " + ".join(total.format(language()) for total in bought.sums)


def band_cell(actor: Actor, customer_id: int) -> dict[str, Any]:
    """What somebody has bought: how much, how often, since when."""
    return _bought_cell(queries.bought(actor, customer_id))


def band_cell_then(actor: Actor, customer_id: int, at: datetime) -> dict[str, Any]:
    """The same as it was at a moment."""
    return _bought_cell(queries.bought_then(actor, _records_then(actor, customer_id, at), at))


def _records_then(actor: Actor, customer_id: int, at: datetime) -> tuple[int, ...]:
    return tuple(record.id for record in people.records_then(actor, customer_id, at))


def _bought_cell(bought: queries.Bought) -> dict[str, Any]:
    if bought.first is None or bought.last is None:
        return {"value": _("none yet"), "lines": [_("What this customer buys is summed up here.")]}
    first, last = (f"{timezone.localtime(one):%Y-%m-%d}" for one in (bought.first, bought.last))
    lines = [_("%(first)s to %(last)s") % {"first": first, "last": last} if first != last else last]
    if bought.gap_days:
        lines.append(_("on average every %(n)s days") % {"n": bought.gap_days})
    note = ngettext("%(n)s order", "%(n)s orders", bought.count) % {"n": f"{bought.count:,}"}
    return {"value": sum_words(bought), "note": note, "lines": lines}


def panel(actor: Actor, customer_id: int) -> dict[str, Any]:
    """A customer's newest orders and what they come to."""
    orders = queries.customer_orders(actor, customer_id)
    shown = _orders_panel(queries.bought(actor, customer_id), orders)
    if actor.may(ORDERS):
        code = people.code_of(customer_id)
        shown["more"] = {"label": _("Key an order"), "url": f"{reverse('order_new')}?customer={code}"}
    return shown


def panel_then(actor: Actor, customer_id: int, at: datetime) -> dict[str, Any]:
    """The same as it was at a moment, each order in the state it was in."""
    records = _records_then(actor, customer_id, at)
    return _orders_panel(queries.bought_then(actor, records, at), queries.orders_then(actor, records, at))


def _orders_panel(bought: queries.Bought, orders: Sequence[Order]) -> dict[str, Any]:
    rows = [
        {
            "title": title_of(order),
            "sub": f"{timezone.localtime(order.placed):%Y-%m-%d}",
            "value": amount(order),
            "value_sub": order.get_state_display(),
            "tone": "",
            "url": reverse("order", args=[order.public_id]),
            "icon": "",
            "turn": None,
            "due": None,
        }
        for order in orders[:PANEL_ORDERS]
    ]
    meta = f"{bought.count:,} · {sum_words(bought)}" if bought.count else ""
    return {"meta": meta, "more": None, "rows": rows, "empty": _("No orders so far.")}
