"""Keeping identifiers true: what no longer reaches its person, what is verified, what is over; and the customer's own word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet

from guanxi.core import events
from guanxi.core.access import Actor, Kind
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.events import Event
from guanxi.core.timeline import EventType
from guanxi.people import events as happened
from guanxi.people import queries
from guanxi.people.actions.attaching import attach_contacts
from guanxi.people.actions.frame import conflict
from guanxi.people.models import Identifier, Record
from guanxi.people.rules import Contact
from guanxi.people.words import UPKEEP_REFUSALS

RIGHT = "people.record"
VERIFIED_HOW = ("steward", "document", "customer")


@action
def note_trouble(*, actor: Actor, now: datetime, identifier_id: int, trouble: str) -> Identifier:
    """It did not reach its person: `trouble` is one of `Identifier.Trouble`. Wherever the customer states it, it is marked.

    Needs `people.record` where the record lies. Raises `NotFound`, `Invalid` ("not_a_trouble") and `Conflict`
    ("identifier_ended").
    """
    if trouble not in Identifier.Trouble.values:
        raise Invalid(UPKEEP_REFUSALS["not_a_trouble"], code="not_a_trouble")
    one, same = _held(actor, identifier_id)
    same.update(trouble=trouble, troubled=now)
    _record(happened.IDENTIFIER_TROUBLED, actor, now, one, {"trouble": trouble})
    return one


@action
def note_bounce(*, actor: Actor, now: datetime, record_id: int, address: str) -> int:
    """A mail server refused `address` for good: mark it with the customer of `record_id`; how many were. The system's own."""
    actor.require_kind(Kind.SYSTEM)
    stated = Identifier.objects.filter(
        record__customer__records=record_id, kind="email", value=address, valid_to=None
    ).exclude(trouble=Identifier.Trouble.BOUNCED)
    ids = list(stated.select_for_update(of=("self",)).order_by("id").values_list("id", flat=True))
    if ids:
        Identifier.objects.filter(id__in=ids).update(trouble=Identifier.Trouble.BOUNCED, troubled=now)
        one = Identifier.objects.select_related("record").get(id=ids[-1])
        _record(happened.IDENTIFIER_TROUBLED, actor, now, one, {"trouble": Identifier.Trouble.BOUNCED.value})
    return len(ids)


@action
def clear_trouble(*, actor: Actor, now: datetime, identifier_id: int) -> Identifier:
    """It reaches its person after all. Needs `people.record`. Raises `NotFound`, `Conflict` ("no_trouble")."""
    one, same = _held(actor, identifier_id)
    if not same.exclude(trouble="").update(trouble="", troubled=None):
        raise conflict("no_trouble")
    _record(happened.IDENTIFIER_CLEARED, actor, now, one, {})
    return one


@action
def verify_identifier(*, actor: Actor, now: datetime, identifier_id: int, how: str = "steward") -> Identifier:
    """Somebody has made sure that it is theirs (`how`: steward, document). Needs `people.record`."""
    if how not in VERIFIED_HOW[:2]:
        raise Invalid(UPKEEP_REFUSALS["not_a_way"], code="not_a_way")
    one, same = _held(actor, identifier_id)
    same.update(verified=now, verified_how=how, trouble="", troubled=None)
    _record(happened.IDENTIFIER_VERIFIED, actor, now, one, {"how": how})
    return one


@action
def end_identifier(*, actor: Actor, now: datetime, identifier_id: int) -> Identifier:
    """It is theirs no more: nobody is recognised or reached by it from now on; what was stated stays. Needs `people.record`."""
    one, same = _held(actor, identifier_id)
    same.update(valid_to=now)
    _record(happened.IDENTIFIER_ENDED, actor, now, one, {})
    return one


@action
def restore_identifier(*, actor: Actor, now: datetime, identifier_id: int) -> Identifier:
    """It was ended by mistake. Needs `people.record`. Raises `NotFound`, `Conflict` ("not_ended")."""
    one = _seen(actor, identifier_id)
    same = _same(one).exclude(valid_to=None)
    if not same.update(valid_to=None):
        raise conflict("not_ended")
    _record(happened.IDENTIFIER_RESTORED, actor, now, one, {})
    return one


def _held(actor: Actor, identifier_id: int) -> tuple[Identifier, QuerySet[Identifier]]:
    """An identifier that holds, and all of its customer's that say the same, locked."""
    one = _seen(actor, identifier_id)
    same = _same(one).filter(valid_to=None)
    ids = list(same.select_for_update(of=("self",)).order_by("id").values_list("id", flat=True))
    if one.id not in ids:
        raise conflict("identifier_ended")
    return one, Identifier.objects.filter(id__in=ids)


