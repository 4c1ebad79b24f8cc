"""Scans of all customers: what they read, slice by slice, and what is known of earlier ones."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

from django.db.models import Count, Q, QuerySet

from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.core.models import Event
from guanxi.engine.matching import FIELDS, Person
from guanxi.people import events as happened
from guanxi.people.models import Identifier, Link, Record, ReviewTask, UnifyRun
from guanxi.people.rules import Fact

SLICE = 20_000  # records read at once
Row = Sequence[int | str | None]  # record, customer, one value for each of `FIELDS`
_Z = 1.96  # of an interval that holds 19 times of 20


@dataclass(frozen=True, slots=True)
class Precision:
    """Of what scans proposed and stewards decided, how much was one person; between `low` and `high` 19 times of 20."""

    accepted: int
    decided: int
    share: float
    low: float
    high: float


def precision(accepted: int, decided: int) -> Precision | None:
    """Wilson's interval, which few decisions do not fool; None without any."""
    if not decided:
        return None
    share, wide = accepted / decided, _Z * _Z / decided
    middle, half = share + wide / 2, _Z * sqrt(share * (1 - share) / decided + wide / (4 * decided))
    return Precision(
        accepted,
        decided,
        share,
        max(0.0, (middle - half) / (1 + wide)),
        min(1.0, (middle + half) / (1 + wide)),
    )


def decisions_on_scans() -> tuple[int, int]:
    """(accepted, decided) of what scans have proposed."""
    found = ReviewTask.objects.filter(origin=ReviewTask.Origin.SCAN).aggregate(
        accepted=Count("id", Q(state=ReviewTask.State.ACCEPTED)),
        rejected=Count("id", Q(state=ReviewTask.State.REJECTED)),
    )
    return found["accepted"], found["accepted"] + found["rejected"]


def list_scans(actor: Actor) -> QuerySet[UnifyRun]:
    """The scans there were, newest first. Needs `people.review`."""
    actor.require("people.review")
    return UnifyRun.objects.order_by("-id").defer("weights")


def learnt_among(scans: Sequence[int]) -> set[int]:
    """Which of these have learnt weights."""
    return set(UnifyRun.objects.filter(id__in=scans, weights__isnull=False).values_list("id", flat=True))


def get_scan(actor: Actor, public_id: str) -> UnifyRun:
    """Raises `NotFound`. Needs `people.review`."""
    actor.require("people.review")
    found = UnifyRun.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def count_records() -> int:
    return Record.objects.count()


def read_statements() -> Iterator[list[Row]]:
    """All that records say, as the scan reads it: slices of rows. A record with two telephones has two rows."""
    after = 0
    while True:
        records = (
            Record.objects.filter(id__gt=after)
            .order_by("id")
            .values_list("id", "customer_id", "name_key")[:SLICE]
        )
        slice_ = list(records)
        if not slice_:
            return
        held = Identifier.objects.filter(record_id__gt=after, record_id__lte=slice_[-1][0], valid_to=None)
        facts: dict[int, list[Fact]] = {}
        for record, kind, value in held.order_by("id").values_list("record_id", "kind", "value"):
            facts.setdefault(record, []).append((kind, value))
        yield [
            (record, customer, *values)
            for record, customer, name in slice_
            for values in _rows([*facts.get(record, ()), ("name", name)])
        ]
        after = slice_[-1][0]


def _rows(facts: Sequence[Fact]) -> Iterator[list[str | None]]:
    """The values by field; a second one of a kind in a second row beside what else is known."""
    person = Person.of(facts)
    by_field = [getattr(person, field) for field in FIELDS]
    for number in range(max(map(len, by_field))):
        yield [some[min(number, len(some) - 1)] if some else None for some in by_field]


def all_told_apart() -> list[tuple[int, int]]:
    """Pairs of customers whom somebody has told apart."""
    links = Link.objects.filter(kind=Link.Kind.CANNOT, lifted=None)
    found = links.values_list("low__customer_id", "high__customer_id")
    return sorted({(min(pair), max(pair)) for pair in found if pair[0] != pair[1]})


def count_proposed(run: int) -> int:
    """How many questions a scan has put to the stewards, over all its tries."""
    found = Event.objects.filter(type=happened.PROPOSED.code, subject_kind="scan", subject_id=run)
    return sum(data["count"] for data in found.values_list("data", flat=True))


def changes_of(scans: Sequence[UnifyRun]) -> Mapping[int, Mapping[str, int]]:
    """{scan: what is different from the one before it}, of scans that have ended, newest first."""
    done = [one for one in scans if one.state == UnifyRun.State.DONE]
    return {
        one.id: {
            "records": one.records - before.records,
            "pairs": one.pairs - before.pairs,
            "proposals_new": one.proposals_new - before.proposals_new,
        }
        for one, before in pairwise(done)
    }
