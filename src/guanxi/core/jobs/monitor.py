"""What people do to jobs: try a failed one again, stop one. Each leaves an event."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.events import Event
from guanxi.core.jobs import lease
from guanxi.core.models import Job
from guanxi.core.timeline import EventType

RETRIED = EventType("job.retried", _("Job tried again"), icon="refresh", shown=False)
CANCELLED = EventType("job.cancelled", _("Job stopped"), icon="x", shown=False)
ALL = (RETRIED, CANCELLED)
RIGHT = "site.monitor"


def _event(kind: EventType, actor: Actor, now: datetime, job: Job) -> Event:
    # A job's key is 128 bits; its lower 63 stand for it in the stream, the whole one in the data.
    data = {"job": job.id.hex, "task": job.task}
    return Event(kind.code, actor, now, ("job", job.id.int % 2**63), data=data)


@action
def retry(*, actor: Actor, now: datetime, job: Job) -> bool:
    """Try a failed job again with all its tries. Needs `site.monitor`; False when it has not failed."""
    actor.require(RIGHT)
    if not lease.retry(job.id, now=now):
        return False
    events.record(_event(RETRIED, actor, now, job))
    return True


@action
def cancel(*, actor: Actor, now: datetime, job: Job) -> bool:
    """Stop a job that waits (at once) or runs (at its next step). Needs `site.monitor`; False when it had ended."""
    actor.require(RIGHT)
    if not lease.cancel(job.id, now=now):
        return False
    events.record(_event(CANCELLED, actor, now, job))
    return True
