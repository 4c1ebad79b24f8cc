"""Orders to buy or sell an investment: their steps, the cut-off of a trading day, and the words read back to the client. Pure.

What was read out is what was agreed: an order is confirmed for the trading day that was told, never for another. When that
day's cut-off passes first, the order is too late and must be read out again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from guanxi.core.calendar import CalendarError, Skipped, WorkingCalendar, from_spec
from guanxi.core.money import Money
from guanxi.core.procedure import Facts, Step, Table, always
from guanxi.trade.rules.amounts import in_words
from guanxi.trade.rules.holdings import plain

SIDES: Final = ("buy", "sell")
STATES: Final = ("drafted", "read_back", "confirmed", "placed", "executed", "cancelled", "too_late")
OPEN: Final = ("drafted", "read_back", "confirmed", "too_late", "placed")
WAITING: Final = ("read_back", "confirmed")
"""States that end with the cut-off."""
SETTLES_DAYS_MAX: Final = 30
_STAFF: Final = frozenset({"staff"})
_BOTH: Final = frozenset({"staff", "system"})
_MOMENT: Final = timedelta(microseconds=1)


def _in_time(facts: Facts) -> bool:
    return bool(facts.values["in_time"])


def _late(facts: Facts) -> bool:
    return not facts.values["in_time"]


def _signed(facts: Facts) -> bool:
    return bool(facts.values["in_time"] and facts.values["enough"])


_READ: Final = Step(_STAFF, ((always, "read_back"),))
_CANCEL: Final = Step(_STAFF, ((always, "cancelled"),))
_LAPSE: Final = Step(frozenset({"system"}), ((_late, "too_late"),))
TABLE: Final[Table] = {
    ("drafted", "read"): _READ,
    ("drafted", "cancel"): _CANCEL,
    ("read_back", "confirm"): Step(
        _STAFF, ((_late, "too_late"), (_signed, "confirmed"), (always, "read_back"))
    ),
    ("read_back", "read"): _READ,
    ("read_back", "cancel"): _CANCEL,
    ("read_back", "lapse"): _LAPSE,
    ("too_late", "read"): _READ,
    ("too_late", "cancel"): _CANCEL,
    ("confirmed", "place"): Step(_BOTH, ((_in_time, "placed"), (always, "too_late"))),
    ("confirmed", "cancel"): _CANCEL,
    ("confirmed", "lapse"): _LAPSE,
    ("placed", "execute"): Step(_BOTH, ((always, "executed"),)),
    ("placed", "cancel"): Step(_STAFF, ((_in_time, "cancelled"),)),  # the market keeps it from then on
}


def next_state(state: str, verb: str, who: str, values: Mapping[str, Any]) -> str | None:
    """Where `verb` leads from `state`; None when it cannot be done there, or not by `who`."""
    step = TABLE.get((state, verb))
    if step is None or who not in step.who:
        return None
    facts = Facts(verb, who, values)
    return next((to for guard, to in step.branches if guard(facts)), None)


# -- the cut-off ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Trading:
    """How a product is traded: orders until `cutoff` (local), money and units move `settles_days` later."""

    calendar: WorkingCalendar
    cutoff: time
    settles_days: int = 1
    risk: int | None = None
    least_minor: int = 0


class TradingError(ValueError):
    """Conditions of a product that cannot be used; says what is wrong."""


def trading_of(conditions: Mapping[str, Any]) -> Trading | None:
    """{"cutoff": "15:00", "calendar": a spec of core.calendar, "settles_days": 1, "risk": 1 to 5, "least_minor": 100}.

    None for a product without a cut-off: it is not traded by orders. Raises `TradingError`.
    """
    if "cutoff" not in conditions:
        return None
    try:
        cutoff = time.fromisoformat(str(conditions["cutoff"]))
        calendar = from_spec(conditions["calendar"])
    except KeyError as error:
        raise TradingError("a cut-off needs a calendar") from error
    except CalendarError as error:
        raise TradingError(str(error)) from error
    except ValueError as error:
        raise TradingError(f"{conditions['cutoff']!r} is no time of day; write 15:00") from error
    days, risk, least = (
        conditions.get(name, default)
        for name, default in (("settles_days", 1), ("risk", None), ("least_minor", 0))
    )
    if type(days) is not int or not 0 <= days <= SETTLES_DAYS_MAX:
        raise TradingError(f"settles_days must be 0 to {SETTLES_DAYS_MAX}")
    if risk is not None and (type(risk) is not int or not 1 <= risk <= 5):
        raise TradingError("risk must be 1 to 5")
    if type(least) is not int or least < 0:
        raise TradingError("least_minor must be whole minor units")
    return Trading(calendar, cutoff.replace(tzinfo=None), days, risk, least)


@dataclass(frozen=True, slots=True)
class Cutoff:
    """The trading day an order given now is carried out on: until `due` (UTC). `missed`: today's cut-off, when it has passed.

    `skipped` are the days in between on which nothing is traded, with why. `provisional`: the holidays of a day's year are not
    published yet.
    """

    day: date
    due: datetime
    settles: date
    missed: datetime | None
    skipped: Sequence[Skipped]
    provisional: bool


def next_cutoff(trading: Trading, now: datetime) -> Cutoff:
    """The first trading day whose cut-off is still to come. At the cut-off's own moment it has passed.

    Raises `CalendarError` for a calendar that does not open for years.
    """
    zone = ZoneInfo(trading.calendar.zone)
    today = now.astimezone(zone).date()
    day, skipped, provisional = _trading_day(trading.calendar, today)
    missed = None
    if day == today and now >= _moment(today, trading.cutoff, zone):
        missed = _moment(today, trading.cutoff, zone)
        day, skipped, provisional = _trading_day(trading.calendar, today + timedelta(days=1))
    settles, unsure = day, False
    for _ in range(trading.settles_days):
        settles, _days, unsure = _trading_day(trading.calendar, settles + timedelta(days=1))
    return Cutoff(day, _moment(day, trading.cutoff, zone), settles, missed, skipped, provisional or unsure)


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(ZoneInfo("UTC"))


def trades_on(calendar: WorkingCalendar, day: date) -> bool:
    """Whether orders are carried out on this day: markets do not open for a weekend that is worked in another one's place."""
    usual = bool(calendar.week.get(day.weekday())) or day in calendar.opened
    return usual and bool(calendar.periods_on(day))


