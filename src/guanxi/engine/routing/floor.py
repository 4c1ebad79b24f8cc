"""Who could take what while one round is decided. Room only shrinks within a round, so that heaps may be looked at lazily."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from guanxi.engine.routing.shape import ANYBODY, PRIMARY, SECONDARY, Agent, Fact, Item, Policy

Skip = Callable[[int], bool]
MOMENTARY = {"live_work": 0, "just_given": 0, "deferred": 0, "full": 0, "has_parked": 0, "off_duty": 1}
LASTING = 2


class Key(NamedTuple):
    """The order among people who are free for an item; the first difference is the reason. Smaller is better."""

    level: int
    interruptions: int  # of the last hour, where deferred work must be parked; else 0
    scarcity: float
    load: int
    idle_since: float
    agent: int


@dataclass(slots=True)
class Place:
    """One person during a round: what they hold, with what the round has added."""

    agent: Agent
    live: int
    deferred: int
    by_channel: dict[str, int]
    given: bool = False  # something in this round
    scarcity: dict[str, float] = field(default_factory=dict)  # by the skill an item needs

    @property
    def free(self) -> bool:
        return not self.live and not self.deferred


@dataclass(slots=True)
class Circle:
    """Everybody who may take items of one class: those free now, those who would park for it, and who cannot and why."""

    free: list[Key] = field(default_factory=list)
    parking: list[Key] = field(default_factory=list)
    hindered: list[tuple[int, int, int, str]] = field(default_factory=list)  # how long, level, agent, why
    skilled: int = 0  # on duty with the skill, busy or not
    on_duty: int = 0
    others: tuple[Fact, ...] | None = None  # told of every item of the class that waits


class Floor:
    """The people of one round."""

    def __init__(self, agents: Sequence[Agent], policy: Policy, *, reasons: bool = True) -> None:
        self.policy, self.reasons = policy, reasons
        self.places = {one.id: self._place(one) for one in agents}
        self.holders: dict[str, int] = {}
        for one in agents:
            for skill in one.skills if one.ready else ():
                self.holders[skill] = self.holders.get(skill, 0) + 1
        self.circles: dict[tuple[object, ...], Circle] = {}
        self.reserve = {place.agent.id for place in self.places.values() if self._is_reserve(place)}

    def _place(self, agent: Agent) -> Place:
        live = sum(count for channel, count in agent.load.items() if channel in self.policy.live_channels)
        return Place(agent, live, sum(agent.load.values()) - live, dict(agent.load))

    def _is_reserve(self, place: Place) -> bool:
        if not (self.policy.reserve and place.agent.ready and place.free) or place.agent.resume_due:
            return False
        return any(place.agent.capacity.get(channel, 0) > 0 for channel in self.policy.reserve_channels)

    def is_last_reserve(self, agent: int) -> bool:
        """Would deferred work for this person leave nobody free for a call?"""
        return agent in self.reserve and len(self.reserve) <= self.policy.reserve

    # -- may they, can they -----------------------------------------------------------------------------

    def level(self, agent: Agent, item: Item) -> int:
        """PRIMARY, SECONDARY or ANYBODY, by the skill the item needs."""
        return agent.skills.get(item.skill, ANYBODY) if item.skill else PRIMARY

    def barred(self, agent: Agent, item: Item) -> str:
        """Why this person may not take the item whatever they do now; "" if they may."""
        if agent.id in item.conflicts:
            return "conflict"
        if agent.id in item.declined:
            return "declined"
        return self._barred_by_class(agent, item)

    def _barred_by_class(self, agent: Agent, item: Item) -> str:
        if not self.policy.pooled and agent.team != item.team:
            return "other_team"
        if not agent.capacity.get(item.channel, 0):
            return "no_channel"
        if item.language and agent.languages and item.language not in agent.languages:
            return "no_language"
        if item.skill in self.policy.kept_skills and item.skill not in agent.skills:
            return "no_skill"
        return "" if agent.ready else "off_duty"

    def busy(self, place: Place, item: Item) -> str:
        """Why this person cannot take it now; "" if they can; "deferred" where parking would make room."""
        agent = place.agent
        mine = place.by_channel.get(item.channel, 0)
        if mine >= agent.capacity.get(item.channel, 0):
            return "just_given" if place.given else ("live_work" if item.live else "full")
        if place.live > (mine if item.live else 0):
            return "just_given" if place.given else "live_work"
        if not item.live and 0 < agent.deferred_max <= place.deferred:
            return "just_given" if place.given else "full"
        if agent.resume_due or (agent.parked and not item.live):
            return "has_parked"
        return "deferred" if item.live and place.deferred else ""

    def parks(self, place: Place) -> bool:
        """May a call make this person set deferred work aside?"""
        agent, policy = place.agent, self.policy
        return (
            policy.parking
            and not place.given
            and agent.parkable > 0
            and agent.parked < policy.parked_max
            and agent.parked_last_hour < policy.parked_hour_max
        )

    # -- who is first -----------------------------------------------------------------------------------

    def circle(self, item: Item) -> Circle:
        """The circle of the item's class, made on first use in the round."""
        team = None if self.policy.pooled else item.team
        key = (item.skill, item.language, item.channel, team, item.live)
        if key not in self.circles:
            self.circles[key] = self._draw(item)
        return self.circles[key]

    def _draw(self, item: Item) -> Circle:
        circle = Circle()
        for place in self.places.values():
            level = self.level(place.agent, item)
            circle.on_duty += place.agent.ready
            why = self._barred_by_class(place.agent, item)
            circle.skilled += not why and level <= SECONDARY
            why = why or self.busy(place, item)
            if not why:
                circle.free.append(self.key(place, item))
            elif why == "deferred" and self.parks(place):
                circle.parking.append(self.key(place, item, parking=True))
            elif level <= SECONDARY:
                circle.hindered.append((MOMENTARY.get(why, LASTING), level, place.agent.id, why))
        heapify(circle.free)
        heapify(circle.parking)
        circle.hindered.sort()
        return circle

    def key(self, place: Place, item: Item, *, parking: bool = False) -> Key:
        agent = place.agent
        return Key(
            self.level(agent, item),
            agent.parked_last_hour if parking else 0,
            self.scarcity(place, item.skill),
            place.live + place.deferred,
            agent.idle_since,
            agent.id,
        )

    def scarcity(self, place: Place, needed: str) -> float:
        """How much would be lost for other work: the shares this person is of those on duty with each other skill."""
        if needed not in place.scarcity:
            skills = place.agent.skills
            lost = sum(1 / self.holders.get(skill, 1) for skill in skills if skill != needed)
            place.scarcity[needed] = round(lost, 6)
        return place.scarcity[needed]

    def first(self, heap: list[Key], item: Item, *, level_max: int, skip: Skip, parking: bool) -> Key | None:
        """The best of `heap` who may still take the item, left in place; None if there is none up to `level_max`."""
        aside: list[Key] = []
        found = None
        while heap and heap[0].level <= level_max:
            place = self.places[heap[0].agent]
            if self.busy(place, item) != ("deferred" if parking else "") or (
                parking and not self.parks(place)
            ):
                heappop(heap)
            elif (now := self.key(place, item, parking=parking)) != heap[0]:
                heappop(heap)
                heappush(heap, now)
            elif skip(now.agent):
                aside.append(heappop(heap))
            else:
                found = now
                break
        for one in aside:
            heappush(heap, one)
        return found

    def give(self, agent: int, item: Item) -> None:
        """Count the item into this person's hands."""
        place = self.places[agent]
        place.by_channel[item.channel] = place.by_channel.get(item.channel, 0) + 1
        place.given = True
        if item.live:
            place.live += 1
        else:
            place.deferred += 1
        self.reserve.discard(agent)
