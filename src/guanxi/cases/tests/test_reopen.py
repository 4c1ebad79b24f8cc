"""Opening again: the same number, the next round, a new clock."""

from datetime import datetime, timedelta

import pytest

from guanxi.cases.actions import reopen, resolve
from guanxi.core.errors import Conflict, Invalid, NotFound
from tests.cast import Shopper, Staffer, case_of, complain, events_of, nothing_happens, work_about

pytestmark = pytest.mark.django_db


def settled(agent: Staffer, buyer: Shopper, now: datetime) -> str:
    case = complain(now, actor=buyer.actor).case
    resolve(actor=agent.actor, now=now, number=case.number, text="已退款")
    return case.number


def test_one_word_of_the_customer_opens_it(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    number = settled(agent, buyer, now)
    later = now + timedelta(days=1)
    reopen(actor=buyer.actor, now=later, number=number, text="没有收到")
    case = case_of(number)
    assert (case.state, case.turn, case.round, case.resolved) == ("recorded", "staff", 2, None)
    assert (case.turn_since, case.due, case.overdue_told) == (later, later + timedelta(hours=2), False)
    assert [item.state for item in work_about(case)] == ["done", "queued"]
    assert work_about(case)[1].due == case.due
    assert events_of(case) == ["case.opened", "case.resolved", "case.reopened"]


def test_five_times_and_no_more(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    number = settled(agent, buyer, now)
    for turn in range(2, 7):
        reopen(actor=buyer.actor, now=now, number=number, text="还是不行")
        assert case_of(number).round == turn
        resolve(actor=agent.actor, now=now, number=number, text="已处理")
    with nothing_happens(), pytest.raises(Conflict) as refused:
        reopen(actor=buyer.actor, now=now, number=number, text="还是不行")
    assert refused.value.code == "at_most"


def test_words_are_needed(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    number = settled(agent, buyer, now)
    with nothing_happens(), pytest.raises(Invalid):
        reopen(actor=buyer.actor, now=now, number=number, text=" ")


def test_an_open_case_is_not_reopened(buyer: Shopper, seller: Shopper, now: datetime) -> None:
    case = complain(now, actor=buyer.actor).case
    with nothing_happens(), pytest.raises(Conflict):
        reopen(actor=buyer.actor, now=now, number=case.number, text="?")
    with nothing_happens(), pytest.raises(NotFound):
        reopen(actor=seller.actor, now=now, number=case.number, text="?")


def test_the_page_offers_no_reopening_that_would_be_refused(
    agent: Staffer, buyer: Shopper, now: datetime
) -> None:
    number = settled(agent, buyer, now)
    assert f"/my/cases/{number}/reopen/" in buyer.client.get(f"/my/cases/{number}/").content.decode()
    for _ in range(5):
        reopen(actor=buyer.actor, now=now, number=number, text="还是不行")
        resolve(actor=agent.actor, now=now, number=number, text="已处理")
    assert f"/my/cases/{number}/reopen/" not in buyer.client.get(f"/my/cases/{number}/").content.decode()
