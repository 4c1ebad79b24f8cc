"""Settling: by us with words, by the customer with one tap; never in silence."""

from datetime import datetime, timedelta

import pytest

from guanxi.cases.actions import answer, resolve
from guanxi.channels.models import Message
from guanxi.core.errors import Conflict, Denied, Invalid, NotFound
from tests.cast import Shopper, Staffer, case_of, complain, events_of, nothing_happens, work_about

pytestmark = pytest.mark.django_db


def test_we_settle_it_with_words(agent: Staffer, now: datetime) -> None:
    case = complain(now).case
    later = now + timedelta(minutes=9)
    resolve(actor=agent.actor, now=later, number=case.number, text="已退款 88 元")
    stored = case_of(case.number)
    assert (stored.state, stored.turn, stored.due, stored.resolved) == ("resolved", "nobody", None, later)
    assert stored.due_explanation == {}
    assert Message.objects.get(direction="out").body == "已退款 88 元"
    assert [item.state for item in work_about(stored)] == ["done"]
    assert events_of(stored) == ["case.opened", "case.resolved"]


def test_never_in_silence(agent: Staffer, now: datetime) -> None:
    case = complain(now).case
    for text in ("", "  "):
        with nothing_happens(), pytest.raises(Invalid) as refused:
            resolve(actor=agent.actor, now=now, number=case.number, text=text)
        assert set(refused.value.fields) == {"text"}


def test_after_an_answer_no_more_words_are_needed(agent: Staffer, now: datetime) -> None:
    case = complain(now).case
    answer(actor=agent.actor, now=now, number=case.number, text="已退款")
    resolve(actor=agent.actor, now=now, number=case.number)
    assert case_of(case.number).state == "resolved"


def test_the_customer_says_it_is_settled(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    case = complain(now, contact=buyer.contact, actor=agent.actor).case
    answer(actor=agent.actor, now=now, number=case.number, text="已退款")
    resolve(actor=buyer.actor, now=now, number=case.number)
    assert case_of(case.number).state == "resolved"
    assert Message.objects.filter(direction="in").count() == 1


def test_the_customer_cannot_settle_what_we_have_not_answered(buyer: Shopper, now: datetime) -> None:
    case = complain(now, actor=buyer.actor).case
    with nothing_happens(), pytest.raises(Conflict):
        resolve(actor=buyer.actor, now=now, number=case.number)


def test_others_cannot(
    buyer: Shopper, seller: Shopper, stranger: Staffer, manager: Staffer, now: datetime
) -> None:
    case = complain(now, actor=buyer.actor).case
    for actor, error in ((seller.actor, NotFound), (stranger.actor, NotFound), (manager.actor, Denied)):
        with nothing_happens(), pytest.raises(error):
            resolve(actor=actor, now=now, number=case.number, text="fertig")


def test_twice_is_refused(agent: Staffer, now: datetime) -> None:
    case = complain(now).case
    resolve(actor=agent.actor, now=now, number=case.number, text="好了")
    with nothing_happens(), pytest.raises(Conflict):
        resolve(actor=agent.actor, now=now, number=case.number, text="好了")
