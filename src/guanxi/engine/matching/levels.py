"""Comparison levels: in which of a few ways two values agree. Pure and symmetric; values are normal forms.

Of each field the levels stand best first. A field that one side does not have is not compared and says nothing.
"""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA

from guanxi.engine.divisions import MUNICIPALITIES
from guanxi.engine.matching.names import compare_names
from guanxi.engine.matching.person import FIELDS, Person
from guanxi.engine.normalise import is_shared
from guanxi.engine.pinyin import read

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
    "document": ("same", "typo", "other", "differs"),
    "phone": ("same", "typo", "differs"),
    # role: one mailbox of several people (info@). base: but for a plus tag. local: same part before the @, other host.
    "email": ("same", "role", "base", "typo", "local", "differs"),
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
        return "role" if is_shared("email", one) else "same"
    (local, _, host), (other_local, _, other_host) = one.rpartition("@"), other.rpartition("@")
    if host == other_host and local.partition("+")[0] == other_local.partition("+")[0]:
        return "base"
    if OSA.distance(one, other, score_cutoff=2) <= (2 if len(one) > 16 else 1) and _digits(one) == _digits(
        other
    ):
        return "typo"
    return "local" if local == other_local and len(local) > 3 else "differs"


def _digits(email: str) -> str:
    """zhouli5 and zhouli8 are two people called so rather than a slip."""
    return "".join(filter(str.isdigit, email))


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
    if "-" in (one[:1], other[:1]):  # no year
        return "partial" if one[-5:] == other[-5:] else "differs"
    short = min(len(one), len(other))
    if short < 10:
        return "partial" if one[:short] == other[:short] else "differs"
    if one[:5] + one[8:] + one[4:7] == other:
        return "swapped"
    if OSA.distance(one, other, score_cutoff=1) <= 1:
        return "digit"
    if one[:4] != other[:4]:
        return "differs"
    return (
        "partial" if "-01-01" in (one[4:], other[4:]) else "year"
    )  # the day that is put where none is known


def _document(one: str, other: str) -> str:
    """Two documents of different kinds say nothing against each other."""
    if one.partition(":")[0] != other.partition(":")[0]:
        return "other"
    return _number(one, other)


def _address(one: str, other: str) -> str:
    if one == other:
        return "same"
    ours, theirs = _Place(*_four(one)), _Place(*_four(other))
    if not _within(ours.division, theirs.division):
        return "city" if _same_city(ours.division, theirs.division) else "differs"
    if not (ours.road and theirs.road and _same_road(ours.road, theirs.road)):
        return _no_nearer_than(ours.division, theirs.division)
    if not ours.number or ours.number != theirs.number:
        return "road"
    return "same" if ours.rest == theirs.rest else "building"


class _Place(NamedTuple):
    division: str
    road: str
    number: str
    rest: str


def _four(key: str) -> list[str]:
    return [*key.split("|", 3), "", "", ""][:4]


def _within(one: str, other: str) -> bool:
    """Whether one may lie in the other: 330100 holds 330106, and what is not said holds everything."""
    if one == other or not (one and other):
        return True
    size = min(len(one.rstrip("0")), len(other.rstrip("0")))
    return one[: size + size % 2] == other[: size + size % 2]


def _same_city(one: str, other: str) -> bool:
    return len(one) == len(other) == 6 and (one[:4] == other[:4] or one[:2] == other[:2] in MUNICIPALITIES)


def _no_nearer_than(one: str, other: str) -> str:
    """Two places of which only the divisions can agree."""
    if not (one and other):
        return "differs"
    return "district" if one == other and not one.endswith("00") else "city"


def _same_road(one: str, other: str) -> bool:
    """文三路 is wensanlu."""
    if one == other:
        return True
    if one.isascii() == other.isascii():
        return False
    han, latin = (other, one) if one.isascii() else (one, other)
    return "".join(read(han)).replace("v", "u") == latin.replace(" ", "")


_COMPARISONS: Final[dict[str, Callable[[str, str], str]]] = {
    "name": compare_names,
    "birth": _birth,
    "gender": _equal,
    "national_id": _number,
    "document": _document,
    "phone": _number,
    "email": _email,
    "member": _number,
    "open_id": _equal,
    "device": _equal,
    "address": _address,
}
