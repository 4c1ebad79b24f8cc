"""branches.toml: where a pack's branches are, when they are open and what is done there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from guanxi.packs.files import Names, Spot, Table, unknown

FILE = "branches.toml"
SECTIONS = frozenset({"service", "branch"})


@dataclass(frozen=True, slots=True)
class BranchSpec:
    """A branch of the unit with this code; `calendar` in the form of `core.calendar.from_spec`."""

    unit: str
    city: Names
    address: Names
    calendar: Mapping[str, Any]
    phone: str = ""
    services: Sequence[Names] = field(default_factory=tuple)


def read_branches(
    spot: Spot, languages: Sequence[str], kinds: Mapping[str, str], calendars: Mapping[str, Table]
) -> list[BranchSpec]:
    """The branches of a file; `kinds` are the pack's units by code, `calendars` those of its organisation."""
    services = _services(spot, languages)
    seen: set[str] = set()
    found = []
    for row in spot.rows("branch", {"unit", "city", "address", "phone", "calendar", "services"}):
        unit = row.code("unit")
        row.once(seen, unit, "unit")
        if unit and kinds.get(unit) != "branch":
            row.wrong("unit", f"{unit!r} is no branch of organisation.toml")
        calendar = row.text("calendar")
        if calendar and calendar not in calendars:
            row.wrong("calendar", f"there is no [calendar.{calendar}] in organisation.toml")
        offered = [one for one in row.texts("services") if _known(row, one, services)]
        found.append(
            BranchSpec(
                unit,
                row.names("city", languages, "the city"),
                row.names("address", languages, "the address"),
                calendars.get(calendar, {}),
                row.text("phone", ""),
                [services[one] for one in offered],
            )
        )
    return found


def _services(spot: Spot, languages: Sequence[str]) -> dict[str, Names]:
    table = spot.inner("service")
    return {code: table.names(code, languages) for code in table.table}


def _known(row: Spot, code: str, services: Mapping[str, Names]) -> bool:
    if code not in services:
        row.wrong("services", unknown(code, services))
    return code in services
