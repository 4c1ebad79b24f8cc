"""Recognition happens here, inside the request that brings the contact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
from guanxi.engine.cleaning import visible
from guanxi.engine.normalise import Normalised
from guanxi.people import events as happened
from guanxi.people import queries
from guanxi.people.models import Customer, Identifier, Membership, Record, ReviewTask
from guanxi.people.rules import Claim, Recognition, read_claims, read_name, recognise
from guanxi.people.words import REFUSED

NAME_CHARS_MAX = 100
_SAME_STATEMENT = Explanation("recognised", (Fact("people.same_statement", {}, 1.0),), "people.recognition@1")


@dataclass(frozen=True, slots=True)
class Contact:
    """What somebody said about who they are, as typed. At least one of phone, e-mail, member number."""

    name: str = ""
    phone: str = ""
    email: str = ""
    member: str = ""
    language: str = ""

    def said(self) -> dict[str, str]:
        """The non-empty parts, verbatim but for characters nobody sees: no database takes all of those."""
        parts = (("name", self.name), ("phone", self.phone), ("email", self.email), ("member", self.member))
        return {kind: shown for kind, text in parts if text and (shown := visible(text))}


class Statement(NamedTuple):
    """A contact as read: what it says verbatim, and the keys it is found by."""

    said: Mapping[str, str]
    claims: Sequence[Normalised]
    name_key: str


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
    """The contact's identifiers, normalised. Raises `Invalid` naming each field that cannot be read."""
    return _claims_of(contact.said())


def read_contact(contact: Contact) -> Statement:
    """Everything `recognise_contact` reads before it looks anybody up: pure, so it can be done outside the transaction.

    Raises `Invalid` for what cannot be read, and when nothing in it identifies anybody.
    """
    said = contact.said()
    claims = _claims_of(said)
    if not claims:
        raise _unreachable()
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


def _unreachable() -> Invalid:
    return Invalid(
        _("Tell us at least one way to reach you: telephone, e-mail or member number."), code="unreachable"
    )


def recognise_contact(
    *,
    actor: Actor,
    now: datetime,
    contact: Contact,
    source: str,
    unit_id: int | None = None,
    sample: bool = False,
    unknown: bool = False,
    claims: Sequence[Normalised] | None = None,
) -> Recognised:
    """Find out who a contact is. Part of a greater action: the caller writes `rows` and `events` in its own statement.

    The same person in any formatting is recognised; on doubt a provisional customer is made at once and a review task
    with it; nobody waits. `unknown` says that the caller has already seen that nobody has these identifiers,
    `claims` are `claims_of(contact)` where the caller has read them already.
    Raises `Invalid` when nothing can be read that identifies anybody.
    """
    claims = claims_of(contact) if claims is None else claims
    if not claims:
        raise _unreachable()
    name_key = read_name(contact.name)
    fingerprint = queries.fingerprint_of(source, name_key, claims)
    known = queries.NOBODY if unknown else queries.find_known(claims, fingerprint)
    if not unknown and not known.candidates:
        queries.take_turn(claims)  # somebody may be writing the same person down this very moment
        known = queries.find_known(claims, fingerprint)
    if known.same_statement is not None and known.same_customer is not None:
        code = known.codes[known.same_customer]
        return said_before(known.same_statement, known.same_customer, code)
    recognition = recognise([_claim(one) for one in claims], name_key, known.candidates)
    return _new_record(
        actor=actor,
        now=now,
        contact=contact,
        claims=claims,
        record=new(
            Record,
            source=source,
            name=contact.said().get("name", ""),
            name_key=name_key,
            language=contact.language,
            said=contact.said(),
            fingerprint=fingerprint,
            unit_id=unit_id,
            created=now,
            sample=sample,
        ),
        recognition=recognition,
        codes=known.codes,
    )


def said_before(record_id: int, customer_id: int, code: str) -> Recognised:
    """The same source said the same before: nothing is to be written."""
    return Recognised(record_id, customer_id, code, "recognised", _SAME_STATEMENT, added=False)


def _new_record(
    *,
    actor: Actor,
    now: datetime,
    contact: Contact,
    claims: Sequence[Normalised],
    record: Record,
    recognition: Recognition,
    codes: Mapping[int, str],
) -> Recognised:
    explanation = explain(recognition)
    rows: list[models.Model] = []
    if recognition.outcome == "recognised" and recognition.customer is not None:
        record.customer_id = recognition.customer
        code = codes[recognition.customer]
    else:
        customer = new(Customer, created=now, provisional=recognition.outcome == "doubt")
        rows.append(customer)
        record.customer_id = customer.id
        code = customer.public_id
    rows.append(record)
    rows.extend(
        new(
            Identifier,
            record_id=record.id,
            kind=c.kind,
            value=c.value,
            verbatim=c.verbatim[:254],
            valid_from=now,
        )
        for c in claims
    )
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
    happenings = [
        Event(
            happened.RECORDED.code,
            actor,
            now,
            ("record", record.id),
            record_id=record.id,
            unit_id=record.unit_id,
            data={"source": record.source, "outcome": recognition.outcome, "kinds": [c.kind for c in claims]},
            detail=contact.said(),
        )
    ]
    if recognition.outcome == "doubt" and recognition.candidate is not None:
        review, added = review_of(
            actor=actor,
            now=now,
            record_id=record.id,
            customer_id=record.customer_id,
            candidate_id=recognition.candidate,
            explanation=explanation,
        )
        rows.append(review)
        happenings.append(added)
    return Recognised(
        record.id, record.customer_id, code, recognition.outcome, explanation, tuple(rows), tuple(happenings)
    )


def review_of(
    *,
    actor: Actor,
    now: datetime,
    record_id: int,
    customer_id: int,
    candidate_id: int,
    explanation: Explanation,
) -> tuple[ReviewTask, Event]:
    """The stewards' task for a doubt, and its event."""
    review = ReviewTask(
        record_id=record_id,
        customer_id=customer_id,
        candidate_id=candidate_id,
        explanation=explanation.as_json(),
        created=now,
    )
    return review, Event(happened.REVIEW_ADDED.code, actor, now, ("review", review.id), record_id=record_id)


def _claim(one: Normalised) -> Claim:
    return Claim(one.kind, one.value)


def explain(recognition: Recognition) -> Explanation:
    """A recognition in the one shape of explanations; holds kinds and codes, never a personal value."""
    facts = tuple(Fact(f"people.{one.code}", {"kind": one.kind}, one.weight) for one in recognition.evidence)
    return Explanation(recognition.outcome, facts, recognition.rule, objection="people.objection")


@action
def add_record(
    *, actor: Actor, now: datetime, contact: Contact, source: str, unit_id: int | None = None
) -> Recognised:
    """Record what a source said about a person (operator's entry, API). Needs `people.record`."""
    actor.require("people.record")
    found = recognise_contact(actor=actor, now=now, contact=contact, source=source, unit_id=unit_id)
    if found.rows:
        events.record(*found.events, with_rows=found.rows)
    return found
