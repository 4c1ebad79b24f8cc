"""Reading shops and what they offer: everybody sees what is on sale, a shop and the house see all of theirs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from guanxi.core import keyset, search
from guanxi.core.access import Actor, Kind
from guanxi.core.errors import Invalid, NotFound
from guanxi.core.models.files import File
from guanxi.core.prepared import prepared_at
from guanxi.trade.models import (
    Enrolment,
    Listing,
    ListingVersion,
    Order,
    OrderLine,
    Return,
    Shop,
    Stock,
)
from guanxi.trade.queries import rulesets
from guanxi.trade.rules.market import PRICE_MINOR_MAX
from guanxi.trade.rules.returning import OPEN as RETURNING

PLACE = "shop"  # where the stock of a listing lies
SUBJECT = "listing"  # of files
PAGE = 24
FOUND_MAX = 500  # that a search looks at
NEWEST, CHEAPEST = "new", "cheap"
ORDERS = (NEWEST, CHEAPEST)


def has_market() -> bool:
    """Whether this house lets others sell: its published rules hold a flow for sellers' orders."""
    return any(flow.seller for flow in rulesets.current().flows.values())


def require_market() -> None:
    """Raise `NotFound` in a house without sellers."""
    if not has_market():
        raise NotFound


def categories() -> dict[str, Mapping[str, str]]:
    """{code: names} of what a listing can be: the lines of goods that no team of the house looks after."""
    lines = rulesets.current().lines
    return {code: one.name for code, one in lines.items() if one.kind == "goods" and not one.team}


def on_sale() -> QuerySet[Listing]:
    """What anybody may see and buy."""
    found: QuerySet[Listing] = Listing.objects.filter(state=Listing.State.ACTIVE, shop__state=Shop.State.OPEN)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody looks for: words, a category, a span of prices (minor units), a shop's key."""

    text: str = ""
    category: str = ""
    least: int | None = None
    most: int | None = None
    shop: int | None = None
    order: str = NEWEST


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture that can be shown: its file's public id, and what it shows in words ("" where nobody said)."""

    file: str
    alt: str


@dataclass(frozen=True, slots=True)
class Page:
    """Listings with their shops, and the cursor of the next page, "" at the end."""

    rows: Sequence[Listing]
    next_cursor: str


def list_market(wanted: Wanted, after: str = "", *, size: int = PAGE) -> Page:
    """A page of what is on sale. Of a search the 500 best are looked at. Raises `Invalid` for a cursor that is not ours."""
    found = _narrow(on_sale().select_related("shop"), wanted)
    if wanted.order == CHEAPEST:
        return _cheapest(found, after, size)
    page = keyset.cut(found.order_by("-opened", "-id"), "opened", after, size=size)
    return Page(page.rows, page.next_cursor)


def _narrow(found: QuerySet[Listing], wanted: Wanted) -> QuerySet[Listing]:
    if wanted.text.strip():
        found = found.filter(id__in=search.candidates(wanted.text, "listing", limit=FOUND_MAX))
    if wanted.category:
        found = found.filter(category=wanted.category)
    if wanted.least is not None:
        found = found.filter(price_minor__gte=wanted.least)
    if wanted.most is not None:
        found = found.filter(price_minor__lte=wanted.most)
    return found if wanted.shop is None else found.filter(shop_id=wanted.shop)


