"""Background work of people: the search index follows the stream."""

from guanxi.core import search
from guanxi.core.models import Event
from guanxi.people import queries


def index(found: list[Event]) -> None:
    """Make new records findable. A batch of the sealed stream; writing a row again replaces it."""
    search.put_many(queries.list_search_words({event.subject_id for event in found}))
