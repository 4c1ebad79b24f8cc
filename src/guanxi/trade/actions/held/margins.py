"""What a product line earns and costs, from a day on."""

from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Invalid
from guanxi.core.events import Event
from guanxi.core.money import Money
from guanxi.trade import events as happened
from guanxi.trade.actions.held.allowing import MARGINS
from guanxi.trade.models import Margin, Product
from guanxi.trade.queries import holdings as queries

PERCENT_MOST = Decimal(100)


@action
def set_margin(
    *, actor: Actor, now: datetime, line: str, since: date, percent: Decimal, cost: Money
) -> Margin:
    """From `since` on a line's balances in the currency of `cost` earn `percent` a year; `cost` is of one holding a month.

    History stays as it is: this is one more row. What is in force already is left as it is. Needs `trade.margins`.
    Raises `Invalid` naming the field.
    """
    actor.require(MARGINS)
    if not Product.objects.filter(line=line).exists():
        raise Invalid(fields={"line": _("There is no such product line.")})
    if not -PERCENT_MOST <= percent <= PERCENT_MOST or percent != round(percent, 4):
        raise Invalid(fields={"percent": _("Percent a year, at most 100, with four decimals.")})
    if cost.minor < 0:
        raise Invalid(fields={"cost": _("This must not be below nought.")})
    known = queries.margin_on(line, cost.currency, since)
    if known is not None and (known.since, known.percent, known.cost_minor) == (since, percent, cost.minor):
        return known
    row = Margin(
        line=line,
        currency=cost.currency,
        since=since,
        percent=percent,
        cost_minor=cost.minor,
        entered=now,
        by=actor.id,
    )
    data = {
        "line": line,
        "currency": cost.currency,
        "since": since.isoformat(),
        "percent": str(percent),
        "cost_minor": cost.minor,
    }
    events.record(Event(happened.MARGIN_SET.code, actor, now, ("margin", row.id), data=data), with_rows=[row])
    return row
