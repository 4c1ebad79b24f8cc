"""Background work: our own lease queue behind the django-tasks API.

Rooms write `@task` functions in their `jobs.py`; actions enqueue them inside their transaction; `site/wiring.py` calls
`every` (schedules) and `follow` (sealed events). Everything a job does must be safe to run twice: a worker may die
after the work and before its completion is written.
"""

from guanxi.core.jobs.backend import LeaseBackend, LeaseTask, enqueue_named, prepare
from guanxi.core.jobs.context import (
    Cancelled,
    Interrupted,
    LeaseLost,
    Stopping,
    current,
    is_last_attempt,
    progress,
)
from guanxi.core.jobs.lease import cancel, claim, reap, retry
from guanxi.core.jobs.outbox import follow
from guanxi.core.jobs.schedule import every
from guanxi.core.jobs.worker import Worker

__all__ = [
    "Cancelled",
    "Interrupted",
    "LeaseBackend",
    "LeaseLost",
    "LeaseTask",
    "Stopping",
    "Worker",
    "cancel",
    "claim",
    "current",
    "enqueue_named",
    "every",
    "follow",
    "is_last_attempt",
    "prepare",
    "progress",
    "reap",
    "retry",
]
