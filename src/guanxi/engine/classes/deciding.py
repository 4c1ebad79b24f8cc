"""Everybody at once: components and loyalty, tiers by cumulative profit, seven classes that do not flicker."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from guanxi.engine.classes.policy import LIVE, Policy

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int8]
NOBODY: Final = np.iinfo(np.int64).max  # a cut nobody reaches
NEARLY: Final = 1e-12  # sums of floats in another order
CORE, KEY, GENERAL = 1, 2, 3
NONE: Final = -1


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of each customer, one row each. `value`: minor units a year (revenue less cost to serve), or forward value.

    `components`: {name: (n,) floats, NaN where unknown} of the loyalty's components; counts or shares as the policy says.
    """

    customer: npt.NDArray[np.int64]
    held: npt.NDArray[np.bool_]  # ever
    open_accounts: npt.NDArray[np.int64]
    guarantees: npt.NDArray[np.bool_]
    own_90: npt.NDArray[np.int64]
    value: npt.NDArray[np.int64]
    components: Mapping[str, Floats] = field(default_factory=dict)

    def __post_init__(self) -> None:
        columns = (
            self.held,
            self.open_accounts,
            self.guarantees,
            self.own_90,
            self.value,
            *self.components.values(),
        )
        if any(len(one) != len(self.customer) for one in columns):
            raise ValueError("The columns of the facts differ in length.")
        if len(np.unique(self.customer)) != len(self.customer):
            raise ValueError("A customer stands there twice.")
        if (self.open_accounts < 0).any() or (self.own_90 < 0).any():
            raise ValueError("Accounts and transactions are counted from 0.")


@dataclass(frozen=True, slots=True)
class Cuts:
    """What a core and a key customer bring at least, in minor units; `_in` to become one, `_out` to stay one."""

    core: int = NOBODY
    core_in: int = NOBODY
    core_out: int = NOBODY
    key: int = NOBODY
    key_in: int = NOBODY
    key_out: int = NOBODY


@dataclass(frozen=True, slots=True)
class Classes:
    """One row per customer in the order of the facts. `standing` indexes STANDINGS, `tier` TIERS; `pending_standing` and
    `pending_tier`: what was seen once and waits for a second time (-1: nothing). `loyal_at`: the limit the score was held
    against; `core_at`, `key_at`: the money."""

    customer: npt.NDArray[np.int64]
    standing: Codes
    tier: Codes
    loyalty: Floats
    coverage: Floats
    loyal_at: Floats
    core_at: npt.NDArray[np.int64]
    key_at: npt.NDArray[np.int64]
    pending_standing: Codes
    pending_tier: Codes


def cut_points(facts: Facts, policy: Policy) -> Cuts:
    """The cuts of a policy's date: the least a customer brings among the fewest live ones who make that share of all positive
    profit. Who brings exactly as much belongs to them too. Nobody brings anything: nobody is core or key."""
    brings = np.sort(facts.value[(_fact_class(facts, policy) == LIVE) & (facts.value > 0)])[::-1]
    made = np.cumsum(brings, dtype=np.float64)

    def at(share: float) -> int:
        if not len(brings):
            return int(NOBODY)
        place = int(np.searchsorted(made, share * made[-1] * (1 - 1e-12)))
        return int(brings[min(place, len(brings) - 1)])

    margin = policy.tier_margin
    return Cuts(
        core=at(policy.core_share),
        core_in=at(policy.core_share - margin),
        core_out=at(policy.core_share + margin),
        key=at(policy.key_share),
        key_in=at(policy.key_share - margin),
        key_out=at(min(policy.key_share + margin, 1.0)),
    )


