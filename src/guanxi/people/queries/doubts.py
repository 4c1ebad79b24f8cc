"""The queue of the steward's desk: which pairs wait, those worth most first, narrowed by what was asked for; and its pace."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from guanxi.core.access import Actor
from guanxi.core.models import Event, Unit
from guanxi.core.money import Money
from guanxi.people import events as happened
from guanxi.people.models import Record, ReviewTask
from guanxi.people.queries.identity import list_undecided

UNITS_MAX = 200
RANKED_MAX = 2_000  # of a queue: the likeliest, put in the order of what their customers are worth
PACE_MAX = 1_000  # decisions of a day that are looked at
AT_ONCE, PAUSE = timedelta(seconds=1), timedelta(minutes=10)
DECIDED = (happened.MERGED.code, happened.TOLD_APART.code, happened.REVIEW_PUT_OFF.code)


@dataclass(frozen=True, slots=True)
class Worth:
    """What a higher room knows of customers' value. `rank(customer)`: a number to order by, in SQL, of a customer's key.

    `sums(actor, customers)`: {customer: what they are worth, per currency}, for those of whom anything is known. Both are asked
    only for actors with `right`.
    """

    right: str
    rank: Callable[[OuterRef], Subquery]
    sums: Callable[[Actor, Collection[int]], Mapping[int, Sequence[Money]]]


_worth: list[Worth] = []


def add_worth(worth: Worth) -> None:
    """Let the room that knows what customers are worth put the queue in order. Only `site/wiring.py` does this."""
    _worth[:] = [worth]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a steward wants to see of the queue. Scores are probabilities; `unit` a code, with all units below it."""

    least: float | None = None
    most: float | None = None
    origin: str = ""
    unit: str = ""


def list_doubts(actor: Actor, now: datetime, asked: Asked) -> QuerySet[ReviewTask]:
    """Pairs that wait and both of whom this actor sees, likeliest first. Needs `people.review`."""
    found = list_undecided(actor, now)
    if not actor.reach("people.view").everything:
        seen = Record.objects.visible_to(actor).filter(customer=OuterRef("candidate"))
        found = found.filter(Exists(seen))
    return found.filter(narrowed(asked))


def by_worth(actor: Actor, doubts: QuerySet[ReviewTask]) -> QuerySet[ReviewTask]:
    """The likeliest of these, those first whose customers are worth most; by likelihood where nothing is known of that."""
    worth = next((one for one in _worth if actor.may(one.right)), None)
    if worth is None:
        return doubts
    likeliest = doubts.filter(id__in=doubts.values("id")[:RANKED_MAX])
    both = [
        Coalesce(worth.rank(OuterRef(side)), Value(0), output_field=BigIntegerField())
        for side in ("customer_id", "candidate_id")
    ]
    return likeliest.annotate(worth=both[0] + both[1]).order_by(
        "-worth", F("score").desc(nulls_last=True), "id"
    )


def worth_of(actor: Actor, customers: Collection[int]) -> Mapping[int, Sequence[Money]]:
    """{customer: what they are worth, per currency}, as far as this actor may know. One statement."""
    worth = next((one for one in _worth if actor.may(one.right)), None)
    return worth.sums(actor, customers) if worth else {}


@dataclass(frozen=True, slots=True)
class Pace:
    """How many doubts somebody decided since a moment, and the median of seconds between one and the next; None below two."""

    decided: int
    median_s: float | None


def pace(actor: Actor, since: datetime) -> Pace:
    """This actor's own pace. Pauses of more than ten minutes are none of it, nor is what a run decided many at once."""
    own = Event.objects.filter(
        actor_id=actor.id, recorded__gte=since, actor_kind=actor.kind.value, type__in=DECIDED
    )
    moments = sorted(own.order_by("-recorded").values_list("occurred", flat=True)[:PACE_MAX])
    between = [later - earlier for earlier, later in pairwise(moments)]
    seconds = [one.total_seconds() for one in between if AT_ONCE <= one <= PAUSE]
    return Pace(len(moments), median(seconds) if seconds else None)


def list_pairs(actor: Actor) -> QuerySet[ReviewTask]:
    """All pairs both of whom this actor sees, the decided ones among them; in no order. Needs `people.review`."""
    actor.require("people.review")
    found = ReviewTask.objects.select_related("record__unit", "customer", "candidate")
    if actor.reach("people.view").everything:
        return found
    seen = Record.objects.visible_to(actor)
    other = Q(peer__in=seen) | Q(Exists(seen.filter(customer=OuterRef("candidate"))), peer=None)
    return found.filter(other, record__in=seen)


def narrowed(asked: Asked) -> Q:
    """The same as a condition."""
    wanted = Q()
    if asked.least is not None:
        wanted &= Q(score__gte=asked.least)
    if asked.most is not None:
        wanted &= Q(score__lt=asked.most)
    if asked.origin:
        wanted &= Q(origin=asked.origin)
    if asked.unit:
        path = Unit.objects.filter(code=asked.unit).values_list("path", flat=True).first() or "-"
        wanted &= Q(record__unit__path__startswith=path)
    return wanted


def list_units(actor: Actor) -> list[Unit]:
    """Units that customers' records may lie in, as far as this actor sees any of them, in the order of the tree."""
    reach = actor.reach("people.view")
    found = Unit.objects.order_by("path")
    if not reach.everything:
        found = found.filter(id__in=reach.units)
    return list(found[:UNITS_MAX])


def codes_below(unit: str) -> list[str]:
    """Codes of a unit and of all that lie in it; its own alone when there is no such unit."""
    path = Unit.objects.filter(code=unit).values_list("path", flat=True).first()
    return list(Unit.objects.filter(path__startswith=path).values_list("code", flat=True)) if path else [unit]


def names_of(actor: Actor, customers: Collection[int]) -> dict[int, str]:
    """{customer: the newest name this actor sees of them}; those without a name are left out. One statement."""
    said = Record.objects.visible_to(actor).filter(customer__in=customers).exclude(name="")
    rows: Iterable[tuple[int, str]] = said.order_by("created", "id").values_list("customer_id", "name")
    return dict(rows)
