"""Background work of notices."""

from django_tasks import task

from guanxi.core.access import system
from guanxi.core.clock import now
from guanxi.core.notices import actions


@task
def prune() -> int:
    """Forget old notices. Safe twice."""
    return actions.prune(actor=system("clock"), now=now())
