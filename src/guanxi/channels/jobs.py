from django_tasks import task

from guanxi.channels import actions
from guanxi.core import jobs
from guanxi.core.clock import now


@task(queue_name="mail", attempts_max=12)  # twelve tries outlast a mail server that is away for hours
def deliver(public_id: str) -> str:
    """Hand one message to the mail server. Safe twice: a message that is no longer on its way is left alone."""
    try:
        return actions.deliver(now=now(), public_id=public_id)
    except Exception as error:
        if actions.is_refused_for_good(error):
            actions.give_up(now=now(), public_id=public_id)
            return "refused for good"
        if jobs.is_last_attempt():
            actions.give_up(now=now(), public_id=public_id)
        raise
