"""The queue of issues: ordered by time left, its views, found by words, kept from whoever may not see the case."""

from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest

from guanxi.cases.lists import ISSUES
from guanxi.cases.lists.issues import share_gone, tone_of
from guanxi.cases.models import Issue
from guanxi.core import clock
from guanxi.core.lists import reading, wanted
from guanxi.people.actions import Contact
from tests.cast import Shopper, Staffer, statements, work_off
from tests.disputes import Dispute, open_dispute, publish

HAN = Contact("韩梅", "13833334444", "hanmei@example.com")


@pytest.fixture
def dispute(agent: Staffer, seller: Shopper, now: datetime) -> Dispute:
    """Checked by the agent: the other side has the turn."""
    publish(now)
    found = open_dispute(now, against=seller.record_id)
    found.act(agent, "accept")
    return found


@pytest.fixture
def newer(dispute: Dispute, now: datetime) -> Dispute:
    """Of somebody else, against our own service, not checked yet."""
    return open_dispute(now, kind="attitude", contact=HAN, text="客服态度恶劣。", amount=0)


def queue(who: Staffer, view: str = "") -> list[str]:
    """Case numbers as the list shows them."""
    query = next((one.query for one in ISSUES.views if one.code == view), "")
    params = wanted.params_of(query)
    want = wanted.read(ISSUES, who.actor, params, now=clock.now())
    assert not want.errors
    return [row.case.number for row in reading.page(ISSUES, who.actor, want).rows]


def body(who: Staffer, url: str) -> str:
    response = who.client.get(url)
    assert response.status_code == 200
    return unescape(response.content.decode())


def test_the_least_time_left_stands_first(dispute: Dispute, newer: Dispute, agent: Staffer) -> None:
    assert newer.issue.due < dispute.issue.due  # type: ignore[operator]
    assert queue(agent) == [newer.number, dispute.number]
    shown = body(agent, "/issues/")
    for expected in (
        f"/cases/{dispute.number}/?issue=1",
        "Not as described",
        "Rude service",
        "¥400.00",
        "Waits for the other side",
        "Our turn",
    ):
        assert expected in shown, expected
    assert shown.index(newer.number) < shown.index(dispute.number)


def test_closed_ones_stand_last(dispute: Dispute, newer: Dispute, agent: Staffer) -> None:
    newer.act(newer.complainant, "withdraw", "算了。")
    assert queue(agent) == [dispute.number, newer.number]


@pytest.mark.parametrize(
    ("view", "changes", "held"),
    [
        ("ours", {}, ["newer"]),
        ("mine", {}, ["dispute"]),
        ("parties", {}, ["dispute"]),
        ("breached", {"breached": True}, ["dispute"]),
        ("above", {"level": 1}, ["dispute"]),
        ("above", {"level": 2}, ["dispute"]),
        ("appeals", {"round": 2}, ["dispute"]),
        ("appeals", {}, []),
    ],
)
def test_views(
    dispute: Dispute, newer: Dispute, agent: Staffer, view: str, changes: dict[str, Any], held: list[str]
) -> None:
    Issue.objects.filter(id=dispute.issue.id).update(handler=agent.user, **changes)
    numbers = {"dispute": dispute.number, "newer": newer.number}
    assert queue(agent, view) == [numbers[name] for name in held]


def test_every_filter_and_every_column_is_understood(dispute: Dispute, agent: Staffer) -> None:
    Issue.objects.update(handler=agent.user, warned=80, level=2)
    columns = ",".join(one.code for one in ISSUES.columns)
    query = (
        f"kind=not_as_described&state=response&turn=respondent&level=2&gone=80&handler={agent.user.public_id}"
    )
    query += "&team=front&round=1&breached=no&wants=400&case=手机&customer=欧阳&opened=7d&mine=yes"
    shown = body(agent, f"/issues/?{query}&columns={columns}")
    assert f"/cases/{dispute.number}/?issue=1" in shown
    assert "head of service" in shown


def test_found_by_the_words_of_its_case(dispute: Dispute, newer: Dispute, agent: Staffer) -> None:
    work_off()
    shown = body(agent, "/issues/?q=磕碰")
    assert dispute.number in shown
    assert newer.number not in shown


def test_whoever_may_not_see_the_case_sees_no_issue(dispute: Dispute, stranger: Staffer) -> None:
    shown = body(stranger, "/issues/")
    assert dispute.number not in shown
    assert dispute.case.title not in shown


def test_more_issues_ask_no_more_of_the_database(dispute: Dispute, agent: Staffer, now: datetime) -> None:
    body(agent, "/issues/")
    few = statements(lambda: agent.client.get("/issues/"))
    for number in range(6):
        open_dispute(
            now,
            contact=Contact(f"人{number}", f"1390000000{number}", f"p{number}@example.com"),
            checked=False,
        )
    assert statements(lambda: agent.client.get("/issues/")) <= few


@pytest.mark.parametrize(
    ("minutes", "percent", "tone"),
    [(0, 0, ""), (49, 49, ""), (50, 50, "accent"), (80, 80, "amber"), (100, 100, "red"), (250, 250, "red")],
)
def test_how_much_of_our_time_is_over(minutes: int, percent: int, tone: str, now: datetime) -> None:
    issue = Issue(turn="staff", since=now, due=now + timedelta(minutes=100))
    gone = share_gone(issue, now + timedelta(minutes=minutes))
    assert (gone, tone_of(gone)) == (percent, tone)


def test_the_time_of_the_sides_is_not_ours(now: datetime) -> None:
    issue = Issue(turn="both", since=now, due=now + timedelta(minutes=100))
    assert share_gone(issue, now) is None
    assert tone_of(None) == ""
