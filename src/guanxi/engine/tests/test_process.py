"""Process maps: exact on a small log, sums that hold on any, and a real one when it is there."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.engine import process

MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)
VOLVO = (
    Path(__file__).parents[4].parent / "shared/data/volvo2013/volvo_bpic2013_ibm.zip"
)  # beside the checkout


def made(*events: tuple[str, str, float, str]) -> process.Log:
    return process.log(
        [one[0] for one in events],
        [one[1] for one in events],
        [MONDAY + timedelta(hours=one[2]) for one in events],
        [one[3] for one in events],
    )


def test_map_is_exact() -> None:
    found = process.discover(
        made(
            ("1", "open", 0, "an"),
            ("2", "open", 1, "an"),
            ("1", "answer", 2, "bo"),
            ("1", "open", 3, "bo"),
            ("1", "answer", 9, ""),
            ("2", "answer", 5, "an"),
            ("3", "open", 5, "an"),  # one event only
        )
    )

    assert (found.cases, found.events, found.handovers, found.reworked) == (3, 7, 1, 1)
    assert [(one.source, one.target, one.count, one.cases) for one in found.edges] == [
        ("open", "answer", 3, 2),
        ("answer", "open", 1, 1),
    ]
    first = found.edges[0]
    assert (first.median_h, first.total_h, first.handovers) == (4.0, 12.0, 1)
    assert first.p90_h == pytest.approx(5.6)
    assert found.bottleneck == first
    assert found.bottleneck_share == pytest.approx(12 / 13)
    opened, answered = found.steps
    assert (opened.activity, opened.count, opened.cases, opened.starts, opened.ends, opened.rework) == (
        "open",
        4,
        3,
        3,
        1,
        1,
    )
    assert (answered.median_h, answered.total_h, answered.ends) == (1.0, 1.0, 2)
    assert [one.steps for one in found.variants] == [
        ("open",),
        ("open", "answer"),
        ("open", "answer", "open", "answer"),
    ]
    assert {(one.cases, one.share) for one in found.variants} == {(1, 1 / 3)}


def test_nothing_and_one_event() -> None:
    assert process.discover(made()).cases == 0
    alone = process.discover(made(("1", "open", 0, "an")))
    assert (alone.cases, alone.edges, alone.bottleneck, alone.bottleneck_share) == (1, (), None, 0.0)
    assert alone.steps[0].median_h is None


def test_one_moment_keeps_the_order_given() -> None:
    found = process.discover(made(("1", "b", 0, ""), ("1", "a", 0, "")))
    assert [(one.source, one.target, one.total_h) for one in found.edges] == [("b", "a", 0.0)]
    assert found.bottleneck is None


def test_working_hours() -> None:
    log = made(("1", "open", -12, ""), ("1", "answer", 2, ""), ("1", "close", 24 * 5, ""))
    found = process.discover(log, hours=process.working(9, 17))
    assert {one.source: one.total_h for one in found.edges} == {"open": 1.0, "answer": 7.0 + 4 * 8}


def test_columns_must_fit() -> None:
    with pytest.raises(ValueError, match="length"):
        process.log(["1"], [], [])
    with pytest.raises(ValueError, match="zone"):
        process.log(["1"], ["a"], [datetime(2026, 1, 1)])


EVENTS = st.lists(
    st.tuples(
        st.sampled_from("123"), st.sampled_from("abcd"), st.integers(0, 99), st.sampled_from(["", "x", "y"])
    ),
    max_size=40,
)


@settings(max_examples=80, deadline=None)
@given(EVENTS)
def test_sums_hold(events: list[tuple[str, str, float, str]]) -> None:
    found = process.discover(made(*events), variants=100)
    assert sum(one.count for one in found.edges) == found.events - found.cases
    assert sum(one.count for one in found.steps) == found.events == len(events)
    assert sum(one.starts for one in found.steps) == sum(one.ends for one in found.steps) == found.cases
    assert sum(one.cases for one in found.variants) == found.cases
    assert sum(one.handovers for one in found.edges) == found.handovers
    assert sum(one.total_h for one in found.edges) == pytest.approx(found.total_h)
    assert sum(one.total_h for one in found.steps) == pytest.approx(found.total_h)
    assert all(one.median_h <= one.p90_h + 1e-9 for one in found.edges if one.count > 10)


def test_csv_is_read(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(
        "\ufeffcase,what,at,who\n1,open,2026-11-23T08:00:00+01:00,an\n1,close,2026-11-23T09:00:00,\n,x,2026-01-01,\n1,x,soon,\n"
    )

    found = process.read_log(path, case="case", activity="what", time="at", resource="who")

    assert (list(found.cases), list(found.activities), found.skipped) == (["1", "1"], ["open", "close"], 2)
    assert np.diff(found.times).tolist() == [2 * 3600]
    with pytest.raises(ValueError, match="nobody"):
        process.read_log(path, case="case", activity="what", time="at", resource="nobody")


@pytest.mark.skipif(not VOLVO.exists(), reason="the log of Volvo IT is not here")
def test_volvo() -> None:
    log = process.read_log(
        VOLVO, case="SR Number", activity="Status", time="Change Date+Time", resource="Resource"
    )
    found = process.discover(log)
    assert (found.cases, found.events, log.skipped, found.handovers) == (7554, 65533, 0, 20649)
    worst = found.bottleneck
    assert worst is not None
    assert (worst.source, worst.target, worst.count) == (
        "Completed",
        "Completed",
        5741,
    )  # a week until it is closed
    assert worst.median_h == pytest.approx(176.71, abs=0.01)
    assert found.bottleneck_share == pytest.approx(0.3122, abs=1e-4)
