"""Pages of what clients hold: one holding with terms, balances and mandates; the customer's panels; the client's own page."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.core import charts, clock, fields
from guanxi.core.access import Actor, Kind
from guanxi.core.charts import Chart, Series
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.http import Request, act_once, form_key, page, version_of
from guanxi.core.money import Money
from guanxi.core.organisation import name_of
from guanxi.core.phrases import day_label, language
from guanxi.core.words import say
from guanxi.people import queries as people
from guanxi.trade.actions import held
from guanxi.trade.actions.held import NewHolding, NewMandate
from guanxi.trade.models import Holding, Mandate, Product
from guanxi.trade.queries import holdings as queries
from guanxi.trade.queries.books import deposit_record
from guanxi.trade.rules.holdings import KINDS, Term, masked

VIEW, KEEP = "trade.holdings.view", "trade.holdings.keep"
CURRENCIES = ("CNY", "USD", "EUR", "HKD", "GBP", "JPY")
PANEL_ROWS = 6
ICONS: Mapping[str, str] = {
    "card": "credit-card",
    "mortgage": "home",
    "loan": "coins",
    "insurance": "shield-check",
    "investment": "trending-up",
    "merchant": "building-store",
    "bill": "file-text",
    "custody": "briefcase",
    "exchange": "arrows-left-right",
    "box": "lock",
    "remittance": "send",
    "cheque": "receipt",
    "deposit": "calendar",
}
DONE = {
    "terms": gettext_lazy("The terms are changed."),
    "balance": gettext_lazy("The balance is written down."),
    "close": gettext_lazy("The holding is closed."),
    "mandate": gettext_lazy("The mandate is given."),
    "revoke": gettext_lazy("The mandate is revoked."),
}


def named(texts: Mapping[str, str], otherwise: str) -> str:
    """A pack text in the reader's language."""
    return str(texts.get(language()) or next(iter(texts.values()), otherwise))


def product_name(product: Product) -> str:
    return named(product.name, product.sku)


def kind_words(kind: str) -> str:
    return say(f"holding.kind.{kind}")


def balance_of(holding: Holding) -> Money | None:
    """The newest balance in the holding's own currency."""
    if holding.balance_minor is None:
        return None
    return Money(holding.balance_minor, holding.currency)


def term_words(term: Term, value: Any, currency: str) -> str:
    """A term as people read it."""
    if term.type == "percent":
        return f"{value} %"
    if term.type == "amount":
        return Money(int(value), currency).format(language())
    if term.type == "date":
        return day_label(date.fromisoformat(value), this_year=0)
    if term.type == "choice":
        return say(f"holding.choice.{term.code}.{value}")
    if term.type == "flag":
        return _("yes") if value else _("no")
    return f"{value:,}" if isinstance(value, int) else str(value)


def terms_of(holding: Holding) -> list[dict[str, str]]:
    """What a holding is held on, in the order of its kind."""
    kind = KINDS.get(holding.kind)
    return [
        {
            "label": say(f"holding.term.{term.code}"),
            "value": term_words(term, holding.terms[term.code], holding.currency),
        }
        for term in (kind.terms if kind else ())
        if term.code in holding.terms
    ]


# -- one holding -------------------------------------------------------------------------------------------


@require_safe
def holding(request: Request, public_id: str) -> HttpResponse:
    """One holding: what it is, its terms, its balances day by day, who may act for its owner."""
    request.actor.require(VIEW)
    row = queries.get_holding(request.actor, public_id)
    drawn = _charts(row)
    return charts.as_csv(request, drawn) or _holding(request, row, drawn)


