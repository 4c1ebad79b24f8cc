"""Whoever is asked first solves it: any operator answers any request they see, wherever it waits; the work there is done."""

from datetime import datetime

import pytest

from guanxi.cases import actions
from guanxi.core.errors import Denied
from guanxi.core.models import Role
from guanxi.work.models import WorkItem
from tests.cast import Hire, Shopper, Staffer, case_of, complain, nothing_happens

pytestmark = pytest.mark.django_db


@pytest.fixture
def elsewhere(hire: Hire) -> Staffer:
    """An agent of another team who may look at every case, as the packs' agents may."""
    role = Role.objects.get(code="agent")
    assert role.rights["cases.view"] == "all"
    return hire("elsewhere", "agent", "records")


def test_answered_and_solved_from_another_team(elsewhere: Staffer, buyer: Shopper, now: datetime) -> None:
    number = complain(now, actor=buyer.actor).case.number
    page = elsewhere.client.get(f"/cases/{number}/").content.decode()
    assert "Send answer" in page
    assert "Take this case" not in page  # the queue stays its team's
    version = str(case_of(number).version)
    sent = {"text": "新的今天寄出。", "version": version, "key": "k1"}
    assert elsewhere.client.post(f"/cases/{number}/resolve/", sent).status_code == 303
    assert case_of(number).state == "resolved"
    assert WorkItem.objects.get(subject_kind="case", subject_id=case_of(number).id).state == "done"


def test_words_by_telephone_and_a_draft_from_another_team(
    elsewhere: Staffer, buyer: Shopper, now: datetime
) -> None:
    number = complain(now, actor=buyer.actor).case.number
    actions.append(actor=elsewhere.actor, now=now, number=number, text="还想要发票。")
    assert actions.keep_draft(actor=elsewhere.actor, now=now, number=number, text="好") is not None


def test_who_handles_none_answers_none(trainee: Staffer, buyer: Shopper, now: datetime) -> None:
    number = complain(now, actor=buyer.actor).case.number
    assert "Send answer" not in trainee.client.get(f"/cases/{number}/").content.decode()
    with nothing_happens(), pytest.raises(Denied):
        actions.answer(actor=trainee.actor, now=now, number=number, text="x")
