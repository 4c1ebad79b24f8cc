"""Settings: the map of its pages; the sample world."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanxi.cases.models import Case
from guanxi.core.access import Kind
from guanxi.core.errors import Denied, SignInNeeded
from guanxi.core.http import Request, page
from guanxi.packs import jobs as packs
from guanxi.packs.install import house_pack
from guanxi.people.models import Record
from guanxi.site.administration import sections
from guanxi.trade.models import Order, Product


@require_safe
def settings_page(request: Request) -> HttpResponse:
    """Groups of pages with one sentence each, and one's own sign-in."""
    if not sections.opens_any(request.actor):
        raise SignInNeeded if request.actor.kind is Kind.PUBLIC else Denied(code="denied")
    context = {
        "groups": sections.visible(request.actor),
        "security_url": reverse("mfa_index"),
        "password_url": reverse("account_change_password"),
    }
    return page(request, "site/settings/home.html", context)


@require_safe
def sample(request: Request) -> HttpResponse:
    """How much of the sample world is here, and the way to remove it."""
    request.actor.require("site.settings")
    context = {
        "sample": _sample(),
        "sample_url": reverse("sample_remove") if request.actor.may("site.sample") else "",
    }
    return page(request, "site/settings/sample.html", context)


def _sample() -> dict[str, int]:
    """How much of the sample world is here; empty when none is."""
    counts = {
        str(_("Records of customers")): Record.objects.filter(sample=True).count(),
        str(_("Orders")): Order.objects.filter(record__sample=True).count(),
        str(_("Cases")): Case.objects.filter(record__sample=True).count(),
        str(_("Products")): Product.objects.filter(sample=True).count(),
    }
    return counts if any(counts.values()) else {}


@require_POST
def sample_remove(request: Request) -> HttpResponse:
    """One click: the sample world goes, what real people said stays."""
    request.actor.require("site.sample")
    packs.remove_sample.enqueue(house_pack(), request.actor.id)
    messages.success(request, _("The sample world is being removed. What you entered yourselves stays."))
    return HttpResponseRedirect(reverse("settings_sample"), status=303)
