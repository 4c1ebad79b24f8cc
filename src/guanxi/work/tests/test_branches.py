"""Branches: described once, kept as the house says; open or not at a moment."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.core.calendar import from_spec
from guanxi.core.errors import Denied, Invalid
from guanxi.core.models import Unit
from guanxi.work.actions import BranchText, set_branch
from guanxi.work.models import Branch
from guanxi.work.queries.branches import list_branches
from guanxi.work.rules import opening, week_of
from tests.cast import SYSTEM, Organisation, Staffer, nothing_happens

COUNTER: dict[str, Any] = {
    "code": "counter",
    "zone": "Asia/Shanghai",
    "week": {"mon-fri": ["09:00-12:00", "13:00-17:00"], "sat": ["09:30-16:00"]},
    "holidays": "CN",
}
ALWAYS: dict[str, Any] = {"code": "always", "zone": "Asia/Shanghai", "week": {"mon-sun": ["00:00-24:00"]}}
CITY = {"zh-hans": "杭州", "en": "Hangzhou"}


def text(calendar: dict[str, Any] = COUNTER, **changed: Any) -> BranchText:
    return BranchText(**{"city": CITY, "address": CITY, "calendar": calendar, "phone": "0571 1"} | changed)


@pytest.mark.parametrize(
    ("moment", "is_open", "until", "opens"),
    [
        (datetime(2026, 3, 3, 2, 0, tzinfo=UTC), True, datetime(2026, 3, 3, 4, 0, tzinfo=UTC), None),
        (datetime(2026, 3, 3, 4, 0, tzinfo=UTC), False, None, datetime(2026, 3, 3, 5, 0, tzinfo=UTC)),
        (datetime(2026, 3, 7, 9, 0, tzinfo=UTC), False, None, datetime(2026, 3, 9, 1, 0, tzinfo=UTC)),
        (datetime(2026, 9, 30, 9, 0, tzinfo=UTC), False, None, datetime(2026, 10, 8, 1, 0, tzinfo=UTC)),
    ],
)
def test_open_now(moment: datetime, is_open: bool, until: datetime | None, opens: datetime | None) -> None:
    found = opening(from_spec(COUNTER), moment)
    assert (found.is_open, found.until, found.opens) == (is_open, until, opens)


def test_day_and_night_never_closes() -> None:
    found = opening(from_spec(ALWAYS), datetime(2026, 3, 3, 16, 0, tzinfo=UTC))
    assert (found.is_open, found.until, found.opens) == (True, None, None)
    assert week_of(from_spec(ALWAYS)) == [(0, 6, ("00:00-24:00",))]
    assert week_of(from_spec(COUNTER)) == [
        (0, 4, ("09:00-12:00", "13:00-17:00")), (5, 5, ("09:30-16:00",)), (6, 6, ()),
    ]  # fmt: skip


@given(st.integers(0, 365 * 24 * 60))
def test_what_it_says_comes_true(minutes: int) -> None:
    calendar, moment = from_spec(COUNTER), datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    found = opening(calendar, moment)
    if found.is_open:
        assert found.until is not None
        assert moment < found.until
        assert calendar.between(moment, found.until) == found.until - moment
        assert not opening(calendar, found.until).is_open
    else:
        assert found.opens is not None
        assert calendar.between(moment, found.opens) == timedelta(0)
        assert opening(calendar, found.opens).is_open


@pytest.mark.django_db
def test_one_is_described_once_and_the_house_has_the_last_word(
    organisation: Organisation, now: datetime
) -> None:
    unit: Unit = organisation.units["east"]

    def put(own: bool, **changed: Any) -> bool:
        return set_branch(actor=SYSTEM, now=now, unit=unit, text=text(**changed), own=own)[1]

    assert put(False)
    with nothing_happens():
        assert not put(False)
    assert put(True, phone="0571 2")
    with nothing_happens():
        assert not put(False)
    (place,) = list_branches()
    assert (place.unit.code, place.branch.phone, place.above) == ("east", "0571 2", ())


@pytest.mark.django_db
def test_what_is_no_branch(organisation: Organisation, now: datetime, agent: Staffer) -> None:
    unit = organisation.units["east"]
    with nothing_happens():
        with pytest.raises(Denied):
            set_branch(actor=agent.actor, now=now, unit=unit, text=text())
        with pytest.raises(Invalid):
            set_branch(actor=SYSTEM, now=now, unit=organisation.units["front"], text=text())
        with pytest.raises(Invalid):
            set_branch(actor=SYSTEM, now=now, unit=unit, text=text({"code": "x"}))
    assert not Branch.objects.exists()
