"""The rota: who is to be on duty when."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.events import Event
from guanxi.work import events as happened
from guanxi.work.models import Member, Shift

DAY = timedelta(days=1)
SHIFT_MAX = timedelta(hours=24)


@action
def plan_shift(*, actor: Actor, now: datetime, member_id: int, starts: datetime, ends: datetime) -> Shift:
    """Put somebody on the rota. Needs `work.assign` for their team; raises `Conflict` where shifts overlap."""
    member = Member.objects.select_for_update(of=("self",)).filter(id=member_id).first()
    if member is None:
        raise NotFound
    actor.require_at("work.assign", member.team_id)
    if not timedelta(0) < ends - starts <= SHIFT_MAX:
        raise Invalid(fields={"ends": _("A shift ends after it starts, within 24 hours.")})
    if Shift.objects.filter(member=member, starts__lt=ends, ends__gt=starts).exists():
        raise Conflict(_("They are on the rota then already."), code="overlap")
    shift = Shift(member=member, starts=starts, ends=ends)
    events.record(_told(happened.SHIFT_PLANNED.code, actor, now, shift), with_rows=[shift])
    return shift


@action
def drop_shift(*, actor: Actor, now: datetime, shift_id: int) -> None:
    """Take a shift that has not ended off the rota. Needs `work.assign` for the team."""
    shift = Shift.objects.select_for_update(of=("self",)).select_related("member").filter(id=shift_id).first()
    if shift is None:
        raise NotFound
    actor.require_at("work.assign", shift.member.team_id)
    if shift.ends <= now:
        raise Conflict(_("This shift is over."), code="over")
    told = _told(happened.SHIFT_DROPPED.code, actor, now, shift)
    shift.delete()
    events.record(told)


@dataclass(frozen=True, slots=True)
class Copied:
    """How many shifts stand in the next week now, and how many were left out because somebody is on the rota then already."""

    copied: int
    left_out: int


@action
def copy_week(*, actor: Actor, now: datetime, team_id: int, monday: date) -> Copied:
    """The shifts that start in a week once more a week later, at the same times of day. Needs `work.assign` for the team.

    What would overlap is left out; so a second copy copies nothing.
    """
    actor.require_at("work.assign", team_id)
    list(Member.objects.select_for_update(of=("self",)).filter(team=team_id).order_by("id"))
    begins, after = (timezone.make_aware(datetime.combine(monday + n * DAY, time(0))) for n in (0, 7))
    found = list(
        Shift.objects.filter(member__team=team_id, starts__gte=begins, starts__lt=after).order_by("starts")
    )
    made = []
    for one in found:
        starts, ends = _week_later(one.starts), _week_later(one.ends)
        taken = Shift.objects.filter(member_id=one.member_id, starts__lt=ends, ends__gt=starts).exists()
        if not taken and ends > starts:
            made.append(Shift(member_id=one.member_id, starts=starts, ends=ends))
    if made:
        data = {"week": monday.isoformat(), "copied": len(made), "left_out": len(found) - len(made)}
        subject = ("unit", team_id)
        told = Event(happened.ROTA_COPIED.code, actor, now, subject, unit_id=team_id, data=data)
        events.record(told, with_rows=made)
    return Copied(len(made), len(found) - len(made))


def _week_later(moment: datetime) -> datetime:
    """The same time of day a week later, whatever the clocks did in between."""
    return timezone.make_aware(timezone.localtime(moment).replace(tzinfo=None) + 7 * DAY)


def _told(code: str, actor: Actor, now: datetime, shift: Shift) -> Event:
    data = {"starts": shift.starts.isoformat(), "ends": shift.ends.isoformat()}
    subject = ("member", shift.member_id)
    return Event(code, actor, now, subject, unit_id=shift.member.team_id, data=data)
