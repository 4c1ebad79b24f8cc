"""What becomes of a confirmed order: placed, executed, cancelled, or too late."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid
from guanxi.core.events import Event
from guanxi.core.money import Money
from guanxi.trade import events as happened
from guanxi.trade.actions.investing.moving import State, happening, in_time, locked, step
from guanxi.trade.actions.investing.reading import make_late
from guanxi.trade.models import Balance, Holding, InvestmentOrder
from guanxi.trade.queries.holdings import today
from guanxi.trade.rules.holdings import KINDS, UNITS_BELOW, plain

CANCELLED_WHY = ("client", "duplicate", "house", "not_reached")


@dataclass(frozen=True, slots=True)
class Filled:
    """What the market made of an order: units, their whole price, our fee. `number`: of the holding a first purchase opens."""

    units: Decimal
    amount: Money
    fee_minor: int = 0
    number: str = ""


@action
def place_investment(*, actor: Actor, now: datetime, public_id: str) -> InvestmentOrder:
    """Send a confirmed order to be carried out; twice is once. Past its cut-off it becomes too late instead: look at `state`.

    Needs `trade.invest`. Raises `Conflict` before it is confirmed.
    """
    order = locked(actor, public_id)
    if order.state in (State.PLACED, State.EXECUTED):
        return order
    state = step(order, "place", actor, in_time=in_time(order, now))
    if state == State.TOO_LATE:
        return make_late(order, actor, now, state)
    order.state, order.placed, order.placed_by = State(state), now, actor.id
    order.save(update_fields=["state", "placed", "placed_by"])
    events.record(happening(happened.INVESTMENT_PLACED, order, actor, now))
    return order


@action
def cancel_investment(*, actor: Actor, now: datetime, public_id: str, why: str = "client") -> InvestmentOrder:
    """Cancel; twice is once. A placed order only until its cut-off. Needs `trade.invest`. Raises `Conflict`, `Invalid`."""
    order = locked(actor, public_id)
    if order.state == State.CANCELLED:
        return order
    if why not in CANCELLED_WHY:
        raise Invalid(fields={"why": _("There is no such reason.")})
    order.state = State(step(order, "cancel", actor, in_time=in_time(order, now)))
    order.ended, order.why = now, why
    order.save(update_fields=["state", "ended", "why"])
    events.record(happening(happened.INVESTMENT_CANCELLED, order, actor, now, {"why": why}))
    return order


@action
def lapse_investment(*, actor: Actor, now: datetime, public_id: str) -> InvestmentOrder:
    """The cut-off passed: an order read back or confirmed but not placed is too late. Any other is left alone."""
    order = locked(actor, public_id)
    if order.state not in (State.READ_BACK, State.CONFIRMED) or in_time(order, now):
        return order
    return make_late(order, actor, now, step(order, "lapse", actor, in_time=False))


@action
def execute_investment(*, actor: Actor, now: datetime, public_id: str, filled: Filled) -> InvestmentOrder:
    """Write down what was bought or sold: the holding gets or loses its units, and its balance of the trading day.

    The same report twice changes nothing; another one for an executed order, or one for a cancelled order, is a `Conflict`. A
    first purchase opens the holding. Needs `trade.invest`. Raises `Invalid` naming the field.
    """
    order = locked(actor, public_id)
    _check(order, filled)
    if order.state == State.EXECUTED:
        if (order.executed_units, order.executed_minor) == (filled.units, filled.amount.minor):
            return order
        raise Conflict(_("Another execution of this order is written down already."), code="executed")
    order.state = State(step(order, "execute", actor))
    day = order.trades or today(now)
    holding, fresh = _holding(order, filled, day)
    units = _units_after(order, holding, filled)
    order.executed, order.ended, order.holding = now, now, holding
    order.executed_units, order.executed_minor, order.fee_minor = (
        filled.units,
        filled.amount.minor,
        filled.fee_minor,
    )
    rows: list[models.Model] = [holding] if fresh else []
    happenings: list[Event] = [_opened(order, holding, actor, now)] if fresh else []
    balance = _settled(order, holding, units, filled, now, fresh)
    data = {
        "units": plain(filled.units),
        "amount_minor": filled.amount.minor,
        "currency": filled.amount.currency,
        "holding": holding.public_id,
    }
    happenings.append(happening(happened.INVESTMENT_EXECUTED, order, actor, now, data))
    events.record(*happenings, with_rows=[*rows, *balance])
    order.save()
    return order


def _check(order: InvestmentOrder, filled: Filled) -> None:
    wrong = {}
    if not 0 < filled.units < UNITS_BELOW or filled.units != round(filled.units, 6):
        wrong["units"] = _("A number above nought, with at most six decimals.")
    if filled.amount.currency != order.currency or not 0 < filled.amount.minor < 10**15:
        wrong["amount"] = _("An amount above nought, in the order's currency.")
    if not 0 <= filled.fee_minor <= filled.amount.minor:
        wrong["fee"] = _("Between nought and the amount.")
    if wrong:
        raise Invalid(fields=wrong)


def _holding(order: InvestmentOrder, filled: Filled, day: date) -> tuple[Holding, bool]:
    """The order's holding, locked, or the one its first purchase opens."""
    if order.holding_id is not None:
        held: Holding = Holding.objects.select_for_update(of=("self",), no_key=True).get(id=order.holding_id)
        if held.state == Holding.State.OPEN:
            return held, False
        raise Conflict(_("This holding is closed."), code="closed")
    number = "".join(filled.number.split()).upper() or order.public_id
    if Holding.objects.filter(number=number).exists():
        raise Conflict(_("This number belongs to another holding."), code="number_taken")
    row = Holding(
        record_id=order.record_id,
        product=order.product,
        kind=order.product.holding,
        number=number[:40],
        currency=order.currency,
        terms=_first_terms(order),
        unit_id=order.unit_id,
        opened=day,
        sample=order.sample,
    )
    return row, True


