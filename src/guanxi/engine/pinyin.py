"""How Chinese names are read, and what people type to find one: ouyangxiaowen, oyxw, ouyangxw, 欧阳xw.

The table beside this file is made by `scripts/pinyin_table.py`. A name is indexed by its syllables and by pairs of
neighbours, each in full or by its first letter, as Chinese text is by pairs of characters: eleven terms for three
characters, whatever mixture is typed.
"""

import functools
import re
import unicodedata
from array import array
from collections.abc import Iterator, Sequence
from importlib import resources
from itertools import pairwise, product
from typing import Final

from guanxi.engine.names import split_name

MARK: Final = "¬"  # begins every term, so that none is a word: neither database takes it for a break
FIRST: Final = "º"  # ends a first letter
TERMS_MAX: Final = 60
WAYS_MAX: Final = 4  # how a run of letters may be cut: xian is 先 and 西安
LETTERS_MAX: Final = 40
READINGS_MAX: Final = 2  # of one character: 乐 is le and yue
_EXTENSION, _UNIFIED = range(0x3400, 0x4DC0), range(0x4E00, 0xA000)
_RUN: Final = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
_TYPED: Final = re.compile("[\u3400-\u4dbf\u4e00-\u9fffa-zA-Z\u00c0-\u024f' ’-]+")
_LETTERS: Final = re.compile("[a-z]+")
_INITIALS: Final = ("zh", "ch", "sh", *"abcdefghjklmnopqrstwxyz")
_TONES: Final = {"1": "\u0304", "2": "\u0301", "3": "\u030c", "4": "\u0300"}


class _Table:
    """The file, read once: some 60 KB for 27,000 characters, since each keeps only the number of its syllable."""

    def __init__(self) -> None:
        self.spoken: list[str] = [""]
        self.first = array("H", bytes(2 * (len(_EXTENSION) + len(_UNIFIED))))
        self.others: dict[str, list[str]] = {}
        self.families: dict[str, tuple[str, ...]] = {}
        text = (resources.files("guanxi.engine") / "pinyin.txt").read_text("utf-8")
        first, others, families = (part.splitlines() for part in re.split("# .*\n", text))
        for line in first:
            self._read_first(*line.split(" "))
        for line in others:
            self._read_other(*line.split(" "))
        for line in families:
            reading, name = line.split(" ")
            self.families[name] = tuple(re.findall("[a-z]+[1-4]?", reading))
        usual = {plain(one) for one in self.spoken if one}
        self.syllables = frozenset(usual | {one.replace("v", "u") for one in usual})

    def _read_first(self, syllable: str, chars: str) -> None:
        self.spoken.append(syllable)
        for char in chars:
            self.first[_place(char)] = len(self.spoken) - 1

    def _read_other(self, syllable: str, chars: str) -> None:
        for char in chars:
            self.others.setdefault(char, []).append(syllable)

    def readings(self, char: str) -> list[str]:
        """With tone numbers, the usual one first; none for what is no Chinese character."""
        usual = self.spoken[self.first[_place(char)]] if _RUN.fullmatch(char) else ""
        return [usual, *self.others.get(char, [])] if usual else []


def _place(char: str) -> int:
    code = ord(char)
    return code - 0x4E00 + len(_EXTENSION) if code in _UNIFIED else code - 0x3400


@functools.cache
def _table() -> _Table:
    return _Table()


def plain(syllable: str) -> str:
    """Without its tone: xiao3 is xiao."""
    return syllable.rstrip("12345")


def pinyin(name: str) -> str:
    """A name as it is read, family first, each part in one word: "ouyang xiaowen"; "" without Chinese characters."""
    return " ".join("".join(map(plain, part)) for part in _parts(name))


def initials(name: str) -> str:
    """The first letter of each syllable: "oyxw"."""
    return "".join(syllable[0] for part in _parts(name) for syllable in part)


def spoken(name: str) -> str:
    """A name in print, with tones and capitals: "Ōuyáng Xiǎowén"."""
    words = ("".join(_with_apostrophes([_accented(one) for one in part])) for part in _parts(name))
    return " ".join(word[:1].upper() + word[1:] for word in words)


def _with_apostrophes(syllables: Sequence[str]) -> Iterator[str]:
    for number, one in enumerate(syllables):
        vowel = unicodedata.normalize("NFD", one)[0] in "aeo"
        yield f"'{one}" if number and vowel else one


def _accented(syllable: str) -> str:
    """xiao3 is xiǎo: the tone stands on a or e, on the o of ou, else on the last vowel."""
    letters, tone = plain(syllable).replace("v", "ü"), _TONES.get(syllable[-1:], "")
    at = next((letters.index(one) for one in ("a", "e", "ou") if one in letters), -1)
    if at < 0:
        at = max(map(letters.rfind, "iouü"))
    return unicodedata.normalize("NFC", f"{letters[: at + 1]}{tone}{letters[at + 1 :]}") if tone else letters


def _parts(name: str) -> list[list[str]]:
    """The syllables of family and given name by their first readings, parts without any left out."""
    return [[one[0] for one in part] for part in _all_readings(name)]


def _all_readings(name: str) -> list[list[list[str]]]:
    if not _RUN.search(name):
        return []
    family, given = split_name(name)
    parts = [family_readings("".join(_RUN.findall(family))), readings("".join(_RUN.findall(given)))]
    return [part for part in parts if part]


