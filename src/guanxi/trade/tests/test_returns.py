"""Goods on their way back: asked for, sent, arrived, looked at, refunded once; never sent, not looked at, another thing."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from guanxi.core import clock, files
from guanxi.core.access import Actor
from guanxi.core.errors import Conflict, Denied, Invalid, NotFound
from guanxi.trade.actions import returns
from guanxi.trade.jobs import watch_protection
from guanxi.trade.models import Entry, Order, Payment, Return, Shop
from guanxi.trade.queries import ledger as books
from tests.cast import SYSTEM, Shopper, in_threads, nothing_happens
from tests.protected import complain_of, fill_fund, look_at, open_shop, publish_market, sell

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63fcffff3f0300050001"
    "ff5ce5a50000000049454e44ae426082"
)


@pytest.fixture
def shop(organisation: Any, seller: Shopper, now: datetime) -> Shop:
    publish_market(now - 60 * DAY)
    fill_fund(1_000_000, now - 60 * DAY)
    return open_shop(seller, now - 40 * DAY, deposit=40_000, schemes=["return_7", "repair_30"])


@pytest.fixture
def order(shop: Shop, buyer: Shopper, now: datetime) -> Order:
    """Two pieces for ¥200 in all, received two days ago, the seller paid."""
    return sell(shop, buyer.record_id, now - 5 * DAY, price=10_000, quantity=2, received=now - 2 * DAY)


def ask(order: Order, actor: Actor, now: datetime, **more: Any) -> Return:
    values: dict[str, Any] = {"place": 1, "quantity": 2, "reason": "no_reason", **more}
    return returns.ask_return(actor=actor, now=now, order=order.public_id, **values)


def back(order: Order, buyer: Shopper, seller: Shopper, now: datetime, **more: Any) -> Return:
    """Asked for, sent and arrived."""
    row = ask(order, buyer.actor, now, **more)
    code = row.public_id
    returns.send_back(actor=buyer.actor, now=now + HOUR, public_id=code, carrier="SF", tracking="sf 123 456")
    return returns.hear_back(
        actor=SYSTEM, now=now + DAY, carrier="sf", tracking="SF123456", code="delivered", occurred=now + DAY
    )


def picture() -> files.Given:
    return files.receive([SimpleUploadedFile("box.png", PNG, "image/png")])


def test_seven_days_without_a_reason_paid_by_the_clock(
    order: Order, buyer: Shopper, seller: Shopper, now: datetime
) -> None:
    row = back(order, buyer, seller, now)
    assert (row.state, row.scheme, row.due) == ("arrived", "return_7", now + DAY + 48 * HOUR)
    late = now + 3 * DAY + HOUR
    assert returns.list_due(late) == [row.id]
    assert returns.expire(now=late, return_id=row.id) is not None
    assert returns.expire(now=late, return_id=row.id) is None
    row.refresh_from_db()
    order.refresh_from_db()
    assert (row.state, row.ended, order.paid_minor, order.lines.get().returned) == ("refunded", late, 0, 2)
    entry = Entry.objects.get(kind="pay")
    payment = Payment.objects.get(order=order)
    assert (entry.amount_minor, entry.reference_kind, entry.reference_id) == (20_000, "return", row.id)
    assert (payment.kind, payment.amount_minor, payment.reference) == ("refund", -20_000, entry.public_id)
    have = books.balances(seller.record_id)
    assert (have.free.minor, have.held.minor, have.receivable.minor) == (0, 20_000, 0)


def test_checked_as_sent_is_refunded_at_once(
    order: Order, buyer: Shopper, seller: Shopper, now: datetime
) -> None:
    row = back(order, buyer, seller, now, quantity=1)
    done = returns.check(actor=seller.actor, now=now + DAY, public_id=row.public_id, finding="as_sent")
    assert (done.state, done.amount_minor) == ("refunded", 10_000)
    with pytest.raises(Conflict), nothing_happens():
        returns.check(actor=seller.actor, now=now + DAY, public_id=row.public_id, finding="as_sent")
    with pytest.raises(Invalid):
        ask(order, buyer.actor, now + DAY, quantity=2)
    assert ask(order, buyer.actor, now + DAY, quantity=1).amount_minor == 10_000


def test_another_thing_came_back(order: Order, buyer: Shopper, seller: Shopper, now: datetime) -> None:
    row = back(order, buyer, seller, now)
    said: dict[str, Any] = {
        "actor": seller.actor,
        "now": now + DAY,
        "public_id": row.public_id,
        "finding": "wrong_item",
    }
    for words, shown in (("", picture()), ("A brick.", files.NO_FILES)):
        with pytest.raises(Invalid), nothing_happens():
            returns.check(**said, words=words, files=shown)
    done = returns.check(**said, words="A brick.", files=picture())
    assert (done.state, done.finding, done.found) == ("refused", "wrong_item", "A brick.")
    assert len(files.list_on(("return", done.id))) == 1
    assert not Payment.objects.exists()
    dispute = complain_of(order, "refund_delayed", now + 2 * DAY, buyer)
    done.refresh_from_db()
    assert done.case_id == dispute.case.id
    found = look_at(dispute)
    assert (found.covered, found.proven, dispute.state) == (True, False, "validity")
    assert "protection.not_as_sent" in [one["code"] for one in found.why["facts"]]


def test_who_complains_before_the_clock_is_paid_once(
    order: Order, buyer: Shopper, seller: Shopper, now: datetime
) -> None:
    """The check's time is over, no clock came by: the complaint is paid by machine, and the clock pays nothing more."""
    row = back(order, buyer, seller, now)
    late = now + 3 * DAY + HOUR
    dispute = complain_of(order, "refund_delayed", late, buyer)
    assert dispute.issue.paid_minor == 20_000
    assert returns.expire(now=late, return_id=row.id) is not None
    assert not Payment.objects.filter(kind="refund").exists()
    assert Return.objects.get().amount_minor == 0


