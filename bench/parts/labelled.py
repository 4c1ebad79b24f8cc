"""Any labelled file as the two tables a bench of identity compares: as it is (for Splink) and normalised (for us).

Columns are known by the names such files use (given_name, surname, dob, postcode, soc_sec_id, ...); others are left
out. `raw` has id, truth and the file's own columns under one name each; `statements` is what `engine.matching.batch`
reads. Run as a module it writes the statements and prints how long normalising took: in a house that is done when
something is entered.
"""

import csv
import json
import re
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
from pyarrow import parquet

from guanxi.engine.matching.person import FIELDS
from guanxi.engine.normalise import NotNormalisable, normalise

KNOWN: Final = {
    "name": "name full_name",
    "first_name": "first_name given_name forename firstname",
    "surname": "surname last_name family_name lastname",
    "birth": "birth dob date_of_birth birth_date birthdate",
    "gender": "gender sex",
    "phone": "phone telephone mobile phone_number tel",
    "email": "email e_mail email_address mail",
    "member": "member member_number card",
    "national_id": "national_id",
    "person_number": "soc_sec_id ssn social_security_number",
    "address": "address",
    "street_number": "street_number house_number",
    "street": "address_1 street street_name",
    "place": "address_2 locality",
    "city": "city suburb town",
    "postcode": "postcode zip postal_code",
    "state": "state province region",
}
_NAMES = {name: ours for ours, names in KNOWN.items() for name in names.split()}
_FEBRL = re.compile(r"rec-(\d+)-")


def read_raw(files: Iterable[Path], truth: str) -> pa.Table:
    """Rows of one or several files together: id, truth, and every known column as text or null.

    `truth` names the column that says who is who; in Febrl's files it may be rec_id, of which the number is taken.
    """
    tables = [_one(file, truth) for file in files]
    names = list(dict.fromkeys(name for table in tables for name in table))
    rows = [len(table["truth"]) for table in tables]
    joined = {
        name: [
            value
            for table, count in zip(tables, rows, strict=True)
            for value in table.get(name, [None] * count)
        ]
        for name in names
    }
    columns = {name: pa.array(values, pa.string()) for name, values in joined.items()}
    return pa.table({"id": pa.array(range(sum(rows))), **columns})


def _one(file: Path, truth: str) -> dict[str, list[str | None]]:
    found = _parquet(file) if file.suffix == ".parquet" else _csv(file)
    if truth not in found:
        raise SystemExit(f"{file.name}: no column {truth}; there are: {', '.join(found)}")
    labels = [_person(value) for value in found.pop(truth)]
    kept: dict[str, list[str | None]] = {"truth": list(labels)}
    for name, values in found.items():
        ours = _NAMES.get(name.lower().strip())
        if ours and ours not in kept:
            kept[ours] = [value if value not in (None, "") else None for value in values]
    return kept


def _person(value: str | None) -> str:
    number = _FEBRL.match(value or "")
    return number[1] if number else str(value)


def _csv(file: Path) -> dict[str, list[str | None]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.reader(lines, skipinitialspace=True))
    head = [name.strip() for name in rows[0]]
    return {
        name: [row[at].strip() if at < len(row) else None for row in rows[1:]] for at, name in enumerate(head)
    }


def _parquet(file: Path) -> dict[str, list[str | None]]:
    table = parquet.read_table(file)
    return {
        name: [None if value is None else str(value) for value in table[name].to_pylist()]
        for name in table.column_names
    }


def statements(raw: pa.Table) -> pa.Table:
    """The normalised values of each row; record and customer are its id."""
    have = raw.column_names
    columns: dict[str, Any] = {"record": raw["id"], "customer": raw["id"]}
    made: dict[str, Callable[[], list[str | None]]] = {
        "name": lambda: _names(raw),
        "address": lambda: _places(raw),
        "document": lambda: [f"number:{value}" if value else None for value in _texts(raw, "person_number")],
    }
    for field in FIELDS:
        values = (
            made[field]()
            if field in made
            else _normalised(field, _texts(raw, field))
            if field in have
            else None
        )
        columns[field] = pa.array(values or [None] * raw.num_rows, pa.string())
    return pa.table(columns)


def _texts(raw: pa.Table, name: str) -> list[str | None]:
    return list(raw[name].to_pylist()) if name in raw.column_names else [None] * raw.num_rows


def _names(raw: pa.Table) -> list[str | None]:
    if "name" in raw.column_names:
        return _normalised("name", _texts(raw, "name"))
    parts = zip(_texts(raw, "first_name"), _texts(raw, "surname"), strict=True)
    return _normalised("name", [" ".join(filter(None, one)) or None for one in parts])


def _places(raw: pa.Table) -> list[str | None]:
    """Whole addresses are parsed; of addresses in columns the key is put together: division|road|number|rest."""
    if "address" in raw.column_names:
        return _normalised("address", _texts(raw, "address"))
    parts = [_texts(raw, name) for name in ("postcode", "street", "street_number", "place", "city")]
    found: list[str | None] = []
    for postcode, street, number, place, city in zip(*parts, strict=True):
        where = (postcode or city or "", street or "", number or "", place or "")
        found.append("|".join(one.lower().replace("|", " ") for one in where) if any(where) else None)
    return found


def _normalised(field: str, texts: list[str | None]) -> list[str | None]:
    known: dict[str, str | None] = {}
    for text in texts:
        if text is not None and text not in known:
            try:
                known[text] = normalise(field, text).value
            except NotNormalisable:
                known[text] = None
    return [None if text is None else known[text] for text in texts]


def main() -> None:
    """FILE... TRUTH RAW STATEMENTS"""
    *files, truth, raw_file, statements_file = sys.argv[1:]
    raw = read_raw(map(Path, files), truth)
    parquet.write_table(raw, raw_file)
    begun = time.monotonic()
    parquet.write_table(statements(raw), statements_file)
    print(json.dumps({"seconds": time.monotonic() - begun, "records": raw.num_rows}))


if __name__ == "__main__":
    main()
