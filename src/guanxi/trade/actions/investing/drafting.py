"""Writing down what a client wants bought or sold."""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Invalid, NotFound
from guanxi.core.money import Money
from guanxi.people.models import Record
from guanxi.trade import events as happened
from guanxi.trade.actions.held.allowing import INVEST, allow
from guanxi.trade.actions.investing.moving import happening
from guanxi.trade.models import Holding, InvestmentOrder, Product
from guanxi.trade.rules import investments
from guanxi.trade.rules.holdings import KINDS, UNITS_BELOW
from guanxi.trade.rules.investments import OPEN, SIDES, Trading

CHANNELS = ("phone", "branch", "web", "chat", "email")
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class NewInvestment:
    """Either `amount`, or `units` with the latest `price` of one. `holding`: what is sold, or added to (its public id)."""

    sku: str
    side: str
    amount: Money | None = None
    units: Decimal | None = None
    price: Money | None = None
    holding: str = ""
    channel: str = "phone"
    sample: bool = False

    @property
    def worth(self) -> Money | None:
        """The amount, given or reckoned."""
        if self.units is None or self.price is None:
            return self.amount
        return self.price.times(self.units, rounding=ROUND_HALF_UP)


@action
def draft_investment(*, actor: Actor, now: datetime, record_id: int, order: NewInvestment) -> InvestmentOrder:
    """Draft an order; nothing is promised before it was read back. Needs `trade.invest` at the client's branch.

    Raises `NotFound` for a client or holding that is not seen, `Denied`, `Invalid` naming the field: a product that is not
    traded by orders, an amount below its least, more sold than there is after what other open orders sell.
    """
    record = Record.objects.visible_to(actor).filter(id=record_id).first()
    if record is None:
        raise NotFound
    product, trading = traded(order.sku)
    worth = _checked(order, trading)
    holding = _holding(actor, order, record, product)
    unit_id = holding.unit_id if holding else record.unit_id
    allow(actor, INVEST, unit_id)
    if order.side == "sell":
        _enough(order, holding, worth)
    row = InvestmentOrder(
        record=record,
        product=product,
        holding=holding,
        unit_id=unit_id,
        side=order.side,
        amount_minor=worth.minor,
        currency=worth.currency,
        units=order.units,
        price_minor=order.price.minor if order.units is not None and order.price else None,
        channel=order.channel,
        drafted=now,
        drafted_by=actor.id,
        sample=order.sample,
    )
    data = {
        "sku": product.sku,
        "side": order.side,
        "amount_minor": worth.minor,
        "currency": worth.currency,
        "channel": order.channel,
    }
    events.record(happening(happened.INVESTMENT_DRAFTED, row, actor, now, data), with_rows=[row])
    return row


def traded(sku: str) -> tuple[Product, Trading]:
    """A product bought and sold by orders, and how. Raises `Invalid`."""
    product = Product.objects.filter(sku=sku).first()
    trading = investments.trading_of(product.conditions) if product else None
    kind = KINDS.get(product.holding) if product else None
    if product is None or trading is None or kind is None or not kind.ordered:
        raise Invalid(fields={"sku": _("This product is not bought or sold by orders.")})
    return product, trading


def _checked(order: NewInvestment, trading: Trading) -> Money:
    """What the order is worth. Raises `Invalid` naming the field."""
    if order.side not in SIDES:
        raise Invalid(fields={"side": _("Buy or sell.")})
    if order.channel not in CHANNELS:
        raise Invalid(fields={"channel": _("There is no such channel.")})
    if (order.units is None) == (order.amount is None):
        raise Invalid(fields={"amount": _("Either an amount or a number of units.")})
    _check_units(order)
    worth = order.worth
    if worth is None or not 0 < worth.minor < 10**15:
        raise Invalid(fields={"amount": _("An amount above nought.")})
    if order.side == "buy" and worth.minor < trading.least_minor:
        least = Money(trading.least_minor, worth.currency)
        raise Invalid(fields={"amount": _("At least %(least)s.") % {"least": least}})
    return worth


def _check_units(order: NewInvestment) -> None:
    if order.units is None:
        return
    if not 0 < order.units < UNITS_BELOW or order.units != round(order.units, 6):
        raise Invalid(fields={"units": _("A number above nought, with at most six decimals.")})
    if order.price is None or order.price.minor <= 0:
        raise Invalid(fields={"price": _("The latest price of one unit is needed.")})


def _holding(actor: Actor, order: NewInvestment, record: Record, product: Product) -> Holding | None:
    """What is sold or added to, locked: two orders must not sell the same units."""
    if not order.holding:
        if order.side == "sell":
            raise Invalid(fields={"holding": _("Which holding is to be sold?")})
        return None
    seen = Holding.objects.visible_to(actor).filter(
        public_id=order.holding, record__customer_id=record.customer_id
    )
    if not seen.exists():
        raise NotFound
    holding: Holding = Holding.objects.select_for_update(of=("self",), no_key=True).get(
        public_id=order.holding
    )
    worth = order.worth
    if (
        holding.product_id != product.id
        or holding.state != Holding.State.OPEN
        or (worth is not None and holding.currency != worth.currency)
    ):
        raise Invalid(fields={"holding": _("This holding is of another product or currency, or closed.")})
    return holding


def _enough(order: NewInvestment, holding: Holding | None, worth: Money) -> None:
    """What is there less what open orders sell already. Raises `Invalid`."""
    if holding is None:  # pragma: no cover  refused before
        return
    selling = InvestmentOrder.objects.filter(holding=holding, side="sell", state__in=OPEN)
    if order.units is not None:
        there = Decimal(str(holding.terms.get("units", "0")))
        taken = selling.aggregate(sum=Sum("units"))["sum"] or NOTHING
        if order.units > there - taken:
            raise Invalid(fields={"units": _("There are not so many units to sell.")})
        return
    taken_minor = selling.aggregate(sum=Sum("amount_minor"))["sum"] or 0
    if worth.minor > (holding.balance_minor or 0) - taken_minor:
        raise Invalid(fields={"amount": _("There is not so much to sell.")})