def test_never_sent_lapses(order: Order, buyer: Shopper, now: datetime) -> None:
    row = ask(order, buyer.actor, now)
    assert (row.state, row.due) == ("agreed", now + 7 * DAY)
    assert returns.expire(now=now + 7 * DAY, return_id=row.id) is None
    done = returns.expire(now=now + 7 * DAY + HOUR, return_id=row.id)
    assert done is not None
    assert (done.state, Payment.objects.count()) == ("lapsed", 0)
    assert ask(order, buyer.actor, now + 2 * DAY).state == "agreed"


@pytest.mark.parametrize(
    ("moment", "more", "fault"),
    [
        (6, {}, "reason"),  # eight days after receipt
        (0, {"quantity": 3}, "quantity"),
        (0, {"quantity": 0}, "quantity"),
        (0, {"place": 2}, "line"),
        (0, {"reason": "ruling"}, "reason"),
        (0, {"reason": "because"}, "reason"),
    ],
)
def test_what_cannot_go_back(
    order: Order, buyer: Shopper, now: datetime, moment: int, more: dict[str, Any], fault: str
) -> None:
    with pytest.raises(Invalid) as refused, nothing_happens():
        ask(order, buyer.actor, now + moment * DAY, **more)
    assert list(refused.value.fields) == [fault]


def test_fresh_goods_are_not_promised(shop: Shop, buyer: Shopper, now: datetime) -> None:
    order = sell(shop, buyer.record_id, now - 3 * DAY, category="fresh", received=now - DAY)
    with pytest.raises(Invalid), nothing_happens():
        ask(order, buyer.actor, now, quantity=1)


def test_nothing_goes_back_before_it_came(shop: Shop, buyer: Shopper, now: datetime) -> None:
    with pytest.raises(Conflict), nothing_happens():
        ask(sell(shop, buyer.record_id, now), buyer.actor, now, quantity=1)


