"""How an event reads in a timeline: each room registers words and icon for the types it emits."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class EventType:
    """`code` is the type in the past tense; `direction` is "in" (they said it), "out" (we did) or "" (neither)."""

    code: str
    words: Any
    icon: str = "point"
    direction: str = ""
    shown: bool = True  # in a customer's timeline; the audit trail shows all

    def __str__(self) -> str:
        return self.code


_types: dict[str, EventType] = {}


def register(*types: EventType) -> None:
    for one in types:
        _types[one.code] = one


def describe(code: str) -> EventType:
    return _types.get(code) or EventType(code, code)


def hidden() -> list[str]:
    """Types kept out of customers' timelines."""
    return [one.code for one in _types.values() if not one.shown]


def registered() -> Mapping[str, EventType]:
    return dict(_types)
