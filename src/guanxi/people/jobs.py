"""Background work of people: the search index follows the stream, reviews come up again."""

from django_tasks import task

from guanxi.core import search
from guanxi.core.access import system
from guanxi.core.clock import now
from guanxi.core.models import Event
from guanxi.people import actions, queries


def index(found: list[Event]) -> None:
    """Make new records findable. A batch of the sealed stream; writing a row again replaces it."""
    search.put_many(queries.list_search_words({event.subject_id for event in found}))


@task
def wake_reviews() -> int:
    """Reviews that were put off until now wait for a steward again. Safe twice."""
    return actions.wake_reviews(actor=system("clock"), now=now())
