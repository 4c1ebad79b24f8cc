"""Who is this likely to be? Beside every form in which staff write down a person, and above what a search finds."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.core.http import Request, page
from guanxi.core.words import say
from guanxi.engine.normalise import avatar
from guanxi.people import queries
from guanxi.people.pages import evidence
from guanxi.people.queries import LikelyCustomer
from guanxi.people.rules import Contact, waterfall

CHARS_MAX = 300
FIELDS = ("name", "phone", "email", "member", "address", "birth")
ALSO = {"reference": "member"}  # what a form calls it otherwise


@require_POST
def likely(request: Request) -> HttpResponse:
    """The likeliest customers for what stands in a form so far. Posted, since personal data belongs in no address."""
    request.actor.require("people.view")
    context = {"likely": panel(request.actor, contact_of(request)), "choose": True}
    return page(request, "people/likely.html", context)


def contact_of(request: Request) -> Contact:
    """The contact a form holds so far, under whichever names."""
    given = {name: request.POST.get(name, "").strip()[:CHARS_MAX] for name in FIELDS}
    for other, name in ALSO.items():
        given[name] = given[name] or request.POST.get(other, "").strip()[:CHARS_MAX]
    return Contact(**given)


def panel(actor: Actor, contact: Contact) -> list[dict[str, Any]]:
    """What people/likely.html draws."""
    return [
        _shown(actor, one, place) for place, one in enumerate(queries.likely_customers(actor, contact), 1)
    ]


def _shown(actor: Actor, one: LikelyCustomer, place: int) -> dict[str, Any]:
    steps = evidence.steps_of_likely(waterfall(one.likely)) if one.likely else []
    fill = {view.kind: view.text for view in reversed(one.who.identifiers) if not view.masked}
    return {
        "place": place,
        "code": one.who.public_id,
        "name": one.who.name or one.who.public_id,
        "initials": avatar(one.who.name),
        "url": reverse("customer", args=[one.who.public_id]),
        "share": evidence.percent_words(one.share),
        "unsure": _("not certain who this is") if one.who.provisional else "",
        "known": [
            {"kind": say(f"people.kind.{view.kind}"), "text": view.text} for view in one.who.identifiers[:3]
        ],
        "evidence": evidence.waterfall(steps),
        "fill": {
            "name": one.who.name,
            "phone": fill.get("phone", ""),
            "email": fill.get("email", ""),
            "member": fill.get("member", ""),
        },
    }


def chosen_contact(request: Request, given: Contact) -> Contact:
    """What was written, upon what is known of the customer chosen in `customer`: nobody is asked for what is known.

    Raises `NotFound` when they are somebody else's to see.
    """
    code = request.POST.get("customer", "")[:20]
    if not code:
        return given
    who = queries.get_customer(request.actor, code)
    known: dict[str, str] = {}
    for record in reversed(who.records):
        known |= {
            one.kind: one.value
            for one in record.identifiers.all()
            if one.valid_to is None and not one.trouble
        }
    if not known and not given.said():
        raise NotFound
    return Contact(
        name=given.name or who.name,
        phone=given.phone or known.get("phone", ""),
        email=given.email or known.get("email", ""),
        member=given.member or known.get("member", ""),
        language=given.language or who.language,
        birth=given.birth,
        address=given.address,
    )
