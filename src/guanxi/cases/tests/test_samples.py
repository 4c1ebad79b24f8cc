"""Second looks at decided issues: drawn, judged by somebody else, counted by team and handler."""

from itertools import count
from typing import Any

import pytest

from guanxi.cases.actions import issues as acts
from guanxi.cases.models import Sample
from guanxi.cases.queries import sampling
from guanxi.core import clock
from guanxi.core.models import Event
from tests.cast import Shopper, Staffer
from tests.disputes import Dispute, give_deposit, in_hearing, open_dispute, publish

KEYS = count()
ALL_YES: dict[str, Any] = dict.fromkeys(acts.MARKS, "yes")


@pytest.fixture
def decided(agent: Staffer, seller: Shopper, now: Any) -> Dispute:
    """Ruled by the agent and served."""
    publish(now)
    give_deposit(seller.record_id, 200_000, now)
    dispute = open_dispute(now, against=seller.record_id)
    dispute.act(dispute.complainant, "file_evidence", "三处划痕")
    in_hearing(dispute, agent)
    dispute.past_limit()
    dispute.act(agent, "confirm")
    dispute.system()
    Sample.objects.all().delete()  # one in twenty is drawn when it is served
    return dispute


def send(who: Staffer, dispute: Dispute, path: str, status: int = 303, **fields: Any) -> str:
    with clock.at(dispute.now):
        response = who.client.post(f"/cases/samples/{path}", {"key": f"k{next(KEYS)}", **fields})
    assert response.status_code == status, response.content.decode()[-2000:]
    return response.content.decode() if status != 303 else response.headers["Location"]


def show(who: Staffer, dispute: Dispute, path: str = "", status: int = 200) -> str:
    with clock.at(dispute.now):
        response = who.client.get(f"/cases/samples/{path}")
    assert response.status_code == status
    return response.content.decode()


def test_drawn_judged_and_counted(decided: Dispute, supervisor: Staffer, agent: Staffer) -> None:
    assert "Nothing waits." in show(supervisor, decided)
    opened = send(supervisor, decided, "draw/")
    issue = decided.issue
    assert opened == f"/cases/samples/{issue.public_id}/"
    assert Event.objects.filter(type="case.sample_drawn").count() == 1
    shown = show(supervisor, decided, f"{issue.public_id}/")
    for words in (
        "手机成色不符",
        "照片证明到手时已有划痕。",
        "1 piece of evidence",
        "Describe truly",
        "¥300.00",
        "Are the reasons clear?",
    ):
        assert words in shown
    assert agent.user.name in show(supervisor, decided)
    refused = send(
        supervisor, decided, f"{issue.public_id}/", 422, **{**ALL_YES, "tone": ""}, text="再客气一点"
    )
    assert refused.count("Answer every question.") == 1
    assert "再客气一点" in refused
    assert Sample.objects.get().reviewed is None
    send(supervisor, decided, f"{issue.public_id}/", **{**ALL_YES, "tone": "no"}, text="再客气一点")
    row = Sample.objects.get()
    assert row.marks == {**dict.fromkeys(acts.MARKS, True), "tone": False}
    assert (row.reviewer, row.words) == (supervisor.user, "再客气一点")
    listed = show(supervisor, decided)
    assert listed.count("100%") == 4
    assert 'gx-amber">0%' in listed
    assert "4 of 5" in listed
    again = send(supervisor, decided, f"{issue.public_id}/", 409, **ALL_YES, text="x")
    assert "Somebody has looked at this already." in again
    assert Event.objects.filter(type="case.sample_reviewed").count() == 1


def test_nothing_twice_and_nothing_of_ones_own(decided: Dispute, supervisor: Staffer) -> None:
    send(supervisor, decided, "draw/")
    refused = send(supervisor, decided, "draw/", 409, again="1")
    assert "Nothing is left to draw in the last 90 days." in refused
    assert Sample.objects.count() == 1
    issue = decided.issue
    issue.acted = [*issue.acted, {"user": str(supervisor.user.id), "round": 1, "as": "supervisor"}]
    issue.save()
    assert "Your own work" in show(supervisor, decided)
    assert "You acted on this yourself" in show(supervisor, decided, f"{issue.public_id}/")
    send(supervisor, decided, f"{issue.public_id}/", 403, **ALL_YES)
    assert Sample.objects.get().reviewed is None
    Sample.objects.all().delete()
    assert sampling.list_drawable(supervisor.actor, decided.now) == []


def test_only_who_approves_looks_and_draws(decided: Dispute, agent: Staffer, stranger: Staffer) -> None:
    Sample.objects.create(issue=decided.issue, drawn=decided.now)
    path = f"{decided.issue.public_id}/"
    for who in (agent, stranger):
        show(who, decided, status=403)
        show(who, decided, path, status=403)
        send(who, decided, path, 403, **ALL_YES)
        send(who, decided, "draw/", 403)
    assert Sample.objects.get().reviewed is None
    assert not Event.objects.filter(type__startswith="case.sample").exists()


def test_too_old_to_draw(decided: Dispute, supervisor: Staffer) -> None:
    assert sampling.list_drawable(supervisor.actor, decided.now) == [decided.issue.id]
    assert sampling.list_drawable(supervisor.actor, decided.now + sampling.LOOK_BACK * 2) == []
