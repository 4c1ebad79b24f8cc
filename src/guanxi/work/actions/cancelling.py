"""Work that a room above takes out of the queue or out of somebody's hands, as part of a greater action."""

from datetime import datetime

from guanxi.core.access import Actor
from guanxi.core.events import Event
from guanxi.work import events as happened
from guanxi.work import queries
from guanxi.work.actions.hands import wake
from guanxi.work.actions.queue import end_assignment, event_of, release
from guanxi.work.models import WorkItem


def cancel(*, actor: Actor, now: datetime, subject: tuple[str, int], kind: str) -> Event | None:
    """Nobody has to do this any more (who waited has left); the caller records the event. None when there is no such work."""
    item = _open(subject, kind)
    if item is None:
        return None
    end_assignment(item, now, "cancelled")
    item.state = WorkItem.State.CANCELLED
    item.member = None
    item.finished = now
    item.save(update_fields=["state", "member", "finished"])
    wake(item.team_id, item.channel)
    return event_of(happened.CANCELLED.code, actor, now, item)


def let_go(*, actor: Actor, now: datetime, subject: tuple[str, int], kind: str) -> bool:
    """Out of whoever's hands it is in, back into the queue with the time it came: they are gone. False when nobody has it."""
    item = _open(subject, kind)
    if item is None or item.state == WorkItem.State.QUEUED:
        return False
    release(actor=actor, now=now, item=item, outcome="left")
    return True


def _open(subject: tuple[str, int], kind: str) -> WorkItem | None:
    found = queries.open_item(subject, kind)
    if found is None:
        return None
    item = WorkItem.objects.select_for_update(of=("self",)).get(id=found.id)
    return item if item.state in queries.OPEN else None
