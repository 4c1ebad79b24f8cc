"""What gx/list.html draws: a list read, as plain values. No writes, no access decisions beyond what is offered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from django.urls import reverse
from django.utils.translation import gettext as _

from guanxi.core import organisation
from guanxi.core.access import Actor
from guanxi.core.http import address, form_key
from guanxi.core.keyset import count_label
from guanxi.core.lists import composing, reading, views
from guanxi.core.lists.columns import Column, Kind
from guanxi.core.lists.filters import example
from guanxi.core.lists.listing import Listing, registered
from guanxi.core.lists.wanted import DENSITIES, Wanted
from guanxi.core.models import SavedView

TABS_MAX = 7  # more than these wait in a menu
END_SHAPES = ("moment", "number", "left")


@dataclass(frozen=True, slots=True)
class Tried:
    """A form about views that did not go through: which, what was in it, what was wrong."""

    what: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


NOTHING_TRIED = Tried()


def context(
    listing: Listing,
    actor: Actor,
    want: Wanted,
    shown: reading.Shown,
    saved: views.Saved,
    tried: Tried = NOTHING_TRIED,
) -> dict[str, Any]:
    """Everything about the list; the keys are documented at the head of gx/list.html."""
    base = reverse(listing.url_name)
    bulk = listing.bulk_for(actor)
    return {
        "code": listing.code,
        "title": listing.title,
        "icon": listing.icon,
        "url": base,
        "q": want.q,
        "unfound_url": url_of(base, replace(want, q="").query()),
        "look_columns": ",".join(one.code for one in want.columns) if want.columns_given else "",
        "back": want.query(place=True),
        "findable": listing.find is not None,
        "density": want.density,
        "columns": [_head(base, want, column) for column in want.columns],
        "look": _look(listing, actor, want, saved),
        **_filters(listing, actor, base, want),
        "errors": _errors(want),
        "rows": rows_of(listing, actor, want.columns, shown.rows),
        **_views(listing, actor, want, saved, tried),
        **count_of(listing, actor, want, shown),
        "bulk": [
            {
                "code": one.code,
                "title": one.title,
                "icon": one.icon,
                "danger": one.danger,
                "url": reverse("list_bulk", args=[listing.code, one.code]),
            }
            for one in bulk
        ],
        "export_url": reverse("list_export", args=[listing.code]),
        "query": replace(want, sort_given=want.sort_given or not want.q).query(look=False),
        "address": want.whole(),
        **_pages(base, want, shown),
        "quick": bool(listing.quick),
        "narrows": want.narrows,
        "new_url": listing.new_url(actor),
        "new_label": listing.new_label,
        "beside": [
            {"label": label, "url": address(name)}
            for label, name, right in listing.beside
            if actor.may(right) and _is_offered(name)
        ],
        "empty": listing.empty,
        "key": form_key,
    }


def _is_offered(url_name: str) -> bool:
    """Whether what a link beside a list leads to exists in this house."""
    return all(one.offered() for one in registered().values() if one.url_name == url_name)


def url_of(base: str, *parts: str) -> str:
    query = "&".join(part for part in parts if part)
    return f"{base}?{query}" if query else base


def _pages(base: str, want: Wanted, shown: reading.Shown) -> dict[str, str]:
    following = replace(want, after=shown.after, before="").query(place=True) if shown.after else ""
    previous = replace(want, after="", before=shown.before).query(place=True) if shown.before else ""
    return {
        "next_url": url_of(base, following) if following else "",
        "previous_url": url_of(base, previous) if previous else "",
        "first_url": url_of(base, replace(want, after="", before="").query()),
    }


def count_of(listing: Listing, actor: Actor, want: Wanted, shown: reading.Shown | None) -> dict[str, Any]:
    """How many there are, as shown; with more than were counted also where they are counted to the end."""
    if shown is not None and want.q and listing.find is not None and not want.sort_given:
        number, more = len(shown.rows), len(shown.rows) == reading.RANKED_ROWS
    else:
        number, more = reading.count(listing, actor, want)
    counted = reverse("list_count", args=[listing.code])
    page = reverse(listing.url_name)
    return {
        "count": number,
        "total": count_label(number, more),
        "more": more,
        "count_url": url_of(page, want.query(place=True), "count=all") if more else "",
        "count_part_url": url_of(counted, replace(want, sort_given=True).query()) if more else "",
    }


def _errors(want: Wanted) -> list[str]:
    """What no chip can say: an order that does not exist, a filter that is not one's own."""
    own = {code for code in want.raw if code in want.errors}
    return [str(words) for code, words in want.errors.items() if words and code not in own]


