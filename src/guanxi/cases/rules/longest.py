"""The longest path an issue can take to its decision, computed from the table and its limits. Pure.

Every limit is used up once per visit and `at_most` is respected; the complainant's own time is not counted, nor are appeal
windows and remedies. A limit missed by staff moves the owner and is a breach: no part of the path. Source: cases.md.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from itertools import product

from guanxi.cases.rules import machine
from guanxi.cases.rules.policy import CaseKind
from guanxi.core.procedure import Clock, Facts

MOST = timedelta(days=10)
MOST_WITH_CONSULTATION = timedelta(days=14)
DAY = 24 * 60
ROSTER = (9 * 60, 21 * 60)
"""Minutes of the day in which dispute teams work, every day."""
NIGHT = (22 * 60, 9 * 60)
"""No party's limit ends between these minutes."""

APPEAL = "appeal"
REOPEN = "reopen"

_FREE = ("covered", "respondent", "approval", "others_offer", "both_agree", "new_evidence")
_READ = ("take_evidence", "return", "refer_up")  # verbs whose having been done guards ask for
_UNCOUNTED = frozenset({machine.FACTS})
_ENDS = frozenset({machine.DECIDED, machine.CLOSED})


class Endless(ValueError):
    """The table lets an issue come back to where it was: no path is the longest."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One clock that runs out: in which state, on which limit, for how long. `counted` is False for the complainant's time."""

    state: str
    key: str
    verb: str  # that ends it
    duration: timedelta
    clock: Clock
    consultation: bool = False
    counted: bool = True

    @property
    def elapsed(self) -> timedelta:
        """Clock time by the share of the day that the roster covers."""
        if not self.counted:
            return timedelta(0)
        share = DAY / (ROSTER[1] - ROSTER[0]) if self.clock is Clock.WORKING else 1
        return self.duration * share


@dataclass(frozen=True, slots=True)
class Path:
    """Visits in order; `worst`: real clock time from the worst starting minute, nights and closed hours included."""

    visits: tuple[Visit, ...]
    worst: timedelta

    @property
    def elapsed(self) -> timedelta:
        return sum((visit.elapsed for visit in self.visits), timedelta(0))


@dataclass(frozen=True, slots=True)
class _Node:
    """All that decides what may happen next."""

    state: str
    round: int
    used: frozenset[tuple[str, int]] = frozenset()
    heard: bool = False
    short: bool = False
    consulting: bool = False

    def times(self, verb: str) -> int:
        return dict(self.used).get(verb, 0)


@dataclass(frozen=True, slots=True)
class _Move:
    verb: str
    to: _Node | None  # None: decided
    leaves: bool  # a clock has run out; else the same one goes on


def longest(kind: CaseKind, *, begun_by: str = "open", consultation: bool = False) -> Path:
    """The longest path of this kind: of a new issue, from an `appeal`, or from a `reopen`.

    Raises `Endless` where the table has a loop without an end.
    """
    return _longest(_Walk.of(kind, consultation), begun_by)


def all_paths(kind: CaseKind) -> Mapping[tuple[str, bool], Path]:
    """(begun by, with a consultation) -> its longest path."""
    return {
        (begun, asked): longest(kind, begun_by=begun, consultation=asked)
        for begun in ("open", APPEAL, REOPEN)
        for asked in (False, True)
    }


@dataclass(frozen=True)
class _Walk:
    """What of a kind decides its paths; hashable, so that equal kinds are computed once."""

    limits: tuple[tuple[str, timedelta], ...]
    offers: bool
    consultation: bool

    @classmethod
    def of(cls, kind: CaseKind, consultation: bool) -> "_Walk":
        limits = tuple((key, kind.limit(key)) for key in machine.LIMITS)
        return cls(limits, kind.offers, consultation)

    def visit(self, node: _Node, verb: str) -> Visit:
        key = machine.limit_key(
            node.state, heard=node.heard, round_=node.round, short=node.short, slow=not self.offers
        )
        duration = dict(self.limits)[key] + (machine.CONSULTATION if node.consulting else timedelta(0))
        clock = machine.LIMITS[key].clock
        return Visit(node.state, key, verb, duration, clock, node.consulting, node.state not in _UNCOUNTED)

    def moves(self, node: _Node) -> Iterator[_Move]:
        """Every step that may follow under some facts, leaving out those that change nothing."""
        for (state, verb), step in machine.TABLE.items():
            if state != node.state or (verb == "consult" and not self.consultation):
                continue
            if step.at_most is not None and node.times(verb) >= step.at_most:
                continue
            known = (node.round, node.heard, *(node.times(one) > 0 for one in _READ), self.offers)
            for to in _reachable(state, verb, *known):
                if to == machine.DECIDED:
                    yield _Move(verb, None, True)
                elif to not in _ENDS and (following := _after(node, verb, to, step.at_most)) != node:
                    yield _Move(verb, following, to != state or following.heard != node.heard)


def _after(node: _Node, verb: str, to: str, at_most: int | None) -> _Node:
    used = node.used
    if at_most is not None:
        used = frozenset({**dict(used), verb: node.times(verb) + 1}.items())
    if to == node.state:
        heard = node.heard or verb == "hear"
        return replace(node, used=used, heard=heard, consulting=node.consulting or verb == "consult")
    return _Node(to, node.round, used, short=verb in ("take_evidence", "return"))


