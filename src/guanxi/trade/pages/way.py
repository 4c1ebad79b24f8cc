"""One order as staff see it: where it stands, what is in it, its parcels, money and troubles, and what to do next."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guanxi.core import clock
from guanxi.core.access import Actor
from guanxi.core.http import Request, form_key, page
from guanxi.core.money import Money
from guanxi.core.phrases import language
from guanxi.engine.phones import formatted
from guanxi.trade.actions import doing, frame
from guanxi.trade.actions.payments import outstanding
from guanxi.trade.actions.troubles import kind_of
from guanxi.trade.models import Order, OrderLine, Payment, Shipment, Stage, Trouble
from guanxi.trade.pages import findings
from guanxi.trade.pages.orders import product_name, title_of
from guanxi.trade.pages.way_words import CARRIER_SAYS, FINISH, METHODS, NEXT, TURNS, WAYS_OUT, WHY
from guanxi.trade.queries import troubles
from guanxi.trade.queries.way import get_way
from guanxi.trade.rules import stages as rules
from guanxi.trade.rules.ruleset import Names

HIDDEN = "****"
TONES = {"placed": "amber", "paid": "accent", "shipped": "accent", "received": "green", "cancelled": ""}
PARCEL_TONES = {"delivered": "green", "failed": "red", "back": "red", "packed": "amber"}


def named(names: Names, code: str) -> str:
    """A pack's name in the reader's language."""
    return names.get(language()) or next(iter(names.values()), code)


@require_safe
def order(request: Request, public_id: str) -> HttpResponse:
    """An order with its whole way; its customer's name and address as far as the reader may see them."""
    request.actor.require("trade.view")
    return show(request, get_way(request.actor, public_id))


def show(
    request: Request, row: Order, *, verb: str = "", errors: Mapping[str, Any] | None = None
) -> HttpResponse:
    """The page; after a form that was refused with what was sent and why."""
    actor, now = request.actor, clock.now()
    way = doing.seen(row)
    parcels = [_parcel(way, parcel) for parcel in row.shipments.all()]
    lines = [_line(way, line, row.currency) for line in row.lines.all()]
    verbs = doing.open_verbs(actor, way) if way else []
    context = {
        "order": row,
        "title": title_of(row),
        "tone": TONES[row.state],
        "why": str(WHY.get(row.why, row.why)),
        "flow": named(way.flow.name, row.flow) if way else "",
        "total": Money(row.total_minor, row.currency),
        "customer": _party(row.record),
        "seller": _seller(row),
        "steps": [_step(way, stage, verbs) for stage in way.stages] if way else [],
        "lines": lines,
        "parcels": parcels,
        "on_the_way": [
            (one["id"], f"{one['carrier']} {one['tracking']}") for one in parcels if not one["void"]
        ],
        "troubles": [_trouble(way, one) for one in row.troubles.all()] if way else [],
        **findings.shown(actor, row, now),
        "returns": [_return(one) for one in row.returns.all()],
        "payments": [_payment(one) for one in row.payments.all()],
        "money": _money(way, row),
        "promise": _promise(row, now),
        "ship_to": ship_to(actor, row),
        "verbs": verbs,
        "next": _next(way, verbs),
        "turn": turn_of(way, verbs) if way and way.stage else None,
        "carriers": [(code, named(one.name, code)) for code, one in way.rules.carriers.items()]
        if way
        else [],
        "kinds": _kinds(way),
        "said_codes": [(code, str(CARRIER_SAYS[code])) for code in rules.CARRIER_CODES],
        "reasons": [(code, str(words)) for code, words in WHY.items()],
        "finish": str(FINISH.get(way.does, "")) if way else "",
        "methods": [
            (code, str(METHODS[code])) for code in ("remittance", "transfer", "card", "wallet", "cash")
        ],
        "sending": [line for line in lines if line["open"]],
        "verb": verb,
        "errors": errors or {},
        "sent": request.POST if errors else {},
        "key": form_key(),
    }
    return page(
        request, "trade/order.html", context, topics=[f"order:{row.public_id}"], here=("order", row.id),
        status=422 if errors else 200,
    )  # fmt: skip


def _party(record: Any) -> dict[str, str]:
    return {"name": record.called, "url": reverse("customer", args=[record.customer.public_id])}


def _seller(row: Order) -> dict[str, str] | None:
    if row.seller is None:
        return None
    shop = getattr(row.seller, "shop", None)
    return {**_party(row.seller), "name": shop.name if shop else row.seller.called}


