"""Offers: to whom it fits, with the reason; accepted, declined, unanswered; never lost, doubled or too many."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.db.models import F, Q

from guanxi.core import clock, events, options
from guanxi.core.access import Actor
from guanxi.core.errors import Conflict, Denied, NotFound
from guanxi.core.models import Event
from guanxi.core.options import Value
from guanxi.work import actions, jobs, queries, rules
from guanxi.work.models import Assignment, Member, Shelf, Shift, WorkItem
from tests.cast import SYSTEM, Hire, Organisation, Staffer, in_threads, nothing_happens, statements

pytestmark = pytest.mark.django_db
S = timedelta(seconds=1)


def ring(
    organisation: Organisation, arrived: datetime, number: int = 1, *, seconds: int = 20, **needs: object
) -> WorkItem:
    """Somebody calls (or whatever `channel` says); to be answered within so many seconds."""
    needs = {"channel": "phone", **needs}
    team = queries.team_named("front")
    added = actions.add(
        actor=SYSTEM, now=arrived, kind="case.answer", subject=("test", number), record_id=None, team=team,
        due=arrived + seconds * S, language=str(needs.pop("language", "")), needs=actions.Needs(**needs),  # type: ignore[arg-type]
    )  # fmt: skip
    events.record(added.event, with_rows=[added.item])
    return added.item


def letter(organisation: Organisation, arrived: datetime, number: int) -> WorkItem:
    return ring(organisation, arrived, number, seconds=6_000, channel="deferred")


def ready(now: datetime, *staff: Staffer, phone: int = 1, chat: int = 2) -> None:
    """At their desks, free for calls; the first idle longest."""
    for place, one in enumerate(staff):
        since = now - timedelta(hours=1) + place * S
        Member.objects.filter(user=one.user).update(
            presence="ready", heartbeat=now, since=since, phone_capacity=phone, chat_capacity=chat
        )


def dispatch(now: datetime) -> int:
    return actions.dispatch(actor=SYSTEM, now=now, team_id=queries.team_named("front").id)


def state(item: WorkItem) -> tuple[str, str]:
    found = WorkItem.objects.select_related("member__user").get(id=item.id)
    return found.state, found.member.user.username if found.member else ""


def facts(item: WorkItem) -> list[str]:
    return [fact["code"] for fact in WorkItem.objects.get(id=item.id).reason["facts"]]


def events_of(item: WorkItem) -> list[str]:
    found = Event.objects.filter(subject_kind="work", subject_id=item.id).order_by("id")
    return list(found.values_list("type", flat=True))


@pytest.fixture
def offers_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deferred work is offered too."""
    usual = options.value

    def value(code: str) -> Value:
        return True if code == "work.offer_deferred" else usual(code)

    monkeypatch.setattr(options, "value", value)


def test_a_call_is_offered_and_accepted(
    agent: Staffer, other_agent: Staffer, organisation: Organisation, now: datetime
) -> None:
    ready(now, agent, other_agent)
    call = ring(organisation, now)
    assert dispatch(now + 2 * S) == 1
    assert state(call) == ("offered", "agent")
    assert facts(call) == [
        "work.urgency",
        "work.why.idle_shorter",
        "work.why.waited",
        "work.not.idle_shorter",
    ]
    assert (agent.seat.phone_open, agent.seat.open, other_agent.seat.phone_open) == (1, 0, 0)
    offer = Assignment.objects.get()
    assert (offer.offered_until, offer.accepted) == (now + 22 * S, None)
    event = Event.objects.get(type="work.offered")
    assert event.data["member"] == agent.user.public_id
    assert "name" not in str(event.data["why"])
    assert dispatch(now + 3 * S) == 0
    actions.accept(actor=agent.actor, now=now + 5 * S, public_id=call.public_id)
    assert state(call) == ("assigned", "agent")
    assert events_of(call) == ["work.added", "work.offered", "work.assigned"]
    assert Assignment.objects.get().accepted == now + 5 * S


