"""Settled cases that began alike: shown to whoever handles, with our words then, which name nobody else."""

from datetime import datetime, timedelta

import pytest

from guanxi.cases import actions
from guanxi.cases.queries import alike as reads
from guanxi.people.actions import Contact
from tests.cast import Shopper, Staffer, case_of, complain

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
BROKEN = "收到的杯子摔碎了，请换一个新的。"


def solved(agent: Staffer, now: datetime, text: str, answer: str, who: str) -> str:
    case = complain(now, text, Contact(who, email=f"{abs(hash(who))}@post.example")).case
    actions.resolve(actor=agent.actor, now=now, number=case.number, text=answer.format(number=case.number))
    return case.number


def test_the_likest_first_with_our_words_and_this_customers_name(
    agent: Staffer, buyer: Shopper, now: datetime
) -> None:
    cup = solved(
        agent, now - 3 * DAY, "杯子收到时摔碎了，想换新的。", "周芸您好，{number} 新杯子今天寄出。", "周芸"
    )
    solved(agent, now - 2 * DAY, "请把发票抬头改成公司。", "发票已改。", "何平")
    case = complain(now, BROKEN, actor=buyer.actor).case
    first, *others = reads.alike(agent.actor, case_of(case.number))
    assert first.number == cup
    assert first.answer == f"{buyer.contact.name}您好，{case.number} 新杯子今天寄出。"
    assert first.likeness > reads.ALIKE_MIN
    assert all(one.likeness <= first.likeness for one in others)
    page = agent.client.get(f"/panels/cases.alike/{case.number}/").content.decode()
    assert "新杯子今天寄出" in page
    assert "周芸" not in page
    assert "Put into the answer" in page


def test_open_ones_unanswered_ones_and_ones_of_others_are_not_shown(
    agent: Staffer, trainee: Staffer, buyer: Shopper, now: datetime
) -> None:
    complain(now - DAY, BROKEN)  # still open
    case = complain(now, BROKEN, actor=buyer.actor).case
    assert reads.alike(agent.actor, case_of(case.number)) == []
    assert "No settled case" in agent.client.get(f"/panels/cases.alike/{case.number}/").content.decode()
    solved(agent, now - DAY, BROKEN, "已换新。", "周芸")
    assert [one.answer for one in reads.alike(agent.actor, case_of(case.number))] == ["已换新。"]


def test_whoever_may_not_see_a_case_is_shown_nothing(
    stranger: Staffer, agent: Staffer, now: datetime
) -> None:
    solved(agent, now - DAY, BROKEN, "已换新。", "周芸")
    case = complain(now, BROKEN).case
    assert stranger.client.get(f"/panels/cases.alike/{case.number}/").status_code == 404
    assert reads.alike(stranger.actor, case_of(case.number)) == []