@lru_cache(maxsize=1024)
def _reachable(
    state: str, verb: str, round_: int, heard: bool, filed: bool, returned: bool, referred: bool, offers: bool
) -> tuple[str, ...]:
    """Where the verb can lead: the real guards, under every combination of what is not yet known."""
    known = {
        "offers_allowed": offers,
        "offers": 0,
        "heard": heard,
        "may_go_back": not filed,
        "four_eyes": True,
        "fresh": True,
        "returned": returned,
        "referred": referred,
        "round": round_,
        "may_appeal": False,
        "asked": False,
        "opened_it": True,
        "asked_for": True,
        "stopped": False,
        "both_appealed": False,
        "remedy_due": False,
        "remedy_undone": False,
    }
    found = {
        machine.next_state(state, verb, Facts(verb, "", {**known, **dict(zip(_FREE, free, strict=True))}))
        for free in product((False, True), repeat=len(_FREE))
    }
    return tuple(sorted(to for to in found if to))


def _starts(begun_by: str) -> list[_Node]:
    if begun_by == "open":
        return [_Node(machine.RECORDED, 1)]
    if begun_by == REOPEN:
        return [_Node(to, 1) for _guard, to in machine.TABLE[machine.CLOSED, REOPEN].branches]
    steps = (machine.TABLE[state, APPEAL] for state in (machine.REMEDY, machine.APPEALABLE))
    return [_Node(to, 2) for to in sorted({to for step in steps for _guard, to in step.branches})]


@lru_cache(maxsize=64)
def _longest(walk: _Walk, begun_by: str) -> Path:
    graph = _Graph(walk)
    starts = _starts(begun_by)
    visits = max((graph.visits(node) for node in starts), key=_total)
    return Path(visits, timedelta(minutes=max(graph.worst(node) for node in starts)))


def _total(visits: Iterable[Visit]) -> timedelta:
    return sum((visit.elapsed for visit in visits), timedelta(0))


class _Graph:
    """The two searches over one walk, each node looked at once."""

    def __init__(self, walk: _Walk) -> None:
        self.walk = walk
        self.moves: dict[_Node, list[_Move]] = {}
        self.best: dict[_Node, tuple[Visit, ...]] = {}
        self.latest: dict[tuple[_Node, int], int] = {}
        self.open: set[_Node] = set()
        self.grid = _grid(walk)

    def following(self, node: _Node) -> list[_Move]:
        if node not in self.moves:
            self.moves[node] = list(self.walk.moves(node))
        return self.moves[node]

    def visits(self, node: _Node) -> tuple[Visit, ...]:
        """The longest way from here, hours of the roster counted by their share of the day."""
        if node in self.best:
            return self.best[node]
        if node in self.open:
            raise Endless(f"{node.state} comes back to itself")
        self.open.add(node)
        ways = []
        for move in self.following(node):
            rest = self.visits(move.to) if move.to else ()
            ways.append((self.walk.visit(node, move.verb), *rest) if move.leaves else rest)
        self.open.discard(node)
        self.best[node] = max(ways, key=_total, default=())
        return self.best[node]

    def worst(self, node: _Node) -> int:
        """Minutes from the worst minute of a day."""
        return max(self._from(node, minute) for minute in self.grid)

    def _from(self, node: _Node, minute: int) -> int:
        """Minutes until the decision for whoever enters `node` at this minute of a day."""
        if (node, minute) in self.latest:
            return self.latest[node, minute]
        most = 0
        for move in self.following(node):
            most = max(most, self._by(node, move, minute))
        self.latest[node, minute] = most
        return most

    def _by(self, node: _Node, move: _Move, minute: int) -> int:
        if not move.leaves:
            return self._from(move.to, minute) if move.to else 0
        visit = self.walk.visit(node, move.verb)
        if not visit.counted:  # they answer when they like: the worst minute is theirs to meet
            return self.worst(move.to) if move.to else 0
        if visit.clock is Clock.PLAIN:  # minutes of machines: the next minute of the grid is no earlier
            spent = _minutes(visit.duration)
            return spent + (self.worst(move.to) if move.to else 0)
        end = ENDS[visit.clock](minute, _minutes(visit.duration))
        return end - minute + (self._from(move.to, end % DAY) if move.to else 0)


def _grid(walk: _Walk) -> list[int]:
    """Minutes of the day worth trying: what limits, roster and night have in common, and one minute later.

    Between two such minutes the end moves with the start or stands still, so the span is longest right after one of them.
    """
    step = math.gcd(60, *(_minutes(duration) for key, duration in walk.limits if _is_counted(key)))
    return sorted({minute + late for minute in range(0, DAY, step) for late in (0, 1)})


def _is_counted(key: str) -> bool:
    return machine.LIMITS[key].clock is not Clock.PLAIN


def _minutes(duration: timedelta) -> int:
    return duration // timedelta(minutes=1)


def party_end(minute: int, duration: int) -> int:
    """When a party's limit ends that began at this minute, both since some midnight."""
    end = minute + duration
    of_day = end % DAY
    if of_day >= NIGHT[0]:
        return end + DAY - of_day + NIGHT[1]
    return end + NIGHT[1] - of_day if of_day < NIGHT[1] else end


def working_end(minute: int, duration: int) -> int:
    """When a limit in hours of the roster ends that began at this minute, both since some midnight."""
    opens, closes = ROSTER
    day, of_day = divmod(minute, DAY)
    worked = day * (closes - opens) + min(max(of_day - opens, 0), closes - opens) + duration
    days, left = divmod(worked, closes - opens)
    if not duration:
        return minute
    return days * DAY + opens + left if left else (days - 1) * DAY + closes


ENDS: Mapping[Clock, Callable[[int, int], int]] = {Clock.PARTY: party_end, Clock.WORKING: working_end}
