"""The reader learns what staff put right: what counts as a lesson, training, the page, who may."""

from datetime import datetime
from typing import Any

import pytest

from guanxi.cases import actions
from guanxi.cases.actions import learning
from guanxi.cases.jobs import retrain, retrain_soon
from guanxi.cases.models import Suggestion, TextModel
from guanxi.cases.queries import suggesting, taught
from guanxi.cases.tests.readers import keep_small
from guanxi.cases.tests.test_suggesting import policy_of
from guanxi.channels.models import Message
from guanxi.core.access import PUBLIC
from guanxi.core.errors import Denied, SignInNeeded
from guanxi.core.models import Event, Job
from guanxi.people.actions import Contact
from tests.cast import Staffer
from tests.disputes import Dispute, publish

KINDS = ("late_dispatch", "service_attitude", "invoice", "privacy", "gift_wrap")
ODD = "礼盒没有系丝带，打我 13958016608"
pytestmark = pytest.mark.django_db


def said(now: datetime, text: str, number: int) -> Dispute:
    """A complaint in these words, read by the reader in use."""
    contact = Contact("欧阳晓雯", f"1372222{number:04}")
    case = actions.open_case(actor=PUBLIC, now=now, contact=contact, text=text, channel="web").case
    return Dispute(case.number, now)


def put_right(dispute: Dispute, agent: Staffer, code: str) -> None:
    if not dispute.case.issues.exists():
        one = actions.NewIssue(kind=code)
        actions.issues.add_issue(actor=agent.actor, now=dispute.now, number=dispute.number, issue=one)
        dispute.system()
        dispute.act(agent, "accept")
    else:
        dispute.system()
        dispute.act(agent, "reclassify", code=code)


@pytest.fixture
def corrected(agent: Staffer, now: datetime) -> list[Dispute]:
    """Six complaints of a kind nothing has been written about, each put right by a handler."""
    publish(now, policy_of(*KINDS))
    disputes = [said(now, f"{ODD}，{words}", number) for number, words in enumerate(WORDS)]
    for dispute in disputes:
        put_right(dispute, agent, "gift_wrap")
    return disputes


WORDS = ("很失望", "送人不好看", "说好有的", "怎么回事", "丝带呢", "请补上丝带")


def test_what_staff_put_right_is_learnt_and_nothing_else(
    corrected: list[Dispute], agent: Staffer, now: datetime
) -> None:
    said(now, "发票抬头开错了", 50)  # nobody has looked at it
    lessons = taught.lessons()
    assert {one.case_id for one in lessons} == {one.case.id for one in corrected}
    assert all(one.right == ("gift_wrap",) for one in lessons)
    examples, corrections, confirmations = learning.examples_now()
    theirs = [one for one in examples if one.theirs]
    assert (len(theirs), corrections + confirmations) == (6, 6)
    assert all("13958016608" not in one.text and one.labels == ("gift_wrap",) for one in theirs)


def test_training_makes_the_reader_that_reads_from_then_on(corrected: list[Dispute], now: datetime) -> None:
    assert suggesting.suggest("礼盒没系丝带")[0].label != "gift_wrap"
    assert retrain.call() == 1
    suggesting.forget()
    assert suggesting.suggest("礼盒没系丝带")[0].label == "gift_wrap"
    row = TextModel.objects.get()
    assert row.figures["labels"]["gift_wrap"]["examples"] == 6
    assert (row.corrections + row.confirmations, row.number) == (6, 1)
    assert Event.objects.get(type="reader.trained").data["number"] == 1
    assert retrain.call() == 1  # nothing new: no new reader
    assert TextModel.objects.count() == 1


def test_with_nothing_taught_the_delivered_reader_stays(now: datetime) -> None:
    assert retrain.call() == 0
    assert TextModel.objects.count() == 0


def test_a_kind_with_too_few_cases_of_its_own_waits(corrected: list[Dispute], agent: Staffer) -> None:
    for dispute in corrected[2:]:
        dispute.act(agent, "reclassify", code="privacy")
    assert {one.labels for one in learning.examples_now()[0] if one.theirs} == {("privacy",)}


def test_words_of_forgotten_people_are_not_learnt(corrected: list[Dispute]) -> None:
    Message.objects.filter(subject_id=corrected[0].case.id).update(body="")
    assert len([one for one in learning.examples_now()[0] if one.theirs]) == 5


def test_a_question_whose_suggestion_was_dismissed_stays_a_question(agent: Staffer, now: datetime) -> None:
    publish(now, policy_of("branch_wait"))
    dispute = said(now, "Could you tell me your opening hours?", 1)
    row = Suggestion.objects.filter(case=dispute.case).first()
    assert row is not None
    assert row.fate == Suggestion.Fate.OPEN
    actions.issues.dismiss(actor=agent.actor, now=now, number=dispute.number, suggestion=row.id)
    assert taught.lessons() == []  # a lesson needs an issue that somebody has looked at


def test_many_corrections_do_not_wait_for_the_night(
    corrected: list[Dispute], monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = taught.count_corrections()
    monkeypatch.setattr(learning, "CORRECTIONS_SOON", waiting + 1)
    assert retrain_soon.call() is False
    monkeypatch.setattr(learning, "CORRECTIONS_SOON", max(waiting, 1))
    assert retrain_soon.call() is (waiting >= 1)
    assert Job.objects.filter(task="guanxi.cases.jobs.retrain").count() == (waiting >= 1)


def test_weights_long_out_of_use_are_let_go(now: datetime) -> None:
    for _ in range(7):
        keep_small(now)
    kept = TextModel.objects.order_by("number").values_list("weights", flat=True)
    assert [bool(bytes(one)) for one in kept] == [False, False, True, True, True, True, True]


def test_the_page_shows_how_good_it_is(supervisor: Staffer, corrected: list[Dispute], now: datetime) -> None:
    body = supervisor.client.get("/cases/learning/").content.decode()
    assert "as delivered" in body
    assert "68%" in body  # of what it had not learnt from, as delivered with it
    keep_small(now)
    body = supervisor.client.get("/cases/learning/").content.decode()
    assert "reader 1" in body
    assert "late_dispatch" in body
    tried = {"text": "不发货，我要自杀 <b>"}
    body = supervisor.client.post("/cases/learning/try/", tried).content.decode()
    assert "because of: 不发货，" in body
    assert "somebody may be in danger: 我要自杀 &lt;b&gt;" in body


def test_training_is_asked_for_once_per_form(supervisor: Staffer, now: datetime) -> None:
    for _ in range(2):
        answer: Any = supervisor.client.post("/cases/learning/start/", {"key": "k1"})
        assert answer.status_code == 303
    assert Job.objects.filter(task="guanxi.cases.jobs.retrain").count() == 1
    assert Event.objects.filter(type="reader.asked").count() == 1


def test_who_may_not_teach_changes_nothing(agent: Staffer, now: datetime) -> None:
    with pytest.raises(Denied):
        learning.ask_retrain(actor=agent.actor, now=now)
    with pytest.raises(SignInNeeded):
        learning.ask_retrain(actor=PUBLIC, now=now)
    with pytest.raises(Denied):
        learning.keep_reader(
            actor=agent.actor, now=now, number=1, digest="", trained=None, corrections=0, confirmations=0, seconds=0,  # type: ignore[arg-type]
        )  # fmt: skip
    assert (
        Job.objects.count(),
        TextModel.objects.count(),
        Event.objects.filter(type__startswith="reader").count(),
    ) == (0, 0, 0)
