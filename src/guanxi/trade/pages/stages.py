"""Stage screens: one field that takes what a scanner types, the order in hand large below it, and the next ones beside it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanxi.core import clock
from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.core.http import Request, page, text_of
from guanxi.core.money import Money
from guanxi.core.phrases import pick
from guanxi.trade.actions import scanning as actions
from guanxi.trade.models import Purchase, Scan, Stage
from guanxi.trade.pages.outcomes import REFUSED, TONES, words_of
from guanxi.trade.pages.purchases import STATES
from guanxi.trade.queries import purchases, remittances, rulesets, screens
from guanxi.trade.rules import scanning as rules
from guanxi.trade.rules import stages as way_rules
from guanxi.trade.rules.ruleset import StageKind
from guanxi.trade.rules.scanning import Want

RIGHT = screens.RIGHT
ICONS = {
    "keying": "keyboard", "payment": "coin", "procurement": "building-store", "picking": "list-check",
    "packing": "package", "logistics": "send", "receipt": "check", "settlement": "building-bank",
}  # fmt: skip


@require_safe
def index(request: Request) -> HttpResponse:
    """All stages of the house's flows with what waits at each, and the way money and goods come in."""
    request.actor.require(RIGHT)
    now = clock.now()
    loads = screens.loads(request.actor, now)
    kinds = screens.house_stages(rulesets.current())
    arrivals = screens.arrivals(request.actor)
    context = {
        "tiles": [_tile(kind, loads.get(kind.code, screens.Load())) for kind in kinds],
        "slips": remittances.count_open(request.actor) if request.actor.may(remittances.RIGHT) else None,
        "arrivals": arrivals.count(),
        "late_arrivals": arrivals.filter(expected__lt=now).count(),
    }
    return page(request, "trade/stages.html", context)


def _tile(kind: StageKind, load: screens.Load) -> dict[str, Any]:
    return {
        "code": kind.code,
        "name": pick(kind.name),
        "icon": ICONS.get(kind.does, "package"),
        "url": reverse("remittances") + "?view=open"
        if kind.does == way_rules.PAYMENT
        else reverse("stage", args=[kind.code]),
        "money": kind.does == way_rules.PAYMENT,
        "load": load,
    }


# -- one screen ----------------------------------------------------------------------------------------------


@require_safe
def screen(request: Request, code: str) -> HttpResponse:
    """The screen of one stage, or of goods from suppliers (`arrivals`)."""
    request.actor.require(RIGHT)
    kind = _kind(code)
    context = _context(request, code, kind, None) | _frame(code, kind)
    template = "trade/stage_body.html" if request.headers.get("HX-Request") else "trade/stage.html"
    return page(request, template, context)


def _kind(code: str) -> StageKind | None:
    if code == screens.ARRIVALS:
        return None
    kind = screens.kind_of(code)
    if kind.does == way_rules.PAYMENT or kind.does not in way_rules.TABLE:
        raise NotFound
    return kind


def _frame(code: str, kind: StageKind | None) -> dict[str, Any]:
    """What stays while scans come and go."""
    content = rulesets.current()
    return {
        "title": pick(kind.name) if kind else _("Goods from suppliers"),
        "icon": ICONS.get(kind.does, "package") if kind else "package",
        "hint": _hint(kind.does if kind else screens.ARRIVALS),
        "troubles": _troubles(kind, content),
        "carriers": [(code, pick(one.name)) for code, one in sorted(content.carriers.items())],
        "usual": rules.BATCH_USUAL,
        "most": rules.BATCH_MOST,
    }


def _hint(does: str) -> str:
    return {
        "picking": _(
            "Scan what you take from each bin. Enter alone starts a batch, and ends it when all is in hand."
        ),
        "packing": _("Scan every piece into the parcel, then the parcel's number."),
        "logistics": _("Scan each parcel as the carrier takes it."),
        "keying": _("Check the order against what was asked for; Enter passes it on."),
        "procurement": _("Enter orders what is missing from where it was bought last."),
        "receipt": _("Scan an order or parcel, Enter notes that it has arrived."),
        "settlement": _("Enter notes that the suppliers of the order are paid."),
        screens.ARRIVALS: _("Scan a purchase or product. Enter takes all of it in, 3* takes three."),
    }[does]


def _troubles(kind: StageKind | None, content: Any) -> list[tuple[str, str]]:
    if kind is None:
        return [(code, str(words)) for code, words in REFUSED.items()]
    return [
        (one.code, pick(one.name))
        for one in content.troubles.values()
        if not one.does or kind.does in one.does
    ][:9]


