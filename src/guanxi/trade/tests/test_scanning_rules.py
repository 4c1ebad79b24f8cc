"""Scans as they are read, the walk through the bins, the check of a parcel."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.trade.rules.scanning import Said, Want, bin_key, check, is_full, is_held, read, share, walk


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", Said("enter")),
        ("  \t", Said("enter")),
        ("-", Said("undo")),
        ("!No_Stock", Said("trouble", "no_stock")),
        ("bk-1", Said("code", "BK-1")),
        ("ＢＫ－１", Said("code", "BK-1")),
        ("3*bk-1", Said("code", "BK-1", 3)),
        ("12 x BK-1", Said("code", "BK-1", 12)),
        ("3*", Said("code", "", 3)),
        ("0*BK-1", Said("code", "0*BK-1")),
        ("SF 1234 5678", Said("code", "SF12345678")),
    ],
)
def test_reading(text: str, said: Said) -> None:
    assert read(text) == said


def test_bins_are_walked_in_their_order() -> None:
    bins = ["B-1", "A-10", "", "A-2", "A-2-11", "A-2-3"]
    assert sorted(bins, key=bin_key) == ["A-2", "A-2-3", "A-2-11", "A-10", "B-1", ""]


WANTS = [
    Want(1, 11, "BK-1", "A-2", 2),
    Want(1, 12, "CD-2", "A-10", 1),
    Want(2, 21, "BK-1", "A-2", 3, got=1),
    Want(3, 31, "DVD-9", "", 1),
]


def test_a_walk() -> None:
    stops = walk(WANTS)
    assert [(stop.bin, stop.sku, stop.quantity, stop.got, stop.left) for stop in stops] == [
        ("A-2", "BK-1", 5, 1, 4),
        ("A-10", "CD-2", 1, 0, 1),
        ("", "DVD-9", 1, 0, 1),
    ]
    assert share(stops[0].wants, 0) == {11: 2, 21: 2}
    assert share(stops[0].wants, 3) == {11: 2, 21: 1}
    assert share(stops[0].wants, 9) == {11: 2, 21: 2}


def test_a_parcel_is_checked() -> None:
    mine = [Want(1, 11, "BK-1", "", 2, got=1), Want(1, 12, "CD-2", "", 1)]
    assert (check(mine, "DVD-9").outcome, check(mine, "BK-1", 2).outcome) == ("wrong", "too_many")
    counted = check(mine, "BK-1")
    assert (counted.outcome, counted.given) == ("counted", {11: 1})
    last = check([Want(1, 11, "BK-1", "", 2, got=1)], "BK-1")
    assert (last.outcome, last.given) == ("full", {11: 1})
    assert not is_full(mine)
    assert not is_full([])
    assert is_full([Want(1, 11, "BK-1", "", 2, got=2)])


def test_hands() -> None:
    assert is_held("U-1", 3, "U-2")
    assert not is_held("U-2", 3, "U-2")
    assert not is_held("U-1", 25, "U-2")
    assert not is_held("", None, "U-2")


wants = st.lists(
    st.builds(
        Want, st.integers(1, 5), st.integers(1, 10**6), st.sampled_from(["A", "B", "C"]),
        st.sampled_from(["", "A-1", "B-2"]), st.integers(1, 9), st.integers(0, 9),
    ),
    max_size=12, unique_by=lambda want: want.line,
)  # fmt: skip


@given(wants, st.integers(0, 40))
def test_no_piece_is_lost_or_doubled(found: list[Want], count: int) -> None:
    stops = walk(found)
    assert sorted(want.line for stop in stops for want in stop.wants) == sorted(want.line for want in found)
    for stop in stops:
        given_out = share(stop.wants, count)
        assert sum(given_out.values()) == (min(count, stop.left) if count else stop.left)
        assert all(given_out.get(want.line, 0) <= want.left for want in stop.wants)


@given(wants, st.sampled_from(["A", "B", "C", "D"]), st.integers(1, 12))
def test_what_is_refused_counts_nothing(found: list[Want], sku: str, count: int) -> None:
    counted = check(found, sku, count)
    if counted.outcome in ("wrong", "too_many"):
        assert counted.given == {}
    else:
        assert sum(counted.given.values()) == count
