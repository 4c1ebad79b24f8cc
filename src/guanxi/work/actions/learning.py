"""Training: what new colleagues read and do, and saying that it is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from guanxi.core import events
from guanxi.core.access import Actor, Kind
from guanxi.core.action import action
from guanxi.core.errors import NotFound
from guanxi.core.events import Event
from guanxi.work import events as happened
from guanxi.work.models import Checklist, Learned
from guanxi.work.queries.knowledge import READ
from guanxi.work.queries.learning import list_mine


@dataclass(frozen=True, slots=True)
class ChecklistText:
    """What a checklist holds: its name by language, roles (none: everybody), items as `Checklist.items`."""

    name: Mapping[str, str]
    roles: Sequence[str] = field(default_factory=tuple)
    items: Sequence[Mapping[str, Any]] = field(default_factory=tuple)


@action
def set_checklist(*, actor: Actor, now: datetime, code: str, text: ChecklistText) -> bool:
    """Say what a checklist holds; whether that changed anything. What people have done stays done. Needs `site.settings`."""
    actor.require("site.settings")
    row = Checklist.objects.select_for_update().filter(code=code).first() or Checklist(code=code)
    values = {
        "name": dict(text.name),
        "roles": list(text.roles),
        "items": [dict(one) for one in text.items],
    }
    if not row._state.adding and all(getattr(row, name) == value for name, value in values.items()):
        return False
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    data = {"code": code, "items": len(text.items)}
    events.record(Event(happened.CHECKLIST_SET.code, actor, now, ("checklist", row.id), data=data))
    return True


@action
def learn(*, actor: Actor, now: datetime, code: str, item: str, done: bool = True) -> bool:
    """Tick an item of a checklist of one's own, or take the tick back; whether that changed anything. Needs `work.knowledge`.

    Raises `NotFound` for what is not on one of the actor's checklists.
    """
    actor.require_kind(Kind.STAFF)
    actor.require(READ)
    row = next((one.checklist for one in list_mine(actor) if one.checklist.code == code), None)
    if row is None or all(one["code"] != item for one in row.items):
        raise NotFound
    user = actor.user_id or 0
    if done:
        _found, changed = Learned.objects.get_or_create(
            checklist=row, item=item, user_id=user, defaults={"done": now}
        )
    else:
        changed = bool(Learned.objects.filter(checklist=row, item=item, user_id=user).delete()[0])
    if changed:
        data = {"code": code, "item": item, "done": done}
        events.record(Event(happened.LEARNED.code, actor, now, ("checklist", row.id), data=data))
    return changed
