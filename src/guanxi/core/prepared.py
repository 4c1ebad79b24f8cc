"""Reads of one shape, compiled once: what stands on every page would spend more time becoming SQL than running.

Django builds and compiles a queryset anew for each call; a prepared read does so at the first call of a process, with
marks in the place of the arguments, and afterwards only exchanges these. Right for look-ups by key whose shape never
changes. What an actor sees depends on their reach, so `prepared_at` prepares one case only: an actor who reaches
everything, where `visible_to` adds nothing. Everybody else's statement is built anew each time, as ever.
"""

import copy
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.db import connection
from django.db.models import QuerySet

from guanxi.core.access import Actor, Doored, Kind, system

P = ParamSpec("P")
M = TypeVar("M")

_NUMBER_MARK = 1 << 62  # no id is that large (core.ids), and every database takes it
_TEXT_MARK = "\ue000guanxi"
_EVERYBODY = system("prepared")
_COLLEAGUES = (Kind.STAFF, Kind.TOKEN, Kind.SYSTEM)


def prepared(read: "Callable[P, QuerySet[Any, M]]") -> Callable[P, list[M]]:
    """Make `read(*args) -> QuerySet` a function that gives its rows. Arguments: whole numbers and texts, by position.

    Raises `TypeError` at the first call when an argument does not reach the statement as it is.
    """
    shapes: dict[tuple[type, ...], _Shape] = {}

    @wraps(read)
    def rows(*args: P.args, **kwargs: P.kwargs) -> list[M]:
        assert not kwargs, "prepared reads take their arguments by position"
        kinds = tuple(map(type, args))
        shape = shapes.get(kinds)
        if shape is None:
            marks = [_mark(place, kind) for place, kind in enumerate(kinds)]
            shape = shapes[kinds] = _Shape(read(*marks), marks)  # type: ignore[call-arg]
        return shape.rows(args)

    return rows


def prepared_at(
    model: type[Doored],
) -> Callable[[Callable[Concatenate[Actor, P], Any]], Callable[Concatenate[Actor, P], list[Any]]]:
    """The same for `read(actor, *args)` that goes through the door of `model`, and through no other."""

    def made(read: Callable[Concatenate[Actor, P], Any]) -> Callable[Concatenate[Actor, P], list[Any]]:
        @prepared
        def everything(*args: P.args, **kwargs: P.kwargs) -> "QuerySet[Any, Any]":
            return read(_EVERYBODY, *args, **kwargs)  # type: ignore[no-any-return]

        @wraps(read)
        def rows(actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> list[Any]:
            if actor.kind in _COLLEAGUES and actor.reach(model.door.right).everything:
                return everything(*args, **kwargs)
            return list(read(actor, *args, **kwargs))

        return rows

    return made


def _mark(place: int, kind: type) -> Any:
    if kind is int:
        return _NUMBER_MARK + place
    if kind is str:
        return f"{_TEXT_MARK}{place}"
    raise TypeError(f"a prepared read takes whole numbers and texts, not {kind.__name__}")


class _Shape:
    """A compiled statement, and which of its parameters are which arguments."""

    def __init__(self, found: "QuerySet[Any]", marks: Sequence[Any]) -> None:
        self.found = found
        self.compiler: Any = found.query.get_compiler(connection=connection)
        self.sql, params = self.compiler.as_sql()
        self.fixed = list(params)
        self.places = [(place, marks.index(value)) for place, value in enumerate(params) if value in marks]
        if {argument for _, argument in self.places} != set(range(len(marks))):
            raise TypeError("an argument of a prepared read is changed on its way into the statement")

    def rows(self, args: Sequence[Any]) -> list[Any]:
        params = self.fixed.copy()
        for place, argument in self.places:
            params[place] = args[argument]
        compiler = copy.copy(self.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *_args, **_kwargs: (self.sql, params)
        found: Any = self.found._chain()  # type: ignore[attr-defined]  # this one keeps its answer, the shape does not
        found.query.get_compiler = lambda *_args, **_kwargs: compiler
        return list(found)
