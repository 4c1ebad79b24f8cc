"""Seats in teams: presence, capacity, whoever joins, changes or leaves."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Invalid
from guanxi.core.events import Event
from guanxi.core.models import User
from guanxi.work import events as happened
from guanxi.work import queries, rules
from guanxi.work.actions.hands import take_up, wake
from guanxi.work.actions.queue import lock_member, return_all
from guanxi.work.models import Assignment, Member, Team

CAPACITY_MAX = 200
LIVE_MAX = {"phone": 1, "chat": 8}
SKILLS_MAX = 30
SKILL = re.compile(r"[a-z0-9][a-z0-9-]{0,29}")
DECLARED = (Member.Presence.READY, Member.Presence.AWAY, Member.Presence.OFFLINE)
"""What people say of themselves; wrap-up and not answering come about."""


@action
def set_presence(*, actor: Actor, now: datetime, presence: str) -> Member:
    """Declare oneself ready, away or offline."""
    member = lock_member(actor)
    if presence not in DECLARED:
        raise Invalid(fields={"presence": _("Unknown presence.")})
    member.heartbeat, member.unanswered = now, 0
    changed = take_up(member, now) if presence == Member.Presence.READY else set()
    member.save(update_fields=["heartbeat", "unanswered", *changed])
    change_presence(actor, now, member, presence)
    return member


def change_presence(actor: Actor, now: datetime, member: Member, presence: str, **told: object) -> None:
    """Another presence for a locked member, with its event; whoever is ready is looked after at once."""
    if member.presence == presence:
        return
    if member.presence == Member.Presence.WRAP_UP:
        _time_notes(now, member)
    data = {"from": str(member.presence), "to": str(presence), **told}
    member.presence = presence
    member.since, member.wrap_until = now, None
    member.save(update_fields=["presence", "since", "wrap_until"])
    events.record(
        Event(
            happened.PRESENCE_CHANGED.code,
            actor,
            now,
            ("member", member.id),
            unit_id=member.team_id,
            data=data,
        )
    )
    if presence == Member.Presence.READY:
        wake(member.team_id)


def _time_notes(now: datetime, member: Member) -> None:
    """The notes after the contact that started them took until now; a wrap-up begins with the end of its contact."""
    contact = Assignment.objects.filter(member=member, ended=member.since, outcome="done", wrapped=None)
    contact.exclude(item__channel=rules.DEFERRED).update(wrapped=now)


def beat(*, actor: Actor, now: datetime) -> None:
    """The page is still open. One small statement and no event: presence is declared, only its end is observed."""
    Member.objects.filter(user_id=actor.user_id or 0).update(heartbeat=now)


@action
def sweep_absent(*, actor: Actor, now: datetime) -> int:
    """Whoever has not been heard of is away; after a grace period their work goes back. Returns items put back."""
    put_back_count = 0
    for absent in queries.absent_members(now, rules.HEARTBEAT_MAX):
        member = Member.objects.select_for_update(of=("self",)).get(id=absent.id)
        if member.heartbeat is None or member.heartbeat >= now - rules.HEARTBEAT_MAX:
            continue
        gone = member.heartbeat < now - rules.GRACE
        if gone:
            change_presence(actor, now, member, Member.Presence.OFFLINE)
            put_back_count += return_all(actor, now, member)
        elif member.presence in (Member.Presence.READY, Member.Presence.WRAP_UP):
            change_presence(actor, now, member, Member.Presence.AWAY)
    return put_back_count


@action
def add_member(
    *, actor: Actor, now: datetime, user: User, team: str, languages: Sequence[str], capacity: int = 8
) -> Member:
    """Give a member of staff a seat in the team with this code; whoever has one keeps it. Needs `site.settings`."""
    actor.require("site.settings")
    seat = Team.objects.filter(unit__code=team).first()
    if seat is None:
        raise Invalid(fields={"team": _("There is no such team.")})
    known = Member.objects.filter(user=user).first()
    if known is not None:
        return known
    member = Member(user=user, team=seat, languages=list(languages), capacity=capacity)
    data = {"user": user.public_id, "team": team}
    events.record(
        Event(happened.MEMBER_ADDED.code, actor, now, ("member", member.id), unit_id=seat.pk, data=data),
        with_rows=[member],
    )
    return member


@action
def put_back_all(*, actor: Actor, now: datetime, user: User) -> int:
    """Return everything a member of staff has in hand, because they leave. Needs `site.settings`. Returns how many."""
    actor.require("site.settings")
    member = Member.objects.select_for_update(of=("self",)).filter(user=user).first()
    return return_all(actor, now, member) if member else 0


@action
def change_seat(
    *,
    actor: Actor,
    now: datetime,
    user: User,
    team: str,
    languages: Sequence[str],
    capacity: int,
    phone: int | None = None,
    chat: int | None = None,
    skills: Mapping[str, int] | None = None,
) -> Member:
    """Change somebody's team, languages, skills and room, or give them their first seat. Needs `site.settings`.

    Who changes teams hands back what they have in hand: it belongs to the old team. `phone` and `chat` are the calls and
    chats they take at once, `skills` levels by code (1 primary, 2 secondary); None leaves each as it is. Raises `Invalid`
    naming the field.
    """
    actor.require("site.settings")
    _check_seat(capacity, phone, chat, skills)
    seat = Team.objects.filter(unit__code=team).select_related("unit").first()
    if seat is None:
        raise Invalid(fields={"team": _("There is no such team.")})
    member = Member.objects.select_for_update(of=("self",)).filter(user=user).first()
    if member is None:
        member = Member(user=user, team=seat, languages=list(languages), capacity=capacity)
        member.phone_capacity, member.chat_capacity = phone or 0, chat or 0
        member.skills = dict(skills or {})
        data: dict[str, Any] = {"user": user.public_id, "team": team}
        added = Event(
            happened.MEMBER_ADDED.code, actor, now, ("member", member.id), unit_id=seat.pk, data=data
        )
        events.record(added, with_rows=[member])
        return member
    before = _seat(member)
    if seat.pk != member.team_id:
        _leave_team(actor, now, member)
    _change(member, seat, languages, capacity, phone, chat, skills)
    if before == (after := _seat(member)):
        return member
    member.save(update_fields=SEAT)
    data = {"user": user.public_id, "before": before, "after": after}
    events.record(
        Event(happened.MEMBER_CHANGED.code, actor, now, ("member", member.id), unit_id=seat.pk, data=data)
    )
    return member


SEAT = ["team", "capacity", "languages", "phone_capacity", "chat_capacity", "skills"]


def _leave_team(actor: Actor, now: datetime, member: Member) -> None:
    return_all(actor, now, member)
    for column in ("open", "phone_open", "chat_open", "parked"):
        setattr(member, column, Member.objects.values_list(column, flat=True).get(id=member.id))


def _change(
    member: Member,
    seat: Team,
    languages: Sequence[str],
    capacity: int,
    phone: int | None,
    chat: int | None,
    skills: Mapping[str, int] | None,
) -> None:
    """The new values, unless less room is left than is taken."""
    phone = member.phone_capacity if phone is None else phone
    chat = member.chat_capacity if chat is None else chat
    rooms = (
        ("capacity", member.open, capacity),
        ("phone", member.phone_open, phone),
        ("chat", member.chat_open, chat),
    )
    for field, taken, room in rooms:
        if room < taken:
            words = _("They have %(open)s in hand: finish or hand back first.") % {"open": taken}
            raise Invalid(fields={field: words})
    member.team, member.capacity, member.languages = seat, capacity, list(languages)
    member.phone_capacity, member.chat_capacity = phone, chat
    member.skills = dict(member.skills if skills is None else skills)


def _seat(member: Member) -> dict[str, Any]:
    told: dict[str, Any] = {
        "team": member.team.unit.code,
        "capacity": member.capacity,
        "languages": list(member.languages),
    }
    live = {"phone": member.phone_capacity, "chat": member.chat_capacity, "skills": dict(member.skills)}
    return {**told, **{key: value for key, value in live.items() if value}}


def _check_seat(capacity: int, phone: int | None, chat: int | None, skills: Mapping[str, int] | None) -> None:
    for field, value, least, most in (
        ("capacity", capacity, 1, CAPACITY_MAX),
        ("phone", phone or 0, 0, LIVE_MAX["phone"]),
        ("chat", chat or 0, 0, LIVE_MAX["chat"]),
    ):
        if not least <= value <= most:
            bounds = _("From %(least)s to %(most)s.") % {"least": least, "most": most}
            raise Invalid(fields={field: bounds})
    for code, level in (skills or {}).items():
        if not SKILL.fullmatch(code) or level not in (1, 2):
            refused = _("A skill is a word of small letters, digits and hyphens: %(code)s is none.")
            raise Invalid(fields={"skills": refused % {"code": code[:40]}})
    if len(skills or {}) > SKILLS_MAX:
        raise Invalid(fields={"skills": _("At most %(most)s.") % {"most": SKILLS_MAX}})
