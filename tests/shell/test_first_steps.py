"""First steps on Today: per role, ticked by what was done, put away for good."""

from datetime import datetime

import pytest

from guanxi.core import steps
from guanxi.core.models import StepTaken
from guanxi.work.actions import set_presence, take_next
from tests.cast import Shopper, Staffer, Visitor, complain, nothing_happens, work_off

pytestmark = pytest.mark.django_db


def codes(staffer: Staffer) -> dict[str, bool]:
    return {one.step.code: one.is_taken for one in steps.steps_for(staffer.actor)}


def test_each_role_gets_its_own_steps(agent: Staffer, manager: Staffer, trainee: Staffer) -> None:
    assert list(codes(agent)) == ["ready", "take", "answer", "palette", "why", "keys"]
    assert list(codes(manager)) == list(codes(trainee)) == ["palette", "why", "keys"]


def test_a_step_ticks_itself_for_whoever_took_it(agent: Staffer, other_agent: Staffer, now: datetime) -> None:
    complain(now)
    set_presence(actor=agent.actor, now=now, presence="ready")
    take_next(actor=agent.actor, now=now)
    work_off()
    work_off()
    assert codes(agent) == {
        "ready": True, "take": True, "answer": False, "palette": False, "why": False, "keys": False
    }  # fmt: skip
    assert not any(codes(other_agent).values())
    page = agent.client.get("/today/").content.decode()
    assert "First steps" in page
    assert "2 of 6" in page


def test_the_page_tells_of_its_own_steps_alone(agent: Staffer) -> None:
    assert agent.client.post("/steps/palette/taken/").status_code == 204
    assert agent.client.post("/steps/palette/taken/").status_code == 204
    assert codes(agent)["palette"] is True
    with nothing_happens():
        assert agent.client.post("/steps/take/taken/").status_code == 404  # the work itself says so
        assert agent.client.post("/steps/nonsense/taken/").status_code == 404


def test_put_away_or_done_it_is_gone(agent: Staffer, manager: Staffer) -> None:
    assert agent.client.post("/steps/dismiss/").status_code == 303
    assert b"gx-first-steps" not in agent.client.get("/today/").content
    for code in codes(manager):
        manager.client.post(f"/steps/{code}/taken/")
    assert codes(manager) == {}


def test_nobody_else_has_steps(buyer: Shopper, visitor: Visitor) -> None:
    with nothing_happens():
        assert buyer.client.post("/steps/dismiss/").status_code == 403
        assert visitor.client.post("/steps/dismiss/").status_code == 401
    assert steps.steps_for(buyer.actor) == []
    assert StepTaken.objects.count() == 0
