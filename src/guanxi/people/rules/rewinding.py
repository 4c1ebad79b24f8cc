"""What something was at an earlier moment, where only changes are kept: the value before the first change after it."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

T = TypeVar("T")


def value_at(moment: datetime, current: T, changes: Iterable[tuple[datetime, T]]) -> T:
    """`changes`: (when, the value before it) of one value, in the order they happened, `current` being what it is today."""
    return next((before for when, before in changes if when > moment), current)


def holds_at(moment: datetime, begun: datetime, over: datetime | None) -> bool:
    """Whether something that began and perhaps ended held at a moment; at its very end it did not any more."""
    return begun <= moment and (over is None or moment < over)
