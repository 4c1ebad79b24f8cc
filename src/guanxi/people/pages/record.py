"""Staff write down what somebody says about who they are, and see at once whom we may know already."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guanxi.core import clock
from guanxi.core.errors import Invalid
from guanxi.core.http import Request, act_once, form_key, page
from guanxi.core.words import say
from guanxi.people import actions
from guanxi.people.pages.likely import CHARS_MAX, FIELDS, chosen_contact
from guanxi.people.rules import Contact

SOURCES = ("phone", "branch", "letter", "email")
LANGUAGES = ("zh-hans", "en")


@require_http_methods(["GET", "HEAD", "POST"])
def record_new(request: Request) -> HttpResponse:
    """A new record of a person: recognised, doubted or new, as everywhere."""
    request.actor.require("people.record")
    values = {
        name: request.POST.get(name, "").strip()
        for name in (*FIELDS, "source", "language", "customer", "customer_text")
    }
    if request.method != "POST":
        return _form(request, values, {})
    try:
        return act_once(request, effect=lambda: _record(request, values))
    except Invalid as error:
        words = {name: str(text) for name, text in error.fields.items()}
        return _form(request, values, words or {"form": str(error.detail or error.title)})


def _record(request: Request, values: Mapping[str, str]) -> str:
    long = {name: _("This is too long.") for name in FIELDS if len(values[name]) > CHARS_MAX}
    if long:
        raise Invalid(fields=long)
    tongue = values["language"] if values["language"] in LANGUAGES else ""
    given = Contact(**{name: values[name] for name in FIELDS}, language=tongue)
    found = actions.add_record(
        actor=request.actor,
        now=clock.now(),
        contact=chosen_contact(request, given),
        source=values["source"] if values["source"] in SOURCES else SOURCES[0],
    )
    said = {
        "recognised": _("Recognised: this is a customer we know."),
        "doubt": _("Recorded. Not certain who this is: a data steward will decide."),
        "new": _("Recorded: a new customer."),
    }
    messages.success(request, said.get(found.outcome, _("Recorded.")))
    return reverse("customer", args=[found.customer_public_id])


def _form(request: Request, values: Mapping[str, str], errors: Mapping[str, str]) -> HttpResponse:
    context = {
        "values": values,
        "errors": errors,
        "sources": [(code, say(f"channel.{code}")) for code in SOURCES],
        "key": form_key(),
    }
    return page(request, "people/record_new.html", context, status=422 if errors else 200)
