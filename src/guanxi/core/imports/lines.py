"""From rows to lines: each mapped cell read by its field's type, with every fault named by row and column."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings as django_settings

from guanxi.core.imports import values
from guanxi.core.imports.faults import REFUSED, WARNED, Fault, Unreadable
from guanxi.core.imports.kinds import File, Kind, Line
from guanxi.core.imports.layout import Layout
from guanxi.core.imports.text import Row
from guanxi.core.imports.values import Style, Type

_FORMULA = ("=", "@", "＝", "＠")


@dataclass(slots=True)
class Read:
    """A row as a line, with its faults; with one that refuses, the line is not handed on."""

    row: Row
    line: Line
    faults: Sequence[Fault] = ()

    @property
    def refused(self) -> bool:
        return bool(self.faults) and _refuses(self.faults)


@dataclass(frozen=True, slots=True)
class Reader:
    """How the rows of one file become lines of one kind. `plan`: what is read from which column, and how it writes dates."""

    kind: Kind
    columns: Sequence[str]
    mapping: Mapping[str, int]
    plan: Sequence[tuple[str, int, Type, Style]]
    file: File | None = (
        None  # given where lines are about to be written or tried, so that their kind prepares them
    )

    def read(self, row: Row) -> Read:
        """Never raises: what is wrong with a row is said in its faults."""
        faults = list(row.faults)
        if faults and _refuses(faults):
            return Read(row, Line(row.number, {}), faults)
        if len(row.cells) > len(self.columns):
            faults += self._width(row)
        found = self._values(row.cells, faults)
        if not _has_needs(self.kind.needs, found) and not _refuses(faults):
            faults += self._missing(row, found)
        line = Line(row.number, found)
        prepare, file = self.kind.prepare, self.file
        if prepare and file and not (faults and _refuses(faults)):
            line.ready = prepare(line, file)
        return Read(row, line, faults)

    def _values(self, cells: Sequence[str], faults: list[Fault]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        width = len(cells)
        for code, place, kind, style in self.plan:
            if place < width and (cell := values.clean(cells[place])):
                try:
                    found[code] = values.read(kind, cell, style)
                except Unreadable as error:
                    faults.append(Fault(error.code, place, error.values))
                else:
                    _warn(kind, place, cell, faults)
        return found

    def _width(self, row: Row) -> Iterator[Fault]:
        extra = [cell for cell in row.cells[len(self.columns) :] if cell.strip()]
        if extra:
            yield Fault("row_long", -1, {"cells": len(row.cells), "columns": len(self.columns)})

    def _missing(self, row: Row, found: Mapping[str, Any]) -> Iterator[Fault]:
        for group in self.kind.needs:
            if any(code in found for code in group):
                continue
            mapped = [code for code in group if code in self.mapping]
            place = self.mapping[mapped[0]] if mapped else -1
            if mapped and place >= len(row.cells) and len(row.cells) < len(self.columns):
                yield Fault("row_short", place)
            elif len(mapped) == 1:
                yield Fault("missing", place)
            else:
                yield Fault("missing_one", place, {"fields": list(mapped or group)})


def _has_needs(needs: Sequence[Sequence[str]], found: Mapping[str, Any]) -> bool:
    for group in needs:
        for code in group:
            if code in found:
                break
        else:
            return False
    return True


def _refuses(faults: Sequence[Fault]) -> bool:
    return any(fault.level == REFUSED for fault in faults)


def _warn(kind: Type, place: int, cell: str, faults: list[Fault]) -> None:
    """What was read, though somebody ought to look at it."""
    if kind.is_key and values.is_rounded(cell):
        faults.append(Fault("rounded", place, level=WARNED))
    elif cell[0] in _FORMULA and not any(fault.column == place for fault in faults):
        faults.append(Fault("formula_text", place, level=WARNED))


def in_order(mapping: Mapping[str, int]) -> list[tuple[str, int]]:
    """Fields as their columns stand in the file: a stored mapping has no order."""
    return sorted(mapping.items(), key=lambda pair: (pair[1], pair[0]))


def reader(kind: Kind, layout: Layout, chosen: Mapping[str, Any], file: File | None = None) -> Reader:
    """The reader for a run's layout and settings ({"mapping": {field: column}, "dates": {column: style}})."""
    mapping = dict(in_order(chosen.get("mapping", {})))
    zone = ZoneInfo(django_settings.TIME_ZONE)
    dates = chosen.get("dates", {})
    types = {one.code: one.type for one in kind.fields}
    plan = [
        (code, place, types[code], Style(dates.get(str(place), ""), zone))
        for code, place in mapping.items()
        if code in types
    ]
    return Reader(kind, layout.columns, mapping, plan, file)
