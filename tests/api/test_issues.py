"""A dispute from intake to its end by the generated client; inboxes, procedures, cases brought together."""

from datetime import datetime
from typing import Literal

import pytest
from guanxi_client import Guanxi, Problem

from guanxi.cases.models import Issue, Sample, Suggestion
from guanxi.cases.queries import inboxes
from guanxi.core import clock
from tests.cast import SYSTEM, Organisation, Shopper, Staffer, case_of, nothing_happens, statements
from tests.disputes import Dispute, give_deposit, in_hearing, publish

pytestmark = pytest.mark.django_db
REFUSED: tuple[Literal["approve", "propose", "admit"], ...] = ("approve", "propose", "admit")


@pytest.fixture
def number(crm: Guanxi, seller: Shopper, now: datetime) -> str:
    """A dispute taken in with all that is known, looked at by the system."""
    publish(now)
    give_deposit(seller.record_id, 100_000, now)
    opened = crm.open_case(
        body={
            "text": "手机成色不符。",
            "contact": {"name": "欧阳晓雯", "email": "ouyang@example.com"},
            "about": {
                "issues": [{"kind": "not_as_described", "wants": "refund", "wants_minor": 40_000}],
                "respondent": seller.public_id,
                "role": "buyer",
            },
        }
    )
    assert (opened["kind"], opened["issues"]) == ("dispute", ["not_as_described"])
    Dispute(opened["number"], now).system()
    return str(opened["number"])


def test_from_intake_to_the_hearing(crm: Guanxi, number: str, seller: Shopper) -> None:
    case = crm.get_case(number)
    assert (case["kind"], case["state"], case["respondent"]) == ("dispute", "validity", seller.public_id)
    issue = crm.get_issue(number, 1)
    assert issue["verbs"] == ["accept", "ask_facts", "reject", "file_evidence", "reclassify"]
    assert issue["why_due"]
    assert [one["state"] for one in issue["segments"]] == ["recorded", "validity"]
    crm.do_step(number, 1, "accept", body={}, if_match=crm.etag)
    with pytest.raises(Problem) as stale:
        crm.do_step(number, 1, "file_evidence", body={"text": "快递单。"}, if_match='"1"')
    assert stale.value.status == 412
    dispute = Dispute(number, clock.now())
    dispute.act(dispute.respondent, "contest", "完好。")
    done = crm.do_step(
        number, 1, "propose",
        body={"text": "属实。", "outcome": "upheld", "remedy": "refund", "amount_minor": 30_000, "citations": ["r1"]},
    )  # fmt: skip
    assert (done["state"], done["turn"]) == ("hearing", "both")
    [decision] = crm.get_issue(number, 1)["decisions"]
    assert (decision["amount_minor"], decision["citations"], decision["state"]) == (
        30_000,
        ["r1@1"],
        "proposed",
    )
    assert [one["text"] for one in crm.get_issue(number, 1)["statements"]] == ["完好。"]


def test_what_the_table_does_not_allow_changes_nothing(crm: Guanxi, number: str) -> None:
    with nothing_happens():
        for verb in REFUSED:
            with pytest.raises(Problem) as refused:
                crm.do_step(number, 1, verb, body={})
            assert refused.value.status == 409
        with pytest.raises(Problem) as unknown:
            crm.get_issue(number, 2)
    assert unknown.value.status == 404


def test_the_same_key_is_one_step(crm: Guanxi, number: str) -> None:
    first = crm.do_step(number, 1, "accept", body={}, idempotency_key="k-1")
    again = crm.do_step(number, 1, "accept", body={}, idempotency_key="k-1")
    assert first == again
    assert Issue.objects.get().version == first["version"]


def test_approvals_wait_in_an_inbox(
    crm: Guanxi, number: str, owner: Staffer, agent: Staffer, now: datetime
) -> None:
    with pytest.raises(Problem) as refused:
        crm.list_approvals()
    assert refused.value.status == 403
    in_hearing(Dispute(number, now), agent, amount=60_000)
    dispute = Dispute(number, now)
    dispute.act(dispute.complainant, "agree")
    dispute.act(dispute.respondent, "agree")
    [row] = inboxes.list_approvals(SYSTEM)
    assert (row.case.number, row.state) == (number, "approval")


def test_issues_are_added_and_suggestions_turned_down(crm: Guanxi, number: str, now: datetime) -> None:
    added = crm.add_issue(number, body={"kind": "late", "wants": "refund", "wants_minor": 2_000})
    assert (added["place"], added["state"]) == (2, "recorded")
    row = Suggestion.objects.create(case=case_of(number), kind="late", score=0.4, sentence="迟到", made=now)
    assert [one["kind"] for one in crm.list_suggestions(number)["items"]] == ["late"]
    assert [one["fate"] for one in crm.dismiss_suggestion(number, str(row.id))["items"]] == ["dismissed"]
    assert [one["place"] for one in crm.list_issues(number)["items"]] == [1, 2]
    fresh = crm.split_case(number, body={"place": 2})
    assert [one["kind"] for one in crm.list_issues(fresh["number"])["items"]] == ["late"]
    merged = crm.merge_case(fresh["number"], body={"into": number})
    assert merged["merged_into"] == number
    assert len(crm.list_issues(number)["items"]) == 2
    assert crm.unmerge_case(fresh["number"])["merged_into"] == ""


def test_procedures_and_samples(crm: Guanxi, number: str, organisation: Organisation, now: datetime) -> None:
    assert [one["number"] for one in crm.list_procedures()["items"]] == [1]
    assert "not_as_described" in crm.current_procedure()["content"]["issues"]
    assert crm.get_procedure(1)["digest"] == "test"
    assert crm.list_consultations()["items"] == []
    Sample.objects.create(issue=Issue.objects.get(), drawn=now)
    with pytest.raises(Problem) as refused:
        crm.list_samples()
    assert refused.value.status == 403


def test_reading_an_issue_costs_the_same_with_much_proof(
    crm: Guanxi, number: str, agent: Staffer, now: datetime
) -> None:
    dispute = Dispute(number, now)
    dispute.act(agent, "accept")
    dispute.act(agent, "file_evidence", "一。")
    few = statements(lambda: crm.get_issue(number, 1))
    for count in range(5):
        dispute.act(agent, "file_evidence", f"{count}。")
    assert statements(lambda: crm.get_issue(number, 1)) == few
