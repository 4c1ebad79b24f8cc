"""Notices of issues: who of staff is told of limits, approvals, experts, appeals and answers, and who is not."""

from datetime import datetime
from typing import Any

import pytest

from guanxi.cases.queries import concerned
from guanxi.core import clock, staff
from guanxi.core.models import Notice, Role, RoleGrant
from guanxi.core.notices import queries
from guanxi.work.actions import take_next
from tests.cast import Hire, Organisation, Shopper, Staffer, work_off
from tests.disputes import Dispute, give_deposit, open_dispute, publish


@pytest.fixture
def dispute(agent: Staffer, seller: Shopper, now: datetime) -> Dispute:
    """Contested: the agent who took it up looks into it."""
    publish(now)
    give_deposit(seller.record_id, 200_000, now)
    found = open_dispute(now, against=seller.record_id, amount=80_000)
    found.act(agent, "accept")
    return found


@pytest.fixture
def contested(dispute: Dispute) -> Dispute:
    dispute.act(dispute.respondent, "contest", "发货前完好。")
    return dispute


def told(dispute: Dispute, who: Staffer) -> list[str]:
    """Kinds of everything a person has been told by now, oldest first."""
    with clock.at(dispute.now):
        work_off()
    return list(Notice.objects.filter(user=who.user).order_by("id").values_list("kind", flat=True))


def to_approval(dispute: Dispute, agent: Staffer) -> Dispute:
    """Proposed above what one person decides, heard, confirmed."""
    in_hearing_now: dict[str, Any] = {"outcome": "upheld", "remedy": "refund", "amount_minor": 80_000}
    dispute.act(agent, "propose", "照片为证。", citations=["r1"], code="listing", **in_hearing_now)
    dispute.past_limit()
    dispute.act(agent, "confirm")
    assert dispute.state == "approval"
    return dispute


def test_a_sides_answer_tells_the_handler_and_opens_the_issue(
    contested: Dispute, agent: Staffer, other_agent: Staffer
) -> None:
    assert told(contested, agent) == ["case.side_answered"]
    assert told(contested, other_agent) == []
    shown = queries.shown(agent.actor, list(queries.list_notices(agent.actor)))
    assert [one.subject.url for one in shown] == [f"/cases/{contested.number}/?issue=1"]
    assert shown[0].subject.title.endswith(contested.case.title)
    assert "A side has answered" in agent.client.get("/notices/").content.decode()


def test_an_offer_is_an_answer(dispute: Dispute, agent: Staffer) -> None:
    dispute.act(dispute.respondent, "offer", "退一半。", remedy="refund", amount_minor=20_000)
    assert told(dispute, agent) == ["case.side_answered"]


def test_warned_is_the_handler(contested: Dispute, agent: Staffer, supervisor: Staffer) -> None:
    due = contested.issue.due
    assert due is not None
    told(contested, agent)  # the answer
    contested.now += (due - contested.now) * 0.55
    assert told(contested, agent) == ["case.side_answered", "case.warned"]
    assert told(contested, supervisor) == []


def test_before_anybody_handles_it_whoever_has_the_work_is_warned(
    other_agent: Staffer, now: datetime
) -> None:
    publish(now)
    dispute = open_dispute(now)
    key = dispute.issue.public_id
    assert concerned.owners(key) == []
    take_next(actor=other_agent.actor, now=now)
    assert concerned.owners(key) == [other_agent.user.id]


def test_a_missed_limit_climbs_to_the_supervisor_then_to_the_head(
    contested: Dispute, agent: Staffer, supervisor: Staffer, hire: Hire, organisation: Organisation
) -> None:
    Role.objects.create(
        code="head", name={}, rights={"cases.view": "all", "cases.approve": "all", "cases.head": "all"}
    )
    head = hire("head", "head")
    contested.past_limit()
    assert told(contested, supervisor) == ["case.climbed"]
    assert told(contested, head) == []
    contested.past_limit()
    assert "case.climbed" in told(contested, head)
    assert told(contested, supervisor).count("case.climbed") == 1
    assert "case.climbed" not in told(contested, agent)


def test_an_approval_waits_for_supervisors_who_have_not_acted(
    contested: Dispute, agent: Staffer, supervisor: Staffer, hire: Hire
) -> None:
    second = hire("second", "supervisor", "front")
    waiting = to_approval(contested, agent)
    assert told(waiting, supervisor)[-1:] == told(waiting, second)[-1:] == ["case.approval"]
    assert "case.approval" not in told(waiting, agent)
    waiting.act(supervisor, "return", "说明金额。")
    assert told(waiting, agent)[-1] == "case.returned"
    again = to_approval(waiting, agent)
    assert told(again, second).count("case.approval") == 2
    assert told(again, supervisor).count("case.approval") == 1  # who returned it has acted


def test_an_expert_is_asked_and_answers(contested: Dispute, agent: Staffer, hire: Hire) -> None:
    expert = hire("expert", "manager")
    contested.act(agent, "consult", "划痕是旧的吗？", expert=expert.actor.id)
    assert told(contested, expert) == ["case.expert_asked"]
    contested.act(expert, "find", "是旧的。")
    assert told(contested, agent)[-1] == "case.expert_found"
    assert told(contested, expert) == ["case.expert_asked"]


def test_an_appeal_tells_whoever_answers_for_the_team(
    contested: Dispute, agent: Staffer, supervisor: Staffer, stranger: Staffer
) -> None:
    in_hearing_of = contested
    in_hearing_of.act(
        agent, "propose", "照片为证。", outcome="partly", remedy="refund", amount_minor=30_000,
        citations=["r1"], code="listing",
    )  # fmt: skip
    contested.past_limit()
    contested.act(agent, "confirm")
    contested.system()
    contested.system()
    contested.act(contested.respondent, "appeal", "不服。", grounds="error")
    assert "case.appealed" in told(contested, supervisor)
    assert "case.appealed" not in told(contested, agent)  # an appeal is handled by somebody else
    assert told(contested, stranger) == []


def test_the_nearest_who_hold_a_right(
    agent: Staffer, supervisor: Staffer, hire: Hire, organisation: Organisation
) -> None:
    Role.objects.create(code="all", name={}, rights={"cases.approve": "all"})
    head = hire("head", "all")
    assert staff.holders("cases.approve", organisation.id("front")) == [supervisor.user.id]
    assert staff.holders("cases.approve", organisation.id("west-front")) == [head.user.id]
    RoleGrant.objects.filter(user=head.user).delete()
    assert staff.holders("cases.approve", organisation.id("west-front")) == []