def _context(request: Request, code: str, kind: StageKind | None, last: Scan | None) -> dict[str, Any]:
    """What a scan may change: the order or batch in hand, what comes next, what was done."""
    actor, now = request.actor, clock.now()
    body: dict[str, Any] = {
        "code": code,
        "does": kind.does if kind else screens.ARRIVALS,
        "next_key": str(uuid4()),
    }
    if kind is None:
        body |= _arrivals(actor, request.GET.get("chosen", "") or request.POST.get("chosen", ""), last)
    elif kind.does == way_rules.PICKING:
        body |= _picking(actor, kind)
    elif kind.does == way_rules.LOGISTICS:
        body |= _logistics(actor, kind, now)
    else:
        body |= _single(actor, kind)
    if kind is not None:
        load = screens.loads(actor, now).get(code, screens.Load())
        waiting = screens.queue(actor, kind, now)
        body |= {
            "load": load,
            "todo": waiting.count()
            if kind.does in (way_rules.LOGISTICS, way_rules.PROCUREMENT)
            else load.todo,
            "coming": [] if kind.does == way_rules.LOGISTICS else _coming(waiting),
            "today": screens.done_since(actor, code, _midnight(now)),
        }
    return body | {"last": _said(last, now) if last else None, "log": _log(screens.scans(actor, code), now)}


def _midnight(now: datetime) -> datetime:
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)


def _coming(waiting: Any) -> list[dict[str, Any]]:
    found = waiting.filter(holder="").select_related("order__record")[: screens.NEXT_SHOWN]
    return [
        {
            "number": stage.order.number,
            "who": stage.order.record.called,
            "due": stage.due,
            "opened": stage.opened,
        }
        for stage in found
    ]


def _picking(actor: Actor, kind: StageKind) -> dict[str, Any]:
    batch = screens.batch_in_hand(actor, kind.code)
    if batch is None:
        return {"batch": None}
    stages = screens.batch_stages(batch, holder=actor.id)
    wants = screens.wants(stages)
    stops = rules.walk(wants)
    names = screens.names_of([want.line for want in wants])
    live_stop = next((n for n, stop in enumerate(stops) if stop.left), None)
    return {
        "batch": batch,
        "orders": len(stages),
        "pieces": sum(want.quantity for want in wants),
        "got": sum(want.got for want in wants),
        "stops": [
            {
                "bin": stop.bin,
                "sku": stop.sku,
                "name": pick(names.get(stop.wants[0].line)),
                "quantity": stop.quantity,
                "left": stop.left,
                "orders": len(stop.wants),
                "now": n == live_stop,
                "done": not stop.left,
            }
            for n, stop in enumerate(stops)
        ],
        "full": live_stop is None,
    }


def _single(actor: Actor, kind: StageKind) -> dict[str, Any]:
    stage = screens.in_hand(actor, kind.code)
    if stage is None:
        return {"order": None}
    wants = screens.wants([stage])
    body: dict[str, Any] = {
        "order": stage.order,
        "stage": stage,
        "who": stage.order.record.called,
        "ship_to": stage.order.ship_to if actor.may("people.contacts") else {},
        "total": Money(stage.order.total_minor, stage.order.currency),
        "lines": _lines(stage, wants, counts=kind.does == way_rules.PACKING),
        "full": rules.is_full(wants),
    }
    if kind.does == way_rules.SETTLEMENT:
        body["owed"] = [_owed(one) for one in purchases.unpaid_for(stage.order)]
    if kind.does == way_rules.PROCUREMENT:
        body["lacking"] = {line.id: short for line, short in purchases.lacking(stage.order)}
    return body


def _lines(stage: Stage, wants: Sequence[Want], *, counts: bool) -> list[dict[str, Any]]:
    names = screens.names_of([want.line for want in wants])
    first = next((want.line for want in wants if want.left), None) if counts else None
    return [
        {
            "id": want.line,
            "now": want.line == first,
            "sku": want.sku,
            "name": pick(names.get(want.line)),
            "bin": want.bin,
            "quantity": want.quantity,
            "got": want.got if counts else None,
            "done": counts and not want.left,
        }
        for want in wants
    ]


def _owed(one: Purchase) -> dict[str, Any]:
    amount = one.cost_minor if one.invoice_minor is None else one.invoice_minor
    return {
        "supplier": one.supplier.name,
        "number": one.public_id,
        "reference": one.reference,
        "amount": Money(amount, one.currency),
        "state": str(STATES[one.state]),
        "url": reverse("purchase", args=[one.public_id]),
    }


