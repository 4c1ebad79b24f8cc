"""Seats in teams: presence, capacity, whoever joins, changes or leaves."""

from collections.abc import Sequence
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
from guanxi.work.actions.queue import lock_member, return_all
from guanxi.work.models import Member, Team

CAPACITY_MAX = 200


@action
def set_presence(*, actor: Actor, now: datetime, presence: str) -> Member:
    """Declare oneself ready, away or offline."""
    member = lock_member(actor)
    if presence not in Member.Presence.values:
        raise Invalid(fields={"presence": _("Unknown presence.")})
    member.heartbeat = now
    member.save(update_fields=["heartbeat"])
    _change_presence(actor, now, member, presence)
    return member


def _change_presence(actor: Actor, now: datetime, member: Member, presence: str) -> None:
    if member.presence == presence:
        return
    data = {"from": str(member.presence), "to": str(presence)}
    member.presence = presence
    member.save(update_fields=["presence"])
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
            _change_presence(actor, now, member, Member.Presence.OFFLINE)
            put_back_count += return_all(actor, now, member)
        elif member.presence == Member.Presence.READY:
            _change_presence(actor, now, member, Member.Presence.AWAY)
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
    *, actor: Actor, now: datetime, user: User, team: str, languages: Sequence[str], capacity: int
) -> Member:
    """Change somebody's team, languages and capacity, or give them their first seat. Needs `site.settings`.

    Who changes teams hands back what they have in hand: it belongs to the old team. Raises `Invalid` naming the field.
    """
    actor.require("site.settings")
    if not 1 <= capacity <= CAPACITY_MAX:
        raise Invalid(fields={"capacity": _("From 1 to %(most)s.") % {"most": CAPACITY_MAX}})
    member = Member.objects.select_for_update(of=("self",)).filter(user=user).first()
    if member is None:
        return add_member(actor=actor, now=now, user=user, team=team, languages=languages, capacity=capacity)
    seat = Team.objects.filter(unit__code=team).select_related("unit").first()
    if seat is None:
        raise Invalid(fields={"team": _("There is no such team.")})
    before, after = _seat(member), {"team": team, "capacity": capacity, "languages": list(languages)}
    if before == after:
        return member
    if seat.pk != member.team_id:
        return_all(actor, now, member)
        member.refresh_from_db()
    if capacity < member.open:
        words = _("They have %(open)s in hand: finish or hand back first.") % {"open": member.open}
        raise Invalid(fields={"capacity": words})
    member.team, member.capacity, member.languages = seat, capacity, list(languages)
    member.save(update_fields=["team", "capacity", "languages"])
    data = {"user": user.public_id, "before": before, "after": after}
    events.record(
        Event(happened.MEMBER_CHANGED.code, actor, now, ("member", member.id), unit_id=seat.pk, data=data)
    )
    return member


def _seat(member: Member) -> dict[str, Any]:
    return {
        "team": member.team.unit.code,
        "capacity": member.capacity,
        "languages": list(member.languages),
    }
