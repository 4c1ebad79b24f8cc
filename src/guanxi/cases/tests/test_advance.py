"""Six days without a decision: the fund pays ahead; a lower decision, or a complaint taken back, is set right afterwards."""

from datetime import datetime, timedelta

import pytest

from guanxi.cases.actions import issues
from guanxi.cases.models import Remedy
from guanxi.cases.queries import issues as reads
from guanxi.core.money import Money
from guanxi.people.actions import Contact, import_contacts
from guanxi.trade.actions import ledger
from guanxi.trade.models import Order, OrderLine, Product
from tests.cast import SYSTEM, Shopper, Staffer
from tests.disputes import CLOCK, Dispute, give_deposit, in_hearing, open_dispute, publish


@pytest.fixture
def dispute(agent: Staffer, seller: Shopper, now: datetime) -> Dispute:
    publish(now)
    ledger.fill_fund(actor=SYSTEM, now=now, amount=Money(500_000, "CNY"), once="fund")
    give_deposit(seller.record_id, 100_000, now)
    return open_dispute(now, against=seller.record_id)


def advance(dispute: Dispute) -> bool:
    ids = reads.list_to_advance(dispute.now)
    return any(issues.advance(actor=CLOCK, now=dispute.now, issue_id=key) for key in ids)


def test_not_before_six_days_and_once(dispute: Dispute, seller: Shopper) -> None:
    dispute.now += timedelta(days=6) - timedelta(seconds=1)
    assert not advance(dispute)
    dispute.now += timedelta(seconds=1)
    assert advance(dispute)
    assert not advance(dispute)
    issue = dispute.issue
    assert (issue.paid_minor, issue.amount_minor, issue.outcome) == (40_000, 0, "")
    assert ledger.balances(seller.record_id).deposit.minor == 100_000, "recourse waits"
    assert ledger.fund_balance().minor == 460_000


def test_a_lower_decision_claims_the_difference_and_recourse_follows(
    dispute: Dispute, agent: Staffer, seller: Shopper
) -> None:
    dispute.now += timedelta(days=6)
    assert advance(dispute)
    in_hearing(dispute, agent, amount=30_000)
    dispute.past_limit()
    dispute.act(agent, "confirm")
    dispute.system()
    issue = dispute.issue
    assert (issue.state, issue.amount_minor, issue.paid_minor) == ("appealable", 30_000, 30_000)
    assert Remedy.objects.get(shape="claim").amount_minor == 10_000
    assert ledger.balances(dispute.case.record_id).receivable.minor == 10_000
    assert ledger.balances(seller.record_id).deposit.minor == 100_000
    dispute.past_limit()
    assert dispute.state == "closed"
    assert ledger.balances(seller.record_id).deposit.minor == 70_000
    assert not Remedy.objects.filter(recourse_due=True).exists()


def test_taken_back_after_the_advance_it_is_owed(dispute: Dispute, seller: Shopper) -> None:
    dispute.now += timedelta(days=6)
    assert advance(dispute)
    dispute.act(dispute.complainant, "withdraw")
    assert (dispute.state, dispute.issue.paid_minor) == ("closed", 0)
    assert ledger.balances(dispute.case.record_id).receivable.minor == 40_000
    assert ledger.balances(seller.record_id).deposit.minor == 100_000


def test_goods_asked_for_are_not_paid_ahead(agent: Staffer, seller: Shopper, now: datetime) -> None:
    publish(now)
    dispute = open_dispute(now, against=seller.record_id, wants="replacement")
    dispute.now += timedelta(days=6)
    assert not advance(dispute)
    assert dispute.issue.paid_minor == 0


def test_sooner_where_the_shop_promised_so(seller: Shopper, now: datetime) -> None:
    """What was sold under advance compensation is paid ahead after its hours, whatever was published since."""
    publish(now)
    ledger.fill_fund(actor=SYSTEM, now=now, amount=Money(500_000, "CNY"), once="fund")
    give_deposit(seller.record_id, 100_000, now)
    buyer = Contact("欧阳晓雯", "13722223333", "ouyang@example.com")
    [bought] = import_contacts(actor=SYSTEM, now=now, contacts=[(buyer, now)], source="import")
    product = Product.objects.create(sku="P-1", line="phones")
    order = Order.objects.create(
        number="D-1", record_id=bought.record_id, seller_id=seller.record_id, state="paid", currency="CNY",
        total_minor=40_000, placed=now,
    )  # fmt: skip
    terms = {"advance": {"proof": "undecided", "hours": 40}}
    OrderLine.objects.create(order=order, product=product, quantity=1, amount_minor=40_000, terms=terms)
    dispute = open_dispute(now, contact=buyer, order="D-1")
    dispute.now += timedelta(hours=39)
    assert not advance(dispute)
    dispute.now += timedelta(hours=1)
    assert advance(dispute)
    assert dispute.issue.paid_minor == 40_000
    assert dispute.issue.outcome == "", "paid ahead is not decided"


def test_another_kind_of_issue_has_its_own_right_to_an_advance(
    agent: Staffer, seller: Shopper, now: datetime
) -> None:
    publish(now)
    give_deposit(seller.record_id, 100_000, now)
    dispute = open_dispute(now, against=seller.record_id)
    due = dispute.issue.advance_due
    dispute.act(agent, "reclassify", code="late")
    assert dispute.issue.advance_due is None
    dispute.act(agent, "reclassify", code="not_as_described")
    assert dispute.issue.advance_due == due == now + timedelta(days=6)
