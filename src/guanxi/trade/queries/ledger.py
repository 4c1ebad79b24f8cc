"""Every read of the ledger. A balance is always the sum of postings; none is kept anywhere."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet, Sum

from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.core.money import Money
from guanxi.people.models import Record
from guanxi.trade.models import Account, Checkpoint, Entry, Order, Payment, Posting
from guanxi.trade.rules.ledger import CURRENCY

Reference = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Balances:
    """A customer's deposit: all of it (`deposit`), what is reserved of it (`held`), the rest (`free`); and their debts.

    `receivable` is what they owe now; `claims` what they will owe if decisions go against them (advances with recourse).
    """

    deposit: Money
    held: Money
    free: Money
    receivable: Money
    claims: Money

    @property
    def withdrawable(self) -> Money:
        """What they may take out: free, and not needed for what they owe or may come to owe."""
        return max(Money.zero(self.free.currency), self.free - self.receivable - self.claims)


def sums(account_ids: Iterable[int]) -> dict[int, int]:
    """{account: sum of its postings in minor units}, without those that have none; busy ones from their checkpoint on."""
    ids = list(account_ids)
    points = {one.account_id: one for one in Checkpoint.objects.filter(account_id__in=ids)}
    plain = [one for one in ids if one not in points]
    found = dict(_summed(Posting.objects.filter(account_id__in=plain))) if plain else {}
    for point in points.values():
        newer = dict(_summed(Posting.objects.filter(account_id=point.account_id, id__gte=point.below)))
        found[point.account_id] = point.sum_minor + newer.get(point.account_id, 0)
    return found


def _summed(postings: QuerySet[Posting]) -> QuerySet[Posting, tuple[int, int]]:
    return postings.order_by().values_list("account_id").annotate(total=Sum("amount_minor"))


def family(record_ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """{record: itself and then every other record of the same customer}: a deposit serves the whole person.

    Raises `NotFound` for a record that is none.
    """
    ids = list(dict.fromkeys(record_ids))
    whose = dict(Record.objects.filter(id__in=ids).values_list("id", "customer_id"))
    if len(whose) != len(ids):
        raise NotFound
    all_of: dict[int, list[int]] = {}
    rows = Record.objects.filter(customer_id__in=set(whose.values())).order_by("id")
    for record_id, customer_id in rows.values_list("id", "customer_id"):
        all_of.setdefault(customer_id, []).append(record_id)
    return {one: (one, *(other for other in all_of[whose[one]] if other != one)) for one in ids}


def balances(record_id: int, currency: str = CURRENCY) -> Balances:
    """What the customer behind a record has with us and owes us, in one currency. For actions and rules, not for edges.

    Raises `NotFound`.
    """
    records = family([record_id])[record_id]
    accounts = Account.objects.filter(owner_id__in=records, currency=currency)
    return _balances(_by_kind(accounts), currency)


def _by_kind(accounts: QuerySet[Account]) -> dict[str, int]:
    kinds = dict(accounts.values_list("id", "kind"))
    found: dict[str, int] = {}
    for account, total in sums(kinds).items():
        found[kinds[account]] = found.get(kinds[account], 0) + total
    return found


def _balances(by_kind: Mapping[str, int], currency: str) -> Balances:
    free, held, receivable, claims = (
        Money(by_kind.get(kind, 0), currency) for kind in ("deposit", "held", "receivable", "claim")
    )
    return Balances(free + held, held, free, -receivable, -claims)


def fund_balance(currency: str = CURRENCY) -> Money:
    """What is in the protection fund. For actions and rules."""
    accounts = Account.objects.filter(kind=Account.Kind.FUND, currency=currency, owner=None)
    return Money(_by_kind(accounts).get(Account.Kind.FUND, 0), currency)


def entries_of(reference: Reference) -> list[Entry]:
    """Every movement done for one thing, oldest first. For actions and rules."""
    found = Entry.objects.filter(reference_kind=reference[0], reference_id=reference[1])
    return list(found.order_by("made", "id"))


def moved_for(reference: Reference, kinds: Sequence[str]) -> dict[tuple[str, int | None], int]:
    """{(kind of account, owner): what movements for one thing did to it, in minor units}."""
    found = Posting.objects.filter(
        entry__reference_kind=reference[0], entry__reference_id=reference[1], account__kind__in=kinds
    ).order_by()
    rows = found.values_list("account__kind", "account__owner_id").annotate(total=Sum("amount_minor"))
    return {(kind, owner): total for kind, owner, total in rows}


def moved_by(
    reference: Reference, kinds: Sequence[str], records: Sequence[int], note: str, currency: str
) -> Money:
    """What movements of some kinds about these records came to for one thing."""
    found = Entry.objects.filter(
        reference_kind=reference[0], reference_id=reference[1], kind__in=kinds, record_id__in=records,
        note=note, currency=currency,
    )  # fmt: skip
    return Money(found.aggregate(total=Sum("amount_minor"))["total"] or 0, currency)


def held(record_id: int, reference: Reference, currency: str = CURRENCY) -> Money:
    """What is held of a customer's deposit for one thing. For actions and rules."""
    records = family([record_id])[record_id]
    moved = moved_for(reference, [Account.Kind.HELD])
    return Money(sum(moved.get((Account.Kind.HELD, one), 0) for one in records), currency)


