"""What can be wrong with a row: a stable code, where, and how bad. Words stand in `words.py`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

REFUSED, WARNED = "refused", "warned"


@dataclass(frozen=True, slots=True)
class Fault:
    """`column` counts from 0; -1 is the row as a whole, or the column of `field` where a kind names that instead.

    `values` fill the places of the words and hold no personal text.
    """

    code: str
    column: int = -1
    values: Mapping[str, Any] = field(default_factory=dict)
    level: str = REFUSED
    field: str = ""


class Unreadable(ValueError):
    """A cell that is not what its field needs. Never holds the cell."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


class BadFile(ValueError):
    """The file as a whole cannot be read; `code` has words."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = values
