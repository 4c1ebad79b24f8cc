"""The django-tasks side: enqueueing a row and reading its result."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ParamSpec, TypeVar

from django.utils.module_loading import import_string
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskError, TaskResult, TaskResultStatus
from django_tasks.exceptions import InvalidTaskError, TaskResultDoesNotExist
from django_tasks.utils import normalize_json

from guanxi.core import clock
from guanxi.core.models import Job

P = ParamSpec("P")
T = TypeVar("T")
ATTEMPTS_MAX = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseTask(Task[P, T]):
    """A task that says how often it may be tried: `@task(attempts_max=1)` for what must never happen twice."""

    attempts_max: int = ATTEMPTS_MAX


class LeaseBackend(BaseTaskBackend):
    """Keeps jobs in the table beside the business rows: enqueueing is part of the caller's transaction."""

    task_class = LeaseTask
    supports_defer = True
    supports_get_result = True
    supports_priority = True

    def enqueue(self, task: Task[P, T], args: Any, kwargs: Any) -> TaskResult[T]:
        """Write the job. A rollback of the caller takes it along."""
        self.validate_task(task)
        job = prepare(task, args, kwargs, now=clock.now())
        job.save(force_insert=True)
        return as_result(job, task)

    def get_result(self, result_id: str) -> TaskResult[Any]:
        """The state of a job. Raises `TaskResultDoesNotExist`."""
        try:
            job = Job.objects.get(id=uuid.UUID(result_id))
        except (Job.DoesNotExist, ValueError, AttributeError, TypeError) as error:
            raise TaskResultDoesNotExist(result_id) from error
        return as_result(job, task_of(job))


def prepare(
    task: Task[P, T], args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None, *, now: datetime
) -> Job:
    """An unsaved job, for an action that writes all its rows in one statement (`record(..., with_rows=[job])`)."""
    return Job(
        id=uuid.uuid4(),
        task=task.module_path,
        args=normalize_json(list(args)),
        kwargs=normalize_json(dict(kwargs or {})),
        queue=task.queue_name,
        priority=task.priority,
        enqueued=now,
        run_after=task.run_after or now,
        attempts_max=task.attempts_max if isinstance(task, LeaseTask) else ATTEMPTS_MAX,
    )


def enqueue_named(path: str, *args: Any, run_after: datetime | None = None) -> None:
    """Enqueue the task at a dotted path: for actions, which their own room's jobs call and cannot import."""
    task = import_string(path)
    (task.using(run_after=run_after) if run_after else task).enqueue(*args)


def task_of(job: Job) -> Task[..., Any]:
    """The task a job names. Raises `ImportError` when this version of the program does not know it."""
    found = import_string(job.task)
    if not isinstance(found, Task):
        raise InvalidTaskError(f"{job.task} is not a task")
    return found


def as_result(job: Job, task: Task[..., T]) -> TaskResult[T]:
    result: TaskResult[T] = TaskResult(
        task=task,
        id=str(job.id),
        status=TaskResultStatus(job.state),
        enqueued_at=job.enqueued,
        started_at=job.started,
        finished_at=job.finished,
        last_attempted_at=job.attempted,
        args=job.args,
        kwargs=job.kwargs,
        backend=task.backend,
        errors=[TaskError(**error) for error in job.errors],
        worker_ids=list(job.workers),
    )
    object.__setattr__(
        result, "_return_value", job.result
    )  # no parameter of the constructor; django-tasks' own way
    return result
