"""Deposits: paid in, reserved for an order or case, set free, taken out; sellers paid; the protection fund filled."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict
from guanxi.core.money import Money
from guanxi.trade.actions.ledger.booking import (
    NO_REFERENCE,
    Kind,
    Movement,
    allow,
    check_amount,
    held_for,
    open_book,
    repeated,
    write,
)
from guanxi.trade.models import Entry
from guanxi.trade.queries.ledger import Reference


@action
def top_up(
    *,
    actor: Actor,
    now: datetime,
    record: int,
    amount: Money,
    once: str,
    note: str = "",
    sample: bool = False,
) -> Entry:
    """Money came in from a bank for somebody's deposit.

    Needs `trade.ledger.move`. Raises `NotFound`, `Invalid`, `Conflict` for a key that moved something else.
    """
    allow(actor, [record])
    check_amount(amount)
    if given := repeated(once, Entry.Kind.TOP_UP, amount, NO_REFERENCE):
        return given
    book = open_book(amount.currency, [record], fund=False)
    book.move(Kind.OUTSIDE, None, -amount)
    book.move(Kind.DEPOSIT, record, amount)
    movement = Movement(
        kind=Entry.Kind.TOP_UP, record=record, amount=amount, once=once, note=note, sample=sample
    )
    return write(book, movement, actor=actor, now=now)


@action
def fill_fund(*, actor: Actor, now: datetime, amount: Money, once: str, sample: bool = False) -> Entry:
    """Money came in from a bank for the protection fund. Needs `trade.ledger.move` everywhere."""
    allow(actor, [None])
    check_amount(amount)
    if given := repeated(once, Entry.Kind.FILL_FUND, amount, NO_REFERENCE):
        return given
    book = open_book(amount.currency, [])
    book.move(Kind.OUTSIDE, None, -amount)
    book.move(Kind.FUND, None, amount)
    movement = Movement(kind=Entry.Kind.FILL_FUND, record=None, amount=amount, once=once, sample=sample)
    return write(book, movement, actor=actor, now=now)


@action
def pay_proceeds(
    *,
    actor: Actor,
    now: datetime,
    record: int,
    amount: Money,
    reference: Reference,
    once: str,
    sample: bool = False,
) -> Entry:
    """What buyers paid us for a seller's goods goes on to the seller: it becomes payable and is sent to their bank.

    Needs `trade.ledger.move`. Raises `NotFound`, `Invalid`, `Conflict` for a key that moved something else.
    """
    allow(actor, [record])
    check_amount(amount)
    if given := repeated(once, Entry.Kind.PROCEEDS, amount, reference):
        return given
    book = open_book(amount.currency, [record], fund=False)
    book.move(Kind.OUTSIDE, None, -amount)  # the buyers' money: it came to our bank by the order's payments
    book.move(Kind.PAYABLE, record, amount)
    movement = Movement(
        kind=Entry.Kind.PROCEEDS,
        record=record,
        amount=amount,
        reference=reference,
        once=once,
        sample=sample,
        pay_to=record,
    )
    return write(book, movement, actor=actor, now=now)


@action
def withdraw_deposit(*, actor: Actor, now: datetime, record: int, amount: Money, once: str) -> Entry:
    """Give back of a deposit what is free and not needed for what its owner owes or may come to owe; it is paid out.

    Needs `trade.ledger.move`. Raises `Conflict` when it asks for more.
    """
    allow(actor, [record])
    check_amount(amount)
    if given := repeated(once, Entry.Kind.WITHDRAW, amount, NO_REFERENCE):
        return given
    book = open_book(amount.currency, [record], fund=False)
    mine = book.family[record]
    free = Money.total([book.balance(Kind.DEPOSIT, one) for one in mine], amount.currency)
    owed = [book.balance(kind, one) for one in mine for kind in (Kind.RECEIVABLE, Kind.CLAIM)]
    can = free + Money.total(owed, amount.currency)  # debts stand there as negative amounts
    if amount > can:
        raise Conflict(
            _("Only %(free)s can be withdrawn: the rest is held or needed for debts.")
            % {"free": max(book.zero, can)},
            code="not_free",
        )
    book.draw(Kind.DEPOSIT, mine, amount, {})
    book.move(Kind.PAYABLE, record, amount)
    movement = Movement(kind=Entry.Kind.WITHDRAW, record=record, amount=amount, once=once, pay_to=record)
    return write(book, movement, actor=actor, now=now)


@action
def hold(
    *, actor: Actor, now: datetime, record: int, amount: Money, reference: Reference, once: str
) -> Entry:
    """Reserve part of a deposit for one thing: a payment or recourse for the same thing takes it first.

    Needs `trade.ledger.move`. Raises `Conflict` when less is free.
    """
    allow(actor, [record])
    check_amount(amount)
    if given := repeated(once, Entry.Kind.HOLD, amount, reference):
        return given
    book = open_book(amount.currency, [record], fund=False)
    left = amount
    for one in book.family[record]:
        part = max(book.zero, min(left, book.balance(Kind.DEPOSIT, one)))
        book.move(Kind.DEPOSIT, one, -part)
        book.move(Kind.HELD, one, part)
        left -= part
    if left:
        raise Conflict(_("Only %(free)s of this deposit is free.") % {"free": amount - left}, code="not_free")
    movement = Movement(kind=Entry.Kind.HOLD, record=record, amount=amount, once=once, reference=reference)
    return write(book, movement, actor=actor, now=now)


@action
def release(
    *, actor: Actor, now: datetime, record: int, amount: Money, reference: Reference, once: str
) -> Entry:
    """Set free what is held of a deposit for one thing (`queries.ledger.held`), or part of it.

    Needs `trade.ledger.move`. Raises `Conflict` when less is held.
    """
    allow(actor, [record])
    check_amount(amount)
    if given := repeated(once, Entry.Kind.RELEASE, amount, reference):
        return given
    book = open_book(amount.currency, [record], fund=False)
    left = amount
    for one, held in held_for(book, record, reference).items():
        part = min(left, held)
        book.move(Kind.HELD, one, -part)
        book.move(Kind.DEPOSIT, one, part)
        left -= part
    if left:
        raise Conflict(
            _("Only %(held)s of this deposit is held for it.") % {"held": amount - left}, code="not_held"
        )
    movement = Movement(kind=Entry.Kind.RELEASE, record=record, amount=amount, once=once, reference=reference)
    return write(book, movement, actor=actor, now=now)