def test_with_a_reason_the_shop_answers(order: Order, buyer: Shopper, seller: Shopper, now: datetime) -> None:
    row = ask(order, buyer.actor, now, reason="damaged", quantity=1, words="破了")
    assert (row.state, row.scheme, row.due) == ("asked", "", now + 48 * HOUR)
    with pytest.raises(Invalid), nothing_happens():
        returns.refuse(actor=seller.actor, now=now, public_id=row.public_id, words=" ")
    refused = returns.refuse(actor=seller.actor, now=now, public_id=row.public_id, words="It was whole.")
    assert (refused.state, refused.found) == ("refused", "It was whole.")
    other = ask(order, buyer.actor, now, reason="damaged", quantity=1)
    assert returns.expire(now=now + 49 * HOUR, return_id=other.id).state == "agreed"  # type: ignore[union-attr]


def test_only_the_two_sides_act(
    order: Order, buyer: Shopper, seller: Shopper, stranger: Any, now: datetime
) -> None:
    with pytest.raises(Denied), nothing_happens():
        ask(order, seller.actor, now)
    row = ask(order, buyer.actor, now)
    code = row.public_id
    with pytest.raises(Denied), nothing_happens():
        returns.send_back(actor=seller.actor, now=now, public_id=code, carrier="SF", tracking="12345")
    with pytest.raises(Denied), nothing_happens():
        returns.arrive(actor=buyer.actor, now=now, public_id=code)
    with pytest.raises(NotFound), nothing_happens():
        returns.arrive(actor=stranger.actor, now=now, public_id=code)


def test_a_repair_that_takes_too_long_is_paid(
    order: Order, buyer: Shopper, seller: Shopper, now: datetime
) -> None:
    row = back(order, buyer, seller, now, reason="faulty", repair=True, quantity=1)
    assert (row.scheme, row.due) == ("repair_30", now + DAY + 168 * HOUR)
    early = complain_of(order, "broken", now + 7 * DAY, buyer)
    assert look_at(early).proven is False
    early.act(early.complainant, "withdraw")
    late = complain_of(order, "broken", now + 9 * DAY, buyer)
    assert late.issue.paid_minor == 10_000
    assert returns.expire(now=now + 9 * DAY, return_id=row.id) is None
    done = returns.repaired(actor=seller.actor, now=now + 10 * DAY, public_id=row.public_id)
    assert (done.state, done.ended) == ("repaired", now + 10 * DAY)


def test_the_carrier_says_it_twice(order: Order, buyer: Shopper, seller: Shopper, now: datetime) -> None:
    row = back(order, buyer, seller, now)
    again = returns.hear_back(
        actor=SYSTEM,
        now=now + 2 * DAY,
        carrier="SF",
        tracking="sf123456",
        code="delivered",
        occurred=now + DAY,
    )
    assert (again.arrived, again.due) == (row.arrived, row.due)


def test_a_ruling_takes_goods_back_and_pays_nothing_twice(
    order: Order, buyer: Shopper, seller: Shopper, now: datetime
) -> None:
    row = ask(order, SYSTEM, now, reason="ruling")
    assert (row.state, row.amount_minor) == ("agreed", 0)
    returns.arrive(actor=seller.actor, now=now + DAY, public_id=row.public_id)
    done = returns.check(actor=seller.actor, now=now + DAY, public_id=row.public_id, finding="as_sent")
    assert (done.state, Payment.objects.count(), Entry.objects.filter(kind="pay").count()) == (
        "refunded",
        0,
        0,
    )


@pytest.mark.django_db(transaction=True)
def test_ten_clocks_refund_once(order: Order, buyer: Shopper, seller: Shopper, now: datetime) -> None:
    row = back(order, buyer, seller, now)
    late = now + 4 * DAY
    found = in_threads(10, lambda _n: returns.expire(now=late, return_id=row.id))
    assert sum(isinstance(one, Return) for one in found) == 1
    assert [one for one in found if isinstance(one, Exception)] == []
    assert Payment.objects.filter(kind="refund").count() == Entry.objects.filter(kind="pay").count() == 1


def test_the_job_looks_after_all(order: Order, buyer: Shopper, now: datetime) -> None:
    ask(order, buyer.actor, now)
    with clock.at(now + 8 * DAY):
        assert (watch_protection.func(), watch_protection.func()) == (1, 0)
    assert Return.objects.get().state == "lapsed"