def _trading_day(calendar: WorkingCalendar, first: date) -> tuple[date, Sequence[Skipped], bool]:
    """The first trading day from `first` on, the days passed over with why, whether its holidays are unsure."""
    zone = ZoneInfo(calendar.zone)
    skipped: list[Skipped] = []
    while True:
        found = calendar.add(datetime.combine(first, time(0), zone), _MOMENT)
        day = found.intervals[0].start.astimezone(zone).date()
        skipped += found.skipped
        if trades_on(calendar, day):
            return day, skipped, found.provisional
        skipped.append(Skipped(day, "make_up"))
        first = day + timedelta(days=1)


# -- what is read back --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What the client must hear before they say yes. `account`: the end of its number; `units` None: by amount."""

    side: str
    product: Mapping[str, str]
    sku: str
    amount: Money
    units: Decimal | None
    account: str
    risk: int | None
    cutoff: Cutoff
    zone: str
    now: datetime


def read_back(order: ReadBack, language: str) -> str:
    """The words to read out, whole sentences in their order; `language` "en", anything else is Chinese."""
    parts = _english(order) if language == "en" else _chinese(order)
    return ("" if language != "en" else " ").join(part for part in parts if part)


def _local(order: ReadBack, moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(order.zone))


def _chinese(order: ReadBack) -> list[str]:
    name = order.product.get("zh-hans") or order.sku
    verb = "买入" if order.side == "buy" else "卖出"
    worth = f"{order.amount.format('zh-hans')}，大写{in_words(order.amount, 'zh-hans')}"
    what = (
        f"{verb}“{name}”（代码 {order.sku}），金额{worth}。"
        if order.units is None
        else f"{verb}“{name}”（代码 {order.sku}）{plain(order.units)} 份，按最近价格约合{worth}，以成交价为准。"
    )
    due = _local(order, order.cutoff.due)
    return [
        f"现在向您复述这笔委托：{what}",
        f"账户尾号 {order.account}。" if order.account else "",
        f"风险等级：{order.risk} 级（共 5 级），本金可能亏损。" if order.risk else "",
        "今天的截止时间已过，这笔委托不会在今天执行。" if order.cutoff.missed else "",
        f"委托将于 {_day_zh(order.cutoff.day)}执行，当日 {due:%H:%M} 前可以撤销；",
        f"资金与份额于 {_day_zh(order.cutoff.settles)}交收。",
        "以上内容是否正确，您是否确认？",
    ]


def _english(order: ReadBack) -> list[str]:
    name = order.product.get("en") or order.sku
    verb = "buy" if order.side == "buy" else "sell"
    worth = f"{order.amount.format('en')}, in words {in_words(order.amount, 'en')}"
    what = (
        f"{verb} “{name}” (code {order.sku}) for {worth}."
        if order.units is None
        else f"{verb} {plain(order.units)} units of “{name}” (code {order.sku}), at the latest price about {worth};"
        " the price of the day decides."
    )
    due = _local(order, order.cutoff.due)
    return [
        f"Let me read your order back to you: {what}",
        f"Account ending in {order.account}." if order.account else "",
        f"Risk level {order.risk} of 5: you may lose part of what you put in." if order.risk else "",
        "Today's cut-off has passed, so it will not be carried out today." if order.cutoff.missed else "",
        f"It will be carried out on {_day_en(order.cutoff.day)}; until {due:%H:%M} on that day you may cancel it.",
        f"Money and units change hands on {_day_en(order.cutoff.settles)}.",
        "Is this right, and do you confirm it?",
    ]


def _day_zh(day: date) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日（周{'一二三四五六日'[day.weekday()]}）"


_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def _day_en(day: date) -> str:
    weekday = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")[day.weekday()]
    return f"{weekday} {day.day} {_MONTHS[day.month - 1]} {day.year}"
