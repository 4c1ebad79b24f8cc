"""The market for everybody: what is on sale, one listing with its questions, a shop. No account is needed to look."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from guanxi.core import clock, cover, live, panels
from guanxi.core.access import Actor, Kind
from guanxi.core.errors import Conflict, GuanxiError, Invalid, Throttled
from guanxi.core.fields import read_number
from guanxi.core.files import serve
from guanxi.core.http import Request, act_once, form_key, page
from guanxi.core.markup import exact
from guanxi.core.money import Money, digits_of
from guanxi.core.phrases import language, pick
from guanxi.engine.cover import cover_name
from guanxi.trade.actions import questions as asking
from guanxi.trade.models import Listing, Question, Shop
from guanxi.trade.pages import declared
from guanxi.trade.queries import market, protection, questions, rulesets
from guanxi.trade.queries.market import NEWEST, ORDERS, Wanted
from guanxi.trade.queries.protection import Badge
from guanxi.trade.rules.market import PRICE_MINOR_MAX

KEPT_S = 3600
FIELDS = ("q", "category", "least", "most", "order")


def price_words(minor: int, currency: str) -> str:
    return Money(minor, currency).format(language())


def ships_words(hours: int) -> str:
    """How soon a shop hands over what was bought."""
    if hours < 72:
        return _("sent within %(hours)s h") % {"hours": hours}
    return _("sent within %(days)s days") % {"days": hours // 24}


def badge(one: Badge) -> dict[str, str]:
    return {"label": pick(one.name), "words": pick(one.words), "icon": one.icon}


def cards(rows: Sequence[Listing], *, with_shop: bool = True) -> list[dict[str, Any]]:
    """Listings for a grid: three statements besides the listings, however many there are."""
    left = market.free_of(rows)
    seen = market.pictures_of(rows)
    named = declared.grades(one.declaration for one in rows)
    badges = protection.badges_of_shops({one.shop_id for one in rows}) if with_shop else {}
    return [
        {
            "url": reverse("listing", args=[one.public_id]),
            "title": one.title,
            "picture": next(iter(picture_rows(seen.get(one.id, ()), one.title)), None),
            "price": price_words(one.price_minor, one.currency),
            "left": left.get(one.id, 0),
            "shop": one.shop.name if with_shop else "",
            "city": one.shop.city,
            "ships": ships_words(one.ship_hours),
            "grade": named.get((declared.reference(one.declaration), str(one.declaration.get("grade"))), ""),
            "badges": [badge(each) for each in badges.get(one.shop_id, [])],
        }
        for one in rows
    ]


def picture_rows(shown: Sequence[market.Shown], title: str) -> list[dict[str, str]]:
    """Pictures with their addresses and words; those nobody described are called after the thing and their place."""
    return [
        {
            "url": reverse("listing_picture", args=[one.file]),
            "alt": one.alt or _("%(title)s, picture %(n)s") % {"title": title, "n": place},
            "code": one.file,
        }
        for place, one in enumerate(shown, 1)
    ]


@require_safe
def picture(request: Request, public_id: str) -> HttpResponseBase:
    """A picture of something on sale, drawn anew: nothing of the camera or the place travels with it."""
    market.require_market()
    answer = serve.preview(request, market.get_picture(request.actor, public_id))
    answer.headers["Cache-Control"] = f"private, max-age={KEPT_S}"
    return answer


@require_safe
def home(request: Request) -> HttpResponse:
    """What is on sale: search, category, price, paging."""
    market.require_market()
    values = {name: request.GET.get(name, "").strip()[:100] for name in FIELDS}
    wanted, errors = _wanted(values)
    found = market.list_market(wanted, request.GET.get("after", "")[:64])
    kept = {name: value for name, value in values.items() if value}
    context = {
        "wide": True,
        "schemes_url": schemes_url(),
        "values": values,
        "errors": errors,
        "kinds": _kinds(kept),
        "rows": cards(found.rows),
        "older_url": _url(kept | {"after": found.next_cursor}) if found.next_cursor else "",
        "newest_url": _url(kept) if request.GET.get("after") else "",
        "narrowed": bool(kept),
        "sells": market.my_shop(request.actor) is not None,
    }
    return page(request, "trade/market/home.html", context)


def _url(values: Mapping[str, str]) -> str:
    return reverse("market") + (f"?{urlencode(values)}" if values else "")


def _kinds(kept: Mapping[str, str]) -> list[tuple[str, str, str, bool]]:
    """Categories to choose from, the chosen one marked; choosing keeps the words and prices."""
    others = {name: value for name, value in kept.items() if name != "category"}
    chosen = kept.get("category", "")
    every = [("", _("All"), _url(others), not chosen)]
    return every + [
        (code, pick(names), _url(others | {"category": code}), code == chosen)
        for code, names in market.categories().items()
    ]


def _wanted(values: Mapping[str, str]) -> tuple[Wanted, dict[str, str]]:
    """What is looked for, and what of the form could not be read (then everything is shown as if it were empty)."""
    errors: dict[str, str] = {}
    span = {name: _minor(values, name, errors) for name in ("least", "most")}
    order = values["order"] if values["order"] in ORDERS else NEWEST
    return Wanted(text=values["q"], category=values["category"], order=order, **span), errors


def _minor(values: Mapping[str, str], name: str, errors: dict[str, str]) -> int | None:
    try:
        number = read_number(values, name)
    except Invalid as error:
        errors[name] = str(error.fields[name])
        return None
    if number is None:
        return None
    return min(max(int(number.scaleb(digits_of(rulesets.current().currency))), 0), PRICE_MINOR_MAX)


@require_safe
def shop(request: Request, public_id: str) -> HttpResponse:
    """A shop: who it is, what it promises, what it has on sale."""
    market.require_market()
    row = market.get_shop(request.actor, public_id)
    url = reverse("shop", args=[public_id])
    found = market.list_market(Wanted(shop=row.id), request.GET.get("after", "")[:64])
    mine = market.my_shop(request.actor)
    context = {
        "wide": True,
        "shop": shop_of(row) | {"about": row.about, "closed": row.state == Shop.State.CLOSED},
        "rows": cards(found.rows, with_shop=False),
        "older_url": f"{url}?{urlencode({'after': found.next_cursor})}" if found.next_cursor else "",
        "newest_url": url if request.GET.get("after") else "",
        "mine_url": reverse("my_shop") if mine is not None and mine.id == row.id else "",
        "staff_panels": _for_colleagues(request.actor, row),
        "schemes_url": schemes_url(),
    }
    return page(request, "trade/market/shop.html", context)


def _for_colleagues(actor: Actor, row: Shop) -> list[panels.Shown]:
    """What other rooms tell staff of a shop; nobody else is asked for."""
    if actor.kind is not Kind.STAFF or market.shop_of_customer(actor, row.record.customer_id) is None:
        return []
    return panels.compose("shop.staff", actor, row.record.customer_id)


def schemes_url() -> str:
    """Where the schemes behind the badges are published; "" in a house without any."""
    return reverse("schemes") if rulesets.current().schemes else ""


def shop_of(row: Shop) -> dict[str, Any]:
    """A shop beside what it sells."""
    since = _("open since %(day)s") % {"day": f"{row.opened:%Y-%m-%d}"}
    return {
        "name": row.name,
        "url": reverse("shop", args=[row.public_id]),
        "city": row.city,
        "since": since,
        "leaving": row.state == Shop.State.LEAVING,
        "badges": [badge(one) for one in protection.badges_of(row)],
    }


@require_safe
def listing(request: Request, public_id: str) -> HttpResponse:
    """One listing: price, stock, what the shop says and declares, what it promises, questions and answers."""
    market.require_market()
    return _listing(request, market.get_listing(request.actor, public_id))


def _listing(
    request: Request, row: Listing, *, value: str = "", error: str = "", status: int = 200
) -> HttpResponse:
    actor = request.actor
    mine = actor.kind is Kind.CUSTOMER and row.shop.record_id in (actor.records or ())
    on_sale = row.state == Listing.State.ACTIVE and row.shop.state == Shop.State.OPEN
    left = market.free_of([row]).get(row.id, 0)
    here = reverse("listing", args=[row.public_id])
    topics = [live.topic("listing", row.id)]
    may_buy = on_sale and left > 0 and not mine and actor.kind in (Kind.CUSTOMER, Kind.PUBLIC)
    context = {
        "listing": _said(row, left) | {"why_not": _why_not(on_sale, left)},
        "pictures": picture_rows(market.pictures_of([row]).get(row.id, ()), row.title),
        "shop": shop_of(row.shop),
        "schemes_url": schemes_url(),
        "declared": declared.shown(row.declaration),
        "questions": [question(one, row.shop) for one in questions.public_questions(row)],
        "asks": {
            "url": reverse("listing_ask", args=[row.public_id]),
            "key": form_key(),
            "value": value,
            "error": error,
        }
        if on_sale and not mine and actor.kind is Kind.CUSTOMER
        else None,
        "sign_in_url": sign_in_url(here) if actor.kind is Kind.PUBLIC else "",
        "buy_url": reverse("listing_buy", args=[row.public_id]) if may_buy else "",
        "mine_url": reverse("my_listing", args=[row.public_id]) if mine else "",
        "report_url": f"{reverse('complain')}?as=report" if not mine else "",
        "notice": _("Your question is with the shop.") if request.GET.get("asked") else "",
    }
    return page(request, "trade/market/listing.html", context, topics=topics, status=status)


def _said(row: Listing, left: int) -> dict[str, Any]:
    return {
        "code": row.public_id,
        "title": row.title,
        "text": row.text,
        "price": price_words(row.price_minor, row.currency),
        "left": stock_words(left),
        "ships": ships_words(row.ship_hours),
        "version": row.version,
        "changed": exact(row.changed),
        "state": row.get_state_display() if row.state != Listing.State.ACTIVE else "",
    }


def stock_words(left: int) -> str:
    if left == 0:
        return _("sold out")
    return ngettext("%(n)s in stock", "%(n)s in stock", left) % {"n": f"{left:,}"}


def _why_not(on_sale: bool, left: int) -> str:
    if not on_sale:
        return _("This is not on sale any more.")
    return _("Sold out. The shop may have more later.") if left == 0 else ""


def sign_in_url(back: str) -> str:
    """Where a visitor signs in, to come back here afterwards."""
    return f"{reverse('my_sign_in')}?{urlencode({'next': back})}"


def question(row: Question, of: Shop) -> dict[str, Any]:
    """A question as everybody reads it: who asked is covered, and so are telephones and addresses in the words."""
    return {
        "who": cover_name(row.record.name) if row.record.name else _("Somebody"),
        "text": cover.covered(row.text),
        "asked": row.asked,
        "answer": cover.covered(row.answer),
        "answered": row.answered,
        "shop": of.name,
    }


@require_POST
def ask(request: Request, public_id: str) -> HttpResponse:
    """Ask the shop before buying."""
    market.require_market()
    text = request.POST.get("text", "")[:2_000]
    now: datetime = clock.now()

    def effect() -> str:
        asking.ask(actor=request.actor, now=now, listing=public_id, text=text)
        return reverse("listing", args=[public_id]) + "?asked=1#questions"

    try:
        return act_once(request, effect=effect)
    except (Invalid, Conflict, Throttled) as error:
        row = market.get_listing(request.actor, public_id)
        return _listing(request, row, value=text, error=_words(error, "text"), status=int(error.status))


def _words(error: GuanxiError, name: str) -> str:
    return str(error.fields.get(name) or error.detail or error.title)
