"""What-if through its page: tried over the past, published once with a reason, refused when somebody was faster."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from guanxi.cases.models import Procedure
from guanxi.cases.queries import procedures
from guanxi.cases.rules.policy import placed
from guanxi.core import clock
from guanxi.core.models import Detail, Event, Role
from tests.cast import Hire, Shopper, Staffer, statements
from tests.disputes import Dispute, open_dispute, publish

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
URL = "/settings/procedure/"
TRY, PUBLISH = f"{URL}try/", f"{URL}publish/"
SHORTER = {"kind": "dispute", "limit:response": "12 h", "days": "30"}
TRIES = {"cases.procedures": "all", "cases.view": "all"}


@pytest.fixture
def dispute(agent: Staffer, seller: Shopper, now: datetime) -> Dispute:
    """Taken up, and contested within the day, after the nine o'clock to which twelve hours stretch."""
    publish(now)
    found = open_dispute(now, against=seller.record_id)
    found.act(agent, "accept")
    found.now += timedelta(hours=23.5)
    found.act(found.respondent, "contest", "发货前完好。")
    return found


@pytest.fixture
def trier(hire: Hire) -> Staffer:
    Role.objects.create(code="trier", name={"en": "Trier"}, rights=TRIES)
    return hire("trier", "trier")


@pytest.fixture
def head(hire: Hire) -> Staffer:
    Role.objects.create(code="head", name={"en": "Head"}, rights={**TRIES, "site.settings": "all"})
    return hire("head", "head")


def post(staffer: Staffer, url: str, data: dict[str, Any], *, status: int, at: datetime) -> str:
    with clock.at(at):
        answer = staffer.client.post(url, data, headers=ENGLISH)
    assert answer.status_code == status
    return answer.content.decode()


def test_a_shorter_limit_names_the_issue_that_would_have_run_out(dispute: Dispute, trier: Staffer) -> None:
    page = post(trier, TRY, SHORTER, status=200, at=dispute.now)
    assert "Response: at 12 h instead of 1 d, 1 of 1 would have run out instead of 0." in page
    assert f"/cases/{dispute.number}/" in page
    assert "Response: runs out" in page
    assert PUBLISH not in page  # no right to
    assert Procedure.objects.count() == 1


def test_what_is_older_than_the_days_chosen_is_left_out(dispute: Dispute, trier: Staffer) -> None:
    page = post(trier, TRY, {**SHORTER, "days": "7"}, status=200, at=dispute.now + timedelta(days=9))
    assert "nobody was at this step" in page


def test_amounts_and_targets_in_words(dispute: Dispute, agent: Staffer, trier: Staffer) -> None:
    values: dict[str, Any] = {
        "outcome": "upheld",
        "remedy": "refund",
        "amount_minor": 40_000,
        "citations": ["r1"],
        "code": "listing",
    }
    dispute.act(agent, "propose", "照片证明到手时已有划痕。", **values)
    given = {
        "kind": "dispute",
        "approval:not_as_described": "300",
        "automatic:late": "60.00",
        "target:validity": "4 h",
        "target:reopened": "5 %",
    }
    page = post(trier, TRY, given, status=200, at=dispute.now)
    assert "Of 1 decision, 1 would have needed a second person instead of 0." in page
    assert "Of 1 issue, by the amount asked for, 0 could have been paid by itself instead of 0" in page
    assert "Target “Check”: 1 of 1 would have reached it instead of 0." in page
    assert "there is no step to replay" in page
    assert "a second person needed" in page


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"limit:response": "3 h"}, "A side needs at least 4 h."),
        ({"limit:response": "30 h"}, "24 h at most."),
        ({"limit:investigation": "100 min"}, "Whole quarters of an hour"),
        ({"limit:response": "soon"}, "A length of time, please"),
        ({"automatic:late": "600"}, "More would be paid by itself"),
        ({"approval:late": "-5"}, "An amount, please"),
        ({"target:reopened": "120 %"}, "A share, please"),
        ({}, "Nothing is changed"),
    ],
)
def test_what_no_pack_could_set_is_refused_beside_its_field(
    head: Staffer, now: datetime, given: dict[str, str], words: str
) -> None:
    publish(now)
    for url in (TRY, PUBLISH):
        sent = {"kind": "dispute", "version": "1", "reason": "Because", "key": "k", **given}
        assert words in post(head, url, sent, status=422, at=now)
    assert Procedure.objects.count() == 1


