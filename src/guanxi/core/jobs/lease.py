"""The queue itself: claiming, keeping, ending and recovering jobs.

Every step after the claim is a compare-and-set on (worker, attempted, RUNNING): who lost the lease can no longer write.
States stand as literals in the two hot conditions, since a prepared statement with a parameter there cannot use the
partial index.
"""

import traceback
import uuid
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django_tasks.utils import get_module_path

from guanxi.core.errors import GuanxiError
from guanxi.core.jobs.identity import is_gone
from guanxi.core.models import Job

LEASE_S = 60.0
BATCH = 8
BACKOFF_S, BACKOFF_FACTOR, BACKOFF_S_MAX = 5.0, 4.0, 3600.0
FRAMES_MAX = 20
_READY = RawSQL("state = 'READY'", (), output_field=BooleanField())
_RUNNING = RawSQL("state = 'RUNNING'", (), output_field=BooleanField())
_LOST = {"exception_class_path": "guanxi.core.jobs.LeaseLost", "traceback": ""}


def claim(
    *, worker: str, queues: Collection[str], now: datetime, batch: int = BATCH, lease_s: float = LEASE_S
) -> list[Job]:
    """Take at most `batch` due jobs for `worker`, most urgent first. No two workers ever get the same one.

    A job that was tried before is taken alone, so that one which kills its worker takes no neighbour's tries with it.
    """
    due = Job.objects.filter(_READY, queue__in=list(queues), run_after__lte=now).order_by(
        "-priority", "run_after"
    )
    if not due.exists():
        return []
    with transaction.atomic():  # IMMEDIATE on SQLite, where row locks are neither known nor needed
        taken = _one_risk(list(due.select_for_update(skip_locked=True)[:batch]))
        if not taken:
            return []
        changes: dict[str, Any] = {
            "state": Job.State.RUNNING,
            "worker": worker,
            "workers": [*taken[0].workers, worker],
            "attempted": now,
            "lease_until": now + timedelta(seconds=lease_s),
        }
        ids = [job.id for job in taken]
        Job.objects.filter(id__in=ids).update(started=Coalesce("started", Value(now)), **changes)
    for job in taken:
        job.started = job.started or now
        for name, value in changes.items():
            setattr(job, name, value)
    return taken


def _one_risk(found: Sequence[Job]) -> list[Job]:
    if found and found[0].workers:
        return [found[0]]
    return [job for job in found if not job.workers]


def _held(job: Job) -> QuerySet[Job]:
    return Job.objects.filter(id=job.id, worker=job.worker, attempted=job.attempted, state=Job.State.RUNNING)


def renew(job: Job, *, lease_s: float = LEASE_S, now: datetime, **progress: int | None) -> bool:
    """Keep the lease; write `done` and `total` when given. False when the job was cancelled or lost."""
    until = now + timedelta(seconds=lease_s)
    return bool(_held(job).filter(cancelled=False).update(lease_until=until, **progress))


def is_cancelled(job: Job) -> bool:
    return Job.objects.filter(id=job.id, cancelled=True).exists()


def finish(job: Job, *, result: Any, now: datetime) -> bool:
    """Done. False when the lease was lost meanwhile: then another try decides."""
    return bool(_held(job).update(state=Job.State.SUCCESSFUL, result=result, finished=now, lease_until=None))


def fail(job: Job, *, error: BaseException, now: datetime, final: bool = False) -> bool:
    """Not done: try again later, or give up after the last try. False when the lease was lost meanwhile."""
    return _again_or_failed(job, describe(error), now=now, wait=backoff(job), final=final)


def hand_back(jobs: Iterable[Job]) -> int:
    """Unstarted or interrupted jobs become ready again; the try does not count."""
    return sum(
        _held(job).update(state=Job.State.READY, worker="", workers=job.workers[:-1], lease_until=None)
        for job in jobs
    )


def reap(*, now: datetime) -> int:
    """Give jobs of dead workers back: their lease ended, or their process on this very machine is gone."""
    count = 0
    for job in Job.objects.filter(_RUNNING):
        if job.lease_until is None or job.lease_until <= now or is_gone(job.worker):
            count += _again_or_failed(job, _LOST, now=now, wait=timedelta(), final=job.cancelled)
    return count


def _again_or_failed(job: Job, error: dict[str, str], *, now: datetime, wait: timedelta, final: bool) -> bool:
    changes: dict[str, Any] = {"errors": [*job.errors, error], "lease_until": None, "worker": ""}
    if final or len(job.workers) >= job.attempts_max:
        changes |= {"state": Job.State.FAILED, "finished": now}
    else:
        changes |= {
            "state": Job.State.READY,
            "run_after": max(job.run_after, now + wait) if wait else job.run_after,
        }
    return bool(_held(job).update(**changes))


def cancel(job_id: uuid.UUID, *, now: datetime) -> bool:
    """A waiting job ends at once, a running one at its next `progress`. False when it had ended before."""
    jobs = Job.objects.filter(id=job_id)
    if jobs.filter(state=Job.State.READY).update(cancelled=True, state=Job.State.FAILED, finished=now):
        return True
    return bool(jobs.filter(state=Job.State.RUNNING).update(cancelled=True))


def backoff(job: Job) -> timedelta:
    """5 s, 20 s, 80 s ... up to an hour, times 0.5 to 1.5: what failed together does not return together."""
    tries = max(1, len(job.workers))
    wait_s = min(BACKOFF_S * BACKOFF_FACTOR ** (tries - 1), BACKOFF_S_MAX)
    spread = (
        (job.id.int >> (8 * (tries % 8))) % 1024 / 1024
    )  # the id is random already, and the same when asked again
    return timedelta(seconds=wait_s * (0.5 + spread))


def describe(error: BaseException) -> dict[str, str]:
    """Class and frames, without the message: messages quote values, and values may be personal."""
    return {"exception_class_path": get_module_path(type(error)), "traceback": _frames(error)}


def _frames(error: BaseException) -> str:
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    before = f"{_frames(cause)}\n" if cause is not None else ""
    code = f": {error.code}" if isinstance(error, GuanxiError) else ""
    frames = "".join(traceback.format_tb(error.__traceback__, limit=-FRAMES_MAX))
    return f"{before}{frames}{get_module_path(type(error))}{code}"


def retry(job_id: uuid.UUID, *, now: datetime) -> bool:
    """Try a failed job once more from the beginning, with all its tries; what went wrong before stays written down."""
    failed = Job.objects.filter(id=job_id, state=Job.State.FAILED)
    changes = {
        "state": Job.State.READY,
        "run_after": now,
        "workers": [],
        "cancelled": False,
        "finished": None,
    }
    return bool(failed.update(**changes, worker="", lease_until=None, done=0))
