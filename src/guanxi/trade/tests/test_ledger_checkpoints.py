"""Checkpoints: balances and statements stay what the sums are, with one, with none, moved forward, thrown away."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from guanxi.core.money import Money
from guanxi.trade.actions import ledger
from guanxi.trade.actions.ledger import checkpoints
from guanxi.trade.models import Account, Checkpoint
from guanxi.trade.queries import books
from tests.cast import SYSTEM, Shopper

pytestmark = pytest.mark.django_db


def fill(now: datetime, count: int, start: int = 0) -> None:
    for number in range(start, start + count):
        made = now + timedelta(minutes=number)
        ledger.fill_fund(actor=SYSTEM, now=made, amount=Money(number + 1, "CNY"), once=f"f{number}")


def seen() -> tuple[int, list[int], int]:
    """The fund's balance, its running balances over all pages, what its list shows."""
    fund = Account.objects.get(kind="fund")
    running: list[int] = []
    page: Any = books.statement(SYSTEM, fund, size=2)
    running += [row.running for row in page.rows]
    while page.next_cursor:
        page = books.statement(SYSTEM, fund, after=page.next_cursor, size=2)
        running += [row.running for row in page.rows]
    listed: Any = books.list_accounts(SYSTEM).get(kind="fund")
    return ledger.fund_balance().minor, running, listed.balance_minor


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three postings make an account busy, and all of them are old enough."""
    monkeypatch.setattr(checkpoints, "BUSY", 3)
    monkeypatch.setattr(checkpoints, "SETTLED", timedelta(days=-400))


def test_a_checkpoint_changes_no_balance(seller: Shopper, now: datetime) -> None:
    fill(now, 6)
    ledger.top_up(actor=SYSTEM, now=now, record=seller.record_id, amount=Money(5, "CNY"), once="up")
    before = seen()
    assert before == (21, [21, 15, 10, 6, 3, 1], 21)
    wall = datetime.now(now.tzinfo)
    assert ledger.take_checkpoints(now=wall) == 2  # the fund and the banks outside; not the deposit
    assert seen() == before
    assert ledger.take_checkpoints(now=wall) == 0
    fund = Checkpoint.objects.get(account__kind="fund")
    assert fund.sum_minor == 21
    Checkpoint.objects.update(below=0, sum_minor=0)
    assert seen() == before
    assert ledger.take_checkpoints(now=wall + timedelta(days=1)) == 2
    assert seen() == before


def test_what_comes_after_is_added(now: datetime) -> None:
    fill(now, 5)
    before = seen()
    [middle] = Account.objects.get(kind="fund").postings.order_by("id")[2:3]
    Checkpoint.objects.create(
        account=middle.account, below=middle.id, sum_minor=3, made=now
    )  # of the first two, 1 + 2
    assert seen() == before
    fill(now, 1, start=5)
    assert seen()[0] == before[0] + 6
    ledger.remove_sample(actor=SYSTEM, now=now, record_ids=[])
    assert not Checkpoint.objects.exists()
    assert seen()[0] == before[0] + 6


def test_young_postings_wait(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another transaction may still add among them."""
    monkeypatch.setattr(checkpoints, "SETTLED", timedelta(days=1))
    fill(now, 5)
    assert ledger.take_checkpoints(now=datetime.now(now.tzinfo)) == 0
