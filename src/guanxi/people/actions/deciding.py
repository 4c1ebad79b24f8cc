"""What a steward says about a doubt: one person, two persons, later. A person's word outranks the model for ever."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from guanxi.core import events
from guanxi.core.access import Actor, Kind
from guanxi.core.action import action
from guanxi.core.errors import Invalid
from guanxi.core.events import Event
from guanxi.people import events as happened
from guanxi.people import queries
from guanxi.people.actions.frame import Held, as_text, conflict, decided, hold, readable, refused, told
from guanxi.people.actions.linking import linked
from guanxi.people.actions.merging import merge
from guanxi.people.actions.reviewing import UNDECIDED, settle
from guanxi.people.models import Customer, IdentityEvent, Link, ReviewTask
from guanxi.people.rules import Refusal
from guanxi.people.words import REFUSALS

RIGHT = "people.review"
LATER_MAX = timedelta(days=366)


@action
def accept_review(
    *,
    actor: Actor,
    now: datetime,
    review: str,
    survivor: str = "",
    choices: Mapping[str, int] | None = None,
    ended: Collection[int] = (),
    reason: str = "",
) -> IdentityEvent:
    """They are one person: merges them. `survivor`: public id of one of the two; by default `queries.likely_survivor`.

    Needs `people.review` and `people.merge`. Raises what `merge` raises, and `Conflict` ("decided_already").
    """
    actor.require(RIGHT)
    codes = _ends(_undecided(actor, review))
    into = survivor or queries.likely_survivor(codes)
    if into not in codes:
        raise refused(Refusal("no_side"))
    others = [code for code in codes if code != into]
    return merge(
        actor=actor, now=now, survivor=into, others=others, choices=choices, ended=ended, reason=reason
    )


@action
def reject_review(*, actor: Actor, now: datetime, review: str, reason: str = "") -> IdentityEvent:
    """They are two persons, for ever: nobody is asked about them again. Needs `people.review`.

    Raises `Conflict` ("decided_already").
    """
    actor.require(RIGHT)
    one, other = _ends(_undecided(actor, review))
    return tell_apart(actor=actor, now=now, customers=(one, other), reason=reason, right=RIGHT)


@action
def put_off_review(
    *, actor: Actor, now: datetime, review: str, until: datetime, reason: str = ""
) -> ReviewTask:
    """Ask again at `until`, at most a year ahead. Needs `people.review`. Raises `Conflict` ("decided_already")."""
    reason = readable(reason)
    actor.require(RIGHT)
    if not now < until <= now + LATER_MAX:
        raise Invalid(fields={"until": REFUSALS["not_later"]}, code="not_later")
    found = _undecided(actor, review)
    hold(actor, _ends(found), RIGHT)
    found = _undecided(actor, review)
    found.state, found.later_until, found.reason = ReviewTask.State.LATER, until, reason
    found.save(update_fields=["state", "later_until", "reason"])
    event = Event(
        happened.REVIEW_PUT_OFF.code,
        actor,
        now,
        ("review", found.id),
        record_id=found.record_id,
        data={"review": found.public_id, "until": until.isoformat()},
        detail={"word": reason} if reason else None,
    )
    events.record(event)
    return found


@action
def wake_reviews(*, actor: Actor, now: datetime, limit: int = 100) -> int:
    """Reviews whose time has come wait for a steward again; how many. The system's own."""
    actor.require_kind(Kind.SYSTEM)
    woken = queries.list_woken(now, limit=limit)
    ids = [one.id for one in woken]
    ReviewTask.objects.filter(id__in=ids).update(state=ReviewTask.State.OPEN, later_until=None)
    events.record(
        *(
            Event(
                happened.REVIEW_WOKEN.code,
                actor,
                now,
                ("review", one.id),
                record_id=one.record_id,
                data={"review": one.public_id, "origin": one.origin},
            )
            for one in woken
        )
    )
    return len(woken)


def _undecided(actor: Actor, public_id: str) -> ReviewTask:
    found = queries.get_review(actor, public_id)
    if found.state not in UNDECIDED:
        raise conflict("decided_already")
    return found


def _ends(review: ReviewTask) -> tuple[str, str]:
    return review.customer.public_id, review.candidate.public_id


@action
def confirm(*, actor: Actor, now: datetime, customer: str, reason: str = "") -> IdentityEvent:
    """A provisional customer is somebody of their own: every doubt about who they are is answered with two persons.

    Needs `people.review`. Raises `Conflict` ("not_provisional").
    """
    reason = readable(reason)
    held = hold(actor, [customer], RIGHT)
    who = held.customers[customer]
    if not who.provisional:
        raise conflict("not_provisional")
    doubts = list(ReviewTask.objects.filter(customer=who, state__in=UNDECIDED).select_related("candidate"))
    made = decided(IdentityEvent.Kind.CONFIRM, actor=actor, now=now, customer=who, reason=reason)
    made.inverse = {"provisional": [True]}
    Customer.objects.filter(id=who.id).update(provisional=False)
    links: list[Link] = []
    for doubt in doubts:
        theirs = queries.records_of(doubt.candidate_id)
        links += linked(Link.Kind.CANNOT, held.records[who.id], theirs, made=made, actor=actor, now=now)
    pairs = [frozenset((who.id, doubt.candidate_id)) for doubt in doubts]
    settled = settle(made, actor=actor, now=now, customers=[who.id], apart=pairs)
    data = {"customer": who.public_id, "reviews": settled.closed}
    _record(happened.CONFIRMED.code, actor, now, made, held, who, data, links)
    return made


