"""Money that came by slip: written down, matched to its order, taken back, sent back, kept for the payer.

A clear case is matched at once; whatever leaves a doubt waits for a clerk. Every decision is an event with its reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.core import events
from guanxi.core.access import Actor, system
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.events import Event
from guanxi.core.explain import Explanation, Fact
from guanxi.core.money import Money
from guanxi.people.actions import Contact, recognise_contact
from guanxi.people.models import Record
from guanxi.trade import events as happened
from guanxi.trade.actions import ledger, payments, placing
from guanxi.trade.models import Order, Remittance
from guanxi.trade.queries import remittances as queries
from guanxi.trade.rules import remittance as rules

RIGHT = queries.RIGHT
METHOD = "remittance"
SLIP_CHARS_MAX = 40
_LENGTHS = {"slip": SLIP_CHARS_MAX, "payer": 120, "address": 300, "member": 40, "text": 500}
_MATCHER = system("remittances")
State = Remittance.State


@dataclass(frozen=True, slots=True)
class NewSlip:
    """What stands on a slip. `slip` is the post office's or bank's own number, by which it is known when it comes twice."""

    slip: str
    amount: Money
    paid_on: date
    payer: str = ""
    address: str = ""
    member: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class NewLine:
    """What a slip orders: a product's number and how many."""

    sku: str
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class Keyed:
    """A slip as an order: the lines, and whatever the slip does not say about whose it is (`customer`: their record)."""

    lines: Sequence[NewLine]
    record_id: int | None = None
    phone: str = ""
    ship_to: dict[str, str] = field(default_factory=dict)


@action
def record_slip(*, actor: Actor, now: datetime, slip: NewSlip, sample: bool = False) -> Remittance:
    """Write a slip down and match it where the case is clear. Needs `trade.remit`.

    The same slip again gives the row that is there. Raises `Invalid`, `Conflict` (`slip_differs`) for its number with
    another content.
    """
    actor.require(RIGHT)
    _check(slip)
    row = Remittance.objects.select_for_update(of=("self",)).filter(slip=slip.slip.strip()).first()
    if row is not None:
        if contents(row) != stated(slip):
            raise Conflict(_("This slip number is there already with another content."), code="slip_differs")
        return row
    row = Remittance(
        slip=slip.slip.strip(),
        payer=slip.payer,
        address=slip.address,
        member=slip.member,
        text=slip.text,
        amount_minor=slip.amount.minor,
        currency=slip.amount.currency,
        paid_on=slip.paid_on,
        made=now,
        sample=sample,
    )
    found = queries.answer(actor, row)
    row.reason = found.why.as_json()
    data: dict[str, Any] = {
        "amount_minor": row.amount_minor,
        "currency": row.currency,
        "outcome": found.outcome,
    }
    events.record(_event(happened.SLIP_RECORDED.code, actor, now, row, **data), with_rows=[row])
    if found.clear and found.best is not None:
        _use(row, found.best.due.key, found.why, actor=_MATCHER, now=now)
    return row


def _check(slip: NewSlip) -> None:
    faults: dict[str, Any] = {}
    if not slip.slip.strip():
        faults["slip"] = _("The slip's number is needed: by it a slip that comes twice is noticed.")
    for name, most in _LENGTHS.items():
        if len(getattr(slip, name)) > most:
            faults[name] = _("At most %(most)s characters fit here.") % {"most": most}
    if slip.amount.minor <= 0:
        faults["amount"] = _("It must be more than nothing.")
    if faults:
        raise Invalid(fields=faults)


def stated(slip: NewSlip) -> tuple[Any, ...]:
    """What a slip says, to be compared with `contents` of one that is there."""
    said = (slip.payer, slip.address, slip.member, slip.text)
    return (*said, slip.amount.minor, slip.amount.currency, slip.paid_on)


def contents(row: Remittance) -> tuple[Any, ...]:
    """What a slip that is there says."""
    return (row.payer, row.address, row.member, row.text, row.amount_minor, row.currency, row.paid_on)


@action
def match_slip(*, actor: Actor, now: datetime, public_id: str, order: str) -> Remittance:
    """A clerk says for which order (number or public id) a slip is. Needs `trade.remit`.

    Raises `NotFound`, `Conflict` where nothing is left of the slip, or the order waits for no money of this currency.
    """
    row = _lock(actor, public_id)
    _require_rest(row)
    try:
        wanted = queries.order_owing(actor, order)
    except NotFound:
        raise Invalid(fields={"order": _("There is no such order.")}) from None
    why = _decided(actor, row, wanted)
    _use(row, wanted.id, why, actor=actor, now=now)
    return row


