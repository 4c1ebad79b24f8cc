"""File names of strangers, made harmless. Pure."""

import re
import unicodedata

NAME_CHARS_MAX = 120
# Control, bidirectional, zero-width and private characters: they make `gpj.exe` look like `exe.jpg`.
_UNSEEN = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp", "Cn"}
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)


def clean(name: str) -> str:
    """The last part of a name as people may see and store it: no path, nothing unseen, at most `NAME_CHARS_MAX` characters.

    The extension survives. What leaves nothing becomes "file".
    """
    name = unicodedata.normalize("NFC", name[-2000:])
    name = "".join(" " if sign.isspace() else sign for sign in name if _is_seen(sign))
    name = _FORBIDDEN.sub("_", re.split(r"[/\\]", name)[-1])
    name = " ".join(name.split()).strip(". ")
    if _RESERVED.match(name):
        name = f"_{name}"
    return _shortened(name) or "file"


def _is_seen(sign: str) -> bool:
    return sign in "\t\n" or unicodedata.category(sign) not in _UNSEEN


def _shortened(name: str) -> str:
    if len(name) <= NAME_CHARS_MAX:
        return name
    stem, dot, end = name.rpartition(".")
    if not dot or len(end) > 10:
        return name[:NAME_CHARS_MAX].rstrip(". ")
    return stem[: NAME_CHARS_MAX - len(end) - 2].rstrip(". ") + "…." + end


def extension(name: str) -> str:
    """The last extension in small letters, without its dot; "" where there is none."""
    return name.rpartition(".")[2].lower() if "." in name else ""
