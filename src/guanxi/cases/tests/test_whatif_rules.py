"""What-if, pure: no change is no difference, more time makes nobody late, and what the clock ended stays unknown."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.cases.rules import bounds, machine, whatif
from guanxi.cases.rules.policy import Policy
from guanxi.cases.rules.whatif import Change, Pair, Ruling, Segment, Step
from guanxi.core.calendar import always
from tests.disputes import POLICY

START = datetime(2026, 3, 2, 2, tzinfo=UTC)  # ten in the morning in Shanghai
NOW = START + timedelta(days=30)
KEYS = [key for key in machine.LIMITS if key not in whatif.SYSTEMS and key not in bounds.FIXED]
CALENDARS = {1: always("Asia/Shanghai")}


def moments() -> st.SearchStrategy[datetime]:
    return st.integers(0, 29 * 24 * 4).map(lambda quarters: START + timedelta(minutes=15 * quarters))


@st.composite
def steps(draw: st.DrawFn) -> Step:
    started = draw(moments())
    ended = draw(
        st.none() | st.integers(1, 400).map(lambda quarters: started + timedelta(minutes=15 * quarters))
    )
    cut = ended is not None and draw(st.booleans())
    return Step(draw(st.integers(1, 5)), 1, draw(st.sampled_from(KEYS)), started, ended, cut)


def replay(past: list[Step], change: Change, rulings: tuple[Ruling, ...] = ()) -> whatif.Replay:
    before = Policy.from_json(POLICY)
    after = Policy.from_json(whatif.changed(POLICY, "dispute", change))
    return whatif.replay(
        past,
        rulings,
        [(7, "late", 3_000), (8, "late", 6_000), (9, "late", 0)],
        kind="dispute",
        before=before,
        after=after,
        calendars=CALENDARS,
        now=NOW,
    )


@given(st.lists(steps(), max_size=12))
def test_no_change_is_no_difference(past: list[Step]) -> None:
    assert whatif.changed(POLICY, "dispute", Change()) == POLICY
    found = replay(past, Change())
    assert not found.changed
    assert all(one.before == one.after for one in found.steps)
    assert sum(one.before.all for one in found.steps) == len(past)


@given(st.lists(steps(), max_size=12), st.sampled_from(KEYS), st.integers(1, 600), st.integers(0, 600))
def test_more_time_never_makes_more_late(past: list[Step], key: str, quarters: int, more: int) -> None:
    short, longer = (replay(past, Change({key: 15 * count})) for count in (quarters, quarters + more))
    for one, other in zip(short.steps, longer.steps, strict=True):
        assert other.after.late <= one.after.late
        assert one.before == other.before


def test_who_acted_in_time_at_24_hours_runs_out_at_12() -> None:
    hour = timedelta(hours=1)
    past = [
        Step(1, 1, machine.RESPONSE, START, START + 5 * hour, False),
        Step(2, 1, machine.RESPONSE, START, START + 23.5 * hour, False),  # twelve hours would end at nine
        Step(3, 1, machine.RESPONSE, START, START + 24 * hour, True),
        Step(4, 1, machine.RESPONSE, NOW - 10 * hour, None, False),
        Step(5, 1, machine.RESPONSE, NOW - 13 * hour, NOW - 1.5 * hour, False),
    ]
    found = replay(past, Change({machine.RESPONSE: 12 * 60}))
    (step,) = found.steps
    assert (step.before, step.after, step.cut) == (whatif.Counts(3, 1, 1), whatif.Counts(2, 2, 1), 1)
    assert found.changed == {2: ["late:response"]}


def test_a_step_the_clock_ended_tells_nothing_of_more_time() -> None:
    past = [Step(1, 1, machine.RESPONSE, START, START + timedelta(hours=12), True)]
    (found,) = replay(past, Change({machine.RESPONSE: 48 * 60})).steps
    assert found.after.late == 1


def test_amounts_are_asked_anew_and_other_reasons_stay() -> None:
    rulings = (
        Ruling(1, "late", 40_000),
        Ruling(2, "late", 60_000),
        Ruling(3, "late", 10, frozenset({"penalty"})),
    )
    found = replay([], Change(approval={"late": 30_000}, automatic={"late": 2_000}), rulings)
    assert (found.approval, found.automatic) == (Pair(3, 2, 3), Pair(3, 1, 0))
    assert found.changed == {1: ["approval"], 7: ["by_hand"]}


def test_targets_are_counted_for_steps_that_ended() -> None:
    past = [
        Step(1, 1, machine.VALIDITY, START, START + timedelta(minutes=minutes), False) for minutes in (30, 90)
    ]
    assert replay(past, Change(targets={machine.VALIDITY: 60.0})).targets == {machine.VALIDITY: Pair(2, 0, 1)}


def segment(state: str, turn: str, hours: tuple[int, int | None], due: int, reason: str = "") -> Segment:
    start, end = hours
    ended = None if end is None else START + timedelta(hours=end)
    return Segment(
        1, 1, 1, state, turn, START + timedelta(hours=start), ended, START + timedelta(hours=due), reason
    )


def test_turns_within_a_state_are_one_step_and_a_second_limit_is_another() -> None:
    rows = [
        segment("negotiation", "respondent", (0, 2), 48, "offer"),
        segment("negotiation", "customer", (2, 9), 48, "counter"),
        segment("investigation", "staff", (9, 40), 39, "escalate"),
        segment("hearing", "both", (40, 52), 52, "propose"),
        segment("hearing", "staff", (52, 53), 54, "hear"),
        segment("investigation", "staff", (53, None), 61, "take_evidence"),
    ]
    found = [
        (one.key, one.cut, one.extra)
        for one in whatif.steps(
            rows, experts={1: [(START + timedelta(hours=10), START + timedelta(hours=20))]}
        )
    ]
    none = timedelta(0)
    assert found == [
        ("negotiation", False, none),
        ("investigation", False, timedelta(hours=10)),
        ("hearing", True, none),
        ("hearing.heard", False, none),
        ("investigation.short", False, none),
    ]


@pytest.mark.parametrize(
    ("key", "minutes", "code"),
    [
        ("response", 100, "quarters"),
        ("response", 25 * 60, "longer"),
        ("response", 180, "party"),
        ("appealable", 24 * 60, "fixed"),
        ("response", 12 * 60, None),
        ("investigation", 60, None),
    ],
)
def test_bounds(key: str, minutes: int, code: str | None) -> None:
    fault = bounds.limit_fault(key, minutes)
    assert (fault and fault.code) == code


@pytest.mark.parametrize(
    ("text", "minutes"), [("24 h", 1440), ("30min", 30), ("7 天", 10080), (" 4 小时 ", 240)]
)
def test_lengths_of_time_as_people_write_them(text: str, minutes: int) -> None:
    assert bounds.read_minutes(text) == minutes


@pytest.mark.parametrize("text", ["", "0 h", "-4 h", "4", "4 weeks", "1e3 h"])
def test_what_is_no_length_of_time(text: str) -> None:
    with pytest.raises(ValueError) as refused:
        bounds.read_minutes(text)
    assert str(refused.value) == text
