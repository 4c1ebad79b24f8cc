"""What people read of the ledger: accounts, statements, movements, a customer's money. All of it through `visible_to`."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from guanxi.core import effective, keyset
from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.core.keyset import Page
from guanxi.core.money import Money
from guanxi.people import queries as people
from guanxi.people.models import Record
from guanxi.trade.models import Account, Checkpoint, Entry, Payout, Posting
from guanxi.trade.queries import ledger

Kind = Account.Kind
LEADING = (Kind.DEPOSIT, Kind.FUND, Kind.HOUSE)
ROWS = 50
PANEL_ENTRIES = 5
FOUND_CUSTOMERS = 20


def _total(postings: QuerySet[Posting]) -> Coalesce:
    """What the postings of one account come to, as a column."""
    found = postings.order_by().values("account").annotate(total=Sum("amount_minor"))
    return Coalesce(Subquery(found.values("total")[:1]), 0, output_field=BigIntegerField())


def _sister(kind: Kind) -> Coalesce:
    """What is in the account of another kind of a row's owner, as a column."""
    whose = {"account__owner": OuterRef("owner"), "account__currency": OuterRef("currency")}
    return _total(Posting.objects.filter(**whose, account__kind=kind))


def list_accounts(actor: Actor) -> QuerySet[Account]:
    """Visible accounts, one for each owner and currency: the deposit, else the debt; and the house's own.

    With `free_minor` (what is in it), `held_minor`, `balance_minor` (both together) and `owed_minor`.
    """
    found: QuerySet[Account] = Account.objects.visible_to(actor)
    deposit = Account.objects.filter(
        owner=OuterRef("owner"), currency=OuterRef("currency"), kind=Kind.DEPOSIT
    )
    own = Posting.objects.filter(account=OuterRef("id"), id__gte=OuterRef("below"))
    nothing = Value(0, output_field=BigIntegerField())
    return (
        found.filter(Q(kind__in=LEADING) | Q(Q(kind=Kind.RECEIVABLE), ~Exists(deposit)))
        .select_related("owner__customer")
        .annotate(
            below=Coalesce(F("checkpoint__below"), nothing),
            older=Coalesce(F("checkpoint__sum_minor"), nothing),
        )
        .annotate(
            free_minor=Case(When(kind=Kind.RECEIVABLE, then=nothing), default=F("older") + _total(own)),
            held_minor=_sister(Kind.HELD),
            owed_minor=0 - _sister(Kind.RECEIVABLE),
        )
        .annotate(balance_minor=F("free_minor") + F("held_minor"))
    )


def find_accounts(actor: Actor, text: str, limit: int, customers: Sequence[int] | None) -> list[int]:
    """Accounts of customers found by their names, or with exactly this number."""
    text = text.strip()
    if not text or limit < 1:
        return []
    accounts = list_accounts(actor)
    exact = list(accounts.filter(public_id=text.upper()).values_list("id", flat=True))
    if exact:
        return exact
    found = people.search_customers(actor, text, limit=FOUND_CUSTOMERS, found=customers)
    whose = [record.customer_id for record in found]
    mine = accounts.filter(owner__customer_id__in=whose).order_by("-opened", "-id")
    return list(mine.values_list("id", flat=True)[:limit]) if whose else []


def get_account(actor: Actor, public_id: str) -> Account:
    """Raises `NotFound` also when it is somebody else's to see."""
    found = Account.objects.visible_to(actor).filter(public_id=public_id)
    account: Account | None = found.select_related("owner__customer").first()
    if account is None:
        raise NotFound
    return account


def get_leading(actor: Actor, kind: str, currency: str, owner: int | None) -> Account:
    """The visible account of this kind and owner. Raises `NotFound`."""
    found = Account.objects.visible_to(actor).filter(kind=kind, currency=currency, owner_id=owner).first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """One account of a customer, and what is in it."""

    account: Account
    balance: Money


def accounts_of(
    actor: Actor, customer_id: int, currency: str = "", at: datetime | None = None
) -> list[Standing]:
    """A customer's visible accounts with their balances (as they were `at` a moment), oldest first."""
    found = Account.objects.visible_to(actor).filter(owner__customer_id=customer_id)
    if currency:
        found = found.filter(currency=currency)
    postings = Posting.objects.filter(account=OuterRef("id")).order_by().values("account")
    if at is not None:
        found, postings = found.filter(opened__lte=at), postings.filter(made__lte=at)
    total = postings.annotate(total=Sum("amount_minor")).values("total")
    rows = found.annotate(total=Coalesce(Subquery(total), 0)).order_by("opened", "id")
    return [Standing(row, Money(row.total, row.currency)) for row in rows]


def balance_of(account: Account) -> Money:
    """What is in an account."""
    return Money(ledger.sums([account.id]).get(account.id, 0), account.currency)


def statement(actor: Actor, account: Account, *, after: str = "", size: int = ROWS) -> Page[Posting]:
    """Postings of an account, newest first, each with its entry and `running`, the balance after it in minor units.

    A window from the page's top sums what each row lies below; it starts at the balance there, so that nothing older than
    the page is read. Raises `Invalid` for a cursor not ours.
    """
    from_top = Window(Sum("amount_minor"), order_by=[F("made").desc(), F("id").desc()])
    found: QuerySet[Any] = Posting.objects.visible_to(actor).filter(account=account)
    found = found.annotate(from_top=from_top, top=_top(account, after))
    shown = keyset.cut(found.select_related("entry").order_by("-made", "-id"), "made", after, size=size)
    for row in shown.rows:
        row.running = row.top - row.from_top + row.amount_minor
    return shown


