"""Balances of holdings by day, many at once: as a system of accounts sends them every night, or as somebody types one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Invalid, NotFound
from guanxi.core.events import Event
from guanxi.core.money import Money
from guanxi.trade import events as happened
from guanxi.trade.actions.held.allowing import KEEP, allow
from guanxi.trade.models import Balance, Holding
from guanxi.trade.queries.holdings import today

ROWS_MAX = 1_000
Key = tuple[int, str, date]


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """What a holding (its key) came to at the end of a day."""

    holding_id: int
    day: date
    amount: Money


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of one row: `before` is the amount it replaced in minor units, None where there was none."""

    balance_id: int
    before: int | None
    changed: bool


@action
def record_balances(*, actor: Actor, now: datetime, rows: Sequence[BalanceRow]) -> list[Recorded]:
    """Write balances, at most `ROWS_MAX` in one transaction; the same day again is a correction, the same amount nothing.

    Of two rows for one day the later counts. Needs `trade.holdings.keep` at each holding's branch. Raises `NotFound` for a
    holding that is not seen, `Denied`, `Invalid` for a day outside of the holding's time: nothing is written then.
    """
    actor.require(KEEP)
    if len(rows) > ROWS_MAX:
        raise Invalid(_("At most %(most)s balances at once.") % {"most": ROWS_MAX})
    holdings = _holdings(actor, {row.holding_id for row in rows})
    for row in rows:
        _check(holdings[row.holding_id], row, now)
    there = _there(holdings, {row.day for row in rows})
    given: dict[Key, Recorded] = {}
    fresh: list[Balance] = []
    changed: list[Balance] = []
    happenings: list[Event] = []
    for row in rows:
        key = row.holding_id, row.amount.currency, row.day
        known = there.get(key)
        before = known.amount_minor if known else None
        if known is None:
            known = there[key] = _new(row, now)
            fresh.append(known)
        elif before != row.amount.minor:
            known.amount_minor, known.entered = row.amount.minor, now
            changed.append(known)
        differs = before != row.amount.minor
        given[key] = Recorded(known.id, before, differs)
        if differs:
            happenings.append(_happened(actor, now, holdings[row.holding_id], row, before))
    if happenings:
        Balance.objects.bulk_update([one for one in changed if one not in fresh], ["amount_minor", "entered"])
        events.record(*happenings, with_rows=fresh)
        show_newest(holdings)
    return [given[row.holding_id, row.amount.currency, row.day] for row in rows]


def _holdings(actor: Actor, wanted: set[int]) -> dict[int, Holding]:
    """Those holdings, locked in the order of their keys."""
    seen = Holding.objects.visible_to(actor).filter(id__in=wanted).values_list("id", flat=True)
    if set(seen) != wanted:
        raise NotFound
    found = Holding.objects.select_for_update(of=("self",), no_key=True).filter(id__in=wanted).order_by("id")
    holdings = {one.id: one for one in found}
    for one in holdings.values():
        allow(actor, KEEP, one.unit_id)
    return holdings


def _check(holding: Holding, row: BalanceRow, now: datetime) -> None:
    if row.day < holding.opened or (holding.closed is not None and row.day > holding.closed):
        raise Invalid(fields={"day": _("The holding was not open on this day.")})
    if row.day > today(now):
        raise Invalid(fields={"day": _("This day is still to come.")})


def _there(holdings: dict[int, Holding], days: set[date]) -> dict[Key, Balance]:
    found = Balance.objects.filter(holding_id__in=list(holdings), day__in=days)
    return {(one.holding_id, one.currency, one.day): one for one in found}


def _new(row: BalanceRow, now: datetime) -> Balance:
    return Balance(
        holding_id=row.holding_id,
        day=row.day,
        currency=row.amount.currency,
        amount_minor=row.amount.minor,
        entered=now,
    )


def _happened(actor: Actor, now: datetime, holding: Holding, row: BalanceRow, before: int | None) -> Event:
    data = {
        "holding": holding.public_id,
        "day": row.day.isoformat(),
        "currency": row.amount.currency,
        "after_minor": row.amount.minor,
        "before_minor": before,
    }
    subject = ("holding", holding.id)
    return Event(
        happened.BALANCE_RECORDED.code, actor, now, subject, holding.record_id, holding.unit_id, data=data
    )


def show_newest(holdings: dict[int, Holding]) -> None:
    """Put the newest balance in a holding's own currency onto its row. The rows are locked."""
    newest: dict[int, Balance] = {}
    for one in (
        Balance.objects.filter(holding_id__in=list(holdings)).order_by("holding_id", "-day").iterator()
    ):
        if one.currency == holdings[one.holding_id].currency:
            newest.setdefault(one.holding_id, one)
    differing = []
    for holding in holdings.values():
        last = newest.get(holding.id)
        wanted = (last.amount_minor, last.day) if last else (None, None)
        if wanted != (holding.balance_minor, holding.balance_on):
            holding.balance_minor, holding.balance_on = wanted
            differing.append(holding)
    Holding.objects.bulk_update(differing, ["balance_minor", "balance_on"])


@action
def withdraw_balances(
    *, actor: Actor, now: datetime, written: Sequence[tuple[int, int, int | None]]
) -> set[int]:
    """Take back what an import wrote: (balance id, amount it wrote, amount before or None). Gives the ids changed since.

    Needs `trade.holdings.keep`.
    """
    actor.require(KEEP)
    found = {one.id: one for one in Balance.objects.filter(id__in=[ref for ref, _, _ in written])}
    holdings = _holdings(actor, {one.holding_id for one in found.values()})
    kept: set[int] = set()
    happenings = []
    for ref, after, before in written:
        row = found.get(ref)
        if row is None or row.amount_minor != after:
            kept.add(ref)
            continue
        happenings.append(_taken_back(actor, now, holdings[row.holding_id], row, before))
        if before is None:
            row.delete()
        else:
            Balance.objects.filter(id=ref).update(amount_minor=before, entered=now)
    if happenings:
        events.record(*happenings)
        show_newest(holdings)
    return kept


def _taken_back(actor: Actor, now: datetime, holding: Holding, row: Balance, before: int | None) -> Event:
    data = {
        "holding": holding.public_id,
        "day": row.day.isoformat(),
        "currency": row.currency,
        "after_minor": before,
        "before_minor": row.amount_minor,
    }
    subject = ("holding", holding.id)
    return Event(
        happened.BALANCE_WITHDRAWN.code, actor, now, subject, holding.record_id, holding.unit_id, data=data
    )
