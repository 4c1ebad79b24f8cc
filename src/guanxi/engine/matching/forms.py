"""What a name key says in the ways names are compared: characters, words, how it is read, whose family."""

import functools
from itertools import islice, permutations, product
from typing import NamedTuple

from guanxi.engine.names import is_full_name, is_nickname, key_parts, split_name
from guanxi.engine.pinyin import family_readings, plain, readings
from guanxi.engine.romanisation import romanisations

READINGS_MAX = 8
WORDS_MAX = 4  # all orders of more words than this are not tried


# ü is typed as v, u or yu; the name key has folded its dots away already.
_UMLAUTS = {"lv": "lu", "nv": "nu", "lyu": "lu", "nyu": "nu"}


class NameForms(NamedTuple):
    """`spoken`: the name read aloud in one word, in every order of its words and by every reading of its characters."""

    key: str
    full: bool
    nickname: bool
    east: str
    west: tuple[str, ...]
    family: str
    given: str
    spoken: frozenset[str]
    given_spoken: frozenset[str]
    families: frozenset[str]  # how the family may be written in Latin letters


@functools.lru_cache(maxsize=65_536)
def name_forms(key: str) -> NameForms:
    """Remembered, since one contact is compared with many and a customer again and again."""
    east, words = key_parts(key)
    family, given = split_name(east) if east else ("", "")
    nickname = is_nickname(east)
    if nickname:
        family, given = "", ""
    family_read, given_read = _aloud(family_readings(family)), _aloud(readings(given))
    spoken = frozenset(one + other for one in family_read for other in given_read) if east else _joined(words)
    return NameForms(
        key=key,
        full=is_full_name(key),
        nickname=nickname,
        east=east,
        west=tuple(sorted(words)),
        family=family,
        given=given,
        spoken=spoken,
        given_spoken=frozenset(given_read) if given else frozenset(),
        families=romanisations(family, family_read) if family else frozenset(),
    )


def _aloud(characters: list[list[str]]) -> list[str]:
    """Every way to read some characters, in one word, ü as u; [""] of none."""
    choices = [dict.fromkeys(plain(one).replace("v", "u") for one in found) for found in characters]
    return ["".join(choice) for choice in islice(product(*choices), READINGS_MAX)]


def _joined(words: frozenset[str]) -> frozenset[str]:
    spelt = [_UMLAUTS.get(word, word) for word in sorted(words)]
    if not 0 < len(spelt) <= WORDS_MAX:
        return frozenset({"".join(spelt)} if spelt else ())
    return frozenset("".join(order) for order in permutations(spelt))
