"""Goods on their way back: asked for, agreed, sent, arrived, looked at, refunded once. Each step one action under a lock.

Money comes from where it is: what the buyer paid, while the seller has not got it; else the seller's deposit, then the
protection fund, then us (`actions.ledger.pay`). Either way the order says so by a payment of its own.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from guanxi.core import events
from guanxi.core.access import Actor, Kind, system
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Denied, Invalid, NotFound
from guanxi.core.events import Event
from guanxi.core.files import NO_FILES, Given
from guanxi.core.files.actions import attach
from guanxi.core.money import Money
from guanxi.trade import events as happened
from guanxi.trade.actions import enrolling, frame, ledger, payments
from guanxi.trade.models import Order, OrderLine, Payment, Return
from guanxi.trade.queries import protection as reads
from guanxi.trade.rules import protection
from guanxi.trade.rules import returning as rules

RIGHT = "trade.protect"
CLOCK = system("returns")
State = Return.State
WORDS_CHARS_MAX = 2_000
COUNTED = (*rules.OPEN, State.REFUNDED)


@action
def ask_return(
    *,
    actor: Actor,
    now: datetime,
    order: str,
    place: int,
    quantity: int,
    reason: str,
    words: str = "",
    repair: bool = False,
) -> Return:
    """The buyer wants to send back so many of the order's line at `place` (1, 2, 3), to be refunded or repaired.

    Under a running promise it is agreed at once, else the shop answers. Staff with `trade.protect` may ask for them, also
    with the reason `ruling`: then a case pays. Raises `NotFound`, `Denied`, `Invalid` on "reason", "quantity", "line",
    `Conflict`: nothing received yet (`not_now`).
    """
    row = _order(actor, order)
    if _side(actor, row) not in ("buyer", "house"):
        raise Denied(code="denied")
    ruled = reason == rules.RULING and _side(actor, row) == "house"
    if reason not in rules.REASONS and not ruled:
        raise Invalid(fields={"reason": _("Choose one of these.")}, code="invalid")
    if row.received is None:
        raise Conflict(_("Nothing of this order has arrived yet."), code="not_now")
    line, before = _line(row, place, quantity)
    wanted = rules.FAULT if repair else reason
    promise = rules.scheme_for(line.terms, wanted, reads.times_of(row), now)
    if reason == rules.NO_REASON and promise is None:
        raise Invalid(
            fields={"reason": _("Without a reason nothing can go back here, or its time is over.")},
            code="window",
        )
    if repair and promise is None:
        raise Invalid(
            fields={"reason": _("No repair is promised for this, or its time is over.")}, code="window"
        )
    price = rules.price_of(line.amount_minor, line.quantity, before=before, count=quantity)
    found = Return(
        order=row,
        line=line,
        quantity=quantity,
        scheme=promise.scheme if promise else "",
        reason=reason,
        repair=repair,
        words=words.strip()[:WORDS_CHARS_MAX],
        amount_minor=0 if ruled else price,
        currency=row.currency,
        asked=now,
    )
    agreed = promise is not None or ruled
    found.state = State.AGREED if agreed else State.ASKED
    found.due = rules.due_in(found.state, now)
    told = [_event("asked", actor, now, found)]
    if agreed:
        told.append(_event("agreed", CLOCK, now, found))
    events.record(*told, with_rows=[found])
    return found


def _order(actor: Actor, public_id: str) -> Order:
    seen = Order.objects.visible_to(actor).filter(public_id=public_id).values_list("id", flat=True).first()
    if seen is None:
        raise NotFound
    found: Order = (
        Order.objects.select_for_update(of=("self",)).select_related("record", "seller").get(id=seen)
    )
    return found


def _side(actor: Actor, order: Order) -> str:
    """ "buyer", "seller", or "house" for staff and machines with `trade.protect` for the buyer's unit. Raises `Denied`."""
    if actor.kind is Kind.CUSTOMER:
        mine = frame.sides_of(actor, order)
        return next(iter(sorted(mine)), "")
    if actor.kind is Kind.SYSTEM:
        return "house"
    actor.require(RIGHT)
    unit = order.record.unit_id
    if not actor.reach(RIGHT).everything and (unit is None or not actor.may_at(RIGHT, unit)):
        raise Denied(code="denied")
    return "house"


