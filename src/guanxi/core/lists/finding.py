"""Search over everything: every list a reader may see, by its own search, with one look-up in the index for all of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from guanxi.core import search
from guanxi.core.access import Actor
from guanxi.core.lists.listing import Listing, registered

CANDIDATES: Final = 4  # per row wanted: some are out of reach, some are one customer's


@dataclass(frozen=True, slots=True)
class Found:
    """What one list holds of the words asked for: prepared rows, best first; `more` than these are there."""

    listing: Listing
    rows: Sequence[Any]
    more: bool


def searched(actor: Actor) -> list[Listing]:
    """The lists whose rows this actor may look for everywhere, as they were registered."""
    every = registered().values()
    return [one for one in every if one.find is not None and not one.apart and actor.may(one.right)]


def find_each(actor: Actor, listings: Iterable[Listing], text: str, *, limit: int) -> list[Found]:
    """Up to `limit` rows of each list that hold all of `text`; lists without any are left out."""
    asked = list(listings)
    kinds = {one.finds for one in asked if one.finds}
    ids = search.candidates_of(text, dict.fromkeys(kinds, limit * CANDIDATES))
    found = (_of(actor, one, text, ids, limit) for one in asked)
    return [one for one in found if one.rows]


def _of(actor: Actor, listing: Listing, text: str, ids: dict[str, list[int]], limit: int) -> Found:
    assert listing.find is not None
    keys = list(listing.find(actor, text, limit + 1, ids.get(listing.finds)))
    rows = {row.pk: row for row in listing.query(actor).filter(pk__in=keys)} if keys else {}
    ranked = [rows[key] for key in keys if key in rows]
    return Found(listing, listing.ready(actor, ranked[:limit]), len(ranked) > limit)
