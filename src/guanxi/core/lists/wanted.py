"""What somebody wants of a list, as its address says: words, filters, order, columns, place. The address is the whole state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode

from guanxi.core.access import Actor
from guanxi.core.errors import Invalid
from guanxi.core.http import is_text
from guanxi.core.lists import filters
from guanxi.core.lists.columns import Column
from guanxi.core.lists.listing import Listing

ROWS = 50
FIND_CHARS_MAX = 100
QUERY_CHARS_MAX = 2_000
OWN = frozenset({"q", "sort", "columns", "density", "after", "before", "count", "view"})
DENSITIES = ("calm", "dense")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A list's address, read. `errors` are filters that could not be: with any, the list shows nothing, not everything."""

    q: str
    conditions: Sequence[filters.Condition]
    sort: Column
    descending: bool
    sort_given: bool
    columns: Sequence[Column]
    columns_given: bool
    density: str
    after: str = ""
    before: str = ""
    exact: bool = False
    view: str = ""
    errors: Mapping[str, Any] = field(default_factory=dict)
    raw: Mapping[str, str] = field(default_factory=dict)

    @property
    def narrows(self) -> bool:
        return bool(self.q or self.conditions or self.errors)

    def query(self, *, place: bool = False, look: bool = True) -> str:
        """The address again, in one spelling: what narrows and orders; `look` adds columns and density, `place` the page."""
        parts: list[tuple[str, str]] = [("q", self.q)] if self.q else []
        parts += sorted((code, text) for code, text in self.raw.items())
        if self.sort_given:
            parts.append(("sort", f"{'-' if self.descending else ''}{self.sort.code}"))
        if look and self.columns_given:
            parts.append(("columns", ",".join(column.code for column in self.columns)))
        if look and self.density != DENSITIES[0]:
            parts.append(("density", self.density))
        if look and self.view:
            parts.append(("view", self.view))
        if place and (self.after or self.before):
            parts.append(("after", self.after) if self.after else ("before", self.before))
        return urlencode(parts, safe=",:!*=.+")

    def without(self, code: str) -> Self:
        """The same without one filter."""
        return replace(
            self,
            conditions=[one for one in self.conditions if one.column.code != code],
            raw={name: text for name, text in self.raw.items() if name != code},
            errors={name: words for name, words in self.errors.items() if name != code},
            after="",
            before="",
        )

    def sorted_by(self, column: Column) -> Self:
        """The same in the order of `column`: turned round when it already is."""
        turned = column.code == self.sort.code and not self.descending
        return replace(
            self, sort=column, descending=turned, sort_given=True, after="", before="", exact=False
        )


def read(listing: Listing, actor: Actor, params: Mapping[str, str], *, now: datetime) -> Wanted:
    """Read an address. Unknown names are let be; a filter that cannot be read is an error, never ignored."""
    known = {column.code: column for column in listing.columns_for(actor)}
    raw = {
        code: text.strip()
        for code, text in params.items()
        if code not in OWN and code in known and known[code].filtered_by and text.strip()
    }
    conditions, errors = [], {}
    for code, text in raw.items():
        try:
            if not is_text(text):
                raise Invalid(fields={code: ""}, code="filter")
            conditions.append(filters.read(known[code], text, actor=actor, now=now))
        except Invalid as error:
            errors.update(error.fields)
    sort, descending, given = _order(listing, known, params.get("sort", ""))
    chosen = [known[code] for code in params.get("columns", "").split(",") if code in known]
    density = params.get("density", "")
    q = params.get("q", "").strip()[:FIND_CHARS_MAX]
    return Wanted(
        q=q if is_text(q) else "",
        conditions=conditions,
        sort=sort,
        descending=descending,
        sort_given=given,
        columns=list(dict.fromkeys(chosen)) or [column for column in known.values() if column.shown],
        columns_given=bool(chosen),
        density=density if density in DENSITIES else DENSITIES[0],
        after=params.get("after", ""),
        before=params.get("before", ""),
        exact=params.get("count", "") == "all",
        view=params.get("view", "")[:40],
        errors=errors,
        raw=raw,
    )


def read_query(listing: Listing, actor: Actor, query: str, *, now: datetime) -> Wanted:
    """Read a stored query. Raises `Invalid` when it is too long or a filter no longer holds."""
    if len(query) > QUERY_CHARS_MAX:
        raise Invalid(code="filter")
    wanted = read(listing, actor, dict(parse_qsl(query)), now=now)
    if wanted.errors:
        raise Invalid(fields=wanted.errors, code="filter")
    return wanted


def _order(listing: Listing, known: Mapping[str, Column], text: str) -> tuple[Column, bool, bool]:
    code = text.removeprefix("-")
    if code in known and known[code].is_sortable:
        return known[code], text.startswith("-"), True
    return listing.by_code[listing.order.removeprefix("-")], listing.order.startswith("-"), False
