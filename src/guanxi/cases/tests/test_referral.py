"""Above the threshold: returned once with a reason, then referred up; the next supervisor approves or proposes anew."""

from datetime import datetime
from typing import Any

import pytest

from guanxi.cases.models import Decision
from guanxi.core.errors import Conflict, Denied
from tests.cast import Hire, Shopper, Staffer
from tests.disputes import Dispute, in_hearing, open_dispute, publish

BIG: dict[str, Any] = {"outcome": "upheld", "remedy": "refund", "amount_minor": 60_000, "citations": ["r1"]}


@pytest.fixture
def dispute(agent: Staffer, supervisor: Staffer, seller: Shopper, now: datetime) -> Dispute:
    """Returned once, proposed again, before the supervisor again."""
    publish(now)
    found = in_hearing(open_dispute(now, against=seller.record_id), agent, amount=60_000)
    found.past_limit()
    found.act(agent, "confirm")
    with pytest.raises(Conflict):
        found.act(supervisor, "refer_up", "太多。")
    found.act(supervisor, "return", "说明金额。")
    assert found.state == "investigation"
    found.act(agent, "propose", "按发票。", **BIG)
    found.past_limit()
    found.act(agent, "confirm", "照旧。")
    return found


def test_referred_the_clock_goes_on_and_somebody_else_approves(
    dispute: Dispute, supervisor: Staffer, hire: Hire
) -> None:
    with pytest.raises(Conflict):
        dispute.act(supervisor, "return", "再说明。")
    due = dispute.issue.due
    dispute.act(supervisor, "refer_up", "我仍有疑问。")
    assert (dispute.state, dispute.issue.due) == ("approval", due)
    with pytest.raises(Denied):
        dispute.act(supervisor, "approve")
    second = hire("second", "supervisor", "front")
    dispute.act(second, "approve")
    dispute.system()
    assert (dispute.issue.outcome, dispute.issue.paid_minor) == ("upheld", 60_000)


def test_proposed_anew_it_is_heard_again_and_approved_by_a_third(
    dispute: Dispute, agent: Staffer, supervisor: Staffer, hire: Hire
) -> None:
    dispute.act(supervisor, "refer_up", "我仍有疑问。")
    second, third = hire("second", "supervisor", "front"), hire("third", "supervisor", "front")
    dispute.act(second, "propose_anew", "部分退款。", **{**BIG, "outcome": "partly", "amount_minor": 20_000})
    assert dispute.state == "hearing"
    assert Decision.objects.filter(state="proposed").count() == 1
    dispute.act(dispute.complainant, "agree")
    dispute.act(dispute.respondent, "agree")
    assert dispute.state == "approval", "below the threshold, but it was proposed anew"
    for one in (second, supervisor, agent):
        with pytest.raises(Denied):
            dispute.act(one, "approve")
    dispute.act(third, "approve")
    dispute.system()
    assert dispute.issue.paid_minor == 20_000


def test_a_clock_never_approves(dispute: Dispute) -> None:
    for level in (1, 2, 2):
        dispute.past_limit()
        assert (dispute.state, dispute.issue.level, dispute.issue.breached) == ("approval", level, True)
