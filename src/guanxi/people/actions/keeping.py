"""What we decide about a customer ourselves, beside what they said: in which language we write, which unit looks after them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from guanxi.core import events, organisation
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Denied, Invalid, NotFound
from guanxi.core.events import Event
from guanxi.people import events as happened
from guanxi.people import queries
from guanxi.people.models import Record

RIGHT = "people.record"


@dataclass(frozen=True, slots=True)
class Tongue:
    """The language of one record, before and after."""

    record_id: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Moved:
    """Which unit looks after a customer now, and the units their records were in."""

    before: Mapping[int, str]  # record id -> unit's code, "" for none
    after: str


def _held(actor: Actor, record_ids: Sequence[int]) -> list[Record]:
    """These records, newest first, locked, when the actor may change every one. Raises `NotFound`, `Denied`."""
    visible = set(queries.list_records(actor).filter(id__in=record_ids).values_list("id", flat=True))
    if not visible or visible != set(record_ids):
        raise NotFound
    found = Record.objects.select_for_update(of=("self",)).filter(id__in=visible).select_related("unit")
    records = list(found.order_by("-created", "-id"))
    for record in records:
        require_at(actor, record.unit_id)
    return records


def require_at(actor: Actor, unit_id: int | None) -> None:
    """What is in no unit is for those only whose right goes everywhere."""
    actor.require(RIGHT)
    if not actor.reach(RIGHT).everything and (unit_id is None or not actor.may_at(RIGHT, unit_id)):
        raise Denied(code="denied")


@action
def set_language(*, actor: Actor, now: datetime, record_id: int, language: str) -> Tongue:
    """Write to the customer of this record in another language from now on; "" for whatever they use themselves.

    Needs `people.record` for the record's unit. Raises `Invalid` for a language we do not write.
    """
    if language and language not in dict(settings.LANGUAGES):
        raise Invalid(fields={"language": _("We do not write this language.")})
    record = _held(actor, [record_id])[0]
    before, record.language = record.language, language
    if before != language:
        record.save(update_fields=["language"])
        data = {"before": {"language": before}, "after": {"language": language}}
        events.record(_event(happened.LANGUAGE_SET.code, actor, now, record, data))
    return Tongue(record_id, before, language)


@action
def move_records(*, actor: Actor, now: datetime, record_ids: Sequence[int], unit: str) -> Moved:
    """Let a unit look after these records of one customer (by its code, "" for none): its people see them from now on.

    Needs `people.record` where they are and where they go. Raises `Invalid` for a unit that is none.
    """
    records = _held(actor, record_ids)
    there = organisation.find_unit(unit)
    require_at(actor, there.id if there else None)
    before = {record.id: record.unit.code if record.unit else "" for record in records}
    moving = [record for record in records if before[record.id] != unit]
    if moving:
        Record.objects.filter(id__in=[record.id for record in moving]).update(unit=there)
        newest = moving[0]
        newest.unit = there
        was = ", ".join(sorted({before[record.id] for record in moving}))
        data = {"count": len(moving), "before": {"unit": was}, "after": {"unit": unit}}
        events.record(_event(happened.MOVED.code, actor, now, newest, data))
    return Moved(before, unit)


@action
def move_back(*, actor: Actor, now: datetime, moved: Moved) -> None:
    """Every record back to the unit it was in. Raises `Conflict` when one has moved on since."""
    here = queries.list_records(actor).filter(id__in=moved.before).values_list("unit__code", flat=True)
    if len(here) != len(moved.before) or any((code or "") != moved.after for code in here):
        raise Conflict(_("Another unit looks after this customer since."), code="changed")
    for unit in sorted(set(moved.before.values())):
        ids = [key for key, code in moved.before.items() if code == unit]
        move_records(actor=actor, now=now, record_ids=ids, unit=unit)


def _event(code: str, actor: Actor, now: datetime, record: Record, data: Mapping[str, Any]) -> Event:
    return Event(code, actor, now, ("record", record.id), record.id, record.unit_id, data=data)
