"""A dispute from the first words to the end of an appeal: heard, approved, served, paid, appealed, paid back."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from guanxi.cases.models import Decision, Issue, Remedy
from guanxi.core.errors import Conflict, Denied, NotFound
from guanxi.core.models import Event
from guanxi.trade.models import Entry
from guanxi.work import actions as work
from tests.cast import SYSTEM, Organisation, Shopper, Staffer, work_off
from tests.disputes import Dispute, give_deposit, in_hearing, open_dispute, publish


@pytest.fixture
def dispute(agent: Staffer, seller: Shopper, now: datetime) -> Dispute:
    publish(now)
    give_deposit(seller.record_id, 100_000, now)
    return open_dispute(now, against=seller.record_id)


def types(dispute: Dispute) -> list[str]:
    found = Event.objects.filter(subject_kind="case", subject_id=dispute.case.id).order_by("occurred", "id")
    return [one.type.removeprefix("case.") for one in found]


def test_contested_ruled_confirmed_and_paid(dispute: Dispute, agent: Staffer) -> None:
    assert dispute.state == "validity"
    in_hearing(dispute, agent)
    assert dispute.state == "hearing"
    assert dispute.case.turn == "both"
    dispute.act(dispute.complainant, "comment", "同意有划痕，但少了。")
    assert dispute.issue.turn == "both"
    dispute.act(dispute.respondent, "comment", "不同意。")
    assert (dispute.issue.heard, dispute.issue.turn) == (True, "staff")
    with pytest.raises(Conflict):
        dispute.act(dispute.respondent, "comment", "还有话说。")
    dispute.act(agent, "confirm", "已逐条答复。")
    assert dispute.state == "decided"
    dispute.system()
    assert dispute.state == "appealable"
    issue = dispute.issue
    assert (issue.outcome, issue.amount_minor, issue.paid_minor) == ("partly", 30_000, 30_000)
    remedy = Remedy.objects.get(issue=issue)
    assert remedy.paid_by == {"deposit": 30_000, "fund": 0, "house": 0, "receivable": 0}
    dispute.past_limit()
    assert dispute.state == "closed"
    assert dispute.case.state == "closed"
    assert dispute.case.turn == "nobody"


def test_an_appeal_changes_the_ruling_and_the_difference_moves(
    dispute: Dispute, agent: Staffer, other_agent: Staffer
) -> None:
    in_hearing(dispute, agent)
    dispute.past_limit()
    dispute.act(agent, "confirm")
    dispute.system()
    dispute.act(dispute.respondent, "appeal", "有新的检测报告。", grounds="evidence")
    assert dispute.state == "investigation"
    assert dispute.issue.round == 2
    ruling: dict[str, Any] = {"outcome": "not_upheld", "citations": ["r1"]}
    with pytest.raises(Denied):
        dispute.act(agent, "propose", "维持。", **ruling)
    dispute.act(other_agent, "propose", "检测报告证明发货时完好。", **ruling)
    dispute.act(dispute.complainant, "appeal", "我也不服。", grounds="error")
    assert dispute.issue.round == 2
    with pytest.raises(Conflict):
        dispute.act(dispute.respondent, "appeal", "再来一次。", grounds="error")
    dispute.past_limit()
    dispute.act(other_agent, "confirm")
    dispute.system()
    issue = dispute.issue
    assert issue.state == "closed"
    assert (issue.outcome, issue.amount_minor, issue.paid_minor) == ("not_upheld", 0, 0)
    assert [one.state for one in issue.decisions.order_by("proposed")] == ["replaced", "served"]
    assert Entry.objects.filter(reference_kind="issue", reference_id=issue.id).count() == 2


def test_both_agree_and_it_is_decided_as_proposed(dispute: Dispute, agent: Staffer) -> None:
    in_hearing(dispute, agent)
    dispute.act(dispute.complainant, "agree")
    assert dispute.state == "hearing"
    with pytest.raises(Conflict):
        dispute.act(dispute.complainant, "agree")
    dispute.act(dispute.respondent, "agree")
    assert dispute.state == "decided"
    assert Decision.objects.get().basis == "agreed"


def test_above_the_threshold_a_second_person_approves(
    dispute: Dispute, agent: Staffer, supervisor: Staffer, other_agent: Staffer
) -> None:
    in_hearing(dispute, agent, amount=60_000)
    dispute.past_limit()
    dispute.act(agent, "confirm")
    assert dispute.state == "approval"
    with pytest.raises(Denied):
        dispute.act(agent, "approve")
    before = Issue.objects.values().get()
    with pytest.raises(Denied):
        dispute.act(other_agent, "approve")
    assert Issue.objects.values().get() == before
    dispute.act(supervisor, "approve")
    dispute.system()
    assert dispute.issue.paid_minor == 60_000
    assert Decision.objects.get().approver_name == supervisor.actor.name


def test_offers_in_one_window(dispute: Dispute, agent: Staffer) -> None:
    dispute.act(agent, "accept")
    dispute.act(dispute.respondent, "offer", remedy="refund", amount_minor=10_000)
    ends = dispute.issue.due
    with pytest.raises(Conflict):
        dispute.act(dispute.respondent, "accept_offer")
    dispute.now += timedelta(hours=1)
    dispute.act(dispute.complainant, "counter", remedy="refund", amount_minor=35_000)
    assert dispute.issue.due == ends
    assert dispute.issue.turn == "respondent"
    dispute.act(dispute.respondent, "accept_offer")
    dispute.system()
    issue = dispute.issue
    assert (issue.outcome, issue.paid_minor, issue.state) == ("settled", 35_000, "appealable")


def test_silence_is_no_admission_and_a_minute_late_is_late(dispute: Dispute, agent: Staffer) -> None:
    dispute.act(agent, "accept")
    due = dispute.issue.due
    assert due is not None
    dispute.now = due
    with pytest.raises(Conflict) as refused:
        dispute.act(dispute.respondent, "offer", remedy="refund", amount_minor=1)
    assert refused.value.code == "too_late"
    dispute.past_limit()
    assert dispute.state == "investigation"
    assert not Decision.objects.exists()
    dispute.act(dispute.respondent, "file_evidence", "称重记录。")


def test_a_rejected_complaint_goes_on_by_appeal_on_the_same_number(
    dispute: Dispute, agent: Staffer, other_agent: Staffer
) -> None:
    dispute.act(agent, "reject", "看不出哪里不符。", code="no_ground", would_change="一张照片。")
    dispute.system()
    assert dispute.state == "appealable"
    dispute.act(dispute.complainant, "appeal", "照片来了。", grounds="evidence")
    assert dispute.state == "response"
    dispute.act(dispute.respondent, "admit")
    dispute.system()
    assert dispute.issue.outcome == "admitted"
    assert dispute.state == "closed"
    assert dispute.issue.paid_minor == 40_000


def test_strangers_and_the_wrong_side(dispute: Dispute, agent: Staffer, stranger: Staffer) -> None:
    before = Issue.objects.values().get()
    with pytest.raises(NotFound):
        dispute.act(stranger, "accept")
    with pytest.raises(Conflict):
        dispute.act(dispute.complainant, "accept")
    with pytest.raises(NotFound):
        dispute.act(agent, "dance")
    assert Issue.objects.values().get() == before
    assert "accepted" not in types(dispute)


def test_a_closed_day_moves_a_limit_of_ours_and_the_promise_says_so(
    dispute: Dispute, organisation: Organisation, now: datetime
) -> None:
    before = dispute.issue.due
    assert before is not None
    day = before.astimezone(ZoneInfo("Asia/Shanghai")).date()
    work.plan_day(actor=SYSTEM, now=now, team="front", day=day, periods=[], why="停电")
    work_off()
    after = dispute.issue.due
    assert after is not None
    assert after > before
    assert (dispute.case.due, dispute.issue.segments.get(ended=None).due) == (after, after)
    facts = [one["code"] for one in dispute.issue.due_explanation["facts"]]
    assert facts[:2] == ["cases.exception", "cases.before"]
    work_off()
    assert dispute.issue.due == after
