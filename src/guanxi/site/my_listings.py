"""What my shop offers: the list, putting something on sale, changing it, its stock."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.core import clock, files, keyset
from guanxi.core.access import Actor, Kind
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.fields import read_money, read_number
from guanxi.core.http import Request, act_once, form_key, page, version_of
from guanxi.core.money import Money, digits_of
from guanxi.core.phrases import pick
from guanxi.site import order_words as words
from guanxi.site.my_orders import to_sign_in
from guanxi.trade.actions import listings as acts
from guanxi.trade.actions import pictures
from guanxi.trade.actions.listings import NewListing
from guanxi.trade.actions.pictures import Picture
from guanxi.trade.models import Listing
from guanxi.trade.pages import declared
from guanxi.trade.pages import market as shown
from guanxi.trade.queries import market, rulesets, standards
from guanxi.trade.rules import market as rules

PAGE = 40
FIELDS = ("title", "text", "category", "price", "price_currency", "ship_hours", "stock")
PICTURE_VERBS = ("pictures", "arrange")
VERBS: Mapping[str, Any] = {
    "pause": gettext_lazy("Pause"),
    "resume": gettext_lazy("Put on sale again"),
    "end": gettext_lazy("Take off for good"),
}


def _mine(actor: Actor, public_id: str) -> Listing:
    """One of my listings in any state. Raises `SignInNeeded`, `Denied`, `NotFound`."""
    actor.require_kind(Kind.CUSTOMER)
    shop = market.my_shop(actor)
    found = market.list_listings(actor).filter(public_id=public_id, shop=shop).first() if shop else None
    if found is None:
        raise NotFound
    return found


@require_safe
def listings(request: Request) -> HttpResponse:
    """Everything my shop offers and has offered, the newest first."""
    market.require_market()
    if (first := to_sign_in(request)) is not None:
        return first
    shop = market.my_shop(request.actor)
    if shop is None:
        raise NotFound
    url = reverse("my_listings")
    found = keyset.cut(
        market.list_listings(request.actor).filter(shop=shop),
        "opened",
        request.GET.get("after", "")[:64],
        size=PAGE,
    )
    left = market.free_of(found.rows)
    context = {
        "rows": [_row(one, left.get(one.id, 0)) for one in found.rows],
        "shop": shown.shop_of(shop),
        "older_url": f"{url}?{urlencode({'after': found.next_cursor})}" if found.next_cursor else "",
        "newest_url": url if request.GET.get("after") else "",
        "may_add": shop.state == shop.State.OPEN,
    }
    return page(request, "my/listings.html", context)


def _row(row: Listing, left: int) -> dict[str, Any]:
    return {
        "url": reverse("my_listing", args=[row.public_id]),
        "title": row.title,
        "price": shown.price_words(row.price_minor, row.currency),
        "left": shown.stock_words(left),
        "state": row.get_state_display(),
        "tone": {"active": "green", "paused": "amber"}.get(row.state, ""),
        "opened": row.opened,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def listing_new(request: Request) -> HttpResponse:
    """Put something on sale."""
    market.require_market()
    if (first := to_sign_in(request)) is not None:
        return first
    if market.my_shop(request.actor) is None:
        raise NotFound
    if request.method != "POST":
        return _form(request, None, {"ship_hours": "48", "stock": "1"}, {})
    values = _posted(request)

    def effect() -> str:
        stock = _stock(values)
        made = acts.add_listing(actor=request.actor, now=clock.now(), listing=_said(values), stock=stock)
        return reverse("my_listing", args=[made.public_id]) + "?done=added"

    try:
        return act_once(request, effect=effect)
    except (Invalid, Conflict) as error:
        return _form(request, None, values, words.errors_of(error), status=int(error.status))


def _posted(request: Request) -> dict[str, str]:
    return {name: request.POST.get(name, "")[: rules.TEXT_CHARS_MAX + 1] for name in FIELDS}


def _said(values: Mapping[str, str], row: Listing | None = None) -> NewListing:
    """What the form says; what `row` declares stays while it is of the same category. Raises `Invalid`."""
    price = read_money(values, "price")
    if price is None:
        raise Invalid(fields={"price": _("Please fill this in.")})
    hours = values["ship_hours"]
    if not (hours.isdecimal() and hours.isascii()):
        raise Invalid(fields={"ship_hours": _("Choose one of these.")})
    return NewListing(
        title=values["title"],
        text=values["text"],
        price=price,
        category=values["category"],
        ship_hours=int(hours[:6]),
        declaration=row.declaration if row is not None and row.category == values["category"] else {},
    )


def _stock(values: Mapping[str, str]) -> int:
    number = read_number(values, "stock")
    if number is None or number != number.to_integral_value() or not 0 <= number <= rules.STOCK_MAX:
        raise Invalid(
            fields={"stock": _("A whole number from 0 to %(most)s.") % {"most": f"{rules.STOCK_MAX:,}"}}
        )
    return int(number)


@require_safe
def listing(request: Request, public_id: str) -> HttpResponse:
    """One of my listings, to be changed."""
    if (first := to_sign_in(request)) is not None:
        return first
    row = _mine(request.actor, public_id)
    return _form(request, row, _values(row), {})


def _values(row: Listing) -> dict[str, str]:
    digits = digits_of(row.currency)
    price = f"{row.price_minor / 10**digits:.{digits}f}"
    return {
        "title": row.title,
        "text": row.text,
        "category": row.category,
        "price": price,
        "ship_hours": str(row.ship_hours),
        "stock": str(market.free_of([row]).get(row.id, 0)),
    }


def _form(
    request: Request,
    row: Listing | None,
    values: Mapping[str, str],
    errors: Mapping[str, str],
    *,
    given: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    known = market.categories()
    context = {
        "row": row,
        "version": row.version if row else 0,
        "state": row.get_state_display() if row else "",
        "ended": row is not None and row.state == Listing.State.ENDED,
        "public_url": reverse("listing", args=[row.public_id]) if row else "",
        "values": values,
        "errors": errors,
        "currency": rulesets.current().currency,
        "kinds": [("", _("Choose"))] + [(code, pick(names)) for code, names in known.items()]
        if known
        else [],
        "hours": [(str(one), shown.ships_words(one)) for one in rules.SHIP_HOURS],
        "verbs": [(verb, str(VERBS[verb])) for verb in rules.verbs_of(row.state)] if row else [],
        "versions": market.versions_of(row) if row else [],
        "notice": _("It is on sale.") if request.GET.get("done") == "added" else "",
        "standard": declared.form_for(row.category, clock.now(), row.declaration, given) if row else None,
        "pictures": _pictures(row) if row else None,
        "key": form_key(),
        "text_most": rules.TEXT_CHARS_MAX,
    }
    return page(request, "my/listing.html", context, status=status)


def _pictures(row: Listing) -> dict[str, Any]:
    """What the part for pictures shows: each with its words and place, whether it is drawn yet, and how many more fit."""
    ready = {one.file for one in market.pictures_of([row]).get(row.id, ())}
    return {
        "rows": [
            {
                "code": one["file"],
                "alt": one["alt"],
                "url": reverse("listing_picture", args=[one["file"]]) if one["file"] in ready else "",
                "place": str(place),
            }
            for place, one in enumerate(row.pictures, 1)
        ],
        "places": [(str(place), str(place)) for place in range(1, len(row.pictures) + 1)],
        "more": rules.PICTURES_MAX - len(row.pictures),
        "most": rules.PICTURES_MAX,
        "alt_most": rules.ALT_CHARS_MAX,
        "files": files.form() | {"accept": "image/jpeg,image/png,image/webp,image/gif"},
    }


def _arranged(row: Listing, posted: Mapping[str, Any]) -> list[Picture]:
    """The pictures as the form puts them: without those ticked, by the places chosen; who moved goes first."""
    found = []
    for place, one in enumerate(row.pictures, 1):
        code = one["file"]
        if f"out-{code}" in posted:
            continue
        chosen = str(posted.get(f"at-{code}", place))[:3]
        to = int(chosen) if chosen.isdecimal() and chosen.isascii() else place
        moved = 0 if to < place else 2 if to > place else 1
        found.append((to, moved, Picture(code, str(posted.get(f"alt-{code}", one["alt"]))[:400])))
    return [one for _to, _moved, one in sorted(found, key=lambda each: each[:2])]


@require_POST
def listing_do(request: Request, public_id: str, verb: str) -> HttpResponse:
    """Change what it says, its stock, whether it is on sale."""
    row = _mine(request.actor, public_id)
    if verb not in ("change", "stock", "declare", *PICTURE_VERBS, *rules.VERBS):
        raise NotFound
    values = (
        _posted(request) if verb == "change" else _values(row) | {"stock": request.POST.get("stock", "")[:20]}
    )

    def effect() -> str:
        _do(request, row, verb, values)
        return reverse("my_listing", args=[public_id]) + ("#pictures" if verb in PICTURE_VERBS else "")

    try:
        return act_once(request, effect=effect)
    except (Invalid, Conflict) as error:
        given = _texts(request.POST.dict()) if verb == "declare" else None
        return _form(request, row, values, words.errors_of(error), given=given, status=int(error.status))


def _texts(posted: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value)[:200] for name, value in posted.items()}


def _declaring(row: Listing, posted: Mapping[str, Any], now: datetime) -> NewListing:
    """The listing as it is, declared by what the form says; without a grade it declares nothing any more."""
    given = _texts(posted)
    found = standards.standards_for(row.category, now)
    if not found:
        raise NotFound
    declaration = declared.read(given, found[0], now) if given.get("grade") else {}
    return NewListing(
        title=row.title,
        text=row.text,
        price=Money(row.price_minor, row.currency),
        category=row.category,
        ship_hours=row.ship_hours,
        declaration=declaration,
    )


def _do(request: Request, row: Listing, verb: str, values: Mapping[str, str]) -> None:
    actor, now, code = request.actor, clock.now(), row.public_id
    if verb == "change":
        changed = acts.change_listing(
            actor=actor, now=now, listing=code, to=_said(values, row), version=version_of(request)
        )
        told = _("Saved as version %(n)s. Who has bought keeps what they read.") % {"n": changed.version}
    elif verb == "declare":
        changed = acts.change_listing(
            actor=actor, now=now, listing=code, to=_declaring(row, request.POST.dict(), now)
        )
        told = _("Saved as version %(n)s. Who has bought keeps what they read.") % {"n": changed.version}
    elif verb == "pictures":
        given = files.receive(request.FILES.getlist("pictures"), field="pictures")
        changed = pictures.add_pictures(actor=actor, now=now, listing=code, stored=given.stored)
        told = _("The pictures are with the listing. They appear as soon as they are drawn.")
    elif verb == "arrange":
        changed = pictures.arrange_pictures(
            actor=actor,
            now=now,
            listing=code,
            to=_arranged(row, request.POST.dict()),
            version=version_of(request),
        )
        told = _("Saved as version %(n)s. Who has bought keeps what they read.") % {"n": changed.version}
    elif verb == "stock":
        free = _stock(values)
        acts.set_stock(actor=actor, now=now, listing=code, free=free)
        told = ngettext("%(n)s can be bought now.", "%(n)s can be bought now.", free) % {"n": f"{free:,}"}
    else:
        moved = acts.move_listing(actor=actor, now=now, listing=code, verb=verb)
        told = _("Now: %(state)s.") % {"state": moved.get_state_display()}
    messages.success(request, told)
