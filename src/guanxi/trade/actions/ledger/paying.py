"""Money to customers: advanced, paid by decision, its recourse, penalties, and all of it taken back by a later decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid
from guanxi.core.money import Money
from guanxi.trade.actions.ledger.booking import (
    Book,
    Kind,
    Movement,
    allow,
    check_amount,
    draw_deposit,
    held_for,
    in_deposit,
    open_book,
    repeated,
    write,
)
from guanxi.trade.models import Entry, Posting
from guanxi.trade.queries import ledger as queries
from guanxi.trade.queries.ledger import Reference
from guanxi.trade.rules import ledger as rules
from guanxi.trade.rules.ledger import Dues

FROM_HOUSE = "from_house"  # a reversal in which the house gives, not the record


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment and who bore it: the three amounts are the whole. `receivable`: what of it the other side owes us."""

    entry: Entry
    from_deposit: Money
    from_fund: Money
    from_house: Money
    receivable: Money


@dataclass(frozen=True, slots=True)
class Recoursed:
    """What a deposit gave, and what its owner still owes."""

    entry: Entry
    from_deposit: Money
    receivable: Money


def _paid(entry: Entry) -> Paid:
    done = _done(entry)
    return Paid(entry, done["deposit"], done["fund"], done["house"], done["receivable"])


def _recoursed(entry: Entry) -> Recoursed:
    done = _done(entry)
    return Recoursed(entry, done["deposit"], done["receivable"])


def _done(entry: Entry) -> Mapping[str, Money]:
    """What an entry took, read from its postings: the same answer the first time and every other."""
    found = dict.fromkeys(("deposit", "fund", "house", "receivable"), 0)
    named = {Kind.HELD: "deposit", Kind.CLAIM: "receivable"}
    rows = Posting.objects.filter(entry=entry).values_list("account__kind", "amount_minor")
    for kind, minor in rows:
        name = named.get(Kind(kind), str(kind))
        if name in found:
            found[name] += max(0, -minor)  # what comes into a pot is the other side of the movement
    return {name: Money(minor, entry.currency) for name, minor in found.items()}


@action
def pay(
    *,
    actor: Actor,
    now: datetime,
    to_record: int,
    from_record: int | None,
    amount: Money,
    reference: Reference,
    once: str,
) -> Paid:
    """Pay what a decision ordered: from the other side's deposit (what is held for this first), then the fund, then us.

    What fund and house gave the other side owes from now on. With no other side it is our own service that pays.
    Needs `trade.ledger.move`. Raises `NotFound`, `Invalid` for nothing or between the records of one customer.
    """
    _check(actor, amount, to_record, from_record)
    if given := repeated(once, Entry.Kind.PAY, amount, reference):
        return _paid(given)
    book = open_book(amount.currency, [to_record, from_record])
    _apart(book, to_record, from_record)
    if from_record is None:
        book.move(Kind.HOUSE, None, -amount)
    else:
        held = held_for(book, from_record, reference)
        split = rules.split_payment(amount, deposit=in_deposit(book, from_record, held), fund=book.fund)
        draw_deposit(book, from_record, split.deposit, held)
        _lay_out(book, from_record, Dues(split.fund, split.house), Kind.RECEIVABLE)
    book.move(Kind.PAYABLE, to_record, amount)
    return _paid(_write(book, Entry.Kind.PAY, to_record, amount, reference, once, actor, now))


@action
def advance(
    *,
    actor: Actor,
    now: datetime,
    to_record: int,
    against_record: int | None,
    amount: Money,
    reference: Reference,
    once: str,
) -> Paid:
    """Pay before a decision: the fund, then our own account, with a claim on the other side that waits (`recourse`).

    Nothing is taken from a deposit yet. With no other side it is our own service that pays. Needs `trade.ledger.move`.
    Raises as `pay`.
    """
    _check(actor, amount, to_record, against_record)
    if given := repeated(once, Entry.Kind.ADVANCE, amount, reference):
        return _paid(given)
    book = open_book(amount.currency, [to_record, against_record])
    _apart(book, to_record, against_record)
    if against_record is None:
        book.move(Kind.HOUSE, None, -amount)
    else:
        split = rules.split_payment(amount, deposit=book.zero, fund=book.fund)
        _lay_out(book, against_record, Dues(split.fund, split.house), Kind.CLAIM)
    book.move(Kind.PAYABLE, to_record, amount)
    return _paid(_write(book, Entry.Kind.ADVANCE, to_record, amount, reference, once, actor, now))


