"""My shop: what waits for me, orders to send with their countdown, answers due, money, what to do better."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.cases.pages.sides import beside
from guanxi.cases.queries import sides
from guanxi.core import clock, live
from guanxi.core.access import Actor, Kind
from guanxi.core.errors import Conflict, GuanxiError, Invalid, NotFound
from guanxi.core.http import Request, act_once, form_key, page
from guanxi.core.money import Money
from guanxi.core.phrases import language, pick
from guanxi.site import order_words as words
from guanxi.site.my_orders import to_sign_in
from guanxi.trade import actions
from guanxi.trade.actions import questions as asking
from guanxi.trade.actions import shops
from guanxi.trade.models import Order, Question, Return, Shop
from guanxi.trade.pages import market as shown
from guanxi.trade.queries import books, buying, market, protection, questions, rulesets
from guanxi.trade.rules import improving
from guanxi.trade.rules.improving import Advice, Standing
from guanxi.trade.rules.market import ANSWER_HOURS

CASES_SHOWN = 8
WHERE: Mapping[str, str] = {
    "ship": "#ship",
    "questions": "#questions",
    "cases": "#cases",
    "schemes": "#schemes",
}


def _shop(request: Request) -> Shop | None:
    return market.my_shop(request.actor)


def own_shop(request: Request) -> Shop:
    """The shop of whoever asks. Raises `SignInNeeded`, `Denied`, `NotFound` for somebody without one."""
    request.actor.require_kind(Kind.CUSTOMER)
    found = _shop(request)
    if found is None:
        raise NotFound
    return found


@require_safe
def home(request: Request) -> HttpResponse:
    """My shop; whoever has none yet may open one."""
    market.require_market()
    if (first := to_sign_in(request)) is not None:
        return first
    shop = _shop(request)
    return _opening(request, {}, {}) if shop is None else _home(request, shop)


def _opening(
    request: Request, values: Mapping[str, str], errors: Mapping[str, str], *, status: int = 200
) -> HttpResponse:
    context = {"values": values, "errors": errors, "key": form_key()}
    return page(request, "my/shop_open.html", context, status=status)


@require_POST
def open_shop(request: Request) -> HttpResponse:
    """A signed-in customer becomes a seller."""
    values = {name: request.POST.get(name, "")[:3_000] for name in ("name", "about", "city")}

    def effect() -> str:
        shops.open_shop(
            actor=request.actor,
            now=clock.now(),
            name=values["name"],
            about=values["about"],
            city=values["city"],
        )
        return reverse("my_shop")

    try:
        return act_once(request, effect=effect)
    except (Invalid, Conflict) as error:
        return _opening(request, values, words.errors_of(error), status=int(error.status))


def _home(
    request: Request, shop: Shop, *, shipped: Mapping[str, str] | None = None, status: int = 200
) -> HttpResponse:
    actor, now = request.actor, clock.now()
    sending = buying.to_send(actor)
    asked = questions.open_questions(shop.id)
    cases = [one for one in beside.rows(actor, sides.issues_against(actor), now) if one["due"] or one["mine"]]
    returns = buying.returns_due(actor)
    badges = protection.badges_of(shop)
    standing = _standing(shop, asked, sending, now)
    topics = [live.topic("shop", shop.id), *(live.topic("order", one.id) for one in sending[:50])]
    context = {
        "wide": True,
        "shop": shown.shop_of(shop) | {"state": shop.state, "about": shop.about, "code": shop.public_id},
        "figures": _figures(actor, sending, asked, cases, returns, now),
        "sending": [_sending(one, now, shipped or {}) for one in sending],
        "carriers": [(code, pick(one.name)) for code, one in rulesets.current().carriers.items()],
        "faults": bool(shipped),
        "questions": [_question(one) for one in asked],
        "cases": cases[:CASES_SHOWN],
        "more_cases": max(0, len(cases) - CASES_SHOWN),
        "returns": [_return(one) for one in returns],
        "money": _money(actor),
        "badges": [shown.badge(one) for one in badges],
        "advice": _advice(shop, standing, len(badges), now),
        "key": form_key(),
        "errors": {},
        "values": {"name": shop.name, "about": shop.about, "city": shop.city},
        "topics": " ".join(topics),
    }
    return page(request, "my/shop.html", context, topics=topics, status=status)


def _figures(
    actor: Actor,
    sending: Sequence[Order],
    asked: Sequence[Question],
    cases: Sequence[Mapping[str, Any]],
    returns: Sequence[Return],
    now: datetime,
) -> list[dict[str, Any]]:
    """What waits for me, in four figures."""
    late = sum(bool(one.ship_by and one.ship_by < now) for one in sending)
    mine = sum(bool(one["mine"]) for one in cases)
    return [
        {"label": _("To send"), "value": len(sending), "url": "#ship",
         "note": _("%(n)s late") % {"n": late} if late else "", "tone": "red" if late else ""},
        {"label": _("Questions"), "value": len(asked), "url": "#questions", "note": "", "tone": ""},
        {"label": _("Cases"), "value": len(cases), "url": "#cases",
         "note": _("%(n)s wait for you") % {"n": mine} if mine else "", "tone": "amber" if mine else ""},
        {"label": _("Returns"), "value": len(returns), "url": "#returns", "note": "", "tone": ""},
    ]  # fmt: skip


def _sending(order: Order, now: datetime, shipped: Mapping[str, str]) -> dict[str, Any]:
    code = order.public_id
    return {
        "code": code,
        "number": order.number,
        "url": reverse("my_sale", args=[code]),
        "title": words.title(order),
        "to": ", ".join(str(order.ship_to[key]) for key in ("name", "address") if order.ship_to.get(key)),
        "paid": order.paid or order.placed,
        "due": order.ship_by,
        "error": shipped.get(code, ""),
    }


def _question(row: Question) -> dict[str, Any]:
    return {
        "code": row.public_id,
        "text": row.text,
        "asked": row.asked,
        "due": row.asked + timedelta(hours=ANSWER_HOURS),
        "listing": row.listing.title,
        "url": reverse("listing", args=[row.listing.public_id]),
        "answer_url": reverse("my_answer", args=[row.public_id]),
    }


def _return(row: Return) -> dict[str, Any]:
    return {
        "name": pick(row.line.product.name),
        "state": row.get_state_display(),
        "asked": row.asked,
        "words": row.words,
        "url": reverse("my_sale", args=[row.order.public_id]) + "#returns",
        "number": row.order.number,
    }


def _money(actor: Actor) -> list[dict[str, Any]]:
    """Deposit, what of it is held, what is free, what is owed, and what is to come for goods sold."""
    currency = rulesets.current().currency
    sums: dict[str, Money] = defaultdict(lambda: Money.zero(currency))
    for one in books.accounts_of(actor, actor.customer_id or 0, currency):
        sums[one.account.kind] += one.balance
    coming = next((one for one in buying.expected(actor) if one.currency == currency), Money.zero(currency))
    rows = [
        (_("To come for what you sold"), coming, _("paid on when the buyer has it and nothing is open")),
        (_("Deposit"), sums["deposit"] + sums["held"], ""),
        (_("of it held for promises and cases"), sums["held"], ""),
        (_("Free"), sums["deposit"], ""),
    ]
    if sums["receivable"]:
        rows.append((_("You owe"), -sums["receivable"], ""))
    return [{"label": label, "amount": one.format(language()), "note": note} for label, one, note in rows]


def _standing(shop: Shop, asked: Sequence[Question], sending: Sequence[Order], now: datetime) -> Standing:
    sold = buying.standing_of(shop, now)
    limit = now - timedelta(hours=ANSWER_HOURS)
    return Standing(
        orders=sold.orders,
        due=sold.due,
        late=sold.late,
        disputed=sides.disputed_orders([shop.record_id], now - buying.WINDOW).get(shop.record_id, 0),
        unanswered=len(asked),
        late_answers=sum(one.asked < limit for one in asked),
        overdue=sum(bool(one.ship_by and one.ship_by < now) for one in sending),
    )


def _advice(shop: Shop, standing: Standing, badges: int, now: datetime) -> list[dict[str, Any]]:
    """What to do better, the most pressing first, each with the figures it rests on and where to do it."""
    schemes = len(rulesets.current().schemes)
    typical = None
    if standing.disputed_share:
        typical = buying.dispute_shares(sides.disputed_orders(None, now - buying.WINDOW), now)
    found = improving.advice(standing, typical, badges=badges, schemes=schemes)
    return [{"words": _advised(one), "url": WHERE[one.where], "weight": one.weight} for one in found]


def _advised(one: Advice) -> str:
    values = one.values
    if one.code == "overdue":
        return (
            ngettext(
                "%(n)s order should be on its way already: send it now.",
                "%(n)s orders should be on their way already: send them now.",
                values["n"],
            )
            % values
        )
    if one.code == "unanswered":
        return (
            ngettext(
                "%(n)s question waits for your answer. Who is answered within a day buys more often.",
                "%(n)s questions wait for your answer. Who is answered within a day buys more often.",
                values["n"],
            )
            % values
        )
    if one.code == "late":
        return (
            _(
                "%(share)s of your orders were sent late (%(late)s of %(due)s in 90 days); at most %(target)s should be."
            )
            % values
        )
    if one.code == "disputes":
        return (
            _("%(share)s of your orders are disputed; the middle shop has %(median)s. Read what buyers say.")
            % values
        )
    return _("You have joined none of the %(n)s protection schemes. Buyers look for the badges.") % values


@require_http_methods(["POST"])
def ship_many(request: Request) -> HttpResponse:
    """Send every order whose parcel number is filled in; what could not be sent is told beside it."""
    shop = own_shop(request)
    faults: dict[str, str] = {}
    sent = 0
    for row in buying.to_send(request.actor):
        tracking = request.POST.get(f"tracking-{row.public_id}", "").strip()[:80]
        if not tracking:
            continue
        carrier = request.POST.get(f"carrier-{row.public_id}", "")[:40]
        try:
            actions.ship(
                actor=request.actor, now=clock.now(), order_id=row.id, carrier=carrier, tracking=tracking
            )
            sent += 1
        except GuanxiError as error:
            faults[row.public_id] = str(next(iter(error.fields.values()), "") or error.detail or error.title)
    if sent:
        said = ngettext("%(n)s order is on its way.", "%(n)s orders are on their way.", sent) % {"n": sent}
        messages.success(request, said)
    if faults:
        return _home(request, shop, shipped=faults, status=422)
    return _see(reverse("my_shop") + "#ship")


def _see(url: str) -> HttpResponse:
    response = HttpResponse(status=303)
    response.headers["Location"] = url
    return response


@require_POST
def answer(request: Request, public_id: str) -> HttpResponse:
    """Answer a question asked before buying."""
    own_shop(request)

    def effect() -> str:
        asking.answer(
            actor=request.actor,
            now=clock.now(),
            question=public_id,
            text=request.POST.get("text", "")[:4_000],
        )
        return reverse("my_shop") + "#questions"

    try:
        return act_once(request, effect=effect)
    except (Invalid, Conflict) as error:
        messages.error(request, str(error.fields.get("text") or error.detail or error.title))
        return _see(reverse("my_shop") + "#questions")


@require_POST
def shop_do(request: Request, verb: str) -> HttpResponse:
    """Change what the shop shows, give notice, take notice back."""
    own_shop(request)
    now, actor = clock.now(), request.actor
    given = {name: request.POST.get(name, "")[:3_000] for name in ("name", "about", "city")}
    acts: Mapping[str, Callable[[], object]] = {
        "change": lambda: shops.change_shop(actor=actor, now=now, **given),
        "leave": lambda: shops.leave(actor=actor, now=now),
        "stay": lambda: shops.stay(actor=actor, now=now),
    }
    if verb not in acts:
        raise NotFound

    def effect() -> str:
        acts[verb]()
        return reverse("my_shop") + "#shop"

    try:
        return act_once(request, effect=effect)
    except (Invalid, Conflict) as error:
        messages.error(request, str(next(iter(error.fields.values()), "") or error.detail or error.title))
        return _see(reverse("my_shop") + "#shop")
