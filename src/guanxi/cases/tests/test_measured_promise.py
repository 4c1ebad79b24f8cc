"""Measured below its grade, goods prove a promise: paid by machine, once; overturned before, not; after, it goes back."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from guanxi.cases import actions
from guanxi.cases.actions import About, NewIssue
from guanxi.cases.models import Coverage, Decision
from guanxi.core.models import Role
from guanxi.trade.models import Entry, Order, OrderLine, Shop, Verification
from guanxi.trade.queries import ledger as books
from guanxi.trade.queries.standards import declare
from tests.cast import Hire, Shopper, Staffer, work_off
from tests.disputes import Dispute
from tests.measured import GOOD, phone
from tests.protected import fill_fund, look_at, open_shop, publish_market, sell

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def shop(organisation: Any, seller: Shopper, now: datetime) -> Shop:
    publish_market(now - 60 * DAY)
    fill_fund(1_000_000, now - 60 * DAY)
    phone(now - 40 * DAY)
    return open_shop(seller, now - 35 * DAY, schemes=["as_described"])


@pytest.fixture
def order(shop: Shop, buyer: Shopper, now: datetime) -> Order:
    found = sell(shop, buyer.record_id, now - 5 * DAY, price=10_000, received=now - 2 * DAY)
    said = declare(version_ref="phone@1", grade="B", values=GOOD, now=now - 5 * DAY)
    OrderLine.objects.filter(order=found).update(declaration=said)
    return found


@pytest.fixture
def dispute(order: Order, buyer: Shopper, agent: Staffer, now: datetime) -> Dispute:
    """Complained of, contested, with us to look into."""
    issue = NewIssue(kind="not_as_described", wants="refund", wants_minor=10_000, order=order.number)
    opened = actions.open_case(
        actor=buyer.actor, now=now, contact=None, text="手机成色不符，边框全是磕碰。", channel="web",
        about=About(issues=[issue], order=order.number),
    )  # fmt: skip
    found = Dispute(opened.case.number, now)
    work_off()
    found.act(agent, "accept")
    found.act(found.respondent, "contest", "发货前完好。")
    return found


def measure(dispute: Dispute, who: Staffer, after: timedelta = HOUR, **given: str) -> None:
    dispute.now += after
    actions.issues.measure(actor=who.actor, now=dispute.now, number=dispute.number, place=1, given=given)


def ask(dispute: Dispute, agent: Staffer, hire: Hire) -> Staffer:
    """An expert is asked."""
    expert = hire("expert", "supervisor", "records")
    role = expert.user.grants.get().role
    role = Role.objects.create(code="expert", rights={**role.rights, "cases.consult": "all"})
    expert.user.grants.update(role=role)
    dispute.act(agent, "consult", "请测量屏幕。", expert=expert.user.public_id)
    return expert


def test_below_its_grade_is_paid_once_by_machine(dispute: Dispute, agent: Staffer, seller: Shopper) -> None:
    assert look_at(dispute).proven is False
    shown = agent.client.get(f"/cases/{dispute.number}/").content.decode()
    assert "Found below B, “As described” pays ¥30.00 by itself and the issue is decided." in shown
    measure(dispute, agent, scratches="14")
    proof = Verification.objects.get()
    assert (proof.kind, proof.by, proof.bad, proof.words) == (
        "measured", "inspection", True, "B > C: scratches 14, phone@1",
    )  # fmt: skip
    for _ in range(2):
        work_off()
        assert (dispute.issue.state, dispute.issue.outcome, dispute.issue.paid_minor) == (
            "appealable", "protected", 3_000,
        )  # fmt: skip
    assert (Entry.objects.filter(kind="advance").count(), Coverage.objects.get().paid) == (1, True)
    assert Decision.objects.get().basis == Decision.Basis.AUTOMATIC
    dispute.later(days=7, seconds=1)
    assert (dispute.state, books.fund_balance().minor) == (
        "closed",
        1_000_000,
    )  # the seller has paid in the end


def test_as_declared_or_only_misstated_proves_nothing(dispute: Dispute, agent: Staffer) -> None:
    for given in ({"scratches": "4"}, {"scratches": "7", "storage": "64"}):
        measure(dispute, agent, HOUR, **given)
    work_off()
    assert (Verification.objects.count(), dispute.state, look_at(dispute).proven) == (
        0,
        "investigation",
        False,
    )


def test_overturned_before_it_is_paid_nothing_is(dispute: Dispute, agent: Staffer, hire: Hire) -> None:
    expert = ask(dispute, agent, hire)
    measure(dispute, agent, scratches="14")
    measure(dispute, expert, scratches="9")  # before the worker came by
    assert list(Verification.objects.order_by("made").values_list("by", "bad")) == [
        ("inspection", True), ("panel", False),
    ]  # fmt: skip
    work_off()
    assert (dispute.state, dispute.issue.paid_minor, look_at(dispute).proven) == ("investigation", 0, False)
    assert not Entry.objects.filter(kind="advance").exists()


def test_what_an_expert_found_our_own_table_does_not_overturn(
    dispute: Dispute, agent: Staffer, hire: Hire
) -> None:
    expert = ask(dispute, agent, hire)
    measure(dispute, expert, scratches="14")
    measure(dispute, agent, scratches="9")
    assert Verification.objects.get().by == "panel"
    work_off()
    assert (
        dispute.issue.paid_minor == 0
    )  # the expert still has the question: nothing is decided under their hands


def test_a_late_job_decides_nothing_once_the_expert_has_said(
    dispute: Dispute, agent: Staffer, hire: Hire
) -> None:
    expert = ask(dispute, agent, hire)
    measure(dispute, expert, scratches="14")
    dispute.act(expert, "find", "划痕十四道。")  # before the worker came by
    version = dispute.issue.version
    work_off()
    assert (dispute.state, dispute.issue.paid_minor) == ("investigation", 0)
    assert dispute.issue.version == version  # what the handler writes meanwhile is not refused as old


def test_overturned_after_it_was_paid_it_goes_back(
    dispute: Dispute, agent: Staffer, hire: Hire, buyer: Shopper
) -> None:
    measure(dispute, agent, scratches="14")
    work_off()
    dispute.act(dispute.respondent, "appeal", "划痕在贴膜上，不在屏幕上。", grounds="evidence")
    other = hire("other", "agent", "front", seat="front")
    expert = ask(dispute, other, hire)
    measure(dispute, expert, scratches="9")
    assert (Verification.objects.filter(bad=False).count(), dispute.issue.paid_minor) == (1, 3_000)
    work_off()
    assert (dispute.state, dispute.issue.paid_minor) == ("investigation", 3_000)  # in an appeal people decide
    ruling: dict[str, Any] = {"outcome": "not_upheld", "citations": ["r2"], "code": "stock"}
    dispute.act(other, "propose", "复测符合 B 级。", **ruling)
    for side in (dispute.complainant, dispute.respondent):
        dispute.act(side, "agree")
    dispute.system()
    assert (dispute.issue.outcome, dispute.issue.paid_minor) == ("not_upheld", 0)
    owed = books.balances(buyer.record_id).receivable.minor
    assert (owed, books.fund_balance().minor) == (3_000, 997_000)  # what was paid ahead they owe the fund


def test_more_than_a_machine_may_pay_waits_for_a_person(
    dispute: Dispute, agent: Staffer, order: Order
) -> None:
    OrderLine.objects.filter(order=order).update(amount_minor=400_000)
    assert "more than is paid by itself" in agent.client.get(f"/cases/{dispute.number}/").content.decode()
    measure(dispute, agent, scratches="14")
    work_off()
    found = look_at(dispute)
    assert (dispute.state, found.proven, found.paid, found.hindered) == (
        "investigation", True, False, ["amount"],
    )  # fmt: skip
