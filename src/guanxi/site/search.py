"""Search over everything a reader may see: customers, cases."""

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from guanxi.cases import queries as cases
from guanxi.cases.pages import show
from guanxi.core import search
from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.core.http import Request, page
from guanxi.people import queries as people
from guanxi.people.pages import customer as people_pages

EACH = 20


@require_safe
def everything(request: Request) -> HttpResponse:
    """Found customers and cases; a case or customer number in full leads straight there."""
    actor = request.actor
    actor.require("people.view")
    text = request.GET.get("q", "").strip()[:100]
    if direct := _direct(actor, text):
        return HttpResponseRedirect(direct)
    wanted = {"customer": EACH * 4, **({"case": EACH * 2} if actor.may("cases.view") else {})}
    ids = search.candidates_of(text, wanted)
    found_cases = cases.search_cases(actor, text, limit=EACH, found=ids.get("case", ()))
    found_people = people.search_customers(actor, text, limit=EACH, found=ids["customer"])
    context = {
        "q": text,
        "cases": [show.row(actor, case) for case in found_cases],
        "customers": [people_pages.row(actor, record) for record in found_people],
    }
    return page(request, "site/search.html", context)


def _direct(actor: Actor, text: str) -> str:
    try:
        if text.upper().startswith("GX-"):
            return reverse("case", args=[cases.get_case(actor, text.upper()).number])
        if text.upper().startswith("C-"):
            return reverse("customer", args=[people.get_customer(actor, text.upper()).public_id])
    except NotFound:
        pass
    return ""
