"""A named expert is asked: three days more, the finding joins the evidence, the limit falls back by what was not used."""

from datetime import datetime, timedelta

import pytest

from guanxi.core.errors import Conflict, Denied
from tests.cast import Hire, Shopper, Staffer
from tests.disputes import Dispute, open_dispute, publish


@pytest.fixture
def dispute(agent: Staffer, seller: Shopper, now: datetime) -> Dispute:
    publish(now)
    found = open_dispute(now, against=seller.record_id)
    found.act(agent, "accept")
    found.act(found.respondent, "contest", "完好。")
    return found


def test_found_in_time(dispute: Dispute, agent: Staffer, hire: Hire) -> None:
    expert = hire("expert", "manager")
    before = dispute.issue.due
    assert before is not None
    with pytest.raises(Denied):
        dispute.act(expert, "find", "我看过了。")
    dispute.act(agent, "consult", "划痕是旧的吗？", expert=expert.actor.id)
    longer = dispute.issue.due
    assert longer is not None
    assert timedelta(hours=72) <= longer - before <= timedelta(hours=83)
    with pytest.raises(Conflict):
        dispute.act(agent, "consult", "再问一次。", expert=expert.actor.id)
    dispute.now += timedelta(hours=2)
    dispute.act(expert, "find", "是旧的。")
    after = dispute.issue.due
    assert after is not None
    assert dispute.now < after < before + timedelta(hours=16)
    piece = dispute.issue.evidence.get(side="expert")
    assert (piece.words, piece.private) == ("是旧的。", False)
    with pytest.raises(Denied):
        dispute.act(expert, "find", "还有一句。")


def test_never_found_and_the_work_goes_on(dispute: Dispute, agent: Staffer, hire: Hire) -> None:
    expert = hire("expert", "manager")
    dispute.act(agent, "consult", "划痕是旧的吗？", expert=expert.actor.id)
    dispute.past_limit()
    assert (dispute.state, dispute.issue.level, dispute.issue.breached) == ("investigation", 1, True)
    dispute.act(agent, "propose", "没有鉴定也能看出。", outcome="not_upheld", citations=["r1"])
    with pytest.raises(Conflict):
        dispute.act(expert, "find", "是旧的。")
    assert not dispute.issue.evidence.filter(side="expert").exists()
