"""Background work of channels: handing mail over, and telling colleagues what waits for them by e-mail."""

from collections.abc import Callable
from datetime import timedelta

from django_tasks import task

from guanxi.channels import actions
from guanxi.channels.actions import adapters, contacts, dialling, mailboxes
from guanxi.channels.queries import mail as mails
from guanxi.core import clock, jobs
from guanxi.core.access import system
from guanxi.core.clock import now
from guanxi.core.jobs import backend
from guanxi.core.models import Event, Job, User
from guanxi.core.notices import DIGEST, MAIL, mail
from guanxi.core.notices.mail import Letter

GATHER = timedelta(seconds=20)  # what happens together is told in one mail


@task(queue_name="mail", attempts_max=12)  # twelve tries outlast a mail server that is away for hours
def deliver(public_id: str) -> str:
    """Hand one message to the mail server. Safe twice: a message that is no longer on its way is left alone."""
    return _insist(public_id, actions.deliver, actions.give_up)


@task(queue_name="mail", attempts_max=12)
def deliver_to_colleague(public_id: str) -> str:
    """The same for a letter to a colleague."""
    return _insist(public_id, actions.deliver_to_colleague, actions.give_letter_up)


def _insist(public_id: str, hand_over: Callable[..., str], give_up: Callable[..., None]) -> str:
    try:
        return hand_over(now=now(), public_id=public_id)
    except Exception as error:
        if actions.is_refused_for_good(error):
            give_up(now=now(), public_id=public_id, bounced=actions.is_bounce(error))
            return "refused for good"
        if jobs.is_last_attempt():
            give_up(now=now(), public_id=public_id)
        raise


@task
def read_mailboxes() -> int:
    """Have every mailbox read that is not being read already. Safe twice: what is under way is not begun again."""
    mailboxes.sort_waiting(now=now)
    under_way = Job.objects.filter(
        task=read_mailbox.module_path, state__in=[Job.State.READY, Job.State.RUNNING]
    ).values_list("args", flat=True)
    busy = {args[0] for args in under_way}
    due = [public_id for public_id in mails.to_read() if public_id not in busy]
    for public_id in due:
        read_mailbox.enqueue(public_id)
    return len(due)


@task
def feed_calls() -> int:
    """Put due calls of lists into their teams' queues. Safe twice: what was put in fills the seats there are."""
    return dialling.feed(actor=system("calling"), now=now())


@task(queue_name="import")  # the lane of long work
def read_mailbox(public_id: str) -> int:
    """Take in what waits in one mailbox. Safe twice: a mail that is here already only leaves the server."""
    left = mailboxes.fetch(now=now, public_id=public_id, tick=jobs.progress)
    if left:
        read_mailbox.enqueue(public_id)
    return left


@task(queue_name="mail")
def tell_colleagues() -> int:
    """Write to whoever wants to be told at once. Safe twice: what was told waits no longer."""
    return mail.tell(now=now(), way=MAIL, write=_write)


@task(queue_name="mail")
def tell_colleagues_daily() -> int:
    """Write to whoever wants to be told once a day, of what they have not read meanwhile. Safe twice."""
    return mail.tell(now=now(), way=DIGEST, write=_write)


def _write(user: User, letter: Letter) -> None:
    actions.write_to_colleague(actor=system("notices"), now=now(), user=user, letter=letter)


def notices_added(found: list[Event]) -> None:
    """Somebody is to be told by e-mail: soon, together with what happens meanwhile. A batch of the sealed stream."""
    if not any(event.data.get("mail") for event in found):
        return
    when = clock.now() + GATHER
    waiting = Job.objects.filter(state=Job.State.READY, task=tell_colleagues.module_path, workers=[])
    if not waiting.filter(run_after__lte=when).exists():
        job = backend.prepare(tell_colleagues, now=clock.now())
        job.run_after = when
        job.save(force_insert=True)


@task
def sweep_contacts() -> int:
    """Live contacts whose colleague is gone wait again; who waited and is gone has given up. Safe twice."""
    return contacts.sweep(actor=system("worker"), now=now())


@task
def tell_line(event_id: int) -> bool:
    """Have a contact's machine do what was decided here. Safe twice: lines do a thing they are told twice once."""
    return adapters.command(Event.objects.get(id=event_id))


def contacts_moved(found: list[Event]) -> None:
    """What concerns a line is told to it, each by a job. A batch of the sealed stream."""
    for event in found:
        if adapters.is_for_a_line(event):
            tell_line.enqueue(event.id)
