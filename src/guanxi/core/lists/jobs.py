"""Background work of lists: bulk runs carried out and back, exports written, what is old swept away. All safe twice."""

from django_tasks import task

from guanxi.core.clock import now
from guanxi.core.lists import carrying, runs, writing


@task(queue_name="import")
def carry_out(run_id: int) -> None:
    """Do what is left of a bulk run."""
    carrying.carry_out(run_id)


@task(queue_name="import")
def carry_back(run_id: int) -> None:
    """Undo what is left of a bulk run."""
    carrying.carry_back(run_id)


@task(queue_name="import")
def write_export(export_id: int) -> None:
    """Write the file of an export."""
    writing.write(export_id)


@task
def sweep() -> int:
    """End what nobody works on any more."""
    moment = now()
    return runs.stop_lost(now=moment) + writing.sweep(now=moment)
