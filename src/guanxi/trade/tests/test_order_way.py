"""An order from placing to the supplier's money, in the house and of a shop: each stage ends by what happens."""

from datetime import datetime, timedelta

import pytest

from guanxi.core.errors import Conflict, Denied, Invalid, NotFound
from guanxi.core.models import Event
from guanxi.trade import actions
from guanxi.trade.actions import ledger
from guanxi.trade.models import Order, Payment
from tests.cast import SYSTEM, Shopper, Staffer, nothing_happens
from tests.orders import goods, listing_of, place, publish_trade, shelf

pytestmark = pytest.mark.django_db


def types_of(order: Order) -> list[str]:
    found = Event.objects.filter(subject_kind="order", subject_id=order.id).order_by("id")
    return list(found.values_list("type", flat=True))


def test_an_order_by_post_goes_through_every_stage(buyer: Shopper, now: datetime) -> None:
    publish_trade(now)
    goods("BK-1", 5)
    trade = place(
        buyer, now, ("BK-1", 2), intake="remittance", ship_to={"name": "王小明", "address": "西湖路 1 号"}
    )
    assert (trade.order.state, trade.order.stage, trade.order.total_minor) == ("placed", "keying", 10_000)
    assert trade.order.promised is None
    assert shelf("BK-1") == (5, 2)
    trade.finish("keying")
    assert trade.order.stage == "payment"
    trade.pay()
    # Everything is on the shelf: procurement is over at once. Three stages of four worked hours, from 10:00.
    assert (trade.order.state, trade.order.stage) == ("paid", "picking")
    assert trade.order.ship_by == now + timedelta(hours=12)
    assert trade.order.promised == now + timedelta(days=7)
    trade.finish("picking").ship()
    assert (trade.order.state, trade.order.stage, trade.order.shipped) == ("shipped", "logistics", now)
    assert shelf("BK-1") == (3, 0)
    trade.hear("accepted", "delivered")
    assert (trade.order.state, trade.order.stage) == ("shipped", "receipt")
    trade.receive()
    # No supplier is owed anything for these: the last stage is over with the receipt.
    assert (trade.order.state, trade.order.stage) == ("received", "")
    assert set(trade.stages.values()) == {"done"}
    assert types_of(trade.order) == [
        "order.placed", "order.stage_done", "order.paid", "order.stage_done", "order.parcel", "order.carrier",
        "order.received",
    ]  # fmt: skip


def test_a_shop_sends_its_own_orders_and_is_paid_after_the_receipt(
    buyer: Shopper, seller: Shopper, now: datetime
) -> None:
    publish_trade(now)
    listing = listing_of(seller, now, ship_hours=24, declaration={"grade": "A"})
    trade = place(buyer, now, (listing.public_id, 1), actor=buyer.actor)
    assert trade.line.declaration == {"grade": "A"}
    trade.pay()
    assert trade.order.stage == "shop_packing"
    assert trade.order.ship_by == now + timedelta(hours=24)
    trade.ship(actor=seller.actor)
    with pytest.raises(Denied), nothing_happens():
        actions.settle_order(actor=seller.actor, now=now, order_id=trade.order_id)
    trade.receive(actor=buyer.actor)
    assert (trade.order.state, trade.order.stage) == ("received", "shop_settlement")
    actions.register_veto("test", lambda order_id: order_id == trade.order_id)
    assert actions.settle_order(actor=SYSTEM, now=now, order_id=trade.order_id) is None
    actions.register_veto("test", lambda order_id: False)
    paid = actions.settle_order(actor=SYSTEM, now=now, order_id=trade.order_id)
    again = actions.settle_order(actor=SYSTEM, now=now, order_id=trade.order_id)
    assert paid is not None
    assert paid == again
    assert (paid.kind, paid.amount_minor) == (Payment.Kind.SUPPLIER, -9_900)
    assert (trade.order.state, trade.order.stage) == ("received", "")
    [entry] = ledger.entries_of(("order", trade.order_id))
    assert (entry.kind, entry.amount_minor, entry.record_id) == ("proceeds", 9_900, seller.record_id)
    assert paid.reference == entry.public_id


def test_over_the_counter_goods_leave_with_the_customer(buyer: Shopper, now: datetime) -> None:
    publish_trade(now)
    goods("BK-1", 1)
    trade = place(buyer, now, ("BK-1", 1), intake="store", paid=True)
    assert (trade.order.state, trade.order.stage, trade.order.paid_minor) == ("paid", "receipt", 5_000)
    trade.receive().receive()
    assert (trade.order.state, shelf("BK-1")) == ("received", (0, 0))


def test_a_service_has_no_parcels(buyer: Shopper, now: datetime) -> None:
    publish_trade(now)
    goods("LES-1", 0, line="courses")
    trade = place(buyer, now, ("LES-1", 1), intake="phone").finish("keying").pay()
    assert list(trade.stages) == ["keying", "payment", "receipt", "settlement"]
    trade.receive()
    assert trade.order.state == "received"


def test_steps_that_are_not_due_change_nothing(buyer: Shopper, now: datetime) -> None:
    publish_trade(now)
    goods("BK-1", 5)
    trade = place(buyer, now, ("BK-1", 1))
    with pytest.raises(Conflict, match="not_its_turn"), nothing_happens():
        trade.ship()
    with pytest.raises(Conflict, match="not_sent"), nothing_happens():
        trade.receive()
    with pytest.raises(Conflict, match="not_its_turn"), nothing_happens():
        trade.finish("picking")
    with pytest.raises(Conflict, match="by_itself"), nothing_happens():
        trade.finish("payment")
    trade.pay().finish("picking")
    with nothing_happens():
        trade.finish("picking")


def test_who_may_place_and_work(
    buyer: Shopper, seller: Shopper, agent: Staffer, stranger: Staffer, now: datetime
) -> None:
    publish_trade(now)
    goods("BK-1", 5)
    listing = listing_of(seller, now)
    for actor in (agent.actor, stranger.actor):
        with pytest.raises(Denied), nothing_happens():
            place(buyer, now, ("BK-1", 1), actor=actor)
    with pytest.raises(NotFound), nothing_happens():
        place(buyer, now, ("BK-1", 1), actor=seller.actor)
    with pytest.raises(Invalid, match="own_shop"), nothing_happens():
        place(seller, now, (listing.public_id, 1), actor=seller.actor)
    with pytest.raises(Invalid, match="sellers"), nothing_happens():
        place(buyer, now, ("BK-1", 1), (listing.public_id, 1))
    trade = place(buyer, now, (listing.public_id, 1), actor=buyer.actor).pay()
    with pytest.raises(Denied), nothing_happens():
        trade.ship(actor=buyer.actor)
    with pytest.raises(Denied), nothing_happens():
        trade.receive(actor=seller.actor)
    with pytest.raises(Conflict, match="no_till"), nothing_happens():
        trade.pay(100, actor=buyer.actor)


def test_an_imported_order_keeps_no_way(buyer: Shopper, now: datetime) -> None:
    order = Order.objects.get(number="A-1001")
    with pytest.raises(Conflict, match="no_flow"), nothing_happens():
        actions.cancel_order(actor=SYSTEM, now=now, order_id=order.id)
