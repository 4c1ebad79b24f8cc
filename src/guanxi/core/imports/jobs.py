"""Background work of imports: each task carries a run on until it ends. Safe twice: a chunk is written once."""

from datetime import timedelta

from django_tasks import task

from guanxi.core import clock, jobs
from guanxi.core.imports.actions import forget_files
from guanxi.core.imports.running import carry_on
from guanxi.core.imports.trying import check_all
from guanxi.core.imports.undoing import take_back


@task(queue_name="import")
def check(run_id: int) -> str:
    """The dry run: reads everything, writes nothing but its findings."""
    return check_all(run_id, progress=jobs.progress)


@task(queue_name="import")
def run(run_id: int) -> str:
    """The import itself, chunk by chunk from wherever it stands."""
    return carry_on(run_id, progress=jobs.progress)


@task(queue_name="import")
def undo(run_id: int) -> str:
    """Take back what was written, newest chunk first."""
    return take_back(run_id, progress=jobs.progress)


@task(queue_name="default")
def forget() -> int:
    """Forget files whose imports ended long ago, and uploads that never finished."""
    return forget_files(now=clock.now(), limit=timedelta(seconds=20))