def _decided(actor: Actor, row: Remittance, order: Order) -> Explanation:
    """Why: a clerk said so, and what spoke for this order."""
    said = next((one for one in queries.answer(actor, row).matches if one.due.key == order.id), None)
    facts = (Fact("remit.by_hand", {}, 0.0), *(said.facts if said else ()))
    owed = Money(order.total_minor - order.paid_minor, order.currency)
    amount = Money(row.rest_minor, row.currency)
    outcome = rules.fit(amount, owed) if amount.currency == owed.currency else "none"
    return Explanation(f"remit.{outcome}", facts, rules.RULE, "remit.object")


def _use(row: Remittance, order_id: int, why: Explanation, *, actor: Actor, now: datetime) -> None:
    """Pay the order with what is left of the slip, as far as it is owed."""
    order = Order.objects.select_for_update(of=("self",)).select_related("record").get(id=order_id)
    owed = order.total_minor - order.paid_minor
    if order.cancelled is not None or owed <= 0 or order.currency != row.currency:
        raise Conflict(_("This order does not wait for money of this currency."), code="not_owed")
    if row.order_id not in (None, order.id):
        raise Conflict(_("This slip is matched already: take that back first."), code="matched")
    part = Money(min(row.rest_minor, owed), row.currency)
    row.tries += 1
    payments.pay_order(
        actor=_MATCHER, now=now, order_id=order.id, amount=part, method=METHOD,
        once=f"slip:{row.public_id}:{row.tries}", reference=row.slip,
    )  # fmt: skip
    row.order, row.record_id, row.reason = order, order.record_id, why.as_json()
    row.used_minor += part.minor
    order.refresh_from_db()
    enough = order.paid is not None  # a little may be missing: the rules say how much is let go
    row.state = State.OVER if row.rest_minor else State.MATCHED if enough else State.SHORT
    row.settled = None if row.rest_minor else now
    row.save()
    if enough:
        Remittance.objects.filter(order=order, state=State.SHORT).update(state=State.MATCHED)
    data = {"order": order.public_id, "used_minor": part.minor, "state": str(row.state), "why": row.reason}
    events.record(_event(happened.SLIP_MATCHED.code, actor, now, row, **data))


@action
def unmatch_slip(*, actor: Actor, now: datetime, public_id: str) -> Remittance:
    """Take a match back: the money is taken out of the order again, and the slip waits. Needs `trade.remit`.

    Raises `Conflict` (`on_its_way`) once goods have left the house for it, `not_matched` where there is nothing to take back.
    """
    row = _lock(actor, public_id)
    if row.order_id is None or not row.used_minor:
        raise Conflict(_("This slip is matched to no order."), code="not_matched")
    order = Order.objects.select_for_update(of=("self",)).get(id=row.order_id)
    if order.shipments.exists() or order.received is not None:
        raise Conflict(_("Goods have left for this order: its money stays."), code="on_its_way")
    part = Money(row.used_minor, row.currency)
    payments.take_back(
        actor=_MATCHER, now=now, order_id=order.id, amount=part, once=f"slip:{row.public_id}:{row.tries}:back"
    )
    row.used_minor, row.state, row.settled = 0, State.OPEN, None
    row.order, row.reason = None, {}
    row.record = None
    row.save()
    data = {"order": order.public_id, "amount_minor": part.minor}
    events.record(_event(happened.SLIP_UNMATCHED.code, actor, now, row, record_id=order.record_id, **data))
    return row


@action
def send_back(*, actor: Actor, now: datetime, public_id: str) -> Remittance:
    """What is left of a slip goes back to its payer the way it came. Needs `trade.remit`."""
    row = _lock(actor, public_id)
    _require_rest(row)
    part = row.rest_minor
    row.back_minor += part
    row.state = State.MATCHED if row.used_minor else State.RETURNED
    row.settled = now
    row.save()
    events.record(
        _event(happened.SLIP_RETURNED.code, actor, now, row, amount_minor=part, currency=row.currency)
    )
    return row