def classify(
    facts: Facts, policy: Policy, *, cuts: Cuts | None = None, previous: Classes | None = None
) -> Classes:
    """Everybody's class and tier; the same facts give the same answer, in whatever order they come.

    `cuts`: those frozen on the policy's date, else of these facts. `previous`: the run before, so that a class of a live
    relation changes only beyond its margin, and (`policy.twice`) only when seen twice in a row. Classes that follow from facts
    alone (suspect, latent, inactive) are taken and left at once. Raises ValueError for a share outside 0..1.
    """
    cuts = cuts or cut_points(facts, policy)
    before, before_tier, waits, waits_tier = _before(facts, previous)
    loyalty, coverage = loyalty_of(facts, policy)
    was_loyal, was_not = np.isin(before, (3, 4)), np.isin(before, (5, 6))
    loyal_at = policy.loyal_min + policy.score_margin * (was_not.astype(np.float64) - was_loyal)
    loyal = (loyalty >= loyal_at - NEARLY) & (coverage >= policy.coverage_min - NEARLY) & (coverage > 0)
    was_core, was_high, was_live = before_tier == CORE, np.isin(before_tier, (CORE, KEY)), before >= LIVE
    core_at = np.select([was_core, was_live], [cuts.core_out, cuts.core_in], cuts.core).astype(np.int64)
    key_at = np.select([was_high, was_live], [cuts.key_out, cuts.key_in], cuts.key).astype(np.int64)
    brings = facts.value > 0
    tier = np.select(
        [brings & (facts.value >= core_at), brings & (facts.value >= key_at)], [CORE, KEY], GENERAL
    )
    fact = _fact_class(facts, policy)
    live = fact == LIVE
    tier = np.where(live, tier, 0).astype(np.int8)
    standing = np.where(live, LIVE + 2 * ~loyal + (tier == GENERAL), fact).astype(np.int8)
    differs = was_live & live & ((standing != before) | (tier != before_tier))
    seen_again = (waits == standing) & (waits_tier == tier)
    stays = differs & ~seen_again if policy.twice else np.zeros(len(live), dtype=np.bool_)
    return Classes(
        customer=facts.customer,
        standing=np.where(stays, before, standing).astype(np.int8),
        tier=np.where(stays, before_tier, tier).astype(np.int8),
        loyalty=loyalty,
        coverage=coverage,
        loyal_at=loyal_at,
        core_at=core_at,
        key_at=key_at,
        pending_standing=np.where(stays, standing, NONE).astype(np.int8),
        pending_tier=np.where(stays, tier, NONE).astype(np.int8),
    )


def loyalty_of(facts: Facts, policy: Policy) -> tuple[Floats, Floats]:
    """(loyalty 0..1, share of the weight that is known): the weighted mean of what is known; 0 and 0 where nothing is."""
    total = known = np.zeros(len(facts.customer))
    for name, weight in policy.weights.items():
        score = score_of(name, facts, policy)
        there = ~np.isnan(score)
        total = total + np.where(there, weight * np.nan_to_num(score), 0.0)
        known = known + weight * there
    return np.divide(total, known, out=np.zeros_like(total), where=known > 0), known / sum(
        policy.weights.values()
    )


def score_of(name: str, facts: Facts, policy: Policy) -> Floats:
    """One component in 0..1, NaN where unknown."""
    given = facts.components.get(name)
    if given is None:
        return np.full(len(facts.customer), np.nan)
    if half := policy.halves.get(name):
        if (given < 0).any():
            raise ValueError(f"{name} is counted from 0.")
        return np.asarray(given / (given + half), dtype=np.float64)
    if ((given < 0) | (given > 1)).any():
        raise ValueError(f"{name} is a share of 0 to 1.")
    return np.asarray(given, dtype=np.float64)


def _fact_class(facts: Facts, policy: Policy) -> Codes:
    """What follows from facts alone: 0 suspect, 1 latent, 2 inactive; LIVE for everybody else."""
    has = facts.open_accounts > 0
    known: Any = np.select(
        [~has & ~facts.held & ~facts.guarantees, ~has, facts.own_90 < policy.own_min], [0, 1, 2], LIVE
    )
    return np.asarray(known, dtype=np.int8)


def _before(facts: Facts, previous: Classes | None) -> tuple[Codes, Codes, Codes, Codes]:
    """(standing, tier, pending standing, pending tier) of the run before, -1 for whoever was not there."""
    if previous is None or not len(previous.customer):
        nothing = np.full(len(facts.customer), NONE, dtype=np.int8)
        return nothing, nothing, nothing, nothing
    order = np.argsort(previous.customer)
    sorted_ids = previous.customer[order]
    place = np.minimum(np.searchsorted(sorted_ids, facts.customer), len(order) - 1)
    there, row = sorted_ids[place] == facts.customer, order[place]

    def of(column: Codes) -> Codes:
        return np.where(there, column[row], NONE).astype(np.int8)

    return of(previous.standing), of(previous.tier), of(previous.pending_standing), of(previous.pending_tier)