def _seen(actor: Actor, identifier_id: int) -> Identifier:
    actor.require(RIGHT)
    one = Identifier.objects.filter(id=identifier_id).select_related("record").first()
    if one is None or not queries.list_records(actor).filter(id=one.record_id).exists():
        raise NotFound
    if one.record.unit_id is not None:
        actor.require_at(RIGHT, one.record.unit_id)
    return one


def _same(one: Identifier) -> QuerySet[Identifier]:
    return Identifier.objects.filter(record__customer=one.record.customer_id, kind=one.kind, value=one.value)


def _record(
    type_: EventType, actor: Actor, now: datetime, one: Identifier, data: Mapping[str, object]
) -> None:
    events.record(
        Event(
            type_.code,
            actor,
            now,
            ("record", one.record_id),
            record_id=one.record_id,
            unit_id=one.record.unit_id,
            data={"kind": one.kind, **data},
            detail={one.kind: one.value},
        )
    )


# -- the customer's own word ---------------------------------------------------------------------------------------


@action
def ask_confirmation(*, actor: Actor, now: datetime, customer: str) -> Record:
    """Note that a customer is asked to look at their details; whoever calls this sends the link (`queries.confirm_token`).

    Gives the record whose address is written to. Needs `people.record`. Raises `NotFound`, and `Conflict` ("asked_already"
    within 30 days; "no_address" when there is none that reaches them).
    """
    actor.require(RIGHT)
    who = queries.get_customer(actor, customer)
    reach = queries.reaches([who.id]).get(who.id)
    if reach is None:
        raise conflict("no_address")
    if queries.asked_lately([record.id for record in who.records], now):
        raise conflict("asked_already")
    record = Record.objects.select_for_update(of=("self",)).get(id=reach.record_id)
    data = {"customer": who.public_id, "channel": "email"}
    events.record(
        Event(
            happened.CONFIRMATION_ASKED.code,
            actor,
            now,
            ("customer", who.id),
            record_id=record.id,
            unit_id=record.unit_id,
            data=data,
        )
    )
    return record


@dataclass(frozen=True, slots=True)
class Answers:
    """What a customer says about their details: which identifiers still hold, which do not, and what is new."""

    right: Sequence[int] = ()
    wrong: Sequence[int] = ()
    new: Contact = field(default_factory=Contact)


@action
def confirm_details(*, actor: Actor, now: datetime, answers: Answers) -> int:
    """A customer looks at their details by signed link: right ones are verified, wrong ones end, new ones are recorded.

    `actor` holds a link (`queries.confirm_actor`) and reaches the identifiers that link shows, no others. Gives how many were
    confirmed. Raises `Denied` without such a link, `NotFound` for others' identifiers, `Invalid` for what cannot be read.
    """
    actor.require_kind(Kind.LINK)
    shown = {one.id: one for one in queries.confirmable(actor)}
    said = {*answers.right, *answers.wrong}
    if not shown or actor.record_id is None or said - shown.keys() or set(answers.right) & set(answers.wrong):
        raise NotFound
    rows = Identifier.objects.select_for_update(of=("self",)).filter(id__in=shown).order_by("id")
    list(rows.values_list("id", flat=True))
    right, wrong = _twins(shown, answers.right), _twins(shown, answers.wrong)
    Identifier.objects.filter(id__in=right).update(
        verified=now, verified_how="customer", trouble="", troubled=None
    )
    Identifier.objects.filter(id__in=wrong).update(valid_to=now)
    added = _add_new(actor, now, answers.new)
    data = {"confirmed": len(answers.right), "ended": len(answers.wrong), "added": added}
    events.record(
        Event(
            happened.DETAILS_CONFIRMED.code,
            actor,
            now,
            ("record", actor.record_id),
            record_id=actor.record_id,
            data=data,
        )
    )
    return len(answers.right)


def _twins(shown: Mapping[int, Identifier], chosen: Sequence[int]) -> list[int]:
    """All that say the same as the chosen ones, of those shown."""
    said = {(shown[key].kind, shown[key].value) for key in chosen}
    return [key for key, one in shown.items() if (one.kind, one.value) in said]


def _add_new(actor: Actor, now: datetime, contact: Contact) -> int:
    if not contact.said() or actor.record_id is None:
        return 0
    customer = queries.customer_of(actor.record_id)
    if customer is None:
        raise NotFound
    as_system = Actor(Kind.SYSTEM, actor.id)
    said = [(customer.id, contact, now, "link")]
    try:
        found = attach_contacts(actor=as_system, now=now, contacts=said, source="confirmation")
    except Conflict as error:
        raise Invalid(str(error.detail), code=error.code) from error
    return sum(one is not None and one.added for one in found)
