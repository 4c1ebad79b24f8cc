"""Every read of what clients hold: holdings, balances, margins, mandates."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from guanxi.core import organisation
from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.core.models import Unit
from guanxi.core.money import Money
from guanxi.core.prepared import prepared_at
from guanxi.people import queries as people
from guanxi.people.models import Record
from guanxi.trade.models import Balance, Holding, Mandate, Margin, Product
from guanxi.trade.rules.holdings import KINDS, Power, income

PRODUCTS_SHOWN_MAX = 500
SHOWN_MAX = 200  # holdings of one client that a page reads
HISTORY_DAYS = 400


def today(now: datetime) -> date:
    """The day of the house at this moment."""
    return timezone.localtime(now).date()


def list_holdings(actor: Actor) -> QuerySet[Holding]:
    """Visible holdings, newest first."""
    found: QuerySet[Holding] = Holding.objects.visible_to(actor)
    return found.select_related("record__customer", "product", "unit").order_by("-opened", "-id")


def get_holding(actor: Actor, public_id: str) -> Holding:
    """Raises `NotFound`."""
    found = list_holdings(actor).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def customer_holdings(actor: Actor, customer_id: int) -> list[Holding]:
    """A client's visible holdings: open ones first, soonest maturity first; at most `SHOWN_MAX`."""
    return sorted(
        _held_by(actor, customer_id), key=lambda one: (one.state != "open", one.matures or date.max)
    )


@prepared_at(Holding)
def _held_by(actor: Actor, customer_id: int) -> QuerySet[Holding]:
    found = list_holdings(actor).filter(record__customer_id=customer_id)
    return found.order_by("state", "-opened", "-id")[:SHOWN_MAX]


def holds_anything(actor: Actor) -> bool:
    """Whether this actor sees any holding: of a client, their own."""
    return bool(Holding.objects.visible_to(actor).exists())


def history(holding: Holding, *, since: date | None = None) -> list[Balance]:
    """Balances in the holding's own currency, oldest first, at most `HISTORY_DAYS` of the newest."""
    found = Balance.objects.filter(holding=holding, currency=holding.currency)
    if since is not None:
        found = found.filter(day__gte=since)
    return list(reversed(found.order_by("-day")[:HISTORY_DAYS]))


def newest_balances(holdings: Sequence[int]) -> list[Balance]:
    """The newest balance of each holding in each of its currencies, in one statement."""
    later = Balance.objects.filter(
        holding=OuterRef("holding"), currency=OuterRef("currency"), day__gt=OuterRef("day")
    )
    found = Balance.objects.filter(~Exists(later), holding_id__in=holdings)
    return list(found.order_by("holding_id", "currency"))


@dataclass(frozen=True, slots=True)
class Position:
    """What a client has with us and owes us in one currency."""

    currency: str
    has: Money
    owes: Money


def positions(holdings: Iterable[Holding]) -> list[Position]:
    """Sums of the newest balances of open holdings by currency: yuan first, then by code."""
    open_ones = {one.id: one for one in holdings if one.state == Holding.State.OPEN}
    has: dict[str, int] = {}
    owes: dict[str, int] = {}
    for one in newest_balances(list(open_ones)):
        kind = KINDS.get(open_ones[one.holding_id].kind)
        side = owes if kind is not None and kind.owes else has
        side[one.currency] = side.get(one.currency, 0) + one.amount_minor
    return [
        Position(code, Money(has.get(code, 0), code), Money(owes.get(code, 0), code))
        for code in sorted(has.keys() | owes.keys(), key=lambda code: (code != "CNY", code))
    ]


def balances_there(holding_ids: Iterable[int], days: Iterable[date]) -> dict[tuple[int, str, date], int]:
    """{(holding, currency, day): minor units} of what is written already. For imports."""
    found = Balance.objects.filter(holding_id__in=set(holding_ids), day__in=set(days))
    return {(one.holding_id, one.currency, one.day): one.amount_minor for one in found}


def by_numbers(actor: Actor, numbers: Iterable[str]) -> dict[str, Holding]:
    """{number: visible holding} of these numbers, in one statement."""
    return {one.number: one for one in Holding.objects.visible_to(actor).filter(number__in=set(numbers))}


def find_holdings(actor: Actor, text: str, limit: int, customers: Sequence[int] | None) -> list[int]:
    """Holdings with exactly this number or public id, else those of customers found by their names or number."""
    text = text.strip()
    if not text or limit < 1:
        return []
    mine = Holding.objects.visible_to(actor)
    code = "".join(text.split()).upper()
    exact = list(mine.filter(Q(number=code) | Q(public_id=code)).values_list("id", flat=True)[:limit])
    if exact:
        return exact
    whose = {record.customer_id for record in people.search_customers(actor, text, limit=20, found=customers)}
    found = mine.filter(record__customer_id__in=whose).order_by("state", "-opened", "-id")
    return list(found.values_list("id", flat=True)[:limit]) if whose else []


def ids_of(actor: Actor, codes: Iterable[str]) -> dict[str, int]:
    """{public id: key} of those among these holdings that are seen."""
    found = Holding.objects.visible_to(actor).filter(public_id__in=set(codes))
    return dict(found.values_list("public_id", "id"))