def test_only_whoever_it_is_offered_to_answers(
    agent: Staffer, other_agent: Staffer, trainee: Staffer, organisation: Organisation, now: datetime
) -> None:
    ready(now, agent)
    call = ring(organisation, now)
    dispatch(now)
    with nothing_happens():
        for verb in (actions.accept, actions.decline):
            with pytest.raises(NotFound):
                verb(actor=other_agent.actor, now=now, public_id=call.public_id)
            with pytest.raises(Denied):
                verb(actor=trainee.actor, now=now, public_id=call.public_id)
        with pytest.raises(Conflict) as late:
            actions.accept(actor=agent.actor, now=now + 21 * S, public_id=call.public_id)
        assert late.value.code == "over"
        assert actions.take_next(actor=other_agent.actor, now=now) is None


def test_declined_goes_to_the_next_with_its_age_and_not_back_for_five_minutes(
    agent: Staffer, other_agent: Staffer, organisation: Organisation, now: datetime
) -> None:
    ready(now, agent, other_agent)
    call = ring(organisation, now)
    dispatch(now)
    actions.decline(actor=agent.actor, now=now + S, public_id=call.public_id, word="not my field")
    assert state(call) == ("queued", "")
    assert (agent.seat.phone_open, agent.seat.presence) == (0, "ready")
    assert WorkItem.objects.get(id=call.id).arrived == now
    dispatch(now + 2 * S)
    assert state(call) == ("offered", "other agent")
    actions.decline(actor=other_agent.actor, now=now + 3 * S, public_id=call.public_id)
    assert dispatch(now + 4 * S) == 0
    assert dispatch(now + timedelta(minutes=5, seconds=2)) == 1
    assert state(call) == ("offered", "agent")


def test_no_answer_brings_it_back_and_twice_means_not_there(
    agent: Staffer, organisation: Organisation, now: datetime
) -> None:
    ready(now, agent)
    first, second = ring(organisation, now, 1), ring(organisation, now + S, 2)
    dispatch(now + S)
    assert actions.expire_offers(actor=SYSTEM, now=now + 20 * S) == 0
    assert actions.expire_offers(actor=SYSTEM, now=now + 22 * S) == 1
    with nothing_happens():
        assert actions.expire_offers(actor=SYSTEM, now=now + 22 * S) == 0
    assert (state(first), agent.seat.unanswered, agent.seat.presence) == (("queued", ""), 1, "ready")
    assert WorkItem.objects.get(id=first.id).arrived == now
    dispatch(now + 22 * S)
    assert state(second) == ("offered", "agent")  # the first not for them again so soon
    actions.expire_offers(actor=SYSTEM, now=now + 50 * S)
    assert (agent.seat.presence, agent.seat.phone_open) == ("silent", 0)
    assert dispatch(now + timedelta(minutes=9)) == 0
    actions.set_presence(actor=agent.actor, now=now + timedelta(minutes=9), presence="ready")
    assert agent.seat.unanswered == 0
    assert dispatch(now + timedelta(minutes=9)) == 1


def test_a_worker_killed_between_offer_and_answer_leaves_it_to_the_next(
    agent: Staffer, organisation: Organisation, now: datetime
) -> None:
    """Nothing but rows holds an offer: another process, later, brings it back with its age."""
    ready(now, agent)
    call = ring(organisation, now)
    dispatch(now)
    with clock.at(now + timedelta(minutes=1)):
        jobs.dispatch.call()
        with nothing_happens():
            jobs.dispatch.call()
    assert state(call) == ("queued", "")
    assert events_of(call)[-2:] == ["work.unanswered", "work.widened"]
    assert WorkItem.objects.get(id=call.id).widened == 3


