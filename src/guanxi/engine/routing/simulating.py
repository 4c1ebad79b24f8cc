"""What would have happened: arrivals of the past, or made-up ones, under another policy or roster. Uses `decide` itself.

Pure: the same arrivals, seats, policy and seed give the same result. A simulation, not a measurement: what people would have
done is drawn from what was measured of others (`Behaviour`).
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from heapq import heappop, heappush
from itertools import count, islice
from math import inf
from random import Random

from guanxi.engine.routing.deciding import decide
from guanxi.engine.routing.drawing import Times
from guanxi.engine.routing.floor import Floor
from guanxi.engine.routing.shape import ANYBODY, PRIMARY, SECONDARY, Agent, Item, Policy, may_park

Span = tuple[float, float]
HOUR_S = 3_600.0


@dataclass(frozen=True, slots=True)
class Arrival:
    """An item that came in (`item.waited` is not read). None: to be drawn, since nobody knows (a caller who hung up)."""

    item: Item
    handle_s: float | None = None  # of somebody with the primary skill, wrap-up included
    patience_s: float | None = None  # live only


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody and when they are on duty, as (start, end) in seconds of the arrivals' epoch, in order."""

    agent: Agent
    shifts: Sequence[Span]


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What is assumed of people. `handle` by skill ("" for any other), `slower` by level of skill."""

    handle: Mapping[str, Times] = field(default_factory=dict)
    patience: Times | None = None  # None: nobody hangs up
    slower: Mapping[int, float] = field(
        default_factory=lambda: {PRIMARY: 1.0, SECONDARY: 1.15, ANYBODY: 1.15}
    )
    resume_s: float = 20.0  # to find back into parked work


@dataclass(slots=True)
class Lived:
    """What became of one arrival. Seconds; None: it never came to that."""

    item: Item
    started: float | None = None
    agent: int | None = None
    ended: float | None = None
    hung_up: float | None = None
    waited: float = 0.0  # open time until taken, hung up or the end
    level: int = 0
    parked: int = 0  # how often it was set aside


@dataclass(frozen=True, slots=True)
class Result:
    lived: Sequence[Lived]
    duty_s: float  # of all seats
    busy_s: float
    parkings: Sequence[tuple[float, int]]  # (moment, agent)


@dataclass(slots=True)
class _Job:
    lived: Lived
    left_s: float
    until: float = 0.0
    token: int = 0


@dataclass(slots=True)
class _Chair:
    seat: Seat
    on_duty: bool = False
    jobs: dict[int, _Job] = field(default_factory=dict)
    parked: list[_Job] = field(default_factory=list)
    interrupted: deque[float] = field(default_factory=deque)
    idle_since: float = 0.0
    since: float = 0.0
    seen: Agent | None = None  # as `decide` is told, while nothing has changed


def simulate(
    arrivals: Sequence[Arrival],
    seats: Sequence[Seat],
    policy: Policy,
    seed: int,
    *,
    behaviour: Behaviour | None = None,
    opened: Sequence[Span] = (),
) -> Result:
    """Let `arrivals` meet `seats` under `policy`. `opened`: the spans in which waiting counts, in order (none: always).

    What is still waiting at the end of the last shift stays unanswered. Raises `ValueError` for two arrivals of one id.
    """
    if len({one.item.id for one in arrivals}) != len(arrivals):
        raise ValueError("an item arrives twice")
    return _World(seats, policy, Random(seed), behaviour or Behaviour(), opened).run(arrivals)  # noqa: S311  # nosec B311  no secret


class _World:
    def __init__(
        self,
        seats: Sequence[Seat],
        policy: Policy,
        dice: Random,
        behaviour: Behaviour,
        opened: Sequence[Span],
    ) -> None:
        self.policy, self.dice, self.behaviour = policy, dice, behaviour
        self.open_time = _open_time(opened)
        self.chairs = {seat.agent.id: _Chair(seat) for seat in seats}
        self.queues: dict[tuple[object, ...], deque[_Job]] = {}
        self.waiting: dict[int, _Job] = {}  # by item
        self.opened_at: dict[int, float] = {}  # open time at its arrival
        self.may_ever: dict[tuple[object, ...], set[int]] = {}
        self.live_waiting = 0
        capacities = (dict(seat.agent.capacity) for seat in seats)
        self.live_most = max(
            (max(one.get(channel, 1) for channel in policy.live_channels) for one in capacities), default=1
        )
        self.agenda: list[tuple[float, int, Callable[[float], None]]] = []
        self.numbers = count()
        self.parkings: list[tuple[float, int]] = []
        self.duty_s = self.busy_s = 0.0
        self.look_at = inf

    # -- the agenda -------------------------------------------------------------------------------------

    def at(self, moment: float, act: Callable[[float], None]) -> None:
        heappush(self.agenda, (moment, next(self.numbers), act))

    def run(self, arrivals: Sequence[Arrival]) -> Result:
        lived = [self.expect(one) for one in arrivals]
        end = 0.0
        for chair in self.chairs.values():
            for start, stop in chair.seat.shifts:
                self.at(start, partial(self.come, chair))
                self.at(stop, partial(self.leave, chair))
                end = max(end, stop)
        while self.agenda:
            now, _, act = heappop(self.agenda)
            act(now)
            if not self.agenda or self.agenda[0][0] > now:
                self.dispatch(now)
        for job in self.waiting.values():
            if job.lived.started is None:
                job.lived.waited = max(self.open_time(end) - self.opened_at[job.lived.item.id], 0.0)
        return Result(lived, self.duty_s, self.busy_s, self.parkings)

    def expect(self, arrival: Arrival) -> Lived:
        """Everything about an arrival is drawn before the run, so that two policies meet the same people."""
        item, told = arrival.item, self.behaviour
        handle = arrival.handle_s
        if handle is None:
            handle = (told.handle.get(item.skill) or told.handle[""]).draw(self.dice)
        patience = arrival.patience_s
        if patience is None:
            patience = told.patience.draw(self.dice) if item.live and told.patience else inf
        job = _Job(Lived(item), handle)
        self.at(item.arrived, partial(self.arrive, job, patience))
        return job.lived

    # -- what happens -----------------------------------------------------------------------------------

    def arrive(self, job: _Job, patience: float, now: float) -> None:
        self.opened_at[job.lived.item.id] = self.open_time(now)
        self.queue(job)
        if patience < inf:
            self.at(now + patience, partial(self.hang_up, job))

    def queue(self, job: _Job, *, back: bool = False) -> None:
        item = job.lived.item
        self.waiting[item.id] = job
        self.live_waiting += item.live
        line = self.queues.setdefault(_kind_of(item), deque())
        line.append(job)
        if back and len(line) > 1:
            ordered = sorted(line, key=lambda one: (one.lived.item.arrived, one.lived.item.id))
            line.clear()
            line.extend(ordered)

    def unqueue(self, job: _Job) -> None:
        item = job.lived.item
        del self.waiting[item.id]
        self.live_waiting -= item.live
        self.queues[_kind_of(item)].remove(job)

    def hang_up(self, job: _Job, now: float) -> None:
        if job.lived.item.id in self.waiting:
            self.unqueue(job)
            job.lived.hung_up = now
            job.lived.waited = self.open_time(now) - self.opened_at[job.lived.item.id]

    def come(self, chair: _Chair, now: float) -> None:
        chair.on_duty, chair.since, chair.seen = True, now, None
        if not chair.jobs:
            chair.idle_since = now

    def leave(self, chair: _Chair, now: float) -> None:
        """Deferred work goes back with its age; a call is finished first."""
        chair.on_duty = False
        self.duty_s += now - chair.since
        for job in [one for one in chair.jobs.values() if not one.lived.item.live]:
            self.stop(chair, job, now)
            self.queue(job, back=True)
        for job in chair.parked:
            self.queue(job, back=True)
        chair.parked.clear()

    def stop(self, chair: _Chair, job: _Job, now: float) -> None:
        """Break off: what is left, and what it takes to find back into it."""
        del chair.jobs[job.lived.item.id]
        chair.seen = None
        self.busy_s -= job.until - now
        job.left_s, job.token = job.until - now + self.behaviour.resume_s, job.token + 1

    def start(self, chair: _Chair, job: _Job, now: float) -> None:
        job.until = now + job.left_s
        job.token += 1
        chair.jobs[job.lived.item.id] = job
        chair.seen = None
        self.busy_s += job.left_s
        self.at(job.until, partial(self.end, chair, job, job.token))

    def end(self, chair: _Chair, job: _Job, token: int, now: float) -> None:
        if job.token != token:
            return
        del chair.jobs[job.lived.item.id]
        chair.seen = None
        job.lived.ended = now
        if not chair.jobs:
            chair.idle_since = now

    # -- giving out -------------------------------------------------------------------------------------

    def dispatch(self, now: float) -> None:
        on_duty = [chair for chair in self.chairs.values() if chair.on_duty]
        opened = self.open_time(now)
        able = {one.seat.agent.id for one in on_duty if self.may_take(one)}
        if able and (heads := self.heads(able, opened)):
            self.give_out(heads, [self.snapshot(one, now, opened) for one in on_duty], now, opened)
        for chair in on_duty:
            if chair.parked and not chair.jobs:
                self.start(chair, chair.parked.pop(), now)

    def may_take(self, chair: _Chair) -> bool:
        """Worth asking at all: idle, among chats, or at deferred work that a waiting call may interrupt."""
        if not chair.jobs:
            return True
        if any(job.lived.item.channel in self.policy.reserve_channels for job in chair.jobs.values()):
            return False
        return self.live_waiting > 0

    def heads(self, able: set[int], opened: float) -> list[Item]:
        """The first of each kind that anybody who is able might take; the others' turn cannot come now."""
        found: list[Item] = []
        for kind, line in self.queues.items():
            if line and (count := len(able & self.takers(kind, line[0].lived.item))):
                for job in islice(line, count * self.live_most):
                    found.append(_having_waited(job.lived.item, opened - self.opened_at[job.lived.item.id]))
        return found

    def takers(self, kind: tuple[object, ...], item: Item) -> set[int]:
        """Who may ever take items of this kind."""
        if kind not in self.may_ever:
            agents = [chair.seat.agent for chair in self.chairs.values()]
            floor = Floor([replace(agent, ready=True) for agent in agents], self.policy)
            self.may_ever[kind] = {
                agent.id for agent in agents if not floor.barred(floor.places[agent.id].agent, item)
            }
        return self.may_ever[kind]

    def give_out(self, heads: list[Item], agents: list[Agent], now: float, opened: float) -> None:
        soonest = inf
        for decision in decide(heads, agents, policy=self.policy, now=now, reasons=False):
            if decision.act in ("offer", "park") and decision.agent is not None:
                self.take(decision.item, decision.agent, decision.act == "park", now, opened)
            elif decision.wait_until is not None:
                soonest = min(soonest, decision.wait_until)
        if soonest < self.look_at or self.look_at <= now:
            self.look_at = soonest
            if soonest < inf:
                self.at(max(soonest, now + 1e-3), lambda _now: None)

    def take(self, item: int, agent: int, parks: bool, now: float, opened: float) -> None:
        chair = self.chairs[agent]
        job = self.waiting[item]
        self.unqueue(job)
        lived = job.lived
        if parks:
            self.park(chair, now)
        if lived.started is None:
            lived.started, lived.agent = now, agent
            lived.waited = opened - self.opened_at[item]
            lived.level = (
                chair.seat.agent.skills.get(lived.item.skill, ANYBODY) if lived.item.skill else PRIMARY
            )
            job.left_s *= self.behaviour.slower[lived.level]
        self.start(chair, job, now)

    def park(self, chair: _Chair, now: float) -> None:
        (job,) = (one for one in chair.jobs.values() if not one.lived.item.live)
        self.stop(chair, job, now)
        job.lived.parked += 1
        chair.parked.append(job)
        chair.interrupted.append(now)
        self.parkings.append((now, chair.seat.agent.id))

    def snapshot(self, chair: _Chair, now: float, opened: float) -> Agent:
        if chair.seen is None or chair.interrupted or chair.parked or not self.only_live(chair):
            chair.seen = self.look(chair, now, opened)
        return chair.seen

    def only_live(self, chair: _Chair) -> bool:
        return all(job.lived.item.live for job in chair.jobs.values())

    def look(self, chair: _Chair, now: float, opened: float) -> Agent:
        load: dict[str, int] = {}
        parkable = 0
        for job in chair.jobs.values():
            channel = job.lived.item.channel
            load[channel] = load.get(channel, 0) + 1
            parkable += self.is_parkable(job, opened)
        while chair.interrupted and chair.interrupted[0] <= now - HOUR_S:
            chair.interrupted.popleft()
        told = chair.seat.agent
        return Agent(
            told.id,
            told.team,
            told.skills,
            told.languages,
            True,
            load,
            told.capacity,
            chair.idle_since,
            len(chair.parked),
            len(chair.interrupted),
            parkable,
            any(not self.is_parkable(job, opened) for job in chair.parked),
            1,  # one after the other
        )

    def is_parkable(self, job: _Job, opened: float) -> bool:
        return may_park(job.lived.item, opened - self.opened_at[job.lived.item.id])


