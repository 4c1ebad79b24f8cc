"""*Next*: the most fitting item, with its reason; never lost, never doubled, never more than hands can hold."""

from datetime import datetime, timedelta

import pytest

from guanxi.core import events
from guanxi.core.errors import Conflict, Denied, SignInNeeded
from guanxi.core.models import Event
from guanxi.work import actions, queries, rules
from guanxi.work.models import Assignment, Member, WorkItem
from guanxi.work.queries import floor
from tests.cast import (
    SYSTEM,
    Hire,
    Organisation,
    Shopper,
    Staffer,
    Visitor,
    complain,
    in_threads,
    nothing_happens,
    statements,
    work_about,
)

pytestmark = pytest.mark.django_db


def put(
    organisation: Organisation,
    arrived: datetime,
    minutes: float,
    *,
    subject: int = 0,
    language: str = "",
    team: str = "front",
) -> WorkItem:
    """One waiting item that arrived then and is due so many minutes later."""
    facts = queries.TeamFacts(organisation.id(team), team, queries.team_for("case.answer").calendar, {})
    number = subject or WorkItem.objects.count() + 1
    added = actions.add(
        actor=SYSTEM,
        now=arrived,
        kind="case.answer",
        subject=("test", number),
        record_id=None,
        team=facts,
        due=arrived + timedelta(minutes=minutes),
        language=language,
    )
    events.record(added.event, with_rows=[added.item])
    return added.item


def codes(item: WorkItem) -> list[str]:
    return [fact["code"] for fact in item.reason["facts"]]


