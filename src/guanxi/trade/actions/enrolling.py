"""A shop enrols in protection schemes: its deposit is held, its badge shows, what it sells carries the promise.

The deposit held for a promise pays what the promise costs. Then it is short and the badge is gone until it is filled up;
what was sold keeps its promise whatever happens. Whoever gives notice has the deposit back when the last promise has ended.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from guanxi.core import events
from guanxi.core.access import Actor, Kind, system
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Denied, NotFound
from guanxi.core.events import Event
from guanxi.core.models import Event as EventRow
from guanxi.core.money import Money
from guanxi.trade import events as happened
from guanxi.trade.actions import ledger
from guanxi.trade.actions.ledger.booking import open_book
from guanxi.trade.models import Account, Enrolment, Entry, OrderLine, Shop
from guanxi.trade.queries import ledger as books
from guanxi.trade.queries import rulesets
from guanxi.trade.rules import protection

RIGHT = "trade.protect"
BOOKS = system("protection")
"""Who moves deposits: the scheme, never the person whose step made it due."""
State = Enrolment.State
HELD = (State.ACTIVE, State.SHORT, State.LEAVING)
NOTICE, PENALTY = "notice", "penalty"
OpenMatters = Callable[[Sequence[int]], bool]
_open_matters: list[OpenMatters] = []


def keeps_deposit(check: OpenMatters) -> None:
    """A higher room says whether something of these records is still open that may cost their deposit (`site/wiring.py`)."""
    _open_matters.append(check)


def reference_of(enrolment: Enrolment) -> tuple[str, int]:
    """What a deposit is held for, as the ledger keeps it."""
    return ("enrolment", enrolment.id)


@action
def enrol(*, actor: Actor, now: datetime, shop: str, scheme: str, sample: bool = False) -> Enrolment:
    """A shop takes part in a scheme: its deposit is held and what it sells from now on carries the promise.

    The shop's owner, or staff with `trade.protect`. Raises `NotFound`, `Denied`, `Conflict`: enrolled already
    (`there_already`), a shop that sells nothing more (`not_now`), less than the deposit free (`not_free`).
    """
    row = _own_shop(actor, shop)
    found = rulesets.current().schemes.get(scheme)
    rules = rulesets.current_id()
    if found is None or rules is None:
        raise NotFound
    if row.state != Shop.State.OPEN:
        raise Conflict(_("This shop sells nothing more."), code="not_now")
    if Enrolment.objects.filter(shop=row, scheme=scheme).exclude(state=State.ENDED).exists():
        raise Conflict(_("The shop takes part in this scheme already."), code="there_already")
    enrolment = Enrolment(
        shop=row,
        scheme=scheme,
        rules_id=rules,
        deposit_minor=found.deposit_minor,
        currency=rulesets.current().currency,
        since=now,
    )
    if found.deposit_minor:
        enrolment.held = _hold(enrolment, row.record_id, found.deposit_minor, now, "first")
    events.record(_event("enrolled", actor, now, enrolment), with_rows=[enrolment])
    return enrolment


def _own_shop(actor: Actor, public_id: str) -> Shop:
    found = Shop.objects.visible_to(actor).select_related("record").filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    if actor.kind is not Kind.CUSTOMER:
        actor.require(RIGHT)
        unit = found.record.unit_id
        if not actor.reach(RIGHT).everything and (unit is None or not actor.may_at(RIGHT, unit)):
            raise Denied(code="denied")
    row: Shop = Shop.objects.select_for_update(of=("self",)).select_related("record").get(id=found.id)
    return row


def _hold(enrolment: Enrolment, record: int, minor: int, now: datetime, what: str) -> Entry:
    return ledger.hold(
        actor=BOOKS,
        now=now,
        record=record,
        amount=Money(minor, enrolment.currency),
        reference=reference_of(enrolment),
        once=f"hold:{enrolment.public_id}:{what}",
    )


def held_minor(enrolment: Enrolment) -> int:
    """What is held for a promise now."""
    return books.held(enrolment.shop.record_id, reference_of(enrolment), enrolment.currency).minor


# -- a payment against the shop --------------------------------------------------------------------------------


@action
def free_deposit(
    *, now: datetime, record: int, amount: Money, others: Sequence[int | None], once: str, scheme: str = ""
) -> Money:
    """Set free of what a seller's promises hold so much as the free deposit lacks for a payment; gives what was set free.

    Of `scheme`'s own deposit first. An enrolment that holds less than it should is short from now on: its badge is gone.
    `others` are the records whose accounts the payment itself will lock. Part of the payment's transaction.
    """
    mine = _standing(record, amount.currency)
    if not mine:
        return Money.zero(amount.currency)
    book = open_book(
        amount.currency, [record, *others]
    )  # every lock of the payment, in the order it takes them
    free = Money.total(
        [book.balance(Account.Kind.DEPOSIT, one) for one in book.family[record]], amount.currency
    )
    missing = amount - max(book.zero, free)
    freed = book.zero
    for enrolment in sorted(mine, key=lambda one: (one.scheme != scheme, one.since, one.id)):
        if missing <= book.zero:
            break
        part = min(missing, books.held(record, reference_of(enrolment), amount.currency))
        if part <= book.zero:
            continue
        ledger.release(
            actor=BOOKS,
            now=now,
            record=record,
            amount=part,
            reference=reference_of(enrolment),
            once=f"free:{enrolment.public_id}:{once}"[:120],
        )
        freed, missing = freed + part, missing - part
        _short(enrolment, now)
    return freed


def _standing(record: int, currency: str) -> list[Enrolment]:
    """Enrolments of this record's customer that hold a deposit, locked."""
    mine = Enrolment.objects.select_for_update(of=("self",)).select_related("shop")
    found = mine.filter(
        shop__record__customer__records=record, state__in=HELD, currency=currency, deposit_minor__gt=0
    )
    return list(found.order_by("id"))


