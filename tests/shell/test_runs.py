"""Going through the work: what is done opens the next by itself, in the order of the team's desktop; nothing is taken twice."""

from datetime import datetime

import pytest

from guanxi.site.desks import DESKS
from guanxi.work.models import Team, WorkItem
from tests.cast import Hire, Organisation, Shopper, Staffer, complain, nothing_happens, work_about

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def desktop(organisation: Organisation) -> None:
    Team.objects.filter(unit=organisation.units["front"]).update(desktop="online-service")


def begin(of: Staffer) -> str:
    answer = of.client.post("/desk/start/")
    assert answer.status_code == 303
    return str(answer["Location"])


def answer(of: Staffer, address: str, verb: str = "answer", **form: str) -> str:
    done = of.client.post(f"{address}{verb}/", {"text": "已补寄", **form})
    assert done.status_code == 303, done.text
    return str(done["Location"])


def test_what_is_done_opens_the_next(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    numbers = [complain(now, actor=buyer.actor).case.number for _ in range(3)]
    here = begin(agent)
    seen = [here]
    for left in range(2, 0, -1):
        here = answer(agent, here)
        seen.append(here)
        page = agent.client.get(here).text
        assert f'data-run-done="{3 - left}"' in page
    assert sorted(seen) == sorted(f"/cases/{number}/" for number in numbers)
    assert answer(agent, here, "resolve") == "/today/"  # nothing more waits: the run is over
    assert "Nothing more waits." in agent.client.get("/today/").text
    assert "gx-run-keys" in agent.client.get("/today/").text  # the desk's card
    assert "data-run-done" not in agent.client.get("/today/").text


def test_without_a_run_the_case_stays_open(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    case = complain(now, actor=buyer.actor).case
    complain(now, actor=buyer.actor)
    assert answer(agent, f"/cases/{case.number}/") == f"/cases/{case.number}/"
    assert answer(agent, f"/cases/{case.number}/", "resolve", then="next") != "/today/"  # a macro asks for it


def test_a_form_sent_twice_takes_nothing_twice(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    for _ in range(3):
        complain(now, actor=buyer.actor)
    here = begin(agent)
    form = {"key": "once", "version": "1"}
    assert answer(agent, here, **form) == answer(agent, here, **form)
    assert WorkItem.objects.filter(state="assigned").count() == 1


def test_left_and_set_aside(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    cases = [complain(now, actor=buyer.actor).case for _ in range(3)]
    first = begin(agent)
    second = str(agent.client.post("/desk/leave/")["Location"])
    assert second != first
    item = next(work_about(one)[0] for one in cases if one.number in second)
    parked = agent.client.post(f"/work/{item.public_id}/do/park/")
    third = str(parked["Location"])
    assert len({first, second, third}) == 3
    assert 'data-run-done="0"' in agent.client.get(third).text
    assert agent.client.post("/desk/stop/")["Location"] == "/today/"
    assert "data-run-done" not in agent.client.get(third).text


def test_put_back_opens_the_next(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    cases = [complain(now, actor=buyer.actor).case for _ in range(2)]
    first = begin(agent)
    item = next(work_about(one)[0] for one in cases if one.number in first)
    back = agent.client.post(f"/work/{item.public_id}/put-back/", {"word": "not mine"})
    assert back["Location"].startswith("/cases/")


def test_doubts_are_the_stewards_desk(steward: Staffer, organisation: Organisation) -> None:
    Team.objects.filter(unit=organisation.units["data"]).update(desktop="data")
    assert begin(steward) == "/identity/"


def test_the_next_call_is_an_empty_entry(agent: Staffer, organisation: Organisation) -> None:
    Team.objects.filter(unit=organisation.units["front"]).update(desktop="hotline")
    assert begin(agent) == "/cases/new/"
    page = agent.client.get("/cases/new/").text
    assert "data-run-focus" in page
    form = {"text": "书什么时候到？", "name": "李", "phone": "13800138000"}
    taken = str(agent.client.post("/cases/new/", form)["Location"])
    assert answer(agent, taken, "resolve") == "/cases/new/"  # solved in one contact: the next call


def test_whoever_takes_no_work_has_no_run(trainee: Staffer, manager: Staffer, hire: Hire) -> None:
    with nothing_happens():
        for one in (trainee, manager):
            for verb in ("start", "leave", "stop"):
                assert one.client.post(f"/desk/{verb}/").status_code == 403


def test_every_desktop_is_composed() -> None:
    assert set(DESKS) == set(Team.Desktop.values) - {""}
