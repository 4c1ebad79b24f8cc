"""From complaint to ledger entry by itself: a promise frozen on the line, proof on record, limits, and what hinders it."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from guanxi.cases import actions
from guanxi.cases.actions import About, NewIssue
from guanxi.cases.models import Coverage, Decision, Remedy, Sample
from guanxi.people.actions import Contact
from guanxi.trade.actions import enrolling, verifying
from guanxi.trade.models import Entry, Return, Shop
from guanxi.trade.queries import ledger as books
from tests.cast import SYSTEM, Shopper, Staffer, work_off
from tests.disputes import Dispute
from tests.protected import (
    SCHEMES,
    complain_of,
    enrolment,
    fill_fund,
    look_at,
    open_shop,
    pay_in,
    publish_market,
    sell,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def market(organisation: Any, now: datetime) -> None:
    publish_market(now - 60 * DAY)
    fill_fund(1_000_000, now - 60 * DAY)


@pytest.fixture
def shop(market: None, seller: Shopper, now: datetime) -> Shop:
    return open_shop(seller, now - 40 * DAY, schemes=list(SCHEMES))


def _balance(record: int) -> tuple[int, int, int]:
    have = books.balances(record)
    return have.free.minor, have.held.minor, have.receivable.minor


def test_late_shipping_is_paid_within_the_first_look(
    shop: Shop, buyer: Shopper, seller: Shopper, now: datetime
) -> None:
    order = sell(shop, buyer.record_id, now - 30 * HOUR)
    dispute = complain_of(order, "late", now, buyer, checked=False)
    work_off()
    issue = dispute.issue
    assert (issue.state, issue.outcome, issue.paid_minor) == ("appealable", "protected", 1_000)
    found = look_at(dispute)
    assert (found.scheme, found.covered, found.proven, found.paid, found.hindered) == (
        "lightning", True, True, True, [],
    )  # fmt: skip
    entry = Entry.objects.get(kind="advance")
    assert (entry.amount_minor, entry.reference_id) == (1_000, issue.id)
    remedy = Remedy.objects.get(issue=issue)
    assert (remedy.paid_by["fund"], remedy.recourse_due) == (1_000, True)
    assert Decision.objects.get(issue=issue).basis == Decision.Basis.AUTOMATIC
    assert books.fund_balance().minor == 999_000
    assert _balance(seller.record_id) == (240_000, 260_000, 0)  # recourse waits for the window
    work_off()
    assert Entry.objects.filter(kind="advance").count() == 1


def test_recourse_after_the_window_leaves_the_promise_whole_while_money_is_free(
    shop: Shop, buyer: Shopper, seller: Shopper, now: datetime
) -> None:
    dispute = complain_of(sell(shop, buyer.record_id, now - 30 * HOUR), "late", now, buyer)
    dispute.later(days=7, seconds=1)
    assert dispute.state == "closed"
    assert books.fund_balance().minor == 1_000_000
    assert _balance(seller.record_id) == (239_000, 260_000, 0)
    assert enrolment(shop, "lightning").state == "active"


def test_recourse_takes_the_promise_s_own_deposit_when_nothing_is_free(
    market: None, buyer: Shopper, seller: Shopper, now: datetime
) -> None:
    shop = open_shop(seller, now - 40 * DAY, deposit=30_000, schemes=["as_described", "lightning"])
    dispute = complain_of(sell(shop, buyer.record_id, now - 30 * HOUR), "late", now, buyer)
    dispute.later(days=7, seconds=1)
    assert _balance(seller.record_id) == (0, 29_000, 0)
    assert [enrolment(shop, code).state for code in ("lightning", "as_described")] == ["short", "active"]


def test_a_deposit_that_runs_dry_is_owed_and_every_badge_is_gone(
    market: None, buyer: Shopper, seller: Shopper, now: datetime
) -> None:
    shop = open_shop(seller, now - 40 * DAY, deposit=100_000, schemes=["fake_3"])
    order = sell(shop, buyer.record_id, now - 5 * DAY, price=40_000)
    finding = verifying.Finding(kind="authenticity", by="brand", name="Jade", bad=True)
    line = order.lines.get()
    verifying.verify(actor=SYSTEM, now=now, finding=finding, once="v1", line_id=line.id)
    publish_market(now, {**SCHEMES, "fake_3": {**SCHEMES["fake_3"], "automatic_most": 200_000}})
    dispute = complain_of(order, "counterfeit", now, buyer)
    assert (look_at(dispute).amount_minor, look_at(dispute).hindered) == (
        120_000,
        ["amount"],
    )  # the kind's own bound
    cheap = sell(shop, buyer.record_id, now - 5 * DAY, price=33_000)
    verifying.verify(actor=SYSTEM, now=now, finding=finding, once="v2", line_id=cheap.lines.get().id)
    paid = complain_of(cheap, "counterfeit", now, buyer)
    assert paid.issue.paid_minor == 99_000
    other = sell(shop, buyer.record_id, now - 5 * DAY, price=33_000)
    verifying.verify(actor=SYSTEM, now=now, finding=finding, once="v3", line_id=other.lines.get().id)
    again = complain_of(other, "counterfeit", now, buyer)
    assert again.issue.paid_minor == 99_000
    again.later(days=7, seconds=1)
    assert _balance(seller.record_id) == (0, 0, 98_000)
    assert enrolment(shop, "fake_3").state == "short"


def test_money_that_comes_in_settles_the_debt_and_fills_the_promise(
    market: None, buyer: Shopper, seller: Shopper, now: datetime
) -> None:
    shop = open_shop(seller, now - 40 * DAY, deposit=10_000, schemes=["lightning"])
    order = sell(shop, buyer.record_id, now - 30 * HOUR, price=300_000)
    dispute = complain_of(order, "late", now, buyer)
    assert dispute.issue.paid_minor == 10_000
    dispute.later(days=7, seconds=1)
    assert enrolment(shop, "lightning").state == "short"
    pay_in(seller.record_id, 4_000, dispute.now)
    assert (enrolment(shop, "lightning").state, _balance(seller.record_id)) == ("short", (4_000, 0, 0))
    pay_in(seller.record_id, 6_500, dispute.now)
    assert (enrolment(shop, "lightning").state, _balance(seller.record_id)) == ("active", (500, 10_000, 0))


@pytest.mark.parametrize(
    ("kind", "hours", "covered", "proven"),
    [("late", 20, True, False), ("odd", 30, None, None), ("not_as_described", 30, True, False)],
)
def test_what_is_not_proven_goes_to_a_person(
    shop: Shop, buyer: Shopper, now: datetime, kind: str, hours: int, covered: bool, proven: bool
) -> None:
    dispute = complain_of(sell(shop, buyer.record_id, now - hours * HOUR), kind, now, buyer)
    assert (dispute.state, dispute.issue.paid_minor) == ("validity", 0)
    found = Coverage.objects.filter(issue=dispute.issue).first()
    assert (found and found.covered, found and found.proven) == (covered, proven)
    assert not Entry.objects.filter(kind="advance").exists()


def test_a_promise_made_later_covers_nothing_sold_before(
    market: None, buyer: Shopper, seller: Shopper, now: datetime
) -> None:
    shop = open_shop(seller, now - 40 * DAY)
    order = sell(shop, buyer.record_id, now - 30 * HOUR)
    enrolling.enrol(actor=seller.actor, now=now - HOUR, shop=shop.public_id, scheme="lightning")
    dispute = complain_of(order, "late", now, buyer)
    assert (dispute.state, look_at(dispute).covered) == ("validity", False)


def test_limits_send_it_to_a_person(shop: Shop, buyer: Shopper, now: datetime) -> None:
    schemes = {**SCHEMES, "lightning": {**SCHEMES["lightning"], "automatic_most": 999, "per_buyer": 1}}
    publish_market(now - HOUR, schemes)
    order = sell(shop, buyer.record_id, now - 30 * HOUR)
    assert look_at(complain_of(order, "late", now, buyer)).hindered == ["amount"]
    cheap = sell(shop, buyer.record_id, now - 30 * HOUR, price=5_000)
    first = complain_of(cheap, "late", now, buyer)
    assert (first.issue.paid_minor, look_at(first).limits["automatic_most"]) == (500, 999)
    second = complain_of(sell(shop, buyer.record_id, now - 30 * HOUR, price=5_000), "late", now, buyer)
    assert (second.issue.paid_minor, look_at(second).hindered) == (0, ["often"])
    much_later = complain_of(
        sell(shop, buyer.record_id, now + 30 * DAY, price=5_000), "late", now + 32 * DAY, buyer
    )
    assert much_later.issue.paid_minor == 500


def test_a_dry_fund_pays_nothing_by_itself(
    organisation: Any, buyer: Shopper, seller: Shopper, now: datetime
) -> None:
    publish_market(now - 60 * DAY)
    fill_fund(999, now)
    shop = open_shop(seller, now - 40 * DAY, schemes=["lightning"])
    dispute = complain_of(sell(shop, buyer.record_id, now - 30 * HOUR), "late", now, buyer)
    assert (dispute.state, look_at(dispute).hindered) == ("validity", ["fund"])


def test_the_same_is_paid_once(shop: Shop, buyer: Shopper, now: datetime) -> None:
    order = sell(shop, buyer.record_id, now - 30 * HOUR)
    first = complain_of(order, "late", now, buyer, checked=False)
    second = complain_of(order, "late", now, buyer, checked=False)
    second.system()
    assert (second.state, look_at(second).hindered) == ("validity", ["claimed"])
    first.system()
    assert first.issue.paid_minor == 1_000
    third = complain_of(order, "late", now, buyer)
    assert (third.issue.paid_minor, look_at(third).hindered) == (0, ["claimed"])


def test_nobody_is_paid_for_somebody_else_s_order(shop: Shop, buyer: Shopper, now: datetime) -> None:

    order = sell(shop, buyer.record_id, now - 30 * HOUR)
    opened = actions.open_case(
        actor=SYSTEM, now=now, contact=Contact("陈静", email="chen.jing@post.example"), text="没有发货。",
        channel="web", about=About(issues=[NewIssue(kind="late", wants="refund", wants_minor=20_000)],
                                   order=order.number, respondent=shop.record_id),
    )  # fmt: skip
    dispute = Dispute(opened.case.number, now)
    dispute.system()
    assert (dispute.state, Coverage.objects.count()) == ("validity", 0)


def test_an_appeal_takes_it_back(
    shop: Shop, buyer: Shopper, seller: Shopper, agent: Staffer, now: datetime
) -> None:
    dispute = complain_of(sell(shop, buyer.record_id, now - 30 * HOUR), "late", now, buyer)
    dispute.act(dispute.respondent, "appeal", "按时交给了快递，有揽收记录。", grounds="evidence")
    assert (dispute.state, dispute.issue.round) == ("response", 2)
    assert dispute.issue.paid_minor == 1_000  # money already paid stays until it is decided anew
    dispute.act(dispute.respondent, "contest", "揽收记录见附件。")
    values: dict[str, Any] = {
        "outcome": "not_upheld",
        "remedy": "",
        "amount_minor": 0,
        "citations": ["r2"],
        "code": "stock",
    }
    dispute.act(agent, "propose", "揽收时间在承诺之内。", **values)
    for side in (dispute.complainant, dispute.respondent):
        dispute.act(side, "agree")
    dispute.system()
    assert (dispute.issue.outcome, dispute.issue.paid_minor) == ("not_upheld", 0)
    owed = books.balances(buyer.record_id).receivable.minor
    assert (books.fund_balance().minor, owed) == (999_000, 1_000)  # what they were paid they owe the fund now


def test_abuse_sends_it_to_a_person(shop: Shop, buyer: Shopper, now: datetime) -> None:
    past = sell(shop, buyer.record_id, now - 20 * DAY)
    for _ in range(2):
        Return.objects.create(
            order=past, line=past.lines.get(), quantity=1, state="refused", finding="wrong_item", currency="CNY",
            asked=now - 15 * DAY,
        )  # fmt: skip
    dispute = complain_of(sell(shop, buyer.record_id, now - 30 * HOUR), "late", now, buyer)
    found = look_at(dispute)
    assert (dispute.state, found.proven, found.hindered) == ("validity", True, ["abuse"])
    assert found.abuse >= 0.5
    assert "abuse.wrong_returns" in [one["code"] for one in found.abuse_why["facts"]]


def test_one_in_so_many_is_looked_at_again(shop: Shop, buyer: Shopper, now: datetime) -> None:
    schemes = {**SCHEMES, "lightning": {**SCHEMES["lightning"], "sample_every": 1}}
    publish_market(now - HOUR, schemes)
    dispute = complain_of(sell(shop, buyer.record_id, now - 30 * HOUR), "late", now, buyer)
    assert Sample.objects.get().issue_id == dispute.issue.id


def test_a_later_line_of_another_promise_holds_for_the_same_fact(
    market: None, buyer: Shopper, seller: Shopper, now: datetime
) -> None:
    """Only the guarantee of genuine goods was promised: the price comes back, not three times of it."""
    shop = open_shop(seller, now - 40 * DAY, schemes=["genuine"])
    order = sell(shop, buyer.record_id, now - 5 * DAY)
    finding = verifying.Finding(kind="authenticity", by="laboratory", name="SGS", bad=True, words="no gold")
    verifying.verify(
        actor=SYSTEM, now=now, finding=finding, once="v", listing_id=order.lines.get().listing_id
    )
    dispute = complain_of(order, "counterfeit", now, buyer)
    assert (look_at(dispute).scheme, dispute.issue.paid_minor) == ("genuine", 20_000)
