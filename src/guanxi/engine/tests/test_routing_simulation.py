"""Arrivals lived through by hand, and what must hold of any of them."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.engine.routing import Agent, Item, Policy
from guanxi.engine.routing.drawing import Times
from guanxi.engine.routing.simulating import Arrival, Behaviour, Result, Seat, simulate

DAY = ((0.0, 10_000.0),)
BOTH = {"phone": 1, "email": 1}


def call(number: int, at: float, *, handle: float = 60.0, patience: float = 1e9) -> Arrival:
    item = Item(number, "call", "phone", at, 20.0, 0.0, skill="hotline", live=True)
    return Arrival(item, handle, patience)


def mail(
    number: int, at: float, *, handle: float = 300.0, target: float = 3_600.0, outbound: bool = False
) -> Arrival:
    return Arrival(Item(number, "mail", "email", at, target, 0.0, skill="mail", outbound=outbound), handle)


def seat(number: int = 1, **more: object) -> Seat:
    return Seat(Agent(number, skills={"hotline": 1, "mail": 1}, capacity=BOTH), more.get("shifts", DAY))  # type: ignore[arg-type]


def lived(result: Result) -> list[tuple[float | None, float | None, float]]:
    return [(one.started, one.ended, one.waited) for one in result.lived]


def test_calls_queue_for_one_person_and_hang_up() -> None:
    result = simulate([call(1, 0), call(2, 10), call(3, 20, patience=30)], [seat()], Policy(), 1)
    assert lived(result) == [(0.0, 60.0, 0.0), (60.0, 120.0, 50.0), (None, None, 30.0)]
    assert result.lived[2].hung_up == 50.0
    assert (result.busy_s, result.duty_s) == (120.0, 10_000.0)


def test_a_call_parks_a_mail_which_is_then_found_back_into() -> None:
    arrivals = [mail(1, 0), call(2, 100)]
    parked = simulate(arrivals, [seat()], Policy(reserve=0), 1)
    # at 105 the call has waited a quarter of its target; 60 s of talk, 20 s to find back, 195 s that were left
    assert lived(parked) == [(0.0, 380.0, 0.0), (105.0, 165.0, 5.0)]
    assert (parked.lived[0].parked, parked.parkings) == (1, [(105.0, 1)])
    alone = simulate(arrivals, [seat()], Policy(reserve=0, parking=False), 1)
    assert lived(alone) == [(0.0, 300.0, 0.0), (300.0, 360.0, 200.0)]


def test_outbound_and_overdue_work_is_not_parked() -> None:
    policy = Policy(reserve=0)
    assert simulate([mail(1, 0, outbound=True), call(2, 100)], [seat()], policy, 1).parkings == []
    assert simulate([mail(1, 0, target=90.0), call(2, 100)], [seat()], policy, 1).parkings == []


def test_a_leavers_work_returns_with_its_age_and_a_call_is_finished() -> None:
    seats = [seat(1, shifts=((0.0, 100.0),)), seat(2, shifts=((200.0, 900.0),))]
    result = simulate([mail(1, 0)], seats, Policy(reserve=0), 1)
    assert lived(result) == [(0.0, 420.0, 0.0)]  # 100 s done, 20 s to find into it, 200 s left
    late = simulate([call(1, 90)], seats, Policy(), 1)
    assert lived(late) == [(90.0, 150.0, 0.0)]


def test_waiting_counts_in_open_time_only() -> None:
    result = simulate(
        [mail(1, 50)], [seat(shifts=((200.0, 900.0),))], Policy(reserve=0), 1, opened=[(0, 100), (200, 900)]
    )
    assert lived(result) == [(200.0, 500.0, 50.0)]


def test_what_nobody_knows_is_drawn_by_the_seed() -> None:
    told = Behaviour(
        handle={"hotline": Times.observed([30, 60, 90])}, patience=Times.of_survival([(60, 0.5), (600, 0.1)])
    )
    arrivals = [Arrival(call(number, 10.0 * number).item) for number in range(1, 40)]
    first, again, other = (simulate(arrivals, [seat()], Policy(), seed, behaviour=told) for seed in (1, 1, 2))
    assert lived(first) == lived(again) != lived(other)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 900), st.integers(1, 400)), max_size=25), st.booleans()
)
def test_everything_is_lived_once_and_nobody_does_two_things_at_once(
    told: list[tuple[bool, int, int]], parking: bool
) -> None:
    arrivals = [
        call(number, at, handle=length, patience=200) if live else mail(number, at, handle=length)
        for number, (live, at, length) in enumerate(told, 1)
    ]
    result = simulate(arrivals, [seat(1), seat(2)], Policy(parking=parking), 1)
    assert [one.item.id for one in result.lived] == [one.item.id for one in arrivals]
    assert all((one.ended is None) != (one.hung_up is None) for one in result.lived)
    calls = [one for one in result.lived if one.item.live and one.started is not None]
    for agent in (1, 2):
        spans = sorted((one.started, one.ended) for one in calls if one.agent == agent)
        assert all(before[1] <= after[0] for before, after in pairwise(spans))  # type: ignore[operator]
    assert all(one.parked == 0 for one in result.lived if one.item.live or not parking)


def test_times_meet_their_mean_and_their_points() -> None:
    times = Times.of_quantiles([(0.5, 100.0), (0.9, 300.0)], mean=180.0)
    assert round(times.mean, 6) == 180.0
    assert round(times.tail_mean) == 450
    steady = Times.of_survival([(60.0, 0.5)])
    assert round(steady.tail_mean, 1) == round(60 / 0.6931, 1)
