"""The way of a return as its stage bar shows it: what is over, whose turn it is, what lies ahead."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from guanxi.trade.models import Return
from guanxi.trade.pages.returns import stages

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)
D, L, A = "done", "live", "ahead"


@pytest.mark.parametrize(
    ("state", "moments", "shown", "turn"),
    [
        ("asked", {}, [L, A, A, A, A], "The seller's turn"),
        ("agreed", {}, [D, L, A, A, A], "The buyer's turn"),
        ("sent", {"sent": NOW}, [D, D, L, A, A], "The carrier's turn"),
        ("arrived", {"sent": NOW, "arrived": NOW + DAY}, [D, D, D, L, A], "The seller's turn"),
        ("refunded", {"sent": NOW, "arrived": NOW, "ended": NOW + DAY}, [D, D, D, D, D], ""),
        ("refused", {"ended": NOW}, [D, A, A, A, D], ""),
        ("lapsed", {"ended": NOW}, [D, A, A, A, D], ""),
    ],
)
def test_what_is_over_and_whose_turn_it_is(
    state: str, moments: dict[str, datetime], shown: list[str], turn: str
) -> None:
    row = Return(state=state, asked=NOW - DAY, due=NOW + 2 * DAY, **moments)
    with translation.override("en"):
        found = stages(row)
    assert [one["state"] for one in found] == shown
    assert [one["turn"]["label"] for one in found if one["state"] == L] == [turn] * shown.count(L)


def test_what_is_open_says_since_when_and_until_when() -> None:
    row = Return(state="arrived", asked=NOW - DAY, sent=NOW, arrived=NOW + DAY, due=NOW + 3 * DAY)
    with translation.override("en"):
        live = stages(row)[3]
    assert (live["start"], live["due"]) == (NOW + DAY, NOW + 3 * DAY)
    assert live["limit_note"].startswith("until 11-23")