def claimed(record_id: int, reference: Reference, currency: str = CURRENCY) -> Money:
    """What is claimed of a customer for one thing and waits for recourse. For actions and rules."""
    records = family([record_id])[record_id]
    moved = moved_for(reference, [Account.Kind.CLAIM])
    return Money(-sum(moved.get((Account.Kind.CLAIM, one), 0) for one in records), currency)


def list_entries(actor: Actor) -> QuerySet[Entry]:
    """Visible movements, newest first."""
    found: QuerySet[Entry] = Entry.objects.visible_to(actor)
    return found.order_by("-made", "-id")


@dataclass(frozen=True, slots=True)
class Trial:
    """The trial balance of one currency: {kind of account: sum}; sound when they come to nothing together."""

    currency: str
    by_kind: Mapping[str, int]

    @property
    def difference(self) -> int:
        return sum(self.by_kind.values())


def trial_balance() -> list[Trial]:
    """One per currency. For the doctor, tests and whoever may see the whole ledger."""
    rows = Posting.objects.order_by().values_list("account__currency", "account__kind")
    found: dict[str, dict[str, int]] = {}
    for currency, kind, total in rows.annotate(total=Sum("amount_minor")):
        found.setdefault(currency, {})[kind] = total
    return [Trial(currency, by_kind) for currency, by_kind in sorted(found.items())]


def unbalanced_entries() -> list[str]:
    """Public ids of entries whose postings do not come to nothing: always none. At most 100."""
    found = Posting.objects.order_by().values("entry__public_id").annotate(total=Sum("amount_minor"))
    return list(found.exclude(total=0).values_list("entry__public_id", flat=True)[:100])


def unmatched_settlements() -> list[str]:
    """Numbers of orders whose seller's money is not in the ledger as the order says: always none. At most 100.

    Payments of before the ledger knew them carry no movement's number and are left alone.
    """
    entry = Entry.objects.filter(
        kind=Entry.Kind.PROCEEDS, once=OuterRef("once"), reference_id=OuterRef("order")
    )
    same = entry.filter(amount_minor=0 - OuterRef("amount_minor"), currency=OuterRef("currency"))
    paid = Payment.objects.filter(kind=Payment.Kind.SUPPLIER, amount_minor__lt=0).exclude(reference="")
    found = {*paid.filter(~Exists(same)).values_list("order__number", flat=True)[:100]}
    known = Payment.objects.filter(kind=Payment.Kind.SUPPLIER, once=OuterRef("once"))
    lost = Entry.objects.filter(~Exists(known), kind=Entry.Kind.PROCEEDS, reference_kind="order")
    orders = Order.objects.filter(id__in=lost.values("reference_id")).values_list("number", flat=True)
    return sorted(found | set(orders[:100]))[:100]
