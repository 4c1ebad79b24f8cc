"""Background work of insight: the reckoning of everybody, by night or when somebody asks."""

from django.utils import timezone
from django_tasks import task

from guanxi.core import jobs
from guanxi.core.access import system
from guanxi.core.clock import now
from guanxi.core.errors import Conflict
from guanxi.insight import actions
from guanxi.insight.actions import running
from guanxi.insight.models import Run


@task(queue_name="import")  # the lane of long work
def reckon(public_id: str) -> str:
    """Do a run that was asked for; how it ended. Safe twice: one that has ended is left alone."""
    run = Run.objects.filter(public_id=public_id, state=Run.State.RUNNING).first()
    if run is None:
        return ""
    return actions.run_all(actor=system("insight"), run=run, progress=jobs.progress).state


@task(queue_name="import")
def reckon_nightly() -> str:
    """The run of this night, once; another one that is under way will do. Not where the house has switched it off."""
    moment, actor = now(), system("clock")
    tonight = Run.objects.filter(today=timezone.localdate(moment), by=actor.id)
    if not running.is_wanted() or tonight.exclude(state=Run.State.FAILED).exists():
        return ""
    try:
        run = actions.begin_run(actor=actor, now=moment)
    except Conflict:
        return ""
    return actions.run_all(actor=system("insight"), run=run, progress=jobs.progress).state