def _head(base: str, want: Wanted, column: Column) -> dict[str, Any]:
    sorted_here = column.code == want.sort.code
    return {
        "code": column.code,
        "title": column.title,
        "end": column.shape_name in END_SHAPES,
        "sort_url": url_of(base, want.sorted_by(column).query()) if column.is_sortable else "",
        "sorted": ("descending" if want.descending else "ascending") if sorted_here else "",
    }


def _look(listing: Listing, actor: Actor, want: Wanted, saved: views.Saved) -> dict[str, Any]:
    """The chooser of columns, in the order shown, hidden ones after."""
    hidden = [one for one in listing.columns_for(actor) if one not in want.columns]
    other = DENSITIES[1] if want.density == DENSITIES[0] else DENSITIES[0]
    return {
        "url": reverse("list_look", args=[listing.code]),
        "columns": [
            {"code": one.code, "title": one.title, "shown": one in want.columns}
            for one in (*want.columns, *hidden)
        ],
        "densities": [
            {"code": code, "label": label, "current": code == want.density}
            for code, label in zip(DENSITIES, (_("Calm"), _("Dense")), strict=True)
        ],
        "other": other,
        "kept": bool(saved.kept),
        "query": replace(want, columns_given=False, density=want.usual).query(),
    }


# -- filters ----------------------------------------------------------------------------------------------


def _filters(listing: Listing, actor: Actor, base: str, want: Wanted) -> dict[str, Any]:
    """Filters that are set (chips that open their editor), and those that can be added."""
    words = {one.column.code: one.words for one in want.conditions}
    usable = [one for one in listing.columns_for(actor) if one.filtered_by]
    refused = [one for code, one in listing.by_code.items() if code in want.raw and one not in usable]
    editors = [_editor(listing, actor, base, want, column, words) for column in (*usable, *refused)]
    chosen = list(want.raw)
    set_ones = sorted((one for one in editors if one["set"]), key=lambda one: chosen.index(one["code"]))
    return {
        "filters": set_ones,
        "addable": [one for one in editors if not one["set"]],
        "filter_url": reverse("list_filter", args=[listing.code]),
    }


def _editor(
    listing: Listing, actor: Actor, base: str, want: Wanted, column: Column, words: Mapping[str, str]
) -> dict[str, Any]:
    text = want.raw.get(column.code, "")
    without = want.without(column.code).query()
    usable = bool(column.filtered_by) and (not column.right or actor.may(column.right))
    return {
        "code": column.code,
        "title": column.title,
        "kind": column.kind.value if usable else "",
        "set": bool(text),
        "value": text,
        "words": words.get(column.code, text[:40]),
        "error": str(want.errors.get(column.code, "")),
        "remove_url": url_of(base, without),
        "rest": without,
        "example": example(column),
        **({"fields": _fields(actor, column, text), "quick": _quick(column, text)} if usable else {}),
    }


def _fields(actor: Actor, column: Column, text: str) -> dict[str, Any]:
    fields: dict[str, Any] = dict(composing.parts(column, text))
    if column.kind is Kind.CHOICE:
        chosen = set(fields["one"])
        fields["choices"] = [
            {"code": code, "label": label, "chosen": code in chosen} for code, label in column.choices(actor)
        ]
    return fields


def _quick(column: Column, text: str) -> list[dict[str, Any]]:
    """What one press sets."""
    found: list[tuple[str, Any]] = []
    if column.kind is Kind.MOMENT:
        found += [
            ("today", _("today")),
            ("yesterday", _("yesterday")),
            ("7d", _("last 7 days")),
            ("30d", _("last 30 days")),
        ]
        if column.ahead:
            found += [("..now", _("past")), ("+1d", _("next 24 hours")), ("+3d", _("next 3 days"))]
    if column.kind is Kind.FLAG:
        found += [("yes", _("yes")), ("no", _("no"))]
    if column.can_be_empty:
        found += [("-", _("empty")), ("*", _("not empty"))]
    return [{"code": code, "label": label, "current": code == text} for code, label in found]


