"""How a movement is written: its accounts locked in the order of their keys, its postings together, one event.

Only what may not go below nothing is locked: the accounts of the people concerned and the fund. Our own account and the
banks outside may, so movements of different people never wait for each other there.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guanxi.core import events, jobs, rows
from guanxi.core.access import Actor
from guanxi.core.errors import Conflict, Denied, Invalid
from guanxi.core.events import Event
from guanxi.core.ids import new_id
from guanxi.core.money import Money
from guanxi.people.models import Record
from guanxi.trade import events as happened
from guanxi.trade.actions.ledger import adapters
from guanxi.trade.models import OWNED, Account, Entry, Payout, Posting
from guanxi.trade.queries import ledger as queries
from guanxi.trade.queries.ledger import Reference
from guanxi.trade.rules import ledger as rules
from guanxi.trade.rules.ledger import Dues

MOVE = "trade.ledger.move"
NO_REFERENCE: Reference = ("", 0)
ONCE_CHARS_MAX = 120
Kind = Account.Kind
Key = tuple[str, int | None]


@dataclass(slots=True)
class Book:
    """The accounts one movement may touch, with what is in them, and what it does to them."""

    currency: str
    family: Mapping[int, tuple[int, ...]]
    accounts: dict[Key, Account]
    sums: Mapping[int, int]
    moves: dict[Key, int] = field(default_factory=lambda: defaultdict(int))

    def move(self, kind: Kind, owner: int | None, amount: Money) -> None:
        self.moves[(kind, owner)] += amount.minor

    def balance(self, kind: Kind, owner: int | None) -> Money:
        """What is in an account now, this movement included."""
        account = self.accounts.get((kind, owner))
        before = self.sums.get(account.id, 0) if account else 0
        return Money(before + self.moves.get((kind, owner), 0), self.currency)

    def has(self, kind: Kind, owner: int) -> bool:
        return (kind, owner) in self.accounts

    def draw(self, kind: Kind, records: Iterable[int], amount: Money, at_most: Mapping[int, Money]) -> Money:
        """Take from the records' accounts in order, none below nothing nor beyond `at_most`; gives what is missing."""
        for owner in records:
            limit = at_most.get(owner, amount) if at_most else amount
            part = max(self.zero, min(amount, limit, self.balance(kind, owner)))
            self.move(kind, owner, -part)
            amount -= part
        return amount

    @property
    def zero(self) -> Money:
        return Money.zero(self.currency)

    @property
    def fund(self) -> Money:
        return max(self.zero, self.balance(Kind.FUND, None))

    def dues(self, record: int) -> Dues:
        return Dues(self.balance(Kind.DUE_FUND, record), self.balance(Kind.DUE_HOUSE, record))

    def owe(self, record: int, dues: Dues) -> None:
        """Somebody owes this much more (less, if negative) to fund and house; the debt itself is booked by the caller."""
        self.move(Kind.DUE_FUND, record, dues.fund)
        self.move(Kind.DUE_HOUSE, record, dues.house)

    def pots(self, dues: Dues) -> None:
        """Money comes into fund and house (goes, if negative)."""
        self.move(Kind.FUND, None, dues.fund)
        self.move(Kind.HOUSE, None, dues.house)

    def pay_back(self, record: int, amount: Money) -> None:
        """Money that a record owed comes back to whom it belongs; the debt itself is booked by the caller."""
        settled = rules.settle(amount, self.dues(record))
        self.pots(settled)
        self.owe(record, -settled)


def open_book(currency: str, records: Sequence[int | None], *, fund: bool = True) -> Book:
    """Lock the accounts of these records' customers, and the fund. Raises `NotFound`."""
    family = queries.family([one for one in records if one is not None])
    owners = {one for all_of in family.values() for one in all_of}
    locked = Q(owner_id__in=owners)
    if fund:
        locked |= Q(kind=Kind.FUND, owner=None)
    mine = Account.objects.filter(locked, currency=currency).order_by("id")
    accounts: list[Account] = []
    # Whoever held the locks while we waited may have opened an account that our statement did not see.
    while fresh := list(
        mine.exclude(id__in=[one.id for one in accounts]).select_for_update(of=("self",), no_key=True)
    ):
        accounts += fresh
    sums = queries.sums(account.id for account in accounts)
    ours = Account.objects.filter(owner=None, currency=currency)
    accounts += [one for one in ours if one not in accounts]
    return Book(currency, family, {(one.kind, one.owner_id): one for one in accounts}, sums)


def held_for(book: Book, record: int, reference: Reference) -> dict[int, Money]:
    """{record of the same customer: what is held of their deposit for one thing}"""
    if not reference[0]:
        return {}
    moved = queries.moved_for(reference, [Kind.HELD])
    found = {one: Money(moved.get((Kind.HELD, one), 0), book.currency) for one in book.family[record]}
    return {one: held for one, held in found.items() if held > book.zero}


