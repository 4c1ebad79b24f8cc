"""A cell changed in place: saved with one event, refused in words, compared when two write into it."""

from datetime import datetime
from html import unescape
from typing import Any

import pytest

from guanxi.cases.models import Case
from guanxi.core.models import Detail, Event
from tests.cast import Shopper, Staffer, case_of, complain, events_of, in_threads, nothing_happens, work_off

pytestmark = pytest.mark.django_db
PLACE = {"HX-Request": "true"}


@pytest.fixture
def case(organisation: Any, now: datetime) -> Case:
    return complain(now, "包裹破了").case


def url(case: Case, column: str = "case") -> str:
    return f"/lists/cases/{case.number}/{column}/"


def put(who: Staffer, case: Case, value: str, original: str, column: str = "case", **more: str) -> Any:
    sent = {"value": value, "original": original, **more}
    return who.client.post(url(case, column), sent, headers=PLACE)


def test_the_cell_offers_its_editor_where_one_may(
    agent: Staffer, trainee: Staffer, manager: Staffer, case: Case
) -> None:
    assert url(case) in agent.client.get("/cases/").content.decode()
    assert url(case) not in manager.client.get("/cases/").content.decode()
    body = agent.client.get(url(case), headers=PLACE).content.decode()
    assert body.count("<td") == 1
    assert "<html" not in body
    assert 'name="original" value="包裹破了"' in body
    for who in (manager, trainee):
        assert who.client.get(url(case), headers=PLACE).status_code == 403


def test_a_better_subject_is_saved_once(agent: Staffer, case: Case, now: datetime) -> None:
    response = put(agent, case, "  书脊 \n 破了 ", "包裹破了", key="k1")
    assert response.status_code == 200
    body = response.content.decode()
    assert "书脊 破了" in body
    assert "gx-cell-form" not in body
    assert (case_of(case.number).title, case_of(case.number).version) == ("书脊 破了", 2)
    assert events_of(case)[-1] == "case.retitled"
    event = Event.objects.get(type="case.retitled")
    assert "破" not in str(event.data)
    assert Detail.objects.get(event_id=event.id).body == {
        "before": {"title": "包裹破了"},
        "after": {"title": "书脊 破了"},
    }
    with nothing_happens():
        assert (
            put(agent, case, "  书脊 \n 破了 ", "包裹破了", key="k1").status_code == 200
        )  # the same form twice
        assert put(agent, case, "书脊 破了", "包裹破了").status_code == 200  # the same words again


def test_without_a_script_it_is_a_page_that_leads_back(agent: Staffer, case: Case) -> None:
    body = agent.client.get(f"{url(case)}?back=state%3Drecorded").content.decode()
    assert "<html" in body
    response = agent.client.post(url(case), {"value": "新", "original": "包裹破了", "back": "state=recorded"})
    assert (response.status_code, response.headers["Location"]) == (303, "/cases/?state=recorded")
    again = agent.client.post(
        url(case), {"value": "又", "original": "包裹破了", "back": "//evil.example/?q=x"}
    )
    assert again.status_code == 409
    assert "evil" not in again.headers.get("Location", "")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("   ", "A case needs a subject."),
        ("\u200b\u202e", "A case needs a subject."),
        ("字" * 81, "At most 80"),
    ],
)
def test_words_that_cannot_be_stay_in_the_editor(agent: Staffer, case: Case, value: str, said: str) -> None:
    with nothing_happens():
        response = put(agent, case, value, "包裹破了")
    assert response.status_code == 422
    body = unescape(response.content.decode())
    assert said in body
    assert 'aria-invalid="true"' in body
    assert f'value="{value}"' in body


def test_two_who_write_choose(agent: Staffer, other_agent: Staffer, case: Case) -> None:
    put(other_agent, case, "他们的", "包裹破了")
    with nothing_happens():
        response = put(agent, case, "我的", "包裹破了")
    assert response.status_code == 409
    body = response.content.decode()
    for said in ("我的", "他们的", "包裹破了", "Other Agent changed this while you were writing."):
        assert said in body, said
    assert 'name="original" value="他们的"' in body  # sent once more it is a decision
    assert put(agent, case, "我的", "他们的").status_code == 200
    assert case_of(case.number).title == "我的"


