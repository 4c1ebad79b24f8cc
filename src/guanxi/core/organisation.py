"""The tree of units: adding, renaming, moving and closing them. Rights follow the tree, since reach is read from paths."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import models
from django.db.models import Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext_lazy as _

from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.events import Event
from guanxi.core.models import Unit
from guanxi.core.phrases import language
from guanxi.core.timeline import EventType

ADDED = EventType("unit.added", _("Unit added"), icon="building", shown=False)
RENAMED = EventType("unit.renamed", _("Unit renamed"), icon="edit", shown=False)
MOVED = EventType("unit.moved", _("Unit moved"), icon="arrows-left-right", shown=False)
CLOSED = EventType("unit.closed", _("Unit closed"), icon="x", shown=False)
ALL = (ADDED, RENAMED, MOVED, CLOSED)
RIGHT = "site.settings"
HEIGHTS: Final[Mapping[str, int]] = {Unit.Kind.BRANCH: 0, Unit.Kind.DEPARTMENT: 1, Unit.Kind.TEAM: 2}
NAME_CHARS_MAX: Final = 80
PATH_CHARS_MAX: Final = 300
_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def may_stand_below(kind: str, parent_kind: str) -> bool:
    """A team stands below a department or branch, a department or another branch below a branch."""
    return HEIGHTS[parent_kind] < HEIGHTS[kind] or kind == parent_kind == Unit.Kind.BRANCH


def path_below(parent_path: str, unit_id: int) -> str:
    return f"{parent_path or '/'}{unit_id}/"


@dataclass(frozen=True, slots=True)
class Held:
    """What stands in the way of closing a unit: rows of one kind."""

    kind: str  # "work.workitem"
    count: int


def get_unit(code: str) -> Unit:
    """Raises `NotFound`."""
    found = Unit.objects.select_related("parent").filter(code=code).first()
    if found is None:
        raise NotFound
    return found


def find_unit(code: str, *, field: str = "unit") -> Unit | None:
    """The unit somebody named in a form's field; None for "". Raises `Invalid` naming the field."""
    try:
        return get_unit(code) if code else None
    except NotFound as error:
        raise Invalid(fields={field: _("There is no such unit.")}) from error


def name_of(unit: Unit) -> str:
    """Its name as the reader's language has it, else its code."""
    return str(unit.name.get(language()) or unit.code)


def choices() -> list[tuple[str, str]]:
    """The tree as a list to choose from, (code, name): deeper ones are set in."""
    return [(unit.code, f"{'　' * depth(unit)}{name_of(unit)}") for unit in tree()]


def tree() -> list[Unit]:
    """All units, parents before children, brothers by code: one statement, whatever the depth."""
    units = list(Unit.objects.all())
    codes = {unit.id: unit.code for unit in units}

    def place(unit: Unit) -> list[str]:
        return [codes.get(int(part), "") for part in unit.path.strip("/").split("/")]

    return sorted(units, key=place)


def depth(unit: Unit) -> int:
    return unit.path.strip("/").count("/")


def holds(unit: Unit) -> list[Held]:
    """Rows that hang on this unit: whatever points to it, and to what shares its key (a team is a unit)."""
    found: dict[str, int] = {}
    _count_related(Unit, unit.pk, found)
    return [Held(kind, count) for kind, count in sorted(found.items()) if count]


def _count_related(model: type[models.Model], key: int, found: dict[str, int]) -> None:
    for relation in model._meta.related_objects:
        field = relation.field
        other = field.model
        if field.primary_key:
            _count_related(other, key, found)
            continue
        label = other._meta.label_lower
        count = other._base_manager.filter(**{field.attname: key}).count()
        found[label] = found.get(label, 0) + count


def _names(name_zh: str, name_en: str) -> dict[str, str]:
    names = {"zh-hans": name_zh.strip(), "en": name_en.strip()}
    for key, field in (("zh-hans", "name_zh"), ("en", "name_en")):
        if not names[key] or len(names[key]) > NAME_CHARS_MAX:
            words = _("A name of at most %(most)s characters is needed.")
            raise Invalid(fields={field: words % {"most": NAME_CHARS_MAX}})
    return names


