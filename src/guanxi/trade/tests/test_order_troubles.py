"""Partial deliveries, goods missing and damaged, parcels that do not arrive: each trouble has its ways out."""

from datetime import datetime, timedelta

import pytest

from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.trade import actions
from guanxi.trade.actions import Heard
from guanxi.trade.models import CarrierEvent, Shipment, Stage
from guanxi.work.models import WorkItem
from tests.cast import SYSTEM, Shopper, nothing_happens
from tests.orders import Trade, goods, listing_of, place, publish_trade, shelf

pytestmark = pytest.mark.django_db


def picked(buyer: Shopper, now: datetime, *lines: tuple[str, int]) -> Trade:
    return place(buyer, now, *lines).pay().finish("picking")


def test_part_of_an_order_is_sent_first(buyer: Shopper, now: datetime) -> None:
    publish_trade(now)
    goods("BK-1", 5)
    goods("BK-2", 5, price=3_000)
    trade = picked(buyer, now, ("BK-1", 2), ("BK-2", 1))
    first, second = trade.lines
    trade.ship("P1", {first.id: 1})
    assert (trade.order.state, trade.order.stage) == ("paid", "packing")
    with pytest.raises(Invalid, match="too_many"), nothing_happens():
        trade.ship("P2", {first.id: 2})
    trade.ship("P2", {first.id: 1, second.id: 1}, handed=False)
    assert (trade.order.state, trade.order.stage) == ("paid", "logistics")
    parcel = Shipment.objects.get(tracking="P2")
    for _ in range(2):
        actions.hand_over(actor=SYSTEM, now=now, parcel_id=parcel.id)
    assert trade.order.state == "shipped"
    trade.hear("delivered", tracking="P1")
    assert trade.order.stage == "logistics"
    trade.hear("delivered", tracking="P2")
    assert trade.order.stage == "receipt"
    assert [line.shipped for line in trade.lines] == [2, 1]


def test_a_first_parcel_may_be_received_alone(buyer: Shopper, now: datetime) -> None:
    publish_trade(now)
    goods("BK-1", 5)
    trade = picked(buyer, now, ("BK-1", 2))
    trade.ship("P1", {trade.line.id: 1}).receive(actor=buyer.actor)
    assert (trade.order.state, trade.order.stage, trade.line.received) == ("paid", "packing", 1)
    trade.ship("P2").receive(actor=buyer.actor)
    assert (trade.order.state, trade.line.received) == ("received", 2)


def test_a_shipment_is_made_once(buyer: Shopper, now: datetime) -> None:
    publish_trade(now)
    goods("BK-1", 5)
    trade = picked(buyer, now, ("BK-1", 1)).ship(" p 1 ")
    with nothing_happens():
        trade.ship("P1")
    other = picked(buyer, now, ("BK-1", 1))
    with pytest.raises(Conflict, match="tracking"), nothing_happens():
        other.ship("P1")
    with pytest.raises(Invalid, match="carrier"), nothing_happens():
        other.ship("P2", carrier="pigeon")


def test_goods_that_are_not_there_are_bought_and_the_order_goes_on(buyer: Shopper, now: datetime) -> None:
    publish_trade(now)
    goods("BK-1", 1)
    first = place(buyer, now, ("BK-1", 3), intake="phone").finish("keying").pay()
    second = place(buyer, now, ("BK-1", 1), intake="phone").finish("keying").pay()
    assert (first.order.stage, second.order.stage, shelf("BK-1")) == ("procurement", "procurement", (1, 1))
    with pytest.raises(Conflict, match="sold_out"), nothing_happens():
        first.finish("procurement")
    arrived = actions.put_stock(actor=SYSTEM, now=now, sku="BK-1", quantity=2)
    assert arrived.served == [first.order.public_id]
    assert (first.order.stage, second.order.stage, shelf("BK-1")) == ("picking", "procurement", (3, 3))
    with pytest.raises(Conflict, match="not_free"), nothing_happens():
        actions.put_stock(actor=SYSTEM, now=now, sku="BK-1", quantity=-1)


def test_where_nothing_is_bought_in_it_is_sold_out(buyer: Shopper, seller: Shopper, now: datetime) -> None:
    publish_trade(now)
    listing = listing_of(seller, now, on_hand=1)
    place(buyer, now, (listing.public_id, 1))
    with pytest.raises(Conflict, match="sold_out"), nothing_happens():
        place(buyer, now, (listing.public_id, 1))


def test_a_damaged_copy_is_replaced_from_the_shelf(buyer: Shopper, now: datetime) -> None:
    publish_trade(now)
    goods("BK-1", 5)
    trade = place(buyer, now, ("BK-1", 2)).pay().stop("damaged", "内页撕破").stop("damaged", "twice")
    assert (trade.stages["picking"], trade.trouble.note) == ("stopped", "内页撕破")
    item = WorkItem.objects.get(kind="trade.trouble")
    assert (item.team.unit.code, item.due) == ("front", now + timedelta(hours=8))
    with pytest.raises(Conflict, match="stopped"), nothing_happens():
        trade.finish("picking")
    trade.settle("replaced", {trade.line.id: 1})
    item.refresh_from_db()
    assert (trade.stages["picking"], shelf("BK-1"), item.state) == ("open", (4, 2), "done")