def _holding(
    request: Request,
    row: Holding,
    drawn: Sequence[Chart],
    *,
    verb: str = "",
    errors: Mapping[str, Any] | None = None,
) -> HttpResponse:
    actor, now = request.actor, clock.now()
    may_keep = _may_keep(actor, row) and row.state == Holding.State.OPEN
    path = reverse("holding", args=[row.public_id])
    context = {
        "holding": row,
        "name": product_name(row.product),
        "kind": kind_words(row.kind),
        "number": row.number if actor.may("people.contacts") else masked(row.number),
        "client": row.record.called,
        "client_url": reverse("customer", args=[row.record.customer.public_id]),
        "branch": name_of(row.unit) if row.unit else "",
        "figures": _figures(actor, row),
        "terms": terms_of(row),
        "charts": [one.view(path) for one in drawn],
        "fields": _fields(row, request.POST if verb == "terms" else None) if may_keep else [],
        "mandates": [mandate_row(one, queries.today(now)) for one in _mandates(actor, row)],
        "verb": verb,
        "errors": errors or {},
        "sent": request.POST if errors else {},
        "why": [(code, say(f"holding.why.{code}")) for code in ("client", "matured", "moved", "house")],
        "today": queries.today(now),
        "may_keep": may_keep,
        "key": form_key(),
    }
    return page(request, "trade/holding.html", context, status=422 if errors else 200)


def _may_keep(actor: Actor, row: Holding) -> bool:
    reach = actor.reach(KEEP)
    return reach.everything or row.unit_id in reach.units


def _mandates(actor: Actor, row: Holding) -> list[Mandate]:
    return queries.list_mandates(actor, row.record.customer_id)


def _figures(actor: Actor, row: Holding) -> list[dict[str, str]]:
    kind, balance = KINDS.get(row.kind), balance_of(row)
    owes = kind is not None and kind.owes
    cells = [
        {
            "label": _("Owed to us") if owes else _("Balance"),
            "value": balance.format(language()) if balance is not None else "–",
            "note": _("as of %(day)s") % {"day": row.balance_on}
            if row.balance_on
            else _("none written down yet"),
        }
    ]
    cells.append(
        {
            "label": _("Matures"),
            "value": str(row.matures or "–"),
            "note": "" if row.matures else _("no end agreed"),
        }
    )
    cells.append(
        {"label": _("Opened on"), "value": str(row.opened), "note": name_of(row.unit) if row.unit else ""}
    )
    if actor.may("trade.margins"):
        last = queries.today(clock.now())
        since = date(last.year, 1, 1)
        brought = queries.income_of(row, since=since, until=last)
        cells.append(
            {
                "label": _("Brought in this year"),
                "value": brought.format(language()),
                "note": _("margin less cost"),
            }
        )
    return cells


def _charts(row: Holding) -> list[Chart]:
    found = queries.history(row)
    if len(found) < 2:
        return []
    first, last = found[0], found[-1]
    change = Money(last.amount_minor - first.amount_minor, row.currency)
    title = (
        _("%(amount)s more than on %(day)s")
        if change.minor > 0
        else _("%(amount)s less than on %(day)s")
        if change.minor < 0
        else _("As much as on %(day)s")
    ) % {"amount": abs(change).format(language()), "day": first.day}
    return [
        Chart(
            code="balances",
            title=title,
            subtitle=_("Balance at the end of each day for which one was written down."),
            shape="line",
            columns=[_("Day"), _("Balance")],
            rows=[
                [one.day.isoformat(), float(Money(one.amount_minor, row.currency).amount)] for one in found
            ],
            series=[Series(1, "line", "accent")],
            unit=row.currency,
            size="low",
        )
    ]


def _fields(row: Holding, sent: Mapping[str, str] | None) -> list[dict[str, Any]]:
    """The form of a holding's terms: one field for each term of its kind."""
    return [_field(term, row.terms.get(term.code), row.currency, sent) for term in KINDS[row.kind].terms]


def _field(term: Term, value: Any, currency: str, sent: Mapping[str, str] | None) -> dict[str, Any]:
    shown = "" if value is None else str(value)
    if term.type == "amount" and value is not None:
        shown = str(Money(int(value), currency).amount)
    if term.type == "flag":
        shown = "1" if value else ""
    choices = [(code, say(f"holding.choice.{term.code}.{code}")) for code in term.options]
    return {
        "code": term.code,
        "name": f"term-{term.code}",
        "type": term.type,
        "label": say(f"holding.term.{term.code}"),
        "needed": term.needed,
        "value": shown if sent is None else sent.get(f"term-{term.code}", ""),
        "choices": [("", "–"), *choices],
        "unit": {"percent": "%", "amount": currency}.get(term.type, ""),
    }


