"""Both sides are told by mail what a step means for them: once, in their language, with the link of their own side."""

import re
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.cases import actions, queries
from guanxi.cases.jobs import TELLING, tell_answer, tell_sides
from guanxi.cases.rules import machine, telling
from guanxi.channels.models import Message
from guanxi.core import clock
from guanxi.core.models import Event, Notice
from guanxi.core.notices import follow
from guanxi.people.actions import Contact, add_record
from tests.cast import SYSTEM, Shopper, Staffer, nothing_happens
from tests.disputes import Dispute, give_deposit, in_hearing, open_dispute, publish


@pytest.fixture
def dispute(agent: Staffer, seller: Shopper, now: datetime) -> Dispute:
    publish(now)
    give_deposit(seller.record_id, 100_000, now)
    return open_dispute(now, against=seller.record_id)


def told(dispute: Dispute) -> list[tuple[str, Message]]:
    """Run the letters of the newest event that calls for any; (side, mail) as they were written."""
    event = Event.objects.filter(type__in=TELLING, subject_id=dispute.case.id).order_by("-id").first()
    assert event is not None
    before = set(Message.objects.values_list("id", flat=True))
    with clock.at(dispute.now):
        tell_sides.call(event.id)
    fresh = Message.objects.exclude(id__in=before).order_by("record_id")
    sides = {dispute.case.record_id: "complainant", dispute.case.respondent_id: "respondent"}
    return sorted(((sides[one.record_id], one) for one in fresh), key=lambda pair: pair[0])


def link_of(message: Message) -> str:
    found = re.search(r"/c/([^/]+)/", message.body)
    assert found
    return found[1]


def test_asked_to_respond_with_the_claim_and_the_limit(dispute: Dispute, agent: Staffer) -> None:
    dispute.act(agent, "accept")
    [(side, mail)] = told(dispute)
    assert side == "respondent"
    assert mail.title.startswith("Please respond by 2026-03-04 10:00")
    assert "手机成色不符" in mail.body
    assert "Refund ¥400.00" in mail.body
    assert "silence is no admission" in mail.body
    assert queries.link_actor(link_of(mail)).record_id == dispute.case.respondent_id
    with nothing_happens():
        told(dispute)


def test_the_claim_holds_no_contact_and_a_report_no_words(
    agent: Staffer, seller: Shopper, now: datetime
) -> None:
    publish(now)
    plain = open_dispute(now, against=seller.record_id, text="打 13722223333。")
    plain.act(agent, "accept")
    [(_side, mail)] = told(plain)
    assert "13722223333" not in mail.body
    assert "欧阳晓雯" not in mail.body
    assert "欧阳**" in mail.body
    report = open_dispute(now, against=seller.record_id, text="我是邻居老周。", role="reporter")
    report.act(agent, "accept")
    [(_side, mail)] = told(report)
    assert "老周" not in mail.body
    assert "欧阳" not in mail.body
    assert "Whoever reports is protected." in mail.body


def test_facts_offer_and_counter_go_to_whose_turn_it_is(dispute: Dispute, agent: Staffer) -> None:
    dispute.act(agent, "ask_facts", "哪一天收到的？")
    [(side, mail)] = told(dispute)
    assert (side, "哪一天收到的？" in mail.body, mail.language) == ("complainant", True, "zh-hans")
    dispute.act(dispute.complainant, "answer", "周二。")
    dispute.act(agent, "accept")
    dispute.act(dispute.respondent, "offer", remedy="refund", amount_minor=10_000)
    [(side, mail)] = told(dispute)
    assert (side, "¥100.00" in mail.title) == ("complainant", True)
    dispute.act(dispute.complainant, "counter", remedy="refund", amount_minor=35_000)
    [(side, mail)] = told(dispute)
    assert (side, mail.language, "¥350.00" in mail.title) == ("respondent", "en", True)


