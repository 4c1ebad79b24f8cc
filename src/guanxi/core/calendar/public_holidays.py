"""Public holidays and make-up workdays, from the `holidays` package."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from guanxi.core.calendar.parts import CalendarError

_YEARLY_DECREE = frozenset({"BY", "CN", "HU", "KZ", "LV", "RU", "UZ", "VN"})
"""Countries that publish swapped workdays year by year: past the last published year nothing is known."""


@dataclass(frozen=True, slots=True)
class HolidayYear:
    """Public holidays of one country and year; `known` is False when they are not published yet."""

    names: Mapping[date, str]
    make_up: frozenset[date]
    known: bool


NO_HOLIDAYS = HolidayYear(names={}, make_up=frozenset(), known=True)
_UNKNOWN_YEAR = HolidayYear(names={}, make_up=frozenset(), known=False)


@lru_cache(maxsize=512)
def holidays_of(country: str, year: int, language: str = "en_US") -> HolidayYear:
    """Public holidays and make-up workdays; CalendarError if the country is unknown.

    `language` is one the `holidays` package has for the country ("zh_CN"); any other falls back
    to the country's own.
    """
    # Imported here: the package costs 18 MiB and a quarter of a second, and most processes never ask.
    from holidays import country_holidays

    code, _, subdivision = country.partition("-")
    try:
        base = country_holidays(code, subdiv=subdivision or None, expand=False)
    except NotImplementedError as error:
        raise CalendarError(f"No public holidays are known for {country!r}.") from error
    last = base.end_year
    if base.country in _YEARLY_DECREE:
        last = max(getattr(base, "special_public_holidays", {}), default=last)
    if not base.start_year <= year <= last:
        return _UNKNOWN_YEAR
    # The neighbours may reach into this year: a New Year swap can be worked in the December before.
    years = [y for y in (year - 1, year, year + 1) if base.start_year <= y <= last]
    named = language if language in base.supported_languages else base.default_language
    table = country_holidays(code, subdiv=subdivision or None, years=years, expand=False, language=named)
    return HolidayYear(
        names={day: name for day, name in table.items() if day.year == year},
        make_up=frozenset(day for day in table.weekend_workdays if day.year == year),
        known=True,
    )
