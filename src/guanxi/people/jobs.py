"""Background work of people: the search index follows the stream, reviews come up again."""

from django.utils import timezone
from django_tasks import task

from guanxi.core import jobs, search
from guanxi.core.access import system
from guanxi.core.clock import now
from guanxi.core.errors import Conflict
from guanxi.core.models import Event
from guanxi.core.personal.purge import purge
from guanxi.people import actions, queries


def index(found: list[Event]) -> None:
    """Make new records findable. A batch of the sealed stream; writing a row again replaces it."""
    search.put_many(queries.list_search_words({event.subject_id for event in found}))


@task
def wake_reviews() -> int:
    """Reviews that were put off until now wait for a steward again. Safe twice."""
    return actions.wake_reviews(actor=system("clock"), now=now())


@task(queue_name="import")  # the lane of long work: mail does not wait behind it
def refill_keys() -> int:
    """Records made before there were block keys get theirs; how many keys. Safe twice: who has some is not looked at again,
    so a second run goes on where the first one ended."""
    total, done, keys, after = queries.count_without_keys(), 0, 0, 0
    while True:
        found = actions.refill_keys(actor=system("upgrade"), now=now(), after=after)
        done, keys = done + found.records, keys + found.keys
        jobs.progress(done, total)
        if found.last is None:
            return keys
        after = found.last


@task(queue_name="import")
def unify(scan: str) -> str:
    """Scan all customers for duplicates and ask the stewards about them; how it ended. Safe twice: see `scanning.unify`."""
    from guanxi.people.actions import scanning  # DuckDB is loaded where a scan runs, not in every process

    return scanning.unify(scan, progress=jobs.progress)


@task
def unify_nightly() -> str:
    """The scan of this night, asked for once. Another one that is under way will do."""
    moment = now()
    try:
        run = actions.ask_scan(actor=system("clock"), now=moment, night=timezone.localdate(moment))
    except Conflict:
        return ""
    return run.public_id


@task(queue_name="import")
def purge_forgotten() -> dict[str, object]:
    """After somebody was forgotten: the register outside has it, and the bytes leave the database's files."""
    written = actions.privacy.catch_up_register()
    return {"register": written, "purged": purge()}


@task(queue_name="import")
def write_copy(public_id: str) -> str:
    """Write the copy of one person's data."""
    return actions.privacy.write_copy(now=now(), public_id=public_id)


@task
def sweep_copies() -> int:
    """Copies of persons' data live for a week."""
    return actions.privacy.sweep_copies(now=now())
