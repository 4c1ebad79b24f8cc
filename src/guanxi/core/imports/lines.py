"""From rows to lines: each mapped cell read by its field's type, with every fault named by row and column."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings as django_settings

from guanxi.core.imports import values
from guanxi.core.imports.faults import REFUSED, WARNED, Fault, Unreadable
from guanxi.core.imports.kinds import Field, Kind, Line
from guanxi.core.imports.layout import Layout
from guanxi.core.imports.text import Row
from guanxi.core.imports.values import Style

_FORMULA = ("=", "@", "＝", "＠")


@dataclass(frozen=True, slots=True)
class Read:
    """A row as a line, with its faults; with one that refuses, the line is not handed on."""

    row: Row
    line: Line
    faults: tuple[Fault, ...] = ()

    @property
    def refused(self) -> bool:
        return bool(self.faults) and any(fault.level == REFUSED for fault in self.faults)


@dataclass(frozen=True, slots=True)
class Reader:
    """How the rows of one file become lines of one kind."""

    kind: Kind
    columns: Sequence[str]
    mapping: Mapping[str, int]
    styles: Mapping[int, Style]
    fields: Sequence[tuple[Field, int]] = field(default_factory=tuple)

    def read(self, row: Row) -> Read:
        """Never raises: what is wrong with a row is said in its faults."""
        faults = list(row.faults)
        if row.faults and any(fault.level == REFUSED for fault in row.faults):
            return Read(row, Line(row.number, {}), tuple(faults))
        if len(row.cells) > len(self.columns):
            faults += self._width(row)
        found: dict[str, Any] = {}
        for one, place in self.fields:
            cell = values.clean(row.cells[place]) if place < len(row.cells) else ""
            if cell:
                self._cell(one, place, cell, found, faults)
        if not (faults and any(fault.level == REFUSED for fault in faults)):
            faults += self._missing(row, found)
        return Read(row, Line(row.number, found), tuple(faults))

    def _cell(self, one: Field, place: int, cell: str, found: dict[str, Any], faults: list[Fault]) -> None:
        try:
            found[one.code] = values.read(one.type, cell, self.styles.get(place, _STYLE))
        except Unreadable as error:
            faults.append(Fault(error.code, place, error.values))
            return
        if one.type.is_key and values.is_rounded(cell):
            faults.append(Fault("rounded", place, level=WARNED))
        elif cell.startswith(_FORMULA) and not any(fault.column == place for fault in faults):
            faults.append(Fault("formula_text", place, level=WARNED))

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


_STYLE = Style(zone=ZoneInfo("UTC"))


def in_order(mapping: Mapping[str, int]) -> list[tuple[str, int]]:
    """Fields as their columns stand in the file: a stored mapping has no order."""
    return sorted(mapping.items(), key=lambda pair: (pair[1], pair[0]))


def reader(kind: Kind, layout: Layout, chosen: Mapping[str, Any]) -> Reader:
    """The reader for a run's layout and settings ({"mapping": {field: column}, "dates": {column: style}})."""
    mapping = dict(in_order(chosen.get("mapping", {})))
    zone = ZoneInfo(django_settings.TIME_ZONE)
    dates = chosen.get("dates", {})
    known = {one.code: one for one in kind.fields}
    fields = [(known[code], place) for code, place in mapping.items() if code in known]
    styles = {place: Style(dates.get(str(place), ""), zone) for _, place in fields}
    return Reader(kind, layout.columns, mapping, styles, fields)
