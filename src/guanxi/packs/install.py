"""A pack's configuration written into the tables of the organisation. Run again it changes only what differs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from guanxi.core import access, events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.events import Event
from guanxi.core.models import Role, Unit
from guanxi.packs.events import INSTALLED
from guanxi.packs.loader import Pack, PackError, RoleSpec, UnitSpec
from guanxi.trade.actions import ProductRow
from guanxi.work import queries as teams
from guanxi.work.models import Team


@dataclass(frozen=True, slots=True)
class Installed:
    """What an installation changed: codes of units, teams and roles that are new or different now."""

    root: Unit
    changed: tuple[str, ...]


@action
def install(*, actor: Actor, now: datetime, pack: Pack) -> Installed:
    """Create or update units, teams and roles of a pack; nothing is ever removed. Needs `site.settings`.

    Raises `PackError` when a role grants a right that no room declares.
    """
    actor.require("site.settings")
    _know_rights(pack)
    units: dict[str, Unit] = {}
    changed: list[str] = []
    for spec in pack.units:
        unit, differs = _unit(spec, units.get(spec.parent))
        units[spec.code] = unit
        if differs | _team(spec, unit):
            changed.append(spec.code)
    for role in pack.roles:
        if _role(role):
            changed.append(role.code)
    root = units[pack.units[0].code]
    if changed:
        data = {"pack": pack.code, "changed": changed}
        events.record(Event(INSTALLED.code, actor, now, ("unit", root.id), unit_id=root.id, data=data))
        teams.forget_book()
    return Installed(root, tuple(changed))


def product_rows(pack: Pack) -> list[ProductRow]:
    """The pack's catalogue as `trade.actions.add_products` takes it."""
    return [ProductRow(one.sku, one.line, one.name) for one in pack.products]


def _know_rights(pack: Pack) -> None:
    known = access.declared()
    for place, role in enumerate(pack.roles):
        for right in role.rights:
            if right not in known:
                raise PackError("roles.toml", f"role[{place}].rights.{right}", "no room declares this right")


def _unit(spec: UnitSpec, parent: Unit | None) -> tuple[Unit, bool]:
    unit = Unit.objects.filter(code=spec.code).first() or Unit(code=spec.code)
    if unit.own:  # what this house has changed stays as it made it
        return unit, False
    path = f"{parent.path if parent else '/'}{unit.id}/"
    values = {
        "kind": spec.kind,
        "name": dict(spec.name),
        "parent_id": parent.id if parent else None,
        "path": path,
    }
    return unit, _put(unit, values)


def _team(spec: UnitSpec, unit: Unit) -> bool:
    if spec.calendar is None or unit.own:
        return False
    team = Team.objects.filter(unit=unit).first() or Team(unit=unit)
    return _put(team, {"calendar": dict(spec.calendar), "targets": dict(spec.targets or {})})


def _role(spec: RoleSpec) -> bool:
    role = Role.objects.filter(code=spec.code).first() or Role(code=spec.code)
    if role.own:
        return False
    return _put(role, {"name": dict(spec.name), "rights": dict(spec.rights)})


def _put(row: models.Model, values: Mapping[str, Any]) -> bool:
    """Give the row these values; whether anything had to be written."""
    if not row._state.adding and all(getattr(row, name) == value for name, value in values.items()):
        return False
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    return True
