"""Saying what the columns of a file mean, and what is still to be said."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid
from guanxi.core.imports import kinds, layout, limits, mapping, queries, stored, values
from guanxi.core.imports.kinds import Kind
from guanxi.core.imports.layout import Layout
from guanxi.core.imports.words import RIGHT
from guanxi.core.models.imports import ImportChunk, ImportRun

State = ImportRun.State


@action
def choose(*, actor: Actor, now: datetime, public_id: str, chosen: Mapping[str, Any]) -> ImportRun:
    """Say what the columns mean: {"mapping": {field: column}, "dates": {column: style}, "options": {code: value}}.

    What is not said stays. A dry run made before is void. What is missing is told by `problems`, not refused here.
    """
    run = mine(actor, public_id, State.DRAFT, State.CHECKED)
    sort = kinds.get(run.kind)
    settings = dict(run.settings)
    if "mapping" in chosen:
        settings["mapping"] = _valid_mapping(sort, chosen["mapping"], len(run.layout["columns"]))
        dates = {**settings["dates"], **chosen.get("dates", {})}
        sample = sample_of(run, Layout.of(run.layout))
        settings["dates"] = styles_of(sort, settings["mapping"], sample, dates)
    for place, style in chosen.get("dates", {}).items():
        if style in values.STYLES and place in settings["dates"]:
            settings["dates"][place] = style
    settings["options"] = _valid_options(sort, {**settings["options"], **chosen.get("options", {})})
    settings["remembered"] = False
    run.settings = settings
    run.state, run.checked, run.row, run.offset = State.DRAFT, {}, 0, 0
    ImportChunk.objects.filter(run=run).delete()
    run.save()
    return run


def mapping_by_name(run: ImportRun, said: Mapping[str, Any]) -> dict[str, int]:
    """{field: column} from {field: column's number or its header's name}. Raises `Invalid` for what is not there."""
    names = {mapping.folded(name): place for place, name in reversed(list(enumerate(run.layout["columns"])))}
    found = {}
    for code, column in said.items():
        place = column if type(column) is int else names.get(mapping.folded(str(column)), -1)
        if place < 0:
            raise Invalid(
                fields={str(code): _("There is no column “%(column)s”.") % {"column": str(column)[:80]}}
            )
        found[str(code)] = place
    return _valid_mapping(kinds.get(run.kind), found, len(run.layout["columns"]))


def _valid_mapping(sort: Kind, chosen: Mapping[str, Any], columns: int) -> dict[str, int]:
    known = {one.code for one in sort.fields}
    wrong = [code for code in chosen if code not in known]
    places = [place for place in chosen.values() if type(place) is not int or not 0 <= place < columns]
    if wrong or places:
        raise Invalid(fields={"mapping": _("There is no such field or column.")})
    return dict(chosen)


def _valid_options(sort: Kind, chosen: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    for one in sort.options:
        value = str(chosen.get(one.code, one.default)).strip()
        if one.choices is not None and value not in one.choices:
            raise Invalid(fields={one.code: _("This is none of the choices.")})
        if len(value) > one.most:
            raise Invalid(fields={one.code: _("At most %(most)s characters fit here.") % {"most": one.most}})
        found[one.code] = value or one.default
    return found


def problems(run: ImportRun) -> dict[str, str]:
    """What still has to be said before it can start, in words by field; empty when all is said."""
    sort, found = kinds.get(run.kind), {}
    fields = run.settings["mapping"]
    for group in sort.needs:
        if not any(code in fields for code in group):
            names = " / ".join(str(sort.field(code).title) for code in group)
            found[group[0]] = _("No column is chosen for: %(names)s.") % {"names": names}
    taken: dict[int, str] = {}
    for code, place in fields.items():
        if place in taken:
            found[code] = _("Two fields cannot be read from one column.")
        taken[place] = code
    for place, style in run.settings["dates"].items():
        if style == "?" and int(place) in fields.values():
            found[f"date-{place}"] = _("These dates can be read in two ways. Which one is right?")
    return found


def sample_of(run: ImportRun, found: Layout, count: int = limits.SAMPLE_ROWS) -> list[tuple[str, ...]]:
    """Cells of the first rows."""
    rows = []
    with stored.open_file(run) as file:
        for row in layout.data_rows(file, found):
            rows.append(row.cells)
            if len(rows) >= count:
                break
    return rows


def styles_of(
    sort: Kind, fields: Mapping[str, int], sample: list[tuple[str, ...]], known: Mapping[str, str]
) -> dict[str, str]:
    """{column: style} of the columns with dates; "?" where somebody has to say it."""
    styles = {}
    for code, place in fields.items():
        if sort.field(code).type.dated:
            guess = values.guess_dates(row[place] for row in sample if place < len(row))
            said = known.get(str(place), "")
            styles[str(place)] = guess.style if guess.certain else said if said in values.STYLES else "?"
    return styles


def visible(actor: Actor, public_id: str) -> ImportRun:
    """A run this actor may see, of a kind they may bring in. Raises `NotFound`, `Denied`."""
    run = queries.get_run(actor, public_id)
    actor.require(kinds.get(run.kind).right)
    return run


def mine(actor: Actor, public_id: str, *states: str) -> ImportRun:
    """A run this actor may work on, locked, in one of these states. Raises `NotFound`, `Denied`, `Conflict`."""
    actor.require(RIGHT)
    seen = visible(actor, public_id)
    run: ImportRun = ImportRun.objects.select_for_update(of=("self",)).get(id=seen.id)
    if run.state not in states:
        raise Conflict(
            _("This import is %(state)s; that cannot be done with it now.")
            % {"state": run.get_state_display()},
            code="import_state",
        )
    return run
