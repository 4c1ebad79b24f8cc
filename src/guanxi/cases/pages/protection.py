"""Protection for colleagues: what each scheme costs and does, and last month's claims under other limits."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanxi.cases.models import Coverage
from guanxi.cases.queries import protecting
from guanxi.cases.rules import replaying
from guanxi.cases.rules.replaying import Replayed, Sum
from guanxi.core import clock
from guanxi.core.errors import Invalid
from guanxi.core.http import Request, act_once, form_key, page
from guanxi.core.money import Money, MoneyError, digits_of
from guanxi.core.phrases import language, pick
from guanxi.core.words import say
from guanxi.trade.actions.publishing import publish_rules
from guanxi.trade.queries import ledger, rulesets
from guanxi.trade.rules.protection import Limits
from guanxi.trade.rules.ruleset import Rules, Scheme

RIGHT = "trade.protect"
DAYS = (30, 90, 365)
CHANGED_SHOWN = 100
REASON_CHARS_MAX = 500


@require_safe
def report(request: Request) -> HttpResponse:
    """Per scheme: claims, what a machine paid, how fast, what came back, why others went to a person."""
    request.actor.require(RIGHT)
    now, days = clock.now(), _days(request)
    rules = rulesets.current()
    rows = list(protecting.list_looks(request.actor, now - timedelta(days=days), now)[: protecting.LOOKS_MAX])
    found = protecting.report(rows)
    context = {
        "days": days,
        "spans": [(str(one), _("%(n)s days") % {"n": one}) for one in DAYS],
        "rows": [_scheme_row(one, rules) for one in found],
        "total": _total(found, rules),
        "fund": _money(ledger.fund_balance(rules.currency).minor, rules),
        "effect": _effect(protecting.effect(rows, now)),
        "effect_days": protecting.AGAIN.days,
        "cut": len(rows) == protecting.LOOKS_MAX,
        "simulated": any(one.issue.case.record.sample for one in rows),
        "csv_url": f"{reverse('protection_csv')}?{urlencode({'days': days})}",
    }
    return page(request, "cases/protection.html", context)


def _days(request: Request) -> int:
    given = request.GET.get("days", "")
    return next((one for one in DAYS if str(one) == given), DAYS[0])


def _money(minor: int, rules: Rules) -> str:
    return Money(minor, rules.currency).format(language())


def _name(code: str, rules: Rules) -> str:
    scheme = rules.schemes.get(code)
    return pick(scheme.name) if scheme else code


def _share(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.0f} %"


def _scheme_row(one: protecting.SchemeReport, rules: Rules) -> dict[str, Any]:
    return {
        "name": _name(one.scheme, rules),
        "claims": one.claims,
        "covered": one.covered,
        "proven": one.proven,
        "paid": one.paid,
        "automatic": _share(one.automatic),
        "cost": _money(one.cost_minor, rules),
        "seconds": "–" if one.seconds is None else f"{one.seconds:.1f}",
        "recovered": _money(one.recovered_minor, rules),
        "hindered": [
            {"words": say(f"protection.hindered.{code}"), "count": count}
            for code, count in sorted(one.hindered.items(), key=lambda item: -item[1])
        ],
    }


def _total(found: Sequence[protecting.SchemeReport], rules: Rules) -> dict[str, str]:
    covered, paid = sum(one.covered for one in found), sum(one.paid for one in found)
    return {
        "claims": f"{sum(one.claims for one in found):,}",
        "paid": f"{paid:,}",
        "automatic": _share(paid / covered if covered else None),
        "cost": _money(sum(one.cost_minor for one in found), rules),
        "recovered": _money(sum(one.recovered_minor for one in found), rules),
    }


def _effect(found: protecting.Effect) -> list[dict[str, str]]:
    """Shares only where there are enough to mean something."""
    rows = (
        (_("paid by machine"), found.paid, found.paid_again),
        (_("looked at by a person"), found.waited, found.waited_again),
    )
    return [
        {"name": name, "count": f"{count:,}", "share": _share(again / count) if count >= 20 else "–"}
        for name, count, again in rows
        if found.paid or found.waited
    ]


@require_safe
def rows_csv(request: Request) -> HttpResponse:
    """Every look of the span, one a line."""
    request.actor.require(RIGHT)
    now, days = clock.now(), _days(request)
    rows = protecting.list_looks(request.actor, now - timedelta(days=days), now)[: protecting.LOOKS_MAX]
    sheet = io.StringIO()
    sheet.write("\ufeff")  # spreadsheets then read it as UTF-8
    writer = csv.writer(sheet)
    writer.writerow(
        [
            "made",
            "case",
            "issue",
            "scheme",
            "covered",
            "proven",
            "paid",
            "amount_minor",
            "currency",
            "hindered",
        ]
    )
    for one in rows:
        writer.writerow(
            [
                one.made.isoformat(),
                one.issue.case.number,
                one.issue.place,
                one.scheme,
                one.covered,
                one.proven,
                one.paid,
                one.amount_minor,
                one.issue.currency,
                " ".join(one.hindered),
            ]
        )
    response = HttpResponse(sheet.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="protection.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response


# -- what if ---------------------------------------------------------------------------------------------------


@require_safe
def what_if(request: Request) -> HttpResponse:
    """Last month's claims under other limits of one scheme: who a machine would have paid, at what cost."""
    request.actor.require(RIGHT)
    return _what_if(request, request.GET, {})


