"""Who acts on an old page is told, and loses nothing they wrote."""

from datetime import datetime

import pytest

from guanxi.cases.actions import answer, append, resolve
from guanxi.core.errors import Conflict
from tests.cast import Shopper, Staffer, case_of, complain, in_threads, nothing_happens

pytestmark = pytest.mark.django_db


def test_an_old_version_is_refused(
    agent: Staffer, other_agent: Staffer, buyer: Shopper, now: datetime
) -> None:
    case = complain(now, actor=buyer.actor).case
    append(actor=buyer.actor, now=now, number=case.number, text="补充")
    for act in (answer, resolve):
        with nothing_happens(), pytest.raises(Conflict) as refused:
            act(actor=agent.actor, now=now, number=case.number, text="好", version=1)
        assert refused.value.code == "stale"
    answer(actor=agent.actor, now=now, number=case.number, text="好", version=2)
    assert case_of(case.number).version == 3


def test_a_customers_word_is_never_refused_for_being_late(
    agent: Staffer, buyer: Shopper, now: datetime
) -> None:
    case = complain(now, actor=buyer.actor).case
    answer(actor=agent.actor, now=now, number=case.number, text="好")
    append(actor=buyer.actor, now=now, number=case.number, text="我还在写", version=1)
    assert case_of(case.number).state == "recorded"


def test_a_newer_version_than_there_is(agent: Staffer, now: datetime) -> None:
    case = complain(now).case
    with nothing_happens(), pytest.raises(Conflict):
        answer(actor=agent.actor, now=now, number=case.number, text="好", version=99)


@pytest.mark.django_db(transaction=True)
def test_of_six_who_saw_the_same_page_one_answers(agent: Staffer, now: datetime) -> None:
    case = complain(now).case
    actor = agent.actor
    done = in_threads(6, lambda n: answer(actor=actor, now=now, number=case.number, text=f"第{n}", version=1))
    codes = sorted(getattr(one, "code", "done") for one in done)
    assert codes == ["done", *["stale"] * 5]
    assert case_of(case.number).version == 2


def test_the_page_sends_the_version_it_showed(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    case = complain(now, actor=buyer.actor).case
    body = agent.client.get(f"/cases/{case.number}/").content.decode()
    assert 'name="version" value="1"' in body
    append(actor=buyer.actor, now=now, number=case.number, text="补充")
    with nothing_happens():
        response = agent.client.post(f"/cases/{case.number}/answer/", {"text": "我写了很多", "version": "1"})
    assert response.status_code == 409
    text = response.content.decode()
    assert "Somebody acted on this case in the meantime" in text
    assert "我写了很多" in text
