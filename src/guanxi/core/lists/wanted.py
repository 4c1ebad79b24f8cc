"""What somebody wants of a list, as its address says: words, filters, order, columns, place. The address is the whole state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode

from django.utils.translation import gettext as _

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
VIEW_CHARS_MAX = 40
NOTHING: Mapping[str, str] = {}


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
    usual: str = DENSITIES[0]  # the density when the address says nothing
    after: str = ""
    before: str = ""
    exact: bool = False
    view: str = ""
    errors: Mapping[str, Any] = field(default_factory=dict)
    raw: Mapping[str, str] = field(default_factory=dict)

    @property
    def narrows(self) -> bool:
        return bool(self.q or self.conditions or self.errors)

    @property
    def order(self) -> str:
        return f"{'-' if self.descending else ''}{self.sort.code}"

    def query(self, *, place: bool = False, look: bool = True, view: bool = True) -> str:
        """The address again, in one spelling: what narrows and orders; `look` adds columns and density, `place` the page."""
        parts: list[tuple[str, str]] = [("q", self.q)] if self.q else []
        parts += sorted((code, text) for code, text in self.raw.items())
        if self.sort_given:
            parts.append(("sort", self.order))
        if look and self.columns_given:
            parts.append(("columns", ",".join(column.code for column in self.columns)))
        if look and self.density != self.usual:
            parts.append(("density", self.density))
        if look and view and self.view:
            parts.append(("view", self.view))
        if place and (self.after or self.before):
            parts.append(("after", self.after) if self.after else ("before", self.before))
        return urlencode(parts, safe=",:!*=.+")

    def whole(self) -> str:
        """The address said out in full, columns and order included: the same whoever reads it, whatever they keep."""
        return replace(self, columns_given=True, sort_given=self.sort_given or not self.q).query(view=False)

    def filtered(self, code: str, text: str) -> Self:
        """The same with one filter set, or taken away by ""; from the first page."""
        raw = {name: other for name, other in self.raw.items() if name != code}
        return replace(self.without(code), raw={**raw, code: text} if text else raw)

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


def read(
    listing: Listing,
    actor: Actor,
    params: Mapping[str, str],
    *,
    now: datetime,
    kept: Mapping[str, str] = NOTHING,
) -> Wanted:
    """Read an address; `kept` (sort, columns, density) counts where it says nothing.

    Unknown names are let be. A filter or an order that cannot be read, or is not this actor's to use, is an error.
    """
    known = {column.code: column for column in listing.columns_for(actor)}
    raw = {
        code: text.strip()
        for code, text in params.items()
        if code not in OWN and code in listing.by_code and text.strip()
    }
    conditions: list[filters.Condition] = []
    errors: dict[str, Any] = {}
    for code, text in raw.items():
        try:
            conditions.append(_condition(listing.by_code[code], known, text, actor, now))
        except Invalid as error:
            errors.update(error.fields)
    sort, descending, given = _order(listing, known, params.get("sort", ""), kept.get("sort", ""), errors)
    chosen = [known[code] for code in params.get("columns", "").split(",") if code in known]
    own = [known[code] for code in kept.get("columns", "").split(",") if code in known]
    usual = _density(kept.get("density", ""), DENSITIES[0])
    q = params.get("q", "").strip()[:FIND_CHARS_MAX]
    return Wanted(
        q=q if is_text(q) else "",
        conditions=conditions,
        sort=sort,
        descending=descending,
        sort_given=given,
        columns=list(dict.fromkeys(chosen or own)) or [column for column in known.values() if column.shown],
        columns_given=bool(chosen),
        density=_density(params.get("density", ""), usual),
        usual=usual,
        after=params.get("after", ""),
        before=params.get("before", ""),
        exact=params.get("count", "") == "all",
        view=params.get("view", "")[:VIEW_CHARS_MAX],
        errors=errors,
        raw=raw,
    )


def _condition(
    column: Column, known: Mapping[str, Column], text: str, actor: Actor, now: datetime
) -> filters.Condition:
    if column.code not in known:
        words = _("You may not filter by %(column)s.") % {"column": column.title}
        raise Invalid(fields={column.code: words}, code="filter")
    if not is_text(text):
        raise filters.unread(column, "")
    return filters.read(column, text, actor=actor, now=now)


def _density(text: str, usual: str) -> str:
    return text if text in DENSITIES else usual


def params_of(query: str) -> dict[str, str]:
    """A query as it stands in an address, taken apart. Raises `Invalid` when it is too long."""
    if len(query) > QUERY_CHARS_MAX:
        raise Invalid(_("This address is too long to be kept."), code="filter")
    return dict(parse_qsl(query))


def read_query(listing: Listing, actor: Actor, query: str, *, now: datetime) -> Wanted:
    """Read a stored query. Raises `Invalid` when it is too long or a filter no longer holds."""
    wanted = read(listing, actor, params_of(query), now=now)
    if wanted.errors:
        raise Invalid(fields=wanted.errors, code="filter")
    return wanted


def _order(
    listing: Listing, known: Mapping[str, Column], text: str, kept: str, errors: dict[str, Any]
) -> tuple[Column, bool, bool]:
    """(column, whether descending, whether the address says so): the address, else what is kept, else the list's own."""
    for order, given in ((text, True), (kept, False)):
        code = order.removeprefix("-")
        if code in known and known[code].is_sortable:
            return known[code], order.startswith("-"), given
    if text:
        errors["sort"] = _("This list cannot be ordered by “%(text)s”.") % {"text": text[:40]}
    return listing.by_code[listing.order.removeprefix("-")], listing.order.startswith("-"), False
