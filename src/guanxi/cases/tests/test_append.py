"""Adding words: read at once, on the same clock."""

from datetime import datetime, timedelta

import pytest

from guanxi.cases.actions import answer, append, resolve
from guanxi.channels.models import Message
from guanxi.core.errors import Conflict, Denied, Invalid, NotFound
from guanxi.work.actions import take_next
from tests.cast import Shopper, Staffer, case_of, complain, events_of, in_threads, nothing_happens, work_about

pytestmark = pytest.mark.django_db


def test_our_clock_is_not_restarted(buyer: Shopper, now: datetime) -> None:
    case = complain(now, actor=buyer.actor).case
    append(actor=buyer.actor, now=now + timedelta(minutes=50), number=case.number, text="补充：封面也坏了")
    stored = case_of(case.number)
    assert (stored.due, stored.turn_since, stored.state) == (case.due, now, "recorded")
    assert [item.state for item in work_about(stored)] == ["queued"]
    assert list(Message.objects.order_by("created").values_list("body", flat=True)) == [
        "包裹破了，请换一件。",
        "补充：封面也坏了",
    ]
    assert events_of(stored) == ["case.opened", "case.appended"]


def test_an_overdue_case_stays_overdue(buyer: Shopper, now: datetime) -> None:
    case = complain(now, actor=buyer.actor).case
    append(actor=buyer.actor, now=now + timedelta(hours=9), number=case.number, text="还在等")
    assert case_of(case.number).due == case.due


def test_what_is_in_hand_stays_in_hand(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    case = complain(now, actor=buyer.actor).case
    take_next(actor=agent.actor, now=now)
    append(actor=buyer.actor, now=now, number=case.number, text="补充")
    (item,) = work_about(case)
    assert (item.state, item.member_id) == ("assigned", agent.seat.id)


def test_after_an_answer_it_is_our_turn_again(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    case = complain(now, actor=buyer.actor).case
    answer(actor=agent.actor, now=now, number=case.number, text="好")
    later = now + timedelta(hours=1)
    append(actor=buyer.actor, now=later, number=case.number, text="不好")
    stored = case_of(case.number)
    assert (stored.state, stored.turn, stored.turn_since) == ("recorded", "staff", later)
    assert stored.due == later + timedelta(hours=2)
    assert [item.state for item in work_about(stored)] == ["done", "queued"]
    assert Message.objects.filter(direction="in").latest("id").channel == "web"


def test_staff_write_down_what_was_said_on_the_telephone(
    agent: Staffer, buyer: Shopper, now: datetime
) -> None:
    case = complain(now, actor=buyer.actor).case
    append(actor=agent.actor, now=now, number=case.number, text="来电催促")
    assert Message.objects.latest("id").channel == "phone"


def test_a_settled_case_takes_no_more_words(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    case = complain(now, actor=buyer.actor).case
    resolve(actor=agent.actor, now=now, number=case.number, text="好了")
    with nothing_happens(), pytest.raises(Conflict):
        append(actor=buyer.actor, now=now, number=case.number, text="?")


def test_others_cannot(
    buyer: Shopper, seller: Shopper, manager: Staffer, stranger: Staffer, now: datetime
) -> None:
    case = complain(now, actor=buyer.actor).case
    for actor, error in ((seller.actor, NotFound), (stranger.actor, NotFound), (manager.actor, Denied)):
        with nothing_happens(), pytest.raises(error):
            append(actor=actor, now=now, number=case.number, text="x")
    with nothing_happens(), pytest.raises(Invalid):
        append(actor=buyer.actor, now=now, number=case.number, text="")


@pytest.mark.django_db(transaction=True)
def test_six_at_once_lose_no_word(buyer: Shopper, now: datetime) -> None:
    case = complain(now, actor=buyer.actor).case
    actor = buyer.actor
    done = in_threads(6, lambda n: append(actor=actor, now=now, number=case.number, text=f"第{n}句"))
    assert not [one for one in done if isinstance(one, Exception)]
    assert case_of(case.number).version == 7
    assert Message.objects.count() == 7
    assert len(work_about(case)) == 1
