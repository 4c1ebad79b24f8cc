"""A shop makes promises: deposit held, badge shown, terms frozen; short and filled up; notice, penalty, deposit back."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from guanxi.core.errors import Conflict, Denied, NotFound
from guanxi.core.models import Event
from guanxi.core.money import Money
from guanxi.trade.actions import enrolling, ledger
from guanxi.trade.models import Entry, Shop
from guanxi.trade.queries import ledger as books
from guanxi.trade.queries import protection
from tests.cast import Shopper, Staffer, in_threads, nothing_happens
from tests.protected import SCHEMES, complain_of, enrolment, open_shop, pay_in, publish_market, sell

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def shop(organisation: Any, seller: Shopper, now: datetime) -> Shop:
    publish_market(now - 60 * DAY)
    return open_shop(seller, now - 40 * DAY, deposit=100_000)


def _enrol(shop: Shop, seller: Shopper, now: datetime, scheme: str = "lightning") -> Any:
    return enrolling.enrol(actor=seller.actor, now=now, shop=shop.public_id, scheme=scheme)


def _money(shop: Shop) -> tuple[int, int]:
    have = books.balances(shop.record_id)
    return have.free.minor, have.held.minor


def test_enrolling_holds_the_deposit_and_freezes_terms(shop: Shop, seller: Shopper, now: datetime) -> None:
    row = _enrol(shop, seller, now)
    assert (row.state, row.deposit_minor, _money(shop)) == ("active", 10_000, (90_000, 10_000))
    assert row.held is not None
    assert row.held.once == f"hold:{row.public_id}:first"
    assert [one.scheme for one in protection.badges_of(shop)] == ["lightning"]
    terms = protection.promises_of(shop.id, "", now)
    assert terms == {
        "lightning": {
            "proof": "late_shipping", "days": 0, "hours": 24, "factor": 1.0, "share": 0.05, "least_minor": 500,
            "most_minor": 10_000, "rules": 1,
        }
    }  # fmt: skip
    assert protection.promises_of(shop.id, "", now - HOUR) == {}
    assert Event.objects.filter(type="trade.enrolment_changed").count() == 1


def test_who_may_and_who_may_not(
    shop: Shop, seller: Shopper, buyer: Shopper, agent: Staffer, now: datetime
) -> None:
    with pytest.raises(NotFound), nothing_happens():
        _enrol(shop, buyer, now)
    with pytest.raises(Denied), nothing_happens():
        enrolling.enrol(actor=agent.actor, now=now, shop=shop.public_id, scheme="lightning")
    with pytest.raises(NotFound), nothing_happens():
        _enrol(shop, seller, now, "unheard_of")
    _enrol(shop, seller, now)
    with pytest.raises(Conflict), nothing_happens():
        _enrol(shop, seller, now)


def test_too_little_deposit(shop: Shop, seller: Shopper, now: datetime) -> None:
    _enrol(shop, seller, now)
    with pytest.raises(Conflict) as refused, nothing_happens():
        _enrol(shop, seller, now, "fake_3")
    assert refused.value.code == "not_free"


def test_promises_end_with_notice_and_the_deposit_with_the_last_of_them(
    shop: Shop, seller: Shopper, buyer: Shopper, now: datetime
) -> None:
    row = _enrol(shop, seller, now - 30 * DAY)
    order = sell(shop, buyer.record_id, now - 20 * DAY)
    left = enrolling.give_notice(actor=seller.actor, now=now - 10 * DAY, enrolment=row.public_id)
    again = enrolling.give_notice(actor=seller.actor, now=now - 9 * DAY, enrolment=row.public_id)
    assert (left.state, again.state, again.why) == ("leaving", "leaving", "notice")
    assert protection.badges_of(shop) == []
    assert protection.promises_of(shop.id, "", now) == {}
    assert enrolling.release_ended(now=now, enrolment_id=row.id) is None  # not received yet
    type(order).objects.filter(id=order.id).update(received=now - 10 * DAY)
    assert enrolling.release_ended(now=now, enrolment_id=row.id) is None  # may still be complained of
    done = enrolling.release_ended(now=now + 6 * DAY, enrolment_id=row.id)
    assert done is not None
    assert (done.state, done.until, _money(shop)) == ("ended", now + 6 * DAY, (100_000, 0))
    assert enrolling.release_ended(now=now + 7 * DAY, enrolment_id=row.id) is None


def test_a_seller_who_leaves_with_open_cases_leaves_the_deposit(
    shop: Shop, seller: Shopper, buyer: Shopper, now: datetime
) -> None:
    row = _enrol(shop, seller, now - 30 * DAY)
    order = sell(shop, buyer.record_id, now - 17 * DAY, shipped=now - 15 * DAY, received=now - 14 * DAY)
    dispute = complain_of(order, "not_as_described", now, buyer)
    [left] = enrolling.leave_all(actor=seller.actor, now=now, shop=shop.public_id)
    assert left.state == "leaving"
    late = now + 20 * DAY
    assert enrolling.release_ended(now=late, enrolment_id=row.id) is None
    dispute.act(dispute.complainant, "withdraw")
    assert enrolling.release_ended(now=late, enrolment_id=row.id) is not None


def test_a_promise_taken_away(shop: Shop, seller: Shopper, now: datetime) -> None:
    row = _enrol(shop, seller, now)
    with pytest.raises(Denied), nothing_happens():
        enrolling.end_by_penalty(actor=seller.actor, now=now, enrolment=row.public_id)
    ended = enrolling.end_by_penalty(actor=enrolling.BOOKS, now=now, enrolment=row.public_id)
    assert (ended.state, ended.why, _money(shop)) == ("leaving", "penalty", (90_000, 10_000))
    assert _enrolled_again(shop, seller, now) == "there_already"


def _enrolled_again(shop: Shop, seller: Shopper, now: datetime) -> str:
    with pytest.raises(Conflict) as refused:
        _enrol(shop, seller, now)
    return refused.value.code


def test_the_shortest_way_back_to_a_badge(shop: Shop, seller: Shopper, now: datetime) -> None:
    """What lacks of two promises is filled in their order, each only whole."""
    _enrol(shop, seller, now, "as_described")
    _enrol(shop, seller, now + HOUR)
    freed = enrolling.free_deposit(
        now=now + DAY, record=shop.record_id, amount=Money(99_000, "CNY"), others=[], once="x"
    )
    assert freed.minor == 29_000  # 70 000 were free already
    assert [enrolment(shop, one).state for one in ("as_described", "lightning")] == ["short", "short"]
    taken = Entry.objects.filter(kind="release").count()
    assert (taken, _money(shop)) == (2, (99_000, 1_000))


def test_money_in_fills_the_oldest_first(shop: Shop, seller: Shopper, now: datetime) -> None:
    _enrol(shop, seller, now, "as_described")
    _enrol(shop, seller, now + HOUR)
    enrolling.free_deposit(
        now=now + DAY, record=shop.record_id, amount=Money(100_000, "CNY"), others=[], once="x"
    )
    ledger.withdraw_deposit(
        actor=enrolling.BOOKS, now=now + DAY, record=shop.record_id, amount=Money(100_000, "CNY"), once="out"
    )
    pay_in(shop.record_id, 25_000, now + 2 * DAY)
    states = [enrolment(shop, one).state for one in ("as_described", "lightning")]
    assert (states, _money(shop)) == (["active", "short"], (5_000, 20_000))
    pay_in(shop.record_id, 5_000, now + 3 * DAY)
    assert (enrolment(shop, "lightning").state, _money(shop)) == ("active", (0, 30_000))


@pytest.mark.django_db(transaction=True)
def test_one_promise_made_from_many_phones(shop: Shop, seller: Shopper, now: datetime) -> None:
    found = in_threads(8, lambda _n: _enrol(shop, seller, now, "repair_30"))
    assert sum(not isinstance(one, Exception) for one in found) == 1
    assert _money(shop) == (80_000, 20_000)


def test_covers_count_down(shop: Shop, seller: Shopper, buyer: Shopper, now: datetime) -> None:
    for code in ("lightning", "return_7", "as_described"):
        _enrol(shop, seller, now - 10 * DAY, code)
    order = sell(shop, buyer.record_id, now - HOUR)
    found = {one.scheme: (one.state, one.end) for one in protection.covers_of(order, now)}
    assert found == {
        "lightning": ("running", now + 23 * HOUR), "as_described": ("running", None), "return_7": ("ahead", None),
    }  # fmt: skip
    order.received = now + DAY
    later = {one.scheme: (one.state, one.end) for one in protection.covers_of(order, now + 2 * DAY)}
    assert later["return_7"] == ("running", now + 8 * DAY)
    assert later["lightning"][0] == "over"
    assert set(protection.badges_of_shops([shop.id])[shop.id][0].name) == {"zh-hans", "en"}
    assert {*SCHEMES} > set(found)