def test_skill_language_conflict_and_manager(hire: Hire, organisation: Organisation, now: datetime) -> None:
    wang, li, zhao = (hire(name, "agent", "front", seat="front") for name in ("wang", "li", "zhao"))
    ready(now, wang, li, zhao)
    Member.objects.filter(user=li.user).update(skills={"finance": 1})
    Member.objects.filter(user=zhao.user).update(skills={"finance": 2})
    Member.objects.filter(user=wang.user).update(languages=["en"])
    fund = ring(organisation, now, 1, skill="finance", language="zh-hans")
    dispatch(now)
    assert (state(fund), facts(fund)[1]) == (("offered", "li"), "work.why.skill")
    second = ring(organisation, now, 2, skill="finance")
    assert dispatch(now + S) == 0  # the secondary skill waits for half the target
    assert dispatch(now + 10 * S) == 1
    assert (state(second), facts(second)[1]) == (("offered", "zhao"), "work.why.second_skill")
    mine = ring(organisation, now + 10 * S, 3, manager_id=li.seat.id, conflicts=[wang.seat.id])
    assert dispatch(now + 11 * S) == 0  # li is on a call; half of 20 s they wait for li, wang is a party
    actions.decline(actor=li.actor, now=now + 12 * S, public_id=fund.public_id)
    dispatch(now + 12 * S)
    assert (state(mine), facts(mine)[1]) == (("offered", "li"), "work.why.manager")


def test_a_call_parks_a_letter_and_wrap_up_brings_it_back(
    agent: Staffer, organisation: Organisation, now: datetime
) -> None:
    ready(now, agent)
    paper = letter(organisation, now - timedelta(minutes=5), 1)
    actions.take_next(actor=agent.actor, now=now)
    call = ring(organisation, now, 2)
    assert dispatch(now + S) == 0
    assert dispatch(now + 6 * S) == 1
    assert facts(call)[-1] == "work.why.parks"
    assert (agent.seat.open, agent.seat.parked, agent.seat.phone_open) == (1, 1, 1)
    assert Shelf.objects.get().for_call
    actions.accept(actor=agent.actor, now=now + 7 * S, public_id=call.public_id)
    done = actions.finish(actor=SYSTEM, now=now + 60 * S, subject=("test", 2), kind="case.answer")
    assert done is not None
    assert (agent.seat.presence, agent.seat.phone_open) == ("wrap_up", 0)
    ring(organisation, now + 61 * S, 3)
    assert dispatch(now + 62 * S) == 0  # notes first
    actions.wrap_up(actor=agent.actor, now=now + 70 * S, resolved=True)
    assert (agent.seat.presence, agent.seat.parked, state(paper)) == ("ready", 0, ("assigned", "agent"))
    assert Assignment.objects.get(item=call).resolved is True
    with nothing_happens(), pytest.raises(Conflict):
        actions.wrap_up(actor=agent.actor, now=now + 71 * S, resolved=False)


def test_a_call_declined_gives_back_what_was_set_aside_for_it(
    agent: Staffer, organisation: Organisation, now: datetime
) -> None:
    ready(now, agent)
    letter(organisation, now - timedelta(minutes=5), 1)
    actions.take_next(actor=agent.actor, now=now)
    call = ring(organisation, now, 2)
    dispatch(now + 6 * S)
    assert agent.seat.parked == 1
    actions.decline(actor=agent.actor, now=now + 7 * S, public_id=call.public_id)
    assert (agent.seat.parked, Shelf.objects.filter(resumed=None).count()) == (0, 0)


def test_wrap_up_ends_by_itself(agent: Staffer, organisation: Organisation, now: datetime) -> None:
    ready(now, agent)
    ring(organisation, now)
    actions.take_next(actor=agent.actor, now=now)
    actions.finish(actor=SYSTEM, now=now, subject=("test", 1), kind="case.answer")
    assert actions.end_wrap_ups(actor=SYSTEM, now=now + 60 * S) == 0
    assert actions.end_wrap_ups(actor=SYSTEM, now=now + 61 * S) == 1
    assert agent.seat.presence == "ready"


