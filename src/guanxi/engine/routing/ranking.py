"""Who comes first: the share of the target that is used up, with a bounded head start for higher tiers."""

from collections.abc import Sequence

import numpy as np

from guanxi.engine.routing.shape import Item, Policy

TIER_MAX = 2


def head_start(item: Item, policy: Policy) -> float:
    """Seconds of waiting a higher tier is given on arrival; never more than `policy.head_max_s`."""
    share = policy.head_shares[min(max(item.tier, 0), TIER_MAX)]
    return min(share * item.target, policy.head_max_s)


def urgency(item: Item, policy: Policy) -> float:
    """Share of the target used up, head start included: 1 is due, and it grows without bound, so that nobody starves."""
    return (max(item.waited, 0.0) + head_start(item, policy)) / max(item.target, 1.0)


def urgencies(items: Sequence[Item], policy: Policy) -> np.ndarray:
    """`urgency` of each, float64 of the length of `items`."""
    told = np.array([(one.waited, one.target, one.tier) for one in items], dtype=float).reshape(-1, 3)
    waited, target = np.maximum(told[:, 0], 0.0), told[:, 1]
    share = np.array(policy.head_shares)[np.clip(told[:, 2].astype(int), 0, TIER_MAX)]
    values: np.ndarray = (waited + np.minimum(share * target, policy.head_max_s)) / np.maximum(target, 1.0)
    return values


def rank(items: Sequence[Item], policy: Policy, now: float = 0.0) -> list[int]:
    """Positions in `items`, the most urgent first; ties go to who came first, then to the lower id.

    `now` is not needed (`Item.waited` is open time by now) and taken so that all three doors are called alike.
    """
    if not items:
        return []
    arrived = np.array([one.arrived for one in items], dtype=float)
    ids = np.array([one.id for one in items], dtype=np.int64)
    first: tuple[np.ndarray, ...] = (ids, arrived)
    if policy.order == "urgency":
        first = (ids, arrived, -urgencies(items, policy))
    elif policy.order == "live_first":
        first = (ids, arrived, np.array([not one.live for one in items]))
    order: list[int] = np.lexsort(first).tolist()
    return order
