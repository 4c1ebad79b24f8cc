"""The panel of a customer's shop: what trade knows of it, and the cases against it."""

from typing import Any

from django.utils.translation import gettext as _

from guanxi.cases.pages import abuse
from guanxi.cases.queries import sides
from guanxi.core import clock
from guanxi.core.access import Actor
from guanxi.trade.pages import shops


def panel(actor: Actor, customer_id: int) -> dict[str, Any]:
    """As `trade.pages.shops.panel`; open cases are told to whoever may see cases, signs of abuse to who handles
    them."""
    data = shops.panel(actor, customer_id)
    if data["shop"] is not None and actor.may("cases.view"):
        open_now = sides.open_against(actor, data["record_id"])
        data["facts"].append((_("Open cases against it"), f"{open_now:,}"))
    if data["shop"] is not None:
        data["signs"] = abuse.seller_signs(actor, customer_id, clock.now())
    return data
