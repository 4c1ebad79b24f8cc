"""Search over everything a reader may see: the best rows of every list they have, and the way to all of them."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from guanxi.cases import queries as cases
from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.core.http import Request, page
from guanxi.core.lists import finding, showing
from guanxi.people import queries as people
from guanxi.people.pages import likely

EACH = 8  # rows of one list
COLUMNS = 4


@require_safe
def everything(request: Request) -> HttpResponse:
    """What every list found; a case or customer number in full leads straight there."""
    actor = request.actor
    actor.require("people.view")
    text = request.GET.get("q", "").strip()[:100]
    if direct := _direct(actor, text):
        return HttpResponseRedirect(direct)
    found = finding.find_each(actor, finding.searched(actor), text, limit=EACH) if text else []
    context = {
        "q": text,
        "groups": [_group(actor, one, text) for one in found],
        "likely": _likely(actor, text),
        "record_url": reverse("customer_new") if actor.may("people.record") else "",
    }
    return page(request, "site/search.html", context)


def _group(actor: Actor, found: finding.Found, text: str) -> dict[str, object]:
    listing = found.listing
    columns = [one for one in listing.columns_for(actor) if one.shown][:COLUMNS]
    return {
        "title": listing.title,
        "icon": listing.icon,
        "count": f"{len(found.rows)}{'+' if found.more else ''}",
        "url": f"{reverse(listing.url_name)}?{urlencode({'q': text})}",
        "columns": showing.headings(columns),
        "rows": showing.rows_of(listing, actor, columns, found.rows),
    }


def _likely(actor: Actor, text: str) -> list[dict[str, Any]]:
    """Whom a number or address together with a name speaks for; words alone are what the search itself is for."""
    contact = people.contact_in(text)
    if not (contact.phone or contact.email or contact.member):
        return []
    return likely.panel(actor, contact)


def _direct(actor: Actor, text: str) -> str:
    try:
        if text.upper().startswith("GX-"):
            return reverse("case", args=[cases.get_case(actor, text.upper()).number])
        if text.upper().startswith("C-"):
            return reverse("customer", args=[people.get_customer(actor, text.upper()).public_id])
    except NotFound:
        pass
    return ""
