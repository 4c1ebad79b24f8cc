"""Answering: the words on the customer's page, their turn, the work done, the mail where we may."""

from datetime import datetime, timedelta

import pytest

from guanxi.cases import rules
from guanxi.cases.actions import answer, open_case
from guanxi.channels.models import Message
from guanxi.core.errors import Conflict, Denied, GuanxiError, Invalid, NotFound, SignInNeeded
from guanxi.core.models import Detail, Event
from guanxi.people.actions import Contact
from tests.cast import (
    Machine,
    Shopper,
    Staffer,
    Visitor,
    case_of,
    complain,
    events_of,
    nothing_happens,
    work_about,
    work_off,
)

pytestmark = pytest.mark.django_db


def test_the_answer_stands_and_it_is_their_turn(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    case = complain(now, contact=buyer.contact).case
    later = now + timedelta(minutes=20)
    answer(actor=agent.actor, now=later, number=case.number, text="今天补寄，周五到。")
    stored = case_of(case.number)
    assert (stored.state, stored.turn, stored.turn_since, stored.version) == (
        "answered",
        "customer",
        later,
        2,
    )
    assert stored.due == later + timedelta(hours=72)  # Friday 10:20: no night at its end
    message = Message.objects.get(direction="out")
    assert (message.body, message.channel, message.author) == ("今天补寄，周五到。", "web", agent.actor.name)
    assert [item.state for item in work_about(stored)] == ["done"]
    assert events_of(stored) == ["case.opened", "case.answered"]
    event = Event.objects.get(type="case.answered")
    assert event.actor_id == agent.user.public_id
    assert Detail.objects.get(event=event).body == {"text": "今天补寄，周五到。"}
    assert "补寄" not in str(event.data)


def test_their_limit_never_ends_in_the_night(agent: Staffer, now: datetime) -> None:
    case = complain(now).case
    evening = now + timedelta(hours=12, minutes=30)  # 22:30 in Shanghai
    answer(actor=agent.actor, now=evening, number=case.number, text="好")
    due = case_of(case.number).due
    assert due == now + timedelta(days=3, hours=23)  # 09:00, four mornings later


def test_a_second_answer_gives_them_their_time_again(agent: Staffer, now: datetime) -> None:
    case = complain(now).case
    answer(actor=agent.actor, now=now, number=case.number, text="一")
    later = now + timedelta(hours=5)
    answer(actor=agent.actor, now=later, number=case.number, text="二")
    assert case_of(case.number).turn_since == later
    assert events_of(case)[-2:] == ["case.answered", "case.answered"]


def test_it_is_mailed_with_the_link(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    case = complain(now, contact=buyer.contact).case
    work_off()
    answer(actor=agent.actor, now=now, number=case.number, text="今天补寄")
    work_off()
    mails = list(Message.objects.filter(channel="email").order_by("id"))
    assert len(mails) == 2  # acknowledgement and answer
    assert all(mail.address == "xiaoming.wang@example.com" for mail in mails)
    assert case.number in mails[0].title
    assert "今天补寄" in mails[1].body
    assert "/c/" in mails[1].body
    work_off()
    assert Message.objects.filter(channel="email").count() == 2


def test_without_an_address_the_message_is_held_and_says_why(agent: Staffer, now: datetime) -> None:
    case = complain(now, contact=Contact("陈静", "13800138000")).case
    answer(actor=agent.actor, now=now, number=case.number, text="今天补寄")
    work_off()
    states = Message.objects.filter(channel="email").values_list("state", flat=True)
    assert set(states) == {"held"}
    assert Message.objects.filter(direction="out", channel="web").count() == 1


@pytest.mark.parametrize("text", ["", "  ", "\u200b", "长" * (rules.TEXT_CHARS_MAX + 1)])
def test_an_unreadable_answer(agent: Staffer, now: datetime, text: str) -> None:
    case = complain(now).case
    with nothing_happens(), pytest.raises(Invalid) as refused:
        answer(actor=agent.actor, now=now, number=case.number, text=text)
    assert set(refused.value.fields) == {"text"}


def test_who_may_not_answer(
    manager: Staffer,
    trainee: Staffer,
    steward: Staffer,
    stranger: Staffer,
    visitor: Visitor,
    buyer: Shopper,
    seller: Shopper,
    west_token: Machine,
    now: datetime,
) -> None:
    case = complain(now, contact=buyer.contact).case
    table: list[tuple[object, type[GuanxiError]]] = [
        (manager, Denied),
        (trainee, Denied),
        (steward, Denied),
        (stranger, NotFound),
        (west_token, NotFound),
        (visitor, SignInNeeded),
        (buyer, Conflict),
        (seller, NotFound),
    ]
    for who, error in table:
        actor = who.actor  # type: ignore[attr-defined]
        with nothing_happens(), pytest.raises(error):
            answer(actor=actor, now=now, number=case.number, text="nein")


def test_sight_without_the_right_is_not_enough(stranger: Staffer, agent: Staffer, now: datetime) -> None:
    """Whoever sees a request answers it only where they handle requests at all."""
    role = stranger.user.grants.get().role
    role.rights = {name: reach for name, reach in role.rights.items() if name != "cases.handle"} | {
        "cases.view": "all"
    }
    role.save()
    case = complain(now).case
    with nothing_happens(), pytest.raises(Denied):
        answer(actor=stranger.actor, now=now, number=case.number, text="nein")


def test_a_settled_case_is_not_answered(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    from guanxi.cases.actions import resolve

    opened = open_case(actor=buyer.actor, now=now, contact=None, text="坏了", channel="web")
    resolve(actor=agent.actor, now=now, number=opened.case.number, text="换了")
    with nothing_happens(), pytest.raises(Conflict) as refused:
        answer(actor=agent.actor, now=now, number=opened.case.number, text="再说")
    assert refused.value.code == "not_now"


def test_over_the_api(token: Machine, visitor: Visitor, now: datetime) -> None:
    case = complain(now).case
    url = f"/api/v1/cases/{case.number}/answer"
    sent = {"text": "今天补寄", "version": 1}
    headers = {**token.headers, "Idempotency-Key": "k1"}
    first = visitor.client.post(url, sent, content_type="application/json", headers=headers)
    again = visitor.client.post(url, sent, content_type="application/json", headers=headers)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert first.json()["state"] == "answered"
    assert events_of(case) == ["case.opened", "case.answered"]
