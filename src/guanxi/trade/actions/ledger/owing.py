"""What people owe us: settled from outside or from their deposit, or written off; and the sample's books taken away."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict
from guanxi.core.money import Money
from guanxi.trade.actions.ledger.booking import (
    NO_REFERENCE,
    Book,
    Kind,
    Movement,
    allow,
    check_amount,
    open_book,
    repeated,
    write,
)
from guanxi.trade.models import Account, Checkpoint, Entry, Payout, Posting
from guanxi.trade.rules import ledger as rules


@action
def settle_receivable(
    *,
    actor: Actor,
    now: datetime,
    record: int,
    amount: Money,
    source: Literal["outside", "deposit"],
    once: str,
) -> Entry:
    """Somebody pays what they owe, by bank or from what is free of their deposit: the fund gets its part first.

    Needs `trade.ledger.move`. Raises `Conflict` when they owe less, or less is free.
    """
    allow(actor, [record])
    check_amount(amount)
    if given := repeated(once, Entry.Kind.SETTLE, amount, NO_REFERENCE):
        return given
    book = open_book(amount.currency, [record])
    _check_owed(book, record, amount)
    if source == "outside":
        book.move(Kind.OUTSIDE, None, -amount)
    elif missing := book.draw(Kind.DEPOSIT, book.family[record], amount, {}):
        raise Conflict(
            _("Only %(free)s of this deposit is free.") % {"free": amount - missing}, code="not_free"
        )
    left = amount
    for one in book.family[record]:
        part = min(left, -book.balance(Kind.RECEIVABLE, one))
        book.move(Kind.RECEIVABLE, one, part)
        book.pay_back(one, part)
        left -= part
    movement = Movement(kind=Entry.Kind.SETTLE, record=record, amount=amount, once=once, note=source)
    return write(book, movement, actor=actor, now=now)


@action
def write_off(*, actor: Actor, now: datetime, record: int, amount: Money, once: str) -> Entry:
    """Give up what will never come: our own account bears it before the fund. Needs `trade.ledger.move`.

    Raises `Conflict` when they owe less.
    """
    allow(actor, [record])
    check_amount(amount)
    if given := repeated(once, Entry.Kind.WRITE_OFF, amount, NO_REFERENCE):
        return given
    book = open_book(amount.currency, [record], fund=False)
    _check_owed(book, record, amount)
    left = amount
    for one in book.family[record]:
        part = min(left, -book.balance(Kind.RECEIVABLE, one))
        book.move(Kind.RECEIVABLE, one, part)
        book.owe(one, -rules.write_off(part, book.dues(one)))
        left -= part
    movement = Movement(kind=Entry.Kind.WRITE_OFF, record=record, amount=amount, once=once)
    return write(book, movement, actor=actor, now=now)


def _check_owed(book: Book, record: int, amount: Money) -> None:
    owed = Money.total([-book.balance(Kind.RECEIVABLE, one) for one in book.family[record]], amount.currency)
    if amount > owed:
        raise Conflict(_("Only %(owed)s is owed.") % {"owed": owed}, code="not_owed")


@action
def remove_sample(*, actor: Actor, now: datetime, record_ids: Sequence[int]) -> int:
    """Take away the books of sample records, whole entries at a time, and those marked as sample; gives how many entries.

    The only deletion the ledger knows. Needs `site.sample`.
    """
    actor.require("site.sample")
    touching = Posting.objects.filter(account__owner_id__in=record_ids).values("entry_id")
    going = Entry.objects.filter(Q(id__in=touching) | Q(record_id__in=record_ids) | Q(sample=True))
    ids = list(going.values_list("id", flat=True))
    Checkpoint.objects.all().delete()  # they may have counted what goes; the night makes them anew
    Payout.objects.filter(entry_id__in=ids).delete()
    Posting.objects.filter(entry_id__in=ids).delete()
    Entry.objects.filter(id__in=ids).delete()
    Account.objects.filter(owner_id__in=record_ids, postings=None).delete()
    return len(ids)
