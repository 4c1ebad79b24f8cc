"""Birth dates as people write them."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.engine import normalise as n
from guanxi.engine.dates import birth


@pytest.mark.parametrize(
    "typed",
    [
        "1984-03-05",
        "1984/3/5",
        "1984.3.5",
        "1984 03 05",
        "19840305",
        "1984年3月5日",
        "１９８４年０３月０５日",
        "一九八四年三月五日",
        "5.3.1984",
        "5 March 1984",
        "March 5th, 1984",
        "05-Mar-1984",
        "1984-03-05T00:00:00Z",
        "1984/3/5 0:00",
        "出生日期：1984年3月5号",
        "DOB: 1984-03-05",
    ],
)
def test_one_day_in_many_styles(typed: str) -> None:
    assert n.birth(typed) == n.Normalised("birth", "1984-03-05", typed)


@pytest.mark.parametrize(
    ("typed", "value", "flags"),
    [
        ("840305", "1984-03-05", ("two_digit_year",)),
        ("84/3/5", "1984-03-05", ("two_digit_year",)),
        ("84年3月5日", "1984-03-05", ("two_digit_year",)),
        ("05年3月5日", "2005-03-05", ("two_digit_year",)),
        ("05/03/1984", "1984-03-05/1984-05-03", ("ambiguous",)),
        ("05031984", "1984-03-05/1984-05-03", ("ambiguous",)),
        ("05/05/1984", "1984-05-05", ()),
        ("25/03/1984", "1984-03-25", ()),
        ("03/25/1984", "1984-03-25", ()),
        ("05/03/04", "2004-03-05/2004-05-03/2005-03-04", ("two_digit_year", "ambiguous")),
        ("1984年", "1984", ("partial",)),
        ("1984", "1984", ("partial",)),
        ("198403", "1984-03", ("partial",)),
        ("1984年3月", "1984-03", ("partial",)),
        ("3月5日", "--03-05", ("partial",)),
        ("2月29日", "--02-29", ("partial",)),
        ("民国七十三年三月五日", "1984-03-05", ("roc",)),
        ("一九八四年三月廿五", "1984-03-25", ()),
        ("二〇〇一年十二月三十一日", "2001-12-31", ()),
        ("农历一九八四年腊月初八", "1984-12-08", ("lunar",)),
    ],
)
def test_what_is_not_quite_said(typed: str, value: str, flags: tuple[str, ...]) -> None:
    found = n.birth(typed)
    assert (found.value, found.flags) == (value, flags)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "empty"),
        ("abc", "not_a_date"),
        ("5 Foo 1984", "not_a_date"),
        ("1984-02-30", "no_such_day"),
        ("13/13/1984", "no_such_day"),
        ("1700-01-01", "no_such_day"),
        ("1900-01-01", "placeholder"),
        ("0000-00-00", "placeholder"),
        ("1" * 61, "too_long"),
    ],
)
def test_refusals(typed: str, reason: str) -> None:
    with pytest.raises(n.NotNormalisable) as refusal:
        n.birth(typed)
    assert refusal.value.reason_code == reason


def test_nobody_is_born_tomorrow() -> None:
    assert birth("2026-11-22", latest=date(2026, 11, 22)).value == "2026-11-22"
    assert birth("05/12/2026", latest=date(2026, 11, 22)).value == "2026-05-12"
    with pytest.raises(n.NotNormalisable) as refusal:
        birth("2026-11-23", latest=date(2026, 11, 22))
    assert refusal.value.reason_code == "in_future"


@settings(max_examples=100, deadline=None)
@given(st.dates(date(1902, 1, 1), date(2099, 12, 31)).filter(lambda day: day != date(1970, 1, 1)))
def test_any_day(day: date) -> None:
    styles = ("%Y%m%d", "%Y/%m/%d", "%Y年%m月%d日", "%d.%m.%Y", "%d %B %Y", "%Y-%m-%d 00:00:00")
    assert {n.birth(day.strftime(style)).value for style in styles} == {day.isoformat()}
    either = n.birth(day.strftime("%d/%m/%Y")).value.split("/")
    assert day.isoformat() in either
    assert len(either) == 1 + (day.day <= 12 and day.day != day.month)
