"""What files may say about purchases: one row is one line of an order, with whoever bought it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.core import words
from guanxi.core.access import Actor
from guanxi.core.imports import Done, Fault, Field, File, Kind, Line, Option, Style, Type, Unreadable, values
from guanxi.core.money import Money, MoneyError, digits_of
from guanxi.people.actions import Contact, import_contacts, withdraw_records
from guanxi.people.imports import KEYS, NAMES, REACH, SOURCE, contact_of, made_of, source_of
from guanxi.trade import actions, queries
from guanxi.trade.actions import LineRow, OrderRow, ProductRow
from guanxi.trade.models import Order

UNNAMED = "unspecified"  # the product of rows that name none
CURRENCIES = ("CNY", "USD", "EUR", "GBP", "HKD", "JPY", "TWD", "SGD", "AUD", "CAD")


def connect() -> None:
    """Words for what only this kind refuses; called once at start-up."""
    words.register(
        {
            "import.fault.currency": _("This is no currency code such as CNY or USD."),
            "import.fault.decimals": _("%(currency)s has %(digits)s decimals; this amount has more."),
            "import.fault.slip_differs": _("This slip number is there already with another content."),
            "import.fault.order_differs": _(
                "This order number is there already with other lines. Put all lines of an order next to each other."
            ),
        }
    )


# -- types ------------------------------------------------------------------------------------------------


def read_currency(cell: str, style: Style) -> str:
    code = cell.strip().upper()
    code = {
        "¥": "CNY",
        "￥": "CNY",
        "元": "CNY",
        "RMB": "CNY",
        "人民币": "CNY",
        "$": "USD",
        "€": "EUR",
        "£": "GBP",
    }.get(code, code)
    try:
        digits_of(code)
    except MoneyError:
        raise Unreadable("currency") from None
    return code


def _read_amount(cell: str, style: Style) -> Decimal:
    amount = values.number_of(cell)
    if amount < 0:
        raise Unreadable("negative")
    return amount


def _read_quantity(cell: str, style: Style) -> int:
    count: int = values.WHOLE.read(cell, style)
    if count < 0:
        raise Unreadable("negative")
    if count > 1_000_000:
        raise Unreadable("number_size")
    return count


AMOUNT = Type("amount", _read_amount, values.NUMBER.looks, lambda value: f"{value:,f}")
QUANTITY = Type("quantity", _read_quantity, values.NUMBER.looks, lambda value: f"{value:,}")
STATE = values.choice(
    {
        "placed": ("已下单", "待发货", "new", "paid", "已付款"),
        "shipped": ("已发货", "运输中", "sent"),
        "received": ("已收货", "已完成", "已签收", "completed", "delivered", "done"),
    },
    dict(Order.State.choices),
)
FIELDS = (
    Field("number", _("Order number"), values.key(), "order number|order no|order id|order|订单号|订单编号|单号|交易号"),
    Field("placed", _("Ordered on"), values.MOMENT,
          "date|order date|placed|ordered|time|日期|下单时间|下单日期|订单日期|订单时间|购买日期|成交时间"),
    *NAMES,
    *REACH,
    Field("sku", _("Product number"), values.key(),
          "sku|product id|product number|item number|article|货号|商品编号|商品编码|商品货号"),
    Field("product", _("Product"), values.text(most=120), "product name|item|article name|title|商品|商品名称|品名|货品"),
    Field("quantity", _("Quantity"), QUANTITY, "qty|count|pieces|number_of_cds|数量|件数|个数"),
    Field("amount", _("Amount of the line"), AMOUNT,
          "amount|total|price|dollar_value|value|金额|总价|实付|实付金额|成交金额|小计|价格"),
    Field("currency", _("Currency"), Type("currency", read_currency), "currency|币种|货币"),
    Field("state", _("State"), STATE, "status|order status|状态|订单状态"),
)  # fmt: skip


# -- rows become orders -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Bought:
    """Neighbouring lines of one order."""

    number: str
    lines: Sequence[Line]
    row: OrderRow
    state: str  # "" when the file says nothing

    @property
    def contents(self) -> list[tuple[str, int, int]]:
        return sorted((line.sku, line.quantity, line.amount.minor) for line in self.row.lines)

    @property
    def contact(self) -> Contact:
        return contact_of(self.lines[0])


def number_of(line: Line, file: File) -> str:
    """The source's own number; without one, the file and the row: the same file again is then the same orders."""
    return str(line.values.get("number") or f"F{file.digest[:14]}-{line.number}")


