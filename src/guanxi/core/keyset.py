"""Keyset paging: a page begins after the last row of the one before, however deep; its cost does not grow with depth."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

from django.db.models import Model, Q, QuerySet

from guanxi.core.errors import Invalid

M = TypeVar("M", bound=Model)
COUNT_MAX = 1_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """Rows and the cursor of the next page, "" at the end."""

    rows: Sequence[M]
    next_cursor: str


def cut(found: QuerySet[M], field: str, cursor: str, *, size: int, rising: bool = False) -> Page[M]:
    """The page after `cursor` of a query ordered by `-field, -id` (`rising`: by `field, id`).

    Raises `Invalid` for a cursor that is not ours.
    """
    if cursor:
        moment, key = read(cursor)
        beyond = "gt" if rising else "lt"
        found = found.filter(Q(**{f"{field}__{beyond}": moment}) | Q(**{field: moment, f"id__{beyond}": key}))
    rows = list(found[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    return Page(rows, write(getattr(rows[-1], field), rows[-1].pk) if more else "")


def write(moment: datetime, key: int) -> str:
    """An opaque cursor; says nothing a reader could count on."""
    micros = (moment - EPOCH) // MICROSECOND
    packed = micros.to_bytes(9, signed=True) + key.to_bytes(8)
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def read(cursor: str) -> tuple[datetime, int]:
    try:
        packed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        if len(packed) != 17:
            raise ValueError
        key = int.from_bytes(packed[9:])
        if key >= 2**63:
            raise ValueError
        seconds, micros = divmod(int.from_bytes(packed[:9], signed=True), 1_000_000)
        return datetime.fromtimestamp(seconds, UTC).replace(microsecond=micros), key
    except (ValueError, binascii.Error, OverflowError, OSError) as error:
        raise Invalid(code="cursor") from error


def count_up_to(found: QuerySet[M]) -> int:
    """How many there are; counting stops one above `COUNT_MAX`, so that no page waits for its number."""
    return found.order_by()[: COUNT_MAX + 1].count()


def count_label(number: int, more: bool) -> str:
    """ "40", or "1,000+" where counting stopped."""
    return f"{number:,}+" if more else f"{number:,}"


def capped_count(found: QuerySet[M]) -> tuple[int, bool]:
    """(count, at most `COUNT_MAX`; whether there are more)."""
    count = count_up_to(found)
    return min(count, COUNT_MAX), count > COUNT_MAX
