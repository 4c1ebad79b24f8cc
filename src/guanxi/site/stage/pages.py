"""The page on which buyer, seller and operator move through one story; each step is done by the right person, for real."""

from typing import Any

from csp.constants import SELF
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanxi.core import clock
from guanxi.core.errors import GuanxiError, NotFound
from guanxi.core.http import Request, page
from guanxi.core.phrases import pick
from guanxi.packs.marketplace import stage
from guanxi.people.models import Record
from guanxi.site.stage.seats import BUYER, DESK, SEATS, SELLER, path_of, take

SESSION = "gx_stage_run"


def _require_demo() -> None:
    if not settings.DEMO:
        raise NotFound


@require_safe
def show(request: Request) -> HttpResponse:
    """The stage as it stands; before the first run, what it is."""
    _require_demo()
    run = request.session.get(SESSION)
    context: dict[str, Any] = {
        "begin_url": reverse("the_stage_begin"),
        "next_url": reverse("the_stage_next"),
        "steps": [{"title": pick(dict(step.title)), "by": step.by} for step in stage.steps()],
        "at": _shown(run) if run else None,
    }
    response = page(request, "site/stage.html", context)
    response._csp_replace = {"frame-src": [SELF]}  # type: ignore[attr-defined]
    return response


@require_POST
def begin(request: Request) -> HttpResponse:
    """Everybody takes their seat; a new order will be placed."""
    _require_demo()
    run = stage.begin(now=clock.now())
    request.session[SESSION] = run
    response = HttpResponseRedirect(reverse("the_stage"), status=303)
    take(response, BUYER, Record.objects.get(id=run["buyer"]))
    take(response, SELLER, Record.objects.get(id=run["seller"]))
    take(response, DESK, stage.desk_of(run))
    return response


@require_POST
def next_step(request: Request) -> HttpResponse:
    """The next step of the story, once: `step` says which one is meant. To stage.js as JSON, else back to the page."""
    _require_demo()
    run, stuck = request.session.get(SESSION), ""
    if run is None:
        return HttpResponseRedirect(reverse("the_stage"), status=303)
    if request.POST.get("step") == str(run["step"]):
        try:
            with transaction.atomic():  # what cannot be shown has not happened either
                played = stage.play(run, now=clock.now())
                _shown(played)
            request.session[SESSION] = run = played
        except GuanxiError as error:
            stuck = _("This step cannot be done any more: %(why)s Play it again from the beginning.") % {
                "why": error.detail or error.title
            }
    response: HttpResponse
    if request.headers.get("X-Requested-With") == "fetch":
        response = JsonResponse({**_shown(run), "stuck": stuck})
    else:
        response = HttpResponseRedirect(reverse("the_stage"), status=303)
    take(response, DESK, stage.desk_of(run))
    return response


def _shown(run: stage.Run) -> dict[str, Any]:
    """Where the story stands, for template and script alike."""
    steps = stage.steps()
    step = steps[run["step"] - 1] if run["step"] else None
    desk = stage.desk_of(run)
    buyer, seller = (Record.objects.get(id=run[key]).name for key in ("buyer", "seller"))
    return {
        "step": run["step"],
        "total": len(steps),
        "by": step.by if step else "",
        "title": pick(dict(step.title)) if step else _("Everybody is in their place"),
        "words": pick(dict(step.words)) if step else _before(),
        "is_over": run["step"] >= len(steps),
        "upcoming": pick(dict(steps[run["step"]].title)) if run["step"] < len(steps) else "",
        "names": {BUYER: buyer, SELLER: seller, DESK: desk.name},
        "frames": {seat: _address(seat, *stage.places(run)[seat]) for seat in SEATS},
    }


def _before() -> str:
    return _("All three frames are real pages, each signed in as somebody else. Press space to begin.")


def _address(seat: str, name: str, *args: str) -> str:
    return path_of(seat) + reverse(name, args=args)
