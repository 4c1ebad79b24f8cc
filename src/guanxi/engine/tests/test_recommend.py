"""Two lists, never mixed: new for you, buy again."""

import numpy as np
import pytest

from guanxi.engine import recommend

TEA = [(k, "tea", 1) for k in range(20)] + [(k, "cup", 5) for k in range(20)]
BEER = [(k, "beer", 2) for k in range(20, 60)] + [(k, "nuts", 6) for k in range(20, 60)]


def fitted(rows: list[tuple[int, str, int]]) -> recommend.Recommender:
    customer, item, day = zip(*rows, strict=True)
    return recommend.fit(customer, item, day)


def test_new_is_what_those_alike_have_and_says_because_of_what() -> None:
    known = fitted([*TEA, *BEER, (100, "tea", 3)])
    first, *rest = known.new_for_you(100)
    assert (first.item, first.because) == ("cup", "tea")
    assert "tea" not in {one.item for one in [first, *rest]}
    assert [one.because for one in rest] == [None] * len(
        rest
    )  # nothing like them: popular only, and it says so
    assert known.popular(100, 1)[0].item == "beer"
    assert [one.item for one in known.new_for_you(12345, 2)] == [one.item for one in known.popular(12345, 2)]


def test_again_is_ones_own_with_its_day_and_just_bought_waits() -> None:
    often = [(1, "milk", day) for day in range(0, 71, 7)]
    known = fitted([*often, (1, "oil", 0), (1, "oil", 68), (2, "milk", 0), (2, "salt", 0)])
    today = known.buy_again(1, 77)
    assert [one.item for one in today] == ["milk", "oil"]
    assert today[0].bought == 11
    assert abs(today[0].due - 77) <= 2
    assert known.buy_again(1, 70)[0].score < today[0].score  # bought that very day
    assert {one.item for one in known.buy_again(2, 40)} == {"milk", "salt"}
    assert known.buy_again(77, 40) == []


def test_it_beats_popularity_where_there_is_a_taste() -> None:
    rng = np.random.default_rng(5)
    rows = []
    for customer in range(400):
        taste = int(customer % 8)
        items = rng.choice(10, 6, replace=False) + 10 * taste
        rows += [(customer, int(item), day) for day, item in enumerate(items)]
    customers, item, day = (np.array(c) for c in zip(*rows, strict=True))
    found = recommend.hits(customers, item, day, 4, most=4)
    assert found.customers == 400
    assert found.new > 0.8 > 0.3 > found.popular


def test_bad_input() -> None:
    with pytest.raises(ValueError, match="No purchases"):
        recommend.fit([], [], [])
    with pytest.raises(ValueError, match="differ in length"):
        recommend.fit([1], [], [])
    with pytest.raises(ValueError, match="at least one"):
        fitted(TEA).new_for_you(1, 0)
    alone = fitted([(1, "tea", 1)])
    assert alone.new_for_you(1) == []
    assert alone.buy_again(1, 10)[0].due == 91
