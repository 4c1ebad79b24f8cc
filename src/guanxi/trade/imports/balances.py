"""What holdings came to, by day: one row is the balance of one holding at the end of one day."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from guanxi.core import words
from guanxi.core.access import Actor
from guanxi.core.imports import Done, Fault, Field, File, Kind, Line, Type, values
from guanxi.core.money import Money, MoneyError, digits_of
from guanxi.trade.actions import held
from guanxi.trade.actions.held import BalanceRow
from guanxi.trade.actions.held.allowing import KEEP
from guanxi.trade.imports.orders import read_currency
from guanxi.trade.models import Holding
from guanxi.trade.queries import holdings as queries

FIELDS = (
    Field("number", _("Number of the holding"), values.key(),
          "number|account|account no|account number|holding|iban|账号|帐号|账户|账户号|卡号|合同号|编号|持有编号"),
    Field("day", _("Day"), values.DATE, "day|date|as of|value date|balance date|日期|余额日期|记账日期|截至"),
    Field("amount", _("Balance"), values.NUMBER, "balance|amount|closing balance|value|余额|金额|期末余额|账面余额|市值"),
    Field("currency", _("Currency"), Type("currency", read_currency), "currency|币种|货币",
          hint=_("Without it, that of the holding.")),
)  # fmt: skip
Key = tuple[int, str, date]
T = TypeVar("T")


def connect() -> None:
    """Words for what only this kind refuses; called once at start-up."""
    words.register(
        {
            "import.fault.no_holding": _("No holding you may keep has this number."),
            "import.fault.not_open": _("The holding was not open on this day."),
            "import.fault.day_ahead": _("This day is still to come."),
        }
    )


@dataclass(frozen=True, slots=True)
class _Row:
    """A row that can be written: `key` says of what it is the balance."""

    row: BalanceRow

    @property
    def key(self) -> Key:
        return self.row.holding_id, self.row.amount.currency, self.row.day


def _refused(code: str, name: str, **facts: Any) -> Done:
    return Done("refused", fault=Fault(code, field=name, values=facts))


def _number(line: Line) -> str:
    return "".join(str(line.values["number"]).split()).upper()


def _known(actor: Actor, lines: Sequence[Line]) -> dict[str, Holding]:
    """{number: holding} of those this actor may keep."""
    found = queries.by_numbers(actor, [_number(line) for line in lines])
    reach = actor.reach(KEEP)
    return {number: one for number, one in found.items() if reach.everything or one.unit_id in reach.units}


def _read(line: Line, known: Mapping[str, Holding], today: date) -> _Row | Done:
    """The balance of a row, or why it is none."""
    holding = known.get(_number(line))
    if holding is None:
        return _refused("no_holding", "number")
    day = line.values["day"]
    if day > today:
        return _refused("day_ahead", "day")
    if day < holding.opened or (holding.closed is not None and day > holding.closed):
        return _refused("not_open", "day")
    currency = str(line.values.get("currency") or holding.currency)
    try:
        amount = Money.from_decimal(line.values["amount"], currency)
    except MoneyError:
        return _refused("decimals", "amount", currency=currency, digits=digits_of(currency))
    return _Row(BalanceRow(holding.id, day, amount))


def _rows(actor: Actor, now: datetime, lines: Sequence[Line]) -> Iterator[_Row | Done]:
    known, today = _known(actor, lines), queries.today(now)
    return (_read(line, known, today) for line in lines)


def _outcome(before: int | None, after: int) -> str:
    return "new" if before is None else "unchanged" if before == after else "update"


def plan_balances(
    *, actor: Actor, now: datetime, lines: Sequence[Line], file: File, memory: dict[Any, Any]
) -> list[Done]:
    """What would become of them; of two rows for one day the later counts."""
    rows = list(_rows(actor, now, lines))
    ready = [one.row for one in rows if isinstance(one, _Row)]
    there = {
        **queries.balances_there({row.holding_id for row in ready}, {row.day for row in ready}),
        **memory,
    }
    done = []
    for one in rows:
        if isinstance(one, Done):
            done.append(one)
            continue
        minor = one.row.amount.minor
        done.append(Done(_outcome(there.get(one.key), minor)))
        there[one.key] = memory[one.key] = minor
    return done


def apply_balances(*, actor: Actor, now: datetime, lines: Sequence[Line], file: File) -> list[Done]:
    """Write them, each with its event; what undoing needs stands beside the row."""
    rows = list(_rows(actor, now, lines))
    done = [one if isinstance(one, Done) else None for one in rows]
    ready = [(place, one.row) for place, one in enumerate(rows) if isinstance(one, _Row)]
    for wave in _waves(ready, lambda one: _Row(one[1]).key):
        found = held.record_balances(actor=actor, now=now, rows=[row for _, row in wave])
        for (place, row), what in zip(wave, found, strict=True):
            minor = row.amount.minor
            written = {"b": what.balance_id, "a": minor, "o": what.before} if what.changed else None
            done[place] = Done(_outcome(what.before, minor), written)
    return [one for one in done if one is not None]


def _waves(items: Sequence[T], key: Callable[[T], Hashable]) -> list[list[T]]:
    """The items in their order, so that none of a wave is about the same as another of it."""
    waves: list[list[T]] = []
    met: Counter[Hashable] = Counter()
    for one in items:
        if met[key(one)] == len(waves):
            waves.append([])
        waves[met[key(one)]].append(one)
        met[key(one)] += 1
    return waves


def undo_balances(
    *, actor: Actor, now: datetime, written: Sequence[tuple[int, Any]], file: File
) -> list[tuple[int, str]]:
    """The balance of before comes back, or none; one that was corrected since stays."""
    kept = []
    for wave in _waves(written, lambda one: one[1]["b"]):
        back = [(what["b"], what["a"], what["o"]) for _, what in wave]
        stays = held.withdraw_balances(actor=actor, now=now, written=back)
        kept += [(row, "changed") for row, what in wave if what["b"] in stays]
    return kept


KIND = Kind(
    code="balances",
    title=_("Balances of holdings"),
    note=_(
        "One row is one day of one holding. The same day again is a correction; the same amount changes nothing."
    ),
    icon="building-bank",
    right=KEEP,
    fields=FIELDS,
    needs=(("number",), ("day",), ("amount",)),
    plan=plan_balances,
    apply=apply_balances,
    undo=undo_balances,
    example=(
        ("number", "day", "amount", "currency"),
        ("6222020200112233", "2026-03-02", "12500.00", "CNY"),
    ),
    shown_right="people.contacts",
)
