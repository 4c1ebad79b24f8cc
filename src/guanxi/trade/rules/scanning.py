"""What a scan means at a stage: reading it, the walk through the bins, the check of a parcel against its order. Pure.

A scanner is a keyboard that types a code and Enter. People type the same way: "3*BK-1" counts three pieces, "!no_stock" tells
of trouble, "-" takes the last scan back, and Enter alone says that what is shown is done.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

UNDO_S = 10
"""Seconds in which the last scan can be taken back."""
HOLD_MIN = 20
"""Minutes without a scan after which an order in somebody's hands is anybody's again."""
BATCH_MOST = 60
BATCH_USUAL = 12
CODE_CHARS_MAX = 80
PIECES_MAX = 9_999

GOOD = ("taken", "counted", "full", "done", "batch", "shipped", "handed", "received", "paid", "ordered", "arrived",
        "stopped", "refused_goods", "undone", "released")  # fmt: skip
"""Outcomes that did something; every other one changed nothing."""

_TIMES = re.compile(r"(\d{1,4})\s*[*xX×]\s*(.*)")


@dataclass(frozen=True, slots=True)
class Said:
    """A scan as read. `verb`: enter (nothing but Enter), undo, trouble (`code` is its kind), code."""

    verb: str
    code: str = ""
    count: int = 0  # 0: as many as there are


def read(text: str) -> Said:
    """What was scanned or typed. Full-width forms are plain, letters are capitals."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())[:CODE_CHARS_MAX]
    if not plain:
        return Said("enter")
    if plain == "-":
        return Said("undo")
    if plain.startswith("!"):
        return Said("trouble", plain[1:].lower())
    times = _TIMES.fullmatch(plain)
    if times and int(times[1]):
        return Said("code", times[2].upper(), int(times[1]))
    return Said("code", plain.upper())


def bin_key(text: str) -> tuple[tuple[int, int, str], ...]:
    """Bins in the order people walk: A-2 before A-10; goods without a bin come last."""
    if not text:
        return ((2, 0, ""),)
    parts = re.findall(r"\d+|\D+", text.upper())
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts)


@dataclass(frozen=True, slots=True)
class Want:
    """What one line of an order needs from a bin. `got`: pieces already in hand."""

    order: int
    line: int
    sku: str
    bin: str
    quantity: int
    got: int = 0

    @property
    def left(self) -> int:
        return max(0, self.quantity - self.got)


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of the walk: a product in its bin, for all orders of the batch that want it, in their order."""

    sku: str
    bin: str
    wants: Sequence[Want]

    @property
    def quantity(self) -> int:
        return sum(want.quantity for want in self.wants)

    @property
    def got(self) -> int:
        return sum(want.got for want in self.wants)

    @property
    def left(self) -> int:
        return sum(want.left for want in self.wants)


def walk(wants: Iterable[Want]) -> list[Stop]:
    """The stops of a batch in the order of the bins. `wants` come in the order in which orders are served."""
    found: dict[tuple[str, str], list[Want]] = {}
    for want in wants:
        found.setdefault((want.sku, want.bin), []).append(want)
    stops = [Stop(sku, place, tuple(together)) for (sku, place), together in found.items()]
    return sorted(stops, key=lambda stop: (bin_key(stop.bin), stop.sku))


def share(wants: Sequence[Want], count: int) -> dict[int, int]:
    """Give `count` pieces (0: all that is wanted) to lines in their order: {line: pieces}. Never more than is wanted."""
    left = count or sum(want.left for want in wants)
    given: dict[int, int] = {}
    for want in wants:
        part = min(want.left, left)
        if part:
            given[want.line] = part
            left -= part
    return given


@dataclass(frozen=True, slots=True)
class Counted:
    """What a scanned product is to the parcel in hand: counted (`given`: {line: pieces}), wrong, too_many."""

    outcome: str
    given: Mapping[int, int]


def check(wants: Sequence[Want], sku: str, count: int = 1) -> Counted:
    """Check a scanned product against an order: what is not of it, or more than was bought, is refused whole."""
    mine = [want for want in wants if want.sku == sku]
    if not mine:
        return Counted("wrong", {})
    count = count or 1
    if count > sum(want.left for want in mine):
        return Counted("too_many", {})
    given = share(mine, count)
    left = sum(want.left for want in wants) - count
    return Counted("counted" if left else "full", given)


def is_full(wants: Sequence[Want]) -> bool:
    """Whether everything is in hand."""
    return bool(wants) and not any(want.left for want in wants)


def is_held(holder: str, held_for_min: float | None, me: str) -> bool:
    """Whether somebody else has it in hand."""
    return holder not in ("", me) and held_for_min is not None and held_for_min < HOLD_MIN