def balances_on(holdings: Iterable[int], days: Iterable[date]) -> dict[tuple[int, str, date], int]:
    """{(holding, currency, day): minor units} of what is written already."""
    found = Balance.objects.filter(holding_id__in=set(holdings), day__in=set(days))
    return {(one.holding_id, one.currency, one.day): one.amount_minor for one in found}


# -- margins ----------------------------------------------------------------------------------------------


def margin_on(line: str, currency: str, day: date) -> Margin | None:
    """The margin in force on a day: the newest `since` that has come, of those the last entered."""
    found = Margin.objects.filter(line=line, currency=currency, since__lte=day)
    return found.order_by("-since", "-id").first()


def list_margins(actor: Actor) -> list[Margin]:
    """All margins with their history, newest first. Needs `trade.margins`."""
    actor.require("trade.margins")
    return list(Margin.objects.order_by("line", "currency", "-since", "-id"))


def income_of(holding: Holding, *, since: date, until: date) -> Money:
    """What a holding earned the house from `since` to the day before `until`: each balance at the margin of its day.

    Nothing is earned on days without a balance or a margin; the cost counts only where a margin says so.
    """
    total = Money.zero(holding.currency)
    first = max(since, holding.opened)
    last = min(until, holding.closed or until)
    if first >= last:
        return total
    balances = list(
        Balance.objects.filter(holding=holding, currency=holding.currency, day__lt=last).order_by("day")
    )
    margins = list(
        Margin.objects.filter(line=holding.product.line, currency=holding.currency, since__lt=last).order_by(
            "since", "id"
        )
    )
    changes = {one.day for one in balances} | {one.since for one in margins} | {first, last}
    days = sorted(day for day in changes if first <= day <= last)
    for begins, ends in pairwise(days):
        margin = next((one for one in reversed(margins) if one.since <= begins), None)
        balance = next((one for one in reversed(balances) if one.day <= begins), None)
        if margin is not None:
            amount = Money(balance.amount_minor if balance else 0, holding.currency)
            cost = Money(margin.cost_minor, holding.currency)
            total += income(amount, percent=Decimal(margin.percent), days=(ends - begins).days, cost=cost)
    return total


# -- mandates ---------------------------------------------------------------------------------------------


def list_mandates(actor: Actor, customer_id: int) -> list[Mandate]:
    """Visible mandates a client has given, those in force first."""
    return sorted(_given_by(actor, customer_id), key=_in_force_first)


def mandates_held(actor: Actor, customer_id: int) -> list[Mandate]:
    """Visible mandates somebody holds for others, those in force first."""
    return sorted(_given_to(actor, customer_id), key=_in_force_first)


def _in_force_first(mandate: Mandate) -> tuple[Any, ...]:
    return mandate.revoked is not None, mandate.since, mandate.id


@prepared_at(Mandate)
def _given_by(actor: Actor, customer_id: int) -> QuerySet[Mandate]:
    return _list_mandates(actor).filter(record__customer_id=customer_id)


@prepared_at(Mandate)
def _given_to(actor: Actor, customer_id: int) -> QuerySet[Mandate]:
    return _list_mandates(actor).filter(person__customer_id=customer_id)


def _list_mandates(actor: Actor) -> QuerySet[Mandate]:
    found: QuerySet[Mandate] = Mandate.objects.visible_to(actor)
    return found.select_related("person__customer", "record__customer")


def get_mandate(actor: Actor, public_id: str) -> Mandate:
    """Raises `NotFound`."""
    row = _list_mandates(actor).filter(public_id=public_id).first()
    if row is None:
        raise NotFound
    return row


def in_force(mandate: Mandate, day: date) -> bool:
    return mandate.revoked is None and power_of(mandate).holds(day)


def power_of(mandate: Mandate) -> Power:
    """What a mandate allows, by customers: a person may have stated themselves more than once."""
    return Power(
        person=mandate.person.customer_id,
        alone=mandate.alone_minor,
        together=mandate.together_minor,
        currency=mandate.currency,
        since=mandate.since,
        until=mandate.until,
    )


def powers_for(customer_id: int) -> list[Power]:
    """The powers of everybody with a mandate of this client that was not revoked."""
    found = Mandate.objects.filter(record__customer_id=customer_id, revoked=None).select_related("person")
    return [power_of(one) for one in found.order_by("id")]


def is_company(customer_id: int) -> bool:
    """Whether a client is a company, as the newest record says that says it."""
    records = Record.objects.filter(customer_id=customer_id).order_by("-created", "-id")
    return people.nature_of(records) == "company"


# -- catalogue --------------------------------------------------------------------------------------------


def held_products() -> list[Product]:
    """What clients can hold, by line."""
    return list(Product.objects.exclude(holding="").order_by("line", "sku"))


def catalogue() -> list[Product]:
    """Every product of the house (not of shops), by line and number."""
    return list(Product.objects.filter(listings=None).order_by("line", "sku")[:PRODUCTS_SHOWN_MAX])


def team_names(codes: Iterable[str]) -> dict[str, str]:
    """{code: name} of these teams, in the reader's language."""
    found = Unit.objects.filter(code__in={code for code in codes if code})
    return {one.code: organisation.name_of(one) for one in found}


def maturing(actor: Actor, now: datetime, *, days: int) -> QuerySet[Holding]:
    """Open holdings that mature within so many days, soonest first."""
    first = today(now)
    span = Q(matures__gte=first, matures__lte=first + timedelta(days=days))
    return list_holdings(actor).filter(span, state="open").order_by("matures", "id")
