"""The demo's telephone: ring in as somebody of the sample world, as an unknown number or none, and hear what the line does.

It is a line like any other (`channels.actions.adapters`): what one does here is *heard*, and what it shows is the contact's own
state. One browser may have several calls at once, each by its own button.
"""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanxi.channels import rules
from guanxi.channels.actions import adapters
from guanxi.channels.actions.adapters import Heard
from guanxi.channels.models import Contact
from guanxi.channels.queries import contacts as reads
from guanxi.core import clock, live
from guanxi.core.errors import NotFound
from guanxi.core.http import Request, page, text_of
from guanxi.core.phrases import language
from guanxi.engine.phones import formatted
from guanxi.people.models import Record

CALLS = "gx_calls"  # in the session: what the line calls the calls of this browser, the newest first
CALLS_MAX = 6
SAMPLE_MAX = 8


def _require_demo() -> None:
    if not settings.DEMO:
        raise NotFound


@require_safe
def show(request: Request) -> HttpResponse:
    """The handset: whom to ring as, and the calls of this browser."""
    _require_demo()
    calls = _calls(request)
    topics = [live.topic(reads.KIND, one.id) for one in calls]
    context = {
        "sample_choices": [(one["key"], f"{one['name']} · {one['number']}") for one in _sample()],
        "calls": [_call(one) for one in calls],
        "topics": " ".join(topics),
        "ring_url": reverse("telephone_ring"),
        "desk_url": reverse("chats"),
    }
    return page(request, "site/telephone.html", context, topics=topics)


@require_POST
def ring(request: Request) -> HttpResponse:
    """Ring in: `record` of the sample world, else `number`, which may be empty (a caller who hides it)."""
    _require_demo()
    known = next((one for one in _sample() if one["key"] == text_of(request, "record", most=30)), None)
    call = uuid4().hex
    adapters.hear(
        now=clock.now(),
        heard=Heard(
            what="offered",
            channel="phone",
            call=call,
            address=known["number"] if known else text_of(request, "number", most=30),
            name="" if known else text_of(request, "name", most=100),
            language=language(),
        ),
    )
    request.session[CALLS] = [call, *request.session.get(CALLS, [])][:CALLS_MAX]
    return HttpResponseRedirect(reverse("telephone"), status=303)


@require_POST
def hang_up(request: Request, public_id: str) -> HttpResponse:
    """Put the handset down; twice is once."""
    _require_demo()
    mine = next((one for one in _calls(request) if one.public_id == public_id), None)
    if mine is None:
        raise NotFound
    adapters.hear(now=clock.now(), heard=Heard(what="hung_up", channel="phone", call=mine.outside))
    return HttpResponseRedirect(reverse("telephone"), status=303)


def _calls(request: Request) -> list[Contact]:
    names = list(request.session.get(CALLS, []))
    found = Contact.objects.filter(channel="phone", outside__in=names).select_related("staff", "team__unit")
    return sorted(found, key=lambda one: names.index(one.outside))


def _sample() -> list[dict[str, str]]:
    """People of the sample world with a telephone, the newest."""
    found = Record.objects.filter(
        sample=True, identifiers__kind="phone", identifiers__valid_to=None, identifiers__trouble=""
    )
    rows = found.order_by("-id").values_list("id", "name", "identifiers__value")[:SAMPLE_MAX]
    return [{"key": str(key), "name": name, "number": number} for key, name, number in rows]


def _call(one: Contact) -> dict[str, Any]:
    is_open = one.state in rules.OPEN
    who = one.staff.name if one.staff is not None else ""
    heard = {
        Contact.State.WAITING: _("It rings."),
        Contact.State.LIVE: _("%(name)s speaks with you.") % {"name": who},
        Contact.State.HELD: _("Music: you are on hold."),
        Contact.State.ENDED: _("The call is over."),
        Contact.State.ABANDONED: _("You have hung up."),
    }[Contact.State(one.state)]
    ahead = reads.place_of(one) if one.state == Contact.State.WAITING else 0
    return {
        "number": formatted(one.address) if one.address.startswith("+") else one.address or _("no number"),
        "heard": heard,
        "tone": {"waiting": "amber", "live": "green", "held": ""}.get(one.state, ""),
        "state": one.get_state_display(),
        "ahead": ahead,
        "since": one.arrived,
        "is_open": is_open,
        "hang_up_url": reverse("telephone_hang_up", args=[one.public_id]),
    }
