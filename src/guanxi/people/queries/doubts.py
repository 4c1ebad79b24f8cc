"""The queue of the steward's desk: which pairs wait, narrowed by what was asked for, with the names of both."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from guanxi.core.access import Actor
from guanxi.core.models import Unit
from guanxi.people.models import Record, ReviewTask
from guanxi.people.queries.identity import list_undecided

UNITS_MAX = 200


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


def list_open_doubts(actor: Actor) -> QuerySet[ReviewTask]:
    """All pairs that are not decided, those put off among them; in no order. Needs `people.review`."""
    actor.require("people.review")
    seen = Record.objects.visible_to(actor)
    found = ReviewTask.objects.filter(state__in=[ReviewTask.State.OPEN, ReviewTask.State.LATER])
    if not actor.reach("people.view").everything:
        found = found.filter(Exists(seen.filter(customer=OuterRef("candidate"))), record__in=seen)
    return found.select_related("record__unit", "customer", "candidate")


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
