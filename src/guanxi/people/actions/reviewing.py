"""Reviews: two customers who may be one. What a steward says, and what becomes of a review when its records move."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from guanxi.core.access import Actor
from guanxi.core.events import Event
from guanxi.core.explain import Explanation
from guanxi.core.rows import new
from guanxi.people import events as happened
from guanxi.people.models import IdentityEvent, ReviewTask

State = ReviewTask.State
UNDECIDED = (State.OPEN, State.LATER)


def review_of(
    *,
    actor: Actor,
    now: datetime,
    record_id: int,
    customer_id: int,
    candidate_id: int,
    peer_id: int | None,
    explanation: Explanation,
    score: float | None,
    origin: ReviewTask.Origin = ReviewTask.Origin.LIVE,
) -> tuple[ReviewTask, Event]:
    """The stewards' task for a doubt, and its event; not yet written. `peer_id`: a record of the candidate."""
    review = new(
        ReviewTask,
        record_id=record_id,
        customer_id=customer_id,
        candidate_id=candidate_id,
        peer_id=peer_id,
        explanation=explanation.as_json(),
        score=score,
        origin=origin.value,
        created=now,
    )
    data = {"review": review.public_id, "origin": review.origin}
    event = Event(
        happened.REVIEW_ADDED.code, actor, now, ("review", review.id), record_id=record_id, data=data
    )
    return review, event


@dataclass(slots=True)
class Settled:
    """What a decision did to reviews: public ids of those it closed and of those that are open again."""

    closed: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)


def settle(
    made: IdentityEvent,
    *,
    actor: Actor,
    now: datetime,
    customers: Iterable[int],
    apart: Collection[frozenset[int]] = (),
    undone: IdentityEvent | None = None,
) -> Settled:
    """Bring reviews in line after records of `customers` have moved, or a word has been said.

    A review follows its records. What it asks is answered when both belong to one customer (accepted), or when the pair is
    among `apart` (rejected); of several about one pair one goes on. Those that a merge now `undone` had answered are open
    again, if they still ask something. Few statements, however many reviews.
    """
    ids = set(customers)
    touched = Q(customer__in=ids) | Q(candidate__in=ids)
    wanted = Q(touched, state__in=UNDECIDED) | (Q(event=undone) if undone else Q(pk__in=[]))
    found = ReviewTask.objects.select_for_update(of=("self",)).filter(wanted)
    reviews = list(found.select_related("record", "peer", "candidate"))
    plan = _Plan(apart)
    for review in sorted(reviews, key=_first_to_stay):
        plan.take(review)
    plan.write(made, actor=actor, now=now)
    return plan.settled


def _first_to_stay(review: ReviewTask) -> tuple[bool, bool, float, int]:
    return review.state not in UNDECIDED, _ends(review) != _told(review), -(review.score or 0.0), review.id


def _ends(review: ReviewTask) -> tuple[int, int]:
    """The two customers as they are today."""
    if review.peer is not None:
        return review.record.customer_id, review.peer.customer_id
    return review.record.customer_id, review.candidate.merged_into_id or review.candidate_id


def _told(review: ReviewTask) -> tuple[int, int]:
    return review.customer_id, review.candidate_id


class _Plan:
    """Which reviews end, which go on, and about whom."""

    def __init__(self, apart: Collection[frozenset[int]]) -> None:
        self.settled = Settled()
        self._apart = apart
        self._pairs: set[frozenset[int]] = set()
        self._ending: dict[State, list[int]] = {}
        self._going_on: list[ReviewTask] = []

    def take(self, review: ReviewTask) -> None:
        pair, open_ = frozenset(_ends(review)), review.state in UNDECIDED
        answer = self._answer(pair)
        if answer is None:
            self._pairs.add(pair)
            self._go_on(review, open_)
        elif open_ or answer is State.REJECTED:
            self._ending.setdefault(answer, []).append(review.id)
            if open_:
                self.settled.closed.append(review.public_id)

    def _answer(self, pair: frozenset[int]) -> State | None:
        if len(pair) == 1:
            return State.ACCEPTED
        if pair in self._apart:
            return State.REJECTED
        return State.OVERTAKEN if pair in self._pairs else None

    def _go_on(self, review: ReviewTask, open_: bool) -> None:
        if open_ and _ends(review) == _told(review):
            return
        review.customer_id, review.candidate_id = _ends(review)
        if not open_:
            review.state = State.LATER if review.later_until else State.OPEN
            review.decided, review.decided_by, review.reason, review.event_id = None, "", "", None
            self.settled.opened.append(review.public_id)
        self._going_on.append(review)

    def write(self, made: IdentityEvent, *, actor: Actor, now: datetime) -> None:
        for state, ids in self._ending.items():
            ReviewTask.objects.filter(id__in=ids).update(
                state=state, decided=now, decided_by=actor.id, reason=made.reason, event=made.id
            )
        columns = ("customer", "candidate", "state", "decided", "decided_by", "reason", "event")
        if self._going_on:
            ReviewTask.objects.bulk_update(self._going_on, columns)
