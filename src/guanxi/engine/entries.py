"""What every normaliser takes and gives: an entry as typed, and its normal form beside it."""

from typing import NamedTuple

from guanxi.engine.cleaning import compatible, visible


class Normalised(NamedTuple):
    """`value`: the key to match by; `verbatim`: as typed, less the invisible; `flags`: what to know of it."""

    kind: str
    value: str
    verbatim: str
    flags: tuple[str, ...] = ()


class NotNormalisable(ValueError):
    """The entry is no `kind`; `reason_code` says why. Never holds the entry."""

    def __init__(self, kind: str, reason_code: str) -> None:
        super().__init__(f"{kind}: {reason_code}")
        self.kind = kind
        self.reason_code = reason_code


def entry(kind: str, text: str, chars_max: int) -> str:
    """The visible part of an entry, bounded before costly work and after unfolding compatibility forms."""
    if len(text) > 4 * chars_max:
        raise NotNormalisable(kind, "too_long")
    shown = visible(text)
    if not shown:
        raise NotNormalisable(kind, "empty")
    bounded(kind, shown, chars_max)
    bounded(kind, compatible(shown), chars_max)
    return shown


def bounded(kind: str, text: str, chars_max: int) -> None:
    """Raises `NotNormalisable` for what is too long."""
    if len(text) > chars_max:
        raise NotNormalisable(kind, "too_long")
