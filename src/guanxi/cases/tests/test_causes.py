"""The report of causes: counts up the tree, money, repeats, months, fixes; the file says what the screen says."""

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.cases.models import Issue, RootCause
from guanxi.cases.queries import causes
from guanxi.core import clock
from tests.cast import Shopper, Staffer
from tests.disputes import Dispute, open_dispute, publish

PARENTS = {"listing": "", "photo": "listing", "stock": "listing", "carrier": ""}


def closed(
    now: Any, seller: Shopper, *, days: int, code: str = "", paid: int = 0, kind: str = "late", **more: Any
) -> Dispute:
    """An issue decided so many days ago for the complainant, with its cause where one is named."""
    dispute = open_dispute(now, against=seller.record_id, kind=kind)
    decided = now - timedelta(days=days)
    Issue.objects.filter(id=dispute.issue.id).update(outcome="upheld", decided=decided, paid_minor=paid)
    if code:
        RootCause.objects.create(issue=dispute.issue, code=code, recorded=now, **more)
    return dispute


@pytest.fixture
def year(now: Any, seller: Shopper, supervisor: Staffer) -> list[Dispute]:
    publish(now)
    return [
        closed(now, seller, days=60, code="listing", paid=10_000),
        closed(
            now,
            seller,
            days=5,
            code="stock",
            paid=5_000,
            fix="换新图",
            owner=supervisor.user,
            due=date(2026, 2, 1),
        ),
        closed(now, seller, days=4),
        closed(now, seller, days=300, code="stock", kind="not_as_described"),
    ]


def show(who: Staffer, now: Any, query: str = "", status: int = 200) -> str:
    with clock.at(now):
        response = who.client.get(f"/cases/causes/{query}")
    assert response.status_code == status
    return response.content.decode()


def rows_of(who: Staffer, now: Any, query: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(show(who, now, query).lstrip("\ufeff"))))[1:]


def test_tree_money_repeats_and_coverage(year: list[Dispute], supervisor: Staffer, now: Any) -> None:
    shown = show(supervisor, now)
    assert "recorded on 2 of 3 upheld" in shown
    assert "1 is missing" in shown
    assert "¥150.00" in shown
    assert "1 of 2 were repeats" in shown
    assert rows_of(supervisor, now, "?csv=causes") == [
        ["Listing", "1", "2", "100%", "150.00 CNY", "50%"],
        ["Stock", "2", "1", "50%", "50.00 CNY", "100%"],
    ]
    months = rows_of(supervisor, now, "?csv=months")
    assert sum(int(row[1]) for row in months) == 2
    assert sum(int(row[2]) for row in months) == 1


def test_filters_and_drill_down(year: list[Dispute], supervisor: Staffer, now: Any) -> None:
    assert "recorded on 3 of 4 upheld" in show(supervisor, now, "?days=365")
    only = show(supervisor, now, "?days=365&kind=not_as_described")
    assert "recorded on 1 of 1 upheld" in only
    inside = show(supervisor, now, "?node=stock")
    assert year[1].number in inside
    assert year[0].number not in inside
    assert year[0].number in show(supervisor, now, "?node=listing")
    assert "recorded on 2 of 3 upheld" in show(supervisor, now, "?kind=nonsense&days=x&node=y")


def test_fixes_with_owner_and_overdue_first(year: list[Dispute], supervisor: Staffer, now: Any) -> None:
    shown = show(supervisor, now)
    assert "换新图" in shown
    assert "by 2026-02-01 · overdue" in shown
    assert shown.index(year[1].number) < shown.index(year[0].number)
    assert "No fix named" in shown


def test_a_cause_of_an_earlier_procedure_still_counts(
    year: list[Dispute], supervisor: Staffer, now: Any
) -> None:
    RootCause.objects.filter(issue=year[0].issue).update(code="gone")
    assert ["a cause of an earlier procedure", "1", "1", "50%", "100.00 CNY", "0%"] in rows_of(
        supervisor, now, "?csv=causes"
    )


def test_only_who_approves(year: list[Dispute], agent: Staffer, stranger: Staffer, now: Any) -> None:
    show(agent, now, status=403)
    show(stranger, now, status=403)


@given(st.lists(st.tuples(st.sampled_from([*PARENTS, "gone"]), st.integers(0, 900), st.booleans())))
def test_whatever_is_counted_adds_up(rows: list[tuple[str, int, bool]]) -> None:
    now = clock.now()
    told = [
        causes.Told(n, "late", code, paid, "CNY", now, again) for n, (code, paid, again) in enumerate(rows)
    ]
    nodes = causes.count(PARENTS, told)
    roots = [one for one in nodes if one.depth == 0]
    assert sum(one.issues for one in roots) == len(told)
    assert sum(sum(one.paid.values()) for one in roots) == sum(one.paid_minor for one in told)
    assert sum(one.repeats for one in roots) == sum(one.repeat for one in told)
    for node in nodes:
        if node.code:
            inside = causes.within(PARENTS, node.code)
            assert node.issues == sum(one.code in inside for one in told)
