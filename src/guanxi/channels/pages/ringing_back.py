"""A customer asks on the web to be rung, and sees what becomes of it."""

from collections.abc import Mapping
from datetime import datetime

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.channels import rules
from guanxi.channels.actions import conversing, ringing_back
from guanxi.channels.models import Contact
from guanxi.channels.queries import chat
from guanxi.channels.queries import contacts as reads
from guanxi.channels.queries import ringing_back as asked
from guanxi.core import clock, live
from guanxi.core.access import Kind
from guanxi.core.errors import Conflict, Invalid
from guanxi.core.http import Request, act_once, form_key, page, text_of
from guanxi.core.phrases import language
from guanxi.engine.normalise import mask
from guanxi.people import queries as people

FIELDS = ("number", "name", "wish")


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: Request) -> HttpResponse:
    """Leave a number to be rung under."""
    if request.method != "POST":
        return _form(request, {"number": _own_number(request)}, {})
    values = {name: request.POST.get(name, "")[: conversing.LINE_CHARS_MAX + 1] for name in FIELDS}
    try:
        return act_once(request, effect=lambda: _ask(request, values))
    except (Invalid, Conflict) as error:
        fields = {one: str(why) for one, why in error.fields.items()} if isinstance(error, Invalid) else {}
        fields["wish"] = fields.get("wish") or fields.get("text") or ""
        answer = _form(
            request, values, fields, "" if any(fields.values()) else str(error.detail or error.title)
        )
        answer.status_code = int(error.status)
        return answer


def _ask(request: Request, values: Mapping[str, str]) -> str:
    actor = request.actor if request.actor.kind in (Kind.PUBLIC, Kind.CUSTOMER) else chat.PUBLIC
    contact = ringing_back.ask(
        actor=actor,
        now=clock.now(),
        number=text_of(request, "number", most=64),
        name=text_of(request, "name", most=100),
        wish=values["wish"],
        language=language(),
    )
    return reverse("call_back", args=[asked.token_of(contact)])


def _exact(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"


def _own_number(request: Request) -> str:
    actor = request.actor
    if actor.kind is not Kind.CUSTOMER or actor.record_id is None:
        return ""
    return people.address_for([actor.record_id], "phone")


def _form(
    request: Request, values: Mapping[str, str], errors: Mapping[str, str], problem: str = ""
) -> HttpResponse:
    now = clock.now()
    start = asked.rung_from(now)
    context = {
        "action_url": reverse("call_back_ask"),
        "key": form_key(),
        "values": values,
        "errors": errors,
        "problem": problem,
        "opens": "" if start == now else _exact(start),
        "is_known": request.actor.kind is Kind.CUSTOMER,
        "most": conversing.LINE_CHARS_MAX,
    }
    return page(request, "channels/call_back_ask.html", context)


@require_safe
def show(request: Request, token: str) -> HttpResponse:
    """What has become of a call-back: whose turn it is, how many are rung before, what it ended in."""
    contact = asked.by_token(token)
    now = clock.now()
    start = asked.rung_from(now)
    context = {
        "topics": live.topic(reads.KIND, contact.id),
        "number": mask("phone", contact.address),
        "turn": dict(zip(("kind", "label"), _turn(contact), strict=True)),
        "wait": _wait(contact),
        "opens": _exact(start) if contact.state == Contact.State.WAITING and start != now else "",
        "waits": contact.state == Contact.State.WAITING,
        "is_open": contact.state in rules.OPEN,
        "who": contact.staff.name if contact.staff is not None and contact.state in rules.TALKING else "",
        "cancel_url": reverse("call_back_cancel", args=[token]),
        "again_url": reverse("call_back_ask"),
        "key": form_key(),
    }
    topics = [live.topic(reads.KIND, contact.id)]
    return page(request, "channels/call_back.html", context, topics=topics)


def _turn(contact: Contact) -> tuple[str, str]:
    if contact.state in rules.TALKING:
        return "other", _("We are ringing you")
    if contact.state == Contact.State.WAITING:
        return "other", _("Waiting for us")
    if contact.state == Contact.State.ABANDONED:
        return "done", _("Taken back")
    return "done", _("We did not reach you") if contact.outcome == "nobody" else _("We have talked")


def _wait(contact: Contact) -> str:
    if contact.state != Contact.State.WAITING:
        return ""
    ahead = reads.place_of(contact)
    if ahead == 0:
        return _("You are rung next.")
    words = ngettext(
        "%(count)s call is before yours.",
        "%(count)s calls are before yours.",
        ahead,
    )
    return words % {"count": ahead}


@require_POST
def cancel(request: Request, token: str) -> HttpResponse:
    """No call is needed any more."""
    ringing_back.cancel(actor=request.actor, now=clock.now(), token=token)
    return HttpResponseRedirect(reverse("call_back", args=[token]), status=303)