def _line(order: Order, place: int, quantity: int) -> tuple[OrderLine, int]:
    """The line, and how many pieces of it go or went back already."""
    lines = list(order.lines.order_by("id"))
    if not 1 <= place <= len(lines):
        raise Invalid(fields={"line": _("There is no such line in this order.")}, code="invalid")
    line = lines[place - 1]
    counts = list(Return.objects.filter(line=line, state__in=COUNTED).values_list("quantity", flat=True))
    left = rules.left_of(line.quantity, counts)
    if not 1 <= quantity <= left:
        raise Invalid(
            fields={"quantity": _("At most %(left)s of these can go back.") % {"left": left}}, code="quantity"
        )
    return line, sum(counts)


# -- the shop's answer, and the way back -----------------------------------------------------------------------


@action
def agree(*, actor: Actor, now: datetime, public_id: str) -> Return:
    """The shop, or staff, lets it come back. Raises `NotFound`, `Denied`, `Conflict`."""
    row = _locked(actor, public_id, "seller", "house")
    return _move(row, "agree", "agreed", actor, now)


@action
def refuse(*, actor: Actor, now: datetime, public_id: str, words: str) -> Return:
    """The shop, or staff, does not want it back and says why. The buyer may complain. Raises `Invalid` on "words"."""
    row = _locked(actor, public_id, "seller", "house")
    row.found = _needed(words)
    row.ended = now
    return _move(row, "refuse", "refused", actor, now, words=row.found)


@action
def withdraw(*, actor: Actor, now: datetime, public_id: str) -> Return:
    """The buyer keeps it after all, before it was sent."""
    row = _locked(actor, public_id, "buyer", "house")
    row.ended = now
    return _move(row, "withdraw", "lapsed", actor, now)


@action
def send_back(*, actor: Actor, now: datetime, public_id: str, carrier: str, tracking: str) -> Return:
    """The buyer has handed it to a carrier. Raises `Invalid` on "carrier", "tracking"."""
    row = _locked(actor, public_id, "buyer", "house")
    number = "".join(tracking.split()).upper()[:60]
    faults = {}
    if not carrier.strip():
        faults["carrier"] = _("Say which carrier has it.")
    if len(number) < 4:
        faults["tracking"] = _("Give the parcel's number.")
    if faults:
        raise Invalid(fields=faults, code="invalid")
    row.carrier, row.tracking, row.sent = carrier.strip()[:40], number, now
    return _move(row, "send", "sent", actor, now)


@action
def arrive(*, actor: Actor, now: datetime, public_id: str, occurred: datetime | None = None) -> Return:
    """It is back at the shop: the carrier says so, or the shop or staff do. Twice is once.

    `occurred`: when it was handed over, which begins the check's time; at most `now`.
    """
    row = _locked(actor, public_id, "seller", "house")
    if row.state == State.ARRIVED or row.state not in rules.OPEN:
        return row
    row.arrived = min(occurred or now, now)
    return _move(row, "arrive", "arrived", actor, now)


@action
def hear_back(
    *, actor: Actor, now: datetime, carrier: str, tracking: str, code: str, occurred: datetime
) -> Return:
    """What a carrier says of a parcel on its way back: `delivered` means that it has arrived; other words change nothing.

    Told twice it happens once. Needs `trade.protect`. Raises `NotFound` for a parcel that is no return.
    """
    number = "".join(tracking.split()).upper()
    found = Return.objects.visible_to(actor).filter(carrier__iexact=carrier.strip(), tracking=number)
    newest: Return | None = found.order_by("-asked").first()
    if newest is None:
        raise NotFound
    if code != "delivered":
        return newest
    return arrive(actor=actor, now=now, public_id=newest.public_id, occurred=occurred)


# -- the check and the money -----------------------------------------------------------------------------------


