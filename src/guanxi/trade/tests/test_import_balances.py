"""Balances of holdings from a file: a dry run that writes nothing, corrections, what is refused and why, undone exactly."""

from collections.abc import Sequence
from datetime import date, datetime

import pytest

from guanxi.core.access import Actor
from guanxi.core.errors import Denied
from guanxi.core.imports import actions as imports
from guanxi.core.models import Event
from guanxi.core.models.imports import ImportRun
from guanxi.core.money import Money
from guanxi.trade.actions import held
from guanxi.trade.actions.held import BalanceRow
from guanxi.trade.models import Balance, Holding
from tests.bank import catalogue, opened
from tests.cast import SYSTEM, Organisation, Shopper, Staffer, nothing_happens, work_off

pytestmark = pytest.mark.django_db
HEAD = "账号,余额日期,余额,币种\n"


@pytest.fixture
def holding(organisation: Organisation, buyer: Shopper, now: datetime) -> Holding:
    catalogue()
    front = organisation.id("front")
    row = opened(buyer, now, number="6222 0202", unit_id=front, rate="0.35", since=date(2026, 2, 1))
    row.refresh_from_db()
    return row


def checked(rows: Sequence[str], now: datetime, actor: Actor = SYSTEM) -> ImportRun:
    """Received and tried; nothing is written yet."""
    content = (HEAD + "\n".join(rows)).encode()
    run = imports.receive(actor=actor, now=now, kind="balances", name="b.csv", chunks=[content])
    imports.start_check(actor=actor, now=now, public_id=run.public_id)
    work_off()
    return ImportRun.objects.get(id=run.id)


def brought(rows: Sequence[str], now: datetime) -> ImportRun:
    run = checked(rows, now)
    imports.start(actor=SYSTEM, now=now, public_id=run.public_id)
    work_off()
    run.refresh_from_db()
    return run


def kept(holding: Holding) -> list[tuple[str, str, int]]:
    rows = Balance.objects.filter(holding=holding).order_by("day", "currency")
    return [(f"{one.day:%m-%d}", one.currency, one.amount_minor) for one in rows]


def newest(holding: Holding) -> tuple[int | None, date | None]:
    holding.refresh_from_db()
    return holding.balance_minor, holding.balance_on


def test_the_dry_run_says_it_all_and_writes_nothing(holding: Holding, now: datetime) -> None:
    rows = [
        "62220202,2026-03-01,100.00,", "6222 0202,2026-03-02,120.50,CNY", "62220202,2026-03-02,-3,USD",
        "99999999,2026-03-02,1,", "62220202,2026-01-31,1,", "62220202,2026-03-09,1,", "62220202,2026-03-02,1.005,",
    ]  # fmt: skip
    run = checked(rows, now)
    tried = {"new": 3, "refused": 4, "all_repeats_seen": True}
    assert (run.checked, Balance.objects.count()) == (tried, 0)
    imports.start(actor=SYSTEM, now=now, public_id=run.public_id)
    work_off()
    run.refresh_from_db()
    assert run.counts == {"new": 3, "refused": 4}
    assert kept(holding) == [("03-01", "CNY", 10_000), ("03-02", "CNY", 12_050), ("03-02", "USD", -300)]
    assert newest(holding) == (12_050, date(2026, 3, 2))
    assert Event.objects.filter(type="holding.balance_recorded").count() == 3
    again = brought(rows[:3], now)
    assert again.counts == {"unchanged": 3}
    assert Event.objects.filter(type="holding.balance_recorded").count() == 3


def test_corrected_and_undone(holding: Holding, now: datetime) -> None:
    brought(["62220202,2026-03-01,100,"], now)
    second = brought(
        ["62220202,2026-03-01,90,", "62220202,2026-03-02,80,", "62220202,2026-03-02,85,"], now
    )  # of two rows for one day the later counts
    assert second.counts == {"update": 2, "new": 1}
    assert kept(holding) == [("03-01", "CNY", 9_000), ("03-02", "CNY", 8_500)]
    imports.start_undo(actor=SYSTEM, now=now, public_id=second.public_id)
    work_off()
    assert kept(holding) == [("03-01", "CNY", 10_000)]
    assert newest(holding) == (10_000, date(2026, 3, 1))


def test_what_was_corrected_since_stays(holding: Holding, now: datetime) -> None:
    run = brought(["62220202,2026-03-01,100,", "62220202,2026-03-02,200,"], now)
    by_hand = BalanceRow(holding.id, date(2026, 3, 2), Money(21_000, "CNY"))
    held.record_balances(actor=SYSTEM, now=now, rows=[by_hand])
    imports.start_undo(actor=SYSTEM, now=now, public_id=run.public_id)
    work_off()
    run.refresh_from_db()
    assert (kept(holding), run.counts["kept"]) == ([("03-02", "CNY", 21_000)], 1)


def test_who_may_not_keep_holdings(holding: Holding, agent: Staffer, now: datetime) -> None:
    with pytest.raises(Denied), nothing_happens():
        imports.receive(actor=agent.actor, now=now, kind="balances", name="b.csv", chunks=[HEAD.encode()])
