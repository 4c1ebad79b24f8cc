"""The first steps of each role on Today, and the form that puts the list away. Registered by wiring."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from guanxi.core import clock, steps
from guanxi.core.access import Actor, Kind
from guanxi.core.http import Request
from guanxi.core.imports.words import RIGHT as IMPORTS
from guanxi.core.steps import Step


def connect() -> None:
    """Called once at start-up. Whoever has the right sees the step, so each role gets its own list."""
    steps.register(*_STEPS)


_STEPS = (
    Step(
        code="ready",
        words=_("Say that you are ready"),
        note=_("in the bar above: colleagues then count on you"),
        right="work.take",
        types={"work.presence_changed"},
        icon="user-check",
    ),
    Step(
        code="take",
        words=_("Take your first work"),
        note=_("the best fit for you, with the reason"),
        right="work.take",
        types={"work.assigned"},
        key="N",
        icon="hand-grab",
    ),
    Step(
        code="answer",
        words=_("Answer a customer"),
        note=_("they see it on their page at once"),
        right="cases.handle",
        types={"case.answered", "case.resolved"},
        url_name="cases",
        icon="message-reply",
    ),
    Step(
        code="people",
        words=_("Let a colleague in"),
        note=_("users and roles stand in Settings"),
        right="site.settings",
        types={"staff.added", "staff.granted"},
        url_name="settings",
        icon="user-plus",
    ),
    Step(
        code="import",
        words=_("Bring in your own customers"),
        note=_("a CSV or Excel file; nothing is written before you have seen the counts"),
        right=IMPORTS,
        types={"import.finished"},
        url_name="import_new",
        icon="file-import",
    ),
    Step(
        code="palette",
        words=_("Find somebody by first letters"),
        note=_("a name, pinyin, a number: it opens anything"),
        right="people.view",
        by_page=True,
        key="Ctrl K",
        icon="search",
    ),
    Step(
        code="why",
        words=_("Ask why"),
        note=_("every judgement shows its facts, weights and rule"),
        right="people.view",
        by_page=True,
        key="W",
        icon="bulb",
    ),
    Step(
        code="keys",
        words=_("See the keys of a page"),
        note=_("from open to solved without the mouse"),
        right="people.view",
        by_page=True,
        key="?",
        icon="keyboard",
    ),
)


def panel(actor: Actor) -> dict[str, Any] | None:
    """What gx/first_steps.html draws; None when there is nothing left to show."""
    mine = steps.steps_for(actor)
    if not mine:
        return None
    return {
        "done": sum(one.is_taken for one in mine),
        "of": len(mine),
        "steps": [
            {
                "code": one.step.code,
                "words": one.step.words,
                "note": one.step.note,
                "key": one.step.key,
                "icon": one.step.icon,
                "url": reverse(one.step.url_name) if one.step.url_name else "",
                "taken": one.is_taken,
            }
            for one in mine
        ],
        "dismiss_url": reverse("steps_dismiss"),
    }


@require_POST
def take(request: Request, code: str) -> HttpResponse:
    """The page tells of a step that happened in the browser alone."""
    request.actor.require_kind(Kind.STAFF)
    steps.take(actor=request.actor, now=clock.now(), code=code)
    return HttpResponse(status=204)


@require_POST
def dismiss(request: Request) -> HttpResponse:
    """Put the list away."""
    request.actor.require_kind(Kind.STAFF)
    steps.dismiss(actor=request.actor, now=clock.now())
    response = HttpResponseRedirect(reverse("today"))
    response.status_code = 303
    return response
