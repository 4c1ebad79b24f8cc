"""A cell changed in place: compared with what its form showed, so that nobody overwrites what they have not seen."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model

from guanxi.core.access import Actor, Kind
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Denied, Invalid, NotFound
from guanxi.core.http import is_text
from guanxi.core.lists.columns import Column, Edit
from guanxi.core.lists.listing import Listing
from guanxi.core.models import Event, User


@dataclass(frozen=True, slots=True)
class Change:
    """Who changed a cell last, and when; the name is "" when it was no member of staff."""

    who: str
    when: datetime


class Met(Conflict):
    """Somebody else wrote another value into the same cell meanwhile: theirs stands, ours waits for a decision."""

    def __init__(self, *, theirs: str, last: Change | None) -> None:
        super().__init__(code="cell_changed")
        self.theirs = theirs
        self.last = last


def editable(listing: Listing, actor: Actor, key: str, code: str) -> tuple[Any, Column, Edit]:
    """The visible row, its column and how it is edited. Raises `NotFound`, or `Denied` without the right for this row."""
    actor.require(listing.right)
    column = next((one for one in listing.columns_for(actor) if one.code == code), None)
    if column is None or column.edit is None:
        raise NotFound
    row = listing.get(actor, key)
    if not column.edit.allows(actor, row):
        raise Denied(code="denied")
    return row, column, column.edit


@action
def change_cell(
    *, actor: Actor, now: datetime, listing: Listing, key: str, code: str, value: str, original: str
) -> None:
    """Write `value` where `original` stood. The same value again changes nothing.

    Raises `Met` when something else stands there by now, `Invalid` on "value", `NotFound`, `Denied`.
    """
    row, _, edit = editable(listing, actor, key, code)
    _lock(row)
    row = listing.get(actor, key)  # as it stands under the lock
    stored, value = edit.original(row), _plain(value.strip())
    if value == stored:
        return
    if stored != original.strip():
        raise Met(theirs=stored, last=last_change(edit, row))
    edit.act(actor=actor, now=now, row=row, value=value)


def _lock(row: Model) -> None:
    type(row)._base_manager.select_for_update().filter(pk=row.pk).first()


def _plain(value: str) -> str:
    if not is_text(value):
        raise Invalid(fields={"value": ""}, code="invalid")
    return value


def last_change(edit: Edit, row: Model) -> Change | None:
    """The newest event by which this cell changes, if the room names any."""
    if not edit.events:
        return None
    found = Event.objects.filter(subject_kind=edit.subject, subject_id=row.pk, type__in=list(edit.events))
    event = found.order_by("-occurred", "-id").first()
    if event is None:
        return None
    user = User.objects.filter(public_id=event.actor_id).first() if event.actor_kind == Kind.STAFF else None
    return Change((user.name or user.username) if user else "", event.occurred)
