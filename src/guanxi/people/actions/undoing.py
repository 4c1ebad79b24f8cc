"""Taking back what was decided on a pair: the review asks again, and who is who stands as it stood before."""

from datetime import datetime

from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.events import Event
from guanxi.people import events as happened
from guanxi.people import queries
from guanxi.people.actions.deciding import RIGHT, lift
from guanxi.people.actions.frame import conflict, hold, readable
from guanxi.people.actions.merging import unmerge
from guanxi.people.actions.reviewing import settle
from guanxi.people.models import Customer, IdentityEvent, ReviewTask

State = ReviewTask.State


@action
def take_back_review(*, actor: Actor, now: datetime, review: str, reason: str = "") -> ReviewTask:
    """Undo the decision on a review: the merge is undone, or the word that they are two is lifted, or it comes up again now.

    Needs `people.review`, and `people.merge` for what was decided for ever. Raises `Conflict` ("not_decided"; "superseded" and
    what else `unmerge` raises) and `Invalid` ("unassigned": something came after the merge, which must be assigned).
    """
    actor.require(RIGHT)
    found = queries.get_review(actor, review)
    if found.state == State.LATER:
        return _wake(actor, now, found)
    word = queries.get_decision(found.event.public_id) if found.event else None
    if word is None or found.state not in (State.ACCEPTED, State.REJECTED):
        raise conflict("not_decided")
    if word.kind == IdentityEvent.Kind.MERGE:
        unmerge(actor=actor, now=now, decision=word.public_id, apart=False, reason=reason)
    else:
        take_back_word(actor=actor, now=now, decision=word.public_id, reason=reason)
    found.refresh_from_db()
    return found


def _wake(actor: Actor, now: datetime, found: ReviewTask) -> ReviewTask:
    hold(actor, [found.customer.public_id, found.candidate.public_id], RIGHT)
    changed = ReviewTask.objects.filter(id=found.id, state=State.LATER).update(
        state=State.OPEN, later_until=None, reason=""
    )
    if not changed:
        raise conflict("decided_already")
    events.record(_woken(actor, now, found))
    found.refresh_from_db()
    return found


def _woken(actor: Actor, now: datetime, review: ReviewTask) -> Event:
    return Event(
        happened.REVIEW_WOKEN.code,
        actor,
        now,
        ("review", review.id),
        record_id=review.record_id,
        data={"review": review.public_id, "origin": review.origin},
    )


@action
def take_back_word(*, actor: Actor, now: datetime, decision: str, reason: str = "") -> IdentityEvent:
    """Lift a word for ever and ask again what it had answered. `decision`: public id of the identity event that said it.

    Whoever was made certain by it is provisional again. Needs `people.merge`. Raises `Conflict` ("lifted_already").
    """
    reason = readable(reason)
    word = queries.get_decision(decision)
    made = lift(actor=actor, now=now, decision=decision, reason=reason)
    asked = ReviewTask.objects.filter(event=word)
    customers = {key for pair in asked.values_list("customer_id", "candidate_id") for key in pair}
    settled = settle(made, actor=actor, now=now, customers=customers, undone=word)
    again = ReviewTask.objects.filter(public_id__in=settled.opened)
    _doubt_again(word)
    events.record(*(_woken(actor, now, one) for one in again))
    return made


def _doubt_again(word: IdentityEvent) -> None:
    """Customers whom this word had made certain, as far as they are doubted again."""
    certain = {int(key) for key in word.inverse.get("provisional", ()) if isinstance(key, str)}
    doubted = set(
        ReviewTask.objects.filter(customer__in=certain, state=State.OPEN).values_list(
            "customer_id", flat=True
        )
    )
    Customer.objects.filter(id__in=doubted).update(provisional=True)
