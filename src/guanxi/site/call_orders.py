"""Orders that come of calls: trade and channels do not know one another, so the two meet here."""

from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from guanxi.channels.actions.sold import Sold, remember_order
from guanxi.core.access import Actor
from guanxi.core.errors import Invalid, NotFound
from guanxi.core.money import Money
from guanxi.trade.actions import frame
from guanxi.trade.models import Order


def remember(*, actor: Actor, now: datetime, code: str, order: Order) -> None:
    """The order with the call it was keyed from. Raises `Invalid` where there is no such call for this actor."""
    worth = Money(order.total_minor, order.currency)
    sold = Sold(order.id, order.number, order.record_id, worth)
    try:
        remember_order(actor=actor, now=now, call=code, sold=sold)
    except NotFound:
        raise Invalid(_("There is no such call.")) from None


def form_for(actor: Actor, customer: str, call: str) -> str:
    """Where an order is keyed from a call; "" for whoever may key none."""
    if not actor.may(frame.ORDERS):
        return ""
    return f"{reverse('order_new')}?{urlencode({'customer': customer, 'intake': 'phone', 'call': call})}"