def _first_terms(order: InvestmentOrder) -> dict[str, object]:
    risk = order.product.conditions.get("risk")
    asked = KINDS[order.product.holding].term("risk") is not None
    return {"risk": risk} if risk and asked else {}


def _units_after(order: InvestmentOrder, holding: Holding, filled: Filled) -> Decimal:
    there = Decimal(str(holding.terms.get("units", "0")))
    after = there + filled.units if order.side == InvestmentOrder.Side.BUY else there - filled.units
    if not 0 <= after < UNITS_BELOW:
        raise Invalid(fields={"units": _("There are not so many units to sell.")})
    return after


def _settled(
    order: InvestmentOrder, holding: Holding, units: Decimal, filled: Filled, now: datetime, fresh: bool
) -> list[models.Model]:
    """Put units, cost and worth onto the holding; gives the balance where the day has none yet."""
    there = Decimal(str(holding.terms.get("units", "0")))
    cost = int(holding.terms.get("cost", 0))
    if order.side == InvestmentOrder.Side.BUY:
        cost += filled.amount.minor + filled.fee_minor
    elif there:
        cost = Money(cost, order.currency).times(units / there).minor  # what stays keeps its own cost
    holding.terms = {**holding.terms, "units": plain(units), "cost": cost}
    worth = filled.amount.times(units / filled.units).minor
    day = order.trades or today(now)
    if holding.balance_on is None or day >= holding.balance_on:
        holding.balance_minor, holding.balance_on = worth, day
    if not fresh:
        holding.version += 1
        holding.save(update_fields=["terms", "balance_minor", "balance_on", "version"])
    known = Balance.objects.filter(holding_id=holding.id, day=day, currency=order.currency)
    if known.update(amount_minor=worth, entered=now):
        return []
    return [Balance(holding_id=holding.id, day=day, currency=order.currency, amount_minor=worth, entered=now)]


def _opened(order: InvestmentOrder, holding: Holding, actor: Actor, now: datetime) -> Event:
    data = {
        "holding": holding.public_id,
        "kind": holding.kind,
        "sku": order.product.sku,
        "currency": holding.currency,
    }
    return Event(
        happened.HOLDING_OPENED.code,
        actor,
        now,
        ("holding", holding.id),
        record_id=order.record_id,
        unit_id=holding.unit_id,
        data=data,
    )
