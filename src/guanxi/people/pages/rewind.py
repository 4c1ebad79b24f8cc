"""The page of a customer as it was at an earlier moment: what was known then, nothing that could be changed."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from guanxi.core import clock, panels
from guanxi.core.access import Actor
from guanxi.core.http import Request, page
from guanxi.people import queries
from guanxi.people.pages import heading

SLOTS = ("band", "left", "middle", "right")


def show(request: Request, public_id: str, at: datetime) -> HttpResponse:
    """The customer at a moment before now. Raises `NotFound` when this actor sees nothing of them today."""
    actor = request.actor
    then = queries.as_of(actor, public_id, at)
    steps = queries.steps_around(then.id, at)
    composed = {slot: panels.compose_at(f"customer.{slot}", actor, then.id, at) for slot in SLOTS}
    missing = [str(title) for _panels, titles in composed.values() for title in titles]
    context: dict[str, Any] = {
        "rewind": {
            **today(public_id),
            "at": at,
            "value": f"{timezone.localtime(at):%Y-%m-%dT%H:%M}",
            "previous_url": address(public_id, steps.before) if steps.before else "",
            "next_url": _next(public_id, steps.after),
            "notes": _notes(missing),
        },
        "actions": [],
        "roles": [],
        "note": None,
        "tried": {},
        "topics": "",
    }
    if then.view is None:
        context["nobody"] = _nobody(actor, then)
        return page(request, "people/nobody_then.html", context)
    name = queries.golden_of(actor, then.records, at=at).get("name")
    context["customer"] = heading.head(then.view, name.text if name else "")
    context["band"] = composed["band"][0]
    context |= {f"{slot}_panels": composed[slot][0] for slot in SLOTS[1:]}
    return page(request, "people/customer.html", context)


def address(public_id: str, at: datetime) -> str:
    """The address of a customer at a moment."""
    return f"{reverse('customer', args=[public_id])}?{urlencode({'at': at.isoformat()})}"


def today(public_id: str) -> dict[str, Any]:
    """What the page of today offers: going back to a moment."""
    now = timezone.localtime(clock.now())
    return {"url": reverse("customer", args=[public_id]), "most": f"{now:%Y-%m-%dT%H:%M}", "at": None}


def _next(public_id: str, after: datetime | None) -> str:
    return address(public_id, after) if after is not None and after < clock.now() else ""


def _notes(missing: list[str]) -> list[str]:
    notes = [
        _("Names of other people and titles of cases are today's, and so are masks and what you may see."),
        _("When a case was due at that time is not kept."),
        _("Words that were erased since stay erased."),
    ]
    return [*notes, *(_("Not rewound, so left out: %(title)s") % {"title": title} for title in missing)]


def _nobody(actor: Actor, then: queries.Then) -> dict[str, str]:
    """Why there is nothing to show: not known yet, or part of somebody else at that time."""
    if then.into:
        words = _("At that time the records of %(code)s were part of another customer.") % {
            "code": then.public_id
        }
        return {"words": words, "label": then.into, "url": address(then.into, then.at)}
    if then.first is None or then.first <= then.at:
        return {"words": _("At that time there was nothing here that you may see."), "label": "", "url": ""}
    words = _("At that time we did not know %(code)s yet.") % {"code": then.public_id}
    return {"words": words, "label": _("To their first day"), "url": address(then.public_id, then.first)}