def test_the_shelf(agent: Staffer, other_agent: Staffer, organisation: Organisation, now: datetime) -> None:
    letters = [letter(organisation, now, number) for number in range(3)]
    for _ in letters:
        actions.take_next(actor=agent.actor, now=now)
    first, second, third = (one.public_id for one in letters)
    actions.park(actor=agent.actor, now=now, public_id=first)
    actions.park(actor=agent.actor, now=now, public_id=second)
    with nothing_happens():
        for who, item, error in (
            (agent, first, Conflict), (agent, third, Conflict), (other_agent, third, NotFound),
        ):  # fmt: skip
            with pytest.raises(error):
                actions.park(actor=who.actor, now=now, public_id=item)
        with pytest.raises(Conflict):
            actions.resume(actor=agent.actor, now=now, public_id=third)
    actions.resume(actor=agent.actor, now=now, public_id=first)
    actions.put_back(actor=agent.actor, now=now, public_id=second, word="not today")
    assert (agent.seat.open, agent.seat.parked) == (2, 0)
    assert Shelf.objects.filter(resumed=None).count() == 0


def test_one_stays_free_for_calls_until_letters_press(
    agent: Staffer, other_agent: Staffer, organisation: Organisation, offers_all: None, now: datetime
) -> None:
    ready(now, agent, other_agent)
    for number in range(3):
        letter(organisation, now, number)
    assert dispatch(now) == 1
    assert dispatch(now) == 0
    assert dispatch(now + 4_800 * S) == 1  # 80 % of their time


def test_a_shift_begins_with_a_few_pieces(agent: Staffer, organisation: Organisation, now: datetime) -> None:
    for number in range(6):
        letter(organisation, now - timedelta(minutes=number), number)
    shift = Shift.objects.create(member=agent.seat, starts=now, ends=now + timedelta(hours=8))
    assert queries.shifts_to_deal(now) == []  # not ready yet
    ready(now, agent)
    assert queries.shifts_to_deal(now) == [shift.id]
    assert actions.deal(actor=SYSTEM, now=now, shift_id=shift.id) == 3
    with nothing_happens():
        assert actions.deal(actor=SYSTEM, now=now, shift_id=shift.id) == 0
    mine = WorkItem.objects.filter(state="assigned").order_by("arrived")
    assert [one.subject_id for one in mine] == [5, 4, 3]
    assert facts(mine[0])[-1] == "work.why.dealt"
    assert agent.seat.open == 3


def test_an_expert_is_called_in_and_the_customer_stays(
    agent: Staffer, other_agent: Staffer, stranger: Staffer, organisation: Organisation, now: datetime
) -> None:
    ready(now, agent, other_agent)
    item = letter(organisation, now, 1)
    actions.take(actor=agent.actor, now=now, item=item)
    whom = other_agent.user.public_id
    with nothing_happens():
        for who, error in ((other_agent, Denied), (stranger, NotFound)):
            with pytest.raises(error):
                actions.call_in(actor=who.actor, now=now, public_id=item.public_id, whom=whom, word="?")
        with pytest.raises(Conflict):
            actions.call_in(
                actor=agent.actor, now=now, public_id=item.public_id, whom=agent.user.public_id, word="?"
            )
    actions.call_in(actor=agent.actor, now=now, public_id=item.public_id, whom=whom, word="insured?")
    assert (state(item), other_agent.seat.open) == (("assigned", "agent"), 1)
    actions.advise(actor=other_agent.actor, now=now, public_id=item.public_id, word="yes, in full")
    assert (other_agent.seat.open, WorkItem.objects.get(id=item.id).experts) == (0, 0)
    actions.call_in(actor=agent.actor, now=now, public_id=item.public_id, whom="front", word="and now?")
    actions.finish(actor=SYSTEM, now=now, subject=("test", 1), kind="case.answer")
    assert (agent.seat.open, other_agent.seat.open) == (0, 0)
    assert Assignment.objects.filter(ended=None).count() == 0
    assert events_of(item) == [
        "work.added", "work.assigned", "work.called_in", "work.advised", "work.called_in",
    ]  # fmt: skip