# -- views ------------------------------------------------------------------------------------------------


def _views(listing: Listing, actor: Actor, want: Wanted, saved: views.Saved, tried: Tried) -> dict[str, Any]:
    tabs = views.tabs(listing, actor, want, saved.views)
    first, rest = tabs[:TABS_MAX], tabs[TABS_MAX:]
    current = next((tab for tab in rest if tab["current"]), None)
    if current is not None:  # the one in use is never hidden in the menu
        first, rest = [*first[:-1], current], [first[-1], *(tab for tab in rest if tab is not current)]
    open_view = next((one for one in saved.views if one.public_id == want.view), None)
    return {
        "views": first,
        "more_views": rest,
        "view": _open_view(listing, actor, want, open_view, tried) if open_view else None,
        "views_url": reverse("list_views", args=[listing.code]),
        "sharing": [{"code": code, "label": _audience(unit)} for code, unit in views.sharing_choices(actor)],
        "view_query": want.query(view=False),
        "tried": {
            "what": tried.what,
            "name": tried.values.get("name", ""),
            "error": next(iter(tried.errors.values()), ""),
        },
    }


def _open_view(listing: Listing, actor: Actor, want: Wanted, view: SavedView, tried: Tried) -> dict[str, Any]:
    """The view the address names, and what may be done with it."""
    return {
        "name": view.name,
        "url": reverse("list_view", args=[listing.code, view.public_id]),
        "mine": view.owner_id == actor.user_id,
        "managed": views.may_manage(actor, view),
        "changed": view.query != want.query(view=False),
        "shared": view.shared,
        "share": "" if not view.shared else view.unit.code if view.unit else "everyone",
        "audience": _audience(view.unit) if view.shared else "",
        "by": view.owner.name or view.owner.username,
    }


def _audience(unit: Any) -> str:
    if unit is None:
        return _("everyone")
    return organisation.name_of(unit)


# -- rows -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Drawn:
    """A column as one page draws it: what is the same for all its rows is worked out once."""

    column: Column
    heading: str
    shape: str
    end: bool

    @classmethod
    def of(cls, column: Column) -> Self:
        return cls(column, str(column.title), column.shape_name, column.shape_name in END_SHAPES)


def headings(columns: Sequence[Column]) -> list[dict[str, Any]]:
    """The head of a table that is only read: what each column is called, and whether it stands at the end."""
    return [{"title": one.heading, "end": one.end} for one in map(Drawn.of, columns)]


def rows_of(
    listing: Listing, actor: Actor, columns: Sequence[Column], rows: Sequence[Any]
) -> list[dict[str, Any]]:
    """The rows of a page: each with its key, its page, its cells."""
    drawn = [Drawn.of(column) for column in columns]
    return [_row(listing, actor, drawn, row) for row in rows]


def _row(listing: Listing, actor: Actor, columns: Sequence[Drawn], row: Any) -> dict[str, Any]:
    key = listing.key(row)
    return {
        "key": key,
        "url": listing.url(row),
        "version": listing.version(row) if listing.version else None,
        "cells": [_cell(listing, actor, one, row, key) for one in columns],
        "quick_url": address("list_quick", listing.code, key) if listing.quick else "",
    }


def cell(listing: Listing, actor: Actor, column: Column, row: Any) -> dict[str, Any]:
    """One cell: its shape, what the shape needs, and where it is changed in place, if it may be."""
    return _cell(listing, actor, Drawn.of(column), row, listing.key(row))


def _cell(listing: Listing, actor: Actor, one: Drawn, row: Any, key: str) -> dict[str, Any]:
    column = one.column
    editable = column.edit is not None and column.edit.allows(actor, row)
    return {
        "code": column.code,
        "heading": one.heading,
        "end": one.end,
        "shape": one.shape,
        "edit_url": address("list_cell", listing.code, key, column.code) if editable else "",
        **(column.cell(actor, row) if column.cell else {"value": column.value(actor, row)}),
    }
