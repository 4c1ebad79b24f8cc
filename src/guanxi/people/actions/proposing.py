"""What a scan of all customers has found becomes questions to the stewards: many at once, and none that has an answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from guanxi.core import events
from guanxi.core.access import Actor, Kind
from guanxi.core.action import action
from guanxi.core.events import Event
from guanxi.core.explain import Explanation
from guanxi.core.rows import new
from guanxi.engine.matching import Weights
from guanxi.people import events as happened
from guanxi.people import queries
from guanxi.people.actions.reviewing import UNDECIDED
from guanxi.people.models import ReviewTask
from guanxi.people.rules import RECOGNITION_RULE, Candidate, Likely, Pair, chosen, waterfall

PAIRS_MAX = 500  # of one call: a fifth of a second of SQLite's one writer


@dataclass(frozen=True, slots=True)
class Proposed:
    """How many reviews there are now, and why the other pairs were left out (codes of `rules.chosen`)."""

    added: int
    skipped: Mapping[str, int]


@action
def propose(
    *, actor: Actor, now: datetime, pairs: Sequence[Pair], run: int, weights: Weights | None = None
) -> Proposed:
    """Ask the stewards about pairs of customers that the scan `run` has found; at most `PAIRS_MAX` at once.

    Each is explained, and compared as a whole once more, by `weights` (those in use, when none are given). Nobody is asked
    about pairs that somebody has told apart or has before them, about customers merged or erased since, about vetoed or
    unlikely pairs, nor about what other open questions answer as well. Safe twice: what is asked already is not asked again.
    One event; a dozen statements, however many pairs. The system's own. Raises `ValueError` for too many.
    """
    actor.require_kind(Kind.SYSTEM)
    if len(pairs) > PAIRS_MAX:
        raise ValueError(f"at most {PAIRS_MAX} pairs at once")
    named = {customer for pair in pairs for customer in pair[:2]}
    merged = {key for key, into in queries.hold_customers(named).items() if key != into}
    people = queries.whole_customers(named - merged)
    undecided = ReviewTask.objects.filter(state__in=UNDECIDED).values_list("customer_id", "candidate_id")
    found, skipped = chosen(
        pairs,
        people.get,
        asked=undecided,
        apart=queries.told_apart(people),
        weights=weights or queries.weights_in_use(),
    )
    reviews = [_review(one, likely, now) for one, likely in found]
    if reviews:
        data = {"reviews": [one.public_id for one in reviews], "count": len(reviews)}
        event = Event(happened.PROPOSED.code, actor, now, ("scan", run), data=data)
        events.record(event, with_rows=reviews)
    return Proposed(len(reviews), skipped)


def _review(one: Candidate, likely: Likely, now: datetime) -> ReviewTask:
    why = Explanation("doubt", waterfall(likely), RECOGNITION_RULE, objection="people.objection")
    return new(
        ReviewTask,
        record_id=one.peer,
        customer_id=one.customer,
        candidate_id=likely.candidate.customer,
        peer_id=likely.candidate.peer,
        origin=ReviewTask.Origin.SCAN.value,
        score=likely.share,
        explanation=why.as_json(),
        created=now,
    )