def _orders(lines: Sequence[Line], file: File, now: datetime, refused: dict[int, Done]) -> Iterator[_Bought]:
    for number, group in groupby(lines, key=lambda line: number_of(line, file)):
        together = list(group)
        bought = []
        for line in together:
            try:
                bought.append(_line_row(line, file))
            except MoneyError:
                currency = _currency(line, file)
                facts = {"currency": currency, "digits": digits_of(currency)}
                for each in together:  # an order without one of its lines would be a wrong order
                    refused[each.number] = Done(
                        "refused", fault=Fault("decimals", field="amount", values=facts)
                    )
        if together[0].number not in refused:
            placed = made_of(together[0], "placed", now)
            state = str(together[0].values.get("state", ""))
            yield _Bought(number, together, OrderRow(number, placed, bought), state)


def _currency(line: Line, file: File) -> str:
    return str(line.values.get("currency") or file.options["currency"])


def _line_row(line: Line, file: File) -> LineRow:
    amount = Money.from_decimal(line.values["amount"], _currency(line, file))
    return LineRow(_sku(line), int(line.values.get("quantity", 1)), amount)


def _sku(line: Line) -> str:
    return str(line.values.get("sku") or line.values.get("product") or UNNAMED)[:40]


def _compare(one: _Bought, known: tuple[int, str, list[tuple[str, int, int]]]) -> str:
    """What an order that is there already means for its rows: unchanged, update (another state) or refused."""
    _, state, contents = known
    left = list(contents)
    for each in one.contents:
        if each not in left:
            return "refused"
        left.remove(each)
    return "update" if one.state and one.state != state else "unchanged"


_DIFFERS = Fault("order_differs", field="number")


def apply_orders(*, actor: Actor, now: datetime, lines: Sequence[Line], file: File) -> list[Done]:
    """New orders with their customers and products; known ones are compared, and corrected where only the state differs."""
    done: dict[int, Done] = {}
    orders = list(_orders(lines, file, now, done))
    known = queries.known_orders([one.number for one in orders])
    fresh: list[_Bought] = []
    seen: dict[str, list[tuple[str, int, int]]] = {}
    for one in orders:
        if one.number in known:
            _settle(actor, now, one, known[one.number], done)
        elif one.number in seen:
            same = _compare(one, (0, one.state, seen[one.number])) == "unchanged"
            _say(one, Done("unchanged") if same else Done("refused", fault=_DIFFERS), done)
        else:
            seen[one.number] = one.contents
            fresh.append(one)
    _write(actor, now, fresh, file, done)
    return [done[line.number] for line in lines]


def _say(one: _Bought, outcome: Done, done: dict[int, Done], written: Any = None) -> None:
    """Every line of an order has its order's outcome; its first line carries what undoing needs."""
    for place, line in enumerate(one.lines):
        done[line.number] = Done(outcome.outcome, written if place == 0 else None, outcome.fault)


def _settle(
    actor: Actor, now: datetime, one: _Bought, known: tuple[int, str, Any], done: dict[int, Done]
) -> None:
    outcome = _compare(one, known)
    if outcome == "refused":
        _say(one, Done("refused", fault=_DIFFERS), done)
        return
    if outcome == "update":
        actions.correct_states(actor=actor, now=now, changes=[(known[0], known[1], one.state)])
        _say(one, Done("update"), done, {"o": known[0], "was": known[1], "is": one.state})
        return
    _say(one, Done("unchanged"), done)


def _write(actor: Actor, now: datetime, fresh: Sequence[_Bought], file: File, done: dict[int, Done]) -> None:
    if not fresh:
        return
    new_products = _add_products(actor, now, fresh)
    people = _buyers(actor, now, fresh, file)
    orders = [(people[one.contact][0], one.row, one.state or Order.State.RECEIVED.value) for one in fresh]
    made = actions.import_orders(actor=actor, now=now, orders=orders)
    for one, (order_id, _number) in zip(fresh, made, strict=True):
        record, added = people[one.contact]
        written: dict[str, Any] = {"o": order_id}
        if added:
            written["r"] = record
            people[one.contact] = (record, False)  # only its first order takes it along when undone
        mine = [new_products.pop(line.sku) for line in one.row.lines if line.sku in new_products]
        _say(one, Done("new"), done, written | ({"p": mine} if mine else {}))


