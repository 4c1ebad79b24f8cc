"""The public figures: counted from issues, clocks and decisions; small groups are not broken down; nobody is named."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from guanxi.cases.models import Issue, Satisfaction
from guanxi.cases.queries import figures
from guanxi.cases.rules.monthly import LEAST, Seen, Span, counted, months_back, percentile
from guanxi.core import clock
from guanxi.people.actions import Contact
from tests.cast import Shopper, Staffer, statements
from tests.disputes import Dispute, give_deposit, in_hearing, open_dispute, publish

MARCH = date(2026, 3, 1)
ENGLISH = {"accept-language": "en"}
SPAN = Span(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))


@pytest.fixture
def procedure(agent: Staffer, seller: Shopper, now: datetime) -> None:
    publish(now)
    give_deposit(seller.record_id, 10_000_000, now)


def admitted(now: datetime, seller: Shopper, agent: Staffer, number: int, *, hours: float = 1) -> Dispute:
    """Opened, taken up, and admitted after so many hours."""
    person = Contact(f"客户{number}", f"137{number:08d}")
    dispute = open_dispute(now, against=seller.record_id, amount=1_000, contact=person)
    dispute.act(agent, "accept")
    dispute.now += timedelta(hours=hours)
    dispute.act(dispute.respondent, "admit")
    dispute.system()
    return dispute


def test_what_came_and_what_was_decided(
    procedure: None, agent: Staffer, seller: Shopper, now: datetime
) -> None:
    for number in range(LEAST):
        admitted(now, seller, agent, number, hours=number + 1)
    open_dispute(now, against=seller.record_id, contact=Contact("孙", "13811110000"))
    (row,) = figures.monthly([MARCH])
    assert (row.kind, row.opened, row.decided) == ("dispute", 6, 5)
    assert (row.median, row.p90, row.p95) == (3.0, 5.0, 5.0)
    assert dict(row.outcomes) == {"admitted": 5}
    assert row.automatic == 0
    assert (row.appeals, row.changed, row.breaches, row.reopened) == (0, 0, 0, 0)


def test_fewer_than_five_decisions_are_not_broken_down(
    procedure: None, agent: Staffer, seller: Shopper, now: datetime, client: Client
) -> None:
    for number in range(LEAST - 1):
        admitted(now, seller, agent, number)
    (row,) = figures.monthly([MARCH])
    assert (row.decided, row.few, row.median, dict(row.outcomes)) == (4, True, None, {})
    page = client.get("/procedure/figures/", headers=ENGLISH).content.decode()
    assert "Too few decisions to say more." in page
    assert "By what it was about" not in page
    assert "admitted" not in page


def test_an_appeal_that_changes_the_decision_and_a_limit_that_we_missed(
    procedure: None, agent: Staffer, other_agent: Staffer, seller: Shopper, now: datetime
) -> None:
    dispute = in_hearing(open_dispute(now, against=seller.record_id), agent)
    dispute.past_limit()
    dispute.act(agent, "confirm")
    dispute.system()
    dispute.act(dispute.respondent, "appeal", "有新的检测报告。", grounds="evidence")
    due = dispute.issue.due
    dispute.past_limit()  # nobody proposes anything in time
    dispute.act(other_agent, "propose", "维持不了。", outcome="not_upheld", citations=["r1"])
    dispute.past_limit()
    dispute.act(other_agent, "confirm")
    dispute.system()
    (row,) = figures.monthly([MARCH])
    assert (row.appeals, row.changed, row.breaches) == (1, 1, 1)
    (breach,) = figures.list_breaches(figures.span_of(MARCH))
    assert (breach.state, breach.kind, breach.issue_kind) == ("investigation", "dispute", "not_as_described")
    assert due is not None
    assert breach.passed - due == timedelta(seconds=1)
    assert breach.ended is not None
    assert breach.ended == breach.passed


def test_an_appeal_that_changes_nothing_is_counted_as_one(
    procedure: None, agent: Staffer, other_agent: Staffer, seller: Shopper, now: datetime
) -> None:
    dispute = in_hearing(open_dispute(now, against=seller.record_id), agent)
    dispute.past_limit()
    dispute.act(agent, "confirm")
    dispute.system()
    dispute.act(dispute.respondent, "appeal", "我不服。", grounds="error")
    again: dict[str, Any] = {
        "outcome": "partly",
        "remedy": "refund",
        "amount_minor": 30_000,
        "citations": ["r1"],
    }
    dispute.act(other_agent, "propose", "维持原判。", **again)
    dispute.past_limit()
    dispute.act(other_agent, "confirm")
    dispute.system()
    (row,) = figures.monthly([MARCH])
    assert (row.appeals, row.changed) == (1, 0)


def test_satisfaction_from_five_answers_on(
    procedure: None, agent: Staffer, seller: Shopper, now: datetime
) -> None:
    cases = [admitted(now, seller, agent, number).case for number in range(LEAST)]
    for case in cases[:-1]:
        Satisfaction.objects.create(case=case, side="complainant", score=5, given=now)
    (row,) = figures.monthly([MARCH])
    assert (row.satisfied, row.satisfaction) == (4, None)
    Satisfaction.objects.create(case=cases[-1], side="complainant", score=2, given=now)
    (row,) = figures.monthly([MARCH])
    assert (row.satisfied, row.satisfaction) == (5, 4.4)


def test_the_page_names_no_person_and_no_case_and_marks_the_sample(
    procedure: None, agent: Staffer, seller: Shopper, now: datetime, client: Client
) -> None:
    disputes = [admitted(now, seller, agent, number) for number in range(LEAST)]
    page = client.get("/procedure/figures/", headers=ENGLISH).content.decode()
    assert all(one.number not in page and one.issue.public_id not in page for one in disputes)
    assert "客户" not in page
    assert "Simulated" not in page
    disputes[0].case.record.__class__.objects.filter(id=disputes[0].case.record_id).update(sample=True)
    assert "Simulated" in client.get("/procedure/figures/", headers=ENGLISH).content.decode()


def test_the_figures_as_a_file(
    procedure: None, agent: Staffer, seller: Shopper, now: datetime, client: Client
) -> None:
    for number in range(LEAST):
        admitted(now, seller, agent, number)
    answer = client.get("/procedure/figures/?csv=1")
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (row["month"], row["kind"], row["decided"], row["median_h"]) == ("2026-03", "dispute", "5", "1.0")
    assert (row["admitted"], row["upheld"], row["satisfaction"]) == ("5", "0", "")


def test_months_reach_back_to_the_first_issue(
    procedure: None, agent: Staffer, seller: Shopper, now: datetime, client: Client
) -> None:
    assert figures.list_months(clock.now(), 12) == []
    assert client.get("/procedure/figures/", headers=ENGLISH).status_code == 200
    admitted(now, seller, agent, 1)
    Issue.objects.update(opened=now - timedelta(days=40))
    months = figures.list_months(now, 12)
    assert months == [MARCH, date(2026, 2, 1), date(2026, 1, 1)]
    page = client.get("/procedure/figures/?month=2026-01", headers=ENGLISH).content.decode()
    assert "January 2026" in page
    assert client.get("/procedure/figures/?month=1066-10").status_code == 200


def test_the_figures_cost_the_same_however_many_cases(
    procedure: None, agent: Staffer, seller: Shopper, now: datetime, client: Client
) -> None:
    def read() -> None:
        assert client.get("/procedure/figures/").status_code == 200

    admitted(now, seller, agent, 0)
    read()
    one = statements(read)
    for number in range(1, LEAST + 1):
        admitted(now, seller, agent, number)
    assert statements(read) == one


# -- the pure part
MOMENTS = st.datetimes(datetime(2026, 2, 20), datetime(2026, 4, 10), timezones=st.just(UTC))


@given(st.lists(st.tuples(MOMENTS, st.none() | st.integers(0, 20_000))))
def test_a_month_counts_what_lies_in_it(drawn: list[tuple[datetime, int | None]]) -> None:
    issues = [
        Seen("dispute", opened, None if took is None else opened + timedelta(minutes=took), "upheld")
        for opened, took in drawn
    ]
    row = counted(MARCH, "dispute", issues, inside=SPAN)
    inside = [one for one in issues if one.decided and SPAN.start <= one.decided < SPAN.end]
    assert row.opened == sum(SPAN.start <= one.opened < SPAN.end for one in issues)
    assert row.decided == len(inside)
    assert row.few == (len(inside) < LEAST)
    if not row.few:
        assert row.outcomes["upheld"] == len(inside)
        assert row.median is not None
        assert row.p95 is not None
        assert row.median <= row.p95


@given(st.lists(st.floats(0, 1000), min_size=1), st.integers(1, 100))
def test_percentiles_are_values_that_occurred(values: list[float], percent: int) -> None:
    found = percentile(values, percent)
    assert found in values
    assert found is not None
    assert sum(value <= found for value in values) >= len(values) * percent / 100


def test_months_over_new_year() -> None:
    assert months_back(date(2026, 2, 28), 3) == [date(2026, 2, 1), date(2026, 1, 1), date(2025, 12, 1)]
