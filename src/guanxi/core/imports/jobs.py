"""Background work of imports: each task carries a run on until it ends. Safe twice: a chunk is written once."""

from django_tasks import task

from guanxi.core import jobs
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