@action
def add_unit(
    *, actor: Actor, now: datetime, code: str, kind: str, name_zh: str, name_en: str, parent: Unit | None
) -> Unit:
    """Add a unit below `parent`. Raises `Invalid` naming the field."""
    actor.require(RIGHT)
    code = code.strip()
    if not _CODE.fullmatch(code) or len(code) > 60 or code == "add":
        raise Invalid(
            fields={"code": _("Small letters, digits and single dashes only, such as night-shift.")}
        )
    if Unit.objects.filter(code=code).exists():
        raise Invalid(fields={"code": _("A unit with this code is there already.")})
    if kind not in HEIGHTS:
        raise Invalid(fields={"kind": _("Branch, department or team.")})
    _check_place(kind, parent)
    unit = Unit(code=code, kind=kind, name=_names(name_zh, name_en), parent=parent, own=True)
    unit.path = path_below(parent.path if parent else "", unit.id)
    data = {"unit": code, "kind": kind, "parent": parent.code if parent else ""}
    events.record(
        Event(ADDED.code, actor, now, ("unit", unit.id), unit_id=unit.id, data=data), with_rows=[unit]
    )
    return unit


def _check_place(kind: str, parent: Unit | None) -> None:
    if parent is None and kind != Unit.Kind.BRANCH:
        raise Invalid(fields={"parent": _("Only a branch stands alone.")})
    if parent is not None and not may_stand_below(kind, parent.kind):
        words = _("A %(kind)s cannot stand below a %(parent)s.")
        named = {"kind": Unit.Kind(kind).label, "parent": Unit.Kind(parent.kind).label}
        raise Invalid(fields={"parent": words % named})


@action
def rename_unit(*, actor: Actor, now: datetime, unit: Unit, name_zh: str, name_en: str) -> Unit:
    """Give a unit other names; its code stays, since rights and history know it by that."""
    actor.require(RIGHT)
    unit = Unit.objects.select_for_update(of=("self",)).get(id=unit.id)
    names = _names(name_zh, name_en)
    if names == unit.name:
        return unit
    data = {"unit": unit.code, "before": dict(unit.name), "after": names}
    unit.name, unit.own = names, True
    unit.save(update_fields=["name", "own"])
    events.record(Event(RENAMED.code, actor, now, ("unit", unit.id), unit_id=unit.id, data=data))
    return unit


@action
def move_unit(*, actor: Actor, now: datetime, unit: Unit, parent: Unit | None) -> Unit:
    """Hang a unit with all below it elsewhere: every path of the subtree is rewritten in this transaction.

    Whoever reaches the new place sees it from the next request on, whoever reached only the old one no longer does.
    Raises `Invalid` for a place below itself or of the wrong kind.
    """
    actor.require(RIGHT)
    list(Unit.objects.select_for_update(of=("self",)).order_by("id").values_list("id"))  # one move at a time
    unit = Unit.objects.select_related("parent").get(id=unit.id)
    parent = Unit.objects.get(id=parent.id) if parent else None
    _check_place(unit.kind, parent)
    if parent is not None and parent.path.startswith(unit.path):
        raise Invalid(fields={"parent": _("A unit cannot stand below itself.")})
    old, new = unit.path, path_below(parent.path if parent else "", unit.id)
    if old == new:
        return unit
    data = {
        "unit": unit.code,
        "from": unit.parent.code if unit.parent else "",
        "to": parent.code if parent else "",
    }
    below = Unit.objects.filter(path__startswith=old)
    data["moved"] = str(below.count())
    below.update(path=Concat(Value(new), Substr("path", len(old) + 1)))
    Unit.objects.filter(id=unit.id).update(parent=parent, own=True)
    events.record(Event(MOVED.code, actor, now, ("unit", unit.id), unit_id=unit.id, data=data))
    return Unit.objects.select_related("parent").get(id=unit.id)


@action
def close_unit(*, actor: Actor, now: datetime, unit: Unit, words: Mapping[str, Any]) -> None:
    """Close a unit nothing hangs on; its code and names stay in the event. Raises `Conflict` saying what is in the way.

    `words` names kinds of rows ("work.workitem") for the reader.
    """
    actor.require(RIGHT)
    unit = Unit.objects.select_for_update(of=("self",)).get(id=unit.id)
    if held := holds(unit):
        raise Conflict(_in_the_way(held, words), code="unit_in_use")
    data = {"unit": unit.code, "kind": unit.kind, "before": dict(unit.name)}
    events.record(Event(CLOSED.code, actor, now, ("unit", unit.id), unit_id=unit.id, data=data))
    unit.delete()


def _in_the_way(held: Sequence[Held], words: Mapping[str, Any]) -> str:
    told = ", ".join(f"{words.get(one.kind, one.kind)}: {one.count:,}" for one in held)
    return str(_("This unit is in use and stays: %(what)s. Move these first.") % {"what": told})
