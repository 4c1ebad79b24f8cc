"""Scans of all customers for duplicates: what each has found, how often it was right; asking for another one."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanxi.core import clock, options
from guanxi.core.errors import Conflict, GuanxiError, Invalid
from guanxi.core.http import Request, act_once, form_key, page, text_of
from guanxi.people import actions, queries
from guanxi.people.models import UnifyRun

ROWS = 30
TONES = {"waiting": "", "running": "tint", "done": "green", "failed": "red"}


@require_safe
def scans(request: Request) -> HttpResponse:
    """The scans there were, newest first."""
    return _page(request)


@require_POST
def scan_start(request: Request) -> HttpResponse:
    """Scan now, with weights learnt from this base if `learns` says so."""
    learns = request.POST.get("learns") == "1"

    def effect() -> str:
        actions.ask_scan(actor=request.actor, now=clock.now(), learns=learns)
        return reverse("scans")

    return _done(request, effect)


@require_POST
def scan_use(request: Request, public_id: str) -> HttpResponse:
    """Compare contacts by what this scan has learnt; "none" goes back to the table of the package."""

    def effect() -> str:
        chosen = "" if public_id == "none" else queries.get_scan(request.actor, public_id).public_id
        actions.use_weights(actor=request.actor, now=clock.now(), scan_id=chosen, why=text_of(request, "why"))
        return reverse("scans")

    return _done(request, effect)


def _done(request: Request, effect: Any) -> HttpResponse:
    request.actor.require("people.review")
    try:
        return act_once(request, effect=effect)
    except (Conflict, Invalid) as error:
        return _page(request, refused=error)


def _page(request: Request, *, refused: GuanxiError | None = None) -> HttpResponse:
    actor = request.actor
    found = list(queries.list_scans(actor)[: ROWS + 1])
    changes = queries.changes_of(found)
    in_use = options.text(queries.WEIGHTS_OPTION)
    learnt = queries.learnt_among([one.id for one in found])
    now_running = next((one for one in found if one.active), None)
    counted = queries.precision(*queries.decisions_on_scans())
    context = {
        "running": now_running,
        "rows": [_row(one, changes.get(one.id, {}), one.id in learnt, in_use) for one in found[:ROWS]],
        "precision": _shown(counted),
        "in_use": in_use,
        "may_choose": actor.may(options.RIGHT),
        "refused": str(refused.detail or next(iter(refused.fields.values()), refused.title))
        if refused
        else "",
        "key": form_key(),
    }
    return page(request, "people/scans.html", context, status=int(refused.status) if refused else 200)


def _row(one: UnifyRun, changes: Mapping[str, int], learnt: bool, in_use: str) -> dict[str, Any]:
    return {
        "run": one,
        "state": one.get_state_display(),
        "tone": TONES[one.state],
        "changes": [
            words for words in (_change(name, changes.get(name, 0)) for name in ("records", "pairs")) if words
        ],
        "precision": _shown(queries.precision(one.accepted, one.decided)),
        "learnt": learnt,
        "used": one.public_id == in_use,
    }


def _change(name: str, by: int) -> str:
    if not by:
        return ""
    words = {"records": _("%(by)s records"), "pairs": _("%(by)s pairs")}[name]
    return words % {"by": f"{by:+,}"}


def _shown(found: queries.Precision | None) -> dict[str, str] | None:
    if found is None:
        return None
    return {
        "share": f"{found.share:.0%}",
        "between": f"{found.low:.0%}–{found.high:.0%}",
        "of": f"{found.accepted:,} / {found.decided:,}",
    }
