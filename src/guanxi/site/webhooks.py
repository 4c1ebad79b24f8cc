"""Pages of webhooks: the list, a new one, one with its log, and what may be done with it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.core import clock, keyset, timeline
from guanxi.core.access import Actor, Kind
from guanxi.core.errors import Conflict, Denied, GuanxiError, Invalid, NotFound
from guanxi.core.http import Request, act_once, form_key, page, version_of
from guanxi.core.jobs.outbox import sealed_head
from guanxi.core.models import WebhookDelivery, WebhookEndpoint
from guanxi.core.webhooks import actions, queries, reach
from guanxi.site.own_tokens import lead_to, once, secret_page

ROWS, LOG_ROWS = 50, 30
ERRORS = {
    "status": gettext_lazy("refused it"),
    "redirect": gettext_lazy("answered with a redirect, which is not followed"),
    "timeout": gettext_lazy("did not answer in time"),
    "connect": gettext_lazy("cannot be connected to"),
    "tls": gettext_lazy("its certificate is not valid"),
    "answer": gettext_lazy("answered something that is no HTTP"),
    "dns": gettext_lazy("its name is not known"),
    "private": gettext_lazy("leads to an address that is not public"),
    "not_visible": gettext_lazy("this event may not be seen any more"),
    "owner_left": gettext_lazy("whoever it belongs to may no longer have it"),
    "broken": gettext_lazy("something broke on our side"),
}
PAUSED = {
    "by_hand": gettext_lazy("by hand"),
    "gone": gettext_lazy("the address says that it is gone for good (410)"),
    "unreachable": gettext_lazy("it took nothing for a day"),
    "owner_left": ERRORS["owner_left"],
}
STATES = {
    WebhookDelivery.State.WAITING: gettext_lazy("waiting"),
    WebhookDelivery.State.DELIVERED: gettext_lazy("delivered"),
    WebhookDelivery.State.FAILED: gettext_lazy("not delivered"),
}
TONES = {"waiting": "", "delivered": "green", "failed": "red"}
KINDS = {
    WebhookDelivery.Kind.EVENT: "",
    WebhookDelivery.Kind.REPLAY: gettext_lazy("sent again by hand"),
    WebhookDelivery.Kind.PING: gettext_lazy("test"),
}


@require_safe
def webhook_list(request: Request) -> HttpResponse:
    """Who hears what, how far behind, and whether it works."""
    request.actor.require_kind(Kind.STAFF)
    found = queries.list_endpoints(request.actor)
    shown = keyset.cut(found, "created", request.GET.get("after", ""), size=ROWS)
    after = f"?after={shown.next_cursor}" if shown.next_cursor else ""
    head = sealed_head()
    context = {
        "rows": [_row(one, head) for one in shown.rows],
        "new_url": reverse("webhook_new"),
        "pager": {"next_url": after, "previous_url": None, "total": ""} if after else None,
    }
    return page(request, "site/webhooks.html", context)


def _row(endpoint: WebhookEndpoint, head: int) -> dict[str, Any]:
    state, tone = _state(endpoint, head)
    return {
        "id": endpoint.public_id,
        "name": endpoint.name,
        "url": reverse("webhook", args=[endpoint.public_id]),
        "address": endpoint.url,
        "types": _types_words(endpoint),
        "owner": endpoint.owner.name if endpoint.owner else _("the house"),
        "state": state,
        "tone": tone,
        "behind": max(0, head - endpoint.seq),
        "created": endpoint.created,
    }


def _types_words(endpoint: WebhookEndpoint) -> str:
    return ", ".join(endpoint.types) if endpoint.types else _("all events")


def _state(endpoint: WebhookEndpoint, head: int) -> tuple[str, str]:
    if endpoint.state == WebhookEndpoint.State.PAUSED:
        return _("paused"), "amber"
    if endpoint.failing_since:
        return _("failing"), "red"
    return _("active"), "green"


@require_http_methods(["GET", "HEAD", "POST"])
def webhook_new(request: Request) -> HttpResponse:
    """Address and events; then the secret, this once."""
    actor = request.actor
    actor.require_kind(Kind.STAFF)
    if not actor.may(reach.ALL):
        actor.require(reach.OWN)
    if request.method != "POST":
        return _new_form(request, {})
    shown: dict[str, Any] = {}
    try:
        url = once(request, effect=lambda: _add(request, shown), shown=shown)
    except (Invalid, Conflict, Denied) as error:
        return _new_form(request, _words_of(error))
    return secret_page(request, shown) if shown else lead_to(url)


def _words_of(error: GuanxiError) -> dict[str, str]:
    return {name: str(words) for name, words in error.fields.items()} or {"form": str(error.detail)}


def _add(request: Request, shown: dict[str, Any]) -> str:
    begin = request.POST.get("from_seq", "").strip()
    if begin and (not begin.isdecimal() or len(begin) > 18):
        raise Invalid(fields={"from_seq": _("Please give the number of an event.")})
    endpoint, secret = actions.add_endpoint(
        actor=request.actor,
        now=clock.now(),
        name=request.POST.get("name", ""),
        url=request.POST.get("url", ""),
        types=request.POST.getlist("types"),
        from_seq=max(0, int(begin) - 1) if begin else None,
    )
    _show_secret(endpoint, secret, shown)
    return reverse("webhook", args=[endpoint.public_id])


def _show_secret(endpoint: WebhookEndpoint, secret: str, shown: dict[str, Any]) -> None:
    shown |= {
        "title": _("Webhook “%(name)s”") % {"name": endpoint.name},
        "code": endpoint.public_id,
        "secret": secret,
        "note": _(
            "The receiver checks signatures with it (Standard Webhooks). It is not shown again; a new one can be made."
        ),
        "example": "",
        "back_url": reverse("webhook", args=[endpoint.public_id]),
        "back": _("To the webhook"),
    }


def _new_form(request: Request, errors: Mapping[str, str]) -> HttpResponse:
    context = {
        "key": form_key(),
        "errors": errors,
        "values": {name: request.POST.get(name, "") for name in ("name", "url", "from_seq")},
        "types": _type_choices(request.actor, request.POST.getlist("types")),
        "head": sealed_head(),
        "most": actions.NAME_CHARS_MAX,
    }
    return page(request, "site/webhook_new.html", context, status=422 if errors else 200)


def _type_choices(actor: Actor, chosen: list[str]) -> list[dict[str, Any]]:
    """Event types the actor may hear, by their first word."""
    known = timeline.registered()
    groups: dict[str, list[dict[str, Any]]] = {}
    for code in sorted(reach.types_of(actor, ())):
        ticked = any(reach.is_meant(code, one) for one in chosen)
        groups.setdefault(code.partition(".")[0], []).append(
            {"code": code, "words": str(known[code].words), "ticked": ticked}
        )
    return [{"code": code, "types": types} for code, types in groups.items()]


@require_safe
def webhook(request: Request, public_id: str) -> HttpResponse:
    """One webhook: how it goes, its log, its verbs."""
    request.actor.require_kind(Kind.STAFF)
    return _page(request, queries.get_endpoint(request.actor, public_id), {})


def _page(request: Request, endpoint: WebhookEndpoint, errors: Mapping[str, str]) -> HttpResponse:
    head = sealed_head()
    log = keyset.cut(
        queries.list_deliveries(endpoint), "created", request.GET.get("after", ""), size=LOG_ROWS
    )
    after = f"?after={log.next_cursor}" if log.next_cursor else ""
    context = {
        "hook": {**_row(endpoint, head), **_facts(endpoint)},
        "head": head,
        "errors": errors,
        "key": form_key(),
        "do_url": reverse("webhook", args=[endpoint.public_id]),
        "types": _type_choices(request.actor, list(endpoint.types)),
        "log": [_delivery(row) for row in log.rows],
        "busy": any(row.state == WebhookDelivery.State.WAITING for row in log.rows),
        "pager": {"next_url": after, "previous_url": None, "total": ""} if after else None,
        "list_url": reverse("webhooks"),
        "most": actions.NAME_CHARS_MAX,
    }
    return page(request, "site/webhook.html", context, status=422 if errors else 200)


def _facts(endpoint: WebhookEndpoint) -> dict[str, Any]:
    return {
        "seq": endpoint.seq,
        "version": endpoint.version,
        "paused": endpoint.state == WebhookEndpoint.State.PAUSED,
        "paused_why": str(PAUSED.get(endpoint.paused_why, endpoint.paused_why)),
        "tries": endpoint.tries,
        "failing_since": endpoint.failing_since,
        "next_try": endpoint.next_try,
        "token": endpoint.token.name if endpoint.token else "",
        "before_until": _ahead(endpoint.before_until),
        "all_types": not endpoint.types,
    }


def _ahead(moment: datetime | None) -> datetime | None:
    return moment if moment and moment > clock.now() else None


def _delivery(row: WebhookDelivery) -> dict[str, Any]:
    known = timeline.registered().get(row.type)
    words = str(ERRORS.get(row.error, row.error))
    return {
        "id": row.public_id,
        "seq": row.seq,
        "type": row.type,
        "what": str(known.words) if known else str(KINDS[WebhookDelivery.Kind.PING]),
        "kind": str(KINDS[WebhookDelivery.Kind(row.kind)]) if known else "",
        "state": str(STATES[WebhookDelivery.State(row.state)]),
        "tone": TONES[row.state],
        "status": row.status,
        "error": words,
        "tries": row.tries,
        "duration_ms": row.duration_ms,
        "at": row.last_try or row.created,
        "request_head": row.request_head,
        "response": "\n\n".join(filter(None, (row.response_head, row.response_body))),
    }


@require_POST
def webhook_do(request: Request, public_id: str, verb: str) -> HttpResponse:
    """change, pause, resume, rotate, ping, replay, remove."""
    request.actor.require_kind(Kind.STAFF)
    endpoint = queries.get_endpoint(request.actor, public_id)
    if verb not in VERBS:
        raise NotFound
    shown: dict[str, Any] = {}
    try:
        if verb == "rotate":
            url = once(request, effect=lambda: _rotate(request, public_id, shown), shown=shown)
            return secret_page(request, shown) if shown else lead_to(url)
        return act_once(request, effect=lambda: VERBS[verb](request, public_id))
    except (Invalid, Conflict) as error:
        return _page(request, endpoint, _words_of(error))


def _rotate(request: Request, public_id: str, shown: dict[str, Any]) -> str:
    endpoint, secret = actions.rotate(actor=request.actor, now=clock.now(), public_id=public_id)
    _show_secret(endpoint, secret, shown)
    return reverse("webhook", args=[public_id])


def _change(request: Request, public_id: str) -> str:
    actions.change_endpoint(
        actor=request.actor,
        now=clock.now(),
        public_id=public_id,
        name=request.POST.get("name", ""),
        url=request.POST.get("url", ""),
        types=request.POST.getlist("types"),
        version=version_of(request),
    )
    messages.success(request, _("Saved."))
    return reverse("webhook", args=[public_id])


def _pause(request: Request, public_id: str) -> str:
    actions.pause(actor=request.actor, now=clock.now(), public_id=public_id)
    messages.info(request, _("Paused. It goes on where it stopped."))
    return reverse("webhook", args=[public_id])


def _resume(request: Request, public_id: str) -> str:
    actions.resume(actor=request.actor, now=clock.now(), public_id=public_id)
    messages.success(request, _("Goes on where it stopped."))
    return reverse("webhook", args=[public_id])


def _ping(request: Request, public_id: str) -> str:
    actions.ping(actor=request.actor, now=clock.now(), public_id=public_id)
    messages.info(request, _("A test is on its way; the log shows what comes of it."))
    return reverse("webhook", args=[public_id])


def _replay(request: Request, public_id: str) -> str:
    text = request.POST.get("seq", "").strip()
    if not text.isdecimal() or len(text) > 18:
        raise Invalid(fields={"seq": _("Please give the number of an event.")})
    actor, now, seq = request.actor, clock.now(), int(text)
    if request.POST.get("only"):
        actions.replay_one(actor=actor, now=now, public_id=public_id, seq=seq)
    else:
        actions.replay_from(actor=actor, now=now, public_id=public_id, seq=seq)
    messages.info(request, _("Will be sent again, under the same ids."))
    return reverse("webhook", args=[public_id])


def _remove(request: Request, public_id: str) -> str:
    actions.remove_endpoint(actor=request.actor, now=clock.now(), public_id=public_id)
    messages.success(request, _("Removed, with its log."))
    return reverse("webhooks")


VERBS: Mapping[str, Callable[[Request, str], str]] = {
    "change": _change,
    "pause": _pause,
    "resume": _resume,
    "rotate": lambda request, public_id: _rotate(request, public_id, {}),
    "ping": _ping,
    "replay": _replay,
    "remove": _remove,
}
