"""Tasks for the tests of the queue; real worker processes import them by their path."""

import os
import time
from pathlib import Path

from django_tasks import TaskContext, task

from guanxi.core import jobs
from guanxi.core.errors import NotFound


@task
def add(left: int, right: int) -> int:
    return left + right


@task(queue_name="mail", priority=5)
def urgent() -> None: ...


@task
def tick_work() -> str:
    return "ticked"


@task
def saw_event(event_id: int) -> int:
    return event_id


@task
def breaks(secret: str) -> None:
    raise ValueError(f"no such person: {secret}")


@task(attempts_max=1)
def misses() -> None:
    raise NotFound


@task(takes_context=True)
def attempt(context: TaskContext) -> int:
    return context.attempt


@task
def note_line(path: str, line: str) -> None:
    """Append one line: a single write, so that lines of several processes stay whole."""
    with Path(path).open("a") as file:
        file.write(f"{line}\n")


@task
def long_work(path: str, seconds: float) -> str:
    """Note the start, then work with signs of life; notes the end when it gets there."""
    note_line.call(path, f"start {os.getpid()}")
    steps = int(seconds * 20)
    for step in range(steps):
        jobs.progress(step, steps)
        time.sleep(0.05)
    note_line.call(path, "end")
    return "whole"


@task
def deaf_work(path: str, seconds: float) -> None:
    """Work without a sign of life, deaf to `Exception`s."""
    note_line.call(path, f"start {os.getpid()}")
    try:
        time.sleep(seconds)
    except Exception:  # noqa: BLE001 - shows that being stopped is no Exception
        time.sleep(seconds)
    note_line.call(path, "end")


@task
def cancels_itself() -> None:
    job = jobs.current()
    assert job is not None
    assert jobs.cancel(job.id, now=job.enqueued)
    jobs.progress(1, 2)


@task
def counts(total: int) -> None:
    for done in range(1, total + 1):
        jobs.progress(done, total)
