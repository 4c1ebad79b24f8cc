"""The supervisor's board: live queues, who does what, service level now; work given and put back in place."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guanxi.core import clock, live, options
from guanxi.core.access import Actor
from guanxi.core.http import Request, page
from guanxi.core.organisation import name_of
from guanxi.core.words import say
from guanxi.engine.normalise import avatar
from guanxi.work import queries
from guanxi.work.models import Member, Team, WorkItem
from guanxi.work.queries import board as boards

TOPICS_MAX = 20
TONES = {
    Member.Presence.READY: "green",
    Member.Presence.AWAY: "amber",
    Member.Presence.WRAP_UP: "amber",
    Member.Presence.SILENT: "red",
    Member.Presence.OFFLINE: "",
}
ORDER = [Member.Presence.SILENT, Member.Presence.READY, Member.Presence.WRAP_UP, Member.Presence.AWAY]


@require_safe
def board(request: Request) -> HttpResponse:
    """Live queues, what is most due, people and their load, service level of today; it follows the stream."""
    actor = request.actor
    actor.require(boards.RIGHT)
    now = clock.now()
    people = boards.list_people(actor)
    waiting = boards.list_waiting(actor)
    current = boards.current_of(actor, people)
    views = queries.subjects_of(actor, [*waiting, *current.values()])
    teams = {team.pk: team for team in queries.list_teams()}
    here = sorted((one for one in people if one.presence != Member.Presence.OFFLINE), key=_place)
    topics = [live.topic("unit", one) for one in sorted({one.team_id for one in people})[:TOPICS_MAX]]
    context = {
        "topics": " ".join(topics),
        "queues": [_queue(one, teams) for one in boards.list_queues(actor, now)],
        "waiting": [_waiting(one, views.get(one.id), here) for one in waiting],
        "people": [_person(one, current.get(one.id), views) for one in here],
        "absent": len(people) - len(here),
        "figures": _figures(actor, here, now),
        "settings_url": reverse("settings_options") if actor.may(options.RIGHT) else "",
    }
    return page(request, "work/board.html", context, topics=topics)


def _place(one: Member) -> tuple[int, str]:
    presence = Member.Presence(one.presence)
    return (ORDER.index(presence) if presence in ORDER else len(ORDER), str(one.user))


def _queue(one: boards.Queue, teams: dict[int, Team]) -> dict[str, Any]:
    return {
        "team": name_of(teams[one.team_id].unit) if one.team_id in teams else "",
        "kind": say(f"work.kind.{one.kind}"),
        "channel": say(f"work.channel.{one.channel}") if one.channel != "deferred" else "",
        "waiting": one.waiting,
        "offered": one.offered,
        "late": one.late,
        "oldest": one.oldest,
        "soonest": one.soonest,
        "calls": one.asks_supervisor,
    }


def _waiting(item: WorkItem, view: queries.SubjectView | None, here: list[Member]) -> dict[str, Any]:
    able = [one for one in here if one.team_id == item.team_id and _has_room(one, item)]
    able.sort(key=lambda one: (one.presence != Member.Presence.READY, one.open))
    return {
        "name": view.who if view else say(f"work.kind.{item.kind}"),
        "gist": view.title if view else item.public_id,
        "url": view.url if view else "",
        "icon": view.icon if view else "inbox",
        "team": name_of(item.team.unit),
        "start": item.arrived,
        "due": item.due,
        "give_url": reverse("work_do", args=[item.public_id, "give"]),
        "colleagues": [(one.user.public_id, _load(one)) for one in able],
    }


def _has_room(one: Member, item: WorkItem) -> bool:
    if one.id in item.conflicts:
        return False
    if item.channel == "phone":
        return one.phone_open < one.phone_capacity
    return one.chat_open < one.chat_capacity if item.channel == "chat" else one.open < one.capacity


def _load(one: Member) -> str:
    words = _("%(name)s · %(presence)s · %(open)s/%(capacity)s")
    load = {"open": one.open, "capacity": one.capacity}
    return words % {"name": str(one.user), "presence": one.get_presence_display(), **load}


def _person(one: Member, item: WorkItem | None, views: dict[int, queries.SubjectView]) -> dict[str, Any]:
    view = views.get(item.id) if item else None
    loads = [_("%(open)s of %(capacity)s") % {"open": one.open, "capacity": one.capacity}]
    if one.phone_capacity:
        loads.append(_("calls %(n)s") % {"n": one.phone_open})
    if one.chat_capacity:
        loads.append(_("chats %(open)s of %(most)s") % {"open": one.chat_open, "most": one.chat_capacity})
    return {
        "name": str(one.user),
        "initials": avatar(str(one.user)),
        "team": name_of(one.team.unit),
        "presence": one.get_presence_display(),
        "tone": TONES[Member.Presence(one.presence)],
        "since": one.since,
        "loads": loads,
        "parked": one.parked,
        "at": (view.title if view else say(f"work.kind.{item.kind}")) if item else "",
        "who": view.who if view else "",
        "url": view.url if view else "",
        "due": item.due if item else None,
        "back_url": reverse("work_do", args=[item.public_id, "back"]) if item else "",
    }


def _figures(actor: Actor, here: list[Member], now: datetime) -> list[dict[str, Any]]:
    since = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    level = boards.in_time_since(actor, since)
    ready = sum(one.presence == Member.Presence.READY for one in here)
    busy = sum(bool(one.phone_open or one.chat_open) for one in here)
    silent = sum(one.presence == Member.Presence.SILENT for one in here)
    share = f"{100 * level.in_time / level.taken:.0f} %" if level.taken else "–"
    told = [
        (_("Taken in time today"), share, f"{level.in_time} / {level.taken}", False),
        (_("Ready"), str(ready), _("of %(n)s here") % {"n": len(here)}, False),
        (_("In a call or chat"), str(busy), "", False),
        (_("Not answering"), str(silent), "", silent > 0),
    ]
    return [
        {"label": label, "value": value, "note": note, "missed": missed, "hint": "", "parts": None}
        for label, value, note, missed in told
    ]
