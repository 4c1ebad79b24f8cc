"""Households, companies, guarantors: two customers are something to each other, until it is over. Nothing is ever deleted."""

from collections.abc import Mapping
from datetime import date, datetime

from django.utils import timezone

from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, GuanxiError, Invalid, NotFound
from guanxi.core.events import Event
from guanxi.core.ids import new_code
from guanxi.core.rows import new
from guanxi.people import events as happened
from guanxi.people import queries
from guanxi.people.actions.frame import conflict, readable
from guanxi.people.actions.keeping import require_at
from guanxi.people.models import Customer, Record, Relationship
from guanxi.people.rules import Placed, Refusal, common_household, place, refused_days, refused_end
from guanxi.people.rules.relationships import KINDS
from guanxi.people.words import RELATION_REFUSALS

RIGHT = "people.record"
_FIELDS = {"not_yet": "valid_from", "ends_before": "valid_to", "ends_later": "on", "with_itself": "other"}


@action
def relate(
    *,
    actor: Actor,
    now: datetime,
    customer: str,
    other: str,
    role: str,
    together: bool = True,
    valid_from: date | None = None,
    valid_to: date | None = None,
    source: str = "word",
    note: str = "",
) -> Relationship:
    """Write down that `other` is `role` (`rules.ROLES`) to `customer`, both by public id.

    `together`: people of a family share one household from now on, an existing one when either lives in one. `valid_to`: the
    last day of what is limited. Needs `people.record` for a record of both. Raises `Invalid` (codes and fields of
    `words.RELATION_REFUSALS`, "two_households" among them), `Conflict` ("already", "merged_already").
    """
    actor.require(RIGHT)
    note, today = readable(note), timezone.localtime(now).date()
    if source not in Relationship.Source.values:
        raise Invalid(fields={"source": RELATION_REFUSALS["not_a_role"]})
    if customer == other:
        raise _refused(Refusal("with_itself"))
    if wrong := refused_days(valid_from, valid_to, today):
        raise _refused(wrong)
    here, there = (_hold(actor, [customer, other])[code] for code in (customer, other))
    placed = place(role, queries.nature_of(here), queries.nature_of(there))
    if isinstance(placed, Refusal):
        raise _refused(placed)
    one, another = (here[0], there[0]) if placed.turned else (there[0], here[0])
    _only_once(placed, one, another, today)
    row = new(
        Relationship,
        kind=placed.kind.code,
        record_id=one.id,
        other_id=another.id,
        household=_household(placed, here, there, together, today),
        valid_from=valid_from,
        valid_to=valid_to,
        source=source,
        note=note,
        by=actor.id,
        created=now,
    )
    data = {
        "kind": row.kind,
        "source": source,
        "parties": [one.customer.public_id, another.customer.public_id],
    }
    events.record(_told(happened.RELATED.code, actor, now, row, here[0], data, note), with_rows=[row])
    return row


def _hold(actor: Actor, codes: list[str]) -> dict[str, list[Record]]:
    """Both customers locked, in the order of their keys, with the records this actor sees, newest first."""
    found = Customer.objects.select_for_update(of=("self",)).select_related("merged_into")
    customers = {one.public_id: one for one in found.filter(public_id__in=codes).order_by("id")}
    held: dict[str, list[Record]] = {}
    for code in codes:
        one = customers.get(code)
        if one is None:
            raise NotFound
        seen = list(queries.list_records(actor).filter(customer_id=one.merged_into_id or one.id))
        if not seen:
            raise NotFound
        if one.merged_into is not None:
            raise conflict("merged_already", code=code, into=one.merged_into.public_id)
        require_at(actor, seen[0].unit_id)
        held[code] = seen
    return held


def _only_once(placed: Placed, one: Record, other: Record, today: date) -> None:
    for row, is_record in queries.ties_between(one.customer_id, other.customer_id, day=today):
        if placed.kind.group == "household" == KINDS[row.kind].group or (
            row.kind == placed.kind.code and is_record
        ):
            raise Conflict(RELATION_REFUSALS["already"], code="already")


