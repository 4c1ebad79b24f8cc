from django_tasks import task

from guanxi.core.access import system
from guanxi.core.clock import now
from guanxi.work import actions


@task
def sweep_absent() -> int:
    """Return the work of people who left without a word. Safe twice: the second run finds nothing."""
    return actions.sweep_absent(actor=system("worker"), now=now())