def family_readings(family: str) -> list[list[str]]:
    """The readings of each character of a family name, that of the name first: zeng of 曾, mo and qi of 万俟."""
    table = _table()
    known = table.families.get(family)
    usual = readings(family)
    if known is None or len(known) != len(usual):
        return usual
    return [list(dict.fromkeys([one, *rest])) for one, rest in zip(known, usual, strict=True)]


def readings(text: str) -> list[list[str]]:
    """The readings of each Chinese character with tone numbers, the usual one first; other characters are left out."""
    return [found for char in text if (found := _table().readings(char))]


def terms(name: str) -> list[str]:
    """What a name is found by when somebody types how it is read; none without Chinese characters."""
    forms = [_forms(one) for part in _all_readings(name) for one in part]
    found: dict[str, None] = {}
    for full, _ in forms:
        found.update(dict.fromkeys(MARK + one for one in full))
    for (left_full, left_first), (right_full, right_first) in pairwise(forms):
        both = product([*left_full, *left_first], [*right_full, *right_first])
        found.update(dict.fromkeys(f"{MARK}{left}{MARK}{right}" for left, right in both))
    return list(found)[:TERMS_MAX]


def _forms(readings: Sequence[str]) -> tuple[list[str], list[str]]:
    """(in full, by first letters), each once. ü is typed as v or u."""
    usual = list(dict.fromkeys(map(plain, readings)))[:READINGS_MAX]
    full = list(dict.fromkeys(form for one in usual for form in (one, one.replace("v", "u"))))
    return full, [first + FIRST for first in dict.fromkeys(one[0] for one in usual)]


def heard(text: str) -> list[list[str]]:
    """Ways to understand what was typed as the reading of a name, each a list of terms that must all be there.

    Only letters, Chinese characters and blanks are taken for a name; its Chinese characters are left to the ordinary
    search. None when some letters are no pinyin at all.
    """
    if not _TYPED.fullmatch(text):
        return []
    folded = unicodedata.normalize("NFKD", text.lower().replace("ü", "v"))
    runs = _LETTERS.findall(
        "".join(char for char in folded if not unicodedata.combining(char) and char not in "'’")
    )
    apart = [_cuts(run) for run in runs if len(run) <= LETTERS_MAX]
    if not runs or len(apart) != len(runs) or not all(apart):
        return []
    joined = _cuts("".join(runs)) if len(runs) > 1 and not _RUN.search(text) else []
    if joined and all(len(run) == 1 for run in runs):  # "w a" is 王安 rather than somebody called wa
        joined = [tuple(run + FIRST for run in runs), *joined]
    ways = [[term for cut in choice for term in _wanted(cut)] for choice in product(*_few(apart))]
    ways = [*(_wanted(cut) for cut in joined[:2]), *ways]
    return [way for way in ways if way][:WAYS_MAX]


def _few(apart: list[list[tuple[str, ...]]]) -> list[list[tuple[str, ...]]]:
    """All cuts of a lone run, the best of several: the choices multiply."""
    return apart if len(apart) == 1 else [cuts[:2] if len(apart) == 2 else cuts[:1] for cuts in apart]


def _wanted(cut: Sequence[str]) -> list[str]:
    """The fewest terms that say the same: pairs, or the only syllable. One letter alone says too little."""
    if len(cut) == 1:
        return [] if cut[0].endswith(FIRST) else [MARK + cut[0]]
    return [f"{MARK}{left}{MARK}{right}" for left, right in pairwise(cut)]


@functools.lru_cache(maxsize=1_000)
def _cuts(letters: str) -> list[tuple[str, ...]]:
    """The best ways to cut letters into syllables and first letters ("oº"): fewest pieces, then fewest first letters."""
    known = _table().syllables
    best: list[list[tuple[str, ...]]] = [[()]]
    for end in range(1, len(letters) + 1):
        found = []
        for start in range(max(0, end - 6), end):
            piece = letters[start:end]
            pieces = [piece] if piece in known and len(piece) > 1 else []
            if piece in _INITIALS or (
                end == len(letters) and _begins(piece)
            ):  # the last one is still being typed
                pieces.append(piece[0] + FIRST)
            found += [(*before, one) for before in best[start] for one in pieces]
        found.sort(key=lambda cut: (len(cut), sum(one.endswith(FIRST) for one in cut)))
        best.append(found[:WAYS_MAX])
    letter_by_letter = tuple(one + FIRST for one in letters)
    if set(letters) <= set(_INITIALS) and letter_by_letter not in best[-1]:
        return [*best[-1][: WAYS_MAX - 1], letter_by_letter]  # lan may be 李安娜
    return best[-1]


@functools.lru_cache(maxsize=1_000)
def _begins(piece: str) -> bool:
    return any(one.startswith(piece) for one in _table().syllables)


def is_pinyin(letters: str) -> bool:
    """Whether letters are one to three whole syllables: haimin, but not alexander."""
    return _whole_syllables().fullmatch(letters) is not None


@functools.cache
def _whole_syllables() -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(sorted(_table().syllables, key=len, reverse=True))}){{1,3}}")


def read(text: str) -> list[str]:
    """The syllables of any Chinese text by their first readings, without tones: ["an", "jian"] of 案件."""
    return [plain(one[0]) for one in readings(text)]
