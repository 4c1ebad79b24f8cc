"""Sending something back: asking for it, and one page of a return for the buyer and for the shop."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.cases.queries import protection as case_reads
from guanxi.core import clock, files, live
from guanxi.core.access import Kind
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.files import NO_FILES
from guanxi.core.http import Request, act_once, form_key, page
from guanxi.core.phrases import pick
from guanxi.site import order_words as words
from guanxi.site.my_orders import to_sign_in
from guanxi.trade.actions import frame, returns
from guanxi.trade.models import Order, OrderLine, Return
from guanxi.trade.pages import returns as shown
from guanxi.trade.queries import buying, protection, rulesets
from guanxi.trade.queries import returns as reads
from guanxi.trade.rules import returning as rules

REASONS = ("no_reason", "not_as_described", "damaged", "wrong_item", "faulty")


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: Request, public_id: str) -> HttpResponse:
    """Ask to send goods of an order back, or to have them repaired."""
    if (first := to_sign_in(request)) is not None:
        return first
    row = buying.get_bought(request.actor, public_id)
    if request.method != "POST":
        return _form(request, row, {}, {})
    values = {name: request.POST.get(name, "")[:2_000] for name in ("line", "quantity", "reason", "words")}

    def effect() -> str:
        made = returns.ask_return(
            actor=request.actor,
            now=clock.now(),
            order=public_id,
            place=_whole(values["line"]),
            quantity=_whole(values["quantity"]),
            reason=values["reason"],
            words=values["words"],
            repair=values["reason"] == rules.FAULT,
        )
        return reverse("my_return", args=[made.public_id])

    try:
        return act_once(request, effect=effect)
    except (Invalid, Conflict) as error:
        return _form(request, row, values, words.errors_of(error), status=int(error.status))


def _whole(text: str) -> int:
    return int(text[:6]) if text.isascii() and text.isdecimal() else 0


def _form(
    request: Request, row: Order, values: Mapping[str, str], errors: Mapping[str, str], *, status: int = 200
) -> HttpResponse:
    lines = list(row.lines.select_related("product").order_by("id"))
    context = {
        "order": words.head(row, clock.now()),
        "back_url": reverse("my_order", args=[row.public_id]),
        "lines": [(str(place), _line_words(one)) for place, one in enumerate(lines, 1)],
        "most": max((one.quantity for one in lines), default=1),
        "reasons": _reasons(row, lines),
        "values": {"line": "1", "quantity": "1", "reason": "", **values},
        "errors": errors,
        "key": form_key(),
    }
    return page(request, "my/return_ask.html", context, status=status)


def _line_words(line: OrderLine) -> str:
    name = pick(line.product.name) or line.product.sku
    return f"{name} × {line.quantity}" if line.quantity > 1 else name


def _reasons(row: Order, lines: list[OrderLine]) -> list[tuple[str, str, str]]:
    """Why it goes back, with what follows; only what a promise allows now needs no answer of the shop."""
    now, times = clock.now(), protection.times_of(row)
    found = []
    for code in REASONS:
        promised = [rules.scheme_for(line.terms, code, times, now) for line in lines]
        running = next((one for one in promised if one is not None), None)
        if code == rules.NO_REASON and running is None:
            continue
        if code == rules.FAULT and running is None:
            continue
        scheme = rulesets.current().schemes.get(running.scheme) if running else None
        note = pick(scheme.name) if scheme else _("The shop answers within 48 hours.")
        found.append((code, str(shown.REASONS[code]), note))
    return found


def _side(request: Request, row: Return) -> str:
    return next(iter(sorted(frame.sides_of(request.actor, row.order))), "")


@require_safe
def one(request: Request, public_id: str) -> HttpResponse:
    """A return of mine: what I send back, or what comes back to my shop."""
    if (first := to_sign_in(request)) is not None:
        return first
    return _page(request, reads.get_return(request.actor, public_id))


def _page(
    request: Request,
    row: Return,
    errors: Mapping[str, str] | None = None,
    *,
    verb: str = "",
    status: int = 200,
) -> HttpResponse:
    now, side = clock.now(), _side(request, row)
    topics = [live.topic("order", row.order_id)]
    to = "my_order" if side == "buyer" else "my_sale"
    about = {"as": "order" if side == "buyer" else "seller", "order": row.order.number}
    if side == "buyer":
        about["kind"] = "refund_refused"
    context = {
        "back": shown.shown(row, side, now),
        "side": side,
        "case": case_reads.number_of(request.actor, row.case_id) if row.case_id else "",
        "order_url": reverse(to, args=[row.order.public_id]),
        "wrong_url": f"{reverse('complain')}?{urlencode(about)}",
        "findings": [(code, str(name)) for code, name in shown.FINDINGS.items() if code != "as_sent"],
        "carriers": [pick(one.name) for one in rulesets.current().carriers.values()],
        "files": files.form(),
        "do_url": reverse("my_return", args=[row.public_id]),
        "verb": verb,
        "errors": errors or {},
        "sent": request.POST if errors else {},
        "key": form_key(),
        "topics": topics[0],
    }
    return page(request, "my/return.html", context, topics=topics, status=status)


@require_POST
def do(request: Request, public_id: str, verb: str) -> HttpResponse:
    """Agree, refuse, send, withdraw, arrived, accept, object, repaired: whoever's step it is."""
    request.actor.require_kind(Kind.CUSTOMER)
    row = reads.get_return(request.actor, public_id)
    acts = acts_of(request, row)
    if verb not in acts:
        raise NotFound

    def effect() -> str:
        acts[verb]()
        return reverse("my_return", args=[public_id])

    try:
        return act_once(request, effect=effect)
    except (Invalid, Conflict) as error:
        again = reads.get_return(request.actor, public_id)
        return _page(request, again, words.errors_of(error), verb=verb, status=int(error.status))


def acts_of(request: Request, row: Return) -> Mapping[str, Callable[[], object]]:
    """What a form of this return's page does."""
    who: dict[str, Any] = {"actor": request.actor, "now": clock.now(), "public_id": row.public_id}
    said = {name: request.POST.get(name, "")[:2_000] for name in ("words", "finding", "carrier", "tracking")}
    parcel: dict[str, Any] = {"carrier": said["carrier"], "tracking": said["tracking"]}
    return {
        "agree": lambda: returns.agree(**who),
        "refuse": lambda: returns.refuse(**who, words=said["words"]),
        "send": lambda: returns.send_back(**who, **parcel),
        "withdraw": lambda: returns.withdraw(**who),
        "arrive": lambda: returns.arrive(**who),
        "accept": lambda: returns.check(**who, finding="as_sent"),
        "object": lambda: returns.check(
            **who, finding=said["finding"], words=said["words"], files=_given(request)
        ),
        "repaired": lambda: returns.repaired(**who, **parcel),
    }


def _given(request: Request) -> files.Given:
    shown_files = request.FILES.getlist("files")
    return files.receive(shown_files) if shown_files else NO_FILES
