"""Round 2 and what comes after it: other people decide, what the appeal stopped goes on, what was ordered is set right."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from guanxi.cases.actions import issues
from guanxi.cases.models import Decision, Remedy, RootCause
from guanxi.core.errors import Conflict, Denied, Invalid
from guanxi.trade.actions import ledger
from tests.cast import Hire, Shopper, Staffer
from tests.disputes import CLOCK, Dispute, give_deposit, in_hearing, open_dispute, publish

FINE: dict[str, Any] = {"penalty": "fine", "publish": True}
NO: dict[str, Any] = {"outcome": "not_upheld", "citations": ["r1"]}


@pytest.fixture
def dispute(agent: Staffer, seller: Shopper, now: datetime) -> Dispute:
    publish(now)
    give_deposit(seller.record_id, 100_000, now)
    return open_dispute(now, against=seller.record_id)


def fined(dispute: Dispute, agent: Staffer, supervisor: Staffer) -> Dispute:
    """Upheld with a fine and a publication, approved, served, paid."""
    in_hearing(dispute, agent, **FINE)
    dispute.past_limit()
    dispute.act(agent, "confirm")
    dispute.act(supervisor, "approve")
    dispute.system()
    return dispute


def test_penalties_have_fifteen_days_and_publication_waits_for_the_end(
    dispute: Dispute, agent: Staffer, supervisor: Staffer, seller: Shopper
) -> None:
    fined(dispute, agent, supervisor)
    issue = dispute.issue
    assert (issue.state, issue.paid_minor) == ("appealable", 30_000)
    assert issue.due is not None
    assert issue.due - dispute.now >= timedelta(days=15)
    assert ledger.balances(seller.record_id).deposit.minor == 100_000 - 30_000 - 10_000
    assert Remedy.objects.get(shape="publication").state == "due"
    dispute.past_limit()
    assert dispute.state == "closed"
    assert Remedy.objects.get(shape="publication").state == "executed"


def test_a_lifted_penalty_is_given_back_and_nothing_is_published(
    dispute: Dispute, agent: Staffer, supervisor: Staffer, other_agent: Staffer, seller: Shopper
) -> None:
    fined(dispute, agent, supervisor)
    dispute.act(dispute.respondent, "appeal", "检测报告。", grounds="evidence")
    dispute.act(other_agent, "propose", "报告可信。", **NO)
    dispute.past_limit()
    dispute.act(other_agent, "confirm")
    dispute.system()
    assert (dispute.state, dispute.issue.paid_minor) == ("closed", 0)
    assert ledger.balances(seller.record_id).deposit.minor == 100_000
    assert not Remedy.objects.filter(shape="publication", state="executed").exists()


def test_the_same_penalty_is_not_imposed_twice(
    dispute: Dispute, agent: Staffer, supervisor: Staffer, other_agent: Staffer, hire: Hire, seller: Shopper
) -> None:
    fined(dispute, agent, supervisor)
    dispute.act(dispute.respondent, "appeal", "不服。", grounds="error")
    more: dict[str, Any] = {
        "outcome": "partly",
        "remedy": "refund",
        "amount_minor": 30_000,
        "citations": ["r1"],
    }
    dispute.act(other_agent, "propose", "维持。", **more, **FINE)
    dispute.past_limit()
    dispute.act(other_agent, "confirm")
    second = hire("second", "supervisor", "front")
    with pytest.raises(Denied):
        dispute.act(supervisor, "approve")
    dispute.act(second, "approve")
    dispute.system()
    assert dispute.state == "closed"
    assert ledger.balances(seller.record_id).deposit.minor == 100_000 - 30_000 - 10_000
    assert Remedy.objects.filter(shape="publication", state="executed").count() == 1


def test_who_acted_in_round_1_neither_confirms_nor_takes_evidence_back(
    dispute: Dispute, agent: Staffer, other_agent: Staffer
) -> None:
    in_hearing(dispute, agent)
    dispute.past_limit()
    dispute.act(agent, "confirm")
    dispute.system()
    dispute.act(dispute.respondent, "appeal", "检测报告。", grounds="evidence")
    assert dispute.issue.handler is None
    dispute.act(other_agent, "propose", "报告可信。", **NO)
    dispute.act(dispute.complainant, "file_evidence", "又一张照片。")
    dispute.past_limit()
    for verb in ("confirm", "take_evidence"):
        with pytest.raises(Denied) as refused:
            dispute.act(agent, verb, "好。")
        assert refused.value.code == "not_fresh"
        assert dispute.state == "hearing"
    assert "confirm" not in issues.open_verbs(agent.actor, dispute.issue, dispute.now)
    dispute.act(other_agent, "take_evidence")
    assert dispute.state == "investigation"


def test_an_appeal_taken_back_lets_the_goods_go_out(
    dispute: Dispute, agent: Staffer, supervisor: Staffer
) -> None:
    in_hearing(dispute, agent, remedy="replacement", amount=0)
    dispute.past_limit()
    dispute.act(agent, "confirm")
    dispute.system()
    assert dispute.state == "remedy"
    dispute.act(dispute.respondent, "appeal", "不服。", grounds="error")
    assert Remedy.objects.get().state == "replaced"
    with pytest.raises(Conflict):
        dispute.act(dispute.complainant, "withdraw")
    dispute.act(dispute.respondent, "withdraw")
    assert dispute.state == "remedy"
    assert [one.state for one in Remedy.objects.order_by("made", "id")] == ["replaced", "due"]
    dispute.past_limit()  # not delivered: money in its place
    issue = dispute.issue
    assert (issue.state, issue.amount_minor, issue.paid_minor) == ("closed", 40_000, 40_000)


def test_goods_late_become_money_and_a_ruling_for_the_same_goods_leaves_it(
    dispute: Dispute, agent: Staffer, other_agent: Staffer
) -> None:
    in_hearing(dispute, agent, remedy="replacement", amount=0)
    dispute.past_limit()
    dispute.act(agent, "confirm")
    dispute.system()
    dispute.past_limit()
    assert (dispute.state, dispute.issue.paid_minor) == ("appealable", 40_000)
    dispute.act(dispute.respondent, "appeal", "不服。", grounds="error")
    more: dict[str, Any] = {"outcome": "upheld", "remedy": "replacement", "citations": ["r1"]}
    dispute.act(other_agent, "propose", "维持。", **more)
    dispute.past_limit()
    dispute.act(other_agent, "confirm")
    dispute.system()
    assert (dispute.state, dispute.issue.paid_minor, dispute.issue.amount_minor) == ("closed", 40_000, 40_000)


def test_a_minute_late_is_late(dispute: Dispute, agent: Staffer) -> None:
    in_hearing(dispute, agent)
    dispute.past_limit()
    dispute.act(agent, "confirm")
    dispute.system()
    due = dispute.issue.due
    assert due is not None
    dispute.now = due + timedelta(minutes=1)
    with pytest.raises(Conflict) as refused:
        dispute.act(dispute.complainant, "appeal", "不服。", grounds="error")
    assert refused.value.code == "too_late"
    assert (dispute.state, dispute.issue.round) == ("appealable", 1)
    dispute.past_limit()
    assert dispute.state == "closed"


def test_after_a_decision_nothing_is_paid_ahead(
    dispute: Dispute, agent: Staffer, other_agent: Staffer
) -> None:
    in_hearing(dispute, agent, outcome="not_upheld", remedy="", amount=0)
    dispute.past_limit()
    dispute.act(agent, "confirm")
    dispute.system()
    dispute.now += timedelta(days=6)
    dispute.act(dispute.complainant, "appeal", "不服。", grounds="error")
    assert issues.advance(actor=CLOCK, now=dispute.now, issue_id=dispute.issue.id) is None
    assert dispute.issue.paid_minor == 0


def test_reopened_and_not_taken_up_the_first_decision_stands(
    dispute: Dispute, agent: Staffer, supervisor: Staffer
) -> None:
    in_hearing(dispute, agent)
    dispute.past_limit()
    dispute.act(agent, "confirm")
    dispute.system()
    dispute.past_limit()
    dispute.act(agent, "summarise", code="stock")
    ended = dispute.case.resolved
    dispute.now += timedelta(days=30)
    dispute.act(supervisor, "reopen", "新的照片。")
    assert (dispute.state, dispute.issue.round, dispute.case.resolved) == ("validity", 2, None)
    with pytest.raises(Conflict):
        dispute.act(dispute.complainant, "appeal", "不服。", grounds="error")
    dispute.act(agent, "reject", "并无新的事实。", code="no_ground", would_change="检测报告。")
    dispute.system()
    issue = dispute.issue
    assert (issue.state, issue.outcome, issue.amount_minor, issue.paid_minor) == (
        "closed", "partly", 30_000, 30_000,
    )  # fmt: skip
    assert [one.state for one in Decision.objects.order_by("proposed")] == ["served", "replaced"]
    dispute.act(agent, "summarise", code="listing")
    assert RootCause.objects.get().code == "listing"
    resolved = dispute.case.resolved
    assert resolved is not None
    assert ended is not None
    assert resolved > ended
    with pytest.raises(Conflict):
        dispute.act(supervisor, "reopen", "再来。")


def test_opened_again_within_a_year_only(dispute: Dispute, agent: Staffer, supervisor: Staffer) -> None:
    dispute.act(dispute.complainant, "withdraw")
    assert (dispute.state, dispute.issue.outcome) == ("closed", "withdrawn")
    dispute.now += timedelta(days=366)
    with pytest.raises(Invalid) as refused:
        dispute.act(supervisor, "reopen", "新的照片。")
    assert refused.value.code == "too_late"
    assert dispute.state == "closed"
