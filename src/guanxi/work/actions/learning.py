"""Training: what new colleagues read and do, and saying that it is done."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.core import events
from guanxi.core.access import Actor, Kind
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.events import Event
from guanxi.core.models import Role
from guanxi.work import events as happened
from guanxi.work.models import Article, Checklist, Learned
from guanxi.work.queries.knowledge import EDIT, READ
from guanxi.work.queries.learning import list_mine
from guanxi.work.rules import knowledge as rules

ITEMS_MAX = 40
NAME_CHARS_MAX = 200


@dataclass(frozen=True, slots=True)
class ChecklistText:
    """What a checklist holds: its name by language, roles (none: everybody), items as `Checklist.items`."""

    name: Mapping[str, str]
    roles: Sequence[str] = field(default_factory=tuple)
    items: Sequence[Mapping[str, Any]] = field(default_factory=tuple)


@action
def set_checklist(*, actor: Actor, now: datetime, code: str, text: ChecklistText) -> bool:
    """Say what a pack's checklist holds; whether that changed anything. The house's own stays, and what people have done.

    Needs `site.settings`.
    """
    actor.require("site.settings")
    row = Checklist.objects.select_for_update().filter(code=code).first() or Checklist(code=code)
    values = _values(text)
    if row.own or (
        not row._state.adding and all(getattr(row, name) == value for name, value in values.items())
    ):
        return False
    _keep(actor, now, row, values)
    return True


@action
def write_checklist(
    *, actor: Actor, now: datetime, code: str, text: ChecklistText, version: int | None = None
) -> Checklist:
    """Write a checklist anew, or (`version` None) a first one; from now on the house's own. What people have done stays done.

    An item keeps its code, and without one gets one; without items nobody sees the checklist. Needs `work.knowledge_edit`.
    Raises `Invalid`; `Conflict` `stale` when a colleague was faster; `NotFound`.
    """
    actor.require(EDIT)
    row = Checklist.objects.select_for_update().filter(code=code).first()
    faults = _faults(text)
    if version is None:
        if not rules.ADDRESS.fullmatch(code):
            faults["code"] = _("Small letters, digits and dashes, a letter first.")
        elif row is not None:
            faults["code"] = _("There is one with this code.")
    elif row is None:
        raise NotFound
    elif row.version != version:
        raise Conflict(
            _("A colleague has changed this in the meantime. Look at it again, then save."), code="stale"
        )
    if faults:
        raise Invalid(fields=faults)
    row = row or Checklist(code=code)
    row.own = True
    _keep(actor, now, row, _values(text))
    return row


def _faults(text: ChecklistText) -> dict[str, Any]:
    faults: dict[str, Any] = {}
    if not any(map(str.strip, text.name.values())):
        faults["name"] = _("Please give it a name.")
    if len(text.items) > ITEMS_MAX:
        faults["items"] = _("At most %(most)s of them.") % {"most": ITEMS_MAX}
    roles = set(Role.objects.filter(code__in=text.roles).values_list("code", flat=True))
    if unknown := sorted({*text.roles} - roles):
        faults["roles"] = _("Nobody knows the role %(code)s.") % {"code": unknown[0][:40]}
    wanted = {one["article"] for one in text.items if one.get("article")}
    known = set(Article.objects.filter(code__in=wanted).values_list("code", flat=True))
    for place, one in enumerate(text.items, start=1):
        if not any(map(str.strip, one["name"].values())):
            faults[f"item-{place}"] = _("Please say what to read or to do.")
        elif any(len(words) > NAME_CHARS_MAX for words in one["name"].values()):
            faults[f"item-{place}"] = _("At most %(most)s characters fit here.") % {"most": NAME_CHARS_MAX}
        elif one.get("article") and one["article"] not in known:
            faults[f"item-{place}"] = _("There is no article with this code.")
    return faults


def _values(text: ChecklistText) -> dict[str, Any]:
    items = [{**one, "code": one.get("code") or f"i{secrets.token_hex(5)}"} for one in text.items]
    return {"name": dict(text.name), "roles": list(text.roles), "items": items}


def _keep(actor: Actor, now: datetime, row: Checklist, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.save()
    data = {"code": row.code, "items": len(row.items)}
    events.record(Event(happened.CHECKLIST_SET.code, actor, now, ("checklist", row.id), data=data))


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
