"""The first steps of a person at work: a short list that ticks itself when the thing was done.

Rooms' actions record events; a follower notes which steps they are (`tick`). What happens in the browser alone (a key
pressed, a panel opened) is told by the page (`take`).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from guanxi.core import rows
from guanxi.core.access import Actor, Kind
from guanxi.core.action import action
from guanxi.core.errors import NotFound
from guanxi.core.models import Event, StepTaken, User

DISMISSED: Final = "dismissed"
SHOWN_MAX: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step for whoever has `right`: done by an event of one of `types`, or by the page itself (`by_page`)."""

    code: str
    words: Any
    note: Any
    right: str
    types: Collection[str] = ()
    by_page: bool = False
    url_name: str = ""
    key: str = ""
    icon: str = "circle"


@dataclass(frozen=True, slots=True)
class Taken:
    step: Step
    is_taken: bool


_steps: dict[str, Step] = {}


def register(*steps: Step) -> None:
    """Called by `site/wiring.py` at start-up; shown in this order."""
    for step in steps:
        _steps[step.code] = step


def registered() -> dict[str, Step]:
    return dict(_steps)


def types() -> set[str]:
    """Every event type that is a step."""
    return {code for step in _steps.values() for code in step.types}


def steps_for(actor: Actor) -> list[Taken]:
    """The steps of this person in order, at most `SHOWN_MAX`; none once they are all taken or put away."""
    if actor.kind is not Kind.STAFF:
        return []
    mine = [step for step in _steps.values() if actor.may(step.right)][:SHOWN_MAX]
    done = set(StepTaken.objects.filter(user_id=actor.user_id or 0).values_list("code", flat=True))
    if DISMISSED in done or all(step.code in done for step in mine):
        return []
    return [Taken(step, step.code in done) for step in mine]


@action
def take(*, actor: Actor, now: datetime, code: str) -> None:
    """The page says that its reader has taken a step; again changes nothing. Raises `NotFound` for no such step."""
    actor.require_kind(Kind.STAFF)
    if code not in _steps or not _steps[code].by_page:
        raise NotFound
    actor.require(_steps[code].right)
    _note(actor.user_id or 0, code, now)


@action
def dismiss(*, actor: Actor, now: datetime) -> None:
    """Put the list away for good."""
    actor.require_kind(Kind.STAFF)
    _note(actor.user_id or 0, DISMISSED, now)


def _note(user: int, code: str, now: datetime) -> None:
    StepTaken.objects.get_or_create(user_id=user, code=code, defaults={"taken": now})


def tick(found: Sequence[Event]) -> None:
    """Note the steps these events are. A batch of the sealed stream."""
    firsts: dict[tuple[str, str], datetime] = {}
    for event in found:
        if event.actor_kind == Kind.STAFF:
            for step in _steps.values():
                if event.type in step.types:
                    firsts.setdefault((event.actor_id, step.code), event.occurred)
    if not firsts:
        return
    users = dict(User.objects.filter(public_id__in={who for who, _ in firsts}).values_list("public_id", "id"))
    known = set(StepTaken.objects.filter(user_id__in=users.values()).values_list("user_id", "code"))
    rows.insert(
        [
            StepTaken(user_id=users[who], code=code, taken=moment)
            for (who, code), moment in firsts.items()
            if who in users and (users[who], code) not in known
        ]
    )
