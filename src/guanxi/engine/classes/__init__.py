"""What a relation is: three tiers by the money it brings, seven classes, each with what it was computed from.

`Policy` says the limits and weights, `cut_points` freezes what a core and a key customer bring on a policy's date, `classify`
puts every known person into exactly one class, `explain` tells why, and `recompute` gets the class from the explanation alone.
Columns are numpy arrays of shape (n,), money is whole minor units. Nothing here asks for the time or a database.
"""

from guanxi.engine.classes.deciding import Classes, Cuts, Facts, classify, cut_points
from guanxi.engine.classes.explaining import explain, recompute
from guanxi.engine.classes.policy import LIVE, STANDINGS, TIERS, Policy

__all__ = [
    "LIVE",
    "STANDINGS",
    "TIERS",
    "Classes",
    "Cuts",
    "Facts",
    "Policy",
    "classify",
    "cut_points",
    "explain",
    "recompute",
]
