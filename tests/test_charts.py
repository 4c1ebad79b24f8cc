"""Charts: the drawing, the table and the CSV show the same numbers; titles say what is found; reach counts."""

import csv
import io
import json
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from guanxi.cases.actions import answer, expire
from guanxi.core.access import system
from guanxi.core.charts import Chart, Series, about, as_csv
from guanxi.core.clock import at
from tests.cast import Staffer, Visitor, complain, statements

SPEC = re.compile(r'<script type="application/json" id="chart-([\w-]+)">(.*?)</script>', re.DOTALL)


def chart(**more: Any) -> Chart:
    given = {
        "code": "c", "title": "Most on Tuesday", "subtitle": "by day", "shape": "bar",
        "columns": ["Day", "Cases"], "rows": [["Mon", 3], ["Tue", 9], ["Wed", None]], "series": [Series(1)],
    }  # fmt: skip
    return Chart(**{**given, **more})


@override("en")
def test_the_drawing_in_words_says_lowest_and_highest() -> None:
    assert about(chart()) == "Most on Tuesday Cases: 2 values, lowest 3 (Mon), highest 9 (Tue)."
    assert about(chart(rows=[])) == "Most on Tuesday"
    flows = chart(shape="sankey", columns=["From", "To", "Cases"], rows=[["web", "open", 4]], series=[])
    assert "highest 4 (web open)" in about(flows)


def test_no_more_than_a_browser_draws() -> None:
    with pytest.raises(ValueError, match="2001 rows"):
        chart(rows=[["x", 1]] * 2001).view("/")


@given(st.lists(st.tuples(st.text(max_size=12), st.integers(-(10**9), 10**9) | st.none()), max_size=8))
def test_spec_and_table_are_one(rows: list[tuple[str, int | None]]) -> None:
    view = chart(rows=[list(row) for row in rows]).view("/x/")
    assert [row[1] for row in view["spec"]["rows"]] == [value for _name, value in rows]
    assert [row[1].replace(",", "") for row in view["rows"]] == [
        "–" if value is None else str(value) for _name, value in rows
    ]


@pytest.fixture
def month(agent: Staffer, now: datetime) -> datetime:
    """Four cases over two days, two answered in time, one late."""
    numbers = [complain(now - timedelta(days=back), f"案子 {back}").case for back in (1, 1, 0, 0)]
    for case in numbers[:2]:
        answer(actor=agent.actor, now=now - timedelta(hours=23), number=case.number, text="好")
    expire(actor=system("clock"), now=now + timedelta(hours=5), case_id=numbers[3].id, verb="overdue")
    return now + timedelta(hours=6)


def _page(staffer: Staffer, moment: datetime, query: str = "") -> str:
    with at(moment):
        return staffer.client.get(f"/activity/{query}").content.decode()


@pytest.mark.django_db
def test_the_page_counts_what_happened(agent: Staffer, month: datetime) -> None:
    page = _page(agent, month)
    specs = {code: json.loads(text) for code, text in SPEC.findall(page)}
    assert set(specs) == {"flow", "in-time", "hours", "fates"}
    assert specs["flow"]["rows"][-2:] == [["03-02", 2, 2], ["03-03", 2, 0]]
    assert specs["in-time"]["rows"][-1] == ["03-03", 75.0, 3, 4]
    assert sum(row[2] for row in specs["hours"]["rows"]) == 4
    assert sorted(row[2] for row in specs["fates"]["rows"]) == [2, 2]
    assert "4 cases came, 2 answers went out" in page
    assert "75 % answered in time last week, below the target of 90 %" in page


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["flow", "in-time", "hours", "fates"])
def test_csv_is_the_same_table(agent: Staffer, month: datetime, code: str) -> None:
    specs = {name: json.loads(text) for name, text in SPEC.findall(_page(agent, month))}
    with at(month):
        response = agent.client.get(f"/activity/?csv={code}")
    assert response.headers["Content-Disposition"] == f'attachment; filename="{code}.csv"'
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows[0] == specs[code]["columns"]
    assert rows[1:] == [["" if cell is None else str(cell) for cell in row] for row in specs[code]["rows"]]


@pytest.mark.django_db
def test_each_day_leads_to_its_rows(agent: Staffer, month: datetime) -> None:
    spec = next(json.loads(text) for code, text in SPEC.findall(_page(agent, month)) if code == "flow")
    with at(month):
        listed = agent.client.get(spec["urls"][-2]).content.decode()
    assert listed.count("案子 1") >= 2
    assert "案子 0" not in listed


@pytest.mark.django_db
def test_reach_counts(stranger: Staffer, agent: Staffer, visitor: Visitor, month: datetime) -> None:
    assert SPEC.findall(_page(stranger, month)) == []
    assert "No case has come in this span" in _page(stranger, month)
    assert visitor.client.get("/activity/").status_code == 302
    assert agent.client.get("/activity/?csv=nothing").status_code == 404
    assert "7 days" in _page(agent, month, "?days=99999999999999")


@pytest.mark.django_db
def test_statements_do_not_grow(agent: Staffer, month: datetime, now: datetime) -> None:
    def ask() -> None:
        _page(agent, month, "?days=91")

    ask()
    few = statements(ask)
    for number in range(12):
        complain(now - timedelta(days=number), f"more {number}")
    assert statements(ask) == few


def test_what_a_spreadsheet_would_compute_stays_text(rf: Any) -> None:
    evil = chart(rows=[["=1+1", 1], ["＝cmd", 2], ["-3", 3], ["plain", -3]])
    response = as_csv(rf.get("/?csv=c"), [evil])
    assert response is not None
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows[1:] == [["'=1+1", "1"], ["'＝cmd", "2"], ["'-3", "3"], ["plain", "-3"]]
