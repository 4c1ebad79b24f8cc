"""Roles: making and changing them. Rights by room, with the scope each goes to."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.core import access, events
from guanxi.core.access import Actor, Right, Scope
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid
from guanxi.core.events import Event
from guanxi.core.models import Role
from guanxi.core.roster import CODE_CHARS_MAX, NAME_CHARS_MAX, RIGHT, ROLE_ADDED, ROLE_CHANGED, somebody_stays

SCOPES: Mapping[str, Any] = {
    Scope.OWN: _("their own"),
    Scope.TEAM: _("their team"),
    Scope.DEPARTMENT: _("their department"),
    Scope.BRANCH: _("their branch"),
    Scope.ALL: _("everything"),
}
_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Room:
    """The rights one room declares, for a table."""

    code: str
    rights: Sequence[Right]


def by_room() -> list[Room]:
    """Every declared right, room by room, in the order of their names."""
    rooms: dict[str, list[Right]] = {}
    for name, right in sorted(access.declared().items()):
        rooms.setdefault(name.partition(".")[0], []).append(right)
    return [Room(code, rights) for code, rights in rooms.items()]


@dataclass(frozen=True, slots=True)
class Difference:
    """One right before and after a change; "" is: not at all."""

    right: str
    before: str
    after: str


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[Difference]:
    """Rights that differ, in the order of their names."""
    names = sorted({*before, *after})
    return [
        Difference(name, before.get(name, ""), after.get(name, ""))
        for name in names
        if before.get(name, "") != after.get(name, "")
    ]


def _checked(rights: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
    """Declared rights with a scope; one that no room declares any more stays as it is, but cannot be given."""
    chosen = {right: scope for right, scope in rights.items() if scope}
    wrong = [right for right, scope in chosen.items() if scope not in set(Scope)]
    wrong += [right for right in chosen if right not in access.declared() and right not in known]
    if wrong:
        raise Invalid(
            fields={"rights": _("Unknown right or scope: %(names)s.") % {"names": ", ".join(wrong)}}
        )
    if not chosen:
        raise Invalid(fields={"rights": _("A role without rights is none: choose at least one.")})
    return chosen


def _names(name_zh: str, name_en: str) -> dict[str, str]:
    names = {"zh-hans": name_zh.strip(), "en": name_en.strip()}
    for key, field in (("zh-hans", "name_zh"), ("en", "name_en")):
        if not names[key] or len(names[key]) > NAME_CHARS_MAX:
            words = _("A name of at most %(most)s characters is needed.")
            raise Invalid(fields={field: words % {"most": NAME_CHARS_MAX}})
    return names


@action
def add_role(
    *, actor: Actor, now: datetime, code: str, name_zh: str, name_en: str, rights: Mapping[str, str]
) -> Role:
    """Make a role. Raises `Invalid` naming the field, `Conflict` for a code that is taken."""
    actor.require(RIGHT)
    code = code.strip()
    if not _CODE.fullmatch(code) or len(code) > CODE_CHARS_MAX or code == "new":
        raise Invalid(
            fields={"code": _("Small letters, digits and single dashes only, such as night-shift.")}
        )
    if Role.objects.filter(code=code).exists():
        raise Conflict(
            _("A role with this code is there already."), code="role_taken", fields={"code": _("taken")}
        )
    role = Role(code=code, name=_names(name_zh, name_en), rights=_checked(rights, {}), own=True)
    data = {"role": code, "before": {}, "after": role.rights}
    events.record(Event(ROLE_ADDED.code, actor, now, ("role", role.id), data=data), with_rows=[role])
    return role


@action
def change_role(
    *, actor: Actor, now: datetime, code: str, name_zh: str, name_en: str, rights: Mapping[str, str]
) -> Role:
    """Change names and rights; whoever holds the role has the new rights at their next request.

    Raises `Invalid` naming the field, `Conflict` when nobody could administer any more.
    """
    actor.require(RIGHT)
    role = Role.objects.select_for_update().filter(code=code).first()
    if role is None:
        raise Invalid(fields={"role": _("There is no such role.")})
    names, chosen = _names(name_zh, name_en), _checked(rights, role.rights)
    if names == role.name and chosen == role.rights:
        return role
    data = {"role": code, "before": dict(role.rights), "after": chosen}
    with somebody_stays():
        role.name, role.rights, role.own = names, chosen, True
        role.save(update_fields=["name", "rights", "own"])
    events.record(Event(ROLE_CHANGED.code, actor, now, ("role", role.id), data=data))
    return role
