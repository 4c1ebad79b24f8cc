"""Background work of webhooks, on a queue of its own: a stranger's slow server holds up no mail and no import."""

from datetime import datetime

from django_tasks import task

from guanxi.core import clock
from guanxi.core.jobs import backend
from guanxi.core.jobs.outbox import sealed_head
from guanxi.core.models import Event, Job, WebhookEndpoint
from guanxi.core.webhooks import queries
from guanxi.core.webhooks.delivery import Dispatcher

QUEUE = "webhook"


@task(queue_name=QUEUE)
def deliver() -> int:
    """Send what is due, and come back when the next resting endpoint is to be tried again. Safe to run twice: endpoints
    are leased, ids are stable."""
    delivered = Dispatcher().run()
    if when := queries.next_try(sealed_head()):
        wake(max(when, clock.now()))
    return delivered


def heard(_found: list[Event]) -> None:
    """New events are sealed: somebody may want to hear."""
    if WebhookEndpoint.objects.filter(state=WebhookEndpoint.State.ACTIVE).exists():
        wake(clock.now())


def wake(when: datetime) -> None:
    """Let `deliver` run at `when`. A job that waits for it already is enough; a running one may be past its last look."""
    waiting = Job.objects.filter(state=Job.State.READY, task=deliver.module_path, workers=[])
    if not waiting.filter(run_after__lte=when).exists():
        job = backend.prepare(deliver, now=clock.now())
        job.run_after = when
        job.save(force_insert=True)
