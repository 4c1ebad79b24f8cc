"""Pages of channels: the timeline panel of a customer, and outgoing mail."""

from datetime import datetime
from itertools import groupby
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guanxi.channels import queries
from guanxi.channels.models import Message
from guanxi.core import clock, keyset
from guanxi.core.access import Actor, system
from guanxi.core.http import Request, page
from guanxi.core.money import Money
from guanxi.core.phrases import day_label, language, sentences
from guanxi.core.words import say
from guanxi.people import queries as people

ROWS = 30
TONES = {"sent": "green", "held": "amber", "failed": "red", "queued": ""}


def timeline_panel(actor: Actor, customer_id: int) -> dict[str, Any]:
    """The newest contacts of a customer over all channels, by day."""
    entries = queries.timeline_of(actor, people.records_of(customer_id))
    shown = _("the newest %(n)s") if len(entries) == queries.PAGE else _("%(n)s, all channels on one line")
    return {"days": _days(entries), "count_label": shown % {"n": len(entries)}, "older_url": ""}


def band_cell(actor: Actor, customer_id: int) -> dict[str, Any]:
    """When we last heard of each other, on which channel, in whose words."""
    last = queries.last_said(actor, customer_id)
    if last is None:
        return {"value": _("none yet"), "lines": [_("What this customer says appears here.")]}
    incoming = last.direction == Message.Direction.IN
    return {
        "value": _("from them") if incoming else _("from us"),
        "note": say(f"channel.{last.channel}"),
        "at": last.created,
        "quote": " ".join(last.body.split())[:160],
    }


def _days(entries: list[queries.Entry]) -> list[dict[str, Any]]:
    def day_of(entry: queries.Entry) -> Any:
        return timezone.localtime(entry.occurred).date()

    this_year = timezone.localtime(clock.now()).year
    return [
        {"label": day_label(day, this_year=this_year), "entries": [_entry(one) for one in found]}
        for day, found in groupby(entries, key=day_of)
    ]


def _entry(entry: queries.Entry) -> dict[str, Any]:
    local: datetime = timezone.localtime(entry.occurred)
    return {
        "at": entry.occurred,
        "clock": f"{local:%H:%M}",
        "icon": entry.type.icon,
        "channel": "",
        "way": entry.type.direction or "system",
        "fact": _fact(entry),
        "actor": entry.who,
        "words": entry.text,
        "tag": _tag(entry),
    }


def _fact(entry: queries.Entry) -> str:
    if "total_minor" in entry.data:
        total = Money(entry.data["total_minor"], entry.data["currency"])
        return f"{entry.type.words} {total.format(language())}"
    return str(entry.type.words)


def _tag(entry: queries.Entry) -> dict[str, str] | None:
    number = entry.data.get("number")
    return {"label": number, "tone": "", "url": ""} if number else None


@require_safe
def outbox(request: Request) -> HttpResponse:
    """Outgoing mail, readable. In the demo for everybody (nothing leaves the house); else with `channels.outbox`."""
    actor = system("demo") if settings.DEMO else request.actor
    shown = keyset.cut(queries.list_outgoing(actor), "created", request.GET.get("after", ""), size=ROWS)
    pager = {
        "total": "",
        "previous_url": None,
        "next_url": f"?after={shown.next_cursor}",
    }
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
