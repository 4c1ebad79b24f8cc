"""What stays of the books: when somebody is forgotten, and when the sample goes."""

from datetime import datetime

import pytest

from guanxi.core import personal
from guanxi.core.money import Money
from guanxi.people.models import Record
from guanxi.trade.actions import ledger
from guanxi.trade.models import Account, Entry, Payout, Posting
from guanxi.trade.queries import ledger as queries
from tests.cast import SYSTEM, Shopper

pytestmark = pytest.mark.django_db


def yuan(amount: int) -> Money:
    return Money(amount * 100, "CNY")


def test_the_books_stay_without_the_person(seller: Shopper, buyer: Shopper, now: datetime) -> None:
    ledger.top_up(actor=SYSTEM, now=now, record=seller.record_id, amount=yuan(9), once="up")
    ledger.withdraw_deposit(actor=SYSTEM, now=now, record=seller.record_id, amount=yuan(2), once="out")
    person = personal.gather(
        customers=[seller.customer_id], records=[seller.record_id], codes=[], needles=["Li Hua"]
    )
    kept = {
        one.holding.code: (one.count, one.fate.value) for one in personal.preview(person, personal.Way.ERASE)
    }
    assert {
        code: kept[code] for code in kept if code in ("trade.accounts", "trade.entries", "trade.payouts")
    } == {
        "trade.accounts": (2, "keep"),
        "trade.entries": (2, "keep"),
        "trade.payouts": (1, "keep"),
    }
    personal.forget(person, personal.Way.ERASE, now)
    assert ledger.balances(seller.record_id).free == yuan(7)
    assert queries.unbalanced_entries() == []


def test_the_sample_takes_its_books_along(seller: Shopper, buyer: Shopper, now: datetime) -> None:
    Record.objects.filter(id=seller.record_id).update(sample=True)
    ledger.fill_fund(actor=SYSTEM, now=now, amount=yuan(5), once="sample-fund", sample=True)
    ledger.fill_fund(actor=SYSTEM, now=now, amount=yuan(100), once="fund")
    ledger.top_up(actor=SYSTEM, now=now, record=seller.record_id, amount=yuan(9), once="up")
    ledger.withdraw_deposit(actor=SYSTEM, now=now, record=seller.record_id, amount=yuan(2), once="out")
    ledger.top_up(actor=SYSTEM, now=now, record=buyer.record_id, amount=yuan(1), once="mine")
    assert ledger.remove_sample(actor=SYSTEM, now=now, record_ids=[seller.record_id]) == 3
    assert Entry.objects.count() == 2
    assert Posting.objects.count() == 4
    assert (Payout.objects.count(), Account.objects.filter(owner=seller.record_id).count()) == (0, 0)
    assert ledger.fund_balance() == yuan(100)
    assert [one.difference for one in queries.trial_balance()] == [0]
