"""What the clock does for orders, and the figures of how well they went."""

from datetime import datetime, timedelta

import pytest

from guanxi.core import clock
from guanxi.core.access import system
from guanxi.core.figures import Value, Whose
from guanxi.core.models import Event
from guanxi.trade import actions, jobs
from guanxi.trade.models import Payment
from guanxi.trade.queries import figures
from tests.cast import Shopper, nothing_happens, statements
from tests.orders import Trade, goods, listing_of, place, publish_trade, shelf

pytestmark = pytest.mark.django_db
ACTOR = system("tests")


def tick(now: datetime) -> int:
    """Run the clock at a moment; a second run finds nothing."""
    with clock.at(now):
        done = jobs.tick_orders.call()
        with nothing_happens():
            assert jobs.tick_orders.call() == 0
    return int(done)


def sent(buyer: Shopper, now: datetime, *lines: tuple[str, int]) -> Trade:
    return place(buyer, now, *(lines or (("BK-1", 1),))).pay().finish("picking").ship()


def test_silence_after_delivery_is_receipt_and_pays_the_seller(
    buyer: Shopper, seller: Shopper, now: datetime
) -> None:
    publish_trade(now)
    listing = listing_of(seller, now)
    trade = place(buyer, now, (listing.public_id, 1)).pay().ship().hear("delivered")
    tick(now + timedelta(days=6))
    assert trade.order.state == "shipped"
    late = now + timedelta(days=7, minutes=1)
    tick(late)
    done = trade.order
    assert (done.state, done.received, done.stage) == ("received", late, "")
    assert Payment.objects.get(kind="supplier").amount_minor == -9_900


def test_a_seller_waits_while_something_is_open(buyer: Shopper, seller: Shopper, now: datetime) -> None:
    publish_trade(now)
    listing = listing_of(seller, now)
    trade = place(buyer, now, (listing.public_id, 1)).pay().ship().hear("delivered").receive()
    actions.register_veto("test", lambda order_id: True)
    assert tick(now + timedelta(minutes=1)) == 0
    actions.register_veto("test", lambda order_id: False)
    assert tick(now + timedelta(minutes=2)) == 1
    assert trade.order.stage == ""


def test_what_nobody_pays_is_cancelled_and_its_stock_is_free(buyer: Shopper, now: datetime) -> None:
    publish_trade(now)
    goods("BK-1", 5)
    unpaid, begun = place(buyer, now, ("BK-1", 2)), place(buyer, now, ("BK-1", 1)).pay(1_000)
    tick(now + timedelta(days=13))
    assert unpaid.order.state == "placed"
    tick(now + timedelta(days=15))
    assert (unpaid.order.state, unpaid.order.why, shelf("BK-1")) == ("cancelled", "unpaid", (5, 1))
    assert begun.order.state == "placed"  # its missing rest is somebody's work


def test_a_late_stage_is_told_of_once(buyer: Shopper, now: datetime) -> None:
    publish_trade(now)
    goods("BK-1", 5)
    trade = place(buyer, now, ("BK-1", 1)).pay()
    assert tick(now + timedelta(hours=3)) == 0
    assert tick(now + timedelta(hours=5)) == 1
    told = Event.objects.get(type="order.stage_overdue")
    assert (told.subject_id, told.data["late"]) == (trade.order_id, "picking")
    late = figures.stages_late(ACTOR, now, now + timedelta(hours=5))
    assert late == Value(1, 1)


def test_figures_count_what_was_promised(buyer: Shopper, now: datetime) -> None:
    """Six orders promised for the same week: perfect, with trouble, late, in part, never, and taken back."""
    publish_trade(now)
    goods("BK-1", 50)
    soon = now + timedelta(days=2)
    sent(buyer, now).at(soon).hear("delivered", at=soon)
    place(buyer, now, ("BK-1", 1)).pay().stop("address").settle("went_on").finish("picking").ship().at(
        soon
    ).hear("delivered", at=soon)
    late = now + timedelta(days=6)
    sent(buyer, now).at(late).hear("delivered", at=late)
    short = place(buyer, now, ("BK-1", 2)).pay().stop("no_stock")
    short.settle("refunded", {short.line.id: 1}).finish("picking").ship().at(soon).hear("delivered", at=soon)
    sent(buyer, now)
    gone = place(buyer, now, ("BK-1", 1)).pay()
    actions.cancel_order(actor=buyer.actor, now=now, order_id=gone.order_id)
    span = ACTOR, now, now + timedelta(days=7)
    assert figures.fulfilled(*span) == Value(3, 5)
    assert figures.otif(*span) == Value(2, 5)
    assert figures.perfect(*span) == Value(1, 5)
    assert figures.perfect(ACTOR, now, now + timedelta(days=4)) == Value(0, 0)
    assert statements(lambda: figures.perfect(*span)) == 2
    for source, value in (
        (figures.fulfilled_rows, Value(3, 5)),
        (figures.otif_rows, Value(2, 5)),
        (figures.perfect_rows, Value(1, 5)),
    ):
        counting = source(*span, Whose())
        rows = list(counting.every())
        assert (sum(one.numerator for one in rows), len(rows)) == (value.numerator, value.denominator)
        assert counting.value() == value
        assert [one for _day, one in counting.days()] == [value]  # all promised for one day
