"""Forms of work: next, take, put back, presence. What they look like is composed in site/desktops."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guanxi.core import clock
from guanxi.core.http import Request, text_of
from guanxi.work import actions, queries
from guanxi.work.models import WorkItem


def _lead_to(url: str) -> HttpResponse:
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response


def _subject_url(request: Request, item: WorkItem) -> str:
    view = queries.subjects_of(request.actor, [item]).get(item.id)
    return view.url if view else reverse("today")


@require_POST
def take_next(request: Request) -> HttpResponse:
    """*Next*: take the most fitting item and open what it is about."""
    item = actions.take_next(actor=request.actor, now=clock.now())
    if item is None:
        messages.info(request, _("Nothing waits right now."))
        return _lead_to(reverse("today"))
    return _lead_to(_subject_url(request, item))


@require_POST
def take(request: Request, public_id: str) -> HttpResponse:
    """Take one item by hand and open what it is about."""
    request.actor.require("work.take")
    item = queries.get_item(request.actor, public_id)
    return _lead_to(_subject_url(request, actions.take(actor=request.actor, now=clock.now(), item=item)))


@require_POST
def put_back(request: Request, public_id: str) -> HttpResponse:
    """Give an item back with a word why."""
    request.actor.require("work.take")
    word = text_of(request, "word")
    actions.put_back(actor=request.actor, now=clock.now(), public_id=public_id, word=word)
    messages.info(request, _("Back in the queue, with its original arrival time."))
    return _lead_to(reverse("today"))


@require_POST
def presence(request: Request) -> HttpResponse:
    """Declare oneself ready, away or offline."""
    request.actor.require("work.take")
    actions.set_presence(actor=request.actor, now=clock.now(), presence=text_of(request, "presence", most=20))
    return _lead_to(reverse("today"))


@require_POST
def beat(request: Request) -> HttpResponse:
    """The page is still open."""
    request.actor.require("work.take")
    actions.beat(actor=request.actor, now=clock.now())
    return HttpResponse(status=204)