def test_the_last_copy_damaged_is_bought_anew(buyer: Shopper, now: datetime) -> None:
    publish_trade(now)
    goods("BK-1", 1)
    trade = place(buyer, now, ("BK-1", 1), intake="phone").finish("keying").pay().stop("damaged")
    trade.settle("replaced")
    assert (trade.order.stage, shelf("BK-1")) == ("procurement", (0, 0))
    assert (trade.stages["picking"], trade.line.reserved) == ("ahead", 0)


def test_what_cannot_be_had_is_taken_out_and_paid_back(buyer: Shopper, now: datetime) -> None:
    publish_trade(now)
    goods("BK-1", 5)
    goods("BK-2", 5, price=3_000)
    trade = place(buyer, now, ("BK-1", 2), ("BK-2", 1)).pay().stop("no_stock")
    trade.settle("refunded", {trade.line.id: 1})
    order = trade.order
    assert (order.total_minor, order.paid_minor, trade.line.cancelled) == (8_000, 8_000, 1)
    assert (trade.stages["picking"], shelf("BK-1"), shelf("BK-2")) == ("open", (5, 1), (5, 1))
    trade.finish("picking").stop("no_stock").settle("refunded")
    assert (trade.order.state, trade.order.paid_minor, shelf("BK-1")) == ("cancelled", 0, (5, 0))


def test_waiting_puts_the_stage_off(buyer: Shopper, now: datetime) -> None:
    publish_trade(now)
    goods("BK-1", 5)
    until = now + timedelta(days=4)
    trade = place(buyer, now, ("BK-1", 1)).pay().stop("no_stock").settle("waited", until=until)
    assert Stage.objects.get(order=trade.order_id, code="picking").due == until


def test_only_ways_of_the_kind_and_the_stage_are_open(buyer: Shopper, now: datetime) -> None:
    publish_trade(now)
    goods("BK-1", 5)
    trade = place(buyer, now, ("BK-1", 1)).pay()
    with pytest.raises(Invalid, match="kind"), nothing_happens():
        trade.stop("undelivered")
    trade.stop("address")
    with pytest.raises(Invalid, match="way"), nothing_happens():
        trade.settle("replaced")
    trade.settle("cancelled")
    assert (trade.order.state, trade.order.why, trade.trouble.how) == ("cancelled", "address", "cancelled")


def test_carriers_may_report_twice_and_late(buyer: Shopper, now: datetime) -> None:
    publish_trade(now)
    goods("BK-1", 5)
    trade = picked(buyer, now, ("BK-1", 1)).ship("P1").at(now + timedelta(days=3))
    trade.hear("delivered", tracking="P1", at=now + timedelta(days=2))
    with nothing_happens():
        trade.hear("delivered", tracking="P1", at=now + timedelta(days=2))
    trade.hear("moving", tracking="P1", at=now + timedelta(days=1))
    parcel = Shipment.objects.get(tracking="P1")
    assert (parcel.state, parcel.delivered) == ("delivered", now + timedelta(days=2))
    assert list(CarrierEvent.objects.order_by("occurred").values_list("code", flat=True)) == [
        "moving",
        "delivered",
    ]
    with pytest.raises(NotFound, match="tracking"), nothing_happens():
        trade.hear("moving", tracking="UNKNOWN")
    with pytest.raises(Invalid, match="carrier_code"), nothing_happens():
        actions.hear_carrier(
            actor=SYSTEM, now=now, carrier="post", tracking="P1", heard=[Heard("eaten", "n1", now)]
        )


def test_a_parcel_that_comes_back_is_sent_again(buyer: Shopper, now: datetime) -> None:
    publish_trade(now)
    goods("BK-1", 2)
    trade = picked(buyer, now, ("BK-1", 1)).ship("P1").hear("failed", tracking="P1")
    assert (trade.trouble.kind, trade.stages["logistics"], trade.order.state) == (
        "undelivered",
        "stopped",
        "shipped",
    )
    later = trade.at(now + timedelta(days=1)).hear("back", tracking="P1", at=now + timedelta(hours=9))
    later.settle("replaced")
    assert (later.order.stage, shelf("BK-1"), later.line.shipped) == ("packing", (2, 1), 0)
    later.ship("P2").hear("delivered", tracking="P2").receive()
    assert (later.order.state, shelf("BK-1")) == ("received", (1, 0))
    assert Shipment.objects.filter(void=True).count() == 1


def test_a_parcel_that_was_delivered_after_all_ends_the_trouble(buyer: Shopper, now: datetime) -> None:
    publish_trade(now)
    goods("BK-1", 2)
    trade = picked(buyer, now, ("BK-1", 1)).ship("P1").hear("failed", tracking="P1")
    trade.at(now + timedelta(hours=5)).hear("delivered", tracking="P1", at=now + timedelta(hours=4))
    assert (trade.trouble.how, trade.order.stage) == ("went_on", "receipt")
    assert WorkItem.objects.get(kind="trade.trouble").state == "done"


def test_a_lost_parcel_is_paid_back(buyer: Shopper, now: datetime) -> None:
    publish_trade(now)
    goods("BK-1", 2)
    trade = picked(buyer, now, ("BK-1", 1)).ship("P1").hear("failed", tracking="P1").settle("refunded")
    assert (trade.order.state, trade.order.paid_minor, shelf("BK-1")) == ("cancelled", 0, (1, 0))
