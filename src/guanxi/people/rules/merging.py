"""What may become one customer and what may come apart again. Pure: codes for every refusal, words are elsewhere."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Final

from guanxi.people.rules.contact import DOCUMENT_KINDS

REASON_CHARS_MAX: Final = 300
# A person has one of each: verified twice with different values, these are two persons until somebody ends the wrong one.
SINGLE_KINDS: Final = ("national_id", *DOCUMENT_KINDS, "member")

Key = tuple[str, str]  # an identifier's kind and value


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something may not be done: a stable code and the values its words need."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


def refused_pair(survivor: str, others: Sequence[str], *, most: int) -> Refusal | None:
    """Whether these public ids name customers that can be merged at all."""
    if not others:
        return Refusal("nothing_to_merge")
    if survivor in others or len(set(others)) < len(others):
        return Refusal("self_merge")
    if len(others) >= most:
        return Refusal("too_many", {"most": most})
    return None


def differing(verified: Sequence[Collection[Key]]) -> str:
    """The kind of which two sides each have a verified identifier and none in common; "" when there is none."""
    for one, other in combinations(map(_by_kind, verified), 2):
        for kind in SINGLE_KINDS:
            if kind in one and kind in other and one[kind].isdisjoint(other[kind]):
                return kind
    return ""


def _by_kind(keys: Iterable[Key]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for kind, value in keys:
        found.setdefault(kind, set()).add(value)
    return found


@dataclass(frozen=True, slots=True)
class Merged:
    """A merge as it was: survivor's own records, and what each retired customer brought."""

    survivor: int
    stayed: frozenset[int]
    brought: Mapping[int, frozenset[int]]  # retired customer -> records


@dataclass(frozen=True, slots=True)
class Parting:
    """How records part when a merge is undone: `back` to each retired customer, all others stay.

    `after`: records that came to the survivor since; who they belong to must be said. `own`: what stays in any case.
    """

    back: Mapping[int, Sequence[int]]
    after: Sequence[int]
    own: Sequence[int]


def part(merged: Merged, now_there: Collection[int], others: Collection[int]) -> Parting | Refusal:
    """What undoing a merge means today.

    `now_there`: the survivor's records now. `others`: those that other merges, which still stand, brought to the survivor.
    What somebody has moved elsewhere since stays there. Refused (code "nothing_left") when a side would have no record.
    """
    there = set(now_there)
    back = {customer: sorted(records & there) for customer, records in merged.brought.items()}
    gone = {record for records in merged.brought.values() for record in records}
    staying = there - gone
    if not all(back.values()) or not staying:
        return Refusal("nothing_left")
    after = staying - merged.stayed - set(others)
    return Parting(back, sorted(after), sorted(staying - after))


def refused_assignment(merged: Merged, parting: Parting, assigned: Mapping[int, int]) -> Refusal | None:
    """Whether everything that came after a merge, and nothing else, has been given to one of its sides."""
    missing = set(parting.after) - assigned.keys()
    if missing:
        return Refusal("unassigned", {"count": len(missing)})
    if assigned.keys() - set(parting.after):
        return Refusal("not_after")
    if set(assigned.values()) - {merged.survivor, *merged.brought}:
        return Refusal("no_side")
    if not parting.own and merged.survivor not in assigned.values():
        return Refusal("nothing_left")
    return None
