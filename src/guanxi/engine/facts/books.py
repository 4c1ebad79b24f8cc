"""The books facts are computed from: tables, columns, and what cannot be read."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

TABLES: Final[Mapping[str, Mapping[str, str]]] = {
    "customers": {"customer": "BIGINT", "since": "DATE"},
    "purchases": {
        "customer": "BIGINT",
        "day": "DATE",
        "amount": "BIGINT",  # minor units; refunds are negative
        "cost": "BIGINT",
        "discount": "BIGINT",
        "currency": "VARCHAR",
        "record": "VARCHAR",  # the business row: heard twice it counts once
    },
    "holdings": {
        "customer": "BIGINT",
        "line": "VARCHAR",
        "opened": "DATE",
        "closed": "DATE",  # empty while it is open
        "margin": "BIGINT",  # contribution of the last 365 days
        "guarantor": "BOOLEAN",
        "own_90": "BIGINT",  # own transactions in 90 days: interest, fees, penalties are not own
    },
    "contacts": {"customer": "BIGINT", "day": "DATE", "channel": "VARCHAR", "cost": "BIGINT"},
    "complaints": {"customer": "BIGINT", "day": "DATE", "upheld": "BOOLEAN"},
    "feedback": {"customer": "BIGINT", "day": "DATE", "kind": "VARCHAR", "score": "BIGINT"},
    "returns": {"customer": "BIGINT", "day": "DATE", "amount": "BIGINT"},
}


class Unreadable(ValueError):
    """The books cannot be read as they are: the message names the table and what is wrong."""


def files_of(books: Path, table: str) -> str:
    """Where a table's Parquet lies: `TABLE.parquet`, or every file in the folder `TABLE`; "" when it is not there."""
    single, folder = books / f"{table}.parquet", books / table
    if single.is_file():
        return str(single)
    if folder.is_dir() and any(folder.glob("*.parquet")):
        return str(folder / "*.parquet")
    return ""