def moment(at: datetime) -> str:
    """A moment in a line of text."""
    return f"{timezone.localtime(at):%m-%d %H:%M}"


# -- the way -------------------------------------------------------------------------------------------------


def _step(way: frame.Way, stage: Stage, verbs: list[str]) -> dict[str, Any]:
    """One stage for the stage bar: done with when, open with its limit and turn, ahead with its limit."""
    kind = way.kind(stage)
    step: dict[str, Any] = {"label": named(kind.name, stage.code)}
    if stage.state in frame.ON:
        return {**step, "state": "live", **_live(way, stage, verbs)}
    if stage.state == Stage.State.DONE:
        return {**step, "state": "done", "note": moment(stage.done) if stage.done else ""}
    if stage.state == Stage.State.DROPPED:
        return {**step, "state": "ahead", "note": _("dropped")}
    return {**step, "state": "ahead", "note": _("limit %(span)s") % {"span": _span(kind.minutes)}}


def _span(minutes: int) -> str:
    if minutes % 1440 == 0:
        return _("%(n)s d") % {"n": minutes // 1440}
    return _("%(n)s h") % {"n": f"{minutes / 60:g}"}


def _live(way: frame.Way, stage: Stage, verbs: list[str]) -> dict[str, Any]:
    stopped = stage.state == Stage.State.STOPPED
    return {
        "turn": turn_of(way, verbs),
        "start": stage.opened,
        "due": stage.due,
        "limit_note": _("until %(when)s") % {"when": moment(stage.due)} if stage.due else "",
        "expiry": _("stopped by trouble") if stopped else "",
        "why": None,
    }


def turn_of(way: frame.Way, verbs: list[str]) -> dict[str, str]:
    """Whose turn it is, as this reader sees it."""
    stage = way.stage
    if stage is None:
        return {"kind": "done", "label": _("Done")}
    if {"settle_trouble", "finish", "ship"} & set(verbs):
        return {"kind": "mine", "label": _("Your turn")}
    if stage.state == Stage.State.STOPPED:
        return {"kind": "other", "label": str(TURNS["house"])}
    if way.does in (rules.PAYMENT, rules.RECEIPT):
        return {"kind": "other", "label": str(TURNS["customer"])}
    if way.does == rules.LOGISTICS:
        return {"kind": "other", "label": str(TURNS["carrier"])}
    if stage.team is None:
        return {"kind": "other", "label": str(TURNS["seller" if way.does != rules.SETTLEMENT else "house"])}
    return {"kind": "other", "label": named(stage.team.unit.name, stage.code)}


def _next(way: frame.Way | None, verbs: list[str]) -> str:
    """One sentence: what happens next."""
    if way is None:
        return _("This order was brought in from elsewhere: its way is not kept here.")
    if way.order.cancelled is not None:
        return _("Nothing: the order is cancelled.")
    if way.stage is None:
        return _("Nothing: the order is done.")
    if way.stage.state == Stage.State.STOPPED:
        if "settle_trouble" in verbs:
            return _("Something has stopped this order: settle that first.")
        return _("Something has stopped this order. Whoever runs this stage settles it, then it goes on.")
    if way.does == rules.LOGISTICS and _is_waiting(way.order):
        return _("Packed, and waiting for the carrier. Its report that it has the parcel sets it on its way.")
    if way.does in (rules.PACKING, rules.PICKING) and way.stage.team is None:
        return _("The shop sends it. Not sent in time, the buyer may cancel or complain.")
    return str(NEXT[way.does])


def _is_waiting(row: Order) -> bool:
    """Whether every parcel still stands where it was packed."""
    states = {one.state for one in row.shipments.all() if not one.void}
    return states == {Shipment.State.PACKED}


def _kinds(way: frame.Way | None) -> list[tuple[str, str]]:
    """Troubles that can happen in the open stage."""
    if way is None:
        return []
    found = way.rules.troubles.values()
    return [(one.code, named(one.name, one.code)) for one in found if not one.does or way.does in one.does]


# -- what is in it -------------------------------------------------------------------------------------------


def _line(way: frame.Way | None, line: OrderLine, currency: str) -> dict[str, Any]:
    promised = sorted(line.terms)
    schemes = way.rules.schemes if way else {}
    return {
        "id": line.id,
        "name": product_name(line),
        "plain": named(line.product.name, line.product.sku),
        "sku": line.product.sku,
        "amount": Money(line.amount_minor, currency),
        "quantity": line.quantity,
        "counts": [
            (label, count)
            for label, count in (
                (_("reserved"), line.reserved),
                (_("in parcels"), line.shipped),
                (_("received"), line.received),
                (_("taken out"), line.cancelled),
                (_("sent back"), line.returned),
            )
            if count
        ],
        "open": way.seen(line).open if way and way.is_goods(line) else 0,
        "terms": [named(schemes[code].name, code) if code in schemes else code for code in promised],
        "declared": line.declaration.get("grade_name") or line.declaration.get("grade") or "",
    }


def _parcel(way: frame.Way | None, parcel: Shipment) -> dict[str, Any]:
    carriers = way.rules.carriers if way else {}
    known = carriers.get(parcel.carrier)
    return {
        "id": parcel.public_id,
        "carrier": named(known.name, parcel.carrier) if known else parcel.carrier,
        "tracking": parcel.tracking,
        "state": parcel.get_state_display(),
        "tone": PARCEL_TONES.get(parcel.state, "accent"),
        "void": parcel.void,
        "packed": parcel.state == Shipment.State.PACKED,
        "made": parcel.made,
        "inside": [
            f"{named(one.line.product.name, one.line.product.sku)} × {one.quantity}"
            for one in parcel.lines.all()
        ],
        "events": [
            {"said": str(CARRIER_SAYS[one.code]), "place": one.place, "occurred": one.occurred}
            for one in parcel.events.all()
        ],
    }


def _trouble(way: frame.Way, trouble: Trouble) -> dict[str, Any]:
    stage = next((one for one in way.stages if one.id == trouble.stage_id), None)
    does = way.kind(stage).does if stage else way.does
    ways = rules.ways_of(kind_of(way.rules, trouble.kind).ways, does)
    return {
        "id": trouble.public_id,
        "kind": troubles.named(trouble.kind, way.order.rules_id),
        "note": trouble.note,
        "stage": named(way.kind(stage).name, stage.code) if stage else "",
        "opened": trouble.opened,
        "settled": trouble.settled,
        "how": str(WAYS_OUT.get(trouble.how, trouble.how)),
        "ways": [(code, str(WAYS_OUT[code])) for code in ways],
        "parts": bool({rules.REPLACED, rules.REFUNDED} & set(ways)) and does != rules.LOGISTICS,
    }


def _return(one: Any) -> dict[str, Any]:
    return {
        "id": one.public_id,
        "name": named(one.line.product.name, one.line.product.sku),
        "quantity": one.quantity,
        "state": one.get_state_display(),
        "asked": one.asked,
        "due": one.due,
        "amount": Money(one.amount_minor, one.currency),
    }


# -- money, dates, address -----------------------------------------------------------------------------------


def _payment(one: Payment) -> dict[str, Any]:
    return {
        "kind": one.get_kind_display(),
        "method": str(METHODS.get(one.method, one.method)),
        "amount": Money(one.amount_minor, one.currency),
        "made": one.made,
        "reference": one.reference,
    }


def _money(way: frame.Way | None, row: Order) -> dict[str, Any]:
    due = outstanding(way) if way else 0
    return {
        "paid": Money(row.paid_minor, row.currency),
        "due": Money(due, row.currency) if due else None,
        "plain_due": str(Money(due, row.currency).amount) if due else "",
        "plain_paid": str(Money(max(0, row.paid_minor), row.currency).amount),
    }


def _promise(row: Order, now: datetime) -> dict[str, Any] | None:
    """When the customer has it, as promised, and whether that was or will be kept."""
    if row.promised is None:
        return None
    parcels = [one for one in row.shipments.all() if not one.void]
    arrived = row.received
    if parcels and all(one.delivered for one in parcels):
        arrived = max(one.delivered for one in parcels if one.delivered)
    late = (arrived or now) > row.promised and row.cancelled is None
    return {
        "promised": moment(row.promised),
        "ship_by": moment(row.ship_by) if row.ship_by else "",
        "arrived": moment(arrived) if arrived else "",
        "late": late,
    }


def ship_to(actor: Actor, row: Order) -> list[str]:
    """Name, telephone and address it goes to; masked for readers who may not see these."""
    shown = actor.may("people.contacts")
    given = {key: str(row.ship_to.get(key, "")) for key in ("name", "phone", "address")}
    given["phone"] = formatted(given["phone"])
    return [value if shown or key == "name" else HIDDEN for key, value in given.items() if value]
