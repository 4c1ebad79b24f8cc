"""The demo's telephone, from both ends: rung, answered, held, hung up; two at once, no number, a closed browser."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from guanxi.channels import jobs as channel_jobs
from guanxi.channels import rules
from guanxi.channels.actions import adapters, contacts
from guanxi.channels.actions.adapters import Heard
from guanxi.channels.models import Contact
from guanxi.core.models import Event, Job
from guanxi.work import actions as work
from guanxi.work import queries as teams
from guanxi.work.models import Assignment, Member, WorkItem
from tests.cast import SYSTEM, Organisation, Shopper, Staffer, Visitor, nothing_happens

pytestmark = pytest.mark.django_db


@pytest.fixture
def seat(agent: Staffer, organisation: Organisation, now: datetime, settings: Any) -> Staffer:
    settings.DEMO = True
    Member.objects.filter(user=agent.user).update(
        presence="ready", heartbeat=now, since=now, phone_capacity=1
    )
    return agent


def ring(visitor: Visitor, **fields: str) -> Contact:
    before = set(Contact.objects.values_list("id", flat=True))
    assert visitor.client.post("/stage/telephone/ring/", fields).status_code == 303
    return Contact.objects.exclude(id__in=before).get()


def dispatch(now: datetime) -> None:
    work.dispatch(actor=SYSTEM, now=now, team_id=teams.team_named("front").id)


def heard(visitor: Visitor) -> str:
    return visitor.client.get("/stage/telephone/").content.decode()


def do(who: Staffer, call: Contact, verb: str, **fields: str) -> int:
    return who.client.post(f"/chats/{call.public_id}/{verb}/", fields).status_code


def test_both_ends_of_one_call(visitor: Visitor, seat: Staffer, now: datetime) -> None:
    call = ring(visitor, number="+8613912345678", name="Ann")
    assert "It rings." in heard(visitor)
    dispatch(now)
    assert do(seat, call, "accept") == 303
    assert "Agent speaks with you." in heard(visitor)
    do(seat, call, "hold")
    assert "on hold" in heard(visitor)
    do(seat, call, "resume")
    assert "speaks with you" in heard(visitor)
    assert visitor.client.post(f"/stage/telephone/{call.public_id}/hang-up/").status_code == 303
    call.refresh_from_db()
    assert call.state == "ended"
    assert WorkItem.objects.get(subject_id=call.id).state == "done"
    assert "The call is over." in heard(visitor)


def test_a_known_caller_is_proposed_before_the_call_is_answered_and_named_by_one_press(
    visitor: Visitor, seat: Staffer, buyer: Shopper, now: datetime
) -> None:
    call = ring(visitor, number=buyer.contact.phone)
    dispatch(now)
    page = seat.client.get(f"/chats/{call.public_id}/").content.decode()
    assert "Accept" in page
    assert f'value="{buyer.public_id}"' in page
    assert do(seat, call, "identify", customer=buyer.public_id) == 303
    call.refresh_from_db()
    assert call.record_id == buyer.record_id


def test_without_a_number_it_is_taken_as_any_other(visitor: Visitor, seat: Staffer, now: datetime) -> None:
    call = ring(visitor)
    assert "no number" in heard(visitor)
    dispatch(now)
    assert "Somebody unknown" in seat.client.get(f"/chats/{call.public_id}/").content.decode()
    assert do(seat, call, "accept") == 303


def test_two_at_once_one_talks_and_one_waits(visitor: Visitor, seat: Staffer, now: datetime) -> None:
    first, second = ring(visitor, number="13912345678"), ring(visitor, number="13912345679")
    dispatch(now)
    assert do(seat, first, "accept") == 303
    assert do(seat, second, "accept") == 409  # one line is one call
    dispatch(now)
    second.refresh_from_db()
    assert second.state == "waiting"
    do(seat, first, "end", outcome="solved")
    seat.client.post("/work/wrap-up/", {"resolved": "1"})
    Member.objects.filter(user=seat.user).update(presence="ready")
    dispatch(now + timedelta(minutes=1))
    assert Assignment.objects.filter(item__subject_id=second.id, ended=None).exists()


def test_a_browser_closed_in_mid_call_returns_it_with_its_age(
    visitor: Visitor, seat: Staffer, now: datetime
) -> None:
    call = ring(visitor, number="13912345678")
    dispatch(now)
    do(seat, call, "accept")
    gone = now + timedelta(seconds=rules.GONE_S + 1)
    assert contacts.sweep(actor=SYSTEM, now=gone) == 1
    call.refresh_from_db()
    item = WorkItem.objects.get(subject_id=call.id)
    assert (call.state, item.state, item.arrived) == ("waiting", "queued", call.arrived)
    assert "It rings." in heard(visitor)


def test_an_expert_is_called_in_and_the_caller_stays(
    visitor: Visitor, seat: Staffer, other_agent: Staffer, now: datetime
) -> None:
    Member.objects.filter(user=other_agent.user).update(
        presence="ready", heartbeat=now, since=now, capacity=3
    )
    call = ring(visitor, number="13912345678")
    dispatch(now)
    do(seat, call, "accept")
    with nothing_happens():
        assert do(seat, call, "call_in", whom=other_agent.user.public_id, word=" ") == 422
    assert do(seat, call, "call_in", whom=other_agent.user.public_id, word="Which fee?") == 303
    call.refresh_from_db()
    assert (call.state, call.staff_id) == ("live", seat.user.id)
    assert Assignment.objects.filter(
        item__subject_id=call.id, consulting=True, member__user=other_agent.user
    ).exists()
    assert other_agent.user.name in seat.client.get(f"/chats/{call.public_id}/").content.decode()


def test_other_browsers_calls_and_the_house_outside_the_demo(
    visitor: Visitor, seat: Staffer, settings: Any, now: datetime
) -> None:
    other = contacts.arrive(actor=SYSTEM, now=now, channel="phone", outside="elsewhere")
    with nothing_happens():
        assert visitor.client.post(f"/stage/telephone/{other.public_id}/hang-up/").status_code == 404
        settings.DEMO = False
        assert visitor.client.get("/stage/telephone/").status_code == 404
        assert visitor.client.post("/stage/telephone/ring/", {"number": "1"}).status_code == 404


class Switchboard:
    """A line that writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []
        self.read = 0

    def offer(self, contact: Contact, to: str) -> None:
        self.told.append(("offer", to))

    def answer(self, contact: Contact, to: str) -> None:
        self.told.append(("answer", to))

    def hold(self, contact: Contact) -> None:
        self.told.append(("hold", ""))

    def resume(self, contact: Contact) -> None:
        self.told.append(("resume", ""))

    def transfer(self, contact: Contact, to: str) -> None:
        self.told.append(("transfer", to))

    def say(self, contact: Contact, text: str) -> None:
        self.told.append(("say", text))

    def hang_up(self, contact: Contact) -> None:
        self.told.append(("hang_up", ""))


