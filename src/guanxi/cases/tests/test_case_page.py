"""The pages of cases: the list, one case, the customer's own; whose turn, what was said, and a bounded cost."""

from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape

import pytest
from django.utils import translation

from guanxi.cases.actions import answer, append, resolve
from guanxi.cases.models import Case
from guanxi.core.phrases import explained
from guanxi.people.actions import Contact
from guanxi.work.actions import take_next
from tests.cast import (
    Machine,
    Shopper,
    Staffer,
    Visitor,
    complain,
    nothing_happens,
    statements,
    work_about,
    work_off,
)

pytestmark = pytest.mark.django_db


def test_what_an_operator_sees(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    case = complain(now, "书坏了。封面掉了", buyer.contact).case
    take_next(actor=agent.actor, now=now)
    body = unescape(agent.client.get(f"/cases/{case.number}/").content.decode())
    for expected in (
        case.number,
        "书坏了",
        "封面掉了",
        "王小明",
        "139 5801 6608",
        "Dream of the Red Chamber",
    ):
        assert expected in body, expected
    assert "Our turn" in body
    with translation.override("en"):
        why = explained(work_about(case)[0].reason)
    assert why
    assert [fact["text"] for fact in why["inputs"] if fact["text"] not in body] == []


def test_masks_hold_on_every_page(trainee: Staffer, agent: Staffer, buyer: Shopper, now: datetime) -> None:
    """Also in what people wrote themselves: titles, conversation, quick view, timeline, the queue."""
    case = complain(now, "打 13958016608 找我，xiaoming.wang@example.com 也行", buyer.contact).case
    assert "13958016608" in agent.client.get(f"/cases/{case.number}/").content.decode()
    for url in (
        f"/cases/{case.number}/",
        f"/lists/cases/{case.number}/quick/",
        f"/timeline/case/{case.number}/",
        f"/customers/{buyer.public_id}/",
        "/customers/",
        "/cases/",
        "/work/",
        "/today/",
    ):
        answer = trainee.client.get(url, headers={"HX-Request": "true"} if "quick" in url else {})
        assert answer.status_code == 200, url
        body = answer.content.decode()
        assert "139 5801 6608" not in body, url
        assert "13958016608" not in body, url
        assert "xiaoming.wang@example.com" not in body.lower(), url


def test_strangers_find_nothing(
    stranger: Staffer, seller: Shopper, visitor: Visitor, west_token: Machine, buyer: Shopper, now: datetime
) -> None:
    case = complain(now, actor=buyer.actor).case
    with nothing_happens():
        assert stranger.client.get(f"/cases/{case.number}/").status_code == 404
        assert case.number not in stranger.client.get("/cases/").content.decode()
        assert seller.client.get(f"/my/cases/{case.number}/").status_code == 404
        assert seller.client.get(f"/cases/{case.number}/").status_code == 403
        assert visitor.client.get(f"/cases/{case.number}/").status_code == 302
        api = visitor.client.get(f"/api/v1/cases/{case.number}", headers=west_token.headers)
        assert api.status_code == 404
        assert stranger.client.post(f"/cases/{case.number}/answer/", {"text": "x"}).status_code == 404


def test_an_operator_answers_and_settles_on_the_page(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    case = complain(now, actor=buyer.actor).case
    url = f"/cases/{case.number}/"
    sent = {"text": "今天补寄", "version": "1", "key": "k1"}
    assert agent.client.post(f"{url}answer/", sent).headers["Location"] == url
    with nothing_happens():
        agent.client.post(f"{url}answer/", sent)
    response = agent.client.post(f"{url}resolve/", {"text": "", "version": "2", "key": "k2"})
    assert response.headers["Location"] == "/today/"
    assert Case.objects.get().state == "resolved"
    with nothing_happens():
        assert agent.client.post(f"{url}nonsense/", {"text": "x"}).status_code == 404


def test_an_empty_answer_comes_back_with_words(agent: Staffer, now: datetime) -> None:
    case = complain(now).case
    with nothing_happens():
        response = agent.client.post(f"/cases/{case.number}/answer/", {"text": " ", "version": "1"})
    assert response.status_code == 422
    assert "Please tell us" in response.content.decode()


def test_the_customers_page_tells_turn_and_time(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    case = complain(now, actor=buyer.actor).case
    url = f"/my/cases/{case.number}/"
    assert "Our turn to answer" in buyer.client.get(url).content.decode()
    answer(actor=agent.actor, now=now, number=case.number, text="好了吗？")
    body = buyer.client.get(url).content.decode()
    assert "Your turn" in body
    assert "好了吗？" in body
    assert buyer.client.post(f"{url}resolve/", {"key": "k"}).status_code == 303
    assert "Settled" in buyer.client.get(url).content.decode()


def test_search_finds_what_was_said(agent: Staffer, stranger: Staffer, buyer: Shopper, now: datetime) -> None:
    case = complain(now, "琵琶的弦断了", buyer.contact).case
    work_off()
    for query in ("琵琶", "弦断", case.number, "王小明"):
        assert f"/cases/{case.number}/" in agent.client.get("/cases/", {"q": query}).content.decode(), query
        assert (
            f"/cases/{case.number}/" not in stranger.client.get("/cases/", {"q": query}).content.decode()
        ), query
    assert agent.client.get("/search/", {"q": case.number}).headers["Location"] == f"/cases/{case.number}/"


def fill(now: datetime, count: int, start: int = 0) -> None:
    for number in range(start, start + count):
        complain(
            now - timedelta(minutes=number), f"第{number}个", Contact("人", email=f"p{number}@post.example")
        )


def test_lists_cost_the_same_with_five_and_two_hundred(
    agent: Staffer, buyer: Shopper, token: Machine, now: datetime
) -> None:
    fill(now, 5)
    pages: list[Callable[[], object]] = [
        lambda: agent.client.get("/cases/"),
        lambda: agent.client.get("/cases/?state=recorded"),
        lambda: agent.client.get("/customers/"),
        lambda: agent.client.get("/api/v1/cases", headers=token.headers),
        lambda: agent.client.get("/api/v1/customers", headers=token.headers),
    ]
    for page in pages:
        page()
    few = [statements(page) for page in pages]
    fill(now, 195, start=5)
    assert [statements(page) for page in pages] == few
    assert max(few) <= 15


def test_a_case_and_a_customer_cost_the_same_with_a_long_history(
    agent: Staffer, buyer: Shopper, now: datetime
) -> None:
    case = complain(now, actor=buyer.actor).case
    for number in range(60):  # what fits on one page of a timeline is counted from it, with a statement less
        append(actor=buyer.actor, now=now, number=case.number, text=f"再补充{number}")
    pages: list[Callable[[], object]] = [
        lambda: agent.client.get(f"/cases/{case.number}/"),
        lambda: agent.client.get(f"/customers/{buyer.public_id}/"),
        lambda: buyer.client.get(f"/my/cases/{case.number}/"),
        lambda: buyer.client.get("/my/"),
    ]
    for page in pages:
        page()
    few = [statements(page) for page in pages]
    for number in range(100):
        append(actor=buyer.actor, now=now, number=case.number, text=f"补充{number}")
        complain(now, actor=buyer.actor)
    for page in pages:  # what processes remember for seconds was long ago by now
        page()
    assert [statements(page) for page in pages] == few
    assert max(few) <= 40


def test_paging_reaches_every_case_once(agent: Staffer, now: datetime) -> None:
    fill(now, 120)
    seen: list[str] = []
    url = "/cases/"
    for _ in range(4):
        body = unescape(agent.client.get(url).content.decode())
        seen += [one.split("/")[0] for one in body.split('href="/cases/GX-')[1:]]
        following = [one.split('"')[0] for one in body.split('href="/cases/?after=')[1:]]
        if not following:
            break
        url = f"/cases/?after={following[-1]}"
    assert len(seen) == len(set(seen)) == 120


@pytest.mark.parametrize("cursor", ["x", "!!!!", "%00", "AAAA" * 20])
def test_a_cursor_that_is_not_ours(agent: Staffer, cursor: str) -> None:
    assert agent.client.get("/cases/", {"after": cursor}).status_code in (400, 422)


def test_open_cases_come_first_however_old(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    old = complain(now - timedelta(days=60), "还没有解决的老问题", actor=buyer.actor).case
    for number in range(25):
        case = complain(now - timedelta(days=25 - number), "小事", actor=buyer.actor).case
        resolve(actor=agent.actor, now=now, number=case.number, text="好了")
    body = buyer.client.get("/my/").content.decode()
    assert old.number in body
    assert body.index(old.number) < body.index(case.number)