def test_published_once_with_its_reason_and_running_cases_keep_theirs(
    dispute: Dispute, head: Staffer
) -> None:
    sent = {**SHORTER, "version": "1", "reason": "Sellers answer within hours", "key": "once"}
    for _again in range(2):
        post(head, PUBLISH, sent, status=303, at=dispute.now)
    first, second = Procedure.objects.order_by("number")
    assert second.content["kinds"]["dispute"]["limits"] == {"response": 720}
    assert {**second.content, "kinds": 0} == {**placed(first.content), "kinds": 0}
    assert (second.number, second.origin) == (2, head.user.public_id)
    event = Event.objects.get(type="case.procedure_published")
    assert Detail.objects.get(event=event).body == {"reason": "Sellers answer within hours"}
    assert procedures.policy_of(dispute.case).number == 1
    page = head.client.get(f"{URL}?kind=dispute", headers=ENGLISH).content.decode()
    assert "Version 2 is published." in page
    assert "Sellers answer within hours" in page
    assert "/procedure/dispute/?version=2" in page
    assert 'value="12 h"' in page


def test_somebody_published_meanwhile(head: Staffer, now: datetime) -> None:
    publish(now)
    publish(now + timedelta(hours=1))
    sent = {**SHORTER, "version": "1", "reason": "Sellers answer within hours", "key": "late"}
    page = post(head, PUBLISH, sent, status=409, at=now)
    assert "Version 2 was published in the meantime" in page
    assert 'value="12 h"' in page
    assert "Sellers answer within hours" in page
    assert 'name="version" value="2"' in page
    assert Procedure.objects.count() == 2
    assert not Event.objects.filter(type="case.procedure_published").exists()


def test_no_reason_no_version(head: Staffer, now: datetime) -> None:
    publish(now)
    page = post(head, PUBLISH, {**SHORTER, "version": "1", "key": "why"}, status=422, at=now)
    assert "Say why" in page
    assert Procedure.objects.count() == 1


def test_only_who_may_tries_and_only_who_may_settings_publishes(
    agent: Staffer, trier: Staffer, now: datetime
) -> None:
    publish(now)
    sent = {**SHORTER, "version": "1", "reason": "Because", "key": "no"}
    assert agent.client.get(URL).status_code == 403
    post(agent, TRY, SHORTER, status=403, at=now)
    post(agent, PUBLISH, sent, status=403, at=now)
    post(trier, PUBLISH, sent, status=403, at=now)
    assert Procedure.objects.count() == 1
    assert not Event.objects.filter(type="case.procedure_published").exists()


def test_nothing_is_shown_of_cases_the_reader_does_not_see(dispute: Dispute, hire: Hire) -> None:
    Role.objects.create(code="blind", name={"en": "Blind"}, rights={"cases.procedures": "all"})
    page = post(hire("blind", "blind"), TRY, SHORTER, status=200, at=dispute.now)
    assert dispute.number not in page
    assert "nobody was at this step" in page


def test_without_a_procedure_and_with_a_kind_that_is_not_there(trier: Staffer, now: datetime) -> None:
    procedures.forget_policy()
    assert "No procedure is published yet" in trier.client.get(URL, headers=ENGLISH).content.decode()
    publish(now)
    assert trier.client.get(f"{URL}?kind=nothing").status_code == 404


def test_a_replay_costs_the_same_for_many(dispute: Dispute, trier: Staffer, seller: Shopper) -> None:
    def tried() -> str:
        return post(trier, TRY, SHORTER, status=200, at=dispute.now)

    one = statements(tried)
    for _more in range(3):
        open_dispute(dispute.now, against=seller.record_id)
    assert statements(tried) == one
