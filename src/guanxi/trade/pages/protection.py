"""The protection schemes for everybody, as they are published: what is promised, what proves it, what it pays, how fast."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from guanxi.core.errors import NotFound
from guanxi.core.http import Request, page
from guanxi.core.money import Money
from guanxi.core.phrases import language, pick
from guanxi.trade.queries import rulesets
from guanxi.trade.rules.ruleset import Scheme

PROVEN: Mapping[str, Any] = {
    "below_standard": gettext_lazy(
        "Our inspection, a panel of experts or a laboratory measured it, and it is below what the listing declared."
    ),
    "undecided": gettext_lazy("The clock: no decision has been made by then."),
    "returned": gettext_lazy(
        "The carrier says that the parcel is back, and the shop found nothing wrong or said nothing for 48 hours."
    ),
    "not_genuine": gettext_lazy("The brand, a panel of experts or a laboratory found it to be a fake."),
    "repair": gettext_lazy("The day it came in for repair, and that it was not sent back in time."),
    "late_shipping": gettext_lazy("The time of payment and the time the carrier took the parcel."),
    "authenticity": gettext_lazy("The brand or a laboratory found it not to be genuine."),
}


@require_safe
def schemes(request: Request) -> HttpResponse:
    """Every published scheme. Raises `NotFound` in a house that publishes none."""
    rules = rulesets.current()
    if not rules.schemes:
        raise NotFound
    context = {
        "rows": [told(one, rules.currency) for one in rules.schemes.values()],
        "number": rules.number,
        "digest": rules.digest,
    }
    return page(request, "trade/schemes.html", context)


def told(scheme: Scheme, currency: str) -> dict[str, Any]:
    """A scheme in words."""
    return {
        "code": scheme.code,
        "name": pick(scheme.name),
        "words": pick(scheme.words),
        "icon": scheme.icon,
        "proven": str(PROVEN[scheme.proof]),
        "pays": _pays(scheme, currency),
        "runs": _runs(scheme),
        "deposit": _money(scheme.deposit_minor, currency),
        "limits": _limits(scheme, currency),
    }


def _money(minor: int, currency: str) -> str:
    return Money(minor, currency).format(language())


def _pays(scheme: Scheme, currency: str) -> str:
    if scheme.share:
        text = _("%(percent)s %% of the price") % {"percent": f"{100 * scheme.share:g}"}
    elif scheme.factor == 1:
        text = _("the price")
    else:
        text = _("%(factor)s times the price") % {"factor": f"{scheme.factor:g}"}
    bounds = []
    if scheme.least_minor:
        bounds.append(_("%(least)s at least") % {"least": _money(scheme.least_minor, currency)})
    if scheme.most_minor:
        bounds.append(_("%(most)s at most") % {"most": _money(scheme.most_minor, currency)})
    return ", ".join([text, *bounds]) if language() == "en" else "，".join([text, *bounds])


def _runs(scheme: Scheme) -> str:
    if scheme.proof == "late_shipping":
        return _("%(hours)s hours from payment") % {"hours": scheme.hours}
    if scheme.proof == "undecided" and scheme.hours:
        return _("%(hours)s hours from the complaint") % {"hours": scheme.hours}
    if scheme.proof == "repair":
        values = {"days": scheme.days, "hours": scheme.hours}
        return _("%(days)s days from receipt; %(hours)s hours for the repair") % values
    return _("%(days)s days from receipt") % {"days": scheme.days}


def _limits(scheme: Scheme, currency: str) -> str:
    """Up to where a machine pays by itself: beyond, a person looks first. What is known of abuse is not told."""
    if scheme.proof == "undecided":
        return _("Paid by the fund, with recourse: who loses the decision pays it back.")
    return _(
        "Paid by itself up to %(most)s, usually within seconds; at most %(count)s claims in 30 days."
        " Beyond that a person looks first."
    ) % {"most": _money(scheme.automatic_most, currency), "count": scheme.per_buyer}
