"""What a file says about customers we already know, found by a key it names and not by recognition."""

from collections.abc import Sequence
from datetime import datetime

from django.db import models

from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.events import Event
from guanxi.core.explain import Explanation, Fact
from guanxi.core.rows import new
from guanxi.people import queries
from guanxi.people.actions.recognising import Recognised, claims_of, keys_of, recorded
from guanxi.people.models import BlockKey, Customer, Identifier, Membership, Record
from guanxi.people.rules import Contact, Statement, read_name

RULE = "people.import_key@1"
_ORDER: list[type[models.Model]] = [Record, Identifier, BlockKey, Membership]


def attach_contacts(
    *, actor: Actor, now: datetime, contacts: Sequence[tuple[int, Contact, datetime, str]], source: str
) -> list[Recognised | None]:
    """Write down what a source says about known customers: (customer id, contact, moment, the key it was found by).

    Per contact `update`, `unchanged` when the same was said before, or None when the same statement belongs to another
    customer. Who has been merged meanwhile is the survivor. Part of a greater action; writes its rows itself. Needs
    `people.record`.
    """
    actor.require("people.record")
    said = [Statement(one.said(), claims_of(one), read_name(one.name)) for _, one, _, _ in contacts]
    prints = [queries.fingerprint_of(source, one.name_key, one.claims) for one in said]
    known = {
        one.fingerprint: one
        for one in Record.objects.filter(fingerprint__in=prints).select_related("customer")
    }
    now_is = queries.hold_customers({one[0] for one in contacts})
    codes = dict(Customer.objects.filter(id__in=now_is.values()).values_list("id", "public_id"))
    rows: list[models.Model] = []
    happenings: list[Event] = []
    found: list[Recognised | None] = []
    for (whose, contact, made, key), statement, fingerprint in zip(contacts, said, prints, strict=True):
        customer_id = now_is[whose]
        why = Explanation("recognised", (Fact("people.import_key", {"kind": key}, 1.0),), RULE)
        before = known.get(fingerprint)
        if before is not None:
            same = before.customer_id == customer_id
            found.append(
                Recognised(before.id, customer_id, codes[customer_id], "unchanged", why) if same else None
            )
            continue
        record = new(
            Record, customer_id=customer_id, source=source, name=statement.said.get("name", ""),
            name_key=statement.name_key, language=contact.language, said=statement.said, fingerprint=fingerprint,
            created=made,
        )  # fmt: skip
        known[fingerprint] = record
        rows += [record, *keys_of(record, statement, made)]
        rows.append(
            new(Membership, record_id=record.id, customer_id=customer_id, valid_from=made, reason="import_key",
                rule=RULE, explanation=why.as_json())
        )  # fmt: skip
        happenings.append(recorded(actor, made, record, "recognised", statement))
        found.append(Recognised(record.id, customer_id, codes[customer_id], "update", why))
    if rows:
        rows.sort(key=lambda row: _ORDER.index(type(row)))
        events.record(*happenings, with_rows=rows)
    return found
