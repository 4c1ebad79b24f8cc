"""Occupancy by stints of presence: talk and notes beside the time somebody is there."""

from datetime import datetime, timedelta

import pytest

from guanxi.core import clock
from guanxi.core.figures import Whose
from guanxi.work import actions
from guanxi.work.models import Member
from guanxi.work.queries.occupancy import FIGURES, occupancy
from guanxi.work.tests.test_dispatch import dispatch, ring
from tests.cast import SYSTEM, Organisation, Staffer

pytestmark = pytest.mark.django_db
S = timedelta(seconds=1)


def at_work(agent: Staffer, organisation: Organisation, now: datetime) -> None:
    """Ready at 0 s, a call from 10 s to 70 s, notes until 100 s, ready until 200 s, then away until 300 s."""
    Member.objects.filter(user=agent.user).update(phone_capacity=1, chat_capacity=2)
    actions.set_presence(actor=agent.actor, now=now, presence="ready")
    call = ring(organisation, now)
    assert dispatch(now) == 1
    actions.accept(actor=agent.actor, now=now + 10 * S, public_id=call.public_id)
    actions.finish(actor=agent.actor, now=now + 70 * S, subject=("test", 1), kind="case.answer")
    actions.wrap_up(actor=agent.actor, now=now + 100 * S, resolved=True)
    actions.set_presence(actor=agent.actor, now=now + 200 * S, presence="away")
    actions.set_presence(actor=agent.actor, now=now + 300 * S, presence="ready")


def test_talk_and_notes_of_the_time_there(
    agent: Staffer, stranger: Staffer, organisation: Organisation, now: datetime
) -> None:
    at_work(agent, organisation, now)
    until = now + timedelta(minutes=9)
    value = occupancy(SYSTEM, now - S, until, Whose()).value()
    assert (value.numerator, value.denominator) == (90, 200)
    [figure] = FIGURES
    assert figure.text(figure.compute(agent.actor, now - S, until)) == "45.0 %"
    mine = Member.objects.get(user=agent.user)
    rows, _more = occupancy(agent.actor, now - S, until, Whose(member=mine.id)).page("")
    assert sorted((row.numerator, row.denominator) for row in rows) == [(0, 100), (90, 100)]
    assert {row.told.who for row in rows} == {str(agent.user)}
    assert occupancy(stranger.actor, now - S, until, Whose()).value().denominator == 0
    assert occupancy(SYSTEM, now + 400 * S, until, Whose()).value().ratio is None


def test_on_the_page_and_in_the_file(agent: Staffer, organisation: Organisation, now: datetime) -> None:
    at_work(agent, organisation, now)
    path = "/figures/work.occupancy/?whose=me&span=day"
    with clock.at(now + timedelta(minutes=9)):
        assert "45.0" in agent.client.get(path).text
        sheet = agent.client.get(f"{path}&csv=rows").content.decode("utf-8-sig")
    assert len(sheet.strip().splitlines()) == 3
