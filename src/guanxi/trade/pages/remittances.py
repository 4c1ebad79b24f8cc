"""Pages of remittance slips: one slip with the orders it may be for and why, a slip written down, an order keyed from it."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.core import clock, fields
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.explain import Explanation
from guanxi.core.http import Request, act_once, form_key, page, text_of
from guanxi.core.money import Money
from guanxi.core.phrases import explained, pick, sentence
from guanxi.trade.actions import remittances as actions
from guanxi.trade.models import Order, Remittance
from guanxi.trade.pages.ledger import titled
from guanxi.trade.queries import remittances as queries
from guanxi.trade.queries import rulesets
from guanxi.trade.rules import remittance as rules
from guanxi.trade.rules.remittance import Match

RIGHT = queries.RIGHT
TONES = {
    "open": "amber",
    "short": "amber",
    "over": "amber",
    "matched": "green",
    "returned": "",
    "credited": "green",
}
CANDIDATES_SHOWN = 5
LINES_CHARS_MAX = 600
_LINE = re.compile(r"^(\S+?)(?:\s*[*xX×]\s*|\s+)(\d{1,4})$")
DONE = {
    "match": gettext_lazy("Matched."),
    "unmatch": gettext_lazy("Taken back: the slip waits again."),
    "send-back": gettext_lazy("Noted: the money goes back."),
    "credit": gettext_lazy("Kept as their deposit."),
    "key": gettext_lazy("Order placed and paid by this slip."),
}


@require_safe
def remittance(request: Request, public_id: str) -> HttpResponse:
    """A slip: what stands on it, what has become of its money, and the orders it may be for."""
    request.actor.require(RIGHT)
    return _show(request, queries.get_slip(request.actor, public_id))


def _show(
    request: Request, row: Remittance, *, verb: str = "", errors: Mapping[str, Any] | None = None
) -> HttpResponse:
    waits = row.rest_minor > 0
    found = queries.answer(request.actor, row) if waits and row.order_id is None else None
    shown = [one for one in (found.matches if found else ()) if one.score > 0][:CANDIDATES_SHOWN]
    orders = queries.orders_of(shown)
    keyed = queries.lines_said(row.text) if waits and row.order_id is None else []
    context = {
        "slip": row,
        "state": titled(row.get_state_display()),
        "tone": TONES[row.state],
        "amount": Money(row.amount_minor, row.currency),
        "parts": _parts(row),
        "why": explained(row.reason) if row.reason and row.order_id else None,
        "waits": waits,
        "answer": found.outcome if found else "",
        "verdict": explained(found.why) if found and found.outcome != "none" else None,
        "candidates": [_candidate(row, one, orders[one.due.key]) for one in shown if one.due.key in orders],
        "order_url": reverse("order", args=[row.order.public_id]) if row.order else "",
        "customer_url": reverse("customer", args=[row.record.customer.public_id]) if row.record else "",
        "can_unmatch": bool(row.order_id and row.used_minor and row.order and row.order.received is None),
        "lines": (request.POST if verb == "key" else {}).get("lines")
        or "\n".join(f"{sku} × {n}" for sku, n in keyed),
        "verb": verb,
        "errors": errors or {},
        "sent": request.POST if errors else {},
        "key": form_key(),
    }
    return page(request, "trade/remittance.html", context, status=422 if errors else 200)


def _parts(row: Remittance) -> list[dict[str, Any]]:
    """What has become of its money."""
    cells = [
        (_("For the order"), row.used_minor, ""),
        (_("Sent back"), row.back_minor, ""),
        (_("Kept as deposit"), row.credit_minor, ""),
        (_("Undecided"), row.rest_minor, "amber"),
    ]
    return [
        {"label": label, "value": Money(minor, row.currency), "tone": tone if minor else ""}
        for label, minor, tone in cells
    ]


def _candidate(row: Remittance, one: Match, order: Order) -> dict[str, Any]:
    owed = one.due.owed
    amount = Money(row.rest_minor, row.currency)
    names = [pick(line.product.name) or line.product.sku for line in order.lines.all()]
    return {
        "number": order.number,
        "id": order.public_id,
        "url": reverse("order", args=[order.public_id]),
        "who": order.record.called,
        "what": names[0] if names else "",
        "more": len(names) - 1,
        "placed": order.placed,
        "owed": owed,
        "fit": rules.fit(amount, owed),
        "gap": abs(amount - owed),
        "score": one.score,
        "share": min(100, round(one.score / sum(w for w in rules.WEIGHTS.values() if w > 0) * 100)),
        "facts": [{"text": sentence(fact), "weight": fact.weight} for fact in one.facts],
        "why": explained(
            Explanation(f"remit.{rules.fit(amount, owed)}", tuple(one.facts), rules.RULE, "remit.object")
        ),
    }


@require_POST
def remittance_do(request: Request, public_id: str, verb: str) -> HttpResponse:
    """Match, take back, send back, keep as deposit, key an order."""
    request.actor.require(RIGHT)
    row = queries.get_slip(request.actor, public_id)
    acts = _acts(request, row)
    if verb not in acts:
        raise NotFound

    def effect() -> str:
        acts[verb]()
        return reverse("remittance", args=[public_id])

    try:
        response = act_once(request, effect=effect)
    except (Invalid, Conflict) as error:
        return _show(request, row, verb=verb, errors=_faults(error))
    messages.success(request, str(DONE[verb]))
    return response


def _acts(request: Request, row: Remittance) -> dict[str, Callable[[], Any]]:
    asked: dict[str, Any] = {"actor": request.actor, "now": clock.now(), "public_id": row.public_id}
    return {
        "match": lambda: actions.match_slip(**asked, order=text_of(request, "order", most=40)),
        "unmatch": lambda: actions.unmatch_slip(**asked),
        "send-back": lambda: actions.send_back(**asked),
        "credit": lambda: actions.credit_slip(**asked, record_id=_record(request)),
        "key": lambda: actions.key_order(**asked, keyed=_keyed(request)),
    }


def _faults(error: Invalid | Conflict) -> dict[str, Any]:
    return {**error.fields} or {"form": str(error.detail or error.title)}


def _record(request: Request) -> int | None:
    """The record of a customer chosen by hand, None without one. Raises `Invalid`."""
    code = text_of(request, "customer", most=20)
    if not code:
        return None
    try:
        return queries.record_of(request.actor, code)
    except NotFound:
        raise Invalid(fields={"customer": _("There is no such customer.")}) from None


def _keyed(request: Request) -> actions.Keyed:
    return actions.Keyed(
        lines=read_lines(text_of(request, "lines", most=LINES_CHARS_MAX)),
        record_id=_record(request),
        phone=text_of(request, "phone", most=40),
        ship_to={"address": address} if (address := text_of(request, "address", most=300)) else {},
    )


def read_lines(text: str) -> list[actions.NewLine]:
    """One product a line: its number, and how many after a space or a multiplication sign. Raises `Invalid`."""
    found = []
    for line in filter(None, (one.strip() for one in text.splitlines())):
        parts = _LINE.match(line)
        sku, quantity = (parts[1], int(parts[2])) if parts else (line, 1)
        if " " in sku or not quantity:
            raise Invalid(fields={"lines": _("Write one product a line, such as BK-1 × 2.")})
        found.append(actions.NewLine(sku.upper(), quantity))
    return found


# -- a slip written down -------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def remittance_new(request: Request) -> HttpResponse:
    """Write down a slip by hand: one after the other, the answer of the last above the form."""
    request.actor.require(RIGHT)
    if request.method != "POST":
        return _form(request, {}, {})
    try:
        response = act_once(request, effect=lambda: _write(request))
    except (Invalid, Conflict) as error:
        return _form(request, request.POST, _faults(error))
    messages.success(request, _("Written down."))
    return response


def _write(request: Request) -> str:
    amount = fields.read_money(request.POST, "amount")
    paid_on = fields.read_day(request.POST, "paid_on")
    faults = {}
    if amount is None:
        faults["amount"] = _("Say how much.")
    if paid_on is None:
        faults["paid_on"] = _("Say on which day it was paid in.")
    if amount is None or paid_on is None:
        raise Invalid(fields=faults)
    texts = {
        name: text_of(request, name, most=most)
        for name, most in (("slip", 40), ("payer", 120), ("address", 300), ("member", 40), ("text", 500))
    }
    slip = actions.NewSlip(amount=amount, paid_on=paid_on, **texts)
    row = actions.record_slip(actor=request.actor, now=clock.now(), slip=slip)
    return reverse("remittance", args=[row.public_id])


def _form(request: Request, values: Mapping[str, Any], errors: Mapping[str, Any]) -> HttpResponse:
    context = {
        "values": values,
        "errors": errors,
        "currency": values.get("amount_currency") or rulesets.current().currency,
        "today": f"{clock.now().astimezone():%Y-%m-%d}",
        "key": form_key(),
    }
    return page(request, "trade/remittance_new.html", context, status=422 if errors else 200)


def major(minor: int, currency: str) -> Decimal:
    """An amount in major units, for a field."""
    return Money(minor, currency).amount
