"""The process map of our cases: what happened, counted within reach; drawing, table and CSV are the same numbers."""

import csv
import io
import json
import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from guanxi.cases.actions import answer
from guanxi.core.clock import at
from guanxi.insight import queries
from tests.cast import Staffer, complain

pytestmark = pytest.mark.django_db
SPEC = re.compile(r'<script type="application/json" id="chart-([\w-]+)">(.*?)</script>', re.DOTALL)


@pytest.fixture
def later(agent: Staffer, now: datetime) -> datetime:
    """Three cases; two of them answered, after two and after six hours."""
    cases = [complain(now, f"案子 {place}").case for place in range(3)]
    for case, hours in zip(cases, (2, 6), strict=False):
        answer(actor=agent.actor, now=now + timedelta(hours=hours), number=case.number, text="好")
    return now + timedelta(hours=8)


def _specs(text: str) -> dict[str, Any]:
    return {code: json.loads(spec) for code, spec in SPEC.findall(text)}


def test_hours_and_ways_are_those_of_the_events(agent: Staffer, now: datetime, later: datetime) -> None:
    found = queries.map_cases(agent.actor, now - timedelta(days=1), later)

    assert found.cases == 3
    worst = found.bottleneck
    assert worst is not None
    assert (worst.source, worst.target) == ("case.opened", "case.answered")
    assert (worst.count, worst.median_h, worst.total_h) == (2, 4.0, 8.0)
    assert [(one.steps, one.cases) for one in found.variants] == [
        (("case.opened", "case.answered"), 2),
        (("case.opened",), 1),
    ]


def test_page_table_and_csv_are_the_same_numbers(agent: Staffer, later: datetime) -> None:
    with at(later):
        specs = _specs(agent.client.get("/insight/process/").content.decode())
        assert set(specs) == {"waiting", "steps", "ways"}
        for code, spec in specs.items():
            sheet = agent.client.get(f"/insight/process/?days=91&csv={code}").content.decode("utf-8-sig")
            heads, *rows = csv.reader(io.StringIO(sheet))
            assert heads == spec["columns"]
            assert rows == [["" if cell is None else str(cell) for cell in row] for row in spec["rows"]]
    assert specs["waiting"]["rows"][0][1:4] == [8.0, 2, 4.0]


def test_nobody_sees_beyond_their_reach(stranger: Staffer, now: datetime, later: datetime) -> None:
    assert queries.map_cases(stranger.actor, now - timedelta(days=1), later).cases == 0
    with at(later):
        text = stranger.client.get("/insight/process/").content.decode()
    assert _specs(text) == {}
    assert "No case waits anywhere" in text


def test_an_unknown_drawing_is_not_found(agent: Staffer, later: datetime) -> None:
    assert agent.client.get("/insight/process/?csv=nothing").status_code == 404
    assert agent.client.get("/insight/process/?days=99999999999").status_code == 200
