"""Last month's claims under other limits: who would have been paid by machine. Pure: no Django, no clock, no database.

Each look at a claim was kept with everything the limits asked about, so that nothing has to be guessed. What a machine pays
counts against the buyer's later claims, so claims are replayed in the order they were looked at.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from guanxi.trade.rules.protection import Asked, Limits, hindrances

SPAN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Look:
    """One look as it was kept. `paid_before` counts from before the replay's beginning as well; `kind_most` is the procedure's
    own bound; `others`: hindrances no limit has to do with ("claimed", "other_side")."""

    key: int
    scheme: str
    buyer: int
    made: datetime
    amount_minor: int
    fund_minor: int
    paid_before: int
    abuse: float
    kind_most: int
    proven: bool
    paid: bool
    others: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Replayed:
    """What would have become of a look: paid by machine, or why not."""

    look: Look
    paid: bool
    hindered: Sequence[str]


def replay(looks: Sequence[Look], limits: Mapping[str, Limits]) -> list[Replayed]:
    """Every look under these limits by scheme, in the order they were made; a scheme without limits stays as it was."""
    more: dict[int, list[tuple[datetime, int]]] = defaultdict(
        list
    )  # buyer -> (when, +1 paid now and not then, -1)
    found = []
    for look in sorted(looks, key=lambda one: (one.made, one.key)):
        now = limits.get(look.scheme)
        one = Replayed(look, look.paid, ()) if now is None else _again(look, now, more[look.buyer])
        if one.paid != look.paid:
            more[look.buyer].append((look.made, 1 if one.paid else -1))
        found.append(one)
    return found


def _again(look: Look, limits: Limits, changed: Sequence[tuple[datetime, int]]) -> Replayed:
    if not look.proven:
        return Replayed(look, False, ())
    before = look.paid_before + sum(by for when, by in changed if look.made - when < SPAN)
    bounded = Limits(min(limits.automatic_most, look.kind_most), limits.per_buyer, limits.abuse_below)
    asked = Asked(look.amount_minor, look.fund_minor, max(0, before), look.abuse)
    hindered = [*hindrances(asked, bounded), *look.others]
    return Replayed(look, not hindered, hindered)


@dataclass(frozen=True, slots=True)
class Sum:
    """How a month comes out: claims looked at, proven, paid by machine, what those cost."""

    claims: int
    proven: int
    paid: int
    cost_minor: int


def summed(found: Sequence[Replayed]) -> Sum:
    paid = [one for one in found if one.paid]
    return Sum(
        len(found),
        sum(one.look.proven for one in found),
        len(paid),
        sum(one.look.amount_minor for one in paid),
    )


def summed_then(found: Sequence[Replayed]) -> Sum:
    """The same month as it was."""
    return summed([Replayed(one.look, one.look.paid, ()) for one in found])
