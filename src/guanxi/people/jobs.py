"""Background work of people: the search index follows the stream."""

from guanxi.core import search
from guanxi.core.models import Event
from guanxi.people import queries
from guanxi.people.models import Record


def index(found: list[Event]) -> None:
    """Make new records findable. A batch of the sealed stream; writing a row again replaces it."""
    ids = {event.subject_id for event in found}
    records = Record.objects.filter(id__in=ids).select_related("customer").prefetch_related("identifiers")
    search.put_many([queries.search_words(one) for one in records])
