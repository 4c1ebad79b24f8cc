"""Many at once: the last piece goes to one, one slip pays once, a parcel is made once, a carrier is heard once."""

from datetime import datetime

import pytest

from guanxi.core.errors import Conflict
from guanxi.core.money import Money
from guanxi.trade import actions
from guanxi.trade.actions import Heard, NewLine, NewOrder
from guanxi.trade.models import CarrierEvent, Order, OrderLine, Payment, Shipment, Stage
from tests.cast import SYSTEM, Shopper, in_threads
from tests.orders import goods, listing_of, place, publish_trade, shelf

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_last_piece_goes_to_one(buyer: Shopper, seller: Shopper, now: datetime, long: bool) -> None:
    publish_trade(now)
    for number in range(1_000 if long else 50):
        listing = listing_of(seller, now, on_hand=1)
        order = NewOrder(lines=[NewLine(listing.public_id)])

        def buy(_: int, order: NewOrder = order) -> Order:
            return actions.place_order(actor=SYSTEM, now=now, record_id=buyer.record_id, order=order)

        done = in_threads(4, buy)
        assert sorted(type(one).__name__ for one in done) == ["Conflict"] * 3 + ["Order"], number
        assert {one.code for one in done if isinstance(one, Conflict)} == {"sold_out"}
        assert OrderLine.objects.filter(listing=listing).count() == 1
        assert shelf(listing.public_id, "shop") == (1, 1)


def test_several_things_in_any_order_never_wait_in_a_circle(buyer: Shopper, now: datetime) -> None:
    """Orders naming the same goods the other way round, cancelled and filled up meanwhile."""
    publish_trade(now)
    goods("BK-1", 100)
    goods("BK-2", 100)

    def work(number: int) -> object:
        lines = [NewLine("BK-1", 3), NewLine("BK-2", 2)]
        order = NewOrder(lines=lines if number % 2 else lines[::-1])
        made = actions.place_order(actor=SYSTEM, now=now, record_id=buyer.record_id, order=order)
        if number % 3 == 0:
            actions.cancel_order(actor=SYSTEM, now=now, order_id=made.id)
        if number % 4 == 0:
            actions.put_stock(actor=SYSTEM, now=now, sku="BK-1", quantity=1)
        return made.id

    done = in_threads(12, work)
    assert [one for one in done if isinstance(one, Exception)] == []
    assert (shelf("BK-1"), shelf("BK-2")) == ((103, 24), (100, 16))


def test_one_slip_pays_once_and_a_parcel_is_made_and_heard_once(buyer: Shopper, now: datetime) -> None:
    publish_trade(now)
    goods("BK-1", 5)
    trade = place(buyer, now, ("BK-1", 2))

    def pay(_: int) -> str:
        return actions.pay_order(
            actor=SYSTEM,
            now=now,
            order_id=trade.order_id,
            amount=Money(10_000, "CNY"),
            method="card",
            once="slip",
        ).public_id

    assert len(set(in_threads(6, pay))) == 1
    assert (Payment.objects.count(), trade.order.paid_minor) == (1, 10_000)

    def finish(_: int) -> object:
        return actions.finish_stage(actor=SYSTEM, now=now, order_id=trade.order_id, stage="picking").stage

    assert set(in_threads(6, finish)) == {"packing"}

    def ship(number: int) -> object:
        return actions.ship(
            actor=SYSTEM, now=now, order_id=trade.order_id, carrier="post", tracking=f"P{number % 2}"
        ).public_id

    done = in_threads(6, ship)
    assert len({one for one in done if isinstance(one, str)}) == 1
    assert {one.code for one in done if isinstance(one, Conflict)} == {"not_its_turn"}
    parcel = Shipment.objects.get()
    assert (trade.line.shipped, shelf("BK-1")) == (2, (3, 0))

    def hear(number: int) -> object:
        heard = [Heard("moving", "e1", now), Heard("delivered", "e2", now)][:: 1 if number % 2 else -1]
        return actions.hear_carrier(
            actor=SYSTEM, now=now, carrier="post", tracking=parcel.tracking, heard=heard
        ).state

    assert set(in_threads(6, hear)) == {"delivered"}
    assert CarrierEvent.objects.count() == 2
    assert trade.order.stage == "receipt"

    def receive(_: int) -> object:
        return actions.confirm_receipt(actor=buyer.actor, now=now, order_id=trade.order_id).state

    assert set(in_threads(6, receive)) == {"received"}
    assert Stage.objects.filter(order=trade.order_id, state="open").count() == 0


def test_paying_and_cancelling_at_once_loses_nothing(buyer: Shopper, now: datetime) -> None:
    publish_trade(now)
    goods("BK-1", 9)
    for number in range(3):
        trade = place(buyer, now, ("BK-1", 1))

        def either(side: int, key: str = f"s{number}", order_id: int = trade.order_id) -> object:
            if side:
                return actions.cancel_order(actor=SYSTEM, now=now, order_id=order_id)
            amount = Money(5_000, "CNY")
            return actions.pay_order(
                actor=SYSTEM, now=now, order_id=order_id, amount=amount, method="cash", once=key
            )

        assert [one for one in in_threads(2, either) if isinstance(one, Exception)] == []
        order = trade.order
        assert (order.state, order.paid_minor) == ("cancelled", 0)
    assert shelf("BK-1") == (9, 0)