def test_the_rota(agent: Staffer, supervisor: Staffer, organisation: Organisation, now: datetime) -> None:
    ends = now + timedelta(hours=8)
    with nothing_happens(), pytest.raises(Denied):
        actions.plan_shift(actor=agent.actor, now=now, member_id=agent.seat.id, starts=now, ends=ends)
    shift = actions.plan_shift(actor=SYSTEM, now=now, member_id=agent.seat.id, starts=now, ends=ends)
    with nothing_happens(), pytest.raises(Conflict):
        actions.plan_shift(actor=SYSTEM, now=now, member_id=agent.seat.id, starts=now + S, ends=ends)
    actions.drop_shift(actor=SYSTEM, now=now, shift_id=shift.id)
    assert Shift.objects.count() == 0


def test_a_round_costs_the_same_however_much_waits(
    hire: Hire, organisation: Organisation, now: datetime
) -> None:
    ready(now, *(hire(f"one {n}", "agent", "front", seat="front") for n in range(4)), phone=1, chat=4)
    for number in range(2):
        ring(organisation, now, number, channel="chat")
    few = statements(lambda: dispatch(now))
    for number in range(10, 60):
        ring(organisation, now, number, channel="chat")
    assert statements(lambda: dispatch(now + S)) == few
    assert Assignment.objects.filter(ended=None).count() == 16


# -- many at once -------------------------------------------------------------------------------------------


def sound(items: Sequence[int]) -> None:
    """None lost, none doubled, no capacity passed, and columns tell what rows tell."""
    assert set(WorkItem.objects.values_list("id", flat=True)) == set(items)
    held = WorkItem.objects.filter(state__in=queries.IN_HANDS)
    running = Assignment.objects.filter(ended=None)
    assert sorted(held.values_list("id", "member_id")) == sorted(running.values_list("item_id", "member_id"))
    assert not Member.objects.filter(Q(open__gt=F("capacity")) | Q(chat_open__gt=F("chat_capacity"))).exists()
    for one in Member.objects.all():
        mine = held.filter(member=one)
        assert one.chat_open == mine.filter(channel="chat").count()
        assert one.open == mine.filter(channel=rules.DEFERRED).count()


@pytest.mark.timeout(3_600)  # 200 rounds with --long
@pytest.mark.django_db(transaction=True)
def test_many_dispatchers_at_once(
    request: pytest.FixtureRequest, hire: Hire, organisation: Organisation, now: datetime
) -> None:
    """20 dispatchers, rounds of accepting, declining, finishing and letting ring over 1,000 items; `--long`: 200 rounds."""
    long = bool(request.config.getoption("--long", default=False))
    rounds, count = 200 if long else 5, 1_000
    staff = [hire(f"one {n}", "agent", "front", seat="front") for n in range(6)]
    ready(now, *staff, chat=4)
    actors = [one.actor for one in staff]
    ids = [ring(organisation, now, n, channel="chat", seconds=600).id for n in range(count)]
    by_user = {one.user_id: one for one in actors}
    for turn in range(rounds):
        moment = now + turn * 10 * S
        with clock.at(moment):
            done = in_threads(20, lambda n: dispatch(moment))  # noqa: B023
            assert [one for one in done if isinstance(one, Exception)] == []
            sound(ids)
            offered = WorkItem.objects.filter(state="offered").select_related("member").order_by("id")
            for place, item in enumerate(list(offered)):
                assert item.member is not None
                answer(by_user[item.member.user_id], moment, item, place % 3)
            Member.objects.update(presence="ready", wrap_until=None)
            actions.expire_offers(actor=SYSTEM, now=moment + 5 * S)
            sound(ids)


def answer(actor: Actor, now: datetime, item: WorkItem, how: int) -> None:
    """0 declines, 1 accepts and finishes, 2 lets it ring."""
    if how == 0:
        actions.decline(actor=actor, now=now, public_id=item.public_id)
    elif how == 1:
        actions.accept(actor=actor, now=now, public_id=item.public_id)
        with transaction.atomic():
            actions.finish(actor=SYSTEM, now=now, subject=("test", item.subject_id), kind="case.answer")
