"""Whoever handles a case is none of its sides; who fulfils moves no money; an admission orders what was asked for."""

from datetime import datetime

import pytest

from guanxi.cases.actions import issues
from guanxi.cases.models import Issue, Remedy
from guanxi.core.errors import Conflict, Denied, NotFound
from guanxi.core.models import Role
from guanxi.people.actions import Contact
from tests.cast import SEES, Hire, Shopper, Staffer
from tests.disputes import in_hearing, open_dispute, publish


def test_a_party_who_is_also_the_handler(agent: Staffer, seller: Shopper, now: datetime) -> None:
    publish(now)
    dispute = open_dispute(
        now, against=seller.record_id, contact=Contact("小林", "13722224444", "agent@shop.example")
    )
    agent.user.email = "Agent@shop.example"
    agent.user.save()
    before = Issue.objects.values().get()
    for verb in ("accept", "reject", "file_evidence"):
        with pytest.raises(Denied) as refused:
            dispute.act(agent, verb, "好。", code="no_ground", would_change="无")
        assert refused.value.code == "own_case"
    with pytest.raises(Denied):
        issues.split(actor=agent.actor, now=now, number=dispute.number, place=1)
    assert Issue.objects.values().get() == before
    assert "accept" not in issues.open_verbs(agent.actor, dispute.issue, now)


def test_fulfilment_sends_goods_and_never_money(
    agent: Staffer, seller: Shopper, now: datetime, hire: Hire
) -> None:
    publish(now)
    Role.objects.create(code="fulfilment", name={"en": "f"}, rights={**SEES, "cases.fulfil": "all"})
    sender = hire("sender", "fulfilment")
    dispute = in_hearing(open_dispute(now, against=seller.record_id), agent, remedy="replacement", amount=0)
    dispute.past_limit()
    dispute.act(agent, "confirm")
    dispute.system()
    goods = Remedy.objects.get()
    money = Remedy.objects.create(
        issue=dispute.issue, round=1, code="refund", shape="money", amount_minor=1, currency="CNY",
        due=goods.due, made=dispute.now,
    )  # fmt: skip
    with pytest.raises(NotFound):
        dispute.act(sender, "execute", remedy_id=money.public_id)
    money.delete()
    with pytest.raises(Denied):
        dispute.act(agent, "execute", remedy_id=goods.public_id)
    dispute.act(sender, "execute", "单号 SF123。", remedy_id=goods.public_id)
    assert (dispute.state, dispute.issue.paid_minor) == ("appealable", 0)
    assert Remedy.objects.get().words == "单号 SF123。"


def test_nothing_asked_for_is_not_admitted_away(agent: Staffer, seller: Shopper, now: datetime) -> None:
    publish(now)
    dispute = open_dispute(now, against=seller.record_id, wants="", amount=0)
    dispute.act(agent, "accept")
    with pytest.raises(Conflict) as refused:
        dispute.act(dispute.respondent, "admit")
    assert (refused.value.code, dispute.state) == ("not_asked", "response")
    dispute.act(dispute.respondent, "admit_fault", "是我们的错。")
    assert dispute.state == "investigation"
