"""Product lines: what each holds, its helpline, its team of experts; margins for whoever may see them."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanxi.core import clock, fields
from guanxi.core.errors import Invalid
from guanxi.core.http import Request, act_once, form_key, page
from guanxi.core.money import Money
from guanxi.core.phrases import language
from guanxi.trade.actions import held
from guanxi.trade.models import Margin
from guanxi.trade.pages.holdings import CURRENCIES, kind_words, named, product_name
from guanxi.trade.queries import holdings as queries
from guanxi.trade.queries import rulesets

VIEW, MARGINS = "trade.view", "trade.margins"


@require_safe
def lines(request: Request) -> HttpResponse:
    """All product lines with their products, helplines and experts."""
    request.actor.require(VIEW)
    return _lines(request, {})


def _lines(request: Request, errors: dict[str, Any]) -> HttpResponse:
    known = rulesets.current().lines
    products: dict[str, list[Any]] = {}
    for one in queries.catalogue():
        products.setdefault(one.line, []).append(one)
    teams = queries.team_names([one.team for one in known.values()])
    codes = [*known, *sorted(set(products) - set(known))]
    sees = request.actor.may(MARGINS)
    margins = queries.list_margins(request.actor) if sees else []
    context = {
        "lines": [
            {
                "code": code,
                "name": named(known[code].name, code) if code in known else code,
                "helpline": known[code].helpline if code in known else "",
                "team": teams.get(known[code].team, "") if code in known else "",
                "products": [
                    {
                        "name": product_name(one),
                        "sku": one.sku,
                        "kind": kind_words(one.holding) if one.holding else "",
                        "traded": "cutoff" in one.conditions,
                    }
                    for one in products.get(code, [])
                ],
                "margins": _margins(margins, code),
            }
            for code in codes
        ],
        "sees_margins": sees,
        "choices": [(code, named(known[code].name, code) if code in known else code) for code in codes],
        "currencies": CURRENCIES,
        "values": request.POST if errors else {},
        "errors": errors,
        "today": queries.today(clock.now()),
        "key": form_key(),
    }
    return page(request, "trade/lines.html", context, status=422 if errors else 200)


def _margins(rows: list[Margin], line: str) -> list[dict[str, Any]]:
    """A line's margins by currency: the one in force first, then what was before."""
    today = queries.today(clock.now())
    found, current = [], set()
    for one in rows:
        if one.line != line:
            continue
        is_current = one.since <= today and one.currency not in current
        if is_current:
            current.add(one.currency)
        found.append(
            {
                "currency": one.currency,
                "percent": f"{Decimal(one.percent).normalize():f} %",
                "cost": Money(one.cost_minor, one.currency).format(language()),
                "since": one.since,
                "current": is_current,
                "ahead": one.since > today,
            }
        )
    return found


@require_POST
def margin_set(request: Request) -> HttpResponse:
    """A margin from a day on."""
    request.actor.require(MARGINS)
    try:
        response = act_once(request, effect=lambda: _set(request))
    except Invalid as error:
        return _lines(request, {**error.fields} or {"form": str(error.detail)})
    messages.success(request, _("The margin is set."))
    return response


def _set(request: Request) -> str:
    percent, since = fields.read_number(request.POST, "percent"), fields.read_day(request.POST, "since")
    if percent is None or since is None:
        raise Invalid(fields={"percent" if percent is None else "since": _("This is needed.")})
    cost = fields.read_money(request.POST, "cost")
    currency = request.POST.get("cost_currency", "CNY")[:3]
    held.set_margin(
        actor=request.actor,
        now=clock.now(),
        line=request.POST.get("line", "")[:40],
        since=since,
        percent=percent,
        cost=cost or Money.zero(currency),
    )
    return reverse("lines")
