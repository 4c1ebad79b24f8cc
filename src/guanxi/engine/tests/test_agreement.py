"""Krippendorff's alpha against his own published examples (2011, sections A and C)."""

import pytest

from guanxi.engine.agreement import krippendorff_alpha

N = None
FOUR_JUDGES = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
    [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
]
TWO_JUDGES = [[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]]


@pytest.mark.parametrize(
    ("level", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_the_published_example_of_four_judges_with_missing_judgements(level: str, alpha: float) -> None:
    found = krippendorff_alpha(FOUR_JUDGES, level=level)
    assert found is not None
    assert round(found, 3) == alpha


def test_the_published_example_of_two_judges_and_two_values() -> None:
    found = krippendorff_alpha(TWO_JUDGES, level="nominal")
    assert found is not None
    assert round(found, 3) == 0.095


def test_ends() -> None:
    assert krippendorff_alpha([[1, 2, 3], [1, 2, 3], [1, 2, 3]]) == 1.0
    assert krippendorff_alpha([[2, 2], [2, 2]]) == 1.0
    assert krippendorff_alpha([[1, 2, 3]]) is None
    assert krippendorff_alpha([[1, N], [N, 2]]) is None
    assert krippendorff_alpha([]) is None
    opposed = krippendorff_alpha([[1, 2], [2, 1]], level="nominal")
    assert opposed is not None
    assert opposed < 0


def test_rows_of_unequal_length_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        krippendorff_alpha([[1, 2], [1]])
