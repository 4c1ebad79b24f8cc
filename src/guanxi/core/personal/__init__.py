"""What is held of a person: one registry, in which every room declares its tables, serves three ends.

The export of one person, the preview of what an erasure will do, and anonymising or erasing itself. A text, JSON or binary
column that no room has declared fails a test (`undeclared`): nothing of a person can be forgotten to be forgotten.

`gather` makes the `Person`: everything by which their traces are found. `forget` clears these, in the caller's transaction;
`purge` then makes the bytes leave the files, and `erasures` remembers it, without a value, for restored backups.
"""

from guanxi.core.personal.holdings import (
    Counted,
    Fate,
    Holding,
    Person,
    Way,
    declare,
    declared,
    forget,
    gather,
    holds_back,
    nothing,
    preview,
    undeclared,
)

__all__ = [
    "Counted",
    "Fate",
    "Holding",
    "Person",
    "Way",
    "declare",
    "declared",
    "forget",
    "gather",
    "holds_back",
    "nothing",
    "preview",
    "undeclared",
]