def _cheapest(found: QuerySet[Listing], after: str, size: int) -> Page:
    if after:
        price, code = _place(after)
        key = Listing.objects.filter(public_id=code).values_list("id", flat=True).first() or 0
        found = found.filter(Q(price_minor__gt=price) | Q(price_minor=price, id__gt=key))
    rows = list(found.order_by("price_minor", "id")[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    return Page(rows, f"{rows[-1].price_minor}.{rows[-1].public_id}" if more else "")


def _place(after: str) -> tuple[int, str]:
    price, _dot, code = after.partition(".")
    if not price.isdecimal() or not price.isascii() or int(price[:12]) > PRICE_MINOR_MAX or not code:
        raise Invalid(code="cursor")
    return int(price), code[:20]


def get_listing(actor: Actor, public_id: str) -> Listing:
    """A listing on sale; to its shop, to us and to who has bought it, in every state. Raises `NotFound`."""
    found = Listing.objects.select_related("shop__record", "product").filter(public_id=public_id).first()
    if found is None or not (_is_on_sale(found) or _sees(actor, found)):
        raise NotFound
    return found


def _is_on_sale(listing: Listing) -> bool:
    return listing.state == Listing.State.ACTIVE and listing.shop.state == Shop.State.OPEN


def _sees(actor: Actor, listing: Listing) -> bool:
    if Listing.objects.visible_to(actor).filter(id=listing.id).exists():
        return True
    if actor.kind is not Kind.CUSTOMER:
        return False
    bought = Order.objects.visible_to(actor).filter(lines__listing=listing.id)
    return bool(bought.exists())


def get_shop(actor: Actor, public_id: str) -> Shop:
    """A shop that sells or is leaving, for everybody; a closed one for its owner and for us. Raises `NotFound`."""
    found = Shop.objects.select_related("record").filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    if found.state == Shop.State.CLOSED and not Shop.objects.visible_to(actor).filter(id=found.id).exists():
        raise NotFound
    return found


def my_shop(actor: Actor) -> Shop | None:
    """The shop of a signed-in customer: the one that is open, else the newest."""
    if actor.kind is not Kind.CUSTOMER:
        return None
    own = Shop.objects.visible_to(actor).select_related("record").order_by("-opened", "-id")
    found = list(own[:5])
    return next((one for one in found if one.state != Shop.State.CLOSED), found[0] if found else None)


def shop_to_run(actor: Actor, public_id: str = "") -> Shop:
    """The shop this actor acts for: their own, or with `trade.shops` the one named. Raises `NotFound`, `Denied`."""
    if actor.kind is Kind.CUSTOMER:
        shop = my_shop(actor)
        if shop is None or (public_id and shop.public_id != public_id):
            raise NotFound
        return shop
    found = Shop.objects.visible_to(actor).select_related("record").filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    actor.require("trade.shops")
    return found


def shop_of_record(record_id: int) -> Shop | None:
    return Shop.objects.filter(record_id=record_id).first()


def list_shops(actor: Actor) -> QuerySet[Shop]:
    """Visible shops, newest first, with what they have `on_sale`, orders `under_way`, and whether a deposit is `short`."""
    found: QuerySet[Shop] = Shop.objects.visible_to(actor)
    active = Listing.objects.filter(shop=OuterRef("pk"), state=Listing.State.ACTIVE)
    running = Order.objects.filter(
        seller=OuterRef("record"), state__in=[Order.State.PLACED, Order.State.PAID, Order.State.SHIPPED]
    )
    short = Enrolment.objects.filter(shop=OuterRef("pk"), state=Enrolment.State.SHORT)
    return (
        found.select_related("record__customer")
        .annotate(on_sale=_count(active, "shop"), under_way=_count(running, "seller"), short=Exists(short))
        .order_by("-opened", "-id")
    )


def get_seen_shop(actor: Actor, public_id: str) -> Shop:
    """One of them, in any state. Raises `NotFound`."""
    found = list_shops(actor).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def _count(rows: QuerySet[Any], by: str) -> Coalesce:
    """How many of these rows belong to the outer one: 0 where there are none."""
    counted = rows.order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def shop_of_customer(actor: Actor, customer_id: int) -> Shop | None:
    """The shop of a customer as `list_shops` has it, the open one before closed ones; None without one in sight."""
    own = _shops_of(actor, customer_id)
    return next((one for one in own if one.state != Shop.State.CLOSED), own[0] if own else None)


@prepared_at(Shop)
def _shops_of(actor: Actor, customer_id: int) -> QuerySet[Shop]:
    return list_shops(actor).filter(record__customer_id=customer_id)[:5]


def list_listings(actor: Actor) -> QuerySet[Listing]:
    """Visible listings of all states, newest first."""
    found: QuerySet[Listing] = Listing.objects.visible_to(actor)
    return found.select_related("shop__record__customer").order_by("-opened", "-id")


def search_shops(actor: Actor, text: str, *, limit: int, found: Sequence[int] | None = None) -> list[int]:
    """Keys of visible shops whose name or words hold all of `text`, best first."""
    ids = search.candidates(text, "shop", limit=limit * 2) if found is None else list(found)
    seen = set(Shop.objects.visible_to(actor).filter(id__in=ids).values_list("id", flat=True))
    return [ref for ref in ids if ref in seen][:limit]


def search_listings(actor: Actor, text: str, *, limit: int, found: Sequence[int] | None = None) -> list[int]:
    """Keys of visible listings whose title or words hold all of `text`, best first."""
    ids = search.candidates(text, "listing", limit=limit * 2) if found is None else list(found)
    seen = set(Listing.objects.visible_to(actor).filter(id__in=ids).values_list("id", flat=True))
    return [ref for ref in ids if ref in seen][:limit]


def free_of(listings: Collection[Listing]) -> dict[int, int]:
    """{listing id: how many can be bought now}, in one statement."""
    by_product = {one.product_id: one.id for one in listings}
    rows = Stock.objects.filter(product_id__in=by_product, place=PLACE)
    return {by_product[row.product_id]: row.free for row in rows}


def pictures_of(listings: Collection[Listing]) -> dict[int, list[Shown]]:
    """{listing id: its pictures that can be shown now}, in one statement: a new one has to be drawn first."""
    codes = {
        one["file"]: (row.id, place, one["alt"]) for row in listings for place, one in enumerate(row.pictures)
    }
    found: dict[int, list[tuple[int, Shown]]] = {}
    ready = File.objects.filter(public_id__in=codes, preview=File.Preview.READY, erased=None) if codes else ()
    for file in ready:
        if file.scan in (File.Scan.NONE, File.Scan.CLEAN):
            listing_id, place, alt = codes[file.public_id]
            found.setdefault(listing_id, []).append((place, Shown(file.public_id, alt)))
    return {
        key: [one for _place, one in sorted(shown, key=lambda each: each[0])] for key, shown in found.items()
    }


def get_picture(actor: Actor, public_id: str) -> File:
    """A picture of a listing, for whoever sees the listing. Raises `NotFound`."""
    file: File | None = File.objects.filter(public_id=public_id, subject_kind=SUBJECT, erased=None).first()
    if file is None or file.subject_id is None:
        raise NotFound
    listing = Listing.objects.select_related("shop__record").filter(id=file.subject_id).first()
    if listing is None or not (_is_on_sale(listing) or _sees(actor, listing)):
        raise NotFound
    return file


def may_see(actor: Actor, listing_id: int) -> bool:
    """Whether somebody may have the files of a listing as they were sent: its shop, and we. Others see the pictures."""
    return Listing.objects.visible_to(actor).filter(id=listing_id).exists()


def versions_of(listing: Listing) -> list[ListingVersion]:
    """What it said and says, newest first."""
    return list(listing.versions.order_by("-number"))


def said_then(listing_ids: Collection[int], at: datetime) -> dict[int, ListingVersion]:
    """{listing id: what it said at a moment}, in one statement: what somebody who bought it then had read."""
    rows = ListingVersion.objects.filter(listing_id__in=listing_ids, made__lte=at).order_by("number")
    return {row.listing_id: row for row in rows}


def bought_listings(order_ids: Collection[int]) -> dict[int, list[int]]:
    """{order id: keys of the listings it bought}."""
    found: dict[int, list[int]] = {}
    lines = OrderLine.objects.filter(order_id__in=order_ids).exclude(listing=None).order_by("id")
    for order_id, listing_id in lines.values_list("order_id", "listing_id"):
        if listing_id is not None:
            found.setdefault(order_id, []).append(listing_id)
    return found


def is_sold(listing: Listing) -> bool:
    return OrderLine.objects.filter(listing=listing).exists()


def list_leaving() -> QuerySet[Shop]:
    """Shops that sell nothing more, with no order or return on its way and no promise running. For the job that closes them."""
    running = Order.objects.filter(
        seller=OuterRef("record"), state__in=[Order.State.PLACED, Order.State.PAID, Order.State.SHIPPED]
    )
    found: QuerySet[Shop] = Shop.objects.filter(state=Shop.State.LEAVING)
    back = Return.objects.filter(order__seller=OuterRef("record"), state__in=RETURNING)
    promised = Enrolment.objects.filter(shop=OuterRef("pk")).exclude(state=Enrolment.State.ENDED)
    found = found.exclude(Exists(running)).exclude(Exists(back)).exclude(Exists(promised))
    return found.select_related("record").order_by("id")


def search_words(listing: Listing) -> search.Words:
    """What a listing is found by: its number, title and words, and the shop's name."""
    return search.Words(
        "listing",
        listing.id,
        listing.text,
        record_id=listing.shop.record_id,
        boost="\n".join([listing.public_id, listing.title, listing.shop.name]),
    )


def shop_words(shop: Shop) -> search.Words:
    """What a shop is found by."""
    words = "\n".join([shop.public_id, shop.name])
    return search.Words(
        "shop", shop.id, f"{shop.about} {shop.city}", record_id=shop.record_id, boost=words, names=shop.name
    )


def listing_ids(shops: Collection[int]) -> list[int]:
    """Keys of all listings of these shops."""
    return list(Listing.objects.filter(shop__in=shops).values_list("id", flat=True)) if shops else []


def words_of_listings(ids: Collection[int]) -> list[search.Words]:
    found = Listing.objects.filter(id__in=ids).select_related("shop")
    return [search_words(one) for one in found]


def words_of_shops(ids: Collection[int]) -> list[search.Words]:
    return [shop_words(one) for one in Shop.objects.filter(id__in=ids)]
