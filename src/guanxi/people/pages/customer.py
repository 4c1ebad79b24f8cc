"""The page of one customer, what other pages show of them, and their line in a list."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from guanxi.core import live, panels
from guanxi.core.access import Actor
from guanxi.core.choices import Choice
from guanxi.core.http import Request, page
from guanxi.core.phrases import explained
from guanxi.core.words import say
from guanxi.engine.normalise import avatar
from guanxi.engine.pinyin import spoken
from guanxi.people import queries
from guanxi.people.models import Record

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
        "customer": _head(who),
        "actions": [],
        "band": panels.compose("customer.band", actor, who.id),
        "left_panels": panels.compose("customer.left", actor, who.id, key=public_id),
        "right_panels": panels.compose("customer.right", actor, who.id, key=public_id),
        "middle_panels": panels.compose("customer.middle", actor, who.id, key=public_id),
        "topics": " ".join(topics),
        "tried": tried or {},
    }
    here = ("customer", who.id)
    return page(request, "people/customer.html", context, topics=topics, here=here, status=status)


def _head(who: queries.CustomerView) -> dict[str, Any]:
    facts = [_("with us since %(year)s") % {"year": who.since.year}]
    if who.language:
        facts.append(
            {"zh-hans": _("speaks Chinese"), "en": _("speaks English")}.get(who.language, who.language)
        )
    if who.provisional:
        facts.append(_("not certain who this is"))
    return {
        "name": who.name or who.public_id,
        "latin": spoken(who.name),
        "initials": avatar(who.name),
        "code": who.public_id,
        "standing": None,
        "roles": [_("sample")] if who.sample else [],
        "facts": facts,
        "best_time": "",
    }


def identity_cell(actor: Actor, customer_id: int) -> dict[str, Any]:
    """Whether all this is one person, who says so and why; the doubts that wait for a steward."""
    records = queries.records_seen(actor, customer_id)
    membership = queries.latest_membership(customer_id)
    reviews = queries.list_reviews(customer_id)
    unsure = bool(records) and records[0].customer.provisional
    doubt = reviews[0].candidate.public_id if reviews else ""
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
    records = queries.records_seen(actor, customer_id)
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
    latest = queries.latest_consents(queries.records_of(customer_id))
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
