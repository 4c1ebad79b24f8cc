"""The rota: who is to be on duty when."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.events import Event
from guanxi.work import events as happened
from guanxi.work.models import Member, Shift

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


def _told(code: str, actor: Actor, now: datetime, shift: Shift) -> Event:
    data = {"starts": shift.starts.isoformat(), "ends": shift.ends.isoformat()}
    subject = ("member", shift.member_id)
    return Event(code, actor, now, subject, unit_id=shift.member.team_id, data=data)
