"""What a look at the quality of a contact judges, and which contacts are drawn. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Criterion:
    """`critical`: missing it makes the contact an error, whatever else was good."""

    code: str
    critical: bool


CRITERIA = (
    Criterion("identity", critical=True),
    Criterion("right", critical=True),
    Criterion("promises", critical=True),
    Criterion("complete", critical=False),
    Criterion("notes", critical=False),
    Criterion("tone", critical=False),
)
CODES = tuple(one.code for one in CRITERIA)


def errors_of(marks: Mapping[str, bool]) -> int:
    """How many critical criteria were missed."""
    return sum(one.critical and not marks[one.code] for one in CRITERIA)


def drawn(finished: Mapping[int, Sequence[int]], each: int, seed: int) -> list[int]:
    """`each` of every member's pieces (all of them where there are fewer), by chance that the seed repeats.

    `finished`: member -> keys of what they finished.
    """
    found: list[int] = []
    for member in sorted(finished):
        dice = Random(f"{seed}:{member}")  # noqa: S311  # nosec B311  a draw, no secret
        keys = sorted(finished[member])
        found += dice.sample(keys, min(each, len(keys)))
    return sorted(found)
