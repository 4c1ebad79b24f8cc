"""What would have been otherwise under a changed rule: steps and decisions of the past, counted under two versions. Pure.

Only the rule is changed, never what people did: whoever acted after 20 hours is taken to act after 20 hours again. A step that
the clock ended tells nothing of when somebody would have acted, so it counts as run out under every limit.
"""

import copy
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from guanxi.cases.rules import clocks, machine
from guanxi.cases.rules.policy import CaseKind, IssueKind, Policy, automatic
from guanxi.core.calendar import WorkingCalendar

IN_TIME, LATE, RUNNING = "in_time", "late", "running"
OURS = frozenset(
    {
        machine.VALIDITY,
        machine.INVESTIGATION,
        machine.APPROVAL,
        machine.REMEDY,
        machine.GOODS,
        machine.HEARD,
        machine.SHORT,
        machine.APPEAL_ROUND,
    }
)
"""Keys of limits that staff keep; the rest are a party's."""
SYSTEMS = frozenset({machine.RECORDED, machine.DECIDED})
"""Minutes of the system's own: nobody acts in them, nothing is replayed."""
_SHORT = ("take_evidence", "return")


@dataclass(frozen=True, slots=True)
class Change:
    """New values by key of `machine.LIMITS` (minutes), of targets, and by issue kind (minor units); what is absent stays.

    A target of None is taken away; an approval of None: no amount needs a second person.
    """

    limits: Mapping[str, int] = field(default_factory=dict)
    targets: Mapping[str, float | None] = field(default_factory=dict)
    approval: Mapping[str, int | None] = field(default_factory=dict)
    automatic: Mapping[str, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.limits or self.targets or self.approval or self.automatic)