@action
def credit_slip(*, actor: Actor, now: datetime, public_id: str, record_id: int | None = None) -> Remittance:
    """What is left of a slip is kept as its payer's deposit with us; `record_id` says whose, where the slip does not.

    Needs `trade.remit`. Raises `Invalid` where nobody is known, `NotFound` for a record the actor does not see.
    """
    row = _lock(actor, public_id)
    _require_rest(row)
    owner = row.record_id or record_id
    if owner is None:
        raise Invalid(fields={"customer": _("Say whose money it is.")})
    if not Record.objects.visible_to(actor).filter(id=owner).exists():
        raise NotFound
    part = Money(row.rest_minor, row.currency)
    once = f"slip:{row.public_id}:credit:{row.tries}"
    ledger.top_up(
        actor=_MATCHER, now=now, record=owner, amount=part, once=once, note=row.slip, sample=row.sample
    )
    row.credit_minor += part.minor
    row.record_id = owner
    row.state = State.MATCHED if row.used_minor else State.CREDITED
    row.settled = now
    row.save()
    data: dict[str, Any] = {"amount_minor": part.minor, "currency": row.currency}
    events.record(_event(happened.SLIP_CREDITED.code, actor, now, row, **data))
    return row


@action
def key_order(*, actor: Actor, now: datetime, public_id: str, keyed: Keyed) -> Remittance:
    """The slip is the order: its customer recognised or made, the order placed, and paid by the slip.

    Needs `trade.remit` and whatever placing needs. Raises `Invalid` on `lines`, or when nothing says whose it is.
    """
    row = _lock(actor, public_id)
    _require_rest(row)
    if row.order_id is not None:
        raise Conflict(_("This slip is matched already: take that back first."), code="matched")
    if not keyed.lines:
        raise Invalid(fields={"lines": _("Write at least one product number.")})
    record_id = keyed.record_id or _whose(row, keyed, actor=actor, now=now)
    sent = {"name": row.payer, "phone": keyed.phone, "address": row.address} | keyed.ship_to
    order = placing.place_order(
        actor=actor,
        now=now,
        record_id=record_id,
        order=placing.NewOrder(
            lines=[placing.NewLine(product=line.sku, quantity=line.quantity) for line in keyed.lines],
            intake=Order.Intake.REMITTANCE,
            ship_to={name: text for name, text in sent.items() if text},
        ),
    )
    amount, owed = Money(row.rest_minor, row.currency), Money(order.total_minor, order.currency)
    facts = (Fact("remit.keyed", {"number": order.number}, 0.0),)
    why = Explanation(f"remit.{rules.fit(amount, owed)}", facts, rules.RULE, "remit.object")
    _use(row, order.id, why, actor=actor, now=now)
    return row


def _whose(row: Remittance, keyed: Keyed, *, actor: Actor, now: datetime) -> int:
    contact = Contact(row.payer, phone=keyed.phone, member=row.member, address=row.address)
    who = recognise_contact(
        actor=actor, now=now, contact=contact, source=METHOD, unit_id=actor.unit_id, sample=row.sample
    )
    if who.rows:
        events.record(*who.events, with_rows=who.rows)
    return who.record_id


@action
def withdraw_slips(*, actor: Actor, now: datetime, public_ids: Sequence[str]) -> set[str]:
    """Remove slips that were written down by mistake; gives those that stay, since their money has moved.

    Needs `trade.remit`.
    """
    actor.require(RIGHT)
    rows = list(
        Remittance.objects.select_for_update(of=("self",)).filter(public_id__in=public_ids).order_by("id")
    )
    going = [row for row in rows if not row.tries and row.rest_minor == row.amount_minor]
    if going:
        events.record(*(_event(happened.SLIP_WITHDRAWN.code, actor, now, row) for row in going))
        Remittance.objects.filter(id__in=[row.id for row in going]).delete()
    return {row.public_id for row in rows} - {row.public_id for row in going}


def _lock(actor: Actor, public_id: str) -> Remittance:
    """A visible slip, locked. Raises `NotFound`."""
    actor.require(RIGHT)
    seen = queries.get_slip(actor, public_id)
    return Remittance.objects.select_for_update(of=("self",)).get(id=seen.id)


def _require_rest(row: Remittance) -> None:
    if row.rest_minor <= 0:
        raise Conflict(_("Nothing is left of this slip."), code="settled")


def _event(
    code: str, actor: Actor, now: datetime, row: Remittance, *, record_id: int | None = None, **data: Any
) -> Event:
    told = {"slip": row.public_id, **data}
    return Event(code, actor, now, ("remittance", row.id), record_id=row.record_id or record_id, data=told)
