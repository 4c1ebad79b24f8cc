"""Who complained after something happened to them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from guanxi.cases.models import Case
from guanxi.people.models import Record


def complained_after(pairs: Sequence[tuple[int, datetime]], within: timedelta) -> int:
    """Of [(record, moment)] how many whose customer opened a case of their own within a time after it; two statements."""
    if not pairs:
        return 0
    whose = dict(
        Record.objects.filter(id__in={record for record, _at in pairs}).values_list("id", "customer_id")
    )
    first = min(at for _record, at in pairs)
    found = Case.objects.filter(record__customer__in=set(whose.values()), opened__gte=first)
    opened: dict[int, list[datetime]] = {}
    for customer, at in found.values_list("record__customer_id", "opened"):
        opened.setdefault(customer, []).append(at)
    return sum(
        any(at <= one <= at + within for one in opened.get(whose.get(record, 0), ())) for record, at in pairs
    )
