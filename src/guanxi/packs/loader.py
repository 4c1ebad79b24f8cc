"""Reading a pack: declarative files become plain values, checked whole before anything is written. No database.

A pack is a folder of TOML files: `pack.toml`, `organisation.toml`, `roles.toml`, `products.toml`. Every error names the
file and the key.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guanxi.core.access import Scope
from guanxi.core.calendar import CalendarError, from_spec

FOLDER = Path(__file__).parent
UNIT_KINDS = ("branch", "department", "team")
_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

Names = Mapping[str, str]
Table = Mapping[str, Any]


class PackError(ValueError):
    """A pack that cannot be used: which file, which key, what is wrong."""

    def __init__(self, file: str, key: str, problem: str) -> None:
        super().__init__(f"{file}: {key}: {problem}")
        self.file, self.key, self.problem = file, key, problem


@dataclass(frozen=True, slots=True)
class UnitSpec:
    """A node of the organisation; a team has a calendar (form of `core.calendar.from_spec`) and targets in minutes."""

    code: str
    kind: str
    name: Names
    parent: str = ""
    calendar: Table | None = None
    targets: Table | None = None


@dataclass(frozen=True, slots=True)
class RoleSpec:
    code: str
    name: Names
    rights: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ProductSpec:
    sku: str
    line: str
    name: Names


@dataclass(frozen=True, slots=True)
class Pack:
    """A checked pack. `units` stand parents first."""

    code: str
    name: Names
    languages: Sequence[str]
    units: Sequence[UnitSpec]
    roles: Sequence[RoleSpec]
    products: Sequence[ProductSpec]


def load(code: str, *, folder: Path = FOLDER) -> Pack:
    """The pack in `folder/code`, checked. Raises `PackError` naming file and key."""
    if not _CODE.fullmatch(code) or not (folder / code).is_dir():
        raise PackError("pack.toml", "code", f"there is no pack {code!r}")
    place = folder / code
    head = _File(place, "pack.toml", {"code", "name", "languages"})
    languages = head.texts("languages")
    if head.text("code") != code:
        raise head.wrong("code", f"must be {code!r}, the folder's name")
    return Pack(
        code=code,
        name=head.names(head.content, "name", languages),
        languages=languages,
        units=_units(_File(place, "organisation.toml", {"calendar", "unit", "team"}), languages),
        roles=_roles(_File(place, "roles.toml", {"role"}), languages),
        products=_products(_File(place, "products.toml", {"product"}), languages),
    )


class _File:
    """One file of a pack, which knows its name for errors."""

    def __init__(self, place: Path, name: str, known: set[str]) -> None:
        self.name = name
        try:
            self.content: dict[str, Any] = tomllib.loads((place / name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise PackError(name, "-", "the file is missing") from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise PackError(name, "-", str(error)) from None
        self.only(self.content, "", known)

    def wrong(self, key: str, problem: str) -> PackError:
        return PackError(self.name, key, problem)

    def only(self, table: Table, key: str, known: set[str]) -> None:
        for extra in sorted(set(table) - known):
            raise self.wrong(f"{key}.{extra}".lstrip("."), f"unknown; known are {', '.join(sorted(known))}")

    def text(self, key: str) -> str:
        return self.text_in(self.content, key, key)

    def text_in(self, table: Table, name: str, key: str) -> str:
        value = table.get(name)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(key, "must be a text")
        return value

    def code_in(self, table: Table, name: str, key: str) -> str:
        value = self.text_in(table, name, key)
        if not _CODE.fullmatch(value):
            raise self.wrong(key, f"{value!r} may hold small letters, digits and single dashes only")
        return value

    def texts(self, key: str) -> list[str]:
        value = self.content.get(key)
        if not isinstance(value, list) or not value or not all(isinstance(one, str) for one in value):
            raise self.wrong(key, "must be a list of texts")
        return value

    def names(self, table: Table, key: str, languages: Sequence[str]) -> Names:
        value = table.get("name")
        if not isinstance(value, dict):
            raise self.wrong(key, "must give the name in every language of the pack")
        for language in languages:
            self.text_in(value, language, f"{key}.{language}")
        self.only(value, key, set(languages))
        return value

    def rows(self, key: str, known: set[str]) -> list[tuple[str, Table]]:
        """[(key with place, table)] of an array of tables."""
        found = self.content.get(key)
        if not isinstance(found, list) or not found:
            raise self.wrong(key, f"needs at least one [[{key}]]")
        for place, table in enumerate(found):
            self.only(table, f"{key}[{place}]", known)
        return [(f"{key}[{place}]", table) for place, table in enumerate(found)]

    def once(self, seen: set[str], value: str, key: str) -> None:
        if value in seen:
            raise self.wrong(key, f"{value!r} is there twice")
        seen.add(value)


def _units(file: _File, languages: Sequence[str]) -> list[UnitSpec]:
    calendars = _calendars(file)
    units: list[UnitSpec] = []
    kinds: dict[str, str] = {}
    taken: set[str] = set()
    for key, table in file.rows("unit", {"code", "kind", "name", "parent"}):
        kind = file.text_in(table, "kind", f"{key}.kind")
        if kind not in UNIT_KINDS[:2]:
            raise file.wrong(f"{key}.kind", "must be branch or department; teams are [[team]]")
        units.append(_unit(file, key, table, kind, kinds, languages))
    for key, table in file.rows("team", {"code", "name", "parent", "calendar", "targets"}):
        unit = _unit(file, key, table, "team", kinds, languages)
        units.append(_as_team(file, key, table, unit, calendars, taken))
    return units


def _unit(
    file: _File, key: str, table: Table, kind: str, kinds: dict[str, str], languages: Sequence[str]
) -> UnitSpec:
    code = file.code_in(table, "code", f"{key}.code")
    if code in kinds:
        raise file.wrong(f"{key}.code", f"{code!r} is there twice")
    parent = str(table.get("parent", ""))
    if parent and parent not in kinds:
        raise file.wrong(f"{key}.parent", f"{parent!r} is no unit above this one")
    if parent and UNIT_KINDS.index(kinds[parent]) >= UNIT_KINDS.index(kind):
        raise file.wrong(f"{key}.parent", f"a {kind} cannot stand below a {kinds[parent]}")
    if not parent and kinds:
        raise file.wrong(f"{key}.parent", "only the first unit stands alone")
    kinds[code] = kind
    return UnitSpec(code, kind, file.names(table, f"{key}.name", languages), parent)


def _as_team(
    file: _File, key: str, table: Table, unit: UnitSpec, calendars: Mapping[str, Table], taken: set[str]
) -> UnitSpec:
    calendar = file.text_in(table, "calendar", f"{key}.calendar")
    if calendar not in calendars:
        raise file.wrong(f"{key}.calendar", f"there is no [calendar.{calendar}]")
    targets = table.get("targets", {})
    for kind, target in targets.items():
        at = f"{key}.targets.{kind}"
        minutes = target.get("minutes") if isinstance(target, dict) else None
        if not isinstance(minutes, int) or isinstance(minutes, bool) or minutes <= 0 or len(target) != 1:
            raise file.wrong(at, "must be { minutes = a whole number above 0 }")
        file.once(taken, kind, at)
    return UnitSpec(unit.code, "team", unit.name, unit.parent, calendars[calendar], targets)


def _calendars(file: _File) -> dict[str, Table]:
    found = file.content.get("calendar", {})
    calendars: dict[str, Table] = {}
    for code, spec in found.items():
        calendars[code] = {"code": code, **spec}
        try:
            from_spec(calendars[code])
        except CalendarError as error:
            raise file.wrong(f"calendar.{code}", str(error)) from None
    return calendars


def _roles(file: _File, languages: Sequence[str]) -> list[RoleSpec]:
    seen: set[str] = set()
    roles = []
    for key, table in file.rows("role", {"code", "name", "rights"}):
        code = file.code_in(table, "code", f"{key}.code")
        file.once(seen, code, f"{key}.code")
        rights = table.get("rights")
        if not isinstance(rights, dict) or not rights:
            raise file.wrong(f"{key}.rights", "a role without rights is none")
        for right, scope in rights.items():
            if scope not in set(Scope):
                raise file.wrong(f"{key}.rights.{right}", f"{scope!r} is none of {', '.join(Scope)}")
        roles.append(RoleSpec(code, file.names(table, f"{key}.name", languages), rights))
    return roles


def _products(file: _File, languages: Sequence[str]) -> list[ProductSpec]:
    seen: set[str] = set()
    products = []
    for key, table in file.rows("product", {"sku", "line", "name"}):
        sku = file.text_in(table, "sku", f"{key}.sku")
        file.once(seen, sku, f"{key}.sku")
        line = file.code_in(table, "line", f"{key}.line")
        products.append(ProductSpec(sku, line, file.names(table, f"{key}.name", languages)))
    return products
