"""Pages of one's notices: all of them, the bell in the bar, how one wants to be told."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.core import clock, keyset
from guanxi.core.access import Kind
from guanxi.core.errors import Invalid, NotFound
from guanxi.core.http import Request, is_text, page
from guanxi.core.notices import actions, queries
from guanxi.core.notices.kinds import APP, DIGEST, MAIL, TITLE, visible_kinds

ROWS = 50
MARKS = {"read": actions.read_notice, "unread": actions.unread_notice}


@require_safe
def notices(request: Request) -> HttpResponse:
    """One's notices, newest first; `?unread=1` those that wait."""
    request.actor.require_kind(Kind.STAFF)
    unread = request.GET.get("unread") == "1"
    found = queries.list_notices(request.actor, unread=unread)
    cut = keyset.cut(found, "created", request.GET.get("after", ""), size=ROWS)
    shown = queries.shown(request.actor, cut.rows)
    base = reverse("notices")
    context = {
        "rows": [_row(one) for one in shown],
        "gone": len(cut.rows) - len(shown),
        "unread_only": unread,
        "has_unread": any(one.read is None for one in cut.rows),
        "tabs": [
            {"label": _("All"), "url": base, "current": not unread},
            {"label": _("Unread"), "url": f"{base}?unread=1", "current": unread},
        ],
        "next_url": f"?{'unread=1&' if unread else ''}after={cut.next_cursor}" if cut.next_cursor else "",
        "newest_url": request.path if request.GET.get("after") else "",
    }
    return page(request, "gx/notices.html", context)


def _row(one: queries.Shown) -> dict[str, Any]:
    notice = one.notice
    return {
        "id": notice.public_id,
        "icon": one.kind.icon,
        "tone": one.kind.tone,
        "words": one.kind.words,
        "title": one.subject.title,
        "who": one.subject.who,
        "url": one.subject.url,
        "more": notice.more,
        "at": notice.created,
        "unread": notice.read is None,
        "mark_url": reverse(
            "notice_mark", args=[notice.public_id, "read" if notice.read is None else "unread"]
        ),
        "read_url": reverse("notice_mark", args=[notice.public_id, "read"]),
    }


@require_safe
def bell(request: Request) -> HttpResponse:
    """The bell alone, fetched again when the live stream says that something is new."""
    request.actor.require_kind(Kind.STAFF)
    response = render(request, "gx/bell.html", {"bell": bell_of(queries.count_unread(request.actor))})
    response.headers["Cache-Control"] = "no-store"
    return response


def bell_of(unread: queries.Unread) -> dict[str, Any]:
    """What the bell shows."""
    return {
        "count": unread.bell,
        "label": "99+" if unread.bell > 99 else str(unread.bell),
        "title": unread.title,
    }


@require_POST
def mark(request: Request, public_id: str, verb: str) -> HttpResponse:
    """Read or unread, one notice. The page asks quietly while it opens what the notice is about."""
    request.actor.require_kind(Kind.STAFF)
    if verb not in MARKS:
        raise NotFound
    MARKS[verb](actor=request.actor, now=clock.now(), public_id=public_id)
    return _back(request)


@require_POST
def mark_many(request: Request) -> HttpResponse:
    """Read or unread, those ticked: at once and by one's own hand, since nobody else is concerned."""
    request.actor.require_kind(Kind.STAFF)
    verb = request.POST.get("verb", "")
    if verb not in MARKS:
        raise NotFound
    ids = [one for one in request.POST.getlist("ids") if is_text(one)]
    actions.mark_many(actor=request.actor, now=clock.now(), public_ids=ids, read=verb == "read")
    return _back(request)


@require_POST
def read_all(request: Request) -> HttpResponse:
    """Everything is read."""
    actions.read_all(actor=request.actor, now=clock.now())
    return _back(request)


def _back(request: Request) -> HttpResponse:
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)
    unread = "?unread=1" if request.POST.get("unread") == "1" else ""
    return _see(reverse("notices") + unread)


def _see(url: str) -> HttpResponse:
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: Request) -> HttpResponse:
    """Which notices one wants, and where: one row per kind one may be told of."""
    request.actor.require_kind(Kind.STAFF)
    if request.method == "POST":
        try:
            _choose(request, clock.now())
        except Invalid as error:
            return _settings(request, str(next(iter(error.fields.values()), error.detail)))
        messages.success(request, _("Saved."))
        return _see(reverse("notice_settings"))
    return _settings(request, "")


def _settings(request: Request, error: str) -> HttpResponse:
    channels = queries.channels_of(request.actor)
    rows = [
        {
            "code": kind.code,
            "icon": kind.icon,
            "words": kind.words,
            "app": APP in channels[kind.code],
            "title": TITLE in channels[kind.code],
            "mail": next((way for way in (MAIL, DIGEST) if way in channels[kind.code]), ""),
        }
        for kind in visible_kinds(request.actor)
    ]
    context = {
        "rows": rows,
        "ways": [("", _("no")), (MAIL, _("at once")), (DIGEST, _("once a day"))],
        "address": queries.address_of(request.actor),
        "error": error,
    }
    return page(request, "gx/notice_settings.html", context, status=422 if error else 200)


def _choose(request: Request, now: datetime) -> None:
    chosen = {}
    for kind in visible_kinds(request.actor):
        channels = [one for one in (APP, TITLE) if request.POST.get(f"{kind.code}.{one}")]
        by_mail = [way for way in (MAIL, DIGEST) if request.POST.get(f"{kind.code}.by_mail") == way]
        chosen[kind.code] = [*channels, *by_mail]
    actions.choose_all(actor=request.actor, now=now, chosen=chosen)