@action
def check(
    *,
    actor: Actor,
    now: datetime,
    public_id: str,
    finding: str,
    words: str = "",
    files: Given = NO_FILES,
) -> Return:
    """The shop, or staff, looks at what came back. As it was sent: refunded at once. Anything else needs words and pictures.

    Then the buyer is told, gets nothing yet, and may complain about this very return. Raises `Invalid` on "finding", "words",
    "files", `Conflict`.
    """
    row = _locked(actor, public_id, "seller", "house")
    if finding not in rules.FINDINGS:
        raise Invalid(fields={"finding": _("Choose one of these.")}, code="invalid")
    if row.state != State.ARRIVED:
        raise _not_now(row)
    row.finding = finding
    if finding == protection.AS_SENT:
        if row.repair:
            row.save(update_fields=["finding"])
            events.record(_event("checked", actor, now, row))
            return row
        return _accept(row, actor, now)
    row.found = _needed(words)
    if not files.stored and not files.claimed:
        raise Invalid(fields={"files": _("Add a picture that shows it.")}, code="files")
    subject = ("return", row.id)
    shown = attach(files, actor=actor, now=now, subject=subject, record_id=row.order.record_id)
    row.ended = now
    return _move(row, "object", "checked", actor, now, words=row.found, with_rows=shown)


@action
def repaired(*, actor: Actor, now: datetime, public_id: str, carrier: str = "", tracking: str = "") -> Return:
    """The shop has repaired it and sent it back. Raises `Conflict` for what came in to be refunded."""
    row = _locked(actor, public_id, "seller", "house")
    if not row.repair:
        raise _not_now(row)
    if carrier.strip() and tracking.strip():
        row.found = f"{carrier.strip()} {''.join(tracking.split()).upper()}"[:WORDS_CHARS_MAX]
    row.ended = now
    return _move(row, "repair", "repaired", actor, now)


def list_due(now: datetime, *, limit: int = 200) -> list[int]:
    """Keys of returns whose step has taken too long. For the clock."""
    found = Return.objects.filter(state__in=(State.ASKED, State.AGREED, State.ARRIVED), due__lt=now)
    return list(found.order_by("due", "id").values_list("id", flat=True)[:limit])


@action
def expire(*, now: datetime, return_id: int) -> Return | None:
    """A limit has passed: no answer is a yes, never sent ends it, not looked at counts as accepted. None when it did not.

    A repair that takes too long stays where it is: the promise pays, and the shop still owes the goods.
    """
    row = _locked_row(return_id)
    if row is None or row.due is None or row.due >= now:
        return None
    if row.state == State.ASKED:
        return _move(row, "agree", "agreed", CLOCK, now)
    if row.state == State.AGREED:
        row.ended = now
        return _move(row, "lapse", "lapsed", CLOCK, now)
    if row.state == State.ARRIVED and not row.repair:
        return _accept(row, CLOCK, now)
    return None


def _accept(row: Return, actor: Actor, now: datetime) -> Return:
    """It counts as sent back in order: the money goes, once."""
    row.ended = now
    line = row.line
    line.returned += row.quantity
    line.save(update_fields=["returned"])
    if row.order.rules_id is not None:  # what went back on another way does not go twice
        row.amount_minor = min(row.amount_minor, max(0, row.order.paid_minor))
    if row.amount_minor:
        _refund(row, now)
    return _move(row, "accept", "refunded", actor, now)


def _refund(row: Return, now: datetime) -> None:
    """From the buyer's own money while we have it, else by the ledger; the order's payment says so either way."""
    order, once = row.order, f"return:{row.public_id}"
    amount = Money(row.amount_minor, row.currency)
    settled = Payment.objects.filter(order=order, kind=Payment.Kind.SUPPLIER).exists()
    if order.seller_id is None or (order.rules_id is not None and not settled):
        _from_what_was_paid(order, amount, once, now)
        return
    enrolling.free_deposit(
        now=now, record=order.seller_id, amount=amount, others=[order.record_id], once=once, scheme=row.scheme
    )
    paid = ledger.pay(
        actor=CLOCK,
        now=now,
        to_record=order.record_id,
        from_record=order.seller_id,
        amount=amount,
        reference=("return", row.id),
        once=once,
    )
    _note(order, amount, once, now, method="deposit", reference=paid.entry.public_id)


def _from_what_was_paid(order: Order, amount: Money, once: str, now: datetime) -> None:
    """The house gives back, the way it came. Orders brought in from elsewhere have no way of their own."""
    if order.rules_id is None:
        _note(order, amount, once, now, method="transfer")
        return
    payments.refund_order(actor=CLOCK, now=now, order_id=order.id, amount=amount, once=once, why="return")
    order.refresh_from_db(fields=["paid_minor"])


