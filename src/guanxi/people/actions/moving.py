"""One record changes hands: taken out of a customer, or given to another."""

from datetime import datetime

from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import NotFound
from guanxi.core.rows import new
from guanxi.people import events as happened
from guanxi.people import queries
from guanxi.people.actions.frame import Held, conflict, decided, hold, move, readable, refused, told
from guanxi.people.actions.linking import is_forbidden, is_held_together, linked
from guanxi.people.actions.reviewing import settle
from guanxi.people.models import Customer, IdentityEvent, Link
from guanxi.people.rules import Refusal, differing

RIGHT = "people.merge"


@action
def detach(
    *, actor: Actor, now: datetime, record_id: int, apart: bool = True, reason: str = ""
) -> IdentityEvent:
    """Take one record out of its customer: it becomes a customer of its own (`IdentityEvent.other`).

    `apart`: it is somebody else's, which is remembered for ever. Needs `people.merge`. Raises `Invalid` ("only_record",
    "must_linked").
    """
    reason = readable(reason)
    held, old = _owner(actor, record_id)
    rest = [one for one in held.records[old.id] if one != record_id]
    _may_leave(record_id, rest)
    alone = new(Customer, created=now)
    alone.save(force_insert=True)
    made = decided(
        IdentityEvent.Kind.DETACH,
        actor=actor,
        now=now,
        customer=old,
        other=alone,
        record_id=record_id,
        reason=reason,
    )
    made.inverse = {"records": {str(old.id): [str(record_id)]}}
    return _moved(made, held, record_id, alone, rest if apart else [], actor=actor, now=now)


@action
def attach(*, actor: Actor, now: datetime, record_id: int, customer: str, reason: str = "") -> IdentityEvent:
    """Give one record to another customer. Needs `people.merge` for both.

    Raises `Invalid` ("there_already", "only_record": merge the customers instead, "must_linked", "cannot_linked",
    "verified_ids_differ").
    """
    reason = readable(reason)
    held, old = _owner(actor, record_id, customer)
    target = held.customers[customer]
    if target.id == old.id:
        raise refused(Refusal("there_already"))
    _may_leave(record_id, [one for one in held.records[old.id] if one != record_id])
    if is_forbidden(record_id, held.records[target.id]):
        raise refused(Refusal("cannot_linked"))
    _no_other_ids(record_id, target)
    made = decided(
        IdentityEvent.Kind.ATTACH,
        actor=actor,
        now=now,
        customer=target,
        other=old,
        record_id=record_id,
        reason=reason,
    )
    made.inverse = {"records": {str(old.id): [str(record_id)]}}
    return _moved(made, held, record_id, target, [], actor=actor, now=now)


def _owner(actor: Actor, record_id: int, *others: str) -> tuple[Held, Customer]:
    """The customer of a record and the others, held. Raises `Conflict` ("moved_meanwhile") when it has just changed hands."""
    actor.require(RIGHT)
    owner = queries.customer_of(record_id)
    if owner is None:
        raise NotFound
    held = hold(actor, [owner.public_id, *(code for code in others if code != owner.public_id)], RIGHT)
    if record_id not in held.records.get(owner.id, ()):
        raise conflict("moved_meanwhile")
    return held, held.customers[owner.public_id]


def _may_leave(record_id: int, rest: list[int]) -> None:
    if not rest:
        raise refused(Refusal("only_record"))
    if is_held_together([record_id], rest):
        raise refused(Refusal("must_linked"))


def _no_other_ids(record_id: int, target: Customer) -> None:
    kind = differing([queries.verified_on([record_id]), queries.verified_of([target.id])[target.id]])
    if kind:
        raise refused(Refusal("verified_ids_differ", {"kind": kind}))


def _moved(
    made: IdentityEvent,
    held: Held,
    record_id: int,
    to: Customer,
    rest: list[int],
    *,
    actor: Actor,
    now: datetime,
) -> IdentityEvent:
    move(now=now, records=[record_id], to=to, made=made)
    links = linked(Link.Kind.CANNOT, [record_id], rest, made=made, actor=actor, now=now) if rest else []
    customers = [key for key in (made.customer_id, made.other_id) if key is not None]
    pairs = [frozenset(customers)] if rest else []
    settled = settle(made, actor=actor, now=now, customers=customers, apart=pairs)
    data = {"to": to.public_id, "reviews": settled.closed}
    type_ = happened.RECORD_ATTACHED if made.kind == IdentityEvent.Kind.ATTACH else happened.RECORD_DETACHED
    unit = held.units[record_id]
    event = told(type_.code, actor=actor, now=now, made=made, record_id=record_id, unit_id=unit, data=data)
    events.record(event, with_rows=[made, *links])
    return made
