"""What was found of customers: the standing others show, its explanation, classes at large, runs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.db.models import Count, Sum

from guanxi.core import clock
from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.engine.classes import STANDINGS, TIERS, Classes, Facts, Policy, explain
from guanxi.insight.models import Override, Run, Worth
from guanxi.people import queries as people
from guanxi.people.queries.standing import Standing

VIEW = "insight.view"


def standings(customers: Collection[int]) -> Mapping[int, Standing]:
    """customer -> class by hand, else by the live run: two statements."""
    found = Worth.objects.filter(customer__in=customers, run__live=True)
    told = {
        key: Standing(code, tier) for key, code, tier in found.values_list("customer_id", "standing", "tier")
    }
    by_hand = Override.objects.filter(customer__in=customers, ended=None, until__gt=clock.now())
    for key, code, tier in by_hand.values_list("customer_id", "standing", "tier"):
        told[key] = Standing(code, tier, by_hand=True)
    return told


@dataclass(frozen=True, slots=True)
class Explained:
    """A customer's row of the live run with all it follows from (`engine.classes.explain`), and what is set by hand."""

    worth: Worth
    told: Mapping[str, Any]
    by_hand: Override | None
    history: Sequence[Worth]


def explained(actor: Actor, public_id: str, now: datetime) -> Explained:
    """Why a customer stands where they stand; staff who see them, and the customer themself. Raises `NotFound`."""
    who = people.get_customer(actor, public_id)
    rows = list(
        Worth.objects.filter(customer=who.id, run__state=Run.State.DONE)
        .select_related("run")
        .order_by("-run_id")
    )
    worth = next((one for one in rows if one.run.live), None)
    if worth is None:
        raise NotFound
    before = next((one for one in rows if one.run_id < worth.run_id), None)
    by_hand = (
        Override.objects.filter(customer=who.id, ended=None, until__gt=now).select_related("author").first()
    )
    return Explained(worth, told_of(worth, before), by_hand, rows)


def told_of(worth: Worth, before: Worth | None) -> dict[str, Any]:
    """The explanation of a row, rebuilt from what is stored: `engine.classes.recompute` gives its class again."""
    policy = Policy.from_dict(worth.run.policy)
    given = worth.facts
    facts = Facts(
        customer=np.array([worth.customer_id]),
        held=np.array([given["held"]]),
        open_accounts=np.array([given["open_accounts"]]),
        guarantees=np.array([given["guarantees"]]),
        own_90=np.array([given["own_90"]]),
        value=np.array([worth.value_minor]),
        components={
            name: np.array([np.nan if value is None else value])
            for name, value in given["components"].items()
        },
    )
    return explain(facts, _classes(worth), policy, 0, _classes(before) if before else None)


def _classes(row: Worth) -> Classes:
    given = row.facts
    pending = STANDINGS.index(row.pending_standing) if row.pending_standing else -1
    return Classes(
        customer=np.array([row.customer_id]),
        standing=np.array([STANDINGS.index(row.standing)], dtype=np.int8),
        tier=np.array([TIERS.index(row.tier)], dtype=np.int8),
        loyalty=np.array([row.loyalty]),
        coverage=np.array([row.coverage]),
        loyal_at=np.array([given["loyal_at"]]),
        core_at=np.array([given["core_at"]]),
        key_at=np.array([given["key_at"]]),
        pending_standing=np.array([pending], dtype=np.int8),
        pending_tier=np.array([TIERS.index(row.pending_tier) if pending >= 0 else -1], dtype=np.int8),
    )


@dataclass(frozen=True, slots=True)
class ClassTotal:
    """One class of the live run: how many, what they brought in a year (minor units), mean loyalty."""

    standing: str
    people: int
    value_minor: int


def class_totals(actor: Actor, run: Run) -> list[ClassTotal]:
    """Every class, in their order; none without anybody. Needs `insight.view`."""
    actor.require(VIEW)
    rows = (
        Worth.objects.filter(run=run)
        .order_by()
        .values("standing")
        .annotate(n=Count("id"), sum=Sum("value_minor"))
    )
    found = {row["standing"]: row for row in rows}
    if not found:
        return []
    nobody = {"n": 0, "sum": 0}
    totals = ((one, found.get(one, nobody)) for one in STANDINGS)
    return [ClassTotal(one, row["n"], row["sum"]) for one, row in totals]


def profits(actor: Actor, run: Run) -> list[int]:
    """What each live customer brought in a year, the most first. Needs `insight.view`."""
    actor.require(VIEW)
    live = Worth.objects.filter(run=run).exclude(tier="")
    return list(live.order_by("-value_minor").values_list("value_minor", flat=True))


def migration(actor: Actor, run: Run, before: Run) -> dict[tuple[str, str], int]:
    """(class before, class now) -> people, of those who are in both runs. Needs `insight.view`."""
    actor.require(VIEW)
    was = dict(Worth.objects.filter(run=before).values_list("customer_id", "standing").iterator())
    moved: dict[tuple[str, str], int] = {}
    for customer, standing in Worth.objects.filter(run=run).values_list("customer_id", "standing").iterator():
        if customer in was:
            moved[was[customer], standing] = moved.get((was[customer], standing), 0) + 1
    return moved


def list_runs(actor: Actor) -> list[Run]:
    """The newest ones first. Needs `insight.view`."""
    actor.require(VIEW)
    return list(Run.objects.order_by("-id")[:20])
