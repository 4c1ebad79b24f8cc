"""The board of clocks: a column for each step, cards by time left, counts above, the rest by a link."""

from datetime import datetime
from html import unescape

import pytest

from guanxi.cases.models import Issue
from guanxi.cases.queries import board
from guanxi.people.actions import Contact
from tests.cast import Shopper, Staffer, statements
from tests.disputes import Dispute, open_dispute, publish


@pytest.fixture
def dispute(agent: Staffer, seller: Shopper, now: datetime) -> Dispute:
    publish(now)
    return open_dispute(now, against=seller.record_id)


def body(who: Staffer) -> str:
    response = who.client.get("/cases/board/")
    assert response.status_code == 200
    return unescape(response.content.decode())


def lane(who: Staffer, state: str) -> board.Lane:
    return next(one for one in board.lanes(who.actor) if one.state == state)


def another(now: datetime, number: int) -> Dispute:
    who = Contact(f"人{number}", email=f"p{number}@post.example")
    return open_dispute(now, kind="attitude", contact=who, amount=0)


def test_a_card_stands_in_the_column_of_its_step(dispute: Dispute, agent: Staffer) -> None:
    shown = body(agent)
    for expected in (
        f"/cases/{dispute.number}/?issue=1",
        "Not as described",
        "欧阳晓雯",
        "Li Hua",
        "Our turn",
    ):
        assert expected in shown, expected
    assert [one.case.number for one in lane(agent, "validity").issues] == [dispute.number]
    dispute.act(agent, "accept")
    assert lane(agent, "validity").issues == []
    assert [one.case.number for one in lane(agent, "response").issues] == [dispute.number]
    assert "Waits for the other side" in body(agent)
    dispute.act(dispute.complainant, "withdraw", "算了。")
    assert dispute.number not in body(agent)


def test_the_least_time_left_stands_first_and_what_presses_is_counted(
    dispute: Dispute, agent: Staffer, now: datetime
) -> None:
    newer = another(now, 1)
    Issue.objects.filter(id=newer.issue.id).update(due=now, warned=100, level=2, breached=True)
    Issue.objects.filter(id=dispute.issue.id).update(warned=50)
    found = lane(agent, "validity")
    assert [one.case.number for one in found.issues] == [newer.number, dispute.number]
    assert found.counts == board.Counts(all=2, half=1, most=0, over=1, breached=1)
    shown = body(agent)
    for expected in (
        "head of service",
        "1 missed",
        "/issues/?state=validity&gone=100&sort=due",
        "/issues/?state=validity&breached=yes&sort=due",
    ):
        assert expected in shown, expected


def test_a_long_column_goes_on_in_the_list(
    dispute: Dispute, agent: Staffer, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "COLUMN_MAX", 2)
    body(agent)
    few = statements(lambda: body(agent))
    for number in range(3):
        another(now, number)
    assert len(lane(agent, "validity").issues) == 2
    assert "2 more" in body(agent)
    assert statements(lambda: body(agent)) == few


def test_whoever_may_not_see_the_case_sees_no_card(dispute: Dispute, stranger: Staffer) -> None:
    shown = body(stranger)
    assert dispute.number not in shown
    assert "Each thing to put right appears here" in shown