def read_terms(kind: str, sent: Mapping[str, str]) -> dict[str, str]:
    """The terms of a form, as typed."""
    return {term.code: sent.get(f"term-{term.code}", "") for term in KINDS[kind].terms}


@require_POST
def holding_do(request: Request, public_id: str, verb: str) -> HttpResponse:
    """Change the terms, write down a balance, close."""
    request.actor.require(VIEW)
    row = queries.get_holding(request.actor, public_id)
    request.actor.require(KEEP)
    acts: dict[str, Callable[[], Any]] = {
        "terms": lambda: _change(request, row),
        "balance": lambda: _record(request, row),
        "close": lambda: held.close_holding(
            actor=request.actor, now=clock.now(), public_id=public_id, why=request.POST.get("why", "")[:40]
        ),
    }
    if verb not in acts:
        raise NotFound

    def effect() -> str:
        acts[verb]()
        return reverse("holding", args=[public_id])

    try:
        response = act_once(request, effect=effect)
    except (Invalid, Conflict) as error:
        return _holding(request, row, _charts(row), verb=verb, errors=_faults(error))
    messages.success(request, str(DONE[verb]))
    return response


def _faults(error: Invalid | Conflict) -> dict[str, Any]:
    fields = {name.replace("terms.", "term-"): words for name, words in error.fields.items()}
    return fields or {"form": str(error.detail or error.title)}


def _change(request: Request, row: Holding) -> None:
    held.change_terms(
        actor=request.actor,
        now=clock.now(),
        public_id=row.public_id,
        terms=read_terms(row.kind, request.POST),
        version=version_of(request),
    )


def _record(request: Request, row: Holding) -> None:
    amount = fields.read_money({**request.POST.dict(), "amount_currency": row.currency}, "amount")
    day = fields.read_day(request.POST, "day")
    if amount is None or day is None:
        raise Invalid(fields={"amount": _("Say how much, and on which day.")})
    held.record_balances(actor=request.actor, now=clock.now(), rows=[held.BalanceRow(row.id, day, amount)])


# -- opening one -----------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def holding_new(request: Request) -> HttpResponse:
    """Open a holding: first the client and the product, then the terms of its kind."""
    request.actor.require(KEEP)
    if request.method != "POST":
        return _new_form(request, request.GET, {})
    if request.POST.get("step") != "open":
        return _new_form(request, request.POST, {})
    try:
        response = act_once(request, effect=lambda: _open(request))
    except (Invalid, Conflict) as error:
        return _new_form(request, request.POST, _faults(error))
    messages.success(request, _("The holding is open."))
    return response


def _open(request: Request) -> str:
    try:
        record = deposit_record(request.actor, request.POST.get("customer", "")[:20])
    except NotFound as error:
        raise Invalid(fields={"customer": _("There is no such customer.")}) from error
    kind = next((one.holding for one in queries.held_products() if one.sku == request.POST.get("sku")), "")
    if kind not in KINDS:
        raise Invalid(fields={"sku": _("There is no such product to hold.")})
    new = NewHolding(
        sku=request.POST.get("sku", "")[:40],
        number=request.POST.get("number", "")[:60],
        currency=request.POST.get("currency", "")[:3],
        opened=fields.read_day(request.POST, "opened"),
        terms=read_terms(kind, request.POST),
    )
    row = held.open_holding(actor=request.actor, now=clock.now(), record_id=record, holding=new)
    return reverse("holding", args=[row.public_id])


def _new_form(request: Request, values: Mapping[str, str], errors: Mapping[str, Any]) -> HttpResponse:
    products = queries.held_products()
    chosen = next((one for one in products if one.sku == values.get("sku")), None)
    currency = values.get("currency") or "CNY"
    context = {
        "values": values,
        "errors": errors,
        "products": [
            ("", _("Choose …")),
            *((one.sku, f"{product_name(one)} · {one.sku}") for one in products),
        ],
        "chosen": chosen,
        "fields": _blank(chosen, currency, values) if chosen and chosen.holding in KINDS else [],
        "currencies": [(code, code) for code in CURRENCIES],
        "today": queries.today(clock.now()),
        "key": form_key(),
    }
    return page(request, "trade/holding_new.html", context, status=422 if errors else 200)