def _top(account: Account, after: str) -> Combinable:
    """The balance at the top of a page, as a column: read in the page's own statement, so that both see the same books."""
    point = Checkpoint.objects.filter(account=account).first()
    mine = Posting.objects.filter(account=account)
    top = Value(point.sum_minor if point else 0) + _total(mine.filter(id__gte=point.below if point else 0))
    if not after:
        return top
    made, key = keyset.read(after)
    # Said twice so that the index is entered at the cursor.
    above = mine.filter(made__gte=made).filter(Q(made__gt=made) | Q(made=made, id__gte=key))
    return top - _total(above)


def get_entry(actor: Actor, public_id: str) -> Entry:
    """A movement of which at least one posting is visible. Raises `NotFound`."""
    seen = Posting.objects.visible_to(actor).filter(entry=OuterRef("id"))
    found = Entry.objects.filter(Exists(seen), public_id=public_id).select_related("payout").first()
    if found is None:
        raise NotFound
    return found


def postings_of(actor: Actor, entry: Entry) -> tuple[list[Posting], Money]:
    """The visible postings of a movement, what is given first; and what the others come to."""
    found = Posting.objects.visible_to(actor).filter(entry=entry)
    rows = list(found.select_related("account__owner__customer").order_by("amount_minor", "id"))
    return rows, Money(-sum(row.amount_minor for row in rows), entry.currency)


def movements_of(actor: Actor, customer_id: int, at: datetime | None = None) -> list[Entry]:
    """A customer's newest movements (made until a moment), at most 5."""
    mine = Posting.objects.visible_to(actor).filter(
        entry=OuterRef("id"), account__owner__customer_id=customer_id
    )
    found = Entry.objects.filter(Exists(mine))
    if at is not None:
        found = found.filter(made__lte=at)
    return list(found.select_related("record").order_by("-made", "-id")[:PANEL_ENTRIES])


def list_payouts(actor: Actor) -> QuerySet[Payout]:
    """Visible payouts, with what ordered them."""
    found: QuerySet[Payout] = Payout.objects.visible_to(actor)
    return found.select_related("record__customer", "entry")


def find_payouts(actor: Actor, text: str, limit: int, customers: Sequence[int] | None) -> list[int]:
    """Payouts with exactly this number (ours or the bank's), else of customers found by their names, newest first."""
    text = text.strip()
    if not text or limit < 1:
        return []
    payouts = list_payouts(actor).order_by("-made", "-id")
    exact = payouts.filter(Q(public_id=text.upper()) | Q(given=text))
    if found := list(exact.values_list("id", flat=True)[:limit]):
        return found
    known = people.search_customers(actor, text, limit=FOUND_CUSTOMERS, found=customers)
    whose = [record.customer_id for record in known]
    mine = payouts.filter(record__customer_id__in=whose)
    return list(mine.values_list("id", flat=True)[:limit]) if whose else []


def get_payout(actor: Actor, public_id: str) -> Payout:
    """Raises `NotFound`."""
    found = Payout.objects.visible_to(actor).filter(public_id=public_id).select_related("entry").first()
    if found is None:
        raise NotFound
    return found


def waiting_payouts(actor: Actor, customer_id: int) -> list[Payout]:
    """Payouts to a customer that have not arrived, oldest first."""
    found = Payout.objects.visible_to(actor).filter(record__customer_id=customer_id)
    return list(found.exclude(state=Payout.State.CONFIRMED).order_by("made", "id")[:ROWS])


def deposit_record(actor: Actor, customer: str) -> int:
    """The record a customer's deposit hangs on: that of the one they have, else their newest. Raises `NotFound`."""
    mine = Record.objects.visible_to(actor).filter(customer__public_id=people.code_now(customer))
    has = Account.objects.filter(owner=OuterRef("id"), kind=Kind.DEPOSIT)
    found: int | None = (
        mine.annotate(has=Exists(has))
        .order_by("-has", "-created", "-id")
        .values_list("id", flat=True)
        .first()
    )
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class Reason:
    """What a movement was done for: the number of a case or order, and its page ("" for whoever may not see it)."""

    kind: str
    name: str
    url: str


Names = Callable[[Actor, Collection[int]], Mapping[int, tuple[str, str]]]
_names: dict[str, Names] = {}


def name_reasons(kind: str, names: Names) -> None:
    """Called at start-up by rooms above: `names(actor, keys)` gives {key: (number, address)} of what this actor may see."""
    _names[kind] = names


def reasons(actor: Actor, entries: Sequence[Entry]) -> dict[tuple[str, int], Reason]:
    """{reference: what it was} of those this actor may see; one statement for each kind of thing."""
    wanted: dict[str, set[int]] = {}
    for entry in entries:
        if entry.reference_kind and entry.reference_id:
            wanted.setdefault(entry.reference_kind, set()).add(entry.reference_id)
    found: dict[tuple[str, int], Reason] = {}
    for kind, keys in wanted.items():
        if names := _names.get(kind):
            found |= {(kind, key): Reason(kind, *named) for key, named in names(actor, keys).items()}
        elif thing := effective.things().get(kind):
            for row in thing.model.objects.visible_to(actor).filter(pk__in=keys):
                found[kind, row.pk] = Reason(kind, thing.name(row), thing.url(row))
    return found


def find_reference(actor: Actor, kind: str, text: str) -> tuple[str, int]:
    """The thing with this number, if visible, as a reference. Raises `NotFound`."""
    thing = effective.things().get(kind)
    key = thing.find(text.strip()[:60]) if thing else None
    rows: Any = thing.model.objects.visible_to(actor) if thing else ()
    if key is None or not rows.filter(pk=key).exists():
        raise NotFound
    return kind, key
