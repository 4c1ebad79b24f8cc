"""What undoing a merge would mean today: who gets which records back, and what came since and must be given to one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.engine.matching import score
from guanxi.people.models import Customer, IdentityEvent, Record
from guanxi.people.queries.comparing import person_of
from guanxi.people.queries.customers import list_records
from guanxi.people.queries.identity import brought_by_others, get_merge, owner_of
from guanxi.people.queries.recognition import weights_in_use
from guanxi.people.rules import Merged, Parting, Refusal, part

SHOWN_MAX = 200  # records that came after a merge; more must be taken out one by one first


@dataclass(frozen=True, slots=True)
class Half:
    """One of the customers a merge joined: what it gets back, or, for the survivor, keeps."""

    id: int
    code: str
    survivor: bool
    records: Sequence[Record]

    @property
    def name(self) -> str:
        return next((record.name for record in self.records if record.name), self.code)


@dataclass(frozen=True, slots=True)
class After:
    """A record that came after the merge. `fits`: {customer: probability of being that side's}; `likely`: the best, or None."""

    record: Record
    fits: Mapping[int, float]
    likely: int | None


@dataclass(frozen=True, slots=True)
class Unmerging:
    """`refusal` says why it cannot be undone; `later` is the merge that stands upon this one, `undone` who undid it."""

    decision: IdentityEvent
    halves: Sequence[Half]
    after: Sequence[After]
    refusal: Refusal | None
    later: IdentityEvent | None
    undone: IdentityEvent | None

    @property
    def possible(self) -> bool:
        return self.refusal is None and self.later is None and self.undone is None


def merged_of(made: IdentityEvent) -> Merged:
    """A merge as its inverse tells of it."""
    survivor = int(made.inverse["survivor"])
    records = {int(key): frozenset(map(int, those)) for key, those in made.inverse["records"].items()}
    return Merged(survivor, records.pop(survivor), records)


def unmerge_preview(actor: Actor, decision: str) -> Unmerging:
    """What undoing this merge would do, before it is done. Needs `people.merge`; raises `NotFound` for what is not seen."""
    actor.require("people.merge")
    made = get_merge(decision)
    merged = merged_of(made)
    customers = {
        one.id: one
        for one in Customer.objects.filter(id__in=[merged.survivor, *merged.brought]).select_related(
            "merged_into"
        )
    }
    owners = {owner_of(one).id for one in customers.values()}
    records = {
        one.id: one for one in list_records(actor).filter(customer__in=owners).prefetch_related("identifiers")
    }
    if not any(one.customer_id in owners for one in records.values()):
        raise NotFound
    there = [one.id for one in records.values() if one.customer_id == merged.survivor]
    parting = part(merged, there, brought_by_others(made))
    undone = IdentityEvent.objects.filter(undoes=made).first()
    return Unmerging(
        made,
        _halves(merged, parting, customers, records),
        _after(merged, parting, records) if isinstance(parting, Parting) else [],
        parting if isinstance(parting, Refusal) and undone is None and made.superseded_by is None else None,
        made.superseded_by,
        undone,
    )


def _halves(
    merged: Merged,
    parting: Parting | Refusal,
    customers: Mapping[int, Customer],
    records: Mapping[int, Record],
) -> list[Half]:
    if isinstance(parting, Parting):
        whose: dict[int, Sequence[int]] = {merged.survivor: parting.own, **parting.back}
    else:
        whose = {
            merged.survivor: sorted(merged.stayed),
            **{key: sorted(those) for key, those in merged.brought.items()},
        }
    return [
        Half(
            key,
            customers[key].public_id,
            key == merged.survivor,
            [records[record] for record in sorted(those, reverse=True) if record in records],
        )
        for key, those in whose.items()
    ]


def _after(merged: Merged, parting: Parting, records: Mapping[int, Record]) -> list[After]:
    """Each record that came since, with how well it fits each side."""
    weights = weights_in_use()
    whose = {merged.survivor: parting.own, **parting.back}
    people = {key: person_of(records[one] for one in those if one in records) for key, those in whose.items()}
    found = []
    for key in parting.after[:SHOWN_MAX]:
        if key not in records:
            continue
        said = person_of([records[key]])
        fits = {side: score(said, person, weights).probability for side, person in people.items()}
        best, *others = sorted(fits, key=lambda side: -fits[side])
        clear = fits[best] >= weights.review_min and all(fits[best] > 2 * fits[other] for other in others)
        found.append(After(records[key], fits, best if clear else None))
    return found
