"""The investment desk: an order drafted, read back word for word, confirmed in the client's own words, placed in time."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.core import clock, fields, staff
from guanxi.core.access import Actor
from guanxi.core.errors import Conflict, Denied, Invalid, NotFound
from guanxi.core.http import Request, act_once, form_key, page
from guanxi.core.money import Money
from guanxi.core.organisation import name_of
from guanxi.core.phrases import language
from guanxi.core.words import say
from guanxi.people import queries as people
from guanxi.trade.actions import investing
from guanxi.trade.actions.investing import Filled, NewInvestment, Yes
from guanxi.trade.actions.investing.drafting import CHANNELS
from guanxi.trade.models import InvestmentOrder, Product
from guanxi.trade.pages.holdings import CURRENCIES, product_name
from guanxi.trade.queries import holdings as held
from guanxi.trade.queries import investments as queries
from guanxi.trade.queries.books import deposit_record
from guanxi.trade.rules import investments as rules
from guanxi.trade.rules.holdings import masked, plain

VIEW, INVEST = "trade.holdings.view", "trade.invest"
State = InvestmentOrder.State
TONES: Mapping[str, str] = {
    State.DRAFTED: "",
    State.READ_BACK: "amber",
    State.CONFIRMED: "amber",
    State.PLACED: "tint",
    State.EXECUTED: "green",
    State.CANCELLED: "",
    State.TOO_LATE: "red",
}
WAY = (State.DRAFTED, State.READ_BACK, State.CONFIRMED, State.PLACED, State.EXECUTED)
DONE = {
    "read": gettext_lazy("Read these words out, then write down the answer."),
    "place": gettext_lazy("The order is placed."),
    "execute": gettext_lazy("Executed: the holding is brought up to date."),
    "cancel": gettext_lazy("The order is cancelled."),
}
LATE = gettext_lazy(
    "The cut-off has passed: nothing was confirmed. Read it back anew, for the next trading day."
)


def titled(words: str) -> str:
    return words[:1].upper() + words[1:]


def summary(order: InvestmentOrder) -> str:
    """ "Buy Steady fund for ¥50,000.00" in a line."""
    amount = Money(order.amount_minor, order.currency).format(language())
    name = product_name(order.product)
    if order.units is not None:
        words = (
            _("Buy %(units)s units of %(name)s, about %(amount)s")
            if order.side == "buy"
            else _("Sell %(units)s units of %(name)s, about %(amount)s")
        )
        return words % {"units": plain(order.units), "name": name, "amount": amount}
    words = _("Buy %(name)s for %(amount)s") if order.side == "buy" else _("Sell %(name)s for %(amount)s")
    return words % {"name": name, "amount": amount}


# -- one order ---------------------------------------------------------------------------------------------


@require_safe
def investment(request: Request, public_id: str) -> HttpResponse:
    """One order: the words to read back, the time left until the cut-off, who must still say yes."""
    request.actor.require(VIEW)
    return _investment(request, queries.get_investment(request.actor, public_id))


def _investment(
    request: Request, row: InvestmentOrder, *, verb: str = "", errors: Mapping[str, Any] | None = None
) -> HttpResponse:
    actor, now = request.actor, clock.now()
    waiting = row.state in (State.READ_BACK, State.CONFIRMED)
    may = actor.may(INVEST)
    signers = queries.signatories(actor, row, now) if row.state == State.READ_BACK and may else []
    context = {
        "order": row,
        "title": summary(row),
        "state": titled(row.get_state_display()),
        "tone": TONES[row.state],
        "way": _way(row),
        "client": row.record.called,
        "client_url": reverse("customer", args=[row.record.customer.public_id]),
        "account": masked(row.holding.number) if row.holding else "",
        "account_url": reverse("holding", args=[row.holding.public_id]) if row.holding else "",
        "branch": name_of(row.unit) if row.unit else "",
        "by": staff.names_of([row.drafted_by]).get(row.drafted_by, row.drafted_by),
        "running": waiting and row.due is not None and now < row.due,
        "over": waiting and row.due is not None and now >= row.due,
        "signatures": [_signature(one) for one in queries.signatures_of(row)],
        "signers": [(str(one.customer.public_id), one.called) for one in signers],
        "verbs": _verbs(row, now) if may else set(),
        "channels": _channels(),
        "executed": _executed(row),
        "price": Money(row.price_minor, row.currency) if row.price_minor else None,
        "verb": verb,
        "errors": errors or {},
        "sent": request.POST if errors else {},
        "key": form_key(),
    }
    return page(request, "trade/investment.html", context, status=422 if errors else 200)


def _verbs(row: InvestmentOrder, now: Any) -> set[str]:
    """What can be done now, of read, confirm, place, execute, cancel."""
    timely = row.due is not None and now < row.due
    facts = {"in_time": timely, "enough": True}
    found = {
        verb for verb in ("read", "confirm", "place", "execute", "cancel")
        if rules.next_state(row.state, verb, "staff", facts) is not None
    }  # fmt: skip
    return found if timely else found - {"confirm", "place"}


def _way(row: InvestmentOrder) -> list[dict[str, str]]:
    """The steps of an order: done, here, ahead."""
    place = WAY.index(State(row.state)) if row.state in WAY else 1
    return [
        {
            "label": titled(str(one.label)),
            "state": "done"
            if at < place or row.state == State.EXECUTED
            else "live"
            if at == place
            else "ahead",
        }
        for at, one in enumerate(WAY)
    ]


def _signature(one: Any) -> dict[str, Any]:
    return {
        "name": one.person.called,
        "words": one.words,
        "channel": say(f"holding.channel.{one.channel}"),
        "given": one.given,
        "heard_by": staff.names_of([one.heard_by]).get(one.heard_by, one.heard_by),
    }


def _executed(row: InvestmentOrder) -> dict[str, Any] | None:
    if row.executed_units is None or row.executed_minor is None:
        return None
    return {
        "units": plain(row.executed_units),
        "amount": Money(row.executed_minor, row.currency),
        "fee": Money(row.fee_minor, row.currency),
    }


def _channels() -> list[tuple[str, str]]:
    return [(code, say(f"holding.channel.{code}")) for code in CHANNELS]


@require_POST
def investment_do(request: Request, public_id: str, verb: str) -> HttpResponse:
    """Read back, confirm, place, execute, cancel."""
    request.actor.require(VIEW)
    row = queries.get_investment(request.actor, public_id)
    request.actor.require(INVEST)
    asked: dict[str, Any] = {"actor": request.actor, "now": clock.now(), "public_id": public_id}
    spoken = request.POST.get("language", "")[:10]
    acts: dict[str, Callable[[], InvestmentOrder]] = {
        "read": lambda: investing.read_investment(**asked, language=spoken),
        "confirm": lambda: investing.confirm_investment(**asked, yes=_yes(request)),
        "place": lambda: investing.place_investment(**asked),
        "execute": lambda: investing.execute_investment(**asked, filled=_filled(request, row)),
        "cancel": lambda: investing.cancel_investment(**asked, why=request.POST.get("why", "client")[:40]),
    }
    if verb not in acts:
        raise NotFound
    became: list[str] = []

    def effect() -> str:
        became.append(str(acts[verb]().state))
        return reverse("investment", args=[public_id])

    try:
        response = act_once(request, effect=effect)
    except (Invalid, Conflict) as error:
        return _investment(request, row, verb=verb, errors=_faults(error))
    except Denied as error:
        if error.code != "may_not_sign":
            raise
        return _investment(request, row, verb=verb, errors={"person": str(error.detail)})
    _tell(request, verb, became)
    return response


def _tell(request: Request, verb: str, became: list[str]) -> None:
    if State.TOO_LATE in became:
        messages.warning(request, str(LATE))
    elif verb == "confirm" and became:
        enough = State.CONFIRMED in became
        messages.success(
            request, _("Confirmed: place it now.") if enough else _("Noted. One more signature is needed.")
        )
    elif verb in DONE:
        messages.success(request, str(DONE[verb]))


def _faults(error: Invalid | Conflict) -> dict[str, Any]:
    return {**error.fields} or {"form": str(error.detail or error.title)}


def _yes(request: Request) -> Yes:
    try:
        person = deposit_record(request.actor, request.POST.get("person", "")[:20])
    except NotFound as error:
        raise Invalid(fields={"person": _("Who said it?")}) from error
    reading = request.POST.get("reading", "")
    return Yes(
        person,
        int(reading) if reading.isdecimal() and len(reading) < 5 else 0,
        request.POST.get("words", "")[:600],
        request.POST.get("channel", "")[:20],
    )


def _filled(request: Request, row: InvestmentOrder) -> Filled:
    sent = {**request.POST.dict(), "amount_currency": row.currency, "fee_currency": row.currency}
    units, amount, fee = (
        fields.read_number(sent, "units"), fields.read_money(sent, "amount"), fields.read_money(sent, "fee"),
    )  # fmt: skip
    if units is None or amount is None:
        raise Invalid(fields={"units" if units is None else "amount": _("This is needed.")})
    return Filled(units, amount, fee.minor if fee else 0, sent.get("number", "")[:40])


# -- a new one ------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def investment_new(request: Request) -> HttpResponse:
    """Draft an order: client, product, amount or units; what is sold is chosen from what they hold."""
    request.actor.require(INVEST)
    if request.method != "POST":
        return _new_form(request, request.GET, {})
    if request.POST.get("step") != "draft":
        return _new_form(request, request.POST, {})
    try:
        return act_once(request, effect=lambda: _draft(request))
    except (Invalid, Conflict) as error:
        return _new_form(request, request.POST, _faults(error))
    except NotFound:
        return _new_form(request, request.POST, {"holding": _("There is no such holding.")})


def _draft(request: Request) -> str:
    try:
        record = deposit_record(request.actor, request.POST.get("customer", "")[:20])
    except NotFound as error:
        raise Invalid(fields={"customer": _("There is no such customer.")}) from error
    sent = request.POST.dict()
    sent["price_currency"] = sent.get("amount_currency", "")
    units = fields.read_number(sent, "units")
    order = NewInvestment(
        sku=sent.get("sku", "")[:40],
        side=sent.get("side", "")[:4],
        amount=fields.read_money(sent, "amount") if units is None else None,
        units=units,
        price=fields.read_money(sent, "price"),
        holding=sent.get("holding", "")[:20],
        channel=sent.get("channel", "")[:20],
    )
    row = investing.draft_investment(actor=request.actor, now=clock.now(), record_id=record, order=order)
    return reverse("investment", args=[row.public_id])


def _new_form(request: Request, values: Mapping[str, str], errors: Mapping[str, Any]) -> HttpResponse:
    products = queries.traded_products()
    customer = values.get("customer", "")[:20]
    context = {
        "values": values,
        "errors": errors,
        "products": [("", _("Choose …")), *((one.sku, _product(one)) for one in products)],
        "holdings": [("", _("a new one")), *_held(request.actor, customer)],
        "sides": [(code, titled(str(label))) for code, label in InvestmentOrder.Side.choices],
        "channels": _channels(),
        "currencies": CURRENCIES,
        "currency": values.get("amount_currency") or "CNY",
        "cutoffs": [_cutoff_words(one) for one in products],
        "key": form_key(),
    }
    return page(request, "trade/investment_new.html", context, status=422 if errors else 200)


def _product(product: Product) -> str:
    return f"{product_name(product)} · {product.sku}"


def _cutoff_words(product: Product) -> dict[str, Any]:
    """Until when an order for this product would still be carried out on the day it says."""
    trading = rules.trading_of(product.conditions)
    if trading is None:  # pragma: no cover  only traded products are asked about
        return {}
    cutoff = rules.next_cutoff(trading, clock.now())
    return {
        "name": product_name(product),
        "day": cutoff.day,
        "due": cutoff.due,
        "late": cutoff.missed is not None,
        "risk": trading.risk,
    }


def _held(actor: Actor, customer: str) -> list[tuple[str, str]]:
    """What a client could sell or add to."""
    if not customer:
        return []
    try:
        found = people.get_customer(actor, customer)
    except NotFound:
        return []
    rows = held.customer_holdings(actor, found.id)
    traded = {one.id for one in queries.traded_products()}
    return [
        (one.public_id, f"{product_name(one.product)} {masked(one.number)}")
        for one in rows
        if one.product_id in traded and one.state == "open"
    ]


def panel(actor: Actor, customer_id: int) -> dict[str, Any]:
    """A client's newest orders to invest."""
    found = queries.newest_of(actor, customer_id)
    rows = [
        {
            "title": summary(one),
            "value": titled(one.get_state_display()),
            "tone": TONES[one.state],
            "url": reverse("investment", args=[one.public_id]),
            "due": one.due if one.state in (State.READ_BACK, State.CONFIRMED) else None,
        }
        for one in found
    ]
    new_url = f"{reverse('investment_new')}?customer={people.code_of(customer_id)}"
    return {"rows": rows, "new_url": new_url if actor.may(INVEST) and queries.traded_products() else ""}
