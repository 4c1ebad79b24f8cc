"""Putting something on sale, changing what is said of it, its stock, taking it off. What was said stays in versions."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from guanxi.core import events, files
from guanxi.core.access import Actor, Kind
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Denied, Invalid, NotFound
from guanxi.core.events import Data, Event
from guanxi.core.files import Stored
from guanxi.core.files.actions import attach
from guanxi.core.files.kinds import PICTURES
from guanxi.core.ids import new_code
from guanxi.core.models.files import File
from guanxi.core.money import Money
from guanxi.engine.writing import clean_line, clean_text
from guanxi.trade import events as happened
from guanxi.trade.actions.shops import RIGHT, said
from guanxi.trade.models import Listing, ListingVersion, Product, Shop, Stock
from guanxi.trade.queries import market, rulesets, standards
from guanxi.trade.rules import market as rules

COLUMNS = ("title", "text", "category", "price_minor", "currency", "ship_hours", "declaration")
LINE = "listing"  # of products that stand in no line of the house


@dataclass(frozen=True, slots=True, kw_only=True)
class NewListing:
    """What a shop says of one thing it sells. `declaration` of a quality standard, as `standards.declare` gives it."""

    title: str
    price: Money
    text: str = ""
    category: str = ""
    ship_hours: int = 48
    declaration: Mapping[str, Any] = field(default_factory=dict)


@action
def add_listing(
    *,
    actor: Actor,
    now: datetime,
    listing: NewListing,
    stock: int = 1,
    shop: str = "",
    sample: bool = False,
    pictures: Sequence[Stored] = (),
) -> Listing:
    """Put something on sale, `stock` of it. `shop`: whose, where the actor is not the seller. `pictures` come with it.

    Raises `NotFound`, `Denied`, `Conflict` for a shop that has left or has too many, `Invalid` on "title", "text", "price",
    "category", "ship_hours", "stock".
    """
    owner = _shop(actor, shop)
    if owner.state != Shop.State.OPEN:
        raise Conflict(_("This shop sells nothing more."), code="not_now")
    if Listing.objects.filter(shop=owner).exclude(state=Listing.State.ENDED).count() >= rules.LISTINGS_MAX:
        raise Conflict(
            _("At most %(most)s listings in one shop.") % {"most": rules.LISTINGS_MAX}, code="at_most"
        )
    listing = _checked(listing, now, stock=stock)
    code = new_code("L")
    product = Product(
        sku=code,
        line=listing.category or LINE,
        name=_names(listing.title),
        category=listing.category,
        price_minor=listing.price.minor,
        currency=listing.price.currency,
        sample=sample,
    )
    row = Listing(
        public_id=code,
        shop=owner,
        product=product,
        **_columns(listing),
        opened=now,
        changed=now,
        sample=sample,
    )
    shown = _pictures(row, pictures, actor=actor, now=now)
    shelf = Stock(product=product, place=market.PLACE, on_hand=stock)
    events.record(
        _event(happened.LISTING_ADDED.code, actor, now, row, owner, {"stock": stock}),
        with_rows=[product, row, shelf, *shown, _version(row)],
    )
    return row


def _pictures(row: Listing, stored: Sequence[Stored], *, actor: Actor, now: datetime) -> list[File]:
    if len(stored) > rules.PICTURES_MAX or any(one.kind.code not in PICTURES for one in stored):
        raise Invalid(fields={"pictures": _("Choose photographs: JPEG, PNG, WebP or GIF.")})
    given = files.Given(stored=tuple(stored))
    found = attach(
        given, actor=actor, now=now, subject=(market.SUBJECT, row.id), record_id=row.shop.record_id
    )
    row.pictures = [{"file": one.public_id, "alt": ""} for one in found]
    return found


@action
def change_listing(
    *,
    actor: Actor,
    now: datetime,
    listing: str,
    to: NewListing,
    version: int | None = None,
) -> Listing:
    """Change what a listing says: the next version. Who has bought keeps the one they read.

    Raises `NotFound`, `Denied`, `Conflict` ("stale" for an old `version`, "not_now" when ended), `Invalid` on its fields.
    """
    row = lock(actor, listing)
    if row.state == Listing.State.ENDED:
        raise Conflict(_("This listing has ended: put the thing on sale anew."), code="not_now")
    if version is not None and version != row.version:
        raise Conflict(_("This listing has been changed in the meantime. Look at it again."), code="stale")
    to = _checked(to, now, kept=row)
    rewrite(row, _columns(to), actor=actor, now=now)
    return row


def rewrite(
    row: Listing,
    after: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
    with_rows: Sequence[models.Model] = (),
) -> None:
    """What a locked listing says from now on, as its next version, in a greater action; nothing where nothing differs."""
    before = _said(row)
    changed = sorted(key for key in after if before[key] != after[key])
    if not changed:
        return
    for key in changed:
        setattr(row, key, after[key])
    row.version += 1
    row.changed = now
    row.save(update_fields=[*changed, "version", "changed"])
    Product.objects.filter(id=row.product_id).update(
        name=_names(row.title),
        category=row.category,
        line=row.category or LINE,
        price_minor=row.price_minor,
        currency=row.currency,
    )
    data = {"version": row.version, "fields": ", ".join(changed)}
    detail = {"before": {key: before[key] for key in changed}, "after": {key: after[key] for key in changed}}
    told = _event(happened.LISTING_CHANGED.code, actor, now, row, row.shop, data, detail)
    events.record(told, with_rows=[*with_rows, _version(row)])


@action
def set_stock(*, actor: Actor, now: datetime, listing: str, free: int) -> int:
    """So many can be bought from now on, besides those promised to orders already. Gives how many it were before.

    Raises `NotFound`, `Denied`, `Conflict` for an ended one, `Invalid` on "stock".
    """
    row = lock(actor, listing)
    if row.state == Listing.State.ENDED:
        raise Conflict(_("This listing has ended: put the thing on sale anew."), code="not_now")
    if not 0 <= free <= rules.STOCK_MAX:
        raise said({"stock": rules.WRONG})
    shelf = Stock.objects.select_for_update().filter(product=row.product_id, place=market.PLACE).first()
    if shelf is None:
        shelf = Stock.objects.create(product_id=row.product_id, place=market.PLACE)
    before = shelf.free
    if before != free:
        shelf.on_hand = shelf.reserved + free
        shelf.save(update_fields=["on_hand"])
        data = {"before": before, "after": free}
        events.record(_event(happened.LISTING_STOCKED.code, actor, now, row, row.shop, data))
    return before


@action
def move_listing(*, actor: Actor, now: datetime, listing: str, verb: str) -> Listing:
    """Pause, resume or end a listing ("pause", "resume", "end"). Raises `NotFound`, `Denied`, `Conflict`."""
    row = lock(actor, listing)
    after = rules.step(row.state, verb)
    if after is None:
        raise Conflict(_("This cannot be done with the listing now."), code="not_now")
    if after == rules.ACTIVE and row.shop.state != Shop.State.OPEN:
        raise Conflict(_("This shop sells nothing more."), code="not_now")
    before, row.state, row.changed = row.state, after, now
    row.save(update_fields=["state", "changed"])
    events.record(
        _event(happened.LISTING_MOVED.code, actor, now, row, row.shop, {"before": before, "after": after})
    )
    return row


def _shop(actor: Actor, code: str) -> Shop:
    market.require_market()
    shop = market.shop_to_run(actor, code)
    _allow(actor, shop)
    return shop


def _allow(actor: Actor, shop: Shop) -> None:
    if actor.kind is Kind.CUSTOMER:
        return
    actor.require(RIGHT)
    if not actor.reach(RIGHT).everything:
        if shop.record.unit_id is None:
            raise Denied(code="denied")
        actor.require_at(RIGHT, shop.record.unit_id)


def lock(actor: Actor, code: str) -> Listing:
    """A listing this actor may change, locked. Raises `NotFound`, `Denied`."""
    seen = Listing.objects.visible_to(actor).select_related("shop__record").filter(public_id=code).first()
    if seen is None:
        raise NotFound
    _allow(actor, seen.shop)
    found: Listing = (
        Listing.objects.select_for_update(of=("self",)).select_related("shop__record").get(id=seen.id)
    )
    return found


def _checked(
    listing: NewListing, now: datetime, *, stock: int | None = None, kept: Listing | None = None
) -> NewListing:
    """The same with its words cleaned and what it declares checked. Raises `Invalid`."""
    faults = rules.listing_faults(
        title=listing.title,
        text=listing.text,
        price_minor=listing.price.minor,
        ship_hours=listing.ship_hours,
        stock=stock,
    )
    known = market.categories()
    if (known and listing.category not in known) or (listing.category and not known):
        faults["category"] = rules.UNKNOWN
    if listing.price.currency != rulesets.current().currency:
        faults["price"] = rules.WRONG
    if faults:
        raise said(faults)
    cleaned = asdict(listing) | {"title": clean_line(listing.title), "text": clean_text(listing.text)}
    return NewListing(**cleaned | {"price": listing.price, "declaration": _declared(listing, now, kept)})


def _declared(listing: NewListing, now: datetime, kept: Listing | None) -> Mapping[str, Any]:
    """What it declares, by a standard in force for its category; what it declared before stays, under its own version."""
    given = dict(listing.declaration)
    if not given:
        return {}
    if kept is not None and given == kept.declaration and listing.category == kept.category:
        return given
    code = str(given.get("standard", ""))
    if code not in {one.standard.code for one in standards.standards_for(listing.category, now)}:
        raise Invalid(fields={"standard": _("This standard is not for things of this category.")})
    return standards.declare(
        version_ref=f"{code}@{given.get('version', '')}",
        grade=str(given.get("grade", "")),
        values=given.get("values", {}),
        evidence=given.get("evidence", ()),
        now=now,
    )


def _columns(listing: NewListing) -> dict[str, Any]:
    return {
        "title": listing.title,
        "text": listing.text,
        "category": listing.category,
        "price_minor": listing.price.minor,
        "currency": listing.price.currency,
        "ship_hours": listing.ship_hours,
        "declaration": dict(listing.declaration),
    }


def _said(row: Listing) -> dict[str, Any]:
    return {key: getattr(row, key) for key in (*COLUMNS, "pictures")}


def _names(title: str) -> dict[str, str]:
    """A seller's title is what it is in every language."""
    return {"zh-hans": title, "en": title}


def _version(row: Listing) -> ListingVersion:
    return ListingVersion(listing=row, number=row.version, made=row.changed, **_said(row))


def _event(
    code: str,
    actor: Actor,
    now: datetime,
    row: Listing,
    shop: Shop,
    data: Data,
    detail: Mapping[str, Any] | None = None,
) -> Event:
    told = {"listing": row.public_id, "shop": shop.public_id, **data}
    return Event(code, actor, now, ("listing", row.id), record_id=shop.record_id, data=told, detail=detail)
