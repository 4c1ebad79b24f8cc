"""How often the staff page of a dispute asks the database: a fixed number, however much the case holds."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guanxi.cases.models import Evidence, Issue
from guanxi.core import clock
from guanxi.core.models import User
from tests.cast import Shopper, Staffer
from tests.disputes import Dispute, in_hearing, open_dispute, publish

# 38 for a handler, drafts and the customer's class (worked out, or by hand) among them; a reach over several units asks
# for those once more
STATEMENTS_MAX = 39


@pytest.fixture
def dispute(agent: Staffer, seller: Shopper, now: Any) -> Dispute:
    publish(now)
    User.objects.filter(id=agent.user.id).update(email="agent@house.example.com")
    return open_dispute(now, against=seller.record_id)


def count(dispute: Dispute, who: Staffer) -> int:
    with clock.at(dispute.now), CaptureQueriesContext(connection) as asked:
        assert who.client.get(f"/cases/{dispute.number}/?issue=1").status_code == 200
    return len(asked)


def test_within_bounds_at_every_step(dispute: Dispute, agent: Staffer, supervisor: Staffer) -> None:
    counts = {dispute.state: count(dispute, agent)}
    dispute.act(agent, "accept")
    dispute.act(dispute.respondent, "contest", "不同意。")
    counts[dispute.state] = count(dispute, agent)
    counts["as supervisor"] = count(dispute, supervisor)
    assert max(counts.values()) <= STATEMENTS_MAX, counts


def test_the_approval_and_the_hearing(dispute: Dispute, agent: Staffer, supervisor: Staffer) -> None:
    in_hearing(dispute, agent, amount=60_000)
    counts = {dispute.state: count(dispute, agent)}
    dispute.past_limit()
    dispute.act(agent, "confirm")
    counts[dispute.state] = count(dispute, supervisor)
    assert max(counts.values()) <= STATEMENTS_MAX, counts


def test_as_many_with_twelve_issues_and_eighty_pieces(dispute: Dispute, agent: Staffer) -> None:
    dispute.act(agent, "accept")
    dispute.act(dispute.respondent, "contest", "不同意。")
    few = count(dispute, agent)
    first = dispute.issue
    rows = [
        Issue(
            case=first.case,
            place=place,
            kind="late",
            team_id=first.team_id,
            state=first.state,
            since=first.since,
            due=first.due,
            opened=first.opened,
        )
        for place in range(2, 13)
    ]
    Issue.objects.bulk_create(rows)
    with_issues = count(dispute, agent)
    pieces = [
        Evidence(
            issue=first,
            round=1,
            side=side,
            digest="0" * 64,
            words=f"第 {number} 件",
            state=first.state,
            filed=first.since,
        )
        for side in ("complainant", "respondent")
        for number in range(40)
    ]
    Evidence.objects.bulk_create(pieces)
    assert (with_issues, count(dispute, agent)) == (few, few)
