"""What all decisions on who is who share: customers held while it is decided, what one may decide about, the rows of a move."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Actor, Reach
from guanxi.core.batches import Batch, Moments, document
from guanxi.core.errors import Conflict, Denied, Invalid, NotFound
from guanxi.core.events import Event
from guanxi.core.ids import new_ids
from guanxi.core.rows import new
from guanxi.core.words import say
from guanxi.people import queries
from guanxi.people.actions.linking import is_told_apart
from guanxi.people.models import Customer, IdentityEvent, Membership, Record
from guanxi.people.rules import REASON_CHARS_MAX, Refusal, differing
from guanxi.people.words import CONFLICTS, REFUSALS

RULE = "people.decision@1"
CUSTOMERS_MAX = 20  # of one merge; a page cannot compare more, and locks are held meanwhile


@dataclass(frozen=True, slots=True)
class Held:
    """Customers locked until the transaction ends, with all of their records, none of them retired."""

    customers: Mapping[str, Customer]  # by public id, in the order asked for
    records: Mapping[int, Sequence[int]]  # customer -> its records, oldest key first
    units: Mapping[int, int | None] = field(default_factory=dict)  # record -> unit

    @property
    def ids(self) -> list[int]:
        return [one.id for one in self.customers.values()]

    def newest(self, customer: Customer) -> int:
        """The record that stands for a customer in events."""
        return self.records[customer.id][-1]


def hold(actor: Actor, codes: Sequence[str], right: str, *, retired: bool = False) -> Held:
    """Lock customers in the order of their keys, whoever asks, so that nobody waits in a circle.

    Nobody else decides about them until the transaction ends, and no new contact is attached to them (`queries.keep`).

    Raises `NotFound` for customers that this actor does not see, `Denied` (code "partly_hidden") when `right` does not
    reach all of their records, and, unless `retired` are wanted too, `Conflict` (code "merged_already") for one that has been
    merged away.
    """
    actor.require(right)
    found = {
        one.public_id: one
        for one in Customer.objects.select_for_update().filter(public_id__in=codes).order_by("id")
    }
    if len(found) < len(set(codes)):
        raise NotFound
    owners = {one.merged_into_id or one.id for one in found.values()}
    records, units = _records_of(owners)
    for one in found.values():
        _reachable(actor, right, [units[key] for key in records.get(one.merged_into_id or one.id, ())])
    for one in found.values():
        if (
            one.merged_into_id is not None and not retired
        ):  # what it is joined with is as old as the wait for the lock
            raise conflict(
                "merged_already", code=one.public_id, into=queries.codes_of([one.merged_into_id])[0]
            )
    return Held({code: found[code] for code in codes}, records, units)


def _records_of(customers: Collection[int]) -> tuple[dict[int, list[int]], dict[int, int | None]]:
    records: dict[int, list[int]] = {}
    units: dict[int, int | None] = {}
    found = Record.objects.filter(customer_id__in=customers).order_by("id")
    for key, customer, unit in found.values_list("id", "customer_id", "unit_id"):
        records.setdefault(customer, []).append(key)
        units[key] = unit
    return records, units


def _reachable(actor: Actor, right: str, units: Sequence[int | None]) -> None:
    seen, may = actor.reach("people.view"), actor.reach(right)
    if not any(_reaches(seen, unit) for unit in units):
        raise NotFound
    if not all(_reaches(seen, unit) and _reaches(may, unit) for unit in units):
        raise Denied(
            _("Part of what is known of this customer is not yours to decide about."), code="partly_hidden"
        )


def _reaches(reach: Reach, unit: int | None) -> bool:
    return reach.everything or unit in reach.units


def may_be_one(held: Held) -> None:
    """Raise `Invalid` when somebody has decided that these are different persons, or their verified ids say so."""
    if is_told_apart(held.customers.values()):
        raise refused(Refusal("cannot_linked"))
    kind = differing(list(queries.verified_of(held.ids).values()))
    if kind:
        raise refused(Refusal("verified_ids_differ", {"kind": kind}))


def refused(refusal: Refusal) -> Invalid:
    """A decision that the rules do not allow, as an error with its words."""
    values = dict(refusal.values)
    for name in ("kind", "field"):
        if name in values:
            values[name] = say(f"people.kind.{values[name]}")
    return Invalid(_filled(REFUSALS[refusal.code], values), code=refusal.code)


def conflict(reason: str, **values: str) -> Conflict:
    """Somebody has decided otherwise in the meantime."""
    return Conflict(_filled(CONFLICTS[reason], values), code=reason)


def _filled(words: Any, values: Mapping[str, Any]) -> str:
    return str(words) % values if values else str(words)


def readable(reason: str) -> str:
    """Why somebody decided so, in their own words. Raises `Invalid` when it is too long."""
    text = " ".join(reason.split())
    if len(text) > REASON_CHARS_MAX:
        raise Invalid(fields={"reason": _("This is too long.")}, code="too_long")
    return text


def decided(
    kind: IdentityEvent.Kind,
    *,
    actor: Actor,
    now: datetime,
    customer: Customer,
    other: Customer | None = None,
    record_id: int | None = None,
    reason: str = "",
    undoes: IdentityEvent | None = None,
) -> IdentityEvent:
    """A row of the history of who is who, not yet written; its inverse is filled in by the action."""
    return new(
        IdentityEvent,
        kind=kind.value,
        customer_id=customer.id,
        other_id=other.id if other else None,
        record_id=record_id,
        actor_kind=actor.kind.value,
        actor_id=actor.id,
        happened=now,
        reason=reason,
        undoes_id=undoes.id if undoes else None,
    )


def told(
    type_: str,
    *,
    actor: Actor,
    now: datetime,
    made: IdentityEvent,
    record_id: int,
    unit_id: int | None = None,
    data: Mapping[str, Any],
) -> Event:
    """The one event of a decision; its reason is personal text and stands in the detail."""
    return Event(
        type_,
        actor,
        now,
        ("customer", made.customer_id),
        record_id=record_id,
        unit_id=unit_id,
        data={"decision": made.public_id, **data},
        detail={"word": made.reason} if made.reason else None,
    )


def move(*, now: datetime, records: Sequence[int], to: Customer, made: IdentityEvent) -> None:
    """Records change hands: the old membership ends, a new one begins. Three statements, however many they are."""
    if not records:
        return
    moment, within, wanted = Moments()[now], *_among(records)
    latest = "GREATEST" if connection.vendor == "postgresql" else "MAX"
    cast = "::timestamptz" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE people_membership SET valid_to = {latest}(valid_from, %s{cast})"  # noqa: S608  constants only  # nosec B608
            f" WHERE valid_to IS NULL AND record_id {within}",
            [moment, wanted],
        )
        cursor.execute(
            f"UPDATE people_record SET customer_id = %s WHERE id {within}",  # noqa: S608  constants only  # nosec B608
            [to.id, wanted],
        )
    batch = Batch(
        Membership,
        "id",
        "record_id",
        "customer_id",
        "valid_from",
        "reason",
        "rule",
        "explanation",
        "event_id",
    )
    why = document(
        {
            "outcome": f"people.decision.{made.kind}",
            "facts": [],
            "rule": RULE,
            "objection": "people.objection",
        }
    )
    for key, record in zip(new_ids(len(records)), records, strict=True):
        batch.add((key, record, to.id, moment, made.kind, RULE, why, made.id))
    batch.write()


def _among(keys: Sequence[int]) -> tuple[str, Any]:
    """Being one of many keys, as a condition and its one parameter."""
    if connection.vendor == "postgresql":
        return "= ANY(%s)", list(keys)
    return "IN (SELECT value FROM json_each(%s))", document(list(keys))


def as_text(keys: Iterable[int]) -> list[str]:
    """Keys for a JSON document: JavaScript and some databases round integers of 63 bits."""
    return [str(key) for key in keys]