@dataclass(frozen=True, slots=True)
class Segment:
    """One stretch of an issue's life, as the clock wrote it down."""

    issue: int
    team: int
    round: int
    state: str
    turn: str
    started: datetime
    ended: datetime | None
    due: datetime | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One visit to a state on one limit. `cut`: the clock ended it; `extra`: an expert was waited for so long."""

    issue: int
    team: int
    key: str
    started: datetime
    ended: datetime | None
    cut: bool
    extra: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision by people. `needs`: the reasons other than the amount why a second person had to agree."""

    issue: int
    kind: str
    amount: int
    needs: Set[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Counts:
    in_time: int = 0
    late: int = 0
    running: int = 0

    @property
    def all(self) -> int:
        return self.in_time + self.late + self.running


@dataclass(frozen=True, slots=True)
class StepCounts:
    """How the steps on one limit would have ended. `cut`: how many the clock ended, of which more time tells nothing."""

    key: str
    before: Counts
    after: Counts
    cut: int

    @property
    def ours(self) -> bool:
        return self.key in OURS


@dataclass(frozen=True, slots=True)
class Pair:
    """A count under both versions, of so many."""

    of: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Replay:
    """`changed`: issue -> codes of what would have been otherwise: "late:KEY", "in_time:KEY", "approval", "no_approval",
    "automatic", "by_hand". `targets`: state -> how many of its steps reached the target."""

    steps: Sequence[StepCounts]
    approval: Pair
    automatic: Pair
    targets: Mapping[str, Pair]
    changed: Mapping[int, Sequence[str]]


def changed(content: Mapping[str, Any], kind: str, change: Change) -> dict[str, Any]:
    """The content of a version with this change. Raises `KeyError` for a kind or an issue kind that is not there."""
    after = copy.deepcopy(dict(content))
    row = after["kinds"][kind]
    if change.limits:
        row["limits"] = {**row.get("limits", {}), **change.limits}
    if change.targets:
        targets = {**row.get("targets", {}), **change.targets}
        row["targets"] = {key: value for key, value in targets.items() if value is not None}
    for code, over in change.approval.items():
        after["issues"][code]["approval_over"] = over
    for code, most in change.automatic.items():
        after["issues"][code]["automatic_most"] = most
    return after


def steps(
    segments: Iterable[Segment],
    *,
    slow: bool = False,
    goods: Set[tuple[int, int]] = frozenset(),
    experts: Mapping[int, Sequence[tuple[datetime, datetime | None]]] | None = None,
) -> Iterator[Step]:
    """Visits, from segments in order of issue and start; turns that change within a state are one visit.

    `slow`: an investigation of our own; `goods`: (issue, round) where goods were promised; `experts`: issue -> [(asked,
    found)].
    """
    run: list[Segment] = []
    for one in segments:
        if run and not _goes_on(run[-1], one):
            yield _step(run, slow, goods, experts or {})
            run = []
        run.append(one)
    if run:
        yield _step(run, slow, goods, experts or {})


def _goes_on(last: Segment, one: Segment) -> bool:
    same = (last.issue, last.round, last.state) == (one.issue, one.round, one.state)
    return same and _heard(last) == _heard(one)


def _heard(one: Segment) -> bool:
    return one.state == machine.HEARING and one.turn == "staff"


def _step(
    run: Sequence[Segment],
    slow: bool,
    goods: Set[tuple[int, int]],
    experts: Mapping[int, Sequence[tuple[datetime, datetime | None]]],
) -> Step:
    first, last = run[0], run[-1]
    key = machine.limit_key(
        first.state, heard=_heard(first), round_=first.round, short=first.reason in _SHORT, slow=slow
    )
    if key == machine.REMEDY and (first.issue, first.round) in goods:
        key = machine.GOODS
    over = last.ended is not None and last.due is not None and last.ended >= last.due
    cut = over and machine.LIMITS[key].on_expiry != "climb"
    asked = [one for one in experts.get(first.issue, ()) if _within(one[0], first.started, last.ended)]
    extra = sum((_waited(one, last.ended) for one in asked), timedelta(0))
    return Step(first.issue, first.team, key, first.started, last.ended, cut, extra)


def _within(moment: datetime, start: datetime, end: datetime | None) -> bool:
    return start <= moment and (end is None or moment <= end)


def _waited(one: tuple[datetime, datetime | None], end: datetime | None) -> timedelta:
    asked, found = one
    until = found or end
    return min(machine.CONSULTATION, until - asked) if until else machine.CONSULTATION


def replay(
    past: Iterable[Step],
    rulings: Iterable[Ruling],
    claims: Iterable[tuple[int, str, int]],
    *,
    kind: str,
    before: Policy,
    after: Policy,
    calendars: Mapping[int, WorkingCalendar],
    now: datetime,
) -> Replay:
    """Count under both versions. `claims`: (issue, its kind, minor units asked for); `calendars` by team."""
    otherwise: dict[int, list[str]] = defaultdict(list)
    counted, targets = _steps(past, before.kinds[kind], after.kinds[kind], calendars, now, otherwise)
    return Replay(
        counted,
        _approvals(rulings, before, after, otherwise),
        _automatic(claims, before, after, otherwise),
        targets,
        dict(otherwise),
    )


def _steps(
    past: Iterable[Step],
    then: CaseKind,
    kind: CaseKind,
    calendars: Mapping[int, WorkingCalendar],
    now: datetime,
    otherwise: dict[int, list[str]],
) -> tuple[list[StepCounts], dict[str, Pair]]:
    tallies: dict[str, list[tuple[str, str, bool]]] = defaultdict(list)
    met: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for one in past:
        if one.key in SYSTEMS:
            continue
        fate = _fate(one, then.limit(one.key), calendars[one.team], now)
        new = fate
        if then.limit(one.key) != kind.limit(one.key):
            new = _fate(one, kind.limit(one.key), calendars[one.team], now)
        tallies[one.key].append((fate, new, one.cut))
        if fate != new:
            otherwise[one.issue].append(f"{LATE if new == LATE else IN_TIME}:{one.key}")
        if one.ended is not None and (one.key in then.targets or one.key in kind.targets):
            old_target, new_target = then.targets.get(one.key), kind.targets.get(one.key)
            calendar = calendars[one.team]
            met[one.key].append((_reached(one, old_target, calendar), _reached(one, new_target, calendar)))
    counted = [
        StepCounts(
            key,
            _counts(row[0] for row in tallies[key]),
            _counts(row[1] for row in tallies[key]),
            sum(row[2] for row in tallies[key]),
        )
        for key in machine.LIMITS
        if key in tallies
    ]
    targets = {
        key: Pair(len(rows), sum(row[0] for row in rows), sum(row[1] for row in rows))
        for key, rows in met.items()
    }
    return counted, targets


def _fate(one: Step, duration: timedelta, calendar: WorkingCalendar, now: datetime) -> str:
    if one.cut:
        return LATE
    due = clocks.ends(duration + one.extra, machine.LIMITS[one.key].clock, calendar, one.started).due
    if one.ended is None:
        return LATE if now > due else RUNNING
    return IN_TIME if one.ended <= due else LATE


def _reached(one: Step, target: float | None, calendar: WorkingCalendar) -> bool:
    if target is None or one.ended is None or one.cut:
        return False
    due = clocks.ends(timedelta(minutes=target), machine.LIMITS[one.key].clock, calendar, one.started).due
    return one.ended <= due


def _counts(fates: Iterable[str]) -> Counts:
    found = {IN_TIME: 0, LATE: 0, RUNNING: 0}
    for fate in fates:
        found[fate] += 1
    return Counts(**found)


def _approvals(
    rulings: Iterable[Ruling], before: Policy, after: Policy, otherwise: dict[int, list[str]]
) -> Pair:
    of = then = now = 0
    for one in rulings:
        old, new = (_needs(one, policy.issues.get(one.kind)) for policy in (before, after))
        of, then, now = of + 1, then + old, now + new
        if old != new:
            otherwise[one.issue].append("approval" if new else "no_approval")
    return Pair(of, then, now)


def _needs(one: Ruling, kind: IssueKind | None) -> bool:
    """The reasons that were written down stay; only the amount is asked anew."""
    by_amount = kind is not None and kind.approval_over is not None and one.amount > kind.approval_over
    return bool(one.needs) or by_amount


def _automatic(
    claims: Iterable[tuple[int, str, int]], before: Policy, after: Policy, otherwise: dict[int, list[str]]
) -> Pair:
    of = then = now = 0
    for issue, code, amount in claims:
        old, new = (_pays(policy.issues.get(code), amount) for policy in (before, after))
        of, then, now = of + 1, then + old, now + new
        if old != new:
            otherwise[issue].append("automatic" if new else "by_hand")
    return Pair(of, then, now)


def _pays(kind: IssueKind | None, amount: int) -> bool:
    """By the amount alone: proof, fund and abuse are not replayed."""
    return kind is not None and automatic(kind, amount=amount, proven=True, fund=amount, abuse=0)
