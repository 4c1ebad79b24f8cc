"""What a running job knows of itself: its row, its progress, and whether it should end."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.db import connection

from guanxi.core import clock
from guanxi.core.jobs import lease
from guanxi.core.models import Job

WRITE_EVERY_S = 0.5


class Interrupted(KeyboardInterrupt):
    """Ends the current job from outside. No `Exception`, so that a job's own `except Exception` lets it through."""


class Cancelled(Interrupted):
    """Somebody cancelled the job."""


class Stopping(Interrupted):
    """The worker is going down; the job goes back and this try does not count."""


class LeaseLost(Interrupted):
    """The lease ended and another worker may have the job."""


@dataclass
class Run:
    """One try at one job. `touched` is the last sign of life on the monotonic clock, in seconds."""

    job: Job
    lease_s: float
    should_stop: Callable[[], bool]
    began: float = field(default_factory=time.monotonic)
    touched: float = field(default_factory=time.monotonic)
    written: float = float("-inf")

    def progress(self, done: int, total: int | None) -> None:
        if self.should_stop():
            raise Stopping
        self.touched = time.monotonic()
        if self.touched - self.written < WRITE_EVERY_S and done != total:
            return
        if connection.in_atomic_block:
            return  # a row locked for as long as the job's own transaction would hold up the heartbeat
        self.written = self.touched
        if not lease.renew(self.job, lease_s=self.lease_s, now=clock.now(), done=done, total=total):
            raise Cancelled if lease.is_cancelled(self.job) else LeaseLost


_run: ContextVar[Run | None] = ContextVar("guanxi_job", default=None)


@contextmanager
def running(run: Run) -> Iterator[None]:
    token = _run.set(run)
    try:
        yield
    finally:
        _run.reset(token)


def current() -> Job | None:
    """The job that is running here; None outside a worker."""
    run = _run.get()
    return run.job if run else None


def progress(done: int, total: int | None = None) -> None:
    """Say how far the job is and keep its lease. Does nothing outside a worker.

    Call it between transactions, as often as you like (it writes twice a second at most). Raises `Cancelled`,
    `Stopping` or `LeaseLost`; let them pass.
    """
    run = _run.get()
    if run is not None:
        run.progress(done, total)


def is_last_attempt() -> bool:
    """Whether no further try follows this one. True outside a worker, where nobody tries again."""
    job = current()
    return job is None or len(job.workers) >= job.attempts_max
