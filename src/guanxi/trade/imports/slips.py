"""A day's remittance slips as the post office or bank sends them: one row is one slip."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Actor
from guanxi.core.imports import Done, Fault, Field, File, Kind, Line, Option, values
from guanxi.core.money import Money, MoneyError, digits_of
from guanxi.trade.actions import remittances as actions
from guanxi.trade.actions.remittances import NewSlip
from guanxi.trade.imports.orders import AMOUNT, CURRENCIES
from guanxi.trade.queries import remittances as queries

FIELDS = (
    Field("slip", _("Slip number"), values.key(),
          "slip|slip no|remittance no|reference|transaction id|汇款单号|汇票号码|汇款号|单号|流水号|交易流水号"),
    Field("amount", _("Amount"), AMOUNT, "amount|value|sum|credit|金额|汇款金额|收入金额|贷方发生额"),
    Field("paid_on", _("Paid on"), values.DATE, "date|paid on|value date|汇款日期|日期|交易日期|入账日期"),
    Field("payer", _("Payer"), values.text(most=120), "payer|name|sender|from|汇款人|付款人|户名|对方户名|姓名"),
    Field("address", _("Address"), values.text(most=300), "address|sender address|汇款人地址|地址|付款人地址"),
    Field("member", _("Member number"), values.text(most=40), "member|member no|会员号|会员编号|会员卡号"),
    Field("text", _("Words"), values.text(most=500), "text|message|purpose|remarks|附言|留言|备注|用途|摘要"),
)  # fmt: skip
_DIFFERS = Fault("slip_differs", field="slip")


def _slip(line: Line, file: File) -> NewSlip:
    said = line.values
    return NewSlip(
        slip=str(said["slip"]),
        amount=Money.from_decimal(said["amount"], file.options["currency"]),
        paid_on=said["paid_on"],
        **{name: str(said.get(name, "")) for name in ("payer", "address", "member", "text")},
    )


def _read(line: Line, file: File) -> NewSlip | Done:
    """The slip of a row, or why it is none."""
    try:
        slip = _slip(line, file)
    except MoneyError:
        currency = file.options["currency"]
        facts = {"currency": currency, "digits": digits_of(currency)}
        return Done("refused", fault=Fault("decimals", field="amount", values=facts))
    if slip.amount.minor <= 0:
        return Done("refused", fault=Fault("negative", field="amount"))
    return slip


def _one(line: Line, file: File, before: dict[str, tuple[Any, ...]]) -> NewSlip | Done:
    """A slip that is new; else what becomes of its row. `before` holds what is there, and is added to."""
    slip = _read(line, file)
    if isinstance(slip, Done):
        return slip
    stated = actions.stated(slip)
    if slip.slip in before:
        same = before[slip.slip] == stated
        return Done("unchanged") if same else Done("refused", fault=_DIFFERS)
    before[slip.slip] = stated
    return slip


def _before(lines: Sequence[Line]) -> dict[str, tuple[Any, ...]]:
    known = queries.known_slips([str(line.values["slip"]) for line in lines])
    return {number: actions.contents(row) for number, row in known.items()}


def plan_slips(
    *, actor: Actor, now: datetime, lines: Sequence[Line], file: File, memory: dict[Any, Any]
) -> list[Done]:
    before = {**_before(lines), **memory}
    done = []
    for line in lines:
        found = _one(line, file, before)
        if isinstance(found, NewSlip):
            memory[found.slip] = before[found.slip]
        done.append(found if isinstance(found, Done) else Done("new"))
    return done


def apply_slips(*, actor: Actor, now: datetime, lines: Sequence[Line], file: File) -> list[Done]:
    """Slips nobody has yet are written down, and matched where the case is clear."""
    before = _before(lines)
    done = []
    for line in lines:
        found = _one(line, file, before)
        if isinstance(found, Done):
            done.append(found)
        else:
            row = actions.record_slip(actor=actor, now=now, slip=found)
            done.append(Done("new", {"m": row.public_id}))
    return done


def undo_slips(
    *, actor: Actor, now: datetime, written: Sequence[tuple[int, Any]], file: File
) -> list[tuple[int, str]]:
    """Slips nobody has decided about go; those whose money has moved stay."""
    kept = actions.withdraw_slips(actor=actor, now=now, public_ids=[what["m"] for _, what in written])
    return [(row, "changed") for row, what in written if what["m"] in kept]


KIND = Kind(
    code="remittances",
    title=_("Remittance slips"),
    note=_(
        "One row is one slip. Clear ones are matched to their orders at once; the others wait for a clerk."
    ),
    icon="receipt",
    right=queries.RIGHT,
    fields=FIELDS,
    needs=(("slip",), ("amount",), ("paid_on",)),
    options=(Option("currency", _("Currency"), "CNY", {one: one for one in CURRENCIES}),),
    plan=plan_slips,
    apply=apply_slips,
    undo=undo_slips,
    example=(
        ("slip", "paid_on", "payer", "amount", "text"),
        ("PO-880012", "2026-03-02", "王小明", "88.00", "D2603-1234-5678"),
    ),
    shown_right="people.contacts",
)
