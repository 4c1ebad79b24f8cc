"""The cut-off of a trading day, what is read back, amounts in words, the steps of an order: pure rules."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.core.money import Money
from guanxi.trade.rules import investments
from guanxi.trade.rules.amounts import in_words, number_en, number_zh
from guanxi.trade.rules.investments import (
    OPEN,
    STATES,
    TABLE,
    ReadBack,
    Trading,
    TradingError,
    next_cutoff,
    next_state,
    trades_on,
    trading_of,
)
from tests.bank import CONDITIONS

SHANGHAI = ZoneInfo("Asia/Shanghai")


def trading(**changed: Any) -> Trading:
    found = trading_of({**CONDITIONS, **changed})
    assert found is not None
    return found


TRADING = trading()


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=SHANGHAI)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("moment", "day", "settles", "missed", "skipped"),
    [
        (local(2026, 3, 3, 10), date(2026, 3, 3), date(2026, 3, 4), False, 0),
        (local(2026, 3, 3, 14, 59, 59), date(2026, 3, 3), date(2026, 3, 4), False, 0),
        (local(2026, 3, 3, 15), date(2026, 3, 4), date(2026, 3, 5), True, 0),
        (local(2026, 3, 6, 16), date(2026, 3, 9), date(2026, 3, 10), True, 2),  # a weekend
        (local(2026, 3, 7, 9), date(2026, 3, 9), date(2026, 3, 10), False, 2),  # a Saturday
        (local(2026, 9, 30, 15, 1), date(2026, 10, 8), date(2026, 10, 9), True, 7),  # National Day
        (local(2026, 2, 13, 15), date(2026, 2, 24), date(2026, 2, 25), True, 10),  # a make-up Saturday, then Spring Festival
    ],
)  # fmt: skip
def test_an_order_is_for_the_next_cut_off(
    moment: datetime, day: date, settles: date, missed: bool, skipped: int
) -> None:
    found = next_cutoff(TRADING, moment)
    assert (found.day, found.settles, found.missed is not None) == (day, settles, missed)
    assert len(found.skipped) == skipped
    assert found.due == datetime.combine(day, time(15), SHANGHAI)


MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 20), timezones=st.just(UTC))


@given(MOMENTS, st.times().map(lambda at: at.replace(tzinfo=None)))
def test_the_cut_off_is_ahead_and_on_a_trading_day(moment: datetime, at: time) -> None:
    rules = Trading(TRADING.calendar, at, 2)
    found = next_cutoff(rules, moment)
    assert moment < found.due
    assert found.due.astimezone(SHANGHAI).date() == found.day < found.settles
    assert trades_on(rules.calendar, found.day)
    assert trades_on(rules.calendar, found.settles)
    today = moment.astimezone(SHANGHAI).date()
    between = [today + timedelta(days=n) for n in range((found.day - today).days)]
    open_between = [one for one in between if trades_on(rules.calendar, one)]
    assert open_between == ([today] if found.missed else [])
    assert next_cutoff(rules, found.due - timedelta(microseconds=1)).day == found.day
    assert next_cutoff(rules, found.due).day > found.day


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=9)))
def test_asking_later_never_gives_an_earlier_day(moment: datetime, later: timedelta) -> None:
    assert next_cutoff(TRADING, moment).due <= next_cutoff(TRADING, moment + later).due


@pytest.mark.parametrize(
    "wrong",
    [{"cutoff": "25:00"}, {"calendar": {"code": "x"}}, {"settles_days": 31}, {"settles_days": True}, {"risk": 6},
     {"least_minor": -1}],
)  # fmt: skip
def test_conditions_that_cannot_be_used(wrong: dict[str, Any]) -> None:
    with pytest.raises(TradingError):
        trading_of({**CONDITIONS, **wrong})


def test_a_cut_off_needs_its_calendar_and_none_means_no_orders() -> None:
    assert trading_of({}) is None
    with pytest.raises(TradingError):
        trading_of({"cutoff": "15:00"})


def said(moment: datetime, language: str, **changed: Any) -> str:
    values: dict[str, Any] = {
        "side": "buy", "product": {"zh-hans": "稳健基金", "en": "Steady fund"}, "sku": "FND",
        "amount": Money(50_000_00, "CNY"), "units": None, "account": "2233", "risk": 3,
        "cutoff": next_cutoff(TRADING, moment), "zone": "Asia/Shanghai", "now": moment,
    } | changed  # fmt: skip
    return investments.read_back(ReadBack(**values), language)


def test_what_is_read_back() -> None:
    assert said(local(2026, 3, 3, 10), "zh-hans") == (
        "现在向您复述这笔委托：买入“稳健基金”（代码 FND），金额¥50,000.00，大写人民币伍万元整。账户尾号 2233。"
        "风险等级：3 级（共 5 级），本金可能亏损。委托将于 2026 年 3 月 3 日（周二）执行，当日 15:00 前可以撤销；"
        "资金与份额于 2026 年 3 月 4 日（周三）交收。以上内容是否正确，您是否确认？"
    )
    late = said(local(2026, 3, 3, 15, 30), "en", side="sell", units=Decimal("40000.5"), account="", risk=None)
    assert late == (
        "Let me read your order back to you: sell 40000.5 units of “Steady fund” (code FND), at the latest price about "
        "¥50,000.00, in words fifty thousand yuan; the price of the day decides. "
        "Today's cut-off has passed, so it will not be carried out today. "
        "It will be carried out on Wednesday 4 March 2026; until 15:00 on that day you may cancel it. "
        "Money and units change hands on Thursday 5 March 2026. Is this right, and do you confirm it?"
    )
    assert "今天的截止时间已过" in said(local(2026, 3, 3, 15), "zh-hans")


@pytest.mark.parametrize(
    ("minor", "currency", "zh", "en"),
    [
        (0, "CNY", "人民币零元整", "zero yuan"),
        (1_00, "CNY", "人民币壹元整", "one yuan"),
        (5, "CNY", "人民币伍分", "zero yuan and 5/100"),
        (10_05, "CNY", "人民币壹拾元零伍分", "ten yuan and 5/100"),
        (107_000_53, "CNY", "人民币壹拾万柒仟元伍角叁分", "one hundred and seven thousand yuan and 53/100"),
        (6_007_014_50, "USD", "美元陆佰万柒仟零壹拾肆元伍角整",
         "six million seven thousand and fourteen US dollars and 50/100"),
        (100_000_001_00, "CNY", "人民币壹亿零壹元整", "one hundred million and one yuan"),
        (1_010_0000_0500_00, "CNY", "人民币壹仟零壹拾亿零伍佰元整", "one hundred and one billion five hundred yuan"),
        (-20_000, "JPY", "日元负贰万元整", "minus twenty thousand yen"),
        (1_500, "KWD", "KWD壹元又伍佰/1000", "one KWD and 500/1000"),
    ],
)  # fmt: skip
def test_amounts_in_words(minor: int, currency: str, zh: str, en: str) -> None:
    amount = Money(minor, currency)
    assert (in_words(amount, "zh-hans"), in_words(amount, "en")) == (zh, en)


_PLACE = {"拾": 10, "佰": 100, "仟": 1000}
_GROUP = {"万": 10**4, "亿": 10**8}


def value_zh(text: str) -> int:
    """A number in the numerals of banks, read back: groups end in 万, 亿, 万亿."""
    total = group = digit = 0
    for place, sign in enumerate(text):
        if sign in _PLACE:
            group, digit = group + digit * _PLACE[sign], 0
        elif sign in _GROUP:
            if sign == "亿" and text[place - 1] == "万":
                continue
            factor = 10**12 if text[place : place + 2] == "万亿" else _GROUP[sign]
            total, group, digit = total + (group + digit) * factor, 0, 0
        else:
            digit = "零壹贰叁肆伍陆柒捌玖".index(sign)
    return total + group + digit


@given(st.integers(0, 10**16 - 1))
def test_words_say_the_number(number: int) -> None:
    assert value_zh(number_zh(number)) == number
    assert "零零" not in number_zh(number)
    assert number_en(number) == number_en(number).strip()
    assert "  " not in number_en(number)


def test_numbers_too_large_for_words() -> None:
    for say, wrong in ((number_zh, 10**20), (number_en, 10**18), (number_zh, -1), (number_en, -1)):
        with pytest.raises(ValueError, match=str(wrong)):
            say(wrong)


def test_the_table_of_steps() -> None:
    assert {state for state, _ in TABLE} == set(OPEN)
    targets = {to for step in TABLE.values() for _, to in step.branches}
    assert targets | {"drafted"} == set(STATES)
    late, good = {"in_time": False, "enough": True}, {"in_time": True, "enough": True}
    assert next_state("read_back", "confirm", "staff", good) == "confirmed"
    assert next_state("read_back", "confirm", "staff", {"in_time": True, "enough": False}) == "read_back"
    assert next_state("read_back", "confirm", "staff", late) == "too_late"
    assert next_state("confirmed", "place", "staff", late) == "too_late"
    assert next_state("placed", "cancel", "staff", late) is None
    assert next_state("drafted", "confirm", "staff", good) is None
    assert next_state("confirmed", "lapse", "staff", late) is None
    assert next_state("confirmed", "lapse", "system", good) is None
