"""Money for orders: what comes in, what goes back. Payments are never changed; what an order has is their sum."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from guanxi.core import events, rows
from guanxi.core.access import Actor, system
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid
from guanxi.core.ids import new_id
from guanxi.core.money import Money
from guanxi.trade import events as happened
from guanxi.trade.actions import frame, ledger
from guanxi.trade.actions.troubles import close_troubles, raise_trouble
from guanxi.trade.models import Payment
from guanxi.trade.rules import stages as rules

CREDIT = "credit"  # kept as the customer's deposit
WRONG = "wrong_order"  # booked to the wrong order, and taken out of it again


@action
def pay_order(
    *,
    actor: Actor,
    now: datetime,
    order_id: int,
    amount: Money,
    method: str,
    once: str,
    reference: str = "",
) -> Payment:
    """Money came in for an order. With `once` again it is the same payment. Needs `trade.orders`.

    Too little: the order stays at payment and that becomes work. Too much, or for an order that needs no more: what is too
    much goes back or into the customer's deposit, as the rules say. The buyer pays for themselves where a till is there
    (`GUANXI_TILL`). `reference` is the bank's number. Raises `NotFound`, `Denied`, `Invalid`, `Conflict`.
    """
    way = frame.lock_visible(actor, order_id)
    side = frame.require_side(actor, way.order, frame.BUYER)
    if side == frame.BUYER and settings.TILL != "book":
        raise Conflict(_("Please pay as your order says: we book it as soon as it arrives."), code="no_till")
    _check(way, amount, once)
    if given := _repeated(way, once, amount.minor):
        return given
    due = outstanding(way)
    payment = book_payment(way, now=now, minor=amount.minor, method=method, once=once, reference=reference)
    payment.save(force_insert=True)
    over = amount.minor - due
    told: list[events.Event] = []
    written: list[models.Model] = []
    if over > 0:
        _too_much(way, now=now, minor=over, payment=payment)
    if way.order.paid is not None or way.order.cancelled is not None:
        told += close_troubles(way, actor=actor, now=now, how=rules.WENT_ON, kinds=[rules.UNDERPAID])
    elif way.does == rules.PAYMENT:
        raised = raise_trouble(way, actor=actor, now=now, kind=rules.UNDERPAID)
        told += raised.events
        written += raised.rows
    frame.onward(way, actor=actor, now=now)
    data = {
        "payment": payment.public_id,
        "amount_minor": payment.amount_minor,
        "currency": payment.currency,
        "missing_minor": outstanding(way),
        "over_minor": max(0, over),
    }
    happening = frame.event(happened.ORDER_PAID.code, way, actor=actor, now=now, data=data)
    events.record(happening, *told, with_rows=written)
    return payment


@action
def refund_order(
    *, actor: Actor, now: datetime, order_id: int, amount: Money, once: str, why: str
) -> Payment:
    """Give money back for an order, the way it came. With `once` again it is the same refund. `why` is a code.

    The seller, or `trade.orders`. Raises `Conflict` (`too_much`) for more than was paid and not given back yet.
    """
    way = frame.lock_visible(actor, order_id)
    frame.require_side(actor, way.order, frame.SELLER)
    _check(way, amount, once)
    if given := _repeated(way, once, -amount.minor):
        return given
    if amount.minor > way.order.paid_minor:
        left = way.money(max(0, way.order.paid_minor))
        raise Conflict(_("Only %(left)s of what was paid is left.") % {"left": left}, code="too_much")
    back = give_back(way, now=now, minor=amount.minor, once=once)
    if back is None:
        raise RuntimeError("an amount was checked to be more than nothing")
    frame.onward(way, actor=actor, now=now)
    data = {"payment": back.public_id, "amount_minor": amount.minor, "currency": back.currency, "why": why}
    events.record(frame.event(happened.ORDER_REFUNDED.code, way, actor=actor, now=now, data=data))
    return back


def _check(way: frame.Way, amount: Money, once: str) -> None:
    frame.check_key(once)
    if amount.currency != way.order.currency:
        raise Invalid(fields={"amount": _("This order is in another currency.")}, code="currency")
    if amount.minor <= 0:
        raise Invalid(fields={"amount": _("The amount must be more than nothing.")})


def _repeated(way: frame.Way, once: str, minor: int) -> Payment | None:
    """The payment this key has made already. Raises `Conflict` if it was another one."""
    found: Payment | None = Payment.objects.filter(once=once).first()
    if found is not None and (found.order_id, found.amount_minor) != (way.order.id, minor):
        raise Conflict(_("This key has moved other money already."), code="once_reused")
    return found


def outstanding(way: frame.Way) -> int:
    """What is still to be paid, in minor units; once enough was paid nothing, whatever goes back later."""
    if way.order.cancelled is not None or way.order.paid is not None:
        return 0
    return max(0, way.order.total_minor - way.order.paid_minor)


def book_payment(
    way: frame.Way, *, now: datetime, minor: int, method: str, once: str, reference: str
) -> Payment:
    """A payment not yet written; the order knows of it. Enough: it is paid, and its dates are promised."""
    enough = minor + way.rules.terms.short_minor >= outstanding(way)
    way.order.paid_minor += minor
    if enough and way.order.cancelled is None:
        set_paid(way, now)
    return _payment(way, Payment.Kind.IN, minor, method, once, now, reference)


def set_paid(way: frame.Way, now: datetime) -> None:
    if way.order.paid is None:
        way.order.paid = now
        if way.order.promised is None:
            dates_of(way, now)


def give_back(way: frame.Way, *, now: datetime, minor: int, once: str, method: str = "") -> Payment | None:
    """Money goes back the way it came; None where there is none. Part of a greater action."""
    if minor <= 0:
        return None
    way.order.paid_minor -= minor
    payment = _payment(way, Payment.Kind.REFUND, -minor, method or _way_back(way), once, now)
    payment.save(force_insert=True)
    return payment


def _way_back(way: frame.Way) -> str:
    came = Payment.objects.filter(order=way.order, kind=Payment.Kind.IN).order_by("-made", "-id").first()
    return came.method if came else "transfer"


def _too_much(way: frame.Way, *, now: datetime, minor: int, payment: Payment) -> None:
    """More came than was due: back, or kept as the customer's deposit. Of a cancelled order it always goes back."""
    credit = way.rules.terms.overpaid == CREDIT and way.order.cancelled is None
    once = f"{payment.public_id}:over"
    give_back(way, now=now, minor=minor, once=once, method=CREDIT if credit else payment.method)
    if credit:
        ledger.top_up(
            actor=system("orders"), now=now, record=way.order.record_id, amount=way.money(minor), once=once,
            note="overpaid", sample=way.order.sample,
        )  # fmt: skip


