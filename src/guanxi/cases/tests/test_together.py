"""Cases split, merged and unmerged; the other side named in time; two issues of one complaint decided differently."""

from datetime import datetime

import pytest

from guanxi.cases import queries
from guanxi.cases.actions import NewIssue, issues
from guanxi.cases.models import ClockSegment
from guanxi.core.errors import Conflict, Invalid
from guanxi.core.models import File
from tests.cast import Shopper, Staffer
from tests.disputes import Dispute, in_hearing, open_dispute, publish


@pytest.fixture
def dispute(agent: Staffer, seller: Shopper, now: datetime) -> Dispute:
    publish(now)
    return open_dispute(now, against=seller.record_id)


def second_issue(dispute: Dispute, agent: Staffer) -> Dispute:
    more = NewIssue(kind="late", wants="refund", wants_minor=2_000)
    row = issues.add_issue(actor=agent.actor, now=dispute.now, number=dispute.number, issue=more)
    other = Dispute(dispute.number, dispute.now, row.place)
    other.system()
    return other


def test_two_issues_decided_differently_and_the_case_shows_the_least_advanced(
    dispute: Dispute, agent: Staffer
) -> None:
    other = second_issue(dispute, agent)
    in_hearing(dispute, agent)
    assert dispute.case.state == "validity"
    other.act(agent, "reject", "按时发出。", code="no_ground", would_change="签收单。")
    other.system()
    assert dispute.case.state == "hearing"
    dispute.act(dispute.complainant, "agree")
    dispute.act(dispute.respondent, "agree")
    dispute.system()
    assert [one.outcome for one in queries.issues.issues_of(dispute.case)] == ["partly", "rejected"]
    assert (dispute.issue.paid_minor, other.issue.paid_minor) == (30_000, 0)


def test_split_with_clock_and_evidence(dispute: Dispute, agent: Staffer) -> None:
    other = second_issue(dispute, agent)
    file = File.objects.create(
        name="a.txt", kind="txt", size=1, digest="0" * 64, subject_kind="case", subject_id=dispute.case.id,
        part_id=other.issue.id, actor_kind="link", created=dispute.now,
    )  # fmt: skip
    due, version = other.issue.due, other.issue.version
    fresh = issues.split(actor=agent.actor, now=dispute.now, number=dispute.number, place=2)
    alone = Dispute(fresh.number, dispute.now)
    assert (alone.issue.due, alone.issue.version, alone.state) == (due, version, "validity")
    file.refresh_from_db()
    assert file.subject_id == fresh.id
    assert ClockSegment.objects.filter(issue=alone.issue, ended=None).count() == 1
    alone.act(agent, "accept")
    assert (alone.case.state, dispute.case.state) == ("response", "validity")
    with pytest.raises(Conflict):
        issues.split(actor=agent.actor, now=dispute.now, number=dispute.number, place=1)


def test_what_is_merged_goes_on_and_comes_out_as_it_was(
    dispute: Dispute, agent: Staffer, seller: Shopper
) -> None:
    second = open_dispute(dispute.now, against=seller.record_id, kind="late")
    issues.merge(actor=agent.actor, now=dispute.now, number=second.number, into=dispute.number)
    assert [one.case.number for one in queries.issues.issues_of(dispute.case)] == [
        dispute.number,
        second.number,
    ]
    assert "accept" in issues.open_verbs(agent.actor, second.issue, dispute.now)
    second.act(agent, "accept")
    second.act(second.respondent, "contest", "按时发出。")
    assert second.state == "investigation"
    with pytest.raises(Conflict):
        issues.merge(actor=agent.actor, now=dispute.now, number=second.number, into=dispute.number)
    issues.unmerge(actor=agent.actor, now=dispute.now, number=second.number)
    assert (second.case.merged_into_id, second.state) == (None, "investigation")


def test_the_other_side_is_named_while_it_can_be_heard(
    agent: Staffer, seller: Shopper, buyer: Shopper, now: datetime
) -> None:
    publish(now)
    dispute = open_dispute(now)
    dispute.act(agent, "accept")
    assert dispute.state == "investigation"
    dispute.act(
        agent, "propose", "属实。", outcome="upheld", remedy="refund", amount_minor=1, citations=["r1"]
    )
    with pytest.raises(Conflict) as refused:
        issues.name_respondent(actor=agent.actor, now=now, number=dispute.number, customer=seller.public_id)
    assert (refused.value.code, dispute.case.respondent_id) == ("not_now", None)
    early = open_dispute(now)
    issues.name_respondent(actor=agent.actor, now=now, number=early.number, customer=seller.public_id)
    assert early.case.respondent_id == seller.record_id
    early.act(agent, "accept")
    assert early.state == "response"


def test_a_complainant_names_only_an_order_of_their_own(dispute: Dispute, buyer: Shopper) -> None:
    with pytest.raises(Invalid) as refused:
        issues.add_issue(
            actor=dispute.complainant, now=dispute.now, number=dispute.number,
            issue=NewIssue(kind="late", order="A-1001"),
        )  # fmt: skip
    assert "order" in (refused.value.fields or {})
    assert dispute.case.issues.count() == 1


def test_whose_turn_it_is_in_a_negotiation_is_on_the_clock(dispute: Dispute, agent: Staffer) -> None:
    dispute.act(agent, "accept")
    dispute.act(dispute.respondent, "offer", remedy="refund", amount_minor=100)
    dispute.now = dispute.now.replace(minute=30)
    dispute.act(dispute.complainant, "counter", remedy="refund", amount_minor=300)
    found = ClockSegment.objects.filter(issue=dispute.issue, state="negotiation").order_by("started", "id")
    assert [(one.turn, one.due) for one in found] == [
        ("customer", dispute.issue.due), ("respondent", dispute.issue.due),
    ]  # fmt: skip
