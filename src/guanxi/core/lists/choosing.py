"""Which rows a bulk action is meant for, and what it would do: the rows ticked, or all that match a query."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, UUIDField
from django.utils.translation import gettext as _

from guanxi.core.access import Actor
from guanxi.core.errors import Denied, Invalid
from guanxi.core.http import is_text
from guanxi.core.lists import reading, wanted
from guanxi.core.lists.listing import KEY_CHARS_MAX, Bulk, Input, Listing
from guanxi.core.lists.wanted import DENSITIES, Wanted

KEYS_MAX = 10_000
COUNT_MAX = 100_000
FIRST_ROWS = 10
_AT_ONCE = 1_000  # keys a statement asks for


@dataclass(frozen=True, slots=True)
class Choice:
    """The rows with these public ids; without any, all that match `query` when `everything` was said."""

    keys: Sequence[str] = ()
    query: str = ""
    everything: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """What would happen: to how many rows (`more`: at least so many), the first of them, which could not be done."""

    count: int
    more: bool
    missing: int  # ticked, and not there or not visible any more
    foreign: int  # visible, and not this actor's to change
    rows: Sequence[Any] = field(default_factory=tuple)


def read_choice(keys: Sequence[str], query: str, everything: bool) -> Choice:
    """A choice as an edge was sent it: keys one by one, or several in one text with commas between.

    Raises `Invalid` when nothing is chosen, and for more ticked rows than `KEYS_MAX`.
    """
    if everything:
        return Choice(query=query, everything=True)
    parted = dict.fromkeys(part.strip() for text in keys for part in text.split(","))
    known = [key for key in parted if key and len(key) <= KEY_CHARS_MAX and is_text(key)]
    if not known:
        raise Invalid(_("Choose at least one row."), code="nothing_chosen")
    if len(known) > KEYS_MAX:
        words = _("At most %(most)s rows can be ticked at once. Choose “all matching” instead.")
        raise Invalid(words % {"most": f"{KEYS_MAX:,}"}, code="too_many")
    return Choice(keys=known)


def canonical(want: Wanted, *, look: bool = False) -> str:
    """The query in one spelling, without the place, the view's name and the density."""
    return replace(want, density=DENSITIES[0], view="").query(look=look)


def read_again(listing: Listing, actor: Actor, query: str, *, now: datetime, look: bool = False) -> Wanted:
    """A canonical query read later. Raises `Denied` when it no longer says the same to this actor: a filter on a column
    they may not see any more must not simply fall away."""
    want = wanted.read_query(listing, actor, query, now=now)
    if canonical(want, look=look) != query:
        raise Denied(_("Your rights have changed in the meantime."), code="rights_changed")
    return want


def find(listing: Listing, actor: Actor, keys: Sequence[str]) -> dict[Any, str]:
    """{primary key: public id} of those that are there and visible."""
    found: dict[Any, str] = {}
    for part in _parts(keys):
        found.update(names_of(listing, listing.rows(actor, part)))
    return found


def names_of(listing: Listing, rows: QuerySet[Any]) -> dict[Any, str]:
    """{primary key: public id}."""
    return {key: str(name) for key, name in rows.values_list("pk", listing.key_path)}


def is_counted(rows: QuerySet[Any]) -> bool:
    """Whether primary keys rise with time, so that "all up to this one" means something; those of jobs are random."""
    return not isinstance(rows.model._meta.pk, UUIDField)


def number_of(key: int | UUID) -> int:
    """What stands for a primary key where only a number fits; rows are found by their public id."""
    return key.int % 2**63 if isinstance(key, UUID) else key


def _parts(values: Sequence[Any]) -> Iterator[list[Any]]:
    rest = iter(values)
    while part := list(islice(rest, _AT_ONCE)):
        yield part


def preview(listing: Listing, bulk: Bulk, actor: Actor, choice: Choice, *, now: datetime) -> Preview:
    """Look before the leap. Counting stops at `COUNT_MAX`."""
    if choice.everything:
        return _preview_all(listing, bulk, actor, choice, now)
    found = find(listing, actor, choice.keys)
    rows = _first(listing, actor, listing.query(actor).order_by().filter(pk__in=sorted(found)[:FIRST_ROWS]))
    mine = len(found)
    if bulk.mine is not None:
        allowed = listing.query(actor).order_by().filter(bulk.mine(actor))
        mine = sum(allowed.filter(pk__in=part).count() for part in _parts(list(found)))
    return Preview(len(found), False, len(choice.keys) - len(found), len(found) - mine, rows)


def _preview_all(listing: Listing, bulk: Bulk, actor: Actor, choice: Choice, now: datetime) -> Preview:
    matching = reading.matching(listing, actor, wanted.read_query(listing, actor, choice.query, now=now))
    count = _capped(matching)
    mine = count if bulk.mine is None else _capped(matching.filter(bulk.mine(actor)))
    rows = _first(listing, actor, matching.order_by("pk")[:FIRST_ROWS])
    return Preview(min(count, COUNT_MAX), count > COUNT_MAX, 0, count - mine, rows)


def _capped(found: QuerySet[Any]) -> int:
    return found.order_by()[: COUNT_MAX + 1].count()


def _first(listing: Listing, actor: Actor, found: QuerySet[Any]) -> list[Any]:
    return listing.ready(actor, list(found))


def read_values(bulk: Bulk, actor: Actor, sent: Mapping[str, Any]) -> dict[str, str]:
    """What the action asks for, checked. Raises `Invalid` naming each field that is missing, too long or not on offer."""
    values, errors = {}, {}
    for one in bulk.inputs:
        value = str(sent.get(one.code) or "").strip()
        if words := _fault(one, actor, value):
            errors[one.code] = words
        values[one.code] = value
    if errors:
        raise Invalid(fields=errors)
    return values


def _fault(one: Input, actor: Actor, value: str) -> str:
    if not value:
        return _("This is needed.") if one.required else ""
    if len(value) > one.most:
        return _("At most %(most)s characters fit here.") % {"most": f"{one.most:,}"}
    if not is_text(value):
        return _("This cannot be read.")
    if one.kind == "choice" and value not in {str(code) for code, _words in one.choices(actor)}:
        return _("Please choose one of these.")
    return ""
