"""The limits and weights of a classification: data of a version, checked when it is read."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

STANDINGS: Final = (
    "suspect",  # no open account, never held one, guarantees none
    "latent",  # no open account, but held one once or guarantees one
    "inactive",  # an open account on which next to nothing happens
    "loyal_high",
    "loyal_low",
    "disloyal_high",
    "disloyal_low",
)
LIVE: Final = 3  # the standing from which on a relation lives
TIERS: Final = ("", "core", "key", "general")  # "" for whoever is not live

WEIGHTS: Final = {
    "accounts": 0.20,
    "breadth": 0.20,
    "engagement": 0.20,
    "tenure": 0.10,
    "recommends": 0.10,
    "feedback": 0.10,
    "insensitivity": 0.10,
}
HALVES: Final = {"accounts": 1.0, "breadth": 2.0, "engagement": 10.0, "tenure": 3.0, "feedback": 2.0}


@dataclass(frozen=True, slots=True)
class Policy:
    """One version. Shares are of 0..1; raises ValueError for what contradicts itself.

    `weights`: how much each component of loyalty counts. Those named in `halves` are counts and saturate as v / (v + half);
    the others are shares already. `own_min`: own transactions in 90 days below which an open account sleeps. `core_share` and
    `key_share`: of all positive profit, made by core customers and by core and key together. `loyal_min` with `score_margin`
    and `tier_margin` hold a class where it was; `coverage_min`: known weight below which nobody is called loyal.
    """

    version: str = "1"
    own_min: int = 1
    core_share: float = 0.50
    key_share: float = 0.80
    tier_margin: float = 0.05
    loyal_min: float = 0.50
    score_margin: float = 0.04
    coverage_min: float = 0.50
    twice: bool = True  # a new class of a live relation must be seen in two runs in a row
    weights: Mapping[str, float] = field(default_factory=lambda: dict(WEIGHTS))
    halves: Mapping[str, float] = field(default_factory=lambda: dict(HALVES))

    def __post_init__(self) -> None:
        if not 0 < self.core_share < self.key_share <= 1:
            raise ValueError(
                "Core customers make a share above 0, core and key together a greater one, at most 1."
            )
        if not 0 <= self.tier_margin < min(self.core_share, (self.key_share - self.core_share) / 2 + 1e-12):
            raise ValueError("The tiers' margins touch: core and key could not be told apart.")
        if not 0 <= self.score_margin <= self.loyal_min <= 1 - self.score_margin:
            raise ValueError("The limit of loyalty and its margin lie within 0 and 1.")
        if not 0 <= self.coverage_min <= 1 or self.own_min < 0:
            raise ValueError("Coverage is a share, transactions are counted from 0.")
        if (
            not self.weights
            or any(weight < 0 for weight in self.weights.values())
            or not sum(self.weights.values())
        ):
            raise ValueError("Weights are not negative, and some are above 0.")
        if any(half <= 0 for half in self.halves.values()) or not self.halves.keys() <= self.weights.keys():
            raise ValueError("What saturates has a weight, and half of it is above 0.")

    def as_dict(self) -> dict[str, Any]:
        """As JSON keeps it; `from_dict` reads it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> "Policy":
        """Raises ValueError for what is missing, unknown or contradicts itself."""
        try:
            return cls(**given)
        except TypeError as error:
            raise ValueError(f"Not a policy: {error}") from error