def in_deposit(book: Book, record: int, held: Mapping[int, Money]) -> Money:
    """What a deposit can give to one thing: what is held for it, and what is free."""
    free = [max(book.zero, book.balance(Kind.DEPOSIT, one)) for one in book.family[record]]
    return Money.total([*held.values(), *free], book.currency)


def draw_deposit(book: Book, record: int, amount: Money, held: Mapping[int, Money]) -> None:
    """Take what `in_deposit` said is there: first what is held for it."""
    left = book.draw(Kind.HELD, held, amount, held)
    if book.draw(Kind.DEPOSIT, book.family[record], left, {}):
        raise RuntimeError("a deposit holds less than was counted under its lock")


def allow(actor: Actor, records: Iterable[int | None]) -> None:
    """Moving money needs the right, and for the units of everybody concerned."""
    actor.require(MOVE)
    reach = actor.reach(MOVE)
    if reach.everything:
        return
    ids = list(records)
    owned = [one for one in ids if one is not None]
    found = Record.objects.filter(id__in=owned).values_list("unit_id", flat=True)
    if len(owned) != len(ids) or not owned or any(unit not in reach.units for unit in found):
        raise Denied(code="denied")


def check_amount(amount: Money) -> None:
    if amount <= Money.zero(amount.currency):
        raise Invalid(fields={"amount": _("The amount must be more than nothing.")})


def repeated(once: str, kind: Entry.Kind, amount: Money | None, reference: Reference) -> Entry | None:
    """The entry this key has made already. Raises `Conflict` if it was for something else, `Invalid` without a key."""
    if not 0 < len(once) <= ONCE_CHARS_MAX:
        raise Invalid(_("Every movement of money needs a key of its own."), code="once")
    found: Entry | None = Entry.objects.filter(once=once).first()
    if found is None:
        return None
    same = (found.kind, found.reference_kind, found.reference_id or 0) == (kind, *reference)
    if amount is not None:
        same = same and (found.amount_minor, found.currency) == (amount.minor, amount.currency)
    if not same:
        raise Conflict(_("This key has moved other money already."), code="once_reused")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """What an entry says of itself, besides its postings."""

    kind: Entry.Kind
    record: int | None
    amount: Money
    once: str
    reference: Reference = NO_REFERENCE
    note: str = ""
    sample: bool = False
    reverses: int | None = None
    pay_to: int | None = None  # what becomes payable to this record is sent to their bank


def write(book: Book, movement: Movement, *, actor: Actor, now: datetime) -> Entry:
    """Write entry, postings, payout and event in one statement. Raises RuntimeError when they do not come to nothing."""
    moves = {key: minor for key, minor in book.moves.items() if minor}
    if sum(moves.values()) or not moves:
        raise RuntimeError(f"unbalanced: {moves}")
    entry = _entry(movement, actor, now)
    fresh = [_account(key, book.currency, now) for key in moves if key not in book.accounts]
    book.accounts |= {(one.kind, one.owner_id): one for one in fresh}
    postings = [
        rows.new(
            Posting,
            id=new_id(),
            entry_id=entry.id,
            account_id=book.accounts[key].id,
            amount_minor=minor,
            made=now,
        )
        for key, minor in moves.items()
    ]
    payouts = _payouts(entry, movement, moves)
    written: list[models.Model] = [*fresh, entry, *postings, *payouts]
    events.record(_event(entry, actor, now), with_rows=written)
    for payout in payouts:
        jobs.enqueue_named(adapters.SEND, payout.public_id)
    return entry


def _entry(movement: Movement, actor: Actor, now: datetime) -> Entry:
    return rows.new(
        Entry,
        id=new_id(),
        kind=movement.kind,
        record_id=movement.record,
        currency=movement.amount.currency,
        amount_minor=movement.amount.minor,
        reference_kind=movement.reference[0],
        reference_id=movement.reference[1] or None,
        once=movement.once,
        note=movement.note,
        actor_kind=actor.kind.value,
        actor_id=actor.id,
        made=now,
        reverses_id=movement.reverses,
        sample=movement.sample,
    )


def _account(key: Key, currency: str, now: datetime) -> Account:
    kind, owner = key
    if (kind in OWNED) != (owner is not None):
        raise RuntimeError(f"an account of {kind} for {owner}")
    return rows.new(Account, id=new_id(), kind=kind, owner_id=owner, currency=currency, opened=now)


def _payouts(entry: Entry, movement: Movement, moves: Mapping[Key, int]) -> list[Payout]:
    minor = moves.get((Kind.PAYABLE, movement.pay_to), 0)
    return [] if movement.pay_to is None or minor <= 0 else [adapters.ordered(entry, movement.pay_to, minor)]


def _event(entry: Entry, actor: Actor, now: datetime) -> Event:
    data = {
        "entry": entry.public_id,
        "kind": str(entry.kind),
        "amount_minor": entry.amount_minor,
        "currency": entry.currency,
        "reference": entry.reference_kind,
    }
    return Event(
        happened.MONEY_MOVED.code, actor, now, ("entry", entry.id), record_id=entry.record_id, data=data
    )
