"""The customer's own word on their details, by signed link: each is right or not, and what is new."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guanxi.core import clock, handles
from guanxi.core.access import Actor
from guanxi.core.errors import Invalid
from guanxi.core.http import Request, act_once, form_key, page
from guanxi.core.phrases import language
from guanxi.core.words import say
from guanxi.engine.normalise import mask
from guanxi.people import actions, queries
from guanxi.people.actions import Answers, Contact
from guanxi.people.models import Identifier
from guanxi.people.pages.customer import ICONS
from guanxi.people.pages.upkeep import IDENTIFIER

NEW = ("name", "phone", "email", "address")
CHARS_MAX = 254
ADDRESS_CHARS = 6  # of an address, so that its owner knows which one is meant


@require_http_methods(["GET", "HEAD", "POST"])
def confirm_details(request: Request, token: str) -> HttpResponse:
    """Whoever holds the link sees how we reach them, mostly covered, and says what still holds."""
    holder = queries.confirm_actor(token)
    if request.method != "POST":
        return _form(request, token, holder, {})
    try:
        return act_once(request, effect=lambda: _confirm(request, token, holder))
    except Invalid as error:
        words = {name: str(text) for name, text in error.fields.items()} or {
            "form": str(error.detail or error.title)
        }
        return _form(request, token, holder, words)


def _confirm(request: Request, token: str, holder: Actor) -> str:
    shown = queries.confirmable(holder)
    answers = {one.id: request.POST.get(f"is.{handles.handle(IDENTIFIER, one.id)}", "") for one in shown}
    given = {name: request.POST.get(name, "").strip() for name in NEW}
    long = {name: _("This is too long.") for name, text in given.items() if len(text) > CHARS_MAX}
    if long:
        raise Invalid(fields=long)
    if not any(answers.values()) and not any(given.values()):
        raise Invalid(_("Say of each whether it is still right."))
    actions.confirm_details(
        actor=holder,
        now=clock.now(),
        answers=Answers(
            [key for key, word in answers.items() if word == "yes"],
            [key for key, word in answers.items() if word == "no"],
            Contact(
                name=given["name"],
                phone=given["phone"],
                email=given["email"],
                address=given["address"],
                language=language(),
            ),
        ),
    )
    return f"{reverse('confirm_details', args=[token])}?thanks=1"


def _form(request: Request, token: str, holder: Actor, errors: dict[str, str]) -> HttpResponse:
    shown = _once(queries.confirmable(holder))
    context = {
        "thanks": request.GET.get("thanks") == "1",
        "name": queries.confirm_name(holder),
        "rows": [_row(request, one) for one in shown],
        "values": {name: request.POST.get(name, "") for name in NEW},
        "errors": errors,
        "action_url": reverse("confirm_details", args=[token]),
        "key": form_key(),
    }
    return page(request, "people/confirm.html", context, status=422 if errors else 200)


def _once(found: list[Identifier]) -> list[Identifier]:
    """Each value once, however many records state it."""
    seen: dict[tuple[str, str], Identifier] = {}
    for one in found:
        seen.setdefault((one.kind, one.value), one)
    return list(seen.values())


def _row(request: Request, one: Identifier) -> dict[str, Any]:
    """Covered but for what its owner knows it by: links are forwarded, mail boxes are given up."""
    name = f"is.{handles.handle(IDENTIFIER, one.id)}"
    return {
        "field": name,
        "icon": ICONS.get(one.kind, "id"),
        "kind": say(f"people.kind.{one.kind}"),
        "text": f"{one.verbatim[:ADDRESS_CHARS]}…" if one.kind == "address" else mask(one.kind, one.value),
        "given": request.POST.get(name, ""),
        "verified": one.verified,
    }
