"""The only place that asks for the time. Edges and jobs call `now()` once and hand it down; rules and actions take it.

Worlds and tests set the time with `at(...)`; it is carried by the context, so threads and requests do not disturb each
other.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_set: ContextVar[datetime | None] = ContextVar("guanxi_clock", default=None)


def now() -> datetime:
    """The current moment, aware, in UTC."""
    return _set.get() or datetime.now(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Within the block the clock stands at `moment` (aware)."""
    if moment.tzinfo is None:
        raise ValueError("the clock needs an aware moment")
    token = _set.set(moment)
    try:
        yield
    finally:
        _set.reset(token)
