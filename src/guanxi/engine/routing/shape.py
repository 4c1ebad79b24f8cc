"""What the assignment engine is told and what it answers: plain values, seconds, codes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple

Act = Literal["offer", "park", "wait", "widen", "supervisor"]
PRIMARY: Final = 1
SECONDARY: Final = 2
ANYBODY: Final = 3
NOTHING: Final[Mapping[str, Any]] = {}


class Fact(NamedTuple):
    """One part of a reason: a stable code and the values its words need (ids of items and agents, seconds, shares)."""

    code: str
    values: Mapping[str, Any] = NOTHING


@dataclass(frozen=True, slots=True)
class Item:
    """Something that waits for somebody. `arrived` and `waited` need not agree: `waited` counts open time only.

    `declined` and `conflicts` name agents: who let it ring or gave it back lately (the caller says how long that counts),
    and who must never get it. `outbound` work is never parked: somebody is on the line because we called.
    """

    id: int
    kind: str
    channel: str
    arrived: float  # seconds, any epoch
    target: float  # seconds of open time within which somebody must have it
    waited: float  # seconds of open time by now
    skill: str = ""  # "": everybody's work
    language: str = ""  # "": any
    tier: int = 0  # 0 to 2, 2 the highest
    manager: int | None = None
    last_handler: int | None = None
    team: int = 0
    live: bool = False  # somebody is on the line or in the chat now
    outbound: bool = False
    declined: frozenset[int] = frozenset()
    conflicts: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody at work. `ready`: on duty, present and not in wrap-up. `load` and `capacity` count items by channel.

    `parkable` is how much of the deferred work in hand may be set aside now (`may_park` says so of one item);
    `resume_due`: something parked has used up its time and comes before any call.
    """

    id: int
    team: int = 0
    skills: Mapping[str, int] = field(default_factory=dict)  # {code: PRIMARY or SECONDARY}
    languages: frozenset[str] = frozenset()  # empty: nobody asked, any
    ready: bool = True
    load: Mapping[str, int] = field(default_factory=dict)
    capacity: Mapping[str, int] = field(default_factory=dict)
    idle_since: float = 0.0  # seconds, the epoch of `Item.arrived`
    parked: int = 0
    parked_last_hour: int = 0
    parkable: int = 0
    resume_due: bool = False
    deferred_max: int = 0  # deferred work in hand over all channels; 0: as each channel's capacity says


@dataclass(frozen=True, slots=True)
class Policy:
    """Every number of the assignment. The defaults are those of docs/adr/0024-assignment.md."""

    order: Literal["urgency", "fifo", "live_first"] = "urgency"  # the others: to compare with
    pooled: bool = True  # False: only the item's own team (closed groups)
    head_shares: tuple[float, float, float] = (0.0, 0.25, 0.5)  # of the target, by tier
    head_max_s: float = 7_200.0
    manager_wait_s: float = 20.0
    manager_wait_share: float = 0.5  # of the target; the shorter of both
    widen: tuple[float, float, float] = (0.5, 1.0, 1.5)  # of the target: secondary, anybody, supervisor
    kept_skills: frozenset[str] = frozenset()  # never widened to anybody (a licence, a signature)
    reserve: int = 1  # people kept free for live work; 0: off
    reserve_channels: frozenset[str] = frozenset({"phone"})
    reserve_share: float = 0.8  # of its target: deferred work that has waited so long takes the reserve too
    live_channels: frozenset[str] = frozenset({"phone", "chat"})
    parking: bool = True
    parked_max: int = 2
    parked_hour_max: int = 6  # interruptions of one person within an hour
    park_after_share: float = 0.25  # of the target: somebody may become free by then
    handled_before: float = 0.2  # of the target: the head start in `next_for` of what the agent knows already
    others_max: int = 3  # named in a reason


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one item now.

    offer: to `agent`. park: `agent` sets deferred work aside for it. wait: for `agent` (a manager) or for anybody.
    widen: it waits, and more people may take it than at first. supervisor: it waits far too long: a person decides, and a
    call-back is offered. `wait_until` is when to look again at the latest (seconds, the epoch of `now`; None: at the next
    change), counted in open time from now on.
    """

    item: int
    agent: int | None
    act: Act
    reason: tuple[Fact, ...]
    urgency: float
    wait_until: float | None = None


def may_park(item: Item, waited: float | None = None) -> bool:
    """May this item in somebody's hands be set aside for a call? Never live or outbound work, never what is overdue.

    `waited`: open time by now, where it is newer than the item's.
    """
    return not item.live and not item.outbound and (item.waited if waited is None else waited) < item.target
