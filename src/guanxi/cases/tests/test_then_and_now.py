"""Then and now: the same disputes in both worlds, the same figures for the same seed, and money that adds up."""

import csv
import io
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.cases.pages import table_words
from guanxi.cases.pages.assumptions import ASSUMED
from guanxi.cases.rules import longest, machine, replay
from guanxi.cases.rules.policy import CaseKind
from guanxi.cases.rules.replay import ours

YEAR = 400
ENGLISH = {"accept-language": "en"}


@pytest.fixture(scope="module")
def year() -> replay.Compared:
    return replay.compare(disputes=YEAR, seed=7)


def test_the_same_seed_gives_the_same_figures(year: replay.Compared) -> None:
    again = replay.compare(disputes=YEAR, seed=7)
    assert again == year
    assert replay.compare(disputes=YEAR, seed=8).summaries() != year.summaries()


def test_more_disputes_begin_with_the_same_ones(year: replay.Compared) -> None:
    assert replay.compare(disputes=YEAR + 20, seed=7).disputes[:YEAR] == year.disputes


def test_every_dispute_ends_in_both_worlds(year: replay.Compared) -> None:
    assert all(one.ended and one.ended_as for one in (*year.before, *year.now))
    assert all(one.decided for one in year.now)
    undecided = [one for one in year.before if one.decided is None]
    assert {one.ended_as for one in undecided} == {"given_up"}


def test_money_paid_is_money_ordered_and_advanced(year: replay.Compared) -> None:
    for one in (*year.before, *year.now):
        assert one.paid == one.ordered + one.advanced
        assert one.net >= 0
        assert all(amount >= 0 for amount in (one.paid, one.ordered, one.advanced, one.reclaimed))
    assert sum(one.paid for one in year.now) > 0


def test_in_the_end_everybody_has_what_the_last_decision_orders(year: replay.Compared) -> None:
    for dispute, fate in zip(year.disputes, year.now, strict=True):
        admitted = {"admit", "protect"} & set(fate.steps)
        if not admitted and "accept_offer" not in fate.steps:
            right = fate.appealed or not dispute.misjudged
            assert fate.net == (dispute.due_minor if right else dispute.judged_minor)


@settings(max_examples=150)
@given(st.integers(1, 10**6), st.integers(0, 10**6))
def test_nobody_waits_longer_than_the_longest_path_but_for_a_breach(number: int, seed: int) -> None:
    fate = ours.lived_now(replay.draw(number, seed))
    assert fate.decided is not None
    took = fate.decided - fate.opened - fate.customer_time
    path = longest.longest(CaseKind(code="dispute", name={}), consultation=fate.consulted)
    assert fate.breaches or took <= path.worst


def test_a_missed_limit_is_a_breach_and_still_ends(year: replay.Compared) -> None:
    late = [fate for dispute, fate in zip(year.disputes, year.now, strict=True) if fate.breaches]
    assert late
    assert all(one.decided for one in late)


def test_the_real_table_is_driven(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the table does not know, the simulation cannot do."""
    missing = {key: step for key, step in machine.TABLE.items() if key != ("hearing", "confirm")}
    monkeypatch.setattr(machine, "TABLE", missing)
    with pytest.raises(ValueError, match="confirm by handler at hearing"):
        replay.compare(disputes=50, seed=7)


def test_a_wrong_category_cancels_only_then(year: replay.Compared) -> None:
    assert sum(one.cancelled for one in year.before) == sum(one.mismatch for one in year.disputes)
    assert sum(one.cancelled for one in year.now) == 0
    moved = [one for one in year.now if "reclassify" in one.steps]
    assert len(moved) == sum(one.wrong_desk and "protect" not in fate.steps for one, fate in _pairs(year))


def _pairs(year: replay.Compared) -> Sequence[tuple[replay.Dispute, replay.Fate]]:
    return list(zip(year.disputes, year.now, strict=True))


def test_curves_only_rise_and_end_with_what_was_decided(year: replay.Compared) -> None:
    for place in (1, 2):
        shares = [row[place] for row in year.decided_by()]
        assert shares == sorted(shares)
    assert year.decided_by()[-1][2] == 1.0


def test_advance_after_six_days_is_paid_ahead_of_the_decision() -> None:
    """A consulted dispute with everybody slow: the fund pays on the sixth day, the decision settles the difference."""
    slow = [replay.draw(number, 3) for number in range(1, 4000)]
    late = [fate for one in slow if one.consulted and (fate := ours.lived_now(one)).advanced]
    assert late
    assert all(one.decided and one.decided - one.opened > timedelta(days=6) for one in late)


@pytest.mark.parametrize("disputes", [0, -1, replay.DISPUTES_MAX + 1])
def test_no_disputes_and_too_many_are_refused(disputes: int) -> None:
    with pytest.raises(ValueError, match="disputes"):
        replay.compare(disputes=disputes)


def test_the_command_prints_both_worlds_and_writes_every_dispute(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "disputes.csv"
    call_command("thenandnow", disputes=50, seed=7, csv=file)
    said = capsys.readouterr().out
    assert said.splitlines()[0].split() == ["SIMULATED", "then", "now"]
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))
    assert [row["dispute"] for row in rows] == [f"{n}" for n in range(1, 51)]
    assert all(row["now_decided_h"] for row in rows)


def test_the_command_refuses_what_it_cannot_do(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="disputes"):
        call_command("thenandnow", disputes=0)
    with pytest.raises(CommandError, match="Is a directory"):
        call_command("thenandnow", disputes=1, csv=tmp_path)


@pytest.mark.django_db
def test_the_page_is_public_in_the_demo_only(client: Client, settings: Any) -> None:
    assert client.get("/then-and-now/").status_code == 302
    settings.DEMO = True
    answer = client.get("/then-and-now/?seed=7", headers=ENGLISH)
    assert answer.status_code == 200
    said = answer.content.decode()
    assert "Simulated" in said
    assert "Seed 7" in said
    table = client.get("/then-and-now/?seed=7&csv=decided", headers=ENGLISH).content.decode()
    assert table.splitlines()[0] == "\ufeffwithin,back then,now"
    assert len(table.splitlines()) == 1 + len(replay.BY_HOURS)


def test_every_assumption_has_its_reason_and_every_verb_its_word() -> None:
    assert set(ASSUMED) == set(replay.ASSUMED)
    assert {verb for _state, verb in machine.TABLE} <= set(table_words.VERBS)
