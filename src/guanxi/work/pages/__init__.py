"""Forms of work: next, take, put back, presence. What they look like is composed in site/desktops."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanxi.core import clock
from guanxi.core.errors import NotFound
from guanxi.core.http import Request, page, text_of
from guanxi.core.organisation import name_of
from guanxi.core.phrases import language
from guanxi.work import actions, queries
from guanxi.work.models import WorkItem
from guanxi.work.queries.branches import Place, list_branches
from guanxi.work.rules import Opening, opening, week_of


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
def do(request: Request, public_id: str, verb: str) -> HttpResponse:
    """One small step with a piece of work: an offer answered, set aside, taken up again, given, put back, advised on."""
    if verb not in STEPS:
        raise NotFound
    item = STEPS[verb](request, public_id)
    if verb == "accept" and isinstance(item, WorkItem):
        return _lead_to(_subject_url(request, item))
    return _lead_to(reverse("floor" if verb in ("give", "back") else "today"))


def _accept(request: Request, public_id: str) -> object:
    return actions.accept(actor=request.actor, now=clock.now(), public_id=public_id)


def _decline(request: Request, public_id: str) -> object:
    word = text_of(request, "word", most=200)
    return actions.decline(actor=request.actor, now=clock.now(), public_id=public_id, word=word)


def _park(request: Request, public_id: str) -> object:
    return actions.park(actor=request.actor, now=clock.now(), public_id=public_id)


def _resume(request: Request, public_id: str) -> object:
    return actions.resume(actor=request.actor, now=clock.now(), public_id=public_id)


def _give(request: Request, public_id: str) -> object:
    to, word = text_of(request, "member", most=40), text_of(request, "word", most=200)
    return actions.give(actor=request.actor, now=clock.now(), public_id=public_id, to=to, word=word)


def _back(request: Request, public_id: str) -> object:
    word = text_of(request, "word", most=200) or _("put back from the board")
    return actions.put_back_for(actor=request.actor, now=clock.now(), public_id=public_id, word=word)


def _advise(request: Request, public_id: str) -> object:
    word = text_of(request, "word", most=200)
    return actions.advise(actor=request.actor, now=clock.now(), public_id=public_id, word=word)


STEPS: Mapping[str, Callable[[Request, str], object]] = {
    "accept": _accept,
    "decline": _decline,
    "park": _park,
    "resume": _resume,
    "give": _give,
    "back": _back,
    "advise": _advise,
}


@require_POST
def wrap_up(request: Request) -> HttpResponse:
    """Notes done; `resolved` is ticked when this one contact solved it."""
    resolved = text_of(request, "resolved", most=2) == "1"
    actions.wrap_up(actor=request.actor, now=clock.now(), resolved=resolved)
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


# -- branches, for everybody --------------------------------------------------------------------------------


@require_safe
def branches(request: Request) -> HttpResponse:
    """Where customers can go: the tree of branches with cities, addresses, hours, and which are open now."""
    now = clock.now()
    places = list_branches()
    cities = dict.fromkeys(_told(one.branch.city) for one in places)
    city, open_only = request.GET.get("city", "")[:60], request.GET.get("open") == "1"
    shown = [
        (one, how)
        for one in places
        if not city or city == _told(one.branch.city)
        for how in [opening(one.calendar, now)]
        if how.is_open or not open_only
    ]
    context = {
        "groups": _groups(shown, now),
        "cities": [("", _("All cities")), *((name, name) for name in cities)],
        "city": city,
        "open_only": open_only,
    }
    return page(request, "work/branches.html", context)


def _told(text: Mapping[str, str]) -> str:
    return str(text.get(language()) or next(iter(text.values()), ""))


def _groups(shown: Sequence[tuple[Place, Opening]], now: datetime) -> list[dict[str, Any]]:
    """The branches under the unit they stand below, in the order of the tree; the root itself gives no heading."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for one, how in shown:
        group = name_of(one.above[-1]) if len(one.above) > 1 else _told(one.branch.city)
        groups.setdefault(group, []).append(_card(one, how, now))
    return [{"name": name, "places": places} for name, places in groups.items()]


def _card(one: Place, how: Opening, now: datetime) -> dict[str, Any]:
    return {
        "name": name_of(one.unit),
        "city": _told(one.branch.city),
        "address": _told(one.branch.address),
        "phone": one.branch.phone,
        "phone_url": "tel:" + one.branch.phone.replace(" ", ""),
        "hours": [(_days(first, last), ", ".join(periods)) for first, last, periods in week_of(one.calendar)],
        "always": how.is_open and how.until is None,
        "open": how.is_open,
        "note": _note(how, now),
        "services": [_told(service) for service in one.branch.services],
    }


def _days(first: int, last: int) -> str:
    names = [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")]
    return names[first] if first == last else f"{names[first]}–{names[last]}"


def _note(how: Opening, now: datetime) -> str:
    if how.is_open:
        return _("until %(time)s") % {"time": f"{timezone.localtime(how.until):%H:%M}"} if how.until else ""
    if how.opens is None:
        return ""
    opens = timezone.localtime(how.opens)
    if opens.date() == timezone.localtime(now).date():
        return _("opens at %(time)s") % {"time": f"{opens:%H:%M}"}
    return _("opens %(day)s at %(time)s") % {"day": f"{opens:%m-%d}", "time": f"{opens:%H:%M}"}