@action
def recourse(
    *, actor: Actor, now: datetime, against_record: int, amount: Money, reference: Reference, once: str
) -> Recoursed:
    """Take back what was advanced: from the deposit (what is held for this first); what it cannot cover is owed to us.

    Needs `trade.ledger.move`. Raises `Conflict` when less is claimed of them for this thing.
    """
    _check(actor, amount, against_record)
    if given := repeated(once, Entry.Kind.RECOURSE, amount, reference):
        return _recoursed(given)
    book = open_book(amount.currency, [against_record])
    claims = _debts(book, Kind.CLAIM, against_record, reference)
    if amount > (open_ := Money.total(claims.values(), amount.currency)):
        raise Conflict(_("Only %(open)s is claimed for this.") % {"open": open_}, code="no_claim")
    held = held_for(book, against_record, reference)
    (given_now,), _left = rules.take(amount, (in_deposit(book, against_record, held),))
    draw_deposit(book, against_record, given_now, held)
    cash, left = given_now, amount
    for owner, claim in claims.items():
        part = min(left, claim)
        covered = min(part, cash)
        book.move(Kind.CLAIM, owner, part)
        book.pay_back(owner, covered)
        book.move(Kind.RECEIVABLE, owner, covered - part)
        cash, left = cash - covered, left - part
    return _recoursed(_write(book, Entry.Kind.RECOURSE, against_record, amount, reference, once, actor, now))


@action
def penalise(
    *, actor: Actor, now: datetime, record: int, amount: Money, reference: Reference, once: str
) -> Recoursed:
    """A penalty to the house: from the deposit, the rest is owed. Needs `trade.ledger.move`."""
    _check(actor, amount, record)
    if given := repeated(once, Entry.Kind.PENALISE, amount, reference):
        return _recoursed(given)
    book = open_book(amount.currency, [record], fund=False)
    held = held_for(book, record, reference)
    (given_now,), left = rules.take(amount, (in_deposit(book, record, held),))
    draw_deposit(book, record, given_now, held)
    book.move(Kind.HOUSE, None, given_now)
    book.move(Kind.RECEIVABLE, record, -left)
    book.owe(record, Dues(book.zero, left))
    return _recoursed(_write(book, Entry.Kind.PENALISE, record, amount, reference, once, actor, now))


@action
def reverse(
    *,
    actor: Actor,
    now: datetime,
    from_record: int | None,
    to_record: int | None,
    amount: Money,
    reference: Reference,
    once: str,
) -> Paid:
    """A later decision takes a payment back: `from_record` must give it to `to_record`.

    The receiver gets it at once: first their debts for this thing end, the rest goes into their deposit, or to their bank
    if they have none. The giver's deposit pays; what it cannot cover is owed, and fund, then house, lay it out meanwhile.
    Without `to_record` it goes to the pots that paid; without `from_record` the house gives it back (a penalty).
    Needs `trade.ledger.move`. Raises `Conflict` when the giver has not been paid so much for this thing, `Invalid`.
    """
    _check(actor, amount, from_record, to_record)
    if from_record is None and to_record is None:
        raise Invalid(_("Somebody must give or get the money."), code="nobody")
    if given := repeated(once, Entry.Kind.REVERSE, amount, reference):
        return _paid(given)
    book = open_book(amount.currency, [from_record, to_record])
    if to_record is not None:
        _apart(book, to_record, from_record)
    if from_record is None:
        _check_penalised(book, to_record, amount, reference)
    else:
        _check_received(book, from_record, amount, reference)
    held = held_for(book, from_record, reference) if from_record is not None else {}
    has = in_deposit(book, from_record, held) if from_record is not None else amount
    fund = book.fund
    ended = (
        _end_debts(book, to_record, amount, reference) if to_record is not None else _borne(amount, reference)
    )
    done = rules.reverse(amount, deposit=has, debts=ended, fund=fund)
    if to_record is not None:
        book.move(*_home(book, to_record), done.paid)
    book.pots(done.back - done.lent)
    if from_record is None:
        book.move(Kind.HOUSE, None, -done.deposit)
    else:
        draw_deposit(book, from_record, done.deposit, held)
        book.move(Kind.RECEIVABLE, from_record, -done.owed.total)
        book.owe(from_record, done.owed)
    movement = Movement(
        kind=Entry.Kind.REVERSE,
        record=to_record if from_record is None else from_record,
        amount=amount,
        reference=reference,
        once=once,
        note=FROM_HOUSE if from_record is None else "",
        pay_to=to_record,
    )
    return _paid(write(book, movement, actor=actor, now=now))


