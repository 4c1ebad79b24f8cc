"""What the published page of a kind says, taken from the table and one version's policy: steps, drawing, differences. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from guanxi.cases.rules import machine
from guanxi.cases.rules.policy import CaseKind, Policy
from guanxi.core.procedure import Clock

ANYWHERE = ("withdraw", "file_evidence", "reclassify", "advance")
"""Verbs of many states, told once and not at each of them."""
AT_EXPIRY = ("lapse", "climb", "hear", "substitute")
"""What only the passing of a limit does."""


@dataclass(frozen=True, slots=True)
class Move:
    """A verb of a state: who may do it, where it leads under which guard (by name), how often per round."""

    verb: str
    who: tuple[str, ...]
    branches: tuple[tuple[str, str], ...]
    at_most: int | None


@dataclass(frozen=True, slots=True)
class Limited:
    key: str
    duration: timedelta
    clock: Clock


@dataclass(frozen=True, slots=True)
class Stage:
    state: str
    turn: str
    limits: tuple[Limited, ...]
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Lane:
    """Several ways to one state, drawn as one line: from which states, and whether it leads back."""

    to: str
    sources: tuple[str, ...]
    back: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two versions: `about` limit | text | issue | rule | remedy | target, `key` its code.

    `field` says what of it; `before` and `after` are values of the content, None where it was not there.
    """

    about: str
    key: str
    field: str
    before: Any
    after: Any


def stages_of(kind: CaseKind) -> tuple[Stage, ...]:
    """The states of a kind in order, with what may be done and how long it may take there."""
    return tuple(
        Stage(state, machine.TURN[state], tuple(_limits(kind, state)), tuple(_moves(kind, state)))
        for state in _states(kind)
    )


def _states(kind: CaseKind) -> Iterator[str]:
    return (state for state in machine.STATES if kind.offers or state != machine.NEGOTIATION)


def _limits(kind: CaseKind, state: str) -> Iterator[Limited]:
    left_out = machine.SLOW_RESPONSE if kind.offers else machine.RESPONSE
    for key, limit in machine.LIMITS.items():
        if key.partition(".")[0] == state and key != left_out:
            yield Limited(key, kind.limit(key), limit.clock)


def _moves(kind: CaseKind, at: str) -> Iterator[Move]:
    for (state, verb), step in machine.TABLE.items():
        if state != at or verb in ANYWHERE or verb in AT_EXPIRY or (verb == "offer" and not kind.offers):
            continue
        branches = tuple((guard.__name__, to) for guard, to in step.branches)
        yield Move(verb, _ordered(step.who), branches, step.at_most)


_WHO = (
    machine.COMPLAINANT,
    machine.RESPONDENT,
    machine.HANDLER,
    machine.SUPERVISOR,
    machine.EXPERT,
    machine.FULFILMENT,
    machine.SYSTEM,
)


def _ordered(who: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(who, key=_WHO.index))


def anywhere() -> tuple[Move, ...]:
    """What may be done at most states, told once."""
    found = []
    for verb in ANYWHERE:
        who = {one for (_state, name), step in machine.TABLE.items() if name == verb for one in step.who}
        found.append(Move(verb, _ordered(who), (), None))
    return tuple(found)


def edges(kind: CaseKind | None = None) -> tuple[tuple[str, str], ...]:
    """(from, to) of every step that leaves its state, withdrawing left out; each once, in the order of the states."""
    states = list(_states(kind)) if kind else list(machine.STATES)
    found = {
        (state, to)
        for (state, verb), step in machine.TABLE.items()
        if verb != "withdraw"
        for _guard, to in step.branches
        if to != state and state in states and to in states
    }
    return tuple(sorted(found, key=lambda edge: (states.index(edge[0]), states.index(edge[1]))))


def lanes(kind: CaseKind) -> tuple[Lane, ...]:
    """All ways but those to the next state, joined by where they lead; the shortest lines first."""
    states = list(_states(kind))
    joined: dict[tuple[str, bool], list[str]] = {}
    for state, to in edges(kind):
        step = states.index(to) - states.index(state)
        if step != 1:
            joined.setdefault((to, step < 0), []).append(state)
    found = [Lane(to, tuple(sources), back) for (to, back), sources in joined.items()]
    return tuple(sorted(found, key=lambda lane: _reach(lane, states)))


def _reach(lane: Lane, states: list[str]) -> int:
    return max(abs(states.index(lane.to) - states.index(source)) for source in lane.sources)


def changes(before: Policy, after: Policy, kind: str) -> tuple[Change, ...]:
    """What differs for a kind between two published versions; everything of it where it is new."""
    then, now = before.kinds.get(kind), after.kinds.get(kind)
    if then is None or now is None:
        return (Change("kind", kind, "name", then and dict(then.name), now and dict(now.name)),)
    return (
        *(one for one in _limit_changes(then, now)),
        *_changed("text", then.texts, now.texts),
        *_changed("target", then.targets, now.targets),
        *_row_changes("issue", _issues(before, kind), _issues(after, kind)),
        *_row_changes("rule", before.rules, after.rules),
        *_row_changes("remedy", before.remedies, after.remedies),
        *_row_changes("rejection", before.rejections, after.rejections),
        *_row_changes("penalty", before.penalties, after.penalties),
    )


def _limit_changes(then: CaseKind, now: CaseKind) -> Iterator[Change]:
    for key in machine.LIMITS:
        if then.limit(key) != now.limit(key):
            yield Change("limit", key, "duration", then.limit(key), now.limit(key))


def _changed(about: str, then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Change]:
    for key in sorted({*then, *now}):
        if then.get(key) != now.get(key):
            yield Change(about, key, about, then.get(key), now.get(key))


def _issues(policy: Policy, kind: str) -> Mapping[str, Any]:
    return {code: one for code, one in policy.issues.items() if one.kind == kind}


def _row_changes(about: str, then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Change]:
    """Rows that came or went, and every field of those that stayed."""
    for code in sorted({*then, *now}):
        old, new = then.get(code), now.get(code)
        if old is None or new is None:
            yield Change(about, code, "name", old and old.name, new and new.name)
            continue
        for field in type(new).__dataclass_fields__:
            if getattr(old, field) != getattr(new, field):
                yield Change(about, code, field, getattr(old, field), getattr(new, field))
