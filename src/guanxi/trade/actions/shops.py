"""Opening a shop, changing what it shows, giving notice. Whoever sells may buy elsewhere as ever."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guanxi.core import events
from guanxi.core.access import Actor, Kind, system
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Denied, Invalid
from guanxi.core.events import Data, Event
from guanxi.engine.writing import clean_line, clean_text
from guanxi.people.models import Record
from guanxi.trade import events as happened
from guanxi.trade.actions import enrolling
from guanxi.trade.models import Listing, Shop
from guanxi.trade.queries import market
from guanxi.trade.rules import market as rules

RIGHT = "trade.shops"
Words = str | Promise
FAULTS: Mapping[str, Words] = {
    rules.MISSING: _("Please fill this in."),
    rules.SHORT: _("This is too short."),
    rules.LONG: _("This is too long."),
    rules.WRONG: _("This cannot be right."),
    rules.UNKNOWN: _("Choose one of these."),
}
Check = Callable[[Shop, datetime], bool]
_keeps_open: dict[str, Check] = {}


def keeps_open(code: str, check: Check) -> None:
    """A higher room says what must be over before a leaving shop closes: `check(shop, now)` is true while it runs."""
    _keeps_open[code] = check


def said(faults: Mapping[str, str]) -> Invalid:
    """What is wrong, beside its fields."""
    return Invalid(fields={name: FAULTS[code] for name, code in faults.items()})


@action
def open_shop(
    *,
    actor: Actor,
    now: datetime,
    name: str,
    about: str = "",
    city: str = "",
    record_id: int | None = None,
    sample: bool = False,
) -> Shop:
    """A signed-in customer becomes a seller; staff with `trade.shops` open one for the record they name.

    Raises `NotFound` in a house without sellers, `SignInNeeded`, `Denied`, `Conflict` for whoever has a shop already,
    `Invalid` on "name", "about", "city".
    """
    market.require_market()
    record = _whose(actor, record_id)
    if faults := rules.shop_faults(name, about, city):
        raise said(faults)
    name = clean_line(name)
    own = Shop.objects.filter(record__customer=record.customer_id)
    if own.exclude(state=Shop.State.CLOSED).exists() or own.filter(record=record).exists():
        raise Conflict(_("This person has a shop already."), code="there_already")
    _free_name(name)
    shop = Shop(
        record=record,
        name=name,
        about=clean_text(about),
        city=clean_line(city),
        opened=now,
        sample=sample,
    )
    events.record(_event(happened.SHOP_OPENED.code, actor, now, shop, {}), with_rows=[shop])
    return shop


def _whose(actor: Actor, record_id: int | None) -> Record:
    if actor.kind is Kind.CUSTOMER:
        if record_id not in (None, actor.record_id):
            raise Denied(code="denied")
        record_id = actor.record_id
    else:
        actor.require(RIGHT)
    found = Record.objects.filter(id=record_id).first() if record_id is not None else None
    if found is None:
        raise Invalid(fields={"customer": _("We know no such customer.")}, code="unknown")
    if actor.kind is not Kind.CUSTOMER and not actor.reach(RIGHT).everything:
        if found.unit_id is None:
            raise Denied(code="denied")
        actor.require_at(RIGHT, found.unit_id)
    return found


def _free_name(name: str, *, but: int = 0) -> None:
    taken = Shop.objects.filter(name__iexact=name).exclude(state=Shop.State.CLOSED)
    if taken.exclude(id=but).exists():
        raise Invalid(fields={"name": _("Another shop has this name.")}, code="taken")


@action
def change_shop(*, actor: Actor, now: datetime, name: str, about: str, city: str, shop: str = "") -> Shop:
    """Change what a shop shows. Raises `NotFound`, `Denied`, `Conflict` for a closed one, `Invalid` on its fields."""
    row = _locked(actor, shop)
    if row.state == Shop.State.CLOSED:
        raise Conflict(_("This shop is closed."), code="not_now")
    if faults := rules.shop_faults(name, about, city):
        raise said(faults)
    before = {"name": row.name, "about": row.about, "city": row.city}
    after = {"name": clean_line(name), "about": clean_text(about), "city": clean_line(city)}
    changed = sorted(key for key in before if before[key] != after[key])
    if not changed:
        return row
    if after["name"].casefold() != before["name"].casefold():
        _free_name(after["name"], but=row.id)
    row.name, row.about, row.city = after["name"], after["about"], after["city"]
    row.save(update_fields=["name", "about", "city"])
    detail = {"before": {key: before[key] for key in changed}, "after": {key: after[key] for key in changed}}
    events.record(_event(happened.SHOP_CHANGED.code, actor, now, row, {"fields": ", ".join(changed)}, detail))
    return row


@action
def leave(*, actor: Actor, now: datetime, shop: str = "") -> Shop:
    """Give notice: nothing more is sold, and every scheme is left. Orders, promises and cases go on, deposits stay until then.

    Raises `NotFound`, `Denied`, `Conflict` where it has left already.
    """
    row = _locked(actor, shop)
    if row.state != Shop.State.OPEN:
        raise Conflict(_("This shop has given notice already."), code="not_now")
    row.state, row.left = Shop.State.LEAVING, now
    row.save(update_fields=["state", "left"])
    by = actor if actor.kind is Kind.CUSTOMER else system("shops")
    enrolling.leave_all(actor=by, now=now, shop=row.public_id)
    on_sale = Listing.objects.filter(shop=row, state=Listing.State.ACTIVE)
    events.record(_event(happened.SHOP_LEFT.code, actor, now, row, {"on_sale": on_sale.count()}))
    return row


@action
def stay(*, actor: Actor, now: datetime, shop: str = "") -> Shop:
    """Take notice back while the shop is not closed; what was on sale is on sale again."""
    row = _locked(actor, shop)
    if row.state != Shop.State.LEAVING:
        raise Conflict(_("This shop is not leaving."), code="not_now")
    row.state, row.left = Shop.State.OPEN, None
    row.save(update_fields=["state", "left"])
    events.record(_event(happened.SHOP_STAYED.code, actor, now, row, {}))
    return row


@action
def close_shop(*, actor: Actor, now: datetime, shop_id: int) -> bool:
    """Close a leaving shop of which nothing is open any more; False while something is. By the clock, or `trade.shops`."""
    actor.require(RIGHT)
    row = market.list_leaving().select_for_update(of=("self",)).filter(id=shop_id).first()
    if row is None or any(check(row, now) for check in _keeps_open.values()):
        return False
    row.state = Shop.State.CLOSED
    row.save(update_fields=["state"])
    Listing.objects.filter(shop=row).exclude(state=Listing.State.ENDED).update(
        state=Listing.State.ENDED, changed=now
    )
    events.record(_event(happened.SHOP_CLOSED.code, actor, now, row, {}))
    return True


def close_shops(*, actor: Actor, now: datetime) -> int:
    """Close every leaving shop that has come to rest; how many. Safe twice."""
    leaving = list(market.list_leaving().values_list("id", flat=True))
    return sum(close_shop(actor=actor, now=now, shop_id=one) for one in leaving)


def _locked(actor: Actor, shop: str) -> Shop:
    seen = market.shop_to_run(actor, shop)
    if actor.kind is not Kind.CUSTOMER and not actor.reach(RIGHT).everything:
        if seen.record.unit_id is None:
            raise Denied(code="denied")
        actor.require_at(RIGHT, seen.record.unit_id)
    return Shop.objects.select_for_update(of=("self",)).select_related("record").get(id=seen.id)


def _event(
    code: str, actor: Actor, now: datetime, shop: Shop, data: Data, detail: Mapping[str, Any] | None = None
) -> Event:
    told = {"shop": shop.public_id, **data}
    return Event(code, actor, now, ("shop", shop.id), record_id=shop.record_id, data=told, detail=detail)