def _payment(
    way: frame.Way, kind: Payment.Kind, minor: int, method: str, once: str, now: datetime, reference: str = ""
) -> Payment:
    return rows.new(
        Payment,
        id=new_id(),
        order_id=way.order.id,
        kind=kind,
        method=method[:20],
        amount_minor=minor,
        currency=way.order.currency,
        once=once,
        reference=reference[:80],
        made=now,
    )


def dates_of(way: frame.Way, now: datetime) -> None:
    """Promise the order's dates from now: when its goods leave, when they are in the customer's hands."""
    order, flow = way.order, way.flow
    if not any(way.is_goods(line) for line in way.lines):
        order.promised = rules.promised(now, now, promise_days=flow.promise_days, carrier_days=0)
        return
    hours = [line.listing.ship_hours for line in way.lines if line.listing is not None]
    spans = [frame.span_of(way.kind(one)) for one in way.stages]
    order.ship_by = rules.ship_by(now, spans, hours=min(hours, default=0))
    days = next((one.days for one in way.rules.carriers.values()), 0) if way.has(rules.LOGISTICS) else 0
    order.promised = rules.promised(now, order.ship_by, promise_days=flow.promise_days, carrier_days=days)


@action
def take_back(*, actor: Actor, now: datetime, order_id: int, amount: Money, once: str) -> Payment:
    """A payment was booked to the wrong order: it is taken out again, nothing goes back to anybody. With `once` again it
    is the same. Needs `trade.orders`.

    The order waits for its money once more: whatever it was at, that stops it. Raises `Conflict` (`too_much`).
    """
    way = frame.lock_visible(actor, order_id)
    frame.require_side(actor, way.order)
    _check(way, amount, once)
    if given := _repeated(way, once, -amount.minor):
        return given
    if amount.minor > way.order.paid_minor:
        raise Conflict(_("So much was never paid for this order."), code="too_much")
    back = give_back(way, now=now, minor=amount.minor, once=once, method=WRONG)
    if back is None:
        raise RuntimeError("an amount was checked to be more than nothing")
    way.order.paid = None
    raised = raise_trouble(way, actor=actor, now=now, kind=rules.UNDERPAID)
    frame.onward(way, actor=actor, now=now)
    data = {"payment": back.public_id, "amount_minor": amount.minor, "currency": back.currency, "why": WRONG}
    told = frame.event(happened.ORDER_REFUNDED.code, way, actor=actor, now=now, data=data)
    events.record(told, *raised.events, with_rows=raised.rows)
    return back
