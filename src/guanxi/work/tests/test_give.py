"""Work given to colleagues and put back for them, one piece or many at once, and taken back."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import pytest
from django.utils import translation

from guanxi.core.errors import Conflict, Denied, Invalid, NotFound
from guanxi.core.lists import carrying, choosing, reading, runs, wanted
from guanxi.core.lists.choosing import Choice
from guanxi.core.models import BulkRow, BulkRun, Event, Role
from guanxi.people.actions import Contact
from guanxi.work import actions
from guanxi.work.lists import LISTING
from guanxi.work.models import Assignment, Member, WorkItem
from tests.cast import Hire, Organisation, Staffer, complain, nothing_happens, statements, work_about

pytestmark = pytest.mark.django_db
PLACE = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def gives(organisation: Organisation) -> None:
    """Supervisors give out the work of their department."""
    role = Role.objects.get(code="supervisor")
    role.rights = {**role.rights, "work.assign": "department"}
    role.save()


@pytest.fixture
def here(agent: Staffer, other_agent: Staffer, now: datetime) -> None:
    """Both agents are at their desks."""
    Member.objects.update(presence=Member.Presence.READY, heartbeat=now)


def items(now: datetime, count: int) -> list[WorkItem]:
    cases = [
        complain(now, f"第 {n} 件", Contact("陈静", email=f"c{n}@post.example")).case for n in range(count)
    ]
    return [work_about(case)[0] for case in cases]


def run(who: Staffer, now: datetime, action: str, chosen: Sequence[WorkItem], **values: str) -> BulkRun:
    begun = runs.start(
        actor=who.actor,
        now=now,
        listing=LISTING,
        bulk=LISTING.get_bulk(who.actor, action),
        choice=Choice(keys=[one.public_id for one in chosen]),
        values=values,
    )
    carrying.carry_out(begun.id)
    begun.refresh_from_db()
    return begun


def undo(who: Staffer, now: datetime, begun: BulkRun) -> BulkRun:
    runs.start_undo(actor=who.actor, now=now, public_id=begun.public_id)
    carrying.carry_back(begun.id)
    begun.refresh_from_db()
    return begun


def hands(chosen: Sequence[WorkItem]) -> list[str]:
    found = dict(WorkItem.objects.values_list("id", "member__user__username"))
    return [found[one.id] or "" for one in chosen]


def test_given_out_and_back_again(
    supervisor: Staffer, agent: Staffer, other_agent: Staffer, here: None, now: datetime
) -> None:
    first, second = items(now, 2)
    actions.take(actor=other_agent.actor, now=now, item=first)
    begun = run(supervisor, now, "give", [first, second], member=agent.user.public_id)
    assert (begun.state, begun.done, begun.failed) == ("finished", 2, 0)
    assert hands([first, second]) == ["agent", "agent"]
    assert (agent.seat.open, other_agent.seat.open) == (2, 0)
    event = Event.objects.filter(type="work.assigned").latest("id")
    assert (event.actor_id, event.data["member"]) == (supervisor.user.public_id, agent.user.public_id)
    assert list(Assignment.objects.filter(item=first).order_by("id").values_list("outcome", flat=True)) == [
        "given",
        "",
    ]
    assert undo(supervisor, now, begun).undone == 2
    assert hands([first, second]) == ["other agent", ""]
    assert (agent.seat.open, other_agent.seat.open) == (0, 1)


def test_hands_that_are_full_and_colleagues_who_are_not_here(
    supervisor: Staffer, agent: Staffer, hire: Hire, here: None, now: datetime
) -> None:
    small = hire("small hands", "agent", "front", seat="front", capacity=1)
    Member.objects.filter(user=small.user).update(presence=Member.Presence.AWAY, heartbeat=now)
    begun = run(supervisor, now, "give", items(now, 2), member=small.user.public_id)
    assert (begun.done, begun.failed) == (1, 1)
    assert BulkRow.objects.get(run=begun, state="failed").reason == "The hands of this colleague are full."
    Member.objects.filter(user=agent.user).update(presence=Member.Presence.OFFLINE)
    [item] = WorkItem.objects.filter(member=None)
    with nothing_happens(), pytest.raises(Conflict):
        actions.give(actor=supervisor.actor, now=now, public_id=item.public_id, to=agent.user.public_id)


def test_what_is_settled_or_went_on_stays(
    supervisor: Staffer, agent: Staffer, other_agent: Staffer, here: None, now: datetime
) -> None:
    first, second = items(now, 2)
    begun = run(supervisor, now, "give", [first, second], member=agent.user.public_id)
    actions.put_back(actor=agent.actor, now=now, public_id=first.public_id, word="not mine")
    undo(supervisor, now, begun)
    assert BulkRow.objects.get(run=begun, state="kept").reason == "It is in other hands by now, or settled."
    WorkItem.objects.filter(id=first.id).update(state=WorkItem.State.DONE)
    with nothing_happens(), pytest.raises(Conflict):
        actions.give(
            actor=supervisor.actor, now=now, public_id=first.public_id, to=other_agent.user.public_id
        )


def test_put_back_for_somebody(supervisor: Staffer, agent: Staffer, here: None, now: datetime) -> None:
    first, second = items(now, 2)
    actions.take(actor=agent.actor, now=now, item=first)
    begun = run(supervisor, now, "take_away", [first, second], word="on holiday")
    assert (begun.done, begun.failed) == (1, 1)
    assert BulkRow.objects.get(run=begun, state="failed").reason == "Nobody has this in hand."
    assert (hands([first]), agent.seat.open) == ([""], 0)
    undo(supervisor, now, begun)
    assert hands([first]) == ["agent"]
    with nothing_happens(), pytest.raises(Invalid):
        actions.put_back_for(actor=supervisor.actor, now=now, public_id=first.public_id, word=" ")


def test_one_s_own_hands(agent: Staffer, now: datetime) -> None:
    chosen = items(now, 2)
    begun = run(agent, now, "take", chosen)
    assert hands(chosen) == ["agent", "agent"]
    assert run(agent, now, "put_back", chosen, word="later").done == 2
    assert hands(chosen) == ["", ""]
    undo(agent, now, begun)
    assert BulkRow.objects.filter(run=begun, state="kept").count() == 2  # not in hand any more


def test_in_place_and_two_who_meet(
    supervisor: Staffer, agent: Staffer, other_agent: Staffer, here: None, now: datetime
) -> None:
    [item] = items(now, 1)
    url = f"/lists/work/{item.public_id}/member/"
    sent = {"value": agent.user.public_id, "original": ""}
    assert supervisor.client.post(url, sent, headers=PLACE).status_code == 200
    with nothing_happens():
        again = {"value": other_agent.user.public_id, "original": ""}
        answer = supervisor.client.post(url, again, headers=PLACE)
    assert answer.status_code == 409
    assert "Supervisor changed this while you were writing." in answer.text
    back = {"value": "", "original": agent.user.public_id}
    assert supervisor.client.post(url, back, headers=PLACE).status_code == 200
    assert hands([item]) == [""]


def test_those_who_may_not(
    agent: Staffer, other_agent: Staffer, trainee: Staffer, manager: Staffer, stranger: Staffer, here: None,
    supervisor: Staffer, organisation: Organisation, now: datetime,
) -> None:  # fmt: skip
    [item] = items(now, 1)
    to = agent.user.public_id
    form = {"keys": item.public_id, "confirm": "1", "key": "k", "member": to, "word": "x"}
    with nothing_happens():
        for who in (other_agent, trainee, manager, stranger):
            for action in ("give", "take_away"):
                assert who.client.post(f"/lists/work/bulk/{action}/", form).status_code == 403
            assert who.client.get(f"/lists/work/{item.public_id}/member/").status_code in (403, 404)
        for who, error in ((other_agent, Denied), (stranger, NotFound), (manager, Denied)):
            with pytest.raises(error):
                actions.give(actor=who.actor, now=now, public_id=item.public_id, to=to)
            with pytest.raises(error):
                actions.put_back_for(actor=who.actor, now=now, public_id=item.public_id, word="x")
        with pytest.raises(Invalid):  # of another team
            actions.give(
                actor=supervisor.actor, now=now, public_id=item.public_id, to=stranger.user.public_id
            )
    bulk = LISTING.get_bulk(supervisor.actor, "give")
    WorkItem.objects.update(team=organisation.team("west-front"))
    role = Role.objects.get(code="supervisor")
    Role.objects.filter(id=role.id).update(rights={**role.rights, "work.view": "all"})
    chosen = Choice(keys=[item.public_id])
    assert choosing.preview(LISTING, bulk, supervisor.actor, chosen, now=now).foreign == 1
    with nothing_happens(), pytest.raises(Denied):  # seen, and out of reach
        actions.give(actor=supervisor.actor, now=now, public_id=item.public_id, to=to)


def test_the_list_of_work(
    agent: Staffer, supervisor: Staffer, stranger: Staffer, here: None, now: datetime
) -> None:
    first, second, third = items(now, 3)
    actions.take(actor=agent.actor, now=now, item=first)
    page = agent.client.get("/work/?state=queued,assigned&sort=due").text
    assert all(f"第 {n} 件" in page for n in range(3))
    assert "第 0 件" not in agent.client.get("/work/?state=queued").text
    assert "第 0 件" in agent.client.get(f"/work/?member={agent.user.public_id}").text
    assert "第 0 件" in agent.client.get("/work/?member=*").text
    assert "第" not in stranger.client.get("/work/").text
    quick = supervisor.client.get(f"/lists/work/{first.public_id}/quick/", headers=PLACE).text
    assert "Agent" in quick
    few = statements(lambda: agent.client.get("/work/"))
    items(now, 12)
    assert statements(lambda: agent.client.get("/work/")) == few
    want = wanted.read(LISTING, agent.actor, {}, now=now)
    shown = [row.id for row in reading.page(LISTING, agent.actor, want).rows]
    assert shown == sorted(shown, reverse=True)
    assert {second.id, third.id} <= set(shown)
