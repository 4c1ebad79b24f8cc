"""A call on its page: who rings, answered, held, handed over with the time they came, hung up."""

from datetime import datetime

import pytest

from guanxi.channels.actions import contacts
from guanxi.channels.actions.contacts import Caller
from guanxi.channels.models import Contact
from guanxi.work import actions as work
from guanxi.work import queries as teams
from guanxi.work.models import Member, WorkItem
from tests.cast import SYSTEM, Organisation, Shopper, Staffer, nothing_happens

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(buyer: Shopper, agent: Staffer, organisation: Organisation, now: datetime) -> Contact:
    """A known customer rings and is offered to the agent."""
    Member.objects.filter(user=agent.user).update(
        presence="ready", heartbeat=now, since=now, phone_capacity=1
    )
    caller = Caller(buyer.record_id, buyer.contact.name, buyer.contact.phone, "zh-hans")
    ringing = contacts.arrive(actor=SYSTEM, now=now, channel="phone", caller=caller)
    work.dispatch(actor=SYSTEM, now=now, team_id=teams.team_named("front").id)
    return ringing


def step(agent: Staffer, call: Contact, verb: str, **fields: str) -> int:
    return agent.client.post(f"/chats/{call.public_id}/{verb}/", fields).status_code


def state(call: Contact) -> str:
    call.refresh_from_db()
    return call.state


def test_answered_held_and_hung_up(call: Contact, agent: Staffer, buyer: Shopper) -> None:
    place = f"/chats/{call.public_id}/"
    ringing = agent.client.get(place).content.decode()
    assert buyer.contact.name in ringing
    assert "Accept" in ringing
    assert step(agent, call, "accept") == 303
    talking = agent.client.get(place).content.decode()
    assert "Hold" in talking
    assert 'name="text" id="f-say"' not in talking  # nothing is written in a call
    assert (step(agent, call, "hold"), state(call)) == (303, "held")
    assert "Talk again" in agent.client.get(place).content.decode()
    assert (step(agent, call, "resume"), state(call)) == (303, "live")
    assert (step(agent, call, "end", outcome="solved"), state(call)) == (303, "ended")
    assert "Ready again" in agent.client.get(place).content.decode()


def test_handed_over_they_wait_there_with_their_time(call: Contact, agent: Staffer, now: datetime) -> None:
    step(agent, call, "accept")
    choices = agent.client.get(f"/chats/{call.public_id}/").content.decode()
    other = next(one.unit.code for one in teams.list_teams() if one.pk != call.team_id)
    assert f'value="{other}"' in choices
    assert step(agent, call, "transfer", team=other) == 303
    assert state(call) == "waiting"
    item = WorkItem.objects.get(subject_kind="contact", subject_id=call.id)
    assert (item.state, item.arrived, item.team.unit.code) == ("queued", now, other)
    assert call.team_id == item.team_id


def test_to_a_team_that_is_none_nothing_is_handed_over(call: Contact, agent: Staffer) -> None:
    step(agent, call, "accept")
    with nothing_happens():
        assert step(agent, call, "transfer", team="nowhere") == 404
    assert state(call) == "live"


def test_before_it_is_answered_nothing_is_held(call: Contact, agent: Staffer, trainee: Staffer) -> None:
    with nothing_happens():
        assert step(agent, call, "hold") in (403, 409)
        assert step(trainee, call, "hold") in (403, 404)