def test_next_gives_the_case_and_says_why(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    case = complain(now, contact=buyer.contact).case
    later = now + timedelta(minutes=30)
    item = actions.take_next(actor=agent.actor, now=later)
    assert item is not None
    assert (item.subject_kind, item.subject_id, item.state) == ("case", case.id, "assigned")
    stored = WorkItem.objects.get(id=item.id)
    assert (stored.state, stored.member_id) == ("assigned", agent.seat.id)
    assert codes(stored) == ["work.urgency", "work.waited"]
    assert [fact["values"] for fact in stored.reason["facts"]] == [{"urgency": "0.25"}, {"minutes": 30}]
    assert stored.reason["rule"] == rules.RULE
    assert agent.seat.open == 1
    assignment = Assignment.objects.get()
    assert (assignment.item_id, assignment.started, assignment.ended) == (item.id, later, None)
    event = Event.objects.get(type="work.assigned")
    assert (event.subject_id, event.actor_id) == (item.id, agent.user.public_id)


def test_the_share_of_time_used_up_decides(agent: Staffer, organisation: Organisation, now: datetime) -> None:
    put(organisation, now - timedelta(minutes=60), 600)  # 10 % used
    urgent = put(organisation, now - timedelta(minutes=30), 40)  # 75 %
    put(organisation, now - timedelta(minutes=50), 100)  # 50 %
    item = actions.take_next(actor=agent.actor, now=now)
    assert item is not None
    assert item.id == urgent.id
    last = item.reason["facts"][-1]
    assert (last["code"], last["values"]) == ("work.others_later", {"count": 2, "next": "0.50"})


def test_taking_all_gives_all_in_order(agent: Staffer, organisation: Organisation, now: datetime) -> None:
    items = [put(organisation, now - timedelta(minutes=n), 100) for n in (10, 50, 30, 20, 40)]
    taken = [actions.take_next(actor=agent.actor, now=now) for _ in items]
    waited = [round((now - one.arrived).total_seconds() / 60) for one in taken if one]
    assert waited == [50, 40, 30, 20, 10]
    assert actions.take_next(actor=agent.actor, now=now) is None


def test_whoever_handled_it_before_gets_it_a_little_earlier(
    agent: Staffer, other_agent: Staffer, organisation: Organisation, now: datetime
) -> None:
    put(organisation, now, 100, subject=7)
    first = actions.take_next(actor=agent.actor, now=now)
    assert first is not None
    events.record(
        *filter(None, [actions.finish(actor=SYSTEM, now=now, subject=("test", 7), kind="case.answer")])
    )
    later = now + timedelta(minutes=50)
    again = put(organisation, later - timedelta(minutes=40), 100, subject=7)
    other = put(organisation, later - timedelta(minutes=50), 100, subject=8)
    to_other = actions.take_next(actor=other_agent.actor, now=later)
    assert to_other is not None
    assert to_other.id == other.id
    actions.put_back(actor=other_agent.actor, now=later, public_id=other.public_id, word="a trial")
    mine = actions.take_next(actor=agent.actor, now=later)
    assert mine is not None
    assert mine.id == again.id
    assert "work.handled_before" in codes(mine)


def test_what_is_due_is_never_passed_over_for_comfort(
    agent: Staffer, organisation: Organisation, now: datetime
) -> None:
    put(organisation, now, 100, subject=7)
    actions.take_next(actor=agent.actor, now=now)
    actions.finish(actor=SYSTEM, now=now, subject=("test", 7), kind="case.answer")
    later = now + timedelta(minutes=200)
    put(organisation, later - timedelta(minutes=95), 100, subject=7)  # handled before, 95 % used
    due = put(organisation, later - timedelta(minutes=105), 100, subject=8)  # over by 5 minutes
    item = actions.take_next(actor=agent.actor, now=later)
    assert item is not None
    assert item.id == due.id
    assert "work.overdue" in codes(item)


def test_a_language_one_lacks_comes_last(hire: Hire, organisation: Organisation, now: datetime) -> None:
    chinese = hire("lin", "agent", "front", seat="front", languages=["zh-hans"])
    english = put(organisation, now - timedelta(minutes=90), 100, language="en")
    mine = put(organisation, now - timedelta(minutes=10), 100, language="zh-hans")
    first = actions.take_next(actor=chinese.actor, now=now)
    second = actions.take_next(actor=chinese.actor, now=now)
    assert first is not None
    assert second is not None
    assert [first.id, second.id] == [mine.id, english.id]
    assert "work.language_missing" in codes(second)


def test_full_hands_take_nothing(hire: Hire, organisation: Organisation, now: datetime) -> None:
    busy = hire("busy", "agent", "front", seat="front", capacity=2)
    for _ in range(3):
        put(organisation, now, 100)
    assert actions.take_next(actor=busy.actor, now=now)
    assert actions.take_next(actor=busy.actor, now=now)
    with nothing_happens(), pytest.raises(Conflict) as refused:
        actions.take_next(actor=busy.actor, now=now)
    assert refused.value.code == "hands_full"
    waiting = WorkItem.objects.get(state="queued")
    with nothing_happens(), pytest.raises(Conflict):
        actions.take(actor=busy.actor, now=now, item=waiting)


def test_nothing_waits(agent: Staffer, now: datetime) -> None:
    with nothing_happens():
        assert actions.take_next(actor=agent.actor, now=now) is None


def test_other_teams_work_is_not_given(
    agent: Staffer, stranger: Staffer, steward: Staffer, now: datetime
) -> None:
    complain(now)
    for staffer in (stranger, steward):
        with nothing_happens():
            assert actions.take_next(actor=staffer.actor, now=now) is None
    assert actions.take_next(actor=agent.actor, now=now) is not None


def test_who_may_not_take(manager: Staffer, trainee: Staffer, visitor: Visitor, now: datetime) -> None:
    item = work_about(complain(now).case)[0]
    for actor, error in ((manager.actor, Denied), (trainee.actor, Denied), (visitor.actor, SignInNeeded)):
        with nothing_happens(), pytest.raises(error):
            actions.take_next(actor=actor, now=now)
        with nothing_happens(), pytest.raises(error):
            actions.take(actor=actor, now=now, item=item)


def test_a_supervisor_may_not_take_what_belongs_to_another_team(
    supervisor: Staffer, organisation: Organisation, now: datetime
) -> None:
    """They may look across teams; taking reaches as far as the right to take."""
    item = put(organisation, now, 100, team="data")
    with nothing_happens(), pytest.raises(Denied):
        actions.take(actor=supervisor.actor, now=now, item=item)


def test_taking_by_hand(agent: Staffer, other_agent: Staffer, now: datetime) -> None:
    item = work_about(complain(now).case)[0]
    taken = actions.take(actor=agent.actor, now=now, item=item)
    assert (taken.state, codes(taken)) == ("assigned", ["work.opened_by_hand"])
    with nothing_happens():
        assert actions.take(actor=agent.actor, now=now, item=item).id == item.id
    with nothing_happens(), pytest.raises(Conflict) as refused:
        actions.take(actor=other_agent.actor, now=now, item=item)
    assert refused.value.code == "taken"


def test_peeking_shows_what_next_will_give(agent: Staffer, organisation: Organisation, now: datetime) -> None:
    for minutes in (10, 70, 40):
        put(organisation, now - timedelta(minutes=minutes), 100)
    member = queries.member_of(agent.actor)
    assert member is not None
    with nothing_happens():
        peeked = floor.peek_next(agent.actor, member, now)
    taken = actions.take_next(actor=agent.actor, now=now)
    assert peeked is not None
    assert taken is not None
    assert peeked[0].id == taken.id
    assert peeked[1].as_json() == taken.reason


def test_next_costs_the_same_in_a_long_queue(
    agent: Staffer, other_agent: Staffer, organisation: Organisation, now: datetime
) -> None:
    for _ in range(5):
        put(organisation, now, 100)
    actor, other = agent.actor, other_agent.actor
    few = statements(lambda: actions.take_next(actor=actor, now=now))
    for _ in range(195):
        put(organisation, now, 100)
    assert statements(lambda: actions.take_next(actor=other, now=now)) == few


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("waiting", [8, 40])
def test_eight_take_at_once(hire: Hire, organisation: Organisation, now: datetime, waiting: int) -> None:
    """Each gets one, nobody the same, and nobody is sent away while something waits."""
    takers = [hire(f"taker{n}", "agent", "front", seat="front").actor for n in range(8)]
    for minutes in range(waiting):
        put(organisation, now - timedelta(minutes=minutes), 100)
    done = in_threads(8, lambda n: actions.take_next(actor=takers[n], now=now))
    taken = [one for one in done if isinstance(one, WorkItem)]
    assert [one for one in done if not isinstance(one, WorkItem)] == []
    assert len({one.id for one in taken}) == 8
    assert WorkItem.objects.filter(state="assigned").count() == 8
    assert Assignment.objects.filter(ended=None).count() == 8
    assert set(Member.objects.filter(user__username__startswith="taker").values_list("open", flat=True)) == {
        1
    }


@pytest.mark.django_db(transaction=True)
def test_one_member_pressing_eight_times_stays_within_capacity(
    hire: Hire, organisation: Organisation, now: datetime
) -> None:
    hasty = hire("hasty", "agent", "front", seat="front", capacity=3)
    for _ in range(20):
        put(organisation, now, 100)
    actor = hasty.actor
    done = in_threads(8, lambda _: actions.take_next(actor=actor, now=now))
    assert len([one for one in done if isinstance(one, WorkItem)]) == 3
    assert [one.code for one in done if isinstance(one, Conflict)] == ["hands_full"] * 5
    assert hasty.seat.open == 3
    assert Assignment.objects.filter(ended=None).count() == 3


@pytest.mark.django_db(transaction=True)
def test_takers_and_finishers_do_not_lock_each_other_out(
    hire: Hire, organisation: Organisation, now: datetime
) -> None:
    takers = [hire(f"taker{n}", "agent", "front", seat="front", capacity=50).actor for n in range(4)]
    items = [put(organisation, now, 100) for _ in range(40)]

    def churn(number: int) -> int:
        count = 0
        for _ in range(10):
            item = actions.take_next(actor=takers[number % 4], now=now)
            if item is not None:
                actions.put_back(actor=takers[number % 4], now=now, public_id=item.public_id, word="next")
                count += 1
        return count

    done = in_threads(8, churn)
    assert [one for one in done if isinstance(one, Exception)] == []
    assert WorkItem.objects.filter(state="queued").count() == len(items)
    assert set(Member.objects.filter(user__username__startswith="taker").values_list("open", flat=True)) == {
        0
    }


def test_the_button_leads_to_the_case(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    case = complain(now, contact=buyer.contact).case
    response = agent.client.post("/work/next/")
    assert (response.status_code, response.headers["Location"]) == (303, f"/cases/{case.number}/")
    response = agent.client.post("/work/next/", follow=True)
    assert "Nothing waits right now." in response.content.decode()
