"""Who bears what when money moves: pure sums over what is there. No Django, no clock, no database."""

from collections.abc import Sequence
from dataclasses import dataclass

from guanxi.core.money import Money

CURRENCY = "CNY"
"""The house's own currency, where nobody names another."""


def take(amount: Money, pots: Sequence[Money]) -> tuple[tuple[Money, ...], Money]:
    """Take `amount` from pots in their order, none below nothing: (what each gives, what is still missing)."""
    given = []
    left = amount
    for pot in pots:
        part = max(Money.zero(amount.currency), min(pot, left))
        given.append(part)
        left -= part
    return tuple(given), left


GAINS = frozenset({"top_up", "pay", "advance", "release", "proceeds"})
LOSSES = frozenset({"withdraw", "hold", "penalise", "recourse"})
TO_OTHERS = frozenset({"pay", "advance"})


def direction(kind: str, about_them: bool) -> int:
    """What a movement is to one of its parties: 1 they get money, -1 they give it, 0 neither.

    `about_them`: whether it is about their money first. Whoever a payment is about gets it, the other side gives it; a
    reversal is about whoever must give back.
    """
    if kind == "reverse":
        return -1 if about_them else 1
    if kind in TO_OTHERS and not about_them:
        return -1
    return 1 if kind in GAINS else -1 if kind in LOSSES else 0


@dataclass(frozen=True, slots=True)
class Split:
    """What each pot gives to a payment; together they are the payment."""

    deposit: Money
    fund: Money
    house: Money


def split_payment(amount: Money, *, deposit: Money, fund: Money) -> Split:
    """The deposit of whoever must pay first, then the protection fund; our own account gives what is missing."""
    (from_deposit, from_fund), from_house = take(amount, (deposit, fund))
    return Split(from_deposit, from_fund, from_house)


@dataclass(frozen=True, slots=True)
class Dues:
    """Money that is owed, by whom it belongs to."""

    fund: Money
    house: Money

    @property
    def total(self) -> Money:
        return self.fund + self.house

    def __neg__(self) -> "Dues":
        return Dues(-self.fund, -self.house)

    def __add__(self, other: "Dues") -> "Dues":
        return Dues(self.fund + other.fund, self.house + other.house)

    def __sub__(self, other: "Dues") -> "Dues":
        return self + -other


def settle(amount: Money, dues: Dues) -> Dues:
    """Whose claims money that comes back settles: the fund's first, it protects customers. What is over goes to the house."""
    (to_fund,), rest = take(amount, (dues.fund,))
    return Dues(to_fund, rest)


def write_off(amount: Money, dues: Dues) -> Dues:
    """Who bears what will never come back: our own account before the fund. What is over is the fund's."""
    (from_house,), rest = take(amount, (dues.house,))
    return Dues(rest, from_house)


@dataclass(frozen=True, slots=True)
class Reversal:
    """What giving money back does. All amounts are >= 0.

    `deposit`: from the giver's deposit; `cancelled`: debts of the receiver that end; `paid`: money the receiver gets;
    `back`: money fund and house get back; `lent`: money fund and house lay out for the giver; `owed`: what the giver owes
    to fund and house from now on.
    """

    deposit: Money
    cancelled: Dues
    paid: Money
    back: Dues
    lent: Dues
    owed: Dues


def reverse(amount: Money, *, deposit: Money, debts: Dues, fund: Money) -> Reversal:
    """A payment is taken back: the receiver's `debts` end first, what is over they get in money, at once.

    It comes from the giver's `deposit`; what that does not hold, the giver owes, and fund, then house, lay it out.
    """
    cancelled_fund, cancelled_house = take(amount, (debts.fund, debts.house))[0]
    cancelled = Dues(cancelled_fund, cancelled_house)
    paid = amount - cancelled.total
    (given,), _ = take(amount, (deposit,))
    cash = min(given, paid)
    (lent_fund,), lent_house = take(paid - cash, (fund,))
    lent = Dues(lent_fund, lent_house)
    back = settle(given - cash, cancelled)
    return Reversal(given, cancelled, paid, back, lent, owed=cancelled - back + lent)