def _buyers(
    actor: Actor, now: datetime, fresh: Sequence[_Bought], file: File
) -> dict[Contact, tuple[int, bool]]:
    """{contact: (record, whether it is new)}, each contact recognised once, when first heard of."""
    first: dict[Contact, datetime] = {}
    for one in fresh:
        first[one.contact] = min(first.get(one.contact, one.row.placed), one.row.placed)
    found = import_contacts(
        actor=actor, now=now, contacts=list(first.items()), source=source_of(file), unit_id=actor.unit_id
    )
    return {contact: (who.record_id, who.added) for contact, who in zip(first, found, strict=True)}


def _add_products(actor: Actor, now: datetime, fresh: Sequence[_Bought]) -> dict[str, int]:
    """Products the catalogue does not have yet, by name or number; {sku: id} of the new ones."""
    titles: dict[str, str] = {}
    for one in fresh:
        for line in one.lines:
            titles.setdefault(_sku(line), str(line.values.get("product") or _sku(line)))
    missing = titles.keys() - queries.product_ids(list(titles)).keys()
    rows = [ProductRow(sku, "imported", _title(sku, titles[sku])) for sku in sorted(missing)]
    actions.add_products(actor=actor, now=now, products=rows)
    return queries.product_ids(sorted(missing))


def _title(sku: str, title: str) -> Mapping[str, str]:
    if sku == UNNAMED:
        return {"en": "Not specified", "zh-hans": "未注明商品"}
    return {"en": title, "zh-hans": title}


def plan_orders(
    *, actor: Actor, now: datetime, lines: Sequence[Line], file: File, memory: dict[Any, Any]
) -> list[Done]:
    """What `apply_orders` would do; orders of earlier rows are remembered by number."""
    done: dict[int, Done] = {}
    orders = list(_orders(lines, file, now, done))
    known = queries.known_orders([one.number for one in orders])
    for one in orders:
        before = known.get(one.number) or memory.get(one.number)
        outcome = _compare(one, before) if before else "new"
        _say(one, Done(outcome, fault=_DIFFERS if outcome == "refused" else None), done)
        if before is None:
            memory[one.number] = (0, one.state, one.contents)
    return [done[line.number] for line in lines]


def undo_orders(
    *, actor: Actor, now: datetime, written: Sequence[tuple[int, Any]], file: File
) -> list[tuple[int, str]]:
    """New orders go with the customers and products that came with them; corrected ones get their state back."""
    changes = [(what["o"], what["is"], what["was"]) for _, what in written if "was" in what]
    kept = actions.correct_states(actor=actor, now=now, changes=changes)
    kept |= actions.withdraw_orders(
        actor=actor, now=now, order_ids=[what["o"] for _, what in written if "was" not in what]
    )
    gone = [what for _, what in written if what["o"] not in kept]
    records = [what["r"] for what in gone if "r" in what]
    held = {
        ref
        for ref, code in withdraw_records(actor=actor, now=now, record_ids=records).items()
        if code == "changed"
    }
    actions.withdraw_products(
        actor=actor, now=now, product_ids=[ref for what in gone for ref in what.get("p", ())]
    )
    return [
        (row, "changed" if what["o"] in kept else "person_stays")
        for row, what in written
        if what["o"] in kept or what.get("r") in held
    ]


KIND = Kind(
    code="orders",
    title=_("Orders"),
    note=_(
        "One row is one line of an order, with its customer. Lines of one order stand next to each other."
    ),
    icon="package",
    right="trade.import",
    fields=FIELDS,
    needs=(("placed",), ("amount",), KEYS),
    options=(
        SOURCE,
        Option("currency", _("Currency, where the file names none"), "CNY", {one: one for one in CURRENCIES}),
    ),
    group=lambda line: str(line.values.get("number", "")),
    plan=plan_orders,
    apply=apply_orders,
    undo=undo_orders,
    example=(
        ("number", "placed", "phone", "product", "quantity", "amount"),
        ("A-1001", "2026-03-04 09:30", "139 5801 6608", "红楼梦", "1", "88.00"),
    ),
    shown_right="people.contacts",
)
