"""A pack's configuration written into the tables of the organisation. Run again it changes only what differs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models

from guanxi.cases.actions.publishing import publish_procedure
from guanxi.cases.models import Procedure
from guanxi.core import access, events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.events import Event
from guanxi.core.models import Event as EventRow
from guanxi.core.models import Role, Unit
from guanxi.packs.events import INSTALLED
from guanxi.packs.files import PackError, unknown
from guanxi.packs.knowledge import put_articles, put_training
from guanxi.packs.loader import Pack, RoleSpec, UnitSpec
from guanxi.trade.actions import ProductRow
from guanxi.trade.actions.held import set_held_products
from guanxi.trade.actions.publishing import publish_rules
from guanxi.trade.models import Ruleset
from guanxi.work import queries as teams
from guanxi.work.actions import BranchText, set_branch
from guanxi.work.models import Team

ORIGIN = "pack:"


@dataclass(frozen=True, slots=True)
class Installed:
    """What was changed: codes of units, teams and roles that are new or different now; "procedure" and "trade" for rules."""

    root: Unit
    changed: tuple[str, ...]


@action
def install(*, actor: Actor, now: datetime, pack: Pack) -> Installed:
    """Create or update units, teams and roles of a pack, publish its rules; nothing is ever removed. Needs `site.settings`.

    A house that has published rules of its own keeps them. Raises `PackError` when a role grants a right that no room declares.
    """
    actor.require("site.settings")
    for fault in role_faults(pack):
        raise fault
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
    rules = {"procedure": _procedure, "trade": _trading}
    changed += [name for name, publish in rules.items() if publish(actor, now, pack)]
    changed += _branches(actor, now, pack, units)
    held_rows = set_held_products(actor=actor, now=now, products=_held_rows(pack))
    changed += [f"product:{sku}" for sku in held_rows]
    changed += put_articles(actor, now, pack.articles)
    changed += put_training(actor, now, pack.training)
    root = units[pack.units[0].code]
    if changed:
        data = {"pack": pack.code, "changed": changed}
        events.record(Event(INSTALLED.code, actor, now, ("unit", root.id), unit_id=root.id, data=data))
        teams.forget_book()
    return Installed(root, tuple(changed))


class OtherPack(ValueError):
    """This data folder belongs to another pack, whose code this is."""


def house_pack() -> str:
    """The code of the pack that was installed here; before that the one this house is set to."""
    roots = Unit.objects.filter(parent=None).values_list("id", flat=True)
    found = EventRow.objects.filter(subject_kind="unit", subject_id__in=list(roots), type=INSTALLED.code)
    data = found.order_by("-occurred", "-id").values_list("data", flat=True).first()
    return str(data["pack"]) if data else settings.PACK


def ensure_free_for(code: str) -> None:
    """One house, one pack. Raises `OtherPack` where another one is installed."""
    if Unit.objects.exists() and house_pack() != code:
        raise OtherPack(house_pack())


def product_rows(pack: Pack) -> list[ProductRow]:
    """The pack's catalogue as `trade.actions.add_products` takes it."""
    return [
        ProductRow(
            one.sku,
            one.line,
            one.name,
            one.price_minor,
            one.currency,
            one.category,
            one.holding,
            one.conditions,
        )
        for one in pack.products
    ]


def _held_rows(pack: Pack) -> list[ProductRow]:
    """What clients hold, and what else there is on financial lines."""
    lines = (pack.trading or {}).get("lines", {})
    financial = {code for code, one in lines.items() if one["kind"] == "financial"}
    return [one for one in product_rows(pack) if one.holding or one.line in financial]


def role_faults(pack: Pack) -> list[PackError]:
    """Rights in roles.toml that no room declares."""
    known = access.declared()
    return [
        PackError(
            "roles.toml",
            f"role.{role.code}.rights.{right}",
            f"no room declares this right; {unknown(right, known)}",
            role.lines.get(right) or role.lines.get("", 0),
        )
        for role in pack.roles
        for right in role.rights
        if right not in known
    ]


def _procedure(actor: Actor, now: datetime, pack: Pack) -> bool:
    """Publish the pack's rules; whether that made a new version."""
    newest = Procedure.objects.order_by("-number").first()
    if pack.procedure is None or (newest is not None and not newest.origin.startswith(ORIGIN)):
        return False
    published = publish_procedure(actor=actor, now=now, content=pack.procedure, origin=f"{ORIGIN}{pack.code}")
    return newest is None or published.number != newest.number


def _trading(actor: Actor, now: datetime, pack: Pack) -> bool:
    """Publish the pack's rules of trade; whether that made a new version."""
    newest = Ruleset.objects.order_by("-number").first()
    if pack.trading is None or (newest is not None and not newest.origin.startswith(ORIGIN)):
        return False
    published = publish_rules(actor=actor, now=now, content=pack.trading, origin=f"{ORIGIN}{pack.code}")
    return newest is None or published.number != newest.number


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


def _branches(actor: Actor, now: datetime, pack: Pack, units: Mapping[str, Unit]) -> list[str]:
    """Describe the pack's branches; gives "branch:CODE" of those that are new or different now."""
    found = []
    for spec in pack.branches:
        text = BranchText(spec.city, spec.address, spec.calendar, spec.phone, spec.services)
        _row, differs = set_branch(actor=actor, now=now, unit=units[spec.unit], text=text, own=False)
        if differs:
            found.append(f"branch:{spec.unit}")
    return found


def _team(spec: UnitSpec, unit: Unit) -> bool:
    if spec.calendar is None or unit.own:
        return False
    team = Team.objects.filter(unit=unit).first() or Team(unit=unit)
    values = {
        "calendar": dict(spec.calendar),
        "targets": dict(spec.targets or {}),
        "desktop": spec.desktop,
    }
    return _put(team, values)


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
