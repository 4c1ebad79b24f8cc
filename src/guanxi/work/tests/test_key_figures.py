"""Key figures of work: the team's is the sum of its members', one's own counts own rows, the file equals the screen."""

import csv
import io
from datetime import datetime, timedelta

import pytest

from guanxi.core.figures import Whose, sum_of
from guanxi.work import actions
from guanxi.work.models import Assignment
from guanxi.work.queries import figures
from guanxi.work.tests.test_dispatch import letter, ready
from tests.cast import SYSTEM, Organisation, Staffer

pytestmark = pytest.mark.django_db


@pytest.fixture
def worked(agent: Staffer, other_agent: Staffer, organisation: Organisation, now: datetime) -> None:
    """Two pieces finished by one, one by the other."""
    ready(now, agent, other_agent)
    for number, who in enumerate((agent, agent, other_agent), 1):
        letter(organisation, now - timedelta(minutes=3), number)
        actions.take_next(actor=who.actor, now=now - timedelta(minutes=2))
        Assignment.objects.filter(ended=None).update(
            ended=now - timedelta(minutes=1), outcome="done", resolved=number != 2
        )


def test_a_team_is_the_sum_of_its_members(
    worked: None, agent: Staffer, other_agent: Staffer, now: datetime
) -> None:
    since = now - timedelta(days=1)
    for rows in (figures.handled, figures.resolved, figures.in_target, figures.handling):
        team = rows(SYSTEM, since, now, Whose(team=agent.seat.team_id))
        parts = [rows(SYSTEM, since, now, Whose(member=one.seat.id)) for one in (agent, other_agent)]
        assert [len(part) for part in parts] == [2, 1]
        assert sum(sum_of(part).numerator for part in parts) == sum_of(team).numerator
    assert sum_of(figures.resolved(SYSTEM, since, now, Whose())).ratio == pytest.approx(2 / 3)


def test_nothing_counted_is_not_nought(agent: Staffer, now: datetime) -> None:
    assert sum_of(figures.resolved(agent.actor, now, now, Whose())).ratio is None
    assert agent.client.get("/figures/").status_code == 200


def test_the_file_equals_the_screen(worked: None, agent: Staffer) -> None:
    path = "/figures/work.handled/?view=mine"
    told = agent.client.get(f"{path}&csv=rows").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(told)))[1:]
    screen = agent.client.get(path).text
    assert len(rows) == 2
    for row in rows:
        assert "".join(f"<td>{cell}</td>" for cell in row) in screen
