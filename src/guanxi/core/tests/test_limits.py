"""Token buckets: what is allowed, what is told, and that memory has an end."""

from hypothesis import given
from hypothesis import strategies as st

from guanxi.core.limits import Buckets


class Watch:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_empties_and_fills() -> None:
    watch = Watch()
    buckets = Buckets(6, tell=watch)
    standings = [buckets.take("a") for _ in range(7)]
    assert [one.remaining for one in standings if one] == [5, 4, 3, 2, 1, 0, 0]
    assert [one.allowed for one in standings if one] == [True] * 6 + [False]
    refused = standings[-1]
    assert refused is not None
    assert (refused.limit, refused.reset_s, refused.retry_s) == (6, 60, 10)
    watch.now += 9.9
    assert not getattr(buckets.take("a"), "allowed", None)
    watch.now += 0.2
    assert getattr(buckets.take("a"), "allowed", None)
    other = buckets.take("b")
    assert other is not None
    assert other.remaining == 5


def test_nothing_is_limited_by_zero() -> None:
    assert Buckets(0).take("a") is None


def test_memory_has_an_end() -> None:
    buckets = Buckets(10, keys_max=100, tell=Watch())
    for number in range(1_000):
        buckets.take(str(number))
    assert len(buckets) == 100


@given(st.integers(1, 600), st.lists(st.floats(0, 100), min_size=1, max_size=80))
def test_never_more_than_the_bucket_and_what_ran_in(per_minute: int, waits: list[float]) -> None:
    watch = Watch()
    buckets = Buckets(per_minute, tell=watch)
    taken = 0
    for wait in waits:
        watch.now += wait
        standing = buckets.take("x")
        assert standing is not None
        taken += standing.allowed
        assert 0 <= standing.remaining <= per_minute
        assert standing.allowed == (standing.retry_s == 0)
    assert taken <= per_minute + (watch.now - 1_000) * per_minute / 60 + 1
