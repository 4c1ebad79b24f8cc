"""Branches: where customers can go, for everybody to read."""

from collections.abc import Mapping
from dataclasses import dataclass

from guanxi.core import organisation
from guanxi.core.calendar import WorkingCalendar, from_spec
from guanxi.core.models import Unit
from guanxi.work.models import Branch


@dataclass(frozen=True, slots=True)
class Place:
    """A branch as everybody may see it; `above` are the units over it, from the top down."""

    unit: Unit
    branch: Branch
    calendar: WorkingCalendar
    above: tuple[Unit, ...]


def list_branches() -> list[Place]:
    """All branches that customers can go to, in the order of the tree. Public: no right is needed."""
    units = organisation.tree()
    by_id = {one.id: one for one in units}
    rows = {one.unit_id: one for one in Branch.objects.all()}
    return [
        Place(unit, rows[unit.id], from_spec(rows[unit.id].calendar), _above(unit, by_id))
        for unit in units
        if unit.id in rows
    ]


def branch_of(unit_id: int) -> Branch | None:
    """How the house has described this unit's branch; None where it has not."""
    return Branch.objects.filter(unit_id=unit_id).first()


def has_branches() -> bool:
    """Whether the house has described any branch."""
    return Branch.objects.exists()


def _above(unit: Unit, by_id: Mapping[int, Unit]) -> tuple[Unit, ...]:
    keys = [int(part) for part in unit.path.strip("/").split("/")]
    return tuple(by_id[key] for key in keys if key in by_id and key != unit.id)
