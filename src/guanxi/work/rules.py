"""Who gets which piece of work, and why. Pure; the assignment engine of hundreds of seats comes with `engine.routing`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from guanxi.core.explain import Explanation, Fact

RULE = "work.next@2"
HEAD_START = 0.2  # for what the member handled before
JUST_BEFORE_DUE = 0.999
HEARTBEAT_MAX = timedelta(seconds=75)  # three missed beats: away
GRACE = timedelta(minutes=10)  # then a leaver's work goes back


@dataclass(frozen=True, slots=True)
class Waiting:
    """One item of the queue as ranking sees it."""

    id: int
    kind: str
    arrived: datetime
    due: datetime
    language: str
    last_handler: int | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    item: Waiting
    urgency: float
    mine: bool
    speaks: bool

    @property
    def pressure(self) -> float:
        """Urgency with the head start of what the member knows already; that never reaches what is due."""
        if not self.mine or self.urgency >= 1:
            return self.urgency
        return min(self.urgency + HEAD_START, JUST_BEFORE_DUE)


def urgency(item: Waiting, now: datetime) -> float:
    """Share of the allowed time that is used up: 0 just arrived, 1 due now, above 1 overdue. Nobody starves."""
    allowed = (item.due - item.arrived).total_seconds()
    waited = (now - item.arrived).total_seconds()
    return max(0.0, waited / allowed) if allowed > 0 else 1.0


def rank(items: Sequence[Waiting], *, now: datetime, member: int, languages: Sequence[str]) -> list[Ranked]:
    """Most urgent first. What the member handled before comes a fifth earlier; a language they lack comes last.

    Ties go to who came first. An item that is due is never passed over for a reason of comfort.
    """
    ranked = [
        Ranked(
            item,
            urgency(item, now),
            mine=item.last_handler == member,
            speaks=not item.language or not languages or item.language in languages,
        )
        for item in items
    ]
    return sorted(
        ranked,
        key=lambda one: (
            not one.speaks,
            -one.pressure,
            one.item.arrived,
            one.item.id,
        ),
    )


def explain(chosen: Ranked, others: Sequence[Ranked], *, now: datetime) -> Explanation:
    """Why this one: in order of weight, with who was not chosen."""
    waited_min = int((now - chosen.item.arrived).total_seconds() // 60)
    facts = [Fact("work.urgency", {"urgency": f"{chosen.urgency:.2f}"}, chosen.urgency)]
    if chosen.mine:
        facts.append(Fact("work.handled_before", {}, HEAD_START))
    facts.append(Fact("work.waited", {"minutes": waited_min}))
    if chosen.urgency >= 1:
        facts.append(Fact("work.overdue", {"minutes": int((now - chosen.item.due).total_seconds() // 60)}))
    if not chosen.speaks:
        facts.append(Fact("work.language_missing", {"language": chosen.item.language}))
    if others:
        facts.append(Fact("work.others_later", {"count": len(others), "next": f"{others[0].urgency:.2f}"}))
    return Explanation("assigned", tuple(facts), RULE, objection="work.objection")
