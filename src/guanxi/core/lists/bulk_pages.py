"""Pages of bulk actions: the preview before, one run while it works and afterwards, a person's own history."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.core import clock
from guanxi.core.access import Actor, Kind
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.http import Request, act_once, form_key, page
from guanxi.core.keyset import count_label
from guanxi.core.lists import choosing, runs, sheets, wanted
from guanxi.core.lists.choosing import Choice
from guanxi.core.lists.listing import Bulk, Input, Listing, get, registered
from guanxi.core.models import BulkRow, BulkRun

SHOWN_ROWS = 100  # of those that were not done; the rest stand in the CSV
SHOWN_RUNS = 50
TONES = {
    BulkRun.State.WAITING: "",
    BulkRun.State.RUNNING: "accent",
    BulkRun.State.FINISHED: "green",
    BulkRun.State.CANCELLED: "amber",
    BulkRun.State.STOPPED: "red",
    BulkRun.State.UNDOING: "accent",
    BulkRun.State.UNDONE: "",
}
REASONS = {
    "left": gettext_lazy("Stopped: the account that started it is closed, or its token void."),
    "denied": gettext_lazy("Stopped: whoever started it may no longer do this."),
    "unknown": gettext_lazy("Stopped: this list or action is not there any more."),
    "fault": gettext_lazy(
        "Stopped by a fault on our side; the details are in the log. What is done is done."
    ),
}


@dataclass(frozen=True, slots=True)
class Tried:
    """A form that did not go through: what was in it, what was wrong."""

    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    status: int = 200


NOTHING_TRIED = Tried()


@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: Request, code: str, action: str) -> HttpResponse:
    """What an action would do to the chosen rows; confirmed, it begins."""
    listing = get(code)
    found = listing.get_bulk(request.actor, action)
    request.actor.require_kind(Kind.STAFF)
    if request.method != "POST":
        return HttpResponseRedirect(reverse(listing.url_name))
    try:
        choice = choosing.read_choice(
            request.POST.getlist("keys"), request.POST.get("query", ""), request.POST.get("all") == "1"
        )
        wanted.read_query(listing, request.actor, choice.query, now=clock.now())
    except Invalid as error:
        messages.warning(request, str(error.detail or next(iter(error.fields.values()), error.title)))
        return HttpResponseRedirect(_back(listing, request), status=303)
    if request.POST.get("confirm") != "1":
        return _preview(request, listing, found, choice, NOTHING_TRIED)
    try:
        return act_once(request, effect=lambda: _begin(request, listing, found, choice))
    except (Invalid, Conflict) as error:
        return _preview(request, listing, found, choice, _tried(request, found, error))


def _back(listing: Listing, request: Request) -> str:
    query = request.POST.get("query", "")[: wanted.QUERY_CHARS_MAX]
    base = reverse(listing.url_name)
    return f"{base}?{query}" if query else base


def _begin(request: Request, listing: Listing, found: Bulk, choice: Choice) -> str:
    expected = request.POST.get("expected", "")
    run = runs.start(
        actor=request.actor,
        now=clock.now(),
        listing=listing,
        bulk=found,
        choice=choice,
        values=request.POST.dict(),
        expected=int(expected) if expected.isdecimal() and len(expected) < 12 else None,
    )
    return reverse("list_run", args=[run.public_id])


def _tried(request: Request, found: Bulk, error: Invalid | Conflict) -> Tried:
    values = {one.code: request.POST.get(one.code, "") for one in found.inputs}
    errors = {name: str(words) for name, words in error.fields.items()}
    if error.detail:
        errors["form"] = str(error.detail)
    return Tried(values, errors, int(error.status))


def _preview(request: Request, listing: Listing, found: Bulk, choice: Choice, tried: Tried) -> HttpResponse:
    actor = request.actor
    seen = choosing.preview(listing, found, actor, choice, now=clock.now())
    context = {
        "title": found.title,
        "list_title": listing.title,
        "says": found.says,
        "danger": found.danger,
        "undoable": found.undo is not None,
        "undo_days": runs.UNDO_DAYS,
        "icon": found.icon,
        "count": seen.count,
        "total": count_label(seen.count, seen.more),
        "more": seen.more,
        "notices": _notices(seen),
        "inputs": [_input(actor, one, tried) for one in found.inputs],
        "errors": tried.errors,
        "rows": [_row(listing, actor, row) for row in seen.rows],
        "rest": seen.count - len(seen.rows),
        "keys": ",".join(choice.keys),
        "everything": choice.everything,
        "query": choice.query,
        "back_url": _back(listing, request),
        "button": button_words(found, seen),
        "key": form_key(),
    }
    return page(request, "gx/list_bulk.html", context, status=tried.status)


def button_words(found: Bulk, seen: choosing.Preview) -> str:
    """A button that names its result: "Hand over: 12 rows"."""
    total = count_label(seen.count, seen.more)
    words = ngettext("%(action)s: %(n)s row", "%(action)s: %(n)s rows", seen.count)
    return words % {"action": found.title, "n": total}


def _notices(seen: choosing.Preview) -> list[str]:
    notices = []
    if seen.foreign:
        words = ngettext(
            "%(n)s of these stays as it is: not yours to change, or settled already.",
            "%(n)s of these stay as they are: not yours to change, or settled already.",
            seen.foreign,
        )
        notices.append(words % {"n": f"{seen.foreign:,}"})
    if seen.missing:
        words = ngettext(
            "%(n)s ticked row is not there any more.",
            "%(n)s ticked rows are not there any more.",
            seen.missing,
        )
        notices.append(words % {"n": f"{seen.missing:,}"})
    return notices


def _input(actor: Actor, one: Input, tried: Tried) -> dict[str, Any]:
    return {
        "code": one.code,
        "title": one.title,
        "kind": one.kind,
        "choices": [{"code": str(code), "label": words} for code, words in one.choices(actor)],
        "required": one.required,
        "hint": one.hint,
        "most": one.most,
        "value": tried.values.get(one.code, ""),
        "error": tried.errors.get(one.code, ""),
    }


def _row(listing: Listing, actor: Actor, row: Any) -> dict[str, str]:
    return {"key": listing.key(row), "url": listing.url(row), "title": _title(listing, actor, row)}


def _title(listing: Listing, actor: Actor, row: Any) -> str:
    """What a row is called: the first column."""
    return str(listing.columns_for(actor)[0].value(actor, row) or listing.key(row))


@require_safe
def history(request: Request) -> HttpResponse:
    """The bulk runs of whoever asks, newest first."""
    request.actor.require_kind(Kind.STAFF)
    found = runs.list_runs(request.actor)[:SHOWN_RUNS]
    return page(request, "gx/list_runs.html", {"runs": [_shown(one) for one in found]})


@require_safe
def run(request: Request, public_id: str) -> HttpResponse:
    """One run: how far it is, what was not done and why."""
    actor = request.actor
    actor.require_kind(Kind.STAFF)
    found = runs.get_run(actor, public_id)
    failed = runs.list_rows(found, BulkRow.State.FAILED, BulkRow.State.KEPT)
    shown = list(failed[: SHOWN_ROWS + 1])
    context = {
        "run": _shown(found),
        "rows": _rows(actor, found, shown[:SHOWN_ROWS]),
        "more": len(shown) > SHOWN_ROWS,
        "csv_url": reverse("list_run_rows", args=[public_id]) if shown else "",
        "values": _values(actor, found),
        "back_url": _list_url(found),
        "cancel_url": reverse("list_run_do", args=[public_id, "cancel"])
        if found.state in runs.ACTIVE
        else "",
        "undo_url": reverse("list_run_do", args=[public_id, "undo"])
        if runs.can_undo(found, now=clock.now())
        else "",
        "key": form_key(),
    }
    return page(request, "gx/list_run.html", context)


def _list_url(found: BulkRun) -> str:
    known = registered().get(found.listing)
    if known is None:
        return ""
    base = reverse(known.url_name)
    return f"{base}?{found.query}" if found.query else base


def _shown(found: BulkRun) -> dict[str, Any]:
    known = runs.bulk_of(found)
    undoing = found.state == BulkRun.State.UNDOING
    handled = found.undone if undoing else found.done + found.failed
    return {
        "public_id": found.public_id,
        "url": reverse("list_run", args=[found.public_id]),
        "title": known[1].title if known else found.action,
        "icon": known[1].icon if known else "list-check",
        "list": known[0].title if known else found.listing,
        "state": found.get_state_display(),
        "tone": TONES[BulkRun.State(found.state)],
        "active": found.state in runs.ACTIVE,
        "undoing": undoing,
        "reason": REASONS.get(found.reason, ""),
        "done": found.done,
        "failed": found.failed,
        "undone": found.undone,
        "handled": handled,
        "total": found.done if undoing else max(found.expected, handled),
        "expected": found.expected,
        "created": found.created,
        "finished": found.finished,
    }


def _values(actor: Actor, found: BulkRun) -> list[dict[str, Any]]:
    """What was asked for before it ran, in words."""
    known = runs.bulk_of(found)
    shown = []
    for one in known[1].inputs if known else ():
        value = str(found.values.get(one.code, ""))
        words = {str(choice): label for choice, label in one.choices(actor)}
        if value:
            shown.append({"title": one.title, "value": words.get(value, value)})
    return shown


def _rows(actor: Actor, found: BulkRun, rows: Sequence[BulkRow]) -> list[dict[str, Any]]:
    known = registered().get(found.listing)
    visible: dict[str, Any] = {}
    if known and actor.may(known.right) and rows:
        visible = {known.key(row): row for row in known.rows(actor, [one.key for one in rows])}
        known.ready(actor, list(visible.values()))
    return [_failed(actor, known, one, visible.get(one.key)) for one in rows]


def _failed(actor: Actor, known: Listing | None, one: BulkRow, row: Any) -> dict[str, Any]:
    is_there = known is not None and row is not None
    return {
        "key": one.key,
        "title": _title(known, actor, row) if known and is_there else one.key,
        "url": known.url(row) if known and is_there else "",
        "reason": one.reason,
        "state": one.get_state_display(),
    }


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


@require_safe
def run_rows(request: Request, public_id: str) -> StreamingHttpResponse:
    """What was not done, and why, as CSV."""
    request.actor.require_kind(Kind.STAFF)
    found = runs.get_run(request.actor, public_id)
    name = f"{found.listing}-{found.action}-{found.public_id}.csv"
    return StreamingHttpResponse(
        _lines(found),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def _lines(found: BulkRun) -> Iterator[bytes]:
    writer: Any = csv.writer(_Echo())
    yield ("\ufeff" + writer.writerow([_("Row"), _("What became of it"), _("Reason")])).encode()
    failed = runs.list_rows(found, BulkRow.State.FAILED, BulkRow.State.KEPT)
    for one in failed.iterator(1_000):
        cells = [one.key, one.get_state_display(), one.reason]
        yield writer.writerow([sheets.neutral(str(cell)) for cell in cells]).encode()


@require_POST
def run_do(request: Request, public_id: str, verb: str) -> HttpResponse:
    """Cancel or undo one's own run."""
    request.actor.require_kind(Kind.STAFF)
    acts = {"cancel": runs.cancel, "undo": runs.start_undo}
    if verb not in acts:
        raise NotFound

    def effect() -> str:
        acts[verb](actor=request.actor, now=clock.now(), public_id=public_id)
        return reverse("list_run", args=[public_id])

    try:
        return act_once(request, effect=effect)
    except Conflict as error:
        messages.warning(request, str(error.detail))
        return HttpResponseRedirect(reverse("list_run", args=[public_id]), status=303)
