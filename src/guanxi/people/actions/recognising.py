"""Recognition happens here, inside the request that brings the contact."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _

from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Invalid
from guanxi.core.events import Event
from guanxi.core.explain import Explanation, Fact
from guanxi.core.rows import new
from guanxi.engine.normalise import Normalised
from guanxi.people import events as happened
from guanxi.people import queries
from guanxi.people.actions.reviewing import review_of
from guanxi.people.models import BlockKey, Customer, Identifier, Membership, Record
from guanxi.people.rules import (
    IDENTIFIER_KINDS,
    Contact,
    Recognition,
    Statement,
    explain,
    is_contested,
    read_claims,
    read_name,
    recognise,
)
from guanxi.people.words import REFUSED

NAME_CHARS_MAX = 100
_SAME_STATEMENT = Explanation("recognised", (Fact("people.same_statement", {}, 1.0),), "people.recognition@2")


class Recognised(NamedTuple):
    """Who it is, and what has to be written for it: nothing when the same statement was made before.

    `added` says whether there is a new record; `rows` and `events` are empty when they have been written already.
    """

    record_id: int
    customer_id: int
    customer_public_id: str
    outcome: str  # recognised | doubt | new
    explanation: Explanation
    rows: Sequence[models.Model] = ()
    events: Sequence[Event] = ()
    added: bool = True


def claims_of(contact: Contact) -> list[Normalised]:
    """What the contact says besides a name, normalised. Raises `Invalid` naming each field that cannot be read."""
    return _claims_of(contact.said())


def read_contact(contact: Contact) -> Statement:
    """Everything `recognise_contact` reads before it looks anybody up: pure, so it can be done outside the transaction.

    Raises `Invalid` for what cannot be read, and when nothing in it identifies anybody.
    """
    said = contact.said()
    claims = _claims_of(said)
    if not any(claim.kind in IDENTIFIER_KINDS for claim in claims):
        raise Invalid(
            _("Tell us at least one way to reach you: telephone, e-mail or member number."),
            code="unreachable",
        )
    return Statement(said, claims, read_name(contact.name))


def _claims_of(said: Mapping[str, str]) -> list[Normalised]:
    claims, refused = read_claims(said)
    if len(said.get("name", "")) > NAME_CHARS_MAX:
        refused["name"] = "too_long"
    if refused:
        raise Invalid(
            fields={kind: REFUSED.get((kind, why), REFUSED["", ""]) for kind, why in refused.items()}
        )
    return claims


def recognise_contact(
    *,
    actor: Actor,
    now: datetime,
    contact: Contact,
    source: str,
    unit_id: int | None = None,
    sample: bool = False,
) -> Recognised:
    """Find out who a contact is. Part of a greater action: the caller writes `rows` and `events` in its own statement.

    The same person in any formatting is recognised; on doubt a provisional customer is made at once and a review task
    with it; nobody waits. Raises `Invalid` when nothing can be read that identifies anybody.
    """
    said = read_contact(contact)
    fingerprint = queries.fingerprint_of(source, said.name_key, said.claims)
    known, recognition = _who(said, fingerprint)
    if known.same_statement is None and recognition.outcome != "recognised":
        queries.take_turn(said.claims)  # somebody may be writing the same person down this very moment
        known, recognition = _who(said, fingerprint)
    if known.same_statement is not None and known.same_customer is not None:
        code = known.codes[known.same_customer]
        return said_before(known.same_statement, known.same_customer, code)
    record = new(
        Record,
        source=source,
        name=said.said.get("name", ""),
        name_key=said.name_key,
        language=contact.language,
        said=said.said,
        fingerprint=fingerprint,
        unit_id=unit_id,
        created=now,
        sample=sample,
    )
    return _new_record(
        actor=actor, now=now, said=said, record=record, recognition=recognition, codes=known.codes
    )


def _who(said: Statement, fingerprint: str) -> tuple[queries.Known, Recognition]:
    known = queries.find_known(said.facts, fingerprint)
    return known, decide(said, known)


def decide(said: Statement, known: queries.Known, apart: set[frozenset[int]] | None = None) -> Recognition:
    """The rules' answer. `apart`: who of all candidates was told apart, where it has been read; it is rarely needed."""
    weights = queries.weights_in_use()
    found = recognise(said.facts, known.candidates, weights, apart or ())
    if apart is None and is_contested(found, weights):
        pairs = queries.told_apart([one.customer for one in known.candidates])
        return recognise(said.facts, known.candidates, weights, pairs) if pairs else found
    return found


def said_before(record_id: int, customer_id: int, code: str) -> Recognised:
    """The same source said the same before: nothing is to be written."""
    return Recognised(record_id, customer_id, code, "recognised", _SAME_STATEMENT, added=False)


def _new_record(
    *,
    actor: Actor,
    now: datetime,
    said: Statement,
    record: Record,
    recognition: Recognition,
    codes: Mapping[int, str],
) -> Recognised:
    explanation = explain(recognition)
    rows: list[models.Model] = []
    if recognition.customer is not None:
        record.customer_id = recognition.customer
        code = codes[recognition.customer]
    else:
        customer = new(Customer, created=now, provisional=recognition.outcome == "doubt")
        rows.append(customer)
        record.customer_id = customer.id
        code = customer.public_id
    rows += [record, *keys_of(record, said, now)]
    rows.append(
        new(
            Membership,
            record_id=record.id,
            customer_id=record.customer_id,
            valid_from=now,
            reason=recognition.outcome,
            rule=recognition.rule,
            explanation=explanation.as_json(),
        )
    )
    happenings = [recorded(actor, now, record, recognition.outcome, said)]
    if recognition.candidate is not None:
        review, added = review_of(
            actor=actor,
            now=now,
            record_id=record.id,
            customer_id=record.customer_id,
            candidate_id=recognition.candidate,
            peer_id=recognition.peer,
            explanation=explanation,
            score=recognition.score,
        )
        rows.append(review)
        happenings.append(added)
    return Recognised(
        record.id, record.customer_id, code, recognition.outcome, explanation, tuple(rows), tuple(happenings)
    )


def keys_of(record: Record, said: Statement, now: datetime) -> list[models.Model]:
    """What a new record is found by: its identifiers and block keys, not yet written."""
    identifiers = [
        new(
            Identifier,
            record_id=record.id,
            kind=claim.kind,
            value=claim.value,
            verbatim=claim.verbatim[:254],
            valid_from=now,
        )
        for claim in said.claims
    ]
    _, blocks = queries.keys_of(said.facts)
    return [*identifiers, *(new(BlockKey, hash=block, record_id=record.id) for block in blocks)]


def recorded(actor: Actor, now: datetime, record: Record, outcome: str, said: Statement) -> Event:
    """The event of a new record."""
    data = {"source": record.source, "outcome": outcome, "kinds": [claim.kind for claim in said.claims]}
    return Event(
        happened.RECORDED.code,
        actor,
        now,
        ("record", record.id),
        record_id=record.id,
        unit_id=record.unit_id,
        data=data,
        detail=said.said,
    )


@action
def add_record(
    *,
    actor: Actor,
    now: datetime,
    contact: Contact,
    source: str,
    unit_id: int | None = None,
    sample: bool = False,
) -> Recognised:
    """Record what a source said about a person (operator's entry, API). Needs `people.record`."""
    actor.require("people.record")
    found = recognise_contact(
        actor=actor, now=now, contact=contact, source=source, unit_id=unit_id, sample=sample
    )
    if found.rows:
        events.record(*found.events, with_rows=found.rows)
    return found
