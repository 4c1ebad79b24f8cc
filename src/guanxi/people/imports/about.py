"""What a line says about a person, and whom among the customers it names."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any

from guanxi.core.imports import Fault, File, Line
from guanxi.engine.normalise import Normalised, normalise
from guanxi.people import queries
from guanxi.people.actions import Contact
from guanxi.people.imports.fields import KEYS
from guanxi.people.rules import read_claims


def contact_of(line: Line, prefix: str = "") -> Contact:
    """What the line says about who somebody is."""
    said = {key: str(line.values.get(prefix + key, "")) for key in KEYS}
    return Contact(name=_name(line.values), language=str(line.values.get("language", "")), **said)


def _name(said: Mapping[str, Any]) -> str:
    """Family name first for Chinese names, last for Latin ones."""
    if "name" in said:
        return str(said["name"])
    family, given = str(said.get("family_name", "")), str(said.get("given_name", ""))
    if family and given:
        return f"{given} {family}" if (family + given).isascii() else family + given
    return family or given


def made_of(line: Line, field: str, now: datetime) -> datetime:
    """When something was: the line's own moment, never in the future; now where it says nothing."""
    said = line.values.get(field)
    if said is None:
        return now
    moment = said if isinstance(said, datetime) else datetime.combine(said, time(), UTC)
    return min(moment, now)


def source_of(file: File) -> str:
    """What stands as the source of records out of this file."""
    return f"import:{file.options['source']}"


def key_value(key: str, line: Line) -> str:
    """What the line's key is looked up by."""
    text = str(line.values[key])
    return text if key == "customer" else normalise(key, text).value


def customers_by(kind: str, wanted: Iterable[str]) -> dict[str, list[int]]:
    """{normalised value: customers that have it} for one kind of identifier, or "customer" for public codes."""
    owners: dict[str, list[int]] = {}
    for value, customer in queries.owners_of(kind, sorted(set(wanted))):
        if customer not in owners.setdefault(value, []):
            owners[value].append(customer)
    return owners


def owners_of_lines(
    lines: Sequence[Line], codes: Sequence[str] = ("customer", *KEYS)
) -> dict[int, list[int]]:
    """{row: customers that any of the row's identifiers names}."""
    found: dict[int, list[int]] = {line.number: [] for line in lines}
    for key in codes:
        wanted = {line.number: key_value(key, line) for line in lines if key in line.values}
        owners = customers_by(key, wanted.values()) if wanted else {}
        for number, value in wanted.items():
            found[number] += [who for who in owners.get(value, ()) if who not in found[number]]
    return found


def unclear(owners: Sequence[int]) -> Fault:
    """Why a row that needs one customer has none."""
    return Fault("several_customers" if owners else "unknown_customer")


def claims_in(contact: Contact) -> list[Normalised]:
    """The identifiers in it that can be read."""
    return read_claims(contact.said())[0]