def _short(enrolment: Enrolment, now: datetime) -> None:
    if enrolment.state == State.ACTIVE:
        _become(BOOKS, now, enrolment, State.SHORT, "short", why="deposit")


@action
def fill_up(*, now: datetime, record: int) -> list[Enrolment]:
    """Money has come into a seller's deposit: debts are settled first, then promises that are short are whole again.

    The oldest first, each only when all it lacks is there. Gives those in force again. Safe twice.
    """
    short = Enrolment.objects.select_for_update(of=("self",)).select_related("shop")
    mine = short.filter(shop__record__customer__records=record, state=State.SHORT).order_by("since", "id")
    filled = []
    for enrolment in mine:
        _settle(enrolment, now)
        owner = enrolment.shop.record_id
        lacks = enrolment.deposit_minor - held_minor(enrolment)
        if books.balances(owner, enrolment.currency).free.minor < lacks:
            break
        if lacks > 0:
            _hold(enrolment, owner, lacks, now, f"{now.timestamp():.6f}")
        _become(BOOKS, now, enrolment, State.ACTIVE, "filled", why="")
        filled.append(enrolment)
    return filled


def money_came(event: EventRow) -> None:
    """Inside the transaction of a deposit paid in: promises that are short may be whole again."""
    if event.data.get("kind") == Entry.Kind.TOP_UP and event.record_id is not None:
        fill_up(now=event.occurred, record=event.record_id)


def _settle(enrolment: Enrolment, now: datetime) -> None:
    """What the shop owes us comes before its badge."""
    owner = enrolment.shop.record_id
    have = books.balances(owner, enrolment.currency)
    part = min(have.free, have.receivable)
    if part > Money.zero(enrolment.currency):
        ledger.settle_receivable(
            actor=BOOKS,
            now=now,
            record=owner,
            amount=part,
            source="deposit",
            once=f"settle:{enrolment.public_id}:{now.timestamp():.6f}",
        )


# -- leaving ---------------------------------------------------------------------------------------------------


@action
def give_notice(*, actor: Actor, now: datetime, enrolment: str) -> Enrolment:
    """No new sales under the promise; the deposit stays until the last one that was sold has ended. Twice is once.

    The shop's owner, or staff with `trade.protect`. Raises `NotFound`, `Denied`.
    """
    return _leave(actor, now, enrolment, NOTICE)


