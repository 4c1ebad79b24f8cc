"""The page of one customer, what other pages show of them, and their line in a list."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from guanxi.core import clock, fields, live, panels
from guanxi.core.access import Actor
from guanxi.core.choices import Choice
from guanxi.core.http import Request, page
from guanxi.core.phrases import explained
from guanxi.core.words import say
from guanxi.engine.normalise import avatar
from guanxi.people import queries
from guanxi.people.models import Consent, Membership, Record
from guanxi.people.pages import heading, rewind

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
    context = {
        "customer": heading.head(who),
        "actions": [],
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


def identity_cell(actor: Actor, customer_id: int) -> dict[str, Any]:
    """Whether all this is one person, who says so and why; the doubts that wait for a steward."""
    records = queries.records_seen(actor, customer_id)
    reviews = queries.list_reviews(customer_id)
    doubt = reviews[0].candidate.public_id if reviews else ""
    unsure = bool(records) and records[0].customer.provisional
    return _identity(records, unsure, queries.latest_membership(customer_id), doubt)


def identity_cell_then(actor: Actor, customer_id: int, at: datetime) -> dict[str, Any]:
    """The same as it was at a moment."""
    then = queries.as_of(actor, queries.code_of(customer_id), at)
    doubts = queries.reviews_then(then.records, at)
    unsure = then.view is not None and then.view.provisional
    membership = queries.membership_then(customer_id, at)
    return _identity(then.records, unsure, membership, doubts[0][0] if doubts else "")


def _identity(
    records: Sequence[Record], unsure: bool, membership: Membership | None, doubt: str
) -> dict[str, Any]:
    return {
        "value": _("not certain") if unsure else _("certain"),
        "tone": "amber" if unsure else "",
        "note": ngettext("%(n)s record says so", "%(n)s records say so", len(records)) % {"n": len(records)},
        "chips": sorted({source_words(record.source) for record in records}),
        "why": explained(membership.explanation) if membership and membership.explanation else None,
        "why_label": _("See why"),
        "link": _doubt_link(doubt) if doubt else None,
    }


def _doubt_link(code: str) -> dict[str, str]:
    return {
        "label": _("perhaps the same as %(code)s, a steward will decide") % {"code": code},
        "url": reverse("customer", args=[code]),
        "tone": "amber",
        "icon": "git-merge",
    }


def identifiers_panel(actor: Actor, customer_id: int) -> dict[str, Any]:
    """How to reach this person, masked for whoever may not read it in full."""
    return _identifiers(actor, queries.records_seen(actor, customer_id))


def identifiers_panel_then(actor: Actor, customer_id: int, at: datetime) -> dict[str, Any]:
    """The same as it was at a moment, masked as of today."""
    return _identifiers(actor, queries.records_then(actor, customer_id, at))


def _identifiers(actor: Actor, records: Sequence[Record]) -> dict[str, Any]:
    if not records:
        return {"rows": [], "count_label": "", "all_url": ""}
    rows = [
        {
            "icon": ICONS.get(one.kind, "id"),
            "kind": say(f"people.kind.{one.kind}"),
            "value": one.text,
            "note": source_words(one.source)
            + (" · " + _("verified %(day)s") % {"day": f"{one.verified:%Y-%m-%d}"} if one.verified else ""),
            "state": "verified" if one.verified else "",
            "state_label": _("verified") if one.verified else "",
        }
        for one in queries.view_of(actor, records).identifiers
    ]
    return {"rows": rows, "count_label": "", "all_url": ""}


def consent_panel(actor: Actor, customer_id: int) -> dict[str, Any]:
    """Yes, no or never asked, per purpose and channel."""
    return _consents(queries.latest_consents(queries.records_of(customer_id)))


def consent_panel_then(actor: Actor, customer_id: int, at: datetime) -> dict[str, Any]:
    """The same as it was at a moment."""
    records = [record.id for record in queries.records_then(actor, customer_id, at)]
    return _consents(queries.latest_consents(records, at=at))


def _consents(latest: Mapping[tuple[str, str], Consent]) -> dict[str, Any]:
    channels = ("email", "phone")
    purposes = {"service": _("Service messages"), "marketing": _("Promotion")}
    rows = [
        {
            "purpose": label,
            "answers": [one.given if (one := latest.get((code, channel))) else None for channel in channels],
        }
        for code, label in purposes.items()
    ]
    return {
        "history_url": "",
        "channels": [say(f"channel.{channel}") for channel in channels],
        "rows": rows,
        "note": _("Messages about the customer's own matter need no consent; a refusal always counts."),
    }


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
    return {
        "url": reverse("customer", args=[who.public_id]),
        "name": who.name or who.public_id,
        "latin": who.public_id,
        "initials": avatar(who.name),
        "standing": None,
        "tier": None,
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