def _check(actor: Actor, amount: Money, *records: int | None) -> None:
    allow(actor, [one for one in records if one is not None] or [None])
    check_amount(amount)


def _apart(book: Book, one: int, other: int | None) -> None:
    if other is not None and one in book.family[other]:
        raise Invalid(_("Both sides are the same customer."), code="same_customer")


def _lay_out(book: Book, record: int, dues: Dues, kind: Kind) -> None:
    """Fund and house pay in somebody's place, who owes it (`receivable`) or may come to (`claim`)."""
    book.pots(-dues)
    book.move(kind, record, -dues.total)
    book.owe(record, dues)


def _debts(book: Book, kind: Kind, record: int, reference: Reference) -> dict[int, Money]:
    """{record of the same customer: what is open of their debts of one kind for one thing}"""
    moved = queries.moved_for(reference, [kind])
    found = {}
    for one in book.family[record]:
        open_ = min(Money(-moved.get((kind, one), 0), book.currency), -book.balance(kind, one))
        if open_ > book.zero:
            found[one] = open_
    return found


def _end_debts(book: Book, record: int, amount: Money, reference: Reference) -> Dues:
    """End debts for one thing, claims first, up to an amount; gives to whom what ended belonged."""
    ended, left = Dues(book.zero, book.zero), amount
    for kind in (Kind.CLAIM, Kind.RECEIVABLE):
        for one, debt in _debts(book, kind, record, reference).items():
            part = min(left, debt)
            dues = rules.settle(part, book.dues(one))
            book.move(kind, one, part)
            book.owe(one, -dues)
            ended, left = ended + dues, left - part
    return ended


def _borne(amount: Money, reference: Reference) -> Dues:
    """Which pots had paid for one thing: the fund as far as it did, else the house."""
    moved = queries.moved_for(reference, [Kind.FUND])
    return rules.settle(
        amount, Dues(Money(-moved.get((Kind.FUND, None), 0), amount.currency), Money.zero(amount.currency))
    )


def _home(book: Book, record: int) -> tuple[Kind, int]:
    """Where money for somebody goes: into their deposit, or to their bank if they have none."""
    for one in book.family[record]:
        if book.has(Kind.DEPOSIT, one):
            return Kind.DEPOSIT, one
    return Kind.PAYABLE, record


def _check_received(book: Book, record: int, amount: Money, reference: Reference) -> None:
    got = _moved(book, record, reference, "", Entry.Kind.PAY, Entry.Kind.ADVANCE)
    gone = _moved(book, record, reference, "", Entry.Kind.REVERSE)
    _check_left(amount, got - gone)


def _check_penalised(book: Book, record: int | None, amount: Money, reference: Reference) -> None:
    if record is not None:
        fined = _moved(book, record, reference, "", Entry.Kind.PENALISE)
        gone = _moved(book, record, reference, FROM_HOUSE, Entry.Kind.REVERSE)
        _check_left(amount, fined - gone)


def _check_left(amount: Money, left: Money) -> None:
    if amount > left:
        raise Conflict(_("Only %(left)s was paid for this.") % {"left": left}, code="not_paid")


def _moved(book: Book, record: int, reference: Reference, note: str, *kinds: Entry.Kind) -> Money:
    return queries.moved_by(reference, kinds, book.family[record], note, book.currency)


def _write(
    book: Book,
    kind: Entry.Kind,
    record: int,
    amount: Money,
    reference: Reference,
    once: str,
    actor: Actor,
    now: datetime,
) -> Entry:
    movement = Movement(
        kind=kind, record=record, amount=amount, reference=reference, once=once, pay_to=record
    )
    return write(book, movement, actor=actor, now=now)