@action
def end_by_penalty(*, actor: Actor, now: datetime, enrolment: str) -> Enrolment:
    """The promise is taken from the shop: the badge goes at once, what was sold stays protected. Needs `trade.protect`."""
    actor.require(RIGHT)
    return _leave(actor, now, enrolment, PENALTY)


def _leave(actor: Actor, now: datetime, public_id: str, why: str) -> Enrolment:
    seen = (
        Enrolment.objects.visible_to(actor).filter(public_id=public_id).values_list("shop__public_id").first()
    )
    if seen is None:
        raise NotFound
    _own_shop(actor, seen[0])
    row: Enrolment = (
        Enrolment.objects.select_for_update(of=("self",)).select_related("shop").get(public_id=public_id)
    )
    if row.state in (State.ACTIVE, State.SHORT):
        _become(actor, now, row, State.LEAVING, "leaving", why=why)
    return row


@action
def leave_all(*, actor: Actor, now: datetime, shop: str) -> list[Enrolment]:
    """The shop itself leaves: every promise of it is given notice."""
    row = _own_shop(actor, shop)
    mine = Enrolment.objects.filter(shop=row, state__in=(State.ACTIVE, State.SHORT)).order_by("id")
    return [_leave(actor, now, code, NOTICE) for code in mine.values_list("public_id", flat=True)]


def list_leaving() -> list[int]:
    """Keys of all enrolments whose deposit waits for the last promise. For the clock."""
    return list(Enrolment.objects.filter(state=State.LEAVING).order_by("id").values_list("id", flat=True))


@action
def release_ended(*, now: datetime, enrolment_id: int) -> Enrolment | None:
    """Give the deposit back once nothing sold under the promise can cost it any more; None while something can."""
    row = (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("shop__record")
        .filter(id=enrolment_id, state=State.LEAVING)
        .first()
    )
    if row is None or still_runs(row, now) or any(check(_records(row)) for check in _open_matters):
        return None
    left = held_minor(row)
    if left > 0:
        ledger.release(
            actor=BOOKS,
            now=now,
            record=row.shop.record_id,
            amount=Money(left, row.currency),
            reference=reference_of(row),
            once=f"release:{row.public_id}",
        )
    row.until = now
    return _become(BOOKS, now, row, State.ENDED, "ended", why=row.why)


def _records(enrolment: Enrolment) -> list[int]:
    """Everything the shop's owner is known by."""
    return list(books.family([enrolment.shop.record_id])[enrolment.shop.record_id])


def still_runs(enrolment: Enrolment, now: datetime) -> bool:
    """Whether something sold under this promise can still be complained of."""
    sold = OrderLine.objects.filter(
        order__seller=enrolment.shop.record_id, order__cancelled=None, terms__has_key=enrolment.scheme
    )
    if sold.filter(order__received=None).exists():
        return True
    latest = sold.aggregate(latest=Max("order__received"))["latest"]
    return latest is not None and latest + _days(enrolment) > now


def _days(enrolment: Enrolment) -> timedelta:
    """How long the promise runs after receipt, by the longest version it was sold under."""
    versions = [rulesets.rules_of(enrolment.rules_id), rulesets.current()]
    days = [one.schemes[enrolment.scheme].days for one in versions if enrolment.scheme in one.schemes]
    return timedelta(days=max([protection.CLAIM_DAYS, *days]))


def _become(
    actor: Actor, now: datetime, row: Enrolment, state: Enrolment.State, kind: str, *, why: str
) -> Enrolment:
    row.state, row.why = state, why
    row.save(update_fields=["state", "why", "until"])
    events.record(_event(kind, actor, now, row))
    return row


def _event(kind: str, actor: Actor, now: datetime, row: Enrolment) -> Event:
    data = {
        "enrolment": row.public_id,
        "scheme": row.scheme,
        "kind": kind,
        "state": str(row.state),
        "deposit_minor": row.deposit_minor,
        "currency": row.currency,
        "why": row.why,
    }
    return Event(
        happened.ENROLMENT_CHANGED.code,
        actor,
        now,
        ("enrolment", row.id),
        record_id=row.shop.record_id,
        data=data,
    )
