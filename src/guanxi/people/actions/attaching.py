"""What a file says about customers we already know, found by a key it names and not by recognition."""

from collections.abc import Sequence
from datetime import datetime

from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.events import Event
from guanxi.core.explain import Explanation, Fact
from guanxi.core.rows import new
from guanxi.people import events as happened
from guanxi.people import queries
from guanxi.people.actions.recognising import Contact, Recognised, claims_of
from guanxi.people.models import Customer, Identifier, Membership, Record
from guanxi.people.rules import read_name

RULE = "people.import_key@1"


def attach_contacts(
    *, actor: Actor, now: datetime, contacts: Sequence[tuple[int, Contact, datetime, str]], source: str
) -> list[Recognised | None]:
    """Write down what a source says about known customers: (customer id, contact, moment, the key it was found by).

    Per contact `update`, `unchanged` when the same was said before, or None when the same statement belongs to another
    customer. Part of a greater action; writes its rows itself. Needs `people.record`.
    """
    actor.require("people.record")
    said = [(claims_of(contact), read_name(contact.name)) for _, contact, _, _ in contacts]
    prints = [queries.fingerprint_of(source, name, claims) for claims, name in said]
    known = {
        one.fingerprint: one
        for one in Record.objects.filter(fingerprint__in=prints).select_related("customer")
    }
    codes = dict(Customer.objects.filter(id__in=[one[0] for one in contacts]).values_list("id", "public_id"))
    rows: list[Customer | Record | Identifier | Membership] = []
    happenings: list[Event] = []
    found: list[Recognised | None] = []
    for (customer_id, contact, made, key), (claims, name), fingerprint in zip(
        contacts, said, prints, strict=True
    ):
        why = Explanation("recognised", (Fact("people.import_key", {"kind": key}, 1.0),), RULE)
        before = known.get(fingerprint)
        if before is not None:
            same = before.customer_id == customer_id
            found.append(
                Recognised(before.id, customer_id, codes[customer_id], "unchanged", why) if same else None
            )
            continue
        record = new(
            Record, customer_id=customer_id, source=source, name=contact.said().get("name", ""), name_key=name,
            language=contact.language, said=contact.said(), fingerprint=fingerprint, created=made,
        )  # fmt: skip
        known[fingerprint] = record
        rows += [record, *(_identifier(record.id, one.kind, one.value, one.verbatim, made) for one in claims)]
        rows.append(
            new(Membership, record_id=record.id, customer_id=customer_id, valid_from=made, reason="import_key",
                rule=RULE, explanation=why.as_json())
        )  # fmt: skip
        data = {"source": source, "outcome": "recognised", "kinds": [one.kind for one in claims]}
        happenings.append(
            Event(happened.RECORDED.code, actor, made, ("record", record.id), record_id=record.id, data=data,
                  detail=contact.said())
        )  # fmt: skip
        found.append(Recognised(record.id, customer_id, codes[customer_id], "update", why))
    if rows:
        order = [Record, Identifier, Membership]
        rows.sort(key=lambda row: order.index(type(row)))
        events.record(*happenings, with_rows=rows)
    return found


def _identifier(record_id: int, kind: str, value: str, verbatim: str, made: datetime) -> Identifier:
    return new(
        Identifier, record_id=record_id, kind=kind, value=value, verbatim=verbatim[:254], valid_from=made
    )