def test_keeping_theirs_shows_theirs(agent: Staffer, other_agent: Staffer, case: Case) -> None:
    put(other_agent, case, "他们的", "包裹破了")
    with nothing_happens():
        body = agent.client.get(f"{url(case)}?cell=1", headers=PLACE).content.decode()
    assert "他们的" in body
    assert "gx-cell-form" not in body


def test_taking_mine_meets_a_third(
    agent: Staffer, other_agent: Staffer, supervisor: Staffer, case: Case
) -> None:
    put(other_agent, case, "二", "包裹破了")
    put(supervisor, case, "三", "二")
    with nothing_happens():
        response = put(agent, case, "一", "二")
    assert response.status_code == 409
    assert "Supervisor changed this" in response.content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_six_at_once_one_writes(agent: Staffer, now: datetime) -> None:
    case = complain(now, "包裹破了").case
    done = in_threads(6, lambda n: put(agent, case, f"第{n}", "包裹破了").status_code)
    assert sorted(str(code) for code in done) == ["200", *["409"] * 5]
    assert case_of(case.number).version == 2


def test_those_who_may_not(
    manager: Staffer, stranger: Staffer, trainee: Staffer, buyer: Shopper, case: Case, visitor: Any
) -> None:
    sent = {"value": "x", "original": "包裹破了"}
    with nothing_happens():
        assert manager.client.post(url(case), sent).status_code == 403
        assert trainee.client.post(url(case), sent).status_code == 403
        assert stranger.client.post(url(case), sent).status_code == 404
        assert buyer.client.post(url(case), sent).status_code == 403
        assert visitor.client.post(url(case), sent).status_code == 401


def test_a_case_of_another_team_is_seen_and_not_edited(agent: Staffer, steward: Staffer, case: Case) -> None:
    """The right is there, its reach is not: the very row decides."""
    body = steward.client.get("/cases/").content.decode()
    assert case.number in body
    assert url(case) not in body
    with nothing_happens():
        assert put(steward, case, "x", "包裹破了").status_code == 403


def test_the_language_we_write_in(agent: Staffer, case: Case) -> None:
    body = agent.client.get(url(case, "language"), headers=PLACE).content.decode()
    assert '<option value="zh-hans" selected>Chinese</option>' in body
    with nothing_happens():
        assert put(agent, case, "tlh", "zh-hans", "language").status_code == 422
    assert put(agent, case, "en", "zh-hans", "language").status_code == 200
    assert case_of(case.number).language == "en"
    assert events_of(case)[-1] == "case.language_set"


def test_handing_over_from_the_list(supervisor: Staffer, case: Case) -> None:
    response = put(supervisor, case, "data", "front", "team")
    assert response.status_code == 200, response.content.decode()
    assert case_of(case.number).team.unit.code == "data"
    assert put(supervisor, case, "nowhere", "data", "team").status_code in (403, 422)


def test_a_case_is_found_by_its_new_subject(agent: Staffer, case: Case) -> None:
    put(agent, case, "琵琶断弦", "包裹破了")
    work_off()
    assert case.number in agent.client.get("/cases/", {"q": "琵琶"}).content.decode()


def test_hostile_words_are_text(agent: Staffer, case: Case) -> None:
    body = put(agent, case, "<img src=x onerror=alert(1)>", "包裹破了").content.decode()
    assert "<img" not in body
    assert "&lt;img" in body


def test_when_is_told(agent: Staffer, other_agent: Staffer, case: Case, now: datetime) -> None:
    put(other_agent, case, "他们的", "包裹破了")
    body = put(agent, case, "我的", "包裹破了").content.decode()
    assert f'datetime="{now:%Y-%m-%dT%H:%M}' in body