def test_both_hear_of_proposal_decision_and_closing(dispute: Dispute, agent: Staffer) -> None:
    in_hearing(dispute, agent)
    both = told(dispute)
    assert [side for side, _mail in both] == ["complainant", "respondent"]
    assert all("照片证明到手时已有划痕。" in mail.body for _side, mail in both)
    dispute.past_limit()
    dispute.act(agent, "confirm")
    dispute.system()
    served = Event.objects.get(type="case.served")
    with clock.at(dispute.now):
        tell_sides.call(served.id)
        tell_sides.call(Event.objects.get(type="case.executed").id)
    titles = (
        Message.objects.filter(record=dispute.case.record_id).order_by("id").values_list("title", flat=True)
    )
    assert any("¥300.00" in title for title in titles)
    theirs = Message.objects.get(id__gt=0, record=dispute.case.respondent_id, title__startswith="Decided")
    assert "Describe truly (r1@1)" in theirs.body
    assert "You can appeal once, until" in theirs.body
    dispute.past_limit()
    assert [side for side, _mail in told(dispute)] == ["complainant", "respondent"]


def test_an_appeal_is_told_to_the_other_side(dispute: Dispute, agent: Staffer) -> None:
    in_hearing(dispute, agent)
    dispute.past_limit()
    dispute.act(agent, "confirm")
    dispute.system()
    dispute.act(dispute.complainant, "appeal", "少了。", grounds="error")
    [(side, mail)] = told(dispute)
    assert (side, mail.title.startswith("The other side appeals")) == ("respondent", True)


def test_old_events_are_no_news(dispute: Dispute, agent: Staffer) -> None:
    dispute.act(agent, "accept")
    dispute.now += timedelta(days=2)
    with nothing_happens():
        told(dispute)


def test_nobody_to_write_to_is_told_to_colleagues(agent: Staffer, now: datetime) -> None:
    publish(now)
    silent = add_record(actor=SYSTEM, now=now, contact=Contact("贺强", "13900001111"), source="import")
    dispute = open_dispute(now, against=silent.record_id)
    dispute.act(agent, "accept")
    [(side, mail)] = told(dispute)
    assert (side, mail.state) == ("respondent", "held")
    event = Event.objects.get(type="case.unreached")
    assert (event.data["side"], event.data["letter"]) == ("respondent", "asked_to_respond")
    follow.notify([event])
    assert [one.user_id for one in Notice.objects.filter(kind="case.unreached")] == [agent.user.id]
    with nothing_happens():
        told(dispute)


def test_an_answer_to_one_side_is_mailed_to_that_side(dispute: Dispute, agent: Staffer) -> None:
    actions.answer(
        actor=agent.actor, now=dispute.now, number=dispute.number, text="只对卖家说。", to="respondent"
    )
    tell_answer.call(Event.objects.get(type="case.answered").id)
    [mail] = Message.objects.filter(channel="email", direction="out")
    assert mail.record_id == dispute.case.respondent_id
    assert "手机" not in mail.title
    assert queries.link_actor(link_of(mail)).record_id == dispute.case.respondent_id


@given(
    happened=st.sampled_from(sorted(set(machine.PAST.values()))),
    before=st.sampled_from(machine.STATES),
    after=st.sampled_from(machine.STATES),
    by=st.sampled_from(["complainant", "respondent", "handler", "system"]),
    two_sides=st.booleans(),
)
def test_nobody_is_told_twice_and_nobody_where_nobody_is(
    happened: str, before: str, after: str, by: str, two_sides: bool
) -> None:
    found = telling.letters_for(happened, {"from": before, "to": after, "by": by}, two_sides=two_sides)
    sides = [side for side, _letter in found]
    assert len(set(sides)) == len(sides)
    assert two_sides or "respondent" not in sides
    if by in ("complainant", "respondent") and happened in ("offered", "countered", "withdrawn"):
        assert by not in sides or after == "response"