def _having_waited(item: Item, waited: float) -> Item:
    """The item some time later; `dataclasses.replace` takes five times as long, and this is done at every event."""
    return Item(
        item.id,
        item.kind,
        item.channel,
        item.arrived,
        item.target,
        waited,
        item.skill,
        item.language,
        item.tier,
        item.manager,
        item.last_handler,
        item.team,
        item.live,
        item.outbound,
        item.declined,
        item.conflicts,
    )


def _kind_of(item: Item) -> tuple[object, ...]:
    """Items of one kind are given out in the order of their arrival: only the first of each need be looked at."""
    return (
        item.skill,
        item.language,
        item.channel,
        item.team,
        item.live,
        item.target,
        item.tier,
        item.manager,
        item.last_handler,
        item.declined,
        item.conflicts,
    )


def _open_time(opened: Sequence[Span]) -> Callable[[float], float]:
    """Seconds of open time until a moment. Moments are asked in order, so that one step forward is enough."""
    if not opened:
        return lambda moment: moment
    place, before = 0, 0.0

    def until(moment: float) -> float:
        nonlocal place, before
        while place < len(opened) and opened[place][1] <= moment:
            before += opened[place][1] - opened[place][0]
            place += 1
        return before + (max(moment - opened[place][0], 0.0) if place < len(opened) else 0.0)

    return until
