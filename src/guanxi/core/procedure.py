"""The form of every state machine: a table of steps and a table of limits. Pages, API, docs and tests derive from it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any


class Clock(StrEnum):
    """Which hours a limit counts in."""

    WORKING = "working"  # the team's calendar
    PARTY = "party"  # plain hours that never end in the night
    PLAIN = "plain"  # plain hours: what machines do


@dataclass(frozen=True, slots=True)
class Facts:
    """What guards may look at."""

    verb: str
    who: str
    values: Mapping[str, Any]


Guard = Callable[[Facts], bool]


def always(facts: Facts) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Step:
    """Who may do a verb in a state, where it leads (first guard that holds), how often it may be done per matter."""

    who: frozenset[str]
    branches: Sequence[tuple[Guard, str]]
    at_most: int | None = None

    def next_state(self, facts: Facts) -> str:
        return next(state for guard, state in self.branches if guard(facts))


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a state may last, in whose hours, and the verb the system does when it is over."""

    duration: timedelta
    clock: Clock
    on_expiry: str


Table = Mapping[tuple[str, str], Step]
Limits = Mapping[str, Limit]


def verbs(table: Table, state: str, who: str) -> list[str]:
    """What `who` may do in `state`, in the order of the table."""
    return [verb for (at, verb), step in table.items() if at == state and who in step.who]
