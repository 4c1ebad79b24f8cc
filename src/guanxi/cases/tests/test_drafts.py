"""Drafts on the server: there again after a crash, seen by colleagues, taken over, gone once sent; both texts are kept."""

from datetime import datetime, timedelta

import pytest

from guanxi.cases import actions
from guanxi.cases.models import Draft
from guanxi.core import clock
from guanxi.core.errors import Conflict, Denied, NotFound
from tests.cast import Machine, Shopper, Staffer, complain, events_of, nothing_happens

pytestmark = pytest.mark.django_db
KEEP, TAKE = "keep", "take"


def keep(of: Staffer, number: str, text: str, version: int = 0) -> tuple[int, dict[str, object]]:
    answer = of.client.post(f"/cases/{number}/writing/keep/", {"text": text, "version": str(version)})
    return answer.status_code, answer.json()


def test_there_again_on_another_machine(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    case = complain(now, actor=buyer.actor).case
    assert keep(agent, case.number, "我们已") == (200, {"version": 1, "at": f"{now.astimezone():%H:%M}"})
    assert keep(agent, case.number, "我们已补发", 1)[1]["version"] == 2
    assert keep(agent, case.number, "我们已补发", 2)[1]["version"] == 2  # the same again
    page = agent.client.get(f"/cases/{case.number}/").text
    assert "我们已补发</textarea>" in page
    assert events_of(case) == ["case.opened", "case.draft_begun"]
    assert keep(agent, case.number, "  ", 2) == (200, {"version": 0, "at": ""})
    assert not Draft.objects.exists()


def test_a_colleague_sees_it_and_goes_on_with_it(
    agent: Staffer, other_agent: Staffer, buyer: Shopper, now: datetime
) -> None:
    case = complain(now, actor=buyer.actor).case
    keep(agent, case.number, "我们已补发")
    page = other_agent.client.get(f"/cases/{case.number}/").text
    assert f"Agent is writing since {now.astimezone():%H:%M}" in page
    with clock.at(now + timedelta(minutes=5)):
        assert "Agent left a draft at" in other_agent.client.get(f"/cases/{case.number}/").text
    keep(other_agent, case.number, "您好")
    taken = other_agent.client.post(f"/cases/{case.number}/writing/take/", {"writer": agent.actor.id})
    assert (taken.status_code, taken["Location"]) == (303, f"/cases/{case.number}/")
    (draft,) = Draft.objects.all()
    assert (draft.writer_id, draft.text) == (other_agent.user.id, "您好\n\n我们已补发")
    status, told = keep(agent, case.number, "我们已补发，", 1)
    assert (status, told) == (409, {"said": "A colleague has taken your draft over."})
    assert events_of(case)[-1] == "case.draft_taken"


def test_gone_once_it_is_sent(agent: Staffer, other_agent: Staffer, buyer: Shopper, now: datetime) -> None:
    case = complain(now, actor=buyer.actor).case
    for one in (agent, other_agent):
        keep(one, case.number, "好")
    actions.answer(actor=agent.actor, now=now, number=case.number, text="好")
    assert [one.writer_id for one in Draft.objects.all()] == [other_agent.user.id]
    with pytest.raises(Conflict):  # a page that was still keeping it
        actions.keep_draft(actor=agent.actor, now=now, number=case.number, text="好", version=1)


def test_who_answers_after_somebody_else_keeps_both_texts(
    agent: Staffer, other_agent: Staffer, buyer: Shopper, now: datetime
) -> None:
    case = complain(now, actor=buyer.actor).case
    seen = case.version
    keep(other_agent, case.number, "明天补寄")
    actions.answer(actor=agent.actor, now=now, number=case.number, text="今天退款", version=seen)
    late = {"text": "明天补寄", "version": str(seen)}
    answer = other_agent.client.post(f"/cases/{case.number}/answer/", late)
    assert answer.status_code == 409
    assert "Somebody acted on this case in the meantime" in answer.text
    assert answer.text.index("今天退款") < answer.text.index("明天补寄</textarea>")
    assert Draft.objects.get().text == "明天补寄"


def test_only_people_who_answer_there_write(
    agent: Staffer, trainee: Staffer, stranger: Staffer, token: Machine, buyer: Shopper, now: datetime
) -> None:
    case = complain(now, actor=buyer.actor).case
    keep(agent, case.number, "好")
    with nothing_happens():
        for one, refused in ((trainee, Denied), (stranger, NotFound), (token, Denied)):
            with pytest.raises(refused):
                actions.keep_draft(actor=one.actor, now=now, number=case.number, text="x")
            with pytest.raises(refused):
                actions.take_draft(actor=one.actor, now=now, number=case.number, writer=agent.actor.id)
        with pytest.raises(NotFound):
            actions.take_draft(actor=agent.actor, now=now, number=case.number, writer=agent.actor.id)
    assert "Agent is writing" not in trainee.client.get(f"/cases/{case.number}/").text
