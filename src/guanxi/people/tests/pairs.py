"""Pairs of customers about whom a steward is asked, for the tests of the desk."""

from datetime import datetime

from guanxi.core import events
from guanxi.core.explain import Explanation, Fact
from guanxi.people.actions import add_record
from guanxi.people.actions.reviewing import review_of
from guanxi.people.models import Customer, Record, ReviewTask
from guanxi.people.rules import Contact
from tests.cast import SYSTEM

STEPS = (
    Fact("people.prior", {}, -20.5),
    Fact("people.same", {"kind": "name"}, 12.4),
    Fact("people.same", {"kind": "phone"}, 14.0),
    Fact("people.differs", {"kind": "email"}, -1.6),
)


def known(now: datetime, name: str, **said: str) -> Customer:
    """A customer of one record. Say something that nobody else says, or it may be recognised."""
    contact = Contact(name, **{"email": f"p{Record.objects.count()}@post.example", **said})
    found = add_record(actor=SYSTEM, now=now, contact=contact, source="web")
    return Customer.objects.get(id=found.customer_id)


def doubt(
    now: datetime,
    one: Customer,
    other: Customer,
    *,
    score: float = 0.963,
    origin: ReviewTask.Origin = ReviewTask.Origin.SCAN,
) -> ReviewTask:
    """A review of two customers: `one` is the newer, `other` whom they may be."""
    record, peer = (Record.objects.filter(customer=who).latest("id") for who in (one, other))
    review, event = review_of(
        actor=SYSTEM,
        now=now,
        record_id=record.id,
        customer_id=one.id,
        candidate_id=other.id,
        peer_id=peer.id,
        explanation=Explanation("doubt", STEPS, "people.recognition@2"),
        score=score,
        origin=origin,
    )
    events.record(event, with_rows=[review])
    return review


def pair(
    now: datetime,
    name: str = "陈静",
    *,
    score: float = 0.963,
    origin: ReviewTask.Origin = ReviewTask.Origin.SCAN,
) -> ReviewTask:
    """Two customers of one name and nothing else in common, and the review of them."""
    older = known(now, name)
    return doubt(now, known(now, name), older, score=score, origin=origin)
