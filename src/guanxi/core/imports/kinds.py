"""Kinds of import: what a row of a file may be. Rooms register theirs in `site/wiring.py`; core knows no word of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.core.imports.faults import Fault
from guanxi.core.imports.values import Type

# What can become of a row. `refused` rows stand in the error file; `unchanged` ones were there already.
OUTCOMES = ("new", "recognised", "doubt", "update", "unchanged", "refused")


@dataclass(frozen=True, slots=True)
class Field:
    """What a column can mean. `aliases`: header words in any language with "|" between, compared by their letters."""

    code: str
    title: Any
    type: Type
    aliases: str = ""
    hint: Any = ""


@dataclass(frozen=True, slots=True)
class Option:
    """Something to decide once for the whole file. Without `choices` it is a short text."""

    code: str
    title: Any
    default: str
    choices: Mapping[str, Any] | None = None
    hint: Any = ""
    most: int = 20


@dataclass(slots=True)
class Line:
    """A row as read: {field: value} of its cells that are not empty; `ready` is what its kind has made of it since."""

    number: int
    values: Mapping[str, Any]
    ready: Any = None


@dataclass(slots=True)
class Done:
    """What became of a line. `written`: plain values by which `undo` finds what was made and restores what was changed."""

    outcome: str
    written: Any = None
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class File:
    """What a kind may ask about the file as a whole: its options, its digest, which fields have a column, whose run it is."""

    options: Mapping[str, str]
    digest: str
    fields: frozenset[str]
    run: str = ""


class Plan(Protocol):
    def __call__(
        self, *, actor: Actor, now: datetime, lines: Sequence[Line], file: File, memory: dict[Any, Any]
    ) -> list[Done]: ...


class Apply(Protocol):
    def __call__(self, *, actor: Actor, now: datetime, lines: Sequence[Line], file: File) -> list[Done]: ...


class Undo(Protocol):
    def __call__(
        self, *, actor: Actor, now: datetime, written: Sequence[tuple[int, Any]], file: File
    ) -> list[tuple[int, str]]: ...


@dataclass(frozen=True, slots=True)
class Kind:
    """`plan` reads only and says what would become of lines; `memory` is its own, for repeats within the file.

    `apply` writes lines inside the caller's transaction; it may raise for a line it cannot take, which is then refused
    alone. `undo` takes back what was written, newest first, and gives (row, code) of what it had to keep. `needs`: of
    each group at least one field must have a column. `group`: neighbours with the same key are never torn apart.
    `prepare` makes `Line.ready` of a line before the transaction begins, without the database; None says that `apply`
    has to look at the line itself.
    """

    code: str
    title: Any
    note: Any
    icon: str
    right: str
    fields: Sequence[Field]
    needs: Sequence[Sequence[str]]
    plan: Plan
    apply: Apply
    undo: Undo
    options: Sequence[Option] = ()
    group: Callable[[Line], str] | None = None
    example: Sequence[Sequence[str]] = field(default_factory=tuple)
    prepare: Callable[[Line, File], Any] | None = None
    shown_right: str = ""  # who has it not sees no cell of other people's files

    def field(self, code: str) -> Field:
        return next(one for one in self.fields if one.code == code)


_kinds: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Only `site/wiring.py` calls this."""
    for kind in kinds:
        _kinds[kind.code] = kind


def registered() -> Mapping[str, Kind]:
    return dict(_kinds)


def get(code: str) -> Kind:
    try:
        return _kinds[code]
    except KeyError:
        raise NotFound from None


def allowed(actor: Actor) -> list[Kind]:
    """The kinds this actor may import."""
    return [kind for kind in _kinds.values() if actor.may(kind.right)]
