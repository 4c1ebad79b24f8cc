"""Pages of channels: the timeline panel of a customer, outgoing mail, asking customers to confirm their details."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanxi.channels import actions, queries
from guanxi.channels.models import Message
from guanxi.core import clock, cover, keyset, live
from guanxi.core.access import Actor, system
from guanxi.core.errors import Conflict, NotFound
from guanxi.core.http import Request, act_once, page
from guanxi.core.phrases import sentences
from guanxi.core.timeline import bases as timeline
from guanxi.core.timeline import pages as timelines
from guanxi.core.words import say
from guanxi.engine.writing import clean_line
from guanxi.people import queries as people
from guanxi.people.models import Record

ROWS = 30
TONES = {"sent": "green", "held": "amber", "failed": "red", "queued": ""}


def customer_base(actor: Actor, public_id: str) -> timeline.Base:
    """What belongs to a customer's timeline: the events of the records this actor may see."""
    return _base_of(people.get_customer(actor, public_id))


def _base_of(who: people.CustomerView) -> timeline.Base:
    return timeline.Base(
        kind="customer",
        key=who.public_id,
        title=who.name or who.public_id,
        url=reverse("customer", args=[who.public_id]),
        topics=[live.topic("record", record.id) for record in who.records],
        record_ids=[record.id for record in who.records],
    )


def timeline_panel(actor: Actor, customer_id: int) -> dict[str, Any]:
    """The newest contacts of a customer over all channels, by day."""
    return timelines.card(actor, _base_of(people.view_of(actor, people.records_seen(actor, customer_id))))


def timeline_panel_then(actor: Actor, customer_id: int, at: datetime) -> dict[str, Any]:
    """The newest contacts of those who were this customer at a moment, until then."""
    who = people.code_of(customer_id)
    return timelines.card(actor, _base_then(who, people.records_then(actor, customer_id, at), at))


def customer_then_base(actor: Actor, key: str) -> timeline.Base:
    """The timeline of a customer at a moment; the key is the public id and the moment, in microseconds: `C-..._1772...`."""
    public_id, _found, micros = key.rpartition("_")
    if not (micros.isdecimal() and len(micros) <= 17):
        raise NotFound
    at = keyset.EPOCH + int(micros) * keyset.MICROSECOND
    return _base_then(public_id, people.as_of(actor, public_id, at).records, at)


def _base_then(public_id: str, records: Sequence[Record], at: datetime) -> timeline.Base:
    micros = (at - keyset.EPOCH) // keyset.MICROSECOND
    return timeline.Base(
        kind="customer_then",
        key=f"{public_id}_{micros}",
        title=next((record.name for record in records if record.name), public_id),
        url=f"{reverse('customer', args=[public_id])}?{urlencode({'at': at.isoformat()})}",
        topics=[],
        record_ids=[record.id for record in records],
        until=at,
    )


def band_cell(actor: Actor, customer_id: int) -> dict[str, Any]:
    """When we last heard of each other, on which channel, in whose words."""
    return _said_cell(actor, queries.last_said(actor, customer_id))


def band_cell_then(actor: Actor, customer_id: int, at: datetime) -> dict[str, Any]:
    """The same as it was at a moment."""
    records = [record.id for record in people.records_then(actor, customer_id, at)]
    return _said_cell(actor, queries.last_said_then(actor, records, at))


def _said_cell(actor: Actor, last: Message | None) -> dict[str, Any]:
    if last is None:
        return {"value": _("none yet"), "lines": [_("What this customer says appears here.")]}
    incoming = last.direction == Message.Direction.IN
    return {
        "value": _("from them") if incoming else _("from us"),
        "note": say(f"channel.{last.channel}"),
        "at": last.created,
        "quote": " ".join(cover.shown(actor, last.body).split())[:160],
    }


@require_safe
def outbox(request: Request) -> HttpResponse:
    """Outgoing mail, readable. In the demo for everybody (nothing leaves the house); else with `channels.outbox`.

    `?to=` narrows to one address: whoever waits for a sign-in code finds it among everything a demo would have sent.
    """
    actor = system("demo") if settings.DEMO else request.actor
    to = clean_line(request.GET.get("to", ""))
    letters = queries.list_outgoing(actor, to=to)
    shown = keyset.cut(letters, "created", request.GET.get("after", ""), size=ROWS)
    further = {"to": to, "after": shown.next_cursor} if to else {"after": shown.next_cursor}
    pager = {"total": "", "previous_url": None, "next_url": f"?{urlencode(further)}"}
    context = {"rows": [_mail(row) for row in shown.rows], "pager": pager if shown.next_cursor else None}
    return page(request, "site/outbox.html", context)


def _mail(message: Message) -> dict[str, Any]:
    why = sentences(message.explanation) if message.state == Message.State.HELD else []
    return {
        "channel": _("e-mail"),
        "icon": "mail",
        "to": message.address or _("no address"),
        "subject": message.title,
        "text": message.body,
        "at": message.created,
        "fate": message.get_state_display() + (": " + "; ".join(why) if why else ""),
        "tone": TONES.get(message.state, ""),
        "url": "",
    }


@require_POST
def ask_to_confirm(request: Request, public_id: str) -> HttpResponse:
    """Ask one customer to look at their details; leads back to the list of upkeep with what came of it."""
    actor = request.actor
    actor.require("people.record")

    def effect() -> str:
        actions.ask_to_confirm(actor=actor, now=clock.now(), customer=public_id)
        words = _("Written to %(code)s: they confirm or correct their details by a link.")
        messages.success(request, words % {"code": public_id})
        return f"{reverse('upkeep')}?kind={kind}"

    kind = request.POST.get("kind", "")
    kind = kind if kind in ("unverified", "troubled", "recycled", "due") else "due"
    try:
        return act_once(request, effect=effect)
    except Conflict as error:
        messages.warning(request, str(error.detail))
        return HttpResponseRedirect(f"{reverse('upkeep')}?kind={kind}", status=303)
