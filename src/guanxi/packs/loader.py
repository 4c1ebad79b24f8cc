"""Reading a pack: declarative files become plain values, checked whole before anything is written. No database.

A pack is a folder of TOML files: `pack.toml`, `organisation.toml`, `roles.toml`, `products.toml`; where it sets what the
procedure does, `cases.toml`; where it says how orders go their way, `trade.toml` (docs/packs.md). Every error names the file,
the line and the key.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from guanxi.core.access import Scope
from guanxi.core.calendar import CalendarError, from_spec
from guanxi.core.organisation import may_stand_below
from guanxi.packs.branches import FILE as BRANCHES
from guanxi.packs.branches import SECTIONS as BRANCH_SECTIONS
from guanxi.packs.branches import BranchSpec, read_branches
from guanxi.packs.files import File, Names, PackError, Spot, Table, unknown
from guanxi.packs.knowledge import FILE as KNOWLEDGE
from guanxi.packs.knowledge import SECTIONS as KNOWLEDGE_SECTIONS
from guanxi.packs.knowledge import (
    TRAINING,
    TRAINING_SECTIONS,
    ArticleSpec,
    ChecklistSpec,
    read_articles,
    read_training,
)
from guanxi.packs.procedure import FILE as CASES
from guanxi.packs.procedure import FIXED_SECTIONS, SECTIONS, read_procedure
from guanxi.packs.trading import FILE as TRADE
from guanxi.packs.trading import SECTIONS as TRADE_SECTIONS
from guanxi.packs.trading import read_trading
from guanxi.trade.rules.holdings import KINDS
from guanxi.trade.rules.investments import TradingError, trading_of
from guanxi.work.models import Team

__all__ = ["FOLDER", "Pack", "PackError", "check", "load"]

FOLDER = Path(__file__).parent
UNIT_KINDS = ("branch", "department", "team")


@dataclass(frozen=True, slots=True)
class UnitSpec:
    """A node of the organisation; a team has a calendar (form of `core.calendar.from_spec`), targets in minutes and
    may have a desktop (`work.models.Team.Desktop`)."""

    code: str
    kind: str
    name: Names
    parent: str = ""
    calendar: Table | None = None
    targets: Table | None = None
    desktop: str = ""


@dataclass(frozen=True, slots=True)
class RoleSpec:
    """A role. `lines` says where in roles.toml each right stands, "" the role itself."""

    code: str
    name: Names
    rights: Mapping[str, str]
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class ProductSpec:
    """A product; `holding`: what kind clients hold of it, `conditions`: how it is traded (trade.rules.investments)."""

    sku: str
    line: str
    name: Names
    price_minor: int | None = None
    currency: str = ""
    category: str = ""
    holding: str = ""
    conditions: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pack:
    """A checked pack. `units` stand parents first; `procedure` has the form of `cases.rules.policy.Policy.from_json`,
    `trading` that of `trade.rules.ruleset.Rules.from_json`."""

    code: str
    name: Names
    languages: Sequence[str]
    units: Sequence[UnitSpec]
    roles: Sequence[RoleSpec]
    products: Sequence[ProductSpec]
    procedure: Mapping[str, Any] | None = None
    trading: Mapping[str, Any] | None = None
    branches: Sequence[BranchSpec] = ()
    articles: Sequence[ArticleSpec] = ()
    training: Sequence[ChecklistSpec] = ()


def load(code: str, *, folder: Path = FOLDER) -> Pack:
    """The pack in `folder/code`, checked. Raises the first `PackError` there is. Packs of our own are read once."""
    return _once(code) if folder == FOLDER else _load(code, folder)


@cache
def _once(code: str) -> Pack:
    return _load(code, FOLDER)


def _load(code: str, folder: Path) -> Pack:
    if not (folder / code / "pack.toml").is_file() or (folder / code).parent != folder:
        raise PackError(f"{code}/pack.toml", "", f"there is no pack {code!r}")
    pack, faults = check(folder / code)
    if faults:
        raise faults[0]
    return pack


def check(place: Path) -> tuple[Pack, Sequence[PackError]]:
    """The pack in this folder and all its faults, file by file; with a fault the pack is not to be used."""
    faults: list[PackError] = []
    head = File.read(place, "pack.toml", {"code", "name", "languages"}, faults).spot
    languages = head.texts("languages")
    if not languages:
        head.wrong("languages", "must name at least one language")
    if head.code() and head.text("code") != place.name:
        head.wrong("code", f"must be {place.name!r}, the folder's name")
    name = head.names("name", languages)
    organisation = File.read(place, "organisation.toml", {"calendar", "unit", "team"}, faults)
    units = _units(organisation.spot, languages)
    roles = _roles(File.read(place, "roles.toml", {"role"}, faults).spot, languages)
    catalogue = File.read(place, "products.toml", {"product", "calendar"}, faults)
    products = _products(catalogue.spot, languages)
    teams = {one.code: one.calendar for one in units if one.calendar} if organisation.whole else None
    procedure = trading = None
    if (place / CASES).is_file():
        file = File.read(place, CASES, SECTIONS | FIXED_SECTIONS, faults)
        procedure = read_procedure(file, languages, teams)
    if (place / TRADE).is_file():
        trading = read_trading(File.read(place, TRADE, TRADE_SECTIONS, faults), languages, teams)
        _check_lines(catalogue.spot, products, trading)
    branches: Sequence[BranchSpec] = ()
    if (place / BRANCHES).is_file():
        kinds = {one.code: one.kind for one in units}
        file = File.read(place, BRANCHES, BRANCH_SECTIONS, faults)
        branches = read_branches(file.spot, languages, kinds, _calendars(organisation.spot, noted=False))
    about = None if any(one.file == CASES for one in faults) else _about(procedure)
    lines = {one.line for one in products} | set((trading or {}).get("lines", {}))
    known = {one.code for one in roles}
    articles, training = _knowledge(place, languages, faults, about, lines, known)
    pack = Pack(
        place.name, name, languages, units, roles, products, procedure, trading, branches, articles, training
    )
    return pack, faults


def _about(procedure: Mapping[str, Any] | None) -> set[str] | None:
    """What an article can be about: the table's request, the pack's kinds of cases and issues. None: nobody can tell."""
    if procedure is None:
        return None
    return {"request", *procedure.get("kinds", {}), *procedure.get("issues", {})}


def _knowledge(
    place: Path,
    languages: Sequence[str],
    faults: list[PackError],
    about: set[str] | None,
    lines: set[str],
    roles: set[str],
) -> tuple[Sequence[ArticleSpec], Sequence[ChecklistSpec]]:
    articles: Sequence[ArticleSpec] = ()
    training: Sequence[ChecklistSpec] = ()
    if (place / KNOWLEDGE).is_file():
        file = File.read(place, KNOWLEDGE, KNOWLEDGE_SECTIONS, faults)
        articles = read_articles(file.spot, languages, about, lines)
    if (place / TRAINING).is_file():
        file = File.read(place, TRAINING, TRAINING_SECTIONS, faults)
        training = read_training(file.spot, languages, roles, {one.code for one in articles})
    return articles, training


def _units(spot: Spot, languages: Sequence[str]) -> list[UnitSpec]:
    calendars = _calendars(spot)
    units: list[UnitSpec] = []
    kinds: dict[str, str] = {}
    taken: set[str] = set()
    for row in spot.rows("unit", {"code", "kind", "name", "parent"}):
        kind = row.text("kind")
        if kind not in UNIT_KINDS[:2]:
            row.wrong("kind", "must be branch or department; teams are [[team]]")
            kind = UNIT_KINDS[1]
        units.append(_unit(row, kind, kinds, languages))
    for row in spot.rows("team", {"code", "name", "parent", "calendar", "targets", "desktop"}):
        unit = _unit(row, "team", kinds, languages)
        units.append(_as_team(row, unit, calendars, taken))
    return units


def _unit(row: Spot, kind: str, kinds: dict[str, str], languages: Sequence[str]) -> UnitSpec:
    code = row.code()
    if code in kinds:
        row.wrong("code", f"{code!r} is there twice")
    parent = row.text("parent", "")
    if parent and parent not in kinds:
        row.wrong("parent", f"{parent!r} is no unit above this one")
    elif parent and not may_stand_below(kind, kinds[parent]):
        row.wrong("parent", f"a {kind} cannot stand below a {kinds[parent]}")
    if not parent and kinds:
        row.wrong("parent", "only the first unit stands alone")
    kinds[code] = kind
    return UnitSpec(code, kind, row.names("name", languages), parent)


def _as_team(row: Spot, unit: UnitSpec, calendars: Mapping[str, Table], taken: set[str]) -> UnitSpec:
    calendar = row.text("calendar")
    if calendar and calendar not in calendars:
        row.wrong("calendar", f"there is no [calendar.{calendar}]")
    targets = row.inner("targets")
    for kind, target in targets.table.items():
        minutes = target.get("minutes") if isinstance(target, dict) else None
        if not isinstance(minutes, int) or isinstance(minutes, bool) or minutes <= 0 or len(target) != 1:
            targets.wrong(kind, "must be { minutes = a whole number above 0 }")
        targets.once(taken, kind, kind)
    desktop = row.text("desktop", "")
    if desktop not in Team.Desktop.values:
        row.wrong("desktop", f"must be one of {', '.join(filter(None, Team.Desktop.values))}")
    return UnitSpec(
        unit.code, "team", unit.name, unit.parent, calendars.get(calendar, {}), targets.table, desktop
    )


def _calendars(spot: Spot, *, noted: bool = True) -> dict[str, Table]:
    """The calendars of a file; `noted`: say what is wrong with them (once)."""
    found = spot.inner("calendar")
    calendars: dict[str, Table] = {}
    for code in found.table:
        calendars[code] = {"code": code, **found.inner(code).table}
        try:
            from_spec(calendars[code])
        except CalendarError as error:
            if noted:
                found.wrong(code, str(error))
    return calendars


def _roles(spot: Spot, languages: Sequence[str]) -> list[RoleSpec]:
    seen: set[str] = set()
    roles = []
    for row in spot.rows("role", {"code", "name", "rights"}):
        code = row.code()
        row.once(seen, code)
        rights = row.inner("rights")
        if not rights.table:
            row.wrong("rights", "a role without rights is none")
        for right, scope in rights.table.items():
            if scope not in set(Scope):
                rights.wrong(right, unknown(str(scope), Scope))
        lines = {"": row.line, **{right: rights.line_of(right) for right in rights.table}}
        roles.append(RoleSpec(code, row.names("name", languages), rights.table, lines))
    return roles


def _products(spot: Spot, languages: Sequence[str]) -> list[ProductSpec]:
    seen: set[str] = set()
    calendars = _calendars(spot)
    products = []
    known = {"sku", "line", "name", "price", "category", "holding", "trading"}
    for row in spot.rows("product", known):
        sku = row.text("sku")
        row.once(seen, sku, "sku")
        price, currency = row.price("price")
        category = row.code("category") if "category" in row.table else ""
        names = row.names("name", languages)
        holding = row.choice("holding", sorted(KINDS), "")
        held = holding, _conditions(row, holding, calendars)
        products.append(ProductSpec(sku, row.code("line"), names, price, currency, category, *held))
    return products


def _check_lines(spot: Spot, products: Sequence[ProductSpec], trading: Mapping[str, Any]) -> None:
    """Products stand on lines that the pack names."""
    for place, one in enumerate(products):
        if trading["lines"] and one.line and one.line not in trading["lines"]:
            problem = f"there is no [[line]] with the code {one.line!r} in {TRADE}"
            spot.wrong_at(("product", place, "line"), problem)


def _conditions(row: Spot, holding: str, calendars: Mapping[str, Table]) -> Mapping[str, Any]:
    """How a product is traded: `trading = { cutoff = "15:00", calendar = "exchange", ... }`; absent: not by orders."""
    if "trading" not in row.table:
        return {}
    trading = row.inner("trading", {"cutoff", "calendar", "settles_days", "risk", "least_minor"})
    calendar = trading.text("calendar")
    if calendar and calendar not in calendars:
        trading.wrong("calendar", f"there is no [calendar.{calendar}]")
        return {}
    if holding and not KINDS[holding].ordered:
        row.wrong("trading", f"a {holding} is not traded by orders")
    conditions = {**trading.table, "calendar": dict(calendars.get(calendar, {}))}
    try:
        trading_of(conditions)
    except TradingError as error:
        row.wrong("trading", str(error))
    return conditions
