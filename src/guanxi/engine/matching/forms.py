"""What a name key says in the ways names are compared: characters, words, how it is read, whose family."""

import functools
from itertools import islice, permutations, product
from typing import Final, NamedTuple

from guanxi.engine.names import is_full_name, is_nickname, key_parts, split_key
from guanxi.engine.pinyin import family_readings, is_pinyin, plain, readings
from guanxi.engine.romanisation import pinyin_families, romanisations

READINGS_MAX: Final = 8
KEYS_MAX: Final = 4  # readings that make blocking keys
WORDS_MAX: Final = 4  # all orders of more words than this are not tried
_ONE_WORD_MIN: Final = 6  # letters of a whole Chinese name in one word: zhanghaimin, but not lina
_FAMILIAR: Final = frozenset("小老")  # before a family name; 阿 stands before a given one
# ü is typed as v, u or yu; the name key has folded its dots away already.
_UMLAUTS: Final = {"lv": "lu", "nv": "nu", "lyu": "lu", "nyu": "nu"}


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
    said: tuple[str, ...]  # the likeliest of `spoken`, in order; of Latin words in one order only
    family_keys: tuple[str, ...]  # the family in Pinyin, as far as it can be told: what two scripts share


@functools.lru_cache(maxsize=65_536)
def name_forms(key: str) -> NameForms:
    """Remembered, since one contact is compared with many and a customer again and again."""
    east, words = key_parts(key)
    if not east:
        return _western(key, tuple(sorted(words)))
    nickname = is_nickname(east)
    family, given = ("", "") if nickname else split_key(east)
    family_read, given_read = _family_aloud(family), _given_aloud(given)
    said = tuple([one + other for one in family_read for other in given_read])
    called = _family_aloud(east[1]) if nickname and east[0] in _FAMILIAR else family_read
    return NameForms(
        key=key,
        full=is_full_name(key),
        nickname=nickname,
        east=east,
        west=tuple(sorted(words)),
        family=family,
        given=given,
        spoken=frozenset(said),
        given_spoken=frozenset(given_read) if given else frozenset(),
        families=_spelt(family) if family else frozenset(),
        said=said[:KEYS_MAX] if given else (),
        family_keys=tuple(called) if called != [""] else (),
    )


def _western(key: str, words: tuple[str, ...]) -> NameForms:
    said = "".join(_UMLAUTS.get(word, word) for word in words)
    in_one_word = [one for word in words if len(word) >= _ONE_WORD_MIN for one in _families_in(word)]
    families = dict.fromkeys(one for word in words if len(word) > 1 for one in (word, *pinyin_families(word)))
    return NameForms(
        key=key,
        full=is_full_name(key) or bool(in_one_word),
        nickname=False,
        east="",
        west=words,
        family="",
        given="",
        spoken=_joined(words),
        given_spoken=frozenset(),
        families=frozenset(),
        said=(said,),
        family_keys=tuple(dict.fromkeys((*families, *in_one_word))),
    )


@functools.lru_cache(maxsize=16_384)
def _families_in(word: str) -> tuple[str, ...]:
    """The family names that a name in one word may begin or end with: zhang of zhanghaimin; none of another language."""
    sizes = range(2, min(len(word) - 1, 9))
    parts = (part for size in sizes for part in ((word[:size], word[size:]), (word[-size:], word[:-size])))
    return tuple([family for family, rest in parts if family in pinyin_families(family) and is_pinyin(rest)])


@functools.lru_cache(maxsize=1024)
def _spelt(family: str) -> frozenset[str]:
    return romanisations(family, _family_aloud(family))


@functools.lru_cache(maxsize=1024)
def _family_aloud(family: str) -> list[str]:
    return _aloud(family_readings(family))


@functools.lru_cache(maxsize=65_536)
def _given_aloud(given: str) -> list[str]:
    return _aloud(readings(given))


def _aloud(characters: list[list[str]]) -> list[str]:
    """Every way to read some characters, in one word, ü as u; [""] of none."""
    choices = [dict.fromkeys(plain(one).replace("v", "u") for one in found) for found in characters]
    return ["".join(choice) for choice in islice(product(*choices), READINGS_MAX)]


def _joined(words: tuple[str, ...]) -> frozenset[str]:
    spelt = [_UMLAUTS.get(word, word) for word in words]
    if not 0 < len(spelt) <= WORDS_MAX:
        return frozenset({"".join(spelt)} if spelt else ())
    return frozenset("".join(order) for order in permutations(spelt))
