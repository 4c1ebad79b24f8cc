"""Money for orders: too little, too much, twice, too late; paid is always what came in less what went back."""

from datetime import datetime, timedelta

import pytest
from django.db.models import Sum

from guanxi.core.errors import Conflict, Invalid
from guanxi.core.money import Money
from guanxi.trade import actions
from guanxi.trade.actions import ledger
from guanxi.trade.models import Payment
from guanxi.work.models import WorkItem
from tests.cast import SYSTEM, Shopper, nothing_happens
from tests.orders import RULES, Trade, goods, place, publish_trade, shelf

pytestmark = pytest.mark.django_db


def sound(trade: Trade) -> None:
    moved = Payment.objects.filter(order=trade.order_id).exclude(kind="supplier")
    assert trade.order.paid_minor == (moved.aggregate(all=Sum("amount_minor"))["all"] or 0)


def test_too_little_stays_at_payment_and_becomes_work(buyer: Shopper, now: datetime) -> None:
    publish_trade(now)
    goods("BK-1", 5)
    trade = place(buyer, now, ("BK-1", 1)).pay(3_000)
    assert (trade.order.state, trade.order.stage, trade.stages["payment"]) == ("placed", "payment", "stopped")
    item = WorkItem.objects.get(kind="trade.trouble")
    assert (item.subject_kind, item.subject_id, item.team.unit.code) == ("trouble", trade.trouble.id, "data")
    trade.at(now + timedelta(hours=1)).pay(2_000)
    item.refresh_from_db()
    assert (trade.order.state, trade.order.stage, item.state) == ("paid", "picking", "done")
    assert (trade.trouble.how, trade.order.promised) == ("went_on", now + timedelta(days=5, hours=1))
    sound(trade)


def test_a_little_missing_is_let_go(buyer: Shopper, now: datetime) -> None:
    publish_trade(now)
    goods("BK-1", 5)
    trade = place(buyer, now, ("BK-1", 1)).pay(4_900)
    assert (trade.order.state, trade.order.paid_minor) == ("paid", 4_900)


def test_what_is_missing_may_be_let_go_by_hand(buyer: Shopper, now: datetime) -> None:
    publish_trade(now)
    goods("BK-1", 5)
    trade = place(buyer, now, ("BK-1", 1)).pay(3_000).settle("went_on")
    assert (trade.order.state, trade.order.stage, trade.order.paid_minor) == ("paid", "picking", 3_000)
    with nothing_happens():
        trade.settle("went_on")
    with pytest.raises(Conflict, match="settled"), nothing_happens():
        trade.settle("cancelled")


def test_too_much_goes_back_the_way_it_came(buyer: Shopper, now: datetime) -> None:
    publish_trade(now)
    goods("BK-1", 5)
    trade = place(buyer, now, ("BK-1", 1)).pay(6_500)
    kinds = list(Payment.objects.order_by("id").values_list("kind", "method", "amount_minor"))
    assert kinds == [("in", "transfer", 6_500), ("refund", "transfer", -1_500)]
    assert (trade.order.state, trade.order.paid_minor) == ("paid", 5_000)
    sound(trade)


def test_too_much_becomes_the_customers_deposit_where_the_rules_say_so(buyer: Shopper, now: datetime) -> None:
    publish_trade(now, terms={**RULES["terms"], "overpaid": "credit"})
    goods("BK-1", 5)
    trade = place(buyer, now, ("BK-1", 1)).pay(6_500)
    assert ledger.balances(buyer.record_id).deposit == Money(1_500, "CNY")
    assert trade.order.paid_minor == 5_000
    trade.pay(5_000, once="the second slip")  # paid once more by mistake: all of it is too much
    assert ledger.balances(buyer.record_id).deposit == Money(6_500, "CNY")
    assert trade.order.paid_minor == 5_000
    sound(trade)


def test_one_key_pays_once_and_never_something_else(buyer: Shopper, now: datetime) -> None:
    publish_trade(now)
    goods("BK-1", 5)
    trade = place(buyer, now, ("BK-1", 1)).pay(3_000, once="slip 1")
    with nothing_happens():
        trade.pay(3_000, once="slip 1")
    with pytest.raises(Conflict, match="once_reused"), nothing_happens():
        trade.pay(4_000, once="slip 1")
    for amount in (Money(0, "CNY"), Money(5, "USD")):
        with pytest.raises(Invalid), nothing_happens():
            actions.pay_order(
                actor=SYSTEM, now=now, order_id=trade.order_id, amount=amount, method="cash", once="other"
            )


def test_a_cancelled_order_frees_its_stock_and_gives_the_money_back(buyer: Shopper, now: datetime) -> None:
    publish_trade(now)
    goods("BK-1", 5)
    trade = place(buyer, now, ("BK-1", 2)).pay()
    for _ in range(2):
        actions.cancel_order(actor=buyer.actor, now=now, order_id=trade.order_id)
    assert (trade.order.state, trade.order.stage, trade.order.paid_minor) == ("cancelled", "", 0)
    assert trade.order.why == "changed_mind"
    assert set(trade.stages.values()) == {"done", "dropped"}
    assert shelf("BK-1") == (5, 0)
    trade.pay(10_000, once="a slip that came late")
    assert (trade.order.state, trade.order.paid_minor) == ("cancelled", 0)
    assert Payment.objects.filter(order=trade.order_id, kind="refund").count() == 2
    sound(trade)


def test_a_parcel_on_its_way_is_not_cancelled(buyer: Shopper, now: datetime) -> None:
    publish_trade(now)
    goods("BK-1", 5)
    trade = place(buyer, now, ("BK-1", 1)).pay().finish("picking").ship()
    with pytest.raises(Conflict, match="shipped"), nothing_happens():
        actions.cancel_order(actor=buyer.actor, now=now, order_id=trade.order_id)


def test_refunds_end_with_what_was_paid(buyer: Shopper, now: datetime) -> None:
    publish_trade(now)
    goods("BK-1", 5)
    trade = place(buyer, now, ("BK-1", 1)).pay()

    def refund(minor: int, once: str) -> Payment:
        amount = Money(minor, "CNY")
        return actions.refund_order(
            actor=SYSTEM, now=now, order_id=trade.order_id, amount=amount, once=once, why="goodwill"
        )

    assert refund(2_000, "r1") == refund(2_000, "r1")
    with pytest.raises(Conflict, match="too_much"), nothing_happens():
        refund(3_001, "r2")
    refund(3_000, "r2")
    assert (trade.order.state, trade.order.paid_minor) == ("paid", 0)
    sound(trade)
