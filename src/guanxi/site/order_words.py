"""An order in plain words, for its buyer and its seller: where it is, whose turn it is, what protects it, what was paid."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanxi.core.access import Actor
from guanxi.core.errors import GuanxiError
from guanxi.core.markup import exact
from guanxi.core.money import Money
from guanxi.core.phrases import language, pick
from guanxi.engine.phones import formatted
from guanxi.trade.models import Listing, Order, OrderLine, Payment, Return, Shipment, Stage
from guanxi.trade.pages import market as shown
from guanxi.trade.pages.returns import TONES as RETURN_TONES
from guanxi.trade.pages.way_words import CARRIER_SAYS
from guanxi.trade.queries import buying, market, rulesets
from guanxi.trade.queries.protection import Cover
from guanxi.trade.rules.ruleset import Rules

HIDDEN = frozenset({"settlement"})
"""What goes on between the shop and us is no stage of the buyer's."""
DONE: Mapping[str, Any] = {
    "placed": gettext_lazy("Your order is placed."),
    "pay": gettext_lazy("Paid. The shop has been told to send it."),
    "cancel": gettext_lazy("The order is taken back. What you paid goes back the way it came."),
    "receive": gettext_lazy("Thank you. What protects you from now on runs below."),
    "refused": gettext_lazy("The payment was refused. Your order waits for you below."),
    "return": gettext_lazy("The shop has been asked to take it back."),
    "send": gettext_lazy("The shop and we know that it is on its way back."),
}
_WHERE = {
    "placed": gettext_lazy("waits for payment"),
    "paid": gettext_lazy("the shop gets it ready"),
    "shipped": gettext_lazy("on its way to you"),
    "received": gettext_lazy("received"),
    "cancelled": gettext_lazy("cancelled"),
}
_SELLERS = {
    "placed": gettext_lazy("not paid yet"),
    "paid": gettext_lazy("paid, to be sent"),
    "shipped": gettext_lazy("on its way to the buyer"),
    "received": gettext_lazy("with the buyer"),
    "cancelled": gettext_lazy("cancelled"),
}
_HOUSE_PAID = gettext_lazy("we get it ready")
_PARCEL = {
    "packed": gettext_lazy("packed"),
    "handed": gettext_lazy("with the carrier"),
    "moving": gettext_lazy("under way"),
    "delivered": gettext_lazy("delivered"),
    "failed": gettext_lazy("could not be delivered"),
    "back": gettext_lazy("on its way back"),
}


def rules_for(order: Order) -> Rules:
    """The rules an order was placed under; those of today for one brought in from elsewhere."""
    return rulesets.rules_of(order.rules_id) if order.rules_id else rulesets.current()


def has_way(order: Order) -> bool:
    """Whether its way is kept here: not of orders brought in from elsewhere."""
    return bool(order.rules_id and order.flow)


def amount(order: Order) -> str:
    return Money(order.total_minor, order.currency).format(language())


def title(order: Order) -> str:
    lines = list(order.lines.all())
    if not lines:
        return order.number
    first = line_name(lines[0])
    if len(lines) == 1:
        return first
    return _("%(title)s and %(n)s more") % {"title": first, "n": len(lines) - 1}


def line_name(line: OrderLine) -> str:
    name = pick(line.product.name) or line.product.sku
    return name if line.quantity == 1 else f"{name} × {line.quantity}"


def where(order: Order) -> str:
    if order.state == Order.State.PAID and order.seller_id is None:
        return str(_HOUSE_PAID)
    return str(_WHERE[order.state])


def sellers_where(order: Order) -> str:
    """The same as the seller reads it."""
    return str(_SELLERS[order.state])


def shop_name(order: Order) -> str:
    shop = getattr(order.seller, "shop", None) if order.seller else None
    return str(shop.name) if shop else ""


def buyers_turn(order: Order) -> dict[str, str]:
    """Whose turn it is, as the buyer reads it."""
    if order.state in (Order.State.RECEIVED, Order.State.CANCELLED):
        return {"kind": "done", "label": _("Settled")}
    if order.state == Order.State.PLACED:
        return {"kind": "mine", "label": _("Your turn")}
    if order.state == Order.State.SHIPPED:
        return {"kind": "system", "label": _("Under way")}
    return {"kind": "other", "label": _("The shop's turn") if order.seller_id else _("Our turn")}


def head(order: Order, now: datetime) -> dict[str, Any]:
    shop = getattr(order.seller, "shop", None) if order.seller else None
    return {
        "title": title(order),
        "number": order.number,
        "code": order.public_id,
        "amount": amount(order),
        "placed": order.placed,
        "state": order.state,
        "where": where(order),
        "shop": shown.shop_of(shop) if shop else None,
        "ship_to": [
            formatted(value) if key == "phone" else value
            for key in ("name", "phone", "address")
            if (value := order.ship_to.get(key))
        ],
    }


def turn_card(order: Order, now: datetime) -> dict[str, Any]:
    """Whose turn, what now, until when and what happens then: the card above the fold."""
    due, says = _due(order)
    return {
        "turn": buyers_turn(order),
        "step": where(order),
        "due": due if due and order.state not in (Order.State.RECEIVED, Order.State.CANCELLED) else None,
        "says": says,
        "steps": steps(order),
    }