def _household(placed: Placed, here: list[Record], there: list[Record], together: bool, today: date) -> str:
    """The code of the household they share from now on, "" for none."""
    if placed.kind.group != "household" or not (together or placed.kind.code == Relationship.Kind.MEMBER):
        return ""
    homes = [queries.households_of(records[0].customer_id, day=today) for records in (here, there)]
    shared = common_household(*homes)
    if isinstance(shared, str):
        return shared or new_code("H")
    names = [
        next((record.name for record in own if record.name), own[0].customer.public_id)
        for own in (here, there)
    ]
    crowded = names[0] if len(homes[0]) > 1 else names[1]
    raise _refused(shared, {"name": crowded, "here": names[0], "there": names[1]})


@action
def end_relation(
    *,
    actor: Actor,
    now: datetime,
    relation: str,
    on: date | None = None,
    why: str = "",
    customer: str = "",
) -> Relationship:
    """Write down that a relation is over since `on`, today when nobody says. It stays in the history of both sides.

    `customer`: the side at which it was said, in whose timeline it then stands.
    Needs `people.record` for the side this actor sees. Raises `Conflict` ("ended_already"), `Invalid` for a day to come or
    before it began.
    """
    actor.require(RIGHT)
    why, today = readable(why), timezone.localtime(now).date()
    queries.get_relationship(actor, relation)
    row = Relationship.objects.select_for_update(of=("self",)).get(public_id=relation)
    sides = queries.list_records(actor).filter(id__in=[row.record_id, row.other_id])
    side = min(sides, key=lambda one: (one.customer.public_id != customer, one.id))
    require_at(actor, side.unit_id)
    if row.ended is not None:
        raise conflict("ended_already")
    day = on or today
    if wrong := refused_end(row.valid_from, day, today):
        raise _refused(wrong)
    row.ended, row.ended_on, row.ended_by, row.ended_why = now, day, actor.id, why
    row.save(update_fields=["ended", "ended_on", "ended_by", "ended_why"])
    data = {"kind": row.kind, "on": day.isoformat()}
    events.record(_told(happened.RELATION_ENDED.code, actor, now, row, side, data, why))
    return row


@action
def set_nature(*, actor: Actor, now: datetime, customer: str, nature: str) -> str:
    """Say whether a customer is a person or a company; returns what it was. Needs `people.record`.

    Raises `Invalid` ("lives_in_household", "has_roles") while relations say otherwise.
    """
    actor.require(RIGHT)
    if nature not in Record.Nature.values:
        raise Invalid(fields={"nature": RELATION_REFUSALS["not_a_role"]})
    records = _hold(actor, [customer])[customer]
    before = queries.nature_of(records)
    if before == nature:
        return before
    groups = queries.groups_of(records[0].customer_id, day=timezone.localtime(now).date())
    if nature == Record.Nature.COMPANY and "household" in groups:
        raise _refused(Refusal("lives_in_household"))
    if nature == Record.Nature.PERSON and "company" in groups:
        raise _refused(Refusal("has_roles"))
    newest = records[0]
    data = {"before": {"nature": newest.nature}, "after": {"nature": nature}}
    newest.nature = nature
    newest.save(update_fields=["nature"])
    kind, subject = happened.NATURE_SET.code, ("record", newest.id)
    events.record(Event(kind, actor, now, subject, newest.id, newest.unit_id, data=data))
    return before


def _refused(wrong: Refusal, values: Mapping[str, str] | None = None) -> GuanxiError:
    words = RELATION_REFUSALS[wrong.code]
    said = str(words) % values if values else words
    return Invalid(fields={_FIELDS.get(wrong.code, "role"): said}, code=wrong.code)


def _told(
    type_: str,
    actor: Actor,
    now: datetime,
    row: Relationship,
    side: Record,
    data: Mapping[str, object],
    words: str,
) -> Event:
    return Event(
        type_,
        actor,
        now,
        ("relationship", row.id),
        side.id,
        side.unit_id,
        data={"relation": row.public_id, **data},
        detail={"word": words} if words else None,
    )
