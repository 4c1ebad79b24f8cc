"""What a classifier sees of a text: CJK characters, bigrams and trigrams; Latin words, pairs and pieces of them.

Chinese has no blanks between words: a tokenizer that splits at blanks sees one word per sentence. Traditional and
simplified, full and half width, upper and lower case are the same here; a number counts as a number, whichever it is.
Every function takes any text at all and does work proportional to its length.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from guanxi.engine.names import simplified

READ_CHARS_MAX: Final = 4_000  # of a text; whoever has said more has said what it is about
SENTENCES_MAX: Final = 40
WORD_CHARS_MAX: Final = 24
STEM_CHARS: Final = 5

_RUNS = re.compile(
    r"(?P<cjk>[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+)"
    r"|(?P<number>[0-9]+(?:[.,:][0-9]+)*)"
    r"|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)?)"
    r"|(?P<mark>[?!])"
)
# What ends a clause: sentence marks and line ends; commas and joining words too, since two complaints often share a sentence.
_ENDS = re.compile(
    r"(?P<sentence>[。！？!?；;\n]+|\.(?=\s|$))|[，,、…]+|\s(?=(?:and|but|then|yet|so|also)\s)", re.IGNORECASE
)
_HALVES = re.compile(r"[\ud800-\udfff]")  # of a character that was cut apart
_UNITS = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]|[^\W\d_]+")
CLAUSE_UNITS_MIN: Final = 3  # CJK characters or words; a shorter piece of a sentence joins its neighbour


def clauses(text: str) -> list[tuple[int, int]]:
    """(start, end) of the clauses of `text`, in order, without the blanks around them; at most `SENTENCES_MAX`."""
    spans: list[tuple[int, int]] = []
    begins = True
    short = False  # whether the last one is too short to stand alone and its sentence goes on
    for start, end, last in _pieces(text[:READ_CHARS_MAX]):
        few = len(_UNITS.findall(text, start, end)) < CLAUSE_UNITS_MIN
        full = len(spans) == SENTENCES_MAX
        if spans and (full or short or (few and not begins)):
            spans[-1] = (spans[-1][0], end)
            short = short and few and not last
        else:
            spans.append((start, end))
            short = few and not last
        begins = last
    return spans


def _pieces(text: str) -> Iterator[tuple[int, int, bool]]:
    """(start, end, whether its sentence ends with it)."""
    start = 0
    for found in _ENDS.finditer(text):
        for left, right in _stripped(text, start, found.end()):
            yield left, right, found.lastgroup == "sentence"
        start = found.end()
    for left, right in _stripped(text, start, len(text)):
        yield left, right, True


def _stripped(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    if piece.strip():
        yield start + left, start + len(piece.rstrip())


def fold(text: str) -> str:
    """`text` as it is compared: compatible forms, lower case, simplified characters."""
    if text.isascii():
        return text.lower()
    return simplified(unicodedata.normalize("NFKC", _HALVES.sub(" ", text)).casefold())


def tokens(text: str) -> list[str]:
    """The features in one piece of text, in order, repeated as they repeat."""
    return list(_tokens(fold(text[:READ_CHARS_MAX])))


def _tokens(text: str) -> Iterator[str]:
    before = ""
    for found in _RUNS.finditer(text):
        run, kind = found.group(), found.lastgroup
        if kind == "cjk":
            yield from _grams(run)
            before = ""
            continue
        word = "0" if kind == "number" else run[:WORD_CHARS_MAX]
        yield word
        if before:
            yield f"{before} {word}"
        if kind == "word":
            yield from _pieces_of(word)
        before = word


def _pieces_of(word: str) -> Iterator[str]:
    """How a long word begins, and its trigrams: refund, refunded and "refundd" have most of them in common."""
    if len(word) > STEM_CHARS:
        yield word[:STEM_CHARS] + "*"
    for start in range(len(word) - 2):
        yield "~" + word[start : start + 3]


def _grams(run: str) -> Iterator[str]:
    for size in (1, 2, 3):
        for start in range(len(run) - size + 1):
            yield run[start : start + size]
