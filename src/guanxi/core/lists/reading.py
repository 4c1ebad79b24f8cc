"""Reading a list: the rows wanted, page by page by keyset in any order and both directions, and how many there are."""

import base64
import binascii
import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import F, Model, Q, QuerySet, UUIDField

from guanxi.core import keyset
from guanxi.core.access import Actor
from guanxi.core.errors import Invalid
from guanxi.core.lists.columns import Column
from guanxi.core.lists.listing import Listing, field_of
from guanxi.core.lists.wanted import ROWS, Wanted

FOUND_MAX = 500  # rows a search of words gives, best first
RANKED_ROWS = 100  # of these on a page: who needs more gives another word, or an order
BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of rows; cursors are "" where there is nothing more."""

    rows: Sequence[Any]
    after: str
    before: str


def matching(listing: Listing, actor: Actor, wanted: Wanted) -> QuerySet[Any]:
    """All rows wanted, visible to this actor, in no order. Nothing at all when a filter could not be read."""
    found = listing.query(actor).order_by()
    if wanted.errors:
        return found.none()
    for condition in wanted.conditions:
        found = found.filter(condition.q)
    if wanted.q and listing.find is not None:
        found = found.filter(pk__in=listing.find(actor, wanted.q, FOUND_MAX, None))
    return found


def page(listing: Listing, actor: Actor, wanted: Wanted, *, size: int = ROWS) -> Shown:
    """One page. Words without an order of their own come best first, on one page."""
    if is_ranked(listing, wanted):
        shown = Shown(_ranked(listing, actor, wanted)[:RANKED_ROWS], "", "")
    else:
        shown = _cut(matching(listing, actor, wanted), wanted, size)
    listing.ready(actor, shown.rows)
    return shown


def is_ranked(listing: Listing, wanted: Wanted) -> bool:
    """Whether the rows come best first: words without an order of their own."""
    return bool(wanted.q) and listing.find is not None and not wanted.sort_given


def _ranked(listing: Listing, actor: Actor, wanted: Wanted) -> list[Any]:
    assert listing.find is not None
    if wanted.errors:
        return []
    ids = listing.find(actor, wanted.q, FOUND_MAX, None)
    found = listing.query(actor).order_by().filter(pk__in=ids)
    for condition in wanted.conditions:
        found = found.filter(condition.q)
    place = {key: number for number, key in enumerate(ids)}
    return sorted(found, key=lambda row: place[row.pk])


def count(listing: Listing, actor: Actor, wanted: Wanted) -> tuple[int, bool]:
    """(how many rows match, whether there are more): exact when asked, else counting stops at 1,000."""
    found = matching(listing, actor, wanted)
    return (found.count(), False) if wanted.exact else keyset.capped_count(found)


def batches(listing: Listing, actor: Actor, wanted: Wanted, *, size: int = BATCH) -> Iterator[Sequence[Any]]:
    """All matching rows in their order, prepared, a batch at a time: memory stays flat however many there are."""
    cursor = ""
    while True:
        shown = _cut(matching(listing, actor, wanted), wanted, size, after=cursor)
        if shown.rows:
            yield listing.ready(actor, shown.rows)
        cursor = shown.after
        if not cursor:
            return


def in_order(listing: Listing, actor: Actor, wanted: Wanted, *, size: int = BATCH) -> Iterator[Sequence[Any]]:
    """All matching rows, prepared, as the screen orders them: `batches`, or what words found, best first."""
    if not is_ranked(listing, wanted):
        yield from batches(listing, actor, wanted, size=size)
        return
    yield listing.ready(actor, _ranked(listing, actor, wanted))


def _nobody(_customers: Collection[int]) -> set[int]:
    return set()


_apart: Callable[[Collection[int]], set[int]] = _nobody


def keep_back(apart: Callable[[Collection[int]], set[int]]) -> None:
    """Called at start-up: `apart(customers)` are those of whom no row leaves in a file."""
    global _apart  # said once
    _apart = apart


def leaving(listing: Listing, rows: Sequence[Any]) -> Sequence[Any]:
    """Those of these rows that may leave the house in a file."""
    if listing.customer is None or not rows:
        return rows
    kept = _apart({listing.customer(row) for row in rows})
    return [row for row in rows if listing.customer(row) not in kept] if kept else rows


def only(listing: Listing, actor: Actor, wanted: Wanted, keys: Sequence[str]) -> list[Any]:
    """The visible rows with these public ids, prepared, in the order wanted; at most a batch of them."""
    found = listing.rows(actor, keys).order_by(*_order(wanted.sort, wanted.descending))
    return listing.ready(actor, list(found[: BATCH + 1]))


def _cut(found: QuerySet[Any], wanted: Wanted, size: int, *, after: str | None = None) -> Shown:
    cursor, back = (after, False) if after is not None else (wanted.after or wanted.before, not wanted.after)
    back = back and bool(cursor)
    column, falling = wanted.sort, wanted.descending != back
    if cursor:
        found = _beyond(found, column, falling, *_read(found, column, cursor))
    found = found.order_by(*_order(column, falling))
    if (
        found.query.select_related
    ):  # chosen before what stands beside is joined: SQLite would join all, then sort
        found = found.filter(pk__in=found.values("pk")[: size + 1])
    rows = list(found[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    if back:
        rows.reverse()
    if not rows:
        return Shown(rows, "", "")
    ahead = more if not back else True
    behind = bool(cursor) if not back else more
    return Shown(
        rows,
        _write(column, rows[-1]) if ahead else "",
        _write(column, rows[0]) if behind else "",
    )


def _order(column: Column, falling: bool) -> list[Any]:
    if column.nullable:  # empty ones last when rising, first when falling: PostgreSQL's own order
        path = F(column.path)
        return [
            path.desc(nulls_first=True) if falling else path.asc(nulls_last=True),
            "-pk" if falling else "pk",
        ]
    return [f"-{column.path}", "-pk"] if falling else [column.path, "pk"]


def _beyond(found: QuerySet[Any], column: Column, falling: bool, value: Any, key: Any) -> QuerySet[Any]:
    path, past = column.path, "lt" if falling else "gt"
    if value is None:
        same = Q(**{f"{path}__isnull": True, f"pk__{past}": key})
        return found.filter(same | Q(**{f"{path}__isnull": False}) if falling else same)
    beyond = Q(**{f"{path}__{past}": value}) | Q(**{f"pk__{past}": key, path: value})
    if column.nullable and not falling:
        return found.filter(beyond | Q(**{f"{path}__isnull": True}))
    # Said twice so that the index is entered at the cursor: with the OR alone it is read from its beginning.
    return found.filter(**{f"{path}__{past}e": value}).filter(beyond)


def _write(column: Column, row: Any) -> str:
    value: Any = row
    for part in column.path.split("__"):
        value = getattr(value, part)
    plain = value.isoformat() if isinstance(value, date) else value  # a moment is one too
    key = row.pk if isinstance(row.pk, int) else str(row.pk)  # jobs have random keys
    packed = json.dumps([column.code, plain, key], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def _read(found: QuerySet[Any], column: Column, cursor: str) -> tuple[Any, Any]:
    model = found.model
    try:
        code, plain, key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if code != column.code:
            raise ValueError(cursor)
        key = _key(model, key)
        if plain is None:
            if not column.nullable:
                raise ValueError(cursor)
            return None, key
        reckoned = found.query.annotations.get(column.path)  # a sum, say: no column of the table
        field = reckoned.output_field if reckoned is not None else field_of(model, column.path)
        return field.to_python(plain), key
    except (ValueError, TypeError, binascii.Error, ValidationError, RecursionError) as error:
        raise Invalid(code="cursor") from error


def _key(model: type[Model], key: object) -> Any:
    if isinstance(model._meta.pk, UUIDField):
        return UUID(str(key))
    if not isinstance(key, int) or not 0 <= key < 2**63:
        raise ValueError(key)
    return key