def _due(order: Order) -> tuple[datetime | None, str]:
    if order.state == Order.State.PLACED and has_way(order):
        days = rules_for(order).terms.unpaid_days
        until = order.placed + timedelta(days=days)
        return until, _("If nobody pays until then, the order is cancelled by itself.")
    if order.state == Order.State.PAID:
        return order.ship_by, (
            _("By then it is on its way. If not, you can complain with one tap.") if order.ship_by else ""
        )
    if order.state == Order.State.SHIPPED:
        return order.promised, _(
            "Confirm when you have it in your hands. What protects you runs on afterwards."
        )
    if order.state == Order.State.RECEIVED and order.received:
        return None, _("Received %(when)s.") % {"when": exact(order.received)}
    if order.state == Order.State.CANCELLED and order.cancelled:
        return None, _("Cancelled %(when)s.") % {"when": exact(order.cancelled)}
    return None, ""


def steps(order: Order) -> list[dict[str, Any]]:
    """Four words: paid, getting ready, on its way, received."""
    named = [_("Payment"), _("Getting ready"), _("Under way"), _("With you")]
    at = {"placed": 0, "paid": 1, "shipped": 2, "received": 4}.get(order.state, -1)
    turn = buyers_turn(order)
    return [
        {"label": label, "state": "done" if place < at else "live" if place == at else "ahead", "turn": turn}
        for place, label in enumerate(named)
    ]


def way(order: Order) -> list[dict[str, Any]]:
    """The stages of its way in the words of the rules it was placed under, each with when it was done."""
    if not has_way(order):
        return []
    kinds = rules_for(order).stages
    rows = [one for one in order.stages.order_by("number") if one.code in kinds]
    return [
        {
            "name": pick(kinds[one.code].name),
            "state": _stage(one),
            "stopped": one.state == Stage.State.STOPPED,
            "done": one.done,
            "due": one.due if one.state in (Stage.State.OPEN, Stage.State.STOPPED) else None,
        }
        for one in rows
        if kinds[one.code].does not in HIDDEN and one.state != Stage.State.DROPPED
    ]


def _stage(one: Stage) -> str:
    if one.state == Stage.State.DONE:
        return "done"
    return "now" if one.state in (Stage.State.OPEN, Stage.State.STOPPED) else "ahead"


def cover(one: Cover) -> dict[str, Any]:
    """A promise: running with its end, ahead, or over."""
    return {
        "name": pick(one.name),
        "words": pick(one.words),
        "icon": one.icon,
        "state": one.state,
        "end": one.end,
        "until": one.claimable_until,
    }


def lines(order: Order) -> list[dict[str, Any]]:
    """What was bought, each as its shop described it at that moment."""
    rows = list(order.lines.all())
    then = market.said_then([one.listing_id for one in rows if one.listing_id], order.placed)
    return [_line(order, one, then.get(one.listing_id or 0)) for one in rows]


def _line(order: Order, line: OrderLine, then: Any) -> dict[str, Any]:
    name = then.title if then else pick(line.product.name) or line.product.sku
    return {
        "name": name,
        "quantity": line.quantity,
        "amount": Money(line.amount_minor, order.currency).format(language()),
        "text": then.text if then else "",
        "version": then.number if then else 0,
        "url": reverse("listing", args=[line.listing.public_id]) if line.listing else "",
        "returned": line.returned,
        "declaration": line.declaration,
    }


def ask_url(order: Order) -> str:
    """Where the buyer asks the shop, while what they bought is on sale."""
    for line in order.lines.all():
        if line.listing is not None and line.listing.state == Listing.State.ACTIVE:
            return reverse("listing", args=[line.listing.public_id]) + "#questions"
    return ""


def parcel(order: Order, one: Shipment) -> dict[str, Any]:
    carriers = rules_for(order).carriers
    known = carriers.get(one.carrier)
    said = list(one.events.all())
    return {
        "carrier": pick(known.name) if known else one.carrier,
        "tracking": one.tracking,
        "state": str(_PARCEL.get(one.state, one.state)),
        "good": one.state == Shipment.State.DELIVERED,
        "made": one.made,
        "said": [
            {"at": each.occurred, "words": str(CARRIER_SAYS.get(each.code, each.code)), "place": each.place}
            for each in said[:20]
        ],
    }


def payment(one: Payment) -> dict[str, Any]:
    return {
        "kind": one.get_kind_display(),
        "amount": Money(one.amount_minor, one.currency).format(language()),
        "made": one.made,
        "reference": one.reference,
    }


def back(one: Return) -> dict[str, Any]:
    return {
        "url": reverse("my_return", args=[one.public_id]),
        "name": pick(one.line.product.name) or one.line.product.sku,
        "quantity": one.quantity,
        "label": one.get_state_display(),
        "tone": RETURN_TONES.get(one.state, ""),
        "asked": one.asked,
        "due": one.due if one.state in ("asked", "agreed", "arrived") else None,
    }


def return_url(order: Order) -> str:
    """Where the buyer asks to send something back; "" before it has arrived."""
    return reverse("my_return_ask", args=[order.public_id]) if order.received is not None else ""


def last_address(actor: Actor) -> dict[str, str]:
    """Where the newest order of this buyer went, to be filled in again."""
    newest = buying.bought_by(actor).exclude(ship_to={}).first()
    kept = newest.ship_to if newest is not None else {"name": actor.name}
    return {key: str(kept.get(key, "")) for key in ("name", "phone", "address")}


def errors_of(error: GuanxiError) -> dict[str, str]:
    """What is wrong beside its field; what concerns the whole under "form"."""
    known = {name: str(words) for name, words in error.fields.items()}
    if not known or "lines" in known:
        known["form"] = known.pop("lines", "") or str(error.detail or error.title)
    return known
