"""Two become one, and one becomes two again: only memberships are written, whatever hangs on the records."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.people import events as happened
from guanxi.people import queries
from guanxi.people.actions.ending import end_stated, hold_again
from guanxi.people.actions.frame import (
    CUSTOMERS_MAX,
    Held,
    as_text,
    conflict,
    decided,
    hold,
    may_be_one,
    move,
    readable,
    refused,
    told,
)
from guanxi.people.actions.linking import is_held_together, linked
from guanxi.people.actions.pinning import pins_of, take_back
from guanxi.people.actions.reviewing import settle
from guanxi.people.models import Customer, IdentityEvent, Link
from guanxi.people.rules import Merged, Parting, Refusal, part, refused_assignment, refused_pair

RIGHT = "people.merge"


@action
def merge(
    *,
    actor: Actor,
    now: datetime,
    survivor: str,
    others: Sequence[str],
    choices: Mapping[str, int] | None = None,
    ended: Collection[int] = (),
    reason: str = "",
) -> IdentityEvent:
    """Make customers one: all records of `others` become the survivor's; the retired ids redirect from now on.

    `survivor`, `others`: public ids, at most 20 in all. `choices`: {field of the golden record: record whose value counts}.
    `ended`: identifiers that are theirs no more, found out while comparing; undoing the merge lets them hold again.
    Undecided reviews go along; those between the merged are accepted by it. Needs `people.merge` for every record concerned.
    Raises `Invalid` ("nothing_to_merge", "self_merge", "too_many", "cannot_linked", "verified_ids_differ") for what may not
    become one, `Conflict` ("merged_already") when somebody was faster.
    """
    reason = readable(reason)
    actor.require(RIGHT)
    if wrong := refused_pair(survivor, others, most=CUSTOMERS_MAX):
        raise refused(wrong)
    held = hold(actor, [survivor, *others], RIGHT)
    into, *retired = held.customers.values()
    may_be_one(held)
    made = decided(
        IdentityEvent.Kind.MERGE, actor=actor, now=now, customer=into, other=retired[0], reason=reason
    )
    pins, lifted = pins_of(choices or {}, held=held, actor=actor, now=now, made=made)
    unsure = all(one.provisional for one in held.customers.values())
    made.inverse = {
        "survivor": str(into.id),
        "records": {str(one.id): as_text(held.records[one.id]) for one in held.customers.values()},
        "provisional": [into.provisional, unsure],
        "redirects": _redirect(into, retired),
        "lifted": as_text(lifted),
        "ended": as_text(
            end_stated(ended, records=[key for own in held.records.values() for key in own], now=now)
        ),
    }
    for one in retired:
        move(now=now, records=held.records[one.id], to=into, made=made)
    _provisional(into, unsure)
    settled = settle(made, actor=actor, now=now, customers=held.ids)
    newest = held.newest(into)
    event = told(
        happened.MERGED.code,
        actor=actor,
        now=now,
        made=made,
        record_id=newest,
        unit_id=held.units[newest],
        data={"survivor": into.public_id, "merged": list(others), "reviews": settled.closed},
    )
    events.record(event, with_rows=[made, *pins])
    queries.standing_merges([one.id for one in retired]).update(superseded_by=made)
    return made


def _redirect(into: Customer, retired: Sequence[Customer]) -> dict[str, list[str]]:
    """Point the retired and all that redirected to them to the survivor; returns who pointed where before."""
    ids = [one.id for one in retired]
    before: dict[str, list[str]] = {}
    for key, pointed in Customer.objects.filter(merged_into__in=ids).values_list("id", "merged_into_id"):
        before.setdefault(str(pointed), []).append(str(key))
    Customer.objects.filter(merged_into__in=ids).update(merged_into=into)
    Customer.objects.filter(id__in=ids).update(merged_into=into)
    return before


def _provisional(customer: Customer, unsure: bool) -> None:
    if customer.provisional != unsure:
        Customer.objects.filter(id=customer.id).update(provisional=unsure)


@action
def unmerge(
    *,
    actor: Actor,
    now: datetime,
    decision: str,
    assign: Mapping[int, str] | None = None,
    apart: bool = True,
    reason: str = "",
) -> IdentityEvent:
    """Undo a merge: every customer has the records again that they brought into it.

    `decision`: public id of the merge. `assign`: {record that came to the survivor since: public id of its customer}, for all
    of those and no others. `apart`: these are different persons, which is remembered for ever; False only takes the merge
    back, and the reviews it had answered are open again. What somebody has moved elsewhere since stays there.

    Needs `people.merge`. Raises `Conflict` ("undone_already", "superseded": a later merge stands upon this one) and `Invalid`
    ("unassigned", "not_after", "no_side", "nothing_left", "must_linked").
    """
    reason = readable(reason)
    actor.require(RIGHT)
    undone = queries.get_merge(decision)
    merged = merged_of(undone)
    held = hold(actor, queries.codes_of([merged.survivor, *merged.brought]), RIGHT, retired=True)
    _still_stands(undone)
    parting = part(merged, held.records.get(merged.survivor, ()), queries.brought_by_others(undone))
    if isinstance(parting, Refusal):
        raise refused(parting)
    sides = {one.id: one for one in held.customers.values()}
    moves = _moves(merged, parting, assign or {}, held)
    staying = set(held.records[merged.survivor]).difference(*moves.values())
    if is_held_together([key for records in moves.values() for key in records], staying):
        raise refused(Refusal("must_linked"))
    survivor = sides[merged.survivor]
    back = [sides[key] for key in merged.brought]
    made = decided(
        IdentityEvent.Kind.UNMERGE,
        actor=actor,
        now=now,
        customer=survivor,
        other=back[0],
        reason=reason,
        undoes=undone,
    )
    made.inverse = {
        "survivor": str(survivor.id),
        "records": {str(survivor.id): as_text(held.records[survivor.id])},
        "provisional": [survivor.provisional],
    }
    _restore(undone, back)
    before, after = undone.inverse["provisional"]
    _provisional(survivor, before if survivor.provisional == after else survivor.provisional)
    for one in back:
        move(now=now, records=moves[one.id], to=one, made=made)
    take_back(undone, now)
    hold_again(undone)
    pairs = [frozenset((survivor.id, one.id)) for one in back] if apart else []
    settled = settle(made, actor=actor, now=now, customers=sides, apart=pairs, undone=undone)
    links = _apart(sorted(staying), moves, made=made, actor=actor, now=now) if apart else []
    first = moves[back[0].id][-1]
    event = told(
        happened.UNMERGED.code,
        actor=actor,
        now=now,
        made=made,
        record_id=first,
        unit_id=held.units[first],
        data={
            "survivor": survivor.public_id,
            "restored": [one.public_id for one in back],
            "undoes": undone.public_id,
            "reviews": settled.closed,
            "reopened": settled.opened,
        },
    )
    events.record(event, with_rows=[made, *links])
    IdentityEvent.objects.filter(superseded_by=undone).update(superseded_by=None)
    return made


def merged_of(made: IdentityEvent) -> Merged:
    """A merge as its inverse tells of it."""
    survivor = int(made.inverse["survivor"])
    records = {int(key): frozenset(map(int, those)) for key, those in made.inverse["records"].items()}
    return Merged(survivor, records.pop(survivor), records)


def _still_stands(merge: IdentityEvent) -> None:
    if IdentityEvent.objects.filter(undoes=merge).exists():
        raise conflict("undone_already")
    merge.refresh_from_db(fields=["superseded_by"])
    if merge.superseded_by is not None:
        later = merge.superseded_by
        raise conflict(
            "superseded",
            into=later.customer.public_id,
            decision=later.public_id,
            day=f"{later.happened:%Y-%m-%d}",
        )


def _moves(merged: Merged, parting: Parting, assign: Mapping[int, str], held: Held) -> dict[int, list[int]]:
    """{customer restored: its records}, those included that came after and were given to it."""
    ids = {code: one.id for code, one in held.customers.items()}
    given = {record: ids.get(code, 0) for record, code in assign.items()}
    if wrong := refused_assignment(merged, parting, given):
        raise refused(wrong)
    moves = {customer: list(records) for customer, records in parting.back.items()}
    for record, customer in given.items():
        if customer != merged.survivor:
            moves[customer].append(record)
    return {customer: sorted(records) for customer, records in moves.items()}


def _restore(merge: IdentityEvent, back: Sequence[Customer]) -> None:
    """The retired are customers again, and old ids that led to them lead to them again."""
    Customer.objects.filter(id__in=[one.id for one in back]).update(merged_into=None)
    for key, pointed in merge.inverse["redirects"].items():
        Customer.objects.filter(id__in=map(int, pointed)).update(merged_into=int(key))


def _apart(
    staying: Sequence[int],
    moves: Mapping[int, Sequence[int]],
    *,
    made: IdentityEvent,
    actor: Actor,
    now: datetime,
) -> list[Link]:
    return [
        link
        for records in moves.values()
        for link in linked(Link.Kind.CANNOT, staying, records, made=made, actor=actor, now=now)
    ]
