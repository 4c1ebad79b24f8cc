"""Desktops: the operator's Today, composed from what rooms show."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guanxi.core import clock, figures, live, panels
from guanxi.core.access import Actor
from guanxi.core.explain import from_json
from guanxi.core.http import Request, page
from guanxi.core.keyset import COUNT_MAX, count_label, count_up_to
from guanxi.core.phrases import explained, sentence
from guanxi.core.words import say
from guanxi.engine.normalise import avatar
from guanxi.people import queries as people
from guanxi.site import first_steps, run
from guanxi.work import events as happened
from guanxi.work import queries
from guanxi.work.models import Assignment, Member, WorkItem
from guanxi.work.queries import board as boards
from guanxi.work.queries import floor

ROWS = 30
REASONS = 4
AT_WORK = (Member.Presence.READY, Member.Presence.WRAP_UP)
WEEK = timedelta(days=7)
MOVES = [one.code for one in (
    happened.ADDED, happened.ASSIGNED, happened.RETURNED, happened.MOVED, happened.DONE, happened.CANCELLED, happened.OFFERED,
    happened.DECLINED, happened.UNANSWERED, happened.WIDENED, happened.PARKED, happened.RESUMED, happened.CALLED_IN,
    happened.ADVISED, happened.DUE_MOVED, happened.PRESENCE_CHANGED, happened.MEMBER_CHANGED,
)]  # fmt: skip  # what may change what is asked of somebody, or which piece is next
PARTS = QUEUE, ASKED, NEXT = "gx-queue", "gx-asked", "gx-next"


@require_safe
def today(request: Request) -> HttpResponse:
    """What I have in hand, what comes next and why, what I did; the strip shows how the team is doing."""
    actor = request.actor
    actor.require("work.view")
    now = clock.now()
    member = queries.member_of(actor)
    unit = member.team_id if member else actor.unit_id
    topics = [live.topic("unit", unit)] if unit else []
    part = request.headers.get("HX-Target", "") if member else ""

    def shows(*parts: str) -> bool:
        """An open page asks for the part that may have changed: nothing else is worked out."""
        return part not in PARTS or part in parts

    parked = boards.parked_items(member) if member else ()
    mine = queries.list_mine(member) if member and (shows(QUEUE) or (parked and shows(ASKED))) else []
    hand = [item for item in mine if item.id not in parked]
    waiting = list(queries.list_queue(actor)[:ROWS]) if shows(QUEUE) else []
    asked = boards.list_asked(member) if member and shows(ASKED) else ([], [])
    views = queries.subjects_of(actor, [*mine, *waiting, *(one.item for rows in asked for one in rows)])
    may_take = actor.may("work.take") and member is not None
    context = {
        "seat": member is not None,
        "topics": " ".join(topics),
        "moves": " ".join(MOVES),
        "mine": [_row(item, views.get(item.id), take=False) for item in hand],
        "mine_count": len(hand),
        "queue": [_row(item, views.get(item.id), take=may_take) for item in waiting],
        "queue_count": _capped(count_up_to(queries.list_queue(actor))) if waiting else "0",
        "shelf": [_small(item, views.get(item.id), "resume") for item in mine if item.id in parked],
        "offer": _offer(asked[0][0], views) if asked[0] else None,
        "called": [_small(one.item, views.get(one.item_id), "advise") for one in asked[1]],
        "wrap_up": _wrap_up(actor, member) if member and shows(ASKED) else None,
        "next": _next(actor, member, now) if member and shows(NEXT) else None,
        "nothing_text": _nothing(member),
    }
    if shows():
        context |= {
            "ready_url": reverse("presence") if member and member.presence not in AT_WORK else "",
            "presence": member.get_presence_display() if member else "",
            "done": _done(actor, member, now) if member else [],
            "steps": first_steps.panel(actor),
            "desk": run.card(actor, member),
            "activity_url": reverse("activity") if actor.may("cases.view") else "",
            "figures": [*(_strip(unit, member, now) if unit else []), *_key_figures(actor, now)],
        }
    return page(request, "work/today.html", context, topics=topics)


def _row(item: WorkItem, view: queries.SubjectView | None, *, take: bool) -> dict[str, Any]:
    return {
        "url": view.url if view else reverse("today"),
        "take_url": reverse("work_take", args=[item.public_id]) if take else "",
        "icon": view.icon if view else "inbox",
        "channel": view.channel if view else "",
        "name": view.who if view else say(f"work.kind.{item.kind}"),
        "gist": view.title if view else "",
        "start": item.arrived,
        "due": item.due,
        "mode": "mine",
        "settled": "",
    }


def _nothing(member: Member | None) -> str:
    """Why *Next* is empty, where it is not for want of work."""
    if member is None:
        return _("You are not in a team: you see the queue, others take from it.")
    if member.phone_open or member.chat_open:
        return _("You are in a call or chat, or asked to be: the next piece comes after it.")
    return ""


def _small(item: WorkItem, view: queries.SubjectView | None, verb: str) -> dict[str, Any]:
    """A row with one button: `verb` is what it does."""
    return {**_row(item, view, take=False), "do_url": reverse("work_do", args=[item.public_id, verb])}


def _offer(offer: Assignment, views: Mapping[int, queries.SubjectView]) -> dict[str, Any]:
    """What is offered to me now, with the reason and how long the offer stands."""
    row = _row(offer.item, views.get(offer.item_id), take=False)
    why = from_json(offer.reason)
    return {
        **row,
        "kind": say(f"work.kind.{offer.item.kind}"),
        "until": offer.offered_until,
        "reason": [sentence(fact) for fact in why.facts if fact.code != "work.urgency"][:REASONS],
        "why": explained(offer.reason),
        "accept_url": reverse("work_do", args=[offer.item.public_id, "accept"]),
        "decline_url": reverse("work_do", args=[offer.item.public_id, "decline"]),
    }


def _wrap_up(actor: Actor, member: Member) -> dict[str, Any] | None:
    if member.presence != Member.Presence.WRAP_UP:
        return None
    item = boards.last_contact(member)
    view = queries.subjects_of(actor, [item]).get(item.id) if item else None
    return {
        "until": member.wrap_until,
        "url": view.url if view else "",
        "title": view.title if view else "",
        "who": view.who if view else "",
        "done_url": reverse("wrap_up"),
    }


def _next(actor: Actor, member: Member, now: datetime) -> dict[str, Any] | None:
    peeked = floor.peek_next(actor, member, now)
    if peeked is None:
        return None
    item, why = peeked
    view = queries.subjects_of(actor, [item]).get(item.id)
    return {
        "name": view.who if view else say(f"work.kind.{item.kind}"),
        "initials": avatar(view.who) if view else "GX",
        "icon": view.icon if view else "inbox",
        "channel": view.channel if view else "",
        "gist": view.title if view else "",
        "first_words": view.words if view else "",
        "start": item.arrived,
        "due": item.due,
        "mode": "mine",
        "reason": [sentence(fact) for fact in why.facts],
        "why": explained(why),
        "take_url": reverse("work_next"),
        "subject_url": view.url if view else reverse("today"),
        "known": _known(actor, item),
    }


def _known(actor: Actor, item: WorkItem) -> list[panels.Shown]:
    """What rooms say of the customer at a glance, before anybody takes the work."""
    customer = people.customer_of(item.record_id) if item.record_id and actor.may("people.view") else None
    return panels.compose("customer.band", actor, customer.id) if customer else []


def _done(actor: Actor, member: Member, now: datetime) -> list[dict[str, Any]]:
    since = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    done = queries.finished_today(member, since)
    views = queries.subjects_of(actor, [assignment.item for assignment in done])
    return [
        {
            "at": one.ended,
            "clock": f"{timezone.localtime(one.ended):%H:%M}" if one.ended else "",
            "icon": "check",
            "channel": "",
            "way": "out",
            "fact": view.title if (view := views.get(one.item_id)) else say(f"work.kind.{one.item.kind}"),
            "actor": view.who if view else "",
            "words": "",
            "tag": None,
        }
        for one in done
    ]


def _capped(count: int) -> str:
    """ "1,000+" above what is counted."""
    return count_label(min(count, COUNT_MAX), count > COUNT_MAX)


def _strip(unit: int, member: Member | None, now: datetime) -> list[dict[str, Any]]:
    counts = queries.team_counts(unit, now)
    figures: list[tuple[str, int, str, bool]] = [
        (_("In the queue"), counts["waiting"], "", False),
        (_("Overdue"), counts["overdue"], "", counts["overdue"] > 0),
        (_("Ready"), counts["ready"], _("away %(n)s") % {"n": counts["away"]}, False),
    ]
    if member:
        figures.append((_("In my hands"), member.open, _("of %(n)s") % {"n": member.capacity}, False))
    return [
        {"label": label, "value": _capped(value), "note": note, "missed": missed, "hint": "", "parts": None}
        for label, value, note, missed in figures
    ]


def _key_figures(actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """The registered figures this actor may see, over the last week; what was never counted is not shown as 0 %."""
    shown = []
    for figure in figures.visible_to(actor):
        value = figures.lately(actor, figure, now, WEEK)
        if value.ratio is None:
            continue
        shown.append(
            {
                "label": figure.title,
                "value": figure.text(value),
                "note": _("target %(value)s") % {"value": figure.target_text} if figure.target else "",
                "missed": figure.missed(value),
                "hint": f"{value.numerator:g} / {value.denominator:g}: {figure.numerator} / {figure.denominator}",
                "parts": None,
            }
        )
    return shown
