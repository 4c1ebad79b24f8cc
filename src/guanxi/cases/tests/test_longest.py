"""The longest path of the procedure: computed, within its bound, and its clock time true to the real calendars."""

from datetime import UTC, datetime, timedelta

import pytest

from guanxi.cases.rules import longest, machine
from guanxi.cases.rules.longest import APPEAL, REOPEN, Endless, Path
from guanxi.cases.rules.policy import CaseKind
from guanxi.core.calendar import WorkingCalendar, calendar_hours_with_night, from_spec
from guanxi.core.procedure import Clock, Step, always

DAY = timedelta(days=1)
ZONE = "Asia/Shanghai"
MIDNIGHT = datetime(2026, 3, 2, 16, tzinfo=UTC)  # in Shanghai


def kind(code: str = "dispute", **limits: int) -> CaseKind:
    return CaseKind(code=code, name={}, limits=limits)


def roster() -> WorkingCalendar:
    return from_spec(
        {"code": "disputes", "zone": ZONE, "week": {"mon-sun": ["09:00-21:00"]}, "works_on_holidays": True}
    )


@pytest.mark.parametrize("code", ["complaint", "dispute", "report", "investigation"])
def test_every_kind_stays_within_ten_days_and_fourteen_with_a_consultation(code: str) -> None:
    for (_begun, asked), path in longest.all_paths(kind(code)).items():
        assert path.elapsed <= (longest.MOST_WITH_CONSULTATION if asked else longest.MOST)


def test_the_figures_found_by_hand() -> None:
    days = {
        (begun, asked): round(path.elapsed / DAY, 2)
        for (begun, asked), path in longest.all_paths(kind()).items()
    }
    assert days == {
        ("open", False): 9.34,
        ("open", True): 12.34,
        (APPEAL, False): 9.33,
        (APPEAL, True): 12.33,
        (REOPEN, False): 9.33,
        (REOPEN, True): 12.33,
    }


def test_the_clock_on_the_wall_needs_up_to_two_days_more() -> None:
    """Nights and closed hours at the worst minute: what the share of the roster does not show. Printed beside it."""
    worst = {key: round(path.worst / DAY, 2) for key, path in longest.all_paths(kind()).items()}
    assert worst["open", False] == 11.25
    assert worst["open", True] == 14.25
    assert worst[APPEAL, False] == 10.71


def test_the_path_itself() -> None:
    path = longest.longest(kind())
    assert [(one.key, one.verb) for one in path.visits] == [
        ("recorded", "check"),
        ("validity", "ask_facts"),
        ("facts", "answer"),
        ("validity", "ask_facts"),
        ("facts", "answer"),
        ("validity", "accept"),
        ("response", "offer"),
        ("negotiation", "escalate"),
        ("investigation", "propose"),
        ("hearing", "hear"),
        ("hearing.heard", "take_evidence"),
        ("investigation.short", "propose"),
        ("hearing", "hear"),
        ("hearing.heard", "confirm"),
        ("approval", "return"),
        ("investigation.short", "propose"),
        ("hearing", "hear"),
        ("hearing.heard", "confirm"),
        ("approval", "propose_anew"),
        ("hearing", "hear"),
        ("hearing.heard", "confirm"),
        ("approval", "approve"),
    ]
    assert [one.key for one in path.visits if not one.counted] == ["facts", "facts"]


def test_an_investigation_of_our_own_takes_no_offers_and_answers_slowly() -> None:
    keys = [one.key for one in longest.longest(kind("investigation")).visits]
    assert "response.investigation" in keys
    assert "negotiation" not in keys


def test_a_consultation_prolongs_one_investigation_by_72_hours() -> None:
    asked = [one for one in longest.longest(kind(), consultation=True).visits if one.consultation]
    assert [one.duration - machine.LIMITS[one.key].duration for one in asked] == [timedelta(hours=72)]
    assert {one.state for one in asked} == {"investigation"}


def test_a_pack_that_allows_less_time_has_a_shorter_path() -> None:
    tight = kind(negotiation=12 * 60, approval=60)
    assert longest.longest(kind()).elapsed - longest.longest(tight).elapsed == timedelta(hours=36 + 3 * 3 * 2)


def test_a_table_that_comes_back_to_itself_has_no_longest_path(monkeypatch: pytest.MonkeyPatch) -> None:
    back = {("hearing", "take_evidence"): Step(frozenset({"handler"}), ((always, "investigation"),))}
    monkeypatch.setattr(machine, "TABLE", {**machine.TABLE, **back})
    longest._reachable.cache_clear()
    with pytest.raises(Endless):
        longest.longest(kind(validity=7))
    monkeypatch.undo()
    longest._reachable.cache_clear()


def test_minutes_end_as_the_calendars_say() -> None:
    calendar = roster()
    for key, limit in machine.LIMITS.items():
        minutes = limit.duration // timedelta(minutes=1)
        for minute in range(0, 1440, 7):
            start = MIDNIGHT + timedelta(minutes=minute)
            if limit.clock is Clock.WORKING:
                due = calendar.add(start, limit.duration).due
            elif limit.clock is Clock.PARTY:
                due = calendar_hours_with_night(start, limit.duration, ZONE).due
            else:
                continue
            assert MIDNIGHT + timedelta(minutes=longest.ENDS[limit.clock](minute, minutes)) == due, key


@pytest.mark.parametrize("minutes", [0, 1, 59, 719, 720, 721, 1440, 5000])
def test_roster_minutes_of_any_length(minutes: int) -> None:
    for minute in range(0, 2880, 11):
        due = roster().add(MIDNIGHT + timedelta(minutes=minute), timedelta(minutes=minutes)).due
        assert MIDNIGHT + timedelta(minutes=longest.working_end(minute, minutes)) == due


def test_worst_minute_is_the_worst_of_all_1440() -> None:
    """The appeal's path has no time of the complainant in it: one chain of clocks, started at every minute of a day."""
    path = longest.longest(kind(), begun_by=APPEAL)
    assert path.worst == max(_chained(path, minute) for minute in range(1440))


def _chained(path: Path, minute: int) -> timedelta:
    now = minute
    for visit in path.visits:
        now = longest.ENDS[visit.clock](now, visit.duration // timedelta(minutes=1))
    return timedelta(minutes=now - minute)


def test_guards_read_nothing_that_the_search_does_not_set() -> None:
    """A guard with a new fact fails here, not on the published page."""
    for state, verb in machine.TABLE:
        longest._reachable(state, verb, 1, False, False, False, False, True)
        longest._reachable(state, verb, 2, True, True, True, True, False)
