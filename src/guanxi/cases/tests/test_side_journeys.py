"""Whole ways through the procedure as both sides walk them on their phones, in both languages."""

import copy
from datetime import datetime
from typing import Any

import pytest

from guanxi.cases import actions
from guanxi.cases.actions import NewIssue
from guanxi.cases.models import Case
from tests.cast import Shopper, Staffer
from tests.disputes import POLICY, Dispute, give_deposit, open_dispute, publish
from tests.sides import Phone

RULING: dict[str, Any] = {
    "outcome": "partly",
    "remedy": "refund",
    "amount_minor": 30_000,
    "citations": ["r1"],
    "code": "listing",
}


@pytest.fixture
def dispute(agent: Staffer, seller: Shopper, now: datetime) -> Dispute:
    content = copy.deepcopy(POLICY)
    content["issues"]["malicious_review"] |= {"role": "seller", "respondent_role": "buyer"}
    publish(now, content)
    give_deposit(seller.record_id, 100_000, now)
    return open_dispute(now, against=seller.record_id)


@pytest.mark.parametrize(("language", "name"), [("en", "Not as described"), ("zh-hans", "商品与描述不符")])
def test_a_contested_claim_to_its_decision(
    dispute: Dispute, agent: Staffer, supervisor: Staffer, language: str, name: str
) -> None:
    mine, theirs = Phone(dispute, language=language), Phone(dispute, "respondent", language=language)
    dispute.act(agent, "accept")
    assert name in theirs.page()
    assert theirs.do("contest", text="发货前完好。").status_code == 303
    assert mine.do("file_evidence", text="侧光下有三道划痕。", item="photo").status_code == 303
    assert "侧光下有三道划痕。" in theirs.page()
    dispute.act(agent, "propose", "照片证明到手时已有划痕。", **{**RULING, "amount_minor": 60_000})
    assert mine.do("comment", text="少了。").status_code == 303
    assert theirs.do("comment", text="多了。").status_code == 303
    dispute.act(agent, "confirm", "都看过了。")
    assert dispute.state == "approval"
    dispute.act(supervisor, "approve")
    dispute.system()
    for page in (mine.page(), theirs.page()):
        assert "¥600.00" in page
        assert "照片证明到手时已有划痕。" in page
    assert mine.do("rate", place=0, score="5").status_code == 303
    assert theirs.do("appeal", text="有检测报告。", grounds="evidence").status_code == 303
    assert dispute.issue.round == 2


def test_a_rejected_complaint_goes_on_by_appeal_on_the_same_number(dispute: Dispute, agent: Staffer) -> None:
    mine = Phone(dispute)
    number = dispute.number
    dispute.act(agent, "reject", "看不出哪里不符。", code="no_ground", would_change="一张侧光照片。")
    dispute.system()
    page = mine.page()
    assert "No ground" in page
    assert "一张侧光照片。" in page
    assert mine.do("appeal", text="照片来了。", grounds="evidence").status_code == 303
    assert (dispute.state, dispute.number) == ("response", number)
    theirs = Phone(dispute, "respondent")
    assert theirs.do("admit").status_code == 303
    dispute.system()
    assert "¥400.00 paid to you" in mine.page()


def test_a_seller_against_a_malicious_review(dispute: Dispute, agent: Staffer, seller: Shopper) -> None:
    review = "骗子店！打 13800138000 找我退钱"
    sent = {"text": "买家没收到货就评了。", "kind": "malicious_review", "quote": review}
    assert seller.client.post("/complain/?as=seller", sent).status_code == 303
    case = Case.objects.get(record=seller.record_id)
    found = Dispute(case.number, dispute.now)
    found.system()
    found.act(agent, "accept")
    assert found.state == "investigation"  # nobody is named on the other side: we look ourselves
    found.act(agent, "propose", "没有交易。", outcome="upheld", remedy="apology", citations=["r1"])
    page = seller.client.get(f"/my/cases/{case.number}/").content.decode()
    assert "骗子店！" in page
    assert "13800138000" not in page
    assert seller.client.post(f"/my/cases/{case.number}/issues/1/agree/").status_code == 303
    assert found.state == "approval"


def test_two_issues_are_decided_differently(dispute: Dispute, agent: Staffer) -> None:
    actions.issues.add_issue(
        actor=agent.actor,
        now=dispute.now,
        number=dispute.number,
        issue=NewIssue(kind="late", wants="refund", wants_minor=5_000),
    )
    late = Dispute(dispute.number, dispute.now, place=2)
    late.system()
    late.act(agent, "accept")
    late.act(late.respondent, "admit")
    late.system()
    dispute.act(agent, "reject", "看不出哪里不符。", code="no_ground", would_change="一张照片。")
    dispute.system()
    page = Phone(dispute).page()
    assert "Not as described; Sent late" in page
    assert "¥50.00 paid" in page
    assert "No ground" in page
    assert [one.outcome for one in dispute.case.issues.order_by("place")] == ["rejected", "admitted"]
