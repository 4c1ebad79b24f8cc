"""The procedure of a case in its first form: one table of steps, one of limits. Pure.

`recorded` waits for us, `answered` waits for the customer, `resolved` waits for nobody. Silence never loses: what lapses
into `resolved` can be opened again by one word of the customer.
"""

import hashlib
import re
from datetime import timedelta
from itertools import groupby

from guanxi.core.procedure import Clock, Limit, Limits, Step, Table, always

CUSTOMER = "customer"
STAFF = "staff"
SYSTEM = "system"

RECORDED = "recorded"
ANSWERED = "answered"
RESOLVED = "resolved"

TABLE: Table = {
    (RECORDED, "append"): Step(frozenset({CUSTOMER, STAFF}), ((always, RECORDED),)),
    (RECORDED, "answer"): Step(frozenset({STAFF}), ((always, ANSWERED),)),
    (RECORDED, "resolve"): Step(frozenset({STAFF}), ((always, RESOLVED),)),
    (RECORDED, "overdue"): Step(frozenset({SYSTEM}), ((always, RECORDED),)),
    (ANSWERED, "append"): Step(frozenset({CUSTOMER, STAFF}), ((always, RECORDED),)),
    (ANSWERED, "answer"): Step(frozenset({STAFF}), ((always, ANSWERED),)),
    (ANSWERED, "resolve"): Step(frozenset({STAFF, CUSTOMER}), ((always, RESOLVED),)),
    (ANSWERED, "lapse"): Step(frozenset({SYSTEM}), ((always, RESOLVED),)),
    (RESOLVED, "reopen"): Step(frozenset({CUSTOMER, STAFF}), ((always, RECORDED),), at_most=5),
}

LIMITS: Limits = {
    RECORDED: Limit(timedelta(hours=2), Clock.WORKING, "overdue"),
    ANSWERED: Limit(timedelta(hours=72), Clock.PARTY, "lapse"),
}

TURN = {RECORDED: "staff", ANSWERED: "customer", RESOLVED: "nobody"}
PAST = {
    "append": "appended",
    "answer": "answered",
    "resolve": "resolved",
    "reopen": "reopened",
    "lapse": "lapsed",
    "overdue": "overdue",
}
# The state a case was in after each kind of event; what is not named here leaves it as it was.
STATE_AFTER = {
    "opened": RECORDED,
    "appended": RECORDED,
    "answered": ANSWERED,
    "resolved": RESOLVED,
    "lapsed": RESOLVED,
    "reopened": RECORDED,
}

TEXT_CHARS_MAX = 10_000
TITLE_CHARS = 40
PROCEDURE = "cases.procedure@1"


def version_hash() -> str:
    """The published version of the procedure: changes whenever a step or a limit does."""
    steps = sorted((s, v, sorted(step.who), [n for _, n in step.branches]) for (s, v), step in TABLE.items())
    limits = sorted((s, limit.duration.total_seconds(), limit.clock.value) for s, limit in LIMITS.items())
    return hashlib.sha256(repr((steps, limits)).encode()).hexdigest()[:12]


_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
_END = re.compile(r"(?<=[。！？!?\n])|(?<=\.)(?=\s)")


def clean_text(text: str) -> str:
    """The customer's own words without control and direction-changing characters; at most two empty lines in a row."""
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = ([""] if not line else list(run) for line, run in groupby(text.split("\n"), key=str.strip))
    return "\n".join(line.rstrip() for run in lines for line in run).strip()


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
