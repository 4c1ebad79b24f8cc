"""Payouts: sent by their adapter, confirmed, come back, sent again. Once arrived, the money leaves our books."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from guanxi.core import events, jobs
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, NotFound
from guanxi.core.events import Event
from guanxi.core.money import Money
from guanxi.trade import events as happened
from guanxi.trade.actions.ledger import adapters
from guanxi.trade.actions.ledger.booking import Kind, Movement, allow, open_book, write
from guanxi.trade.models import Entry, Payout

State = Payout.State


def send_payout(*, actor: Actor, now: datetime, public_id: str) -> Payout:
    """Hand a waiting payout to its adapter; one that does not wait is left alone. Needs `trade.ledger.move`.

    The adapter is asked outside of any transaction: a slow bank must not stop the house. After a crash in between it is
    asked again, for the same payout.
    """
    payout = Payout.objects.filter(public_id=public_id).first()
    if payout is None:
        raise NotFound
    allow(actor, [payout.record_id])
    if payout.state != State.PENDING:
        return payout
    try:
        receipt = adapters.adapter_of(payout).send(payout)
    except adapters.Refused as refused:
        return _answered(actor=actor, now=now, public_id=public_id, receipt=None, trouble=refused.trouble)
    if receipt is None:
        return payout
    return _answered(actor=actor, now=now, public_id=public_id, receipt=receipt, trouble="")


@action
def _answered(
    *, actor: Actor, now: datetime, public_id: str, receipt: adapters.Receipt | None, trouble: str
) -> Payout:
    payout = _locked(actor, public_id)
    if payout.state != State.PENDING:
        return payout
    if receipt is None:
        return _set(payout, State.FAILED, actor, now, trouble=trouble)
    if not receipt.arrived:
        return _set(payout, State.SENT, actor, now, given=receipt.given)
    return _arrived(payout, actor, now, receipt.given)


@action
def confirm_payout(*, actor: Actor, now: datetime, public_id: str, given: str = "") -> Payout:
    """Somebody has seen at the bank that the money arrived. Twice is once. Needs `trade.ledger.move`.

    Raises `Conflict` when it came back meanwhile.
    """
    payout = _locked(actor, public_id)
    if payout.state == State.CONFIRMED:
        return payout
    if payout.state == State.FAILED:
        raise Conflict(_("This payout came back: send it again first."), code="failed")
    return _arrived(payout, actor, now, given or payout.given)


@action
def fail_payout(*, actor: Actor, now: datetime, public_id: str, trouble: str = "returned") -> Payout:
    """The money came back or could not be sent: it stays payable. Needs `trade.ledger.move`.

    Raises `Conflict` when it has arrived.
    """
    payout = _locked(actor, public_id)
    if payout.state == State.FAILED:
        return payout
    if payout.state == State.CONFIRMED:
        raise Conflict(_("This payout has arrived already."), code="confirmed")
    return _set(payout, State.FAILED, actor, now, trouble=trouble)


@action
def retry_payout(*, actor: Actor, now: datetime, public_id: str) -> Payout:
    """Send once more what came back. Needs `trade.ledger.move`."""
    payout = _locked(actor, public_id)
    if payout.state == State.FAILED:
        _set(payout, State.PENDING, actor, now)
        jobs.enqueue_named(adapters.SEND, payout.public_id)
    return payout


def _locked(actor: Actor, public_id: str) -> Payout:
    payout: Payout | None = (
        Payout.objects.select_for_update(of=("self",), no_key=True).filter(public_id=public_id).first()
    )
    if payout is None:
        raise NotFound
    allow(actor, [payout.record_id])
    return payout


def _arrived(payout: Payout, actor: Actor, now: datetime, given: str) -> Payout:
    amount = Money(payout.amount_minor, payout.currency)
    book = open_book(payout.currency, [payout.record_id], fund=False)
    book.move(Kind.PAYABLE, payout.record_id, -amount)
    book.move(Kind.OUTSIDE, None, amount)
    movement = Movement(
        kind=Entry.Kind.PAID_OUT,
        record=payout.record_id,
        amount=amount,
        once=f"paid-out:{payout.public_id}",
        reference=(payout.entry.reference_kind, payout.entry.reference_id or 0),
    )
    _keep(payout, State.CONFIRMED, now, given=given)
    write(book, movement, actor=actor, now=now)
    return payout


def _set(
    payout: Payout, state: Payout.State, actor: Actor, now: datetime, *, given: str = "", trouble: str = ""
) -> Payout:
    before = str(payout.state)
    _keep(payout, state, now, given=given, trouble=trouble)
    data = {
        "payout": payout.public_id,
        "kind": str(state),
        "before": before,
        "trouble": trouble,
        "amount_minor": payout.amount_minor,
        "currency": payout.currency,
    }
    subject = ("payout", payout.id)
    events.record(
        Event(happened.PAYOUT_CHANGED.code, actor, now, subject, record_id=payout.record_id, data=data)
    )
    return payout


def _keep(payout: Payout, state: Payout.State, now: datetime, *, given: str = "", trouble: str = "") -> None:
    payout.state, payout.trouble, payout.changed = state, trouble, now
    payout.given = given[:80] or payout.given
    payout.save(update_fields=["state", "trouble", "changed", "given"])