@pytest.fixture
def board(monkeypatch: pytest.MonkeyPatch) -> Switchboard:
    made = Switchboard()
    monkeypatch.setattr(adapters, "_lines", {"phone": made})
    return made


def tell(board: Switchboard) -> list[tuple[str, str]]:
    """What happened since is delivered to the line, in order."""
    new = list(Event.objects.filter(id__gt=board.read).order_by("id"))
    board.read = new[-1].id if new else board.read
    channel_jobs.contacts_moved(new)
    for job in Job.objects.filter(task=channel_jobs.tell_line.module_path).order_by("id"):
        channel_jobs.tell_line.call(*job.args)
    Job.objects.filter(task=channel_jobs.tell_line.module_path).delete()
    told, board.told = board.told, []
    return told


def test_a_switchboard_is_told_what_is_decided_here_and_not_what_it_did(
    board: Switchboard, visitor: Visitor, seat: Staffer, now: datetime
) -> None:
    call = ring(visitor, number="13912345678")
    assert tell(board) == []  # it rang there: nothing to say
    dispatch(now)
    do(seat, call, "accept")
    assert tell(board) == [("answer", seat.user.public_id)]
    do(seat, call, "hold")
    assert tell(board) == [("hold", "")]
    do(seat, call, "end", outcome="solved")
    assert tell(board) == [("hang_up", "")]


def test_hung_up_there_it_is_not_hung_up_again(
    board: Switchboard, visitor: Visitor, seat: Staffer, now: datetime
) -> None:
    call = ring(visitor, number="13912345678")
    dispatch(now)
    do(seat, call, "accept")
    adapters.hear(now=now, heard=Heard(what="hung_up", channel="phone", call=call.outside))
    assert tell(board) == []
