"""What the rows of one page of customers share: read for all of them at once, when a column first asks."""

from collections.abc import Sequence
from functools import cached_property

from guanxi.core import organisation
from guanxi.core.access import Actor
from guanxi.people import queries
from guanxi.people.models import Record


class Page:
    """One page's rows, as this actor may see them."""

    def __init__(self, actor: Actor, records: Sequence[Record]) -> None:
        self._actor, self._records = actor, records

    @cached_property
    def reach(self) -> dict[int, dict[str, str]]:
        """record id -> {kind of identifier: how it may be shown}."""
        seen = {one.id: queries.view_of(self._actor, [one]).identifiers for one in self._records}
        return {key: {one.kind: one.text for one in reversed(views)} for key, views in seen.items()}

    @cached_property
    def languages(self) -> dict[int, str]:
        """customer id -> the language we write to them in."""
        return queries.languages_of(self._actor, {one.customer_id for one in self._records})

    @cached_property
    def units(self) -> dict[int, tuple[str, str]]:
        """unit id -> (code, name in the reader's language)."""
        return {unit.id: (unit.code, organisation.name_of(unit)) for unit in organisation.tree()}


def prepare(actor: Actor, records: Sequence[Record]) -> None:
    """Hang the page on its rows."""
    page = Page(actor, records)
    for record in records:
        record.page = page  # type: ignore[attr-defined]  # only while a list is drawn


def page_of(record: Record) -> Page:
    found: Page = record.page  # type: ignore[attr-defined]
    return found


def reach(record: Record, kind: str) -> str:
    return page_of(record).reach[record.id].get(kind, "")


def language_of(record: Record) -> str:
    return page_of(record).languages.get(record.customer_id, "")


def unit_code(record: Record) -> str:
    return page_of(record).units.get(record.unit_id or 0, ("", ""))[0]


def unit_name(record: Record) -> str:
    return page_of(record).units.get(record.unit_id or 0, ("", ""))[1]