def _logistics(actor: Actor, kind: StageKind, now: datetime) -> dict[str, Any]:
    stages = list(screens.queue(actor, kind, now).select_related("order")[:24])
    parcels = screens.parcels_waiting([stage.order_id for stage in stages])
    rows = [
        {
            "number": stage.order.number,
            "tracking": parcel.tracking,
            "carrier": parcel.carrier,
            "made": parcel.made,
        }
        for stage in stages
        for parcel in parcels.get(stage.order_id, ())
    ]
    return {"order": None, "parcels": rows}


def _arrivals(actor: Actor, chosen: str, last: Scan | None) -> dict[str, Any]:
    waiting = list(screens.arrivals(actor)[:24])
    if last is not None:
        chosen = str(last.values.get("code", "")) if last.outcome == "chosen" else ""
    rows = [
        {
            "number": one.public_id,
            "sku": one.product.sku,
            "name": pick(one.product.name),
            "supplier": one.supplier.name,
            "missing": one.missing,
            "expected": one.expected,
            "order": one.line.order.number if one.line else "",
            "now": one.public_id == chosen,
        }
        for one in waiting
    ]
    return {"order": None, "purchases": rows, "chosen": chosen if any(row["now"] for row in rows) else ""}


def _said(row: Scan, now: datetime) -> dict[str, Any]:
    left = rules.UNDO_S - (now - row.made).total_seconds()
    return {
        "tone": TONES.get(row.outcome, "red" if row.outcome not in rules.GOOD else "green"),
        "words": words_of(row),
        "code": row.code,
        "undo": bool(row.undo) and row.undone is None and left > 0,
        "left": max(0, round(left)),
    }


def _log(rows: Sequence[Scan], now: datetime) -> list[dict[str, Any]]:
    return [{**_said(row, now), "made": row.made, "undone": row.undone is not None} for row in rows]


# -- scans ---------------------------------------------------------------------------------------------------


@require_POST
def scan(request: Request, code: str) -> HttpResponse:
    """One scan. To the screen's own module the part that changes, to a plain form the page."""
    request.actor.require(RIGHT)
    kind = _kind(code)
    size = request.POST.get("size", "")
    row = actions.scan(
        actor=request.actor,
        now=clock.now(),
        screen=code,
        text=request.POST.get("text", "")[:200],
        once=text_of(request, "once", most=actions.ONCE_CHARS_MAX) or str(uuid4()),
        size=int(size) if size.isdecimal() and len(size) < 4 else rules.BATCH_USUAL,
        carrier=text_of(request, "carrier", most=40),
        chosen=text_of(request, "chosen", most=20),
    )
    if not request.headers.get("HX-Request"):
        chosen = str(row.values.get("code", "")) if row.outcome == "chosen" else ""
        response = HttpResponseRedirect(
            reverse("stage", args=[code]) + (f"?chosen={chosen}" if chosen else "")
        )
        response.status_code = 303
        return response
    answer = render(
        request, "trade/stage_body.html", {"now": clock.now(), **_context(request, code, kind, row)}
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require_POST
def put_down(request: Request, code: str) -> HttpResponse:
    """Out of these hands: anybody may take it."""
    request.actor.require(RIGHT)
    if _kind(code) is not None:
        actions.release(actor=request.actor, now=clock.now(), screen=code)
    response = HttpResponseRedirect(reverse("stages"))
    response.status_code = 303
    return response


# -- paper ---------------------------------------------------------------------------------------------------


@require_safe
def batch_list(request: Request, public_id: str) -> HttpResponse:
    """The walk of a batch on paper."""
    from guanxi.trade.pages import paper  # with reportlab: only a process that prints bears it

    request.actor.require(RIGHT)
    sheet = screens.sheet_of(request.actor, public_id)
    return _pdf(paper.picking_list(sheet, clock.now()), f"{sheet.batch.public_id}-list.pdf")


@require_safe
def batch_labels(request: Request, public_id: str) -> HttpResponse:
    """A label for every parcel of a batch."""
    from guanxi.trade.pages import paper

    request.actor.require(RIGHT)
    sheet = screens.sheet_of(request.actor, public_id)
    contacts = request.actor.may("people.contacts")
    return _pdf(paper.labels(sheet, contacts=contacts), f"{sheet.batch.public_id}-labels.pdf")


def _pdf(body: bytes, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
