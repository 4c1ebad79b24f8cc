"""Asking what another way to give out work had done: asked by people, worked out by a job."""

from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from guanxi.core import events, jobs
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid
from guanxi.core.events import Event
from guanxi.work import events as happened
from guanxi.work.models import Team, WhatIf
from guanxi.work.queries import what_if

WEEKS_MAX: Final = 8
SIMULATE: Final = "guanxi.work.jobs.simulate"


@action
def ask_what_if(*, actor: Actor, now: datetime, team_id: int, weeks: int) -> WhatIf:
    """Have the last weeks of a team lived through under each policy. Needs `work.assign` for the team; one at a time."""
    actor.require_at("work.assign", team_id)
    if not 1 <= weeks <= WEEKS_MAX:
        raise Invalid(fields={"weeks": _("From %(least)s to %(most)s.") % {"least": 1, "most": WEEKS_MAX}})
    Team.objects.select_for_update(of=("self",)).get(pk=team_id)
    if WhatIf.objects.filter(team=team_id, finished=None).exists():
        raise Conflict(_("One is being worked out for this team: wait for it."), code="running")
    row = WhatIf(team_id=team_id, asker_id=actor.user_id, weeks=weeks, asked=now)
    told = Event(
        happened.WHAT_IF_ASKED.code, actor, now, ("unit", team_id), unit_id=team_id,
        data={"what_if": row.public_id, "weeks": weeks},
    )  # fmt: skip
    events.record(told, with_rows=[row])
    jobs.enqueue_named(SIMULATE, row.public_id)
    return row


def work_out(*, actor: Actor, now: datetime, public_id: str, progress: Any = None) -> bool:
    """Work out what was asked; False for what is worked out already. The simulation runs outside of any transaction."""
    row = WhatIf.objects.filter(public_id=public_id, finished=None).first()
    if row is None:
        return False
    world = what_if.world_of(row.team_id, row.weeks, row.asked)
    empty = "nothing_came" if not world.arrivals else "" if world.seats else "nobody_there"
    result = {"empty": empty} if empty else what_if.compare(world, progress)
    return _keep(actor=actor, now=now, public_id=public_id, result=result)


@action
def _keep(*, actor: Actor, now: datetime, public_id: str, result: dict[str, Any]) -> bool:
    row = WhatIf.objects.select_for_update(of=("self",)).filter(public_id=public_id, finished=None).first()
    if row is None:
        return False
    row.result, row.finished = result, now
    row.save(update_fields=["result", "finished"])
    subject = ("unit", row.team_id)
    data = {"what_if": row.public_id}
    events.record(Event(happened.WHAT_IF_DONE.code, actor, now, subject, unit_id=row.team_id, data=data))
    return True
