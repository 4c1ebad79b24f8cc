"""What I bought: my orders, one order with where it is and what protects it, buying itself. Rooms compose here."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.cases.pages.sides import beside
from guanxi.core import clock, keyset, live
from guanxi.core.access import Actor, Kind
from guanxi.core.errors import Conflict, GuanxiError, Invalid, NotFound
from guanxi.core.http import Request, act_once, form_key, page
from guanxi.core.phrases import pick
from guanxi.site import order_words as words
from guanxi.trade import actions
from guanxi.trade.actions import tills
from guanxi.trade.actions.placing import NewLine, NewOrder
from guanxi.trade.models import Order
from guanxi.trade.pages import market as shown
from guanxi.trade.queries import buying, market, protection, questions

PAGE = 20
WRONG_SHOWN = 6
SHIP_TO = {"name": 80, "phone": 40, "address": 300}
QUANTITY_MAX = 999


def to_sign_in(request: Request) -> HttpResponse | None:
    """A visitor signs in first and comes back here; staff have no orders of their own: `Denied`."""
    if request.actor.kind is Kind.PUBLIC:
        return HttpResponseRedirect(shown.sign_in_url(request.get_full_path()), status=303)
    request.actor.require_kind(Kind.CUSTOMER)
    return None


@require_safe
def orders(request: Request) -> HttpResponse:
    """What I bought, the newest first, each with where it is and the promise that ends next."""
    if (first := to_sign_in(request)) is not None:
        return first
    now, url = clock.now(), reverse("my_orders")
    found = keyset.cut(
        buying.bought_by(request.actor), "placed", request.GET.get("after", "")[:64], size=PAGE
    )
    context = {
        "rows": [_row(one, now) for one in found.rows],
        "older_url": f"{url}?{urlencode({'after': found.next_cursor})}" if found.next_cursor else "",
        "newest_url": url if request.GET.get("after") else "",
    }
    topics = [live.topic("order", one.id) for one in found.rows]
    return page(request, "my/orders.html", context | {"topics": " ".join(topics)}, topics=topics)


def _row(order: Order, now: datetime) -> dict[str, Any]:
    running = [one for one in protection.covers_of(order, now) if one.state == "running" and one.end]
    soonest = running[0] if running else None
    return {
        "url": reverse("my_order", args=[order.public_id]),
        "title": words.title(order),
        "number": order.number,
        "placed": order.placed,
        "amount": words.amount(order),
        "where": words.where(order),
        "shop": words.shop_name(order),
        "turn": words.buyers_turn(order),
        "cover": {"name": pick(soonest.name), "end": soonest.end} if soonest else None,
    }


@require_safe
def order(request: Request, public_id: str) -> HttpResponse:
    """One of my orders."""
    if (first := to_sign_in(request)) is not None:
        return first
    return _order(request, buying.get_bought(request.actor, public_id))


def _order(request: Request, row: Order, *, error: str = "", status: int = 200) -> HttpResponse:
    actor, now = request.actor, clock.now()
    around = buying.around(row)
    listings = [line.listing for line in row.lines.all() if line.listing is not None]
    said = questions.said_about([one.id for one in listings], before=row.placed)
    context = {
        "order": words.head(row, now),
        "now_turn": words.turn_card(row, now),
        "way": words.way(row),
        "covers": [words.cover(one) for one in protection.covers_of(row, now)],
        "lines": words.lines(row),
        "said_before": [shown.question(one, one.listing.shop) for one in said],
        "parcels": [words.parcel(row, one) for one in around.parcels],
        "money": [words.payment(one) for one in around.payments],
        "returns": [words.back(one) for one in around.returns],
        "return_url": words.return_url(row),
        "verbs": _verbs(row),
        "till": _till(row),
        "wrong": [
            (code, label, _wrong_url(row, code))
            for code, label in beside.what_can_be_wrong([row.state], most=WRONG_SHOWN)
        ],
        "wrong_url": _wrong_url(row, ""),
        "cases": beside.about_orders(actor, [row.id], now),
        "ask_url": words.ask_url(row),
        "key": form_key(),
        "do_url": reverse("my_order", args=[row.public_id]),
        "error": error,
        "notice": words.DONE.get(request.GET.get("done", ""), ""),
    }
    topics = [live.topic("order", row.id)]
    return page(request, "my/order.html", context | {"topics": topics[0]}, topics=topics, status=status)


def _wrong_url(row: Order, kind: str) -> str:
    about = {"as": "order", "order": row.number} | ({"kind": kind} if kind else {})
    return f"{reverse('complain')}?{urlencode(about)}"


def _till(row: Order) -> dict[str, Any] | None:
    """How the buyer pays now; None where nothing is to be paid, an empty code where they pay outside."""
    if row.state != Order.State.PLACED or not words.has_way(row):
        return None
    chosen = tills.till()
    if chosen is None:
        return {"code": "", "sample": False}
    return {"code": chosen.code, "sample": chosen.is_sample}


def _verbs(row: Order) -> list[str]:
    """What the buyer may do now, beside paying."""
    if not words.has_way(row):
        return []
    found = []
    if row.state == Order.State.SHIPPED:
        found.append("receive")
    if row.state in (Order.State.PLACED, Order.State.PAID):
        found.append("cancel")
    return found


@require_POST
def order_do(request: Request, public_id: str, verb: str) -> HttpResponse:
    """Pay, take back, confirm receipt."""
    request.actor.require_kind(Kind.CUSTOMER)
    row = buying.get_bought(request.actor, public_id)
    acts: Mapping[str, Callable[[], object]] = {
        "pay": lambda: tills.pay(
            actor=request.actor, now=clock.now(), order=public_id, wish=request.POST.get("wish", "")[:20]
        ),
        "cancel": lambda: actions.cancel_order(actor=request.actor, now=clock.now(), order_id=row.id),
        "receive": lambda: actions.confirm_receipt(actor=request.actor, now=clock.now(), order_id=row.id),
    }
    if verb not in acts:
        raise NotFound

    def effect() -> str:
        acts[verb]()
        return reverse("my_order", args=[public_id]) + f"?done={verb}"

    try:
        return act_once(request, effect=effect)
    except (Conflict, Invalid) as error:
        again = buying.get_bought(request.actor, public_id)
        return _order(request, again, error=_said(error), status=int(error.status))


def _said(error: GuanxiError) -> str:
    return str(next(iter(error.fields.values()), "") or error.detail or error.title)


@require_http_methods(["GET", "HEAD", "POST"])
def buy(request: Request, public_id: str) -> HttpResponse:
    """Buy something on sale: how many, where to; it is paid in the same step where a till is there."""
    market.require_market()
    if (first := to_sign_in(request)) is not None:
        return first
    if request.method != "POST":
        return _form(request, public_id, {"quantity": "1", **words.last_address(request.actor)}, {})
    values = {name: request.POST.get(name, "").strip()[:300] for name in ("quantity", "wish", *SHIP_TO)}
    try:
        asked = _asked(public_id, values)
        return act_once(request, effect=lambda: _buy(request.actor, asked, values["wish"]))
    except (Invalid, Conflict) as error:
        return _form(request, public_id, values, words.errors_of(error), status=int(error.status))


def _asked(public_id: str, values: Mapping[str, str]) -> NewOrder:
    errors = {}
    quantity = values["quantity"]
    if not (quantity.isdecimal() and quantity.isascii() and 0 < int(quantity[:6]) <= QUANTITY_MAX):
        errors["quantity"] = _("Between 1 and %(most)s.") % {"most": QUANTITY_MAX}
    for name in SHIP_TO:
        if not values[name]:
            errors[name] = _("Please fill this in.")
        elif len(values[name]) > SHIP_TO[name]:
            errors[name] = _("This is too long.")
    if errors:
        raise Invalid(fields=errors)
    ship_to = {name: values[name] for name in SHIP_TO}
    return NewOrder(lines=[NewLine(public_id, int(quantity))], intake="web", ship_to=ship_to)


def _buy(actor: Actor, asked: NewOrder, wish: str) -> str:
    """Two steps on purpose: an order whose payment is refused is there, and waits for another try."""
    now = clock.now()
    placed = actions.place_order(actor=actor, now=now, record_id=actor.record_id or 0, order=asked)
    done = "placed"
    if tills.till() is not None:
        try:
            tills.pay(actor=actor, now=now, order=placed.public_id, wish=wish)
            done = "pay"
        except Conflict as error:
            done = error.code
    return reverse("my_order", args=[placed.public_id]) + f"?done={done}"


def _form(
    request: Request,
    public_id: str,
    values: Mapping[str, str],
    errors: Mapping[str, str],
    *,
    status: int = 200,
) -> HttpResponse:
    row = market.get_listing(request.actor, public_id)
    left = market.free_of([row]).get(row.id, 0)
    chosen = tills.till()
    context = {
        "title": row.title,
        "price": shown.price_words(row.price_minor, row.currency),
        "minor": row.price_minor,
        "left": shown.stock_words(left),
        "ships": shown.ships_words(row.ship_hours),
        "shop": shown.shop_of(row.shop),
        "back_url": reverse("listing", args=[public_id]),
        "values": values,
        "errors": errors,
        "key": form_key(),
        "till": {"code": chosen.code if chosen else "", "sample": bool(chosen and chosen.is_sample)},
        "most": min(left, QUANTITY_MAX),
    }
    return page(request, "my/buy.html", context, status=status)
