"""Opening a holding, changing its terms, closing it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.events import Event
from guanxi.core.money import MoneyError, digits_of
from guanxi.people.models import Record
from guanxi.trade import events as happened
from guanxi.trade.actions.held.allowing import KEEP, allow, refused
from guanxi.trade.models import Holding, InvestmentOrder, Product
from guanxi.trade.queries.holdings import today
from guanxi.trade.rules import investments
from guanxi.trade.rules.holdings import KINDS, TermsError, check_terms, matures_on

NUMBER_CHARS_MAX = 40
CLOSED_WHY = ("client", "matured", "moved", "house")


@dataclass(frozen=True, slots=True)
class NewHolding:
    """What is opened: `sku` of its product, the house's `number` for it, terms as typed or read (rules.holdings)."""

    sku: str
    number: str
    currency: str = "CNY"
    opened: date | None = None  # today
    terms: Mapping[str, Any] = field(default_factory=dict)
    unit_id: int | None = None  # the branch that keeps it; else the client's own
    sample: bool = False


@action
def open_holding(*, actor: Actor, now: datetime, record_id: int, holding: NewHolding) -> Holding:
    """Open a holding for a client. The same number again for the same client and product is the same holding.

    Needs `trade.holdings.keep` at its branch. Raises `NotFound` for the client, `Denied`, `Invalid` naming the field,
    `Conflict` for a number that is taken.
    """
    record = Record.objects.visible_to(actor).filter(id=record_id).first()
    if record is None:
        raise NotFound
    unit_id = holding.unit_id if holding.unit_id is not None else record.unit_id
    allow(actor, KEEP, unit_id)
    product = _product(holding.sku)
    number = _number(holding.number)
    known = Holding.objects.filter(number=number).first()
    if known is not None:
        if known.record_id == record_id and known.product_id == product.id:
            return known
        raise Conflict(_("This number belongs to another holding."), code="number_taken")
    row = _row(holding, record, product, number, unit_id, now)
    data = {"holding": row.public_id, "kind": row.kind, "sku": product.sku, "currency": row.currency}
    events.record(_event(happened.HOLDING_OPENED.code, actor, now, row, data), with_rows=[row])
    return row


def _product(sku: str) -> Product:
    product = Product.objects.filter(sku=sku).first()
    if product is None or product.holding not in KINDS:
        raise Invalid(fields={"sku": _("There is no such product to hold.")})
    return product


def _number(text: str) -> str:
    number = "".join(text.split()).upper()
    if not number or len(number) > NUMBER_CHARS_MAX or not number.replace("-", "").isalnum():
        raise Invalid(fields={"number": _("Letters, digits and dashes, at most 40.")})
    return number


def _row(
    holding: NewHolding, record: Record, product: Product, number: str, unit_id: int | None, now: datetime
) -> Holding:
    try:
        digits_of(holding.currency)
    except MoneyError as error:
        raise Invalid(fields={"currency": _("This is no currency code such as CNY or USD.")}) from error
    opened = holding.opened or today(now)
    if opened > today(now):
        raise Invalid(fields={"opened": _("This day is still to come.")})
    kind = KINDS[product.holding]
    try:
        terms = check_terms(kind, holding.terms, currency=holding.currency, opened=opened)
    except TermsError as error:
        raise refused(error) from error
    return Holding(
        record=record,
        product=product,
        kind=kind.code,
        number=number,
        currency=holding.currency,
        terms=terms,
        unit_id=unit_id,
        opened=opened,
        matures=matures_on(kind, terms),
        sample=holding.sample,
    )


def _event(code: str, actor: Actor, now: datetime, row: Holding, data: Mapping[str, Any]) -> Event:
    return Event(
        code, actor, now, ("holding", row.id), record_id=row.record_id, unit_id=row.unit_id, data=data
    )


def held(actor: Actor, public_id: str) -> Holding:
    """A visible holding, locked until the end of the action, for whoever may keep it. Raises `NotFound`, `Denied`."""
    if not Holding.objects.visible_to(actor).filter(public_id=public_id).exists():
        raise NotFound
    row: Holding = Holding.objects.select_for_update(of=("self",), no_key=True).get(public_id=public_id)
    allow(actor, KEEP, row.unit_id)
    return row


@action
def change_terms(
    *, actor: Actor, now: datetime, public_id: str, terms: Mapping[str, Any], version: int | None = None
) -> Holding:
    """Replace the terms of an open holding, whole; the same terms change nothing. Needs `trade.holdings.keep`.

    The terms before stand in the event's detail. Raises `Invalid` naming the field, `Conflict` when it is closed or was
    changed meanwhile.
    """
    row = held(actor, public_id)
    _must_be_open(row)
    if version is not None and version != row.version:
        raise Conflict(_("Somebody has changed these terms meanwhile."), code="changed")
    kind = KINDS[row.kind]
    try:
        kept = check_terms(kind, terms, currency=row.currency, opened=row.opened)
    except TermsError as error:
        raise refused(error) from error
    if kept == row.terms:
        return row
    changed = sorted(code for code in kept.keys() | row.terms.keys() if kept.get(code) != row.terms.get(code))
    detail = {
        "before": {code: row.terms.get(code) for code in changed},
        "after": {code: kept.get(code) for code in changed},
    }
    row.terms, row.matures, row.version = kept, matures_on(kind, kept), row.version + 1
    row.save(update_fields=["terms", "matures", "version"])
    data = {"holding": row.public_id, "terms": changed}
    event = _event(happened.HOLDING_CHANGED.code, actor, now, row, data)
    events.record(_with_detail(event, detail))
    return row


def _with_detail(event: Event, detail: Mapping[str, Any]) -> Event:
    return Event(
        event.type,
        event.actor,
        event.occurred,
        event.subject,
        event.record_id,
        event.unit_id,
        event.data,
        detail,
    )


def _must_be_open(row: Holding) -> None:
    if row.state != Holding.State.OPEN:
        raise Conflict(_("This holding is closed."), code="closed")


@action
def close_holding(
    *, actor: Actor, now: datetime, public_id: str, why: str = "client", closed: date | None = None
) -> Holding:
    """Close a holding; closing it twice is closing it once. Needs `trade.holdings.keep`.

    Raises `Conflict` while its newest balance is not nought or an order to invest is open on it, `Invalid` naming the field.
    """
    row = held(actor, public_id)
    if row.state == Holding.State.CLOSED:
        return row
    day = closed or today(now)
    if why not in CLOSED_WHY:
        raise Invalid(fields={"why": _("There is no such reason.")})
    if not row.opened <= day <= today(now):
        raise Invalid(fields={"closed": _("Between the day it was opened and today.")})
    if row.balance_minor:
        raise Conflict(_("There is still a balance on it."), code="balance")
    if InvestmentOrder.objects.filter(holding=row, state__in=investments.OPEN).exists():
        raise Conflict(_("An investment order on it is still open."), code="order_open")
    row.state, row.closed, row.why = Holding.State.CLOSED, day, why
    row.save(update_fields=["state", "closed", "why"])
    data = {"holding": row.public_id, "why": why}
    events.record(_event(happened.HOLDING_CLOSED.code, actor, now, row, data))
    return row
