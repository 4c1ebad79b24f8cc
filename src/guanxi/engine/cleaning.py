"""What may be kept of a text somebody typed: nothing invisible, nothing that reorders or breaks a line."""

import re
import unicodedata
from collections.abc import Callable

# Without meaning in an entry. Private use (Co) and unassigned (Cn) stay: rare characters live there.
_DROPPED = frozenset({"Cc", "Cf", "Cs"})
# Letters and marks drawn as nothing: Hangul fillers, Khmer inherent vowels, grapheme joiner, braille blank.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_DRAWN_AS_NOTHING = re.compile(f"[{''.join(sorted(_BLANK))}\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def visible(text: str) -> str:
    """One line: controls, zero-width, bidi marks, lone surrogates dropped; blanks folded to one space."""
    # Printable text holds nothing to drop but what is drawn as nothing: most entries need no look at each character.
    if text.isprintable() and (text.isascii() or not _DRAWN_AS_NOTHING.search(text)):
        return " ".join(text.split())
    return " ".join("".join(map(_visible_char, text)).split())


def compatible(text: str) -> str:
    """NFKC, then visible again: some compatibility forms decompose into blanks."""
    if text.isascii() or unicodedata.is_normalized("NFKC", text):
        return visible(text)
    return visible(unicodedata.normalize("NFKC", text))


def settled(fold: Callable[[str], str], text: str, rounds_max: int = 5) -> str:
    """Repeat `fold` until it changes nothing more, so that a normalised value is its own normal form."""
    for _round in range(rounds_max):
        folded = fold(text)
        if folded == text:
            break
        text = folded
    return text


def _visible_char(char: str) -> str:
    if char.isspace() or char in _BLANK:
        return " "
    if "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef":  # variation selectors
        return ""
    return "" if unicodedata.category(char) in _DROPPED else char
