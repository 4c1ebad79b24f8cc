"""The page of one customer, what other pages show of them, and their line in a list."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guanxi.core import clock, fields, live, panels
from guanxi.core.access import Actor
from guanxi.core.choices import Choice
from guanxi.core.http import Request, page
from guanxi.core.words import say
from guanxi.engine.normalise import avatar
from guanxi.people import queries
from guanxi.people.models import Consent, Record
from guanxi.people.pages import heading, notes, rewind
from guanxi.people.pages.preferences import purpose_words, statement
from guanxi.people.queries import privacy
from guanxi.people.queries.standing import Standing, standing_of
from guanxi.people.rules.privacy import CHANNELS, PURPOSES

ICONS = {"phone": "phone", "email": "mail", "member": "id-badge-2"}


def source_words(source: str) -> str:
    """Where a record comes from, in words: a channel, or a file that was imported."""
    return say(f"channel.{source.partition(':')[0]}")


def row(actor: Actor, record: Record) -> dict[str, Any]:
    """A line of a list; telephone numbers and addresses masked for whoever may not read them."""
    known = [one.text for one in queries.view_of(actor, [record]).identifiers]
    return {
        "url": reverse("customer", args=[record.customer.public_id]),
        "name": record.called,
        "initials": avatar(record.name),
        "code": record.customer.public_id,
        "unsure": _("not certain who this is") if record.customer.provisional else "",
        "reach": [*known, "", ""][:2],
        "source": source_words(record.source),
        "last_at": record.created,
    }


@require_safe
def customer(request: Request, public_id: str) -> HttpResponse:
    """One customer: identity first, then everything rooms lend to this page."""
    request.actor.require("people.view")
    at = fields.read_instant(request.GET, "at")
    if at is not None and at < clock.now():
        return rewind.show(request, public_id, at)
    return show(request, public_id)


def show(
    request: Request, public_id: str, *, status: int = 200, tried: Mapping[str, Any] | None = None
) -> HttpResponse:
    """The page as it stands; `tried` {form, errors, values, conflict} after a form of it that did not go through."""
    actor = request.actor
    who = queries.get_customer(actor, public_id)
    if (
        who.public_id != public_id
    ):  # merged since; the merge may be undone, so the old address is not moved for ever
        return redirect("customer", who.public_id)
    topics = [live.topic("record", record.id) for record in who.records]
    name = queries.golden(actor, who.id).get("name")
    badge, tier = marks_of(who.id)
    context = {
        "customer": {**heading.head(who, name.text if name else ""), "standing": badge, "tier": tier},
        "worth_url": reverse("customer_worth", args=[public_id]) if actor.may("insight.view") else "",
        "roles": panels.compose("customer.roles", actor, who.id),
        "actions": panels.compose("customer.actions", actor, who.id),
        "note": notes.form(actor, public_id),
        "rewind": rewind.today(public_id),
        "band": panels.compose("customer.band", actor, who.id),
        "left_panels": panels.compose("customer.left", actor, who.id, key=public_id),
        "right_panels": panels.compose("customer.right", actor, who.id, key=public_id),
        "middle_panels": panels.compose("customer.middle", actor, who.id, key=public_id),
        "topics": " ".join(topics),
        "tried": tried or {},
    }
    here = ("customer", who.id)
    return page(request, "people/customer.html", context, topics=topics, here=here, status=status)


def consent_panel(actor: Actor, customer_id: int) -> dict[str, Any]:
    """Yes, no or never asked, per purpose and channel, and every statement there was: what, when, how we know."""
    latest = queries.latest_consents(queries.records_of(customer_id))
    said = [statement(one) for one in privacy.consents_of(customer_id)] if latest else []
    return {**_consents(latest), "history": said}


def consent_panel_then(actor: Actor, customer_id: int, at: datetime) -> dict[str, Any]:
    """The same as it was at a moment."""
    records = [record.id for record in queries.records_then(actor, customer_id, at)]
    return _consents(queries.latest_consents(records, at=at))


def _consents(latest: Mapping[tuple[str, str], Consent]) -> dict[str, Any]:
    rows = [
        {
            "purpose": purpose_words(code)[0] if code != "service" else _("Service messages"),
            "answers": [one.given if (one := latest.get((code, channel))) else None for channel in CHANNELS],
        }
        for code in PURPOSES
    ]
    return {
        "channels": [say(f"channel.{channel}") for channel in CHANNELS],
        "rows": rows,
        "note": _("Messages about the customer's own matter need no consent; a refusal always counts."),
        "history": [],
    }


Mark = Callable[[Standing], Any]
_marks: list[Mark] = []


def show_standings(badge: Mark, tier: Mark) -> None:
    """How a standing is drawn: its badge and its tier. Called by `site/wiring.py`."""
    _marks[:] = [badge, tier]


def marks_of(customer_id: int) -> tuple[Any, Any]:
    """(badge, tier) of a customer as the macros draw them; None for what there is not."""
    found = standing_of(customer_id) if _marks else None
    return (_marks[0](found), _marks[1](found)) if found else (None, None)


def person_panel(actor: Actor, customer_id: int) -> dict[str, Any]:
    """The customer beside a case."""
    records = queries.records_seen(actor, customer_id)
    if not records:
        return {
            "url": "",
            "name": "",
            "latin": "",
            "initials": "",
            "standing": None,
            "tier": None,
            "facts": [],
        }
    who = queries.view_of(actor, records)
    known = [{"label": say(f"people.kind.{one.kind}"), "value": one.text} for one in who.identifiers[:4]]
    badge, tier = marks_of(who.id)
    return {
        "url": reverse("customer", args=[who.public_id]),
        "name": who.name or who.public_id,
        "latin": who.public_id,
        "initials": avatar(who.name),
        "standing": badge,
        "tier": tier,
        "chips": [{"label": _("not certain who this is"), "tone": "amber"}] if who.provisional else [],
        "facts": known,
    }


def choices(actor: Actor, text: str, limit: int) -> list[Choice]:
    """Customers to choose from while somebody types: name, and how to reach them as far as this actor may see."""
    found = queries.search_customers(actor, text, limit=limit)
    return [
        Choice(
            record.customer.public_id,
            record.called,
            " · ".join([one.text for one in queries.view_of(actor, [record]).identifiers][:2]),
        )
        for record in found
    ]
