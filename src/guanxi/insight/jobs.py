"""Background work of insight: the reckoning of everybody, by night or when somebody asks."""

from django_tasks import task

from guanxi.core import jobs
from guanxi.core.access import system
from guanxi.core.clock import now
from guanxi.core.errors import Conflict
from guanxi.insight import actions
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
    """The run of this night. Another one that is under way will do. Safe twice: a second run finds the same."""
    try:
        run = actions.begin_run(actor=system("clock"), now=now())
    except Conflict:
        return ""
    return actions.run_all(actor=system("insight"), run=run, progress=jobs.progress).state
