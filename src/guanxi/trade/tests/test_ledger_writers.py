"""Many at once: balances equal sums, no deposit is spent twice, one key moves money once."""

from datetime import datetime

import pytest

from guanxi.core.errors import Conflict
from guanxi.core.money import Money
from guanxi.trade.actions import ledger
from guanxi.trade.models import Entry
from guanxi.trade.queries import ledger as queries
from tests.cast import SYSTEM, Shopper, in_threads

pytestmark = pytest.mark.django_db(transaction=True)
CASE = ("case", 1)


def yuan(amount: int) -> Money:
    return Money(amount * 100, "CNY")


def sound() -> None:
    assert queries.unbalanced_entries() == []
    assert [one.difference for one in queries.trial_balance()] == [0]


def test_parallel_writers_leave_exact_sums(
    seller: Shopper, buyer: Shopper, now: datetime, long: bool
) -> None:
    """Holds, releases, top-ups and payments at once, from no account to many."""
    rounds = 10 if long else 1
    ledger.fill_fund(actor=SYSTEM, now=now, amount=yuan(5), once="fund")

    def write(number: int) -> int:
        moved = 0
        for turn in range(rounds):
            key, what = f"w{number}-{turn}", (number + turn) % 4
            if what == 0:
                ledger.top_up(actor=SYSTEM, now=now, record=seller.record_id, amount=yuan(3), once=key)
                moved += 3
            elif what == 1:
                try:
                    ledger.hold(
                        actor=SYSTEM,
                        now=now,
                        record=seller.record_id,
                        amount=yuan(2),
                        reference=CASE,
                        once=key,
                    )
                except Conflict as error:
                    assert error.code == "not_free"  # noqa: PT017  refused, and nothing else
            else:
                ledger.pay(
                    actor=SYSTEM, now=now, to_record=buyer.record_id, from_record=seller.record_id,
                    amount=yuan(1), reference=CASE, once=key,
                )  # fmt: skip
                moved -= 1
        return moved

    done = in_threads(20, write)
    assert [one for one in done if isinstance(one, Exception)] == []
    sound()
    has = ledger.balances(seller.record_id)
    fund = ledger.fund_balance()
    moved = sum(one for one in done if isinstance(one, int))
    # What came in minus what was paid: in the deposit, or gone from the fund, or from our own account.
    house = sum(one.by_kind.get("house", 0) for one in queries.trial_balance())
    assert has.deposit + fund + Money(house, "CNY") == yuan(5 + moved)
    assert has.receivable == yuan(5) - fund - Money(house, "CNY")
    assert min(has.free, has.held, fund) >= yuan(0)


def test_a_deposit_is_not_spent_twice(seller: Shopper, now: datetime) -> None:
    ledger.top_up(actor=SYSTEM, now=now, record=seller.record_id, amount=yuan(5), once="up")

    def hold(number: int) -> object:
        return ledger.hold(
            actor=SYSTEM, now=now, record=seller.record_id, amount=yuan(2), reference=CASE, once=f"h{number}"
        )

    done = in_threads(8, hold)
    assert sorted(type(one).__name__ for one in done) == ["Conflict"] * 6 + ["Entry"] * 2
    assert ledger.balances(seller.record_id).held == yuan(4)


def test_one_key_at_once_pays_once(seller: Shopper, buyer: Shopper, now: datetime) -> None:
    def pay(_: int) -> ledger.Paid:
        return ledger.pay(
            actor=SYSTEM, now=now, to_record=buyer.record_id, from_record=seller.record_id, amount=yuan(7),
            reference=CASE, once="the same",
        )  # fmt: skip

    done = in_threads(8, pay)
    assert len({one.entry.public_id for one in done if isinstance(one, ledger.Paid)}) == 1
    assert [one for one in done if isinstance(one, Exception)] == []
    assert Entry.objects.count() == 1
    sound()
