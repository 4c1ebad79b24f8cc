"""Comparison levels: in which of a few ways two values agree. Pure and symmetric; values are normal forms.

Of each field the levels stand best first. A field that one side does not have is not compared and says nothing.
"""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA

from guanxi.engine.matching.names import compare_names
from guanxi.engine.matching.person import FIELDS, Person

LEVELS: Final[dict[str, tuple[str, ...]]] = {
    # same: one key. reading: read alike across scripts or blanks. homophone: read alike, other characters.
    # typo: one edit. character: one of three Chinese characters differs, as of sisters.
    # variant: other romanisation or short form. initials: J. Keller. part: one says more.
    # word: a family name or one word, and it agrees. half: one word agrees, another does not.
    "name": (
        "same",
        "reading",
        "homophone",
        "typo",
        "variant",
        "part",
        "character",
        "initials",
        "word",
        "half",
        "differs",
    ),
    # swapped: day and month. digit: one digit, or two neighbours the other way. partial: as far as both say.
    "birth": ("same", "swapped", "digit", "partial", "year", "differs"),
    "gender": ("same", "differs"),
    "national_id": ("same", "typo", "differs"),
    "document": ("same", "typo", "differs"),
    "phone": ("same", "typo", "differs"),
    # base: but for a plus tag. local: same part before the @, other host.
    "email": ("same", "base", "typo", "local", "differs"),
    "member": ("same", "typo", "differs"),
    "open_id": ("same", "differs"),
    "device": ("same", "differs"),
    # building: same road and number, other or no room. road, district, city: as far as they agree.
    "address": ("same", "building", "road", "district", "city", "differs"),
}


class Agreement(NamedTuple):
    """How two people compare in one field: the level, and the pair of values that reached it."""

    field: str
    level: str
    one: str
    other: str


def compare(one: Person, other: Person) -> Iterator[Agreement]:
    """The best level of each field both have, over all of their values."""
    for field in FIELDS:
        ours, theirs = getattr(one, field), getattr(other, field)
        if ours and theirs:
            yield _best(field, ours, theirs)


def _best(field: str, ours: tuple[str, ...], theirs: tuple[str, ...]) -> Agreement:
    comparison, levels = _COMPARISONS[field], LEVELS[field]
    if len(ours) == len(theirs) == 1:
        return Agreement(field, comparison(ours[0], theirs[0]), ours[0], theirs[0])
    found = (Agreement(field, comparison(a, b), a, b) for a, b in product(ours, theirs))
    return min(found, key=lambda one: levels.index(one.level))


def _equal(one: str, other: str) -> str:
    return "same" if one == other else "differs"


def _number(one: str, other: str) -> str:
    """Numbers people copy: one digit wrong, lost or doubled, or two neighbours the other way round."""
    if one == other:
        return "same"
    return "typo" if OSA.distance(one, other, score_cutoff=1) <= 1 else "differs"


def _email(one: str, other: str) -> str:
    if one == other:
        return "same"
    (local, _, host), (other_local, _, other_host) = one.rpartition("@"), other.rpartition("@")
    if host == other_host and local.partition("+")[0] == other_local.partition("+")[0]:
        return "base"
    if OSA.distance(one, other, score_cutoff=2) <= (2 if len(one) > 12 else 1):
        return "typo"
    return "local" if local == other_local and len(local) > 3 else "differs"


def _birth(one: str, other: str) -> str:
    if one == other and len(one) == 10:
        return "same"
    pairs = list(product(one.split("/"), other.split("/")))
    if len(pairs) > 1 and any(a == b for a, b in pairs):
        return "partial"  # day and month could be either way
    found = [_dates(a, b) for a, b in pairs]
    return min(found, key=LEVELS["birth"].index)


def _dates(one: str, other: str) -> str:
    if one == other:
        return "same" if len(one) == 10 else "partial"
    short = min(len(one), len(other))
    if short < 10:
        return "partial" if one[:short] == other[:short] else "differs"
    if one[:5] + one[8:] + one[4:7] == other:
        return "swapped"
    if OSA.distance(one, other, score_cutoff=1) <= 1:
        return "digit"
    return "year" if one[:4] == other[:4] else "differs"


def _address(one: str, other: str) -> str:
    if one == other:
        return "same"
    ours, theirs = one.split("|"), other.split("|")
    if ours[:1] != theirs[:1] or not ours[0]:
        near = ours[0][:4] and ours[0][:4] == theirs[0][:4]
        return "city" if near else "differs"
    if len(ours) < 3 or len(theirs) < 3 or ours[1] != theirs[1] or not ours[1]:
        return "district"
    return "building" if ours[2] == theirs[2] and ours[2] else "road"


_COMPARISONS: Final[dict[str, Callable[[str, str], str]]] = {
    "name": compare_names,
    "birth": _birth,
    "gender": _equal,
    "national_id": _number,
    "document": _number,
    "phone": _number,
    "email": _email,
    "member": _number,
    "open_id": _equal,
    "device": _equal,
    "address": _address,
}