@action
def tell_apart(
    *, actor: Actor, now: datetime, customers: tuple[str, str], reason: str = "", right: str = "people.merge"
) -> IdentityEvent:
    """These two are never one person: no score and no scan will say otherwise until somebody lifts it (cannot-link).

    Needs `people.merge`, or `people.review` for who answers a review. Raises `Invalid` ("same_customer") and `Conflict`
    ("decided_already", "merged_already").
    """
    reason = readable(reason)
    if customers[0] == customers[1]:
        actor.require(right)
        raise refused(Refusal("same_customer"))
    held = hold(actor, customers, right)
    one, other = held.customers.values()
    made = decided(
        IdentityEvent.Kind.CANNOT_LINK, actor=actor, now=now, customer=one, other=other, reason=reason
    )
    links = linked(
        Link.Kind.CANNOT, held.records[one.id], held.records[other.id], made=made, actor=actor, now=now
    )
    settled = settle(made, actor=actor, now=now, customers=held.ids, apart=[frozenset(held.ids)])
    if not links and not settled.closed:
        raise conflict("decided_already")
    certain = _without_doubt(held)
    made.inverse = {"provisional": as_text(certain)}
    data = {"customers": list(held.customers), "reviews": settled.closed}
    _record(happened.TOLD_APART.code, actor, now, made, held, one, data, links)
    return made


def _without_doubt(held: Held) -> list[int]:
    """Provisional customers about whom no doubt is left are customers like any other from now on."""
    unsure = {one.id for one in held.customers.values() if one.provisional}
    doubted = ReviewTask.objects.filter(customer__in=unsure, state__in=UNDECIDED)
    certain = sorted(unsure - set(doubted.values_list("customer_id", flat=True)))
    if certain:
        Customer.objects.filter(id__in=certain).update(provisional=False)
    return certain


@action
def tie(*, actor: Actor, now: datetime, decision: str, reason: str = "") -> IdentityEvent:
    """What a merge has joined stays one for ever: it cannot be undone until somebody lifts this (must-link).

    `decision`: public id of the merge. Needs `people.merge`. Raises `Conflict` ("undone_already", "decided_already").
    """
    reason = readable(reason)
    actor.require("people.merge")
    merged = queries.get_merge(decision)
    owner = queries.owner_of(merged.customer)
    held = hold(actor, [owner.public_id], "people.merge")
    if IdentityEvent.objects.filter(undoes=merged).exists():
        raise conflict("undone_already")
    who, there = held.customers[owner.public_id], set(held.records[owner.id])
    sides = [sorted(there.intersection(map(int, records))) for records in merged.inverse["records"].values()]
    made = decided(IdentityEvent.Kind.MUST_LINK, actor=actor, now=now, customer=who, reason=reason)
    links: list[Link] = []
    for other in sides[1:]:
        links += linked(Link.Kind.MUST, sides[0], other, made=made, actor=actor, now=now)
    if not links:
        raise conflict("decided_already")
    made.inverse = {"links": as_text([one.id for one in links])}
    _record(happened.TIED.code, actor, now, made, held, who, {"customer": who.public_id}, links)
    return made


@action
def lift(*, actor: Actor, now: datetime, decision: str, reason: str = "") -> IdentityEvent:
    """Take back a word for ever: its links hold no longer. `decision`: public id of the identity event that wrote them.

    Needs `people.merge`. Raises `Conflict` ("lifted_already") when nothing of it holds.
    """
    reason = readable(reason)
    actor.require("people.merge")
    word = queries.get_decision(decision)
    links = list(
        Link.objects.filter(event=word, lifted=None).select_related("low__customer", "high__customer")
    )
    customers = {one.customer.public_id for link in links for one in (link.low, link.high)}
    held = hold(actor, sorted(customers) or [queries.owner_of(word.customer).public_id], "people.merge")
    if not links:
        raise conflict("lifted_already")
    if Link.objects.filter(event=word, lifted=None).update(lifted=now) == 0:
        raise conflict("lifted_already")
    who = held.customers[links[0].low.customer.public_id]
    other = next((one for one in held.customers.values() if one.id != who.id), None)
    made = decided(
        IdentityEvent.Kind.LIFT, actor=actor, now=now, customer=who, other=other, reason=reason, undoes=word
    )
    made.inverse = {"links": as_text([one.id for one in links])}
    data = {"customers": sorted(customers), "lifts": word.public_id}
    _record(happened.LIFTED.code, actor, now, made, held, who, data, [])
    return made


def _record(
    type_: str,
    actor: Actor,
    now: datetime,
    made: IdentityEvent,
    held: Held,
    who: Customer,
    data: Mapping[str, object],
    links: Sequence[Link],
) -> None:
    newest = held.newest(who)
    event = told(
        type_, actor=actor, now=now, made=made, record_id=newest, unit_id=held.units[newest], data=data
    )
    events.record(event, with_rows=[made, *links])
