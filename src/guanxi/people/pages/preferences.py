"""A customer's own page, by signed link: what we may write to them about, everything stopped with one click, their rights."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanxi.core import clock
from guanxi.core.access import Actor
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.http import Request, act_once, form_key, page, text_of
from guanxi.core.words import say
from guanxi.people import actions
from guanxi.people.models import PrivacyRequest
from guanxi.people.pages.privacy import turn
from guanxi.people.queries import privacy as queries
from guanxi.people.rules.privacy import CHANNELS, OWN_MATTERS, PURPOSES

privacy = actions.privacy
SHOWN = 20
MARK = "-"  # in a field's name between purpose and channel


def purpose_words(purpose: str) -> tuple[str, str]:
    """A purpose as customers read it, and what it means."""
    return {
        "service": (_("Your own matters"), _("answers to what you wrote, your orders")),
        "marketing": (_("Offers and news"), _("only if you say yes")),
        "survey": (_("Surveys"), _("how we did, what you wish; only if you say yes")),
    }[purpose]


@require_safe
def preferences(request: Request, token: str) -> HttpResponse:
    """The page."""
    return _show(request, token, queries.link_actor(token), {})


def _show(request: Request, token: str, actor: Actor, errors: Mapping[str, Any]) -> HttpResponse:
    customer_id = (actor.subject or ("", 0))[1]
    mark = queries.marks_of([customer_id]).get(customer_id)
    latest = queries.latest_of(customer_id)
    context = {
        "gone": bool(mark and (mark.anonymised or mark.erased)),
        "stopped": bool(mark and mark.objected),
        "restricted": bool(mark and mark.restricted),
        "impersonal": bool(mark and mark.impersonal),
        "channels": [(code, say(f"channel.{code}")) for code in CHANNELS],
        "rows": [_row(purpose, latest) for purpose in PURPOSES],
        "history": [statement(one) for one in queries.consents_of(customer_id)[:SHOWN]],
        "kinds": [(code, str(words)) for code, words in PrivacyRequest.Kind.choices],
        "requests": [
            {
                "title": row.get_kind_display(),
                "turn": turn(row),
                "received": row.received,
                "due": row.due,
                "open": row.closed is None,
            }
            for row in queries.requests_of(customer_id)
        ],
        "do_url": reverse("preferences", args=[token]),
        "errors": errors,
        "key": form_key(),
        "most": privacy.NOTE_CHARS_MAX,
    }
    return page(request, "people/preferences.html", context, status=422 if errors else 200)


def _row(purpose: str, latest: Mapping[tuple[str, str], Any]) -> dict[str, Any]:
    title, note = purpose_words(purpose)
    return {
        "title": title,
        "note": note,
        "cells": [
            {
                "name": f"{purpose}{MARK}{channel}",
                "on": known.given if (known := latest.get((purpose, channel))) else purpose in OWN_MATTERS,
                "label": f"{title}: {say(f'channel.{channel}')}",
            }
            for channel in CHANNELS
        ],
    }


def statement(one: Any) -> dict[str, Any]:
    """A statement in words: what, when, how we know."""
    words = (
        _("agreed to %(purpose)s by %(channel)s") if one.given else _("refused %(purpose)s by %(channel)s")
    )
    values = {"purpose": say(f"purpose.{one.purpose}"), "channel": say(f"channel.{one.channel}")}
    who = {
        "staff": _("written down by a colleague"),
        "link": _("by themself, on their page"),
        "customer": _("by themself, signed in"),
        "token": _("by another system"),
        "system": _("by the system"),
    }.get(one.actor_kind, "")
    source = say(f"channel.{one.source.partition(':')[0]}")
    wording = _("wording %(version)s") % {"version": one.wording} if one.wording else ""
    return {
        "at": one.stated,
        "words": words % values,
        "how": " · ".join(filter(None, (source, who, wording))),
    }


@require_POST
def do(request: Request, token: str, verb: str) -> HttpResponse:
    """Save the choices, stop everything, ask for one's rights."""
    actor = queries.link_actor(token)
    verbs: Mapping[str, Callable[[Request, Actor], str]] = {"save": _save, "stop": _stop, "ask": _ask}
    if (act := verbs.get(verb)) is None:
        raise NotFound
    request.actor = actor
    told: list[str] = []

    def effect() -> str:
        told.append(act(request, actor))
        return reverse("preferences", args=[token])

    try:
        response = act_once(request, effect=effect)
    except (Invalid, Conflict) as error:
        return _show(request, token, actor, {**error.fields} or {"form": str(error.detail or error.title)})
    for words in told:
        messages.success(request, words)
    return response


def _save(request: Request, actor: Actor) -> str:
    choices = {
        (purpose, channel): f"{purpose}{MARK}{channel}" in request.POST
        for purpose in PURPOSES
        for channel in CHANNELS
    }
    privacy.choose(actor=actor, now=clock.now(), choices=choices, impersonal="impersonal" in request.POST)
    return _("Saved. It holds from now on.")


def _stop(request: Request, actor: Actor) -> str:
    privacy.stop_all(actor=actor, now=clock.now())
    return _("Everything is stopped. You hear from us only when you ask us for something.")


def _ask(request: Request, actor: Actor) -> str:
    row = privacy.open_request(
        actor=actor,
        now=clock.now(),
        public_id=actor.id,
        kind=request.POST.get("kind", "")[:20],
        channel="web",
        note=text_of(request, "note", most=privacy.NOTE_CHARS_MAX),
    )
    return _("We have your request %(number)s. Before anything happens we make sure that it is you.") % {
        "number": row.public_id
    }
