"""Words people write: cleaned, titled, and the language they are in. Pure."""

import re

TEXT_CHARS_MAX = 10_000
TITLE_CHARS = 40

_END = re.compile(r"(?<=[。！？!?\n])|(?<=\.)(?=\s)")


def title_of(text: str) -> str:
    """The first sentence of the text, cut at a word where it is long: a title until somebody gives a better one."""
    first = next((part.strip() for part in _END.split(text) if part.strip()), text.strip()).replace("\n", " ")
    first = first.rstrip("。.!！?？,，;；") or first
    if len(first) <= TITLE_CHARS:
        return first
    cut = first[: TITLE_CHARS - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > TITLE_CHARS // 2 else cut).rstrip() + "…"


def language_of(text: str, fallback: str) -> str:
    """`zh-hans` when at least a tenth of the letters are CJK, `en` when there are letters at all, else `fallback`."""
    letters = [char for char in text if char.isalpha()]
    if not letters:
        return fallback
    cjk = sum("\u3400" <= char <= "\u9fff" or "\U00020000" <= char <= "\U0003ffff" for char in letters)
    return "zh-hans" if cjk * 10 >= len(letters) else "en"