def _blank(product: Product, currency: str, values: Mapping[str, str]) -> list[dict[str, Any]]:
    return [_field(term, None, currency, values) for term in KINDS[product.holding].terms]


# -- mandates ---------------------------------------------------------------------------------------------------


def limit_words(minor: int | None, currency: str) -> str:
    """The most somebody may sign, in words; "" where they may not at all."""
    if minor is None:
        return _("without limit")
    return Money(minor, currency).format(language()) if minor else ""


def mandate_row(row: Mandate, day: date) -> dict[str, Any]:
    """A mandate as a list shows it."""
    alone, together = (limit_words(one, row.currency) for one in (row.alone_minor, row.together_minor))
    powers = [_("alone: %(most)s") % {"most": alone}] if alone else []
    powers += [_("two together: %(most)s") % {"most": together}] if together else []
    ended = _("revoked") if row.revoked else _("ended") if row.until and row.until <= day else ""
    return {
        "code": row.public_id,
        "name": row.person.called,
        "url": reverse("customer", args=[row.person.customer.public_id]),
        "capacity": row.capacity,
        "powers": " · ".join(powers) or _("may see, signs nothing"),
        "since": row.since,
        "until": row.until,
        "state": ended or (_("from %(day)s") % {"day": row.since} if row.since > day else ""),
        "holds": queries.in_force(row, day),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def mandates(request: Request, customer: str) -> HttpResponse:
    """A client's mandates and signatories; giving one."""
    request.actor.require(VIEW)
    found = people.get_customer(request.actor, customer)
    if request.method != "POST":
        return _mandates_page(request, found.id, customer, {})
    request.actor.require(KEEP)

    def effect() -> str:
        _grant(request, found.id)
        return reverse("mandates", args=[customer])

    try:
        response = act_once(request, effect=effect)
    except (Invalid, Conflict) as error:
        return _mandates_page(request, found.id, customer, _faults(error))
    messages.success(request, str(DONE["mandate"]))
    return response


def _grant(request: Request, customer_id: int) -> None:
    actor = request.actor
    try:
        person = deposit_record(actor, request.POST.get("person", "")[:20])
    except NotFound as error:
        raise Invalid(fields={"person": _("There is no such customer.")}) from error
    new = NewMandate(
        alone_minor=_limit(request, "alone"),
        together_minor=_limit(request, "together"),
        since=fields.read_day(request.POST, "since"),
        until=fields.read_day(request.POST, "until"),
        capacity=request.POST.get("capacity", "")[:200],
    )
    record = people.records_seen(actor, customer_id)[0]
    held.grant_mandate(actor=actor, now=clock.now(), record_id=record.id, person_id=person, mandate=new)


def _limit(request: Request, name: str) -> int | None:
    """What is typed in a limit's field; None where the box says without limit, 0 for an empty one."""
    if request.POST.get(f"{name}_any") == "1":
        return None
    amount = fields.read_money({**request.POST.dict(), f"{name}_currency": "CNY"}, name)
    return amount.minor if amount else 0


def _mandates_page(
    request: Request, customer_id: int, customer: str, errors: Mapping[str, Any]
) -> HttpResponse:
    actor, day = request.actor, queries.today(clock.now())
    context = {
        "customer": customer,
        "name": people.names_of(actor, [customer_id]).get(customer_id, customer),
        "customer_url": reverse("customer", args=[customer]),
        "given": [mandate_row(one, day) for one in queries.list_mandates(actor, customer_id)],
        "held": [_held_row(one, day) for one in queries.mandates_held(actor, customer_id)],
        "may_keep": actor.may(KEEP),
        "values": request.POST if errors else {},
        "errors": errors,
        "why": [(code, say(f"holding.why.{code}")) for code in ("client", "left", "replaced", "house")],
        "key": form_key(),
    }
    return page(request, "trade/mandates.html", context, status=422 if errors else 200)


def _held_row(row: Mandate, day: date) -> dict[str, Any]:
    shown = mandate_row(row, day)
    url = reverse("customer", args=[row.record.customer.public_id])
    return shown | {"name": row.record.called, "url": url}


@require_POST
def mandate_revoke(request: Request, public_id: str) -> HttpResponse:
    """End a mandate at once."""
    request.actor.require(VIEW)
    row = queries.get_mandate(request.actor, public_id)
    request.actor.require(KEEP)

    def effect() -> str:
        why = request.POST.get("why", "client")[:40]
        held.revoke_mandate(actor=request.actor, now=clock.now(), public_id=public_id, why=why)
        return reverse("mandates", args=[row.record.customer.public_id])

    response = act_once(request, effect=effect)
    messages.success(request, str(DONE["revoke"]))
    return response


# -- panels and the client's own page -------------------------------------------------------------------------


def panel(actor: Actor, customer_id: int) -> dict[str, Any]:
    """What a client holds: sums by currency, the next maturity, the newest holdings."""
    rows = queries.customer_holdings(actor, customer_id)
    shown = [one for one in rows if one.state == Holding.State.OPEN]
    soonest = next((one for one in shown if one.matures), None)
    return {
        "positions": _positions(rows),
        "soonest": _soonest(soonest) if soonest else "",
        "rows": [holding_row(one) for one in shown[:PANEL_ROWS]],
        "count": len(shown),
        "more": {"label": _("All"), "url": f"{reverse('holdings')}?q={people.code_of(customer_id)}"}
        if len(shown) > PANEL_ROWS
        else None,
    }


def _soonest(row: Holding) -> str:
    return _("%(name)s matures on %(day)s") % {"name": product_name(row.product), "day": row.matures}


def _positions(rows: Sequence[Holding]) -> list[dict[str, str]]:
    return [
        {
            "currency": one.currency,
            "has": one.has.format(language()),
            "owes": one.owes.format(language()) if one.owes else "",
        }
        for one in queries.positions(rows)
    ]


def holding_row(row: Holding) -> dict[str, Any]:
    """A holding as a panel or the client's own page shows it: the number masked."""
    balance = balance_of(row)
    return {
        "title": product_name(row.product),
        "sub": " · ".join(
            filter(
                None, [masked(row.number), _("until %(day)s") % {"day": row.matures} if row.matures else ""]
            )
        ),
        "value": balance.format(language()) if balance is not None else "–",
        "owes": KINDS[row.kind].owes if row.kind in KINDS else False,
        "day": row.balance_on,
        "icon": ICONS.get(row.kind, "building-bank"),
        "url": reverse("holding", args=[row.public_id]),
        "state": row.get_state_display(),
        "is_open": row.state == Holding.State.OPEN,
    }


def mandate_panel(actor: Actor, customer_id: int) -> dict[str, Any]:
    """Who may act for a company, and for whom a person may act."""
    day = queries.today(clock.now())
    given = [mandate_row(one, day) for one in queries.list_mandates(actor, customer_id)]
    holds = [_held_row(one, day) for one in queries.mandates_held(actor, customer_id)]
    is_company = queries.is_company(customer_id)
    return {
        "given": [one for one in given if one["holds"]],
        "held": [one for one in holds if one["holds"]],
        "is_company": is_company,
        "url": reverse("mandates", args=[people.code_of(customer_id)]),
    }


@require_safe
def my_holdings(request: Request) -> HttpResponse:
    """What I hold, for whoever is signed in as a customer: balances by currency, numbers masked."""
    actor = request.actor
    if actor.kind is not Kind.CUSTOMER or actor.customer_id is None:
        return HttpResponseRedirect(reverse("my_sign_in") + f"?next={request.path}", status=303)
    rows = queries.customer_holdings(actor, actor.customer_id)
    context = {
        "positions": _positions(rows),
        "rows": [holding_row(one) | {"terms": terms_of(one), "kind": kind_words(one.kind)} for one in rows],
    }
    return page(request, "trade/my_holdings.html", context)
