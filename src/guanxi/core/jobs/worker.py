"""The worker: takes jobs and runs them one after another, with the chores beside it."""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import structlog
from django.conf import settings
from django.db import close_old_connections, connection, reset_queries
from django.utils import translation
from django_tasks import task_backends
from django_tasks.base import TaskContext
from django_tasks.utils import normalize_json

from guanxi.core import clock, seal
from guanxi.core.jobs import lease, schedule
from guanxi.core.jobs.backend import as_result, task_of
from guanxi.core.jobs.chores import AWAY, BACKOFF_S, BACKOFF_S_MAX, Chore, Chores
from guanxi.core.jobs.context import Cancelled, LeaseLost, Run, Stopping, running
from guanxi.core.jobs.identity import worker_name
from guanxi.core.models import Job

log = structlog.get_logger("guanxi.jobs")
KEEP_WAITING_S = 2.0  # a job that runs longer gives the ones claimed with it back to the other workers
SILENT_S_MAX = 3_600.0  # without progress for so long, a job is no longer kept alive


class Worker:
    """Runs the jobs of `queues`. `run` works until `stop`; `run_once` until nothing is left to do now."""

    def __init__(
        self,
        *,
        queues: Sequence[str] = (),
        name: str = "",
        lease_s: float = lease.LEASE_S,
        batch: int = lease.BATCH,
        lane: bool = False,
    ) -> None:
        """`lane`: a second worker in a thread of the same process, for long jobs; the first one does the chores."""
        self.queues = list(queues) or sorted(task_backends["default"].queues)
        self.name = worker_name(name)
        self.stopping = False
        self._lease_s, self._batch = lease_s, batch
        self._waiting: deque[Job] = deque()
        self._run: Run | None = None
        self._renewed = 0.0
        self._interruptible = False
        self._woken = threading.Event()
        self._chores = Chores(wake=self._woken.set, more=[Chore("keep", 1.0, self.keep)], others=not lane)

    def run(self) -> None:
        """Work until `stop`. Raises `RuntimeError` when the chores died: a worker that does not seal is none."""
        log.info("worker.started", worker=self.name, queues=",".join(self.queues))
        self._chores.start()
        try:
            while not self.stopping:
                if not self._insist(self._step):
                    self._woken.wait(0.5 if connection.vendor == "sqlite" else 0.2)
                    self._woken.clear()
                if not self._chores.alive:
                    raise RuntimeError("the chores ended")
        finally:
            self._insist(self._hand_back_waiting)
            self._chores.stop()
            log.info("worker.stopped", worker=self.name)

    def run_once(self) -> int:
        """Run what is due, seal, deliver, and again until all is quiet; returns how many jobs ran. No thread."""
        lease.reap(now=clock.now())
        schedule.fire_due(now=clock.now(), fired=self._chores.fired)
        ran = 0
        while not self.stopping:
            moved = self._chores.seal(clock.now()) + self._chores.follow(clock.now())
            done = self._drain()
            ran += done
            if not moved and not done:
                break
        self._hand_back_waiting()
        seal.anchor()
        return ran

    def _drain(self) -> int:
        count = 0
        while not self.stopping and self._step():
            count += 1
        return count

    def stop(self) -> None:
        """End after the current job. Only sets a flag: it is called by signal handlers."""
        self.stopping = True

    def interrupt(self) -> None:
        """From a signal handler in the worker's own thread: the current job has had its time."""
        if self._interruptible:
            raise Stopping

    def keep(self, now: datetime) -> None:
        """Keep the lease of the running job; let go of those that would wait behind it."""
        run = self._run
        moment = time.monotonic()
        if run is None or moment - run.began < KEEP_WAITING_S:
            return
        self._hand_back_waiting()
        if (
            moment - max(self._renewed, run.began) >= self._lease_s / 4
            and moment - run.touched < SILENT_S_MAX
        ):
            lease.renew(run.job, lease_s=self._lease_s, now=now)
            self._renewed = moment

    def _hand_back_waiting(self) -> bool:
        jobs = []
        while self._waiting:
            try:
                jobs.append(self._waiting.popleft())
            except IndexError:  # the other thread took the last one
                break
        return bool(lease.hand_back(jobs))

    def _step(self) -> bool:
        """Run one job; False when none is due."""
        reset_queries()
        job = self._next()
        if job is None:
            return False
        self._execute(job)
        return True

    def _next(self) -> Job | None:
        now = clock.now()
        try:
            job = self._waiting.popleft()
        except IndexError:
            self._waiting.extend(
                lease.claim(
                    worker=self.name, queues=self.queues, now=now, batch=self._batch, lease_s=self._lease_s
                )
            )
            return self._waiting.popleft() if self._waiting else None
        return job if job.lease_until and job.lease_until > now else None

    def _execute(self, job: Job) -> None:
        began = time.monotonic()
        outcome, settle = self._outcome(job)
        self._run = None
        held = self._insist(settle)
        took = round((time.monotonic() - began) * 1_000)
        say = log.warning if outcome == "job.failed" else log.info
        say(outcome if held else "job.lost", task=job.task, job=job.id.hex, duration_ms=took)

    def _outcome(self, job: Job) -> tuple[str, Callable[[], bool]]:
        """Run the job; what came of it, and the write that says so (apart: it may have to wait for the database)."""
        try:
            result = self._call(job)
        except Stopping:
            connection.close()  # it may have been in the middle of a statement
            return "job.handed_back", lambda: bool(lease.hand_back([job]))
        except Cancelled as stop:
            error: BaseException = stop
            return "job.cancelled", lambda: lease.fail(job, error=error, now=clock.now(), final=True)
        except LeaseLost:
            return "job.lost", lambda: False
        except (Exception, SystemExit) as failure:  # noqa: BLE001 - whatever a job does wrong is its result
            close_old_connections()
            fault: BaseException = failure
            log.warning("job.raised", task=job.task, job=job.id.hex, **lease.describe(fault))
            return "job.failed", lambda: lease.fail(job, error=fault, now=clock.now())
        return "job.done", lambda: lease.finish(job, result=result, now=clock.now())

    def _call(self, job: Job) -> Any:
        task = task_of(job)
        self._run = run = Run(job=job, lease_s=self._lease_s, should_stop=lambda: self.stopping)
        context = (TaskContext(task_result=as_result(job, task)),) if task.takes_context else ()
        with running(run), translation.override(settings.LANGUAGE_CODE):
            self._interruptible = True
            try:
                return normalize_json(task.call(*context, *job.args, **job.kwargs))
            finally:
                self._interruptible = False

    def _insist(self, write: Callable[[], bool]) -> bool:
        """Do `write` again until the database answers; when stopping only once more (the lease covers the rest)."""
        wait_s = BACKOFF_S
        while True:
            try:
                return write()
            except AWAY as error:
                log.warning("database.away", wait_s=wait_s, error=type(error).__name__)
                connection.close()
                if self.stopping and wait_s > BACKOFF_S:
                    return False
                time.sleep(wait_s)
                wait_s = min(wait_s * 2, BACKOFF_S_MAX)
