"""Background work of people: the search index follows the stream, reviews come up again."""

from django_tasks import task

from guanxi.core import search
from guanxi.core.access import system
from guanxi.core.clock import now
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
def purge_forgotten() -> dict[str, object]:
    """After somebody was forgotten: the register outside has it, and the bytes leave the database's files."""
    written = actions.privacy.catch_up_register()
    return {"register": written, "purged": purge()}
