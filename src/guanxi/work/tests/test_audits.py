"""Quality of finished work: drawn alike from everybody, judged by another, answered by whoever did it; counted."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from guanxi.core.errors import Conflict, Denied, Invalid, NotFound
from guanxi.core.figures import Whose
from guanxi.core.models import Event, Role
from guanxi.work import actions, rules
from guanxi.work.models import Assignment, Audit
from guanxi.work.queries import audits as reads
from guanxi.work.queries import figures
from guanxi.work.tests.test_dispatch import letter, ready
from tests.cast import SYSTEM, Hire, Organisation, Staffer, nothing_happens

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
YES = dict.fromkeys(rules.CODES, True)
KEYS = count()


@pytest.fixture
def judge(organisation: Organisation, hire: Hire) -> Staffer:
    Role.objects.create(
        code="judge", name={"en": "judge"}, rights={"work.view": "department", "work.audit": "department"}
    )
    return hire("judge", "judge", "contact")


@pytest.fixture
def finished(agent: Staffer, other_agent: Staffer, organisation: Organisation, now: datetime) -> None:
    """Five pieces by one, one by the other."""
    ready(now, agent, other_agent)
    for number, who in enumerate((*[agent] * 5, other_agent), 1):
        letter(organisation, now - 90 * MINUTE, number)
        actions.take_next(actor=who.actor, now=now - 80 * MINUTE)
        actions.finish(
            actor=who.actor, now=now - number * MINUTE, subject=("test", number), kind="case.answer"
        )


def send(who: Staffer, path: str, status: int = 303, /, **fields: Any) -> str:
    response = who.client.post(f"/audits/{path}", {"key": f"k{next(KEYS)}", **fields})
    assert response.status_code == status, response.text[-1500:]
    return response.text if status != 303 else response.headers["Location"]


def test_the_draw_is_stratified_and_repeats() -> None:
    """So many of everybody, whoever did much or little; the same seed gives the same, another another."""
    pieces = {1: range(100), 2: range(100, 103), 3: range(200, 201)}
    first = rules.drawn(pieces, 2, 7)
    assert [sum(key in keys for key in first) for keys in pieces.values()] == [2, 2, 1]
    assert rules.drawn(dict(reversed(list(pieces.items()))), 2, 7) == first
    assert rules.drawn({1: list(reversed(range(100)))}, 2, 7) == [key for key in first if key < 100]
    assert rules.drawn(pieces, 2, 8) != first


@pytest.mark.parametrize(
    ("missed", "errors"), [((), 0), (("tone",), 0), (("right",), 1), (("identity", "promises", "notes"), 2)]
)
def test_critical_criteria_make_errors(missed: tuple[str, ...], errors: int) -> None:
    assert rules.errors_of({**YES, **dict.fromkeys(missed, False)}) == errors


def test_drawn_judged_answered_and_counted(
    finished: None, judge: Staffer, agent: Staffer, other_agent: Staffer, now: datetime
) -> None:
    assert send(judge, "draw/", each="2", seed="7") == "/audits/"
    members = list(Audit.objects.order_by("assignment__member").values_list("assignment__member", flat=True))
    assert sorted(members.count(one.seat.id) for one in (agent, other_agent)) == [1, 2]
    assert Event.objects.get(type="work.audits_drawn").data == {"count": 3, "each": 2, "seed": 7}
    mine, other = Audit.objects.filter(assignment__member=agent.seat).order_by("id")
    shown = judge.client.get(f"/audits/{mine.public_id}/").text
    for words in ("Person checked", "critical", "What was said and done was right by our rules."):
        assert words in shown
    assert "Answer every question." in send(judge, f"{mine.public_id}/", 422, tone="yes")
    answers: dict[str, Any] = dict.fromkeys(rules.CODES, "yes")
    assert (
        send(judge, f"{mine.public_id}/", 303, **{**answers, "right": "no"}, words="The price was wrong.")
        == "/audits/"
    )
    send(judge, f"{other.public_id}/", 303, **{**answers, "tone": "no"})
    assert "Somebody has looked at this already." in send(judge, f"{mine.public_id}/", 409, **answers)
    mine.refresh_from_db()
    assert (mine.errors, mine.marks["right"], mine.words) == (1, False, "The price was wrong.")
    listed = judge.client.get("/audits/").text
    assert "50 %" in listed
    own = agent.client.get("/audits/").text
    assert mine.public_id in own
    assert "The price was wrong." in agent.client.get(f"/audits/{mine.public_id}/").text
    send(agent, f"{mine.public_id}/reply/", words="It changed the day after.")
    assert "You have replied already." in send(agent, f"{mine.public_id}/reply/", 409, words="Once more")
    assert "It changed the day after." in judge.client.get(f"/audits/{mine.public_id}/").text
    for whose, wanted in (
        (Whose(), (1, 2)), (Whose(member=agent.seat.id), (1, 2)), (Whose(member=other_agent.seat.id), (0, 0)),
    ):  # fmt: skip
        value = figures.quality(SYSTEM, now - DAY, now + DAY, whose).value()
        assert (value.numerator, value.denominator) == wanted
    rows = list(figures.quality(SYSTEM, now - DAY, now + DAY, Whose()).every())
    assert (sum(one.numerator for one in rows), len(rows)) == (1, 2)


def test_nothing_is_drawn_twice(finished: None, judge: Staffer, now: datetime) -> None:
    actions.draw_audits(actor=judge.actor, now=now, each=20, seed=1)
    assert Audit.objects.count() == 6
    with nothing_happens(), pytest.raises(Conflict):
        actions.draw_audits(actor=judge.actor, now=now, each=1, seed=1)
    with nothing_happens(), pytest.raises(Invalid):
        actions.draw_audits(actor=judge.actor, now=now, each=21, seed=1)


def test_nobody_judges_their_own_or_without_the_right(
    finished: None, judge: Staffer, agent: Staffer, other_agent: Staffer, stranger: Staffer, now: datetime
) -> None:
    """The judge's own work is neither drawn nor judged by them; colleagues see nothing of each other."""
    Assignment.objects.filter(member=agent.seat).update(member=_seat_of(judge, agent))
    drawn = actions.draw_audits(actor=judge.actor, now=now, each=20, seed=1)
    assert {one.assignment.member_id for one in drawn} == {other_agent.seat.id}
    of_judge = Assignment.objects.filter(member=judge.seat).order_by("id")[0]
    own = Audit.objects.create(assignment=of_judge, drawn=now)
    with nothing_happens():
        with pytest.raises(Denied):
            actions.record_audit(actor=judge.actor, now=now, public_id=own.public_id, marks=YES)
        for who in (agent, stranger):
            for path in (own.public_id, drawn[0].public_id):
                assert who.client.get(f"/audits/{path}/").status_code == 404
            send(who, "draw/", 403, each="1", seed="1")
            with pytest.raises(Denied):
                actions.record_audit(actor=who.actor, now=now, public_id=drawn[0].public_id, marks=YES)
            with pytest.raises(NotFound):
                actions.reply_audit(actor=who.actor, now=now, public_id=drawn[0].public_id, words="No")
        with pytest.raises(NotFound):  # nothing to answer yet
            actions.reply_audit(actor=other_agent.actor, now=now, public_id=drawn[0].public_id, words="No")
        assert reads.list_own(other_agent.actor, now) == []


def _seat_of(judge: Staffer, like: Staffer) -> Any:
    return actions.add_member(
        actor=SYSTEM, now=like.user.date_joined, user=judge.user, team="front", languages=["en"]
    )
