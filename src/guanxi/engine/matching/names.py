"""Comparison of two name keys: order-free, across scripts, with what goes wrong when names are written down."""

import functools

from rapidfuzz.distance import OSA, JaroWinkler

from guanxi.engine.matching.forms import NameForms, name_forms
from guanxi.engine.romanisation import same_family
from guanxi.engine.short_names import same_first_name

_ALIKE_MIN = 0.93  # Jaro-Winkler of two long words that are one, misspelt


@functools.lru_cache(maxsize=65_536)
def compare_names(one: str, other: str) -> str:
    """The level of two name keys (see `levels.LEVELS`); symmetric."""
    if one > other:
        one, other = other, one
    ours, theirs = name_forms(one), name_forms(other)
    if one == other:
        return "same" if ours.full else "word"
    if ours.east and theirs.east:
        return _by_characters(ours, theirs)
    if ours.east or theirs.east:
        return _across(ours, theirs) if ours.east else _across(theirs, ours)
    return _by_words(ours, theirs)


def _by_characters(ours: NameForms, theirs: NameForms) -> str:
    one, other = ours.east, theirs.east
    if one == other:
        return "same" if ours.full and theirs.full and not (ours.west and theirs.west) else "part"
    if not (ours.full and theirs.full) or ours.nickname or theirs.nickname:
        return "word" if _short_for(ours, theirs) or _short_for(theirs, ours) else "differs"
    if one in (theirs.given + theirs.family, other) or other == ours.given + ours.family:
        return "same"
    if not ours.spoken.isdisjoint(theirs.spoken):
        return "homophone"
    if ours.family == theirs.family:
        return "character" if _one_character(ours.given, theirs.given) else "half"
    if ours.given == theirs.given:
        return "character" if len(ours.given) > 1 else "half"
    return "differs"


def _one_character(one: str, other: str) -> bool:
    return max(len(one), len(other)) > 1 and OSA.distance(one, other, score_cutoff=1) <= 1


def _short_for(short: NameForms, long: NameForms) -> bool:
    """张 or 欧阳 for the family, 小王 or 阿明 for somebody called so."""
    if short.nickname:
        return short.east[1] in long.east
    return not short.given and long.family == short.east


def _across(east: NameForms, west: NameForms) -> str:
    if not east.spoken.isdisjoint(west.spoken):
        return "reading"
    words = set(west.west)
    if east.given and not words.isdisjoint(east.spoken):
        return "part"  # zhanghaimin david
    families = words & east.families
    if not families:
        return "differs"
    rest = words - {min(families)} if len(families) == 1 else set(west.west[1:])
    if not rest or not east.given:
        return "word"
    if any(_joins(rest, given) for given in east.given_spoken):
        return "variant" if len(words) == 2 else "part"
    return _rest(rest, east)


def _joins(rest: set[str], given: str) -> bool:
    """Whether some of the words, in some order, make up the given name: xiao ming, or ming with david beside."""
    for word in rest:
        if word == given:
            return True
        if given.startswith(word) and _joins(rest - {word}, given[len(word) :]):
            return True
    return False


def _rest(rest: set[str], east: NameForms) -> str:
    joined = "".join(sorted(rest))
    if len(rest) <= 2 and len(joined) <= 3 and any(_initials_of(rest, given) for given in east.given_spoken):
        return "initials"
    if any(
        OSA.distance(joined, given, score_cutoff=1) <= 1 and len(given) > 3 for given in east.given_spoken
    ):
        return "typo"
    return "word"


def _initials_of(rest: set[str], given: str) -> bool:
    return all(len(word) <= 2 for word in rest) and min(rest, key=len)[0] == given[0]


def _by_words(ours: NameForms, theirs: NameForms) -> str:
    if not ours.spoken.isdisjoint(theirs.spoken):
        return "reading"
    return compare_words(ours.west, theirs.west)


def compare_words(one: tuple[str, ...], other: tuple[str, ...]) -> str:
    """The level of two names in Latin words that are not read alike; symmetric."""
    few, many = sorted((one, other), key=len)
    kinds = _aligned(list(few), list(many))
    agreeing = [kind for kind in kinds if kind != "differs"]
    if not agreeing:
        return "differs"
    if len(agreeing) < len(few):
        return "half"
    worst = max(kinds, key=_KINDS.index)
    if worst != "same":
        return worst if len(few) > 1 else "half"
    return "part" if len(few) > 1 else "word"


_KINDS = ("same", "typo", "variant", "initials", "differs")


def _aligned(few: list[str], many: list[str]) -> list[str]:
    """How each of the fewer words is met by one of the others: the best pairs first, each word once."""
    pairs = sorted((_KINDS.index(_words(a, b)), a, b) for a in set(few) for b in set(many))
    found = []
    for kind, a, b in pairs:
        if a in few and b in many and kind < len(_KINDS) - 1:
            few.remove(a)
            many.remove(b)
            found.append(_KINDS[kind])
    return found + ["differs"] * len(few)


@functools.lru_cache(maxsize=65_536)
def _words(one: str, other: str) -> str:
    if one == other:
        return "same"
    short, long = min(len(one), len(other)), max(len(one), len(other))
    if short == 1:
        return "initials" if one[0] == other[0] else "differs"
    if short > 2 and OSA.distance(one, other, score_cutoff=1) <= 1:
        return "typo"
    if long > 5 and JaroWinkler.similarity(one, other) >= _ALIKE_MIN:
        return "typo"
    return "variant" if same_family(one, other) or same_first_name(one, other) else "differs"
