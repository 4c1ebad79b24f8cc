"""Every list over the API, as its page shows it: the same filters, order, columns and masks, by the same words."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from guanxi.core import clock, lists
from guanxi.core.api import PAGE, READ, Limit, Problem, actor_of
from guanxi.core.errors import Invalid
from guanxi.core.lists import reading, wanted

router = Router(tags=["lists"])


class ColumnOut(Schema):
    """`kind`: text, choice, moment, number, money, flag. `choices` are the codes a filter may name, with their words."""

    code: str
    title: str
    kind: str
    sorts: bool
    filters: bool
    choices: dict[str, str]


class ListOut(Schema):
    code: str
    title: str
    columns: list[ColumnOut]


class ListsOut(Schema):
    items: list[ListOut]
    next: str


class RowsOut(Schema):
    """Each row has `key` (its public id), `path` (its page), and the values of the columns by code."""

    items: list[dict[str, Any]]
    next: str
    previous: str
    count: int
    more: bool


@router.get("", response={200: ListsOut, READ: Problem}, summary="The lists there are")
def list_lists(request: HttpRequest) -> Any:
    """Those the token may read, with the columns it may see, sort and filter by."""
    actor = actor_of(request)
    known = [one for one in lists.registered().values() if actor.may(one.right)]
    items = [
        {
            "code": one.code,
            "title": str(one.title),
            "columns": [
                {
                    "code": column.code,
                    "title": str(column.title),
                    "kind": column.kind.value,
                    "sorts": column.is_sortable,
                    "filters": bool(column.filtered_by),
                    "choices": {code: str(words) for code, words in column.choices(actor)},
                }
                for column in one.columns_for(actor)
            ],
        }
        for one in known
    ]
    return {"items": items, "next": ""}


@router.get("/{code}", response={200: RowsOut, READ: Problem}, summary="Rows of one list")
def get_rows(
    request: HttpRequest,
    code: str,
    q: str = "",
    sort: str = "",
    columns: str = "",
    after: str = "",
    before: str = "",
    limit: Limit = PAGE,
) -> Any:
    """Filters by column code beside these (`?state=recorded&opened=7d`), written as in the address of the page.

    `columns` is a comma-separated choice, `sort` a column's code, `-` before it for falling. `count` stops at 1,000
    (`more`). A filter that cannot be read is 422 and names the column.
    """
    actor = actor_of(request)
    listing = lists.get(code)
    actor.require(listing.right)
    want = wanted.read(listing, actor, request.GET.dict(), now=clock.now())
    if want.errors:
        raise Invalid(fields=want.errors, code="filter")
    shown = reading.page(listing, actor, want, size=limit)
    count, more = reading.count(listing, actor, want)
    items = [
        {
            "key": listing.key(row),
            "path": listing.url(row),
            **{column.code: column.value(actor, row) for column in want.columns},
        }
        for row in shown.rows
    ]
    return {"items": items, "next": shown.after, "previous": shown.before, "count": count, "more": more}
