"""The declarative form of a calendar, as packs write it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from guanxi.core.calendar.parts import CalendarError, Period
from guanxi.core.calendar.public_holidays import holidays_of
from guanxi.core.calendar.working import WorkingCalendar

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def from_spec(spec: Mapping[str, object]) -> WorkingCalendar:
    """Build a calendar from its declarative form in a pack; CalendarError names what is wrong.

    {"code": "office", "zone": "Asia/Shanghai", "week": {"mon-fri": ["09:00-12:00", "13:30-18:00"]},
    "holidays": "CN", "closed": ["2026-01-05"], "opened": {"2026-03-07": ["10:00-16:00"]},
    "works_on_holidays": false}; code, zone and week are needed.
    """
    if unknown := set(spec) - {"code", "zone", "week", "holidays", "closed", "opened", "works_on_holidays"}:
        raise CalendarError(f"Calendar: unknown keys {sorted(unknown)}.")
    works_on_holidays = spec.get("works_on_holidays", False)
    if not isinstance(works_on_holidays, bool):
        raise CalendarError("Calendar: works_on_holidays must be true or false.")
    country = None if spec.get("holidays") is None else _text(spec, "holidays")
    if country is not None:
        holidays_of(country, 2025)  # an unknown country must fail here, not at the first deadline
    return WorkingCalendar(
        code=_text(spec, "code"),
        zone=_text(spec, "zone"),
        week=_week(_mapping(spec.get("week"), "week")),
        holidays_country=country,
        closed=frozenset(_date(day) for day in _list(spec.get("closed", []), "closed")),
        opened={_date(day): _periods(row) for day, row in _mapping(spec.get("opened", {}), "opened").items()},
        works_on_holidays=works_on_holidays,
    )


def _week(rows: Mapping[object, object]) -> dict[int, tuple[Period, ...]]:
    week: dict[int, tuple[Period, ...]] = {}
    for key, row in rows.items():
        for day in _weekdays(key):
            if day in week:
                raise CalendarError(f"Calendar: {_WEEKDAYS[day]} is given twice.")
            week[day] = _periods(row)
    return week


def _weekdays(key: object) -> range:
    first, _, last = str(key).lower().partition("-")
    try:
        days = range(_WEEKDAYS.index(first), _WEEKDAYS.index(last or first) + 1)
    except ValueError as error:
        raise CalendarError(f'Calendar: {key!r} is no weekday; write "mon" or "mon-fri".') from error
    if not days:
        raise CalendarError(f"Calendar: {key!r} runs backwards; a week starts on Monday.")
    return days


def _periods(row: object) -> tuple[Period, ...]:
    return tuple(Period.parse(str(text)) for text in _list(row, "periods"))


def _date(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise CalendarError(f"Calendar: {value!r} is no date; write YYYY-MM-DD.") from error


def _text(spec: Mapping[str, object], key: str) -> str:
    value = spec.get(key)
    if not isinstance(value, str) or not value:
        raise CalendarError(f"Calendar: {key} must be a text.")
    return value


def _list(value: object, key: str) -> Iterable[object]:
    if not isinstance(value, list | tuple):
        raise CalendarError(f"Calendar: {key} must be a list.")
    return value


def _mapping(value: object, key: str) -> Mapping[object, object]:
    if not isinstance(value, Mapping):
        raise CalendarError(f"Calendar: {key} must be a table.")
    return value