def _what_if(
    request: Request, values: Mapping[str, str], errors: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    now, rules = clock.now(), rulesets.current()
    scheme = rules.schemes.get(values.get("scheme", "")) or next(iter(rules.schemes.values()), None)
    rows = list(protecting.list_looks(request.actor, now - timedelta(days=30), now)[: protecting.LOOKS_MAX])
    context: dict[str, Any] = {
        "schemes": [(code, pick(one.name)) for code, one in rules.schemes.items()],
        "scheme": scheme.code if scheme else "",
        "currency": rules.currency,
        "number": rules.number,
        "key": form_key(),
        "may_publish": request.actor.may("site.settings"),
        "reason": values.get("reason", ""),
        "tried": None,
    }
    if scheme is not None:
        limits, faults = _limits(values, scheme, rules)
        errors = {**faults, **errors}
        status = 422 if faults and status == 200 else status
        context |= {"values": _shown(values, scheme, rules), "today": _shown({}, scheme, rules)}
        if not faults and "automatic_most" in values:
            mine = [one for one in rows if one.scheme == scheme.code]
            context["tried"] = _tried(mine, scheme.code, limits, rules)
    return page(request, "cases/protection_what_if.html", context | {"errors": errors}, status=status)


def _shown(values: Mapping[str, str], scheme: Scheme, rules: Rules) -> dict[str, str]:
    return {
        "automatic_most": values.get("automatic_most") or _plain(scheme.automatic_most, rules.currency),
        "per_buyer": values.get("per_buyer") or str(scheme.per_buyer),
        "abuse_below": values.get("abuse_below") or f"{100 * scheme.abuse_below:g}",
    }


def _plain(minor: int, currency: str) -> str:
    """An amount as somebody types it."""
    digits = digits_of(currency)
    return f"{Decimal(minor).scaleb(-digits):.{digits}f}"


def _limits(values: Mapping[str, str], scheme: Scheme, rules: Rules) -> tuple[Limits, dict[str, Any]]:
    """The limits asked for, the published ones where nothing is said; and what cannot be read."""
    given, faults = _shown(values, scheme, rules), {}
    most, often, below = scheme.automatic_most, scheme.per_buyer, scheme.abuse_below
    try:
        most = Money.parse(given["automatic_most"], rules.currency).minor
        if most < 0:
            raise MoneyError("below nothing")
    except MoneyError:
        faults["automatic_most"] = _("This is no amount.")
    if (
        given["per_buyer"].isascii()
        and given["per_buyer"].isdecimal()
        and 1 <= int(given["per_buyer"][:4]) <= 100
    ):
        often = int(given["per_buyer"])
    else:
        faults["per_buyer"] = _("A whole number from 1 to 100.")
    try:
        below = float(given["abuse_below"]) / 100
    except ValueError:
        below = 0.0
    if not 0 < below <= 0.5:
        faults["abuse_below"] = _("Above 0 and at most 50.")
    return Limits(most, often, below), faults


def _tried(rows: Sequence[Coverage], code: str, limits: Limits, rules: Rules) -> dict[str, Any]:
    found = replaying.replay(protecting.looks(rows), {code: limits})
    by_key = {one.id: one for one in rows}
    changed = [one for one in found if one.paid != one.look.paid]
    return {
        "then": _sum(replaying.summed_then(found), rules),
        "now": _sum(replaying.summed(found), rules),
        "changed": [_changed(one, by_key[one.look.key], rules) for one in reversed(changed[-CHANGED_SHOWN:])],
        "more": max(0, len(changed) - CHANGED_SHOWN),
    }


def _sum(one: Sum, rules: Rules) -> dict[str, str]:
    return {
        "claims": f"{one.claims:,}",
        "proven": f"{one.proven:,}",
        "paid": f"{one.paid:,}",
        "cost": _money(one.cost_minor, rules),
    }


def _changed(one: Replayed, row: Coverage, rules: Rules) -> dict[str, Any]:
    case = row.issue.case
    return {
        "number": case.number,
        "url": f"{reverse('case', args=[case.number])}?issue={row.issue.place}",
        "made": row.made,
        "amount": _money(row.amount_minor, rules),
        "paid": one.paid,
        "why": [say(f"protection.hindered.{code}") for code in (one.hindered or row.hindered)],
    }


@require_POST
def publish(request: Request) -> HttpResponse:
    """These limits hold from now on: a new version of the rules of trade, with the reason."""
    request.actor.require(RIGHT)
    request.actor.require("site.settings")
    values = {
        name: request.POST.get(name, "")[:REASON_CHARS_MAX]
        for name in ("scheme", "automatic_most", "per_buyer", "abuse_below", "reason")
    }
    rules = rulesets.current()
    scheme = rules.schemes.get(values["scheme"])
    if scheme is None:
        return _what_if(request, values, {"scheme": _("There is no such scheme.")}, status=422)
    limits, faults = _limits(values, scheme, rules)
    if not values["reason"].strip():
        faults["reason"] = _("Say why.")
    if faults:
        return _what_if(request, values, faults, status=422)

    def effect() -> str:
        _publish(request, scheme, limits, values["reason"].strip())
        return reverse("protection_what_if") + f"?{urlencode({'scheme': scheme.code})}"

    try:
        response = act_once(request, effect=effect)
    except Invalid as error:
        return _what_if(request, values, error.fields, status=422)
    messages.success(request, _("Published: these limits hold from now on."))
    return response


def _publish(request: Request, scheme: Scheme, limits: Limits, reason: str) -> None:
    content = dict(rulesets.get_ruleset().content)
    schemes = {code: dict(one) for code, one in content["schemes"].items()}
    schemes[scheme.code] |= {
        "automatic_most": limits.automatic_most,
        "per_buyer": limits.per_buyer,
        "abuse_below": limits.abuse_below,
    }
    publish_rules(
        actor=request.actor,
        now=clock.now(),
        content={**content, "schemes": schemes},
        origin=request.actor.id,
        reason=reason,
    )