def _note(order: Order, amount: Money, once: str, now: datetime, *, method: str, reference: str = "") -> None:
    order.paid_minor -= amount.minor
    order.save(update_fields=["paid_minor"])
    Payment.objects.create(
        order=order,
        kind=Payment.Kind.REFUND,
        method=method,
        amount_minor=-amount.minor,
        currency=amount.currency,
        once=once,
        reference=reference,
        made=now,
    )


@action
def note_case(*, order_id: int, case_id: int) -> int:
    """A complaint about the order has come in: what is refused or contested of it is settled there. How many it is about."""
    open_ = Return.objects.filter(order_id=order_id, case_id=None, state__in=(*rules.OPEN, State.REFUSED))
    return open_.update(case_id=case_id)


@action
def paid_by_case(*, case_id: int, minor: int) -> None:
    """The case that complains of an open return pays so much of it: what the return still pays becomes less."""
    mine = Return.objects.select_for_update(of=("self",)).filter(case_id=case_id, state__in=rules.OPEN)
    for row in mine.filter(amount_minor__gt=0).order_by("id"):
        part = min(minor, row.amount_minor)
        minor -= part
        row.amount_minor -= part
        row.save(update_fields=["amount_minor"])


# -- what the steps share --------------------------------------------------------------------------------------


def _locked(actor: Actor, public_id: str, *sides: str) -> Return:
    seen = Return.objects.visible_to(actor).filter(public_id=public_id).values_list("id", flat=True).first()
    row = _locked_row(seen) if seen is not None else None
    if row is None:
        raise NotFound
    if _side(actor, row.order) not in sides:
        raise Denied(code="denied")
    return row


def _locked_row(return_id: int) -> Return | None:
    """The return with its order and line, locked in this order: order, line, return."""
    where = Return.objects.filter(id=return_id).values_list("order_id", "line_id").first()
    if where is None:
        return None
    order = Order.objects.select_for_update(of=("self",)).select_related("record", "seller").get(id=where[0])
    line = OrderLine.objects.select_for_update(of=("self",)).get(id=where[1])
    row: Return = Return.objects.select_for_update(of=("self",)).get(id=return_id)
    row.order, row.line = order, line
    return row


def _needed(words: str) -> str:
    text = words.strip()[:WORDS_CHARS_MAX]
    if len(text) < 2:
        raise Invalid(fields={"words": _("Say why.")}, code="invalid")
    return text


def _not_now(row: Return) -> Conflict:
    return Conflict(
        _("This cannot be done now: the return is “%(state)s”.") % {"state": row.get_state_display()},
        code="not_now",
    )


def _move(
    row: Return,
    verb: str,
    kind: str,
    actor: Actor,
    now: datetime,
    *,
    words: str = "",
    with_rows: Sequence[models.Model] = (),
) -> Return:
    """The step, if the table has it; one event."""
    to = rules.STEPS.get((row.state, verb))
    if to is None:
        raise _not_now(row)
    row.state = State(to)
    since = row.arrived if row.state == State.ARRIVED and row.arrived else now
    row.due = rules.due_in(to, since, repair_hours=_repair_hours(row))
    row.save()
    events.record(_event(kind, actor, now, row, words), with_rows=with_rows)
    return row


def _repair_hours(row: Return) -> int:
    if not row.repair:
        return 0
    promise = next((one for one in protection.promises(row.line.terms) if one.scheme == row.scheme), None)
    return promise.hours if promise else 0


def _event(kind: str, actor: Actor, now: datetime, row: Return, words: str = "") -> Event:
    data = {
        "return": row.public_id,
        "order": row.order.number,
        "kind": kind,
        "state": str(row.state),
        "scheme": row.scheme,
        "finding": row.finding,
        "amount_minor": row.amount_minor,
        "currency": row.currency,
    }
    return Event(
        happened.RETURN_CHANGED.code,
        actor,
        now,
        ("return", row.id),
        record_id=row.order.record_id,
        data=data,
        detail={"text": words} if words else None,
    )
