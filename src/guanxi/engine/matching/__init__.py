"""Are these two the same person? Comparison levels, blocking keys and a Fellegi-Sunter score, pure and explained.

    weights = default_weights()
    match = score(contact, customer, weights)       # two `Person`; a customer is `Person.of_all(records)`
    match.decision                                  # "same", "review" or "new"
    match.lines                                     # the waterfall: prior, each field, the household
    blocking_keys(contact)                          # 64-bit keys: whoever shares one is worth a comparison

Everything takes values that `engine.normalise` has made. `docs/identity.md` tells how the decision is made.
"""

from guanxi.engine.matching.blocking import blocking_keys, blocking_terms
from guanxi.engine.matching.levels import LEVELS, compare
from guanxi.engine.matching.person import FIELDS, Person
from guanxi.engine.matching.scoring import BITS_MAX, Line, Match, log_odds, score
from guanxi.engine.matching.weights import (
    Weights,
    WeightsRefused,
    default_weights,
    read_weights,
    weights_from,
    write_weights,
)

__all__ = [
    "BITS_MAX",
    "FIELDS",
    "LEVELS",
    "Line",
    "Match",
    "Person",
    "Weights",
    "WeightsRefused",
    "blocking_keys",
    "blocking_terms",
    "compare",
    "default_weights",
    "log_odds",
    "read_weights",
    "score",
    "weights_from",
    "write_weights",
]
