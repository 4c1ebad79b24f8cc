"""The page of a list, whichever room declared it. `page_of(code)` is what `site/urls.py` maps."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from guanxi.core import clock, live
from guanxi.core.access import Actor
from guanxi.core.http import Request, page
from guanxi.core.lists import reading, views, wanted
from guanxi.core.lists.columns import Column, Kind
from guanxi.core.lists.filters import example
from guanxi.core.lists.listing import Listing, get
from guanxi.core.lists.wanted import Wanted


def page_of(code: str) -> Callable[[Request], HttpResponse]:
    """The view of one registered list."""

    @require_safe
    def show(request: Request) -> HttpResponse:
        return list_page(request, get(code))

    return show


def list_page(request: Request, listing: Listing) -> HttpResponse:
    """One page of a list: rows, filters, views, and what may be done with them."""
    actor = request.actor
    actor.require(listing.right)
    want = wanted.read(listing, actor, request.GET.dict(), now=clock.now())
    shown = reading.page(listing, actor, want)
    topics = _topics(listing, actor, shown.rows)
    return page(
        request,
        "gx/list.html",
        {"list": context(listing, actor, want, shown), "topics": " ".join(topics)},
        topics=topics,
        status=422 if want.errors else 200,
    )


def _topics(listing: Listing, actor: Actor, rows: Sequence[Any]) -> list[str]:
    named = listing.topics(actor, rows) if listing.topics else ()
    return [live.topic(kind, key) for kind, key in dict.fromkeys(named)]


def context(listing: Listing, actor: Actor, want: Wanted, shown: reading.Shown) -> dict[str, Any]:
    """What gx/list.html draws."""
    base = reverse(listing.url_name)
    number, more = _count(listing, actor, want, shown)
    return {
        "code": listing.code,
        "title": listing.title,
        "icon": listing.icon,
        "url": base,
        "q": want.q,
        "findable": listing.find is not None,
        "density": want.density,
        "columns": [_head(base, want, column) for column in want.columns],
        "all_columns": [
            {"code": one.code, "title": one.title, "shown": one in want.columns}
            for one in listing.columns_for(actor)
        ],
        "filters": [_filter(actor, want, one) for one in listing.columns_for(actor) if one.filtered_by],
        "chips": _chips(base, want),
        "errors": [str(words) for words in want.errors.values() if words],
        "rows": [_row(listing, actor, want.columns, row) for row in shown.rows],
        "views": views.tabs(listing, actor, want),
        "total": f"{number:,}+" if more else f"{number:,}",
        "more": more,
        "count_url": _url(base, want.query(place=True), "count=all") if more else "",
        "bulk": [{"code": one.code, "title": one.title, "icon": one.icon} for one in listing.bulk_for(actor)],
        "query": want.query(look=False),
        "address": want.query(),
        "next_url": _url(base, replace(want, after=shown.after, before="").query(place=True))
        if shown.after
        else "",
        "previous_url": _url(base, replace(want, after="", before=shown.before).query(place=True))
        if shown.before
        else "",
        "first_url": _url(base, replace(want, after="", before="").query()),
        "quick": bool(listing.quick),
        "narrows": want.narrows,
        "new_url": listing.new_url(actor),
        "new_label": listing.new_label,
        "empty": listing.empty,
    }


def _url(base: str, *parts: str) -> str:
    query = "&".join(part for part in parts if part)
    return f"{base}?{query}" if query else base


def _count(listing: Listing, actor: Actor, want: Wanted, shown: reading.Shown) -> tuple[int, bool]:
    """What was found by words alone is counted already."""
    if want.q and listing.find is not None and not want.sort_given:
        return len(shown.rows), len(shown.rows) == reading.RANKED_ROWS
    return reading.count(listing, actor, want)


def _head(base: str, want: Wanted, column: Column) -> dict[str, Any]:
    sorted_here = column.code == want.sort.code
    return {
        "code": column.code,
        "title": column.title,
        "end": column.shape_name in ("moment", "number", "left"),
        "sort_url": _url(base, want.sorted_by(column).query()) if column.is_sortable else "",
        "sorted": ("descending" if want.descending else "ascending") if sorted_here else "",
    }


def _filter(actor: Actor, want: Wanted, column: Column) -> dict[str, Any]:
    text = want.raw.get(column.code, "")
    chosen = set(text.removeprefix("!").split(",")) if column.kind is Kind.CHOICE else set()
    return {
        "code": column.code,
        "title": column.title,
        "kind": column.kind.value,
        "value": text,
        "example": example(column),
        "negative": text.startswith("!"),
        "choices": [
            {"code": code, "label": words, "chosen": code in chosen} for code, words in column.choices(actor)
        ],
        "error": str(want.errors.get(column.code, "")),
    }


def _chips(base: str, want: Wanted) -> list[dict[str, Any]]:
    return [
        {
            "title": condition.column.title,
            "words": condition.words,
            "remove_url": _url(base, want.without(condition.column.code).query()),
            "code": condition.column.code,
        }
        for condition in want.conditions
    ]


def _row(listing: Listing, actor: Actor, columns: Sequence[Column], row: Any) -> dict[str, Any]:
    return {
        "key": listing.key(row),
        "url": listing.url(row),
        "version": listing.version(row) if listing.version else None,
        "cells": [cell(actor, column, row) for column in columns],
    }


def cell(actor: Actor, column: Column, row: Any) -> dict[str, Any]:
    """One cell: its shape, what the shape needs, and whether it may be changed in place."""
    drawn = dict(column.cell(actor, row)) if column.cell else {"value": column.value(actor, row)}
    editable = column.edit is not None and actor.may(column.edit.right)
    return {
        "code": column.code,
        "title": column.title,
        "shape": column.shape_name,
        "editable": editable,
        **drawn,
    }
