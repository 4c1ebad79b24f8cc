"""A note about a customer: a word for colleagues, on the one line of time."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guanxi.core import clock
from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.core.http import Request, act_once, form_key, text_of
from guanxi.people import actions, queries


def form(actor: Actor, public_id: str) -> dict[str, Any] | None:
    """What the dialog asks for; None for who may not write."""
    if not actor.may("people.record"):
        return None
    return {
        "url": reverse("customer_note", args=[public_id]),
        "key": form_key(),
        "most": actions.NOTE_CHARS_MAX,
    }


@require_POST
def add(request: Request, public_id: str) -> HttpResponse:
    """Write it down; it stands on top of the timeline."""
    request.actor.require("people.view")
    if queries.get_customer(request.actor, public_id).public_id != public_id:
        raise NotFound
    return act_once(request, effect=lambda: _add(request, public_id))


def _add(request: Request, public_id: str) -> str:
    text = text_of(request, "text", most=actions.NOTE_CHARS_MAX)
    actions.note_down(actor=request.actor, now=clock.now(), customer=public_id, text=text)
    messages.success(request, _("Noted."))
    return reverse("customer", args=[public_id])
