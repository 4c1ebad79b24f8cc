"""What a seller is paid for an order moves through the ledger: once, less what went back, out by a payout, reconciled."""

from datetime import datetime
from typing import Any

import pytest

from guanxi.core.errors import Denied
from guanxi.core.models import Role
from guanxi.core.money import Money
from guanxi.trade import actions
from guanxi.trade.actions import ledger
from guanxi.trade.models import Account, Entry, Payment, Payout
from guanxi.trade.queries import ledger as books
from guanxi.trade.queries import soundness
from tests.cast import SYSTEM, Hire, Shopper, Staffer, in_threads, nothing_happens, work_off
from tests.orders import Trade, listing_of, place, publish_trade


def received(buyer: Shopper, seller: Shopper, now: datetime) -> Trade:
    publish_trade(now)
    return place(buyer, now, (listing_of(seller, now).public_id, 1)).pay().ship().hear("delivered").receive()


def settle(trade: Trade) -> Payment | None:
    return actions.settle_order(actor=SYSTEM, now=trade.now, order_id=trade.order_id)


def payable(seller: Shopper) -> int:
    account = Account.objects.get(owner=seller.record_id, kind="payable")
    return books.sums([account.id]).get(account.id, 0)


def sound() -> None:
    assert books.unbalanced_entries() == []
    assert {one.difference for one in books.trial_balance()} <= {0}
    assert (books.unmatched_settlements(), soundness.check_books().state) == ([], "ok")


@pytest.mark.django_db
def test_the_money_waits_for_the_bank_and_leaves_once_it_arrived(
    buyer: Shopper, seller: Shopper, now: datetime
) -> None:
    trade = received(buyer, seller, now)
    paid = settle(trade)
    assert paid is not None
    payout = Payout.objects.get()
    assert (payout.record_id, payout.amount_minor, payout.state) == (seller.record_id, 9_900, "pending")
    assert (payout.entry.public_id, payable(seller)) == (paid.reference, 9_900)
    assert books.balances(seller.record_id).deposit == Money(0, "CNY")  # it is theirs, no deposit of ours
    sound()
    ledger.confirm_payout(actor=SYSTEM, now=now, public_id=payout.public_id, given="B-1")
    assert payable(seller) == 0
    kinds = [one.kind for one in ledger.entries_of(("order", trade.order_id))]
    assert kinds == ["proceeds", "paid_out"]
    with nothing_happens():
        assert settle(trade) == paid
    sound()


@pytest.mark.django_db(transaction=True)
def test_the_adapter_of_the_house_sends_it(
    buyer: Shopper, seller: Shopper, now: datetime, settings: Any
) -> None:
    settings.PAYOUTS = "book"
    settle(received(buyer, seller, now))
    work_off()
    payout = Payout.objects.get()
    assert (payout.state, payout.given) == ("confirmed", f"BOOK-{payout.public_id}")
    assert payable(seller) == 0
    sound()


@pytest.mark.django_db
def test_what_went_back_to_the_buyer_the_seller_does_not_get(
    buyer: Shopper, seller: Shopper, now: datetime
) -> None:
    trade = received(buyer, seller, now)
    some = Money(2_000, "CNY")
    actions.refund_order(
        actor=SYSTEM, now=now, order_id=trade.order_id, amount=some, once="r1", why="goodwill"
    )
    settle(trade)
    assert (Payout.objects.get().amount_minor, Entry.objects.get().amount_minor) == (7_900, 7_900)
    sound()


@pytest.mark.django_db
def test_where_all_went_back_nothing_moves(buyer: Shopper, seller: Shopper, now: datetime) -> None:
    trade = received(buyer, seller, now)
    all_of_it = Money(9_900, "CNY")
    actions.refund_order(
        actor=SYSTEM, now=now, order_id=trade.order_id, amount=all_of_it, once="r1", why="goodwill"
    )
    paid = settle(trade)
    assert paid is not None
    assert (paid.amount_minor, paid.reference, trade.order.stage) == (0, "", "")
    assert (Entry.objects.count(), Payout.objects.count()) == (0, 0)
    sound()


@pytest.mark.django_db
def test_while_something_is_open_or_without_the_right_nothing_moves(
    buyer: Shopper, seller: Shopper, stranger: Staffer, now: datetime
) -> None:
    trade = received(buyer, seller, now)
    actions.register_veto("test", lambda order_id: True)
    with nothing_happens():
        assert settle(trade) is None
    actions.register_veto("test", lambda order_id: False)
    with pytest.raises(Denied), nothing_happens():
        actions.settle_order(actor=seller.actor, now=now, order_id=trade.order_id)
    with pytest.raises(Denied), nothing_happens():
        ledger.pay_proceeds(
            actor=stranger.actor, now=now, record=seller.record_id, amount=Money(1, "CNY"), reference=("order", 1),
            once="x",
        )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_ten_clocks_pay_the_seller_once(buyer: Shopper, seller: Shopper, now: datetime) -> None:
    trade = received(buyer, seller, now)
    done = in_threads(10, lambda _: settle(trade))
    assert len({one.public_id for one in done if isinstance(one, Payment)}) == 1
    assert [one for one in done if not isinstance(one, Payment)] == []
    assert (Entry.objects.count(), Payout.objects.count(), payable(seller)) == (1, 1, 9_900)


@pytest.mark.django_db
def test_the_doctor_sees_what_does_not_match(buyer: Shopper, seller: Shopper, now: datetime) -> None:
    trade = received(buyer, seller, now)
    settle(trade)
    Payment.objects.filter(kind="supplier").update(amount_minor=-9_800)
    found = soundness.check_books()
    assert (found.state, found.details["settlements"]) == ("fault", [trade.order.number])
    Payment.objects.filter(kind="supplier").delete()
    assert books.unmatched_settlements() == [trade.order.number]


@pytest.mark.django_db
def test_an_account_says_what_the_money_was_for(
    buyer: Shopper, seller: Shopper, hire: Hire, now: datetime
) -> None:
    rights = ("people.view", "trade.view", "trade.ledger.view")
    Role.objects.create(code="auditor", rights=dict.fromkeys(rights, "all"))
    auditor = hire("auditor", "auditor")
    trade = received(buyer, seller, now)
    paid = settle(trade)
    assert paid is not None
    shown = auditor.client.get(f"/ledger/entries/{paid.reference}/").content.decode()
    assert "Proceeds of a sale" in shown
    assert trade.order.number in shown
