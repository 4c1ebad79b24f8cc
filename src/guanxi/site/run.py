"""Going through one's work piece after piece: what is done opens the next by itself, with the keys of the desk at the foot.

A run lives in the session alone: since when, how many are done, what was left aside. It takes nothing that *Next* on Today
would not take; while something is in hand, that comes first, so that a form sent twice takes nothing twice.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guanxi.core import clock
from guanxi.core.access import Actor, Kind
from guanxi.core.errors import Conflict
from guanxi.core.http import Request
from guanxi.site import desks
from guanxi.work import actions, queries
from guanxi.work.models import Member, WorkItem
from guanxi.work.queries import board

NAME: Final = "desk_run"
LEFT_MAX: Final = 100
Next = Callable[[HttpRequest], HttpResponseBase]

ENDS: Mapping[str, Collection[str]] = {
    "case_do": ("answer", "resolve"),
    "issue_do": ("accept", "ask_facts", "reject", "propose", "confirm", "execute", "summarise"),
    "remittance_do": ("match", "key", "send-back", "credit"),
    "ledger_payout_do": ("confirm", "retry"),
    "return_do": ("refund", "refuse", "repair"),
    "order_do": ("settle", "settle-trouble"),
    "work_do": ("park", "decline"),
}
"""Which verbs of which addresses are the end of a piece of work."""
ENDS_ALWAYS: Final = frozenset({"work_put_back", "wrap_up"})
NOT_DONE: Final = frozenset({"park", "decline"})


class Runs:
    """After the end of a piece of work the answer leads to the next one: in a run, or where the form asks for it (`then`)."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method == "POST" and response.status_code == 303 and _ends(request):
            actor: Actor = request.actor  # type: ignore[attr-defined]
            if actor.kind is Kind.STAFF and (running(request) or request.POST.get("then") == "next"):
                _note_done(request)
                response.headers["Location"] = following(request, actor)
        return response


def _ends(request: HttpRequest) -> bool:
    match = request.resolver_match
    if match is None:
        return False
    name = match.url_name or ""
    return name in ENDS_ALWAYS or match.kwargs.get("verb", "") in ENDS.get(name, ())


def running(request: HttpRequest) -> dict[str, Any] | None:
    """The run that is under way."""
    found = request.session.get(NAME) if hasattr(request, "session") else None
    return found if isinstance(found, dict) else None


def _note_done(request: HttpRequest) -> None:
    run = running(request)
    match = request.resolver_match
    if run is None or match is None:
        return
    if match.url_name != "work_put_back" and match.kwargs.get("verb") not in NOT_DONE:
        request.session[NAME] = {**run, "done": run["done"] + 1}


def following(request: HttpRequest, actor: Actor) -> str:
    """The address of the next piece: notes of a call, what is in hand, what *Next* gives, what waits beside the queue.

    Where nothing waits, the run is over.
    """
    now, run = clock.now(), running(request)
    left: list[str] = run["left"] if run else []
    member = queries.member_of(actor)
    piece = _piece(actor, member, now, left)
    if piece is None:
        request.session.pop(NAME, None)
        messages.info(request, _("Nothing more waits."))
        return reverse("today")
    if run is not None:
        request.session[NAME] = {**request.session[NAME], "here": piece[0]}
    return piece[1]


def _piece(actor: Actor, member: Member | None, now: datetime, left: Collection[str]) -> desks.Piece | None:
    if member is not None and member.presence == Member.Presence.WRAP_UP:
        return "", reverse("today")
    item = _in_hand(member, left) if member else None
    if item is None and member is not None and actor.may("work.take"):
        try:
            item = actions.take_next(actor=actor, now=now)
        except Conflict:  # hands full of what was left aside
            item = None
    if item is not None:
        view = queries.subjects_of(actor, [item]).get(item.id)
        return item.public_id, view.url if view else reverse("today")
    return desks.next_piece(desks.desk_of(member), actor, now, left)


def _in_hand(member: Member, left: Collection[str]) -> WorkItem | None:
    parked = board.parked_items(member)
    mine = (item for item in queries.list_mine(member) if item.id not in parked)
    return next((item for item in mine if item.public_id not in left), None)


def _lead_to(url: str) -> HttpResponse:
    return HttpResponseRedirect(url, status=303)


@require_POST
def start(request: Request) -> HttpResponse:
    """Begin, and open the first piece."""
    request.actor.require("work.take")
    request.session[NAME] = {"began": clock.now().timestamp(), "done": 0, "left": [], "here": ""}
    return _lead_to(following(request, request.actor))


@require_POST
def leave(request: Request) -> HttpResponse:
    """Leave what is open as it is for this run, and open the next."""
    request.actor.require("work.take")
    run = running(request)
    if run is None:
        return start(request)
    left = [*run["left"], run["here"]] if run["here"] else run["left"]
    request.session[NAME] = {**run, "left": left[-LEFT_MAX:]}
    return _lead_to(following(request, request.actor))


@require_POST
def stop(request: Request) -> HttpResponse:
    """Enough for now; what is in hand stays there."""
    request.actor.require("work.take")
    request.session.pop(NAME, None)
    return _lead_to(reverse("today"))


def bar(request: HttpRequest, actor: Actor, member: Member | None) -> dict[str, Any] | None:
    """The foot of every page while a run is under way."""
    run = running(request)
    if run is None or member is None:
        return None
    desk = desks.desk_of(member)
    spent = max(0.0, clock.now().timestamp() - run["began"])
    here = run["here"]
    match = request.resolver_match
    return {
        "title": desk.title if desk else _("Your work"),
        "path": desk.keys if desk else (),
        "done": run["done"],
        "each": round(spent / run["done"]) if run["done"] else 0,
        "leave_url": reverse("desk_leave"),
        "stop_url": reverse("desk_stop"),
        "park_url": reverse("work_do", args=[here, "park"]) if here.startswith("W-") else "",
        "focus": (match.url_name if match else "") in ("case_new", "remittance_new"),
    }


def card(actor: Actor, member: Member | None) -> dict[str, Any] | None:
    """The team's desktop on Today: what it is for, where it leads, its keys."""
    desk = desks.desk_of(member)
    if desk is None:
        return None
    tools = [tool for tool in desk.tools if actor.may(tool.right)]
    return {
        "title": desk.title,
        "lead": desk.lead,
        "icon": desk.icon,
        "path": desk.keys,
        "start_url": reverse("desk_start") if actor.may("work.take") else "",
        "tools": [
            {"words": one.words, "url": reverse(one.url_name), "icon": one.icon, "key": one.key}
            for one in tools
        ],
    }
