"""Pages of exports: a list as a file at once or later, a person's own exports with their links."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from guanxi.core import clock
from guanxi.core.access import Kind
from guanxi.core.errors import Conflict, Invalid, Throttled
from guanxi.core.http import Request, act_once, form_key, page
from guanxi.core.lists import choosing, exports
from guanxi.core.lists.listing import get, registered
from guanxi.core.lists.wanted import QUERY_CHARS_MAX
from guanxi.core.models import Export

SHOWN = 50
TONES = {
    Export.State.WAITING: "",
    Export.State.RUNNING: "accent",
    Export.State.READY: "green",
    Export.State.SENT: "green",
    Export.State.CANCELLED: "amber",
    Export.State.STOPPED: "red",
    Export.State.EXPIRED: "",
}
REASONS = {
    "left": gettext_lazy("The account that asked for it is closed, or its token void."),
    "denied": gettext_lazy("You may no longer see all that you asked for. Export the list again."),
    "unknown": gettext_lazy("This list is not there any more."),
    "storage_full": gettext_lazy("The disk is full. Nothing is left half-written; please try again later."),
    "fault": gettext_lazy("A fault on our side; the details are in the log. Please try again."),
}


@require_POST
def export(request: Request, code: str) -> HttpResponse | FileResponse:
    """A list as a file: few rows, and those ticked by hand, at once; many in the background."""
    listing = get(code)
    request.actor.require(listing.right)
    request.actor.require_kind(Kind.STAFF)
    query = request.POST.get("address", "") or request.POST.get("query", "")
    asked: dict[str, Any] = {
        "actor": request.actor,
        "now": clock.now(),
        "listing": listing,
        "query": query,
        "form": request.POST.get("format", ""),
        "encoding": request.POST.get("encoding", ""),
    }
    try:
        exports.read_form(asked["form"], asked["encoding"])
        if "keys" in request.POST and request.POST.get("all") != "1":
            keys = choosing.read_choice(request.POST.getlist("keys"), "", everything=False).keys
            return as_download(exports.send(**asked, keys=keys))
        if exports.is_small(actor=request.actor, now=asked["now"], listing=listing, query=query):
            return as_download(exports.send(**asked))
        return act_once(request, effect=lambda: _begin(request, asked))
    except (Invalid, Conflict, Throttled) as error:
        messages.warning(request, str(error.detail or next(iter(error.fields.values()), error.title)))
        base = reverse(listing.url_name)
        return HttpResponseRedirect(f"{base}?{query[:QUERY_CHARS_MAX]}" if query else base, status=303)


def _begin(request: Request, asked: dict[str, Any]) -> str:
    started = exports.start(**asked)
    count = started.expected or 0
    words = ngettext(
        "%(n)s row is being written. The file appears here.",
        "%(n)s rows are being written. The file appears here.",
        count,
    )
    messages.success(request, words % {"n": f"{count:,}"})
    return reverse("exports")


def as_download(file: exports.File) -> FileResponse:
    """The file as an answer that no cache keeps."""
    response = FileResponse(file.body, as_attachment=True, filename=file.name, content_type=file.content_type)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_safe
def history(request: Request) -> HttpResponse:
    """The exports of whoever asks, newest first."""
    request.actor.require_kind(Kind.STAFF)
    found = [_shown(one) for one in exports.list_exports(request.actor)[:SHOWN]]
    context = {
        "exports": found,
        "active": any(one["active"] for one in found),
        "days": exports.KEPT.days,
        "key": form_key(),
    }
    return page(request, "gx/list_exports.html", context)


def _shown(one: Export) -> dict[str, Any]:
    known = registered().get(one.listing)
    ready = one.state == Export.State.READY and one.expires is not None and one.expires > clock.now()
    active = one.state in exports.ACTIVE
    base = reverse(known.url_name) if known else ""
    return {
        "list": known.title if known else one.listing,
        "list_url": f"{base}?{one.query}" if base else "",
        "form": one.get_form_display(),
        "state": one.get_state_display(),
        "tone": TONES[Export.State(one.state)],
        "active": active,
        "reason": REASONS.get(one.reason, ""),
        "rows": one.rows,
        "expected": one.expected or 0,
        "size": size_words(one.size_bytes) if one.size_bytes else "",
        "created": one.created,
        "expires": one.expires if ready else None,
        "url": reverse("export_file", args=[exports.link_key(one)]) if ready else "",
        "cancel_url": reverse("export_cancel", args=[one.public_id]) if active or ready else "",
    }


def size_words(size: int) -> str:
    """ "340 B", "12.4 KiB", "3.1 MiB"."""
    amount = float(size)
    for unit in ("B", "KiB", "MiB"):
        if amount < 1024:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1024
    return f"{amount:.1f} GiB"


@require_POST
def cancel(request: Request, public_id: str) -> HttpResponse:
    """End one's own export, or delete its file before its time."""
    request.actor.require_kind(Kind.STAFF)

    def effect() -> str:
        ended = exports.cancel(actor=request.actor, now=clock.now(), public_id=public_id)
        deleted = ended.state == Export.State.EXPIRED
        messages.success(request, _("The file is deleted.") if deleted else _("The export is cancelled."))
        return reverse("exports")

    try:
        return act_once(request, effect=effect)
    except Conflict as error:
        messages.warning(request, str(error.detail))
        return HttpResponseRedirect(reverse("exports"), status=303)


@require_safe
def file(request: Request, key: str) -> HttpResponse | FileResponse:
    """The file behind a signed link, for the one who asked for it. Asked whether it is there (HEAD), nothing is handed over."""
    request.actor.require_kind(Kind.STAFF)
    now = clock.now()
    export = exports.linked(actor=request.actor, now=now, key=key)
    if request.method == "HEAD":
        return HttpResponse()
    return as_download(exports.open_file(actor=request.actor, now=now, export=export))
