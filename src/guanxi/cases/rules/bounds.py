"""Within which bounds a pack or an administrator may set limits and amounts. Pure.

States, clocks and the longest limits stand in `machine`; here is what else must hold, for files and for pages alike.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from guanxi.cases.rules import longest, machine
from guanxi.cases.rules.policy import CaseKind
from guanxi.core.procedure import Clock

STEP_MINUTES = 15
"""People count in quarters of an hour, and so does the search for the worst minute of a day (`longest`)."""
PARTY_LEAST_MINUTES = 240
"""What a party has at least to act in: a limit that nobody can keep would decide unheard."""
FIXED = (machine.APPEALABLE, machine.PENALTY_APPEAL)
"""The windows to appeal are a right: the table alone sets them."""

_TIME = re.compile(r"(\d{1,4}) ?(min|h|d|分钟|小时|天)")
_MINUTES = {"min": 1, "h": 60, "d": 1440, "分钟": 1, "小时": 60, "天": 1440}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong: quarters, longer, fixed or party, and the minutes that would be the bound."""

    code: str
    bound: int


def read_minutes(text: str) -> int:
    """ "30 min", "4 h", "7 d" (or the same in Chinese) as minutes. Raises `ValueError` for anything else, and for nothing."""
    match = _TIME.fullmatch(text.strip())
    if match is None or int(match[1]) == 0:
        raise ValueError(text)
    return int(match[1]) * _MINUTES[match[2]]


def in_words(minutes: float) -> str:
    """The form a pack writes: "30 min", "4 h", "7 d"; from two days on in days where it is whole."""
    for size, unit, least in ((1440, "d", 2), (60, "h", 1)):
        if minutes % size == 0 and minutes >= size * least:
            return f"{int(minutes // size)} {unit}"
    return f"{minutes:g} min"


def limit_fault(key: str, minutes: int) -> Fault | None:
    """What is wrong with so long a limit for this key of `machine.LIMITS`; None: nothing."""
    limit = machine.LIMITS[key]
    most = int(limit.duration.total_seconds() // 60)
    if minutes % STEP_MINUTES and limit.clock is not Clock.PLAIN:
        return Fault("quarters", STEP_MINUTES)
    if minutes > most:
        return Fault("longer", most)
    if minutes and key in FIXED and minutes != most:
        return Fault("fixed", most)
    heard = limit.clock is Clock.PARTY and limit.on_expiry != "climb"
    return (
        Fault("party", PARTY_LEAST_MINUTES) if minutes and heard and minutes < PARTY_LEAST_MINUTES else None
    )


def automatic_fault(*, scheme: str, most: int, over: int | None, always: bool, money: bool) -> str:
    """Why an issue kind cannot be paid by itself up to `most`: scheme, money, always or over; "": it can."""
    if bool(scheme) != bool(most):
        return "scheme"
    if most and not money:
        return "money"
    if most and always:
        return "always"
    return "over" if most and over is not None and most > over else ""


def too_long(kind: CaseKind) -> Sequence[tuple[str, bool, timedelta]]:
    """(begun by, with a consultation, how long) of every longest path over its bound; none: the kind keeps the promise."""
    return [
        (begun, asked, path.elapsed)
        for (begun, asked), path in longest.all_paths(kind).items()
        if path.elapsed > (longest.MOST_WITH_CONSULTATION if asked else longest.MOST)
    ]
